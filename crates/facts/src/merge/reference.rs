//! The merge said slowly: it defines what `merge.rs` must give.
//!
//! Everything follows from the set of entries by definition: who saw whom is asked again each time,
//! nothing is kept, nothing has an order. It is for tests, here and in other crates, and for
//! whoever wants to know what a conflict is.
//! Read next: `state.rs`, the same rules made quick.

use std::collections::{BTreeMap, BTreeSet};

use super::{FieldState, Life, RecordKey, Side, State};
use crate::entry::{Act, Batch, Cell, EntryId, Name, Value};

/// The entries of one record.
type Entries = BTreeMap<EntryId, Act>;

/// The state of every record.
pub fn merged<'a>(batches: impl IntoIterator<Item = &'a Batch>) -> BTreeMap<RecordKey, State> {
    let mut records: BTreeMap<RecordKey, Entries> = BTreeMap::new();
    for batch in batches {
        for (index, entry) in (0..).zip(&batch.entries) {
            let entries = records.entry(RecordKey::of(entry)).or_default();
            let id = EntryId { batch: batch.id, index };
            if entries.get(&id).is_none_or(|known| *known < entry.act) {
                entries.insert(id, entry.act.clone());
            }
        }
    }
    records.into_iter().map(|(key, entries)| (key, state(entries))).collect()
}

fn state(mut entries: Entries) -> State {
    let mut counted = BTreeSet::new();
    let mut before = None;
    while before != Some(counted.len()) {
        before = Some(counted.len());
        let ready = entries.iter().filter(|(_, act)| act.builds_on().is_subset(&counted));
        counted.extend(ready.map(|(id, _)| *id).collect::<Vec<_>>());
    }
    let mut waiting = BTreeMap::new();
    for (id, act) in entries.iter().filter(|(id, _)| !counted.contains(id)) {
        waiting.insert(*id, act.builds_on().difference(&counted).copied().collect());
    }
    entries.retain(|id, _| counted.contains(id));
    let record = Record(entries);
    let names = record.0.values().flat_map(|act| act.fields().keys());
    let fields = names.map(|name| (name.clone(), record.field(name))).collect();
    let latest = record.latest(&record.0.keys().copied().collect());
    State { life: record.life(&latest), fields, latest, waiting }
}

/// The counted entries of a record.
struct Record(Entries);

impl Record {
    /// Everything an entry saw.
    fn past(&self, id: EntryId) -> BTreeSet<EntryId> {
        let below = self.0[&id].builds_on();
        let further = below.iter().flat_map(|id| self.past(*id));
        below.iter().copied().chain(further).collect()
    }

    /// Those of a set that none of the set saw.
    fn latest(&self, of: &BTreeSet<EntryId>) -> BTreeSet<EntryId> {
        let seen: BTreeSet<EntryId> = of.iter().flat_map(|id| self.past(*id)).collect();
        of.difference(&seen).copied().collect()
    }

    fn life(&self, latest: &BTreeSet<EntryId>) -> Life {
        let withdraws = |id: &EntryId| matches!(self.0[id], Act::Withdrawn { .. });
        let (withdrawals, amendments): (BTreeSet<_>, BTreeSet<_>) =
            latest.iter().copied().partition(|id| withdraws(id));
        if latest.is_empty() {
            Life::Awaited
        } else if withdrawals.is_empty() {
            Life::Standing
        } else if amendments.is_empty() {
            Life::Withdrawn
        } else {
            Life::Contested { withdrawals, amendments }
        }
    }

    /// Those of a set that say something of a field.
    fn writers(&self, name: &Name, of: &BTreeSet<EntryId>) -> BTreeSet<EntryId> {
        of.iter().copied().filter(|id| self.0[id].fields().contains_key(name)).collect()
    }

    /// The latest of a set about a field, greatest first.
    fn sides(&self, name: &Name, of: &BTreeSet<EntryId>) -> Vec<EntryId> {
        let latest = self.latest(&self.writers(name, of));
        let mut sides: Vec<EntryId> = latest.into_iter().collect();
        sides.sort_by_key(|id| (self.depth(*id), *id));
        sides.reverse();
        sides
    }

    fn depth(&self, id: EntryId) -> u32 {
        let below = self.0[&id].builds_on().iter();
        below.map(|id| self.depth(*id) + 1).max().unwrap_or(0)
    }

    fn field(&self, name: &Name) -> FieldState {
        let all = self.0.keys().copied().collect();
        let latest = self.sides(name, &all);
        let mut sides: Vec<Side> = Vec::new();
        for id in &latest {
            let says = self.0[id].fields()[name].clone();
            match sides.iter().position(|side| side.says == says) {
                Some(at) => drop(sides[at].entries.insert(*id)),
                None => sides.push(Side { says, entries: BTreeSet::from([*id]) }),
            }
        }
        let is_list = |side: &Side| matches!(side.says, Cell::Open(Value::List(_)));
        let is_empty = |side: &Side| side.says == Cell::Open(Value::Empty);
        if sides.len() == 1 {
            return FieldState::Settled(sides.remove(0).says);
        }
        if sides.iter().any(is_list) && sides.iter().all(|side| is_list(side) || is_empty(side)) {
            return FieldState::Settled(Cell::Open(Value::List(self.list(name, &all))));
        }
        FieldState::Conflict(sides)
    }

    fn items(&self, name: &Name, id: EntryId) -> Vec<Value> {
        match &self.0[&id].fields()[name] {
            Cell::Open(Value::List(items)) => items.clone(),
            _ => Vec::new(),
        }
    }

    /// The list of a field by a set of entries that holds what they saw.
    fn list(&self, name: &Name, of: &BTreeSet<EntryId>) -> Vec<Value> {
        let sides: Vec<_> =
            self.sides(name, of).into_iter().map(|id| self.items(name, id)).collect();
        if sides.windows(2).all(|pair| pair[0] == pair[1]) {
            return sides.into_iter().next().unwrap_or_default();
        }
        let mut list = Vec::new();
        for item in sides.into_iter().flatten() {
            if !list.contains(&item) && self.is_in(&item, name, of) {
                list.push(item);
            }
        }
        list
    }

    /// Whether an element is in the list of a field, by a set of entries that holds what they saw.
    fn is_in(&self, item: &Value, name: &Name, of: &BTreeSet<EntryId>) -> bool {
        let sides = self.sides(name, of);
        let having = sides.iter().filter(|id| self.items(name, **id).contains(item)).count();
        if having == sides.len() || having == 0 {
            return having > 0;
        }
        let changers = self.writers(name, of).into_iter().filter(|id| {
            let saw = self.is_in(item, name, &self.past(*id));
            saw != self.items(name, *id).contains(item)
        });
        let latest = self.latest(&changers.collect());
        latest.iter().any(|id| self.items(name, *id).contains(item))
    }
}
