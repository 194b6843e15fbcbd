//! The shell of Nuanjia: command line, HTTP API and the web app inside one binary.
//!
//! Here the world is met: files, the network, the day that is asked for. What is owed and whether
//! it was done is decided in the pure crates. This first server is the rehearsal: read-only, on
//! loopback, without sign-in.
//! A command gives an exit code: 0 done, 1 cannot be done, 2 done but some rows had errors.
//! Read next: `declare.rs` (routes), `campaign.rs` (what is served), `command.rs` (command line).

pub mod api;
pub mod campaign;
pub mod clause_page;
pub mod command;
pub mod declare;
pub mod paper;
pub mod refusal;
pub mod tables;
pub mod texts;

mod asset;
mod header;
#[cfg(test)]
mod stories;
