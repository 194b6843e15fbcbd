//! Expressions of the tree as JSON.
//!
//! Every one is `{"kind": …, "place": …}` with its parts; `kind` is the English keyword, of an
//! operator its sign or word.
//! Read next: `field.rs`.

use plan::tree::{Aggregate, BinaryOp, CompareOp, Expr, ExprKind, Path, Root};
use serde_json::{Value, json};

use super::word::{unit, word, words};
use super::{Lines, joined};

/// One expression with all inside.
pub fn expression(lines: &Lines, expr: &Expr) -> Value {
    joined(json!({ "place": lines.place(expr.place) }), kind(lines, &expr.kind))
}

fn kind(lines: &Lines, kind: &ExprKind) -> Value {
    let all = |parts: &[Expr]| -> Value { parts.iter().map(|p| expression(lines, p)).collect() };
    match kind {
        ExprKind::Path(of) => path(lines, of),
        ExprKind::Call(function, arguments) => {
            json!({ "kind": "call", "of": path(lines, function), "arguments": all(arguments) })
        }
        ExprKind::List(parts) => json!({ "kind": "list", "parts": all(parts) }),
        ExprKind::Filter(set, condition) => pair(lines, "where", set, condition),
        ExprKind::Aggregate { .. } => aggregate(lines, kind),
        ExprKind::Share(set, condition) => pair(lines, "share", set, condition),
        ExprKind::EveryOne(set, condition) => pair(lines, "every_one", set, condition),
        ExprKind::If(condition, then, otherwise) => json!({
            "kind": "if",
            "condition": expression(lines, condition),
            "then": expression(lines, then),
            "else": expression(lines, otherwise),
        }),
        ExprKind::Binary(op, left, right) => pair(lines, operator(*op), left, right),
        ExprKind::Not(part) => json!({ "kind": "not", "of": expression(lines, part) }),
        ExprKind::Negate(part) => json!({ "kind": "negate", "of": expression(lines, part) }),
        ExprKind::Has(part) => json!({ "kind": "has", "of": expression(lines, part) }),
        ExprKind::Number(number) => json!({ "kind": "number", "number": number.to_string() }),
        ExprKind::Quantity(number, of) => {
            json!({ "kind": "quantity", "number": number.to_string(), "unit": unit(*of) })
        }
        ExprKind::Day(day) => json!({ "kind": "day", "day": day.to_string() }),
        ExprKind::Month(month) => json!({ "kind": "month", "month": month.to_string() }),
        ExprKind::Span(span) => json!({ "kind": "span", "span": span.to_string() }),
        ExprKind::Text(text) => json!({ "kind": "text", "text": text }),
    }
}

fn pair(lines: &Lines, kind: &str, left: &Expr, right: &Expr) -> Value {
    json!({
        "kind": kind,
        "left": expression(lines, left),
        "right": expression(lines, right),
    })
}

fn aggregate(lines: &Lines, kind: &ExprKind) -> Value {
    let ExprKind::Aggregate { op, distinct, active, ever, path: of, via, filter } = kind else {
        return Value::Null;
    };
    json!({
        "kind": aggregate_word(*op),
        "distinct": distinct,
        "active": active,
        "ever": ever,
        "of": path(lines, of),
        "via": via.as_ref().map(|via| path(lines, via)),
        "where": filter.as_ref().map(|filter| expression(lines, filter)),
    })
}

fn path(lines: &Lines, path: &Path) -> Value {
    let root = match &path.root {
        Root::Subject => json!({ "text": "self" }),
        Root::It => json!({ "text": "it" }),
        Root::Name(name) => word(lines, name),
    };
    json!({
        "kind": "path",
        "root": root,
        "steps": words(lines, &path.steps),
        "place": lines.place(path.place),
    })
}

fn aggregate_word(op: Aggregate) -> &'static str {
    match op {
        Aggregate::Count => "count",
        Aggregate::Exists => "exists",
        Aggregate::Sum => "sum",
        Aggregate::Median => "median",
        Aggregate::Mean => "mean",
        Aggregate::First => "first",
        Aggregate::Last => "last",
        Aggregate::Largest => "largest",
        Aggregate::Smallest => "smallest",
        Aggregate::Covered => "covered",
    }
}

fn operator(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::And => "and",
        BinaryOp::Or => "or",
        BinaryOp::Compare(op) => comparison(op),
        BinaryOp::In => "in",
        BinaryOp::Plus => "+",
        BinaryOp::Minus => "-",
        BinaryOp::Times => "*",
        BinaryOp::Over => "/",
        BinaryOp::Without => "minus",
        BinaryOp::Both => "both",
    }
}

/// The sign of a comparison.
pub fn comparison(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Equal => "=",
        CompareOp::NotEqual => "!=",
        CompareOp::Less => "<",
        CompareOp::LessOrEqual => "<=",
        CompareOp::Greater => ">",
        CompareOp::GreaterOrEqual => ">=",
    }
}
