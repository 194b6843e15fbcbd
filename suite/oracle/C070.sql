-- C070: a household with a tag of orphans, disabled or poor, or of somebody paired, gets one letter.
-- It owes while it is in that set on some day of the campaign, and is freed when it leaves the set
-- without a letter, on the last day too: that is an element's, not a subject's.
-- Exactly one: a second letter cannot be taken back.
--
-- Written from the clause and plan-language §6. Read next: prepare.sql, status.sql.
-- Days on which a household belongs to the set, and lies under the issuer.
CREATE TABLE stay AS
SELECT household.id, max(cause."from", scope.first) AS first, min(cause."to", scope.last) AS last
FROM (
    SELECT household, "from", coalesce("to", '9999-12-31') AS "to"
    FROM household_tag WHERE code = 'orphan_disabled_poor'
    UNION ALL
    SELECT resident.household, "from", coalesce("to", '9999-12-31')
    FROM pairing JOIN resident ON resident.id = pairing.resident) AS cause
JOIN household ON household.id = cause.household
JOIN scope ON scope.org = household.village
    AND cause."from" <= scope.last AND cause."to" >= scope.first;
INSERT INTO owed(subject, period_start, period_end, due, opens, left_on, element, may_be_late)
SELECT id, '2012-04-01', '2012-12-31', '2012-12-31', '2012-04-01',
    (SELECT max(last) FROM stay AS whole WHERE whole.id = stay.id), 1, 1
FROM stay WHERE first <= '2012-12-31' AND last >= '2012-04-01'
GROUP BY id;
INSERT INTO shown(subject, period_start, moment, value, ok, broken)
SELECT ask.subject, period_start, moment, count(r.id), count(r.id) = 1, count(r.id) > 1
FROM ask LEFT JOIN letter AS r
    ON r.household = ask.subject AND r.date BETWEEN period_start AND min(period_end, t)
GROUP BY ask.subject, period_start, moment;
