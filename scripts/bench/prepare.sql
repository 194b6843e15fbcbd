-- What follows from the facts whatever day is asked: who owes, when, and which records can count.
-- Written from the clauses and plan-language §6, not from the engine. It stands apart from ask.sql
-- so that it can be timed apart: a database without it does all of this for every question, one
-- with it holds what our index holds. `d'2012-05-01'` is replaced by the number of that day.
-- It takes for granted what the rehearsed registry keeps: organisations neither begin, end nor move.
-- Read next: ask.sql.

-- @orgs
CREATE OR REPLACE TABLE closure AS
WITH RECURSIVE up(org, anc) AS (
  SELECT id, id FROM org
  UNION ALL
  SELECT up.org, org.parent FROM up JOIN org ON org.id = up.anc WHERE org.parent IS NOT NULL)
SELECT org, anc FROM up;

CREATE OR REPLACE TABLE held AS
SELECT post.*, grp = 0 AND level <= 1 AS leader, grp = 1 AND level <= 1 AS office,
  (grp IN (0, 1) AND level <= 1) AS body, (grp IN (0, 1) AND level <= 1) OR level = 2 AS cadre
FROM post JOIN org ON org.id = post.org;

-- @home: the organisation of a person by day, for each set she can be in (6.10)
CREATE OR REPLACE TABLE home AS
WITH owing AS (SELECT * FROM held WHERE person IN (SELECT person FROM held WHERE cadre)
    OR person IN (SELECT cadre FROM trip)),
points AS (
  SELECT person, -99999 AS day FROM owing
  UNION SELECT person, first_day FROM owing
  UNION SELECT person, last_day + 1 FROM owing
  UNION SELECT a.person, (a.last_day + b.first_day) // 2 + 1 FROM owing a JOIN owing b
    ON a.person = b.person AND a.last_day < b.first_day),
sets AS (SELECT unnest(['leader', 'office', 'body', 'cadre', 'any']) AS s),
ranked AS (
  SELECT DISTINCT ON (s, p.person, day) s, p.person, day, org,
    day BETWEEN h.first_day AND h.last_day AS holds
  FROM points p JOIN owing h ON h.person = p.person, sets
  ORDER BY s, p.person, day,
    CASE WHEN NOT holds THEN 2
      WHEN (s = 'leader' AND leader) OR (s = 'office' AND office) OR (s = 'body' AND body)
        OR (s = 'cadre' AND cadre) THEN 0 ELSE 1 END,
    greatest(h.first_day - day, day - h.last_day, 0), h.first_day, h.id)
SELECT s, person, org, holds, day AS first_day,
  lead(day, 1, 99999) OVER (PARTITION BY s, person ORDER BY day) - 1 AS last_day
FROM ranked;
CREATE OR REPLACE TABLE home_any AS SELECT * EXCLUDE (s) FROM home WHERE s = 'any';

-- @units: 趟 merged by person, place and days that touch
CREATE OR REPLACE TABLE trip_unit AS
WITH marked AS (
  SELECT *, coalesce(first_day > max(last_day) OVER (PARTITION BY cadre, township
    ORDER BY first_day, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) + 1, true) AS new
  FROM trip)
SELECT *, sum(new::INT) OVER (PARTITION BY cadre, township ORDER BY first_day, id
  ROWS UNBOUNDED PRECEDING)::INT AS unit
FROM marked;

-- @C030
CREATE OR REPLACE TABLE unit_org AS
WITH dated AS (SELECT *, min(first_day) OVER (PARTITION BY cadre, township, unit) AS day
  FROM trip_unit)
SELECT h.org, any_value(t.day) AS day, min(t.first_day) AS act
FROM dated t JOIN home_any h
  ON h.person = t.cadre AND h.holds AND t.first_day BETWEEN h.first_day AND h.last_day
GROUP BY h.org, t.cadre, t.township, t.unit;

