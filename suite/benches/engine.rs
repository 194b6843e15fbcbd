//! How long it takes to judge twelve clauses and to add them up over the organisation tree.
//!
//! Without arguments one city is played and judged; `--facts DIR` takes a fact folder instead,
//! `--cities N` plays N cities and keeps an engine for each. What was judged is printed as
//! checksums too, so that another program can be held against it: see `scripts/bench`.
//! It asserts nothing about speed; figures are read by people, in docs/performance.md.
//! Read next: `engine/clauses.rs` for what is asked, `engine/cities.rs` for the nation.

#[path = "engine/checks.rs"]
mod checks;
#[path = "engine/cities.rs"]
mod cities;
#[path = "engine/clauses.rs"]
mod clauses;
#[path = "engine/clock.rs"]
mod clock;
#[path = "engine/narrow.rs"]
mod narrow;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use duty::Engine;
use facts::Day;
use plan::plan::Plan;

use checks::Checks;
use clock::Stopwatch;

/// The days asked: in the middle of the season, and its last.
const DAYS: [&str; 2] = ["2012-09-18", "2012-12-31"];
/// Each day is judged so often; the median counts.
const RUNS: usize = 11;
/// One clause alone is judged so often; it only shows what dominates.
const RUNS_OF_CLAUSE: usize = 3;
/// Seed of the first city.
const SEED: u64 = 1;

/// What is wanted on the command line.
struct Wanted {
    facts: Option<PathBuf>,
    cities: usize,
    seed: u64,
    export: Option<PathBuf>,
    checks: Option<PathBuf>,
    days: Vec<Day>,
    /// Of the folder, the whole plan instead of the twelve clauses.
    whole: bool,
    repeat: usize,
}

fn main() -> ExitCode {
    let outcome = Wanted::read(std::env::args().skip(1)).and_then(|wanted| match &wanted.facts {
        Some(dir) => folder(&wanted, dir),
        None => cities::nation(&wanted),
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("{reason}");
            ExitCode::FAILURE
        }
    }
}

impl Wanted {
    fn read(words: impl Iterator<Item = String>) -> Result<Wanted, String> {
        let days = DAYS.iter().filter_map(|day| Day::parse(day)).collect();
        let mut wanted = Wanted {
            facts: None,
            cities: 1,
            seed: SEED,
            export: None,
            checks: None,
            days,
            whole: false,
            repeat: RUNS,
        };
        let mut words = words;
        while let Some(word) = words.next() {
            if word == "--whole" {
                wanted.whole = true;
                continue;
            }
            // Cargo says --bench to every bench.
            if !word.starts_with("--") || word == "--bench" {
                continue;
            }
            let value = words.next().ok_or_else(|| format!("{word} needs a value"))?;
            let number = || value.parse().map_err(|_| format!("{word}: {value} is no number"));
            match word.as_str() {
                "--facts" => wanted.facts = Some(value.into()),
                "--cities" => wanted.cities = number()?,
                "--seed" => wanted.seed = number()? as u64,
                "--repeat" => wanted.repeat = number()?,
                "--export" => wanted.export = Some(value.into()),
                "--checks" => wanted.checks = Some(value.into()),
                "--day" => {
                    let day = Day::parse(&value).ok_or_else(|| format!("{value} is no day"))?;
                    wanted.days = vec![day];
                }
                _ => return Err(format!("{word} is not known")),
            }
        }
        Ok(wanted)
    }
}

/// Judges a fact folder; `--whole` lays out the whole plan instead of the twelve clauses.
fn folder(wanted: &Wanted, dir: &Path) -> Result<(), String> {
    let whole = clauses::plan(&project("plans/binzhou-2012-15.md"))?;
    let plan = if wanted.whole { whole } else { clauses::narrowed(whole) };
    let reading = Stopwatch::start();
    let schema = Arc::new(plan.schema.clone());
    let read = document::folder::read(dir, schema, &document::ReadOptions::default());
    let read = read.map_err(|fault| fault.to_string())?;
    let rows: u64 = read.rows.values().sum();
    println!("rows {rows} left_out {} read {reading}", read.errors.len());
    let laying = Stopwatch::start();
    let engine = engine(&plan, &read.world)?;
    println!("lay_out {laying} bytes {}", engine.bytes());
    let engines = [engine];
    let mut checks = Checks::default();
    for day in &wanted.days {
        time(&plan, &engines, *day, wanted.repeat);
        checks.take(&plan, &read.world, &engines[0], *day, 0)?;
    }
    println!("resident {} MB", clock::resident() >> 20);
    checks.write(wanted.checks.as_deref())
}

/// The engine of a city.
fn engine(plan: &Plan, world: &facts::World) -> Result<Engine, String> {
    let engine = Engine::new(plan, world).map_err(|trouble| format!("{trouble:?}"))?;
    engine.ok_or_else(|| "the plan has no term".to_owned())
}

/// Prints the processor time of one day: all clauses, and each by itself.
fn time(plan: &Plan, engines: &[Engine], day: Day, runs: usize) {
    let indexes = clauses::indexes(plan);
    let judge = |clauses: &[usize]| {
        for (engine, clause) in engines.iter().flat_map(|e| clauses.iter().map(move |c| (e, *c))) {
            std::hint::black_box(engine.counts(clause, day));
        }
    };
    let all = clock::typical(runs, || judge(&indexes));
    println!("judge {day} processor {} median of {runs}", clock::shown(all));
    for (clause, index) in clauses::CLAUSES.iter().zip(&indexes) {
        let one = clock::typical(runs.min(RUNS_OF_CLAUSE), || judge(&[*index]));
        println!("  {clause} {}", clock::shown(one));
    }
}

/// A path inside the project.
fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}
