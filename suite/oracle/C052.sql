-- C052: below the city, diaries are kept as a habit: an entry of the organisation in every month.
-- From May 2012 on, and beyond the campaign up to the month that holds the day asked. The entry names
-- its organisation itself.
--
-- Written from the clause and plan-language §6. Read next: prepare.sql, status.sql.
INSERT INTO owed(subject, period_start, period_end, due, opens, entered, left_on)
SELECT subject, month.first, month.last, month.last, date(month.last, '-10 days'),
    max(month.first, min(orgs.first)), nullif(min(month.last, max(orgs.last)), month.last)
FROM below_city AS orgs JOIN month ON orgs.first <= month.last AND orgs.last >= month.first
WHERE month.first BETWEEN '2012-05-01' AND max('2012-12-01', (SELECT day FROM question))
GROUP BY subject, month.first;
INSERT INTO shown(subject, period_start, moment, value, ok)
SELECT ask.subject, period_start, moment, count(r.id), count(r.id) >= 1
FROM ask LEFT JOIN diary AS r
    ON r.org = ask.subject
    AND r.date BETWEEN period_start AND min(period_end, t)
GROUP BY ask.subject, period_start, moment;
