//! Field work of a random world: tags, trips, visits, diaries, needs.
//!
//! Trips touch, overlap, span months and take half days, in one township and in two; visits have
//! several visitors, kinds and topics; tags end before, at and after the days at which they turn.
//! It makes first versions only. Read next: `help.rs`, then `amend.rs`.

use facts::Day;

use super::{Row, Season, at};
use crate::draw::Draw;

const TAGS: [&str; 7] = [
    "troubled",
    "left_behind",
    "dispute",
    "orphan_disabled_poor",
    "unemployed",
    "illness",
    "bereavement",
];
const TOPICS: [&str; 5] = ["employment", "culture", "rights", "poverty", "vulnerable"];

/// First and last day of what happens.
pub(super) fn season_days() -> (Day, Day) {
    (at("2012-03-15"), at("2013-01-20"))
}

pub(super) fn fill(season: &mut Season, draw: &mut Draw) {
    for household in season.households.clone() {
        for _ in 0..draw.between(0, 2) {
            tag(season, draw, &household);
        }
    }
    for person in season.persons.clone() {
        let trips = *draw.pick(&[0, 3, 9, 16, 20]);
        let long = draw.chance(40);
        let mut last = at("2012-03-20");
        for _ in 0..trips {
            last = trip(season, draw, &person, (last, long));
        }
    }
    for _ in 0..draw.between(110, 170) {
        visit(season, draw);
    }
    for _ in 0..draw.between(150, 240) {
        diary(season, draw);
    }
    for _ in 0..draw.between(20, 40) {
        need(season, draw);
    }
}

/// The end of an interval that began on a day: open, soon, or later.
pub(super) fn end(draw: &mut Draw, from: Day) -> String {
    match draw.between(0, 5) {
        0 => (from + draw.between(0, 8)).to_string(),
        1 => (from + draw.between(5, 45)).to_string(),
        2 => draw.day(from, from.max(at("2012-12-31")) + 20).to_string(),
        _ => String::new(),
    }
}

fn tag(season: &mut Season, draw: &mut Draw, household: &str) {
    let from = draw.day(at("2012-01-15"), at("2013-01-05"));
    let code = draw.pick(&TAGS);
    let to = end(draw, from);
    let row = Row::new("household_tag").with("household", household).with("code", code);
    let row = row.with("from", from).with("to", to);
    season.put(row, from, draw);
}

/// One row of a trip; gives its last day, from which the next one is reckoned.
fn trip(season: &mut Season, draw: &mut Draw, person: &str, after: (Day, bool)) -> Day {
    let (last, long) = after;
    let from = match draw.between(0, 4) {
        0 => last + 1,
        1 => last,
        _ => last + draw.between(2, 24),
    };
    let to = from + if long { draw.between(0, 7) } else { *draw.pick(&[0, 0, 0, 1, 3]) };
    let span = to - from + 1;
    let days = match draw.between(0, 3) {
        0 => "0.5".to_string(),
        1 if span > 1 => format!("{}.5", span - 1),
        _ => span.to_string(),
    };
    let township = draw.pick(&season.townships[..2.min(season.townships.len())]).clone();
    let plan = if draw.chance(25) {
        let row = Row::new("trip_plan").with("cadre", person).with("day", from);
        let row = row.with("township", &township);
        season.put(row, from + -3, draw)
    } else {
        String::new()
    };
    let row = Row::new("trip").with("cadre", person).with("from", from).with("to", to);
    let row = row.with("days", days).with("township", township).with("plan_item", plan);
    season.put(row, to, draw);
    to
}

fn visit(season: &mut Season, draw: &mut Draw) {
    let (first, last) = season_days();
    let date = draw.day(first, last);
    let mut visitors: Vec<String> = Vec::new();
    // A few go out much more often than the others.
    let among = if draw.chance(50) { 4.min(season.persons.len()) } else { season.persons.len() };
    for _ in 0..*draw.pick(&[1, 1, 2, 3, 5]) {
        let person = draw.pick(&season.persons[..among]).clone();
        if !visitors.contains(&person) {
            visitors.push(person);
        }
    }
    let kind = *draw.pick(&["home", "home", "home", "forum", "inspection", "talk", "phone"]);
    let household = draw.pick(&season.households).clone();
    let village = draw.pick(&season.villages).clone();
    let mut topics: Vec<&str> = TOPICS.iter().copied().filter(|_| draw.chance(20)).collect();
    draw.shuffle(&mut topics);
    let row = Row::new("visit").with("date", date).with("visitors", visitors.join("|"));
    let row = row.with("kind", kind).with("village", village).with("topics", topics.join("|"));
    let household = if kind == "home" { household } else { draw.maybe(30, household) };
    let row = row.with("household", household);
    season.put(row, date, draw);
}

fn diary(season: &mut Season, draw: &mut Draw) {
    let (first, last) = season_days();
    let date = draw.day(first, last);
    let trips: Vec<Row> = season.rows.iter().filter(|row| row.form == "trip").cloned().collect();
    let orgs: Vec<String> = season.orgs().chain(season.villages.clone()).collect();
    let row = Row::new("diary").with("org", draw.pick(&orgs));
    let about = draw.chance(70) && !trips.is_empty();
    if !about {
        let row = row.with("author", draw.pick(&season.persons)).with("date", date);
        season.put(row, date, draw);
        return;
    }
    let trip = draw.pick(&trips).clone();
    let begun = Day::parse(trip.cell("from")).unwrap_or(date);
    let date = begun + draw.between(-1, 12);
    let linked = draw.maybe(50, &trip.id);
    let author = if draw.chance(90) { trip.cell("cadre") } else { "p000" };
    let row = row.with("author", author).with("date", date).with("trip", linked);
    season.put(row, date, draw);
}

fn need(season: &mut Season, draw: &mut Draw) {
    let (first, last) = season_days();
    let opened = draw.day(first, last);
    let orgs: Vec<String> = season.orgs().chain(season.villages.clone()).collect();
    let row = Row::new("need").with("household", draw.pick(&season.households));
    let row = row.with("village", draw.pick(&season.villages)).with("opened", opened);
    let row = row.with("topic", draw.pick(&["employment", "medical", "other"]));
    let row = row.with("registered_org", draw.pick(&orgs)).with("source", "visit");
    let row = row.with("priority", draw.pick(&["normal", "key"]));
    let need = season.put(row, opened, draw);
    let mut date = opened;
    for _ in 0..draw.between(0, 4) {
        date = date + draw.between(0, 25);
        let step = draw.pick(&["accept", "handle", "solve", "solve", "reopen", "call_back"]);
        let row = Row::new("need_step").with("need", &need).with("date", date).with("step", step);
        let row = row.with("org", draw.pick(&orgs));
        let by = draw.pick(&season.persons).clone();
        let row = row.with("by", draw.maybe(85, by));
        let level = draw.pick(&["village", "township", "county"]);
        let row = row.with("level", draw.maybe(80, level));
        season.put(row, date, draw);
    }
}
