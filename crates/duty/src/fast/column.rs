//! What a row is asked, as columns: found once per aggregate, so that rows are not interpreted.
//!
//! A closed set: a stored field of the row itself compared with a constant, held against a list, or
//! there at all; their and, or and not; the day since which a derived existence is true. A field
//! that leads to a record which may be dated later is not in it, because such a row must be asked
//! for more than its value. What is not in the set stays with the reference evaluator.
//! Read next: `reader.rs`.

use facts::{Day, FieldId, FormId, Number, RecordRef, Value, Version};
use plan::expr::{CompareOp, Expr, ExprKind, Step, Type};
use plan::plan::Plan;

use super::existence::Existence;
use super::fixed::{Place, derived, passes_dated};
use super::index::Shapes;
use crate::element::{Element, Frame};
use crate::membership::base_forms;
use crate::value::compare;
use crate::view::View;

/// What can be read as a column of the row; `None` where the reference evaluator is asked.
#[derive(Clone, Debug, Default)]
pub struct Straight {
    /// The conditions of the source.
    pub source: Option<Vec<Test>>,
    /// What is settled, in the order of the shape.
    pub settled: Vec<Option<Test>>,
    /// The key.
    pub inner: Option<FieldId>,
    /// What each posting carries.
    pub operand: Option<FieldId>,
    /// What is held against each row.
    pub rest: Option<FieldId>,
}

/// A condition on the columns of a row.
#[derive(Clone, Debug)]
pub enum Test {
    /// 是, or above zero.
    Is(FieldId),
    /// 有.
    Has(FieldId),
    /// A comparison with a constant.
    Compare(CompareOp, FieldId, Value),
    /// 属于 these values.
    In(FieldId, Vec<Value>),
    /// A derived existence about the row, and its parts where columns tell it.
    Exists(Step, Option<Existence>),
    /// All hold.
    All(Vec<Test>),
    /// One holds.
    Any(Vec<Test>),
    /// It does not hold.
    Not(Box<Test>),
}

/// A row that is being read.
pub struct Line<'v> {
    /// The facts.
    pub view: &'v View<'v>,
    /// The record.
    pub record: RecordRef,
    /// Its row.
    pub row: &'v Version,
    /// Level of the row.
    pub level: u8,
    /// For the reference evaluator, once it is asked.
    pub frame: Option<Frame>,
}

impl Line<'_> {
    /// A frame with the row at its level and below.
    pub fn frame(&mut self) -> &mut Frame {
        let (record, level) = (self.record, usize::from(self.level));
        self.frame.get_or_insert_with(|| {
            let elements = vec![Element::plain(record); level + 1];
            Frame { elements, ..Frame::bare(self.view.day) }
        })
    }
}

/// A field as stored; empty when the reference it holds is not visible.
pub fn cell<'v>(view: &View, row: &'v Version, field: FieldId) -> &'v Value {
    static EMPTY: Value = Value::Empty;
    let value = row.values.get(field.0 as usize).unwrap_or(&EMPTY);
    match value {
        Value::Ref(target) if !view.is_visible(*target) => &EMPTY,
        _ => value,
    }
}

/// The form whose rows are read, and the level at which they stand.
#[derive(Clone, Copy)]
struct Row<'v, 'p> {
    view: &'v View<'p>,
    plan: &'p Plan,
    form: FormId,
    level: u8,
}

impl Straight {
    /// The columns of a shape.
    pub fn of(view: &View, shape: &Shapes) -> Straight {
        let aggregate = &shape.aggregate;
        let settled = shape.settled.len();
        let forms = base_forms(&aggregate.source);
        let &[form] = forms.as_slice() else {
            return Straight { settled: vec![None; settled], ..Straight::default() };
        };
        let row = Row { view, plan: view.plan, form, level: aggregate.level };
        Straight {
            source: row.source(&aggregate.source),
            settled: shape.settled.iter().map(|part| row.test(part)).collect(),
            inner: row.column(&shape.inner),
            operand: aggregate.key.as_ref().and_then(|key| row.column(key)),
            rest: shape.rest_inner.as_ref().and_then(|inner| row.column(inner)),
        }
    }
}

