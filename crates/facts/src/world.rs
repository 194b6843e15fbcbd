//! The world: every version of every record, by form.
//!
//! Tables lie by [`FormId`], values by [`FieldId`], references are dense indices into tables. All
//! versions are kept, because a question may name the day up to which knowledge is used
//! (plan-language §6.2). Sealed (🔒), derived (算) and built-in (内置) fields are always empty.
//! It does not restrict by the day asked for: what counts as of a day is the crate `duty`'s.
//! Read next: `world/build.rs`, which makes one.

mod apply;
mod build;
mod cell;
mod column_reader;
mod columns;
mod ids;
mod resolve;
#[cfg(test)]
mod tests;
mod versions;
mod writer;

use std::sync::Arc;

use crate::calendar::Calendar;
use crate::day::Day;
use crate::schema::{CONFIRMED, ENTERED_FOR, FieldId, FormId, Schema};
use crate::value::{RecordRef, Value};

use ids::Ids;

pub use apply::{Images, NotTaken};
pub use build::WorldBuilder;
pub use writer::TableWriter;

/// A condition on single rows that a schema cannot hold: the field it is about and what is wrong.
pub type RowCheck<'c> = dyn Fn(FormId, &Version) -> Option<(FieldId, String)> + 'c;

/// All that is known, laid out by a schema.
#[derive(Clone, Debug)]
pub struct World {
    /// What the tables are laid out by.
    pub schema: Arc<Schema>,
    /// Which days are workdays.
    pub calendar: Calendar,
    /// One table per form, by [`FormId`].
    pub tables: Vec<Table>,
}

/// The records of one form.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// Records by the index of their [`RecordRef`], in the order their ids were first seen.
    ///
    /// An id that was only referred to, or whose rows all had errors, keeps its place but has no
    /// version: such a record can be found by nothing and is known at no day.
    pub records: Vec<Record>,
    pub(crate) by_id: Ids,
}

/// One record with its versions.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its external id.
    pub id: Arc<str>,
    /// Versions by (segment, known).
    pub versions: Vec<Version>,
}

/// One version of a record.
#[derive(Clone, Debug)]
pub struct Version {
    /// First day of the segment of a 分段 form (an empty one is [`Day::MIN`]); `None` elsewhere.
    pub segment: Option<Day>,
    /// The day since which it is known; `None` = known always.
    pub known: Option<Day>,
    /// Whether this version withdraws the record (or this segment of it).
    pub withdrawn: bool,
    /// Values by [`FieldId`], the six common fields included. Empty ones at the end may be left
    /// out, as most of a city's rows have some: ask [`Version::value`].
    pub values: Box<[Value]>,
}

impl World {
    /// The record a reference points to.
    pub fn record(&self, record: RecordRef) -> &Record {
        &self.tables[record.form.0 as usize].records[record.index as usize]
    }

    /// The external id of a record.
    pub fn id(&self, record: RecordRef) -> &str {
        &self.record(record).id
    }

    /// The record of a form with this id.
    pub fn find(&self, form: FormId, id: &str) -> Option<RecordRef> {
        let index = self.table(form).find(id)?;
        Some(RecordRef { form, index })
    }

    /// The records of a form.
    pub fn table(&self, form: FormId) -> &Table {
        &self.tables[form.0 as usize]
    }
}

impl Table {
    /// Index of the record with this id.
    pub fn find(&self, id: &str) -> Option<u32> {
        let index = *self.by_id.get(id)?;
        (!self.records[index as usize].versions.is_empty()).then_some(index)
    }
}

impl Record {
    /// What counts by the knowledge of day `known` (`None`: by all there is): of each segment the
    /// last version known by then, unless it is withdrawn or entered for somebody who has not
    /// confirmed it.
    pub fn known_at(&self, known: Option<Day>) -> impl Iterator<Item = &Version> {
        self.chosen(known).map(|position| &self.versions[position])
    }

    /// The same as positions in [`Record::versions`].
    pub fn chosen(&self, known: Option<Day>) -> impl Iterator<Item = usize> + '_ {
        let mut next = 0;
        let segments = self.versions.chunk_by(|a, b| a.segment == b.segment);
        segments.filter_map(move |versions| {
            let first = next;
            next += versions.len();
            let last = versions.iter().rposition(|version| version.is_known(known))?;
            versions[last].counts().then_some(first + last)
        })
    }
}

impl Version {
    /// The value of a field.
    pub fn value(&self, field: FieldId) -> &Value {
        static EMPTY: Value = Value::Empty;
        self.values.get(field.0 as usize).unwrap_or(&EMPTY)
    }

    /// Whether it is known on a day; without a day, all that was entered is.
    pub fn is_known(&self, day: Option<Day>) -> bool {
        match (self.known, day) {
            (Some(known), Some(day)) => known <= day,
            _ => true,
        }
    }

    /// Whether it stands: not withdrawn, and confirmed when somebody else entered it.
    pub fn counts(&self) -> bool {
        let confirmed =
            self.value(ENTERED_FOR).is_empty() || *self.value(CONFIRMED) == Value::Bool(true);
        !self.withdrawn && confirmed
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Version) -> bool {
        let meta = |version: &Version| (version.segment, version.known, version.withdrawn);
        let count = self.values.len().max(other.values.len()) as u16;
        let mut fields = (0..count).map(FieldId);
        meta(self) == meta(other) && fields.all(|field| self.value(field) == other.value(field))
    }
}
