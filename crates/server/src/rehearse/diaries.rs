//! Diaries: one entry for most trips, and the village directors' own.
//!
//! An entry belongs to the day it tells of; it is typed on that day or later, as slow as the
//! organisation is. A few trips have none, a few an entry that came weeks after.
//! The text is sealed and stays out of a rehearsal.
//! Read next: `needs.rs`.

use facts::Day;

use super::cell::Id;
use super::days::{FIRST, LAST, month};
use super::lot::Lot;
use super::making::{Group, Making, Member, Stage};
use super::rows::{Diary, Trip, Visit};

/// Fills the diaries.
pub fn fill(making: &mut Making<'_>) {
    let mut lot = making.lot(Stage::Diaries);
    for index in 0..making.season.trips.len() {
        let trip = making.season.trips[index].clone();
        let member = making.members[making.trip_member[index] as usize];
        of_trip(making, &mut lot, &member, &trip);
    }
    for index in 0..making.members.len() {
        let member = making.members[index];
        if member.group == Group::Village {
            of_director(making, &mut lot, &member);
        }
    }
}

fn of_trip(making: &mut Making<'_>, lot: &mut Lot, member: &Member, trip: &Trip) {
    let usual = 700 + member.zeal / 4;
    match lot.below(1000) {
        luck if luck < usual => {
            enter(making, lot, member, trip.to, (trip.id, Id::NONE));
            if trip.to > trip.from && lot.chance(450) {
                enter(making, lot, member, trip.from, (trip.id, Id::NONE));
            }
        }
        luck if luck < usual + 22 => {
            let day = making.after(lot, trip.to, 9, 24);
            enter(making, lot, member, day, (trip.id, Id::NONE));
        }
        _ => {}
    }
}

/// One to five entries in most months, in a few none.
fn of_director(making: &mut Making<'_>, lot: &mut Lot, member: &Member) {
    for number in 4..=12 {
        if !lot.chance(member.zeal) {
            continue;
        }
        for _ in 0..lot.weighted(&[(10, 1), (20, 2), (26, 3), (26, 4), (18, 5)], 1) {
            let day = month(number).first_day() + lot.between(0, 29);
            enter(making, lot, member, day.clamp(FIRST, LAST), (Id::NONE, Id::NONE));
        }
    }
}

fn enter(
    making: &mut Making<'_>,
    lot: &mut Lot,
    member: &Member,
    date: Day,
    (trip, visit): (Id<Trip>, Id<Visit>),
) {
    let id = Id::next(&making.season.diaries);
    let mark = super::trips::mark(making, lot, member, date);
    let (author, org) = (member.person, member.org);
    making.season.diaries.push(Diary { id, author, org, date, trip, visit, mark });
}
