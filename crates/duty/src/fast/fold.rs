//! Folds: what is asked of postings for one key and a stretch of days.
//!
//! A closed list, one function each; nothing is interpreted per row. A value is a whole number
//! times the scale of its clause, so that half days stay exact; `None` is no value at all.
//! Read next: `program.rs`, which joins folds into measures.

use rustc_hash::FxHashMap;

use super::days::{OPEN, Short};
use super::postings::{Posting, Postings};
use super::tree::Tree;

/// What is done with the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// How many.
    Count,
    /// Whether any; 1 or 0.
    Exists,
    /// How many different values.
    Distinct,
    /// Sum of amounts.
    Sum,
    /// Distinct calendar days covered.
    Covered,
    /// How many hold on the day asked.
    Active,
    /// How many different values hold on the day asked.
    ActiveDistinct,
    /// The middle amount, as twice its value.
    Median,
}

/// A condition that depends on the case and is held against each row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// None.
    Nothing,
    /// The row's span is the period.
    SpanIsPeriod,
    /// The row's organisation is the subject or below it, by the tree of the day.
    WithinSubject,
    /// The row's second reference is the case's.
    SameOther,
}

/// The days and references of one case that a fold needs.
#[derive(Clone, Copy, Debug)]
pub struct Ask {
    /// The key.
    pub key: u32,
    /// First day that counts.
    pub first: Short,
    /// Last day that counts.
    pub last: Short,
    /// t.
    pub day: Short,
    /// The period, for spans.
    pub period: (Short, Short),
    /// The subject's index, for jurisdiction.
    pub subject: u32,
    /// The case's second reference.
    pub other: u32,
}

/// One aggregate over its postings.
#[derive(Clone, Debug)]
pub struct Fold {
    /// What is done.
    pub op: Op,
    /// What is held against each row.
    pub rest: Rest,
    /// The rows.
    pub postings: Postings,
    /// The rows of keys that have outgrown their room: they replace those in the postings.
    pub touched: FxHashMap<u32, Postings>,
}

impl Fold {
    /// The value for a case on a day.
    #[inline]
    pub fn value(&self, ask: &Ask, tree: &Tree) -> Option<i64> {
        let (rows, key) = self.rows(ask.key);
        let plain = rows.prompt() && self.rest == Rest::Nothing;
        if plain && self.op == Op::Exists {
            let last = ask.last.min(ask.day);
            return Some(i64::from(rows.any_within(key, ask.first, last)));
        }
        let range = match self.op {
            Op::Active | Op::ActiveDistinct => rows.within(key, 0, ask.day),
            _ if rows.prompt() => rows.within(key, ask.first, ask.last.min(ask.day)),
            _ => rows.within(key, ask.first, ask.last),
        };
        if plain {
            match self.op {
                Op::Count => return Some(range.len() as i64),
                Op::Distinct => return Some(rows.different(range, ask.first) as i64),
                _ => {}
            }
        }
        let kept = range.filter(|&row| self.keeps(rows, row, ask, tree));
        self.folded(rows, kept, ask)
    }

    /// The rows of a key, and the key under which they lie.
    fn rows(&self, key: u32) -> (&Postings, u32) {
        if self.touched.is_empty() {
            return (&self.postings, key);
        }
        self.touched.get(&key).map_or((&self.postings, key), |own| (own, 0))
    }

    /// The next day after this one on which time alone may change the value; [`OPEN`] for never.
    pub fn next(&self, ask: &Ask) -> Short {
        let (rows, key) = self.rows(ask.key);
        match self.op {
            Op::Active | Op::ActiveDistinct => rows.next(key, (0, OPEN), ask.day, true),
            _ => rows.next(key, (ask.first, ask.last), ask.day, false),
        }
    }

    /// Adds a row: where its key has room, else among its rows alone.
    pub fn insert(&mut self, row: &Posting) {
        let outgrown = !self.touched.is_empty() && self.touched.contains_key(&row.key);
        if !outgrown && self.postings.insert(row.key, row) {
            return;
        }
        let alone = || self.postings.alone(row.key);
        let own = self.touched.entry(row.key).or_insert_with(alone);
        if !own.insert(0, row) {
            own.widen();
            own.insert(0, row);
        }
    }

    /// Takes a row out; false when it was not there.
    pub fn remove(&mut self, row: &Posting) -> bool {
        match self.touched.get_mut(&row.key) {
            Some(own) => own.remove(0, row),
            None => self.postings.remove(row.key, row),
        }
    }

    fn folded(
        &self,
        rows: &Postings,
        mut kept: impl Iterator<Item = usize>,
        ask: &Ask,
    ) -> Option<i64> {
        Some(match self.op {
            Op::Count => kept.count() as i64,
            Op::Exists => i64::from(kept.next().is_some()),
            Op::Sum => kept.map(|row| i64::from(rows.amount(row))).sum(),
            Op::Covered => covered(rows, kept),
            Op::Distinct => different(rows, kept),
            Op::Active => kept.filter(|&row| ask.day <= rows.end(row)).count() as i64,
            Op::ActiveDistinct => different(rows, kept.filter(|&row| ask.day <= rows.end(row))),
            Op::Median => return middle(kept.map(|row| rows.amount(row)).collect()),
        })
    }

    /// Whether the value in a window that has passed is the same on every later day.
    #[inline]
    pub fn settled(&self) -> bool {
        self.touched.is_empty()
            && self.postings.prompt()
            && self.rest != Rest::WithinSubject
            && !matches!(self.op, Op::Active | Op::ActiveDistinct)
    }

    #[inline]
    fn keeps(&self, rows: &Postings, row: usize, ask: &Ask, tree: &Tree) -> bool {
        rows.act(row) <= ask.day
            && match self.rest {
                Rest::Nothing => true,
                Rest::SpanIsPeriod => rows.span(row) == ask.period,
                Rest::WithinSubject => tree.within(rows.other(row), ask.subject, ask.day),
                Rest::SameOther => rows.other(row) == ask.other,
            }
    }
}

/// Days under the rows, which come in order of their first days.
fn covered(rows: &Postings, kept: impl Iterator<Item = usize>) -> i64 {
    let mut until: Option<Short> = None;
    let mut days = 0;
    for row in kept {
        let (first, last) = (rows.day(row), rows.end(row));
        if last == OPEN {
            continue;
        }
        let from = until.map_or(first, |until| first.max(until.saturating_add(1)));
        days += (i64::from(last) - i64::from(from) + 1).max(0);
        until = Some(until.map_or(last, |until| until.max(last)));
    }
    days
}

fn different(rows: &Postings, kept: impl Iterator<Item = usize>) -> i64 {
    let mut values: Vec<u32> = kept.map(|row| rows.other(row)).collect();
    values.sort_unstable();
    values.dedup();
    values.len() as i64
}

/// Twice the median, so that the middle of two stays whole.
fn middle(mut amounts: Vec<i32>) -> Option<i64> {
    let half = amounts.len() / 2;
    if amounts.is_empty() {
        return None;
    }
    let odd = amounts.len() % 2 == 1;
    let (lower, upper, _) = amounts.select_nth_unstable(half);
    let upper = i64::from(*upper);
    if odd {
        return Some(upper * 2);
    }
    let lower = lower.iter().copied().max().map_or(upper, i64::from);
    Some(upper + lower)
}
