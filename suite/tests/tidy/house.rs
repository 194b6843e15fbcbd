//! The house rules: who may depend on whom, what pure crates may not touch, which clauses exist.
//!
//! ARCHITECTURE.md carries one table row per dependency; it must equal what cargo says.
//! The purity test reads text and so sees only what is spelled out; each pure crate's clippy.toml
//! catches the same through types. Tests inside a crate may do what they like.
//! Read next: ARCHITECTURE.md, "Invariants".

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;
use suite::ProjectFile;

use super::source::{Kind, Language, test_lines, view};
use super::{assert_none, is_test_file, program_files, rust_files};

/// Crates that take values and return values.
const PURE_CRATES: &[&str] = &["facts", "plan", "duty"];

/// Paths a pure crate never names, and what to do instead.
const IMPURE_PATHS: &[(&str, &str)] = &[
    ("std::fs", "the shell reads files and hands over text"),
    ("std::net", "no network below the server"),
    ("std::env", "settings are arguments"),
    ("std::process", "no other program takes part in a verdict"),
    ("std::time::SystemTime", "the day is an argument"),
    ("std::time::Instant", "a verdict has no clock"),
    ("tokio", "nothing pure waits"),
    ("rand", "nothing pure is drawn by lot"),
];

/// Other spellings a pure crate never uses.
const IMPURE_WORDS: &[(&str, &str)] = &[
    ("async fn", "nothing pure waits"),
    ("println!", "diagnostics are data"),
    ("print!", "diagnostics are data"),
];

/// The paper whose clauses code may cite.
const PAPER: &str = "plans/binzhou-2012-15.md";

const ARCHITECTURE: &str = "ARCHITECTURE.md";
const ARCHITECTURE_WORDS_MAX: usize = 1_500;

/// (crate, dependency, kind) with the reason or "" from cargo; kind is "" or "tests" or "build".
type Arrows = BTreeMap<(String, String, String), String>;

#[test]
fn the_dependency_table_equals_what_cargo_says() {
    let page = read(ARCHITECTURE);
    let written = written_arrows(&page);
    let actual = actual_arrows();
    let mut offences = Vec::new();
    for (owner, needs, kind) in actual.keys().filter(|arrow| !written.contains_key(*arrow)) {
        offences
            .push(format!("{ARCHITECTURE}:1: missing row | {owner} | {needs} | {kind} | why |"));
    }
    for (arrow, reason) in &written {
        let (owner, needs, kind) = arrow;
        if !actual.contains_key(arrow) {
            offences.push(format!("{ARCHITECTURE}:1: no such arrow: {owner} | {needs} | {kind}"));
        } else if reason.is_empty() {
            offences.push(format!("{ARCHITECTURE}:1: {owner} -> {needs} gives no reason"));
        }
    }
    assert_none("one row per dependency, each with a reason", &offences);
}

#[test]
fn a_pure_crate_depends_on_pure_crates_only() {
    let mut offences = Vec::new();
    let members: BTreeSet<String> =
        actual_arrows().into_keys().map(|(owner, _, _)| owner).collect();
    for (owner, needs, kind) in actual_arrows().into_keys() {
        let impure = members.contains(&needs) && !PURE_CRATES.contains(&needs.as_str());
        if PURE_CRATES.contains(&owner.as_str()) && impure && kind != "tests" {
            offences.push(format!("crates/{owner}/Cargo.toml:1: depends on {needs}"));
        }
    }
    assert_none("arrows go down, from the shell to the core", &offences);
}

#[test]
fn pure_crates_touch_no_clock_file_network_or_terminal() {
    let mut offences = Vec::new();
    for file in pure_files() {
        let code = live_code(&file, &[Kind::Code]);
        for (line, path) in used_paths(&code) {
            for (banned, reason) in IMPURE_PATHS.iter().filter(|(banned, _)| is_in(&path, banned)) {
                offences.push(format!("{}:{line}: {banned}: {reason}", file.path));
            }
        }
        for (index, line) in code.lines().enumerate() {
            for (word, reason) in IMPURE_WORDS.iter().filter(|(word, _)| line.contains(word)) {
                offences.push(format!("{}:{}: {word}: {reason}", file.path, index + 1));
            }
        }
    }
    assert_none("pure crates take values and return values", &offences);
}

