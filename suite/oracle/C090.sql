-- C090: the city does not end the campaign early: no closing dated before 31 December.
-- Before the campaign nothing is due; a closing in it cannot be undone.
--
-- Written from the clause and plan-language §6. Read next: prepare.sql, status.sql.
INSERT INTO owed(subject, period_start, period_end, due, opens, entered, left_on, may_be_late, empty_ok)
SELECT subject, '2012-04-01', '2012-12-31', '2012-12-31', date('2012-12-31', '-30 days'),
    max('2012-04-01', min(first)), nullif(min('2012-12-31', max(last)), '2012-12-31'), 1, 1
FROM city_orgs
WHERE first <= '2012-12-31' AND last >= '2012-04-01'
GROUP BY subject;
INSERT INTO shown(subject, period_start, moment, value, ok, broken)
SELECT ask.subject, period_start, moment, count(r.id), count(r.id) = 0, count(r.id) > 0
FROM ask LEFT JOIN campaign_closing AS r
    ON r.org = ask.subject AND r.date < '2012-12-31'
    AND r.date BETWEEN period_start AND min(period_end, t)
GROUP BY ask.subject, period_start, moment;
