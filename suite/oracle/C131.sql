-- C131: each county reports every two months, from May on, within five workdays after the two months.
-- A report counts for the two months that it covers exactly, once it is filed; filed later is late.
--
-- Written from the clause and plan-language §6. Read next: prepare.sql, status.sql.
INSERT INTO owed(subject, period_start, period_end, due, opens, left_on, may_be_late)
SELECT subject, first_day, last_day, due, date(due, '-20 days'),
    nullif(min(last_day, max(orgs.last)), last_day), 1
FROM county_orgs AS orgs JOIN (
    SELECT first AS first_day, date(first, '+2 months', '-1 day') AS last_day, (
        SELECT day FROM workday WHERE day > date(first, '+2 months', '-1 day')
        ORDER BY day LIMIT 1 OFFSET 4) AS due
    FROM month
    WHERE first IN ('2012-05-01', '2012-07-01', '2012-09-01', '2012-11-01'))
    ON orgs.first <= last_day AND orgs.last >= first_day
GROUP BY subject, first_day;
INSERT INTO shown(subject, period_start, moment, value, ok)
SELECT ask.subject, period_start, moment, count(r.id), count(r.id) >= 1
FROM ask LEFT JOIN periodic_report AS r
    ON r.org = ask.subject AND r.filed = 'yes'
    AND r.covers = period_start || '..' || period_end
    AND r.date BETWEEN period_start AND min('9999-12-31', t)
GROUP BY ask.subject, period_start, moment;
