//! The exchange of batches between devices and the journal.
//!
//! A device sends its batches as often as it likes and is told of each what became of it; it asks
//! for changes from where it left off and is told first if what it may see has changed. Nothing
//! sent is ever lost without a word: a batch is taken, or waits for a person's decision, or comes
//! back with place, reason and remedy and stays with the sender.
//! It knows neither HTTP nor accounts: who sends and what they may see is handed in. It judges no
//! duty. `docs/sync.md` is the protocol as a device sees it.
//! Read next: `sync/changes.rs`, the way back; `sync/quarantine.rs`; in `facts`, `merge.rs`.

mod answer;
mod changes;
mod ledger;
mod quarantine;
mod scope;
mod shape;
#[cfg(test)]
mod tests;
pub mod wire;

use std::collections::BTreeMap;
use std::sync::Arc;

use facts::Schema;
use facts::merge::{FieldState, Life, Merge, RecordKey, State};
use rustc_hash::FxHashMap;
use store::{Act, Batch, Broken, EntryId, Fault, Id, Name, NotTaken, StreamId};

use quarantine::Quarantine;

pub use answer::{Answer, Clash, ClashKind, Objection};
pub use changes::{BATCHES_MAX, Changes, Cursor, Fill, PAGE_BYTES_MAX, ToDrop};
pub use ledger::{Kept, Ledger, MemoryLedger};
pub use quarantine::{Decision, Held};
pub use scope::{Scope, Who};

/// More entries about one record are no work of people.
pub const RECORD_ENTRIES_MAX: usize = 1_000;
/// More batches of one author waiting for a decision: somebody has to look first.
pub const HELD_MAX: usize = 1_000;
/// Rows asked of the ledger at once.
const ROWS: usize = 1_000;

/// The server's side of the exchange, over a ledger.
pub struct Exchange<L> {
    ledger: L,
    schema: Arc<Schema>,
    /// Which stream an organisation's batches go to.
    streams: BTreeMap<Name, StreamId>,
    orgs: BTreeMap<Name, Org>,
    /// The organisation that stated a record, by form and id: an id is used once.
    homes: BTreeMap<Name, FxHashMap<Name, Name>>,
    /// The last batch of each stream that stands in `orgs`.
    heads: BTreeMap<StreamId, u64>,
    quarantine: Quarantine,
    /// Batches of one page of changes.
    page_batches_max: usize,
}

/// What is derived of one organisation's batches. They never meet those of another: whoever writes
/// for one organisation cannot reach the records of the next.
struct Org {
    stream: StreamId,
    merge: Merge,
    seqs: Vec<u64>,
}

impl<L: Ledger> Exchange<L> {
    /// Reads the ledger from the beginning.
    pub fn open(
        ledger: L,
        schema: Arc<Schema>,
        streams: BTreeMap<Name, StreamId>,
    ) -> Result<Exchange<L>, Broken> {
        let mut exchange = Exchange {
            ledger,
            schema,
            streams,
            orgs: BTreeMap::new(),
            homes: BTreeMap::new(),
            heads: BTreeMap::new(),
            quarantine: Quarantine::default(),
            page_batches_max: BATCHES_MAX,
        };
        // Streams of the quarantine have the highest numbers: what was claimed is known by then.
        for stream in exchange.ledger.streams()? {
            let mut from = 1;
            loop {
                let rows = exchange.ledger.page(stream, from, ROWS)?;
                let Some(last) = rows.last() else { break };
                from = last.seq + 1;
                rows.into_iter().for_each(|kept| exchange.read(stream, kept));
            }
        }
        Ok(exchange)
    }

    fn read(&mut self, stream: StreamId, kept: Kept) {
        if !quarantine::is_quarantine(stream) {
            self.enter(stream, &kept);
        } else if !self.has_taken(&kept.batch) {
            self.quarantine.read(kept);
        }
    }

    /// Takes a batch, or says why not. Sent again, it is answered again.
    pub fn take(
        &mut self,
        who: &Who,
        scope: &Scope,
        batch: &Arc<Batch>,
        taken_at: i64,
    ) -> Result<Answer, Fault> {
        // A device speaks for itself, a person for herself.
        if who.device != batch.device || who.person != batch.author {
            return Ok(Answer::Returned(vec![Objection::not_the_author()]));
        }
        let Some(&stream) = self.streams.get(&batch.org) else {
            return Ok(Answer::Returned(vec![Objection::unknown_org(&batch.org)]));
        };
        // An acknowledgement was lost. She may have moved since; the batch has been taken.
        if self.has_taken(batch) {
            return self.append(stream, scope, batch, taken_at);
        }
        if let Some(answer) = self.quarantine.answer_again(batch, scope) {
            return Ok(answer);
        }
        let mut objections = shape::objections(&self.schema, batch);
        objections.extend(self.quarantine.objection_to_base(batch));
        if !objections.is_empty() {
            return Ok(Answer::Returned(objections));
        }
        if !scope.covers(&batch.org) || self.quarantine.holds_base_of(batch) {
            return self.hold(stream, batch, taken_at);
        }
        let objections = self.clashes_with_kept(batch);
        if !objections.is_empty() {
            return Ok(Answer::Returned(objections));
        }
        self.append(stream, scope, batch, taken_at)
    }

