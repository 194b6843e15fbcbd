-- C111 (advice): what an inspection finds is put right in three steps, each with its own limit.
-- An order within three workdays, a plan within ten, a closure within thirty days, all reckoned from
-- the day of the finding; the closure is verified by somebody other than the one who put it right.
-- The first record that fits is the step, whatever its day.
--
-- Written from the clause and plan-language §6. Read next: prepare.sql, status.sql.
CREATE TABLE step AS
SELECT '下达' AS part, id AS element, date AS begun, NULL AS "to", (
    SELECT day FROM workday WHERE day > date ORDER BY day LIMIT 1 OFFSET 2) AS due, (
    SELECT min(date) FROM rectification_order AS r WHERE r.finding = finding.id) AS done
FROM finding
UNION ALL SELECT '方案', id, date, NULL, (
    SELECT day FROM workday WHERE day > date ORDER BY day LIMIT 1 OFFSET 9), (
    SELECT min(date) FROM rectification_plan AS r WHERE r.finding = finding.id)
FROM finding
UNION ALL SELECT '销号', id, date, NULL, date(date, '+30 days'), (
    SELECT min(date) FROM rectification_closure AS r
    WHERE r.finding = finding.id
        AND (verified_by IS NULL OR rectifier IS NULL OR verified_by <> rectifier))
FROM finding;
DELETE FROM step WHERE begun NOT BETWEEN '2012-04-01' AND '2012-12-31';
-- §6.6: an extension moves the limit of a step still open, later only, and only when it came in time.
CREATE TABLE moved AS
WITH RECURSIVE
numbered AS (
    SELECT finding AS element, date, new_due,
        row_number() OVER (PARTITION BY finding ORDER BY date, id) AS n
    FROM extension WHERE finding IS NOT NULL),
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
