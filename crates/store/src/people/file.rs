//! The file of accounts, open: one writing and one reading connection, and what goes with them.
//!
//! The guards are the journal's: private mode, a database program that loses nothing, write-ahead
//! log synced at every commit, one process, one schema. After a fault in writing nothing is
//! answered, so that nobody is let in by a check that could not be made. A refusal rolls back
//! what it had begun; whatever a refusal must leave behind, a counted guess or a line of the
//! audit, is committed as a result of its own. Read next: `sign_in.rs`.

use std::fs::{self, File};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use rusqlite::{
    CachedStatement, Connection, ErrorCode, OpenFlags, Params, Row, Transaction,
    TransactionBehavior, params,
};

use super::audit::{self, AuditBroken, Event, Queue};
use super::chance::{Chance, Vault};
use super::password::{Cost, Policy, SlowHash};
use super::refusal::Denied;
use super::{SCHEMA, Settings, schema, sql};
use crate::chain::Head;
use crate::entry::Id;
use crate::fault::{Fault, FaultKind};
use crate::guard;
use crate::sqlite::{SqliteDatabase, check_version, damaged, sqlite_fault};

/// Rows of the audit at its end that are looked at before the file opens.
const TAIL_ROWS: u64 = 1_000;

/// The accounts of one installation, open.
pub struct People {
    pub(super) policy: Policy,
    pub(super) cost: Cost,
    pub(super) vault: Arc<dyn Vault>,
    pub(super) origin: Id,
    /// What is hashed and opened for a name nobody has.
    pub(super) nobody: Nobody,
    pub(super) hashes: AtomicU64,
    pub(super) queue: Mutex<Queue>,
    writer: Mutex<Writer>,
    reader: Mutex<SqliteDatabase>,
    chance: Mutex<Box<dyn Chance>>,
    stopped: OnceLock<Fault>,
    // Goes last.
    _lock: File,
}

/// A password and an authenticator that nothing matches.
pub(super) struct Nobody {
    pub hash: SlowHash,
    pub about: Id,
    pub sealed: Vec<u8>,
}

/// The writing connection and the end of the audit.
pub(super) struct Writer {
    database: SqliteDatabase,
    head: Head,
    /// The last turn of the audit's queue that was committed.
    pub audited: u64,
}

impl People {
    /// Makes an empty file of accounts and opens it; [`People::init`] comes next.
    pub fn create(
        settings: &Settings,
        vault: Arc<dyn Vault>,
        mut chance: Box<dyn Chance>,
    ) -> Result<People, Fault> {
        let path = &settings.path;
        let lock = guard::lock(path)?;
        check_version(rusqlite::version_number())?;
        if path.exists() {
            let place = path.display().to_string();
            let remedy = "请直接启动，或换一个位置";
            return Err(Fault::new(FaultKind::JournalExists, "已经有一份账号", place, remedy));
        }
        let mut origin = [0; 16];
        chance.fill(&mut origin)?;
        make(path, Id(origin))?;
        People::open_locked(settings, vault, chance, lock)
    }

    /// Opens accounts that are there; a missing file is a fault, never a new beginning.
    /// The end of the audit is looked at first.
    pub fn open(
        settings: &Settings,
        vault: Arc<dyn Vault>,
        chance: Box<dyn Chance>,
    ) -> Result<People, AuditBroken> {
        let lock = guard::lock(&settings.path)?;
        check_version(rusqlite::version_number())?;
        let about =
            fs::metadata(&settings.path).map_err(|e| guard::io_fault(&settings.path, &e))?;
        if about.len() == 0 {
            // SQLite would take it for a new database and throw the log away.
            return Err(damaged("文件是空的", settings.path.display().to_string()).into());
        }
        let people = People::open_locked(settings, vault, chance, lock)?;
        let head = people.audit_head()?;
        for page in people.audit_pages((head.seq + 1).saturating_sub(TAIL_ROWS)) {
            page?;
        }
        Ok(people)
    }

