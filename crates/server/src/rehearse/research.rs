//! Research: each cadre's report, common problems reviewed, what was proposed and decided.
//!
//! Reports are written alone or by two or three; leaders hand theirs in earlier. Counties look at
//! the needs of two months together. The best reports go up at the end.
//! Titles are of the play and tell nothing.
//! Read next: `highlights.rs`.

use facts::{Day, Span};

use super::cell::{Id, Org, Party};
use super::days::{LAST, span};
use super::lot::Lot;
use super::making::{Group, Making, Member, Stage};
use super::rows::{
    ClusterReview, Measure, Need, Nomination, Person, Recommendation, ResearchReport,
};

const TITLES: [&str; 6] = [
    "留守妇女生产生活状况调查（演练）",
    "妇女创业就业需求调查（演练）",
    "村级妇女组织建设调查（演练）",
    "困境儿童关爱情况调查（演练）",
    "农村妇女文化生活调查（演练）",
    "妇女维权服务调查（演练）",
];
/// Topics of which a county may find that they are common.
const TOPICS: [&str; 5] = ["employment", "culture", "rights", "poverty", "vulnerable"];
/// The periods of the reports to the city; a review belongs to one.
pub const PERIODS: [Span; 4] =
    [span((5, 1), (6, 30)), span((7, 1), (8, 31)), span((9, 1), (10, 31)), span((11, 1), (12, 31))];

/// Fills reports, reviews and nominations.
pub fn fill(making: &mut Making<'_>) {
    let mut lot = making.lot(Stage::Research);
    reports(making, &mut lot);
    reviews(making, &mut lot);
    nominations(making, &mut lot);
}

fn reports(making: &mut Making<'_>, lot: &mut Lot) {
    let mut covered = vec![false; making.season.persons.len()];
    for index in 0..making.members.len() {
        let member = making.members[index];
        let done = covered[member.person.index()] || member.group == Group::Village;
        let slack = 1000 - member.zeal;
        if done || !member.first || lot.chance(slack * 3 / 4) {
            continue;
        }
        let stretch = match member.group {
            Group::Leader if lot.chance(780) => span((5, 20), (9, 20)),
            _ if lot.chance(390) => span((6, 1), (9, 18)),
            _ => span((9, 19), (12, 29)),
        };
        let date = stretch.first + lot.between(0, stretch.len() - 1);
        if !member.span.contains(date) {
            continue;
        }
        let authors = authors(making, lot, &member, &covered);
        for author in authors.iter() {
            covered[author.index()] = true;
        }
        report(making, lot, (authors, member.org), date);
    }
}

/// Alone, or with one or two who have not written yet; once in a while four sign, one too many.
fn authors(making: &Making<'_>, lot: &mut Lot, member: &Member, covered: &[bool]) -> Party {
    let wanted = lot.weighted(&[(66, 1), (22, 2), (11, 3), (1, 4)], 1);
    let staff = making.staff[member.org.index()].iter().map(|at| making.members[*at]);
    let free = staff.filter(|other| {
        let same = other.group == member.group && other.person != member.person;
        same && other.first && !covered[other.person.index()]
    });
    let others: Vec<Id<Person>> = free.map(|other| other.person).take(wanted - 1).collect();
    Party::from([member.person].into_iter().chain(others))
}

fn report(making: &mut Making<'_>, lot: &mut Lot, (authors, org): (Party, Org), date: Day) {
    let id = Id::next(&making.season.research_reports);
    let mark = making.paper(lot, org, date);
    let title = lot.one(&TITLES);
    making.season.research_reports.push(ResearchReport { id, authors, org, title, date, mark });
}

fn reviews(making: &mut Making<'_>, lot: &mut Lot) {
    for county in making.counties() {
        let zeal = making.zeal[county.index()];
        for covers in PERIODS {
            if !lot.chance(zeal - 40) {
                continue;
            }
            for _ in 0..lot.weighted(&[(60, 1), (40, 2)], 1) {
                let date = covers.first + lot.between(25, covers.len() - 4);
                review(making, lot, county, (covers, date));
            }
        }
    }
}

fn review(making: &mut Making<'_>, lot: &mut Lot, county: Org, (covers, date): (Span, Day)) {
    let topic = lot.one(&TOPICS);
    let within = |need: &&Need| {
        need.topic == topic
            && covers.contains(need.opened)
            && need.opened <= date
            && making.base.above(making.base.above(need.village)) == county
    };
    let needs: Vec<Id<Need>> =
        making.season.needs.iter().filter(within).map(|need| need.id).take(12).collect();
    let id = Id::next(&making.season.cluster_reviews);
    let mark = making.paper(lot, county, date);
    let kind = if lot.chance(600) { "common" } else { "trending" };
    making.season.cluster_reviews.push(ClusterReview {
        id,
        org: county,
        covers,
        date,
        topic,
        needs,
        kind,
        mark,
    });
    let days = if lot.chance(120) { lot.between(31, 50) } else { lot.between(3, 28) };
    if lot.chance(making.zeal[county.index()]) {
        recommend(making, lot, county, (id, date + days));
    }
}

fn recommend(
    making: &mut Making<'_>,
    lot: &mut Lot,
    county: Org,
    (review, date): (Id<ClusterReview>, Day),
) {
    if date > LAST {
        return;
    }
    let id = Id::next(&making.season.recommendations);
    let mark = making.paper(lot, county, date);
    let adopted = lot.chance(620);
    let owner = making.head(county, date);
    let due = date + 60;
    making.season.recommendations.push(Recommendation {
        id,
        review,
        date,
        owner,
        due,
        adopted,
        mark,
    });
    let decided = date + lot.between(10, 50);
    if adopted && decided <= LAST && lot.chance(800) {
        let recommendation = id;
        let id = Id::next(&making.season.measures);
        let mark = making.paper(lot, county, decided);
        making.season.measures.push(Measure { id, recommendation, date: decided, mark });
    }
}

/// Counties name one or two reports, the city's jury some of these, and two go to the province.
fn nominations(making: &mut Making<'_>, lot: &mut Lot) {
    let city = making.base.city();
    for county in making.counties() {
        let own = making.season.research_reports.iter().filter(|report| report.org == county);
        let reports: Vec<_> = own.map(|report| (report.id, report.date)).take(2).collect();
        for (report, written) in reports {
            let date = written.max(span((9, 20), (9, 20)).first) + lot.between(5, 35);
            nominate(making, lot, county, (report, "county", date));
            if lot.chance(500) {
                let chosen = date + lot.between(5, 20);
                nominate(making, lot, city, (report, "jury", chosen));
            }
        }
    }
    let jury = making.season.nominations.iter().filter(|nomination| nomination.step == "jury");
    let best: Vec<_> = jury.map(|nomination| nomination.report).take(2).collect();
    for report in best {
        let date = span((12, 1), (12, 24)).first + lot.between(0, 23);
        nominate(making, lot, city, (report, "province", date));
    }
}

fn nominate(
    making: &mut Making<'_>,
    lot: &mut Lot,
    org: Org,
    (report, step, date): (Id<ResearchReport>, &'static str, Day),
) {
    if date > LAST {
        return;
    }
    let id = Id::next(&making.season.nominations);
    let mark = making.paper(lot, org, date);
    making.season.nominations.push(Nomination { id, report, step, date, mark });
}
