-- C096: each of the three levels writes a summary in the last phase, by 31 December.
-- One written before October sums up nothing yet; one written later is late.
--
-- Written from the clause and plan-language §6. Read next: prepare.sql, status.sql.
INSERT INTO owed(subject, period_start, period_end, due, opens, entered, left_on, may_be_late)
SELECT subject, '2012-10-01', '2012-12-31', '2012-12-31', date('2012-12-31', '-30 days'),
    max('2012-10-01', min(first)), nullif(min('2012-12-31', max(last)), '2012-12-31'), 1
FROM three_levels
WHERE first <= '2012-12-31' AND last >= '2012-10-01'
GROUP BY subject;
INSERT INTO shown(subject, period_start, moment, value, ok)
SELECT ask.subject, period_start, moment, count(r.id) > 0, count(r.id) > 0
FROM ask LEFT JOIN summary AS r
    ON r.org = ask.subject
    AND r.date BETWEEN period_start AND min('9999-12-31', t)
GROUP BY ask.subject, period_start, moment;
