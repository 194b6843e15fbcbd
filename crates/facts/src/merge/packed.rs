//! Fields as the merge keeps them: a few bytes each, names by number.
//!
//! A city has millions of entries, and of most of them nothing is ever asked again. Laid out as
//! values an entry takes ten times the room it takes here. Equal cells have equal bytes, so that
//! sides are compared and lists merged without unpacking anything.
//! These bytes never leave the memory they were made in. Read next: `history.rs`.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::day::{Day, Month, Span};
use crate::entry::{Cell, Envelope, Fields, Id, Name, Reference, Value};
use crate::number::Number;
use crate::schema::Privacy;

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
static ENCLOSED: [(Privacy, u8); 3] =
    [(Privacy::Open, 12), (Privacy::Countable, 13), (Privacy::Sealed, 14)];

/// Names of forms, fields and codes, each kept once.
#[derive(Clone, Default, Debug)]
pub(super) struct Names {
    names: Vec<Name>,
    numbers: FxHashMap<Name, u32>,
}

impl Names {
    /// The number of a name, a new one if need be.
    fn number(&mut self, name: &Name) -> u64 {
        if let Some(number) = self.numbers.get(name) {
            return u64::from(*number);
        }
        let number = self.names.len() as u32;
        self.names.push(name.clone());
        self.numbers.insert(name.clone(), number);
        u64::from(number)
    }

    /// The name of a number it gave.
    pub fn name(&self, number: u32) -> &Name {
        &self.names[number as usize]
    }

    /// The name itself, kept once.
    pub fn shared(&mut self, name: &Name) -> Name {
        let number = self.number(name);
        self.name(number as u32).clone()
    }
}

/// Fields: each its name's number, the length of its cell, the cell.
#[derive(Clone, Default, Debug)]
pub(super) struct Packed(Box<[u8]>);

impl Packed {
    pub fn new(fields: &Fields, names: &mut Names) -> Packed {
        let (mut bytes, mut cell_bytes) = (Vec::with_capacity(64), Vec::new());
        for (name, cell) in fields {
            cell_bytes.clear();
            put_cell(&mut cell_bytes, cell, names);
            put(&mut bytes, names.number(name));
            put(&mut bytes, cell_bytes.len() as u64);
            bytes.extend_from_slice(&cell_bytes);
        }
        Packed(bytes.into())
    }

    /// The fields by number, each with its packed cell.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &[u8])> {
        let mut rest = Reading(&self.0);
        std::iter::from_fn(move || {
            (!rest.0.is_empty()).then(|| {
                let number = rest.number() as u32;
                let length = rest.number();
                (number, rest.take(length))
            })
        })
    }

    /// The packed cell of a field.
    pub fn says(&self, field: u32) -> Option<&[u8]> {
        self.iter().find(|(number, _)| *number == field).map(|(_, cell)| cell)
    }

    /// The fields as they were.
    pub fn fields(&self, names: &Names) -> Fields {
        self.iter()
            .map(|(number, bytes)| (names.name(number).clone(), cell(bytes, names)))
            .collect()
    }
}

/// Whether a packed cell is a list.
pub(super) fn is_list(cell: &[u8]) -> bool {
    cell.first() == Some(&LIST)
}

/// Whether a packed cell is empty.
pub(super) fn is_empty(cell: &[u8]) -> bool {
    cell == [EMPTY]
}

/// The packed items of a packed list; none of anything else.
pub(super) fn items(cell: &[u8]) -> Vec<&[u8]> {
    let mut rest = Reading(cell.strip_prefix(&[LIST]).unwrap_or_default());
    let mut items = Vec::new();
    while !rest.0.is_empty() {
        let length = rest.number();
        items.push(rest.take(length));
    }
    items
}

/// A list of packed items.
pub(super) fn list(items: &[&[u8]], names: &Names) -> Cell {
    let items = items.iter().map(|item| value(&mut Reading(item), names));
    Cell::Open(Value::List(items.collect()))
}

/// A cell as it was.
pub(super) fn cell(bytes: &[u8], names: &Names) -> Cell {
    let tag = bytes.first().copied().unwrap_or(EMPTY);
    let Some((privacy, _)) = ENCLOSED.iter().find(|(_, enclosed)| *enclosed == tag) else {
        return Cell::Open(value(&mut Reading(bytes), names));
    };
    let mut rest = Reading(&bytes[1..]);
    let mut key = [0; 16];
    key.copy_from_slice(rest.take(16));
    Cell::Enclosed(Envelope { privacy: *privacy, key: Id(key), sealed: Arc::from(rest.0) })
}

