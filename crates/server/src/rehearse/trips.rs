//! Trips: who goes to which township on which days, alone or together, planned or not.
//!
//! Leaders and office cadres of city and county go some times a month for one to four days,
//! township cadres more often and shorter, in their own township. Nobody is at two places, nobody
//! goes while on leave. Some months somebody stays behind what is due.
//! Read next: `visits.rs`.

use facts::{Day, Span};

use super::base::Level;
use super::cell::{Half, Id, Mark, Org, Party, Words};
use super::days::{FIRST, month};
use super::lot::Lot;
use super::making::{Group, Making, Member, Stage};
use super::rows::{Person, Trip, TripPlan};

/// Months of the season.
const MONTHS: std::ops::RangeInclusive<i32> = 4..=12;
/// How often a start is drawn again when the days are taken.
const TRIES: usize = 6;

/// One trip with whoever goes along.
#[derive(Clone, Copy, Debug)]
pub struct Outing {
    /// The trip of whoever leads.
    pub trip: Id<Trip>,
    /// Who leads, as a member.
    pub member: u32,
    /// Everybody.
    pub party: Party,
}

/// Where people may go.
struct Ground {
    /// Townships of each city and county body.
    townships: Vec<Vec<Org>>,
    /// Townships in which an organisation has a contact point.
    points: Vec<Vec<Org>>,
}

/// Fills trips and their plans; gives the outings in the order of members.
pub fn fill(making: &mut Making<'_>) -> Vec<Outing> {
    let mut lot = making.lot(Stage::Trips);
    let ground = ground(making);
    let mut busy: Vec<Busy> = vec![Busy::default(); making.season.persons.len()];
    let mut outings = Vec::new();
    for index in 0..making.members.len() {
        let member = making.members[index];
        if member.group == Group::Village {
            continue;
        }
        for number in MONTHS {
            let stretch = Span { first: month(number).first_day(), last: month(number).last_day() };
            let Some(open) = stretch.intersect(member.span) else { continue };
            let workdays = making.days.workdays(open);
            for _ in 0..trips_wanted(making, &mut lot, &member, workdays.len()) {
                let found = stretch_for(making, &mut lot, &member, &workdays, &busy);
                let Some(days) = found else { continue };
                busy[member.person.index()].take(days);
                go(making, &mut lot, (&ground, &mut busy), (index, days), &mut outings);
            }
        }
    }
    outings
}

fn ground(making: &Making<'_>) -> Ground {
    let all: Vec<Org> = making.base.of_level(Level::Township).collect();
    let orgs = making.base.orgs.len();
    let mut ground = Ground { townships: vec![Vec::new(); orgs], points: vec![Vec::new(); orgs] };
    for org in making.three_levels() {
        let own = making.base.townships(org);
        // A zone without townships goes into those around it.
        ground.townships[org.index()] = if own.is_empty() { all.clone() } else { own };
    }
    for point in &making.season.contact_points {
        ground.points[point.org.index()].push(making.base.above(point.village));
    }
    ground
}

/// How many trips she makes in a month; fewer in a month that is cut short.
fn trips_wanted(making: &Making<'_>, lot: &mut Lot, member: &Member, workdays: usize) -> i32 {
    let keen = lot.chance(member.zeal);
    let wanted = match member.group {
        Group::Township if member.desk => i32::from(lot.chance(25)),
        _ if member.desk => i32::from(lot.chance(230)),
        Group::Leader if keen => lot.between(2, 5),
        Group::Leader => lot.between(0, 2),
        Group::Office if keen => lot.between(2, 4),
        Group::Office => lot.between(0, 2),
        _ => {
            let usual = &making.scale.township_trips;
            let trips = lot.between(*usual.start(), *usual.end());
            if keen { trips } else { trips / 2 }
        }
    };
    if workdays >= 15 { wanted } else { (wanted * workdays as i32 + 14) / 20 }
}

/// Free days for a trip: from a workday on, without leave.
fn stretch_for(
    making: &Making<'_>,
    lot: &mut Lot,
    member: &Member,
    workdays: &[Day],
    busy: &[Busy],
) -> Option<Span> {
    let lengths: &[(u32, i32)] = match member.group {
        Group::Leader => &[(46, 1), (32, 2), (14, 3), (8, 4)],
        Group::Office => &[(58, 1), (27, 2), (10, 3), (5, 4)],
        _ => &[(78, 1), (17, 2), (5, 3)],
    };
    for _ in 0..TRIES {
        let first = lot.pick(workdays)?;
        let last = first + (lot.weighted(lengths, 1) - 1);
        // A trip ends on a workday of the same month, or it is cut to one day.
        let last = if workdays.contains(&last) { last } else { first };
        let days = Span { first, last };
        let person = member.person;
        if !busy[person.index()].has(days) && !making.on_leave(person, days) {
            return Some(days);
        }
    }
    None
}

