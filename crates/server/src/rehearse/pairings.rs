//! Pairings: a poor woman and a poor child for each cadre, and school sponsorships.
//!
//! Most are made by the end of May; some later, some never. When a cadre leaves or moves, somebody
//! of the same organisation takes over: the old pairing ends and the new one names it. A guardian's
//! consent stands beside most children.
//! Read next: `help.rs`.

use facts::{Day, Span};

use super::base::Level;
use super::cell::{Id, Mark, Org};
use super::days::{FIRST, LAST, span};
use super::lot::Lot;
use super::making::{Group, Making, Member, Stage};
use super::rows::{Consent, Pairing, Resident};

/// How often a woman or child is looked for before none is found.
const TRIES: usize = 40;

/// Fills pairings and consents.
pub fn fill(making: &mut Making<'_>) {
    let mut lot = making.lot(Stage::Pairings);
    let mut taken = vec![false; making.season.residents.len()];
    for index in 0..making.members.len() {
        let member = making.members[index];
        if member.group == Group::Village {
            continue;
        }
        for kind in ["woman", "child"] {
            let Some(from) = begin(making, &mut lot, &member) else { continue };
            pair(making, &mut lot, &member, (kind, from), &mut taken);
        }
    }
    sponsorships(making, &mut lot, &mut taken);
    hand_over(making, &mut lot);
    twice(making, &mut lot);
}

/// The day a cadre takes somebody on, if ever.
fn begin(making: &Making<'_>, lot: &mut Lot, member: &Member) -> Option<Day> {
    let slack = 1000 - member.zeal;
    let stretch = match lot.below(1000) {
        luck if luck < slack / 4 => return None,
        luck if luck < slack * 2 / 3 => span((9, 19), (11, 15)),
        luck if luck < 250 + slack => span((6, 1), (9, 10)),
        _ => span((4, 18), (5, 31)),
    };
    // Whoever comes in mid-season takes somebody on within weeks.
    let stretch = if member.span.first > FIRST {
        Span { first: member.span.first, last: member.span.first + 50 }
    } else {
        stretch
    };
    let day = making.days.workday_from(stretch.first + lot.between(0, stretch.len() - 1));
    (day < member.span.last && day < LAST).then_some(day)
}

