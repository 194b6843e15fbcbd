//! The entries of one record: those that count, and those that wait for what they build on.
//!
//! An entry counts once everything it builds on counts; until then it says nothing, because what
//! its author had seen is not known. Counted entries lie in an order in which nothing stands before
//! what it builds on. A record mostly has one entry and never a second, so that what only busy
//! records need lies apart.
//! What the entries mean is not said here. Read next: `state.rs`.

use std::collections::{BTreeMap, BTreeSet};

use super::ancestry::Ancestry;
use super::packed::{Names, Packed};
use super::state::{self, State};
use crate::entry::{Act, EntryId};

/// Records with more entries keep an index of them.
const UNINDEXED_MAX: usize = 16;

/// Everything taken about one record.
#[derive(Clone, Default, Debug)]
pub(super) struct History {
    counted: Vec<Counted>,
    busy: Option<Box<Busy>>,
}

/// An entry that counts.
#[derive(Clone, Debug)]
pub(super) struct Counted {
    pub id: EntryId,
    /// Entries on the longest way down to a statement.
    pub depth: u32,
    pub kind: Kind,
    /// Positions of what it builds on.
    pub builds_on: Box<[u32]>,
    /// What it says.
    pub fields: Packed,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Stated,
    Amended,
    Withdrawn,
}

#[derive(Clone, Default, Debug)]
struct Busy {
    /// Positions in order of id; empty while there are few.
    by_id: Vec<u32>,
    waiting: BTreeMap<EntryId, Act>,
    /// Each waiting entry stands under one that it misses; it looks for the next when that comes.
    by_missing: BTreeMap<EntryId, Vec<EntryId>>,
}

impl History {
    /// Whether the entry changed anything.
    pub fn take(&mut self, id: EntryId, act: &Act, names: &mut Names) -> bool {
        match self.act(id, names) {
            Some(before) if before >= *act => return false,
            Some(_) => self.replace(id, act, names),
            None => self.place(id, act, names),
        }
        true
    }

    /// Counts the entry and whatever waited for it, or lets it wait.
    fn place(&mut self, id: EntryId, act: &Act, names: &mut Names) {
        if let Some(missing) = self.missing(act) {
            let busy = self.busy.get_or_insert_default();
            busy.waiting.insert(id, act.clone());
            busy.by_missing.entry(missing).or_default().push(id);
            return;
        }
        self.count(id, act, names);
        let mut come = vec![id];
        while let Some(id) = come.pop() {
            for (id, act) in self.released(id) {
                match self.missing(&act) {
                    None => {
                        self.count(id, &act, names);
                        come.push(id);
                    }
                    Some(missing) => {
                        let busy = self.busy.get_or_insert_default();
                        busy.waiting.insert(id, act);
                        busy.by_missing.entry(missing).or_default().push(id);
                    }
                }
            }
        }
    }

    /// Those that waited for this one, no longer waiting.
    fn released(&mut self, come: EntryId) -> Vec<(EntryId, Act)> {
        let Some(busy) = &mut self.busy else { return Vec::new() };
        let ids = busy.by_missing.remove(&come).unwrap_or_default();
        ids.into_iter().filter_map(|id| Some((id, busy.waiting.remove(&id)?))).collect()
    }

    /// The first entry it builds on that does not count yet.
    fn missing(&self, act: &Act) -> Option<EntryId> {
        act.builds_on().iter().copied().find(|id| self.position(*id).is_none())
    }

    fn count(&mut self, id: EntryId, act: &Act, names: &mut Names) {
        let kind = match act {
            Act::Stated { .. } => Kind::Stated,
            Act::Amended { .. } => Kind::Amended,
            Act::Withdrawn { .. } => Kind::Withdrawn,
        };
        let below = act.builds_on().iter().filter_map(|id| self.position(*id));
        let builds_on: Box<[u32]> = below.collect();
        let depths = builds_on.iter().map(|&at| self.counted[at as usize].depth + 1);
        let depth = depths.max().unwrap_or(0);
        let fields = Packed::new(act.fields(), names);
        self.counted.reserve_exact(usize::from(self.counted.is_empty()));
        self.counted.push(Counted { id, depth, kind, builds_on, fields });
        if self.counted.len() > UNINDEXED_MAX {
            self.index();
        }
    }

    /// Enters the last counted entry, or all of them, into the index.
    fn index(&mut self) {
        let counted = &self.counted;
        let by_id = &mut self.busy.get_or_insert_default().by_id;
        let id = |at: u32| counted[at as usize].id;
        while by_id.len() < counted.len() {
            let at = by_id.len() as u32;
            let place = by_id.partition_point(|&other| id(other) < id(at));
            by_id.insert(place, at);
        }
    }

    fn position(&self, id: EntryId) -> Option<u32> {
        match &self.busy {
            Some(busy) if !busy.by_id.is_empty() => {
                let found =
                    busy.by_id.binary_search_by_key(&id, |&at| self.counted[at as usize].id);
                found.ok().map(|place| busy.by_id[place])
            }
            _ => self.counted.iter().position(|entry| entry.id == id).map(|at| at as u32),
        }
    }

    /// Another entry under the same id: everything that stood on it is placed anew.
    fn replace(&mut self, id: EntryId, act: &Act, names: &mut Names) {
        let before = std::mem::take(self);
        let counted = before.counted.iter().map(|entry| (entry.id, entry.act(&before, names)));
        let waiting = before.busy.iter().flat_map(|busy| busy.waiting.clone());
        for (other, as_before) in counted.chain(waiting).collect::<Vec<_>>() {
            self.place(other, if other == id { act } else { &as_before }, names);
        }
    }

    /// What was entered under an id, waiting or not.
    pub fn act(&self, id: EntryId, names: &Names) -> Option<Act> {
        match self.position(id) {
            Some(at) => Some(self.counted[at as usize].act(self, names)),
            None => self.busy.as_ref()?.waiting.get(&id).cloned(),
        }
    }

    /// How many entries there are, waiting ones too.
    pub fn len(&self) -> usize {
        self.counted.len() + self.busy.as_ref().map_or(0, |busy| busy.waiting.len())
    }

    /// Whether an entry waits.
    pub fn waits(&self) -> bool {
        self.busy.as_ref().is_some_and(|busy| !busy.waiting.is_empty())
    }

    /// The entries that wait, each with all it waits for.
    pub fn waiting(&self) -> BTreeMap<EntryId, BTreeSet<EntryId>> {
        let Some(busy) = &self.busy else { return BTreeMap::new() };
        let missing = |act: &Act| {
            let below = act.builds_on().iter().copied();
            below.filter(|id| self.position(*id).is_none()).collect()
        };
        busy.waiting.iter().map(|(id, act)| (*id, missing(act))).collect()
    }

    /// What is so.
    pub fn state(&self, names: &Names) -> State {
        let ancestry = Ancestry::of(&self.counted);
        state::state(&self.counted, &ancestry, names, self.waiting())
    }
}

impl Counted {
    /// What holds provisionally is the greatest of these.
    pub fn weight(&self) -> (u32, EntryId) {
        (self.depth, self.id)
    }

    fn act(&self, history: &History, names: &Names) -> Act {
        let fields = self.fields.fields(names);
        let below = self.builds_on.iter();
        let builds_on = below.map(|&at| history.counted[at as usize].id).collect();
        match self.kind {
            Kind::Stated => Act::Stated { fields },
            Kind::Amended => Act::Amended { builds_on, fields },
            Kind::Withdrawn => Act::Withdrawn { builds_on },
        }
    }
}