    /// What an entry asks for and the kept ones do not allow.
    fn clashes_with_kept(&self, batch: &Batch) -> Vec<Objection> {
        let merge = self.orgs.get(&batch.org).map(|org| &org.merge);
        let mut objections = Vec::new();
        for (place, entry) in (0..).zip(&batch.entries) {
            let key = RecordKey::of(entry);
            let home = self.homes.get(&entry.form).and_then(|ids| ids.get(&entry.record));
            let stated = matches!(entry.act, Act::Stated { .. });
            if stated && home.is_some_and(|home| *home != batch.org) {
                objections.push(Objection::record_id_used(place));
            }
            let Some(merge) = merge else { continue };
            let before = merge.entry(&key, EntryId { batch: batch.id, index: place });
            if before.is_some_and(|before| before != entry.act) {
                objections.push(Objection::batch_id_used(place));
            }
            if merge.entry_count(&key) >= RECORD_ENTRIES_MAX {
                objections.push(Objection::too_many_entries(place));
            }
        }
        objections
    }

    /// Whether every entry of the batch stands already, word for word.
    fn has_taken(&self, batch: &Batch) -> bool {
        let Some(org) = self.orgs.get(&batch.org) else { return false };
        !batch.entries.is_empty()
            && (0..).zip(&batch.entries).all(|(index, entry)| {
                let id = EntryId { batch: batch.id, index };
                org.merge.entry(&RecordKey::of(entry), id).as_ref() == Some(&entry.act)
            })
    }

    fn append(
        &mut self,
        stream: StreamId,
        scope: &Scope,
        batch: &Arc<Batch>,
        taken_at: i64,
    ) -> Result<Answer, Fault> {
        let seq = match self.ledger.append(stream, taken_at, batch) {
            Ok(told) => {
                if !told.repeated {
                    let batch = Arc::clone(batch);
                    self.enter(stream, &Kept { seq: told.seq, taken_at, batch });
                }
                told.seq
            }
            Err(NotTaken::Refused(refusal)) => {
                return Ok(Answer::Returned(vec![Objection::of_store(&refusal)]));
            }
            Err(NotTaken::Stopped(fault)) => return Err(fault),
        };
        self.quarantine.forget(batch.id);
        Ok(self.taken(seq, scope, batch))
    }

    fn hold(
        &mut self,
        stream: StreamId,
        batch: &Arc<Batch>,
        taken_at: i64,
    ) -> Result<Answer, Fault> {
        let known = self.quarantine.is_pending(batch.id);
        if !known && self.quarantine.held_of(&batch.author) >= HELD_MAX {
            return Ok(Answer::Returned(vec![Objection::too_many_waiting()]));
        }
        match self.ledger.append(quarantine::beside(stream), taken_at, batch) {
            Ok(told) => {
                // What waits already came when it came.
                if !known {
                    let batch = Arc::clone(batch);
                    self.quarantine.hold(Kept { seq: told.seq, taken_at, batch });
                }
                Ok(Answer::WaitingForDecision)
            }
            Err(NotTaken::Refused(refusal)) => {
                Ok(Answer::Returned(vec![Objection::of_store(&refusal)]))
            }
            Err(NotTaken::Stopped(fault)) => Err(fault),
        }
    }

    /// Lays a kept batch beside the others of its organisation.
    fn enter(&mut self, stream: StreamId, kept: &Kept) {
        let batch = &kept.batch;
        let fresh = || Org { stream, merge: Merge::new(), seqs: Vec::new() };
        let org = self.orgs.entry(batch.org.clone()).or_insert_with(fresh);
        org.seqs.push(kept.seq);
        org.merge.take(batch);
        let stated = batch.entries.iter().filter(|entry| matches!(entry.act, Act::Stated { .. }));
        for entry in stated {
            let ids = self.homes.entry(entry.form.clone()).or_default();
            ids.entry(entry.record.clone()).or_insert_with(|| batch.org.clone());
        }
        self.heads.insert(stream, kept.seq);
    }

