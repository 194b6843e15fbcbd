//! Bodies sealed as a whole, under a key of their stream.
//!
//! A body is bound to its journal, stream, id and device, so that none passes for another's; its
//! place in the stream is the chain's to hold. Sealing the same batch again gives other bytes, so a
//! batch sent again is compared in the clear.
//! The chain lies over what is stored and needs nothing of this. Read next: `journal.rs`.

use std::sync::Arc;

use zeroize::Zeroizing;

use super::{Keys, Owner};
use crate::chain::Beside;
use crate::entry::Id;
use crate::fault::Fault;
use crate::seal::{NotOpened, Suite};
use crate::writer::StreamId;

const BODY: &[u8] = b"nuanjia body 1";

/// What seals and opens the bodies of one journal.
pub struct Bodies {
    keys: Arc<Keys>,
    journal: Id,
}

impl Bodies {
    /// For a journal, with these keys.
    pub fn new(keys: Arc<Keys>, journal: Id) -> Bodies {
        Bodies { keys, journal }
    }

    /// A body as it is stored.
    pub fn seal(&self, stream: StreamId, beside: &Beside, clear: &[u8]) -> Result<Vec<u8>, Fault> {
        let held = self.keys.held(&Owner::Bodies(stream, self.keys.suite()))?;
        held.key.seal(&self.binding(stream, beside), clear)
    }

    /// The body that was stored; a bare one is none of this journal's.
    pub fn open(
        &self,
        stream: StreamId,
        beside: &Beside,
        stored: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, NotOpened> {
        let suite = stored.first().and_then(|byte| Suite::of_byte(*byte));
        let suite = suite.ok_or(NotOpened::Changed)?;
        let held = self.keys.known(&Owner::Bodies(stream, suite))?.ok_or(NotOpened::NoKey)?;
        held.key.open(&self.binding(stream, beside), stored)
    }

    fn binding(&self, stream: StreamId, beside: &Beside) -> Vec<u8> {
        let mut bytes = BODY.to_vec();
        bytes.extend(self.journal.0);
        bytes.extend(stream.0.to_be_bytes());
        bytes.extend(beside.id.0);
        bytes.extend(beside.device.0);
        bytes
    }
}
