-- C050d: to each trip belongs an entry of the cadre's diary.
-- Each row of a trip that begins in the campaign owes one, within seven days of its last day; the
-- entry names the trip or is dated on one of its days, and is not dated before the trip began.
-- A trip never ends early: it is an event, not an interval.
--
-- Written from the clause and plan-language §6. Read next: prepare.sql, status.sql.
INSERT INTO owed(subject, period_start, period_end, due, opens, element, may_be_late)
SELECT id, "from", date("to", '+7 days'), date("to", '+7 days'), "from", 1, 1
FROM trip WHERE "from" BETWEEN '2012-04-01' AND '2012-12-31';
INSERT INTO shown(subject, period_start, moment, value, ok)
SELECT ask.subject, period_start, moment, count(diary.id) > 0, count(diary.id) > 0
FROM ask JOIN trip ON trip.id = ask.subject
LEFT JOIN diary
    ON diary.author = trip.cadre
    AND (diary.trip = trip.id OR diary.date BETWEEN trip."from" AND trip."to")
    AND diary.date BETWEEN period_start AND t
GROUP BY ask.subject, period_start, moment;
