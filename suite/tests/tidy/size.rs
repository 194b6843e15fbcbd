//! Sizes: headers, functions, files and lines.
//!
//! The hard limits stand here as named constants; STYLE.md gives the aims, which are smaller.
//! Function length is counted from `fn` to its closing brace on text as rustfmt leaves it.
//! Test modules do not count toward the size of a file: cases may be many, code may not.

use super::source::{Kind, Language, code_words, item_end, line_of, test_lines, view};
use super::{assert_none, is_test_file, program_files, rust_files};

/// Longer functions are not understood in one reading; the aim is 40.
const FUNCTION_LINES_MAX: usize = 70;
/// Longer files are not found through in one sitting; the aim is 300.
const FILE_LINES_MAX: usize = 600;
/// Two files side by side on one screen; a Chinese character takes two columns.
const COLUMNS_MAX: usize = 100;
/// A header of fewer lines does not say what a file is for and what it leaves out.
const HEADER_LINES_MIN: usize = 3;
/// Code left beside a string literal on a line that may be long: a name, a bracket, a comma.
const CODE_BESIDE_STRING_MAX: usize = 12;

#[test]
fn every_program_file_opens_with_a_header_comment() {
    let mut offences = Vec::new();
    for file in program_files() {
        let lines = header_lines(&file.text, file.extension());
        if lines < HEADER_LINES_MIN {
            offences.push(format!(
                "{}:1: header has {lines} line(s), at least {HEADER_LINES_MIN} wanted",
                file.path
            ));
        }
    }
    assert_none("what it is, why it exists, what it does not do, where to read next", &offences);
}

#[test]
fn no_function_is_longer_than_seventy_lines() {
    let mut offences = Vec::new();
    for file in rust_files() {
        for function in functions(&file.text) {
            if function.lines > FUNCTION_LINES_MAX {
                offences.push(format!(
                    "{}:{}: fn {} has {} lines",
                    file.path, function.line, function.name, function.lines
                ));
            }
        }
    }
    assert_none("keep the branching in the parent, move pure pieces out", &offences);
}

#[test]
fn no_file_is_longer_than_six_hundred_lines_without_its_tests() {
    let mut offences = Vec::new();
    for file in program_files() {
        if is_test_file(&file.path) && !file.path.starts_with("suite/") {
            continue;
        }
        let lines = match file.extension() {
            "rs" => {
                let code = view(&file.text, Language::Rust, &[Kind::Code]);
                test_lines(&code).iter().filter(|in_test| !**in_test).count()
            }
            _ => file.text.lines().count(),
        };
        if lines > FILE_LINES_MAX {
            offences.push(format!("{}:{lines}: more than {FILE_LINES_MAX} lines", file.path));
        }
    }
    assert_none("a file is walked through in one sitting", &offences);
}

#[test]
fn no_line_is_wider_than_a_hundred_columns() {
    let mut offences = Vec::new();
    for file in rust_files() {
        let beside_strings = view(&file.text, Language::Rust, &[Kind::Code, Kind::Comment]);
        for (index, (line, rest)) in file.text.lines().zip(beside_strings.lines()).enumerate() {
            let is_one_string = rest.chars().filter(|character| !character.is_whitespace()).count()
                <= CODE_BESIDE_STRING_MAX;
            let width = columns(line);
            if width > COLUMNS_MAX && !is_one_string {
                offences.push(format!("{}:{}: {width} columns", file.path, index + 1));
            }
        }
    }
    assert_none("two files stand side by side on one screen", &offences);
}

/// A function found in a text.
#[derive(Debug, PartialEq, Eq)]
struct Function {
    name: String,
    /// The line of `fn`, from 1.
    line: usize,
    lines: usize,
}

/// Every function with a body, nested ones too.
fn functions(text: &str) -> Vec<Function> {
    let code = view(text, Language::Rust, &[Kind::Code]);
    let mut found = Vec::new();
    for (start, _) in code.match_indices("fn ") {
        let after_word = code[..start].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let name = code_words(&code[start + 3..]).next().unwrap_or_default();
        let Some(end) = item_end(&code, start) else {
            continue;
        };
        if after_word || !code[start + 3..].starts_with(name) || !code[end..].starts_with('}') {
            continue;
        }
        let line = line_of(&code, start);
        let lines = line_of(&code, end) - line + 1;
        found.push(Function { name: name.to_owned(), line: line + 1, lines });
    }
    found
}

/// Columns on a screen: a character of the East Asian wide blocks takes two.
fn columns(line: &str) -> usize {
    let is_wide = |character: char| {
        matches!(character as u32,
            0x1100..=0x115F | 0x2E80..=0xA4CF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF
            | 0xFE30..=0xFE6F | 0xFF00..=0xFF60 | 0xFFE0..=0xFFE6 | 0x1F300..=0x1FAFF
            | 0x20000..=0x3FFFD)
    };
    line.chars().map(|character| if is_wide(character) { 2 } else { 1 }).sum()
}

/// Lines of comment at the top, behind `#!` if there is one.
fn header_lines(text: &str, extension: &str) -> usize {
    let body = match text.strip_prefix("#!/") {
        Some(rest) => rest.split_once('\n').map_or("", |(_, body)| body),
        None => text,
    };
    let block = |opening: &str, closing: &str| {
        let comment = body.strip_prefix(opening)?.split_once(closing)?.0;
        Some(comment.lines().filter(|line| line.trim().len() > 1).count())
    };
    let marked = |mark: &str| body.lines().take_while(|line| line.starts_with(mark)).count();
    match extension {
        "rs" => marked("//!"),
        "vue" => block("<!--", "-->").unwrap_or(0),
        "py" => block("\"\"\"", "\"\"\"").unwrap_or_else(|| marked("#")),
        "sh" => marked("#"),
        _ => block("/*", "*/").unwrap_or_else(|| marked("//")),
    }
}

#[test]
fn functions_are_counted_from_fn_to_their_closing_brace() {
    let text = "fn a(x: [u8; 2]) -> [u8; 2]\nwhere\n{\n    let s = \"}\";\n    // }\n    x\n}\n\
                trait T {\n    fn b();\n}\nlet p: fn(u8) = q;\nfn c() { fn d() {} }\n";
    let found = functions(text);
    let summary: Vec<_> = found.iter().map(|f| (f.name.as_str(), f.line, f.lines)).collect();
    assert_eq!(summary, [("a", 1, 7), ("c", 12, 1), ("d", 12, 1)]);
}

#[test]
fn a_chinese_character_takes_two_columns() {
    assert_eq!(columns("走访 visit，"), 12);
}

#[test]
fn headers_are_counted_in_each_language() {
    assert_eq!(header_lines("//! a\n//! b\n\n//! c\n", "rs"), 2);
    assert_eq!(header_lines("#!/bin/sh\n# a\n# b\n# c\nls\n", "sh"), 3);
    assert_eq!(header_lines("<!--\na b\nc d\ne f\n-->\n<template/>", "vue"), 3);
    assert_eq!(header_lines("/**\n * a\n * b\n */\nimport x", "ts"), 2);
    assert_eq!(header_lines("import x\n// a\n// b\n// c", "ts"), 0);
}
