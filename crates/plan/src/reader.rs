//! From the texts of a plan to its syntax tree, with every finding of one run.
//!
//! Reading never fails: what cannot be understood is reported and skipped up to the next `;` or
//! the next line at column 0, and everything else is read on (plan-language §4). No name is looked
//! up here; the only use of declared names is to cut words run together (`words.rs`).
//! Everything that an author can make large is bounded, so no text can exhaust the stack.
//! Read next: `reader/items.rs`, `reader/rules.rs`, `reader/expressions.rs`.

mod cursor;
mod examples;
mod expressions;
mod forms;
mod items;
pub(crate) mod markdown;
mod rules;
#[cfg(test)]
mod tests;
mod words;

use crate::diagnostic::{Diagnostic, Findings};
use crate::lexer;
use crate::source::{FileId, Place, Sources};
use crate::tree::{Document, Item};

/// Longest text read: a paper with its plan is far below, and the worst text of this length
/// takes less than 64 MiB of memory (figures in `fuzz/README.md`).
pub const MAX_BYTES: usize = 1 << 20;
/// Deepest nesting of parentheses and conditions.
pub const MAX_DEPTH: u32 = 64;
/// Most operators in one field: they nest in the tree, and the tree is walked by recursion.
pub const MAX_OPERATORS: u32 = 500;
/// Most findings told in one run.
pub const MAX_FINDINGS: usize = 200;
/// Most items, fields and options of one file; a paper of sixty clauses has six hundred.
pub const MAX_PARTS: usize = 30_000;
/// Most tokens of one file: the tree grows with them.
pub const MAX_FILE_TOKENS: usize = 200_000;

/// Reads one file of a plan.
pub fn read(sources: &Sources, file: FileId) -> (Document, Vec<Diagnostic>) {
    let mut items = Vec::new();
    let (prose, found) = read_each(sources, file, &mut |item| items.push(item));
    (Document { file, prose, items }, found)
}

/// Reads one file for its findings alone; no tree is kept.
pub fn findings(sources: &Sources, file: FileId) -> Vec<Diagnostic> {
    read_each(sources, file, &mut drop).1
}

/// Gives each item to `take` as soon as it is read; gives back the prose and the findings.
fn read_each(
    sources: &Sources,
    file: FileId,
    take: &mut dyn FnMut(Item),
) -> (Vec<Place>, Vec<Diagnostic>) {
    let text = sources.text(file);
    let mut found = Findings::default();
    if text.len() > MAX_BYTES {
        let message = format!("文件大于 {MAX_BYTES} 字节，不予读取");
        found.push(
            Diagnostic::general("E0106", message).help("把表单与代码分到另一个文件，用“用”引入"),
        );
        return (Vec::new(), tidy(found));
    }
    let parts = markdown::split(file, text, &mut found);
    let declared = words::Declared::collect(sources);
    let mut budget = Budget { parts: MAX_PARTS, tokens: MAX_FILE_TOKENS };
    for fence in parts.fences {
        let more = read_fence(text, fence, &declared, &mut budget, &mut found, take);
        if let Some(place) = more {
            let message = format!("条目与字段多于 {MAX_PARTS} 个，或词多于 {MAX_FILE_TOKENS} 个");
            let help = "从这里起没有读：把后面的分到另一个文件，用“用”引入";
            found.push(Diagnostic::new("E0106", place, message).help(help));
            break;
        }
    }
    (parts.prose, tidy(found))
}

/// How much of one file may still be read.
struct Budget {
    parts: usize,
    tokens: usize,
}

/// Reads a fence line by line; gives the line where the budget ended.
fn read_fence(
    text: &str,
    fence: Place,
    declared: &words::Declared,
    budget: &mut Budget,
    found: &mut Findings,
    take: &mut dyn FnMut(Item),
) -> Option<Place> {
    let mut lines = lexer::Lines::new(fence.file, text, fence.start as usize, fence.end as usize);
    let mut builder = items::Builder::new(fence.file, declared);
    while let Some(line) = lines.next(found) {
        let first = line.tokens.first().map(|token| token.place);
        budget.tokens = budget.tokens.saturating_sub(line.tokens.len());
        let parts = builder.line(line, found, take);
        budget.parts = budget.parts.saturating_sub(parts);
        if budget.tokens == 0 || budget.parts == 0 {
            builder.finish(take);
            return first;
        }
    }
    builder.finish(take);
    None
}

/// In the order of the text, each once, at most [`MAX_FINDINGS`].
fn tidy(found: Findings) -> Vec<Diagnostic> {
    let (mut found, beyond) = found.take();
    found.sort_by_key(|d| (d.primary.as_ref().map(|l| l.place.start), d.code));
    found.dedup();
    let more = found.len().saturating_sub(MAX_FINDINGS) + beyond;
    if more > 0 {
        found.truncate(MAX_FINDINGS);
        found.push(Diagnostic::general("E0106", format!("另有 {more} 处未列出：先改前面的")));
    }
    found
}
