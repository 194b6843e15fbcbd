-- C038t (advice): the visit comes within thirty days of the tag, seven after a death.
-- A later visit is late, and a tag that ended before its limit, unvisited, frees.
--
-- Written from the clause and plan-language §6. Read next: prepare.sql, status.sql.
INSERT INTO owed(subject, period_start, period_end, due, opens, left_on, element, may_be_late)
SELECT id, begun, due, due, begun, "to", 1, 1
FROM (
    SELECT id, "to", max("from", '2012-04-01') AS begun, date(max("from", '2012-04-01'),
            CASE code WHEN 'bereavement' THEN '+7 days' ELSE '+30 days' END) AS due
    FROM household_tag
    WHERE "from" <= '2012-12-31' AND coalesce("to", '9999-12-31') >= '2012-04-01')
WHERE begun <= due;
INSERT INTO shown(subject, period_start, moment, value, ok)
SELECT ask.subject, period_start, moment, count(visit.id) > 0, count(visit.id) > 0
FROM ask JOIN household_tag AS tag ON tag.id = ask.subject
LEFT JOIN visit
    ON visit.household = tag.household AND visit.kind = 'home'
    AND visit.date BETWEEN period_start AND min('9999-12-31', t)
GROUP BY ask.subject, period_start, moment;
