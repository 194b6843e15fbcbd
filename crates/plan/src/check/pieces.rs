//! W0522: what stands between two commas, sounds like a demand, and is in no 引.
//!
//! A sentence may be quoted in part, and the part left out may be the one that matters. Most such
//! pieces are set phrases, so they are told together, once, and change nothing.
//! Read next: `numerals.rs`.

use super::listed::PLACES_MAX;
use super::prose::{MARKERS, Prose, Sentence, plain};
use crate::diagnostic::{Diagnostic, Severity};
use crate::plan::Plan;
use crate::source::{FileId, Place, Sources};

/// One note with all pieces as labels.
pub(super) fn unquoted(plan: &Plan, sources: &Sources) -> Option<Diagnostic> {
    let paper = super::paper_of(plan, sources)?;
    let prose = Prose::read(sources, FileId(0));
    let quoted = prose.quoted(plan);
    let (mut headings, mut phrases) = (0_usize, Vec::new());
    for sentence in prose.sentences(&plain(&paper)) {
        for piece in pieces(&prose, &sentence) {
            let touched = quoted.iter().any(|(start, end)| *start < piece.1 && *end > piece.0);
            if touched || !demands(&prose.text(piece)) {
                continue;
            }
            if sentence.is_heading() {
                headings += 1;
            } else {
                phrases.extend(prose.place(piece));
            }
        }
    }
    note(headings, &phrases)
}

fn note(headings: usize, phrases: &[Place]) -> Option<Diagnostic> {
    let (first, others) = phrases.split_first()?;
    let (all, count) = (headings + phrases.len(), phrases.len());
    let shown = if count > 1 + PLACES_MAX { "，前面的" } else { "" };
    let message = format!(
        "{all} 处分句带标志词或数字，不在任何引里：标题 {headings} 处，\
         其余 {count} 处{shown}标在下面"
    );
    let mut found = Diagnostic::new("W0522", *first, message);
    found.severity = Severity::Note;
    for place in others {
        found = found.and(*place, "");
    }
    Some(found.help("多半是套语；若有要求，把“引”引长一些，或另写一条"))
}

/// Stretches of a sentence between commas and colons.
fn pieces(prose: &Prose, sentence: &Sentence) -> Vec<(usize, usize)> {
    let (mut found, mut start) = (Vec::new(), sentence.range.0);
    for at in sentence.range.0..sentence.range.1 {
        let parts = prose.chars.get(at).is_some_and(|(c, _)| matches!(c, '，' | '：' | ','));
        if parts || at + 1 == sentence.range.1 {
            found.push((start, at + 1));
            start = at + 1;
        }
    }
    found
}

/// A marker, or a numeral of either kind.
fn demands(piece: &str) -> bool {
    let numeral = |c: char| c.is_ascii_digit() || "一二三四五六七八九十两百".contains(c);
    MARKERS.iter().any(|marker| piece.contains(marker)) || piece.contains(numeral)
}
