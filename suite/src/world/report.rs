//! Reports, research, highlights and appraisal of a random world.
//!
//! Reports come for the right period, for a wrong one, twice, unfiled, before and after the limit.
//! It makes first versions only; corrections are made in `amend.rs`.
//! Read next: `amend.rs`.

use facts::Day;

use super::field::season_days;
use super::{Row, Season, at};
use crate::draw::Draw;

pub(super) fn fill(season: &mut Season, draw: &mut Draw) {
    for county in season.counties.clone() {
        for month in ["2012-04-01", "2012-05-01", "2012-07-01", "2012-09-01", "2012-11-01"] {
            report(season, draw, &county, at(month));
        }
    }
    for org in season.orgs().collect::<Vec<_>>() {
        review(season, draw, &org);
        highlights(season, draw, &org);
    }
    for person in season.persons.clone() {
        research(season, draw, &person);
    }
    for org in season.villages.clone() {
        let date = dated(draw);
        let row = Row::new("org_profile").with("org", org).with("day", date);
        if draw.chance(60) {
            season.put(row, date, draw);
        }
    }
    if draw.chance(30) {
        let date = draw.day(at("2012-11-01"), at("2013-01-15"));
        let row = Row::new("campaign_closing").with("org", "371600").with("plan", "x");
        season.put(row.with("date", date), date, draw);
    }
    for _ in 0..draw.between(4, 12) {
        bulletin(season, draw);
    }
}

fn dated(draw: &mut Draw) -> Day {
    let (first, last) = season_days();
    draw.day(first, last)
}

fn report(season: &mut Season, draw: &mut Draw, county: &str, first: Day) {
    for _ in 0..*draw.pick(&[0, 1, 1, 1, 2]) {
        let last = first.add_months(2) + -1;
        let first = if draw.chance(8) { first + 1 } else { first };
        let date = last + *draw.pick(&[-4, 0, 3, 5, 6, 7, 8, 9, 25]);
        let row = Row::new("periodic_report").with("org", county).with("date", date);
        let row = row.with("covers", format!("{first}..{last}"));
        let row = row.with("filed", draw.pick(&["yes", "yes", "yes", "no"]));
        season.put(row, date, draw);
    }
}

/// Problems looked at, recommendations, measures; the summary, rules and surveys at the end.
fn review(season: &mut Season, draw: &mut Draw, org: &str) {
    for _ in 0..draw.between(0, 4) {
        let date = dated(draw);
        let row = Row::new("cluster_review").with("org", org).with("date", date);
        let review = season.put(row.with("topic", "other").with("kind", "common"), date, draw);
        for _ in 0..*draw.pick(&[0, 1, 2]) {
            let day = date + *draw.pick(&[-1, 0, 10, 29, 30, 31, 50]);
            let row = Row::new("recommendation").with("review", &review).with("date", day);
            let row = row.with("adopted", draw.pick(&["yes", "no", ""]));
            let id = season.put(row, day, draw);
            if draw.chance(50) {
                let row = Row::new("measure").with("recommendation", id).with("date", day + 9);
                season.put(row, day + 9, draw);
            }
        }
    }
    if draw.chance(75) {
        let date = draw.day(at("2012-09-20"), at("2013-01-20"));
        season.put(Row::new("summary").with("org", org).with("date", date), date, draw);
    }
    if draw.chance(60) {
        let date = draw.day(at("2012-09-20"), at("2013-01-20"));
        let row = Row::new("effect_survey").with("org", org).with("date", date);
        season.put(row.with("sample", draw.pick(&[0, 40])), date, draw);
        let row = Row::new("assessment_item").with("org", org).with("year", 2012);
        let row = row.with("date", date).with("frozen", draw.maybe(80, date));
        let extract = season.put(row, date, draw);
        let row = Row::new("commendation").with("org", org).with("date", date);
        season.put(row.with("extract", draw.maybe(70, extract)), date, draw);
    }
}

