//! The store: the journal, the keys and the accounts, over SQL. The only crate with SQL in it.
//!
//! The one way to change anything is to append a batch of entries to the journal of a city (a
//! stream). An acknowledgement means that the batch survives a power cut; a failed commit stops the
//! journal. State is derived from the journal and never kept here.
//! It judges nothing and merges nothing: what entries mean together is decided in `facts`.
//! Read next: `docs/journal.md` for the format and its reasons, then `entry.rs` in `facts` and
//! `journal.rs`; `docs/people.md` and `people.rs` for accounts.
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may fail on the spot"))]

pub mod backup;
pub mod body;
mod bytes;
pub mod chain;
pub mod database;
pub mod fault;
mod guard;
pub mod journal;
pub mod keys;
pub mod lookup;
pub mod people;
pub mod seal;
pub mod sql;
pub mod sqlite;
pub mod verify;
mod writer;

pub use chain::{Head, Link};
pub use database::{Database, Origin, Row};
pub use entry::{Act, Batch, Cell, Entry, EntryId, Envelope, Id, Name, Reference, Value};
pub use facts::entry;
pub use fault::{Broken, Damage, DamageKind, Fault, FaultKind, NotTaken, Refusal};
pub use journal::{Journal, Pages, Settings, Stored};
pub use keys::{Keys, KeysSettings, Subject};
pub use writer::{Acknowledgement, StreamId};
