//! Corrections and withdrawals: later versions of rows that were wrong.
//!
//! A visit turns out to have been elsewhere or entered twice, a trip shorter than typed, a diary on
//! the wrong day. The old version stays known up to that day. They come last, so that row n of a
//! table keeps the id n.
//! Read next: `write.rs`.

use facts::Day;

use super::cell::{Half, Id, Mark};
use super::lot::Lot;
use super::making::{Making, Stage};
use super::rows::{Diary, Need, Trip, Visit};

/// Of a thousand rows, this many are corrected.
const CORRECTED: u32 = 9;
/// And this many withdrawn.
const WITHDRAWN: u32 = 3;
/// Of a thousand records in another's name, this many are confirmed only weeks later.
const CONFIRMED_LATE: u32 = 140;

/// Adds later versions.
pub fn fill(making: &mut Making<'_>) {
    let mut lot = making.lot(Stage::Corrections);
    super::villages::end_tags(making, &mut lot);
    visits(making, &mut lot);
    trips(making, &mut lot);
    diaries(making, &mut lot);
    needs(making, &mut lot);
}

/// What becomes of a row.
enum Fate {
    Stays,
    Corrected(Mark),
    Withdrawn(Mark),
}

fn fate(lot: &mut Lot, mark: Mark) -> Fate {
    let known: Day = mark.day + lot.between(2, 40);
    let luck = lot.below(1000);
    if mark.entered_for.is_some() && !mark.confirmed && luck < CONFIRMED_LATE {
        return Fate::Corrected(Mark { confirmed: true, ..mark.later(known) });
    }
    match luck {
        luck if luck < WITHDRAWN => Fate::Withdrawn(Mark { withdrawn: true, ..mark.later(known) }),
        luck if luck < WITHDRAWN + CORRECTED => Fate::Corrected(mark.later(known)),
        _ => Fate::Stays,
    }
}

fn visits(making: &mut Making<'_>, lot: &mut Lot) {
    for index in 0..making.season.visits.len() {
        let row = making.season.visits[index].clone();
        match fate(lot, row.mark) {
            Fate::Stays => {}
            Fate::Withdrawn(mark) => making.season.visits.push(Visit { mark, ..row }),
            Fate::Corrected(mark) => {
                let topics = &["vulnerable"];
                making.season.visits.push(Visit { topics, spoke_with: Id::NONE, mark, ..row });
            }
        }
    }
}

fn trips(making: &mut Making<'_>, lot: &mut Lot) {
    for index in 0..making.season.trips.len() {
        let row = making.season.trips[index].clone();
        match fate(lot, row.mark) {
            Fate::Stays => {}
            Fate::Withdrawn(mark) => making.season.trips.push(Trip { mark, ..row }),
            Fate::Corrected(mark) => {
                let Half(halves) = row.days;
                let days = Half(halves.saturating_sub(1).max(1));
                making.season.trips.push(Trip { days, mark, ..row });
            }
        }
    }
}

fn diaries(making: &mut Making<'_>, lot: &mut Lot) {
    for index in 0..making.season.diaries.len() {
        let row = making.season.diaries[index].clone();
        match fate(lot, row.mark) {
            Fate::Stays => {}
            Fate::Withdrawn(mark) | Fate::Corrected(mark) => {
                making.season.diaries.push(Diary { mark, ..row });
            }
        }
    }
}

fn needs(making: &mut Making<'_>, lot: &mut Lot) {
    for index in 0..making.season.needs.len() {
        let row = making.season.needs[index].clone();
        if let Fate::Corrected(mark) = fate(lot, row.mark) {
            making.season.needs.push(Need { priority: "key", mark, ..row });
        }
    }
}
