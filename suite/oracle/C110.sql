-- C110: in each month from May to December the city inspects each county once.
-- The sheet of the inspection names the county. A county that begins in mid season is inspected from
-- its first month on.
--
-- Written from the clause and plan-language §6. Read next: prepare.sql, status.sql.
INSERT INTO owed(subject, period_start, period_end, due, opens, left_on, element)
SELECT subject, month.first, month.last, month.last, date(month.last, '-10 days'),
    (SELECT max(last) FROM county_orgs AS whole WHERE whole.subject = orgs.subject), 1
FROM county_orgs AS orgs JOIN month ON orgs.first <= month.last AND orgs.last >= month.first
WHERE month.first BETWEEN '2012-05-01' AND '2012-12-01'
GROUP BY subject, month.first;
INSERT INTO shown(subject, period_start, moment, value, ok)
SELECT ask.subject, period_start, moment, count(r.id), count(r.id) >= 1
FROM ask LEFT JOIN inspection AS r
    ON r.place = ask.subject
    AND r.date BETWEEN period_start AND min(period_end, t)
GROUP BY ask.subject, period_start, moment;
