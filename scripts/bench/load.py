"""Facts into narrow typed tables: from a fact folder, or from the bare columns of the bench.

Ids become numbers, days count from 1970-01-01, codes become small numbers. Of each record the
version known last counts, unless it was taken back or never confirmed (plan-language 6.2). All
this is loading: it is timed apart and not held against the database.
Read next: prepare.sql.
"""

import datetime
import pathlib

import numpy

import checks

OPEN = 99999
EPOCH = datetime.date(1970, 1, 1)
# Form: the letter of its ids, its own columns; references name the form they point to.
FORMS = {
    "person": ("p", []),
    "post": ("j", ["person", "org", "group", "from", "to"]),
    "leave": ("l", ["person", "from", "to"]),
    "household": ("h", ["village"]),
    "resident": ("r", ["birth"]),
    "trip": ("t", ["cadre", "from", "to", "halves", "township"]),
    "visit": ("v", ["version", "date", "home", "household", "topics"]),
    "diary": ("d", ["author", "org", "date", "trip"]),
    "household_tag": ("g", ["household", "from", "to"]),
    "contact_point": ("c", ["org", "village", "weak", "from", "to"]),
    "pairing": ("q", ["cadre", "kind", "resident", "basis", "from", "to"]),
    "inspection": ("is", ["place", "date"]),
    "periodic_report": ("pr", ["org", "first", "last", "filed", "date"]),
}
RENAMED = {"from": "first_day", "to": "last_day", "group": "grp",
           "first": "covers_first", "last": "covers_last"}
TARGETS = {"person": "person", "cadre": "person", "author": "person", "org": "org",
           "village": "org", "township": "org", "place": "org", "household": "household",
           "resident": "resident", "trip": "trip"}
KEYED = ["person", "trip", "household_tag"]


def narrow(con, folder):
    """Reads the columns that the bench has written; gives keys and cities by form."""
    folder = pathlib.Path(folder)
    read = lambda name: numpy.fromfile(folder / f"{name}.i32", dtype="<i4")
    for form, (_, columns) in FORMS.items():
        names = ["id", "known", "stands"] + columns
        table(con, form, {RENAMED.get(n, n): read(f"{form}.{n}") for n in names})
    table(con, "visitor", {n: read(f"visitor.{n}") for n in ["version", "person"]})
    orgs = {n: read(f"org.{n}") for n in ["id", "level", "parent"]}
    table(con, "org", orgs)
    keys, cities = {}, {}
    for form in KEYED + ["org"]:
        begins = read(f"city.{form}").astype(numpy.int64)
        last = con.execute(f"SELECT max(id) FROM raw_{form}").fetchone()[0]
        ids = numpy.arange(last + 1)
        cities[form] = numpy.searchsorted(begins, ids, side="right") - 1
        if form != "org":
            keys[form] = checks.numbered_hash(FORMS[form][0], ids - begins[cities[form]])
    texts = (folder / "org.ids.txt").read_text().split("\n")
    keys["org"] = numpy.tile(checks.text_hash(texts), len(begins))[:len(orgs["id"])]
    return keys, cities


def table(con, form, columns):
    """A raw table from arrays."""
    con.register("arrays", columns)
    con.execute(f"CREATE TABLE raw_{form} AS SELECT * FROM arrays")
    con.unregister("arrays")