fn highlights(season: &mut Season, draw: &mut Draw, org: &str) {
    let date = dated(draw);
    let row = Row::new("womens_home").with("org", org);
    let home = season.put(row.with("speciality", draw.pick(&["rights", "care", ""])), date, draw);
    for _ in 0..draw.between(0, 4) {
        let day = dated(draw);
        let group = draw.pick(&["women", "children", "elderly"]);
        let row = Row::new("service").with("kind", "care").with("date", day).with("org", org);
        let row = row.with("womens_home", &home).with("target_group", group);
        season.put(row, day, draw);
    }
    if draw.chance(40) {
        let row = Row::new("model_site_application").with("home", &home).with("date", date);
        let application = season.put(row, date, draw);
        let day = date + *draw.pick(&[5, 30, 31]);
        let row = Row::new("county_recommendation").with("application", &application);
        season.put(row.with("date", day), day, draw);
        let day = day + *draw.pick(&[10, 60, 61]);
        let row = Row::new("city_inspection").with("application", &application);
        let row = row.with("date", day).with("passed", draw.pick(&["yes", "no"]));
        season.put(row, day, draw);
        let row = Row::new("model_site").with("application", &application).with("date", day);
        season.put(row, day, draw);
    }
    let row = Row::new("model_case").with("org", org).with("date", date).with("title", "x");
    let case = season.put(row, date, draw);
    for (form, chance) in [("role_model", 60), ("media_item", 60), ("standing_rule", 60)] {
        if draw.chance(chance) {
            let date = dated(draw);
            let row = Row::new(form).with("org", org).with("date", date);
            let row = match form {
                "media_item" => row.with("outlet", "x"),
                "standing_rule" => row.with("from_case", draw.maybe(50, &case)),
                _ => row,
            };
            season.put(row, date, draw);
        }
    }
    let row = Row::new("brand").with("org", draw.pick(&season.villages)).with("date", date);
    season.put(row.with("text", "x"), date, draw);
}

fn research(season: &mut Season, draw: &mut Draw, person: &str) {
    if draw.chance(60) {
        let mut authors = vec![person.to_string()];
        for _ in 0..draw.between(0, 4) {
            let other = draw.pick(&season.persons).clone();
            if !authors.contains(&other) {
                authors.push(other);
            }
        }
        let date = dated(draw);
        let row = Row::new("research_report").with("authors", authors.join("|"));
        let report = season.put(row.with("date", date), date, draw);
        let step = draw.pick(&["county", "jury", "province"]);
        let row = Row::new("nomination").with("report", report).with("step", step);
        season.put(row.with("date", date + 7), date + 7, draw);
    }
    if draw.chance(60) {
        let date = draw.day(at("2012-09-20"), at("2013-01-20"));
        let row = Row::new("assessment_item").with("person", person).with("year", 2012);
        let row = row.with("date", date).with("frozen", draw.maybe(80, date));
        season.put(row, date, draw);
    }
}

fn bulletin(season: &mut Season, draw: &mut Draw) {
    let date = dated(draw);
    let author = draw.pick(&season.persons).clone();
    let row = Row::new("bulletin_item").with("org", "371600").with("author", &author);
    let item = season.put(row.with("date", date), date, draw);
    let day = date + *draw.pick(&[0, 5, 7, 8, 20]);
    let other = draw.pick(&season.persons).clone();
    let by = if draw.chance(20) { author } else { other };
    let row = Row::new("review").with("item", &item).with("by", by).with("date", day);
    season.put(row.with("passed", draw.pick(&["yes", "yes", "no"])), day, draw);
    let day = day + *draw.pick(&[1, 14, 15, 30]);
    let row = Row::new("publication").with("item", &item).with("date", day);
    let row = row.with("channel", "website").with("scrubbed", draw.pick(&["yes", "yes", "no"]));
    season.put(row, day, draw);
}
