-- C130: each county sends its plan to the city's department by 20 April.
-- Sent is a plan of the campaign that exists, to that department; sent later is late, before April is
-- not this campaign's.
--
-- Written from the clause and plan-language §6. Read next: prepare.sql, status.sql.
INSERT INTO owed(subject, period_start, period_end, due, opens, entered, left_on, may_be_late)
SELECT subject, '2012-04-01', '2012-04-30', '2012-04-20', date('2012-04-20', '-30 days'),
    max('2012-04-01', min(first)), nullif(min('2012-04-30', max(last)), '2012-04-30'), 1
FROM county_orgs
WHERE first <= '2012-04-30' AND last >= '2012-04-01'
GROUP BY subject;
INSERT INTO shown(subject, period_start, moment, value, ok)
SELECT ask.subject, period_start, moment, count(r.id) > 0, count(r.id) > 0
FROM ask LEFT JOIN filing AS r
    ON r.org = ask.subject AND r."to" = '组宣部' AND r.document IS NOT NULL
    AND r.date BETWEEN period_start AND min('9999-12-31', t)
GROUP BY ask.subject, period_start, moment;
