//! Wrapping: keys and blind indexes sealed under the master key of one epoch.
//!
//! What is wrapped is bound to the file, the epoch, and whom it belongs to, so that no row can be
//! put in another's place. When the master key of an epoch is destroyed, everything wrapped under
//! it is noise, in every copy that was ever made.
//! Read next: `rotation.rs`.

use zeroize::Zeroizing;

use super::file::{Columns, Head, KeyRow, LookupRow};
use super::master::MasterKey;
use crate::bytes::put_bytes;
use crate::entry::Id;
use crate::fault::{Fault, FaultKind};
use crate::seal::{Key, Suite};

const KEY: &[u8] = b"nuanjia key 1";
const BLIND: &[u8] = b"nuanjia blind 1";
const PROOF: &[u8] = b"nuanjia proof 1";

/// The master key of one epoch of one file, ready to wrap.
pub struct Wrap {
    master: MasterKey,
    key: Key,
    file: Id,
    epoch: u64,
}

impl Wrap {
    /// A master key for a file and epoch.
    pub fn new(master: MasterKey, suite: Suite, file: Id, epoch: u64) -> Wrap {
        Wrap { key: master.wrapping(suite), master, file, epoch }
    }

    /// The same for what a file says of itself, if the master key is the file's.
    pub fn fitting(master: MasterKey, head: &Head) -> Option<Wrap> {
        let suite = head.proof.first().and_then(|byte| Suite::of_byte(*byte))?;
        let wrap = Wrap::new(master, suite, head.id, head.epoch);
        wrap.key.open(&wrap.bound(PROOF), &head.proof).is_ok().then_some(wrap)
    }

    /// What a file made with this master key says of itself.
    pub fn head(&self) -> Result<Head, Fault> {
        let proof = self.key.seal(&self.bound(PROOF), b"")?;
        Ok(Head { id: self.file, epoch: self.epoch, proof })
    }

    /// Which epoch.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// With which suite.
    pub fn suite(&self) -> Suite {
        self.key.suite()
    }

    /// A key, wrapped for someone.
    pub fn key_row(&self, id: Id, of: Columns, key: &Key) -> Result<KeyRow, Fault> {
        let mut clear = Zeroizing::new(Vec::with_capacity(33));
        clear.push(key.suite().byte());
        clear.extend_from_slice(key.bytes());
        let wrapped = self.key.seal(&self.bound_to_owner(KEY, &id.0, &of), &clear)?;
        Ok(KeyRow { id, of: Some(of), epoch: self.epoch, wrapped: Some(wrapped) })
    }

    /// The key of a row that lives.
    pub fn key(&self, id: Id, of: &Columns, wrapped: &[u8]) -> Result<Key, Fault> {
        let opened = self.key.open(&self.bound_to_owner(KEY, &id.0, of), wrapped);
        let clear = opened.map_err(|_| changed())?;
        let parts = clear.split_first();
        let key = parts.and_then(|(suite, bytes)| Key::from_bytes(Suite::of_byte(*suite)?, bytes));
        key.ok_or_else(changed)
    }

    /// Where a blind index stands in this epoch.
    pub fn place(&self, blind: &[u8; 32]) -> [u8; 32] {
        self.master.place_of(blind)
    }

    /// A blind index, wrapped beside the record it finds.
    pub fn lookup_row(&self, blind: &[u8; 32], of: Columns) -> Result<LookupRow, Fault> {
        let place = self.place(blind);
        let wrapped = self.key.seal(&self.bound_to_owner(BLIND, &place, &of), blind)?;
        Ok(LookupRow { place, of, wrapped })
    }

    /// The blind index of a row.
    pub fn blind(&self, row: &LookupRow) -> Result<Zeroizing<[u8; 32]>, Fault> {
        let bound_to = self.bound_to_owner(BLIND, &row.place, &row.of);
        let clear = self.key.open(&bound_to, &row.wrapped).map_err(|_| changed())?;
        let blind = <[u8; 32]>::try_from(&clear[..]).map_err(|_| changed())?;
        Ok(Zeroizing::new(blind))
    }

    fn bound(&self, kind: &[u8]) -> Vec<u8> {
        let mut bytes = kind.to_vec();
        bytes.extend(self.file.0);
        bytes.extend(self.epoch.to_be_bytes());
        bytes
    }

    fn bound_to_owner(&self, kind: &[u8], place: &[u8], of: &Columns) -> Vec<u8> {
        let mut bytes = self.bound(kind);
        put_bytes(&mut bytes, place);
        put_bytes(&mut bytes, of.form.as_bytes());
        put_bytes(&mut bytes, of.record.as_bytes());
        bytes
    }
}

/// A row that no master key of ours has written.
fn changed() -> Fault {
    let what = "一行钥匙被改过，或不是这把主钥匙所包";
    Fault::new(FaultKind::Damaged, what, "钥匙库", "请停用，并由钥匙库的备份恢复")
}
