//! Papers of the beginning and of the end: plans, meetings, liaisons; summaries and assessments.
//!
//! Each of the three levels makes a plan, holds a mobilisation meeting and breaks the work down in
//! April; counties file their plan with the city. At the end they sum up. Some are late, a few
//! never come.
//! Read next: `supervision.rs`.

use facts::{Day, Span};

use super::base::Level;
use super::cell::{Document, Id, Org, Party, Text};
use super::days::{LAST, on, span};
use super::lot::Lot;
use super::making::{Group, Making, Stage};
use super::rows::{
    AssessmentItem, Closing, Commendation, EffectSurvey, Filing, LeadingGroup, Liaison, Meeting,
    Person, PlanDocument, PlanTask, Receipt, Summary,
};

/// The department that plans are filed with, and that is the office of the leading group.
const OFFICE: &str = "组宣部";
/// The plan that the season follows.
const PLAN: &str = "binzhou-2012-15";
const LINES: [&str; 5] = ["big_visit", "diary", "contact_points", "deeds", "highlights"];

/// Fills the papers.
pub fn fill(making: &mut Making<'_>) {
    let mut lot = making.lot(Stage::Papers);
    leading_group(making, &mut lot);
    for org in making.three_levels() {
        plan(making, &mut lot, org);
        meetings(making, &mut lot, org);
        tasks(making, &mut lot, org);
        liaison(making, &mut lot, org);
        summary(making, &mut lot, org);
        assessment(making, &mut lot, org);
    }
    people_assessed(making, &mut lot);
    commendations(making, &mut lot);
    survey(making, &mut lot);
    closing(making, &mut lot);
}

/// A day of the usual stretch, or of the late one, or none: by how much gets done.
fn when(making: &Making<'_>, lot: &mut Lot, org: Org, usual: Span, late: Span) -> Option<Day> {
    let slack = 1000 - making.zeal[org.index()];
    let stretch = match lot.below(1000) {
        luck if luck < slack / 6 => return None,
        luck if luck < slack * 3 / 4 => late,
        _ => usual,
    };
    Some(making.days.workday_from(stretch.first + lot.between(0, stretch.len() - 1)))
}

fn leading_group(making: &mut Making<'_>, lot: &mut Lot) {
    let org = making.base.city();
    let date = on(4, 6);
    let staff = making.present(org, date);
    let members = Party::from(staff.iter().skip(1).map(|member| member.person));
    let id = Id::next(&making.season.leading_groups);
    let mark = making.paper(lot, org, date);
    let head = making.head(org, date);
    making.season.leading_groups.push(LeadingGroup {
        id,
        org,
        head,
        members,
        office: OFFICE,
        date,
        mark,
    });
}

fn plan(making: &mut Making<'_>, lot: &mut Lot, org: Org) {
    let level = making.level(org);
    let usual = match level {
        Level::City => span((4, 5), (4, 6)),
        Level::County => span((4, 9), (4, 18)),
        _ => span((4, 12), (4, 27)),
    };
    let Some(date) = when(making, lot, org, usual, span((5, 2), (5, 25))) else { return };
    let id = Id::next(&making.season.plan_documents);
    let mark = making.paper(lot, org, date);
    // A few plans name nobody who is responsible.
    let owner = if lot.chance(20) { Id::NONE } else { making.head(org, date) };
    let goals = "走访、日记、联系点、实事、亮点各有目标（演练）";
    making.season.plan_documents.push(PlanDocument { id, org, date, goals, owner, mark });
    if level == Level::County {
        let strict = on(4, 20);
        let luck = lot.below(100);
        let date = match luck {
            0..70 => (date + lot.between(0, 2)).min(strict).max(date),
            70..90 => date.max(strict) + lot.between(1, 9),
            _ => date + lot.between(14, 30),
        };
        file(making, lot, org, (Document::Plan(id), making.days.workday_from(date)));
    }
}

/// Sent to the city, and signed for there.
pub fn file(making: &mut Making<'_>, lot: &mut Lot, org: Org, (document, date): (Document, Day)) {
    if date > LAST {
        return;
    }
    let id = Id::next(&making.season.filings);
    let mark = making.paper(lot, org, date);
    let to: Text = OFFICE;
    making.season.filings.push(Filing { id, org, document, to, date, mark });
    let signed = making.days.workdays_after(date, lot.between(0, 2));
    if lot.chance(930) && signed <= LAST {
        let filing = id;
        let id = Id::next(&making.season.receipts);
        let city = making.base.city();
        let mark = making.paper(lot, city, signed);
        making.season.receipts.push(Receipt { id, filing, org: city, date: signed, mark });
    }
}

fn meetings(making: &mut Making<'_>, lot: &mut Lot, org: Org) {
    let usual = match making.level(org) {
        Level::City => span((4, 9), (4, 12)),
        Level::County => span((4, 13), (4, 24)),
        _ => span((4, 17), (4, 28)),
    };
    if let Some(date) = when(making, lot, org, usual, span((5, 3), (5, 31))) {
        meeting(making, lot, org, ("mobilisation", date));
    }
    for number in [6, 9, 11] {
        if lot.chance(making.zeal[org.index()] - 300) {
            let kind = if lot.chance(400) { "study" } else { "regular" };
            let date = making.days.workday_from(on(number, 1) + lot.between(3, 25));
            meeting(making, lot, org, (kind, date));
        }
    }
    if lot.chance(330) {
        let date = making.days.workday_from(on(4, 6) + lot.between(0, 20));
        meeting(making, lot, org, ("study", date));
    }
}

