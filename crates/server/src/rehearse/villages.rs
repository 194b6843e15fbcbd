//! Households, residents, tags, village profiles and Women's Homes.
//!
//! Every village has some households on file, with a woman in each and often a child; one in nine
//! has a tag, most of them from the census of the first weeks. A tag that ended is a later version.
//! Violence is no tag and is nowhere here.
//! Read next: `field.rs`.

use facts::{Day, Month, Span};

use super::base::Level;
use super::cell::{HouseName, Id, IdNumber, Mark, Name, Org};
use super::days::{FIRST, REGISTRY_KNOWN, on, span};
use super::lot::Lot;
use super::making::{Making, Stage};
use super::rows::{FirstSecretary, Household, Person, Profile, Resident, Tag, WomensHome};

/// Weights of the tags.
const TAG_CODES: [(u32, &str); 7] = [
    (8, "troubled"),
    (32, "left_behind"),
    (8, "dispute"),
    (26, "orphan_disabled_poor"),
    (10, "unemployed"),
    (12, "illness"),
    (4, "bereavement"),
];

/// A community has at most this many times the households of a village.
const BREADTH_MAX: usize = 4;

/// Fills what a village has.
pub fn fill(making: &mut Making<'_>) {
    let mut lot = making.lot(Stage::Villages);
    let mut tags = making.lot(Stage::Tags);
    for village in making.base.of_level(Level::Village).collect::<Vec<_>>() {
        let scale = &making.scale.households;
        let usual = lot.between(*scale.start(), *scale.end());
        let count = usual * breadth(making, village);
        let begin = making.season.households.len() as u32;
        let clerk = making.clerk(making.base.above(village), FIRST);
        for _ in 0..count {
            household(making, &mut lot, (village, clerk));
        }
        making.houses[village.index()] = (begin, making.season.households.len() as u32);
        for house in begin..begin + count as u32 {
            if tags.chance(making.scale.tagged) {
                tag(making, &mut tags, village, Id::at(house as usize));
            }
        }
        first_secretary(making, &mut lot, village);
        let home = womens_home(making, &mut lot, village);
        profile(making, &mut tags, village, home);
    }
    let households = making.season.households.len();
    making.first_visit = vec![None; households];
}

/// Where a township has few villages, these are communities with several times the households.
fn breadth(making: &Making<'_>, village: Org) -> i32 {
    let villages = making.base.below(making.base.above(village)).len();
    let whole = making.base.villages_usual;
    (whole / villages.max(1)).clamp(1, BREADTH_MAX) as i32
}

fn household(making: &mut Making<'_>, lot: &mut Lot, (village, clerk): (Org, Id<Person>)) {
    let id = Id::next(&making.season.households);
    making.residents_of.push(making.season.residents.len() as u32);
    making.tag_of.push(Id::NONE);
    let mark = Mark::own(clerk, village, REGISTRY_KNOWN);
    let woman = Id::next(&making.season.residents);
    let name = Name { draw: lot.draw() as u32, woman: true };
    let heads = lot.chance(550);
    let relation = if heads { "02" } else { "10" };
    let employment = lot.weighted(
        &[(45, "farming"), (18, "employed"), (12, "unemployed"), (10, "away"), (15, "")],
        "",
    );
    let health = lot.weighted(&[(60, "well"), (20, "fair"), (12, "chronic"), (8, "disabled")], "");
    let born = born(lot, 1942, 1986);
    resident(making, lot, (id, mark), (name, born, relation, health, employment), Id::NONE);
    if lot.chance(450) {
        let girl = lot.chance(500);
        let child = Name { draw: lot.draw() as u32, woman: girl };
        let born = self::born(lot, 1997, 2009);
        let studies = if born.year() <= 2005 { "studying" } else { "" };
        let relation = if girl { "30" } else { "20" };
        resident(making, lot, (id, mark), (child, born, relation, "well", studies), woman);
    }
    if lot.chance(120) {
        let elder = Name { draw: lot.draw() as u32, woman: lot.chance(600) };
        let born = self::born(lot, 1926, 1946);
        resident(making, lot, (id, mark), (elder, born, "50", "chronic", "retired"), Id::NONE);
    }
    let head = if heads { woman } else { Id::NONE };
    making.season.households.push(Household { id, village, name: HouseName(name), head, mark });
}

