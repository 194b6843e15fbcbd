//! Two-monthly reports, media and the bulletin.
//!
//! Counties report every two months; most within five workdays, some later, one not at all, and one
//! with an erratum. The city's bulletin is checked by another person than its author before it is
//! published.
//! Read next: `corrections.rs`.

use facts::Day;

use super::base::Level;
use super::cell::{Document, Id, Org};
use super::days::{LAST, on, span};
use super::lot::Lot;
use super::making::{Making, Stage};
use super::papers::file;
use super::research::PERIODS;
use super::rows::{BulletinItem, MediaItem, PeriodicReport, Publication, Review};

const OUTLETS: [&str; 5] =
    ["市日报（演练）", "市电视台（演练）", "县电视台（演练）", "县新闻网（演练）", "广播（演练）"];

/// Fills reports and publicity.
pub fn fill(making: &mut Making<'_>) {
    let mut lot = making.lot(Stage::Reports);
    for (place, county) in making.counties().into_iter().enumerate() {
        for (number, covers) in PERIODS.into_iter().enumerate() {
            // One county forgets its second report.
            if (place, number) == (3, 1) {
                continue;
            }
            let late = lot.chance((1000 - making.zeal[county.index()]) * 3 / 2);
            let workdays = if late { lot.between(6, 14) } else { lot.between(1, 5) };
            let date = match covers.last {
                // The last report is due after the season; who is quick has it ready.
                last if last == LAST && lot.chance(700) => continue,
                last if last == LAST => LAST,
                last => making.days.workdays_after(last, workdays),
            };
            report(making, &mut lot, county, (number, date));
        }
    }
    media(making, &mut lot);
    bulletin(making, &mut lot);
}

fn report(making: &mut Making<'_>, lot: &mut Lot, org: Org, (number, date): (usize, Day)) {
    let id = Id::next(&making.season.periodic_reports);
    let mark = making.paper(lot, org, date);
    let confirmed_by = making.head(org, date);
    let covers = PERIODS[number];
    let row = PeriodicReport { id, org, covers, filed: true, date, confirmed_by, errata: "", mark };
    making.season.periodic_reports.push(row.clone());
    file(making, lot, org, (Document::Periodic(id), date));
    if lot.chance(90) {
        let known = date + lot.between(10, 30);
        let errata = "更正：入户数误含一次重复登记（演练）";
        let mark = mark.later(known);
        making.season.periodic_reports.push(PeriodicReport { errata, mark, ..row });
    }
}

fn media(making: &mut Making<'_>, lot: &mut Lot) {
    for org in making.three_levels() {
        let often = if making.level(org) == Level::Township { 420 } else { 900 };
        for stretch in [span((4, 10), (4, 30)), span((5, 2), (9, 28)), span((10, 8), (12, 28))] {
            for _ in 0..3 {
                if !lot.chance(often) {
                    continue;
                }
                let date = stretch.first + lot.between(0, stretch.len() - 1);
                let id = Id::next(&making.season.media_items);
                let mark = making.paper(lot, org, date);
                let outlet = lot.one(&OUTLETS);
                making.season.media_items.push(MediaItem { id, org, outlet, date, mark });
            }
        }
    }
}

/// About two items a month from each county and the city.
fn bulletin(making: &mut Making<'_>, lot: &mut Lot) {
    let city = making.base.city();
    for org in making.counties().into_iter().chain([city]) {
        for number in 4..=12 {
            for _ in 0..lot.between(1, 2) {
                let date = making.days.workday_from(on(number, 1) + lot.between(4, 26));
                item(making, lot, org, date);
            }
        }
    }
}

fn item(making: &mut Making<'_>, lot: &mut Lot, org: Org, date: Day) {
    let city = making.base.city();
    let staff = making.present(org, date);
    let Some(author) = lot.pick(&staff).map(|member| member.person) else { return };
    let id = Id::next(&making.season.bulletin_items);
    let mark = making.paper(lot, org, date);
    making.season.bulletin_items.push(BulletinItem { id, org, author, date, mark });
    let checkers = making.present(city, date);
    let by = lot.pick(&checkers).map(|member| member.person).filter(|by| *by != author);
    let days = if lot.chance(80) { lot.between(6, 9) } else { lot.between(0, 5) };
    let checked = making.days.workdays_after(date, days);
    let (Some(by), true) = (by, lot.chance(955) && checked < LAST) else { return };
    let item = id;
    let id = Id::next(&making.season.reviews);
    let mark = making.paper(lot, city, checked);
    let passed = lot.chance(940);
    making.season.reviews.push(Review { id, item, by, date: checked, passed, mark });
    let days = if lot.chance(90) { lot.between(11, 15) } else { lot.between(1, 10) };
    let published = making.days.workdays_after(checked, days);
    if passed && published < LAST && lot.chance(950) {
        let id = Id::next(&making.season.publications);
        let mark = making.paper(lot, city, published);
        let channel = if lot.chance(500) { "bulletin" } else { "website" };
        let (date, scrubbed) = (published, lot.chance(985));
        making.season.publications.push(Publication { id, item, date, channel, scrubbed, mark });
    }
}
