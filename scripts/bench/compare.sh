#!/usr/bin/env bash
# Holds the engine against DuckDB: the same facts, the same days, one line per clause and day.
# Only when all lines are equal is a ratio of times worth anything; the first difference is shown.
#   scripts/bench/compare.sh BENCH facts DIR    |    scripts/bench/compare.sh BENCH narrow DIR CHECKS
#   scripts/bench/compare.sh BENCH cities N     plays N cities and asks both about them
# With facts and cities both are timed in this one run, and the ratio is printed for each day.
# BENCH is the bench program (`cargo bench -p suite --bench engine --no-run` names it); CHECKS are
# the lines it has written with --checks when it exported the columns. PYTHON has duckdb and numpy.
set -euo pipefail
cd "$(dirname "$0")/../.."
bench=$1 kind=$2 folder=$3
lines=$(mktemp -d)
trap 'rm -rf "$lines"' EXIT
case $kind in
  facts) "$bench" --facts "$folder" --checks "$lines/engine" | tee "$lines/engine.times" ;;
  cities)
    "$bench" --cities "$folder" --export "$lines/columns" --checks "$lines/engine" |
      tee "$lines/engine.times"
    kind=narrow folder=$lines/columns ;;
  narrow) cp "$4" "$lines/engine"; : > "$lines/engine.times" ;;
  *) echo "facts, narrow or cities, not $kind" >&2; exit 1 ;;
esac
"${PYTHON:-python3}" scripts/bench/duck.py "--$kind" "$folder" --checks "$lines/duckdb" |
  tee "$lines/duckdb.times"
if diff "$lines/engine" "$lines/duckdb" | head -4 | grep . >&2; then
  echo "engine and DuckDB differ" >&2
  exit 1
fi
echo "engine and DuckDB agree on $(wc -l < "$lines/engine") lines"
# Of DuckDB the number of threads that took least counts.
awk '
  FNR == NR { if ($1 == "judge") ours[$2] = $4; next }
  $3 == "ask" {
    ask = $6; whole = $10
    if (!($4 in asks) || ask < asks[$4]) asks[$4] = ask
    if (!($4 in wholes) || whole < wholes[$4]) wholes[$4] = whole
  }
  END {
    for (day in ours) if (day in asks)
      printf "%s engine %.2f ms, DuckDB ask %.1f ms (%.1f times), whole %.1f ms (%.1f times)\n",
        day, ours[day], asks[day], asks[day] / ours[day], wholes[day], wholes[day] / ours[day]
  }' "$lines/engine.times" "$lines/duckdb.times" | sort
