#!/usr/bin/env bash
# Holds the engine against DuckDB: the same facts, the same days, one line per clause and day.
# Only when all lines are equal is a ratio of times worth anything; the first difference is shown.
#   scripts/bench/compare.sh BENCH facts DIR    |    scripts/bench/compare.sh BENCH narrow DIR CHECKS
# BENCH is the bench program (`cargo bench -p suite --bench engine --no-run` names it); CHECKS are
# the lines it has written with --checks when it exported the columns. PYTHON has duckdb and numpy.
set -euo pipefail
cd "$(dirname "$0")/../.."
bench=$1 kind=$2 folder=$3
lines=$(mktemp -d)
trap 'rm -rf "$lines"' EXIT
if [ "$kind" = facts ]; then
  "$bench" --facts "$folder" --checks "$lines/engine"
else
  cp "$4" "$lines/engine"
fi
"${PYTHON:-python3}" scripts/bench/duck.py "--$kind" "$folder" --checks "$lines/duckdb"
if diff "$lines/engine" "$lines/duckdb" | head -4 | grep . >&2; then
  echo "engine and DuckDB differ" >&2
  exit 1
fi
echo "engine and DuckDB agree on $(wc -l < "$lines/engine") lines"
