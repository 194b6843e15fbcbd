//! What is done for pairings and contact points: a plan, a measure carried out, contacts.
//!
//! Most come in time, some late, some not at all; now and then a later limit was granted before the
//! old one had passed. What a plan says is sealed and stays out of a rehearsal.
//! Read next: `gifts.rs`.

use facts::Day;

use super::cell::{Id, Mark};
use super::days::{LAST, on};
use super::lot::Lot;
use super::making::{Group, Making, Member, Stage};
use super::rows::{Contact, ContactPoint, Extension, HelpMeasure, HelpPlan, Pairing};

/// Whom help is for.
#[derive(Clone, Copy)]
struct Cause {
    pairing: Id<Pairing>,
    contact_point: Id<ContactPoint>,
    from: Day,
}

/// Fills plans, measures, contacts and extensions.
pub fn fill(making: &mut Making<'_>) {
    let mut lot = making.lot(Stage::Help);
    let mut home: Vec<Option<Member>> = vec![None; making.season.persons.len()];
    for member in making.members.iter().filter(|member| member.group != Group::Village) {
        home[member.person.index()] = Some(*member);
    }
    for index in 0..making.season.pairings.len() {
        let pairing = making.season.pairings[index].clone();
        let Some(member) = home[pairing.cadre.index()] else { continue };
        if pairing.id.index() != index {
            continue;
        }
        let cause = Cause { pairing: pairing.id, contact_point: Id::NONE, from: pairing.from };
        help(making, &mut lot, cause, &member);
        contacts(making, &mut lot, &pairing, &member);
    }
    for index in 0..making.season.contact_points.len() {
        let point = making.season.contact_points[index].clone();
        let Some(member) = lot.pick(&making.present(point.org, point.from)) else { continue };
        let cause = Cause { pairing: Id::NONE, contact_point: point.id, from: point.from };
        help(making, &mut lot, cause, &member);
    }
}

fn help(making: &mut Making<'_>, lot: &mut Lot, cause: Cause, member: &Member) {
    let slack = 1000 - member.zeal;
    let planned = match lot.below(1000) {
        luck if luck < slack * 2 / 3 => None,
        luck if luck < slack * 3 / 2 => Some(lot.between(31, 70)),
        _ => Some(lot.between(3, 30)),
    };
    let done = match lot.below(1000) {
        luck if luck < slack => None,
        luck if luck < slack * 2 => Some(lot.between(61, 120)),
        _ => Some(lot.between(12, 60)),
    };
    if let Some(days) = planned {
        plan(making, lot, cause, (member, cause.from + days));
    } else if cause.pairing.is_some() && lot.chance(60) {
        extend(making, lot, cause, member);
    }
    if let Some(days) = done {
        measure(making, lot, cause, (member, cause.from + days));
        if lot.chance(300) {
            let again = cause.from + days + lot.between(20, 60);
            measure(making, lot, cause, (member, again));
        }
    }
}

fn plan(making: &mut Making<'_>, lot: &mut Lot, cause: Cause, (member, date): (&Member, Day)) {
    if date > LAST {
        return;
    }
    let id = Id::next(&making.season.help_plans);
    let mark = making.own(lot, member, date);
    let Cause { pairing, contact_point, .. } = cause;
    making.season.help_plans.push(HelpPlan { id, pairing, contact_point, date, mark });
}

fn measure(making: &mut Making<'_>, lot: &mut Lot, cause: Cause, (member, date): (&Member, Day)) {
    if date > LAST {
        return;
    }
    let id = Id::next(&making.season.help_measures);
    let mark = making.own(lot, member, date);
    let kind = lot.weighted(
        &[(38, "goods"), (14, "money"), (20, "skills"), (20, "labour"), (8, "other")],
        "other",
    );
    let amount = (kind == "money" || kind == "goods").then(|| 50 * (1 + lot.below(12)));
    // Now and then the measure stands there but is not carried out yet.
    let done = lot.chance(965);
    let Cause { pairing, contact_point, .. } = cause;
    making.season.help_measures.push(HelpMeasure {
        id,
        pairing,
        contact_point,
        date,
        done,
        kind,
        amount,
        mark,
    });
}

/// A later limit for a plan, granted before the old one passed.
fn extend(making: &mut Making<'_>, lot: &mut Lot, cause: Cause, member: &Member) {
    let date = cause.from + lot.between(15, 28);
    let new_due = cause.from + 60;
    if new_due > on(12, 20) {
        return;
    }
    let id = Id::next(&making.season.extensions);
    let approved_by = making.head(member.org, date);
    let mark = Mark::own(approved_by, member.org, date);
    let (finding, pairing) = (Id::NONE, cause.pairing);
    making.season.extensions.push(Extension {
        id,
        finding,
        pairing,
        date,
        new_due,
        approved_by,
        mark,
    });
    let planned = cause.from + lot.between(36, 58);
    plan(making, lot, cause, (member, planned));
}

fn contacts(making: &mut Making<'_>, lot: &mut Lot, pairing: &Pairing, member: &Member) {
    let mut date = pairing.from + lot.between(10, 40);
    while date < LAST {
        if lot.chance(member.zeal.saturating_sub(200)) {
            let id = Id::next(&making.season.contacts);
            let way = if lot.chance(650) { "phone" } else { "meeting" };
            let mark = making.own(lot, member, date);
            making.season.contacts.push(Contact { id, pairing: pairing.id, date, way, mark });
        }
        date = date + lot.between(20, 45);
    }
}
