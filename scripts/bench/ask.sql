-- One query a clause, as of the day @D: subject, first day, status, value, organisation.
-- Status by the first line of plan-language 6.8 that holds, numbered in that table's order of
-- standing: 0 not_due, 1 due, 2 met, 3 late, 4 missing, 5 exempt, 6 cancelled. Values are doubled,
-- so that half days and medians are whole; a second 计 stands 2^20 above the first.
-- All needs are lower bounds, so no upper bound is broken and nothing is true of no records.

-- @C030
WITH n AS (
  SELECT org, count(*) AS v FROM unit_org
  WHERE day BETWEEN d'2012-04-01' AND least(@D, d'2012-12-31') AND act <= @D GROUP BY org)
SELECT o.id AS subject, d'2012-04-01' AS first_day,
  CASE WHEN v >= 1 THEN 2 WHEN @D > d'2012-12-31' THEN 4 WHEN @D >= d'2012-12-31' - 30 THEN 1
    ELSE 0 END AS status,
  2 * coalesce(v, 0) AS value, o.id AS home
FROM org o LEFT JOIN n ON n.org = o.id WHERE o.level <= 2

-- @C034
WITH t AS (
  SELECT person, 0 AS kind, @D AS t FROM case_C034
  UNION ALL SELECT person, 1, due FROM case_C034 WHERE due < @D
  UNION ALL SELECT person, 2, left_day FROM case_C034
    WHERE left_day < due AND left_day < @D AND left_day < due - 30),
