//! The literate suite: Markdown pages whose fences hold a plan, facts and what must come out.
//!
//! A page is read by people first. Fences: `plan` (with `用 "vocabulary.md"` resolved to the real
//! one), `csv NAME` (rows of one form), `verdicts DAY [知 DAY] [CLAUSE=READING]` (every obligation,
//! in the words of 则), `found` (every finding of the plan, drawn as `check` draws it). What stands
//! before the first `##` belongs to every case; facts of a case are added to it.
//! `UPDATE=1 cargo test -p suite pages` writes what came out into the pages; the diff is the
//! review.
//! The fast engine is held against the reference evaluator on every page.

#![allow(clippy::expect_used, reason = "a test may fail on the spot")]

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use duty::{Engine, Obligation, Question};
use facts::{Calendar, Day, World, WorldBuilder};
use plan::plan::Plan;
use plan::source::{Source, Sources};
use suite::root;

/// A fence: its words, where its body lies in the page, and the body.
struct Fence {
    words: Vec<String>,
    body: (usize, usize),
    text: String,
    case: usize,
}

/// Fences of a page; `case` counts the `##` headings before it.
fn fences(page: &str) -> Vec<Fence> {
    let mut found: Vec<Fence> = Vec::new();
    let mut open: Option<(Vec<String>, usize)> = None;
    let (mut at, mut case) = (0, 0);
    for line in page.split_inclusive('\n') {
        let end = at + line.len();
        match (&open, line.strip_prefix("```")) {
            (None, Some(words)) => {
                open = Some((words.split_whitespace().map(str::to_owned).collect(), end));
            }
            (Some((words, start)), Some(_)) => {
                let (words, body) = (words.clone(), (*start, at));
                let text = page[*start..at].to_owned();
                found.push(Fence { words, body, text, case });
                open = None;
            }
            (None, None) if line.starts_with("## ") => case += 1,
            _ => {}
        }
        at = end;
    }
    assert!(open.is_none(), "a fence is not closed");
    found
}

/// One page with what came out put where it was expected.
fn filled(name: &str, page: &str) -> String {
    let all = fences(page);
    let mut out = page.to_owned();
    // From the end, so that places before stay right.
    for fence in all.iter().rev() {
        let wanted = match fence.words.first().map(String::as_str) {
            Some("verdicts") => verdicts(name, &all, fence),
            Some("found") => drawn(&all, fence.case),
            _ => continue,
        };
        out.replace_range(fence.body.0..fence.body.1, &wanted);
    }
    out
}

/// Fences of a kind that hold for a case.
fn of_case<'f>(all: &'f [Fence], kind: &str, case: usize) -> Vec<&'f Fence> {
    let fits = |fence: &&Fence| {
        fence.words.first().is_some_and(|word| word == kind)
            && (fence.case == 0 || fence.case == case)
    };
    all.iter().filter(fits).collect()
}

fn sources(all: &[Fence], case: usize) -> Sources {
    let plans = of_case(all, "plan", case);
    let text: String = plans.iter().map(|f| format!("```plan\n{}```\n", f.text)).collect();
    let vocabulary = std::fs::read_to_string(root().join("plans/vocabulary.md")).unwrap();
    let file = |name: &str, text: String| Source { name: name.into(), text };
    let files = vec![file("plan.md", text), file("vocabulary.md", vocabulary)];
    Sources { files, papers: Vec::new() }
}

fn drawn(all: &[Fence], case: usize) -> String {
    let sources = sources(all, case);
    let (plan, mut found) = plan::compile::compile(&sources);
    found.extend(plan::check::rules(&plan));
    let drawn: Vec<String> = found.iter().map(|f| plan::render::render(f, &sources)).collect();
    let text = drawn.join("\n");
    if text.is_empty() { String::new() } else { format!("{}\n", text.trim_end()) }
}

fn world(plan: &Plan, all: &[Fence], case: usize) -> World {
    let schema = Arc::new(plan.schema.clone());
    let mut builder = WorldBuilder::new(Arc::clone(&schema), Calendar::builtin());
    for fence in of_case(all, "csv", case) {
        let form = schema.form_named(&fence.words[1]).expect("a form");
        let mut lines = fence.text.lines().map(|line| line.split(',').map(str::trim));
        let head: Vec<&str> = lines.next().expect("a head").collect();
        let mut writer = builder.table(&fence.words[1], form, &head).expect("columns");
        for (number, cells) in lines.enumerate() {
            let cells: Vec<&str> = cells.collect();
            writer.row(number as u64 + 2, &cells);
        }
    }
    let (world, _, errors) = builder.finish();
    assert!(errors.is_empty(), "{errors:#?}");
    world
}

