//! Corrections of a random world: later versions, withdrawals, entries in another's name.
//!
//! A later version moves days, changes a cell or withdraws the record, so that others refer to
//! what is gone; an entry made for somebody counts once that person has confirmed it. Every later
//! version is known strictly later, or the world would refuse it.
//! Read next: `../world.rs`.

use facts::Day;

use super::{Row, Season};
use crate::draw::Draw;

/// Forms that are never withdrawn: the rest of the world would fall with them.
const STEADY: [&str; 1] = ["org"];

pub(super) fn amend(season: Season, draw: &mut Draw) -> Vec<Row> {
    let persons = season.persons;
    let mut rows: Vec<Row> = season.rows;
    let mut later = Vec::new();
    for row in &mut rows {
        if STEADY.contains(&row.form) {
            continue;
        }
        let registry = matches!(row.form, "person" | "post" | "household" | "resident" | "leave");
        match draw.between(0, 99) {
            0..=3 if !registry => for_another(row, &persons, draw, &mut later),
            4..=9 => later.extend(moved(row, draw)),
            10..=12 if !registry => later.push(withdrawn(row, draw)),
            10 => later.push(withdrawn(row, draw)),
            13..=14 => {
                if let Some(next) = moved(row, draw) {
                    let gone = withdrawn(&next, draw);
                    later.extend([next, gone]);
                }
            }
            _ => {}
        }
    }
    rows.extend(later);
    rows
}

/// A day later than this version is known.
fn after(row: &Row, draw: &mut Draw) -> Option<Day> {
    let known = row.known.unwrap_or(Day(15_400));
    Some(known + draw.between(1, 60))
}

fn withdrawn(row: &Row, draw: &mut Draw) -> Row {
    Row { withdrawn: true, known: after(row, draw), ..row.clone() }
}

/// Entered by somebody for another, who may confirm it later.
fn for_another(row: &mut Row, persons: &[String], draw: &mut Draw, later: &mut Vec<Row>) {
    row.set("entered_for", draw.pick(persons).clone());
    row.set("confirmed", draw.pick(&["", "no", "yes"]).to_string());
    if draw.chance(50) {
        let mut confirmed = Row { known: after(row, draw), ..row.clone() };
        confirmed.set("confirmed", "yes".into());
        later.push(confirmed);
    }
}

/// The same record with other days, or with another cell where it has no day of its own.
fn moved(row: &Row, draw: &mut Draw) -> Option<Row> {
    let mut next = Row { known: after(row, draw), ..row.clone() };
    let by = draw.between(-20, 20);
    let shift = |cell: &str| Some((Day::parse(cell)? + by).to_string());
    match row.form {
        // The first day names the segment; only the last one may be corrected.
        "post" => {
            let from = Day::parse(row.cell("from"))?;
            let to = draw.day(from, from.max(Day(15_700)));
            next.set("to", to.to_string());
        }
        "person" | "household" | "resident" | "womens_home" => {}
        "need" => next.set("opened", shift(row.cell("opened"))?),
        "trip_plan" | "org_profile" => next.set("day", shift(row.cell("day"))?),
        _ if !row.cell("from").is_empty() => {
            next.set("from", shift(row.cell("from"))?);
            // Of a filing, this is whom it went to and no day.
            if let Some(to) = shift(row.cell("to")) {
                next.set("to", to);
            }
        }
        _ => {
            next.set("date", shift(row.cell("date"))?);
            // Of a filing, this is whom it went to and no day.
            if let Some(to) = shift(row.cell("to")) {
                next.set("to", to);
            }
        }
    }
    Some(next)
}
