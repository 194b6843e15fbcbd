-- C035: an office cadre of city or county goes to the grass roots twice in each month, May to December.
-- Rows on touching or overlapping days in one township are one trip, dated by its first day, and so a
-- trip over the turn of a month is the earlier month's. With fewer than ten workdays on duty in the
-- month she is exempt. The last ten days of the month open it.
--
-- Written from the clause and plan-language §6. Read next: prepare.sql, status.sql.
INSERT INTO owed(subject, period_start, period_end, due, opens, entered, left_on, exempt)
SELECT subject, month.first, month.last, month.last, date(month.last, '-10 days'),
    max(month.first, min(office.first)), nullif(min(month.last, max(office.last)), month.last),
    (SELECT count(*) FROM on_duty
        WHERE person = subject AND day BETWEEN month.first AND month.last) < 10
FROM office JOIN month ON office.first <= month.last AND office.last >= month.first
WHERE month.first BETWEEN '2012-05-01' AND '2012-12-01'
GROUP BY subject, month.first;
INSERT INTO shown(subject, period_start, moment, value, ok)
SELECT ask.subject, period_start, moment, count(DISTINCT r.id), count(DISTINCT r.id) >= 2
FROM ask LEFT JOIN unit_row AS r
    ON r.cadre = ask.subject
    AND r.date BETWEEN period_start AND min(period_end, t)
GROUP BY ask.subject, period_start, moment;
