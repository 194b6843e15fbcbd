//! The store's tests: one binary, each module a family.
//!
//! What must hold on any database is in `laws.rs` and runs on SQLite and on PostgreSQL; what is
//! about files, locks and processes is SQLite's alone. The kill test starts this same binary again.
//! Read next: `journal/ground.rs`, where the journals of the tests come from.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on should say so and stop"
)]

#[path = "journal/backup.rs"]
mod backup;
#[path = "journal/bytes.rs"]
mod bytes;
#[path = "journal/canary.rs"]
mod canary;
#[path = "journal/erasure.rs"]
mod erasure;
#[path = "journal/failing.rs"]
mod failing;
#[path = "journal/ground.rs"]
mod ground;
#[path = "journal/keys.rs"]
mod keys;
#[path = "journal/kill.rs"]
mod kill;
#[path = "journal/laws.rs"]
mod laws;
#[path = "journal/opening.rs"]
mod opening;
#[path = "journal/postgres.rs"]
mod postgres;
#[path = "journal/sealing.rs"]
mod sealing;
#[path = "journal/torn.rs"]
mod torn;
