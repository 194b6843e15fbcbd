//! People, posts and leave: who serves where, from when to when.
//!
//! Organisations differ: one county is strong, one weak, townships scatter around their county and
//! people around their organisation. Some come late, some go, some move in mid-season; a few are
//! ill or on maternity leave. Village directors come last and are beyond the cadres.
//! Nobody here exists.
//! Read next: `villages.rs`.

use facts::{Day, Span};

use super::base::Level;
use super::cell::{Id, Mark, Name, Org};
use super::days::{FIRST, LAST, REGISTRY_KNOWN, on, span};
use super::lot::Lot;
use super::making::{Group, Making, Member, Stage};
use super::rows::{Leave, Person, Post};

/// How much of what is due gets done in a usual county, of a thousand.
const ZEAL_USUAL: i32 = 905;
/// In the strong one.
const ZEAL_STRONG: i32 = 975;
/// In the weak one.
const ZEAL_WEAK: i32 = 770;
/// Nobody does everything, nobody nothing.
const ZEAL_BOUNDS: (i32, i32) = (450, 995);

/// Fills people, posts and leave.
pub fn fill(making: &mut Making<'_>) {
    let mut lot = making.lot(Stage::People);
    zeal(making, &mut lot);
    for level in [Level::City, Level::County, Level::Township, Level::Village] {
        for org in making.base.of_level(level).collect::<Vec<_>>() {
            staff(making, &mut lot, org, level);
        }
    }
    movements(making, &mut lot);
    leaves(making, &mut lot);
}

/// The second county is strong and the fourth weak, where there are that many.
fn zeal(making: &mut Making<'_>, lot: &mut Lot) {
    let city = making.base.city();
    making.zeal[city.index()] = ZEAL_USUAL as u32 + 30;
    for (place, county) in making.counties().into_iter().enumerate() {
        let (zeal, slow) = match place {
            1 => (ZEAL_STRONG, 0),
            3 => (ZEAL_WEAK, 2),
            _ => (ZEAL_USUAL + lot.between(-45, 35), u32::from(lot.chance(150))),
        };
        making.zeal[county.index()] = zeal as u32;
        making.slowness[county.index()] = slow;
        for township in making.base.below(county).to_vec() {
            let near = bounded(zeal + lot.between(-70, 50));
            making.zeal[township.index()] = near;
            making.slowness[township.index()] = slow.min(1) + u32::from(lot.chance(60));
            for village in making.base.below(township).to_vec() {
                making.zeal[village.index()] = bounded(near as i32 - 60 + lot.between(-160, 120));
                making.slowness[village.index()] = slow.min(1);
            }
        }
    }
}

fn bounded(zeal: i32) -> u32 {
    zeal.clamp(ZEAL_BOUNDS.0, ZEAL_BOUNDS.1) as u32
}

fn staff(making: &mut Making<'_>, lot: &mut Lot, org: Org, level: Level) {
    let scale = making.scale;
    let counts = match level {
        Level::City | Level::County => [
            (Group::Leader, lot.between(*scale.leaders.start(), *scale.leaders.end())),
            (Group::Office, lot.between(*scale.office.start(), *scale.office.end())),
        ],
        Level::Township => {
            let cadres = &scale.township_cadres;
            [(Group::Township, lot.between(*cadres.start(), *cadres.end())), (Group::Office, 0)]
        }
        Level::Village => [(Group::Village, 1), (Group::Office, 0)],
    };
    for (group, count) in counts {
        for place in 0..count {
            let title = title(group, place, count);
            let person = person(making, lot, org);
            let from = Day(FIRST.0 - lot.between(200, 1500));
            take_post(making, lot, person, (org, group, title), Span { first: from, last: LAST });
        }
    }
}

fn title(group: Group, place: i32, count: i32) -> &'static str {
    match (group, place) {
        (Group::Leader | Group::Township, 0) => "chair",
        (Group::Leader, _) if place * 2 <= count => "vice_chair",
        (Group::Township, 1) => "vice_chair",
        (Group::Leader, _) => "member",
        (Group::Village, _) => "director",
        _ => "cadre",
    }
}

fn person(making: &mut Making<'_>, lot: &mut Lot, org: Org) -> Id<Person> {
    let woman = lot.chance(960);
    let id = Id::next(&making.season.persons);
    let name = Name { draw: lot.draw() as u32, woman };
    // The registry is typed by the first person of the city, herself included.
    let mark = Mark::own(Id::at(0), making.base.city(), REGISTRY_KNOWN);
    let sex = if woman { "2" } else { "1" };
    making.season.persons.push(Person { id, name, sex, mark: Mark { org, ..mark } });
    making.leave.push(None);
    id
}

