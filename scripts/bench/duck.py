"""DuckDB computes what the engine computes: twelve clauses and the standing, as of a day.

  python3 scripts/bench/duck.py --facts DIR [--threads 1,2] [--checks FILE]
  python3 scripts/bench/duck.py --narrow DIR          (what `--export DIR` of the bench wrote)

Needs the packages duckdb and numpy. Two figures per day: `ask` on tables that prepare.sql has made,
`whole` with that work included. Processor time of all threads, the best number of threads counts.
The checksums are compared with those of the engine by `scripts/bench/compare.sh`.
Read next: prepare.sql, ask.sql.
"""

import argparse
import datetime
import pathlib
import re
import statistics
import time

import duckdb

import checks
import load

HERE = pathlib.Path(__file__).parent
PROJECT = HERE.parent.parent
FORM_OF = {"C034": "person", "C035": "person", "C037": "person", "C061": "person",
           "C038": "household_tag", "C050d": "trip"}
FIGURE = "C054"


def number(text):
    return (datetime.date.fromisoformat(text) - load.EPOCH).days


def parts(name):
    """A file of queries, by the mark above each."""
    text = (HERE / name).read_text()
    text = re.sub(r"d'(\d{4}-\d\d-\d\d)'", lambda found: str(number(found[1])), text)
    pieces = re.split(r"^-- @(\w+).*$", text, flags=re.M)
    return dict(zip(pieces[1::2], pieces[2::2]))


def timed(work):
    """Processor seconds of all threads."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def standing(queries, day):
    """One query: status counts per clause and organisation, own and below."""
    each = [f"SELECT '{clause}' AS clause, home, status, count(*) AS n FROM "
            f"({query.replace('@D', str(day))}) GROUP BY home, status"
            for clause, query in queries.items()]
    return each, ("SELECT clause, anc AS org, status, sum(n) AS n FROM counted "
                  "JOIN closure ON closure.org = counted.home GROUP BY ALL")


def ask(con, queries, day, times=None):
    """Judges all clauses and adds up over the tree."""
    each, roll_up = standing(queries, day)
    con.execute("CREATE OR REPLACE TABLE counted "
                "(clause VARCHAR, home INT, status INT, n BIGINT)")
    for clause, query in zip(queries, each):
        spent = timed(lambda: con.execute(f"INSERT INTO counted {query}"))
        if times is not None:
            times.setdefault(clause, []).append(spent)
    spent = timed(lambda: con.execute(f"CREATE OR REPLACE TABLE standing AS {roll_up}"))
    if times is not None:
        times.setdefault("roll_up", []).append(spent)


def prepare(con, times=None):
    for name, script in parts("prepare.sql").items():
        spent = timed(lambda: con.execute(script))
        if times is not None:
            times[name] = spent


def check(con, queries, days, keys, cities):
    """The checksum lines of all days."""
    lines = []
    for text in days:
        ask(con, queries, number(text))
        for at, (clause, query) in enumerate(queries.items()):
            rows = con.execute(query.replace("@D", str(number(text)))).fetchnumpy()
            form = FORM_OF.get(clause, "org")
            found = None
            if clause != FIGURE:
                found = con.execute("SELECT org, status, n::BIGINT AS n FROM standing "
                                    f"WHERE clause = '{clause}'").fetchnumpy()
            lines.append(checks.line(text, clause, at, rows, keys[form], cities[form], found,
                                     keys["org"], cities["org"]))
    return lines


def main():
    words = argparse.ArgumentParser()
    words.add_argument("--facts")
    words.add_argument("--narrow")
    words.add_argument("--threads", default="1,2")
    words.add_argument("--runs", type=int, default=7)
    words.add_argument("--checks")
    words.add_argument("--days", default="2012-09-18,2012-12-31")
    words.add_argument("--prepare-runs", type=int, default=3)
    words = words.parse_args()
    days = words.days.split(",")
    con = duckdb.connect(":memory:")
    queries = parts("ask.sql")
    begun, wall = time.process_time(), time.time()
    read = load.folder(con, words.facts) if words.facts else load.narrow(con, words.narrow)
    own = pathlib.Path(words.facts or ".") / "workdays.csv"
    load.settle(con, own if words.facts and own.exists() else
                PROJECT / "crates/facts/data/workdays.csv")
    print(f"duckdb {duckdb.__version__} load {time.process_time() - begun:.2f} s "
          f"(wall {time.time() - wall:.2f} s)")
    for threads in [int(n) for n in words.threads.split(",")]:
        con.execute(f"SET threads = {threads}")
        runs, spent = [], {}
        for _ in range(words.prepare_runs):
            spent = {}
            runs.append(timed(lambda: prepare(con, spent)))
        made = min(runs)
        print(f"threads {threads} prepare {1000 * made:.1f} ms  "
              + " ".join(f"{name} {1000 * s:.1f}" for name, s in spent.items()))
        for text in days:
            times, all_runs = {}, []
            ask(con, queries, number(text))
            for _ in range(words.runs):
                all_runs.append(timed(lambda: ask(con, queries, number(text), times)))
            best = statistics.median(all_runs)
            print(f"threads {threads} ask {text} processor {1000 * best:.1f} ms, with prepare "
                  f"{1000 * (best + made):.1f} ms, median of {words.runs}")
            print("  " + " ".join(f"{clause} {1000 * statistics.median(t):.1f}"
                                  for clause, t in times.items()))
    if words.checks:
        found = check(con, queries, days, *read)
        pathlib.Path(words.checks).write_text("\n".join(found) + "\n")
    size = con.execute("SELECT memory_usage_bytes FROM duckdb_memory() ORDER BY 1 DESC").fetchall()
    print(f"duckdb memory {sum(n for n, in size) >> 20} MB")


if __name__ == "__main__":
    main()
