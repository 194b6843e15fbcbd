-- C050: each cadre of the three levels keeps a diary: at least one entry dated in the campaign.
-- An entry belongs to its author whatever her post on that day.
--
-- Written from the clause and plan-language §6. Read next: prepare.sql, status.sql.
INSERT INTO owed(subject, period_start, period_end, due, opens, entered, left_on)
SELECT subject, '2012-04-01', '2012-12-31', '2012-12-31', date('2012-12-31', '-30 days'),
    max('2012-04-01', min(first)), nullif(min('2012-12-31', max(last)), '2012-12-31')
FROM cadres
WHERE first <= '2012-12-31' AND last >= '2012-04-01'
GROUP BY subject;
INSERT INTO shown(subject, period_start, moment, value, ok)
SELECT ask.subject, period_start, moment, count(r.id), count(r.id) >= 1
FROM ask LEFT JOIN diary AS r
    ON r.author = ask.subject
    AND r.date BETWEEN period_start AND min(period_end, t)
GROUP BY ask.subject, period_start, moment;
