//! How long the merge takes and how much it keeps: a million batches of one entry.
//!
//! Four in five state a visit, the others amend one from before, one amendment in ten without
//! having seen the last. Printed: time a batch, bytes a batch by what the process holds, and how
//! long the state of a record takes. It checks nothing: the laws are in `facts`.
//! Run: `cargo bench -p suite --bench merge`.
#![allow(clippy::expect_used, clippy::print_stdout, reason = "a measurement, run by hand")]

use std::collections::BTreeSet;
use std::time::Instant;

use facts::Day;
use facts::entry::{Act, Batch, Cell, Entry, EntryId, Id, Name, Reference, Value};
use facts::merge::{Merge, RecordKey};

/// Batches merged.
const BATCHES: u64 = 1_000_000;
/// Made, merged and dropped at a time, so that their own memory is not counted.
const ROUND: u64 = 10_000;

fn name(text: &str) -> Name {
    Name::new(text).expect("a name")
}

fn id(number: u64) -> Id {
    let mut id = [0x11; 16];
    id[..8].copy_from_slice(&number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
    Id(id)
}

fn reference(id: &str) -> Value {
    Value::Record(Reference { form: None, id: name(id) })
}

/// The record a batch is about: every fifth amends one stated some thousands before.
fn record(number: u64) -> u64 {
    if number % 5 == 4 && number > 5_000 { number - 4_004 } else { number }
}

fn batch(number: u64) -> Batch {
    let of = record(number);
    let fields = [
        ("date", Value::Day(Day(15_000 + (of % 300) as i32))),
        ("kind", Value::Code(name("home"))),
        ("village", reference(&format!("371621101{:03}", of % 900))),
        ("household", reference(&format!("h{of:07}"))),
        ("visitors", Value::List(vec![reference(&format!("p{:04}", of % 3_000))])),
        ("topics", Value::List(vec![Value::Code(name("employment"))])),
    ];
    let mut fields = fields.map(|(alias, value)| (name(alias), Cell::Open(value)));
    let act = if of == number {
        Act::Stated { fields: fields.into() }
    } else {
        fields[0].1 = Cell::Open(Value::Day(Day(15_400)));
        let builds_on = BTreeSet::from([EntryId { batch: id(of), index: 0 }]);
        Act::Amended { builds_on, fields: fields[..1].iter().cloned().collect() }
    };
    Batch {
        id: id(number),
        device: Id([7; 16]),
        author: name("p0001"),
        org: name("371621101"),
        made_at: 0,
        entries: vec![Entry { form: name("visit"), record: name(&format!("v{of:08}")), act }],
    }
}

/// Bytes the process holds in memory, where the system tells.
fn resident() -> u64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = text.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok());
    pages.unwrap_or(0) * 4_096
}

fn main() {
    let mut merge = Merge::new();
    let mut spent = std::time::Duration::ZERO;
    drop((0..ROUND).map(batch).collect::<Vec<_>>());
    let before = resident();
    for round in 0..BATCHES / ROUND {
        let batches: Vec<Batch> = (round * ROUND..(round + 1) * ROUND).map(batch).collect();
        let begin = Instant::now();
        batches.iter().for_each(|batch| drop(merge.take(batch)));
        spent += begin.elapsed();
    }
    let bytes = resident().saturating_sub(before) / BATCHES;
    println!("{BATCHES} batches: {:.2} µs each", spent.as_secs_f64() * 1e6 / BATCHES as f64);
    println!("{bytes} bytes each, {} records", merge.records().len());
    let batches: Vec<Batch> = (0..BATCHES).step_by(10).map(batch).collect();
    let begin = Instant::now();
    let changed = batches.iter().map(|batch| merge.take(batch).len()).sum::<usize>();
    let each = begin.elapsed().as_secs_f64() * 1e6 / batches.len() as f64;
    println!("taken again: {each:.2} µs each, {changed} changes");
    let keys: Vec<RecordKey> =
        batches.iter().map(|batch| RecordKey::of(&batch.entries[0])).collect();
    let begin = Instant::now();
    let settled = keys.iter().filter(|key| merge.state(key).is_some_and(|s| s.is_settled()));
    let settled = settled.count();
    let each = begin.elapsed().as_secs_f64() * 1e6 / keys.len() as f64;
    println!("a state: {each:.2} µs, {settled} of {} settled", keys.len());
    many_amendments();
}

/// One record that a thousand people amend, each without seeing the others.
fn many_amendments() {
    let mut merge = Merge::new();
    let first = batch(0);
    merge.take(&first);
    let begin = Instant::now();
    for number in 1..1_000 {
        let mut amended = batch(number);
        amended.entries[0].record = first.entries[0].record.clone();
        let fields = amended.entries[0].act.fields().clone();
        let builds_on = BTreeSet::from([EntryId { batch: first.id, index: 0 }]);
        amended.entries[0].act = Act::Amended { builds_on, fields };
        merge.take(&amended);
    }
    let taken = begin.elapsed();
    let begin = Instant::now();
    let state = merge.state(&RecordKey::of(&first.entries[0]));
    println!(
        "1000 entries of one record: taken in {taken:?}, its state in {:?}, {} fields",
        begin.elapsed(),
        state.map_or(0, |state| state.fields.len()),
    );
}
