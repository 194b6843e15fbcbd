//! Words, names, texts, codes, units and what stands behind a form's name, as JSON.
//!
//! The small pieces that items, fields and expressions share.
//! Read next: `expression.rs`.

use plan::tree::{CodeDef, FormModifier, Name, Quantity, Text, Unit, Word};
use serde_json::{Value, json};

use super::expression::expression;
use super::{Lines, joined};

/// A word as written.
pub fn word(lines: &Lines, word: &Word) -> Value {
    json!({ "text": word.text, "place": lines.place(word.place) })
}

/// Several words.
pub fn words(lines: &Lines, all: &[Word]) -> Value {
    all.iter().map(|one| word(lines, one)).collect()
}

/// A declared name.
pub fn name(lines: &Lines, name: &Name) -> Value {
    json!({
        "label": name.label.text,
        "alias": name.alias.as_ref().map(|alias| alias.text.clone()),
        "place": lines.place(name.label.place),
    })
}

/// A string.
pub fn text(lines: &Lines, text: &Text) -> Value {
    json!({ "text": text.text, "place": lines.place(text.place) })
}

/// A code of a list.
pub fn code(lines: &Lines, code: &CodeDef) -> Value {
    let days = json!({
        "from": code.from.map(|day| day.to_string()),
        "to": code.to.map(|day| day.to_string()),
    });
    joined(name(lines, &code.name), days)
}

/// A number with its unit.
pub fn quantity(lines: &Lines, quantity: &Quantity) -> Value {
    json!({
        "number": quantity.amount.to_string(),
        "unit": unit(quantity.unit),
        "place": lines.place(quantity.place),
    })
}

/// The English word of a unit.
pub fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Days => "days",
        Unit::CalendarDay => "day",
        Unit::Week => "week",
        Unit::Month => "month",
        Unit::Quarter => "quarter",
        Unit::HalfYear => "halfyear",
        Unit::Year => "year",
        Unit::Hour => "hours",
        Unit::Workday => "workdays",
        Unit::Minute => "minutes",
        Unit::Percent => "%",
    }
}

/// What stands behind a form's name.
pub fn modifier(lines: &Lines, modifier: &FormModifier) -> Value {
    match modifier {
        FormModifier::OwnedBy(owner) => {
            json!({ "kind": "owned_by", "value": expression(lines, owner) })
        }
        FormModifier::Merged(by) => json!({ "kind": "merged", "by": words(lines, by) }),
        FormModifier::Versioned(by) => json!({ "kind": "versioned", "by": word(lines, by) }),
        FormModifier::Registry => json!({ "kind": "registry" }),
        FormModifier::Public => json!({ "kind": "public" }),
        FormModifier::Compartment => json!({ "kind": "compartment" }),
    }
}
