//! A database that fails when told to: at a commit, before or after it has happened.
//!
//! Nobody is told "stored" by a commit that failed; everybody is told that the journal has stopped,
//! also those who only read. What was acknowledged before is there after opening again, and a batch
//! whose commit happened unheard is not stored twice.
//! Read next: `src/writer.rs`.

use std::sync::Mutex;

use store::sqlite::{self, SqliteDatabase};
use store::{
    Broken, Database, Fault, FaultKind, Head, Id, Journal, NotTaken, Origin, Row, StreamId,
};

use super::ground::{CITY, Folder, visit};

#[derive(Clone, Copy, PartialEq)]
enum When {
    BeforeCommit,
    AfterCommit,
    AtInsert,
}

/// SQLite, until so many commits are done.
struct Failing {
    sound: SqliteDatabase,
    commits_left: u32,
    when: When,
}

impl Failing {
    fn fails(&self, when: When) -> Result<(), Fault> {
        if self.commits_left > 0 || self.when != when {
            return Ok(());
        }
        Err(Fault::new(FaultKind::Disk, "told to fail", "test", "none"))
    }
}

impl Database for Failing {
    fn origin(&mut self) -> Result<Origin, Fault> {
        self.sound.origin()
    }
    fn begin(&mut self) -> Result<(), Fault> {
        self.sound.begin()
    }
    fn insert(&mut self, stream: StreamId, row: &Row) -> Result<(), Fault> {
        self.fails(When::AtInsert)?;
        self.sound.insert(stream, row)
    }
    fn commit(&mut self) -> Result<(), Fault> {
        self.fails(When::BeforeCommit)?;
        self.sound.commit()?;
        self.fails(When::AfterCommit)?;
        self.commits_left = self.commits_left.saturating_sub(1);
        Ok(())
    }
    fn head(&mut self, stream: StreamId) -> Result<Option<Head>, Fault> {
        self.sound.head(stream)
    }
    fn sent(
        &mut self,
        stream: StreamId,
        device: Id,
        id: Id,
    ) -> Result<Option<(u64, Vec<u8>)>, Fault> {
        self.sound.sent(stream, device, id)
    }
    fn page(&mut self, stream: StreamId, from: u64, rows_max: u32) -> Result<Vec<Row>, Broken> {
        self.sound.page(stream, from, rows_max)
    }
    fn stream_after(&mut self, stream: Option<StreamId>) -> Result<Option<StreamId>, Fault> {
        self.sound.stream_after(stream)
    }
    fn check(&mut self) -> Result<(), Fault> {
        self.sound.check()
    }
}

/// Eight people append until the journal stops; the batches each was told are stored.
fn append_until_stopped(folder: &Folder, when: When) -> Vec<(u64, u64, u64)> {
    let (writer, reader) = sqlite::open(&folder.journal().path).unwrap();
    let writer = Failing { sound: writer, commits_left: 12, when };
    let journal = Journal::over(Box::new(writer), Box::new(reader)).unwrap();
    let told = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for person in 0..8 {
            let (journal, told) = (&journal, &told);
            scope.spawn(move || {
                for number in 0.. {
                    match journal.append(CITY, 0, &visit(person, number)) {
                        Ok(taken) => told.lock().unwrap().push((person, number, taken.seq)),
                        Err(NotTaken::Stopped(_)) => return,
                        Err(refused) => panic!("{refused:?}"),
                    }
                }
            });
        }
    });
    let stopped = journal.running().unwrap_err();
    assert_eq!(stopped.what, "told to fail");
    let not_taken = journal.append(CITY, 0, &visit(1, 99_999));
    assert_eq!(not_taken, Err(NotTaken::Stopped(stopped.clone())));
    assert_eq!(journal.head(CITY), Err(stopped.clone()));
    assert_eq!(journal.pages(CITY, 1).next(), Some(Err(Broken::Fault(stopped.clone()))));
    assert_eq!(journal.verify(CITY, None), Err(Broken::Fault(stopped)));
    told.into_inner().unwrap()
}

fn check(when: When) {
    let folder = Folder::new();
    drop(Journal::create(&folder.journal()).unwrap());
    let told = append_until_stopped(&folder, when);
    assert!(told.len() >= 12);
    let journal = Journal::open(&folder.journal()).unwrap();
    let stored = journal.verify(CITY, None).unwrap().seq;
    let unheard = stored - told.len() as u64;
    assert_eq!(unheard > 0, when == When::AfterCommit);
    for (person, number, seq) in &told {
        let again = journal.append(CITY, 0, &visit(*person, *number)).unwrap();
        assert_eq!((again.seq, again.repeated), (*seq, true));
    }
    let mut repeated = 0;
    for person in 0..8 {
        let next = told.iter().filter(|(other, ..)| *other == person).count() as u64;
        repeated += u64::from(journal.append(CITY, 0, &visit(person, next)).unwrap().repeated);
    }
    assert_eq!(repeated, unheard);
    assert_eq!(journal.verify(CITY, None).unwrap().seq, told.len() as u64 + 8);
}

#[test]
fn a_commit_that_fails_stops_the_journal_and_loses_nothing_acknowledged() {
    check(When::BeforeCommit);
}

#[test]
fn a_commit_that_happened_unheard_is_found_when_sent_again() {
    check(When::AfterCommit);
}

#[test]
fn a_row_that_cannot_be_added_stops_the_journal_too() {
    check(When::AtInsert);
}
