//! Particulars (🔒): names, numbers, addresses and free text, apart from the world.
//!
//! A duty can never read them, so the world has no place for them (architecture.md, field classes).
//! Whoever imports a folder asks for them explicitly; by default they are read over and dropped.
//! It neither seals nor opens anything: that is the store's.
//! Read next: `world/build.rs`.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::schema::FieldId;
use crate::value::RecordRef;

/// Sealed cell texts of the last version of each record.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Particulars {
    pub(crate) texts: BTreeMap<(RecordRef, FieldId), Arc<str>>,
}

impl Particulars {
    /// The text of a sealed field, if one was written.
    pub fn text(&self, record: RecordRef, field: FieldId) -> Option<&str> {
        self.texts.get(&(record, field)).map(|text| &**text)
    }

    /// Every text, by record and field.
    pub fn iter(&self) -> impl Iterator<Item = (RecordRef, FieldId, &str)> {
        self.texts.iter().map(|((record, field), text)| (*record, *field, &**text))
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }
}
