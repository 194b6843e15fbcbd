//! Drawing a diagnostic the way compilers do: the line, the marks below it, the remedy.
//!
//! A character of Chinese takes two columns on a terminal, so marks are counted in columns, while
//! `file:line:column` counts characters from 1 (plan-language §5). Long lines are cut to a window
//! around the first mark; control characters of the text never reach the terminal.
//! Read next: `explain.rs`.

use std::fmt::Write;

use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::source::{FileId, Sources};

/// Widest piece of a line that is shown.
const WINDOW: usize = 96;
/// Columns shown before the first mark of a cut line.
const LEAD: usize = 30;

/// One finding as text, with a line end.
pub fn render(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let kind = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let mut out = format!("{kind}[{}]: {}\n", diagnostic.code, plain(&diagnostic.message));
    let marks = marks(diagnostic, sources);
    let gutter = marks.iter().map(|m| m.line.to_string().len()).max().unwrap_or(1);
    draw(&mut out, &marks, gutter, sources);
    for help in &diagnostic.help {
        let _ = writeln!(out, "{:gutter$} = 帮助：{}", "", plain(help));
    }
    if let Some(fix) = &diagnostic.fix {
        // Most remedies already quote the replacement.
        if !diagnostic.help.iter().any(|h| h.contains(fix.replacement.trim())) {
            let _ = writeln!(out, "{:gutter$} = 帮助：改为 {}", "", plain(&fix.replacement));
        }
    }
    out
}

/// A label on its line; columns are of the terminal, from 0.
struct Mark<'a> {
    file: FileId,
    line: usize,
    column: usize,
    start: usize,
    end: usize,
    primary: bool,
    label: &'a str,
    text: &'a str,
}

/// The main mark first, then by file and line.
fn marks<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Vec<Mark<'a>> {
    let main = diagnostic.primary.iter().map(|label| mark(label, true, sources));
    let others = diagnostic.secondary.iter().map(|label| mark(label, false, sources));
    let mut all: Vec<Mark> = main.chain(others).collect();
    let home = all.first().map(|m| m.file);
    all.sort_by_key(|m| (Some(m.file) != home, m.file, m.line));
    all
}

fn mark<'a>(label: &'a Label, primary: bool, sources: &'a Sources) -> Mark<'a> {
    let text = sources.text(label.place.file);
    let at = |byte: u32| text.floor_char_boundary(byte as usize);
    let (from, to) = (at(label.place.start), at(label.place.end));
    let before = text.get(..from).unwrap_or("");
    let begin = before.rfind('\n').map_or(0, |n| n + 1);
    let rest = text.get(begin..).unwrap_or("");
    let line_text = rest.lines().next().unwrap_or("");
    // A place over several lines is marked on its first.
    let to = to.min(begin + line_text.len());
    let ahead = text.get(begin..from).unwrap_or("");
    let inside = text.get(from..to).unwrap_or("");
    let start = width(ahead);
    Mark {
        file: label.place.file,
        line: before.matches('\n').count() + 1,
        column: ahead.chars().count() + 1,
        start,
        end: start + width(inside).max(1),
        primary,
        label: &label.text,
        text: line_text,
    }
}

fn draw(out: &mut String, marks: &[Mark], gutter: usize, sources: &Sources) {
    let mut last: Option<(FileId, usize)> = None;
    let mut rest = marks;
    while let Some(first) = rest.first() {
        let same = |m: &&Mark| (m.file, m.line) == (first.file, first.line);
        let count = rest.iter().take_while(same).count();
        let (line, others) = rest.split_at(count);
        if last.map(|l| l.0) != Some(first.file) {
            let name = sources.files.get(first.file.0 as usize).map_or("?", |f| f.name.as_str());
            // The main mark names the place, wherever it stands among the lines.
            let shown = marks.iter().find(|m| m.primary && m.file == first.file).unwrap_or(first);
            let _ = writeln!(out, "{:gutter$} ┌─ {name}:{}:{}", "", shown.line, shown.column);
        } else if last.is_some_and(|l| l.1 + 1 < first.line) {
            let _ = writeln!(out, "{:gutter$} ┆", "");
        }
        one_line(out, line, gutter);
        last = Some((first.file, first.line));
        rest = others;
    }
}

/// A line of the text with its marks below; marks that no window holds together come after each
/// other.
fn one_line(out: &mut String, marks: &[Mark], gutter: usize) {
    let mut rest: Vec<&Mark> = marks.iter().collect();
    rest.sort_by_key(|m| m.start);
    while let Some(first) = rest.first() {
        if rest.len() < marks.len() {
            let _ = writeln!(out, "{:gutter$} ┆", "");
        }
        let (shown, cut) = window(first.text, first.start);
        let _ = writeln!(out, "{:>gutter$} │ {shown}", first.line);
        let held = rest.iter().take_while(|m| m.start < cut + WINDOW).count().max(1);
        let beyond = rest.split_off(held);
        marked(out, rest, gutter, cut);
        rest = beyond;
    }
}

/// Marks of one window and their words.
fn marked(out: &mut String, mut sorted: Vec<&Mark>, gutter: usize, cut: usize) {
    let column = |c: usize| (c + usize::from(cut > 0) * 2).saturating_sub(cut);
    let mut row = String::new();
    for mark in &sorted {
        let (start, end) = (column(mark.start), column(mark.end).min(WINDOW + 4));
        let filled = row.len();
        row.push_str(&" ".repeat(start.saturating_sub(filled)));
        let sign = if mark.primary { "^" } else { "-" };
        row.push_str(&sign.repeat(end.saturating_sub(start.max(filled)).max(1)));
    }
    // The last mark has its words beside it, the others below, each under its own mark.
    let last = sorted.pop().map_or("", |m| m.label);
    let _ = writeln!(out, "{:gutter$} │ {row} {}", "", plain(last));
    if last.is_empty() {
        out.truncate(out.trim_end().len());
        out.push('\n');
    }
    for mark in sorted.iter().rev().filter(|m| !m.label.is_empty()) {
        let indent = column(mark.start);
        let _ = writeln!(out, "{:gutter$} │ {:indent$}{}", "", "", plain(mark.label));
    }
}

