//! A phone: what it made and has not heard of, what it was told, and its copy of the facts.
//!
//! What was taken is kept until a backup holds it. A server that was restored is sent everything
//! again, whatever it had answered. A page and its cursor are stored together or not at all. What
//! was returned stays for its author; mended, it keeps its id, so that what builds on it counts.
//! Read next: `check.rs`, what must hold in the end.

use facts::entry::Fields;

use super::*;

/// A batch that is not known to be taken.
pub struct Unsent {
    pub batch: Arc<Batch>,
    pub status: Status,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    Unsent,
    Waiting,
    Returned,
}

/// A batch that was taken, and where.
pub struct Acked {
    pub epoch: Id,
    pub stream: StreamId,
    pub seq: u64,
    pub batch: Arc<Batch>,
}

pub struct Phone {
    pub who: Who,
    pub outbox: Vec<Unsent>,
    pub acked: Vec<Acked>,
    pub replica: BTreeMap<Name, Merge>,
    pub cursor: Option<Cursor>,
    /// The organisations it was last told of.
    pub orgs: Vec<Name>,
}

impl Phone {
    pub fn new(words: &Words, number: u8, scope: &Scope) -> Phone {
        Phone {
            who: Who {
                device: Id([number + 1; 16]),
                person: words.people[number as usize].clone(),
            },
            outbox: Vec::new(),
            acked: Vec::new(),
            replica: BTreeMap::new(),
            cursor: None,
            orgs: scope.orgs.iter().cloned().collect(),
        }
    }

    /// Own batches that may still be taken, or have been.
    fn own(&self) -> impl Iterator<Item = &Arc<Batch>> {
        let unsent = self.outbox.iter().filter(|unsent| unsent.status == Status::Unsent);
        self.acked.iter().map(|acked| &acked.batch).chain(unsent.map(|unsent| &unsent.batch))
    }

    /// What an edit of a record made now has seen.
    fn seen(&self, org: &Name, record: &Name, card: &Name, open: &[Entry], id: Id) -> Vec<EntryId> {
        let key = RecordKey { form: card.clone(), record: record.clone() };
        let state = self.replica.get(org).and_then(|merge| merge.state(&key));
        let mut seen: Vec<EntryId> =
            state.map(|state| state.latest.into_iter().collect()).unwrap_or_default();
        let own = self.own().filter(|batch| batch.org == *org);
        let own = own.map(|batch| (batch.id, batch.entries.as_slice()));
        for (batch, entries) in own.chain([(id, open)]) {
            let about = (0..).zip(entries).filter(|(_, entry)| entry.record == *record);
            seen.extend(about.map(|(index, _)| EntryId { batch, index }));
        }
        seen
    }

    /// A record of an organisation that it knows of.
    fn known(&self, org: &Name, open: &[Entry], dice: &mut Dice) -> Option<Name> {
        let mut known: Vec<Name> = Vec::new();
        if let Some(merge) = self.replica.get(org) {
            known.extend(merge.records().into_iter().map(|key| key.record));
        }
        let own = self.own().filter(|batch| batch.org == *org);
        known.extend(own.flat_map(|batch| &batch.entries).map(|entry| entry.record.clone()));
        known.extend(open.iter().map(|entry| entry.record.clone()));
        (!known.is_empty()).then(|| dice.pick(&known).clone())
    }

    fn hear(&mut self, id: Id, stream: StreamId, answer: &Answer) {
        let Some(at) = self.outbox.iter().position(|unsent| unsent.batch.id == id) else { return };
        match answer {
            Answer::Taken { epoch, seq, .. } => {
                let Unsent { batch, .. } = self.outbox.remove(at);
                self.acked.push(Acked { epoch: *epoch, stream, seq: *seq, batch });
            }
            Answer::WaitingForDecision => self.outbox[at].status = Status::Waiting,
            Answer::Returned(objections) => {
                assert!(!objections.is_empty(), "a batch came back without a reason");
                self.outbox[at].status = Status::Returned;
            }
        }
    }

