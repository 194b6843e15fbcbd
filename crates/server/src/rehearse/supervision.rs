//! Supervision: monthly rounds, a sheet for each place, findings and how they were put right.
//!
//! The city looks at every county each month, some of the times on the spot. A finding is ordered
//! to be put right, planned, closed and verified by somebody else; a few run late or stay open, and
//! one is granted a later limit. Nobody below a county is named.
//! Read next: `reports.rs`.

use facts::Day;

use super::cell::{Id, Mark, Org, Party};
use super::days::{LAST, month, on};
use super::lot::Lot;
use super::making::{Making, Stage};
use super::rows::{Closure, Extension, Finding, Inspection, Order, Redress, Round};

/// Clauses that findings are about.
const CLAUSES: [&str; 7] = ["C035", "C038", "C050", "C052", "C060", "C061", "C062"];

/// Fills rounds, sheets, findings and what followed.
pub fn fill(making: &mut Making<'_>) {
    let mut lot = making.lot(Stage::Supervision);
    let city = making.base.city();
    let mut granted = false;
    for number in 5..=12 {
        let month = month(number);
        let date = making.days.workday_from(month.first_day() + lot.between(7, 11));
        let round = Id::next(&making.season.rounds);
        let mark = making.paper(&mut lot, city, date);
        making.season.rounds.push(Round { id: round, org: city, month, date, mark });
        for (place, county) in making.counties().into_iter().enumerate() {
            // Once in the season a place is left out: the month of the harvest.
            if number == 10 && place == 6 {
                continue;
            }
            let day = making.days.workday_from(date + lot.between(0, 12));
            // On the spot in turn, so that each is seen about once in a quarter.
            let on_site = (place as i32 + number) % 3 == 0 || lot.chance(140);
            let sheet = sheet(making, &mut lot, (round, county), (day, on_site));
            for _ in 0..lot.weighted(&[(28, 0), (38, 1), (24, 2), (10, 3)], 1) {
                finding(making, &mut lot, (sheet, county), day, &mut granted);
            }
        }
    }
}

fn sheet(
    making: &mut Making<'_>,
    lot: &mut Lot,
    (round, place): (Id<Round>, Org),
    (date, on_site): (Day, bool),
) -> Id<Inspection> {
    let city = making.base.city();
    let staff = making.present(city, date);
    let first = lot.below(staff.len() as u32) as usize;
    let by = Party::from(staff.iter().cycle().skip(first).map(|member| member.person).take(2));
    let id = Id::next(&making.season.inspections);
    let mark = Mark::own(by.lead(), city, date + lot.between(0, 3));
    making.season.inspections.push(Inspection { id, round, place, date, on_site, by, mark });
    id
}

fn finding(
    making: &mut Making<'_>,
    lot: &mut Lot,
    (inspection, county): (Id<Inspection>, Org),
    date: Day,
    granted: &mut bool,
) {
    let staff = making.present(county, date);
    let Some(rectifier) = lot.pick(&staff).map(|member| member.person) else { return };
    let id = Id::next(&making.season.findings);
    let city = making.base.city();
    let clause = lot.one(&CLAUSES);
    let severity = lot.weighted(&[(46, "info"), (44, "warn"), (10, "serious")], "warn");
    let by = making.season.inspections[inspection.index()].by.lead();
    let mark = Mark::own(by, city, date + lot.between(0, 2));
    let row = Finding { id, inspection, date, clause, severity, rectifier, mark };
    making.season.findings.push(row.clone());
    order(making, lot, &row, by);
    redress(making, lot, (&row, county));
    close(making, lot, (&row, county), granted);
}

fn order(making: &mut Making<'_>, lot: &mut Lot, finding: &Finding, by: Id<super::rows::Person>) {
    let days = match lot.below(100) {
        0..4 => return,
        4..12 => lot.between(4, 8),
        _ => lot.between(0, 3),
    };
    let date = making.days.workdays_after(finding.date, days);
    let id = Id::next(&making.season.orders);
    let mark = Mark::own(by, finding.mark.org, date);
    making.season.orders.push(Order { id, finding: finding.id, date, by, mark });
}

fn redress(making: &mut Making<'_>, lot: &mut Lot, (finding, county): (&Finding, Org)) {
    let slack = 1000 - making.zeal[county.index()];
    let days = match lot.below(1000) {
        luck if luck < slack / 2 => return,
        luck if luck < slack * 3 / 2 => lot.between(11, 16),
        _ => lot.between(3, 10),
    };
    let date = making.days.workdays_after(finding.date, days);
    if date >= LAST {
        return;
    }
    let id = Id::next(&making.season.redresses);
    let by = finding.rectifier;
    let mark = Mark::own(by, county, date + lot.between(0, 2));
    making.season.redresses.push(Redress { id, finding: finding.id, date, by, mark });
}

fn close(
    making: &mut Making<'_>,
    lot: &mut Lot,
    (finding, county): (&Finding, Org),
    granted: &mut bool,
) {
    let slack = 1000 - making.zeal[county.index()];
    let mut days = match lot.below(1000) {
        luck if luck < slack * 2 / 3 => return,
        luck if luck < slack * 2 => lot.between(31, 55),
        _ => lot.between(10, 30),
    };
    if !*granted && finding.date > on(6, 1) && days > 30 {
        *granted = true;
        days = 48;
        extend(making, finding);
    }
    let date = finding.date + days;
    let city = making.base.city();
    let verifiers = making.present(city, date);
    let Some(verifier) = lot.pick(&verifiers).filter(|_| date <= LAST) else { return };
    let id = Id::next(&making.season.closures);
    let mark = Mark::own(verifier.person, city, date + lot.between(0, 2));
    let verified_by = verifier.person;
    making.season.closures.push(Closure { id, finding: finding.id, date, verified_by, mark });
}

/// The city grants a later limit ten days before the old one passes.
fn extend(making: &mut Making<'_>, finding: &Finding) {
    let city = making.base.city();
    let date = finding.date + 20;
    let approved_by = making.head(city, date);
    let id = Id::next(&making.season.extensions);
    let mark = Mark::own(approved_by, city, date);
    let (pairing, new_due) = (Id::NONE, finding.date + 60);
    making.season.extensions.push(Extension {
        id,
        finding: finding.id,
        pairing,
        date,
        new_due,
        approved_by,
        mark,
    });
}