/// The question a fence asks in its words.
fn question(plan: &Plan, words: &[String]) -> Question {
    let day = |text: &String| Day::parse(text).expect("a day");
    let mut question = Question::as_of(day(&words[1]));
    let mut rest = words[2..].iter();
    while let Some(word) = rest.next() {
        match word.split_once('=') {
            Some((clause, option)) => {
                let clause = plan.clause_named(clause).expect("a clause");
                let axes = plan.clauses[clause].axes.iter().enumerate();
                let found = axes.flat_map(|(axis, of)| {
                    let options = of.options.iter().enumerate();
                    options.filter(|(_, o)| o.label == option).map(move |(at, _)| (axis, at))
                });
                let (axis, at) = found.into_iter().next().expect("a reading");
                question.readings.push((clause, axis, at));
            }
            None => question.known = Some(day(rest.next().expect("a day after 知"))),
        }
    }
    question
}

fn verdicts(name: &str, all: &[Fence], fence: &Fence) -> String {
    let (plan, _) = plan::compile::compile(&sources(all, fence.case));
    let world = world(&plan, all, fence.case);
    let question = question(&plan, &fence.words);
    let judged = duty::evaluate(&plan, &world, &question).expect("a calendar");
    let engine = Engine::new(&plan, &world).expect("a calendar").expect("a term");
    let fast = engine.evaluate(&plan, &world, &question).expect("a calendar");
    let alike = super::fast::difference(&plan, &world, &fast, &judged);
    assert!(alike.is_none(), "{name}: {}", alike.unwrap_or_default());
    let mut text = String::new();
    for row in &judged.obligations {
        writeln!(text, "{}", line(&plan, &world, row)).unwrap();
    }
    for found in &judged.findings {
        let value: Vec<String> = found.value.iter().map(duty::verdict::value_text).collect();
        let clause = &plan.clauses[found.clause].id;
        let subject = world.id(found.subject);
        let words = if found.text.is_empty() { "示" } else { "警" };
        let said = format!("{words} {} {}", value.join(" · "), found.text);
        writeln!(text, "{clause}({subject}, {}) {}", found.period_start, said.trim_end()).unwrap();
    }
    text
}

/// `A01(p1, 2012-05-01) = 完成 值 2`, with the owner where she is another, and what is remarked.
fn line(plan: &Plan, world: &World, row: &Obligation) -> String {
    let mut text = format!(
        "{}({}, {}) = {} 值 {}",
        row.clause_text(plan),
        world.id(row.subject),
        row.period.first,
        row.status.label(),
        row.value_text(plan)
    );
    if let Some(days) = row.days_late {
        write!(text, " 迟{days}天").unwrap();
    }
    if row.owner != row.subject {
        write!(text, " 担 {}", world.id(row.owner)).unwrap();
    }
    let flags: Vec<&str> = row.flags.iter().map(|flag| flag.word()).collect();
    if !flags.is_empty() {
        write!(text, " # {}", flags.join(" ")).unwrap();
    }
    text
}

#[test]
fn every_page_says_what_comes_out() {
    let dir = root().join("suite/pages");
    let mut names: Vec<_> = std::fs::read_dir(&dir).unwrap().map(|e| e.unwrap().path()).collect();
    names.sort();
    let update = std::env::var_os("UPDATE").is_some();
    let mut wrong = Vec::new();
    for path in names.iter().filter(|path| path.extension().is_some_and(|e| e == "md")) {
        let page = std::fs::read_to_string(path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let out = filled(&name, &page);
        if out != page && update {
            std::fs::write(path, &out).unwrap();
        } else if out != page {
            wrong.push(first_difference(path, &page, &out));
        }
    }
    assert!(names.len() > 10, "pages are missing");
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

fn first_difference(path: &Path, page: &str, out: &str) -> String {
    let pairs = page.lines().zip(out.lines()).enumerate();
    let found = pairs.into_iter().find(|(_, (a, b))| a != b);
    match found {
        Some((at, (wanted, came))) => {
            format!("{}:{}\n  stands  {wanted}\n  came    {came}", path.display(), at + 1)
        }
        None => format!("{}: more or fewer lines", path.display()),
    }
}
