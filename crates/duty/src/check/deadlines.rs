//! Deadlines that cannot be kept as they stand, or surprise whoever has to keep them.
//!
//! Clauses that share a day share a finding, so that a plan with one unlucky date gives one remark
//! and not eleven. The end of a month is what it is: a recurring duty is asked about its days off
//! only where its due date was written.
//! What is so under another reading only is told with that reading; what is so under all of them is
//! told once.
//! Read next: `dues.rs`, `otherwise.rs`, `crowded.rs`, `early_use.rs`.

use std::collections::{BTreeMap, BTreeSet};

use facts::{Day, Span};
use plan::diagnostic::Diagnostic;
use plan::plan::{Clause, Rule, RuleKind, When};
use plan::source::Place;

use super::dues::{Dated, end_of};
use super::otherwise::{Otherwise, Told};
use crate::periods::periods;
use crate::view::View;

/// W0340: periods clipped by their window, one finding for each stretch.
pub fn partial(view: &View) -> Vec<Diagnostic> {
    let last = view.day;
    let mut clipped: BTreeMap<(Day, Day), Vec<&Clause>> = BTreeMap::new();
    for clause in &view.plan.clauses {
        let when = clause.rule.as_ref().and_then(|rule| rule.when.as_ref());
        for period in when.into_iter().flat_map(|when| periods(when, last)) {
            if period.partial {
                let days = (period.span.first, period.span.last);
                clipped.entry(days).or_default().push(clause);
            }
        }
    }
    let one = |((first, last), clauses): ((Day, Day), Vec<&Clause>)| {
        let message = format!("{first} 至 {last} 不是完整的一期");
        let marks = clauses.iter().map(|clause| (clause.place, String::new()));
        marked("W0340", message, marks).map(|found| {
            found.help("这一期照样算，只是短；要完整的一期，就改 于 后面的时段，或写 起")
        })
    };
    clipped.into_iter().filter_map(one).collect()
}

/// E0510: due before it begins.
pub fn before_the_period(view: &View, dated: &[Dated], others: &[Dated]) -> Vec<Diagnostic> {
    let (mut found, mut told) = (Vec::new(), Told::default());
    for duty in dated.iter().chain(others) {
        let early = duty.dues.iter().find(|(period, due)| *due < period.span.first);
        let early = early.filter(|(period, due)| {
            told.is_fresh((duty.index, period.span.first, *due), duty.choices())
        });
        found.extend(early.map(|(period, due)| {
            let first = period.span.first;
            let message = format!("{} 的限期 {due} 早于开始的日子 {first}", duty.named());
            let term = view.plan.term.unwrap_or(Span { first, last: first });
            Diagnostic::new("E0510", duty.place(), message)
                .help(format!("限 写在 {first} 或以后；期限是 {} 至 {}", term.first, term.last))
        }));
    }
    found
}

/// W0721: due on a day off, by day; under another reading where the official one is not.
pub fn on_a_day_off(view: &View, dated: &[Dated], others: &[Dated]) -> Vec<Diagnostic> {
    let calendar = &view.world.calendar;
    let off = |day: &Day| !view.workday(calendar.is_workday(*day), true);
    let asked = |duty: &&Dated| duty.is_single() || duty.rule.due.is_some();
    let (mut by_day, mut told) = (BTreeMap::<Day, Off>::new(), Told::default());
    for duty in dated.iter().chain(others).filter(asked) {
        for (_, due) in duty.dues.iter().filter(|(_, due)| off(due)) {
            if told.is_fresh((duty.index, *due), duty.choices()) {
                let found = by_day.entry(*due).or_default();
                let clauses =
                    if duty.other.is_none() { &mut found.official } else { &mut found.otherwise };
                clauses.insert(duty.index);
                found.marks.push((duty.place(), duty.label(), due_words(duty)));
            }
        }
    }
    by_day.into_iter().filter_map(|(day, found)| day_off(view, day, found)).collect()
}

