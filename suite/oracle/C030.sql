-- C030: each of the three levels goes into villages, communities and farm houses at least once.
-- A trip (rows of one cadre in one township on days that touch are one) belongs to the organisation
-- of her earliest-started post on a row's own day; it counts when it begins in the campaign.
--
-- Written from the clause and plan-language §6. Read next: prepare.sql, status.sql.
INSERT INTO owed(subject, period_start, period_end, due, opens, entered, left_on)
SELECT subject, '2012-04-01', '2012-12-31', '2012-12-31', date('2012-12-31', '-30 days'),
    max('2012-04-01', min(first)), nullif(min('2012-12-31', max(last)), '2012-12-31')
FROM three_levels
WHERE first <= '2012-12-31' AND last >= '2012-04-01'
GROUP BY subject;
INSERT INTO shown(subject, period_start, moment, value, ok)
SELECT ask.subject, period_start, moment, count(DISTINCT r.id), count(DISTINCT r.id) >= 1
FROM ask LEFT JOIN unit_row AS r
    ON r.org = ask.subject
    AND r.date BETWEEN period_start AND min(period_end, t)
GROUP BY ask.subject, period_start, moment;
