//! Visits: which household, village by village, in the order of days.
//!
//! One walk over all outings by day, because who is visited depends on who has waited: a household
//! with a tag is looked up first where the township is keen, and stays waiting where it is not.
//! Village directors visit at home, without a trip.
//! Read next: `diaries.rs`.

use facts::{Day, Span};

use super::base::Level;
use super::cell::{Id, Mark, Org, Party, Words};
use super::days::{FIRST, LAST, month};
use super::lot::Lot;
use super::making::{Group, Making, Member, Stage};
use super::rows::{Household, Tag, Trip, Visit};
use super::trips::Outing;

/// Village directors go stop in these months.
const MONTHS: std::ops::RangeInclusive<i32> = 4..=12;

/// What people talk about.
const TOPICS: [Words; 8] = [
    &["employment"],
    &["culture"],
    &["rights"],
    &["poverty"],
    &["vulnerable"],
    &["employment", "poverty"],
    &["poverty", "vulnerable"],
    &[],
];

/// How a village is visited.
const KINDS: [(u32, &str); 5] =
    [(740, "home"), (115, "talk"), (65, "forum"), (50, "inspection"), (30, "phone")];
/// Of the households with a tag, one in this many is away all season.
const AWAY_OF: usize = 45;

/// One day in one village.
struct Stop {
    day: Day,
    member: u32,
    trip: Id<Trip>,
    /// A township to choose a village in, or the village itself.
    place: Org,
    party: Party,
}

/// Households that wait for a visit.
struct Waiting {
    /// Tags by their first day.
    coming: Vec<Id<Tag>>,
    next: usize,
    /// Waiting households of each village.
    of_village: Vec<Vec<Id<Household>>>,
    /// Villages with waiting households, of each township, oldest first; some are done by now.
    of_township: Vec<Vec<Org>>,
    /// How often each household was visited.
    seen: Vec<u16>,
}

/// Fills the visits.
pub fn fill(making: &mut Making<'_>, outings: &[Outing]) {
    let mut lot = making.lot(Stage::Visits);
    let mut stops = stops(making, &mut lot, outings);
    // Stable: of one day, in the order of members.
    stops.sort_by_key(|stop| stop.day);
    let mut waiting = waiting(making);
    let points = points(making);
    let secretaries = secretaries(making);
    for stop in &stops {
        waiting.come(making, stop.day);
        let member = making.members[stop.member as usize];
        let village = match making.level(stop.place) {
            Level::Village => stop.place,
            _ => village(making, &mut lot, &mut waiting, &points, stop),
        };
        let count = match member.group {
            Group::Leader | Group::Office => lot.between(3, 5),
            Group::Township => lot.between(2, 4),
            Group::Village => lot.between(1, 2),
        };
        for _ in 0..count {
            let kind = lot.weighted(&KINDS, "home");
            let household = household(making, &mut lot, &mut waiting, (village, kind));
            let secretary = secretaries[village.index()];
            visit(making, &mut lot, stop, (village, kind, household), secretary);
        }
    }
}

fn stops(making: &Making<'_>, lot: &mut Lot, outings: &[Outing]) -> Vec<Stop> {
    let mut stops = Vec::with_capacity(outings.len() * 2);
    for outing in outings {
        let trip = &making.season.trips[outing.trip.index()];
        let days = Span { first: trip.from, last: trip.to }.days();
        let (member, party) = (outing.member, outing.party);
        stops.extend(days.map(|day| Stop {
            day,
            member,
            trip: trip.id,
            place: trip.township,
            party,
        }));
    }
    for (index, member) in making.members.iter().enumerate() {
        if member.group != Group::Village {
            continue;
        }
        for number in MONTHS {
            let often = lot.weighted(&[(30, 0), (42, 1), (28, 2)], 1);
            for _ in 0..often {
                let day = month(number).first_day() + lot.between(0, 29);
                let (member, party) = (index as u32, Party::of(member.person));
                let place = making.members[index].org;
                stops.push(Stop { day: day.min(LAST), member, trip: Id::NONE, place, party });
            }
        }
    }
    stops
}

/// Villages of each organisation's contact points.
fn points(making: &Making<'_>) -> Vec<Vec<Org>> {
    let mut points = vec![Vec::new(); making.base.orgs.len()];
    for point in &making.season.contact_points {
        points[point.org.index()].push(point.village);
        // The people of the township know whose contact village it is, and go there too.
        points[making.base.above(point.village).index()].push(point.village);
    }
    points
}

fn secretaries(making: &Making<'_>) -> Vec<usize> {
    let mut of_village = vec![usize::MAX; making.base.orgs.len()];
    for secretary in &making.season.first_secretaries {
        of_village[secretary.village.index()] = secretary.id.index();
    }
    of_village
}

fn waiting(making: &Making<'_>) -> Waiting {
    let mut coming: Vec<Id<Tag>> = making.season.tags.iter().map(|tag| tag.id).collect();
    coming.sort_by_key(|tag| making.season.tags[tag.index()].from);
    let orgs = making.base.orgs.len();
    Waiting {
        coming,
        next: 0,
        of_village: vec![Vec::new(); orgs],
        of_township: vec![Vec::new(); orgs],
        seen: vec![0; making.season.households.len()],
    }
}