fn put_cell(out: &mut Vec<u8>, cell: &Cell, names: &mut Names) {
    match cell {
        Cell::Open(value) => put_value(out, value, names),
        Cell::Enclosed(Envelope { privacy, key, sealed }) => {
            let tag = ENCLOSED.iter().find(|(known, _)| known == privacy);
            out.extend(tag.map(|(_, tag)| *tag));
            out.extend(key.0);
            out.extend_from_slice(sealed);
        }
    }
}

fn put_value(out: &mut Vec<u8>, value: &Value, names: &mut Names) {
    let mut tagged = |tag: u8, numbers: &[u64]| {
        out.push(tag);
        numbers.iter().for_each(|number| put(out, *number));
    };
    match value {
        Value::Empty => tagged(EMPTY, &[]),
        Value::Bool(false) => tagged(NO, &[]),
        Value::Bool(true) => tagged(YES, &[]),
        Value::Number(number) => {
            tagged(NUMBER, &[fold(number.numerator()), number.denominator() as u64]);
        }
        Value::Day(day) => tagged(DAY, &[fold(day.0.into())]),
        Value::Month(month) => tagged(MONTH, &[fold(month.0.into())]),
        Value::Span(span) => {
            tagged(SPAN, &[fold(span.first.0.into()), fold(span.last.0.into())]);
        }
        Value::Code(code) => tagged(CODE, &[names.number(code)]),
        Value::Text(text) => {
            tagged(TEXT, &[]);
            out.extend_from_slice(text.as_bytes());
        }
        // Ids of records are too many to be numbered.
        Value::Record(Reference { form, id }) => {
            match form {
                None => tagged(RECORD, &[]),
                Some(form) => tagged(RECORD_OF_FORM, &[names.number(form)]),
            }
            out.extend_from_slice(id.as_str().as_bytes());
        }
        Value::List(items) => {
            tagged(LIST, &[]);
            let mut item_bytes = Vec::new();
            for item in items {
                item_bytes.clear();
                put_value(&mut item_bytes, item, names);
                put(out, item_bytes.len() as u64);
                out.extend_from_slice(&item_bytes);
            }
        }
    }
}

fn value(from: &mut Reading<'_>, names: &Names) -> Value {
    let name = |number: u64| names.name(number as u32).clone();
    match from.take(1) {
        [NO] => Value::Bool(false),
        [YES] => Value::Bool(true),
        [NUMBER] => {
            let number = Number::fraction(unfold(from.number()), from.number() as i64);
            number.map_or(Value::Empty, Value::Number)
        }
        [DAY] => Value::Day(Day(unfold(from.number()) as i32)),
        [MONTH] => Value::Month(Month(unfold(from.number()) as i32)),
        [SPAN] => {
            let first = Day(unfold(from.number()) as i32);
            Value::Span(Span { first, last: Day(unfold(from.number()) as i32) })
        }
        [CODE] => Value::Code(name(from.number())),
        // What was put in was a text.
        [TEXT] => Value::Text(String::from_utf8_lossy(from.0).into()),
        [RECORD] => reference(None, from.0),
        [RECORD_OF_FORM] => {
            let form = name(from.number());
            reference(Some(form), from.0)
        }
        [LIST] => {
            let mut list = Vec::new();
            while !from.0.is_empty() {
                let length = from.number();
                list.push(value(&mut Reading(from.take(length)), names));
            }
            Value::List(list)
        }
        _ => Value::Empty,
    }
}

/// What was put in was an id.
fn reference(form: Option<Name>, id: &[u8]) -> Value {
    let id = std::str::from_utf8(id).ok().and_then(Name::new);
    id.map_or(Value::Empty, |id| Value::Record(Reference { form, id }))
}

/// A whole number, base 128, low group first.
fn put(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// 0, -1, 1, -2 become 0, 1, 2, 3.
fn fold(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)) as u64
}

fn unfold(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}

/// Packed bytes, front to back; at their end nothing more comes.
struct Reading<'a>(&'a [u8]);

impl<'a> Reading<'a> {
    fn take(&mut self, count: u64) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(self.0.len().min(count as usize));
        self.0 = rest;
        taken
    }

    fn number(&mut self) -> u64 {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let [byte] = self.take(1) else { break };
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        number
    }
}
