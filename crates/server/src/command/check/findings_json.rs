//! What `check --json` prints: one line per plan, for editors and scripts.
//!
//! `{"file": …, "findings": […], "totals": […], "remarks": […],
//! "measures": […]}`; lines and columns count from 1,
//! a column is a character. Keys are added here, never renamed.

use duty::totals::TotalResult;
use plan::diagnostic::{Diagnostic, Severity};
use plan::source::{Place, Sources};
use serde_json::{Value, json};

use super::analysis::Checked;
use crate::paper::stated_words;

/// All that was found about one plan.
pub fn checked(sources: &Sources, checked: &Checked) -> Value {
    let findings = checked.diagnostics.iter().map(|found| finding(sources, found));
    let totals = checked.totals.iter().map(|counted| total(sources, counted));
    json!({
        "file": sources.files.first().map(|file| file.name.clone()),
        "findings": findings.collect::<Vec<_>>(),
        "totals": totals.collect::<Vec<_>>(),
        "remarks": checked.remarks,
        "measures": plan::check::measures(&checked.plan).iter().map(measure).collect::<Vec<_>>(),
    })
}

/// Mode and width of one 计.
fn measure(measure: &plan::check::Measure) -> Value {
    let mode = |flow: bool| if flow { "flow" } else { "state" };
    json!({
        "clause": measure.clause,
        "reading": measure.reading,
        "name": measure.name,
        "mode": mode(measure.flow),
        "width": if measure.wide { "wide" } else { "narrow" },
        "must": measure.lasting.map(mode),
    })
}

/// What several plans disagree about, in the shape of one plan's findings.
pub fn clashes(found: &[Diagnostic]) -> Value {
    let nowhere = Sources::default();
    let findings: Vec<Value> = found.iter().map(|found| finding(&nowhere, found)).collect();
    json!({ "file": Value::Null, "findings": findings, "totals": [], "remarks": [] })
}

fn finding(sources: &Sources, found: &Diagnostic) -> Value {
    let all = found.primary.iter().chain(&found.secondary);
    let labels =
        all.map(|label| json!({ "place": place(sources, label.place), "text": label.text }));
    json!({
        "code": found.code,
        "severity": severity_word(found.severity),
        "message": found.message,
        "labels": labels.collect::<Vec<_>>(),
        "help": found.help,
        "fix": found.fix.as_ref().map(|fix| {
            json!({ "place": place(sources, fix.place), "replacement": fix.replacement })
        }),
    })
}

fn total(sources: &Sources, counted: &TotalResult) -> Value {
    let figures = counted.figures.iter().map(|figure| {
        json!({
            "stated": stated_words(sources, figure),
            "counted": figure.counted.map(|number| number.to_string()),
            "made_of": figure.makeup.to_string(),
        })
    });
    json!({
        "title": counted.title,
        "agrees": counted.agrees,
        "figures": figures.collect::<Vec<_>>(),
    })
}

fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// A place with its file, line and column.
pub fn place(sources: &Sources, place: Place) -> Value {
    let (line, column) = position(sources, place);
    let file = sources.files.get(place.file.0 as usize).map(|file| file.name.clone());
    json!({
        "file": file, "line": line, "column": column,
        "start": place.start, "end": place.end,
    })
}

/// Line and column of a place, both from 1; a column is a character.
fn position(sources: &Sources, place: Place) -> (usize, usize) {
    let before = sources.text(place.file).get(..place.start as usize).unwrap_or("");
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}