    /// What is told of a batch that stands. Whoever may no longer see the organisation hears that
    /// it stands, and nothing of what others wrote.
    fn taken(&self, seq: u64, scope: &Scope, batch: &Batch) -> Answer {
        let epoch = self.ledger.epoch();
        let org = self.orgs.get(&batch.org).filter(|_| scope.covers(&batch.org));
        let Some(org) = org else {
            return Answer::Taken { epoch, seq, awaited: Vec::new(), clashes: Vec::new() };
        };
        let (mut awaited, mut clashes) = (Vec::new(), Vec::new());
        let mut keys: Vec<RecordKey> = batch.entries.iter().map(RecordKey::of).collect();
        keys.sort_unstable();
        keys.dedup();
        for key in keys {
            let Some(state) = org.merge.state(&key) else { continue };
            let waiting = state.waiting.iter().filter(|(id, _)| id.batch == batch.id);
            awaited.extend(waiting.flat_map(|(_, missing)| missing.iter().copied()));
            clashes.extend(clashes_of(&key, &state));
        }
        awaited.sort_unstable();
        awaited.dedup();
        Answer::Taken { epoch, seq, awaited, clashes }
    }

    /// The batches that wait for someone who may decide for their organisation, oldest first.
    pub fn waiting(&self, scope: &Scope) -> Vec<&Held> {
        self.quarantine.waiting(scope)
    }

    /// Decides about a batch that waits: from now on it is taken as it is, or comes back with the
    /// reason given. `own` is the id of the decision's own batch, made where it was decided.
    pub fn decide(
        &mut self,
        who: &Who,
        scope: &Scope,
        about: Id,
        decision: &Decision,
        own: Id,
        taken_at: i64,
    ) -> Result<Answer, Fault> {
        let Some(batch) = self.quarantine.pending(about, scope) else {
            return Ok(Answer::Returned(vec![Objection::nothing_to_decide()]));
        };
        let Some(&stream) = self.streams.get(&batch.org) else {
            return Ok(Answer::Returned(vec![Objection::unknown_org(&batch.org)]));
        };
        let claims = *decision == Decision::Claim;
        let mut objections = self.clashes_with_kept(&batch);
        objections.extend(self.quarantine.objection_to_base(&batch));
        if claims {
            let undecided = self.quarantine.holds_base_of(&batch);
            objections.extend(undecided.then(Objection::base_undecided));
        } else {
            // Whoever built on it did no wrong: it goes back only if it can be nobody's.
            let built_upon = objections.is_empty() && self.is_awaited(&batch);
            objections = built_upon.then(Objection::built_upon).into_iter().collect();
        }
        if !objections.is_empty() {
            return Ok(Answer::Returned(objections));
        }
        let mut answer = Answer::Returned(Vec::new());
        if claims {
            // First the batch, then the decision: whatever happens between, it was claimed.
            answer = self.append(stream, scope, &batch, taken_at)?;
        }
        let record = quarantine::decision_batch(who, &batch, decision, own);
        match self.ledger.append(quarantine::beside(stream), taken_at, &Arc::new(record)) {
            Ok(_) => self.quarantine.decided(&batch, decision),
            Err(NotTaken::Refused(refusal)) => {
                return Ok(Answer::Returned(vec![Objection::of_store(&refusal)]));
            }
            Err(NotTaken::Stopped(fault)) => return Err(fault),
        }
        Ok(answer)
    }

    /// Whether an entry of the journal waits for one of this batch, or of what waits with it; a
    /// restore can lead to that.
    fn is_awaited(&self, batch: &Arc<Batch>) -> bool {
        let Some(org) = self.orgs.get(&batch.org) else { return false };
        let together = self.quarantine.with_dependents(batch);
        let is_one = |missing: &EntryId| together.iter().any(|batch| batch.id == missing.batch);
        let mut entries = together.iter().flat_map(|batch| &batch.entries);
        entries.any(|entry| {
            let state = org.merge.state(&RecordKey::of(entry));
            state.is_some_and(|state| state.waiting.values().flatten().any(is_one))
        })
    }

    /// What an organisation's records are, merged; none where nothing was taken.
    pub fn merge(&self, org: &Name) -> Option<&Merge> {
        self.orgs.get(org).map(|org| &org.merge)
    }

    /// The ledger underneath.
    pub fn ledger(&self) -> &L {
        &self.ledger
    }

    /// The ledger, for whoever closes the exchange or puts a backup in its place.
    pub fn into_ledger(self) -> L {
        self.ledger
    }
}

/// What somebody has to decide about a record.
fn clashes_of(key: &RecordKey, state: &State) -> Vec<Clash> {
    let clash = |kind| Clash { record: key.clone(), kind };
    let mut clashes = Vec::new();
    for (field, state) in &state.fields {
        if let FieldState::Conflict(sides) = state {
            let (field, sides) = (field.clone(), sides.clone());
            clashes.push(clash(ClashKind::Field { field, sides }));
        }
    }
    if let Life::Contested { withdrawals, amendments } = &state.life {
        let (withdrawals, amendments) = (withdrawals.clone(), amendments.clone());
        clashes.push(clash(ClashKind::Withdrawal { withdrawals, amendments }));
    }
    clashes
}
