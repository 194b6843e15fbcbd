//! The keys file: a small SQLite database of wrapped keys, outside the journal and its backup.
//!
//! It keeps no write-ahead log: the file is exchanged as a whole at every erasure, and a log left
//! beside it would be taken for the new file's. So a commit is synced together with its folder.
//! A file is made under another name and renamed when complete.
//! What a key is for, and when a new file is made, is not decided here. Read next: `rotation.rs`.

use std::fs;
use std::path::Path;
use std::time::Duration;

use rusqlite::{OpenFlags, Row, params};

use super::sql;
use crate::entry::{Id, Name};
use crate::fault::{Fault, FaultKind};
use crate::guard;
use crate::sqlite::{self, SqliteDatabase};

/// The version of the tables this program knows.
pub const SCHEMA: u32 = 1;
/// Rows read at once.
pub const ROWS: u32 = 1_000;
/// How long a commit waits for a backup that is reading.
const BUSY: Duration = Duration::from_secs(20);

/// The key lives.
pub const LIVES: i64 = 1;
/// The key was destroyed.
pub const ERASED: i64 = 2;

/// What the file says of itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Head {
    /// Its own id.
    pub id: Id,
    /// Which master key: counted from 1, one more at every erasure.
    pub epoch: u64,
    /// A seal that only this master key opens.
    pub proof: Vec<u8>,
}

/// Whom a key belongs to, as the file spells it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Columns {
    /// A form, or `:stream`, or `:purpose`: no form begins with a colon.
    pub form: String,
    /// A record, a stream, or a purpose.
    pub record: String,
}

impl Columns {
    /// Form and record, if a person or household is meant.
    pub fn names(&self) -> Option<(Name, Name)> {
        Name::new(&self.form).zip(Name::new(&self.record))
    }
}

/// A row of `key`.
pub struct KeyRow {
    /// The key's id.
    pub id: Id,
    /// Whom it belongs to; nobody once it is destroyed.
    pub of: Option<Columns>,
    /// Which master key wrapped it.
    pub epoch: u64,
    /// The wrapped key; nothing once it is destroyed.
    pub wrapped: Option<Vec<u8>>,
}

/// A row of `lookup`.
pub struct LookupRow {
    /// Where it stands.
    pub place: [u8; 32],
    /// The record found.
    pub of: Columns,
    /// The wrapped blind index.
    pub wrapped: Vec<u8>,
}

/// An open keys file.
pub struct KeysFile {
    database: SqliteDatabase,
}

