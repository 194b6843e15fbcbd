-- C061: each cadre is paired with a poor woman and a poor child at the end of September.
-- The woman's pairing names the ground of her poverty; the child was under eighteen when it began,
-- by the month of birth. Both are states: they count while the pairing stands.
--
-- Written from the clause and plan-language §6. Read next: prepare.sql, status.sql.
INSERT INTO owed(subject, period_start, period_end, due, opens, entered, left_on, may_be_late)
SELECT subject, '2012-05-01', '2012-09-30', '2012-09-30', date('2012-09-30', '-30 days'),
    max('2012-05-01', min(first)), nullif(min('2012-09-30', max(last)), '2012-09-30'), 1
FROM cadres
WHERE first <= '2012-09-30' AND last >= '2012-05-01'
GROUP BY subject;
CREATE TABLE pair AS
SELECT pairing.cadre, pairing."from", coalesce(pairing."to", '9999-12-31') AS "to",
    pairing.kind = 'woman' AND pairing.basis IS NOT NULL AS woman,
    pairing.kind = 'child' AND coalesce(
        date(birth || '-01', '+18 years') > pairing."from", 0) AS child
FROM pairing LEFT JOIN resident ON resident.id = pairing.resident;
INSERT INTO shown(subject, period_start, moment, value, ok)
SELECT ask.subject, period_start, moment,
    printf('甲=%d;乙=%d', total(woman), total(child)),
    total(woman) >= 1 AND total(child) >= 1
FROM ask LEFT JOIN pair ON pair.cadre = ask.subject AND t BETWEEN pair."from" AND pair."to"
GROUP BY ask.subject, period_start, moment;
