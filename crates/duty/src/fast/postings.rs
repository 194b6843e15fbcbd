//! Postings: per key the days of its records, in order.
//!
//! An index of one aggregate: only rows that pass its fixed conditions are in it, sorted by key and
//! day. A count inside a window is then the distance of two positions, whatever the number of
//! records. `act` is the day since which a row counts at all, where that is later than its own day
//! (a trip counts once a visit of it is recorded; a unit once its first row is).
//! It knows no expressions: `index.rs` fills it.
//! Read next: `fold.rs`, which asks it.

use std::ops::Range;

use super::days::{OPEN, Short};

/// One row on its way into postings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Posting {
    /// Dense index of the key.
    pub key: u32,
    /// The day by which it counts.
    pub day: Short,
    /// Since when it counts.
    pub act: Short,
    /// Its last day.
    pub end: Short,
    /// What is counted apart by 去重, or the second reference to compare.
    pub other: u32,
    /// What is summed, times the scale.
    pub amount: i32,
    /// A span to compare.
    pub span: (Short, Short),
}

/// Which columns an aggregate needs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Columns {
    /// Last days.
    pub end: bool,
    /// Second references.
    pub other: bool,
    /// Amounts.
    pub amount: bool,
    /// Spans.
    pub span: bool,
    /// 去重.
    pub distinct: bool,
}

/// The index.
#[derive(Clone, Debug, Default)]
pub struct Postings {
    starts: Vec<u32>,
    day: Vec<Short>,
    act: Vec<Short>,
    end: Vec<Short>,
    /// One after the day of the same key's previous row with the same `other`; 0 for none.
    before: Vec<Short>,
    other: Vec<u32>,
    amount: Vec<i32>,
    span: Vec<(Short, Short)>,
}

impl Postings {
    /// Lays out rows; `keys` is the number of keys.
    pub fn new(mut rows: Vec<Posting>, keys: usize, columns: Columns) -> Postings {
        rows.sort_unstable();
        if columns.distinct {
            // The same key, day and value twice says nothing more.
            rows.dedup_by_key(|row| (row.key, row.day, row.act, row.other));
        }
        let mut starts = vec![0u32; keys + 1];
        for row in &rows {
            if let Some(next) = starts.get_mut(row.key as usize + 1) {
                *next += 1;
            }
        }
        for index in 1..starts.len() {
            starts[index] += starts[index - 1];
        }
        let delayed = rows.iter().any(|row| row.act != row.day);
        let mut made = Postings { starts, ..Postings::default() };
        made.day = rows.iter().map(|row| row.day).collect();
        if delayed {
            made.act = rows.iter().map(|row| row.act).collect();
        }
        if columns.end {
            made.end = rows.iter().map(|row| row.end).collect();
        }
        if columns.distinct && !delayed {
            made.before = before(&rows);
        } else if columns.distinct || columns.other {
            made.other = rows.iter().map(|row| row.other).collect();
        }
        if columns.amount {
            made.amount = rows.iter().map(|row| row.amount).collect();
        }
        if columns.span {
            made.span = rows.iter().map(|row| row.span).collect();
        }
        made
    }

    /// All rows of a key.
    pub fn of(&self, key: u32) -> Range<usize> {
        let start = self.starts.get(key as usize).copied().unwrap_or(0);
        let end = self.starts.get(key as usize + 1).copied().unwrap_or(start);
        start as usize..end as usize
    }

    /// Rows of a key whose day lies in `first..=last`.
    pub fn within(&self, key: u32, first: Short, last: Short) -> Range<usize> {
        let all = self.of(key);
        if first > last {
            return all.start..all.start;
        }
        let days = &self.day[all.clone()];
        let from = days.partition_point(|day| *day < first);
        let to = from + days[from..].partition_point(|day| *day <= last);
        all.start + from..all.start + to
    }

    /// Whether every row counts from its own day on.
    pub fn prompt(&self) -> bool {
        self.act.is_empty()
    }

    /// The day of a row.
    pub fn day(&self, row: usize) -> Short {
        self.day[row]
    }

    /// Since when a row counts.
    pub fn act(&self, row: usize) -> Short {
        self.act.get(row).copied().unwrap_or(self.day[row])
    }

    /// The last day of a row.
    pub fn end(&self, row: usize) -> Short {
        self.end.get(row).copied().unwrap_or(OPEN)
    }

    /// The second reference, or the value counted apart.
    pub fn other(&self, row: usize) -> u32 {
        self.other.get(row).copied().unwrap_or(u32::MAX)
    }

    /// The amount of a row.
    pub fn amount(&self, row: usize) -> i32 {
        self.amount.get(row).copied().unwrap_or(0)
    }

    /// The span of a row.
    pub fn span(&self, row: usize) -> (Short, Short) {
        self.span.get(row).copied().unwrap_or((OPEN, 0))
    }

    /// Different values among these rows, when each counts from its own day: those whose value
    /// did not occur between the first day asked and their own.
    pub fn different(&self, rows: Range<usize>, first: Short) -> usize {
        self.before[rows].iter().filter(|before| **before <= first).count()
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        let short = self.day.len() + self.act.len() + self.end.len() + self.before.len();
        let long = self.starts.len() + self.other.len() + self.amount.len() + self.span.len();
        short * size_of::<Short>() + long * size_of::<u32>()
    }
}

fn before(rows: &[Posting]) -> Vec<Short> {
    let mut last: rustc_hash::FxHashMap<u32, Short> = rustc_hash::FxHashMap::default();
    let mut key = u32::MAX;
    let mut before = Vec::with_capacity(rows.len());
    for row in rows {
        if row.key != key {
            last.clear();
            key = row.key;
        }
        before.push(last.insert(row.other, row.day.saturating_add(1)).unwrap_or(0));
    }
    before
}
