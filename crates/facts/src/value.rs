//! Values of fields and of expressions.
//!
//! One small enum for both, so that the engine never converts. Units and code lists are static
//! types of the plan; a value carries only what cannot be known from its type.
//! Sealed (🔒) text is never a value: it stays outside the world (architecture.md, field classes).
//! Read next: `schema.rs`, `world.rs`.

use std::sync::Arc;

use crate::day::{Day, Month, Span};
use crate::number::Number;
use crate::schema::FormId;

/// A record of a form, by its dense index in the world's table; stable for one world.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RecordRef {
    /// The form.
    pub form: FormId,
    /// Index into the form's table.
    pub index: u32,
}

/// What a field holds or an expression gives.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub enum Value {
    /// Nothing was entered, or there is nothing to give.
    #[default]
    Empty,
    /// 是 or 否.
    Bool(bool),
    /// A number; its unit is static.
    Number(Number),
    /// A share `part / whole`, kept unreduced because 7/8 and 14/16 read differently.
    Share(i64, i64),
    /// A day.
    Day(Day),
    /// A month.
    Month(Month),
    /// A stretch of days.
    Span(Span),
    /// Position in its code list.
    Code(u16),
    /// Open text.
    Text(Arc<str>),
    /// A record, organisation, person, household or resident.
    Ref(RecordRef),
    /// Values of a list field, in the order entered.
    List(Arc<[Value]>),
}

impl Value {
    /// Whether nothing is there; an empty list counts as nothing.
    pub fn is_empty(&self) -> bool {
        match self {
            Value::Empty => true,
            Value::List(items) => items.is_empty(),
            _ => false,
        }
    }

    /// The members: of a list each, of an empty value none, else itself.
    pub fn members(&self) -> &[Value] {
        match self {
            Value::Empty => &[],
            Value::List(items) => items,
            single => std::slice::from_ref(single),
        }
    }

    /// The day, when it is one.
    pub fn as_day(&self) -> Option<Day> {
        match self {
            Value::Day(day) => Some(*day),
            _ => None,
        }
    }

    /// The record, when it is a reference.
    pub fn as_ref(&self) -> Option<RecordRef> {
        match self {
            Value::Ref(record) => Some(*record),
            _ => None,
        }
    }

    /// The number, when it is one; a share counts as its quotient.
    pub fn as_number(&self) -> Option<Number> {
        match self {
            Value::Number(number) => Some(*number),
            Value::Share(part, whole) => Number::fraction(*part, *whole),
            Value::Bool(true) => Some(Number::ONE),
            Value::Bool(false) => Some(Number::ZERO),
            _ => None,
        }
    }
}