fn meeting(making: &mut Making<'_>, lot: &mut Lot, org: Org, (kind, date): (Text, Day)) {
    let id = Id::next(&making.season.meetings);
    let mark = making.paper(lot, org, date);
    let attendees = 8 + lot.below(if making.level(org) == Level::Township { 70 } else { 110 });
    making.season.meetings.push(Meeting { id, org, kind, date, attendees, mark });
}

fn tasks(making: &mut Making<'_>, lot: &mut Lot, org: Org) {
    for line in LINES {
        let found = when(making, lot, org, span((4, 11), (4, 27)), span((5, 2), (5, 20)));
        let Some(date) = found else { continue };
        let staff = making.present(org, date);
        let owner = lot.pick(&staff).map_or(Id::NONE, |member| member.person);
        let due = if lot.chance(12) { None } else { Some(on(9, 30)) };
        let done = lot.chance(500).then(|| on(6, 1) + lot.between(0, 200));
        let id = Id::next(&making.season.plan_tasks);
        let mark = making.paper(lot, org, date);
        making.season.plan_tasks.push(PlanTask { id, org, date, line, owner, due, done, mark });
    }
}

/// A liaison who moves is followed by another.
fn liaison(making: &mut Making<'_>, lot: &mut Lot, org: Org) {
    let found = when(making, lot, org, span((4, 10), (4, 27)), span((5, 2), (6, 15)));
    let Some(from) = found else { return };
    let person = making.clerk(org, from);
    let mark = making.paper(lot, org, from);
    let id = Id::next(&making.season.liaisons);
    making.season.liaisons.push(Liaison { id, org, person, from, to: None, mark });
    if lot.chance(50) {
        let last = from + lot.between(40, 160);
        let closed = Liaison { id, org, person, from, to: Some(last), mark: mark.later(last + 1) };
        making.season.liaisons.push(closed);
        let from = last + lot.between(1, 20);
        let person = making.head(org, from);
        let id = Id::next(&making.season.liaisons);
        let mark = making.paper(lot, org, from);
        making.season.liaisons.push(Liaison { id, org, person, from, to: None, mark });
    }
}

fn summary(making: &mut Making<'_>, lot: &mut Lot, org: Org) {
    let usual = match making.level(org) {
        Level::City => span((12, 24), (12, 31)),
        Level::County => span((11, 28), (12, 15)),
        _ => span((11, 8), (11, 30)),
    };
    let Some(date) = when(making, lot, org, usual, span((12, 5), (12, 31))) else { return };
    let id = Id::next(&making.season.summaries);
    let mark = making.paper(lot, org, date);
    making.season.summaries.push(Summary { id, org, date, mark });
    if making.level(org) == Level::County {
        let date = making.days.workdays_after(date, lot.between(0, 4));
        file(making, lot, org, (Document::Summary(id), date));
    }
}

fn assessment(making: &mut Making<'_>, lot: &mut Lot, org: Org) {
    let found = when(making, lot, org, span((12, 10), (12, 28)), span((12, 24), (12, 31)));
    if let Some(date) = found {
        assess(making, lot, (org, Id::NONE), date);
    }
}

fn assess(
    making: &mut Making<'_>,
    lot: &mut Lot,
    (org, person): (Org, Id<Person>),
    date: Day,
) -> Id<AssessmentItem> {
    let id = Id::next(&making.season.assessment_items);
    let named = if person.is_some() { Org::NONE } else { org };
    let mark = making.paper(lot, org, date);
    // A few are drafts still: nothing is settled before the figures are.
    let frozen = lot.chance(955).then_some(date);
    making.season.assessment_items.push(AssessmentItem {
        id,
        org: named,
        person,
        year: 2012,
        date,
        frozen,
        mark,
    });
    id
}

fn people_assessed(making: &mut Making<'_>, lot: &mut Lot) {
    for index in 0..making.members.len() {
        let member = making.members[index];
        let serves = member.span.last == LAST && member.group != Group::Village;
        if serves && lot.chance(member.zeal) {
            let date = making.days.workday_from(on(12, 8) + lot.between(0, 22));
            assess(making, lot, (member.org, member.person), date);
        }
    }
}

/// A few people are put forward in December, most with their extract, one or two without.
fn commendations(making: &mut Making<'_>, lot: &mut Lot) {
    let items: Vec<AssessmentItem> = {
        let all = making.season.assessment_items.iter();
        all.filter(|item| item.person.is_some()).cloned().collect()
    };
    for item in items {
        if !lot.chance(30) {
            continue;
        }
        let date = item.date + lot.between(0, 12);
        if date > LAST {
            continue;
        }
        let id = Id::next(&making.season.commendations);
        let mark = making.paper(lot, item.mark.org, date);
        let extract = if lot.chance(880) { item.id } else { Id::NONE };
        let (org, person) = (Org::NONE, item.person);
        making.season.commendations.push(Commendation { id, org, person, date, extract, mark });
    }
}

fn survey(making: &mut Making<'_>, lot: &mut Lot) {
    let org = making.base.city();
    let date = on(12, 12) + lot.between(0, 12);
    let id = Id::next(&making.season.effect_surveys);
    let mark = making.paper(lot, org, date);
    let (sample, satisfied) = (600, 500 + lot.below(70));
    making.season.effect_surveys.push(EffectSurvey { id, org, date, sample, satisfied, mark });
}

fn closing(making: &mut Making<'_>, lot: &mut Lot) {
    let org = making.base.city();
    let id = Id::next(&making.season.closings);
    let mark = making.paper(lot, org, LAST);
    making.season.closings.push(Closing { id, org, plan: PLAN, date: LAST, mark });
}
