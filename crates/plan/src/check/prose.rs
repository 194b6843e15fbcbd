//! The prose of a plan as plain characters, each with its place.
//!
//! Blanks do not count: the paper may be wrapped differently in the plan. Sentences end at 。；！？
//! and at line ends.
//! Read next: `check.rs`.

use crate::diagnostic::Findings;
use crate::plan::Plan;
use crate::reader::markdown;
use crate::source::{FileId, Place, Sources};

/// Words that make a sentence a demand.
pub(super) const MARKERS: [&str; 10] =
    ["要", "须", "必访", "应当", "不得", "不少于", "确保", "每名", "每月", "每位"];

/// Characters of the prose without blanks, with the byte each begins at.
pub(super) struct Prose {
    file: FileId,
    pub(super) chars: Vec<(char, u32)>,
    /// Lines that hold anything.
    pub(super) lines: Vec<Line>,
    /// Sentences as ranges of `chars`.
    ranges: Vec<(usize, usize)>,
}

/// One sentence of the prose.
pub(super) struct Sentence {
    pub(super) place: Place,
    pub(super) text: String,
    /// Its characters, as a range of [`Prose::chars`].
    pub(super) range: (usize, usize),
}

/// One line of the prose.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// As it stands, with its blanks.
    pub(super) raw: String,
    /// Its characters, as a range of [`Prose::chars`].
    pub(super) range: (usize, usize),
    /// Its blanks before the first character.
    pub(super) indent: Place,
}

impl Prose {
    /// The prose of a file.
    pub(super) fn read(sources: &Sources, file: FileId) -> Prose {
        let parts = markdown::split(file, sources.text(file), &mut Findings::default());
        let (chars, lines, ranges) = (Vec::new(), Vec::new(), Vec::new());
        let mut prose = Prose { file, chars, lines, ranges };
        let mut start = 0;
        for stretch in parts.prose {
            let mut line = (prose.chars.len(), stretch.start);
            let mut raw = String::new();
            for (offset, c) in sources.slice(stretch).char_indices() {
                let byte = stretch.start.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX));
                if !c.is_whitespace() {
                    prose.chars.push((c, byte));
                }
                if c == '\n' {
                    prose.end_line(line, std::mem::take(&mut raw));
                    line = (prose.chars.len(), byte.saturating_add(1));
                } else {
                    raw.push(c);
                }
                if matches!(c, '\n' | '。' | '；' | '！' | '？') {
                    prose.close(&mut start);
                }
            }
            prose.end_line(line, raw);
            prose.close(&mut start);
        }
        prose
    }

    fn end_line(&mut self, (from, byte): (usize, u32), raw: String) {
        let range = (from, self.chars.len());
        if let Some((_, first)) = self.chars.get(from) {
            let indent = Place { file: self.file, start: byte, end: *first };
            self.lines.push(Line { raw, range, indent });
        }
    }

    /// The place of some of its characters.
    pub(super) fn place(&self, (start, end): (usize, usize)) -> Option<Place> {
        let chars = self.chars.get(start..end)?;
        let (first, last) = (chars.first()?, chars.last()?);
        let end = last.1.saturating_add(u32::try_from(last.0.len_utf8()).unwrap_or(1));
        Some(Place { file: self.file, start: first.1, end })
    }

    /// Some of its characters as text.
    pub(super) fn text(&self, (start, end): (usize, usize)) -> String {
        self.chars.get(start..end).unwrap_or(&[]).iter().map(|(c, _)| *c).collect()
    }

    fn close(&mut self, start: &mut usize) {
        if *start < self.chars.len() {
            self.ranges.push((*start, self.chars.len()));
            *start = self.chars.len();
        }
    }

    /// Where a text ends, at or after a position.
    pub(super) fn find(&self, text: &[char], from: usize) -> Option<usize> {
        let rest = self.chars.get(from..)?;
        let at = rest.windows(text.len().max(1)).position(|window| same(window, text))?;
        Some(from + at + text.len())
    }

    /// Sentences that are the paper's, not the plan's own remarks.
    pub(super) fn sentences(&self, paper: &[char]) -> Vec<Sentence> {
        let paper: String = paper.iter().collect();
        let all = self.ranges.iter().filter_map(|range| self.sentence(*range));
        all.filter(|unit| paper.contains(unit.text.as_str())).collect()
    }

    fn sentence(&self, range: (usize, usize)) -> Option<Sentence> {
        Some(Sentence { place: self.place(range)?, text: self.text(range), range })
    }

    /// Ranges of the prose that some 引 holds.
    pub(super) fn quoted(&self, plan: &Plan) -> Vec<(usize, usize)> {
        let quotes = plan.clauses.iter().flat_map(|clause| &clause.quotes);
        quotes.filter_map(|(quote, _)| self.range_of(quote)).collect()
    }

    /// Where the words of a 引 stand.
    pub(super) fn range_of(&self, quote: &str) -> Option<(usize, usize)> {
        let quote = plain(quote);
        if quote.is_empty() {
            return None;
        }
        let end = self.find(&quote, 0)?;
        Some((end.saturating_sub(quote.len()), end))
    }
}

impl Sentence {
    /// Whether some 引 holds a part of it.
    pub(super) fn touched(&self, quoted: &[(usize, usize)]) -> bool {
        quoted.iter().any(|(start, end)| *start < self.range.1 && *end > self.range.0)
    }

    /// 一、 1、 （一） 一是…: a heading demands nothing by itself.
    pub(super) fn is_heading(&self) -> bool {
        let numeral = |c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c);
        let rest = self.text.trim_start_matches(['（', '(']).trim_start_matches(numeral);
        let counted = rest.len() < self.text.len();
        counted && rest.starts_with(['、', '是', '）', ')', '.', '．'])
    }

    /// Whether it holds a marker or a numeral.
    pub(super) fn demands(&self) -> bool {
        let digit = |c: char| c.is_ascii_digit();
        MARKERS.iter().any(|marker| self.text.contains(marker)) || self.text.contains(digit)
    }
}

/// Characters without blanks.
pub(super) fn plain(text: &str) -> Vec<char> {
    text.chars().filter(|c| !c.is_whitespace() && *c != '\u{feff}').collect()
}

fn same(window: &[(char, u32)], text: &[char]) -> bool {
    window.len() == text.len() && window.iter().zip(text).all(|((a, _), b)| a == b)
}
