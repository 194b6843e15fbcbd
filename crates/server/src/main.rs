//! Entry of `nuanjia`: hands the arguments over and gives back the exit code.
//!
//! Everything else is in the library, so that tests can run a command without a process.
//! Read next: `command.rs`.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(server::command::run(std::env::args_os()))
}
