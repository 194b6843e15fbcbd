-- What of a form counts as of day D with the knowledge of day K (plan-language §6.2).
--
-- Filled in once per form: {form}, {key} (id; in forms of segments id and first day) and {axis},
-- the day by which a record is cut. Of each key the version known last by K stands, if it does not
-- withdraw the record and was confirmed when entered for somebody else; then what is dated after D
-- goes, but for the registry, which has no {axis}. Read next: prepare.sql.
CREATE TABLE {form} AS
SELECT * FROM (
    SELECT raw_{form}.*, row_number() OVER (PARTITION BY {key} ORDER BY recorded_at DESC) AS latest
    FROM raw_{form}, question
    WHERE coalesce(recorded_at, '') <= coalesce(known, '9999-12-31')
)
WHERE latest = 1
    AND withdrawn = 'no'
    AND (entered_for IS NULL OR confirmed = 'yes')
    AND {axis} <= (SELECT day FROM question);
