//! W0724: more due dates of one owner on neighbouring workdays than she can keep an eye on.
//!
//! Owners are the organisations of the world and the people in their posts; those who meet the same
//! crowd share a finding. A base folder names nobody, so there people are taken by their groups:
//! whoever is in a set that the plan asks something of, owes what is asked of every set that
//! surely holds her. A day off counts as the workday before it, by which the work has to be done.
//! Our own advice does not press anybody and is left out.
//! Read next: `dues.rs`, `sets.rs`.

use std::collections::{BTreeMap, BTreeSet};

use facts::{Day, RecordRef};
use plan::diagnostic::Diagnostic;
use plan::expr::Expr;
use plan::plan::{Origin, Subject};

use super::dues::Dated;
use super::sets::{Sets, holds, leaves};
use crate::membership::base_forms;
use crate::view::View;

/// Due dates of one owner that are still no crowd.
const DUES_MAX: usize = 3;
/// Workdays that count as close together.
const WORKDAYS: i32 = 3;

/// Clauses of a crowd that are named: as many as a long paper has in one.
const IDS_MAX: usize = 30;

/// Clauses due by workday.
type Days = BTreeMap<Day, BTreeSet<usize>>;

/// A set of people by its number, and the sets that surely hold all of it.
type Group = (usize, BTreeSet<usize>);

/// Who owes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Owner {
    /// A record of the world.
    Record(RecordRef),
    /// Whoever is in a set of people, by its number.
    Group(usize),
}

/// Owners who meet the same crowd of due dates.
#[derive(Default)]
struct Crowd {
    owners: usize,
    groups: Vec<usize>,
    fewest: usize,
    most: usize,
    clauses: BTreeSet<usize>,
}

/// W0724, by the workday on which the crowd begins; people in groups behind the others.
pub fn crowded<'p>(view: &'p View<'p>, dated: &[Dated<'p>]) -> Vec<Diagnostic> {
    let mut sets = Sets::new(view);
    let mut crowds: BTreeMap<(Day, bool), Crowd> = BTreeMap::new();
    for (owner, days) in owners(view, dated, &mut sets) {
        for (first, clauses) in gather(view, &days) {
            let grouped = matches!(owner, Owner::Group(_));
            let crowd = crowds.entry((first, grouped)).or_default();
            let fewest = if crowd.owners == 0 { usize::MAX } else { crowd.fewest };
            crowd.fewest = fewest.min(clauses.len());
            crowd.most = crowd.most.max(clauses.len());
            crowd.owners += 1;
            crowd.clauses.extend(clauses);
            crowd.groups.extend(match owner {
                Owner::Group(number) => Some(number),
                Owner::Record(_) => None,
            });
        }
    }
    let told = crowds.iter().filter_map(|((first, _), crowd)| told(view, &sets, *first, crowd));
    told.collect()
}

fn told(view: &View, sets: &Sets, first: Day, crowd: &Crowd) -> Option<Diagnostic> {
    let clauses: Vec<_> =
        crowd.clauses.iter().filter_map(|&index| view.plan.clauses.get(index)).collect();
    let ids: Vec<&str> = clauses.iter().map(|clause| clause.id.as_str()).collect();
    let each = match (crowd.fewest, crowd.most) {
        (fewest, most) if fewest == most => format!("{most}"),
        (fewest, most) => format!("{fewest} 至 {most}"),
    };
    let who = match crowd.groups.as_slice() {
        [] => format!("{} 个担任务的各有", crowd.owners),
        groups => format!("{}每人有", group_names(view, sets, groups)),
    };
    let message = format!("{first} 起 {WORKDAYS} 个工作日内，{who} {each} 条到期");
    let found = Diagnostic::new("W0724", clauses.first()?.place, message);
    let more = ids.len().saturating_sub(IDS_MAX);
    let rest = if more > 0 { format!(" 等 {} 条", ids.len()) } else { String::new() };
    let shown: Vec<&str> = ids.into_iter().take(IDS_MAX).collect();
    Some(found.at(shown.join(" ") + &rest).help("把其中几条的 限 错开，或用 望 写一个早些的日子"))
}

