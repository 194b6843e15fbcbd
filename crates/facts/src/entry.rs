//! What is appended: batches of entries, in which a record is stated, amended or withdrawn.
//!
//! Forms, fields and codes stand by alias and records by id, so that a journal can be read without
//! the plan of its day and survives any change of it. Fields are ordered by alias and each stands
//! once: a batch has one byte form.
//! A conflict is no entry. It follows from amendments that did not see each other, which is why an
//! amendment names what it builds on; one that builds on both sides settles it.
//! Whether a form has such a field is not asked here. Read next: `merge.rs`, what entries mean
//! together; the byte form is the store's.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use crate::{Day, Month, Number, Privacy, Span};

/// More entries in one batch are an import, which sends several batches.
pub const ENTRIES_MAX: usize = 1_000;
/// More fields than any form has.
pub const FIELDS_MAX: usize = 200;
/// More items than a list field of any form ever holds.
pub const ITEMS_MAX: usize = 10_000;
/// An amendment that sees more versions than this has seen a fault.
pub const BUILDS_ON_MAX: usize = 100;
/// Ids and aliases, as the fact folder writes them.
pub const NAME_BYTES_MAX: usize = 64;
/// A whole paper fits in; a book does not.
pub const TEXT_BYTES_MAX: usize = 512 * 1024;
/// A whole batch in its byte form.
pub const BODY_BYTES_MAX: usize = 1024 * 1024;

/// An id or alias: `[A-Za-z0-9_.-]{1,64}`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Name(Arc<str>);

impl Name {
    /// The name; `None` when it is empty, too long or has other characters.
    pub fn new(text: &str) -> Option<Name> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
        let sized = (1..=NAME_BYTES_MAX).contains(&text.len());
        (sized && text.bytes().all(fits)).then(|| Name(text.into()))
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Sixteen bytes made on a device (UUIDv7): a batch, a device, a key, a journal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(pub [u8; 16]);

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// An entry's own name: its batch and its place there, counted from 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct EntryId {
    /// The batch.
    pub batch: Id,
    /// The place.
    pub index: u16,
}

/// Entries that stand or fall together, such as a visit, its needs and its tags.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Batch {
    /// Made on the device; sent again, it is the same batch.
    pub id: Id,
    /// Where it was entered.
    pub device: Id,
    /// Who entered it.
    pub author: Name,
    /// For which organisation.
    pub org: Name,
    /// What the device's clock said, in milliseconds since 1970; shown, never trusted for order.
    pub made_at: i64,
    /// What was entered, in order.
    pub entries: Vec<Entry>,
}

/// One journal line: what happened to one record.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Entry {
    /// The form.
    pub form: Name,
    /// The record.
    pub record: Name,
    /// What happened to it.
    pub act: Act,
}

/// What an entry does to its record.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Act {
    /// The record is new.
    Stated {
        /// All it says.
        fields: Fields,
    },
    /// It was always so.
    Amended {
        /// The entries its author had seen.
        builds_on: BTreeSet<EntryId>,
        /// The fields that change; an empty value clears one.
        fields: Fields,
    },
    /// It never was.
    Withdrawn {
        /// The entries its author had seen.
        builds_on: BTreeSet<EntryId>,
    },
}

impl Act {
    /// The entries its author had seen; none for a statement.
    pub fn builds_on(&self) -> &BTreeSet<EntryId> {
        static NOTHING: BTreeSet<EntryId> = BTreeSet::new();
        match self {
            Act::Stated { .. } => &NOTHING,
            Act::Amended { builds_on, .. } | Act::Withdrawn { builds_on } => builds_on,
        }
    }

    /// What it says of single fields; nothing for a withdrawal.
    pub fn fields(&self) -> &Fields {
        static NOTHING: Fields = BTreeMap::new();
        match self {
            Act::Stated { fields } | Act::Amended { fields, .. } => fields,
            Act::Withdrawn { .. } => &NOTHING,
        }
    }
}

/// Cells by the alias of their field.
pub type Fields = BTreeMap<Name, Cell>;

/// What a field holds in the journal.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Cell {
    /// An open field, readable here.
    Open(Value),
    /// A ◐ or 🔒 field, which this crate never sees in the clear.
    Enclosed(Envelope),
}

/// A sealed value and what is needed to find its key.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Envelope {
    /// ◐ or 🔒; open values are not enclosed.
    pub privacy: Privacy,
    /// The key of the person or household the value speaks of; random, tells nothing.
    pub key: Id,
    /// Suite byte, nonce, ciphertext and tag.
    pub sealed: Arc<[u8]>,
}

/// The value of an open field: as in `facts`, with names where a world has positions.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Value {
    /// Nothing; in an amendment, no longer anything.
    Empty,
    /// 是 or 否.
    Bool(bool),
    /// An exact number; its unit is the field's.
    Number(Number),
    /// A day.
    Day(Day),
    /// A month.
    Month(Month),
    /// A stretch of days.
    Span(Span),
    /// A code by its alias.
    Code(Name),
    /// Open text.
    Text(Arc<str>),
    /// Another record.
    Record(Reference),
    /// Values of a list field in the order entered; none of them a list.
    List(Vec<Value>),
}

/// A record as a field names it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Reference {
    /// Its form, where a field may point to several.
    pub form: Option<Name>,
    /// Its id.
    pub id: Name,
}