/// A post from the first day on; its end, when it has one, is a later version.
fn take_post(
    making: &mut Making<'_>,
    lot: &mut Lot,
    person: Id<Person>,
    (org, group, title): (Org, Group, &'static str),
    held: Span,
) {
    let known = if held.first < FIRST { REGISTRY_KNOWN } else { held.first + lot.between(0, 4) };
    let words = match group {
        Group::Leader => "leader",
        Group::Office => "office",
        Group::Township => "township",
        Group::Village => "village",
    };
    let id = Id::next(&making.season.posts);
    let mark = Mark::own(Id::at(0), org, known);
    let from = held.first;
    making.season.posts.push(Post { id, person, org, group: words, title, from, to: None, mark });
    let spread = if group == Group::Village { 60 } else { 45 };
    let zeal = bounded(making.zeal[org.index()] as i32 + lot.between(-spread, spread));
    let span = Span { first: from.max(FIRST), last: held.last };
    making.staff[org.index()].push(making.members.len());
    making.members.push(Member { person, org, group, span, zeal, first: true, desk: false });
}

/// Newcomers, leavers and people who move; none of them heads an organisation.
fn movements(making: &mut Making<'_>, lot: &mut Lot) {
    for index in 0..making.members.len() {
        let member = making.members[index];
        let staff = &making.staff[member.org.index()];
        if member.group == Group::Village || staff.first() == Some(&index) || staff.len() < 3 {
            continue;
        }
        // Some stay at their desk: more of them in a city or county than in a township.
        let stays = if member.group == Group::Township { 8 } else { 45 };
        making.members[index].desk = lot.chance(stays);
        match lot.below(1000) {
            0..14 => {
                let first = lot.between(20, 165);
                arrive(making, index, FIRST + first);
            }
            14..22 => {
                let last = FIRST + lot.between(45, 225);
                leave_post(making, lot, index, last);
            }
            22..32 => transfer(making, lot, index),
            _ => {}
        }
    }
}

fn arrive(making: &mut Making<'_>, index: usize, first: Day) {
    making.members[index].span.first = first;
    let person = making.members[index].person;
    if let Some(post) = making.season.posts.get_mut(index) {
        post.from = first;
        post.mark.day = first + 2;
    }
    making.season.persons[person.index()].mark.day = first + 2;
}

fn leave_post(making: &mut Making<'_>, lot: &mut Lot, index: usize, last: Day) {
    making.members[index].span.last = last;
    let post = making.season.posts[index].clone();
    let mark = post.mark.later(last + lot.between(-5, 6));
    making.season.posts.push(Post { to: Some(last), mark, ..post });
}

/// A cadre of a county's office or of a township goes to another of the same kind.
fn transfer(making: &mut Making<'_>, lot: &mut Lot, index: usize) {
    let member = making.members[index];
    let level = making.level(member.org);
    let others: Vec<Org> = making.base.of_level(level).filter(|org| *org != member.org).collect();
    let near = |org: &Org| making.base.above(*org) == making.base.above(member.org);
    let near: Vec<Org> = others.iter().copied().filter(near).collect();
    if member.group == Group::Leader || level == Level::City {
        return;
    }
    let Some(to) = lot.pick(&near).or_else(|| lot.pick(&others)) else { return };
    let last = FIRST + lot.between(60, 190);
    leave_post(making, lot, index, last);
    let title = making.season.posts[index].title;
    // The post's id is that of its row, so this one comes after the version just pushed.
    let held = Span { first: last.next(), last: LAST };
    take_post(making, lot, member.person, (to, member.group, title), held);
    if let Some(second) = making.members.last_mut() {
        second.first = false;
    }
}

fn leaves(making: &mut Making<'_>, lot: &mut Lot) {
    for index in 0..making.members.len() {
        let member = making.members[index];
        if member.group == Group::Village || !member.first {
            continue;
        }
        let whole = span((4, 10), (11, 20));
        let from = whole.first + lot.between(0, whole.len());
        let (reason, length) = match lot.below(1000) {
            0..30 => ("sick", lot.between(9, 42)),
            30..43 => ("maternity", 97),
            43..54 => ("study", lot.between(5, 24)),
            _ => continue,
        };
        let last = from + length;
        making.leave[member.person.index()] = Some(Span { first: from, last });
        let id = Id::next(&making.season.leaves);
        // Illness is entered after it began, study and childbirth before.
        let known = if reason == "sick" { from + lot.between(0, 5) } else { from + -10 };
        let mark = Mark::own(making.clerk(member.org, from), member.org, known.max(on(4, 1)));
        let to = Some(last);
        making.season.leaves.push(Leave { id, person: member.person, from, to, reason, mark });
    }
}
