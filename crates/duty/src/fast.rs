//! The fast engine beside the reference evaluator.
//!
//! Facts are laid out by what is asked of them: per clause and key, the days of the records that
//! can count, in order. A verdict is then a few binary searches. It must equal the reference
//! evaluator in every column; tests hold them against each other over random worlds.
//! Read next: `fast/engine.rs`, then `fast/index.rs`.

mod clause;
mod column;
mod compile;
mod days;
mod engine;
mod existence;
mod fixed;
mod fold;
mod index;
mod left;
mod live;
mod postings;
mod program;
mod reach;
mod reader;
mod repair;
mod row;
mod status;
mod tree;
mod turn;

pub use clause::{OwnAndBelow, StatusChanged};
pub use engine::{Engine, STATUSES};
pub use live::{Applied, Change, Live};
