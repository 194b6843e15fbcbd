//! Whether a batch fits the forms of the plan.
//!
//! A phone may be older than the plan, or wrong. Each entry is held against its form: known form
//! and fields, the right type, sealed where it must be, nothing required left out. All objections
//! are gathered, each with its place, so that one visit to the outbox mends everything.
//! Who recorded what, when and for whom is the batch's to say, so entries do not repeat it. Whether
//! referred records exist is not asked: they may come later. Read next: `answer.rs`.

use facts::entry::{Act, Batch, Cell, Entry, Name, Reference, Value};
use facts::schema::COMMON_FIELDS;
use facts::{Arity, Field, FieldId, FieldType, Form, Number, Privacy, Schema};

use super::answer::Objection;

/// More objections than anyone reads at once.
const OBJECTIONS_MAX: usize = 20;

/// Everything a batch has to be mended in, up to a sensible number.
pub(super) fn objections(schema: &Schema, batch: &Batch) -> Vec<Objection> {
    let mut objections = Vec::new();
    for (place, entry) in (0..).zip(&batch.entries) {
        let found = about_entry(schema, entry);
        objections.extend(found.into_iter().map(|objection| objection.at(place)));
        if objections.len() >= OBJECTIONS_MAX {
            break;
        }
    }
    objections.truncate(OBJECTIONS_MAX);
    objections
}

fn about_entry(schema: &Schema, entry: &Entry) -> Vec<Objection> {
    let form = schema.form_named(entry.form.as_str()).map(|id| schema.form(id));
    // What lives in the compartment has its own way in, and looks here as if it did not exist.
    let form =
        form.filter(|form| form.alias == entry.form.as_str() && !form.builtin && !form.compartment);
    let Some(form) = form else {
        let reason = format!("没有“{}”这种记录", entry.form);
        return vec![Objection::new("unknown-form", reason, UPDATE)];
    };
    let mut objections = Vec::new();
    for (name, cell) in entry.act.fields() {
        match own_field(form, name) {
            None => {
                let reason = format!("“{}”里没有 {name} 这一栏", form.label);
                objections.push(Objection::new("unknown-field", reason, UPDATE).of_field(name));
            }
            Some(field) => {
                objections.extend(about_cell(schema, field, cell).map(|o| o.of_field(name)));
            }
        }
    }
    if let Act::Stated { fields } = &entry.act {
        let own = form.fields.iter().skip(COMMON_FIELDS).filter(|field| field.required());
        for field in own {
            let Some(name) = Name::new(&field.alias) else { continue };
            if !fields.contains_key(&name) {
                objections.push(missing(field).of_field(&name));
            }
        }
    }
    objections
}

const UPDATE: &str = "请更新程序和方案后再交";

/// The field of this alias, if it is one that people fill in.
fn own_field<'s>(form: &'s Form, name: &Name) -> Option<&'s Field> {
    let at = form.fields.iter().position(|field| field.alias == name.as_str())?;
    let said_by_batch = FieldId(at as u16) <= facts::schema::RECORDED_AT;
    let field = form.fields.get(at)?;
    (!said_by_batch && !field.derived && !field.builtin).then_some(field)
}

fn missing(field: &Field) -> Objection {
    Objection::new("missing", format!("“{}”没有填", field.label), "请填上这一栏")
}

fn about_cell(schema: &Schema, field: &Field, cell: &Cell) -> Option<Objection> {
    let value = match cell {
        Cell::Enclosed(envelope) if envelope.privacy == field.privacy => return None,
        Cell::Enclosed(_) => {
            let reason = format!("“{}”的密级不对", field.label);
            return Some(Objection::new("wrong-privacy", reason, UPDATE));
        }
        Cell::Open(Value::Empty) => return field.required().then(|| missing(field)),
        Cell::Open(_) if field.privacy != Privacy::Open => {
            let reason = format!("“{}”应加密，这里没有", field.label);
            return Some(Objection::new("not-sealed", reason, UPDATE));
        }
        Cell::Open(value) => value,
    };
    let items = match value {
        Value::List(items) if field.is_list() => items.as_slice(),
        single if !field.is_list() => std::slice::from_ref(single),
        _ => return Some(wrong_type(field)),
    };
    if items.is_empty() && field.arity == Arity::Some {
        return Some(missing(field));
    }
    items.iter().find_map(|item| about_item(schema, field, item))
}

fn wrong_type(field: &Field) -> Objection {
    let reason = format!("“{}”填的不是这一栏该有的内容", field.label);
    Objection::new("wrong-type", reason, "请重新填写这一栏")
}

fn about_item(schema: &Schema, field: &Field, item: &Value) -> Option<Objection> {
    let fits = match (&field.ty, item) {
        (FieldType::Text | FieldType::File, Value::Text(_)) => true,
        (FieldType::Number | FieldType::Days | FieldType::Minutes, Value::Number(number)) => {
            return off_grid(field, *number);
        }
        (FieldType::Day | FieldType::Time, Value::Day(_)) => true,
        (FieldType::Month, Value::Month(_)) => true,
        (FieldType::Span, Value::Span(span)) => span.first <= span.last,
        (FieldType::Bool, Value::Bool(_)) => true,
        (FieldType::Code(list), Value::Code(code)) => {
            let list = schema.code_list(*list);
            if list.codes.iter().any(|known| known.alias == code.as_str()) {
                return None;
            }
            let reason = format!("“{}”没有 {code} 这一项", list.label);
            return Some(Objection::new("unknown-code", reason, UPDATE));
        }
        (FieldType::Ref(forms), Value::Record(Reference { form, .. })) => match form {
            None => forms.len() == 1,
            Some(form) => forms.iter().any(|id| schema.form(*id).alias == form.as_str()),
        },
        (FieldType::AnyRef, Value::Record(Reference { form, .. })) => {
            form.as_ref().is_some_and(|form| schema.form_named(form.as_str()).is_some())
        }
        _ => false,
    };
    (!fits).then(|| wrong_type(field))
}

fn off_grid(field: &Field, number: Number) -> Option<Objection> {
    let step = field.step?;
    if number.checked_div(step).is_none_or(Number::is_whole) {
        return None;
    }
    let reason = format!("“{}”的 {number} 不是 {step} 的整数倍", field.label);
    Some(Objection::new("off-grid", reason, format!("请按 {step} 一档填写")))
}
