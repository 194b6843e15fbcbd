//! Where the fences of a Markdown file are, and what stands outside them.
//!
//! pulldown-cmark tells fences with their byte ranges, so nested or odd Markdown is judged as any
//! Markdown reader would. Only fences at column 0 with the info string `plan` are code.
//! Read next: `lexer.rs`.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag};

use crate::diagnostic::{Diagnostic, Findings};
use crate::source::{FileId, Place};

/// Short runs of backticks kept in a line with a long one: one of them decides that it is no fence.
const TICKS_KEPT: usize = 1_000;

/// Fences and prose of one file.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    /// Stretches outside all fences.
    pub(crate) prose: Vec<Place>,
    /// Contents of the `plan` fences, without the fence lines.
    pub(crate) fences: Vec<Place>,
}

/// Takes a file apart; one that is too long has no parts.
pub(crate) fn split(file: FileId, text: &str, found: &mut Findings) -> Parts {
    let mut parts = Parts::default();
    if text.len() > super::MAX_BYTES {
        return parts;
    }
    let mut after = 0;
    let place = |start: usize, end: usize| Place { file, start: start as u32, end: end as u32 };
    for (event, range) in Parser::new_ext(&masked(text), Options::empty()).into_offset_iter() {
        let Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) = event else {
            continue;
        };
        if after < range.start {
            parts.prose.push(place(after, range.start));
        }
        after = range.end;
        if info.trim() != "plan" {
            continue;
        }
        if range.start > 0 && !text.get(..range.start).is_some_and(|t| t.ends_with('\n')) {
            let message = "plan 代码块要从行首写起，不能缩进，也不能放在列表或引用里";
            let help = "把 ``` 移到行首";
            found.push(
                Diagnostic::new("E0105", place(range.start, range.start + 3), message).help(help),
            );
            continue;
        }
        let (start, end) = content(text, range.start, range.end);
        parts.fences.push(place(start, end));
    }
    if after < text.len() {
        parts.prose.push(place(after, text.len()));
    }
    parts
}

/// The text with what only links and code within a line are made of turned into letters.
///
/// No fence depends on them, and the parser keeps seventy bytes for each such sign. `<![CDATA[`
/// stays, since it hides fences; so do the backticks of a line that may be a fence, as far as one
/// is decided.
fn masked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        if !line.contains(['[', '`']) {
            out.push_str(line);
            continue;
        }
        let pieces = line.split("<![CDATA[").map(|piece| piece.replace('[', "x"));
        let line = pieces.collect::<Vec<_>>().join("<![CDATA[");
        let mut kept = if line.contains("```") { TICKS_KEPT } else { 0 };
        let mut rest = line.as_str();
        while let Some(at) = rest.find('`') {
            let (before, from) = rest.split_at(at);
            let after = from.trim_start_matches('`');
            let run = from.len() - after.len();
            let keep = run >= 3 || kept > 0;
            kept = kept.saturating_sub(1);
            out.push_str(before);
            (0..run).for_each(|_| out.push(if keep { '`' } else { 'x' }));
            rest = after;
        }
        out.push_str(rest);
    }
    out
}

/// The lines between the opening and the closing fence.
fn content(text: &str, start: usize, end: usize) -> (usize, usize) {
    let block = text.get(start..end).unwrap_or("");
    let Some(first) = block.find('\n').map(|n| n + 1) else {
        return (end, end);
    };
    let fence = block.chars().next().unwrap_or('`');
    let trimmed = block.trim_end_matches(['\n', '\r']);
    let last = trimmed.rfind('\n').map_or(first, |n| n + 1);
    let closing = trimmed.get(last..).unwrap_or("").trim();
    let closed = last >= first && closing.len() >= 3 && closing.chars().all(|c| c == fence);
    (start + first, if closed { start + last } else { end })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fences(text: &str) -> Vec<&str> {
        let parts = split(FileId(0), text, &mut Findings::default());
        parts.fences.iter().filter_map(|p| text.get(p.start as usize..p.end as usize)).collect()
    }

    #[test]
    fn only_plan_fences_are_code() {
        let text = "一\n```plan\n用 \"a\"\n```\n二\n~~~text\nx\n~~~\n```plan\n```\n";
        assert_eq!(fences(text), ["用 \"a\"\n", ""]);
        let parts = split(FileId(0), text, &mut Findings::default());
        let prose: Vec<_> =
            parts.prose.iter().map(|p| &text[p.start as usize..p.end as usize]).collect();
        assert_eq!(prose.concat().replace('\n', ""), "一二");
    }

    #[test]
    fn signs_of_links_and_code_hide_no_fence() {
        let text = "[一](二) `三` ![四\n```plan\n甲\n```\n``` `不是`\n\
            [五]: 六\n```plan\n乙\n```\n";
        assert_eq!(fences(text), ["甲\n", "乙\n"]);
        assert_eq!(fences("<![CDATA[\n```plan\n甲\n```\n]]>\n"), Vec::<&str>::new());
        assert_eq!(masked(text).len(), text.len());
    }

    #[test]
    fn an_open_fence_runs_to_the_end() {
        assert_eq!(fences("```plan\n用 \"a\""), ["用 \"a\""]);
        assert_eq!(fences("```plan"), [""]);
    }

    #[test]
    fn a_fence_in_a_list_is_reported() {
        let mut found = Findings::default();
        split(FileId(0), "- ```plan\n  用 \"a\"\n  ```\n", &mut found);
        assert_eq!(found.len(), 1);
    }
}
