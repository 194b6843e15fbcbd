-- C037: each cadre of city and county visits ten households at home in the campaign.
-- Everybody who took part has visited; a household counts once. A newcomer owes in proportion to the
-- workdays left, rounded up to whole households.
--
-- Written from the clause and plan-language §6. Read next: prepare.sql, status.sql.
INSERT INTO owed(subject, period_start, period_end, due, opens, entered, left_on)
SELECT subject, '2012-04-01', '2012-12-31', '2012-12-31', date('2012-12-31', '-30 days'),
    max('2012-04-01', min(first)), nullif(min('2012-12-31', max(last)), '2012-12-31')
FROM upper_cadres
WHERE first <= '2012-12-31' AND last >= '2012-04-01'
GROUP BY subject;
CREATE TABLE target AS
SELECT subject, CASE WHEN entered > period_start THEN (
    SELECT (10 * count(*) FILTER (WHERE day >= entered) + count(*) - 1) / count(*)
    FROM workday WHERE day BETWEEN period_start AND period_end) ELSE 10 END AS households
FROM owed;
INSERT INTO shown(subject, period_start, moment, value, ok)
SELECT ask.subject, period_start, moment, count(DISTINCT r.household),
    count(DISTINCT r.household) >= target.households
FROM ask JOIN target USING (subject)
LEFT JOIN visitor AS r
    ON r.person = ask.subject AND r.kind = 'home'
    AND r.date BETWEEN period_start AND min(period_end, t)
GROUP BY ask.subject, period_start, moment;
