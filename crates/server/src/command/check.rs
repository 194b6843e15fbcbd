//! `check`: everything there is to say about plans, and about a fact folder when one is given.
//!
//! All findings in one run, none hides another. Notes are findings about the paper itself and,
//! like warnings, change no exit code. First the figures as a table, then the findings.
//! Read next: `check/analysis.rs` for what is looked at, `check/figures.rs` for the table.

mod analysis;
mod figures;
mod findings_json;
mod measures;
mod together;
mod tree_json;

use std::path::{Path, PathBuf};

use document::{Fault, FolderRead};
use facts::{Day, RowError};
use plan::diagnostic::Severity;
use plan::source::{FileId, Sources};

use super::{DONE, REFUSED, REHEARSAL_DAY, ROWS_LEFT_OUT, day, say};
use crate::rehearsal::errors_in;
use analysis::Checked;

/// Row errors listed on the terminal; errors.csv of `evaluate` has them all.
pub const ERRORS_SHOWN: usize = 50;

/// Arguments of `check`.
#[derive(clap::Args, Clone, Debug)]
pub struct Check {
    /// 方案文件
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// 一并检查这个事实文件夹
    #[arg(long)]
    facts: Option<PathBuf>,
    /// 换一种读法会变多少，截至哪一天；要有事实文件夹
    #[arg(long, default_value = REHEARSAL_DAY, value_parser = day)]
    as_of: Day,
    /// 基础底册（组织、区划、工作日），缺省用方案旁边的 base/…
    #[arg(long)]
    base: Option<PathBuf>,
    /// 输出 JSON，每个方案一行
    #[arg(long)]
    json: bool,
    /// 逐项列出每个“计”的性质（只增、可变）和范围（窄、宽）
    #[arg(long)]
    measures: bool,
    /// 只输出语法树，JSON
    #[arg(long)]
    tree: bool,
}

impl Check {
    /// Checks each file; the worst outcome gives the exit code.
    pub fn run(self) -> u8 {
        let mut code = DONE;
        for file in &self.files {
            let checked = self.one(file).unwrap_or_else(|fault| {
                eprintln!("{fault}");
                REFUSED
            });
            code = worse(code, checked);
        }
        let clashes = together::clashes(&self.files);
        match (clashes.is_empty(), self.json) {
            (true, _) => return code,
            (false, true) => say(findings_json::clashes(&clashes)),
            (false, false) => {
                clashes.iter().for_each(|c| say(plan::render::render(c, &Sources::default())));
            }
        }
        worse(code, REFUSED)
    }

    fn one(&self, file: &Path) -> Result<u8, Fault> {
        let sources = crate::texts::load(file)?;
        if self.tree {
            return Ok(tree(&sources));
        }
        let mut checked = Checked::of(file, &sources, self.base.as_deref(), self.facts.as_deref())?;
        checked.readings(self.as_of);
        if self.json {
            say(findings_json::checked(&sources, &checked));
        } else {
            print(&sources, &checked, self.measures);
        }
        let rows = checked.facts.as_ref().map_or(0, list_rows);
        Ok(match (errors_in(&checked.diagnostics), rows) {
            (0, 0) => DONE,
            (0, _) => ROWS_LEFT_OUT,
            _ => REFUSED,
        })
    }
}

/// The syntax tree alone; what the reader has to say goes to standard error.
fn tree(sources: &Sources) -> u8 {
    let (document, found) = plan::reader::read(sources, FileId(0));
    say(tree_json::document(sources, &document));
    for found in &found {
        eprintln!("{}", plan::render::render(found, sources));
    }
    if errors_in(&found) == 0 { DONE } else { REFUSED }
}

/// Says what is wrong with the fact folder; gives how many errors it has.
fn list_rows(read: &FolderRead) -> usize {
    for warning in &read.warnings {
        eprintln!("{}：{}", warning.file, warning.text);
    }
    for error in read.errors.iter().take(ERRORS_SHOWN) {
        eprintln!("{}", row_error_line(error));
    }
    eprintln!("事实：{} 个文件，{} 处错误", read.rows.len(), read.errors.len());
    read.errors.len()
}

/// Reading the plan failed is worse than rows left out.
fn worse(one: u8, other: u8) -> u8 {
    let rank = |code: u8| match code {
        DONE => 0,
        ROWS_LEFT_OUT => 1,
        _ => 2,
    };
    if rank(other) > rank(one) { other } else { one }
}

fn print(sources: &Sources, checked: &Checked, listed: bool) {
    if !checked.plan.id.is_empty() {
        say(plan::check::origin_line(&checked.plan));
        let all = plan::check::measures(&checked.plan);
        say(measures::line(&all));
        if listed {
            say(format!("\n{}", measures::table(&all)));
        }
    }
    for remark in &checked.remarks {
        say(remark);
    }
    if !checked.totals.is_empty() {
        say(format!("\n{}", figures::table(sources, &checked.totals)));
    }
    for found in &checked.diagnostics {
        say(plan::render::render(found, sources));
    }
    let count =
        |severity| checked.diagnostics.iter().filter(|found| found.severity == severity).count();
    say(format!(
        "{}：{} 个错误，{} 个警告，{} 个提示",
        sources.files.first().map_or("", |file| file.name.as_str()),
        count(Severity::Error),
        count(Severity::Warning),
        count(Severity::Note)
    ));
}

/// `visit.csv:12 date：… ；…`
pub fn row_error_line(error: &RowError) -> String {
    format!("{}:{} {} [{}] {}", error.file, error.line, error.field, error.code, error.text())
}
