//! Opening a keys file with the master key that fits, and exchanging both at an erasure.
//!
//! ```text
//! 1  KEY.next      a new master key, written and synced
//! 2  keys.db.new   the survivors, wrapped under it, synced and read back
//! 3  keys.db       exchanged for the new file by one rename: from here on the new state holds
//! 4  KEY           the old master key, overwritten
//! 5  KEY           exchanged for the new one
//! ```
//! A crash leaves the old state before step 3 and the new one after it. Opening tells which by
//! trying the master keys on the file's own proof, and finishes or clears away the rest.
//! Copies of a master key kept elsewhere are destroyed by whoever keeps them.
//! Read next: `docs/journal.md`, "Erasure".

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::file::{Columns, KeyRow, KeysFile, remove_unfinished};
use super::master::{self, MasterKey};
use super::wrap::Wrap;
use crate::entry::Id;
use crate::fault::{Fault, FaultKind};
use crate::guard;
use crate::seal::{Suite, draw_id};

/// How far an erasure has come.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Step {
    /// Nothing has been written.
    Begun,
    /// The new master key lies beside the old one.
    MasterWritten,
    /// The survivors lie in a file of another name.
    SurvivorsWritten,
    /// The new file has the old one's name.
    Exchanged,
    /// The old master key is gone.
    MasterOverwritten,
    /// The new master key has the old one's name.
    Done,
}

/// Every step, in order.
pub const STEPS: [Step; 6] = [
    Step::Begun,
    Step::MasterWritten,
    Step::SurvivorsWritten,
    Step::Exchanged,
    Step::MasterOverwritten,
    Step::Done,
];

/// Where the keys lie.
pub struct Paths<'a> {
    /// The keys file.
    pub keys: &'a Path,
    /// The master key's file.
    pub master: &'a Path,
}

impl Paths<'_> {
    fn next_master(&self) -> PathBuf {
        guard::beside(self.master, ".next")
    }

    fn unfinished(&self) -> PathBuf {
        guard::beside(self.keys, ".new")
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<(), Fault> {
        fs::rename(from, to).map_err(|error| guard::io_fault(to, &error))?;
        guard::sync_folder(to)
    }
}

/// A file and the master key that opens it.
pub struct Opened {
    /// The file.
    pub file: KeysFile,
    /// The master key, ready to wrap.
    pub wrap: Wrap,
}

/// Makes a keys file and, unless one lies there already, its master key.
pub fn create(paths: &Paths<'_>, suite: Suite) -> Result<Opened, Fault> {
    if paths.keys.exists() {
        let place = paths.keys.display().to_string();
        let remedy = "请直接启动，或换一个位置";
        return Err(Fault::new(FaultKind::JournalExists, "已经有一个钥匙库", place, remedy));
    }
    if !paths.master.exists() {
        MasterKey::draw()?.write(paths.master)?;
    }
    let wrap = Wrap::new(MasterKey::read(paths.master)?, suite, draw_id()?, 1);
    drop(KeysFile::create(&paths.unfinished(), &wrap.head()?)?);
    paths.rename(&paths.unfinished(), paths.keys)?;
    open(paths)
}

/// Opens the file with the master key that fits and finishes an erasure that was cut short.
pub fn open(paths: &Paths<'_>) -> Result<Opened, Fault> {
    let file = KeysFile::open(paths.keys)?;
    let head = file.head()?;
    let next = paths.next_master();
    let fitting = |path: &Path| MasterKey::read(path).map(|master| Wrap::fitting(master, &head));
    let current = fitting(paths.master);
    if let Ok(Some(wrap)) = current {
        remove_unfinished(&paths.unfinished())?;
        if next.exists() {
            master::destroy(&next)?;
        }
        return Ok(Opened { file, wrap });
    }
    // Cut short between the exchange of the file and that of the master key.
    if next.exists()
        && let Ok(Some(wrap)) = fitting(&next)
    {
        finish(paths, &mut |_| Ok(()))?;
        return Ok(Opened { file, wrap });
    }
    current?;
    let place = paths.master.display().to_string();
    let remedy = "请换上与钥匙库配套的主钥匙";
    Err(Fault::new(FaultKind::NoKey, "这把主钥匙打不开钥匙库", place, remedy))
}

