//! What must hold when all is quiet.
//!
//! Asked of ledger, phones and everything ever made, not of what the exchange believes. For some
//! sequences the server's state is also held against the slow merge.
//! Read next: `../model.rs`.

use facts::merge::{FieldState, Life, reference};

use super::phone::{Status, Unsent};
use super::*;

impl Town<'_> {
    /// Panics where something does not hold; counts what the sequence reached: batches made, things
    /// to decide, batches held, batches returned.
    pub fn check(&mut self, slowly: bool) -> [usize; 4] {
        let words = self.words;
        let taken = self.taken();
        let mut clashes = 0;
        for org in &words.orgs {
            let batches = taken.values().filter(|batch| batch.org == *org);
            let wanted = states(self.exchange.as_ref().unwrap().merge(org));
            if slowly {
                let slow = reference::merged(batches.map(|batch| &**batch));
                assert_eq!(slow, wanted, "the state of {org} is not that of its batches");
            }
            clashes += wanted.values().filter(|state| !state.is_settled()).count();
            for at in 0..3 {
                self.check_replica(at, org, &wanted);
            }
        }
        let held = self.held();
        for batch in &self.made {
            match taken.get(&batch.id) {
                Some(kept) => {
                    assert_eq!(kept, batch, "a batch was changed on the way");
                    assert!(!held.contains(&batch.id), "{} is taken and waits", batch.id);
                    let heard = self.unsent(batch).is_empty();
                    assert!(heard, "{} is taken, and its author does not know", batch.id);
                    self.check_counts(batch, &taken, &held);
                }
                None => self.check_kept(batch, &held),
            }
        }
        let returned = self.phones.iter().flat_map(|phone| &phone.outbox);
        let returned = returned.filter(|unsent| unsent.status == Status::Returned).count();
        [self.made.len(), clashes, held.len(), returned]
    }

    /// What lies in the streams of the cities, read from the ledger.
    fn taken(&self) -> BTreeMap<Id, Arc<Batch>> {
        let ledger = self.exchange.as_ref().unwrap().ledger();
        let streams = [CITY, OTHER_CITY].into_iter();
        let rows = streams.flat_map(|stream| ledger.page(stream, 1, usize::MAX).unwrap());
        let mut taken = BTreeMap::new();
        for kept in rows {
            let before = taken.insert(kept.batch.id, kept.batch);
            assert_eq!(before, None, "a batch was stored twice");
        }
        taken
    }

    /// What waits for a decision.
    fn held(&mut self) -> BTreeSet<Id> {
        let (_, scope) = self.clerk();
        self.server().waiting(&scope).into_iter().map(|held| held.batch.id).collect()
    }

    /// No divergence, and so no conflict that somebody in scope does not see; nothing out of scope.
    fn check_replica(
        &self,
        at: usize,
        org: &Name,
        wanted: &BTreeMap<RecordKey, facts::merge::State>,
    ) {
        let replica = self.phones[at].replica.get(org);
        if self.scope(at).covers(org) {
            assert_eq!(states(replica), *wanted, "phone {at} differs about {org}");
        } else {
            assert!(replica.is_none(), "phone {at} still has {org}");
        }
    }

    /// A taken batch counts, or waits for one that a person has yet to release, and is told so.
    fn check_counts(&self, batch: &Batch, taken: &BTreeMap<Id, Arc<Batch>>, held: &BTreeSet<Id>) {
        let merge = self.exchange.as_ref().unwrap().merge(&batch.org).unwrap();
        for (index, entry) in (0..).zip(&batch.entries) {
            let id = EntryId { batch: batch.id, index };
            let state = merge.state(&RecordKey::of(entry)).unwrap();
            if let Some(missing) = state.waiting.get(&id) {
                // What it waits for waits too, or is with a person, who was told.
                let comes = |id: &EntryId| match taken.contains_key(&id.batch) {
                    true => state.waiting.contains_key(id),
                    false => held.contains(&id.batch) || self.is_back(id),
                };
                assert!(missing.iter().all(comes), "{id:?} waits for nothing");
                continue;
            }
            for (field, cell) in entry.act.fields() {
                let says = match &state.fields[field] {
                    FieldState::Settled(Cell::Open(Value::List(_))) => true,
                    FieldState::Settled(held) => held == cell,
                    FieldState::Conflict(sides) => sides.iter().any(|side| side.says == *cell),
                };
                assert!(says || built_upon(taken.values(), id), "{field} of {id:?} is lost");
            }
            let withdrawn = matches!(entry.act, Act::Withdrawn { .. });
            let told = state.life != Life::Standing || built_upon(taken.values(), id);
            assert!(!withdrawn || told, "the withdrawal {id:?} is lost");
        }
    }

    /// The batch in the outboxes; in its author's, if anywhere.
    fn unsent(&self, batch: &Batch) -> Vec<&Unsent> {
        let outboxes = self.phones.iter().flat_map(|phone| &phone.outbox);
        outboxes.filter(|unsent| unsent.batch.id == batch.id).collect()
    }

    fn is_back(&self, id: &EntryId) -> bool {
        let outboxes = self.phones.iter().flat_map(|phone| &phone.outbox);
        let mut returned = outboxes.filter(|unsent| unsent.status == Status::Returned);
        returned.any(|unsent| unsent.batch.id == id.batch)
    }

    /// A batch that was not taken waits for a person, or is with its author, with a reason.
    fn check_kept(&self, batch: &Batch, held: &BTreeSet<Id>) {
        let unsent = self.unsent(batch);
        let [unsent] = unsent.as_slice() else { panic!("{} is lost", batch.id) };
        match unsent.status {
            Status::Returned => {}
            Status::Waiting => assert!(held.contains(&batch.id), "{} is forgotten", batch.id),
            Status::Unsent => panic!("{} was never answered", batch.id),
        }
    }
}

fn states(merge: Option<&Merge>) -> BTreeMap<RecordKey, facts::merge::State> {
    let Some(merge) = merge else { return BTreeMap::new() };
    let keys = merge.records().into_iter();
    keys.filter_map(|key| Some((key.clone(), merge.state(&key)?))).collect()
}

/// Whether somebody wrote on top of an entry.
fn built_upon<'a>(taken: impl Iterator<Item = &'a Arc<Batch>>, id: EntryId) -> bool {
    let mut entries = taken.flat_map(|batch| &batch.entries);
    entries.any(|entry| entry.act.builds_on().contains(&id))
}
