-- C036: each county has spoken about all five topics on visits from May to September.
-- A visit belongs to the organisations of those who went, each that of her earliest-started post on
-- the visit's day. Each topic counts once.
--
-- Written from the clause and plan-language §6. Read next: prepare.sql, status.sql.
INSERT INTO owed(subject, period_start, period_end, due, opens, entered, left_on)
SELECT subject, '2012-05-01', '2012-09-30', '2012-09-30', date('2012-09-30', '-30 days'),
    max('2012-05-01', min(first)), nullif(min('2012-09-30', max(last)), '2012-09-30')
FROM county_orgs
WHERE first <= '2012-09-30' AND last >= '2012-05-01'
GROUP BY subject;
INSERT INTO shown(subject, period_start, moment, value, ok)
SELECT ask.subject, period_start, moment, count(DISTINCT topic), count(DISTINCT topic) >= 5
FROM ask
LEFT JOIN (visitor_org JOIN topic USING (visit))
    ON visitor_org.org = ask.subject
    AND visitor_org.date BETWEEN period_start AND min(period_end, t)
GROUP BY ask.subject, period_start, moment;
