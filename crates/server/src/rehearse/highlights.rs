//! Highlights: model Women's Homes, village brands, role models, cases and rules made of them.
//!
//! An application goes from the village through the county to the city; some wait, some fail.
//! Names of brands are of the play.
//! Read next: `papers.rs`.

use facts::Day;

use super::base::Level;
use super::cell::{Id, Mark, Org};
use super::days::{LAST, span};
use super::lot::Lot;
use super::making::{Making, Stage};
use super::rows::{
    Acceptance, Application, Brand, Endorsement, ModelCase, ModelSite, RoleModel, StandingRule,
    WomensHome,
};

const BRANDS: [&str; 8] = [
    "巾帼文艺队",
    "好婆媳评选",
    "妇女小额信贷互助",
    "四点半课堂",
    "巾帼冬枣园",
    "邻里说事",
    "留守儿童代理妈妈",
    "草柳编妇女合作社",
];
const RULES: [&str; 3] =
    ["干部下基层制度（演练）", "妇情日记制度（演练）", "联系妇女群众制度（演练）"];
const CASE: &str = "一村一案（演练）";

/// Fills the highlights.
pub fn fill(making: &mut Making<'_>) {
    let mut lot = making.lot(Stage::Highlights);
    for county in making.counties() {
        let own = |home: &&WomensHome| making.base.above(making.base.above(home.org)) == county;
        let homes: Vec<_> = making.season.womens_homes.iter().filter(own).cloned().collect();
        for home in homes.iter().take(lot.between(2, 4) as usize) {
            apply(making, &mut lot, home, county);
        }
    }
    brands(making, &mut lot);
    role_models(making, &mut lot);
    cases_and_rules(making, &mut lot);
}

fn apply(making: &mut Making<'_>, lot: &mut Lot, home: &WomensHome, county: Org) {
    let date = span((5, 20), (8, 31)).first + lot.between(0, 100);
    let application = Id::next(&making.season.applications);
    let mark = making.paper(lot, home.org, date);
    making.season.applications.push(Application { id: application, home: home.id, date, mark });
    let slow = lot.chance(160);
    let endorsed = date + if slow { lot.between(31, 55) } else { lot.between(5, 29) };
    if !lot.chance(making.zeal[county.index()]) || endorsed > LAST {
        return;
    }
    let id = Id::next(&making.season.endorsements);
    let mark = making.paper(lot, county, endorsed);
    making.season.endorsements.push(Endorsement { id, application, date: endorsed, mark });
    let slow = lot.chance(130);
    let inspected = endorsed + if slow { lot.between(61, 85) } else { lot.between(15, 58) };
    if !lot.chance(900) || inspected > LAST {
        return;
    }
    accept(making, lot, application, inspected);
}

fn accept(making: &mut Making<'_>, lot: &mut Lot, application: Id<Application>, date: Day) {
    let city = making.base.city();
    let mark = making.paper(lot, city, date);
    let passed = lot.chance(850);
    let id = Id::next(&making.season.acceptances);
    making.season.acceptances.push(Acceptance { id, application, date, passed, mark });
    let named = date + lot.between(10, 40);
    if passed && named <= LAST {
        let id = Id::next(&making.season.model_sites);
        let mark = making.paper(lot, city, named);
        making.season.model_sites.push(ModelSite { id, application, date: named, mark });
    }
}

fn brands(making: &mut Making<'_>, lot: &mut Lot) {
    for village in making.base.of_level(Level::Village).collect::<Vec<_>>() {
        if !lot.chance(130) {
            continue;
        }
        let stretch = if lot.chance(720) { span((5, 1), (9, 18)) } else { span((9, 19), (12, 15)) };
        let date = stretch.first + lot.between(0, stretch.len() - 1);
        let id = Id::next(&making.season.brands);
        let mark = making.paper(lot, village, date);
        let text = lot.one(&BRANDS);
        making.season.brands.push(Brand { id, org: village, date, text, mark });
    }
}

fn role_models(making: &mut Making<'_>, lot: &mut Lot) {
    for org in making.three_levels() {
        let township = making.level(org) == Level::Township;
        let count = match (township, lot.chance(making.zeal[org.index()])) {
            (true, true) => lot.between(0, 1),
            (false, true) => lot.between(1, 4),
            _ => 0,
        };
        let villages = making.base.villages(org);
        for _ in 0..count {
            let Some(village) = lot.pick(&villages) else { continue };
            let (begin, end) = making.houses[village.index()];
            let house = begin + lot.below(end - begin);
            let resident = Id::at(making.residents_of[house as usize] as usize);
            let date = span((6, 1), (12, 10)).first + lot.between(0, 192);
            let id = Id::next(&making.season.role_models);
            let mark = making.paper(lot, org, date);
            let nominated_by = village;
            making.season.role_models.push(RoleModel {
                id,
                org,
                date,
                resident,
                nominated_by,
                mark,
            });
        }
    }
}

/// Cases are told from July on; rules come in the phase of review, some out of a case.
fn cases_and_rules(making: &mut Making<'_>, lot: &mut Lot) {
    for org in making.three_levels() {
        let zeal = making.zeal[org.index()];
        let county = making.level(org) != Level::Township;
        let mut case = Id::NONE;
        if lot.chance(if county { zeal } else { 240 }) {
            let date = span((7, 1), (11, 20)).first + lot.between(0, 142);
            case = Id::next(&making.season.model_cases);
            let mark = making.paper(lot, org, date);
            making.season.model_cases.push(ModelCase { id: case, org, date, title: CASE, mark });
        }
        if lot.chance(zeal - 50) {
            let date = span((10, 15), (12, 30)).first + lot.between(0, 76);
            let from_case = if lot.chance(600) { case } else { Id::NONE };
            rule(making, lot, org, (date, from_case));
        }
    }
}

fn rule(making: &mut Making<'_>, lot: &mut Lot, org: Org, (date, from_case): (Day, Id<ModelCase>)) {
    let id = Id::next(&making.season.standing_rules);
    let mark: Mark = making.paper(lot, org, date);
    let title = lot.one(&RULES);
    making.season.standing_rules.push(StandingRule { id, org, date, title, from_case, mark });
}
