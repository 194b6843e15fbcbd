//! Postings: per key the days of its records, in order.
//!
//! An index of one aggregate: only rows that pass its fixed conditions are in it, sorted by key and
//! day. A count inside a window is then the distance of two positions, whatever the number of
//! records. `act` is the day since which a row counts at all, where that is later than its own day
//! (a trip counts once a visit of it is recorded; a unit once its first row is).
//! Where rows will come and go there is some room behind those of each key, so that most of them
//! find their place without anything being copied; a key that has outgrown it is laid out alone.
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

/// Room behind the rows of each key, where rows come and go: most keys get one or two more.
const ROOM: usize = 2;
/// Room behind the rows of a key that has outgrown that.
const ROOM_ALONE: usize = 6;

/// The index.
#[derive(Clone, Debug)]
pub struct Postings {
    columns: Columns,
    /// First row of each key and one past its last; without room the latter is where the next key
    /// begins and stands once.
    starts: Vec<u32>,
    /// How far apart the first rows of two keys stand in `starts`: 1 without room, 2 with.
    stride: usize,
    day: Vec<Short>,
    act: Vec<Short>,
    end: Vec<Short>,
    /// One after the day of the same key's previous row with the same `other`; 0 for none.
    before: Vec<Short>,
    other: Vec<u32>,
    amount: Vec<i32>,
    span: Vec<(Short, Short)>,
}

