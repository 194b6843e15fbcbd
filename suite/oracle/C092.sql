-- C092: each of the three levels holds a meeting to set the campaign going, in April.
-- One held later is late; one held before April is none of this campaign.
--
-- Written from the clause and plan-language §6. Read next: prepare.sql, status.sql.
INSERT INTO owed(subject, period_start, period_end, due, opens, entered, left_on, may_be_late)
SELECT subject, '2012-04-01', '2012-04-30', '2012-04-30', date('2012-04-30', '-30 days'),
    max('2012-04-01', min(first)), nullif(min('2012-04-30', max(last)), '2012-04-30'), 1
FROM three_levels
WHERE first <= '2012-04-30' AND last >= '2012-04-01'
GROUP BY subject;
INSERT INTO shown(subject, period_start, moment, value, ok)
SELECT ask.subject, period_start, moment, count(r.id), count(r.id) >= 1
FROM ask LEFT JOIN meeting AS r
    ON r.org = ask.subject AND r.kind = 'mobilisation'
    AND r.date BETWEEN period_start AND min('9999-12-31', t)
GROUP BY ask.subject, period_start, moment;
