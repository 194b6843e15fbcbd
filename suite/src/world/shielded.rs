//! Records of the protection compartment for a random world.
//!
//! They are apart from [`super::random`], because a law says that adding them changes nothing that
//! an ordinary duty gives. They describe nothing and nobody.
//! Read next: `tests/laws.rs` of the suite.

use super::field::season_days;
use super::{Row, Rows};
use crate::draw::Draw;

/// Protection cases of households of a world, with what followed.
pub fn shielded(world: &Rows, seed: u64) -> Rows {
    let mut draw = Draw::new(seed);
    let households: Vec<&str> =
        world.0.iter().filter(|row| row.form == "household").map(|row| row.id.as_str()).collect();
    let mut rows = Vec::new();
    for (number, household) in households.iter().enumerate() {
        let (first, last) = season_days();
        let day = draw.day(first, last);
        let known = Some(day);
        let row = |form| Row { known, ..Row::new(form).named(format!("{form}-{number}")) };
        let case = row("dv_case").with("household", household).with("date", day);
        rows.push(case.with("source", "visit").with("recorded_org", "371600"));
        let paper = row("admonition").with("case", format!("dv_case-{number}"));
        rows.push(paper.with("date", day).with("recorded_org", "371600"));
        let visit = row("follow_up").with("admonition", format!("admonition-{number}"));
        rows.push(visit.with("date", day + 9).with("by_unit", "police"));
    }
    Rows(rows)
}
