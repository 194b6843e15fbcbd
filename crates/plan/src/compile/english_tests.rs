//! The five clauses in English keywords are those of the paper's plan, when all is resolved.
//!
//! Names differ (`leaders` for 班子), so the two trees can only be compared by what they mean.
//! Titles, words of a 源 and questions are in either language and are left out.

use super::compile;
use crate::plan::{Clause, Plan};
use crate::source::{Source, Sources};

const VOCABULARY: &str = include_str!("../../../../plans/vocabulary.md");
const PAPER_PLAN: &str = include_str!("../../../../plans/binzhou-2012-15.md");
const ENGLISH: &str = include_str!("../reader/english.md");

fn plan(text: String) -> Plan {
    let file = |name: &str, text: &str| Source { name: name.into(), text: text.into() };
    let files = vec![file("plan.md", &text), file("vocabulary.md", VOCABULARY)];
    let (plan, found) = compile(&Sources { files, papers: Vec::new() });
    assert_eq!(found, vec![]);
    plan
}

/// A clause as text, without places and without what is said in words.
fn shape(clause: &Clause) -> String {
    let mut rule = clause.rule.clone();
    if let Some(rule) = &mut rule {
        rule.origin_text.clear();
        rule.part_origins.iter_mut().for_each(|(_, _, text)| text.clear());
        rule.steps.iter_mut().for_each(|step| step.label.clear());
    }
    let quotes: Vec<&String> = clause.quotes.iter().map(|(text, _)| text).collect();
    let options = clause.axes.iter().flat_map(|axis| {
        axis.options.iter().map(|o| (&axis.alias, &o.alias, o.starred, &o.overrides))
    });
    let all = format!("{:?} {quotes:?} {rule:?} {:?}", clause.kind, options.collect::<Vec<_>>());
    let mut parts = all.split("Place {");
    let first = parts.next().unwrap_or("").to_string();
    parts.fold(first, |out, part| out + part.split_once('}').map_or("", |(_, rest)| rest))
}

#[test]
fn five_clauses_mean_the_same_in_both_languages() {
    let chinese = plan(PAPER_PLAN.to_string());
    let names = PAPER_PLAN.split("```\n").next().unwrap_or("");
    let english = plan(format!("{names}```\n\n{ENGLISH}"));
    assert_eq!(english.clauses.len(), 5);
    for clause in &english.clauses {
        let twin = chinese.clauses.iter().find(|other| other.id == clause.id);
        assert!(clause.rule.is_some(), "{}", clause.id);
        assert_eq!(twin.map(shape), Some(shape(clause)), "{}", clause.id);
    }
}