fn pair(
    making: &mut Making<'_>,
    lot: &mut Lot,
    member: &Member,
    (kind, from): (&'static str, Day),
    taken: &mut [bool],
) {
    let Some(resident) = find(making, lot, member.org, kind == "woman", taken) else { return };
    taken[resident.index()] = true;
    let basis = if kind == "woman" {
        lot.weighted(
            &[(44, "dibao"), (6, "wubao"), (40, "registered_poor"), (10, "other")],
            "other",
        )
    } else {
        lot.weighted(
            &[(38, "dibao"), (14, "orphan"), (38, "registered_poor"), (10, "other")],
            "other",
        )
    };
    // A few forget to say by what the woman counts as poor.
    let basis = if lot.chance(12) { "" } else { basis };
    let mark = making.own(lot, member, from);
    let consent =
        if kind == "woman" { Id::NONE } else { consent(making, lot, resident, mark, from) };
    let id = Id::next(&making.season.pairings);
    making.season.pairings.push(Pairing {
        id,
        cadre: member.person,
        kind,
        resident,
        basis,
        lead: true,
        from,
        to: None,
        previous: Id::NONE,
        consent,
        mark,
    });
}

/// A woman or a child of the area whom nobody looks after yet.
fn find(
    making: &Making<'_>,
    lot: &mut Lot,
    org: Org,
    woman: bool,
    taken: &[bool],
) -> Option<Id<Resident>> {
    for _ in 0..TRIES {
        let village = somewhere(making, lot, org)?;
        let (begin, end) = making.houses[village.index()];
        let house = begin + lot.below(end.saturating_sub(begin));
        let first = *making.residents_of.get(house as usize)? as usize;
        let at = if woman { first } else { first + 1 };
        let Some(resident) = making.season.residents.get(at) else { continue };
        let fits = woman || (resident.guardian.is_some() && resident.guardian.index() == first);
        if fits && !taken[at] {
            return Some(resident.id);
        }
    }
    None
}

/// A village below an organisation, by going down at random.
fn somewhere(making: &Making<'_>, lot: &mut Lot, org: Org) -> Option<Org> {
    let mut at = org;
    while making.level(at) != Level::Village {
        at = lot.pick(making.base.below(at))?;
    }
    Some(at)
}

fn consent(
    making: &mut Making<'_>,
    lot: &mut Lot,
    resident: Id<Resident>,
    mark: Mark,
    date: Day,
) -> Id<Consent> {
    if !lot.chance(840) {
        return Id::NONE;
    }
    let id = Id::next(&making.season.consents);
    making.season.consents.push(Consent {
        id,
        resident,
        given_by: "guardian",
        version: 1,
        date,
        mark,
    });
    id
}

/// One or two school sponsorships in most organisations, led by whoever heads them.
fn sponsorships(making: &mut Making<'_>, lot: &mut Lot, taken: &mut [bool]) {
    for org in making.three_levels() {
        let zeal = making.zeal[org.index()];
        for _ in 0..2 {
            let early = lot.chance(640);
            let stretch = if early { span((5, 2), (9, 12)) } else { span((9, 13), (12, 5)) };
            let from = stretch.first + lot.between(0, stretch.len() - 1);
            if !lot.chance(zeal - 130) {
                continue;
            }
            let Some(member) = lot.pick(&making.present(org, from)) else { continue };
            pair(making, lot, &member, ("schooling", from), taken);
        }
    }
}

/// Whoever goes hands her pairings to a colleague, some days later; once in a while to nobody.
fn hand_over(making: &mut Making<'_>, lot: &mut Lot) {
    for index in 0..making.members.len() {
        let member = making.members[index];
        if member.group == Group::Village || member.span.last == LAST {
            continue;
        }
        let last = member.span.last;
        let held: Vec<Pairing> = {
            let all = making.season.pairings.iter();
            all.filter(|pairing| pairing.cadre == member.person && pairing.from < last)
                .cloned()
                .collect()
        };
        for pairing in held {
            close(making, &pairing, last);
            let from = last + lot.between(1, 12);
            let next = lot.pick(&making.present(member.org, from));
            let Some(next) = next.filter(|next| next.person != member.person && from < LAST) else {
                continue;
            };
            let id = Id::next(&making.season.pairings);
            let mark = making.own(lot, &next, from);
            let (cadre, previous) = (next.person, pairing.id);
            making.season.pairings.push(Pairing { id, cadre, from, previous, mark, ..pairing });
        }
    }
}

/// The end is entered by a later version.
fn close(making: &mut Making<'_>, pairing: &Pairing, last: Day) {
    let mark = pairing.mark.later(last + 2);
    making.season.pairings.push(Pairing { to: Some(last), mark, ..pairing.clone() });
}

/// A few people have two cadres who both say they lead.
fn twice(making: &mut Making<'_>, lot: &mut Lot) {
    let count = making.season.pairings.len();
    for _ in 0..count / 700 {
        let at = lot.below(count as u32) as usize;
        let pairing = making.season.pairings[at].clone();
        let lead = making.members.iter().find(|member| member.person == pairing.cadre);
        let Some(org) = lead.map(|member| member.org) else { continue };
        let from = making.after(lot, pairing.from, 5, 60);
        let other = lot.pick(&making.present(org, from));
        let Some(other) = other.filter(|other| other.person != pairing.cadre) else { continue };
        let id = Id::next(&making.season.pairings);
        let mark = making.own(lot, &other, from);
        let cadre = other.person;
        making.season.pairings.push(Pairing { id, cadre, from, mark, to: None, ..pairing });
    }
}
