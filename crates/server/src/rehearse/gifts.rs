//! Letters of care and aid to poor mothers.
//!
//! A letter goes to every household of a pairing and to those with the tag of the poor; about half
//! are delivered by September. Each county looks for its share of poor mothers among those who
//! were visited. Letters name no tag.
//! Read next: `services.rs`.

use facts::Day;

use super::cell::{Id, Mark, Org};
use super::days::{LAST, on, span};
use super::lot::Lot;
use super::making::{Making, Stage};
use super::rows::{Aid, Household, Letter};

/// Of the poor mothers, this many of ten are helped by the middle of September.
const EARLY_OF_TEN: (i32, i32) = (5, 7);

/// Fills letters and aid.
pub fn fill(making: &mut Making<'_>) {
    let mut lot = making.lot(Stage::Gifts);
    letters(making, &mut lot);
    poor_mothers(making, &mut lot);
    other_aid(making, &mut lot);
}

/// Households that are due a letter, each since when.
fn letters(making: &mut Making<'_>, lot: &mut Lot) {
    let mut since: Vec<Option<Day>> = vec![None; making.season.households.len()];
    for tag in &making.season.tags {
        if tag.code == "orphan_disabled_poor" {
            since[tag.household.index()] = Some(tag.from);
        }
    }
    for pairing in &making.season.pairings {
        let household = making.season.residents[pairing.resident.index()].household;
        let day = &mut since[household.index()];
        *day = Some(day.map_or(pairing.from, |known| known.min(pairing.from)));
    }
    for (index, since) in since.into_iter().enumerate() {
        let household = Id::at(index);
        let Some(since) = since else { continue };
        let township = making.base.above(making.village_of(household));
        let zeal = making.zeal[township.index()];
        let stretch = match lot.below(1000) {
            luck if luck < (1000 - zeal) / 2 => continue,
            luck if luck < 520 => span((5, 20), (9, 18)),
            _ => span((9, 19), (12, 28)),
        };
        let day = stretch.first + lot.between(0, stretch.len() - 1);
        letter(making, lot, (household, township), day.max(since + 3));
        if lot.chance(9) {
            letter(making, lot, (household, township), day.max(since) + 30);
        }
    }
}

fn letter(
    making: &mut Making<'_>,
    lot: &mut Lot,
    (household, township): (Id<Household>, Org),
    date: Day,
) {
    if date > LAST {
        return;
    }
    let Some(member) = lot.pick(&making.present(township, date)) else { return };
    let id = Id::next(&making.season.letters);
    let mark = making.own(lot, &member, date);
    let delivered_by = member.person;
    making.season.letters.push(Letter { id, household, date, delivered_by, mark });
}

/// Each county helps women of households that somebody has visited before.
fn poor_mothers(making: &mut Making<'_>, lot: &mut Lot) {
    let aim = making.scale.poor_mothers;
    for county in making.counties() {
        let (low, high) = EARLY_OF_TEN;
        let strong = i32::from(making.zeal[county.index()] > 900);
        let early = aim * (lot.between(low, high) + strong) / 10;
        let all = aim + lot.weighted(&[(15, -1), (60, 0), (25, 1)], 0);
        let mut candidates = visited_poor(making, county);
        lot.shuffle(&mut candidates);
        for place in 0..all {
            let stretch =
                if place < early { span((5, 25), (9, 16)) } else { span((9, 20), (12, 22)) };
            let day = stretch.first + lot.between(0, stretch.len() - 1);
            // Each is helped once; whoever was visited later waits for a later place.
            let found = candidates.iter().position(|(_, first)| *first < day);
            if let Some(at) = found {
                let (household, _) = candidates.remove(at);
                give(making, lot, (household, county), ("poor_mother", day));
            }
        }
    }
}

/// Poor households of an organisation with the day of their first visit.
fn visited_poor(making: &Making<'_>, org: Org) -> Vec<(Id<Household>, Day)> {
    let mut found = Vec::new();
    for village in making.base.villages(org) {
        let (begin, end) = making.houses[village.index()];
        for house in begin..end {
            let tag = making.tag_of[house as usize];
            let poor =
                tag.is_some() && making.season.tags[tag.index()].code == "orphan_disabled_poor";
            let first = making.first_visit[house as usize];
            if let Some((day, _)) = first.filter(|_| poor) {
                found.push((Id::at(house as usize), day));
            }
        }
    }
    found
}

fn give(
    making: &mut Making<'_>,
    lot: &mut Lot,
    (household, org): (Id<Household>, Org),
    (kind, date): (&'static str, Day),
) {
    let id = Id::next(&making.season.aids);
    let woman = making.residents_of[household.index()] as usize;
    let resident = Id::at(if kind == "child" { woman + 1 } else { woman });
    let amount = lot.chance(760).then(|| 100 * (2 + lot.below(9)));
    let source = lot.weighted(&[(50, "budget"), (34, "donation"), (16, "own")], "budget");
    let lag = lot.between(0, 4);
    let mark = Mark::own(making.clerk(org, date), org, date + lag);
    let receipt = lot.chance(900);
    making.season.aids.push(Aid { id, resident, kind, date, amount, source, receipt, mark });
}

/// Other women whom a township helped.
fn other_aid(making: &mut Making<'_>, lot: &mut Lot) {
    let visits = making.season.visits.len() as u32;
    for _ in 0..visits / 400 {
        let visit = making.season.visits[lot.below(visits) as usize].clone();
        let date = making.after(lot, visit.date, 3, 30);
        if !visit.household.is_some() || date < on(4, 20) {
            continue;
        }
        let township = making.base.above(visit.village);
        give(making, lot, (visit.household, township), ("other", date));
    }
}
