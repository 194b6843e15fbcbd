//! `nuanjia fmt`: a plan's file with every fence printed in one way.
//!
//! One item per line, one field per line below it with two blanks, options of a 解 with four; prose
//! is copied byte for byte. Comments are not in the tree: they are found again in the text and put
//! before, or behind, what they stood before or behind. A fence with errors is copied as it is,
//! since what was not understood would be lost. Formatting twice changes nothing more.
//! Read next: `format/fields.rs`, `format/expressions.rs`.

mod expressions;
mod fields;

use crate::diagnostic::{Findings, Severity};
use crate::lexer::{self, Trivia, TriviaKind};
use crate::reader::{self, markdown};
use crate::source::{Place, Sources};
use crate::tree::{Document, FieldKind, Item};

/// The whole file in canonical form.
pub fn format(document: &Document, sources: &Sources) -> String {
    let text = sources.text(document.file);
    let found = reader::findings(sources, document.file);
    let errors = found.iter().filter(|d| d.severity == Severity::Error);
    let broken: Vec<u32> = errors.filter_map(|d| Some(d.primary.as_ref()?.place.start)).collect();
    // A cut-short list of findings could hide an error in any fence.
    let unreadable = found.iter().any(|d| d.primary.is_none());
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for fence in markdown::split(document.file, text, &mut Findings::default()).fences {
        let (start, end) = (fence.start as usize, fence.end as usize);
        if unreadable || broken.iter().any(|at| (fence.start..=fence.end).contains(at)) {
            continue;
        }
        out.push_str(text.get(copied..start).unwrap_or(""));
        let within = |item: &&Item| (fence.start..fence.end).contains(&item.place.start);
        let items = document.items.iter().filter(within);
        let lines: Vec<Line> = items.flat_map(|item| lines(item, sources)).collect();
        let trivia = lexer::trivia(document.file, text, start, end);
        out.push_str(&weave(lines, trivia));
        copied = end;
    }
    out.push_str(text.get(copied..).unwrap_or(""));
    out
}

/// The language whose keywords an item is printed in: the one it was written in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Chinese,
    English,
}

/// One line to be printed, with the byte where its construct stood.
struct Line {
    start: u32,
    indent: usize,
    text: String,
}

fn lines(item: &Item, sources: &Sources) -> Vec<Line> {
    let first = sources.slice(item.head).bytes().next();
    let language = match first {
        Some(byte) if byte.is_ascii_alphabetic() => Language::English,
        _ => Language::Chinese,
    };
    let mut printer = Printer { language, sources, out: String::new() };
    let mut lines = Vec::new();
    let mut line =
        |place: Place, indent, text| lines.push(Line { start: place.start, indent, text });
    line(item.head, 0, printer.line(|p| p.head(&item.kind)));
    for field in &item.fields {
        line(field.place, 2, printer.line(|p| p.field(&field.kind)));
        if let FieldKind::Reading { options, .. } = &field.kind {
            for option in options {
                line(option.place, 4, printer.line(|p| p.option(option)));
            }
        }
    }
    lines
}

/// Lines and comments in one text.
fn weave(lines: Vec<Line>, trivia: Vec<Trivia<'_>>) -> String {
    let mut out = String::new();
    let mut rest = trivia.into_iter().peekable();
    let mut behind = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let mut before = std::mem::take(&mut behind);
        while let Some(t) = rest.next_if(|t| t.start < line.start) {
            before.push(t.kind);
        }
        put_before(&mut out, before, line.indent);
        out.push_str(&" ".repeat(line.indent));
        out.push_str(&line.text);
        let next = lines.get(index + 1).map_or(u32::MAX, |l| l.start);
        while let Some(t) = rest.next_if(|t| t.start < next) {
            match t.kind {
                TriviaKind::Trailing(text) => {
                    out.push_str("  ");
                    out.push_str(text);
                }
                kind => behind.push(kind),
            }
        }
        out.push('\n');
    }
    behind.extend(rest.map(|t| t.kind));
    while behind.last() == Some(&TriviaKind::Blank) {
        behind.pop();
    }
    put_before(&mut out, behind, 0);
    out
}

/// Comments with lines of their own; blank lines stay only between items, and single.
fn put_before(out: &mut String, trivia: Vec<TriviaKind<'_>>, indent: usize) {
    for kind in trivia {
        match kind {
            TriviaKind::Blank => {
                if indent == 0 && !out.is_empty() && !out.ends_with("\n\n") {
                    out.push('\n');
                }
            }
            TriviaKind::OwnLine(text) | TriviaKind::Trailing(text) => {
                out.push_str(&" ".repeat(indent));
                out.push_str(text);
                out.push('\n');
            }
        }
    }
}

/// Prints constructs as words with single blanks between them.
pub(crate) struct Printer<'a> {
    pub(crate) language: Language,
    pub(crate) sources: &'a Sources,
    pub(crate) out: String,
}

impl Printer<'_> {
    fn line(&mut self, print: impl FnOnce(&mut Self)) -> String {
        print(self);
        std::mem::take(&mut self.out)
    }
}

#[cfg(test)]
mod tests {
    use super::format;
    use crate::reader::read;
    use crate::source::{FileId, Source, Sources};

    fn formatted(text: &str) -> String {
        let file = Source { name: "plan.md".into(), text: text.into() };
        let sources = Sources { files: vec![file], papers: Vec::new() };
        let (document, _) = read(&sources, FileId(0));
        format(&document, &sources)
    }

    fn check(input: &str, expected: &str) {
        let once = formatted(&format!("正文\n```plan\n{input}```\n完\n"));
        assert_eq!(once, format!("正文\n```plan\n{expected}```\n完\n"));
        assert_eq!(formatted(&once), once, "not idempotent");
    }

    #[test]
    fn one_field_per_line() {
        check(
            "义务  C1 “x” 谁 三级\n",
            "义务  C1 “x” 谁 三级\n", // An error: copied as it is.
        );
        check(
            "义务 C1 \"甲\"  谁 三级；须　≥ 2 ; 例 \"一\"\n",
            "义务 C1 \"甲\"\n  谁 三级\n  须 >= 2\n例 \"一\"\n",
        );
    }

    #[test]
    fn comments_and_blank_lines_stay() {
        check(
            "\n\n# 头\n\n\n集合 a = b # 旁\n  \n# 甲\n义务 C1\n\n# 里\n  谁 a ; 示 # 尾\n# 末\n\n",
            "# 头\n\n集合 a = b  # 旁\n\n# 甲\n义务 C1\n  # 里\n  谁 a\n  示  # 尾\n# 末\n",
        );
    }

    #[test]
    fn english_stays_english() {
        check(
            "duty C1 who leaders ; when every 2month from 2012-05 during a+b ; must >= 42days\n",
            "duty C1\n  who leaders\n  when every 2month from 2012-05 during a + b\n  must >= 42days\n",
        );
    }

    #[test]
    fn words_run_together_are_parted() {
        check(
            "表单 走访 visit\n  户 household : 户\n义务 C1 计 计数走访 当 户 = 本\n",
            "表单 走访 visit\n  户 household : 户\n义务 C1\n  计 计数 走访 当 户 = 本\n",
        );
    }
}
