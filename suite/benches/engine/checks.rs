//! Checksums of what was judged, one line per clause and day.
//!
//! `2012-09-18 C035 rows=1 not_due=0 … sum=4 rows_hash=… standing_hash=…`: how many obligations,
//! how many of each status, the sum of the values, and two sums of 64-bit hashes that do not depend
//! on order: over (clause, city, subject, first day, status, value), and over the status counts of
//! every organisation. Another program that prints the same line found the same.
//! `scripts/bench/checks.py` says the same in its own words; a change here is a change there.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use duty::{Engine, Question};
use facts::{Day, RecordRef, Value, World};
use plan::plan::{Plan, Status};

use super::clauses;

/// Values are doubled, so that half days and medians are whole.
const HALVES: i64 = 2;
/// A second 计 stands so many bits above the first.
const SECOND_BITS: u32 = 20;

/// What is found so far, by day and clause.
#[derive(Default)]
pub struct Checks {
    lines: BTreeMap<(Day, usize), Line>,
}

#[derive(Default)]
struct Line {
    rows: u64,
    statuses: [u64; Status::ALL.len()],
    sum: i64,
    rows_hash: u64,
    standing_hash: u64,
}

impl Checks {
    /// Judges one city on one day and takes all in.
    pub fn take(
        &mut self,
        plan: &Plan,
        world: &World,
        engine: &Engine,
        day: Day,
        city: u64,
    ) -> Result<(), String> {
        let judged = engine.evaluate(plan, world, &Question::as_of(day));
        let judged = judged.map_err(|trouble| format!("{trouble:?}"))?;
        let indexes = clauses::indexes(plan);
        for at in 0..indexes.len() {
            self.lines.entry((day, at)).or_default();
        }
        let place = |clause: usize| indexes.iter().position(|index| *index == clause);
        for row in &judged.obligations {
            let Some(at) = place(row.clause) else { continue };
            let line = self.lines.entry((day, at)).or_default();
            let status = row.status as usize;
            line.statuses[status] += 1;
            line.row(at, city, subject(world, row.subject), row.period.first, status, &row.value);
        }
        for row in judged.findings.iter().filter(|row| row.kind == duty::FindingKind::Show) {
            let Some(at) = place(row.clause) else { continue };
            let line = self.lines.entry((day, at)).or_default();
            line.row(at, city, subject(world, row.subject), row.period_start, 0, &row.value);
        }
        let org = plan.schema.form_named(facts::schema::registry::ORG).ok_or("no organisations")?;
        let orgs = &world.table(org).records;
        for (at, index) in indexes.iter().enumerate() {
            if clauses::CLAUSES[at] == clauses::FIGURE {
                continue;
            }
            let counts = engine.counts(*index, day).ok_or("a clause has no program")?;
            let line = self.lines.entry((day, at)).or_default();
            for (org, counts) in orgs.iter().zip(counts.chunks(Status::ALL.len())) {
                line.standing(at, city, text_hash(&org.id), counts);
            }
        }
        Ok(())
    }

    /// Writes the lines to a file, or shows them.
    pub fn write(&self, path: Option<&Path>) -> Result<(), String> {
        let mut text = String::new();
        for ((day, at), line) in &self.lines {
            let _ = write!(text, "{day} {} rows={}", clauses::CLAUSES[*at], line.rows);
            for (status, count) in Status::ALL.iter().zip(line.statuses) {
                let _ = write!(text, " {}={count}", status.word());
            }
            let _ = write!(text, " sum={} rows_hash={:016x}", line.sum, line.rows_hash);
            let _ = writeln!(text, " standing_hash={:016x}", line.standing_hash);
        }
        match path {
            Some(path) => std::fs::write(path, text).map_err(|error| error.to_string()),
            None => {
                print!("{text}");
                Ok(())
            }
        }
    }
}

impl Line {
    fn row(&mut self, at: usize, city: u64, subject: u64, first: Day, status: usize, of: &[Value]) {
        let each = of.iter().enumerate();
        let value: i64 = each.map(|(n, value)| halves(value) << (SECOND_BITS * n as u32)).sum();
        self.rows += 1;
        self.sum += value;
        let mut hash = mix(seed(at, city));
        hash = mix(hash ^ subject);
        hash = mix(hash ^ i64::from(first.0) as u64);
        hash = mix(hash ^ ((value as u64) << 3) ^ status as u64);
        self.rows_hash = self.rows_hash.wrapping_add(hash);
    }

    fn standing(&mut self, at: usize, city: u64, org: u64, counts: &[u32]) {
        for (status, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            let hash = mix(mix(mix(seed(at, city)) ^ org) ^ status as u64);
            self.standing_hash =
                self.standing_hash.wrapping_add(hash.wrapping_mul(u64::from(*count)));
        }
    }
}

fn subject(world: &World, record: RecordRef) -> u64 {
    text_hash(world.id(record))
}

/// Twice a number; 2 and 0 of 是 and 否; −1 of nothing.
fn halves(value: &Value) -> i64 {
    match value.as_number() {
        Some(number) => number.numerator() * (HALVES / number.denominator()),
        None => -1,
    }
}

fn seed(at: usize, city: u64) -> u64 {
    at as u64 + 1 + (city << 32)
}

/// The finishing steps of splitmix64.
fn mix(mut hash: u64) -> u64 {
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

/// FNV-1a.
fn text_hash(text: &str) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325;
    text.bytes().fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}
