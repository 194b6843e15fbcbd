//! A season in the making: the rows so far, and what the stages must know of each other.
//!
//! Rows are input of a world; everything else here (who serves where, which household was visited
//! first on which day) is derived from them on the way and dropped at the end.
//! A stage never reads the rows of a later one.
//! Read next: `people.rs`, the first stage.

use facts::{Day, Span};

use super::base::{Base, Level};
use super::cell::{Id, Mark, Org};
use super::days::{Days, LAST};
use super::lot::Lot;
use super::rows::{Household, Person, Season, Tag, Visit};
use super::scale::Scale;

/// What a post makes of a person.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Group {
    /// 班子.
    Leader,
    /// 机关.
    Office,
    /// 乡干部.
    Township,
    /// 村干部.
    Village,
}

/// A person at a post, for as long as it lasts.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// Who.
    pub person: Id<Person>,
    /// Where.
    pub org: Org,
    /// As what.
    pub group: Group,
    /// First and last day within the season.
    pub span: Span,
    /// How much of what is due gets done, of a thousand.
    pub zeal: u32,
    /// Whether this is the person's first post of the season.
    pub first: bool,
    /// Whether she hardly ever leaves the office.
    pub desk: bool,
}

/// What the stages share.
pub struct Making<'a> {
    /// The registry.
    pub base: &'a Base,
    /// How large.
    pub scale: &'a Scale,
    /// Workdays.
    pub days: Days,
    /// The seed.
    pub seed: u64,
    /// The rows.
    pub season: Season,
    /// Everybody at every post; village directors last.
    pub members: Vec<Member>,
    /// Members of each organisation.
    pub staff: Vec<Vec<usize>>,
    /// How much of what is due gets done in an organisation, of a thousand.
    pub zeal: Vec<u32>,
    /// Days that pass before a record is typed, by organisation: 0 quick, 2 slow.
    pub slowness: Vec<u32>,
    /// Leave of each person.
    pub leave: Vec<Option<Span>>,
    /// Households of each village, as a stretch of numbers.
    pub houses: Vec<(u32, u32)>,
    /// First resident of each household.
    pub residents_of: Vec<u32>,
    /// Tags by household; a household has one at most.
    pub tag_of: Vec<Id<Tag>>,
    /// Which member made each visit.
    pub visit_member: Vec<u32>,
    /// The first visit that counts, by household.
    pub first_visit: Vec<Option<(Day, Id<Visit>)>>,
    /// Which member made each trip.
    pub trip_member: Vec<u32>,
}

impl<'a> Making<'a> {
    /// An empty season.
    pub fn new(base: &'a Base, scale: &'a Scale, days: Days, seed: u64) -> Making<'a> {
        let orgs = base.orgs.len();
        Making {
            base,
            scale,
            days,
            seed,
            season: Season::default(),
            members: Vec::new(),
            staff: vec![Vec::new(); orgs],
            zeal: vec![0; orgs],
            slowness: vec![0; orgs],
            leave: Vec::new(),
            houses: vec![(0, 0); orgs],
            residents_of: Vec::new(),
            tag_of: Vec::new(),
            visit_member: Vec::new(),
            first_visit: Vec::new(),
            trip_member: Vec::new(),
        }
    }

    /// The lot of a stage.
    pub fn lot(&self, stage: Stage) -> Lot {
        Lot::new(self.seed, stage as u64)
    }

    /// Organisations at city, county and township level, in the order of the registry.
    pub fn three_levels(&self) -> Vec<Org> {
        let all = (0..self.base.orgs.len()).map(|index| Org(index as u32));
        all.filter(|org| self.level(*org) != Level::Village).collect()
    }

    /// Counties and zones.
    pub fn counties(&self) -> Vec<Org> {
        self.base.of_level(Level::County).collect()
    }

    /// The level of an organisation.
    pub fn level(&self, org: Org) -> Level {
        self.base.levels[org.index()]
    }

    /// As a code of the vocabulary writes it.
    pub fn level_word(&self, org: Org) -> &'static str {
        match self.level(org) {
            Level::City => "city",
            Level::Township => "township",
            Level::Village => "village",
            Level::County if self.base.orgs[org.index()].cell("level") == "zone" => "zone",
            Level::County => "county",
        }
    }

    /// Whoever is at her post there on that day; the first of them is the chair.
    pub fn present(&self, org: Org, day: Day) -> Vec<Member> {
        let staff = self.staff[org.index()].iter().map(|member| self.members[*member]);
        staff.filter(|member| member.span.contains(day)).collect()
    }

    /// Who heads it on that day.
    pub fn head(&self, org: Org, day: Day) -> Id<Person> {
        self.present(org, day).first().map_or(Id::NONE, |member| member.person)
    }

    /// Who does its paper work on that day: the last on the list.
    pub fn clerk(&self, org: Org, day: Day) -> Id<Person> {
        self.present(org, day).last().map_or(Id::NONE, |member| member.person)
    }

    /// A paper of an organisation, entered by its clerk a little later.
    pub fn paper(&self, lot: &mut Lot, org: Org, date: Day) -> Mark {
        let lag = lot.weighted(&[(70, 0), (20, 1), (7, 3), (3, 8)], 0);
        Mark::own(self.clerk(org, date), org, date + lag)
    }

    /// Days between a thing done and its record, as slow as the organisation is.
    pub fn lag(&self, lot: &mut Lot, org: Org) -> i32 {
        let long = lot.below(1000);
        if long < 22 {
            return lot.between(14, 35);
        }
        if long < 110 {
            return lot.between(4, 9);
        }
        let slow = self.slowness[org.index()] as i32;
        let usual = lot.weighted(&[(48, 0), (27, 1), (15, 2), (10, 3)], 0);
        usual + slow * 2
    }

    /// A member's own record of something she did.
    pub fn own(&self, lot: &mut Lot, member: &Member, date: Day) -> Mark {
        Mark::own(member.person, member.org, date + self.lag(lot, member.org))
    }

    /// Whether a person is on leave on any of these days.
    pub fn on_leave(&self, person: Id<Person>, span: Span) -> bool {
        self.leave[person.index()].is_some_and(|leave| leave.intersect(span).is_some())
    }

    /// The village of a household.
    pub fn village_of(&self, household: Id<Household>) -> Org {
        self.season.households[household.index()].village
    }

    /// A day after another, within the season.
    pub fn after(&self, lot: &mut Lot, day: Day, low: i32, high: i32) -> Day {
        (day + lot.between(low, high)).min(LAST)
    }
}

/// The stages, each with a lot of its own; a number is never given to another stage.
#[derive(Clone, Copy, Debug)]
pub enum Stage {
    /// People and posts.
    People = 1,
    /// Households and residents.
    Villages = 2,
    /// Household tags and profiles.
    Tags = 3,
    /// Contact points.
    ContactPoints = 4,
    /// Trips.
    Trips = 5,
    /// Visits.
    Visits = 6,
    /// Diaries.
    Diaries = 7,
    /// Needs.
    Needs = 8,
    /// Pairings.
    Pairings = 9,
    /// Plans and measures of help.
    Help = 10,
    /// Letters and aid.
    Gifts = 11,
    /// Services.
    Services = 12,
    /// Research.
    Research = 13,
    /// Highlights.
    Highlights = 14,
    /// Papers of the beginning and the end.
    Papers = 15,
    /// Supervision.
    Supervision = 16,
    /// Reports and publicity.
    Reports = 17,
    /// Corrections.
    Corrections = 18,
}
