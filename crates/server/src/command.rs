//! The command line: `serve`, `check`, `fmt`, `explain`, `evaluate`, `why`,
//! `rehearse`, `init`, `verify`, `backup`, `restore`.
//!
//! A command prints what it found on standard output and what went wrong on standard error, in one
//! sentence with a remedy. Exit codes: 0 done, 1 cannot be done or the plan has errors, 2 done but
//! rows of the facts had errors.
//! Each command is in a file of its own.

mod ask;
mod backup;
mod check;
mod evaluate;
mod explain;
mod format;
mod init;
mod rehearse;
mod serve;
mod verdict_table;
mod verify;
mod why;
mod words;

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;

use clap::{CommandFactory, Parser, Subcommand};
use facts::Day;

pub use backup::{Backup, Restore};
pub use check::Check;
pub use evaluate::Evaluate;
pub use explain::Explain;
pub use format::Format;
pub use init::Init;
pub use rehearse::Rehearse;
pub use serve::Serve;
pub use verify::Verify;
pub use why::Why;

/// Done.
pub const DONE: u8 = 0;
/// Cannot be done.
pub const REFUSED: u8 = 1;
/// Done, but rows had errors.
pub const ROWS_LEFT_OUT: u8 = 2;

/// The plan served and asked when none is named, relative to the project.
const PLAN: &str = "plans/binzhou-2012-15.md";
/// The rehearsal's facts.
const FACTS: &str = "plans/rehearsal/tiny";
/// The rehearsal's own day: two weeks before the phase of review, when most is under way.
const REHEARSAL_DAY: &str = "2012-09-18";

#[derive(Parser)]
#[command(name = "nuanjia", version, about = "暖家：一份文件，一场活动")]
struct Line {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 启动网页，用演练数据
    Serve(Serve),
    /// 检查方案，不改动
    Check(Check),
    /// 排版：每份方案只有一种排法
    #[command(name = "fmt")]
    Format(Format),
    /// 解释一个代码，各举一个坏例和好例
    Explain(Explain),
    /// 逐条评判一个事实文件夹，写出五张表
    Evaluate(Evaluate),
    /// 为什么：哪些记录算数，哪些不算，还差什么
    Why(Why),
    /// 写一份演练数据：编出来的一季，没有真人
    Rehearse(Rehearse),
    /// 开始使用：建账号和流水，发出三位管理员的开户条
    Init(Init),
    /// 校验流水的链，不需要钥匙
    Verify(Verify),
    /// 备份流水或钥匙库，不必停机
    Backup(Backup),
    /// 由备份恢复到空文件夹
    Restore(Restore),
}

/// The plan and the facts that a command works on.
#[derive(clap::Args, Clone, Debug)]
pub struct Inputs {
    /// 方案文件
    #[arg(long, default_value = PLAN)]
    pub plan: PathBuf,
    /// 事实文件夹
    #[arg(long, default_value = FACTS)]
    pub facts: PathBuf,
}

/// Runs a command line; the first argument is the program's name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    match Line::try_parse_from(&arguments) {
        Ok(line) => match line.command {
            Command::Serve(serve) => serve.run(),
            Command::Check(check) => check.run(),
            Command::Format(format) => format.run(),
            Command::Explain(explain) => explain.run(),
            Command::Evaluate(evaluate) => evaluate.run(),
            Command::Why(why) => why.run(),
            Command::Rehearse(rehearse) => rehearse.run(),
            Command::Init(init) => init.run(),
            Command::Verify(verify) => verify.run(),
            Command::Backup(backup) => backup.run(),
            Command::Restore(restore) => restore.run(),
        },
        Err(error) => {
            words::say(&error, Line::command(), &arguments);
            if error.use_stderr() { REFUSED } else { DONE }
        }
    }
}

fn day(text: &str) -> Result<Day, String> {
    Day::parse(text).ok_or_else(|| format!("不是一个日期，请写成 {REHEARSAL_DAY} 这样"))
}

/// Prints a result. A reader that has seen enough (`| head`) closes the pipe; that is no failure.
fn say(text: impl std::fmt::Display) {
    // Whoever would have to be told is the one who left.
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Says in one sentence why nothing was done.
fn refuse(reason: impl std::fmt::Display) -> u8 {
    eprintln!("{reason}");
    REFUSED
}
