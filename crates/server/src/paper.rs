//! The paper's text cut for the screen, so that each quoted sentence can be lit and opened.
//!
//! Blocks are the paragraphs of the paper. A block is cut into runs wherever a quotation begins or
//! ends; a run carries every clause that quotes it. Quotations are found ignoring blanks, across
//! paragraphs too. Kinds of blocks are told by shape alone, not by this paper's words.
//! It judges nothing.
//! Read next: `paper/total.rs` for the figures, `api/paper.rs` for the answer.

mod block;
mod rule_line;
mod sentence;
mod total;

use plan::plan::Plan;
use plan::source::Sources;
use serde::Serialize;
use utoipa::ToSchema;

pub use rule_line::rule_lines;
pub use sentence::{form_noun, group_word, sentences};
pub use total::{stated_words, totals};

/// What a block is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    /// Who issues it, printed large.
    Head,
    /// Its number.
    Number,
    /// Its title.
    Title,
    /// To whom.
    Addressee,
    /// A numbered heading.
    Heading,
    /// Running text.
    Paragraph,
    /// Who signs.
    Signature,
}

/// A paragraph of the paper.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Its text, cut.
    pub runs: Vec<Run>,
}

/// A stretch of text quoted by the same clauses.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Run {
    /// The words.
    pub text: String,
    /// Ids of the clauses that quote it.
    pub clauses: Vec<String>,
}

/// The paper cut.
pub struct Cut {
    /// Its blocks.
    pub blocks: Vec<Block>,
    /// Per clause the block its first quotation begins in.
    pub block_of: Vec<Option<usize>>,
}

/// The paper a plan names; without one the plan's prose outside its fences.
pub fn text(plan: &Plan, sources: &Sources) -> String {
    let named = plan.paper.as_ref();
    let paper = named.and_then(|name| sources.papers.iter().find(|paper| paper.name == *name));
    if let Some(paper) = paper {
        return paper.text.clone();
    }
    let file = plan::source::FileId(0);
    let (document, _) = plan::reader::read(sources, file);
    let prose = document.prose.iter().map(|place| sources.slice(*place));
    prose.collect::<Vec<_>>().join("\n")
}

/// Cuts the paper.
pub fn cut(plan: &Plan, text: &str) -> Cut {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let kinds = block::kinds(plan, &lines);
    let letters = letters(&lines);
    // Clauses quoting each letter, by index into the plan's clauses.
    let mut quoted: Vec<Vec<usize>> = vec![Vec::new(); letters.len()];
    let mut block_of = vec![None; plan.clauses.len()];
    for (index, clause) in plan.clauses.iter().enumerate() {
        for (quote, _) in &clause.quotes {
            let Some(range) = find(&letters, quote) else {
                continue;
            };
            let block = letters.get(range.start).map(|letter| letter.line);
            block_of[index] = block_of[index].or(block);
            for marks in quoted.get_mut(range).into_iter().flatten() {
                if !marks.contains(&index) {
                    marks.push(index);
                }
            }
        }
    }
    let mut runs = runs(plan, &lines, &letters, &quoted);
    let blocks = kinds.into_iter().enumerate();
    let blocks = blocks.map(|(line, kind)| Block {
        kind,
        runs: runs.get_mut(line).map(std::mem::take).unwrap_or_default(),
    });
    Cut { blocks: blocks.collect(), block_of }
}

/// A character that is no blank, with its place.
struct Letter {
    character: char,
    line: usize,
    at: usize,
}

fn letters(lines: &[&str]) -> Vec<Letter> {
    let mut letters = Vec::new();
    for (line, text) in lines.iter().enumerate() {
        let visible = text.char_indices().filter(|(_, character)| !character.is_whitespace());
        letters.extend(visible.map(|(at, character)| Letter { character, line, at }));
    }
    letters
}

/// Where a quotation stands; the first place when it stands twice.
fn find(letters: &[Letter], quote: &str) -> Option<std::ops::Range<usize>> {
    let wanted: Vec<char> = quote.chars().filter(|character| !character.is_whitespace()).collect();
    if wanted.is_empty() {
        return None;
    }
    let same = |window: &[Letter]| window.iter().map(|letter| &letter.character).eq(wanted.iter());
    let start = letters.windows(wanted.len()).position(same)?;
    Some(start..start + wanted.len())
}

/// Per line its runs; blanks belong to the run before them.
fn runs(plan: &Plan, lines: &[&str], letters: &[Letter], quoted: &[Vec<usize>]) -> Vec<Vec<Run>> {
    let mut runs: Vec<Vec<Run>> = vec![Vec::new(); lines.len()];
    let ids = |marks: &[usize]| -> Vec<String> {
        marks.iter().filter_map(|index| Some(plan.clauses.get(*index)?.id.clone())).collect()
    };
    for (number, (letter, marks)) in letters.iter().zip(quoted).enumerate() {
        let follower = letters.get(number + 1).filter(|next| next.line == letter.line);
        let line = lines[letter.line];
        let end = follower.map_or(line.len(), |next| next.at);
        let text = &line[letter.at..end];
        let clauses = ids(marks);
        match runs[letter.line].last_mut() {
            Some(run) if run.clauses == clauses => run.text.push_str(text),
            _ => runs[letter.line].push(Run { text: text.to_owned(), clauses }),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;
    use plan::source::Source;

    fn cut_sample(plan_text: &str) -> Cut {
        let mut sources = Sources::default();
        sources.files.push(Source { name: "plan.md".into(), text: plan_text.into() });
        let (plan, _) = plan::compile::compile(&sources);
        let text = text(&plan, &sources);
        cut(&plan, &text)
    }

    #[test]
    fn quotations_become_runs_and_blanks_do_not_hide_them() {
        let cut = cut_sample(
            "一、要求\n\n每月不少于 2 次，及时总结。\n\n```plan\n\
             方案 p \"题\"\n陈述 A1 \"次\"\n  引 \"不少于2次\"\n陈述 A2 \"总结\"\n  引 \"没有这句\"\n```\n",
        );
        assert_eq!(cut.block_of, [Some(1), None]);
        assert_eq!(cut.blocks[0].kind, BlockKind::Heading);
        let runs = &cut.blocks[1].runs;
        let texts: Vec<&str> = runs.iter().map(|run| run.text.as_str()).collect();
        assert_eq!(texts, ["每月", "不少于 2 次", "，及时总结。"]);
        assert_eq!(runs[1].clauses, ["A1"]);
    }
}
