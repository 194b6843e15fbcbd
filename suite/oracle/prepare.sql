-- Common ground of all duties: references, workdays, the organisation tree, posts, and two tables
-- to be filled by each duty: what is owed (owed) and what the measure gives (shown).
--
-- Written from plan-language §6 alone. Days are texts 2012-05-31, so that they compare as days.
-- It judges nothing; that is status.sql. Read next: a duty, such as C035.sql.

-- §6.2: a reference to a record that is not in restrict(F, D, K) equals nothing.
UPDATE post SET person = NULL WHERE person NOT IN (SELECT id FROM person);
UPDATE leave SET person = NULL WHERE person NOT IN (SELECT id FROM person);
UPDATE trip SET cadre = NULL WHERE cadre NOT IN (SELECT id FROM person);
UPDATE diary SET author = NULL WHERE author NOT IN (SELECT id FROM person);
UPDATE diary SET trip = NULL WHERE trip NOT IN (SELECT id FROM trip);
UPDATE visit SET household = NULL WHERE household NOT IN (SELECT id FROM household);
UPDATE household_tag SET household = NULL WHERE household NOT IN (SELECT id FROM household);
UPDATE letter SET household = NULL WHERE household NOT IN (SELECT id FROM household);
UPDATE resident SET household = NULL WHERE household NOT IN (SELECT id FROM household);
UPDATE pairing SET resident = NULL WHERE resident NOT IN (SELECT id FROM resident);
UPDATE pairing SET cadre = NULL WHERE cadre NOT IN (SELECT id FROM person);
UPDATE help_plan SET pairing = NULL WHERE pairing NOT IN (SELECT id FROM pairing);
UPDATE help_plan SET contact_point = NULL
    WHERE contact_point NOT IN (SELECT id FROM contact_point);
UPDATE help_measure SET pairing = NULL WHERE pairing NOT IN (SELECT id FROM pairing);
UPDATE help_measure SET contact_point = NULL
    WHERE contact_point NOT IN (SELECT id FROM contact_point);
UPDATE finding SET rectifier = NULL WHERE rectifier NOT IN (SELECT id FROM person);
UPDATE rectification_closure SET verified_by = NULL
    WHERE verified_by NOT IN (SELECT id FROM person);
UPDATE recommendation SET review = NULL WHERE review NOT IN (SELECT id FROM cluster_review);
UPDATE filing SET document = NULL
    WHERE substr(document, length('plan_document:') + 1) NOT IN (SELECT id FROM plan_document);

-- Lists, one row per member that exists; a report had as many authors as it names.
CREATE TABLE visitor AS
SELECT visit.id AS visit, visit.date, visit.kind, visit.household, member.value AS person
FROM visit, json_each('["' || replace(visitors, '|', '","') || '"]') AS member
WHERE member.value IN (SELECT id FROM person);
CREATE TABLE topic AS
SELECT visit.id AS visit, visit.date, member.value AS topic
FROM visit, json_each('["' || replace(topics, '|', '","') || '"]') AS member
WHERE topics IS NOT NULL;
CREATE TABLE author AS
SELECT report.id AS report, report.date, member.value AS person
FROM research_report AS report, json_each('["' || replace(authors, '|', '","') || '"]') AS member;

-- Days, months and workdays: Monday to Friday, but for holidays, and with make-up workdays.
CREATE TABLE calendar AS
WITH RECURSIVE days(day) AS (
    SELECT '2012-01-01' UNION ALL SELECT date(day, '+1 day') FROM days WHERE day < '2013-12-31'
)
SELECT day FROM days;
CREATE TABLE workday AS
SELECT day FROM calendar
WHERE (strftime('%w', day) NOT IN ('0', '6')
        AND day NOT IN (SELECT day FROM exception WHERE kind = 'holiday'))
    OR day IN (SELECT day FROM exception WHERE kind = 'makeup_workday');
CREATE UNIQUE INDEX workday_day ON workday(day);
CREATE TABLE month AS
SELECT day AS first, date(day, '+1 month', '-1 day') AS last
FROM calendar WHERE day LIKE '%-01';

-- The tree changes on few days; between two of them it stands still.
CREATE TABLE epoch AS
WITH turn(day) AS (
    SELECT "from" FROM org UNION SELECT date("to", '+1 day') FROM org WHERE "to" IS NOT NULL
)
SELECT day AS first, coalesce(date(lead(day) OVER (ORDER BY day), '-1 day'), '9999-12-31') AS last
FROM turn;
-- 上级 on those days: of the segment that began last. The text is silent on what an organisation
-- is under when the one above it has ended or not begun: both judges let it stay where it stood.
CREATE TABLE org_then AS
SELECT epoch.first, epoch.last, org.id AS org, org.level, org.parent
FROM epoch JOIN org
WHERE org."from" = (
    SELECT coalesce(max(begun."from") FILTER (WHERE begun."from" <= epoch.first),
        min(begun."from"))
    FROM org AS begun WHERE begun.id = org.id);
-- An organisation and all that are above it, itself included.
CREATE TABLE above AS
WITH RECURSIVE up(first, last, org, above) AS (
    SELECT first, last, org, org FROM org_then
    UNION ALL
    SELECT up.first, up.last, up.org, here.parent
    FROM up JOIN org_then AS here ON here.first = up.first AND here.org = up.above
    WHERE here.parent IS NOT NULL
)
SELECT * FROM up;
-- §6.3: on a day 组织 holds the organisations whose 起..止 contains it.
CREATE TABLE life AS
SELECT id AS org, min("from") AS first, max(coalesce("to", '9999-12-31')) AS last
FROM org GROUP BY id;
-- What lies under the issuer, and of it the organisations that exist, with their level.
CREATE VIEW scope AS SELECT first, last, org FROM above WHERE above = '371600';
CREATE TABLE tree AS
SELECT org_then.first, org_then.last, org_then.org, org_then.level
FROM org_then JOIN scope USING (first, org) JOIN life USING (org)
WHERE life.first <= org_then.first AND life.last >= org_then.last;
CREATE VIEW county_orgs AS
    SELECT org AS subject, first, last FROM tree WHERE level IN ('county', 'zone');
