//! Static analyses that need only the plan and its paper (plan-language §7, A).
//!
//! Whether the paper stands in the plan unchanged, whether every 引 is its very words, and which
//! sentences nobody took up. It needs no organisations, no calendar and no facts.
//! Read next: `check/prose.rs`.

mod amended;
mod listed;
mod measures;
mod numerals;
mod official;
mod pieces;
mod prose;
mod rules;
#[cfg(test)]
mod tests;
mod thresholds;
mod twice;
mod vague;

use crate::diagnostic::Diagnostic;
use crate::plan::{Plan, RuleKind};
use crate::source::{FileId, Place, Sources};
use crate::tree::Origin;
pub use listed::{LISTED_MAX, PLACES_MAX, listed};
pub use measures::{Measure, measures};
use prose::{Prose, plain};
pub use rules::rules;
pub use twice::clashes;

/// Everything that can be said of a plan and its paper without organisations and facts.
pub fn all(plan: &Plan, sources: &Sources) -> Vec<Diagnostic> {
    let mut found = coverage(plan, sources);
    found.extend(numerals::unused(plan, sources));
    found.extend(pieces::unquoted(plan, sources));
    found.extend(vague::vague(plan, sources));
    found.extend(rules(plan));
    found.extend(thresholds::thresholds(plan));
    found.extend(amended::amendments(plan));
    found.extend(twice::typed_twice(plan));
    found.extend(official::format(plan, sources));
    listed(found)
}

/// How many duties and flows the paper fixes, the plan interprets, and the system adds.
pub fn origin_counts(plan: &Plan) -> (usize, usize, usize) {
    let (mut text, mut reading, mut advice) = (0, 0, 0);
    let owed =
        plan.clauses.iter().filter(|clause| matches!(clause.kind, RuleKind::Duty | RuleKind::Flow));
    for rule in owed.filter_map(|clause| clause.rule.as_ref()) {
        match rule.origin {
            Origin::Text => text += 1,
            Origin::Reading => reading += 1,
            Origin::Advice => advice += 1,
        }
    }
    (text, reading, advice)
}

/// The first line of every check.
pub fn origin_line(plan: &Plan) -> String {
    let (text, reading, advice) = origin_counts(plan);
    format!("文件定了 {text} 项，解释 {reading} 项，系统另加 {advice} 项（不计入）")
}

/// How the sentences of the paper are covered: all, touched by a 引.
pub fn sentence_counts(plan: &Plan, sources: &Sources) -> (usize, usize) {
    let Some(paper) = paper_of(plan, sources) else { return (0, 0) };
    let prose = Prose::read(sources, FileId(0));
    let units = prose.sentences(&plain(&paper));
    let quoted = prose.quoted(plan);
    let touched = units.iter().filter(|unit| unit.touched(&quoted)).count();
    (units.len(), touched)
}

/// E0001, E0002, E0520 and W0520; a plan without 原文 has nothing to compare.
pub fn coverage(plan: &Plan, sources: &Sources) -> Vec<Diagnostic> {
    let Some(path) = &plan.paper else { return Vec::new() };
    let Some(paper) = paper_of(plan, sources) else {
        let message = format!("没有找到原文 {path}");
        return vec![Diagnostic::general("E0001", message).help("把原文放到这个路径，再检查一次")];
    };
    let prose = Prose::read(sources, FileId(0));
    let mut found = altered(&paper, &prose);
    found.extend(quotes(plan, &paper));
    let quoted = prose.quoted(plan);
    for unit in prose.sentences(&plain(&paper)) {
        if !unit.touched(&quoted) {
            found.push(bare(&unit));
        }
    }
    found
}

fn paper_of(plan: &Plan, sources: &Sources) -> Option<String> {
    let path = plan.paper.as_ref()?;
    let found = sources.papers.iter().find(|source| source.name == *path)?;
    Some(found.text.clone())
}

/// E0001: every line of the paper stands in the plan's prose, in order.
fn altered(paper: &str, prose: &Prose) -> Vec<Diagnostic> {
    let mut at = 0;
    for (index, line) in paper.lines().enumerate() {
        let line_text = plain(line);
        if line_text.is_empty() {
            continue;
        }
        match prose.find(&line_text, at) {
            Some(next) => at = next,
            None => {
                let shown: String = line.trim().chars().take(24).collect();
                let message = format!("原文第 {} 行与方案里的文字不同：{shown}…", index + 1);
                let found = Diagnostic::general("E0001", message);
                return vec![found.help("原文是给定的：照原样抄进方案，不要改动")];
            }
        }
    }
    Vec::new()
}

/// E0002: a 引 stands in the paper exactly once.
fn quotes(plan: &Plan, paper: &str) -> Vec<Diagnostic> {
    let text: String = plain(paper).into_iter().collect();
    let mut found = Vec::new();
    for clause in &plan.clauses {
        for (quote, place) in &clause.quotes {
            let words: String = plain(quote).into_iter().collect();
            let times = if words.is_empty() { 0 } else { text.matches(&words).count() };
            found.extend(match times {
                1 => None,
                0 => Some(not_verbatim(&clause.id, *place)),
                _ => Some(
                    Diagnostic::new(
                        "E0002",
                        *place,
                        format!("{} 的引在原文里有 {times} 处", clause.id),
                    )
                    .help("引得长一些，直到只有一处"),
                ),
            });
        }
    }
    found
}

fn not_verbatim(clause: &str, place: Place) -> Diagnostic {
    let message = format!("{clause} 的引不是原文里的原话");
    Diagnostic::new("E0002", place, message).help("从原文逐字抄录，标点也一样")
}

/// E0520 for a sentence that demands something, W0520 for any other.
fn bare(unit: &prose::Sentence) -> Diagnostic {
    let shown: String = unit.text.chars().take(24).collect();
    if !unit.is_heading() && unit.demands() {
        let message = format!("这一句没有规则，也没有陈述：{shown}");
        return Diagnostic::new("E0520", unit.place, message)
            .help("写一条 义务，或用 陈述 说明不作要求");
    }
    Diagnostic::new("W0520", unit.place, format!("这一句没有条款：{shown}"))
}
