//! The five services brought home, events, jobs offered and what came of them.
//!
//! A service follows a visit; a few are rendered where nobody has been before, which the plan sees.
//! Women's Homes serve groups without naming a household.
//! Read next: `research.rs`.

use facts::{Day, Span};

use super::base::Level;
use super::cell::{Id, Mark, Org};
use super::days::{LAST, span};
use super::lot::Lot;
use super::making::{Group, Making, Stage};
use super::rows::{Event, Helper, JobOffer, JobOutcome, Service, Vacancy, Visit, WomensHome};

const KINDS: [(u32, &str); 5] =
    [(52, "care"), (13, "employment"), (15, "medical"), (12, "schooling"), (8, "legal")];
const GROUPS: [&str; 6] = ["women", "children", "elderly", "disabled", "starters", "left_behind"];
const EMPLOYERS: [&str; 6] = [
    "棉纺厂（演练）",
    "服装厂（演练）",
    "家政公司（演练）",
    "食品厂（演练）",
    "草柳编合作社（演练）",
    "冬枣合作社（演练）",
];
/// Quarters in which a Women's Home is looked at.
const QUARTERS: [Span; 3] = [span((5, 1), (6, 30)), span((7, 1), (9, 30)), span((10, 1), (12, 31))];

/// What a service is, before it is entered.
struct Draft {
    kind: &'static str,
    org: Org,
    visit: Option<Visit>,
    home: Id<WomensHome>,
    group: &'static str,
    date: Day,
}

/// Fills services and what hangs on them.
pub fn fill(making: &mut Making<'_>) {
    let mut lot = making.lot(Stage::Services);
    helpers(making, &mut lot);
    vacancies(making, &mut lot);
    let homes = homes(making);
    for index in 0..making.season.visits.len() {
        if !lot.chance(24) {
            continue;
        }
        let visit = making.season.visits[index].clone();
        let member = making.members[making.visit_member[index] as usize];
        let org = match member.group {
            Group::Village => making.base.above(member.org),
            _ => member.org,
        };
        if visit.kind == "home" && lot.chance(making.zeal[org.index()]) {
            of_visit(making, &mut lot, (org, &homes), visit);
        }
    }
    each_kind(making, &mut lot);
    at_homes(making, &mut lot);
    events(making, &mut lot);
    jobs(making, &mut lot);
}

/// The Women's Home of each village.
fn homes(making: &Making<'_>) -> Vec<Id<WomensHome>> {
    let mut homes = vec![Id::NONE; making.base.orgs.len()];
    for home in &making.season.womens_homes {
        homes[home.org.index()] = home.id;
    }
    homes
}

fn of_visit(
    making: &mut Making<'_>,
    lot: &mut Lot,
    (org, homes): (Org, &[Id<WomensHome>]),
    mut visit: Visit,
) {
    let kind = lot.weighted(&KINDS, "care");
    let date = making.after(lot, visit.date, 0, 21);
    let home = homes[visit.village.index()];
    if lot.chance(30) {
        // Somebody next door, where perhaps nobody has been.
        let (begin, end) = making.houses[visit.village.index()];
        visit.household = Id::at((begin + lot.below(end - begin)) as usize);
    }
    let group = match kind {
        "schooling" => "children",
        "employment" => "women",
        _ => lot.one(&GROUPS),
    };
    enter(making, lot, Draft { kind, org, visit: Some(visit), home, group, date });
}

fn enter(making: &mut Making<'_>, lot: &mut Lot, draft: Draft) -> Id<Service> {
    let Draft { kind, org, visit, home, group, date } = draft;
    let id = Id::next(&making.season.services);
    let provider = match kind {
        "medical" => lot.one(&["medic", "medic", "volunteer"]),
        "legal" => lot.one(&["legal_team", "volunteer"]),
        "employment" => lot.one(&["company", "federation"]),
        _ => lot.one(&["federation", "volunteer"]),
    };
    let household = visit.as_ref().map_or(Id::NONE, |visit| visit.household);
    let woman = making.residents_of.get(household.index()).copied();
    let resident = match woman {
        Some(woman) if lot.chance(700) => Id::at(woman as usize),
        _ => Id::NONE,
    };
    let outcome = lot.weighted(&[(62, "done"), (26, "ongoing"), (12, "referred")], "done");
    let mark = making.paper(lot, org, date);
    making.season.services.push(Service {
        id,
        kind,
        org,
        household,
        resident,
        womens_home: home,
        target_group: group,
        date,
        provider,
        outcome,
        mark,
    });
    id
}

