//! The journal: append, read from a seq on, verify.
//!
//! Opening refuses an older database, files others can read, a newer schema, a second process, and
//! a last stretch that does not hold. Reading follows the chain: a batch that is not what was
//! written is never handed out. After a fault nothing is answered any more; start again.
//! A journal is bare or, opened with keys, sealed; never both: in a sealed one a bare body is
//! damage. The moment a batch is taken is the caller's to say: this crate reads no clock.
//! Read next: `writer.rs` for what an acknowledgement means, `chain.rs` for what a link covers.

use std::fs::File;
use std::path::PathBuf;
use std::sync::mpsc::{self, SyncSender, TrySendError};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::{self, JoinHandle};

use crate::backup;
use crate::body;
use crate::chain::{self, Beside, Head, Link};
use crate::database::{Database, Origin, Row, page_or_end};
use crate::entry::{Batch, Id};
use crate::fault::{Broken, Damage, DamageKind, Fault, FaultKind, NotTaken, Refusal};
use crate::guard;
use crate::keys::{Bodies, Keys};
use crate::seal::{NotOpened, Suite, draw_id};
use crate::sqlite;
use crate::verify::follow;
use crate::writer::{Acknowledgement, Form, StreamId, Submission, Writer};

/// The version of the tables this program knows.
pub const SCHEMA: u32 = 1;
/// Batches that may wait for the writer: some seconds of work, some megabytes.
const WAITING_MAX: usize = 4_096;
/// Batches read at once.
const PAGE_ROWS: u32 = 1_000;
/// Fewer batches than this are not worth a thread.
const SHARE_ROWS_MIN: usize = 100;
/// Batches at the end of each stream that are looked at before the journal opens.
const TAIL_ROWS: u64 = 1_000;

/// Where a journal lies and what belongs to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settings {
    /// The journal's file.
    pub path: PathBuf,
    /// The file of the master key, if bodies are to be sealed; looked at, not read.
    pub key_file: Option<PathBuf>,
}

/// An open journal.
pub struct Journal {
    origin: Origin,
    reader: Mutex<Box<dyn Database>>,
    // Taken when dropped: the writer ends when nobody can send any more.
    submissions: Option<SyncSender<Submission>>,
    writer: Option<JoinHandle<()>>,
    stopped: Arc<OnceLock<Fault>>,
    bodies: Option<Arc<Bodies>>,
    epoch: Id,
    // Where the backup's reach is told; a journal over other databases has none yet.
    path: Option<PathBuf>,
    // Goes last.
    _lock: Option<File>,
}

/// A batch as it was taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stored {
    /// Its place in the stream, from 1.
    pub seq: u64,
    /// When the server took it, in milliseconds since 1970; order is by seq.
    pub taken_at: i64,
    /// Its link in the chain.
    pub link: Link,
    /// The batch.
    pub batch: Batch,
}

impl Journal {
    /// Makes an empty journal with bare bodies, for rehearsals, and opens it.
    pub fn create(settings: &Settings) -> Result<Journal, Broken> {
        Journal::begin(settings, None, true)
    }

    /// Opens a bare journal that is there; a missing one is a fault, never a new beginning.
    pub fn open(settings: &Settings) -> Result<Journal, Broken> {
        Journal::begin(settings, None, false)
    }

    /// Makes an empty journal whose bodies are sealed under these keys, and opens it.
    pub fn create_sealed(settings: &Settings, keys: &Arc<Keys>) -> Result<Journal, Broken> {
        Journal::begin(settings, Some(keys), true)
    }

    /// Opens a sealed journal that is there.
    pub fn open_sealed(settings: &Settings, keys: &Arc<Keys>) -> Result<Journal, Broken> {
        Journal::begin(settings, Some(keys), false)
    }

    fn begin(
        settings: &Settings,
        keys: Option<&Arc<Keys>>,
        is_new: bool,
    ) -> Result<Journal, Broken> {
        let path = &settings.path;
        let lock = guard::lock(path)?;
        if is_new {
            sqlite::create(path, draw_id()?)?;
        }
        if let Some(key_file) = &settings.key_file {
            guard::private_file(key_file)?;
        }
        let (writer, mut reader) = sqlite::open(path)?;
        if let Some(reach) = backup::reach(path)? {
            backup::check_reach(path, &reach, &mut reader)?;
        }
        let mut journal = Journal::over_sealed(Box::new(writer), Box::new(reader), keys)?;
        journal.epoch = backup::epoch(path)?;
        journal.path = Some(path.clone());
        journal._lock = Some(lock);
        Ok(journal)
    }