/// A piece of a long line, and how many columns were cut before it.
fn window(text: &str, first: usize) -> (String, usize) {
    let text = plain(text);
    if width(&text) <= WINDOW {
        return (text.trim_end().to_string(), 0);
    }
    let skip = first.saturating_sub(LEAD);
    let (mut cut, mut shown, mut taken) = (0, String::new(), 0);
    for c in text.chars() {
        if cut < skip {
            cut += columns(c);
        } else if taken < WINDOW {
            shown.push(c);
            taken += columns(c);
        } else {
            shown.push('…');
            break;
        }
    }
    if cut > 0 {
        // Two columns for the sign and its blank: see `column` above.
        shown.insert_str(0, "… ");
    }
    (shown, cut)
}

/// Text that cannot steer a terminal.
fn plain(text: &str) -> String {
    let safe = |c: char| match c {
        '\t' => ' ',
        _ if c.is_control() || is_direction(c) => '\u{fffd}',
        _ => c,
    };
    text.chars().map(safe).collect()
}

/// Marks that reorder text on screen could hide what a plan says.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Columns of a text on a terminal.
pub fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// Columns of a character on a terminal (East Asian wide = 2).
fn columns(c: char) -> usize {
    match c as u32 {
        0x300..=0x36f | 0x200b..=0x200d | 0xfe00..=0xfe0f | 0xfeff => 0,
        0x1100..=0x115f
        | 0x2e80..=0x303e
        | 0x3041..=0xa4cf
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff01..=0xff60
        | 0xffe0..=0xffe6
        | 0x1f300..=0x1faff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Place, Source};

    fn sources(text: &str) -> Sources {
        let file = Source { name: "plan.md".into(), text: text.into() };
        Sources { files: vec![file], papers: Vec::new() }
    }

    fn place(text: &str, what: &str) -> Place {
        let start = text.find(what).unwrap_or(0) as u32;
        Place { file: FileId(0), start, end: start + what.len() as u32 }
    }

    #[test]
    fn marks_stand_below_wide_characters() {
        let text = "一\n  免 在岗(本, 期) < 10日\n";
        let finding = Diagnostic::new("E0302", place(text, "10日"), "单位不一致")
            .at("这里是日历日")
            .and(place(text, "在岗(本, 期)"), "")
            .help("改为 10工作日");
        let expected = "\
error[E0302]: 单位不一致
  ┌─ plan.md:2:16
2 │   免 在岗(本, 期) < 10日
  │      ------------   ^^^^ 这里是日历日
  = 帮助：改为 10工作日
";
        assert_eq!(render(&finding, &sources(text)), expected);
    }

    #[test]
    fn other_lines_and_labels() {
        let text = "甲 乙\n丙\n丁\n甲 戊\n";
        let finding = Diagnostic::new("W0103", place(text, "戊"), "重名")
            .and(place(text, "甲"), "先在这里")
            .and(place(text, "乙"), "又在这里");
        let expected = "\
warning[W0103]: 重名
  ┌─ plan.md:4:3
1 │ 甲 乙
  │ -- -- 又在这里
  │ 先在这里
  ┆
4 │ 甲 戊
  │    ^^
";
        assert_eq!(render(&finding, &sources(text)), expected);
    }

    #[test]
    fn marks_far_apart_on_one_line_each_have_their_window() {
        let text = format!("错{}误{}", "甲".repeat(150), "乙".repeat(10));
        let finding = Diagnostic::new("W0522", place(&text, "错"), "两处");
        let drawn = render(&finding.and(place(&text, "误"), "在此"), &sources(&text));
        assert!(drawn.lines().all(|line| width(line) <= WINDOW + 12), "{drawn}");
        assert_eq!(drawn.matches("1 │ ").count(), 2, "{drawn}");
        assert!(drawn.contains("- 在此"), "{drawn}");
    }

    #[test]
    fn long_lines_are_cut_around_the_mark() {
        let text = format!("{}错{}", "甲 ".repeat(100), " 乙".repeat(100));
        let finding = Diagnostic::new("E0105", place(&text, "错"), "误");
        let drawn = render(&finding, &sources(&text));
        let rows: Vec<&str> = drawn.lines().collect();
        let line = rows.get(2).copied().unwrap_or("");
        let below = rows.get(3).copied().unwrap_or("");
        let until = |row: &str, what: char| row.find(what).map(|at| width(&row[..at]));
        assert_eq!(until(line, '错'), until(below, '^'));
        assert!(line.chars().count() < 110 && line.contains('…'));
    }

    #[test]
    fn nothing_steers_the_terminal() {
        let text = "\u{1b}[31m 坏\u{202e}\n";
        let finding = Diagnostic::new("E0101", place(text, "坏"), "误").help("\u{7}");
        let drawn = render(&finding, &sources(text));
        assert!(!drawn.contains(['\u{1b}', '\u{7}', '\u{202e}']));
    }

    #[test]
    fn places_outside_the_text_do_no_harm() {
        let place = Place { file: FileId(7), start: 90, end: 10 };
        let drawn = render(&Diagnostic::new("E0105", place, "误"), &sources("短"));
        assert!(drawn.starts_with("error[E0105]: 误\n"));
    }
}
