//! The merge: from a set of batches to the state of every record.
//!
//! People write without a network and without waiting for each other; nobody's edit may be lost,
//! and nobody is asked when nothing clashes. An entry names the entries its author had seen, and
//! that alone gives an order: no clock and no order of arrival takes part. The state of a record
//! is a function of the set of its entries, however often, late or mixed up they come.
//!
//! ```text
//! S 1 states household 王, village v7          seen by both phones
//! A amends village v8, builds on {S}           written in the morning, offline
//! B amends village v9, builds on {S}           written at noon, by somebody else
//!   village: conflict, v8 (A) against v9 (B)   told to both; provisionally the greater holds
//! C amends village v9, builds on {A, B}        someone decides; village: v9
//! ```
//! It knows no schema and opens no envelope. Read next: `merge/state.rs`, the rules.

mod ancestry;
mod history;
mod list;
mod packed;
#[cfg(any(test, feature = "fixture"))]
pub mod reference;
mod state;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use crate::entry::{Act, Batch, Entry, EntryId, Name};

use history::History;
use packed::Names;

pub use state::{FieldState, Life, Side, State};

/// A record by its names.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RecordKey {
    /// Its form.
    pub form: Name,
    /// Its id.
    pub record: Name,
}

impl RecordKey {
    /// The record an entry is about.
    pub fn of(entry: &Entry) -> RecordKey {
        RecordKey { form: entry.form.clone(), record: entry.record.clone() }
    }
}

/// All entries taken so far, by record.
#[derive(Clone, Default, Debug)]
pub struct Merge {
    forms: BTreeMap<Name, FxHashMap<Name, History>>,
    names: Names,
}

impl Merge {
    /// Nothing taken yet.
    pub fn new() -> Merge {
        Merge::default()
    }

    /// Takes a batch, in whatever order and however often, and names the records it changed.
    pub fn take(&mut self, batch: &Batch) -> BTreeSet<RecordKey> {
        let mut changed = BTreeSet::new();
        for (index, entry) in (0..=u16::MAX).zip(&batch.entries) {
            if self.take_entry(EntryId { batch: batch.id, index }, entry) {
                changed.insert(RecordKey::of(entry));
            }
        }
        changed
    }

    /// Takes one entry by itself; whether it changed its record. An id is one entry; should two
    /// carry the same, the greater counts, so that here too the order of arrival says nothing.
    pub fn take_entry(&mut self, id: EntryId, entry: &Entry) -> bool {
        let form = self.names.shared(&entry.form);
        let records = self.forms.entry(form).or_default();
        let history = match records.get_mut(&entry.record) {
            Some(history) => history,
            None => records.entry(entry.record.clone()).or_default(),
        };
        history.take(id, &entry.act, &mut self.names)
    }

    /// What is so of a record; nothing was taken about an unknown one.
    pub fn state(&self, key: &RecordKey) -> Option<State> {
        self.history(key).map(|history| history.state(&self.names))
    }

    /// An entry of a record, waiting or not.
    pub fn entry(&self, key: &RecordKey, id: EntryId) -> Option<Act> {
        self.history(key)?.act(id, &self.names)
    }

    /// How many entries of a record were taken, waiting ones too.
    pub fn entry_count(&self, key: &RecordKey) -> usize {
        self.history(key).map_or(0, History::len)
    }

    /// All records, in order of form and id.
    pub fn records(&self) -> Vec<RecordKey> {
        let mut keys = Vec::new();
        for (form, records) in &self.forms {
            let first = keys.len();
            keys.extend(
                records
                    .keys()
                    .map(|record| RecordKey { form: form.clone(), record: record.clone() }),
            );
            keys[first..].sort_unstable();
        }
        keys
    }

    /// The entries that wait, each with those it still waits for.
    pub fn waiting(&self) -> BTreeMap<RecordKey, BTreeMap<EntryId, BTreeSet<EntryId>>> {
        let mut waiting = BTreeMap::new();
        for (form, records) in &self.forms {
            for (record, history) in records.iter().filter(|(_, history)| history.waits()) {
                let key = RecordKey { form: form.clone(), record: record.clone() };
                waiting.insert(key, history.waiting());
            }
        }
        waiting
    }

    fn history(&self, key: &RecordKey) -> Option<&History> {
        self.forms.get(&key.form)?.get(&key.record)
    }
}
