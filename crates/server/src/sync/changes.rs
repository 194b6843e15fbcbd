//! What a device has missed, page by page.
//!
//! A cursor says exactly what a device has: of the organisations of a scope, all batches up to a
//! seq of each stream; while it is being filled with organisations that are new to it, of those all
//! batches up to another. Every page moves the cursor and can be asked for again.
//! A scope that changed is answered by what to drop, then the new organisations are filled, then
//! the rest goes on. Another epoch means a restored journal whose seqs mean other batches: all is
//! dropped and filled anew. Batches go whole or not at all, and only those of the scope asked for.
//! Read next: `docs/sync.md`.

use std::collections::{BTreeMap, BTreeSet};

use store::{Batch, Broken, Cell, Id, Name, StreamId, Value};

use super::ledger::{Kept, Ledger};
use super::scope::Scope;
use super::{Exchange, ROWS};

/// A page ends with the batch that goes beyond: some seconds on a slow line.
pub const PAGE_BYTES_MAX: usize = 256 * 1024;
/// Batches of one page.
pub const BATCHES_MAX: usize = 500;
/// Readings of the ledger for one page, however few batches it finds.
const READINGS_MAX: usize = 20;

/// What a device has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cursor {
    /// The epoch in which the seqs hold.
    pub epoch: Id,
    /// The version of the scope it was made under.
    pub scope: u64,
    /// Up to where it has the batches of that scope, by stream.
    pub seqs: BTreeMap<StreamId, u64>,
    /// Organisations on the way.
    pub fill: Option<Fill>,
}

/// Organisations that are new to a device and not complete yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fill {
    /// The version of the scope whose organisations are complete; those it lacks are on the way.
    pub since: u64,
    /// Up to where it has their batches, by stream.
    pub seqs: BTreeMap<StreamId, u64>,
}

/// What a device shall drop before it takes anything in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ToDrop {
    /// Nothing.
    Nothing,
    /// Everything of these organisations.
    Orgs(BTreeSet<Name>),
    /// Everything.
    All,
}

/// One page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Changes {
    /// What to drop first.
    pub drop: ToDrop,
    /// What to take in then, in this order.
    pub batches: Vec<Kept>,
    /// What the device has after that.
    pub cursor: Cursor,
    /// Whether there is more.
    pub more: bool,
    /// What the device sent and got a place for in this epoch, it may forget up to here.
    pub watermarks: BTreeMap<StreamId, u64>,
}

/// A page in the making.
#[derive(Default)]
struct Page {
    batches_max: usize,
    batches: Vec<Kept>,
    bytes: usize,
    readings: usize,
}

impl<L: Ledger> Exchange<L> {
    /// The next page for a scope. `earlier` knows the person's scopes of before, by version; where
    /// it does not, everything is sent anew.
    pub fn changes(
        &self,
        cursor: Option<&Cursor>,
        scope: &Scope,
        earlier: &dyn Fn(u64) -> Option<Scope>,
    ) -> Result<Changes, Broken> {
        let (drop, mut at) = self.begin(cursor, scope, earlier);
        let streams = self.streams_of(&scope.orgs);
        let mut page = Page { batches_max: self.page_batches_max, ..Page::default() };
        let mut done = true;
        if let Some(mut fill) = at.fill.take() {
            let complete = earlier(fill.since).map(|scope| scope.orgs).unwrap_or_default();
            let added = &scope.orgs - &complete;
            for stream in &streams {
                let upto = at.seqs.get(stream).copied().unwrap_or(0);
                let from = fill.seqs.entry(*stream).or_insert(0);
                done = done && self.run(*stream, from, upto, &added, &mut page)?;
            }
            at.fill = (!done).then_some(fill);
        }
        for stream in &streams {
            let upto = self.heads.get(stream).copied().unwrap_or(0);
            if done {
                let from = at.seqs.entry(*stream).or_insert(0);
                done = self.run(*stream, from, upto, &scope.orgs, &mut page)?;
            }
        }
        let mut watermarks = BTreeMap::new();
        for stream in streams {
            watermarks.insert(stream, self.ledger.watermark(stream)?);
        }
        Ok(Changes { drop, batches: page.batches, cursor: at, more: !done, watermarks })
    }

