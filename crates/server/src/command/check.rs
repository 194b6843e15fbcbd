//! `check`: everything there is to say about plans, and about a fact folder when one is given.
//!
//! All findings in one run, none hides another. Notes are findings about the paper itself and,
//! like warnings, change no exit code.

use std::path::PathBuf;
use std::sync::Arc;

use document::{Fault, ReadOptions};
use facts::RowError;
use plan::diagnostic::{Diagnostic, Severity};
use plan::plan::Plan;
use plan::source::{FileId, Place, Sources};
use serde_json::{Value, json};

use super::{DONE, REFUSED, ROWS_LEFT_OUT, say};
use crate::rehearsal::errors_in;

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
    /// 输出 JSON，每个方案一行
    #[arg(long)]
    json: bool,
    /// 输出语法树
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
        code
    }

    fn one(&self, file: &std::path::Path) -> Result<u8, Fault> {
        let sources = crate::texts::load(file)?;
        if self.tree {
            let (document, _) = plan::reader::read(&sources, FileId(0));
            say(format!("{document:#?}"));
        }
        let (plan, mut diagnostics) = findings(&sources);
        // A plan with errors is not judged: its examples would fail for reasons told already.
        if errors_in(&diagnostics) == 0 {
            diagnostics.extend(crate::example::findings(&plan, &facts::Calendar::builtin()));
        }
        if self.json {
            say(diagnostics_json(&sources, &diagnostics));
        } else {
            print(&sources, &plan, &diagnostics);
        }
        let rows = self.rows(&plan)?;
        Ok(match (errors_in(&diagnostics), rows) {
            (0, 0) => DONE,
            (0, _) => ROWS_LEFT_OUT,
            _ => REFUSED,
        })
    }

    /// How many errors the fact folder has.
    fn rows(&self, plan: &Plan) -> Result<usize, Fault> {
        let Some(dir) = &self.facts else { return Ok(0) };
        let schema = Arc::new(plan.schema.clone());
        let read =
            document::folder::read_checked(dir, schema, &ReadOptions::default(), &|form, row| {
                duty::broken(plan, form, row)
            })?;
        for warning in &read.warnings {
            eprintln!("{}：{}", warning.file, warning.text);
        }
        for error in read.errors.iter().take(ERRORS_SHOWN) {
            eprintln!("{}", row_error_line(error));
        }
        eprintln!("事实：{} 个文件，{} 处错误", read.rows.len(), read.errors.len());
        Ok(read.errors.len())
    }
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

/// The plan with all there is to say about it.
pub fn findings(sources: &Sources) -> (Plan, Vec<Diagnostic>) {
    let (plan, mut diagnostics) = plan::compile::compile(sources);
    // A file without a 方案 is used by others; what a whole plan needs is not asked of it.
    if !plan.id.is_empty() {
        diagnostics.extend(plan::check::coverage(&plan, sources));
        diagnostics.extend(plan::check::rules(&plan));
    }
    (plan, diagnostics)
}

fn print(sources: &Sources, plan: &Plan, diagnostics: &[Diagnostic]) {
    if !plan.id.is_empty() {
        say(plan::check::origin_line(plan));
    }
    for found in diagnostics {
        say(plan::render::render(found, sources));
    }
    let count = |severity| diagnostics.iter().filter(|found| found.severity == severity).count();
    say(format!(
        "{}：{} 个错误，{} 个警告，{} 个提示",
        sources.files.first().map_or("", |file| file.name.as_str()),
        count(Severity::Error),
        count(Severity::Warning),
        count(Severity::Note)
    ));
}

fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// `visit.csv:12 date：… ；…`
pub fn row_error_line(error: &RowError) -> String {
    format!("{}:{} {} [{}] {}", error.file, error.line, error.field, error.code, error.text())
}

/// Line and column of a place, both from 1; a column is a character.
fn position(sources: &Sources, place: Place) -> (usize, usize) {
    let before = sources.text(place.file).get(..place.start as usize).unwrap_or("");
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

fn diagnostics_json(sources: &Sources, diagnostics: &[Diagnostic]) -> Value {
    let place = |place: Place| {
        let (line, column) = position(sources, place);
        let file = sources.files.get(place.file.0 as usize).map(|file| file.name.clone());
        json!({
            "file": file, "line": line, "column": column,
            "start": place.start, "end": place.end,
        })
    };
    let labels = |found: &Diagnostic| -> Vec<Value> {
        let all = found.primary.iter().chain(&found.secondary);
        all.map(|label| json!({ "place": place(label.place), "text": label.text })).collect()
    };
    let one = |found: &Diagnostic| {
        json!({
            "code": found.code,
            "severity": severity_word(found.severity),
            "message": found.message,
            "labels": labels(found),
            "help": found.help,
            "fix": found.fix.as_ref().map(|fix| {
                json!({ "place": place(fix.place), "replacement": fix.replacement })
            }),
        })
    };
    json!({
        "file": sources.files.first().map(|file| file.name.clone()),
        "findings": diagnostics.iter().map(one).collect::<Vec<_>>(),
    })
}
