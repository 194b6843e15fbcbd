//! The ledger of needs: what was heard on visits, and what became of it.
//!
//! A need is registered by whoever heard it and goes through accept, handle, solve; some go up a
//! level, some are opened again, some are still open at the end. Most are solved where they arose.
//! What the need says is sealed and stays out of a rehearsal.
//! Read next: `pairings.rs`.

use facts::Day;

use super::base::Level;
use super::cell::{Id, Mark, Org};
use super::days::LAST;
use super::lot::Lot;
use super::making::{Group, Making, Member, Stage};
use super::rows::{CallBack, Need, NeedStep, Person, Visit};

/// Weights of what is needed.
const TOPICS: [(u32, &str); 9] = [
    (18, "employment"),
    (10, "culture"),
    (9, "rights"),
    (20, "poverty"),
    (14, "vulnerable"),
    (12, "medical"),
    (9, "schooling"),
    (4, "legal"),
    (4, "other"),
];

/// Who deals with a need.
#[derive(Clone, Copy)]
struct Desk {
    org: Org,
    by: Id<Person>,
}

/// Fills needs, their steps and call-backs.
pub fn fill(making: &mut Making<'_>) {
    let mut lot = making.lot(Stage::Needs);
    for index in 0..making.season.visits.len() {
        let visit = making.season.visits[index].clone();
        let member = making.members[making.visit_member[index] as usize];
        let often = match member.group {
            Group::Village => 250,
            Group::Township => 42,
            _ => 75,
        };
        if visit.household.is_some() && lot.chance(often) {
            of_visit(making, &mut lot, &visit, &member);
        }
    }
}

fn of_visit(making: &mut Making<'_>, lot: &mut Lot, visit: &Visit, member: &Member) {
    let id = Id::next(&making.season.needs);
    let opened = making.after(lot, visit.date, 0, 2);
    let mark = Mark { day: visit.mark.day.max(opened), ..visit.mark };
    let source = lot
        .weighted(&[(72, "visit"), (15, "diary"), (9, "walk_in"), (4, "hotline_12338")], "visit");
    let topic = lot.weighted(&TOPICS, "other");
    let priority = if lot.chance(70) { "key" } else { "normal" };
    making.season.needs.push(Need {
        id,
        household: visit.household,
        resident: visit.spoke_with,
        village: visit.village,
        topic,
        opened,
        registered_org: member.org,
        registered_by: member.person,
        source,
        priority,
        mark,
    });
    deal(making, lot, id, (opened, member));
}

fn deal(making: &mut Making<'_>, lot: &mut Lot, need: Id<Need>, (opened, member): (Day, &Member)) {
    let mut desk = desk(making, lot, member, opened);
    let accepted = making.after(lot, opened, 0, 6);
    step(making, lot, need, (accepted, "accept"), desk, "");
    if lot.chance(90) && making.level(desk.org) != Level::City {
        let day = making.after(lot, accepted, 2, 12);
        step(making, lot, need, (day, "escalate"), desk, "");
        let above = making.base.above(desk.org);
        let by = lot.pick(&making.present(above, day)).map_or(Id::NONE, |member| member.person);
        desk = Desk { org: above, by };
    }
    let handled = accepted + lot.between(2, 20);
    if handled >= LAST || !lot.chance(920) {
        return;
    }
    step(making, lot, need, (handled, "handle"), desk, "");
    let solved = handled + lot.between(1, 55);
    if solved > LAST || !lot.chance(760) {
        return;
    }
    let satisfied = lot.weighted(&[(60, "yes"), (22, "partly"), (4, "no"), (14, "")], "");
    step(making, lot, need, (solved, "solve"), desk, satisfied);
    after_solving(making, lot, need, (solved, desk));
}

fn after_solving(
    making: &mut Making<'_>,
    lot: &mut Lot,
    need: Id<Need>,
    (solved, desk): (Day, Desk),
) {
    let day = solved + lot.between(5, 30);
    if day > LAST {
        return;
    }
    if lot.chance(18) {
        step(making, lot, need, (day, "reopen"), desk, "");
    } else if lot.chance(220) {
        step(making, lot, need, (day, "call_back"), desk, "");
        let id = Id::next(&making.season.call_backs);
        let answer = lot.weighted(&[(86, "true"), (3, "untrue"), (11, "unreached")], "true");
        let satisfied = (answer == "true").then(|| lot.chance(890));
        let mark = Mark::own(desk.by, desk.org, day);
        let sampled = lot.chance(700);
        making.season.call_backs.push(CallBack {
            id,
            need,
            date: day,
            sampled,
            answer,
            satisfied,
            mark,
        });
    }
}

/// A village hands most on to its township; in a county a leader often takes it herself.
fn desk(making: &Making<'_>, lot: &mut Lot, member: &Member, day: Day) -> Desk {
    let own = Desk { org: member.org, by: member.person };
    match member.group {
        Group::Village if lot.chance(560) => {
            let org = making.base.above(member.org);
            let staff = making.present(org, day);
            Desk { org, by: lot.pick(&staff).map_or(member.person, |found| found.person) }
        }
        Group::Office if lot.chance(420) => {
            let staff = making.present(member.org, day);
            let leaders: Vec<Member> =
                staff.into_iter().filter(|found| found.group == Group::Leader).collect();
            Desk { by: lot.pick(&leaders).map_or(member.person, |found| found.person), ..own }
        }
        _ => own,
    }
}

fn step(
    making: &mut Making<'_>,
    lot: &mut Lot,
    need: Id<Need>,
    (date, step): (Day, &'static str),
    desk: Desk,
    satisfied: &'static str,
) {
    let id = Id::next(&making.season.need_steps);
    let known = date + lot.weighted(&[(70, 0), (20, 1), (10, 4)], 0);
    let mark = Mark::own(desk.by, desk.org, known);
    let level = making.level_word(desk.org);
    let (org, by) = (desk.org, desk.by);
    making.season.need_steps.push(NeedStep {
        id,
        need,
        date,
        step,
        org,
        by,
        level,
        satisfied,
        mark,
    });
}
