-- C034: a leader of city or county is at the grass roots for 42 days of the year 2012.
-- A row of a trip is proved by a home or other visit of hers on one of its days. Counted are both the
-- days written and the calendar days covered by proved rows that begin in 2012, and the lesser holds.
-- A newcomer owes in proportion to the workdays left, rounded up to half days. A visit after the
-- year proves nothing that was due: the measure is a flow without 补.
--
-- Written from the clause and plan-language §6. Read next: prepare.sql, status.sql.
INSERT INTO owed(subject, period_start, period_end, due, opens, entered, left_on)
SELECT subject, '2012-01-01', '2012-12-31', '2012-12-31', date('2012-12-31', '-30 days'),
    max('2012-01-01', min(first)), nullif(min('2012-12-31', max(last)), '2012-12-31')
FROM leaders
WHERE first <= '2012-12-31' AND last >= '2012-01-01'
GROUP BY subject;
CREATE TABLE proved AS
SELECT trip.id, trip.cadre, trip."from", trip."to", trip.days, min(visitor.date) AS since
FROM trip JOIN visitor
    ON visitor.person = trip.cadre AND visitor.date BETWEEN trip."from" AND trip."to"
GROUP BY trip.id;
CREATE TABLE target AS
SELECT subject, CASE WHEN entered > period_start THEN (
    SELECT (2 * 42 * count(*) FILTER (WHERE day >= entered) + count(*) - 1) / count(*) / 2.0
    FROM workday WHERE day BETWEEN period_start AND period_end) ELSE 42 END AS days
FROM owed;
INSERT INTO shown(subject, period_start, moment, value, ok)
SELECT subject, period_start, moment, printf('%g', min(written, covered)),
    min(written, covered) >= days
FROM (
    SELECT ask.subject, period_start, moment, target.days,
        (SELECT total(proved.days) FROM proved
            WHERE cadre = ask.subject AND "from" BETWEEN period_start AND period_end
                AND since <= t) AS written,
        (SELECT count(DISTINCT day) FROM proved JOIN calendar ON day BETWEEN "from" AND "to"
            WHERE cadre = ask.subject AND "from" BETWEEN period_start AND period_end
                AND since <= t) AS covered
    FROM ask JOIN target USING (subject));