/// Enters the trip, and that of each one who goes along.
fn go(
    making: &mut Making<'_>,
    lot: &mut Lot,
    (ground, busy): (&Ground, &mut [Busy]),
    (index, days): (usize, Span),
    outings: &mut Vec<Outing>,
) {
    let member = making.members[index];
    let township = match member.group {
        Group::Township => member.org,
        _ => {
            let near =
                if lot.chance(300) { lot.pick(&ground.points[member.org.index()]) } else { None };
            let far = lot.pick(&ground.townships[member.org.index()]);
            let Some(township) = near.or(far) else { return };
            township
        }
    };
    let trip = enter(making, lot, index, (days, township));
    let mut party = vec![member.person];
    let together = if member.group == Group::Township { 35 } else { 110 };
    if lot.chance(together) {
        let wanted = lot.weighted(&[(75, 1), (20, 2), (5, 3)], 1);
        for other in companions(making, lot, index, days, busy, wanted) {
            let person = making.members[other].person;
            busy[person.index()].take(days);
            enter(making, lot, other, (days, township));
            party.push(person);
        }
    }
    outings.push(Outing { trip, member: index as u32, party: Party::from(party) });
}

fn companions(
    making: &Making<'_>,
    lot: &mut Lot,
    index: usize,
    days: Span,
    busy: &[Busy],
    wanted: usize,
) -> Vec<usize> {
    let staff = &making.staff[making.members[index].org.index()];
    let mut found: Vec<usize> = Vec::new();
    for _ in 0..wanted * 2 {
        let Some(other) = lot.pick(staff) else { break };
        let member = &making.members[other];
        let present = member.span.contains(days.first) && member.span.contains(days.last);
        let free = !member.desk && !busy[member.person.index()].has(days);
        let fits = other != index && !found.contains(&other) && present && free;
        if fits && found.len() < wanted && !making.on_leave(member.person, days) {
            found.push(other);
        }
    }
    found
}

fn enter(
    making: &mut Making<'_>,
    lot: &mut Lot,
    index: usize,
    (days, township): (Span, Org),
) -> Id<Trip> {
    const ENTERS: [Words; 5] = [
        &["village", "household"],
        &["household"],
        &["village"],
        &["village", "household"],
        &["community", "household"],
    ];
    const TOGETHER: [Words; 4] = [&["eat"], &["eat", "work"], &["work"], &["eat", "live", "work"]];
    let member = making.members[index];
    let id = Id::next(&making.season.trips);
    let planned = if member.group == Group::Township { 240 } else { 520 };
    let plan_item = if lot.chance(planned) {
        plan(making, lot, &member, (days.first, township))
    } else if lot.chance(40) {
        // Planned, and something came between.
        plan(making, lot, &member, (days.last + 3, township));
        Id::NONE
    } else {
        Id::NONE
    };
    let whole = days.len() as u16 * 2;
    let halved = lot.chance(if member.group == Group::Leader { 80 } else { 190 });
    let mark = mark(making, lot, &member, days.last);
    making.trip_member.push(index as u32);
    making.season.trips.push(Trip {
        id,
        cadre: member.person,
        from: days.first,
        to: days.last,
        days: Half(if halved { whole - 1 } else { whole }),
        township,
        plan_item,
        enters: lot.one(&ENTERS),
        together: if lot.chance(350) { lot.one(&TOGETHER) } else { &[] },
        mark,
    });
    id
}

fn plan(
    making: &mut Making<'_>,
    lot: &mut Lot,
    member: &Member,
    (day, township): (Day, Org),
) -> Id<TripPlan> {
    let id = Id::next(&making.season.trip_plans);
    let known = (day + -lot.between(2, 12)).max(FIRST);
    let mark = Mark::own(member.person, member.org, known);
    let cadre: Id<Person> = member.person;
    making.season.trip_plans.push(TripPlan { id, cadre, day, township, mark });
    id
}

/// Leaders are often entered by their clerk; such a row counts once they have confirmed it.
pub fn mark(making: &Making<'_>, lot: &mut Lot, member: &Member, date: Day) -> Mark {
    let own = making.own(lot, member, date);
    let for_others = if member.group == Group::Leader { 250 } else { 15 };
    if !lot.chance(for_others) {
        return own;
    }
    let by = making.clerk(member.org, date);
    if by == member.person {
        return own;
    }
    Mark { by, entered_for: member.person, confirmed: lot.chance(930), ..own }
}

/// Days of the year on which somebody is away.
#[derive(Clone, Copy, Debug, Default)]
struct Busy {
    days: [u64; 5],
}

impl Busy {
    fn has(&self, span: Span) -> bool {
        span.days().any(|day| {
            let at = Busy::at(day);
            self.days[at / 64] & (1 << (at % 64)) != 0
        })
    }

    fn take(&mut self, span: Span) {
        for day in span.days() {
            let at = Busy::at(day);
            self.days[at / 64] |= 1 << (at % 64);
        }
    }

    /// The season has fewer days than the bits.
    fn at(day: Day) -> usize {
        (day.0 - FIRST.0).clamp(0, 319) as usize
    }
}