/// Clauses due on one day off: where, in what words, and how their due date is written.
#[derive(Default)]
struct Off {
    official: BTreeSet<usize>,
    otherwise: BTreeSet<usize>,
    marks: Vec<(Place, String, &'static str)>,
}

fn day_off(view: &View, day: Day, found: Off) -> Option<Diagnostic> {
    let calendar = &view.world.calendar;
    let before = view.workday(calendar.add_workdays(day, -1), day);
    let after = view.workday(calendar.next_workday(day), day);
    let count = match (found.official.len(), found.otherwise.len()) {
        (official, 0) => format!("{official} 条在这一天到期"),
        (0, otherwise) => format!("换一种读法有 {otherwise} 条在这一天到期"),
        (official, otherwise) => {
            format!("{official} 条在这一天到期，换一种读法另有 {otherwise} 条")
        }
    };
    let words = found.marks.first().map_or("期末", |(_, _, words)| *words);
    let marks = found.marks.into_iter().map(|(place, text, _)| (place, text));
    let told = marked("W0721", format!("{day} 不是工作日，{count}"), marks)?;
    Some(
        told.help(format!("此前最后一个工作日是 {before}；要顺延到 {after}，就写 限 {words} 顺延")),
    )
}

fn due_words(duty: &Dated) -> &'static str {
    if duty.rule.due.is_some() { "…" } else { "期末" }
}

/// W0722: the last due date lies after the term; what goes on (续) is meant to.
pub fn after_the_term(view: &View, dated: &[Dated], others: &[Dated]) -> Vec<Diagnostic> {
    let last = view.day;
    let late = |duty: &Dated| {
        let onward = matches!(&duty.rule.when, Some(When::Windows { onward: true, .. }));
        let due = duty.dues.iter().map(|(_, due)| *due).max()?;
        (!onward && due > last).then_some(due)
    };
    let (mut marks, mut told) = (Vec::new(), Told::default());
    for duty in dated.iter().chain(others) {
        let due = late(duty).filter(|due| told.is_fresh((duty.index, *due), duty.choices()));
        let text = due.map(|due| format!("{} 最后到 {due}", duty.named()));
        marks.extend(text.map(|text| (duty.place(), text)));
    }
    let otherwise = !dated.iter().any(|duty| late(duty).is_some());
    let message = format!("限期落在活动结束（{last}）以后");
    let help = "活动结束以后仍要有人收、有人查；没有人，就把限提前";
    beyond(message, otherwise, marks, help)
}

/// W0722: what begins near the end is due after it.
pub fn begun_too_late(view: &View, others: &[Otherwise]) -> Vec<Diagnostic> {
    let Some(term) = view.plan.term else { return Vec::new() };
    let (mut marks, mut told) = (Vec::new(), Told::default());
    for (index, clause) in view.plan.clauses.iter().enumerate() {
        let text = clause.rule.as_ref().and_then(|rule| too_late(view, clause.kind, rule, term));
        let text = text.filter(|text| told.is_fresh((index, text.clone()), &[]));
        marks.extend(text.map(|text| (clause.place, text)));
    }
    let otherwise = marks.is_empty();
    for other in others {
        let Some(clause) = view.plan.clauses.get(other.index) else { continue };
        let text = too_late(view, clause.kind, &other.rule, term);
        let text = text.filter(|text| told.is_fresh((other.index, text.clone()), &other.choices));
        let named = |text| format!("{} 换成“{}”：{text}", clause.id, other.reading);
        marks.extend(text.map(|text| (clause.place, named(text))));
    }
    let message = format!("近末尾才开始的，限期落在活动结束（{}）以后", term.last);
    beyond(message, otherwise, marks, "写明活动结束以后由谁收尾")
}

/// Since when what begins is due after the term.
fn too_late(view: &View, kind: RuleKind, rule: &Rule, term: Span) -> Option<String> {
    end_of(view, kind, rule, term.last).filter(|end| *end > term.last)?;
    let in_time = |day: &Day| end_of(view, kind, rule, *day).is_some_and(|end| end <= term.last);
    let days = (term.first.0..=term.last.0).rev().map(Day);
    Some(match days.into_iter().find(in_time) {
        Some(day) => format!("{day} 以后开始的"),
        None => "全部".to_owned(),
    })
}

/// W0722 at its places; `otherwise` when it is so under other readings only.
fn beyond(
    message: String,
    otherwise: bool,
    marks: impl IntoIterator<Item = (Place, String)>,
    help: &str,
) -> Vec<Diagnostic> {
    let message = if otherwise { format!("换一种读法，{message}") } else { message };
    let found = marked("W0722", message, marks);
    found.into_iter().map(|found| found.help(help)).collect()
}

/// A finding at several places; none without any.
pub fn marked(
    code: &'static str,
    message: impl Into<String>,
    marks: impl IntoIterator<Item = (Place, String)>,
) -> Option<Diagnostic> {
    let mut marks = marks.into_iter();
    let (place, text) = marks.next()?;
    let found = Diagnostic::new(code, place, message).at(text);
    Some(marks.fold(found, |found, (place, text)| found.and(place, text)))
}
