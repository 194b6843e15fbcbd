//! SQLite behind the journal: a write-ahead log, synced at every commit, one writing connection.
//!
//! Two habits are ours. Opening checkpoints the log: after a crash it may hold a commit that was
//! written but never synced, and a batch sent again would be called stored on the strength of it.
//! Closing does not checkpoint: stopping and crashing then leave the same files, and one way back.
//! A journal is made under another name and renamed when complete, so that a file by its name is
//! either whole or damaged, never half made. Read next: `sql.rs`.

use std::fs;
use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, params};

use crate::chain::{Beside, Head, Link};
use crate::database::{Database, Origin, Row};
use crate::entry::Id;
use crate::fault::{Broken, Damage, DamageKind, Fault, FaultKind};
use crate::guard;
use crate::journal::SCHEMA;
use crate::sql;
use crate::writer::StreamId;

/// Before this version a commit could be lost when two connections met a restarting log.
const VERSION_MIN: i32 = 3_051_003;
/// Rows of a page stop here even when fewer than asked for.
const PAGE_BYTES_MAX: usize = 8 * 1024 * 1024;

/// One connection to a journal's file.
pub struct SqliteDatabase {
    pub(crate) connection: Connection,
    pub(crate) place: String,
}

/// Makes a journal where there is none.
pub fn create(path: &Path, journal: Id) -> Result<(), Fault> {
    check_version(rusqlite::version_number())?;
    let place = path.display().to_string();
    if path.exists() {
        let remedy = "请直接启动，或换一个位置";
        return Err(Fault::new(FaultKind::JournalExists, "已经有一本流水", place, remedy));
    }
    let unfinished = guard::beside(path, ".new");
    for leftover in [unfinished.clone(), guard::beside(path, ".new-journal")] {
        if leftover.exists() {
            fs::remove_file(&leftover).map_err(|error| guard::io_fault(&leftover, &error))?;
        }
    }
    guard::new_private_file(&unfinished)?;
    let made = SqliteDatabase::connect(&unfinished, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    made.batch("PRAGMA synchronous = FULL; BEGIN IMMEDIATE")?;
    made.batch(sql::CREATE_JOURNAL)?;
    made.batch(&[sql::CREATE_BATCH, sql::CREATE_TAIL].join(" "))?;
    made.batch(sql::CREATE_SENT_ONCE)?;
    let row = params![SCHEMA, &journal.0[..]];
    made.connection.execute(sql::INSERT_ORIGIN, row).map_err(|error| made.fault(&error))?;
    made.batch("COMMIT")?;
    drop(made);
    fs::rename(&unfinished, path).map_err(|error| guard::io_fault(path, &error))?;
    guard::sync_folder(path)
}

/// The writing and the reading connection to a journal that is there.
pub fn open(path: &Path) -> Result<(SqliteDatabase, SqliteDatabase), Fault> {
    check_version(rusqlite::version_number())?;
    let about = fs::metadata(path).map_err(|error| guard::io_fault(path, &error))?;
    if about.len() == 0 {
        // SQLite would take it for a new database and throw the log away.
        return Err(damaged("文件是空的", path.display().to_string()));
    }
    guard::private_file(path)?;
    let writer = SqliteDatabase::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    writer.prepare_to_write()?;
    let reader = SqliteDatabase::connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    Ok((writer, reader))
}

impl SqliteDatabase {
    /// A connection that only reads, whoever else writes; for verifying and for backups, which may
    /// come from a medium that knows no owners.
    pub(crate) fn open_to_read(path: &Path) -> Result<SqliteDatabase, Fault> {
        check_version(rusqlite::version_number())?;
        let about = fs::metadata(path).map_err(|error| guard::io_fault(path, &error))?;
        if about.len() == 0 {
            return Err(damaged("文件是空的", path.display().to_string()));
        }
        SqliteDatabase::connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
    }
}

/// Refuses a database program that may lose commits.
pub(crate) fn check_version(number: i32) -> Result<(), Fault> {
    if number >= VERSION_MIN {
        return Ok(());
    }
    let what = format!("数据库程序版本过旧（{number}），提交的内容可能丢失");
    let remedy = format!("请使用随本程序附带的版本（至少 {VERSION_MIN}）");
    Err(Fault::new(FaultKind::OldDatabase, what, "SQLite", remedy))
}

/// A file that is not what was written.
pub(crate) fn damaged(what: impl Into<String>, place: String) -> Fault {
    Fault::new(FaultKind::Damaged, what, place, "请停用，并由备份恢复")
}

impl SqliteDatabase {
    /// A connection with our habits.
    pub(crate) fn connect(path: &Path, access: OpenFlags) -> Result<SqliteDatabase, Fault> {
        let place = path.display().to_string();
        let flags = access | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)
            .map_err(|error| sqlite_fault(&place, &error))?;
        let opened = SqliteDatabase { connection, place };
        opened
            .connection
            .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)
            .map_err(|error| opened.fault(&error))?;
        opened.batch(
            "PRAGMA mmap_size = 0; PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF;",
        )?;
        Ok(opened)
    }

    /// The write-ahead log, synced at every commit, and now, for what a crash left unsynced.
    pub(crate) fn prepare_to_write(&self) -> Result<(), Fault> {
        let mode: String = self.one("PRAGMA journal_mode = WAL")?;
        self.batch("PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;")?;
        let synchronous: i64 = self.one("PRAGMA synchronous")?;
        if mode != "wal" || synchronous != 2 {
            let what = format!("数据库不能按要求写盘（{mode}，{synchronous}）");
            return Err(Fault::new(FaultKind::Disk, what, &*self.place, "请换一个本地磁盘"));
        }
        let busy: i64 = self.one("PRAGMA wal_checkpoint(TRUNCATE)")?;
        if busy == 0 {
            return Ok(());
        }
        let what = "另一个程序正在读写这个文件";
        Err(Fault::new(FaultKind::InUse, what, &*self.place, "请先关掉它"))
    }

    /// The first column of the first row.
    fn one<T: rusqlite::types::FromSql>(&self, statement: &str) -> Result<T, Fault> {
        let row = self.connection.query_row(statement, [], |row| row.get(0));
        row.map_err(|error| self.fault(&error))
    }

    pub(crate) fn batch(&self, statements: &str) -> Result<(), Fault> {
        self.connection.execute_batch(statements).map_err(|error| self.fault(&error))
    }

    fn fault(&self, error: &rusqlite::Error) -> Fault {
        sqlite_fault(&self.place, error)
    }

    /// A stored value that is not what was ever written there.
    fn odd(&self) -> Fault {
        damaged("有一栏无法读取", self.place.clone())
    }
}

