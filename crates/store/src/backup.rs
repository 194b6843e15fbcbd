//! Backups of a journal and of its keys, and the way back from them.
//!
//! Both are one file each, copied while a server may be writing, written under another name,
//! verified, and only then renamed. Keys and what they open never go into one folder: who carries
//! away one of them has nothing. The master key is in neither; whoever is to keep a copy of it
//! copies its 32 bytes by hand.
//! A restored journal gets a new epoch. It does not know what was appended after the backup; phones
//! that see the new epoch send it again. Read next: `backup/mark.rs`.

mod mark;

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use rusqlite::backup::Backup;
use rusqlite::{Connection, OpenFlags};

use crate::fault::{Broken, Damage, DamageKind, Fault, FaultKind};
use crate::guard;
use crate::keys::KeysFile;
use crate::sqlite::{self, SqliteDatabase};
use crate::verify::{Verified, verify};

pub use mark::{Reach, bytes_of};
pub(crate) use mark::{epoch, reach};

/// The name a journal has in the folder it is restored into.
pub const JOURNAL_NAME: &str = "journal";
/// The name a keys file has there.
pub const KEYS_NAME: &str = "keys.db";
/// Both tables that tell what a file is stand on its first page.
const FIRST_PAGE: usize = 4_096;

/// What a file is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Journal,
    Keys,
}

/// What was copied of a keys file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KeysCopied {
    /// Keys that live.
    pub keys: u64,
    /// Which master key opens them, counted from 1.
    pub epoch: u64,
}

/// What was restored, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Restored {
    /// A journal.
    Journal(PathBuf, Verified),
    /// A keys file, which still needs its master key.
    Keys(PathBuf, KeysCopied),
}

/// Copies a journal into a file that is not there yet. What it says then is verified.
pub fn back_up_journal(journal: &Path, to: &Path) -> Result<Verified, Broken> {
    let unfinished = prepare(to, Kind::Keys)?;
    let source = SqliteDatabase::open_to_read(journal)?;
    copy(&source.connection, journal, &unfinished)?;
    drop(source);
    let verified = verify(&unfinished, &[])?;
    finish(&unfinished, to)?;
    mark::set_reach(journal, &verified)?;
    Ok(verified)
}

/// Copies a keys file into a file that is not there yet, in a folder without any journal.
pub fn back_up_keys(keys: &Path, to: &Path) -> Result<KeysCopied, Fault> {
    let unfinished = prepare(to, Kind::Journal)?;
    let source = KeysFile::open_to_read(keys)?;
    let head = source.head()?;
    copy(source.connection(), keys, &unfinished)?;
    drop(source);
    let copied = keys_copied(&unfinished)?;
    // Copied from the file that an erasure was just replacing, it would open nothing.
    if KeysFile::open_to_read(keys)?.head()? != head {
        let place = keys.display().to_string();
        return Err(Fault::new(FaultKind::InUse, "钥匙库正在换主钥匙", place, "请再备份一次"));
    }
    finish(&unfinished, to)?;
    Ok(copied)
}

/// Puts a backup into an empty folder; what kind of backup it is shows by itself.
pub fn restore(from: &Path, folder: &Path) -> Result<Restored, Broken> {
    let Some(kind) = kind_of(from)? else {
        let place = from.display().to_string();
        let what = "这个文件不是流水或钥匙库的备份";
        return Err(Fault::new(FaultKind::Damaged, what, place, "请核对路径").into());
    };
    empty_folder(folder)?;
    match kind {
        Kind::Journal => restore_journal(from, &folder.join(JOURNAL_NAME)),
        Kind::Keys => restore_keys(from, &folder.join(KEYS_NAME)),
    }
}

fn restore_journal(from: &Path, to: &Path) -> Result<Restored, Broken> {
    let before = verify(from, &[])?;
    let unfinished = guard::beside(to, ".new");
    copy_file(from, &unfinished)?;
    let after = verify(&unfinished, &[])?;
    if after != before {
        return Err(sqlite::damaged("写下的与备份不同", to.display().to_string()).into());
    }
    mark::draw_epoch(to)?;
    mark::set_reach(to, &after)?;
    finish(&unfinished, to)?;
    Ok(Restored::Journal(to.to_owned(), after))
}

fn restore_keys(from: &Path, to: &Path) -> Result<Restored, Broken> {
    let unfinished = guard::beside(to, ".new");
    copy_file(from, &unfinished)?;
    let copied = keys_copied(&unfinished)?;
    finish(&unfinished, to)?;
    Ok(Restored::Keys(to.to_owned(), copied))
}