impl KeysFile {
    /// Makes a file without keys under a name that is not its own yet.
    pub fn create(unfinished: &Path, head: &Head) -> Result<KeysFile, Fault> {
        sqlite::check_version(rusqlite::version_number())?;
        remove_unfinished(unfinished)?;
        guard::new_private_file(unfinished)?;
        let file = KeysFile::connect(unfinished, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        file.begin()?;
        file.database.batch(sql::CREATE_KEYS)?;
        file.database.batch(&[sql::CREATE_KEY, sql::CREATE_TAIL].join(" "))?;
        file.database.batch(sql::CREATE_ONE_EACH)?;
        file.database.batch(&[sql::CREATE_LOOKUP, sql::CREATE_TAIL].join(" "))?;
        let row = params![SCHEMA, &head.id.0[..], whole(head.epoch), head.proof];
        file.execute(sql::INSERT_KEYS, row)?;
        file.commit()?;
        Ok(file)
    }

    /// Opens a file that is there.
    pub fn open(path: &Path) -> Result<KeysFile, Fault> {
        KeysFile::look(path)?;
        let file = KeysFile::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        // Undoes what a crash left half done, before anything is read.
        file.database.batch("BEGIN IMMEDIATE; COMMIT")?;
        Ok(file)
    }

    /// Opens a file for reading only, whoever else writes.
    pub fn open_to_read(path: &Path) -> Result<KeysFile, Fault> {
        KeysFile::look(path)?;
        KeysFile::connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
    }

    fn look(path: &Path) -> Result<(), Fault> {
        sqlite::check_version(rusqlite::version_number())?;
        let about = fs::metadata(path).map_err(|error| guard::io_fault(path, &error))?;
        if about.len() == 0 {
            return Err(sqlite::damaged("文件是空的", path.display().to_string()));
        }
        guard::private_file(path)
    }

    fn connect(path: &Path, access: OpenFlags) -> Result<KeysFile, Fault> {
        let file = KeysFile { database: SqliteDatabase::connect(path, access)? };
        let waits = file.database.connection.busy_timeout(BUSY);
        waits.map_err(|error| file.fault(&error))?;
        file.database.batch("PRAGMA synchronous = EXTRA; PRAGMA secure_delete = ON;")?;
        Ok(file)
    }

    /// What the file says of itself.
    pub fn head(&self) -> Result<Head, Fault> {
        let columns = self.database.connection.query_row(sql::SELECT_KEYS, [], |row| {
            let schema: i64 = row.get(0)?;
            let id: [u8; 16] = row.get(1)?;
            let epoch: i64 = row.get(2)?;
            Ok((schema, Head { id: Id(id), epoch: epoch as u64, proof: row.get(3)? }))
        });
        let (schema, head) = columns.map_err(|error| match error {
            rusqlite::Error::SqliteFailure(failure, _)
                if failure.code != rusqlite::ErrorCode::Unknown =>
            {
                self.fault(&error)
            }
            // Another database: no such table, nothing in it, or something else.
            _ => sqlite::damaged("这个文件不是钥匙库", self.database.place.clone()),
        })?;
        if schema > i64::from(SCHEMA) {
            let what = format!("钥匙库是更新的版本写的（{schema}，本程序只认到 {SCHEMA}）");
            let place = self.database.place.clone();
            return Err(Fault::new(FaultKind::NewerSchema, what, place, "请换用较新的程序"));
        }
        Ok(head)
    }

    /// Begins a group.
    pub fn begin(&self) -> Result<(), Fault> {
        self.database.batch("BEGIN IMMEDIATE")
    }

    /// Ends the group. When it returns well, the group survives a power cut.
    pub fn commit(&self) -> Result<(), Fault> {
        self.database.batch("COMMIT")
    }

    /// Adds a key to the group.
    pub fn insert(&self, row: &KeyRow) -> Result<(), Fault> {
        let form = row.of.as_ref().map(|of| &of.form);
        let record = row.of.as_ref().map(|of| &of.record);
        let state = if row.wrapped.is_some() { LIVES } else { ERASED };
        let values = params![&row.id.0[..], form, record, whole(row.epoch), row.wrapped, state];
        self.execute(sql::INSERT_KEY, values)
    }

    /// Adds a place of the blind index to the group.
    pub fn insert_lookup(&self, row: &LookupRow) -> Result<(), Fault> {
        let values = params![&row.place[..], row.of.form, row.of.record, row.wrapped];
        self.execute(sql::INSERT_LOOKUP, values)
    }

    /// The key of someone.
    pub fn key_of(&self, of: &Columns) -> Result<Option<KeyRow>, Fault> {
        let mut rows = self.rows(sql::SELECT_KEY_OF, params![of.form, of.record], key_row)?;
        Ok(rows.pop())
    }

    /// The key of an id.
    pub fn key(&self, id: Id) -> Result<Option<KeyRow>, Fault> {
        Ok(self.rows(sql::SELECT_KEY, params![&id.0[..]], key_row)?.pop())
    }

    /// Keys behind an id, in order.
    pub fn keys_after(&self, id: Option<Id>) -> Result<Vec<KeyRow>, Fault> {
        let after = id.map_or(Vec::new(), |id| id.0.to_vec());
        self.rows(sql::SELECT_KEYS_AFTER, params![after, ROWS], key_row)
    }

    /// What stands at a place of the blind index.
    pub fn lookup(&self, place: &[u8; 32]) -> Result<Option<LookupRow>, Fault> {
        Ok(self.rows(sql::SELECT_LOOKUP, params![&place[..]], lookup_row)?.pop())
    }

    /// Rows of the blind index behind a place, in order.
    pub fn lookups_after(&self, place: Option<[u8; 32]>) -> Result<Vec<LookupRow>, Fault> {
        let after = place.map_or(Vec::new(), |place| place.to_vec());
        self.rows(sql::SELECT_LOOKUPS_AFTER, params![after, ROWS], lookup_row)
    }

    /// How many keys live.
    pub fn living(&self) -> Result<u64, Fault> {
        let count = self.database.connection.query_row(sql::COUNT_LIVING, [], |row| row.get(0));
        count.map(|count: i64| count as u64).map_err(|error| self.fault(&error))
    }

    /// Looks for damage.
    pub fn check(&mut self) -> Result<(), Fault> {
        crate::database::Database::check(&mut self.database)
    }

    /// The connection, for a backup.
    pub fn connection(&self) -> &rusqlite::Connection {
        &self.database.connection
    }

    /// A fault of this file.
    pub fn fault(&self, error: &rusqlite::Error) -> Fault {
        sqlite::sqlite_fault(&self.database.place, error)
    }

    fn execute(&self, statement: &str, values: impl rusqlite::Params) -> Result<(), Fault> {
        let done = self.database.connection.prepare_cached(statement);
        let done = done.and_then(|mut statement| statement.execute(values));
        done.map(|_| ()).map_err(|error| self.fault(&error))
    }

    fn rows<T>(
        &self,
        statement: &str,
        values: impl rusqlite::Params,
        row: fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, Fault> {
        let read = || {
            let mut statement = self.database.connection.prepare_cached(statement)?;
            statement.query_map(values, row)?.collect::<rusqlite::Result<Vec<T>>>()
        };
        read().map_err(|error| match error {
            rusqlite::Error::SqliteFailure(..) => self.fault(&error),
            // A column that holds what none ever held.
            _ => sqlite::damaged("钥匙库有一栏无法读取", self.database.place.clone()),
        })
    }
}

fn key_row(row: &Row<'_>) -> rusqlite::Result<KeyRow> {
    let (form, record): (Option<String>, Option<String>) = (row.get(1)?, row.get(2)?);
    let epoch: i64 = row.get(3)?;
    let state: i64 = row.get(5)?;
    let wrapped: Option<Vec<u8>> = row.get(4)?;
    let lives = state == LIVES;
    Ok(KeyRow {
        id: Id(row.get(0)?),
        of: form.zip(record).map(|(form, record)| Columns { form, record }).filter(|_| lives),
        epoch: epoch as u64,
        wrapped: wrapped.filter(|_| lives),
    })
}

fn lookup_row(row: &Row<'_>) -> rusqlite::Result<LookupRow> {
    let of = Columns { form: row.get(1)?, record: row.get(2)? };
    Ok(LookupRow { place: row.get(0)?, of, wrapped: row.get(3)? })
}

/// Removes what a creation left that was cut short.
pub fn remove_unfinished(unfinished: &Path) -> Result<(), Fault> {
    for leftover in [unfinished.to_owned(), guard::beside(unfinished, "-journal")] {
        if leftover.exists() {
            fs::remove_file(&leftover).map_err(|error| guard::io_fault(&leftover, &error))?;
        }
    }
    Ok(())
}

/// An epoch as SQL counts; none comes near the end.
fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