def folder(con, path):
    """Reads a fact folder; gives keys and cities by form."""
    path = pathlib.Path(path)
    for form in ["org", *FORMS]:
        con.execute(
            f"CREATE TABLE csv_{form} AS SELECT row_number() OVER () - 1 AS line, * FROM "
            f"read_csv('{path}/{form}.csv', header = true, all_varchar = true, nullstr = '')"
            if (path / f"{form}.csv").exists() else
            f"CREATE TABLE csv_{form} AS SELECT 0 AS line, NULL::VARCHAR AS id WHERE false")
        con.execute(
            f"CREATE TABLE dict_{form} AS SELECT id AS text, "
            f"(row_number() OVER (ORDER BY min(line)) - 1)::INT AS id FROM csv_{form} GROUP BY 1")
    names = {row[0] for row in con.execute("DESCRIBE csv_org").fetchall()}
    versions = ", ".join(f'c."{name}" DESC' for name in ["from", "recorded_at"] if name in names)
    con.execute(
        "CREATE TABLE raw_org AS SELECT d.id, CASE level WHEN 'city' THEN 0 WHEN 'county' THEN 1 "
        "WHEN 'zone' THEN 1 WHEN 'township' THEN 2 ELSE 3 END AS level, coalesce(p.id, -1) AS "
        "parent FROM csv_org c JOIN dict_org d ON d.text = c.id "
        "LEFT JOIN dict_org p ON p.text = c.parent "
        f"QUALIFY row_number() OVER (PARTITION BY d.id ORDER BY {versions}) = 1")
    for form, (_, columns) in FORMS.items():
        con.execute(raw(con, form, columns))
    con.execute("CREATE TABLE raw_visitor AS SELECT c.line::INT AS version, p.id AS person FROM "
                "(SELECT line, unnest(string_split(visitors, '|')) AS text FROM csv_visit) c "
                "JOIN dict_person p USING (text)")
    keys, cities = {}, {}
    for form in KEYED + ["org"]:
        texts = [row[0] for row in con.execute(f"SELECT text FROM dict_{form} ORDER BY id").fetchall()]
        keys[form] = checks.text_hash(texts)
        cities[form] = numpy.zeros(len(texts), dtype=numpy.int64)
    for form in ["org", *FORMS]:
        con.execute(f"DROP TABLE csv_{form}; DROP TABLE dict_{form}")
    return keys, cities


def raw(con, form, columns):
    """The query that makes a raw table of a CSV."""
    present = {row[0] for row in con.execute(f"DESCRIBE csv_{form}").fetchall()}
    day = lambda c: f"(left(c.\"{c}\", 10)::DATE - DATE '1970-01-01')::INT"
    yes = lambda c: f"coalesce(c.\"{c}\" IN ('yes', 'true', '1', '是'), false)"
    own = {
        "halves": "(2 * c.days::DECIMAL(9, 1))::INT",
        "home": "(c.kind = 'home')::INT",
        "version": "c.line::INT",
        "topics": "list_sum([1 << (list_position(['employment', 'culture', 'rights', 'poverty', "
                  "'vulnerable'], x) - 1) for x in string_split(coalesce(c.topics, ''), '|')])",
        "group": "list_position(['leader', 'office', 'township', 'village'], c.\"group\") - 1",
        "kind": "list_position(['woman', 'child'], c.kind) - 1",
        "basis": "(c.basis IS NOT NULL)::INT",
        "birth": "((c.birth || '-01')::DATE - DATE '1970-01-01')::INT",
        "first": "(split_part(c.covers, '..', 1)::DATE - DATE '1970-01-01')::INT",
        "last": "(split_part(c.covers, '..', 2)::DATE - DATE '1970-01-01')::INT",
        "to": f"coalesce({day('to')}, {OPEN})", "from": day("from"), "date": day("date"),
        "weak": f"{yes('weak')}::INT", "filed": f"{yes('filed')}::INT",
    }
    if "id" not in present or len(present) <= 2:
        nothing = ", ".join(f"0 AS {RENAMED.get(c, c)}" for c in ["id", "known", "stands"] + columns)
        return f"CREATE TABLE raw_{form} AS SELECT {nothing} WHERE false"
    cells, joins = [], []
    for column in columns:
        if column in own:
            value = own[column]
        elif column not in present:
            value = "-1"
        else:
            value = f"coalesce(r_{column}.id, -1)"
            joins.append(f"LEFT JOIN dict_{TARGETS[column]} r_{column} "
                         f"ON r_{column}.text = c.{column}")
        cells.append(f"{value} AS {RENAMED.get(column, column)}")
    withdrawn = yes("withdrawn") if "withdrawn" in present else "false"
    confirmed = (f"(c.entered_for IS NULL OR {yes('confirmed')})"
                 if {"entered_for", "confirmed"} <= present else "true")
    known = f"coalesce({day('recorded_at')}, -{OPEN})" if "recorded_at" in present else f"-{OPEN}"
    head = [f"d.id, {known} AS known, (NOT {withdrawn} AND {confirmed})::INT AS stands"]
    return (f"CREATE TABLE raw_{form} AS SELECT {', '.join(head + cells)} FROM csv_{form} c "
            f"JOIN dict_{form} d ON d.text = c.id {' '.join(joins)}")


