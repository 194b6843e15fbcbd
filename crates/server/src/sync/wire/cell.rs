//! Values in JSON: `null`, `true`, or an object that names the kind.
//!
//! A number is a text, so that no reader makes a float of it: `"12"`, `"0.5"` or `"2/3"`. A sealed
//! value is its class, the id of its key and its bytes in hexadecimal digits.
//! Whether the kind fits the field is not asked here. Read next: `../shape.rs`.

use facts::entry::{Cell, Envelope, Name, Reference, Value};
use facts::{Day, Month, Number, Privacy, Span};
use serde::{Deserialize, Serialize};

use super::{Objection, id, name, unreadable};

/// What a field holds.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum CellJson {
    /// Nothing.
    Empty(()),
    /// 是 or 否.
    Bool(bool),
    /// Anything else, by kind.
    Value(ValueJson),
}

/// A value by kind.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ValueJson {
    /// An exact number.
    Number(String),
    /// Such as `2026-05-31`.
    Day(String),
    /// Such as `2026-05`.
    Month(String),
    /// Such as `2026-05-01..2026-05-31`.
    Span(String),
    /// An alias.
    Code(String),
    /// Open text.
    Text(String),
    /// An id, or `form:id`.
    Record(String),
    /// Items, none of them a list.
    List(Vec<CellJson>),
    /// A ◐ or 🔒 value.
    Sealed(SealedJson),
}

/// A sealed value.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealedJson {
    /// ◐ `countable` or 🔒 `particular`.
    pub class: ClassJson,
    /// The id of its key.
    pub key: String,
    /// Suite, nonce, ciphertext and tag.
    pub bytes: String,
}

/// How a value is sealed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClassJson {
    /// ◐
    Countable,
    /// 🔒
    Particular,
}

impl CellJson {
    pub(super) fn cell(&self) -> Result<Cell, Objection> {
        match self {
            CellJson::Value(ValueJson::Sealed(sealed)) => Ok(Cell::Enclosed(Envelope {
                privacy: match sealed.class {
                    ClassJson::Countable => Privacy::Countable,
                    ClassJson::Particular => Privacy::Sealed,
                },
                key: id(&sealed.key)?,
                sealed: hex(&sealed.bytes).ok_or_else(|| unreadable("sealed"))?.into(),
            })),
            open => open.value(false).map(Cell::Open),
        }
    }

    fn value(&self, in_list: bool) -> Result<Value, Objection> {
        let value = match self {
            CellJson::Empty(()) => return Ok(Value::Empty),
            CellJson::Bool(yes) => return Ok(Value::Bool(*yes)),
            CellJson::Value(value) => value,
        };
        match value {
            ValueJson::Number(text) => number(text).map(Value::Number),
            ValueJson::Day(text) => Day::parse(text).map(Value::Day),
            ValueJson::Month(text) => Month::parse(text).map(Value::Month),
            ValueJson::Span(text) => Span::parse(text).map(Value::Span),
            ValueJson::Code(text) => Name::new(text).map(Value::Code),
            ValueJson::Text(text) => Some(Value::Text(text.as_str().into())),
            ValueJson::Record(text) => match text.split_once(':') {
                Some((form, id)) => {
                    let form = Some(name(form)?);
                    Some(Value::Record(Reference { form, id: name(id)? }))
                }
                None => Some(Value::Record(Reference { form: None, id: name(text)? })),
            },
            ValueJson::List(items) if !in_list => {
                let items = items.iter().map(|item| item.value(true));
                Some(Value::List(items.collect::<Result<_, _>>()?))
            }
            ValueJson::List(_) | ValueJson::Sealed(_) => None,
        }
        .ok_or_else(|| unreadable("value"))
    }

    pub(super) fn of(cell: &Cell) -> CellJson {
        match cell {
            Cell::Open(value) => of_value(value),
            Cell::Enclosed(envelope) => CellJson::Value(ValueJson::Sealed(SealedJson {
                class: match envelope.privacy {
                    Privacy::Sealed => ClassJson::Particular,
                    Privacy::Countable | Privacy::Open => ClassJson::Countable,
                },
                key: envelope.key.to_string(),
                bytes: envelope.sealed.iter().map(|byte| format!("{byte:02x}")).collect(),
            })),
        }
    }
}