    /// Opens what two connections lead to, one for writing and one for reading, with bare bodies.
    /// Whoever brings them sees to it that no other process writes.
    pub fn over(writer: Box<dyn Database>, reader: Box<dyn Database>) -> Result<Journal, Broken> {
        Journal::over_sealed(writer, reader, None)
    }

    /// The same, with bodies sealed under these keys.
    pub fn over_sealed(
        writer: Box<dyn Database>,
        mut reader: Box<dyn Database>,
        keys: Option<&Arc<Keys>>,
    ) -> Result<Journal, Broken> {
        let origin = reader.origin()?;
        check_schema(&origin)?;
        let bodies = keys.map(|keys| Arc::new(Bodies::new(Arc::clone(keys), origin.journal)));
        let (sender, receiver) = mpsc::sync_channel(WAITING_MAX);
        let stopped = Arc::new(OnceLock::new());
        let mut journal = Journal {
            origin,
            reader: Mutex::new(reader),
            submissions: Some(sender),
            writer: None,
            stopped: Arc::clone(&stopped),
            bodies: bodies.clone(),
            epoch: origin.journal,
            path: None,
            _lock: None,
        };
        journal.check_tails()?;
        let writer = Writer::new(writer, origin.journal, bodies);
        let spawned = thread::Builder::new()
            .name("journal".to_owned())
            .spawn(move || writer.run(&receiver, &stopped));
        journal.writer = Some(spawned.map_err(|error| {
            let what = format!("不能启动写线程（{error}）");
            Fault::new(FaultKind::Disk, what, "系统", "请检查系统资源")
        })?);
        Ok(journal)
    }

    /// The last stretch of each stream: what a crash or a bad copy reaches first.
    fn check_tails(&self) -> Result<(), Broken> {
        for stream in self.streams()? {
            let seq = self.head(stream)?.seq;
            for page in self.pages(stream, (seq + 1).saturating_sub(TAIL_ROWS)) {
                page?;
            }
        }
        Ok(())
    }

    /// The journal's own id.
    pub fn id(&self) -> Id {
        self.origin.journal
    }

    /// Drawn anew whenever a backup is restored: whoever saw another epoch may know batches that
    /// this journal has forgotten.
    pub fn epoch(&self) -> Id {
        self.epoch
    }

    /// The last batch of a stream that a completed backup holds; 0 where none does. What lies
    /// behind it is safe from a power cut only, so devices keep it.
    pub fn watermark(&self, stream: StreamId) -> Result<u64, Fault> {
        let Some(path) = &self.path else { return Ok(0) };
        let reach = backup::reach(path)?.filter(|reach| reach.journal == self.id());
        let heads = reach.map_or(Vec::new(), |reach| reach.heads);
        Ok(heads.iter().find(|(of, _)| *of == stream).map_or(0, |(_, head)| head.seq))
    }

    /// Appends a batch and waits until it survives a power cut.
    pub fn append(
        &self,
        stream: StreamId,
        taken_at: i64,
        batch: &Batch,
    ) -> Result<Acknowledgement, NotTaken> {
        let beside = Beside { id: batch.id, device: batch.device, taken_at };
        let form = self.checked(stream, &beside, batch)?;
        let (told, waiting) = mpsc::sync_channel(1);
        let done = Box::new(move |outcome| drop(told.send(outcome)));
        let submission = Submission::new(stream, beside, form, done);
        let sent = self.submissions.as_ref().is_some_and(|sender| sender.send(submission).is_ok());
        let outcome = if sent { waiting.recv().ok() } else { None };
        outcome.unwrap_or_else(|| Err(self.writer_gone()))
    }

    /// Hands a batch over and returns at once; `done` is called on the writer's thread when the
    /// batch survives a power cut, or here when it cannot be taken.
    pub fn submit(
        &self,
        stream: StreamId,
        taken_at: i64,
        batch: &Batch,
        done: impl FnOnce(Result<Acknowledgement, NotTaken>) + Send + 'static,
    ) {
        let beside = Beside { id: batch.id, device: batch.device, taken_at };
        let form = match self.checked(stream, &beside, batch) {
            Ok(form) => form,
            Err(not_taken) => return done(Err(not_taken)),
        };
        let submission = Submission::new(stream, beside, form, Box::new(done));
        let Some(sender) = &self.submissions else { return };
        match sender.try_send(submission) {
            Ok(()) => {}
            Err(TrySendError::Full(back)) => (back.done)(Err(Refusal::Busy.into())),
            Err(TrySendError::Disconnected(back)) => (back.done)(Err(self.writer_gone())),
        }
    }

