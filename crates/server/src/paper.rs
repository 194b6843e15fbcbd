//! The paper as blocks and runs: its own words, cut where a clause quotes them.
//!
//! The text is that of the paper itself; a quote is found by ignoring blanks. What kind a line is
//! follows from its place, as in any official paper: number, title, addressee, headings, signature.
//! Read next: `api.rs`.

use plan::plan::Plan;
use plan::source::Sources;
use serde_json::{Value, json};

/// A line longer than this is a paragraph, whatever it begins with.
const HEADING_CHARS_MAX: usize = 20;

/// A line of the paper with its kind.
pub struct Block {
    /// head, number, title, addressee, heading, paragraph, signature.
    pub kind: &'static str,
    /// Its words.
    pub text: String,
}

/// The paper's lines; without a paper there are none.
pub fn blocks(sources: &Sources, plan: &Plan) -> Vec<Block> {
    let text = sources.papers.first().map_or("", |paper| paper.text.as_str());
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let addressee = lines.iter().position(|line| line.ends_with('：')).unwrap_or(0);
    let last = lines.len().saturating_sub(1);
    let issuer = plan.issuer.as_ref().map_or("", |(_, name)| name.as_str());
    let kind = |(index, line): (usize, &&str)| {
        let kind = match index {
            0 if line.ends_with('号') => "number",
            _ if index < addressee => "title",
            _ if index == addressee => "addressee",
            _ if index == last && *line == issuer => "signature",
            _ if is_heading(line) => "heading",
            _ => "paragraph",
        };
        Block { kind, text: (*line).to_string() }
    };
    lines.iter().enumerate().map(kind).collect()
}

fn is_heading(line: &str) -> bool {
    let numbered = line.chars().next().is_some_and(|c| "一二三四五六七八九十".contains(c));
    numbered && line.contains('、') && line.chars().count() <= HEADING_CHARS_MAX
}

/// The runs of a block: each stretch with the clauses that quote it.
pub fn runs(block: &str, plan: &Plan) -> Vec<Value> {
    let mut marks: Vec<(usize, usize, &str)> = Vec::new();
    for clause in &plan.clauses {
        let quotes = clause.quotes.iter();
        let found = quotes.filter_map(|(quote, _)| find_loosely(block, quote));
        marks.extend(found.map(|(start, end)| (start, end, clause.id.as_str())));
    }
    let mut cuts: Vec<usize> = marks.iter().flat_map(|&(start, end, _)| [start, end]).collect();
    cuts.extend([0, block.len()]);
    cuts.sort_unstable();
    cuts.dedup();
    let pieces = cuts.windows(2).filter_map(|pair| {
        let &[start, end] = pair else { return None };
        let text = block.get(start..end)?;
        let here = marks.iter().filter(|&&(first, last, _)| first <= start && end <= last);
        let clauses: Vec<&str> = here.map(|&(_, _, id)| id).collect();
        Some(json!({ "text": text, "clauses": clauses }))
    });
    pieces.collect()
}

/// Byte range of a quote in a text, blanks ignored on both sides.
pub fn find_loosely(text: &str, quote: &str) -> Option<(usize, usize)> {
    let bare = |(_, c): &(usize, char)| !c.is_whitespace();
    let letters: Vec<(usize, char)> = text.char_indices().filter(bare).collect();
    let wanted: Vec<char> = quote.chars().filter(|c| !c.is_whitespace()).collect();
    if wanted.is_empty() || wanted.len() > letters.len() {
        return None;
    }
    let matches = |window: &&[(usize, char)]| window.iter().map(|(_, c)| c).eq(wanted.iter());
    let window = letters.windows(wanted.len()).find(matches)?;
    let (first, last) = (window.first()?, window.last()?);
    Some((first.0, last.0 + last.1.len_utf8()))
}
