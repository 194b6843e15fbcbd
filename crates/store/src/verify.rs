//! Following the chain of a journal from the first batch to the last, without any key.
//!
//! It works on the file of a running server, on a backup, and on a journal whose keys are gone:
//! what is hashed is what is stored. It reads inside one transaction, so that a server that goes on
//! writing does not matter. A head kept elsewhere shows what no chain can: an end that was cut off,
//! or a chain made anew. What sealed bodies say is not looked at. Read next: `chain.rs`.

use std::path::Path;

use crate::body::{self, SUITE_BARE};
use crate::chain::{self, Head, Link};
use crate::database::{Database, Row};
use crate::entry::Id;
use crate::fault::{Broken, Damage, DamageKind};
use crate::journal;
use crate::sqlite::SqliteDatabase;
use crate::writer::StreamId;

/// Batches read at once.
const PAGE_ROWS: u32 = 1_000;

/// A journal whose chain holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verified {
    /// The journal's own id.
    pub journal: Id,
    /// The last batch of each stream, in order.
    pub heads: Vec<(StreamId, Head)>,
    /// Links that were known elsewhere and are in no stream.
    pub missing: Vec<Link>,
}

impl Verified {
    /// How many batches in all streams together.
    pub fn batches(&self) -> u64 {
        self.heads.iter().map(|(_, head)| head.seq).sum()
    }
}

/// Follows every stream of a journal's file. `known` are links kept elsewhere.
pub fn verify(path: &Path, known: &[Link]) -> Result<Verified, Broken> {
    let mut database = SqliteDatabase::open_to_read(path)?;
    let origin = database.origin()?;
    journal::check_schema(&origin)?;
    database.batch("BEGIN")?;
    let mut heads = Vec::new();
    let mut missing = known.to_vec();
    let mut stream = None;
    while let Some(next) = database.stream_after(stream)? {
        heads.push((next, walk(&mut database, origin.journal, next, &mut missing)?));
        stream = Some(next);
    }
    database.check()?;
    Ok(Verified { journal: origin.journal, heads, missing })
}

fn walk(
    database: &mut SqliteDatabase,
    journal: Id,
    stream: StreamId,
    missing: &mut Vec<Link>,
) -> Result<Head, Broken> {
    let mut head = chain::beginning(journal, stream);
    loop {
        let rows = database.page(stream, head.seq + 1, PAGE_ROWS)?;
        if rows.is_empty() {
            return Ok(head);
        }
        for row in &rows {
            head = follow(stream, head, row, chain::body_hash(&row.body))?;
            missing.retain(|link| *link != head.link);
            if row.body.first() == Some(&SUITE_BARE) {
                let read = body::decode(row.beside.id, row.beside.device, &row.body);
                let kind = |why| Damage { stream, seq: row.seq, kind: DamageKind::Body(why) };
                read.map_err(kind)?;
            }
        }
    }
}

/// The head after this row, if it is what was written behind the one before.
pub(crate) fn follow(
    stream: StreamId,
    before: Head,
    row: &Row,
    body_hash: [u8; 32],
) -> Result<Head, Damage> {
    let damage = |kind| Damage { stream, seq: before.seq + 1, kind };
    if row.seq != before.seq + 1 {
        return Err(damage(DamageKind::Gap));
    }
    let next = chain::next(before, stream, &row.beside, body_hash);
    if next.link == row.link { Ok(next) } else { Err(damage(DamageKind::Link)) }
}