-- @C034
CREATE OR REPLACE TABLE case_C034 AS
WITH stay AS (
  SELECT person, min(first_day) AS entered, max(last_day) AS left_day,
    d'2012-01-01' AS first_day, d'2012-12-31' AS due
  FROM held WHERE leader AND first_day <= d'2012-12-31' AND last_day >= d'2012-01-01'
  GROUP BY person)
SELECT stay.*, CASE WHEN entered <= first_day THEN 84
  ELSE (84 * (e.before - a.before) + (e.before - b.before) - 1) // (e.before - b.before)
  END AS target
FROM stay JOIN workday b ON b.day = first_day JOIN workday e ON e.day = due + 1
JOIN workday a ON a.day = greatest(entered, first_day);

CREATE OR REPLACE TABLE seen_trip AS
SELECT t.cadre, t.first_day, t.last_day, t.halves, min(v.date) AS act
FROM trip t JOIN case_C034 c ON c.person = t.cadre
JOIN visitor v ON v.person = t.cadre AND v.date BETWEEN t.first_day AND t.last_day
WHERE t.first_day BETWEEN c.first_day AND c.due
GROUP BY t.id, t.cadre, t.first_day, t.last_day, t.halves;

-- @C035
CREATE OR REPLACE TABLE case_C035 AS
WITH month AS (
  SELECT (make_date(2012, m, 1) - DATE '1970-01-01')::INT AS first_day,
    (make_date(2012 + m // 12, m % 12 + 1, 1) - DATE '1970-01-01')::INT - 1 AS due
  FROM range(5, 13) r(m)),
owes AS (
  SELECT h.person, m.first_day, m.due, max(h.last_day) AS left_day
  FROM held h JOIN month m ON h.first_day <= m.due AND h.last_day >= m.first_day
  WHERE h.office GROUP BY ALL),
duty AS (
  SELECT o.person, o.first_day, count(DISTINCT w.day) AS days
  FROM owes o JOIN workday w ON w.works AND w.day BETWEEN o.first_day AND o.due
  WHERE EXISTS (SELECT 1 FROM held h
      WHERE h.person = o.person AND w.day BETWEEN h.first_day AND h.last_day)
    AND NOT EXISTS (SELECT 1 FROM leave l
      WHERE l.person = o.person AND w.day BETWEEN l.first_day AND l.last_day)
  GROUP BY ALL)
SELECT o.*, coalesce(d.days, 0) < 10 AS exempt
FROM owes o LEFT JOIN duty d USING (person, first_day);

CREATE OR REPLACE TABLE unit AS
SELECT t.cadre, min(t.first_day) AS day
FROM trip_unit t SEMI JOIN case_C035 c ON c.person = t.cadre
GROUP BY t.cadre, t.township, t.unit;

-- @C036
CREATE OR REPLACE TABLE org_topic AS
WITH seen AS (
  SELECT DISTINCT h.org, v.date, v.topics
  FROM visitor v JOIN home_any h ON h.person = v.person AND h.holds
    AND v.date BETWEEN h.first_day AND h.last_day
  JOIN org o ON o.id = h.org AND o.level = 1
  WHERE v.date BETWEEN d'2012-05-01' AND d'2012-09-30' AND v.topics > 0)
SELECT org, topic, date FROM seen, range(5) t(topic) WHERE (topics >> topic) & 1 = 1
GROUP BY ALL;

-- @C037
CREATE OR REPLACE TABLE case_C037 AS
WITH stay AS (
  SELECT person, min(first_day) AS entered, max(last_day) AS left_day,
    d'2012-04-01' AS first_day, d'2012-12-31' AS due
  FROM held WHERE body AND first_day <= d'2012-12-31' AND last_day >= d'2012-04-01'
  GROUP BY person)
SELECT stay.*, CASE WHEN entered <= first_day THEN 10
  ELSE (10 * (e.before - a.before) + (e.before - b.before) - 1) // (e.before - b.before)
  END AS target
FROM stay JOIN workday b ON b.day = first_day JOIN workday e ON e.day = due + 1
JOIN workday a ON a.day = greatest(entered, first_day);

CREATE OR REPLACE TABLE first_home AS
SELECT v.person, v.household, min(v.date) AS date
FROM visitor v SEMI JOIN case_C037 c ON c.person = v.person
WHERE v.home AND v.household IS NOT NULL AND v.date BETWEEN d'2012-04-01' AND d'2012-12-31'
GROUP BY ALL;

-- @C038
CREATE OR REPLACE TABLE case_C038 AS
SELECT t.id, t.household, t.first_day AS born, greatest(t.first_day, d'2012-04-01') AS first_day,
  d'2012-12-31' AS due, t.last_day AS left_day, o.id AS home
FROM household_tag t JOIN household h ON h.id = t.household
JOIN closure c ON c.org = h.village JOIN org o ON o.id = c.anc AND o.level = 1
WHERE t.first_day <= d'2012-12-31' AND t.last_day >= d'2012-04-01';

CREATE OR REPLACE TABLE home_visit AS
SELECT DISTINCT household, date FROM visit
WHERE home AND household IN (SELECT household FROM case_C038);

-- @C050d
CREATE OR REPLACE TABLE case_C050d AS
SELECT id, cadre, first_day, last_day, last_day + 7 AS due FROM trip
WHERE first_day BETWEEN d'2012-04-01' AND d'2012-12-31';

CREATE OR REPLACE TABLE diary_trip AS
SELECT d.trip, d.date FROM diary d JOIN case_C050d c
  ON c.id = d.trip AND c.cadre = d.author AND d.date >= c.first_day;
CREATE OR REPLACE TABLE diary_day AS SELECT DISTINCT author, date FROM diary;
CREATE OR REPLACE TABLE trip_day AS
SELECT id, cadre, first_day + n::INT AS date FROM case_C050d, range(0, 400) r(n)
WHERE first_day + n <= last_day;

-- @C054
CREATE OR REPLACE TABLE county_lag AS
SELECT d.org, (date_trunc('month', DATE '1970-01-01' + d.date)::DATE - DATE '1970-01-01')::INT
  AS first_day, d.date, d.lag
FROM diary d JOIN org o ON o.id = d.org AND o.level = 1
WHERE d.date BETWEEN d'2012-05-01' AND d'2012-12-31';

-- @C060
CREATE OR REPLACE TABLE point AS
SELECT p.org, p.first_day, p.last_day FROM contact_point p
JOIN closure c ON c.org = p.village AND c.anc = p.org WHERE p.weak;

-- @C061
CREATE OR REPLACE TABLE case_C061 AS
SELECT person, max(last_day) AS left_day, d'2012-05-01' AS first_day, d'2012-09-30' AS due
FROM held WHERE cadre AND first_day <= d'2012-09-30' AND last_day >= d'2012-05-01'
GROUP BY person;

CREATE OR REPLACE TABLE pair AS
SELECT p.cadre, p.kind, p.first_day, p.last_day
FROM pairing p LEFT JOIN resident r ON r.id = p.resident
WHERE (p.kind = 0 AND p.basis) OR (p.kind = 1 AND p.first_day < r.adult_day);

-- @C131
CREATE OR REPLACE TABLE case_C131 AS
WITH period AS (
  SELECT (make_date(2012, m, 1) - DATE '1970-01-01')::INT AS first_day,
    (make_date(2012 + (m + 1) // 12, (m + 1) % 12 + 1, 1) - DATE '1970-01-01')::INT - 1 AS last_day
  FROM range(5, 13, 2) r(m))
SELECT o.id AS org, p.*, w.day AS due
FROM org o, period p JOIN workday e ON e.day = p.last_day + 1
JOIN workday w ON w.works AND w.before = e.before + 4
WHERE o.level = 1;
