//! What is so of a record, by the entries that count.
//!
//! - A field holds what its latest entries say: those that no other entry about the field saw.
//! - If they say the same, or are one, it is settled. If they differ, it is a conflict, shown with
//!   all sides until an entry that saw them all says something; provisionally the greatest by
//!   (depth, id) holds. Lists are merged by element instead (`list.rs`).
//! - A record is withdrawn if its latest entries all withdraw it. A withdrawal beside an entry that
//!   did not see it takes nothing away; it is told as contested.
//! - A second statement of a record is an amendment that saw nothing.
//!
//! Envelopes are the same if their bytes are. Read next: `reference.rs`, the same said slowly.

use std::collections::{BTreeMap, BTreeSet};

use super::ancestry::Ancestry;
use super::history::{Counted, Kind};
use super::list;
use super::packed::{self, Names};
use crate::entry::{Cell, EntryId, Name};

/// The merged state of a record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct State {
    /// Whether it stands.
    pub life: Life,
    /// Every field that something was said of.
    pub fields: BTreeMap<Name, FieldState>,
    /// The latest entries: what an amendment made now builds on.
    pub latest: BTreeSet<EntryId>,
    /// Entries that do not count yet, each with those it waits for.
    pub waiting: BTreeMap<EntryId, BTreeSet<EntryId>>,
}

/// Whether a record stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Life {
    /// Nothing of it counts yet.
    Awaited,
    /// It was so.
    Standing,
    /// It never was.
    Withdrawn,
    /// It stands, although somebody withdrew it: somebody else amended it, unseen.
    Contested {
        /// The withdrawals.
        withdrawals: BTreeSet<EntryId>,
        /// What did not see them, nor they it.
        amendments: BTreeSet<EntryId>,
    },
}

/// The merged state of a field.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FieldState {
    /// Nobody says otherwise.
    Settled(Cell),
    /// Several did not see each other and say different things. The first side holds for now.
    Conflict(Vec<Side>),
}

/// One side of a conflict.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Side {
    /// What it says.
    pub says: Cell,
    /// Who says so.
    pub entries: BTreeSet<EntryId>,
}

impl State {
    /// Whether somebody has to decide something.
    pub fn is_settled(&self) -> bool {
        let contested = matches!(self.life, Life::Contested { .. });
        !contested && !self.fields.values().any(|field| matches!(field, FieldState::Conflict(_)))
    }
}

impl FieldState {
    /// What holds, be it for now.
    pub fn holds(&self) -> Option<&Cell> {
        match self {
            FieldState::Settled(cell) => Some(cell),
            FieldState::Conflict(sides) => sides.first().map(|side| &side.says),
        }
    }
}

/// The state by the counted entries.
pub(super) fn state(
    counted: &[Counted],
    ancestry: &Ancestry,
    names: &Names,
    waiting: BTreeMap<EntryId, BTreeSet<EntryId>>,
) -> State {
    let mut latest = Vec::new();
    let mut writers: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (at, entry) in (0..).zip(counted) {
        ancestry.push_latest(&mut latest, at);
        for (field, _) in entry.fields.iter() {
            ancestry.push_latest(writers.entry(field).or_default(), at);
        }
    }
    let fields = writers.into_iter().map(|(field, mut writers)| {
        writers.sort_unstable_by_key(|&at| std::cmp::Reverse(counted[at as usize].weight()));
        let state = field_state(counted, ancestry, names, field, &writers);
        (names.name(field).clone(), state)
    });
    let ids = |of: &dyn Fn(Kind) -> bool| -> BTreeSet<EntryId> {
        let entries = latest.iter().map(|&at| &counted[at as usize]);
        entries.filter(|entry| of(entry.kind)).map(|entry| entry.id).collect()
    };
    let withdrawals = ids(&|kind| kind == Kind::Withdrawn);
    let amendments = ids(&|kind| kind != Kind::Withdrawn);
    State {
        fields: fields.collect(),
        latest: ids(&|_| true),
        life: match (withdrawals.is_empty(), amendments.is_empty()) {
            (true, true) => Life::Awaited,
            (true, false) => Life::Standing,
            (false, true) => Life::Withdrawn,
            (false, false) => Life::Contested { withdrawals, amendments },
        },
        waiting,
    }
}

/// The state of a field by its latest writers, greatest first.
fn field_state(
    counted: &[Counted],
    ancestry: &Ancestry,
    names: &Names,
    field: u32,
    latest: &[u32],
) -> FieldState {
    let mut sides: Vec<(&[u8], BTreeSet<EntryId>)> = Vec::new();
    for entry in latest.iter().map(|&at| &counted[at as usize]) {
        let Some(says) = entry.fields.says(field) else { continue };
        match sides.iter_mut().find(|(said, _)| *said == says) {
            Some((_, entries)) => drop(entries.insert(entry.id)),
            None => sides.push((says, BTreeSet::from([entry.id]))),
        }
    }
    if let [(says, _)] = sides.as_slice() {
        return FieldState::Settled(packed::cell(says, names));
    }
    if list::are_lists(sides.iter().map(|(says, _)| *says)) {
        let items = list::merged(counted, ancestry, field);
        return FieldState::Settled(packed::list(&items, names));
    }
    let side = |(says, entries): (&[u8], _)| Side { says: packed::cell(says, names), entries };
    FieldState::Conflict(sides.into_iter().map(side).collect())
}
