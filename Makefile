# Nuanjia's whole task list. The same commands serve a laptop and the check server.
#   make run     set up what is missing, build, rehearse a city, serve it, print its address
#   make test    set up what is missing, run every test: Rust, web units, browser journeys
#   make fmt     format the Rust code          make lint    formatting and clippy, changes nothing
#   make bench   measure the engine (use a quiet machine)
# Settings: PORT=8787  PROFILE=dev (or release: a faster program, a longer build)
#           SIZE=city (or tiny: a small place, there at once)
PORT ?= 8787
PROFILE ?= dev
SIZE ?= city
TARGET := $(or $(CARGO_TARGET_DIR),target)
NUANJIA := $(abspath $(TARGET))/$(if $(filter dev,$(PROFILE)),debug,$(PROFILE))/nuanjia
# The check server builds exactly what Cargo.lock says; elsewhere the lock may follow a manifest.
LOCKED := $(if $(CI),--locked)

# The rehearsal is made once, and again when what makes it has changed.
REHEARSAL := $(abspath $(TARGET))/rehearsal/$(SIZE)
MADE_FROM := $(wildcard crates/server/src/rehearse/*.rs plans/*.md plans/base/*/*.csv)

.PHONY: run test fmt lint bench bench-duckdb setup web build

run: build
	@$(MAKE) --no-print-directory $(REHEARSAL)/org.csv
	@echo "Nuanjia: http://127.0.0.1:$(PORT)  (rehearsal data, no real person; stop with Ctrl-C)"
	@$(NUANJIA) serve --port $(PORT) --facts $(REHEARSAL)

$(REHEARSAL)/org.csv: $(MADE_FROM)
	@rm -rf $(REHEARSAL) $(REHEARSAL).part
	@mkdir -p $(dir $(REHEARSAL))
	@$(NUANJIA) rehearse --seed 1 --size $(SIZE) --out $(REHEARSAL).part
	@mv $(REHEARSAL).part $(REHEARSAL)

test: SETUP_FOR = test
test: build
	cargo test --workspace --profile $(PROFILE) $(LOCKED)
	NUANJIA=$(NUANJIA) bash scripts/web.sh test

fmt:
	cargo fmt --all

lint: web
	cargo fmt --all --check
	cargo clippy --workspace --all-targets $(LOCKED) -- -D warnings

# A city is played and judged; more in docs/performance.md, such as BENCH='--cities 34'.
bench:
	cargo bench -p suite --bench engine $(LOCKED) -- $(BENCH)

# The same facts and days asked of DuckDB: times, ratio and equality in one run. PYTHON has duckdb
# and numpy; CITIES=3 asks about three cities together.
PYTHON ?= python3
CITIES ?= 1
bench-duckdb:
	@$(PYTHON) -c 'import duckdb, numpy' || { echo "PYTHON=$(PYTHON) needs duckdb and numpy"; exit 1; }
	cargo bench -p suite --bench engine $(LOCKED) --no-run
	@bench=$$(cargo bench -p suite --bench engine $(LOCKED) --no-run 2>&1 \
		| sed -n 's/^ *Executable .*(\(.*\))$$/\1/p'); \
	PYTHON=$(PYTHON) bash scripts/bench/compare.sh "$$bench" cities $(CITIES)

# The server carries web/dist inside the binary, so the web app is built first.
build: web
	cargo build --workspace --profile $(PROFILE) $(LOCKED)

web: setup
	@bash scripts/web.sh build

setup:
	@bash scripts/setup.sh $(or $(SETUP_FOR),run)
