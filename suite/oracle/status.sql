-- The status of everything owed: the first line of §6.8 that holds.
--
-- It reads owed and shown, which a duty has filled. The value is that of day D.
-- It knows no clause. Read next: prepare.sql.
SELECT owed.part, owed.subject, owed.period_start, owed.due, now.value,
    CASE
        WHEN left_on < day AND NOT at_left.ok AND NOT at_left.broken
            AND (CASE element WHEN 1 THEN left_on <= owed.due ELSE left_on < opens END)
            THEN 'cancelled'
        WHEN exempt THEN 'exempt'
        WHEN day < owed.period_start AND empty_ok THEN 'not_due'
        WHEN at_due.broken THEN 'missing'
        WHEN at_due.ok THEN 'met'
        WHEN day > owed.due AND may_be_late AND now.ok THEN 'late'
        WHEN day > owed.due THEN 'missing'
        WHEN day >= opens THEN 'due'
        ELSE 'not_due'
    END AS status
FROM owed, question
LEFT JOIN shown AS now ON now.moment = 'now' AND now.part = owed.part
    AND now.subject = owed.subject AND now.period_start = owed.period_start
LEFT JOIN shown AS at_due ON at_due.moment = 'due' AND at_due.part = owed.part
    AND at_due.subject = owed.subject AND at_due.period_start = owed.period_start
LEFT JOIN shown AS at_left ON at_left.moment = 'left' AND at_left.part = owed.part
    AND at_left.subject = owed.subject AND at_left.period_start = owed.period_start;
