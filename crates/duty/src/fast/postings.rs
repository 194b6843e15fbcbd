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
    /// Whether rows will come and go: what is otherwise left out as idle is kept.
    pub keep: bool,
}

/// The index.
#[derive(Clone, Debug, Default)]
pub struct Postings {
    columns: Columns,
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

impl Columns {
    /// Whether what is counted apart stays as it is, and not only as what came before.
    fn keep_other(self, delayed: bool) -> bool {
        self.other || (self.distinct && (self.keep || delayed))
    }
}

impl Postings {
    /// Lays out rows; `keys` is the number of keys.
    pub fn new(mut rows: Vec<Posting>, keys: usize, columns: Columns) -> Postings {
        rows.sort_unstable();
        if columns.distinct && !columns.keep {
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
        let mut made = Postings { columns, starts, ..Postings::default() };
        made.day = rows.iter().map(|row| row.day).collect();
        if delayed {
            made.act = rows.iter().map(|row| row.act).collect();
        }
        if columns.end {
            made.end = rows.iter().map(|row| row.end).collect();
        }
        if columns.distinct && (columns.keep || !delayed) {
            made.before = before(&rows);
        }
        if columns.keep_other(delayed) {
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

    /// How many keys there is a place for.
    pub fn keys(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// All rows of a key.
    #[inline]
    pub fn of(&self, key: u32) -> Range<usize> {
        let start = self.starts.get(key as usize).copied().unwrap_or(0);
        let end = self.starts.get(key as usize + 1).copied().unwrap_or(start);
        start as usize..end as usize
    }

    /// Rows of a key whose day lies in `first..=last`.
    #[inline]
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

    /// Whether a key has a row whose day lies in `first..=last`.
    #[inline]
    pub fn any_within(&self, key: u32, first: Short, last: Short) -> bool {
        let days = &self.day[self.of(key)];
        let from = days.partition_point(|day| *day < first);
        days.get(from).is_some_and(|day| *day <= last)
    }

    /// Whether every row counts from its own day on.
    #[inline]
    pub fn prompt(&self) -> bool {
        self.act.is_empty()
    }

    /// The day of a row.
    #[inline]
    pub fn day(&self, row: usize) -> Short {
        self.day[row]
    }

    /// Since when a row counts.
    #[inline]
    pub fn act(&self, row: usize) -> Short {
        self.act.get(row).copied().unwrap_or(self.day[row])
    }

    /// The last day of a row.
    #[inline]
    pub fn end(&self, row: usize) -> Short {
        self.end.get(row).copied().unwrap_or(OPEN)
    }

    /// The second reference, or the value counted apart.
    #[inline]
    pub fn other(&self, row: usize) -> u32 {
        self.other.get(row).copied().unwrap_or(u32::MAX)
    }

    /// The amount of a row.
    #[inline]
    pub fn amount(&self, row: usize) -> i32 {
        self.amount.get(row).copied().unwrap_or(0)
    }

    /// The span of a row.
    pub fn span(&self, row: usize) -> (Short, Short) {
        self.span.get(row).copied().unwrap_or((OPEN, 0))
    }

    /// Different values among these rows, when each counts from its own day: those whose value
    /// did not occur between the first day asked and their own.
    #[inline]
    pub fn different(&self, rows: Range<usize>, first: Short) -> usize {
        self.before[rows].iter().filter(|before| **before <= first).count()
    }

    /// The rows of one key as postings of their own, under the key 0.
    pub fn alone(&self, key: u32) -> Postings {
        let range = self.of(key);
        let act = self.act.get(range.clone()).unwrap_or(&[]);
        let prompt = act == &self.day[range.clone()];
        Postings {
            columns: self.columns,
            starts: vec![0, range.len() as u32],
            day: part(&self.day, &range),
            act: if prompt { Vec::new() } else { part(&self.act, &range) },
            end: part(&self.end, &range),
            before: part(&self.before, &range),
            other: part(&self.other, &range),
            amount: part(&self.amount, &range),
            span: part(&self.span, &range),
        }
    }

    /// Adds a row to postings of one key.
    pub fn insert(&mut self, row: &Posting) {
        let at = self.day.partition_point(|day| *day <= row.day);
        if self.act.is_empty() && row.act != row.day {
            self.act.clone_from(&self.day);
        }
        if !self.act.is_empty() || row.act != row.day {
            self.act.insert(at, row.act);
        }
        self.day.insert(at, row.day);
        if self.columns.end {
            self.end.insert(at, row.end);
        }
        if self.columns.amount {
            self.amount.insert(at, row.amount);
        }
        if self.columns.span {
            self.span.insert(at, row.span);
        }
        if self.columns.keep_other(true) {
            self.other.insert(at, row.other);
        }
        if self.columns.distinct {
            self.before.insert(at, self.last_before(at, row.other));
            self.mend(at + 1, row.other, row.day.saturating_add(1));
        }
        self.recount();
    }

    /// Takes a row out of postings of one key; false when it is not there.
    pub fn remove(&mut self, row: &Posting) -> bool {
        let first = self.day.partition_point(|day| *day < row.day);
        let last = self.day.partition_point(|day| *day <= row.day);
        let columns = self.columns;
        let same = |at: &usize| {
            self.act(*at) == row.act
                && (!columns.end || self.end[*at] == row.end)
                && (!columns.keep_other(true) || self.other[*at] == row.other)
                && (!columns.amount || self.amount[*at] == row.amount)
                && (!columns.span || self.span[*at] == row.span)
        };
        let Some(at) = (first..last).find(same) else { return false };
        self.day.remove(at);
        for days in [&mut self.act, &mut self.end] {
            if !days.is_empty() {
                days.remove(at);
            }
        }
        if columns.amount {
            self.amount.remove(at);
        }
        if columns.span {
            self.span.remove(at);
        }
        if columns.keep_other(true) {
            self.other.remove(at);
        }
        if columns.distinct {
            self.before.remove(at);
            self.mend(at, row.other, self.last_before(at, row.other));
        }
        self.recount();
        true
    }

    fn recount(&mut self) {
        self.starts.clear();
        self.starts.extend([0, self.day.len() as u32]);
    }

    /// One after the day of the last row before this one with a value; 0 for none.
    fn last_before(&self, at: usize, other: u32) -> Short {
        let last = self.other[..at].iter().rposition(|value| *value == other);
        last.map_or(0, |last| self.day[last].saturating_add(1))
    }

    /// The next row with a value, from a position on, comes after this day.
    fn mend(&mut self, from: usize, other: u32, before: Short) {
        let next = self.other[from..].iter().position(|value| *value == other);
        if let Some(next) = next {
            self.before[from + next] = before;
        }
    }

    /// The first day after this one on which a row of the key begins to count or, when asked for,
    /// has ended; [`OPEN`] for none.
    pub fn next(&self, key: u32, window: (Short, Short), day: Short, ends: bool) -> Short {
        let later = day.saturating_add(1);
        if self.prompt() && !ends {
            let from = later.max(window.0);
            return match self.within(key, from, window.1) {
                rows if rows.is_empty() => OPEN,
                rows => self.day[rows.start],
            };
        }
        let mut next = OPEN;
        for row in self.within(key, window.0, window.1) {
            let ended = if ends { self.end(row).saturating_add(1) } else { 0 };
            for change in [self.day[row], self.act(row), ended] {
                if change > day {
                    next = next.min(change);
                }
            }
        }
        next
    }

    /// Leaves out the rows of keys that nobody asks about, and holds the others tightly.
    pub fn keep_only(&mut self, asked: &[bool]) {
        let keys = self.starts.len().saturating_sub(1);
        let kept: Vec<Range<usize>> = (0..keys)
            .map(|key| if asked.get(key) == Some(&true) { self.of(key as u32) } else { 0..0 })
            .collect();
        // Keys keep their numbers; those above the last one asked need no place.
        let last = kept.iter().rposition(|rows| !rows.is_empty()).map_or(0, |last| last + 1);
        let mut starts = Vec::with_capacity(last + 1);
        starts.push(0);
        let mut end = 0;
        for rows in &kept[..last] {
            end += rows.len() as u32;
            starts.push(end);
        }
        self.starts = starts;
        for days in [&mut self.day, &mut self.act, &mut self.end, &mut self.before] {
            *days = gathered(days, &kept);
        }
        self.other = gathered(&self.other, &kept);
        self.amount = gathered(&self.amount, &kept);
        self.span = gathered(&self.span, &kept);
        // What is counted apart has its order laid out by whether any row comes late.
        if !self.columns.distinct && self.act == self.day {
            self.act = Vec::new();
        }
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        let days = [&self.day, &self.act, &self.end, &self.before].map(held);
        let numbers = held(&self.starts) + held(&self.other) + held(&self.amount);
        days.iter().sum::<usize>() + numbers + held(&self.span)
    }
}

/// These ranges of a column that may be absent, one after the other.
fn gathered<T: Copy>(column: &[T], kept: &[Range<usize>]) -> Vec<T> {
    if column.is_empty() {
        return Vec::new();
    }
    let mut rows = Vec::with_capacity(kept.iter().map(ExactSizeIterator::len).sum());
    kept.iter().for_each(|range| rows.extend_from_slice(&column[range.clone()]));
    rows
}

/// Bytes a column holds, with what it has in reserve.
pub fn held<T>(column: &Vec<T>) -> usize {
    column.capacity() * size_of::<T>()
}

/// A part of a column that may be absent, with room for the rows about to come.
fn part<T: Copy>(column: &[T], range: &Range<usize>) -> Vec<T> {
    let Some(rows) = column.get(range.clone()) else { return Vec::new() };
    let mut part = Vec::with_capacity(rows.len() + 4);
    part.extend_from_slice(rows);
    part
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