/// `“班子”“机关”`, and for sets without a name that there are some.
fn group_names(view: &View, sets: &Sets, groups: &[usize]) -> String {
    let name = |set: &Expr| {
        let named = view.plan.sets.iter().find(|named| named.value.says_same(set));
        named.map(|named| format!("“{}”", named.label))
    };
    let sets = groups.iter().filter_map(|&number| sets.set(number));
    let mut names: Vec<String> = sets.filter_map(name).collect();
    names.dedup();
    let unnamed = groups.len() - names.len();
    match (names.is_empty(), unnamed) {
        (true, _) => "同一批人".to_owned(),
        (false, 0) => names.concat(),
        (false, _) => format!("{}等", names.concat()),
    }
}

/// Per owner the clauses due on each workday.
fn owners<'p>(
    view: &'p View<'p>,
    dated: &[Dated<'p>],
    sets: &mut Sets<'p>,
) -> BTreeMap<Owner, Days> {
    let mut owners: BTreeMap<Owner, Days> = BTreeMap::new();
    let calendar = &view.world.calendar;
    let kept = |due: Day| {
        let works = view.workday(calendar.is_workday(due), true);
        if works { due } else { view.workday(calendar.add_workdays(due, -1), due) }
    };
    let mut note = |owner: Owner, due: Day, clause: usize| {
        owners.entry(owner).or_default().entry(kept(due)).or_default().insert(clause);
    };
    let pressing = || dated.iter().filter(|duty| duty.rule.origin != Origin::Advice);
    let person = view.registry.known.person;
    let named = person.is_some_and(|form| view.records(form).next().is_some());
    let groups = (!named).then(|| groups(view, pressing(), sets));
    for duty in pressing() {
        for (owner, due) in owed(view, duty, sets, groups.as_deref()) {
            note(owner, due, duty.index);
        }
    }
    owners
}

/// Who owes a duty, and when it is due; `groups` where no person is named.
fn owed<'p>(
    view: &'p View<'p>,
    duty: &Dated<'p>,
    sets: &mut Sets<'p>,
    groups: Option<&[Group]>,
) -> Vec<(Owner, Day)> {
    let known = &view.registry.known;
    let set = duty.rule.subject.set();
    let forms = base_forms(set);
    let of_people = known.person.is_some_and(|person| forms == [person]);
    let owners: Vec<Owner> = match (&duty.rule.subject, groups) {
        (Subject::Who(_), Some(groups)) if of_people => {
            let number = sets.number(set);
            let inside = groups.iter().filter(|(_, held_by)| held_by.contains(&number));
            inside.map(|(group, _)| Owner::Group(*group)).collect()
        }
        (Subject::Who(_), _) if !of_people => {
            let number = sets.number(set);
            sets.members(number).iter().copied().map(Owner::Record).collect()
        }
        // Elements other than organisations and people come and go; nobody knows how many.
        (Subject::Each(_), _) if !of_people && forms != Vec::from_iter(known.org) => Vec::new(),
        _ => {
            let cases = view.cases(duty.rule).into_iter();
            let each = cases.map(|case| (Owner::Record(view.owner(duty.rule, &case)), case.due));
            return each.collect();
        }
    };
    let dues = |owner: Owner| duty.dues.iter().map(move |(_, due)| (owner, *due));
    owners.into_iter().flat_map(dues).collect()
}

/// The groups of people that the plan tells apart, each with the sets that surely hold it.
fn groups<'p, 'd>(
    view: &View,
    dated: impl Iterator<Item = &'d Dated<'p>>,
    sets: &mut Sets<'p>,
) -> Vec<Group>
where
    'p: 'd,
{
    let Some(person) = view.registry.known.person else { return Vec::new() };
    let (mut asked, mut parts) = (BTreeMap::new(), BTreeMap::new());
    for duty in dated {
        let Subject::Who(set) = &duty.rule.subject else { continue };
        if base_forms(set) == [person] && asked.insert(sets.number(set), set).is_none() {
            parts.extend(leaves(set).into_iter().map(|part| (sets.number(part), part)));
        }
    }
    let holding = |part: &Expr| {
        let holding = asked.iter().filter(|(_, set)| holds(set, part));
        holding.map(|(number, _)| *number).collect()
    };
    parts.into_iter().map(|(number, part)| (number, holding(part))).collect()
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
