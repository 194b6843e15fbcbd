//! Every code once, and the cases of the pages earn what they say: the bad one its code and no
//! other, the good one nothing.
//!
//! Lines of a case that open no item and are not indented are the paper's prose. Pages about the
//! form of a paper are tried in a draft that is right but for their own line.

use super::*;
use crate::diagnostic::Diagnostic;
use crate::plan::Plan;
use crate::reader::read;
use crate::source::{FileId, Source, Sources};
use crate::{check, keywords};

const NAMES: &str = "表单 走访 visit\n  户 household : 户\n";
const VOCABULARY: &str = include_str!("../../../../plans/vocabulary.md");
const HEAD: &str = "用 \"vocabulary.md\"\n时段 全年 = 1998-01-01 至 1998-12-31\n\
    集合 机关 = 人员 当 岗类 = 机关\n方案 small \"小\"\n  期限 1998-01-01 至 1998-12-31\n";

fn codes(snippet: &str) -> Vec<&'static str> {
    let is_field = !snippet.starts_with("集合") && !snippet.starts_with("指标");
    let opening = if is_field { "义务 C1 " } else { "" };
    let text = format!("```plan\n{NAMES}{opening}{snippet}\n```\n");
    let file = Source { name: "plan.md".into(), text };
    let sources = Sources { files: vec![file], papers: Vec::new() };
    read(&sources, FileId(0)).1.iter().map(|d| d.code).collect()
}

/// The whole plan with everything there is to say about it.
fn judged(text: String, paper: Option<&str>) -> (Plan, Vec<Diagnostic>) {
    let source = |name: &str, text: &str| Source { name: name.into(), text: text.into() };
    let files = vec![source("plan.md", &text), source("vocabulary.md", VOCABULARY)];
    let papers = paper.iter().map(|text| source("paper.txt", text)).collect();
    let sources = Sources { files, papers };
    let (plan, mut found) = crate::compile::compile(&sources);
    found.extend(check::all(&plan, &sources));
    (plan, found)
}

fn codes_of(found: &[Diagnostic]) -> Vec<&'static str> {
    found.iter().map(|d| d.code).collect()
}

/// A case of a page, as a plan; with prose it is a given paper in good form.
fn case(text: &str) -> Vec<&'static str> {
    let first = |line: &str| line.split_whitespace().next().unwrap_or("").to_string();
    let is_code = |line: &&str| {
        line.starts_with(' ') || keywords::find(keywords::ITEMS, &first(line)).is_some()
    };
    let (code, prose): (Vec<&str>, Vec<&str>) = text.lines().partition(is_code);
    let code = code.join("\n");
    if prose.is_empty() {
        return codes_of(&judged(format!("```plan\n{HEAD}{code}\n```\n"), None).1);
    }
    let lines = [
        "某妇发〔1998〕5号",
        "某市妇联关于开展走访的通知",
        "各县妇联：",
        &prose.join("\n"),
        "某市妇女联合会",
        "1998年4月9日",
        "抄送：某市市委",
    ];
    let frame = lines.iter().enumerate().filter(|(index, _)| *index != 3);
    let quotes: String = frame.map(|(_, line)| format!("\n  引 \"{line}\"")).collect();
    let paper = lines.join("\n");
    let head = format!("{HEAD}  原文 \"paper.txt\"\n陈述 Z1 \"格式\"{quotes}\n");
    let text = format!("{paper}\n\n```plan\n{head}{code}\n```\n");
    codes_of(&judged(text, Some(&paper)).1)
}

/// A draft in good form, with one part in its place.
fn draft(code: &str, part: &str) -> Vec<&'static str> {
    let slot = |own: &[&str], usual: &str| {
        if own.contains(&code) { part.to_string() } else { usual.to_string() }
    };
    let signed = ["某市妇女联合会", "1998年4月9日", "抄送：某市市委。"];
    let whole_end = code == "F-08";
    let end = match whole_end {
        true => part.to_string(),
        false => {
            let (name, day) = (slot(&["F-09"], signed[0]), slot(&["F-02"], signed[1]));
            format!("{name}\n{day}\n{}", signed[2])
        }
    };
    let head = format!("{HEAD}  发文 \"某妇发〔1998〕5号\"\n");
    let text = format!(
        "{}\n{}\n各县妇联：\n{}\n{end}\n\n```plan\n{head}```\n",
        slot(&["F-01"], "某妇发〔1998〕5号"),
        slot(&["F-04"], "某市妇联关于开展走访的通知"),
        slot(&["F-03", "F-05", "F-06", "F-07"], "一、走访农户"),
    );
    codes_of(&judged(text, None).1)
}

