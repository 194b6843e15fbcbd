-- C053: below the city, each organisation opens an account of women's needs by September.
-- A need belongs to the organisation that registered it; one registered after September makes it late.
--
-- Written from the clause and plan-language §6. Read next: prepare.sql, status.sql.
INSERT INTO owed(subject, period_start, period_end, due, opens, entered, left_on, may_be_late)
SELECT subject, '2012-05-01', '2012-09-30', '2012-09-30', date('2012-09-30', '-30 days'),
    max('2012-05-01', min(first)), nullif(min('2012-09-30', max(last)), '2012-09-30'), 1
FROM below_city
WHERE first <= '2012-09-30' AND last >= '2012-05-01'
GROUP BY subject;
INSERT INTO shown(subject, period_start, moment, value, ok)
SELECT ask.subject, period_start, moment, count(r.id), count(r.id) >= 1
FROM ask LEFT JOIN need AS r
    ON r.registered_org = ask.subject
    AND r.opened BETWEEN period_start AND min('9999-12-31', t)
GROUP BY ask.subject, period_start, moment;
