//! What the exchange asks of the journal, and a journal in memory for tests and rehearsals.
//!
//! Streams of batches, each with its place; an epoch that is another after every restore; and a
//! watermark, up to which the last complete backup holds every batch of a stream. A device may
//! forget what lies below the watermark and no sooner: a restore forgets what lies above.
//! Read next: `../sync.rs`.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use store::{Acknowledgement, Batch, Broken, Id, Journal, NotTaken, Refusal, StreamId};

/// A batch in its place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Kept {
    /// Its place in the stream, from 1.
    pub seq: u64,
    /// When the server took it, in milliseconds since 1970.
    pub taken_at: i64,
    /// The batch.
    pub batch: Arc<Batch>,
}

/// Where batches are kept.
pub trait Ledger {
    /// Appends a batch, or finds the place it has; it then survives a power cut.
    fn append(
        &mut self,
        stream: StreamId,
        taken_at: i64,
        batch: &Arc<Batch>,
    ) -> Result<Acknowledgement, NotTaken>;

    /// Batches of a stream from a seq on, in order: at least one if there is any, at most so many.
    fn page(&self, stream: StreamId, from: u64, rows_max: usize) -> Result<Vec<Kept>, Broken>;

    /// The streams with at least one batch, in order.
    fn streams(&self) -> Result<Vec<StreamId>, Broken>;

    /// Drawn anew by every restore.
    fn epoch(&self) -> Id;

    /// The last batch of a stream that a complete backup holds; 0 where there is none.
    fn watermark(&self, stream: StreamId) -> Result<u64, Broken>;
}

/// The journal on disk.
impl Ledger for Journal {
    fn append(
        &mut self,
        stream: StreamId,
        taken_at: i64,
        batch: &Arc<Batch>,
    ) -> Result<Acknowledgement, NotTaken> {
        Journal::append(self, stream, taken_at, batch)
    }

    fn page(&self, stream: StreamId, from: u64, rows_max: usize) -> Result<Vec<Kept>, Broken> {
        let mut rows = self.pages(stream, from).next().transpose()?.unwrap_or_default();
        rows.truncate(rows_max);
        let kept = |row: store::Stored| Kept {
            seq: row.seq,
            taken_at: row.taken_at,
            batch: Arc::new(row.batch),
        };
        Ok(rows.into_iter().map(kept).collect())
    }

    fn streams(&self) -> Result<Vec<StreamId>, Broken> {
        Ok(Journal::streams(self)?)
    }

    fn epoch(&self) -> Id {
        Journal::epoch(self)
    }

    fn watermark(&self, stream: StreamId) -> Result<u64, Broken> {
        Ok(Journal::watermark(self, stream)?)
    }
}

/// A ledger in memory.
#[derive(Clone, Debug)]
pub struct MemoryLedger {
    streams: BTreeMap<StreamId, Vec<Kept>>,
    sent: FxHashMap<(StreamId, Id, Id), u64>,
    epoch: Id,
    watermarks: BTreeMap<StreamId, u64>,
}

impl MemoryLedger {
    /// An empty one.
    pub fn new(epoch: Id) -> MemoryLedger {
        MemoryLedger {
            streams: BTreeMap::new(),
            sent: FxHashMap::default(),
            epoch,
            watermarks: BTreeMap::new(),
        }
    }

    /// A complete backup: the copy, and the watermark that follows from it.
    pub fn back_up(&mut self) -> MemoryLedger {
        for (stream, rows) in &self.streams {
            self.watermarks.insert(*stream, rows.len() as u64);
        }
        self.clone()
    }

    /// What a backup becomes when it is put in the place of what was lost.
    pub fn restored(&self, epoch: Id) -> MemoryLedger {
        MemoryLedger { epoch, ..self.clone() }
    }
}

impl Ledger for MemoryLedger {
    fn append(
        &mut self,
        stream: StreamId,
        taken_at: i64,
        batch: &Arc<Batch>,
    ) -> Result<Acknowledgement, NotTaken> {
        let rows = self.streams.entry(stream).or_default();
        if let Some(&seq) = self.sent.get(&(stream, batch.device, batch.id)) {
            let same = rows.get(seq as usize - 1).is_some_and(|row| row.batch == *batch);
            let again = Acknowledgement { seq, repeated: true };
            return if same { Ok(again) } else { Err(Refusal::IdUsedAgain { seq }.into()) };
        }
        let seq = rows.len() as u64 + 1;
        rows.push(Kept { seq, taken_at, batch: Arc::clone(batch) });
        self.sent.insert((stream, batch.device, batch.id), seq);
        Ok(Acknowledgement { seq, repeated: false })
    }

    fn page(&self, stream: StreamId, from: u64, rows_max: usize) -> Result<Vec<Kept>, Broken> {
        let rows = self.streams.get(&stream).map_or(&[][..], Vec::as_slice);
        let rows = rows.iter().skip(from.saturating_sub(1) as usize).take(rows_max);
        Ok(rows.cloned().collect())
    }

    fn streams(&self) -> Result<Vec<StreamId>, Broken> {
        Ok(self.streams.keys().copied().collect())
    }

    fn epoch(&self) -> Id {
        self.epoch
    }

    fn watermark(&self, stream: StreamId) -> Result<u64, Broken> {
        Ok(self.watermarks.get(&stream).copied().unwrap_or(0))
    }
}