/// The name to write under; refuses a file that is there, and a folder that holds the other kind.
fn prepare(to: &Path, other: Kind) -> Result<PathBuf, Fault> {
    let place = || to.display().to_string();
    if to.exists() {
        let remedy = "请换一个名字，一次备份一个文件";
        return Err(Fault::new(FaultKind::JournalExists, "这个文件已经有了", place(), remedy));
    }
    let folder = guard::folder(to);
    let entries = fs::read_dir(folder).map_err(|error| guard::io_fault(folder, &error))?;
    for entry in entries {
        let path = entry.map_err(|error| guard::io_fault(folder, &error))?.path();
        if path.is_file() && kind_of(&path)? == Some(other) {
            let what = format!("同一文件夹里有{}（{}）", other.label(), path.display());
            let remedy = "钥匙和数据要分开存放、分人保管，请换一个文件夹";
            return Err(Fault::new(FaultKind::KeysBeside, what, place(), remedy));
        }
    }
    let unfinished = guard::beside(to, ".new");
    for leftover in [unfinished.clone(), guard::beside(&unfinished, "-journal")] {
        if leftover.exists() {
            fs::remove_file(&leftover).map_err(|error| guard::io_fault(&leftover, &error))?;
        }
    }
    Ok(unfinished)
}

impl Kind {
    fn label(self) -> &'static str {
        match self {
            Kind::Journal => "流水或它的备份",
            Kind::Keys => "钥匙库或它的备份",
        }
    }
}

/// What a file is, by its first page and without opening it: it may be a running server's.
fn kind_of(path: &Path) -> Result<Option<Kind>, Fault> {
    let failed = |error| guard::io_fault(path, &error);
    let mut page = Vec::with_capacity(FIRST_PAGE);
    let file = File::open(path).map_err(failed)?;
    file.take(FIRST_PAGE as u64).read_to_end(&mut page).map_err(failed)?;
    let holds = |text: &[u8]| page.windows(text.len()).any(|window| window == text);
    if !page.starts_with(b"SQLite format 3\0") {
        return Ok(None);
    }
    let is_journal = holds(b"CREATE TABLE journal (schema");
    let is_keys = holds(b"CREATE TABLE keys (schema");
    Ok(is_journal.then_some(Kind::Journal).or(is_keys.then_some(Kind::Keys)))
}

/// One consistent state of a database, as a single file without a log.
fn copy(source: &Connection, place: &Path, to: &Path) -> Result<(), Fault> {
    guard::new_private_file(to)?;
    let copied = || {
        let mut target = Connection::open_with_flags(to, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        // In one step: what is written meanwhile is not in it, and does not begin it anew.
        Backup::new(source, &mut target)?.step(-1)?;
        target.pragma_update(None, "journal_mode", "DELETE")
    };
    copied().map_err(|error| sqlite::sqlite_fault(&place.display().to_string(), &error))
}

fn copy_file(from: &Path, to: &Path) -> Result<(), Fault> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error| guard::io_fault(&path, &error)
    };
    let mut source = File::open(from).map_err(failed(from))?;
    let mut target = guard::new_private_file(to)?;
    std::io::copy(&mut source, &mut target).map_err(failed(to))?;
    target.sync_all().map_err(failed(to))
}

/// Synced, then under its own name, and that synced too.
fn finish(unfinished: &Path, to: &Path) -> Result<(), Fault> {
    let synced = File::options().write(true).open(unfinished).and_then(|file| file.sync_all());
    synced.map_err(|error| guard::io_fault(unfinished, &error))?;
    fs::rename(unfinished, to).map_err(|error| guard::io_fault(to, &error))?;
    guard::sync_folder(to)
}

fn keys_copied(path: &Path) -> Result<KeysCopied, Fault> {
    let mut file = KeysFile::open_to_read(path)?;
    file.check()?;
    Ok(KeysCopied { keys: file.living()?, epoch: file.head()?.epoch })
}

fn empty_folder(folder: &Path) -> Result<(), Fault> {
    let failed = |error| guard::io_fault(folder, &error);
    if !folder.exists() {
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder).map_err(failed)?;
    }
    if fs::read_dir(folder).map_err(failed)?.next().is_some() {
        let place = folder.display().to_string();
        let remedy = "请换一个空文件夹；已有的数据不会被覆盖";
        return Err(Fault::new(FaultKind::FolderNotEmpty, "文件夹不是空的", place, remedy));
    }
    Ok(())
}

/// Refuses a journal that is older than its own last backup: it was put back by hand, and nobody
/// would be told that the batches behind it are forgotten.
pub(crate) fn check_reach(
    journal: &Path,
    reach: &Reach,
    database: &mut dyn crate::database::Database,
) -> Result<(), Broken> {
    if database.origin()?.journal != reach.journal {
        let place = guard::beside(journal, ".backup").display().to_string();
        let remedy = "请用 nuanjia restore 恢复到空文件夹";
        let what = "旁边的备份记录属于另一本流水";
        return Err(Fault::new(FaultKind::Damaged, what, place, remedy).into());
    }
    for (stream, head) in &reach.heads {
        let damage = |kind| Damage { stream: *stream, seq: head.seq, kind };
        match database.page(*stream, head.seq, 1)?.first() {
            Some(row) if row.seq == head.seq && row.link == head.link => {}
            Some(row) if row.seq == head.seq => return Err(damage(DamageKind::Link).into()),
            _ => return Err(damage(DamageKind::CutOff).into()),
        }
    }
    Ok(())
}