/// Whom to erase, and who is told of each step; an error of theirs ends it there, as a crash would.
pub struct Erasure<'a> {
    /// Whom to erase.
    pub of: &'a BTreeSet<(String, String)>,
    /// Who is told.
    pub watch: &'a mut dyn FnMut(Step) -> Result<(), Fault>,
}

impl Erasure<'_> {
    fn names(&self, of: &Columns) -> bool {
        self.of.contains(&(of.form.clone(), of.record.clone()))
    }
}

/// The survivors under a new master key; the old one is destroyed. Gives the new state and how many
/// keys went.
pub fn erase(paths: &Paths<'_>, old: Opened, erasure: Erasure<'_>) -> Result<(Opened, u64), Fault> {
    (erasure.watch)(Step::Begun)?;
    let drawn = MasterKey::draw()?;
    let next = paths.next_master();
    if next.exists() {
        master::destroy(&next)?;
    }
    drawn.write(&next)?;
    (erasure.watch)(Step::MasterWritten)?;
    let file = old.file.head()?.id;
    let wrap = Wrap::new(drawn, old.wrap.suite(), file, old.wrap.epoch() + 1);
    let mut fresh = KeysFile::create(&paths.unfinished(), &wrap.head()?)?;
    let gone = copy_survivors(&old, &fresh, &wrap, &erasure)?;
    read_back(&old, &mut fresh, &wrap, gone)?;
    drop(fresh);
    (erasure.watch)(Step::SurvivorsWritten)?;
    drop(old);
    paths.rename(&paths.unfinished(), paths.keys)?;
    (erasure.watch)(Step::Exchanged)?;
    finish(paths, erasure.watch)?;
    Ok((Opened { file: KeysFile::open(paths.keys)?, wrap }, gone))
}

fn finish(
    paths: &Paths<'_>,
    watch: &mut dyn FnMut(Step) -> Result<(), Fault>,
) -> Result<(), Fault> {
    if paths.master.exists() {
        master::overwrite(paths.master)?;
    }
    watch(Step::MasterOverwritten)?;
    paths.rename(&paths.next_master(), paths.master)?;
    watch(Step::Done)
}

/// All rows, wrapped anew; those to be erased keep only the id of their key.
fn copy_survivors(
    old: &Opened,
    fresh: &KeysFile,
    wrap: &Wrap,
    erasure: &Erasure<'_>,
) -> Result<u64, Fault> {
    let mut gone = 0;
    fresh.begin()?;
    each_key(&old.file, |row| {
        let copy = match (&row.of, &row.wrapped) {
            (Some(of), Some(wrapped)) if !erasure.names(of) => {
                let key = old.wrap.key(row.id, of, wrapped)?;
                wrap.key_row(row.id, of.clone(), &key)?
            }
            (of, _) => {
                gone += u64::from(of.is_some());
                KeyRow { id: row.id, of: None, epoch: wrap.epoch(), wrapped: None }
            }
        };
        fresh.insert(&copy)
    })?;
    let mut place = None;
    loop {
        let rows = old.file.lookups_after(place)?;
        let Some(last) = rows.last() else { break };
        place = Some(last.place);
        for row in rows.iter().filter(|row| !erasure.names(&row.of)) {
            let blind = old.wrap.blind(row)?;
            fresh.insert_lookup(&wrap.lookup_row(&blind, row.of.clone())?)?;
        }
    }
    fresh.commit()?;
    Ok(gone)
}

/// Every survivor is opened once more before the only other way to it is destroyed.
fn read_back(old: &Opened, fresh: &mut KeysFile, wrap: &Wrap, gone: u64) -> Result<(), Fault> {
    fresh.check()?;
    let mut living = 0;
    each_key(fresh, |row| {
        if let (Some(of), Some(wrapped)) = (&row.of, &row.wrapped) {
            wrap.key(row.id, of, wrapped)?;
            living += 1;
        }
        Ok(())
    })?;
    if living + gone == old.file.living()? {
        return Ok(());
    }
    let what = "新的钥匙库少了钥匙，没有换上";
    Err(Fault::new(FaultKind::Damaged, what, "钥匙库", "请检查磁盘，再重新注销"))
}

fn each_key(
    file: &KeysFile,
    mut visit: impl FnMut(KeyRow) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut after: Option<Id> = None;
    loop {
        let rows = file.keys_after(after)?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = Some(last.id);
        rows.into_iter().try_for_each(&mut visit)?;
    }
}
