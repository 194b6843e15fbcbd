//! How long a live world takes to follow one change.
//!
//! The small world is laid out many times side by side under one city; then visits, trips and
//! diaries come in one by one, some are corrected, and single subjects are asked about. Median and
//! the slowest hundredth are printed, by kind of change. It checks nothing: the suite does that.
//! Run: `cargo bench -p suite --bench live -- COPIES [--twelve] FORM …`; without forms, the usual
//! ones; with --twelve the clauses of the engine's bench, else the whole paper.
#![allow(clippy::expect_used, clippy::print_stdout, reason = "a measurement, run by hand")]

#[path = "engine/clauses.rs"]
#[allow(dead_code, reason = "which clauses stand where is asked by the other bench alone")]
mod clauses;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use document::ReadOptions;
use duty::{Change, Live};
use facts::schema::{RECORDED_AT, registry};
use facts::{Day, FieldId, FormId, RecordRef, Value, World, WorldBuilder};

/// Copies of the small world, when none are asked for.
const COPIES: usize = 100;
/// Changes measured of each kind.
const ROUNDS: usize = 4000;
/// As of this day.
const TODAY: &str = "2012-09-14";

struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound.max(1) as u64) as usize
    }
}

fn main() {
    let copies = std::env::args().filter_map(|word| word.parse().ok()).next().unwrap_or(COPIES);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let sources = server::texts::load(&root.join("plans/binzhou-2012-15.md")).expect("the plan");
    let (plan, _) = plan::compile::compile(&sources);
    let twelve = std::env::args().any(|word| word == "--twelve");
    let plan = if twelve { clauses::narrowed(plan) } else { plan };
    let schema = Arc::new(plan.schema.clone());
    let folder = root.join("plans/rehearsal/tiny");
    let read = document::folder::read(&folder, schema, &ReadOptions::default()).expect("facts");
    let world = many(&read.world, copies);
    let records: usize = world.tables.iter().map(|table| table.records.len()).sum();
    let begin = Instant::now();
    let day = Day::parse(TODAY).expect("a day");
    let mut live = Live::new(Arc::new(plan), world, day).expect("a calendar");
    println!("{records} records, laid out in {:?}", begin.elapsed());
    let mut dice = Dice(7);
    let asked: Vec<String> = std::env::args().skip(1).filter(|word| is_form(&live, word)).collect();
    let usual = ["visit", "trip", "diary", "need", "household_tag", "pairing"].map(String::from);
    for name in if asked.is_empty() { usual.as_slice() } else { asked.as_slice() } {
        comings(&mut live, name, &mut dice);
    }
    transfers(&mut live, &mut dice);
    questions(&live, &mut dice);
    days(&mut live);
}

fn is_form(live: &Live, word: &str) -> bool {
    live.world().schema.form_named(word).is_some()
}

/// The small world many times over, all below one city.
fn many(world: &World, copies: usize) -> World {
    let mut builder = WorldBuilder::new(Arc::clone(&world.schema), world.calendar.clone());
    let org = world.schema.form_named(registry::ORG).expect("organisations");
    let level = world.schema.form(org).field_named("level").expect("a level");
    let top = |record: RecordRef| {
        let first = world.record(record).versions.first();
        record.form == org && first.is_some_and(|row| row.value(level) == &Value::Code(2))
    };
    let place = world.schema.form_named("place");
    let shared = |record: RecordRef| top(record) || Some(record.form) == place;
    let name = |record: RecordRef, copy: usize| match shared(record) || copy == 0 {
        true => world.id(record).to_string(),
        false => format!("{}-{copy}", world.id(record)),
    };
    for copy in 0..copies {
        for (form, table) in (0u16..).map(FormId).zip(&world.tables) {
            for (index, record) in (0u32..).zip(&table.records) {
                let itself = RecordRef { form, index };
                if copy > 0 && shared(itself) {
                    continue;
                }
                for row in &record.versions {
                    let mut of = |value: &Value| match value {
                        Value::Ref(to) => Value::Ref(builder.reserve(to.form, &name(*to, copy))),
                        other => other.clone(),
                    };
                    let values = row.values.iter().zip(0u16..).map(|(value, field)| {
                        let value = match value {
                            Value::List(items) => Value::List(items.iter().map(&mut of).collect()),
                            one => of(one),
                        };
                        (FieldId(field), value)
                    });
                    let values = values.collect();
                    builder.add(form, &name(itself, copy), values, row.known, row.withdrawn);
                }
            }
        }
    }
    builder.finish().0
}

