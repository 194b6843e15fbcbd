//! The registry of a random world: organisations, persons, posts, leave, households, residents.
//!
//! What makes verdicts hard is here: organisations that begin, end or move in mid season, posts
//! that overlap or follow each other, posts in an organisation that is gone, leave, late starters
//! and early leavers, and somebody outside the issuer's tree whom no duty may reach.
//! Read next: `field.rs`.

use facts::Day;

use super::{Row, Season, at};
use crate::draw::Draw;

pub(super) fn fill(season: &mut Season, draw: &mut Draw) {
    organisations(season, draw);
    let homes: Vec<String> = season.orgs().collect();
    for home in homes {
        let staff = draw.between(2, 4);
        for _ in 0..staff {
            person(season, draw, &home);
        }
    }
    outsider(season);
    for person in season.persons.clone() {
        leave(season, draw, &person);
    }
    for number in 0..draw.between(22, 30) {
        household(season, draw, number);
    }
}

/// Known long before the season, or (rarely) only within it.
fn early(row: Row, draw: &mut Draw) -> Row {
    let day = if draw.chance(8) {
        draw.day(at("2012-05-01"), at("2012-09-30"))
    } else {
        at("2012-01-05")
    };
    Row { known: Some(day), ..row }
}

fn org(id: &str, level: &str, parent: &str, from: &str, to: &str) -> Row {
    let kind = if level == "zone" { "committee" } else { "federation" };
    let row = Row::new("org").named(id).with("name", id).with("level", level).with("kind", kind);
    let row = row.with("parent", parent).with("from", from).with("to", to);
    Row { known: Some(at("2012-01-04")), ..row }
}

fn organisations(season: &mut Season, draw: &mut Draw) {
    season.city = "371600".into();
    season.keep(org("370000", "province", "", "2000-01-01", ""));
    season.keep(org("371600", "city", "370000", "2000-01-01", ""));
    season.keep(org("371400", "city", "370000", "2000-01-01", ""));
    season.keep(org("371402", "county", "371400", "2000-01-01", ""));
    let counties = ["371602", "371621", "371622"];
    for county in &counties[..draw.between(2, 3) as usize] {
        season.counties.push((*county).into());
        season.keep(org(county, "county", "371600", "2000-01-01", ""));
    }
    season.counties.push("371600K01".into());
    let from = if draw.chance(30) { draw.day(at("2012-04-02"), at("2012-08-31")) } else { Day(0) };
    season.keep(org("371600K01", "zone", "371600", &from.to_string(), ""));
    for number in 1..=draw.between(3, 4) {
        let parent = draw.pick(&season.counties).clone();
        township(season, draw, &format!("T{number}"), &parent);
    }
    for number in 1..=draw.between(4, 6) {
        let parent = draw.pick(&season.townships).clone();
        let to = draw.chance(15).then(|| draw.day(at("2012-04-01"), at("2012-12-31")));
        let to = to.map_or_else(String::new, |day| day.to_string());
        season.villages.push(format!("V{number}"));
        season.keep(org(&format!("V{number}"), "village", &parent, "2001-01-01", &to));
    }
}

/// A township that stays, begins late, ends early, or is moved to another county.
fn township(season: &mut Season, draw: &mut Draw, id: &str, parent: &str) {
    let turn = draw.day(at("2012-03-20"), at("2012-12-31"));
    season.townships.push(id.into());
    match draw.between(0, 9) {
        0 => {
            season.keep(org(id, "township", parent, &turn.to_string(), ""));
        }
        1 => {
            season.keep(org(id, "township", parent, "2000-01-01", &turn.to_string()));
        }
        2 => {
            let other = draw.pick(&season.counties).clone();
            let last = (turn + -1).to_string();
            season.keep(org(id, "township", parent, "2000-01-01", &last));
            season.keep(org(id, "township", &other, &turn.to_string(), ""));
        }
        _ => {
            season.keep(org(id, "township", parent, "2000-01-01", ""));
        }
    }
}