fn born(lot: &mut Lot, first: i32, last: i32) -> Day {
    let year = lot.between(first, last);
    // Months and days that every year has.
    let (month, day) = (lot.between(1, 12) as u32, lot.between(1, 28) as u32);
    Day::from_ymd(year, month, day).unwrap_or(FIRST)
}

fn resident(
    making: &mut Making<'_>,
    lot: &mut Lot,
    (household, mark): (Id<Household>, Mark),
    (name, born, relation, health, employment): (
        Name,
        Day,
        &'static str,
        &'static str,
        &'static str,
    ),
    guardian: Id<Resident>,
) {
    let id = Id::next(&making.season.residents);
    // Children often have no number yet; whoever has one has an even serial as a woman.
    let numbered = lot.chance(if born.year() > 1996 { 400 } else { 930 });
    let serial = 2 + 2 * lot.below(490) as u16 - u16::from(!name.woman);
    let id_number = IdNumber { birth: born, serial: if numbered { serial } else { 0 } };
    let sex = if name.woman { "2" } else { "1" };
    let birth: Month = born.month();
    making.season.residents.push(Resident {
        id,
        household,
        name,
        id_number,
        sex,
        birth,
        relation,
        health,
        employment,
        guardian,
        mark,
    });
}

fn tag(making: &mut Making<'_>, lot: &mut Lot, village: Org, household: Id<Household>) {
    let id = Id::next(&making.season.tags);
    let code = lot.weighted(&TAG_CODES, "left_behind");
    let stretch = match lot.below(100) {
        0..60 => span((4, 5), (5, 31)),
        60..92 => span((6, 1), (9, 30)),
        _ => span((10, 1), (12, 10)),
    };
    let from = stretch.first + lot.between(0, stretch.len() - 1);
    let township = making.base.above(village);
    let mark = Mark::own(making.clerk(township, from), township, from + lot.between(0, 6));
    making.tag_of[household.index()] = id;
    making.season.tags.push(Tag { id, household, code, from, to: None, mark });
}

fn first_secretary(making: &mut Making<'_>, lot: &mut Lot, village: Org) {
    if !lot.chance(90) {
        return;
    }
    let name = Name { draw: lot.draw() as u32, woman: lot.chance(250) };
    let id = Id::next(&making.season.first_secretaries);
    let from = on(4, 1) + lot.between(0, 40);
    let township = making.base.above(village);
    let mark = making.paper(lot, township, from);
    making.season.first_secretaries.push(FirstSecretary { id, village, name, from, mark });
}

fn womens_home(making: &mut Making<'_>, lot: &mut Lot, village: Org) -> bool {
    if !lot.chance(making.scale.homes) {
        return false;
    }
    let id = Id::next(&making.season.womens_homes);
    let specialities = ["rights", "family", "culture", "culture", "enterprise", "care"];
    let speciality = if lot.chance(780) { lot.one(&specialities) } else { "" };
    let from = Day(FIRST.0 - lot.between(60, 900));
    let mark = Mark::own(making.clerk(village, FIRST), village, REGISTRY_KNOWN);
    making.season.womens_homes.push(WomensHome { id, org: village, speciality, from, mark });
    true
}

/// What the organisation of a village has and lacks; some are never asked.
fn profile(making: &mut Making<'_>, lot: &mut Lot, village: Org, womens_home: bool) {
    let zeal = making.zeal[village.index()];
    if !lot.chance(zeal + 90) {
        return;
    }
    let stretch: Span =
        if lot.chance(zeal - 40) { span((4, 16), (9, 10)) } else { span((9, 11), (12, 20)) };
    let day = stretch.first + lot.between(0, stretch.len() - 1);
    let id = Id::next(&making.season.profiles);
    let mark = making.paper(lot, village, day);
    let (members, premises, weak) = (lot.between(1, 7) as u32, lot.chance(700), lot.chance(180));
    making.season.profiles.push(Profile {
        id,
        org: village,
        day,
        members,
        premises,
        womens_home,
        weak,
        mark,
    });
}

/// Ends of tags, each a later version: one in nine, some weeks after it began.
pub fn end_tags(making: &mut Making<'_>, lot: &mut Lot) {
    for index in 0..making.season.tags.len() {
        if !lot.chance(110) {
            continue;
        }
        let tag = making.season.tags[index].clone();
        let last = tag.from + lot.between(25, 150);
        if last > on(12, 20) {
            continue;
        }
        let mark = tag.mark.later(last + lot.between(0, 5));
        making.season.tags.push(Tag { to: Some(last), mark, ..tag });
    }
}