    fn take_in(&mut self, changes: &Changes, scope: &Scope) {
        match &changes.drop {
            ToDrop::Nothing => {}
            ToDrop::Orgs(orgs) => self.replica.retain(|org, _| !orgs.contains(org)),
            ToDrop::All => self.replica.clear(),
        }
        for kept in &changes.batches {
            let org = self.replica.entry(kept.batch.org.clone()).or_default();
            org.take(&kept.batch);
        }
        let epoch = changes.cursor.epoch;
        if self.cursor.as_ref().is_some_and(|cursor| cursor.epoch != epoch) {
            self.outbox.iter_mut().for_each(|unsent| unsent.status = Status::Unsent);
        }
        let (here, forgotten): (Vec<Acked>, Vec<Acked>) =
            std::mem::take(&mut self.acked).into_iter().partition(|acked| acked.epoch == epoch);
        let again = forgotten.into_iter().map(|acked| acked.batch);
        let again = again.map(|batch| Unsent { batch, status: Status::Unsent });
        self.outbox.splice(0..0, again);
        let marks = &changes.watermarks;
        let backed_up =
            |acked: &Acked| marks.get(&acked.stream).is_some_and(|mark| acked.seq <= *mark);
        self.acked = here.into_iter().filter(|acked| !backed_up(acked)).collect();
        self.cursor = Some(changes.cursor.clone());
        self.orgs = scope.orgs.iter().cloned().collect();
    }
}

