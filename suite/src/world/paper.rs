//! Meetings, plans, supervision and findings of a random world.
//!
//! Every organisation does part of what it owes, some of it early, some late; findings get their
//! order, plan and closure in any sequence, by the right person or by the wrong one.
//! Read next: `report.rs`.

use facts::Day;

use super::field::season_days;
use super::help::extension;
use super::{Row, Season, at};
use crate::draw::Draw;

pub(super) fn fill(season: &mut Season, draw: &mut Draw) {
    for org in season.orgs().collect::<Vec<_>>() {
        preparation(season, draw, &org);
    }
    if draw.chance(70) {
        let date = draw.day(at("2012-04-01"), at("2012-06-30"));
        let office = draw.pick(&["组宣部", "办公室"]);
        let row = Row::new("leading_group").with("org", "371600").with("office", office);
        season.put(row.with("date", date), date, draw);
    }
    let mut first = at("2012-04-01");
    while first < at("2013-01-01") {
        round(season, draw, first);
        first = first.add_months(1);
    }
}

/// What an organisation does before and at the beginning.
fn preparation(season: &mut Season, draw: &mut Draw, org: &str) {
    let (begin, end) = (at("2012-03-25"), at("2012-06-10"));
    for _ in 0..draw.between(0, 3) {
        let date = draw.day(begin, end);
        let kind = draw.pick(&["mobilisation", "mobilisation", "study", "regular"]);
        let row = Row::new("meeting").with("org", org).with("kind", kind).with("date", date);
        season.put(row, date, draw);
    }
    if draw.chance(80) {
        let date = draw.day(begin, end);
        let owner = draw.pick(&season.persons).clone();
        let row = Row::new("plan_document").with("org", org).with("date", date);
        let row = row.with("goals", draw.maybe(85, "x")).with("owner", draw.maybe(85, owner));
        let document = season.put(row, date, draw);
        let day = draw.day(date, at("2012-05-20"));
        let to = draw.pick(&["组宣部", "组宣部", "组宣部", "办公室"]);
        let row = Row::new("filing").with("org", org).with("to", to).with("date", day);
        let document = draw.maybe(90, format!("plan_document:{document}"));
        season.put(row.with("document", document), day, draw);
    }
    for line in ["big_visit", "diary", "contact_points", "deeds", "highlights"] {
        if draw.chance(96) {
            let date = draw.day(begin, end);
            let owner = draw.pick(&season.persons).clone();
            let row = Row::new("plan_task").with("org", org).with("date", date);
            let row = row.with("line", line).with("owner", draw.maybe(96, owner));
            let row = row.with("due", draw.maybe(96, "2012-12-01"));
            season.put(row, date, draw);
        }
    }
    if draw.chance(80) {
        let from = draw.day(begin, end);
        let to = super::field::end(draw, from);
        let row = Row::new("liaison").with("org", org).with("from", from).with("to", to);
        season.put(row.with("person", draw.pick(&season.persons)), from, draw);
    }
}

/// A month's round of inspections and what it finds.
fn round(season: &mut Season, draw: &mut Draw, first: Day) {
    if draw.chance(15) {
        return;
    }
    let date = draw.day(first, first.month().last_day());
    let row = Row::new("inspection_round").with("org", "371600").with("month", first.month());
    let round = season.put(row.with("date", date), date, draw);
    for place in season.counties.clone() {
        if draw.chance(30) {
            continue;
        }
        let day = date + draw.between(0, 12);
        let on_site = draw.pick(&["yes", "no"]);
        let row = Row::new("inspection").with("round", &round).with("place", place);
        let row = row.with("date", day).with("on_site", on_site);
        let sheet = season.put(row, day, draw);
        for _ in 0..draw.between(0, 2) {
            finding(season, draw, &sheet, day);
        }
    }
}

fn finding(season: &mut Season, draw: &mut Draw, sheet: &str, day: Day) {
    let (_, last) = season_days();
    let date = draw.day(day, last.min(day + 9));
    let person = draw.pick(&season.persons).clone();
    let rectifier = draw.maybe(90, &person);
    let row = Row::new("finding").with("inspection", sheet).with("date", date);
    let row = row.with("severity", draw.pick(&["info", "warn", "serious"]));
    let id = season.put(row.with("rectifier", &rectifier), date, draw);
    let limits =
        [("rectification_order", 4), ("rectification_plan", 14), ("rectification_closure", 30)];
    for (form, limit) in limits {
        for _ in 0..*draw.pick(&[0, 1, 1, 1, 2]) {
            let done = date + *draw.pick(&[-1, 0, 1, limit - 1, limit, limit + 2, limit + 15]);
            let row = Row::new(form).with("finding", &id).with("date", done);
            let row = match form {
                "rectification_closure" if draw.chance(25) => row.with("verified_by", &person),
                "rectification_closure" => row.with("verified_by", draw.pick(&season.persons)),
                _ => row,
            };
            season.put(row, done, draw);
        }
    }
    for _ in 0..*draw.pick(&[0, 0, 1, 2]) {
        let limit = *draw.pick(&[3, 14, 30]);
        extension(season, draw, ("finding", &id), date + limit);
    }
}
