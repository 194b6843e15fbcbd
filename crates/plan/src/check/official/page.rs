//! The lines of a paper, with the blanks they really have and their places in the plan.
//!
//! In a plan the paper's lines may have lost their blanks; those of the original text are judged,
//! and shown where the same line stands in the plan. A draft has no other text than its own.
//! Read next: `head.rs`.

use super::super::prose::{self, Prose, plain};
use crate::plan::Plan;
use crate::source::{FileId, Place, Sources};

/// A paper as lines.
pub(super) struct Page {
    prose: Prose,
    /// Lines that hold anything, in order.
    pub(super) lines: Vec<Line>,
}

/// One line.
pub(super) struct Line {
    /// Its characters without blanks.
    pub(super) chars: Vec<char>,
    /// As it stands.
    pub(super) raw: String,
    /// The blanks before it; in a plan with 原文 the line itself.
    pub(super) indent: Place,
    start: usize,
}

impl Page {
    /// The lines of the paper; `None` when there are none.
    pub(super) fn read(plan: &Plan, sources: &Sources) -> Option<Page> {
        let prose = Prose::read(sources, FileId(0));
        let lines = match &plan.paper {
            None => prose.lines.iter().map(|line| Line::of_draft(&prose, line)).collect(),
            Some(_) => given(&super::super::paper_of(plan, sources)?, &prose),
        };
        let page = Page { prose, lines };
        (!page.lines.is_empty()).then_some(page)
    }

    /// The place of some characters of a line.
    pub(super) fn place(&self, line: &Line, from: usize, to: usize) -> Option<Place> {
        self.prose.place((line.start + from, line.start + to))
    }

    /// The place of a line.
    pub(super) fn whole(&self, line: &Line) -> Option<Place> {
        self.place(line, 0, line.chars.len())
    }

    /// Every line in which some words stand, with the position of each.
    pub(super) fn find<'a>(&'a self, words: &'a str) -> impl Iterator<Item = Place> + 'a {
        let wanted: Vec<char> = words.chars().collect();
        self.lines.iter().flat_map(move |line| {
            let windows = line.chars.windows(wanted.len().max(1)).enumerate();
            let hits = windows.filter(|(_, window)| *window == wanted.as_slice());
            let starts: Vec<usize> = hits.map(|(at, _)| at).collect();
            let places = starts.into_iter().map(|at| self.place(line, at, at + wanted.len()));
            places.flatten().collect::<Vec<_>>()
        })
    }
}

impl Line {
    /// The marks of a Markdown heading are no part of a draft's line.
    fn of_draft(prose: &Prose, line: &prose::Line) -> Line {
        let (start, end) = line.range;
        let all: Vec<char> = prose.text((start, end)).chars().collect();
        let marks = all.iter().take_while(|c| **c == '#').count();
        let raw = line.raw.trim_start_matches('#').to_string();
        let chars = all.into_iter().skip(marks).collect();
        Line { chars, raw, indent: line.indent, start: start + marks }
    }

    /// Its characters as text.
    pub(super) fn text(&self) -> String {
        self.chars.iter().collect()
    }

    /// How many columns of blanks stand before it; a full-width blank is two.
    pub(super) fn indent_width(&self) -> usize {
        let blanks = self.raw.chars().take_while(|c| c.is_whitespace());
        blanks.map(|c| if c == '\u{3000}' { 2 } else { 1 }).sum()
    }
}

/// Lines that may be missing; beyond that the paper was altered, which is another finding.
const MISSED_MAX: usize = 20;

/// The original's lines, each where it stands in the plan.
fn given(paper: &str, prose: &Prose) -> Vec<Line> {
    let (mut lines, mut at, mut missed) = (Vec::new(), 0, 0);
    for (raw, chars) in paper.lines().map(|raw| (raw, plain(raw))) {
        if chars.is_empty() || missed > MISSED_MAX {
            continue;
        }
        let Some(end) = prose.find(&chars, at) else {
            missed += 1;
            continue;
        };
        let start = end.saturating_sub(chars.len());
        let Some(indent) = prose.place((start, end)) else { continue };
        at = end;
        let raw = raw.trim_start_matches('\u{feff}').to_string();
        lines.push(Line { chars, raw, indent, start });
    }
    lines
}