/// A row like one that is there, some days away.
fn like(live: &Live, form: FormId, id: String, dice: &mut Dice) -> Change {
    let schema = Arc::clone(&live.world().schema);
    let table = live.world().table(form);
    let row = loop {
        let record = &table.records[dice.below(table.records.len())];
        if let Some(row) = record.versions.last() {
            break row;
        }
    };
    let declared = schema.form(form);
    let days = [declared.axis, declared.end];
    let shift = dice.below(21) as i32 - 10;
    let values = row.values.iter().zip(0u16..).map(|(value, field)| {
        let field = FieldId(field);
        match value {
            Value::Day(day) if days.contains(&Some(field)) => (field, Value::Day(*day + shift)),
            other => (field, other.clone()),
        }
    });
    let values = values.filter(|(field, value)| *field != RECORDED_AT && !value.is_empty());
    Change { form, id, values: values.collect(), known: None, withdrawn: false }
}

fn comings(live: &mut Live, name: &str, dice: &mut Dice) {
    let form = live.world().schema.form_named(name).expect("a form");
    let (mut new, mut corrected, mut gone) = (Vec::new(), Vec::new(), Vec::new());
    let known = |text: &str| Day::parse(text);
    for round in 0..ROUNDS {
        let mut change = like(live, form, format!("{name}-new-{round}"), dice);
        change.known = known("2012-09-13");
        new.push(timed(|| live.apply(std::slice::from_ref(&change)).changed.len()));
        let other = like(live, form, change.id.clone(), dice);
        let other = Change { known: known("2012-09-14"), ..other };
        corrected.push(timed(|| live.apply(&[other]).changed.len()));
        if round % 2 == 0 {
            let last = Change { known: known("2012-09-15"), withdrawn: true, ..change };
            gone.push(timed(|| live.apply(&[last]).changed.len()));
        }
    }
    report(&format!("{name}: new"), new);
    report(&format!("{name}: corrected"), corrected);
    report(&format!("{name}: withdrawn"), gone);
}

fn transfers(live: &mut Live, dice: &mut Dice) {
    let form = live.world().schema.form_named(registry::POST).expect("posts");
    let mut times = Vec::new();
    for round in 0..ROUNDS / 40 {
        let change = like(live, form, format!("post-new-{round}"), dice);
        times.push(timed(|| live.apply(&[change]).changed.len()));
    }
    report("post: new", times);
}

fn questions(live: &Live, dice: &mut Dice) {
    let mut times = Vec::new();
    let owed: Vec<_> = (0..live.plan().clauses.len()).filter(|c| live.follows(*c)).collect();
    for _ in 0..ROUNDS {
        let clause = owed[dice.below(owed.len())];
        let all = live.statuses(clause);
        let Some(row) = all.get(dice.below(all.len())) else { continue };
        let day = live.day() + -(dice.below(120) as i32);
        times.push(timed(|| live.as_of(clause, row.subject, day).len()));
        if times.len() > ROUNDS / 8 {
            break;
        }
    }
    report("as of a day, one subject", times);
}

fn days(live: &mut Live) {
    let mut times = Vec::new();
    for _ in 0..100 {
        let next = live.day() + 1;
        times.push(timed(|| live.advance(next).len()));
    }
    report("a day passes", times);
}

fn timed(body: impl FnOnce() -> usize) -> (Duration, usize) {
    let begin = Instant::now();
    let changed = body();
    (begin.elapsed(), changed)
}

fn report(name: &str, mut times: Vec<(Duration, usize)>) {
    times.sort_unstable();
    let at = |share: usize| times.get(times.len() * share / 1000).map(|(time, _)| *time);
    let changed: usize = times.iter().map(|(_, changed)| changed).sum();
    println!(
        "{name}: median {:?}, p90 {:?}, p99 {:?}, worst {:?}, {changed} changed of {}",
        at(500).unwrap_or_default(),
        at(900).unwrap_or_default(),
        at(990).unwrap_or_default(),
        times.last().map(|(time, _)| *time).unwrap_or_default(),
        times.len(),
    );
}
