//! The duty engine: plan + facts + question → obligations, evidence, standing.
//!
//! Pure: no clock, files, network; the day asked for is an argument. What stands here is the
//! reference evaluator, row by row: it defines the meaning of a plan (plan-language §6) and stays
//! for ever, whatever faster engine comes beside it. It joins by hash indexes where two fields must
//! be equal; that changes no result. It ranks nobody and decides nothing about a person.
//! Read next: `verdict.rs` for what comes out, `judge.rs` for how a status is found.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may fail on the spot"))]

pub mod check;
pub mod evidence;
pub mod example;
pub mod standing;
pub mod totals;
pub mod verdict;

mod aggregate;
mod builtin;
mod cache;
mod constraint;
mod element;
mod evaluate;
pub mod fast;
mod flow;
mod judge;
mod membership;
mod near;
mod obligation;
mod periods;
mod registry;
#[cfg(test)]
mod tests;
mod value;
mod view;

pub use constraint::broken;
pub use evaluate::{evaluate, evaluate_clause};
pub use evidence::{Evidence, Evidences, evidence, evidences};
pub use example::{ExampleFault, examples};
pub use fast::{Applied, Change, Engine, Live, OwnAndBelow, StatusChanged};
pub use standing::{Standing, standing};
pub use totals::{broken_totals, totals};
pub use value::compare;
pub use verdict::{Finding, FindingKind, Flag, Obligation, Question, Trouble, Verdicts};
