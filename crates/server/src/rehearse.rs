//! Rehearsals: a made-up season of the campaign, to try the program on before anybody records.
//!
//! Two layers. [`season`] plays a season on a registry and gives plain rows with dense numbers: the
//! same seed gives the same season on every machine, fast enough to be played inside a benchmark.
//! [`write::write`] makes a fact folder of it. People are invented, their identity numbers
//! impossible, and no form of the protection compartment is ever filled.
//! The season is that of the paper of 2012, so its days and habits stand here; judging knows none.
//! Read next: `rehearse/rows.rs` for what a season holds, `rehearse/making.rs` for how it grows.

pub mod base;
pub mod cell;
pub mod days;
pub mod lot;
pub mod names;
pub mod row;
pub mod rows;
pub mod scale;
pub mod write;

mod corrections;
mod diaries;
mod gifts;
mod help;
mod highlights;
mod making;
mod needs;
mod pairings;
mod papers;
mod people;
mod points;
mod reports;
mod research;
mod services;
mod supervision;
mod trips;
mod villages;
mod visits;

use facts::UnknownYear;

use base::Base;
use days::Days;
use making::Making;
use rows::Season;
use scale::Scale;

/// Plays a season. The base is used whole; cut it before if the scale asks for less.
pub fn season(seed: u64, base: &Base, scale: &Scale) -> Result<Season, UnknownYear> {
    let days = Days::of(&base.calendar)?;
    let mut making = Making::new(base, scale, days, seed);
    people::fill(&mut making);
    villages::fill(&mut making);
    points::fill(&mut making);
    let outings = trips::fill(&mut making);
    visits::fill(&mut making, &outings);
    diaries::fill(&mut making);
    needs::fill(&mut making);
    pairings::fill(&mut making);
    help::fill(&mut making);
    gifts::fill(&mut making);
    services::fill(&mut making);
    research::fill(&mut making);
    highlights::fill(&mut making);
    papers::fill(&mut making);
    supervision::fill(&mut making);
    reports::fill(&mut making);
    corrections::fill(&mut making);
    Ok(making.season)
}
