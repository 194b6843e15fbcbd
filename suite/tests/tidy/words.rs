//! Words: what a type may not be called, and what project text may not say.
//!
//! The tables are the rules; each entry carries its reason, printed with the offence.
//! The folder of the tidy test itself is left out, since it must spell what it forbids.
//! Lock files are left out: their words are other people's names.

use super::source::{Kind, Language, code_words, view};
use super::{assert_none, program_files, rust_files};

/// Endings that name a place to put things, not a thing of the campaign.
const BANNED_ENDINGS: &[&str] =
    &["Manager", "Helper", "Processor", "Service", "Util", "Utils", "Info", "Data"];

/// Whole names that are words of the domain although they look banned: 帮手, 服务, 五进家.
const DOMAIN_NOUNS: &[&str] = &["Helper", "Service", "HomeService"];

/// File and folder names under which anything could hide.
const BANNED_STEMS: &[&str] = &["util", "utils", "common", "helpers", "misc", "shared"];

/// What no text of the project says, and why.
const BANNED_WORDS: &[(&str, &str)] = &[
    ("/work/", "a path of one machine; a reader of the clone has no such folder"),
    ("/root/", "a path of one machine"),
    ("/home/", "a path of one machine"),
    ("../shared/", "a folder outside the project; say it here or point to docs/"),
    ("subagent", "text speaks of the project, not of how it was written"),
    ("sub-agent", "text speaks of the project, not of how it was written"),
    ("this session", "text speaks of the project, not of how it was written"),
    ("the CEO", "text speaks of the project, not of who asked for it"),
    ("Claude", "text speaks of the project, not of who wrote it"),
    ("Anthropic", "text speaks of the project, not of who wrote it"),
    ("ChatGPT", "text speaks of the project, not of who wrote it"),
    ("as an AI", "text speaks of the project, not of who wrote it"),
    ("language model", "text speaks of the project, not of who wrote it"),
    ("the brief says", "decisions are argued in docs/adr, orders are not"),
];

/// Macros that mark unfinished work or a trace left behind.
const BANNED_MACROS: &[&str] = &["dbg!", "todo!", "unimplemented!"];

#[test]
fn no_type_is_named_for_a_drawer() {
    let mut offences = Vec::new();
    for file in program_files() {
        let language = if file.extension() == "rs" { Language::Rust } else { Language::Script };
        let code = view(&file.text, language, &[Kind::Code]);
        for (index, line) in code.lines().enumerate() {
            for name in declared_types(line) {
                let banned = BANNED_ENDINGS.iter().any(|ending| name.ends_with(ending));
                if banned && !DOMAIN_NOUNS.contains(&name) {
                    offences.push(format!("{}:{}: type {name}", file.path, index + 1));
                }
            }
        }
    }
    assert_none("a type is named for a thing of the domain", &offences);
}

#[test]
fn no_file_is_a_drawer_and_none_is_called_mod() {
    let mut offences = Vec::new();
    for file in program_files() {
        if file.path.ends_with("/mod.rs") {
            offences.push(format!("{}:1: use name.rs beside name/", file.path));
        }
        let parts = file.path.split('/').map(|part| part.split('.').next().unwrap_or_default());
        for part in parts.filter(|part| BANNED_STEMS.contains(part)) {
            offences.push(format!("{}:1: '{part}' names no subject", file.path));
        }
    }
    assert_none("a function lives by the type it is about", &offences);
}

#[test]
fn every_todo_names_its_issue() {
    let mut offences = Vec::new();
    for file in program_files() {
        if is_tidy_itself(&file.path) {
            continue;
        }
        for (index, line) in file.text.lines().enumerate() {
            let mark = code_words(line).any(|word| matches!(word, "TODO" | "FIXME" | "XXX"));
            if mark && !names_an_issue(line) {
                offences.push(format!("{}:{}: {}", file.path, index + 1, line.trim()));
            }
        }
    }
    assert_none("a TODO without #number is never done", &offences);
}

#[test]
fn no_unfinished_macro_is_left_in_the_code() {
    let mut offences = Vec::new();
    for file in rust_files() {
        let code = view(&file.text, Language::Rust, &[Kind::Code]);
        for (index, line) in code.lines().enumerate() {
            for word in BANNED_MACROS.iter().filter(|word| line.contains(**word)) {
                offences.push(format!("{}:{}: {word}", file.path, index + 1));
            }
        }
    }
    assert_none("unfinished work is an issue, not a panic", &offences);
}

#[test]
fn project_text_speaks_of_the_project_alone() {
    let mut offences = Vec::new();
    for file in suite::project_files() {
        let is_lock = file.path.ends_with(".lock") || file.path.ends_with("package-lock.json");
        if is_lock || is_tidy_itself(&file.path) {
            continue;
        }
        for (index, line) in file.text.lines().enumerate() {
            for (word, reason) in BANNED_WORDS.iter().filter(|(word, _)| occurs(line, word)) {
                offences.push(format!("{}:{}: '{word}': {reason}", file.path, index + 1));
            }
        }
    }
    assert_none("words that say nothing about the project", &offences);
}

fn is_tidy_itself(path: &str) -> bool {
    path.starts_with("suite/tests/tidy")
}

/// Names declared on a line of code: `struct A`, `type B`, `interface C`.
fn declared_types(line: &str) -> impl Iterator<Item = &str> {
    const DECLARING: &[&str] = &["struct", "enum", "trait", "type", "union", "class", "interface"];
    let words = code_words(line);
    let followers = code_words(line).skip(1);
    let pairs = words.zip(followers).filter(|(word, _)| DECLARING.contains(word));
    pairs.map(|(_, name)| name).filter(|name| name.starts_with(char::is_uppercase))
}

/// `#12` somewhere on the line.
fn names_an_issue(line: &str) -> bool {
    line.match_indices('#')
        .any(|(at, _)| line[at + 1..].starts_with(|character: char| character.is_ascii_digit()))
}

/// Whether the word stands on the line by itself: "network/x" holds no "/work/".
fn occurs(line: &str, word: &str) -> bool {
    let joins = |character: char| character.is_alphanumeric() || character == '_';
    line.match_indices(word).any(|(start, _)| {
        let end = start + word.len();
        let joined_before = word.starts_with(joins) && line[..start].ends_with(joins);
        let joined_after = word.ends_with(joins) && line[end..].starts_with(joins);
        let inside_path =
            word.starts_with('/') && line[..start].ends_with(|c| c != '.' && joins(c));
        !joined_before && !joined_after && !inside_path
    })
}

#[test]
fn a_forbidden_word_inside_another_word_is_no_offence() {
    assert!(occurs("see /work/main", "/work/"));
    assert!(occurs("in 'Claude'", "Claude"));
    assert!(!occurs("docs/work/rest", "/work/"));
    assert!(!occurs("Claudette", "Claude"));
}

#[test]
fn only_declarations_are_looked_at() {
    assert_eq!(declared_types("pub struct FormInfo<T> {").collect::<Vec<_>>(), ["FormInfo"]);
    assert_eq!(declared_types("let x: PhantomData<T> = y;").count(), 0);
    assert_eq!(declared_types("export interface A extends BInfo {").collect::<Vec<_>>(), ["A"]);
}
