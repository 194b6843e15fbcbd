//! The byte form of a batch: what is stored, hashed and shipped.
//!
//! ```text
//! suite 0 · version 1 · author · org · made_at · entries: count, then each:
//!   act 1 · form · record · fields            act 2 · form · record · builds_on · fields
//!   act 3 · form · record · builds_on         field: alias · tag · value
//! ```
//! Id and device are not repeated: they stand beside the body, under the same link of the chain.
//! A batch has one byte form and a byte form one batch; whatever else is refused, never mended.
//! Suites 1 and 2 are bodies sealed as a whole; they are opened before they come here.
//! Read next: `docs/journal.md`, the same as a table with reasons.

use std::collections::BTreeSet;

use facts::{Day, Month, Number, Privacy, Span};

pub use crate::bytes::Unreadable;
use crate::bytes::{Reading, put_bytes, put_number, put_signed};
use crate::entry::{
    Act, BODY_BYTES_MAX, BUILDS_ON_MAX, Batch, Cell, ENTRIES_MAX, Entry, EntryId, Envelope,
    FIELDS_MAX, Fields, ITEMS_MAX, Id, NAME_BYTES_MAX, Name, Reference, TEXT_BYTES_MAX, Value,
};
use crate::fault::Refusal;

/// A body that is not sealed as a whole. Its ◐ and 🔒 fields are, each by itself.
pub const SUITE_BARE: u8 = 0;
/// SM4-GCM and SM3.
pub const SUITE_SM: u8 = 1;
/// AES-256-GCM and SHA-256.
pub const SUITE_AES: u8 = 2;
/// The version of what follows the suite byte.
const VERSION: u8 = 1;

const STATED: u8 = 1;
const AMENDED: u8 = 2;
const WITHDRAWN: u8 = 3;

const EMPTY: u8 = 0;
const NO: u8 = 1;
const YES: u8 = 2;
const NUMBER: u8 = 3;
const DAY: u8 = 4;
const MONTH: u8 = 5;
const SPAN: u8 = 6;
const CODE: u8 = 7;
const TEXT: u8 = 8;
const RECORD: u8 = 9;
const RECORD_OF_FORM: u8 = 10;
const LIST: u8 = 11;
const COUNTABLE: u8 = 0x20;
const PARTICULAR: u8 = 0x21;

/// An envelope holds a text of the greatest length less this: what sealing adds.
const VALUE_BYTES_MAX: usize = TEXT_BYTES_MAX - 64;
/// Suite byte, nonce and tag: no envelope is shorter.
const SEALED_BYTES_MIN: usize = 1 + 12 + 16;

/// The byte form, or why there can be none.
pub fn encode(batch: &Batch) -> Result<Vec<u8>, Refusal> {
    if batch.entries.is_empty() {
        return Err(Refusal::NoEntries);
    }
    within(batch.entries.len(), ENTRIES_MAX, "entries")?;
    let mut out = Vec::with_capacity(64 + 128 * batch.entries.len());
    out.extend([SUITE_BARE, VERSION]);
    put_name(&mut out, &batch.author);
    put_name(&mut out, &batch.org);
    put_signed(&mut out, batch.made_at);
    put_number(&mut out, batch.entries.len() as u64);
    for entry in &batch.entries {
        put_entry(&mut out, entry)?;
    }
    within(out.len(), BODY_BYTES_MAX, "bytes")?;
    Ok(out)
}

fn within(count: usize, max: usize, what: &'static str) -> Result<(), Refusal> {
    if count > max { Err(Refusal::TooMuch { what, count, max }) } else { Ok(()) }
}

fn put_name(out: &mut Vec<u8>, name: &Name) {
    put_bytes(out, name.as_str().as_bytes());
}

fn put_entry(out: &mut Vec<u8>, entry: &Entry) -> Result<(), Refusal> {
    out.push(match entry.act {
        Act::Stated { .. } => STATED,
        Act::Amended { .. } => AMENDED,
        Act::Withdrawn { .. } => WITHDRAWN,
    });
    put_name(out, &entry.form);
    put_name(out, &entry.record);
    match &entry.act {
        Act::Stated { fields } => put_fields(out, fields),
        Act::Amended { builds_on, fields } => {
            put_builds_on(out, builds_on)?;
            put_fields(out, fields)
        }
        Act::Withdrawn { builds_on } => put_builds_on(out, builds_on),
    }
}

fn put_builds_on(out: &mut Vec<u8>, builds_on: &BTreeSet<EntryId>) -> Result<(), Refusal> {
    if builds_on.is_empty() {
        return Err(Refusal::BuildsOnNothing);
    }
    within(builds_on.len(), BUILDS_ON_MAX, "builds_on")?;
    put_number(out, builds_on.len() as u64);
    for seen in builds_on {
        out.extend(seen.batch.0);
        put_number(out, seen.index.into());
    }
    Ok(())
}