fn person(season: &mut Season, draw: &mut Draw, home: &str) {
    let id = format!("p{:03}", season.persons.len());
    let row = Row::new("person").named(&id).with("sex", draw.pick(&["1", "2"]));
    let row = early(row, draw);
    season.keep(row);
    season.persons.push(id.clone());
    let turn = draw.day(at("2012-03-25"), at("2012-12-31"));
    let long_ago = at("2009-03-01");
    let other = draw.pick(&season.orgs().collect::<Vec<_>>()).clone();
    match draw.between(0, 9) {
        // Starts late.
        0 => post(season, draw, (&id, home), turn, None),
        // Leaves early.
        1 => post(season, draw, (&id, home), long_ago, Some(turn)),
        // Is transferred, on the next day or after a gap.
        2 => {
            post(season, draw, (&id, home), long_ago, Some(turn));
            let gap = *draw.pick(&[1, 1, 12]);
            post(season, draw, (&id, &other), turn + gap, None);
        }
        // Holds two posts for a while.
        3 => {
            let end = turn + draw.between(0, 90);
            post(season, draw, (&id, home), long_ago, Some(end));
            // Now and then both began on one day.
            let second = *draw.pick(&[turn, turn, long_ago]);
            post(season, draw, (&id, &other), second, None);
        }
        // Leaves and comes back.
        4 => {
            post(season, draw, (&id, home), long_ago, Some(turn));
            let back = turn + draw.between(2, 60);
            post(season, draw, (&id, home), back, None);
        }
        _ => post(season, draw, (&id, home), long_ago, None),
    }
}

fn post(season: &mut Season, draw: &mut Draw, at_home: (&str, &str), from: Day, to: Option<Day>) {
    let (person, home) = at_home;
    let group = match home.starts_with('T') {
        true => *draw.pick(&["township", "township", "leader"]),
        false => *draw.pick(&["leader", "office", "office"]),
    };
    let title = draw.pick(&["chair", "member", "cadre", ""]);
    let id = format!("post-{:04}", season.rows.len());
    let row = Row::new("post").named(id).with("person", person).with("org", home);
    let row = row.with("group", group).with("title", title).with("from", from);
    let row = row.with("to", to.map_or_else(String::new, |day| day.to_string()));
    let row = early(row, draw);
    season.keep(row);
}

/// A cadre of another city, who must appear nowhere.
fn outsider(season: &mut Season) {
    let row = Row::new("person").named("p999").with("sex", "2");
    season.keep(Row { known: Some(at("2012-01-05")), ..row });
    let row = Row::new("post").named("post-out").with("person", "p999").with("org", "371402");
    let row = row.with("group", "office").with("from", "2010-01-01");
    season.keep(Row { known: Some(at("2012-01-05")), ..row });
    season.persons.push("p999".into());
}

fn leave(season: &mut Season, draw: &mut Draw, person: &str) {
    if !draw.chance(30) {
        return;
    }
    let from = draw.day(at("2012-03-01"), at("2012-12-20"));
    let to = from + draw.between(0, 70);
    let open = draw.chance(10);
    let row = Row::new("leave").with("person", person).with("from", from);
    let row = row.with("to", if open { String::new() } else { to.to_string() });
    let row = row.with("reason", draw.pick(&["maternity", "sick", "study", "other"]));
    let row = row.named(format!("leave-{:04}", season.rows.len()));
    let known = from + draw.between(-20, 30);
    season.keep(Row { known: Some(known), ..row });
}

fn household(season: &mut Season, draw: &mut Draw, number: i32) {
    let id = format!("h{number:03}");
    let village = draw.pick(&season.villages).clone();
    let row = Row::new("household").named(&id).with("village", village);
    let row = early(row, draw);
    season.keep(row);
    season.households.push(id.clone());
    for _ in 0..draw.between(1, 2) {
        let resident = format!("r{:03}", season.residents.len());
        let year = draw.between(1960, 2008);
        let month = draw.between(1, 12);
        let birth = match draw.between(0, 3) {
            // Comes of age within the season.
            0 => format!("1994-{month:02}"),
            _ => format!("{year}-{month:02}"),
        };
        let row = Row::new("resident").named(&resident).with("household", &id);
        let row = row.with("sex", draw.pick(&["1", "2"])).with("birth", draw.maybe(95, birth));
        let row = early(row, draw);
        season.keep(row);
        season.residents.push(resident);
    }
}
