-- C039: of the tagged households in contact villages of a county, all are visited at home.
-- As of a day, a household is of the six kinds while a tag stands, and lies in a contact village while
-- any organisation's contact point there stands; it belongs to the county on that day's tree. Beside
-- it stands the same share over all tagged households of the county. A share of nothing is reached.
--
-- Written from the clause and plan-language §6. Read next: prepare.sql, status.sql.
INSERT INTO owed(subject, period_start, period_end, due, opens, entered, left_on, may_be_late, empty_ok)
SELECT subject, '2012-04-01', '2012-12-31', '2012-12-31', date('2012-12-31', '-30 days'),
    max('2012-04-01', min(first)), nullif(min('2012-12-31', max(last)), '2012-12-31'), 1, 1
FROM county_orgs
WHERE first <= '2012-12-31' AND last >= '2012-04-01'
GROUP BY subject;
CREATE TABLE home AS
SELECT ask.subject, period_start, moment, household.id,
    EXISTS (SELECT 1 FROM contact_point AS point
        WHERE point.village = household.village
            AND t BETWEEN point."from" AND coalesce(point."to", '9999-12-31')) AS contact,
    EXISTS (SELECT 1 FROM visit
        WHERE visit.household = household.id AND visit.kind = 'home'
            AND visit.date BETWEEN period_start AND min(period_end, t)) AS visited
FROM ask
JOIN above ON above.above = ask.subject AND t BETWEEN above.first AND above.last
JOIN household ON household.village = above.org
WHERE EXISTS (SELECT 1 FROM household_tag AS tag
    WHERE tag.household = household.id
        AND t BETWEEN tag."from" AND coalesce(tag."to", '9999-12-31'));
INSERT INTO shown(subject, period_start, moment, value, ok)
SELECT ask.subject, ask.period_start, ask.moment,
    printf('甲=%d/%d;乙=%d/%d', total(contact AND visited), total(contact),
        total(visited), count(home.id)),
    total(contact AND visited) = total(contact)
FROM ask LEFT JOIN home USING (subject, period_start, moment)
GROUP BY ask.subject, ask.period_start, ask.moment;
