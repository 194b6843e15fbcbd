//! Documents: fact folders in, verdict tables out, both CSV.
//!
//! The contract is vocabulary.md, "Fact folder". This crate and the server are the only ones that
//! touch files; what a cell means is decided in `facts`, what is owed in `duty`.
//! A bad row is data ([`facts::RowError`]) and stops nothing; a file that cannot be read or written
//! at all is a [`Fault`].
//! Read next: `folder.rs`, then `tables.rs`.
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may fail on the spot"))]

mod csv_text;
pub mod fault;
pub mod folder;
pub mod tables;

pub use fault::Fault;
pub use folder::{FolderRead, ReadOptions};
