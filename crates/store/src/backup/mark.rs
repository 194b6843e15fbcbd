//! Two small texts beside a journal: its epoch, and how far its last backup reaches.
//!
//! ```text
//! nuanjia epoch 1                          nuanjia backup 1
//! 5c0f…                                    9a41… (the journal's id)
//!                                          371600 1200 66c7… (stream, seq, link)
//! ```
//! The epoch is drawn when a journal is made and again whenever one is restored: a phone that sees
//! another epoch sends again what the server may have forgotten. The backup's reach tells phones
//! what they may forget. Neither stands in the journal itself, which may be older than both.
//! Read next: `backup.rs`, `docs/journal.md`.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::chain::{Head, Link};
use crate::entry::Id;
use crate::fault::Fault;
use crate::guard;
use crate::seal::draw_id;
use crate::sqlite;
use crate::verify::Verified;
use crate::writer::StreamId;

const EPOCH: &str = "nuanjia epoch 1";
const BACKUP: &str = "nuanjia backup 1";

/// How far the last completed backup of a journal reaches.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reach {
    /// Whose backup.
    pub journal: Id,
    /// The last batch of each stream in it.
    pub heads: Vec<(StreamId, Head)>,
}

/// The epoch beside a journal; drawn if there is none.
pub fn epoch(journal: &Path) -> Result<Id, Fault> {
    let path = guard::beside(journal, ".epoch");
    if !path.exists() {
        return draw_epoch(journal);
    }
    let text = read(&path)?;
    let epoch = text.strip_prefix(EPOCH).and_then(|rest| bytes_of(rest.trim()));
    epoch.map(Id).ok_or_else(|| odd(&path))
}

/// A new epoch beside a journal.
pub fn draw_epoch(journal: &Path) -> Result<Id, Fault> {
    let epoch = draw_id()?;
    write(&guard::beside(journal, ".epoch"), &format!("{EPOCH}\n{epoch}\n"))?;
    Ok(epoch)
}

/// How far the last backup reaches, if there was one.
pub fn reach(journal: &Path) -> Result<Option<Reach>, Fault> {
    let path = guard::beside(journal, ".backup");
    if !path.exists() {
        return Ok(None);
    }
    let text = read(&path)?;
    reach_of(&text).map(Some).ok_or_else(|| odd(&path))
}

/// A backup was completed.
pub fn set_reach(journal: &Path, verified: &Verified) -> Result<(), Fault> {
    let mut text = format!("{BACKUP}\n{}\n", verified.journal);
    for (stream, head) in &verified.heads {
        text.push_str(&format!("{} {} {}\n", stream.0, head.seq, head.link));
    }
    write(&guard::beside(journal, ".backup"), &text)
}

fn reach_of(text: &str) -> Option<Reach> {
    let mut lines = text.lines();
    if lines.next()? != BACKUP {
        return None;
    }
    let journal = Id(bytes_of(lines.next()?)?);
    let head = |line: &str| {
        let mut words = line.split(' ');
        let stream = StreamId(words.next()?.parse().ok()?);
        let seq = words.next()?.parse().ok()?;
        let link = Link(bytes_of(words.next()?)?);
        Some((stream, Head { seq, link }))
    };
    Some(Reach { journal, heads: lines.map(head).collect::<Option<Vec<_>>>()? })
}

/// Bytes of a text of hexadecimal digits, exactly so many.
pub fn bytes_of<const COUNT: usize>(hex: &str) -> Option<[u8; COUNT]> {
    let mut bytes = [0; COUNT];
    if hex.len() != 2 * COUNT || !hex.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(hex.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(bytes)
}

fn read(path: &Path) -> Result<String, Fault> {
    fs::read_to_string(path).map_err(|error| guard::io_fault(path, &error))
}

/// Whole or not at all, and durable.
fn write(path: &Path, text: &str) -> Result<(), Fault> {
    let unfinished: PathBuf = guard::beside(path, ".new");
    let failed = |error| guard::io_fault(&unfinished, &error);
    if unfinished.exists() {
        fs::remove_file(&unfinished).map_err(failed)?;
    }
    let mut file = guard::new_private_file(&unfinished)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    fs::rename(&unfinished, path).map_err(|error| guard::io_fault(path, &error))?;
    guard::sync_folder(path)
}

fn odd(path: &Path) -> Fault {
    sqlite::damaged("这个文件读不懂", path.display().to_string())
}
