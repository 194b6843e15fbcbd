//! `nuanjia`: one binary for checking plans, judging facts and serving the live paper.
//!
//! Hands the arguments over and leaves with the exit code; everything else is in the library, so
//! that tests can run a command without a process.
//! Read next: `command.rs`.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(server::command::run(std::env::args_os()))
}