/// Counties see to it that each kind occurs; a township now and then.
fn each_kind(making: &mut Making<'_>, lot: &mut Lot) {
    for org in making.three_levels() {
        let often = match making.level(org) {
            Level::Township => 260,
            _ => making.zeal[org.index()],
        };
        for (_, kind) in KINDS {
            let stretch = span((5, 10), (10, 20));
            let date = stretch.first + lot.between(0, stretch.len() - 1);
            if lot.chance(often) {
                let group = lot.one(&GROUPS);
                enter(making, lot, Draft { kind, org, visit: None, home: Id::NONE, group, date });
            }
        }
    }
}

/// Two or three groups in most quarters.
fn at_homes(making: &mut Making<'_>, lot: &mut Lot) {
    for index in 0..making.season.womens_homes.len() {
        let home = making.season.womens_homes[index].clone();
        let org = making.base.above(home.org);
        for quarter in QUARTERS {
            let keen = lot.chance(making.zeal[home.org.index()]);
            let count = if keen { lot.between(2, 3) } else { lot.between(0, 1) };
            let begin = lot.below(GROUPS.len() as u32) as usize;
            for place in 0..count as usize {
                let group = GROUPS[(begin + place) % GROUPS.len()];
                let date = quarter.first + lot.between(0, quarter.len() - 1);
                let kind = lot.weighted(&KINDS, "care");
                enter(making, lot, Draft { kind, org, visit: None, home: home.id, group, date });
            }
        }
    }
}

fn events(making: &mut Making<'_>, lot: &mut Lot) {
    for org in making.three_levels() {
        let villages = making.base.villages(org);
        let count = if making.level(org) == Level::Township { 2 } else { 5 };
        for _ in 0..lot.between(0, count) {
            let date =
                making.days.workday_from(span((4, 20), (12, 10)).first + lot.between(0, 230));
            let id = Id::next(&making.season.events);
            let kind = lot.weighted(&KINDS, "care");
            let village = lot.pick(&villages).unwrap_or(Org::NONE);
            let participants = 12 + lot.below(140);
            let mark = making.paper(lot, org, date);
            making.season.events.push(Event { id, org, kind, date, village, participants, mark });
        }
    }
}

fn helpers(making: &mut Making<'_>, lot: &mut Lot) {
    for org in making.counties() {
        for kind in ["medic", "medic", "lawyer", "volunteer", "volunteer", "woman_leader"] {
            let id = Id::next(&making.season.helpers);
            let from = span((4, 10), (6, 10)).first + lot.between(0, 60);
            let mark = making.paper(lot, org, from);
            let name = super::cell::Name { draw: lot.draw() as u32, woman: lot.chance(700) };
            making.season.helpers.push(Helper { id, name, kind, org, from, mark });
        }
    }
}

fn vacancies(making: &mut Making<'_>, lot: &mut Lot) {
    for org in making.counties() {
        for employer in EMPLOYERS {
            let id = Id::next(&making.season.vacancies);
            let from = span((4, 10), (6, 30)).first + lot.between(0, 60);
            let mark = making.paper(lot, org, from);
            let places = 2 + lot.below(18);
            making.season.vacancies.push(Vacancy { id, employer, places, from, mark });
        }
    }
}

fn jobs(making: &mut Making<'_>, lot: &mut Lot) {
    let all: Vec<Service> = making
        .season
        .services
        .iter()
        .filter(|service| service.kind == "employment")
        .cloned()
        .collect();
    let vacancies: Vec<Id<Vacancy>> = making.season.vacancies.iter().map(|row| row.id).collect();
    for service in all {
        let zeal = making.zeal[service.org.index()];
        let late = lot.chance(90);
        let days = if late { lot.between(31, 60) } else { lot.between(2, 28) };
        let date = service.date + days;
        let (Some(vacancy), true) = (lot.pick(&vacancies), lot.chance(zeal)) else { continue };
        if date > LAST {
            continue;
        }
        let id = Id::next(&making.season.job_offers);
        let mark = making.paper(lot, service.org, date);
        making.season.job_offers.push(JobOffer { id, service: service.id, vacancy, date, mark });
        outcome(making, lot, (&service, mark), date);
    }
}

fn outcome(
    making: &mut Making<'_>,
    lot: &mut Lot,
    (service, mark): (&Service, Mark),
    offered: Day,
) {
    let date = offered + lot.between(7, 95);
    if date > LAST || !lot.chance(860) {
        return;
    }
    let id = Id::next(&making.season.job_outcomes);
    let result = lot.weighted(&[(55, "hired"), (30, "declined"), (15, "kept_3_months")], "hired");
    let mark = Mark { day: date + lot.between(0, 3), ..mark };
    making.season.job_outcomes.push(JobOutcome { id, service: service.id, date, result, mark });
}