    fn open_locked(
        settings: &Settings,
        vault: Arc<dyn Vault>,
        mut chance: Box<dyn Chance>,
        lock: File,
    ) -> Result<People, Fault> {
        guard::private_file(&settings.path)?;
        let database = connect(&settings.path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        let origin = origin(&database)?;
        database.prepare_to_write()?;
        let reader = connect(&settings.path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let head = audit::head(&Tables::of(&database), origin)?;
        let nobody = nobody(settings.cost, vault.as_ref(), chance.as_mut())?;
        Ok(People {
            policy: settings.policy,
            cost: settings.cost,
            vault,
            origin,
            nobody,
            hashes: AtomicU64::new(0),
            queue: Mutex::default(),
            writer: Mutex::new(Writer { database, head, audited: 0 }),
            reader: Mutex::new(reader),
            chance: Mutex::new(chance),
            stopped: OnceLock::new(),
            _lock: lock,
        })
    }

    /// The fault that stopped everything, if one did.
    pub fn running(&self) -> Result<(), Fault> {
        self.stopped.get().map_or(Ok(()), |fault| Err(fault.clone()))
    }

    /// How many slow hashes were made; the same for a name nobody has.
    #[doc(hidden)]
    pub fn hashes_made(&self) -> u64 {
        self.hashes.load(Ordering::Relaxed)
    }

    /// Random bytes.
    pub(super) fn draw<const N: usize>(&self) -> Result<[u8; N], Fault> {
        let mut bytes = [0; N];
        self.chance.lock().unwrap_or_else(PoisonError::into_inner).fill(&mut bytes)?;
        Ok(bytes)
    }

    /// Asks the tables, in one view of them.
    pub(super) fn read<T, E: From<Fault>>(
        &self,
        ask: impl FnOnce(&Tables<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.running()?;
        let reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        let view = Transaction::new_unchecked(&reader.connection, TransactionBehavior::Deferred)
            .map_err(|error| self.stop(sqlite_fault(&reader.place, &error)))?;
        let tables = Tables { connection: &view, place: &reader.place };
        let answer = ask(&tables);
        // Nothing was written; the view only has to end.
        view.rollback().map_err(|error| self.stop(sqlite_fault(&reader.place, &error)))?;
        answer
    }

    /// Changes the tables: all of it, or with a refusal nothing.
    pub(super) fn write<T>(
        &self,
        work: impl FnOnce(&mut Work<'_>) -> Result<T, Denied>,
    ) -> Result<T, Denied> {
        let mut writer = self.writer();
        self.write_with(&mut writer, work)
    }

    /// The writing connection, once it is free.
    pub(super) fn writer(&self) -> MutexGuard<'_, Writer> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The same as [`People::write`], for whoever has waited already.
    pub(super) fn write_with<T>(
        &self,
        writer: &mut Writer,
        work: impl FnOnce(&mut Work<'_>) -> Result<T, Denied>,
    ) -> Result<T, Denied> {
        self.running()?;
        let SqliteDatabase { connection, place } = &writer.database;
        let fault = |error: &rusqlite::Error| self.stop(sqlite_fault(place, error));
        let change = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)
            .map_err(|error| fault(&error))?;
        let mut begun = Work { tables: Tables { connection: &change, place }, head: writer.head };
        match work(&mut begun) {
            Ok(result) => {
                let head = begun.head;
                change.commit().map_err(|error| fault(&error))?;
                writer.head = head;
                Ok(result)
            }
            Err(Denied::Refused(refusal)) => {
                change.rollback().map_err(|error| fault(&error))?;
                Err(Denied::Refused(refusal))
            }
            Err(Denied::Stopped(fault)) => Err(Denied::Stopped(self.stop(fault))),
        }
    }

    /// Remembers the first fault; nothing is answered from then on.
    pub(super) fn stop(&self, fault: Fault) -> Fault {
        self.stopped.get_or_init(|| fault).clone()
    }
}

/// Makes the file under another name, and renames it when it is whole.
fn make(path: &Path, origin: Id) -> Result<(), Fault> {
    let unfinished = guard::beside(path, ".new");
    for leftover in [unfinished.clone(), guard::beside(path, ".new-journal")] {
        if leftover.exists() {
            fs::remove_file(&leftover).map_err(|error| guard::io_fault(&leftover, &error))?;
        }
    }
    guard::new_private_file(&unfinished)?;
    let made = connect(&unfinished, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    made.batch("PRAGMA synchronous = FULL; BEGIN IMMEDIATE")?;
    for statement in schema::CREATE.iter().chain(&schema::NEVER_DELETED) {
        made.batch(statement)?;
    }
    Tables::of(&made).execute(sql::INSERT_ORIGIN, params![SCHEMA, &origin.0[..]])?;
    made.batch("COMMIT")?;
    drop(made);
    fs::rename(&unfinished, path).map_err(|error| guard::io_fault(path, &error))?;
    guard::sync_folder(path)
}

fn connect(path: &Path, access: OpenFlags) -> Result<SqliteDatabase, Fault> {
    let database = SqliteDatabase::connect(path, access)?;
    database.batch("PRAGMA foreign_keys = ON")?;
    Ok(database)
}

/// The file's own id, if this program may go on with it.
fn origin(database: &SqliteDatabase) -> Result<Id, Fault> {
    let columns = database.connection.query_row(sql::SELECT_ORIGIN, [], |row| {
        Ok((row.get::<_, u32>(0)?, row.get::<_, [u8; 16]>(1)?))
    });
    let place = &database.place;
    match columns {
        Ok((schema, origin)) if schema <= SCHEMA => Ok(Id(origin)),
        Ok((schema, _)) => {
            let what = format!("这份账号是更新的版本写的（{schema}，本程序只认到 {SCHEMA}）");
            Err(Fault::new(FaultKind::NewerSchema, what, place, "请换用较新的程序"))
        }
        Err(error) => Err(match error.sqlite_error_code() {
            // A database of something else: no such table, or nothing in it.
            None | Some(ErrorCode::Unknown) => damaged("这个文件不是账号", place.clone()),
            Some(_) => sqlite_fault(place, &error),
        }),
    }
}

fn nobody(cost: Cost, vault: &dyn Vault, chance: &mut dyn Chance) -> Result<Nobody, Fault> {
    let (mut salt, mut word, mut about) = ([0; 16], [0; 32], [0; 16]);
    let mut secret = [0; super::totp::SECRET_BYTES];
    for bytes in [&mut salt[..], &mut word, &mut about, &mut secret] {
        chance.fill(bytes)?;
    }
    let hash = SlowHash::make(cost, salt, &word)?;
    Ok(Nobody { hash, about: Id(about), sealed: vault.seal(&about, &secret)? })
}

/// The tables, as one statement after another sees them.
pub(super) struct Tables<'a> {
    connection: &'a Connection,
    place: &'a str,
}

impl<'a> Tables<'a> {
    fn of(database: &'a SqliteDatabase) -> Tables<'a> {
        Tables { connection: &database.connection, place: &database.place }
    }

    /// Changes rows; how many.
    pub fn execute(&self, statement: &str, values: impl Params) -> Result<usize, Fault> {
        let done = || self.prepared(statement)?.execute(values);
        done().map_err(|error| self.fault(&error))
    }

    /// Changes rows unless a rule of the tables forbids it; whether it was done.
    pub fn execute_if_allowed(&self, statement: &str, values: impl Params) -> Result<bool, Fault> {
        let done = || self.prepared(statement)?.execute(values);
        match done() {
            Ok(_) => Ok(true),
            Err(error) => match error.sqlite_error_code() {
                Some(ErrorCode::ConstraintViolation) => Ok(false),
                _ => Err(self.fault(&error)),
            },
        }
    }

    /// The rows.
    pub fn rows<T>(
        &self,
        statement: &str,
        values: impl Params,
        take: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, Fault> {
        let read = || -> rusqlite::Result<Vec<T>> {
            self.prepared(statement)?.query_map(values, take)?.collect()
        };
        read().map_err(|error| self.fault(&error))
    }

    /// The first row, if there is one.
    pub fn row<T>(
        &self,
        statement: &str,
        values: impl Params,
        take: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, Fault> {
        Ok(self.rows(statement, values, take)?.into_iter().next())
    }

    /// The whole number that a statement counts.
    pub fn count(&self, statement: &str, values: impl Params) -> Result<i64, Fault> {
        Ok(self.row(statement, values, |row| row.get(0))?.unwrap_or(0))
    }

    fn prepared(&self, statement: &str) -> rusqlite::Result<CachedStatement<'_>> {
        debug_assert!(counts_in_order(statement), "{statement}");
        self.connection.prepare_cached(statement)
    }

    fn fault(&self, error: &rusqlite::Error) -> Fault {
        match error {
            // A column that holds what was never written there.
            rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::IntegralValueOutOfRange(..) => {
                damaged("有一栏无法读取", self.place.to_owned())
            }
            _ => sqlite_fault(self.place, error),
        }
    }
}

/// SQLite gives `$2` the first value when it comes before `$1`: so it must not.
fn counts_in_order(statement: &str) -> bool {
    let mut known = 0;
    statement.split('$').skip(1).all(|rest| {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number = rest.get(..digits).and_then(|digits| digits.parse::<u32>().ok());
        let next = number.is_some_and(|number| number <= known + 1);
        known = known.max(number.unwrap_or(0));
        next
    })
}

/// A change that has begun.
pub(super) struct Work<'a> {
    /// The tables, with what was changed so far.
    pub tables: Tables<'a>,
    head: Head,
}

impl Work<'_> {
    /// Keeps an event with the change: both or neither.
    pub fn note(&mut self, event: Event) -> Result<(), Fault> {
        self.head = audit::add(&self.tables, self.head, event)?;
        Ok(())
    }
}