def settle(con, workdays):
    """From all versions to those that count, typed and narrow."""
    for form, (_, columns) in FORMS.items():
        key = "id, first_day" if form == "post" else "id"
        cells = ", ".join(RENAMED.get(c, c) for c in columns)
        cells = f", {cells}" if cells else ""
        known = ", known" if form == "diary" else ""
        con.execute(
            f"CREATE TABLE {form} AS SELECT id{cells}{known} FROM (SELECT * FROM raw_{form} "
            f"QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY known DESC) = 1) "
            f"WHERE stands = 1 ORDER BY {'id' if 'date' not in columns else 'date, id'}")
    con.execute("CREATE TABLE org AS SELECT id, level::TINYINT AS level, "
                "nullif(parent, -1) AS parent FROM raw_org ORDER BY id")
    con.execute("UPDATE trip SET last_day = last_day")
    for form in ["post", "leave", "household_tag", "contact_point", "pairing"]:
        con.execute(f"UPDATE {form} SET last_day = {OPEN} WHERE last_day > {OPEN}")
    con.execute(
        "CREATE TABLE visitor AS SELECT p.person, v.date, v.home = 1 AS home, h.id AS household, "
        "v.topics::TINYINT AS topics FROM visit v JOIN raw_visitor p USING (version) "
        "LEFT JOIN household h ON h.id = v.household ORDER BY p.person, v.date")
    con.execute("CREATE OR REPLACE TABLE visit AS SELECT v.date, v.home = 1 AS home, "
                "h.id AS household FROM visit v LEFT JOIN household h ON h.id = v.household "
                "ORDER BY household, date")
    con.execute("CREATE OR REPLACE TABLE diary AS SELECT author, org, date, trip, "
                "CASE WHEN known > -99999 THEN known - date END AS lag FROM diary "
                "ORDER BY author, date")
    con.execute("CREATE OR REPLACE TABLE resident AS SELECT id, ((DATE '1970-01-01' + birth) "
                "+ INTERVAL 18 YEAR)::DATE - DATE '1970-01-01' AS adult_day FROM resident")
    for form, column in [("pairing", "basis"), ("contact_point", "weak"),
                         ("periodic_report", "filed")]:
        con.execute(f"ALTER TABLE {form} ALTER {column} TYPE BOOLEAN")
    calendar(con, workdays)
    for name, in con.execute("SELECT table_name FROM duckdb_tables() "
                             "WHERE table_name LIKE 'raw_%'").fetchall():
        con.execute(f"DROP TABLE {name}")


def calendar(con, path):
    """Workdays with how many lie before each day."""
    kinds = {}
    for line in pathlib.Path(path).read_text().splitlines()[1:]:
        day, kind = line.strip().split(",")[:2]
        kinds[datetime.date.fromisoformat(day)] = kind
    rows, before = [], 0
    day = datetime.date(2011, 12, 1)
    while day <= datetime.date(2014, 1, 31):
        kind = kinds.get(day)
        works = kind == "makeup_workday" or (kind != "holiday" and day.weekday() < 5)
        rows.append(((day - EPOCH).days, works, before))
        before += works
        day += datetime.timedelta(days=1)
    con.execute("CREATE TABLE workday (day INT, works BOOLEAN, before INT)")
    con.executemany("INSERT INTO workday VALUES (?, ?, ?)", rows)