    /// The byte form, unless the journal has stopped or the batch cannot be taken.
    fn checked(&self, stream: StreamId, beside: &Beside, batch: &Batch) -> Result<Form, NotTaken> {
        self.running().map_err(NotTaken::Stopped)?;
        let clear = body::encode(batch)?;
        let Some(bodies) = &self.bodies else { return Ok(Form { body: clear, clear: None }) };
        let sealed = bodies.seal(stream, beside, &clear).map_err(NotTaken::Stopped)?;
        Ok(Form { body: sealed, clear: Some(clear) })
    }

    /// The fault that stopped the journal, if one did.
    pub fn running(&self) -> Result<(), Fault> {
        self.stopped.get().map_or(Ok(()), |fault| Err(fault.clone()))
    }

    /// The writer is never gone while a journal lives, except through a bug of ours.
    fn writer_gone(&self) -> NotTaken {
        let gone = || Fault::new(FaultKind::Disk, "写线程意外停止", "流水", "请重新启动");
        NotTaken::Stopped(self.stopped.get_or_init(gone).clone())
    }

    /// The streams with at least one batch, in order.
    pub fn streams(&self) -> Result<Vec<StreamId>, Fault> {
        let mut streams = Vec::new();
        while let Some(next) = self.read(|reader| reader.stream_after(streams.last().copied()))? {
            streams.push(next);
        }
        Ok(streams)
    }

    /// The last batch of a stream; seq 0 where nothing was appended.
    pub fn head(&self, stream: StreamId) -> Result<Head, Fault> {
        let stored = self.read(|reader| reader.head(stream))?;
        Ok(stored.unwrap_or_else(|| chain::beginning(self.origin.journal, stream)))
    }

    /// The batches of a stream from a seq on, in pages, each checked against the chain.
    pub fn pages(&self, stream: StreamId, from: u64) -> Pages<'_> {
        Pages { journal: self, stream, from: from.max(1), before: None, ended: false }
    }

    /// Follows the chain from the first batch to the last, and has the database look at itself.
    /// `known`, a head kept elsewhere, also shows an end that was cut off or a chain made anew.
    pub fn verify(&self, stream: StreamId, known: Option<Head>) -> Result<Head, Broken> {
        let mut head = chain::beginning(self.origin.journal, stream);
        for page in self.pages(stream, 1) {
            for stored in page? {
                head = Head { seq: stored.seq, link: stored.link };
                if known.is_some_and(|known| known.seq == head.seq && known.link != head.link) {
                    return Err(Damage { stream, seq: head.seq, kind: DamageKind::Link }.into());
                }
            }
        }
        if known.is_some_and(|known| known.seq > head.seq) {
            return Err(Damage { stream, seq: head.seq + 1, kind: DamageKind::CutOff }.into());
        }
        self.read(|reader| reader.check())?;
        Ok(head)
    }

    /// Asks the reading connection, unless the journal has stopped; a fault stops it.
    fn read<T, E: From<Fault> + AsFault>(
        &self,
        ask: impl FnOnce(&mut dyn Database) -> Result<T, E>,
    ) -> Result<T, E> {
        self.running()?;
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = ask(reader.as_mut());
        if let Err(error) = &answer
            && let Some(fault) = error.as_fault()
        {
            self.stopped.get_or_init(|| fault.clone());
        }
        answer
    }
}

/// An error that may be a fault.
trait AsFault {
    fn as_fault(&self) -> Option<&Fault>;
}

impl AsFault for Fault {
    fn as_fault(&self) -> Option<&Fault> {
        Some(self)
    }
}

impl AsFault for Broken {
    fn as_fault(&self) -> Option<&Fault> {
        match self {
            Broken::Fault(fault) => Some(fault),
            Broken::Damage(_) => None,
        }
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        self.submissions = None;
        if let Some(writer) = self.writer.take() {
            // It has answered everyone; a panic of its own has been seen as a stop.
            drop(writer.join());
        }
    }
}

