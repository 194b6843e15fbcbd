//! Batches that wait for a person: written by someone who may no longer write for the organisation.
//!
//! A cadre moves, and her phone still has visits of her old township. They happened; whether they
//! are taken is for somebody of that township to say, never for a rule. The batches lie in a stream
//! of their own beside the city's, and so does each decision, as an entry about the batch. So they
//! are as durable as the rest, and what is known here follows from reading both streams.
//! What builds on a waiting batch waits with it. Read next: `../sync.rs`, `take` and `decide`.

use std::collections::BTreeMap;
use std::sync::Arc;

use store::{Act, Batch, Cell, Entry, Id, Name, StreamId, Value};

use super::answer::{Answer, Objection};
use super::ledger::Kept;
use super::scope::{Scope, Who};

/// The bit that tells a stream of the quarantine.
const QUARANTINE: u32 = 1 << 31;
/// The form of a decision; no form of a plan has a dot.
const DECISION: &str = "sync.decision";
const OUTCOME: &str = "outcome";
const REASON: &str = "reason";
const CLAIMED: &str = "claimed";
const RETURNED: &str = "returned";

/// What a person decides about a waiting batch.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Decision {
    /// It happened for us: take it as it is.
    Claim,
    /// It is not ours: back to the author.
    Return {
        /// Why, for the author to read.
        reason: String,
    },
}

/// A batch that waits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Held {
    /// When it came, in milliseconds since 1970.
    pub taken_at: i64,
    /// The batch.
    pub batch: Arc<Batch>,
}

/// All that waits, and what has been returned.
#[derive(Default)]
pub(super) struct Quarantine {
    pending: BTreeMap<Id, (u64, Held)>,
    returned: BTreeMap<Id, String>,
}

/// The stream beside a city's in which its batches wait.
pub(super) fn beside(stream: StreamId) -> StreamId {
    StreamId(stream.0 | QUARANTINE)
}

/// Whether batches wait in this stream.
pub(super) fn is_quarantine(stream: StreamId) -> bool {
    stream.0 & QUARANTINE != 0
}

impl Quarantine {
    /// Reads a row of a stream of the quarantine.
    pub fn read(&mut self, kept: Kept) {
        match decided(&kept.batch) {
            None => self.hold(kept),
            Some((about, reason)) => {
                self.pending.remove(&about);
                if let Some(reason) = reason {
                    self.returned.insert(about, reason);
                }
            }
        }
    }

    pub fn hold(&mut self, kept: Kept) {
        let Kept { seq, taken_at, batch } = kept;
        self.pending.insert(batch.id, (seq, Held { taken_at, batch }));
    }

    pub fn is_pending(&self, id: Id) -> bool {
        self.pending.contains_key(&id)
    }

    /// How many batches of an author wait.
    pub fn held_of(&self, author: &Name) -> usize {
        self.pending.values().filter(|(_, held)| held.batch.author == *author).count()
    }

    /// It was taken after all.
    pub fn forget(&mut self, id: Id) {
        self.pending.remove(&id);
    }

    pub fn decided(&mut self, batch: &Batch, decision: &Decision) {
        self.pending.remove(&batch.id);
        if let Decision::Return { reason } = decision {
            self.returned.insert(batch.id, reason.clone());
        }
    }

    /// What the sender of a batch that was here before is told; whoever may write for the
    /// organisation again needs no decision.
    pub fn answer_again(&self, batch: &Batch, scope: &Scope) -> Option<Answer> {
        if let Some(reason) = self.returned.get(&batch.id) {
            return Some(Answer::Returned(vec![Objection::returned_by_person(reason)]));
        }
        let (_, held) = self.pending.get(&batch.id)?;
        if *held.batch != *batch {
            return Some(Answer::Returned(vec![Objection::batch_id_used(0)]));
        }
        (!scope.covers(&batch.org)).then_some(Answer::WaitingForDecision)
    }

