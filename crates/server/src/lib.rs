//! The program `nuanjia`: command line, HTTP API and the web app inside.
//!
//! This is the shell: it reads files and sockets, asks the pure crates and shows what they answer.
//! It decides nothing about a campaign; no number, date or quota of a paper stands
//! here, but for the made-up season of `rehearse`.
//! A command gives an exit code: 0 done, 1 cannot be done, 2 done but some rows had errors.
//! Read next: `command.rs` for the command line, `router.rs` for the API.
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may fail on the spot"))]

pub mod access;
pub mod api;
pub mod command;
pub mod declare;
pub mod example;
pub mod judged;
pub mod org_tree;
pub mod paper;
pub mod reading;
pub mod refusal;
pub mod rehearsal;
pub mod rehearse;
pub mod router;
pub mod small_count;
pub mod sync;
pub mod texts;
pub mod words;

mod asset;
mod base;
mod header;