fn put_fields(out: &mut Vec<u8>, fields: &Fields) -> Result<(), Refusal> {
    within(fields.len(), FIELDS_MAX, "fields")?;
    put_number(out, fields.len() as u64);
    for (alias, cell) in fields {
        put_name(out, alias);
        match cell {
            Cell::Open(value) => put_value(out, value, false)?,
            Cell::Enclosed(envelope) => put_envelope(out, envelope)?,
        }
    }
    Ok(())
}

fn put_envelope(out: &mut Vec<u8>, envelope: &Envelope) -> Result<(), Refusal> {
    let tag = match envelope.privacy {
        Privacy::Open => return Err(Refusal::NotSealed),
        Privacy::Countable => COUNTABLE,
        Privacy::Sealed => PARTICULAR,
    };
    if !is_sealed(&envelope.sealed) {
        return Err(Refusal::NotSealed);
    }
    within(envelope.sealed.len(), TEXT_BYTES_MAX, "bytes")?;
    out.push(tag);
    out.extend(envelope.key.0);
    put_bytes(out, &envelope.sealed);
    Ok(())
}

/// Whether it begins with a suite that seals and is long enough to be sealed.
fn is_sealed(bytes: &[u8]) -> bool {
    matches!(bytes.first(), Some(&SUITE_SM | &SUITE_AES)) && bytes.len() >= SEALED_BYTES_MIN
}

fn put_value(out: &mut Vec<u8>, value: &Value, in_list: bool) -> Result<(), Refusal> {
    match value {
        Value::Empty => out.push(EMPTY),
        Value::Bool(yes) => out.push(if *yes { YES } else { NO }),
        Value::Number(number) => {
            out.push(NUMBER);
            put_signed(out, number.numerator());
            put_number(out, number.denominator() as u64);
        }
        Value::Day(day) => put_days(out, DAY, &[*day])?,
        Value::Month(month) => {
            if !(Day::MIN.month()..=Day::MAX.month()).contains(month) {
                return Err(Refusal::NoSuchDay);
            }
            put_days(out, MONTH, &[month.first_day()])?;
        }
        Value::Span(span) if span.first > span.last => return Err(Refusal::NoSuchDay),
        Value::Span(span) => put_days(out, SPAN, &[span.first, span.last])?,
        Value::Code(code) => {
            out.push(CODE);
            put_name(out, code);
        }
        Value::Text(text) => {
            within(text.len(), TEXT_BYTES_MAX, "bytes")?;
            out.push(TEXT);
            put_bytes(out, text.as_bytes());
        }
        Value::Record(Reference { form: None, id }) => {
            out.push(RECORD);
            put_name(out, id);
        }
        Value::Record(Reference { form: Some(form), id }) => {
            out.push(RECORD_OF_FORM);
            put_name(out, form);
            put_name(out, id);
        }
        Value::List(_) if in_list => return Err(Refusal::ListInList),
        Value::List(items) => {
            within(items.len(), ITEMS_MAX, "items")?;
            out.push(LIST);
            put_number(out, items.len() as u64);
            return items.iter().try_for_each(|item| put_value(out, item, true));
        }
    }
    Ok(())
}

/// Days within the calendar's range; a month is written by its first day.
fn put_days(out: &mut Vec<u8>, tag: u8, days: &[Day]) -> Result<(), Refusal> {
    out.push(tag);
    for day in days {
        if !(Day::MIN..=Day::MAX).contains(day) {
            return Err(Refusal::NoSuchDay);
        }
        put_signed(out, day.0.into());
    }
    Ok(())
}

/// The byte form of one value alone: what is sealed of a ◐ or 🔒 field.
pub fn encode_value(value: &Value) -> Result<Vec<u8>, Refusal> {
    let mut out = Vec::new();
    put_value(&mut out, value, false)?;
    within(out.len(), VALUE_BYTES_MAX, "bytes")?;
    Ok(out)
}

/// The value of such a byte form.
pub fn decode_value(bytes: &[u8]) -> Result<Value, Unreadable> {
    let mut from = Reading::new(bytes);
    let tag = from.byte()?;
    let value = value_or_list(&mut from, tag)?;
    from.end()?;
    Ok(value)
}

/// The batch of a byte form; its id and device come from beside it.
pub fn decode(id: Id, device: Id, bytes: &[u8]) -> Result<Batch, Unreadable> {
    let mut from = Reading::new(bytes);
    if from.byte()? != SUITE_BARE {
        return from.wrong("a body that is not sealed");
    }
    if from.byte()? != VERSION {
        return from.wrong("version 1");
    }
    let author = name(&mut from)?;
    let org = name(&mut from)?;
    let made_at = from.signed()?;
    let count = from.count(ENTRIES_MAX)?;
    if count == 0 {
        return from.wrong("an entry");
    }
    let mut entries = Vec::with_capacity(count);
    for _ in 0..count {
        entries.push(entry(&mut from)?);
    }
    from.end()?;
    Ok(Batch { id, device, author, org, made_at, entries })
}

