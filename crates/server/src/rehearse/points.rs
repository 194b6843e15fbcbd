//! Contact points: which two weak villages each organisation looks after.
//!
//! They come before the field work, because people go to their contact points more often than
//! elsewhere. Most are chosen by the end of May; a few late, a few never, and once two levels
//! choose the same village.
//! Read next: `trips.rs`.

use super::base::Level;
use super::cell::{Id, Org};
use super::days::span;
use super::lot::Lot;
use super::making::{Making, Stage};
use super::rows::ContactPoint;

/// How many an organisation chooses.
const EACH: usize = 2;

/// Fills the contact points.
pub fn fill(making: &mut Making<'_>) {
    let mut lot = making.lot(Stage::ContactPoints);
    let mut taken = vec![false; making.base.orgs.len()];
    let orgs = making.three_levels();
    for org in orgs.iter().copied() {
        let villages = making.base.villages(org);
        for place in 0..EACH {
            let free: Vec<Org> =
                villages.iter().copied().filter(|village| !taken[village.index()]).collect();
            let Some(village) = lot.pick(&free) else { continue };
            taken[village.index()] = true;
            choose(making, &mut lot, (org, village), place);
        }
    }
    share(making);
}

fn choose(making: &mut Making<'_>, lot: &mut Lot, (org, village): (Org, Org), place: usize) {
    let zeal = making.zeal[org.index()];
    let is_township = making.level(org) == Level::Township;
    let stretch = match lot.below(1000) {
        luck if is_township && luck < 1000_u32.saturating_sub(zeal) / 7 => return,
        luck if is_township && luck < 1000_u32.saturating_sub(zeal) / 3 => span((10, 8), (11, 20)),
        luck if luck < zeal - 180 => span((4, 20), (5, 31)),
        // The second one often waits for a talk with the village.
        _ if place == 0 => span((6, 1), (7, 31)),
        _ => span((6, 1), (9, 14)),
    };
    let from = making.days.workday_from(stretch.first + lot.between(0, stretch.len() - 1));
    let id = Id::next(&making.season.contact_points);
    let mark = making.paper(lot, org, from);
    making.season.contact_points.push(ContactPoint {
        id,
        org,
        village,
        weak: true,
        from,
        to: None,
        mark,
    });
}

/// The last township's second point moves to a village that its county looks after too.
fn share(making: &mut Making<'_>) {
    let points = &making.season.contact_points;
    let Some(last) = points.last().filter(|last| making.level(last.org) == Level::Township) else {
        return;
    };
    let county = making.base.above(last.org);
    let within =
        |point: &&ContactPoint| point.org == county && making.base.above(point.village) == last.org;
    let shared = points.iter().find(within).map(|point| point.village);
    let own = making.base.below(last.org).first().copied();
    let Some(village) = shared.or(own) else { return };
    let index = points.len() - 1;
    if shared.is_none() {
        // The county has none in this township: its second point goes there.
        let county_point = points.iter().rposition(|point| point.org == county);
        let Some(at) = county_point else { return };
        making.season.contact_points[at].village = village;
    }
    making.season.contact_points[index].village = village;
}
