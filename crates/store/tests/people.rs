//! Tests of accounts: one binary, each module a family.
//!
//! Time is a number that the tests count up, and what is drawn comes from a seed, so that each of
//! them ends the same on every day. Hashes are made cheap by a setting that no release uses.
//! Read next: `people/ground.rs`, where the accounts of the tests come from.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on should say so and stop"
)]

#[path = "people/audit.rs"]
mod audit;
#[path = "people/begin.rs"]
mod begin;
#[path = "people/ground.rs"]
mod ground;
#[path = "people/guesses.rs"]
mod guesses;
#[path = "people/model.rs"]
mod model;
#[path = "people/opening.rs"]
mod opening;
#[path = "people/rights.rs"]
mod rights;
#[path = "people/sessions.rs"]
mod sessions;
