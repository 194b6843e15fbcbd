#!/usr/bin/env bash
# Checks that this machine can build Nuanjia, and says in one go what is missing.
# Usage: setup.sh run|test. `test` also needs Chromium and a Chinese font for the browser journeys;
# as root on Debian these two are installed with apt-get, nothing else ever is.
# It does not install compilers: a wrong guess about someone's toolchain costs more than a sentence.
set -euo pipefail

purpose="${1:-run}"
missing=()

have() { command -v "$1" >/dev/null 2>&1; }

# at_least WANTED FOUND: compares versions such as 1.95 and 1.101.0.
at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }

if ! have cargo || ! have rustc; then
  missing+=("Rust 1.95 or newer: https://rustup.rs")
elif ! at_least 1.95 "$(rustc --version | cut -d ' ' -f 2)"; then
  missing+=("Rust 1.95 or newer: rustup update (found $(rustc --version))")
fi
if ! have node || ! have npm; then
  missing+=("Node.js 20 or newer with npm: https://nodejs.org")
elif ! at_least 20 "$(node --version | tr -d v)"; then
  missing+=("Node.js 20 or newer (found $(node --version))")
fi
have make || missing+=("make: apt-get install make")
have cc || missing+=("a C compiler: apt-get install gcc libc6-dev")

chromium_found() { have chromium || have chromium-browser || have google-chrome; }
chinese_font_found() { have fc-list && fc-list :lang=zh-cn 2>/dev/null | grep -q .; }

browser_packages=()
if [ "$purpose" = test ]; then
  chromium_found || browser_packages+=(chromium)
  chinese_font_found || browser_packages+=(fontconfig fonts-noto-cjk)
fi
if [ "${#browser_packages[@]}" -gt 0 ]; then
  if [ "$(id -u)" = 0 ] && have apt-get; then
    echo "setup: installing ${browser_packages[*]} for the browser journeys"
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -y -qq --no-install-recommends "${browser_packages[@]}" >/dev/null 2>&1 ||
      { apt-get update -qq &&
        apt-get install -y -qq --no-install-recommends "${browser_packages[@]}" >/dev/null; } ||
      missing+=("${browser_packages[*]}: apt-get could not install them")
  else
    missing+=("for the browser journeys: apt-get install ${browser_packages[*]}")
  fi
fi

if [ "${#missing[@]}" -gt 0 ]; then
  echo "setup: this machine still needs" >&2
  printf '  - %s\n' "${missing[@]}" >&2
  exit 1
fi
