-- C038: every household of the six kinds is visited at home by the end of the year.
-- Each tag owes from its first day, or from the campaign's first when it is older and still stands
-- then, and is freed when it ends unvisited; a visit outside the tag's days but after its beginning
-- counts.
--
-- Written from the clause and plan-language §6. Read next: prepare.sql, status.sql.
INSERT INTO owed(subject, period_start, period_end, due, opens, left_on, element)
SELECT id, begun, due, due, begun, "to", 1
FROM (
    SELECT id, "to", max("from", '2012-04-01') AS begun, '2012-12-31' AS due
    FROM household_tag
    WHERE "from" <= '2012-12-31' AND coalesce("to", '9999-12-31') >= '2012-04-01')
WHERE begun <= due;
INSERT INTO shown(subject, period_start, moment, value, ok)
SELECT ask.subject, period_start, moment, count(visit.id) > 0, count(visit.id) > 0
FROM ask JOIN household_tag AS tag ON tag.id = ask.subject
LEFT JOIN visit
    ON visit.household = tag.household AND visit.kind = 'home'
    AND visit.date BETWEEN period_start AND min(period_end, t)
GROUP BY ask.subject, period_start, moment;
