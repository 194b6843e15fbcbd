//! What stands in a column: references, days, words, numbers, names; and how each is written.
//!
//! Everything is small and plain; text is made only when a row is written. An id is a letter and a
//! number, an organisation keeps the id of the registry, a name comes from a list by number.
//! Nothing here belongs to a real person: identity numbers begin with a prefix never assigned.
//! Read next: `names.rs`.

use std::fmt::Write;
use std::marker::PhantomData;

use facts::{Day, Month, Span};

pub use super::names::{HouseName, IdNumber, Name, Names};
use super::row::Row;
use super::rows::{PeriodicReport, Person, PlanDocument, ResearchReport, Summary};

/// Stands for "no record" in a dense number.
const NONE: u32 = u32::MAX;

/// A column's value.
pub trait Cell {
    /// As the file has it; empty when there is none.
    fn cell(&self, names: &Names<'_>) -> String;
}

/// A reference to row n of a form, or to none.
pub struct Id<R>(u32, PhantomData<fn() -> R>);

impl<R> Id<R> {
    /// No record.
    pub const NONE: Id<R> = Id(NONE, PhantomData);

    /// Row n.
    pub fn at(number: usize) -> Id<R> {
        Id(number as u32, PhantomData)
    }

    /// The row that will be pushed next.
    pub fn next(rows: &[R]) -> Id<R> {
        Id::at(rows.len())
    }

    /// Its number in the table.
    pub fn index(self) -> usize {
        self.0 as usize
    }

    /// Whether there is one.
    pub fn is_some(self) -> bool {
        self.0 != NONE
    }
}

// Not derived: a reference is small whatever it refers to.
impl<R> Clone for Id<R> {
    fn clone(&self) -> Id<R> {
        *self
    }
}
impl<R> Copy for Id<R> {}
impl<R> PartialEq for Id<R> {
    fn eq(&self, other: &Id<R>) -> bool {
        self.0 == other.0
    }
}
impl<R> std::fmt::Debug for Id<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl<R: Row> Cell for Id<R> {
    fn cell(&self, names: &Names<'_>) -> String {
        if !self.is_some() {
            return String::new();
        }
        format!("{}{}{:06}", names.prefix, R::LETTER, self.0)
    }
}

/// An organisation of the base, or none.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Org(pub u32);

impl Org {
    /// No organisation.
    pub const NONE: Org = Org(NONE);

    /// Its number in the base.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl Cell for Org {
    fn cell(&self, names: &Names<'_>) -> String {
        let org = names.base.orgs.get(self.index());
        org.map(|org| format!("{}{}", names.prefix, org.id)).unwrap_or_default()
    }
}

/// A code or a fixed text; empty when there is none.
pub type Text = &'static str;
/// Several codes.
pub type Words = &'static [&'static str];

impl Cell for Text {
    fn cell(&self, _: &Names<'_>) -> String {
        (*self).to_owned()
    }
}

impl Cell for Words {
    fn cell(&self, _: &Names<'_>) -> String {
        self.join("|")
    }
}

/// Up to four people.
#[derive(Clone, Copy, Debug)]
pub struct Party {
    people: [Id<Person>; Party::MAX],
}

impl Party {
    /// More do not go together.
    pub const MAX: usize = 4;

    /// One alone.
    pub fn of(person: Id<Person>) -> Party {
        let mut people = [Id::NONE; Party::MAX];
        people[0] = person;
        Party { people }
    }

    /// Several, in order; those beyond the fourth stay at home.
    pub fn from(all: impl IntoIterator<Item = Id<Person>>) -> Party {
        let mut people = [Id::NONE; Party::MAX];
        people.iter_mut().zip(all).for_each(|(place, person)| *place = person);
        Party { people }
    }

    /// The first.
    pub fn lead(self) -> Id<Person> {
        self.people[0]
    }

    /// All of them.
    pub fn iter(self) -> impl Iterator<Item = Id<Person>> {
        self.people.into_iter().filter(|person| person.is_some())
    }
}

impl Cell for Party {
    fn cell(&self, names: &Names<'_>) -> String {
        self.iter().map(|person| person.cell(names)).collect::<Vec<_>>().join("|")
    }
}

impl<R: Row> Cell for Vec<Id<R>> {
    fn cell(&self, names: &Names<'_>) -> String {
        self.iter().map(|id| id.cell(names)).collect::<Vec<_>>().join("|")
    }
}

/// Half days.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Half(pub u16);

impl Cell for Half {
    fn cell(&self, _: &Names<'_>) -> String {
        let Half(halves) = self;
        if halves % 2 == 0 { (halves / 2).to_string() } else { format!("{}.5", halves / 2) }
    }
}

/// A paper sent to the level above.
#[derive(Clone, Copy, Debug)]
pub enum Document {
    /// A county's own plan.
    Plan(Id<PlanDocument>),
    /// A summary at the end.
    Summary(Id<Summary>),
    /// A research report.
    Research(Id<ResearchReport>),
    /// A report of a period.
    Periodic(Id<PeriodicReport>),
}

impl Cell for Document {
    fn cell(&self, names: &Names<'_>) -> String {
        match self {
            Document::Plan(id) => id.cell(names),
            Document::Summary(id) => id.cell(names),
            Document::Research(id) => id.cell(names),
            Document::Periodic(id) => id.cell(names),
        }
    }
}

macro_rules! shown_as_it_is {
    ($($kind:ty),*) => { $( impl Cell for $kind {
        fn cell(&self, _: &Names<'_>) -> String { self.to_string() }
    } )* };
}
shown_as_it_is!(u32, Day, Month, Span);

impl Cell for bool {
    fn cell(&self, _: &Names<'_>) -> String {
        if *self { "yes" } else { "no" }.to_owned()
    }
}

impl<C: Cell> Cell for Option<C> {
    fn cell(&self, names: &Names<'_>) -> String {
        self.as_ref().map(|inner| inner.cell(names)).unwrap_or_default()
    }
}

/// Who entered a row, for which organisation, and since when it is known.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    /// Who typed it.
    pub by: Id<Person>,
    /// For which organisation.
    pub org: Org,
    /// The known day.
    pub day: Day,
    /// In whose name, when that is somebody else.
    pub entered_for: Id<Person>,
    /// Whether that one has confirmed it.
    pub confirmed: bool,
    /// Whether this version takes the row back.
    pub withdrawn: bool,
}

impl Mark {
    /// Entered by oneself.
    pub fn own(by: Id<Person>, org: Org, day: Day) -> Mark {
        Mark { by, org, day, entered_for: Id::NONE, confirmed: false, withdrawn: false }
    }

    /// The same again later, as a correction has it.
    pub fn later(self, day: Day) -> Mark {
        Mark { day: day.max(self.day.next()), ..self }
    }

    /// Writes the columns of every file.
    pub fn write(&self, names: &Names<'_>, cells: &mut Vec<String>) {
        let mut day = String::with_capacity(10);
        // Writing to a text cannot fail.
        let _ = write!(day, "{}", self.day);
        cells.extend([self.by.cell(names), self.org.cell(names), day]);
        let named = self.entered_for.is_some();
        cells.push(self.entered_for.cell(names));
        cells.push(if named { self.confirmed.cell(names) } else { String::new() });
        cells.push(if self.withdrawn { "yes".to_owned() } else { String::new() });
    }
}
