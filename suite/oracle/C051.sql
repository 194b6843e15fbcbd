-- C051: each cadre has written a research report, alone or with at most two others.
-- It counts when dated in the campaign or, late, after it.
--
-- Written from the clause and plan-language §6. Read next: prepare.sql, status.sql.
INSERT INTO owed(subject, period_start, period_end, due, opens, entered, left_on, may_be_late)
SELECT subject, '2012-04-01', '2012-12-31', '2012-12-31', date('2012-12-31', '-30 days'),
    max('2012-04-01', min(first)), nullif(min('2012-12-31', max(last)), '2012-12-31'), 1
FROM cadres
WHERE first <= '2012-12-31' AND last >= '2012-04-01'
GROUP BY subject;
INSERT INTO shown(subject, period_start, moment, value, ok)
SELECT ask.subject, period_start, moment, count(r.report), count(r.report) >= 1
FROM ask
LEFT JOIN (SELECT *, count(*) OVER (PARTITION BY report) AS authors FROM author) AS r
    ON r.person = ask.subject AND r.authors <= 3 AND r.date BETWEEN period_start AND t
GROUP BY ask.subject, period_start, moment;
