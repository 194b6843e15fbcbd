//! One more version of a record, in a world that is already laid out.
//!
//! A live world grows by single statements: a record is stated, amended or withdrawn. The versions
//! of a record stay ordered as a whole folder would order them, whatever the order of arrival; what
//! a folder would refuse (two versions known on one day, segments that share a day) is refused.
//! References are handed in as they are: one to an id that has no row yet is found by nothing until
//! that row comes. Types of values and constraints are checked by whoever reads the form.
//! Read next: `versions.rs`, which does the same for whole tables.

use std::sync::Arc;

use super::{Record, Version, World};
use crate::day::Day;
use crate::schema::{FieldId, FormId, ID, Privacy, RECORDED_AT};
use crate::value::{RecordRef, Value};

/// What stood before a statement and what stands after it, as positions in the record's versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Images {
    /// The record.
    pub record: RecordRef,
    /// The versions that stood, one per segment; empty when it was not known or withdrawn.
    pub before: Vec<u32>,
    /// The versions that stand now.
    pub after: Vec<u32>,
}

/// Why a statement was not taken; the world is as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotTaken {
    /// A version of the same record (and segment) is known since the same day.
    SameKnownDay,
    /// Its days overlap another segment of the record.
    Overlap,
}

impl World {
    /// The reference to a record by id, which may have no row yet.
    pub fn reserve(&mut self, form: FormId, id: &str) -> RecordRef {
        let table = &mut self.tables[form.0 as usize];
        if let Some(index) = table.by_id.get(id) {
            return RecordRef { form, index: *index };
        }
        let shared: Arc<str> = id.into();
        let index = table.records.len() as u32;
        table.by_id.insert(Arc::clone(&shared), index);
        table.records.push(Record { id: shared, versions: Vec::new() });
        RecordRef { form, index }
    }

    /// Adds a version. Values of sealed, derived and built-in fields are left out; the id and,
    /// when `known` is given, 记录日 are filled in.
    pub fn apply(
        &mut self,
        form: FormId,
        id: &str,
        values: Vec<(FieldId, Value)>,
        known: Option<Day>,
        withdrawn: bool,
    ) -> Result<Images, NotTaken> {
        let record = self.reserve(form, id);
        let version = self.version(record, values, known, withdrawn);
        let end = self.schema.form(form).end;
        let versions = &self.record(record).versions;
        let key = |version: &Version| (version.segment, version.known);
        let at = versions.partition_point(|other| key(other) < key(&version));
        if versions.get(at).is_some_and(|other| key(other) == key(&version)) {
            return Err(NotTaken::SameKnownDay);
        }
        if overlaps(self.record(record), &version, end) {
            return Err(NotTaken::Overlap);
        }
        let stood = self.record(record).chosen(None).map(|position| position as u32);
        let before = stood.map(|position| position + u32::from(position >= at as u32)).collect();
        let versions = &mut self.tables[form.0 as usize].records[record.index as usize].versions;
        versions.reserve_exact(usize::from(versions.is_empty()));
        versions.insert(at, version);
        let after = self.record(record).chosen(None).map(|position| position as u32).collect();
        Ok(Images { record, before, after })
    }

    fn version(
        &self,
        record: RecordRef,
        values: Vec<(FieldId, Value)>,
        known: Option<Day>,
        withdrawn: bool,
    ) -> Version {
        let form = self.schema.form(record.form);
        let mut row = vec![Value::Empty; form.fields.len()];
        for (field, value) in values {
            let declared = self.schema.field(record.form, field);
            let sealed = declared.privacy == Privacy::Sealed;
            if !sealed && !declared.derived && !declared.builtin {
                row[field.0 as usize] = value;
            }
        }
        row[ID.0 as usize] = Value::Text(Arc::clone(&self.record(record).id));
        if let Some(day) = known {
            row[RECORDED_AT.0 as usize] = Value::Day(day);
        }
        let day = |field: FieldId| row[field.0 as usize].as_day();
        Version {
            segment: form.versioned.map(|field| day(field).unwrap_or(Day::MIN)),
            known: day(RECORDED_AT),
            withdrawn,
            values: row.into(),
        }
    }
}

/// Whether a version would share a day with another segment that stands.
fn overlaps(record: &Record, version: &Version, end: Option<FieldId>) -> bool {
    let Some(first) = version.segment.filter(|_| !version.withdrawn) else { return false };
    let last_of = |version: &Version| {
        let day = end.and_then(|field| version.value(field).as_day());
        day.unwrap_or(Day::MAX)
    };
    let last = last_of(version);
    let segments = record.versions.chunk_by(|a, b| a.segment == b.segment);
    let mut others = segments.filter_map(|versions| versions.last());
    others.any(|other| {
        let begins = other.segment.unwrap_or(Day::MIN);
        begins != first && !other.withdrawn && begins <= last && first <= last_of(other)
    })
}