/// Pages of a stream, in order; ends at the last batch or at the first error.
pub struct Pages<'a> {
    journal: &'a Journal,
    stream: StreamId,
    from: u64,
    // The batch before the next one, once known.
    before: Option<Head>,
    ended: bool,
}

impl Iterator for Pages<'_> {
    type Item = Result<Vec<Stored>, Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let page = self.page();
        page_or_end(&mut self.ended, page)
    }
}

impl Pages<'_> {
    fn page(&mut self) -> Result<Vec<Stored>, Broken> {
        let before = match self.before {
            Some(before) => before,
            None => self.before_first()?,
        };
        let rows = self.rows(before.seq + 1, PAGE_ROWS)?;
        let mut at = before;
        let mut page = Vec::with_capacity(rows.len());
        let read = read_all(self.stream, self.journal.bodies.as_deref(), &rows);
        for (row, ReadRow { body_hash, batch }) in rows.iter().zip(read) {
            at = follow(self.stream, at, row, body_hash)?;
            let taken_at = row.beside.taken_at;
            page.push(Stored { seq: row.seq, taken_at, link: row.link, batch: batch? });
        }
        self.before = Some(at);
        Ok(page)
    }

    /// The head that the first batch wanted follows.
    fn before_first(&self) -> Result<Head, Broken> {
        let seq = self.from - 1;
        if seq > 0
            && let Some(row) = self.rows(seq, 1)?.first()
            && row.seq == seq
        {
            return Ok(Head { seq, link: row.link });
        }
        let head = self.journal.head(self.stream)?;
        if seq == 0 {
            Ok(chain::beginning(self.journal.id(), self.stream))
        } else if seq > head.seq {
            // Beyond the end: nothing will follow.
            Ok(Head { seq, link: head.link })
        } else {
            Err(Damage { stream: self.stream, seq, kind: DamageKind::Gap }.into())
        }
    }

    fn rows(&self, from: u64, rows_max: u32) -> Result<Vec<Row>, Broken> {
        self.journal.read(|reader| reader.page(self.stream, from, rows_max))
    }
}

/// What can be found out of a row without the one before.
struct ReadRow {
    body_hash: [u8; 32],
    batch: Result<Batch, Broken>,
}

/// Rows hashed, opened and read on all processors: a restart reads everything.
fn read_all(stream: StreamId, bodies: Option<&Bodies>, rows: &[Row]) -> Vec<ReadRow> {
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let share = rows.len().div_ceil(processors).max(SHARE_ROWS_MIN);
    let read = |row: &Row| ReadRow {
        body_hash: chain::body_hash(&row.body),
        batch: batch_of(stream, bodies, row),
    };
    thread::scope(|scope| {
        let mut shares = rows.chunks(share);
        let own = shares.next().unwrap_or_default();
        let others: Vec<_> = shares
            .map(|rows| scope.spawn(move || rows.iter().map(read).collect::<Vec<_>>()))
            .collect();
        let mut all: Vec<ReadRow> = own.iter().map(read).collect();
        for other in others {
            all.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        all
    })
}

/// What a row says, opened first where bodies are sealed.
fn batch_of(stream: StreamId, bodies: Option<&Bodies>, row: &Row) -> Result<Batch, Broken> {
    let damage = |kind| Damage { stream, seq: row.seq, kind };
    let Beside { id, device, .. } = row.beside;
    let read = |body: &[u8]| {
        body::decode(id, device, body).map_err(|why| damage(DamageKind::Body(why)).into())
    };
    match bodies {
        Some(bodies) => match bodies.open(stream, &row.beside, &row.body) {
            Ok(clear) => read(&clear),
            Err(NotOpened::Fault(fault)) => Err(fault.into()),
            Err(_) => Err(damage(DamageKind::Sealed).into()),
        },
        None if row.body.first().is_some_and(|byte| Suite::of_byte(*byte).is_some()) => {
            let what = "这本流水的内容是加密的";
            let remedy = "请给出钥匙库和主钥匙再启动";
            Err(Fault::new(FaultKind::NoKey, what, "流水", remedy).into())
        }
        None => read(&row.body),
    }
}

/// Refuses tables that a later version made.
pub(crate) fn check_schema(origin: &Origin) -> Result<(), Fault> {
    if origin.schema <= SCHEMA {
        return Ok(());
    }
    let what = format!("这本流水是更新的版本写的（{}，本程序只认到 {SCHEMA}）", origin.schema);
    Err(Fault::new(FaultKind::NewerSchema, what, "流水", "请换用较新的程序"))
}