    /// What is to be dropped, and what the device has then.
    fn begin(
        &self,
        cursor: Option<&Cursor>,
        scope: &Scope,
        earlier: &dyn Fn(u64) -> Option<Scope>,
    ) -> (ToDrop, Cursor) {
        let epoch = self.ledger.epoch();
        let beginning =
            || Cursor { epoch, scope: scope.version, seqs: BTreeMap::new(), fill: None };
        let Some(cursor) = cursor.filter(|cursor| cursor.epoch == epoch) else {
            return (ToDrop::All, beginning());
        };
        let since = cursor.fill.as_ref().map(|fill| fill.since);
        if cursor.scope == scope.version && since.is_none_or(|since| earlier(since).is_some()) {
            return (ToDrop::Nothing, cursor.clone());
        }
        let before = earlier(cursor.scope).filter(|_| since.is_none());
        let Some(before) = before else { return (ToDrop::All, beginning()) };
        let gone = &before.orgs - &scope.orgs;
        let drop = if gone.is_empty() { ToDrop::Nothing } else { ToDrop::Orgs(gone) };
        let fill = (!scope.orgs.is_subset(&before.orgs))
            .then(|| Fill { since: cursor.scope, seqs: BTreeMap::new() });
        (drop, Cursor { scope: scope.version, fill, ..cursor.clone() })
    }

    fn streams_of(&self, orgs: &BTreeSet<Name>) -> BTreeSet<StreamId> {
        let known = orgs.iter().filter_map(|org| self.orgs.get(org));
        known.map(|org| org.stream).collect()
    }

    /// Adds batches of the organisations behind `from` to the page, and moves `from` along; whether
    /// `upto` is reached.
    fn run(
        &self,
        stream: StreamId,
        from: &mut u64,
        upto: u64,
        orgs: &BTreeSet<Name>,
        page: &mut Page,
    ) -> Result<bool, Broken> {
        while let Some(next) = self.next_seq(stream, *from, orgs).filter(|next| *next <= upto) {
            if page.readings == READINGS_MAX {
                return Ok(false);
            }
            page.readings += 1;
            for kept in self.ledger.page(stream, next, ROWS)? {
                if kept.seq > upto {
                    break;
                }
                let wanted = orgs.contains(&kept.batch.org);
                if wanted && page.is_full() {
                    return Ok(false);
                }
                *from = kept.seq;
                if wanted {
                    page.add(kept);
                }
            }
        }
        *from = upto.max(*from);
        Ok(true)
    }

    /// The first batch of one of the organisations behind a seq.
    fn next_seq(&self, stream: StreamId, from: u64, orgs: &BTreeSet<Name>) -> Option<u64> {
        let known = orgs.iter().filter_map(|org| self.orgs.get(org));
        let next = known.filter(|org| org.stream == stream).filter_map(|org| {
            let place = org.seqs.partition_point(|seq| *seq <= from);
            org.seqs.get(place).copied()
        });
        next.min()
    }
}

impl Page {
    fn is_full(&self) -> bool {
        self.bytes >= PAGE_BYTES_MAX || self.batches.len() >= self.batches_max
    }

    fn add(&mut self, kept: Kept) {
        self.bytes += bytes(&kept.batch);
        self.batches.push(kept);
    }
}

/// About what a batch takes on the line.
fn bytes(batch: &Batch) -> usize {
    let entries = batch.entries.iter().map(|entry| {
        let fields = entry.act.fields().iter();
        let cells = fields.map(|(name, cell)| 8 + name.as_str().len() + cell_bytes(cell));
        64 + 40 * entry.act.builds_on().len() + cells.sum::<usize>()
    });
    200 + entries.sum::<usize>()
}

fn cell_bytes(cell: &Cell) -> usize {
    match cell {
        Cell::Open(value) => value_bytes(value),
        // In JSON three bytes need four characters.
        Cell::Enclosed(envelope) => 64 + envelope.sealed.len() * 4 / 3,
    }
}

fn value_bytes(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len(),
        Value::List(items) => items.iter().map(value_bytes).sum(),
        Value::Record(reference) => 16 + reference.id.as_str().len(),
        _ => 16,
    }
}