fn name(from: &mut Reading<'_>) -> Result<Name, Unreadable> {
    let text = from.text(NAME_BYTES_MAX)?;
    Name::new(text).map_or_else(|| from.wrong("a name"), Ok)
}

fn entry(from: &mut Reading<'_>) -> Result<Entry, Unreadable> {
    let kind = from.byte()?;
    let form = name(from)?;
    let record = name(from)?;
    let act = match kind {
        STATED => Act::Stated { fields: fields(from)? },
        AMENDED => Act::Amended { builds_on: builds_on(from)?, fields: fields(from)? },
        WITHDRAWN => Act::Withdrawn { builds_on: builds_on(from)? },
        _ => return from.wrong("an act"),
    };
    Ok(Entry { form, record, act })
}

fn builds_on(from: &mut Reading<'_>) -> Result<BTreeSet<EntryId>, Unreadable> {
    let mut seen = BTreeSet::new();
    let count = from.count(BUILDS_ON_MAX)?;
    if count == 0 {
        return from.wrong("an entry to build on");
    }
    for _ in 0..count {
        let batch = Id(from.sixteen()?);
        let Ok(index) = u16::try_from(from.number()?) else { return from.wrong("a place") };
        let next = EntryId { batch, index };
        if seen.last().is_some_and(|last| *last >= next) {
            return from.wrong("entries in order");
        }
        seen.insert(next);
    }
    Ok(seen)
}

fn fields(from: &mut Reading<'_>) -> Result<Fields, Unreadable> {
    let mut fields = Fields::new();
    for _ in 0..from.count(FIELDS_MAX)? {
        let alias = name(from)?;
        if fields.last_key_value().is_some_and(|(last, _)| *last >= alias) {
            return from.wrong("fields in order");
        }
        let cell = cell(from)?;
        fields.insert(alias, cell);
    }
    Ok(fields)
}

fn cell(from: &mut Reading<'_>) -> Result<Cell, Unreadable> {
    let privacy = match from.byte()? {
        COUNTABLE => Privacy::Countable,
        PARTICULAR => Privacy::Sealed,
        tag => return value_or_list(from, tag).map(Cell::Open),
    };
    let key = Id(from.sixteen()?);
    let sealed = from.bytes(TEXT_BYTES_MAX)?;
    if !is_sealed(sealed) {
        return from.wrong("a sealed value");
    }
    Ok(Cell::Enclosed(Envelope { privacy, key, sealed: sealed.into() }))
}

/// A value, which may be a list of others.
fn value_or_list(from: &mut Reading<'_>, tag: u8) -> Result<Value, Unreadable> {
    if tag != LIST {
        return value(from, tag);
    }
    let count = from.count(ITEMS_MAX)?;
    let mut items = Vec::with_capacity(count);
    for _ in 0..count {
        let tag = from.byte()?;
        items.push(value(from, tag)?);
    }
    Ok(Value::List(items))
}

/// A value that is no list.
fn value(from: &mut Reading<'_>, tag: u8) -> Result<Value, Unreadable> {
    Ok(match tag {
        EMPTY => Value::Empty,
        NO => Value::Bool(false),
        YES => Value::Bool(true),
        NUMBER => Value::Number(exact_number(from)?),
        DAY => Value::Day(day(from)?),
        MONTH => Value::Month(month(from)?),
        SPAN => {
            let (first, last) = (day(from)?, day(from)?);
            Span::new(first, last).map_or_else(|| from.wrong("a span"), |s| Ok(Value::Span(s)))?
        }
        CODE => Value::Code(name(from)?),
        TEXT => Value::Text(from.text(TEXT_BYTES_MAX)?.into()),
        RECORD => Value::Record(Reference { form: None, id: name(from)? }),
        RECORD_OF_FORM => {
            let form = Some(name(from)?);
            Value::Record(Reference { form, id: name(from)? })
        }
        _ => return from.wrong("a value"),
    })
}

fn day(from: &mut Reading<'_>) -> Result<Day, Unreadable> {
    let day = i32::try_from(from.signed()?).map(Day);
    match day {
        Ok(day) if (Day::MIN..=Day::MAX).contains(&day) => Ok(day),
        _ => from.wrong("a day"),
    }
}

fn month(from: &mut Reading<'_>) -> Result<Month, Unreadable> {
    let first = day(from)?;
    let month = first.month();
    if month.first_day() == first { Ok(month) } else { from.wrong("the first of a month") }
}

/// A fraction that is reduced already: one number, one spelling.
fn exact_number(from: &mut Reading<'_>) -> Result<Number, Unreadable> {
    let numerator = from.signed()?;
    let number = i64::try_from(from.number()?)
        .ok()
        .and_then(|denominator| Number::fraction(numerator, denominator).zip(Some(denominator)));
    match number {
        Some((number, denominator))
            if number.numerator() == numerator && number.denominator() == denominator =>
        {
            Ok(number)
        }
        _ => from.wrong("a reduced fraction"),
    }
}