#[test]
fn pure_crates_share_one_list_of_disallowed_calls() {
    let lists: Vec<String> =
        PURE_CRATES.iter().map(|name| read(&format!("crates/{name}/clippy.toml"))).collect();
    let mut offences = Vec::new();
    for (name, list) in PURE_CRATES.iter().zip(&lists) {
        if list.is_empty() || *list != lists[0] {
            offences.push(format!("crates/{name}/clippy.toml:1: differs from crates/facts"));
        }
    }
    assert_none("one list, three copies, because clippy reads it per crate", &offences);
}

#[test]
fn no_clause_or_campaign_day_stands_in_the_pure_crates() {
    let mut offences = Vec::new();
    for file in pure_files() {
        let code = live_code(&file, &[Kind::Code, Kind::Quoted]);
        for (index, line) in code.lines().enumerate() {
            for found in clause_ids(line).into_iter().chain(campaign_months(line)) {
                offences.push(format!("{}:{}: {found}", file.path, index + 1));
            }
        }
    }
    assert_none("no number, date or quota of a campaign stands in code", &offences);
}

#[test]
fn every_clause_cited_in_code_exists_in_the_paper() {
    let known: BTreeSet<String> = clause_ids(&read(PAPER)).into_iter().collect();
    let mut offences = Vec::new();
    for file in program_files() {
        if !matches!(file.extension(), "rs" | "ts" | "vue") || is_test_file(&file.path) {
            continue;
        }
        let cited = live_code(&file, &[Kind::Comment, Kind::Quoted]);
        for (index, line) in cited.lines().enumerate() {
            for clause in clause_ids(line).into_iter().filter(|clause| !known.contains(clause)) {
                offences.push(format!("{}:{}: {clause} is not in {PAPER}", file.path, index + 1));
            }
        }
    }
    assert_none("code that carries out a clause cites one that exists", &offences);
}

#[test]
fn every_code_of_a_diagnostic_is_explained() {
    let mut offences = Vec::new();
    for file in program_files() {
        let prefix = "crates/plan/src/";
        if !file.path.starts_with(prefix) || is_test_file(&file.path) {
            continue;
        }
        let own = file.text.split("#[cfg(test)]").next().unwrap_or_default();
        for (index, line) in own.lines().enumerate() {
            for quoted in line.split('"').filter(|piece| is_code(piece)) {
                if plan::explain::explain(quoted).is_none() {
                    offences.push(format!("{}:{}: {quoted}", file.path, index + 1));
                }
            }
        }
    }
    assert_none("explain CODE tells each code that exists", &offences);
}

/// `E0302`, `W0520`.
fn is_code(piece: &str) -> bool {
    let digits = piece.strip_prefix(['E', 'W', 'F']);
    digits.is_some_and(|d| d.len() == 4 && d.bytes().all(|byte| byte.is_ascii_digit()))
}

#[test]
fn the_architecture_is_read_in_one_sitting() {
    let words = read(ARCHITECTURE).split_whitespace().filter(|word| word.len() > 1).count();
    assert!(words <= ARCHITECTURE_WORDS_MAX, "{ARCHITECTURE}:1: {words} words");
}

/// A file of the project; empty when it does not exist.
fn read(path: &str) -> String {
    std::fs::read_to_string(suite::root().join(path)).unwrap_or_default()
}

fn pure_files() -> Vec<ProjectFile> {
    let mut files = rust_files();
    files.retain(|file| {
        PURE_CRATES.iter().any(|name| file.path.starts_with(&format!("crates/{name}/src/")))
            && !is_test_file(&file.path)
    });
    files
}

/// The parts wanted of a file, with its test modules blanked; lines keep their numbers.
fn live_code(file: &ProjectFile, wanted: &[Kind]) -> String {
    if file.extension() != "rs" {
        return view(&file.text, Language::Script, wanted);
    }
    let in_test = test_lines(&view(&file.text, Language::Rust, &[Kind::Code]));
    let shown = view(&file.text, Language::Rust, wanted);
    let lines = shown.lines().zip(in_test);
    lines.map(|(line, in_test)| if in_test { "\n".into() } else { format!("{line}\n") }).collect()
}

/// Rows `| crate | needs | kind | why |` of the page, whose first cells are in backticks.
fn written_arrows(page: &str) -> Arrows {
    let mut arrows = Arrows::new();
    for line in page.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> =
            line.trim_matches('|').split('|').map(|cell| cell.trim().trim_matches('`')).collect();
        if let [owner, needs, kind, reason] = cells[..] {
            arrows.insert((owner.into(), needs.into(), kind.into()), reason.into());
        }
    }
    arrows
}