impl Row<'_, '_> {
    /// The conditions under which a row is in a set.
    fn source(self, source: &Expr) -> Option<Vec<Test>> {
        match &source.kind {
            ExprKind::All(forms) => forms.contains(&self.form).then(Vec::new),
            ExprKind::Filter { set, level, condition } => {
                let mut tests = self.source(set)?;
                tests.push(Row { level: *level, ..self }.test(condition)?);
                Some(tests)
            }
            _ => None,
        }
    }

    /// The stored field that an expression is, when it says the same on every day.
    fn column(self, expr: &Expr) -> Option<FieldId> {
        let ExprKind::Path { root, steps } = &expr.kind else { return None };
        let [step] = steps.as_slice() else { return None };
        if *root != self.level || step.form != self.form || passes_dated(self.plan, steps) {
            return None;
        }
        let form = self.plan.schema.form(self.form);
        let field = form.fields.get(step.field.0 as usize)?;
        let computed = field.builtin || derived(self.plan, *step).is_some();
        (!computed && form.versioned.is_none()).then_some(step.field)
    }

    fn test(self, expr: &Expr) -> Option<Test> {
        let all = |parts: &[Expr]| -> Option<Vec<Test>> {
            parts.iter().map(|part| self.test(part)).collect()
        };
        Some(match &expr.kind {
            ExprKind::And(parts) => Test::All(all(parts)?),
            ExprKind::Or(parts) => Test::Any(all(parts)?),
            ExprKind::Not(part) => Test::Not(Box::new(self.test(part)?)),
            ExprKind::Has(part) => Test::Has(self.column(part)?),
            ExprKind::Compare(op, left, right) => {
                Test::Compare(*op, self.column(left)?, constant(right)?.clone())
            }
            ExprKind::In(left, right) => Test::In(self.column(left)?, listed(right)?),
            ExprKind::Path { root, steps } => {
                let place = Place { plan: self.plan, lowest: 0 };
                match (steps.as_slice(), place.derived_exists(steps)) {
                    ([step], Some(about)) if *root == self.level && step.form == self.form => {
                        Test::Exists(*step, Existence::of(self.view, about, self.form))
                    }
                    _ => Test::Is(self.column(expr)?),
                }
            }
            _ => return None,
        })
    }
}

fn constant(expr: &Expr) -> Option<&Value> {
    match &expr.kind {
        ExprKind::Constant(value) => Some(value),
        _ => None,
    }
}

/// The values of a list of constants; a span of days is no list.
fn listed(expr: &Expr) -> Option<Vec<Value>> {
    if matches!(expr.ty, Type::Set(_)) {
        return None;
    }
    match &expr.kind {
        ExprKind::List(parts) => parts.iter().map(|part| constant(part).cloned()).collect(),
        ExprKind::Constant(Value::List(items)) => Some(items.to_vec()),
        _ => None,
    }
}

impl Test {
    /// The day since which it holds of a row; `Day::MIN` is always, `None` never.
    pub fn since(&self, line: &Line) -> Option<Day> {
        let value = |field: &FieldId| cell(line.view, line.row, *field);
        let holds = match self {
            Test::Is(field) => match value(field) {
                Value::Bool(value) => *value,
                Value::Number(number) => *number > Number::ZERO,
                _ => false,
            },
            Test::Has(field) => !value(field).is_empty(),
            Test::Compare(op, field, to) => compare(*op, value(field), to),
            Test::In(field, list) => value(field).members().iter().any(|one| list.contains(one)),
            Test::Exists(step, parts) => {
                let ExprKind::Aggregate(about) = &derived(line.view.plan, *step)?.kind else {
                    return None;
                };
                return match parts {
                    Some(parts) => line.view.since_parts(about, parts, line.record),
                    None => line.view.since_existence(about, line.record),
                };
            }
            Test::All(parts) => {
                let mut each = parts.iter().map(|part| part.since(line));
                return each.try_fold(Day::MIN, |latest, own| Some(latest.max(own?)));
            }
            Test::Any(parts) => return parts.iter().filter_map(|part| part.since(line)).min(),
            Test::Not(part) => part.since(line).is_none(),
        };
        holds.then_some(Day::MIN)
    }
}
