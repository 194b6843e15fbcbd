//! What a form demands of its own rows (字段 须): a trip that ends before it begins is no trip.
//!
//! A condition looks at the fields of its row alone, so it can be asked of each row as it is read,
//! before there is a world. One that looks further is not asked here, and so refuses nothing.
//! Read next: `facts::RowCheck`, through which a reader of rows asks.

use facts::{FieldId, FormId, Number, Value, Version};
use plan::expr::{Expr, ExprKind};
use plan::plan::Plan;

use crate::value::compare;

/// The first condition of its form that a row breaks, with the plan's words.
pub fn broken(plan: &Plan, form: FormId, row: &Version) -> Option<(FieldId, String)> {
    let rules = plan.form_rules.get(form.0 as usize)?;
    let broken = rules.constraints.iter().find(|(_, condition, _)| {
        own(condition, row).is_some_and(|value| value == Value::Bool(false))
    });
    broken.map(|(field, _, words)| (*field, words.clone()))
}

/// The value of an expression over one row; `None` when it looks beyond the row.
fn own(expr: &Expr, row: &Version) -> Option<Value> {
    Some(match &expr.kind {
        ExprKind::Constant(value) => value.clone(),
        ExprKind::Path { root: 0, steps } => match steps.as_slice() {
            [step] => row.values.get(step.field.0 as usize)?.clone(),
            _ => return None,
        },
        ExprKind::List(items) => {
            let items: Option<Vec<Value>> = items.iter().map(|item| own(item, row)).collect();
            Value::List(items?.into())
        }
        ExprKind::Has(part) => Value::Bool(!own(part, row)?.is_empty()),
        ExprKind::Not(part) => Value::Bool(!truth(part, row)?),
        ExprKind::And(parts) => all(parts, row, false)?,
        ExprKind::Or(parts) => all(parts, row, true)?,
        ExprKind::Compare(op, a, b) => Value::Bool(compare(*op, &own(a, row)?, &own(b, row)?)),
        ExprKind::In(a, b) => {
            let (one, range) = (own(a, row)?, own(b, row)?);
            match (&range, one.as_day()) {
                (Value::Span(span), Some(day)) => Value::Bool(span.contains(day)),
                _ => Value::Bool(one.members().iter().any(|v| range.members().contains(v))),
            }
        }
        ExprKind::If(condition, then, otherwise) => {
            own(if truth(condition, row)? { then } else { otherwise }, row)?
        }
        ExprKind::DaysBetween(a, b) => {
            let days = own(a, row)?.as_day().zip(own(b, row)?.as_day());
            days.map_or(Value::Empty, |(a, b)| Value::Number(Number::whole((a - b).into())))
        }
        ExprKind::Add(a, b) => sum(own(a, row)?, own(b, row)?, |a, b| a + b),
        ExprKind::Subtract(a, b) => sum(own(a, row)?, own(b, row)?, |a, b| a - b),
        _ => return None,
    })
}

fn truth(expr: &Expr, row: &Version) -> Option<bool> {
    Some(matches!(own(expr, row)?, Value::Bool(true)))
}

/// The first part that decides, else the other answer: 或 is decided by a true part, 且 by a false.
fn all(parts: &[Expr], row: &Version, decides: bool) -> Option<Value> {
    for part in parts {
        if truth(part, row)? == decides {
            return Some(Value::Bool(decides));
        }
    }
    Some(Value::Bool(!decides))
}

fn sum(a: Value, b: Value, join: impl Fn(Number, Number) -> Number) -> Value {
    let both = a.as_number().zip(b.as_number());
    both.map_or(Value::Empty, |(a, b)| Value::Number(join(a, b)))
}
