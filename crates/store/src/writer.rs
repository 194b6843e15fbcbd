//! Group commit: one thread writes, whoever waits meanwhile is in the next group.
//!
//! A commit costs one sync of the disk, whether for one batch or for hundreds. The writer takes
//! what has come in, gives each batch its seq and link, commits once, and only then answers each.
//! A batch sent again is answered with where it stands. If anything fails, nobody of the group is
//! answered well, the journal stops for good, and what is on disk shows after the restart: trying
//! the same sync again could succeed without the bytes being there.
//! Read next: `journal.rs`, which hands batches over.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, TryRecvError};
use std::sync::{Arc, OnceLock};

use crate::chain::{self, Beside, Head};
use crate::database::{Database, Row};
use crate::entry::Id;
use crate::fault::{Fault, FaultKind, NotTaken, Refusal};
use crate::keys::Bodies;
use crate::seal::NotOpened;

/// Batches in one commit.
const GROUP_BATCHES_MAX: usize = 512;
/// Bytes in one commit.
const GROUP_BYTES_MAX: usize = 4 * 1024 * 1024;

/// The journal of one city, by its division's number; 0 holds plans, codes and accounts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct StreamId(pub u32);

/// The batch survives a power cut.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Acknowledgement {
    /// Its place in the stream, from 1.
    pub seq: u64,
    /// It stood there already.
    pub repeated: bool,
}

/// Who is told how it ended.
pub type Done = Box<dyn FnOnce(Result<Acknowledgement, NotTaken>) + Send>;

/// A body as it will be stored and, where it is sealed, in the clear.
pub struct Form {
    /// As stored.
    pub body: Vec<u8>,
    /// In the clear, if that is something else.
    pub clear: Option<Vec<u8>>,
}

/// A batch on its way to the writer, its body hashed already.
pub struct Submission {
    /// Where it goes.
    pub stream: StreamId,
    /// What stands beside the body.
    pub beside: Beside,
    /// The byte form.
    pub body: Vec<u8>,
    /// Its hash.
    pub body_hash: [u8; 32],
    /// Where the body is sealed, what it says: sealed again it would have other bytes.
    pub clear: Option<Vec<u8>>,
    /// Who waits.
    pub done: Done,
}

impl Submission {
    /// A batch as it will be stored, hashed by whoever brings it.
    pub fn new(stream: StreamId, beside: Beside, form: Form, done: Done) -> Submission {
        let Form { body, clear } = form;
        let body_hash = chain::body_hash(&body);
        Submission { stream, beside, body, body_hash, clear, done }
    }
}

/// What a writer holds; it lives on its own thread.
pub struct Writer {
    database: Box<dyn Database>,
    journal: Id,
    bodies: Option<Arc<Bodies>>,
    heads: BTreeMap<StreamId, Head>,
}

impl Writer {
    /// A writer that has written nothing yet.
    pub fn new(database: Box<dyn Database>, journal: Id, bodies: Option<Arc<Bodies>>) -> Writer {
        Writer { database, journal, bodies, heads: BTreeMap::new() }
    }

    /// Writes until nobody can send any more; after a fault it only answers.
    pub fn run(mut self, submissions: &Receiver<Submission>, stopped: &Arc<OnceLock<Fault>>) {
        while let Ok(first) = submissions.recv() {
            let group = gather(first, submissions);
            match self.commit(&group) {
                Ok(outcomes) => {
                    for (submission, outcome) in group.into_iter().zip(outcomes) {
                        (submission.done)(outcome.map_err(NotTaken::Refused));
                    }
                }
                Err(fault) => {
                    // Known as stopped before anyone hears of it.
                    let fault = stopped.get_or_init(|| fault).clone();
                    let waiting = group.into_iter().chain(submissions.iter());
                    waiting.for_each(|lost| (lost.done)(Err(NotTaken::Stopped(fault.clone()))));
                    return;
                }
            }
        }
    }

    /// One group, all or nothing; a refused batch of it is simply not in it.
    fn commit(
        &mut self,
        group: &[Submission],
    ) -> Result<Vec<Result<Acknowledgement, Refusal>>, Fault> {
        let mut grown = BTreeMap::new();
        let mut outcomes = Vec::with_capacity(group.len());
        self.database.begin()?;
        for submission in group {
            outcomes.push(self.place(submission, &mut grown)?);
        }
        self.database.commit()?;
        self.heads.extend(grown);
        Ok(outcomes)
    }

    fn place(
        &mut self,
        submission: &Submission,
        grown: &mut BTreeMap<StreamId, Head>,
    ) -> Result<Result<Acknowledgement, Refusal>, Fault> {
        let Submission { stream, beside, body, body_hash, .. } = submission;
        if let Some((seq, stored)) = self.database.sent(*stream, beside.device, beside.id)? {
            let same = self.says_the_same(submission, &stored)?;
            let again = Acknowledgement { seq, repeated: true };
            return Ok(if same { Ok(again) } else { Err(Refusal::IdUsedAgain { seq }) });
        }
        let head = match grown.get(stream).or(self.heads.get(stream)) {
            Some(head) => *head,
            None => {
                let stored = self.database.head(*stream)?;
                stored.unwrap_or_else(|| chain::beginning(self.journal, *stream))
            }
        };
        let next = chain::next(head, *stream, beside, *body_hash);
        let row = Row { seq: next.seq, beside: *beside, body: body.clone(), link: next.link };
        self.database.insert(*stream, &row)?;
        grown.insert(*stream, next);
        Ok(Ok(Acknowledgement { seq: next.seq, repeated: false }))
    }
}

impl Writer {
    /// Whether a batch sent again is the one stored; sealed bodies are compared in the clear.
    fn says_the_same(&self, submission: &Submission, stored: &[u8]) -> Result<bool, Fault> {
        let (Some(bodies), Some(clear)) = (&self.bodies, &submission.clear) else {
            return Ok(stored == submission.body);
        };
        match bodies.open(submission.stream, &submission.beside, stored) {
            Ok(opened) => Ok(opened[..] == clear[..]),
            Err(NotOpened::Fault(fault)) => Err(fault),
            Err(why) => {
                let place = format!("流 {}", submission.stream.0);
                Err(Fault::new(FaultKind::NoKey, why.to_string(), place, "请核对钥匙库"))
            }
        }
    }
}

/// The first and whatever has come in since; nobody is waited for.
fn gather(first: Submission, submissions: &Receiver<Submission>) -> Vec<Submission> {
    let mut bytes = first.body.len();
    let mut group = vec![first];
    while group.len() < GROUP_BATCHES_MAX && bytes < GROUP_BYTES_MAX {
        match submissions.try_recv() {
            Ok(next) => {
                bytes += next.body.len();
                group.push(next);
            }
            Err(TryRecvError::Empty | TryRecvError::Disconnected) => break,
        }
    }
    group
}
