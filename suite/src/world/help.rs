//! Help in a random world: contact points, pairings and their hand-over, services, letters, aid.
//!
//! Each interval may end before, at or after the day at which it is counted; steps come early,
//! late, twice or not at all. Words of privacy are not here: these worlds have no particulars.
//! Read next: `paper.rs`.

use facts::Day;

use super::field::{end, season_days};
use super::{Row, Season, at};
use crate::draw::Draw;

pub(super) fn fill(season: &mut Season, draw: &mut Draw) {
    for org in season.orgs().collect::<Vec<_>>() {
        for _ in 0..draw.between(0, 4) {
            contact_point(season, draw, &org);
        }
    }
    for person in season.persons.clone() {
        for _ in 0..draw.between(0, 4) {
            pairing(season, draw, &person);
        }
    }
    for household in season.households.clone() {
        for _ in 0..*draw.pick(&[0, 0, 1, 1, 2]) {
            let (first, last) = season_days();
            let date = draw.day(first, last);
            let row = Row::new("letter").with("household", &household).with("date", date);
            season.put(row, date, draw);
        }
    }
    for _ in 0..draw.between(25, 60) {
        service(season, draw);
    }
    for _ in 0..draw.between(10, 25) {
        let (first, last) = season_days();
        let date = draw.day(first, last);
        let row = Row::new("aid").with("resident", draw.pick(&season.residents));
        let row = row.with("kind", draw.pick(&["poor_mother", "poor_mother", "child"]));
        let row = row.with("date", date);
        season.put(row, date, draw);
    }
}

/// A step's record: on a day around its limit, sometimes twice, sometimes never.
fn steps(season: &mut Season, draw: &mut Draw, row: Row, begun: Day, limit: i32) {
    for _ in 0..*draw.pick(&[0, 1, 1, 1, 2]) {
        let day = begun + *draw.pick(&[-2, 0, limit - 1, limit, limit + 1, limit + 20]);
        let row = row.clone().with("date", day);
        let row = match row.form {
            "help_measure" => row.with("done", draw.pick(&["yes", "yes", "no"])),
            _ => row,
        };
        season.put(row, day, draw);
    }
}

/// Prolongs the limit of something, in time or too late, sometimes to an earlier day.
pub(super) fn extension(season: &mut Season, draw: &mut Draw, of: (&'static str, &str), due: Day) {
    let day = due + *draw.pick(&[-20, -5, -1, 0, 1, 4]);
    let new = due + *draw.pick(&[-3, 5, 20, 40]);
    let row = Row::new("extension").with(of.0, of.1).with("date", day).with("new_due", new);
    season.put(row, day, draw);
}

fn contact_point(season: &mut Season, draw: &mut Draw, org: &str) {
    let from = draw.day(at("2012-02-01"), at("2012-12-20"));
    let to = end(draw, from);
    let row = Row::new("contact_point").with("org", org).with("from", from).with("to", to);
    let row = row.with("village", draw.pick(&season.villages));
    let row = row.with("weak", draw.pick(&["yes", "yes", "yes", "no"]));
    let id = season.put(row, from, draw);
    steps(season, draw, Row::new("help_plan").with("contact_point", &id), from, 30);
    steps(season, draw, Row::new("help_measure").with("contact_point", &id), from, 60);
    if draw.chance(20) {
        extension(season, draw, ("contact_point", &id), from + 30);
    }
}

fn pairing(season: &mut Season, draw: &mut Draw, person: &str) {
    let from = draw.day(at("2012-02-01"), at("2012-12-28"));
    let to = end(draw, from);
    let resident = draw.pick(&season.residents).clone();
    let kind = *draw.pick(&["woman", "woman", "child", "child", "schooling", "proxy_mother"]);
    let basis = draw.pick(&["dibao", "dibao", "orphan", "other", ""]);
    let about = Row::new("pairing").with("resident", resident).with("kind", kind);
    let about = about.with("basis", basis).with("lead", draw.pick(&["yes", "no"]));
    let row = about.clone().with("cadre", person).with("from", from).with("to", &to);
    let id = season.put(row, from, draw);
    steps(season, draw, Row::new("help_plan").with("pairing", &id), from, 30);
    steps(season, draw, Row::new("help_measure").with("pairing", &id), from, 60);
    if draw.chance(20) {
        extension(season, draw, ("pairing", &id), from + 60);
    }
    if let Some(last) = Day::parse(&to).filter(|_| draw.chance(60)) {
        let next = draw.pick(&season.persons).clone();
        let row = about.with("cadre", next).with("from", last + 1).with("previous", &id);
        season.put(row, last + 1, draw);
    }
}

fn service(season: &mut Season, draw: &mut Draw) {
    let (first, last) = season_days();
    let date = draw.day(first, last);
    let kind = *draw.pick(&["care", "employment", "medical", "schooling", "legal"]);
    let orgs: Vec<String> = season.orgs().collect();
    let household = draw.pick(&season.households).clone();
    let row = Row::new("service").with("kind", kind).with("date", date);
    let row = row.with("org", draw.pick(&orgs)).with("household", draw.maybe(70, household));
    let group = draw.pick(&["women", "children", "elderly", "other", ""]);
    let row = row.with("target_group", group);
    let id = season.put(row, date, draw);
    if kind == "employment" {
        let vacancy = Row::new("vacancy").with("employer", "x").with("places", 3);
        let vacancy = season.put(vacancy.with("from", date), date, draw);
        let offer = Row::new("job_offer").with("service", &id).with("vacancy", &vacancy);
        steps(season, draw, offer, date, 30);
        let outcome = Row::new("job_outcome").with("service", &id).with("result", "hired");
        steps(season, draw, outcome, date, 120);
    } else if kind == "legal" {
        let row = Row::new("event").with("org", draw.pick(&orgs)).with("kind", "legal");
        season.put(row.with("date", date).with("participants", 20), date, draw);
    }
}