fn of_value(value: &Value) -> CellJson {
    CellJson::Value(match value {
        Value::Empty => return CellJson::Empty(()),
        Value::Bool(yes) => return CellJson::Bool(*yes),
        Value::Number(number) if number.is_whole() => {
            ValueJson::Number(number.numerator().to_string())
        }
        Value::Number(number) => {
            ValueJson::Number(format!("{}/{}", number.numerator(), number.denominator()))
        }
        Value::Day(day) => ValueJson::Day(day.to_string()),
        Value::Month(month) => ValueJson::Month(month.to_string()),
        Value::Span(span) => ValueJson::Span(span.to_string()),
        Value::Code(code) => ValueJson::Code(code.to_string()),
        Value::Text(text) => ValueJson::Text(text.to_string()),
        Value::Record(Reference { form: Some(form), id }) => {
            ValueJson::Record(format!("{form}:{id}"))
        }
        Value::Record(Reference { form: None, id }) => ValueJson::Record(id.to_string()),
        Value::List(items) => ValueJson::List(items.iter().map(of_value).collect()),
    })
}

/// `12`, `0.5` or `2/3`.
fn number(text: &str) -> Option<Number> {
    if let Some((numerator, denominator)) = text.split_once('/') {
        return Number::fraction(numerator.parse().ok()?, denominator.parse().ok()?);
    }
    Number::parse(text).or_else(|| text.parse().ok().map(Number::whole))
}

/// Bytes from hexadecimal digits, two each.
pub(super) fn hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let bytes = pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?));
    if rest.is_empty() { bytes.collect() } else { None }
}

#[cfg(test)]
mod tests {
    use facts::entry::Id;

    use super::*;

    #[test]
    fn every_kind_of_value_comes_back_as_it_went() {
        let day = Day::parse("2026-05-31").unwrap();
        let fraction = |top, bottom| Value::Number(Number::fraction(top, bottom).unwrap());
        let reference = |form: Option<&str>| {
            let form = form.and_then(Name::new);
            Value::Record(Reference { form, id: Name::new("h-1.x").unwrap() })
        };
        let values = [
            Value::Empty,
            Value::Bool(false),
            fraction(-2, 3),
            fraction(i64::MAX, 1),
            fraction(1, 1 << 40),
            Value::Day(day),
            Value::Month(day.month()),
            Value::Span(Span::new(day, day + 3).unwrap()),
            Value::Code(Name::new("home").unwrap()),
            Value::Text("入户".into()),
            reference(None),
            reference(Some("household")),
            Value::List(vec![Value::Bool(true), fraction(1, 2)]),
        ];
        let sealed = Envelope {
            privacy: Privacy::Sealed,
            key: Id([7; 16]),
            sealed: (0..=255).collect::<Vec<u8>>().into(),
        };
        let cells = values.into_iter().map(Cell::Open).chain([Cell::Enclosed(sealed)]);
        for cell in cells {
            let text = serde_json::to_string(&CellJson::of(&cell)).unwrap();
            let back: CellJson = serde_json::from_str(&text).unwrap();
            assert_eq!(back.cell().unwrap(), cell, "{text}");
        }
    }

    #[test]
    fn what_is_no_value_is_objected_to() {
        for text in [
            r#"{"list":[{"list":[]}]}"#,
            r#"{"list":[{"sealed":{"class":"countable","key":"00","bytes":""}}]}"#,
            r#"{"number":"1/0"}"#,
            r#"{"day":"2026-02-30"}"#,
            r#"{"record":"a:b:c"}"#,
            r#"{"code":"a b"}"#,
            r#"{"sealed":{"class":"particular","key":"0g","bytes":"00"}}"#,
        ] {
            let cell: CellJson = serde_json::from_str(text).unwrap();
            assert_eq!(cell.cell().unwrap_err().code, "unreadable", "{text}");
        }
        assert!(serde_json::from_str::<CellJson>(r#"{"float":1.5}"#).is_err());
        assert!(serde_json::from_str::<CellJson>("1.5").is_err());
    }
}
