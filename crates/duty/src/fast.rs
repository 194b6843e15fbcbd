//! The fast engine beside the reference evaluator.
//!
//! Facts are laid out by what is asked of them: per clause and key, the days of the records that
//! can count, in order. A verdict is then a few binary searches. It must equal the reference
//! evaluator in every column; tests hold them against each other over random worlds.
//! Read next: `fast/engine.rs`, then `fast/index.rs`.

mod compile;
mod days;
mod engine;
mod fixed;
mod fold;
mod index;
mod postings;
mod program;
mod status;
mod tree;

pub use engine::{Engine, STATUSES};