r AS (
  SELECT t.person, kind, s.first_day, s.last_day, halves, max(s.last_day) OVER (
    PARTITION BY t.person, kind ORDER BY s.first_day, s.last_day
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS until
  FROM t JOIN seen_trip s ON s.cadre = t.person AND s.act <= t.t),
v AS (
  SELECT person, kind, least(sum(halves),
    2 * sum(greatest(0, last_day - greatest(first_day, coalesce(until, 0) + 1) + 1))) AS v
  FROM r GROUP BY ALL),
n AS (
  SELECT person, max(v) FILTER (kind = 0) AS now, max(v) FILTER (kind = 1) AS in_time,
    max(v) FILTER (kind = 2) AS left_with FROM v GROUP BY person)
SELECT c.person AS subject, c.first_day,
  CASE WHEN left_day < due AND left_day < @D AND left_day < due - 30
      AND coalesce(left_with, 0) < target THEN 6
    WHEN coalesce(CASE WHEN due < @D THEN in_time ELSE now END, 0) >= target THEN 2
    WHEN @D > due THEN 4 WHEN @D >= due - 30 THEN 1 ELSE 0 END AS status,
  coalesce(now, 0) AS value, h.org AS home
FROM case_C034 c LEFT JOIN n ON n.person = c.person
JOIN home h ON h.s = 'leader' AND h.person = c.person
  AND least(@D, due) BETWEEN h.first_day AND h.last_day

-- @C035
WITH n AS (
  SELECT c.person, c.first_day, count(*) AS v,
    count(*) FILTER (u.day <= c.left_day) AS left_with
  FROM case_C035 c JOIN unit u
    ON u.cadre = c.person AND u.day BETWEEN c.first_day AND least(c.due, @D)
  GROUP BY ALL)
SELECT c.person AS subject, c.first_day,
  CASE WHEN left_day < due AND left_day < @D AND left_day < due - 10
      AND coalesce(left_with, 0) < 2 THEN 6
    WHEN exempt THEN 5 WHEN v >= 2 THEN 2
    WHEN @D > due THEN 4 WHEN @D >= due - 10 THEN 1 ELSE 0 END AS status,
  2 * coalesce(v, 0) AS value, h.org AS home
FROM case_C035 c LEFT JOIN n ON n.person = c.person AND n.first_day = c.first_day
JOIN home h ON h.s = 'office' AND h.person = c.person
  AND least(@D, due) BETWEEN h.first_day AND h.last_day

-- @C036
WITH n AS (SELECT org, count(DISTINCT topic) AS v FROM org_topic WHERE date <= @D GROUP BY org)
SELECT o.id AS subject, d'2012-05-01' AS first_day,
  CASE WHEN v >= 5 THEN 2 WHEN @D > d'2012-09-30' THEN 4 WHEN @D >= d'2012-09-30' - 30 THEN 1
    ELSE 0 END AS status,
  2 * coalesce(v, 0) AS value, o.id AS home
FROM org o LEFT JOIN n ON n.org = o.id WHERE o.level = 1

-- @C037
WITH n AS (
  SELECT c.person, count(*) AS v, count(*) FILTER (f.date <= c.left_day) AS left_with
  FROM case_C037 c JOIN first_home f ON f.person = c.person AND f.date <= @D GROUP BY c.person)
SELECT c.person AS subject, c.first_day,
  CASE WHEN left_day < due AND left_day < @D AND left_day < due - 30
      AND coalesce(left_with, 0) < target THEN 6
    WHEN coalesce(v, 0) >= target THEN 2
    WHEN @D > due THEN 4 WHEN @D >= due - 30 THEN 1 ELSE 0 END AS status,
  2 * coalesce(v, 0) AS value, h.org AS home
FROM case_C037 c LEFT JOIN n ON n.person = c.person
JOIN home h ON h.s = 'body' AND h.person = c.person
  AND least(@D, due) BETWEEN h.first_day AND h.last_day

-- @C038
WITH n AS (
  SELECT c.id, min(v.date) AS seen FROM case_C038 c JOIN home_visit v
    ON v.household = c.household AND v.date BETWEEN c.first_day AND least(c.due, @D)
  WHERE c.born <= @D GROUP BY c.id)
SELECT c.id AS subject, c.first_day,
  CASE WHEN left_day < @D AND left_day <= due AND (seen IS NULL OR seen > left_day) THEN 6
    WHEN seen IS NOT NULL THEN 2
    WHEN @D > due THEN 4 WHEN @D >= c.first_day THEN 1 ELSE 0 END AS status,
  CASE WHEN seen IS NULL THEN 0 ELSE 2 END AS value, c.home
FROM case_C038 c LEFT JOIN n ON n.id = c.id WHERE c.born <= @D

-- @C050d
WITH found AS (
  SELECT trip AS id, date FROM diary_trip WHERE date <= @D
  UNION ALL
  SELECT t.id, t.date FROM trip_day t JOIN diary_day d ON d.author = t.cadre AND d.date = t.date
  WHERE t.date <= @D),
n AS (SELECT id, min(date) AS seen FROM found GROUP BY id)
SELECT c.id AS subject, c.first_day,
  CASE WHEN seen <= due THEN 2 WHEN @D <= due THEN 1 WHEN seen IS NOT NULL THEN 3 ELSE 4 END
    AS status,
  CASE WHEN seen IS NULL THEN 0 ELSE 2 END AS value, h.org AS home
FROM case_C050d c LEFT JOIN n ON n.id = c.id
JOIN home_any h ON h.person = c.cadre AND least(@D, c.due) BETWEEN h.first_day AND h.last_day
WHERE c.first_day <= @D

-- @C054
WITH month AS (
  SELECT (make_date(2012, m, 1) - DATE '1970-01-01')::INT AS first_day FROM range(5, 13) r(m)),
n AS (SELECT org, first_day, median(lag) AS v FROM county_lag WHERE date <= @D GROUP BY ALL)
SELECT o.id AS subject, m.first_day, 0 AS status, coalesce((2 * v)::INT, -1) AS value,
  o.id AS home
FROM org o JOIN month m ON m.first_day <= @D
LEFT JOIN n ON n.org = o.id AND n.first_day = m.first_day WHERE o.level = 1

-- @C060
WITH n AS (
  SELECT org, count(*) FILTER (@D BETWEEN first_day AND last_day) AS now,
    count(*) FILTER (least(@D, d'2012-09-30') BETWEEN first_day AND last_day) AS in_time
  FROM point GROUP BY org)
SELECT o.id AS subject, d'2012-05-01' AS first_day,
  CASE WHEN in_time >= 2 THEN 2
    WHEN @D > d'2012-09-30' THEN CASE WHEN now >= 2 THEN 3 ELSE 4 END
    WHEN @D >= d'2012-09-30' - 30 THEN 1 ELSE 0 END AS status,
  2 * coalesce(now, 0) AS value, o.id AS home
FROM org o LEFT JOIN n ON n.org = o.id WHERE o.level <= 2

-- @C061
WITH n AS (
  SELECT c.person,
    count(*) FILTER (kind = 0 AND @D BETWEEN p.first_day AND p.last_day) AS woman,
    count(*) FILTER (kind = 1 AND @D BETWEEN p.first_day AND p.last_day) AS child,
    count(*) FILTER (kind = 0 AND least(@D, due) BETWEEN p.first_day AND p.last_day) AS woman_due,
    count(*) FILTER (kind = 1 AND least(@D, due) BETWEEN p.first_day AND p.last_day) AS child_due,
    count(*) FILTER (kind = 0 AND left_day BETWEEN p.first_day AND p.last_day) AS woman_left,
    count(*) FILTER (kind = 1 AND left_day BETWEEN p.first_day AND p.last_day) AS child_left
  FROM case_C061 c JOIN pair p ON p.cadre = c.person GROUP BY c.person)
SELECT c.person AS subject, c.first_day,
  CASE WHEN left_day < due AND left_day < @D AND left_day < due - 30
      AND NOT coalesce(woman_left >= 1 AND child_left >= 1, false) THEN 6
    WHEN woman_due >= 1 AND child_due >= 1 THEN 2
    WHEN @D > due THEN CASE WHEN woman >= 1 AND child >= 1 THEN 3 ELSE 4 END
    WHEN @D >= due - 30 THEN 1 ELSE 0 END AS status,
  2 * coalesce(woman, 0) + (2 * coalesce(child, 0) << 20) AS value, h.org AS home
FROM case_C061 c LEFT JOIN n ON n.person = c.person
JOIN home h ON h.s = 'cadre' AND h.person = c.person
  AND least(@D, due) BETWEEN h.first_day AND h.last_day

-- @C110
WITH month AS (
  SELECT (make_date(2012, m, 1) - DATE '1970-01-01')::INT AS first_day,
    (make_date(2012 + m // 12, m % 12 + 1, 1) - DATE '1970-01-01')::INT - 1 AS due
  FROM range(5, 13) r(m)),
n AS (
  SELECT i.place, m.first_day, count(*) AS v FROM inspection i JOIN month m
    ON i.date BETWEEN m.first_day AND m.due WHERE i.date <= @D GROUP BY ALL)
SELECT o.id AS subject, m.first_day,
  CASE WHEN v >= 1 THEN 2 WHEN @D > m.due THEN 4 WHEN @D >= m.due - 10 THEN 1 ELSE 0 END
    AS status,
  2 * coalesce(v, 0) AS value, o.parent AS home
FROM org o JOIN month m ON true
LEFT JOIN n ON n.place = o.id AND n.first_day = m.first_day WHERE o.level = 1

-- @C131
WITH n AS (
  SELECT c.org, c.first_day, count(*) FILTER (r.date <= c.due) AS in_time, count(*) AS v
  FROM case_C131 c JOIN periodic_report r
    ON r.org = c.org AND r.covers_first = c.first_day AND r.covers_last = c.last_day
  WHERE r.filed AND r.date BETWEEN c.first_day AND @D GROUP BY ALL)
SELECT c.org AS subject, c.first_day,
  CASE WHEN in_time >= 1 THEN 2 WHEN @D > due THEN CASE WHEN v >= 1 THEN 3 ELSE 4 END
    WHEN @D >= due - 20 THEN 1 ELSE 0 END AS status,
  2 * coalesce(v, 0) AS value, c.org AS home
FROM case_C131 c LEFT JOIN n ON n.org = c.org AND n.first_day = c.first_day
