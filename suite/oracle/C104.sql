-- C104: everybody takes part: each cadre of the organisation has gone on a visit in the campaign.
-- Counted are those who hold a post there on the day asked and were on duty on some workday of the
-- campaign. Nobody at all is reached.
--
-- Written from the clause and plan-language §6. Read next: prepare.sql, status.sql.
INSERT INTO owed(subject, period_start, period_end, due, opens, entered, left_on, may_be_late)
SELECT subject, '2012-04-01', '2012-12-31', '2012-12-31', date('2012-12-31', '-30 days'),
    max('2012-04-01', min(first)), nullif(min('2012-12-31', max(last)), '2012-12-31'), 1
FROM three_levels
WHERE first <= '2012-12-31' AND last >= '2012-04-01'
GROUP BY subject;
CREATE TABLE ready AS
SELECT DISTINCT person FROM on_duty WHERE day BETWEEN '2012-04-01' AND '2012-12-31';
CREATE TABLE part_of AS
SELECT DISTINCT ask.subject, period_start, moment, cadres.subject AS person,
    EXISTS (SELECT 1 FROM visitor
        WHERE visitor.person = cadres.subject
            AND visitor.date BETWEEN period_start AND min(period_end, t)) AS went
FROM ask JOIN cadres ON cadres.org = ask.subject AND t BETWEEN cadres.first AND cadres.last
WHERE cadres.subject IN (SELECT person FROM ready);
INSERT INTO shown(subject, period_start, moment, value, ok)
SELECT ask.subject, ask.period_start, ask.moment,
    printf('%d/%d', total(went), count(person)), total(went) = count(person)
FROM ask LEFT JOIN part_of USING (subject, period_start, moment)
GROUP BY ask.subject, ask.period_start, ask.moment;
-- Before the campaign nothing is due of an organisation without cadres: no record would be enough.
UPDATE owed SET empty_ok = 1
WHERE subject IN (SELECT subject FROM shown WHERE moment = 'now' AND value = '0/0');