fn actual_arrows() -> Arrows {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(suite::root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut arrows = Arrows::new();
    for package in metadata["packages"].as_array().unwrap() {
        for dependency in package["dependencies"].as_array().unwrap() {
            let kind = match dependency["kind"].as_str() {
                Some("dev") => "tests",
                Some(other) => other,
                None => "",
            };
            let name = |value: &Value| value["name"].as_str().unwrap_or_default().to_owned();
            arrows.insert((name(package), name(dependency), kind.into()), String::new());
        }
    }
    arrows
}

/// Full paths named by code, with their lines: `use std::{fs, time::Instant}` gives two.
fn used_paths(code: &str) -> Vec<(usize, String)> {
    let mut paths = Vec::new();
    let mut prefixes: Vec<String> = Vec::new();
    let mut current = String::new();
    let mut line = 1;
    for character in code.chars() {
        match character {
            _ if character.is_alphanumeric() || character == '_' || character == ':' => {
                current.push(character);
            }
            // `a::{`: what follows in these braces continues the path.
            '{' => prefixes.push(if current.ends_with("::") {
                format!("{}{}", innermost(&prefixes), std::mem::take(&mut current))
            } else {
                String::new()
            }),
            _ => {}
        }
        let ends = !(character.is_alphanumeric() || character == '_' || character == ':');
        if ends && !current.is_empty() {
            paths.push((line, format!("{}{current}", innermost(&prefixes))));
            current.clear();
        }
        if character == '}' {
            prefixes.pop();
        }
        line += usize::from(character == '\n');
    }
    paths
}

fn innermost(prefixes: &[String]) -> &str {
    prefixes.last().map_or("", String::as_str)
}

/// Whether the path is the banned one or lies below it.
fn is_in(path: &str, banned: &str) -> bool {
    let below = path.strip_prefix(banned).map(|rest| (rest.is_empty(), rest.starts_with("::")));
    match below {
        // A local named `rand` is harmless; a crate is used through `::`.
        Some((true, _)) => banned.contains("::"),
        Some((_, below)) => below,
        None => false,
    }
}

/// Words such as C037 or C050d, each once per place.
fn clause_ids(text: &str) -> Vec<String> {
    let is_clause = |word: &&str| {
        let tail = word.strip_prefix('C').unwrap_or_default();
        let digits = tail.bytes().take_while(u8::is_ascii_digit).count();
        let letters = tail.len() - digits;
        digits == 3 && letters <= 1 && tail[digits..].bytes().all(|b| b.is_ascii_lowercase())
    };
    // Chinese text joins without a blank (`按C037计`), so only ASCII holds a word together.
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '#');
    words.filter(is_clause).map(str::to_owned).collect()
}

/// Months such as 2012-05 in this century: days of some campaign, not of the calendar.
fn campaign_months(line: &str) -> Vec<String> {
    let is_month = |word: &&str| {
        let bytes = word.as_bytes();
        bytes.len() >= 7
            && word.starts_with("20")
            && bytes[..4].iter().all(u8::is_ascii_digit)
            && bytes[4] == b'-'
            && bytes[5..7].iter().all(u8::is_ascii_digit)
    };
    let words = line.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    words.filter(is_month).map(str::to_owned).collect()
}

#[test]
fn grouped_imports_are_spelled_out_before_they_are_judged() {
    let code =
        "use std::{\n    fmt,\n    time::{Duration, Instant},\n};\nfn f() { std::fs::read(x) }";
    let paths = used_paths(code);
    let named = |path: &str| paths.iter().find(|(_, found)| found == path).map(|(line, _)| *line);
    assert_eq!(named("std::time::Instant"), Some(3));
    assert_eq!(named("std::fs::read"), Some(5));
    assert!(is_in("std::fs::read", "std::fs") && !is_in("std::fsx", "std::fs"));
    assert!(is_in("rand::random", "rand") && !is_in("rand", "rand"));
}

#[test]
fn clause_ids_and_campaign_months_are_found_as_words() {
    assert_eq!(clause_ids("按C037计, C050d and #C012 or AC037 or C0371"), ["C037", "C050d"]);
    assert_eq!(campaign_months("\"2012-05-31\" 1900-01 v2-2012"), ["2012-05-31"]);
}
