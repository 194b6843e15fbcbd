//! W0724: more due dates of one owner on neighbouring workdays than she can keep an eye on.
//!
//! Owners are the organisations and persons of the world; those who meet the same crowd share a
//! finding. A day off counts as the workday before it, by which the work has to be done. Our own
//! advice does not press anybody and is left out.
//! Read next: `dues.rs`.

use std::collections::{BTreeMap, BTreeSet};

use facts::{Day, RecordRef};
use plan::diagnostic::Diagnostic;
use plan::plan::{Origin, Subject};

use super::dues::Dated;
use crate::element::Frame;
use crate::membership::base_forms;
use crate::view::View;

/// Due dates of one owner that are still no crowd.
const DUES_MAX: usize = 3;
/// Workdays that count as close together.
const WORKDAYS: i32 = 3;

/// Clauses due by workday.
type Days = BTreeMap<Day, BTreeSet<usize>>;

/// Owners who meet the same crowd of due dates.
#[derive(Default)]
struct Crowd {
    owners: usize,
    fewest: usize,
    most: usize,
    clauses: BTreeSet<usize>,
}

/// W0724, by the workday on which the crowd begins.
pub fn crowded(view: &View, dated: &[Dated]) -> Vec<Diagnostic> {
    let mut crowds: BTreeMap<Day, Crowd> = BTreeMap::new();
    for days in owners(view, dated).into_values() {
        for (first, clauses) in gather(view, &days) {
            let crowd = crowds.entry(first).or_default();
            let fewest = if crowd.owners == 0 { usize::MAX } else { crowd.fewest };
            crowd.fewest = fewest.min(clauses.len());
            crowd.most = crowd.most.max(clauses.len());
            crowd.owners += 1;
            crowd.clauses.extend(clauses);
        }
    }
    let told = crowds.iter().filter_map(|(first, crowd)| told(view, *first, crowd));
    told.collect()
}

fn told(view: &View, first: Day, crowd: &Crowd) -> Option<Diagnostic> {
    let clauses: Vec<_> =
        crowd.clauses.iter().filter_map(|&index| view.plan.clauses.get(index)).collect();
    let ids: Vec<&str> = clauses.iter().map(|clause| clause.id.as_str()).collect();
    let each = match (crowd.fewest, crowd.most) {
        (fewest, most) if fewest == most => format!("{most}"),
        (fewest, most) => format!("{fewest} 至 {most}"),
    };
    let message =
        format!("{first} 起 {WORKDAYS} 个工作日内，{} 个担任务的各有 {each} 条到期", crowd.owners);
    let found = Diagnostic::new("W0724", clauses.first()?.place, message);
    Some(found.at(ids.join(" ")).help("把其中几条的 限 错开，或用 望 写一个早些的日子"))
}

/// Per owner the clauses due on each workday.
fn owners(view: &View, dated: &[Dated]) -> BTreeMap<RecordRef, Days> {
    let mut owners: BTreeMap<RecordRef, Days> = BTreeMap::new();
    let calendar = &view.world.calendar;
    let kept = |due: Day| {
        let works = view.workday(calendar.is_workday(due), true);
        if works { due } else { view.workday(calendar.add_workdays(due, -1), due) }
    };
    let mut note = |owner: RecordRef, due: Day, clause: usize| {
        owners.entry(owner).or_default().entry(kept(due)).or_default().insert(clause);
    };
    for duty in dated.iter().filter(|duty| duty.rule.origin != Origin::Advice) {
        match &duty.rule.subject {
            Subject::Who(set) => {
                let mut frame = Frame::bare(view.day);
                for member in view.members(set, &mut frame) {
                    duty.dues.iter().for_each(|(_, due)| note(member.record, *due, duty.index));
                }
            }
            // Elements other than organisations come and go; nobody knows yet how many.
            Subject::Each(set) if base_forms(set) == Vec::from_iter(view.registry.known.org) => {
                for case in view.cases(duty.rule) {
                    note(view.owner(duty.rule, &case), case.due, duty.index);
                }
            }
            Subject::Each(_) => {}
        }
    }
    owners
}

/// The crowds of one owner, none overlapping another.
fn gather(view: &View, days: &Days) -> Vec<(Day, BTreeSet<usize>)> {
    let mut crowds = Vec::new();
    let mut free = Day::MIN;
    for &first in days.keys() {
        if first < free {
            continue;
        }
        let last = view.workday(view.world.calendar.add_workdays(first, WORKDAYS - 1), first);
        let near = days.range(first..=last);
        let clauses: BTreeSet<usize> = near.flat_map(|(_, clauses)| clauses).copied().collect();
        if clauses.len() > DUES_MAX {
            crowds.push((first, clauses));
            free = last.next();
        }
    }
    crowds
}
