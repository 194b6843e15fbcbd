#!/usr/bin/env bash
# Builds or tests the web app in web/, doing only what is out of date.
# Usage: web.sh build | web.sh test. `test` wants NUANJIA=<path of the built binary> for the journeys.
# The stamp of the last build lies in node_modules, because the build empties dist and dist is embedded.
# Without web/package.json there is no web app yet: that is said, and is no error.
set -euo pipefail
cd "$(dirname "$0")/.."

task="${1:-build}"
mkdir -p web/dist # The server embeds this folder; it must exist even when it is empty.

if [ ! -f web/package.json ]; then
  echo "web: skipped, web/package.json is absent"
  exit 0
fi
cd web
stamp=node_modules/.nuanjia-built

install_packages() {
  if [ ! -f node_modules/.package-lock.json ] ||
    [ package-lock.json -nt node_modules/.package-lock.json ]; then
    echo "web: installing packages"
    npm ci --no-audit --no-fund
    touch node_modules/.package-lock.json
  fi
}

dist_is_current() {
  [ -f "$stamp" ] && [ -n "$(ls -A dist)" ] &&
    [ -z "$(find . -path ./node_modules -prune -o -path ./dist -prune -o -path ./tests -prune \
      -o -type f -newer "$stamp" -print | head -n 1)" ]
}

build() {
  install_packages
  if ! dist_is_current; then
    echo "web: building"
    npm run build
    touch "$stamp"
  fi
}

case "$task" in
  build) build ;;
  test)
    build
    npm test
    npm run e2e
    ;;
  *)
    echo "web: unknown task '$task'; say build or test" >&2
    exit 64
    ;;
esac