/// What SQLite says, as a fault.
pub(crate) fn sqlite_fault(place: &str, error: &rusqlite::Error) -> Fault {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            damaged(format!("数据库文件已损坏（{error}）"), place.to_owned())
        }
        Some(ErrorCode::DiskFull) => {
            Fault::new(FaultKind::Full, "磁盘满了", place, "请腾出空间后重新启动")
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            Fault::new(FaultKind::InUse, "另一个程序正在读写这个文件", place, "请先关掉它")
        }
        _ => {
            let what = format!("读写出错（{error}）");
            Fault::new(FaultKind::Disk, what, place, "请检查磁盘，再重新启动")
        }
    }
}

impl Database for SqliteDatabase {
    fn origin(&mut self) -> Result<Origin, Fault> {
        let columns = self.connection.query_row(sql::SELECT_ORIGIN, [], |row| {
            Ok((row.get_ref(0)?.as_i64().ok(), sixteen(row.get_ref(1)?)))
        });
        let origin = match columns {
            Ok((Some(schema), Some(journal))) => {
                u32::try_from(schema).ok().map(|schema| Origin { schema, journal })
            }
            Ok(_) => None,
            // A database of something else: no such table, or nothing in it.
            Err(rusqlite::Error::QueryReturnedNoRows | rusqlite::Error::SqlInputError { .. }) => {
                None
            }
            Err(error) => return Err(self.fault(&error)),
        };
        origin.ok_or_else(|| damaged("这个文件不是流水", self.place.clone()))
    }

    fn begin(&mut self) -> Result<(), Fault> {
        self.batch("BEGIN IMMEDIATE")
    }

    fn insert(&mut self, stream: StreamId, row: &Row) -> Result<(), Fault> {
        let added = || {
            let mut statement = self.connection.prepare_cached(sql::INSERT_BATCH)?;
            statement.execute(params![
                stream.0,
                signed(row.seq),
                &row.beside.device.0[..],
                &row.beside.id.0[..],
                row.beside.taken_at,
                row.body,
                &row.link.0[..],
            ])
        };
        added().map(|_| ()).map_err(|error| self.fault(&error))
    }

    fn commit(&mut self) -> Result<(), Fault> {
        self.batch("COMMIT")
    }