impl Town<'_> {
    /// One to three entries about records of one organisation, in one batch.
    pub fn edit(&mut self, at: usize) {
        if self.phones[at].orgs.is_empty() {
            return;
        }
        let id = self.fresh_id();
        let phone = &self.phones[at];
        let org = self.dice.pick(&phone.orgs).clone();
        let mut entries = Vec::new();
        let count = if self.dice.chance(20) { 2 + self.dice.below(2) } else { 1 };
        for _ in 0..count {
            let old = self.dice.chance(90);
            let record = phone.known(&org, &entries, &mut self.dice).filter(|_| old);
            let record = record.unwrap_or_else(|| {
                self.next += 1;
                name(&format!("r{}", self.next))
            });
            let seen = phone.seen(&org, &record, &self.words.card, &entries, id);
            let builds_on: BTreeSet<EntryId> = seen.into_iter().collect();
            let act = if builds_on.is_empty() {
                Act::Stated { fields: fields(self.words, &mut self.dice) }
            } else if self.dice.chance(12) {
                Act::Withdrawn { builds_on }
            } else {
                Act::Amended { builds_on, fields: fields(self.words, &mut self.dice) }
            };
            entries.push(Entry { form: self.words.card.clone(), record, act });
        }
        let made_at = self.dice.below(2 * CLOCK_ERROR as usize) as i64 - CLOCK_ERROR;
        let Who { device, person } = phone.who.clone();
        let batch = Arc::new(Batch { id, device, author: person, org, made_at, entries });
        self.log.push(format!("{at} makes {} {:?}", batch.org, batch.entries));
        self.made.push(Arc::clone(&batch));
        self.phones[at].outbox.push(Unsent { batch, status: Status::Unsent });
    }

    /// Takes out what no form has, in everything that came back.
    pub fn mend(&mut self, at: usize) {
        for unsent in &mut self.phones[at].outbox {
            let wrong = &self.words.wrong;
            let is_wrong = |entry: &Entry| entry.act.fields().contains_key(wrong);
            if unsent.status != Status::Returned || !unsent.batch.entries.iter().any(is_wrong) {
                continue;
            }
            let mended = Arc::make_mut(&mut unsent.batch);
            for entry in &mut mended.entries {
                if let Act::Stated { fields } | Act::Amended { fields, .. } = &mut entry.act {
                    fields.remove(wrong);
                }
            }
            unsent.status = Status::Unsent;
            let made = self.made.iter_mut().find(|batch| batch.id == unsent.batch.id);
            *made.unwrap() = Arc::clone(&unsent.batch);
        }
    }

    /// Sends what is unsent, or some of it, in some order, some of it twice.
    pub fn send(&mut self, at: usize, losing: bool, mixed: bool) {
        let phone = &self.phones[at];
        let (who, scope) = (phone.who.clone(), self.scope(at));
        let unsent = phone.outbox.iter().filter(|unsent| unsent.status != Status::Returned);
        let mut batches: Vec<Arc<Batch>> = unsent.map(|unsent| Arc::clone(&unsent.batch)).collect();
        if mixed {
            // Also what was acknowledged: the phone lost its note of it.
            batches.extend(phone.acked.iter().map(|acked| Arc::clone(&acked.batch)));
            for last in (1..batches.len()).rev() {
                batches.swap(last, self.dice.below(last + 1));
            }
            batches.truncate(1 + self.dice.below(6));
            batches.extend(batches.first().cloned());
        }
        for batch in batches {
            let stream = self.words.streams[&batch.org];
            let taken_at = self.made.len() as i64;
            let answer = self.server().take(&who, &scope, &batch, taken_at).unwrap();
            if let Answer::Taken { epoch, seq, clashes, .. } = &answer {
                let known = self.told.contains_key(&(*epoch, batch.id));
                assert!(known || scope.covers(&batch.org), "taken from out of scope");
                self.note(*epoch, batch.id, *seq);
                assert!(clashes.is_empty() || scope.covers(&batch.org), "told too much");
            }
            let heard = !(losing && self.dice.chance(50));
            let word = match &answer {
                Answer::Taken { seq, .. } => format!("taken {seq}"),
                other => format!("{other:?}"),
            };
            self.log.push(format!("{at} sends {}: {word}, heard: {heard}", batch.id));
            if heard {
                self.phones[at].hear(batch.id, stream, &answer);
            }
        }
    }

    /// Asks for so many pages; in a mixed-up time one may get lost, or come twice.
    pub fn pull(&mut self, at: usize, pages: usize) {
        let (scope, scopes) = (self.scope(at), self.scopes[at].clone());
        let earlier = |version: u64| scopes.get(version as usize).cloned();
        let quiet = pages == usize::MAX;
        for _ in 0..pages {
            let cursor = self.phones[at].cursor.clone();
            let changes = self.server().changes(cursor.as_ref(), &scope, &earlier).unwrap();
            let outside = changes.batches.iter().find(|kept| !scope.covers(&kept.batch.org));
            assert!(outside.is_none(), "{outside:?} left the scope");
            if !quiet && self.dice.chance(15) {
                self.log.push(format!("{at} loses a page"));
                return;
            }
            self.log.push(format!("{at} takes in {}", changes.batches.len()));
            self.phones[at].take_in(&changes, &scope);
            if !changes.more {
                return;
            }
        }
    }
}

/// What an edit says: mostly one field, sometimes a list, rarely one that no form has.
fn fields(words: &Words, dice: &mut Dice) -> Fields {
    let mut fields = Fields::new();
    let value = number(dice.below(4) as i64);
    match dice.below(100) {
        0..45 => drop(fields.insert(words.fields[0].clone(), value)),
        45..65 => drop(fields.insert(words.fields[1].clone(), value)),
        65..72 => {
            fields.insert(words.fields[0].clone(), value.clone());
            fields.insert(words.fields[1].clone(), value);
        }
        72..76 => drop(fields.insert(words.fields[0].clone(), Cell::Open(Value::Empty))),
        76..98 => {
            let chosen = dice.below(32);
            let items = (0..5).filter(|item| chosen >> item & 1 == 1);
            let items = items.map(|item| Value::Number(facts::Number::whole(item)));
            fields.insert(words.items.clone(), Cell::Open(Value::List(items.collect())));
        }
        _ => drop(fields.insert(words.wrong.clone(), value)),
    }
    fields
}