impl Default for Postings {
    fn default() -> Postings {
        let (day, act, end, before) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (other, amount, span) = (Vec::new(), Vec::new(), Vec::new());
        let (columns, starts, stride) = (Columns::default(), Vec::new(), 1);
        Postings { columns, starts, stride, day, act, end, before, other, amount, span }
    }
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
        let (starts, stride) = starts(&rows, keys, columns.keep);
        let delayed = rows.iter().any(|row| row.act != row.day);
        let mut made = Postings { columns, starts, stride, ..Postings::default() };
        made.day = made.column(&rows, rows.iter().map(|row| row.day));
        if delayed {
            made.act = made.column(&rows, rows.iter().map(|row| row.act));
        }
        if columns.end {
            made.end = made.column(&rows, rows.iter().map(|row| row.end));
        }
        if columns.distinct && (columns.keep || !delayed) {
            made.before = made.column(&rows, before(&rows).into_iter());
        }
        if columns.keep_other(delayed) {
            made.other = made.column(&rows, rows.iter().map(|row| row.other));
        }
        if columns.amount {
            made.amount = made.column(&rows, rows.iter().map(|row| row.amount));
        }
        if columns.span {
            made.span = made.column(&rows, rows.iter().map(|row| row.span));
        }
        made
    }

    /// What stands in one column, each value at the place of its row.
    fn column<T: Copy + Default>(
        &self,
        rows: &[Posting],
        values: impl Iterator<Item = T>,
    ) -> Vec<T> {
        if self.stride == 1 {
            return values.collect();
        }
        let room = self.starts.last().map_or(0, |last| *last as usize);
        let mut column = Vec::with_capacity(room);
        // Written now, so that no page is first asked for while a change waits.
        column.resize(room, T::default());
        let mut place = (u32::MAX, 0);
        for (row, value) in rows.iter().zip(values) {
            place = if place.0 == row.key {
                (row.key, place.1 + 1)
            } else {
                (row.key, self.of(row.key).start)
            };
            column[place.1] = value;
        }
        column
    }

    /// How many keys there is a place for.
    pub fn keys(&self) -> usize {
        self.starts.len().saturating_sub(1) / self.stride
    }

    /// All rows of a key.
    #[inline]
    pub fn of(&self, key: u32) -> Range<usize> {
        let at = key as usize * self.stride;
        let start = self.starts.get(at).copied().unwrap_or(0);
        let end = self.starts.get(at + 1).copied().unwrap_or(start);
        start as usize..end as usize
    }

    /// Where the room behind the rows of a key ends.
    fn room(&self, key: u32) -> usize {
        let next = self.starts.get((key as usize + 1) * self.stride);
        next.map_or(0, |next| *next as usize)
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

    /// The rows of one key as postings of their own, under the key 0, with room for more.
    pub fn alone(&self, key: u32) -> Postings {
        let rows = self.of(key);
        let room = rows.len() + rows.len() / 2 + ROOM_ALONE;
        let columns = self.columns;
        let late = self.act.get(rows.clone()).is_some_and(|act| act != &self.day[rows.clone()]);
        Postings {
            columns,
            starts: vec![0, rows.len() as u32, room as u32],
            stride: 2,
            day: part(true, &self.day, &rows, room),
            act: part(late, &self.act, &rows, room),
            end: part(columns.end, &self.end, &rows, room),
            before: part(columns.distinct, &self.before, &rows, room),
            other: part(columns.keep_other(true), &self.other, &rows, room),
            amount: part(columns.amount, &self.amount, &rows, room),
            span: part(columns.span, &self.span, &rows, room),
        }
    }

    /// Adds a row under a key; false when there is no room for it.
    pub fn insert(&mut self, key: u32, row: &Posting) -> bool {
        let rows = self.of(key);
        if self.stride == 1 || rows.end >= self.room(key) {
            return false;
        }
        if self.act.is_empty() && row.act != row.day {
            if self.keys() > 1 {
                // One late row is no reason to keep a second day of all.
                return false;
            }
            self.act.clone_from(&self.day);
        }
        let days = &self.day[rows.clone()];
        let at = rows.start + days.partition_point(|day| *day <= row.day);
        self.shift(at..rows.end, at + 1);
        self.starts[key as usize * 2 + 1] += 1;
        self.put(at, row);
        if self.columns.distinct {
            let rows = self.of(key);
            self.before[at] = self.last_before(rows.start..at, row.other);
            self.mend(at + 1..rows.end, row.other, row.day.saturating_add(1));
        }
        true
    }

    /// Takes a row out of those of a key; false when it is not there.
    pub fn remove(&mut self, key: u32, row: &Posting) -> bool {
        let rows = self.within(key, row.day, row.day);
        let Some(at) = rows.into_iter().find(|at| self.is(*at, row)) else { return false };
        let rows = self.of(key);
        self.shift(at + 1..rows.end, at);
        self.starts[key as usize * 2 + 1] -= 1;
        if self.columns.distinct {
            let rows = self.of(key);
            let before = self.last_before(rows.start..at, row.other);
            self.mend(at..rows.end, row.other, before);
        }
        true
    }

    /// More room behind the rows, which are those of one key.
    pub fn widen(&mut self) {
        let room = self.day.len() + self.day.len() / 2 + ROOM_ALONE;
        for days in [&mut self.day, &mut self.act, &mut self.end, &mut self.before] {
            longer(days, room);
        }
        longer(&mut self.other, room);
        longer(&mut self.amount, room);
        longer(&mut self.span, room);
        self.starts[2] = room as u32;
    }

    /// Whether a row is this one, as far as it is kept.
    fn is(&self, at: usize, row: &Posting) -> bool {
        let columns = self.columns;
        self.act(at) == row.act
            && (!columns.end || self.end[at] == row.end)
            && (!columns.keep_other(true) || self.other[at] == row.other)
            && (!columns.amount || self.amount[at] == row.amount)
            && (!columns.span || self.span[at] == row.span)
    }

    /// Moves rows to another place, in every column there is.
    fn shift(&mut self, rows: Range<usize>, to: usize) {
        for days in [&mut self.day, &mut self.act, &mut self.end, &mut self.before] {
            moved(days, &rows, to);
        }
        moved(&mut self.other, &rows, to);
        moved(&mut self.amount, &rows, to);
        moved(&mut self.span, &rows, to);
    }

    /// Writes a row at a place, in every column there is; what came before is the caller's.
    fn put(&mut self, at: usize, row: &Posting) {
        fn set<T>(column: &mut [T], at: usize, value: T) {
            if let Some(slot) = column.get_mut(at) {
                *slot = value;
            }
        }
        set(&mut self.day, at, row.day);
        set(&mut self.act, at, row.act);
        set(&mut self.end, at, row.end);
        set(&mut self.other, at, row.other);
        set(&mut self.amount, at, row.amount);
        set(&mut self.span, at, row.span);
    }

    /// One after the day of the last of these rows with a value; 0 for none.
    fn last_before(&self, earlier: Range<usize>, other: u32) -> Short {
        let last = self.other[earlier.clone()].iter().rposition(|value| *value == other);
        last.map_or(0, |last| self.day[earlier.start + last].saturating_add(1))
    }

    /// The next of these rows with a value comes after this day.
    fn mend(&mut self, later: Range<usize>, other: u32, before: Short) {
        let next = self.other[later.clone()].iter().position(|value| *value == other);
        if let Some(next) = next {
            self.before[later.start + next] = before;
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
        let keys = self.keys();
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
        (self.starts, self.stride) = (starts, 1);
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

/// A part of a column, with room behind it; nothing where the column is not kept.
fn part<T: Copy + Default>(kept: bool, column: &[T], rows: &Range<usize>, room: usize) -> Vec<T> {
    if !kept {
        return Vec::new();
    }
    let mut part = Vec::with_capacity(room);
    part.extend_from_slice(column.get(rows.clone()).unwrap_or(&[]));
    part.resize(room, T::default());
    part
}

/// A column that may be absent, with this much room.
fn longer<T: Copy + Default>(column: &mut Vec<T>, room: usize) {
    if !column.is_empty() {
        column.resize(room, T::default());
    }
}

/// Moves rows of a column that may be absent.
fn moved<T: Copy>(column: &mut [T], rows: &Range<usize>, to: usize) {
    if !column.is_empty() {
        column.copy_within(rows.clone(), to);
    }
}

/// Where the rows of each key begin and end, and how far apart that stands.
fn starts(rows: &[Posting], keys: usize, room: bool) -> (Vec<u32>, usize) {
    let stride = if room { 2 } else { 1 };
    let mut counts = vec![0u32; keys];
    for row in rows {
        if let Some(count) = counts.get_mut(row.key as usize) {
            *count += 1;
        }
    }
    let mut starts = Vec::with_capacity(keys * stride + 1);
    let mut next = 0;
    for count in counts {
        starts.push(next);
        next += count;
        if room {
            starts.push(next);
            next += (count / 8) + ROOM as u32;
        }
    }
    starts.push(next);
    (starts, stride)
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
