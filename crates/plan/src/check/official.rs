//! F-01 to F-09: the outer form of an official paper (GB/T 9704).
//!
//! A paper that was given (原文) is not ours to mend: its findings are notes, one for each rule
//! with all places, and say so. A draft (发文, but no 原文) gets a warning for each place, with the
//! change that would mend it. A plan without either is no official paper and is left alone.
//! Layout (type sizes, margins) is not in the text and is not looked at.
//! Read next: `official/head.rs`, `official/wording.rs`.

mod head;
mod page;
mod wording;

use crate::diagnostic::{Diagnostic, Fix, Severity};
use crate::plan::Plan;
use crate::source::{Place, Sources};
use page::Page;

/// What one rule has to say.
pub(super) struct Finding {
    code: &'static str,
    message: &'static str,
    help: &'static str,
    spots: Vec<Spot>,
}

/// One place of a finding.
pub(super) struct Spot {
    place: Place,
    words: String,
    fix: Option<Fix>,
}

impl Spot {
    fn new(place: Place, words: impl Into<String>) -> Spot {
        Spot { place, words: words.into(), fix: None }
    }

    fn mended(place: Place, replacement: impl Into<String>) -> Spot {
        let replacement = replacement.into();
        let words = format!("应为 {replacement}");
        Spot { place, words, fix: Some(Fix { place, replacement }) }
    }
}

/// All findings about the paper's form.
pub(super) fn format(plan: &Plan, sources: &Sources) -> Vec<Diagnostic> {
    let given = plan.paper.is_some();
    if !given && plan.number.is_empty() {
        return Vec::new();
    }
    let Some(page) = Page::read(plan, sources) else { return Vec::new() };
    let issuer = plan.issuer.as_ref().map(|(_, name)| name.as_str());
    let findings = [
        head::number(&page),
        head::day(&page),
        wording::headings(&page),
        head::title(&page, issuer),
        wording::ledger(&page),
        wording::report(&page),
        wording::numerals(&page),
        head::imprint(&page),
        head::signature(&page),
    ];
    let findings = findings.into_iter().filter(|finding| !finding.spots.is_empty());
    findings.flat_map(|finding| if given { noted(finding) } else { warned(finding) }).collect()
}

/// One note with all places.
fn noted(finding: Finding) -> Vec<Diagnostic> {
    let Finding { code, message, spots, .. } = finding;
    let mut spots = spots.into_iter();
    let note = spots.next().map(|first| {
        let note = Diagnostic::new(code, first.place, message).at(first.words);
        let note = spots.fold(note, |note, spot| note.and(spot.place, spot.words));
        note.help("原件如此，不要改动")
    });
    note.into_iter().collect()
}

/// A warning for each place.
fn warned(finding: Finding) -> Vec<Diagnostic> {
    let Finding { code, message, help, spots } = finding;
    let one = |spot: Spot| {
        let warning = Diagnostic::new(code, spot.place, message).at(spot.words).help(help);
        Diagnostic { severity: Severity::Warning, fix: spot.fix, ..warning }
    };
    spots.into_iter().map(one).collect()
}