#[test]
fn the_readers_cases_are_what_they_say() {
    for code in ["E0101", "E0102", "W0103", "E0104", "E0105", "E0110"] {
        let found = explain(code).map(|e| (codes(e.bad), codes(e.good)));
        assert_eq!(found, Some((vec![code], vec![])), "{code}");
    }
}

#[test]
fn cases_about_rules_and_words_are_what_they_say() {
    let all = ["W0431", "W0432", "W0521", "W0522", "W0541", "E0610", "W0733", "E0734"];
    for code in all {
        let found = explain(code).map(|e| (case(e.bad), case(e.good)));
        assert_eq!(found, Some((vec![code], vec![])), "{code}");
    }
}

#[test]
fn cases_about_the_form_of_a_paper_are_what_they_say() {
    for code in ["F-01", "F-02", "F-03", "F-04", "F-05", "F-06", "F-07", "F-08", "F-09"] {
        let found = explain(code).map(|e| (draft(code, e.bad), draft(code, e.good)));
        assert_eq!(found, Some((vec![code], vec![])), "{code}");
    }
}

#[test]
fn the_case_about_two_plans_is_what_it_says() {
    let clash = |text: &str| {
        let one = |line: &str| judged(format!("```plan\n{HEAD}{line}\n```\n"), None).0;
        let plans: Vec<Plan> = text.lines().map(one).collect();
        codes_of(&check::clashes(&plans.iter().collect::<Vec<_>>()))
    };
    let found = explain("E0612").map(|e| (clash(e.bad), clash(e.good)));
    assert_eq!(found, Some((vec!["E0612"], vec![])));
}

#[test]
fn each_code_once() {
    let mut seen: Vec<_> = all().map(|e| e.code).collect();
    let count = seen.len();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), count);
    assert!(explain("e0302").is_some() && explain("E9999").is_none());
}

const REFERENCE: &str = include_str!("../../../../docs/plan-language.md");

/// `E0302`, `W0520`, `F-01`, wherever they stand.
fn codes_named(text: &str) -> Vec<String> {
    let piece = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let words = text.split(move |c| !piece(c));
    let digits = |tail: &str, count: usize| {
        tail.len() == count && tail.bytes().all(|byte| byte.is_ascii_digit())
    };
    let code = |word: &&str| {
        let plain = word.strip_prefix(['E', 'W']).is_some_and(|tail| digits(tail, 4));
        plain || word.strip_prefix("F-").is_some_and(|tail| digits(tail, 2))
    };
    words.filter(code).map(str::to_string).collect()
}

#[test]
fn the_reference_has_a_row_for_each_code_and_names_no_other() {
    let rows: Vec<&str> = REFERENCE
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(" |").next())
        .filter(|cell| !codes_named(cell).is_empty())
        .collect();
    let mut known: Vec<&str> = all().map(|e| e.code).collect();
    let mut told = rows.clone();
    known.sort_unstable();
    told.sort_unstable();
    assert_eq!(told, known, "the table of docs/plan-language.md and the pages differ");
    for code in codes_named(REFERENCE) {
        assert!(explain(&code).is_some(), "docs/plan-language.md names {code}");
    }
}

/// A line of the reference as a plan has it: an item, a field of a duty, or what may be counted.
fn as_code(line: &str) -> String {
    let first = line.split_whitespace().next().unwrap_or("");
    if line.starts_with(' ') || keywords::find(keywords::ITEMS, first).is_some() {
        return line.to_string();
    }
    let field = keywords::find(keywords::RULE_FIELDS, first).is_some();
    format!("  {}{line}", if field { "" } else { "计 " })
}

#[test]
fn the_cases_of_the_reference_can_be_read() {
    let mut fences = REFERENCE.split("\n```text\n").skip(1);
    let found = fences.try_for_each(|rest| {
        let body = rest.split("\n```").next().unwrap_or("");
        let lines: Vec<String> = body.lines().map(as_code).collect();
        let text = format!("```plan\n义务 A0\n{}\n```\n", lines.join("\n"));
        let file = Source { name: "plan.md".into(), text };
        let sources = Sources { files: vec![file], papers: Vec::new() };
        let found = read(&sources, FileId(0)).1;
        if found.is_empty() { Ok(()) } else { Err(format!("{body}\n{found:#?}")) }
    });
    assert_eq!(found, Ok(()));
    let first = REFERENCE.split("````markdown\n").nth(1).and_then(|t| t.split("\n````").next());
    let (plan, found) = judged(first.unwrap_or("").to_string(), None);
    assert_eq!((plan.clauses.len(), found), (1, vec![]));
}