    fn head(&mut self, stream: StreamId) -> Result<Option<Head>, Fault> {
        let columns = || {
            let mut statement = self.connection.prepare_cached(sql::SELECT_HEAD)?;
            let row =
                |row: &rusqlite::Row<'_>| Ok((whole(row.get_ref(0)?), thirty_two(row.get_ref(1)?)));
            statement.query_row([stream.0], row).optional()
        };
        match columns().map_err(|error| self.fault(&error))? {
            None => Ok(None),
            Some((Some(seq), Some(link))) => Ok(Some(Head { seq, link: Link(link) })),
            Some(_) => Err(self.odd()),
        }
    }

    fn sent(
        &mut self,
        stream: StreamId,
        device: Id,
        id: Id,
    ) -> Result<Option<(u64, Vec<u8>)>, Fault> {
        let columns = || {
            let mut statement = self.connection.prepare_cached(sql::SELECT_SENT)?;
            let wanted = params![stream.0, &device.0[..], &id.0[..]];
            let row = |row: &rusqlite::Row<'_>| {
                Ok((whole(row.get_ref(0)?), row.get_ref(1)?.as_blob().ok().map(<[u8]>::to_vec)))
            };
            statement.query_row(wanted, row).optional()
        };
        match columns().map_err(|error| self.fault(&error))? {
            None => Ok(None),
            Some((Some(seq), Some(body))) => Ok(Some((seq, body))),
            Some(_) => Err(self.odd()),
        }
    }

    fn page(&mut self, stream: StreamId, from: u64, rows_max: u32) -> Result<Vec<Row>, Broken> {
        let fault = |error: &rusqlite::Error| Broken::Fault(sqlite_fault(&self.place, error));
        let mut statement =
            self.connection.prepare_cached(sql::SELECT_PAGE).map_err(|error| fault(&error))?;
        let wanted = params![stream.0, signed(from), rows_max];
        let mut rows = statement.query(wanted).map_err(|error| fault(&error))?;
        let mut page: Vec<Row> = Vec::new();
        let mut bytes = 0;
        while bytes < PAGE_BYTES_MAX
            && let Some(row) = rows.next().map_err(|error| fault(&error))?
        {
            let Some(read) = row_of(row) else {
                let seq = page.last().map_or(from, |last| last.seq + 1);
                return Err(Damage { stream, seq, kind: DamageKind::Row }.into());
            };
            bytes += read.body.len();
            page.push(read);
        }
        Ok(page)
    }

    fn stream_after(&mut self, stream: Option<StreamId>) -> Result<Option<StreamId>, Fault> {
        let after = stream.map_or(-1, |stream| i64::from(stream.0));
        let columns = || {
            let mut statement = self.connection.prepare_cached(sql::SELECT_NEXT_STREAM)?;
            statement.query_row([after], |row| row.get::<_, Option<i64>>(0))
        };
        let next = columns().map_err(|error| self.fault(&error))?;
        let next = next.map(u32::try_from).transpose().map_err(|_| self.odd())?;
        Ok(next.map(StreamId))
    }

    fn check(&mut self) -> Result<(), Fault> {
        let found: String = self.one("PRAGMA integrity_check(1)")?;
        if found == "ok" {
            return Ok(());
        }
        Err(damaged(format!("数据库文件已损坏（{found}）"), self.place.clone()))
    }
}

fn row_of(row: &rusqlite::Row<'_>) -> Option<Row> {
    let seq = whole(row.get_ref(0).ok()?)?;
    let device = sixteen(row.get_ref(1).ok()?)?;
    let id = sixteen(row.get_ref(2).ok()?)?;
    let taken_at = row.get_ref(3).ok()?.as_i64().ok()?;
    let body = row.get_ref(4).ok()?.as_blob().ok()?.to_vec();
    let link = Link(thirty_two(row.get_ref(5).ok()?)?);
    Some(Row { seq, beside: Beside { id, device, taken_at }, body, link })
}

/// A seq as SQL counts; none comes near the end.
fn signed(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}

fn whole(value: ValueRef<'_>) -> Option<u64> {
    value.as_i64().ok().and_then(|number| u64::try_from(number).ok())
}

fn sixteen(value: ValueRef<'_>) -> Option<Id> {
    value.as_blob().ok()?.try_into().ok().map(Id)
}

fn thirty_two(value: ValueRef<'_>) -> Option<[u8; 32]> {
    value.as_blob().ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_that_may_lose_commits_is_refused() {
        assert!(check_version(rusqlite::version_number()).is_ok());
        let fault = check_version(3_040_001).unwrap_err();
        assert_eq!(fault.kind, FaultKind::OldDatabase);
    }
}