    /// Whether the batch builds on one that waits.
    pub fn holds_base_of(&self, batch: &Batch) -> bool {
        bases(batch).any(|base| self.pending.contains_key(&base))
    }

    /// A batch that builds on a returned one would wait for ever.
    pub fn objection_to_base(&self, batch: &Batch) -> Option<Objection> {
        let returned = bases(batch).any(|base| self.returned.contains_key(&base));
        returned.then(Objection::base_returned)
    }

    /// A batch and all that waits because it builds on it.
    pub fn with_dependents(&self, batch: &Arc<Batch>) -> Vec<Arc<Batch>> {
        let mut together = vec![Arc::clone(batch)];
        let mut at = 0;
        while let Some(base) = together.get(at).map(|batch| batch.id) {
            for (_, held) in self.pending.values() {
                let known = together.iter().any(|batch| batch.id == held.batch.id);
                if !known && bases(&held.batch).any(|other| other == base) {
                    together.push(Arc::clone(&held.batch));
                }
            }
            at += 1;
        }
        together
    }

    /// A waiting batch somebody of this scope may decide about.
    pub fn pending(&self, id: Id, scope: &Scope) -> Option<Arc<Batch>> {
        let (_, held) = self.pending.get(&id)?;
        scope.covers(&held.batch.org).then(|| Arc::clone(&held.batch))
    }

    pub fn waiting(&self, scope: &Scope) -> Vec<&Held> {
        let covered = self.pending.values().filter(|(_, held)| scope.covers(&held.batch.org));
        let mut waiting: Vec<&(u64, Held)> = covered.collect();
        waiting.sort_by_key(|(seq, held)| (*seq, held.batch.id));
        waiting.into_iter().map(|(_, held)| held).collect()
    }
}

/// The batches that a batch builds on, without itself.
fn bases(batch: &Batch) -> impl Iterator<Item = Id> {
    let ids = batch.entries.iter().flat_map(|entry| entry.act.builds_on());
    ids.map(|id| id.batch).filter(|id| *id != batch.id)
}

/// A decision as it is kept.
pub(super) fn decision_batch(who: &Who, about: &Batch, decision: &Decision, own: Id) -> Batch {
    let (outcome, reason) = match decision {
        Decision::Claim => (CLAIMED, Value::Empty),
        Decision::Return { reason } => (RETURNED, Value::Text(reason.as_str().into())),
    };
    let name = |text: &str| Name::new(text);
    let cells = [(OUTCOME, name(outcome).map(Value::Code)), (REASON, Some(reason))];
    let fields = cells
        .into_iter()
        .filter_map(|(field, value)| Some((name(field)?, Cell::Open(value?))))
        .collect();
    let names = name(DECISION).zip(name(&about.id.to_string()));
    let entry = names.map(|(form, record)| Entry { form, record, act: Act::Stated { fields } });
    Batch {
        id: own,
        device: who.device,
        author: who.person.clone(),
        org: about.org.clone(),
        made_at: 0,
        entries: entry.into_iter().collect(),
    }
}

/// The batch a decision is about and, if it was returned, why.
fn decided(batch: &Batch) -> Option<(Id, Option<String>)> {
    let entry = batch.entries.first().filter(|entry| entry.form.as_str() == DECISION)?;
    let mut about = [0; 16];
    for (at, byte) in about.iter_mut().enumerate() {
        let digits = entry.record.as_str().get(2 * at..2 * at + 2)?;
        *byte = u8::from_str_radix(digits, 16).ok()?;
    }
    let field = |name: &str| entry.act.fields().get(&Name::new(name)?);
    let returned = Name::new(RETURNED).map(|code| Cell::Open(Value::Code(code)));
    let reason = match field(REASON) {
        Some(Cell::Open(Value::Text(reason))) => reason.to_string(),
        _ => String::new(),
    };
    Some((Id(about), (field(OUTCOME) == returned.as_ref()).then_some(reason)))
}