impl Waiting {
    /// Tags given by now.
    fn come(&mut self, making: &Making<'_>, day: Day) {
        while let Some(tag) = self.coming.get(self.next) {
            let tag = &making.season.tags[tag.index()];
            if tag.from > day {
                break;
            }
            let village = making.village_of(tag.household);
            self.next += 1;
            if is_away(tag.id) {
                continue;
            }
            self.of_village[village.index()].push(tag.household);
            self.of_township[making.base.above(village).index()].push(village);
        }
    }

    /// The village that has waited longest in a township.
    fn oldest(&mut self, township: Org) -> Option<Org> {
        let villages = &mut self.of_township[township.index()];
        while let Some(village) = villages.first().copied() {
            if !self.of_village[village.index()].is_empty() {
                return Some(village);
            }
            villages.remove(0);
        }
        None
    }
}

/// Where the day is spent: where somebody waits, at a contact point, in a village of her own round,
/// or anywhere in the township.
fn village(
    making: &Making<'_>,
    lot: &mut Lot,
    waiting: &mut Waiting,
    points: &[Vec<Org>],
    stop: &Stop,
) -> Org {
    let member = making.members[stop.member as usize];
    let township = stop.place;
    let keen = making.zeal[township.index()].saturating_sub(700) / 3;
    let old = if lot.chance(keen) { waiting.oldest(township) } else { None };
    if let Some(village) = old {
        return village;
    }
    let mut own: Vec<Org> = Vec::new();
    let to_points = if member.group == Group::Township { 60 } else { 240 };
    if lot.chance(to_points) {
        let points = points[member.org.index()].iter().copied();
        own.extend(points.filter(|village| making.base.above(*village) == township));
        let waits = |village: &Org| !waiting.of_village[village.index()].is_empty();
        if own.iter().any(waits) && lot.chance(700) {
            own.retain(waits);
        }
    }
    let below = making.base.below(township);
    if own.is_empty() && member.group == Group::Township && lot.chance(880) {
        own = round_of(making, stop.member as usize, below);
    }
    lot.pick(&own).or_else(|| lot.pick(below)).unwrap_or(township)
}

/// The villages a township cadre looks after: each has its share.
fn round_of(making: &Making<'_>, member: usize, below: &[Org]) -> Vec<Org> {
    let staff = &making.staff[making.members[member].org.index()];
    let place = staff.iter().position(|other| *other == member).unwrap_or(0);
    below.iter().copied().skip(place).step_by(staff.len().max(1)).collect()
}

/// A household that waits, or any of the village; none for a meeting, or when nobody is there.
fn household(
    making: &Making<'_>,
    lot: &mut Lot,
    waiting: &mut Waiting,
    (village, kind): (Org, &'static str),
) -> Id<Household> {
    if kind == "forum" || kind == "inspection" {
        return Id::NONE;
    }
    let here = &mut waiting.of_village[village.index()];
    let catches = making.zeal[village.index()].saturating_sub(330);
    if kind == "home" && !here.is_empty() && lot.chance(catches) {
        let house = here.remove(0);
        waiting.seen[house.index()] += 1;
        return house;
    }
    let (begin, end) = making.houses[village.index()];
    let mut draw = || (begin + lot.below(end - begin)) as usize;
    // Of two, the one that was visited less.
    let (one, other) = (draw(), draw());
    let seen = &mut waiting.seen;
    let house = if seen[one] <= seen[other] { one } else { other };
    if is_away(making.tag_of[house]) {
        return Id::NONE;
    }
    seen[house] += 1;
    Id::at(house)
}

fn is_away(tag: Id<Tag>) -> bool {
    tag.is_some() && tag.index() % AWAY_OF == 7
}

fn visit(
    making: &mut Making<'_>,
    lot: &mut Lot,
    stop: &Stop,
    (village, kind, household): (Org, &'static str, Id<Household>),
    secretary: usize,
) {
    let member = making.members[stop.member as usize];
    // Nobody at home: a meeting then.
    let kind = if household.is_some() || kind == "inspection" { kind } else { "forum" };
    let id = Id::next(&making.season.visits);
    let mark = mark(making, lot, &member, stop.day);
    let spoke_with = match making.residents_of.get(household.index()) {
        Some(woman) if lot.chance(640) => Id::at(*woman as usize),
        _ => Id::NONE,
    };
    let with_secretary = secretary != usize::MAX && lot.chance(120) && stop.day > FIRST + 40;
    let counts = !mark.entered_for.is_some() || mark.confirmed;
    if household.is_some() && counts {
        making.first_visit[household.index()].get_or_insert((stop.day, id));
    }
    making.visit_member.push(stop.member);
    making.season.visits.push(Visit {
        id,
        date: stop.day,
        visitors: stop.party,
        kind,
        trip: stop.trip,
        household,
        village,
        topics: lot.one(&TOPICS),
        spoke_with,
        first_secretary: if with_secretary { Id::at(secretary) } else { Id::NONE },
        mark,
    });
}

/// What a village director did is sometimes entered by the township in her name.
fn mark(making: &Making<'_>, lot: &mut Lot, member: &Member, date: Day) -> Mark {
    if member.group != Group::Village {
        return super::trips::mark(making, lot, member, date);
    }
    let own = making.own(lot, member, date);
    if !lot.chance(180) {
        return own;
    }
    let township = making.base.above(member.org);
    let by = making.clerk(township, date);
    Mark { by, entered_for: member.person, confirmed: lot.chance(880), ..own }
}
