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

use crate::diagnostic::Diagnostic;
use crate::lexer;
use crate::source::{FileId, Sources};
use crate::tree::Document;

/// Longest text read: a paper with its plan is far below, and the worst text of this length
/// takes less than 64 MiB of memory (figures in `fuzz/README.md`).
pub const MAX_BYTES: usize = 384 << 10;
/// Deepest nesting of parentheses and conditions.
pub const MAX_DEPTH: u32 = 64;
/// Most operators in one field: they nest in the tree, and the tree is walked by recursion.
pub const MAX_OPERATORS: u32 = 500;
/// Most findings told in one run.
pub const MAX_FINDINGS: usize = 200;

/// Reads one file of a plan.
pub fn read(sources: &Sources, file: FileId) -> (Document, Vec<Diagnostic>) {
    let text = sources.text(file);
    let mut document = Document { file, prose: Vec::new(), items: Vec::new() };
    let mut found = Vec::new();
    if text.len() > MAX_BYTES {
        let message = format!("文件大于 {MAX_BYTES} 字节，不予读取");
        found.push(
            Diagnostic::general("E0106", message).help("把表单与代码分到另一个文件，用“用”引入"),
        );
        return (document, found);
    }
    let parts = markdown::split(file, text, &mut found);
    document.prose = parts.prose;
    let declared = words::Declared::collect(sources);
    for fence in parts.fences {
        let (start, end) = (fence.start as usize, fence.end as usize);
        let lexed = lexer::lex(file, text, start, end, &mut found);
        let mut builder = items::Builder::new(file, &declared, &mut found);
        for line in lexed.lines {
            builder.line(line);
        }
        document.items.extend(builder.finish());
    }
    (document, tidy(found))
}

/// In the order of the text, each once, at most [`MAX_FINDINGS`].
fn tidy(mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    found.sort_by_key(|d| (d.primary.as_ref().map(|l| l.place.start), d.code));
    found.dedup();
    let more = found.len().saturating_sub(MAX_FINDINGS);
    if more > 0 {
        found.truncate(MAX_FINDINGS);
        found.push(Diagnostic::general("E0106", format!("另有 {more} 处未列出：先改前面的")));
    }
    found
}