CREATE VIEW city_orgs AS SELECT org AS subject, first, last FROM tree WHERE level = 'city';
CREATE VIEW three_levels AS
    SELECT org AS subject, first, last FROM tree
    WHERE level IN ('city', 'county', 'zone', 'township');
CREATE VIEW below_city AS
    SELECT org AS subject, first, last FROM tree
    WHERE level IN ('county', 'zone', 'township', 'village');

-- A post in an organisation that has ended, or not begun, puts nobody into a set (§6.3), and both
-- judges read it so everywhere: nobody is on duty there, and no record is that organisation's.
UPDATE post SET
    "from" = max("from", (SELECT first FROM life WHERE life.org = post.org)),
    "to" = min(coalesce("to", '9999-12-31'), (SELECT last FROM life WHERE life.org = post.org));
DELETE FROM post WHERE "to" < "from";
-- Posts on the days on which their organisation exists within the tree.
CREATE TABLE serving AS
SELECT post.person AS subject, post.org, post."group" AS post_group, tree.level,
    max(post."from", tree.first) AS first,
    min(coalesce(post."to", '9999-12-31'), tree.last) AS last
FROM post JOIN tree
    ON tree.org = post.org
    AND post."from" <= tree.last
    AND coalesce(post."to", '9999-12-31') >= tree.first
WHERE post.person IS NOT NULL;
CREATE VIEW leaders AS
    SELECT * FROM serving
    WHERE post_group = 'leader' AND level IN ('city', 'county', 'zone');
CREATE VIEW office AS
    SELECT * FROM serving
    WHERE post_group = 'office' AND level IN ('city', 'county', 'zone');
CREATE VIEW upper_cadres AS SELECT * FROM leaders UNION ALL SELECT * FROM office;
CREATE VIEW cadres AS
    SELECT * FROM upper_cadres UNION ALL SELECT * FROM serving WHERE level = 'township';

-- §5: elsewhere a person's 单位 is that of her earliest-started post on the record's own day.
CREATE TABLE visitor_org AS
SELECT DISTINCT visit, date, (
    SELECT org FROM post
    WHERE post.person = visitor.person AND post."from" <= date
        AND coalesce(post."to", '9999-12-31') >= date
    ORDER BY post."from", post.id LIMIT 1) AS org
FROM visitor;

-- Units (§6.7): rows of one cadre in one township on days that touch or overlap are one trip, dated
-- by its first day. A unit begins with a row that no other row reaches or touches from before; a
-- row belongs to the last unit begun by its day. The text does not say by which row's 单位 a unit is
-- counted; both judges count it where any of its rows belongs.
CREATE TABLE unit_start AS
SELECT first.id, first.cadre, first.township, first."from"
FROM trip AS first
WHERE cadre IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM trip AS other
    WHERE other.cadre = first.cadre AND other.township = first.township
        AND (other."from" < first."from"
            OR (other."from" = first."from" AND other.id < first.id))
        AND date(other."to", '+1 day') >= first."from");
CREATE TABLE unit_row AS
SELECT trip.cadre, max(unit_start."from") AS date, unit_start.id AS id, (
    SELECT org FROM post
    WHERE post.person = trip.cadre AND post."from" <= trip."from" AND post."to" >= trip."from"
    ORDER BY post."from", post.id LIMIT 1) AS org
FROM trip JOIN unit_start
    ON unit_start.cadre = trip.cadre AND unit_start.township = trip.township
    AND unit_start."from" <= trip."from"
GROUP BY trip.id;

-- §6.7: workdays on which a person holds any post and has no leave.
CREATE TABLE on_duty AS
SELECT DISTINCT post.person, workday.day
FROM post JOIN workday
    ON workday.day BETWEEN post."from" AND coalesce(post."to", '9999-12-31')
WHERE NOT EXISTS (
    SELECT 1 FROM leave
    WHERE leave.person = post.person
        AND workday.day BETWEEN leave."from" AND coalesce(leave."to", '9999-12-31'));

-- Filled by a duty: one row per thing owed. left_on: last day in the set, or on which the element
-- lasted, when that is before the period's end. part: a step of a 流程.
CREATE TABLE owed(
    part TEXT NOT NULL DEFAULT '', subject TEXT, period_start TEXT, period_end TEXT,
    due TEXT, opens TEXT, entered TEXT, left_on TEXT,
    element INTEGER NOT NULL DEFAULT 0,      -- 逐 rather than 谁
    exempt INTEGER NOT NULL DEFAULT 0,
    may_be_late INTEGER NOT NULL DEFAULT 0,  -- 补, or a state
    empty_ok INTEGER NOT NULL DEFAULT 0      -- no record at all would satisfy 须
);
-- Three moments at which a measure is asked: min(D, due), D, and the day of leaving.
CREATE VIEW ask AS
    SELECT owed.*, 'due' AS moment, min(due, day) AS t FROM owed, question
    UNION ALL SELECT owed.*, 'now', day FROM owed, question
    UNION ALL SELECT owed.*, 'left', left_on FROM owed WHERE left_on IS NOT NULL;
-- Filled by a duty: the value at each moment, whether it satisfies 须, or can no more.
CREATE TABLE shown(
    part TEXT NOT NULL DEFAULT '', subject TEXT, period_start TEXT, moment TEXT,
    value TEXT, ok INTEGER, broken INTEGER NOT NULL DEFAULT 0
);
