-- C060: each of the three levels has two weak villages as contact points at the end of September.
-- A contact point counts while it stands and while the village lies within the organisation on that
-- day's tree. It is a state: true on the due day, or true again later (late).
--
-- Written from the clause and plan-language §6. Read next: prepare.sql, status.sql.
INSERT INTO owed(subject, period_start, period_end, due, opens, entered, left_on, may_be_late)
SELECT subject, '2012-05-01', '2012-09-30', '2012-09-30', date('2012-09-30', '-30 days'),
    max('2012-05-01', min(first)), nullif(min('2012-09-30', max(last)), '2012-09-30'), 1
FROM three_levels
WHERE first <= '2012-09-30' AND last >= '2012-05-01'
GROUP BY subject;
INSERT INTO shown(subject, period_start, moment, value, ok)
SELECT ask.subject, period_start, moment, count(r.id), count(r.id) >= 2
FROM ask LEFT JOIN contact_point AS r
    ON r.org = ask.subject AND r.weak = 'yes'
    AND t BETWEEN r."from" AND coalesce(r."to", '9999-12-31')
    AND EXISTS (SELECT 1 FROM above
        WHERE above.org = r.village AND above.above = ask.subject
            AND t BETWEEN above.first AND above.last)
GROUP BY ask.subject, period_start, moment;
