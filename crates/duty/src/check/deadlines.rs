//! Deadlines that cannot be kept as they stand, or surprise whoever has to keep them.
//!
//! Clauses that share a day share a finding, so that a plan with one unlucky date gives one remark
//! and not eleven. The end of a month is what it is: a recurring duty is asked about its days off
//! only where its due date was written.
//! Read next: `dues.rs`, `crowded.rs`, `early_use.rs`.

use std::collections::BTreeMap;

use facts::{Day, Span};
use plan::diagnostic::Diagnostic;
use plan::plan::{Clause, When};

use super::dues::{Dated, end_of};
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
pub fn before_the_period(view: &View, dated: &[Dated]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for duty in dated {
        let early = duty.dues.iter().find(|(period, due)| *due < period.span.first);
        found.extend(early.map(|(period, due)| {
            let first = period.span.first;
            let message = format!("{} 的限期 {due} 早于开始的日子 {first}", duty.clause.id);
            let term = view.plan.term.unwrap_or(Span { first, last: first });
            Diagnostic::new("E0510", duty.place(), message)
                .help(format!("限 写在 {first} 或以后；期限是 {} 至 {}", term.first, term.last))
        }));
    }
    found
}

/// W0721: due on a day off, by day.
pub fn on_a_day_off(view: &View, dated: &[Dated]) -> Vec<Diagnostic> {
    let calendar = &view.world.calendar;
    let mut off: BTreeMap<Day, Vec<&Dated>> = BTreeMap::new();
    for duty in dated.iter().filter(|duty| duty.is_single() || duty.rule.due.is_some()) {
        for (_, due) in &duty.dues {
            if !view.workday(calendar.is_workday(*due), true) {
                off.entry(*due).or_default().push(duty);
            }
        }
    }
    let one = |(day, duties): (Day, Vec<&Dated>)| {
        let before = view.workday(calendar.add_workdays(day, -1), day);
        let after = view.workday(calendar.next_workday(day), day);
        let message = format!("{day} 不是工作日，{} 条在这一天到期", duties.len());
        let marks = duties.iter().map(|duty| (duty.place(), duty.label().to_owned()));
        let found = marked("W0721", message, marks)?;
        Some(found.help(format!(
            "此前最后一个工作日是 {before}；要顺延到 {after}，就写 限 {} 顺延",
            duties.first().map_or("期末", |duty| due_words(duty))
        )))
    };
    off.into_iter().filter_map(one).collect()
}

fn due_words(duty: &Dated) -> &'static str {
    if duty.rule.due.is_some() { "…" } else { "期末" }
}

/// W0722: the last due date lies after the term; what goes on (续) is meant to.
pub fn after_the_term(view: &View, dated: &[Dated]) -> Vec<Diagnostic> {
    let last = view.day;
    let late = dated.iter().filter_map(|duty| {
        let onward = matches!(&duty.rule.when, Some(When::Windows { onward: true, .. }));
        let due = duty.dues.iter().map(|(_, due)| *due).max()?;
        (!onward && due > last).then(|| (duty.place(), format!("{} 最后到 {due}", duty.clause.id)))
    });
    let found = marked("W0722", format!("限期落在活动结束（{last}）以后"), late);
    let help = "活动结束以后仍要有人收、有人查；没有人，就把限提前";
    found.into_iter().map(|found| found.help(help)).collect()
}

/// W0722: what begins near the end is due after it.
pub fn begun_too_late(view: &View) -> Vec<Diagnostic> {
    let Some(term) = view.plan.term else { return Vec::new() };
    let late = view.plan.clauses.iter().filter_map(|clause| {
        end_of(view, clause, term.last).filter(|end| *end > term.last)?;
        let in_time = |day: &Day| end_of(view, clause, *day).is_some_and(|end| end <= term.last);
        let days = (term.first.0..=term.last.0).rev().map(Day);
        let text = match days.into_iter().find(in_time) {
            Some(day) => format!("{day} 以后开始的"),
            None => "全部".to_owned(),
        };
        Some((clause.place, text))
    });
    let message = format!("近末尾才开始的，限期落在活动结束（{}）以后", term.last);
    let help = "写明活动结束以后由谁收尾";
    marked("W0722", message, late).into_iter().map(|found| found.help(help)).collect()
}

/// A finding at several places; none without any.
pub fn marked(
    code: &'static str,
    message: impl Into<String>,
    marks: impl IntoIterator<Item = (plan::source::Place, String)>,
) -> Option<Diagnostic> {
    let mut marks = marks.into_iter();
    let (place, text) = marks.next()?;
    let found = Diagnostic::new(code, place, message).at(text);
    Some(marks.fold(found, |found, (place, text)| found.and(place, text)))
}
