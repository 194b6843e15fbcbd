-- C062 (advice): a pairing or contact point has a plan of help in thirty days, help given in sixty.
-- Both are reckoned from the day it began, or the campaign's first when it is older and still stands.
-- One that ends before the limit, undone, frees. Help counts when it was carried out.
--
-- Written from the clause and plan-language §6. Read next: prepare.sql, status.sql.
CREATE TABLE element AS
SELECT id, max("from", '2012-04-01') AS begun, "to", id AS pairing, NULL AS contact_point
FROM pairing
WHERE "from" <= '2012-12-31' AND coalesce("to", '9999-12-31') >= '2012-04-01'
UNION ALL
SELECT id, max("from", '2012-04-01'), "to", NULL, id
FROM contact_point
WHERE "from" <= '2012-12-31' AND coalesce("to", '9999-12-31') >= '2012-04-01';
CREATE TABLE step AS
SELECT '计划' AS part, id AS element, begun, "to", date(begun, '+30 days') AS due, (
    SELECT min(date) FROM help_plan AS r
    WHERE r.pairing = element.pairing OR r.contact_point = element.contact_point) AS done
FROM element
UNION ALL SELECT '落实', id, begun, "to", date(begun, '+60 days'), (
    SELECT min(date) FROM help_measure AS r
    WHERE r.done = 'yes'
        AND (r.pairing = element.pairing OR r.contact_point = element.contact_point))
FROM element;
-- §6.6: an extension moves the limit of a step still open, later only, and only when it came in time.
CREATE TABLE moved AS
WITH RECURSIVE
numbered AS (
    SELECT coalesce(pairing, contact_point) AS element, date, new_due,
        row_number() OVER (PARTITION BY coalesce(pairing, contact_point) ORDER BY date, id) AS n
    FROM extension WHERE coalesce(pairing, contact_point) IS NOT NULL),
move(part, element, n, due) AS (
    SELECT part, element, 0, due FROM step
    UNION ALL
    SELECT move.part, move.element, numbered.n, CASE
        WHEN numbered.date <= move.due AND numbered.new_due > move.due
            AND coalesce(step.done, '9999-12-31') >= numbered.date
        THEN numbered.new_due ELSE move.due END
    FROM move
    JOIN numbered ON numbered.element = move.element AND numbered.n = move.n + 1
    JOIN step ON step.part = move.part AND step.element = move.element)
SELECT part, element, max(n), due FROM move GROUP BY part, element;
INSERT INTO owed(part, subject, period_start, period_end, due, opens, left_on, element, may_be_late)
SELECT step.part, step.element, begun, moved.due, moved.due, begun, "to", 1, 1
FROM step JOIN moved USING (part, element);
INSERT INTO shown(part, subject, period_start, moment, value, ok)
SELECT ask.part, ask.subject, ask.period_start, moment,
    coalesce(done <= t, 0), coalesce(done <= t, 0)
FROM ask JOIN step ON step.part = ask.part AND step.element = ask.subject;
