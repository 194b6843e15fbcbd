//! A derived existence that columns tell: one equality of references, and bounds on days.
//!
//! "There is a visit of hers between the days of the trip": such a condition is asked of every trip
//! of every clause, and again at each change. Its parts are found once; the rows that name the same
//! record are then held against two stretches of days, and nothing is interpreted.
//! Any other existence stays with the reference evaluator.
//! Read next: `fixed.rs`, which knows when an existence is settled; `column.rs`, which asks this.

use std::cmp::Ordering;

use facts::{Day, FieldId, FormId, RecordRef, Shape, Value};
use plan::expr::{Aggregate, AggregateExpr, CompareOp, Expr, ExprKind, Step, Type};

use super::column::cell;
use super::fixed::{derived, passes_dated};
use crate::view::View;

/// The condition under which a row of a form says that something exists about a record.
#[derive(Clone, Debug)]
pub struct Existence {
    /// The form of the rows.
    form: FormId,
    /// What a row names: one record, or several.
    names: FieldId,
    /// The form of the record asked about.
    about: FormId,
    /// What it names; `None` is the record itself.
    by: Option<FieldId>,
    bounds: Vec<Bound>,
}

/// A day of the row held against a day of the record.
#[derive(Clone, Copy, Debug)]
struct Bound {
    row: End,
    op: CompareOp,
    about: End,
}

/// The first or the last day of a record.
#[derive(Clone, Copy, Debug)]
enum End {
    First,
    Last,
}

impl Existence {
    /// The parts of an existence about the records of a form; `None` where there are others.
    pub fn of(view: &View, aggregate: &AggregateExpr, about: FormId) -> Option<Existence> {
        let whole = aggregate.op == Aggregate::Exists && !aggregate.active && !aggregate.ever;
        let ExprKind::All(forms) = &aggregate.source.kind else { return None };
        let (&[form], true) = (forms.as_slice(), whole && aggregate.via.is_none()) else {
            return None;
        };
        let ExprKind::And(parts) = &aggregate.filter.as_deref()?.kind else { return None };
        let side = Side { view, row: (aggregate.level, form), about };
        let mut equal = None;
        let mut bounds = Vec::new();
        for part in parts {
            match side.bound(part) {
                Some(bound) => bounds.push(bound),
                None if equal.is_none() => equal = Some(side.equality(part)?),
                None => return None,
            }
        }
        let (names, by) = equal?;
        Some(Existence { form, names, about, by, bounds })
    }

    /// The first day on which it is there; `None` for never.
    pub fn first(&self, view: &View, about: RecordRef) -> Option<Day> {
        let to = self.named_by(view, about)?;
        let mut first: Option<Day> = None;
        view.each_listed((self.form, self.names), to, |row| {
            // The days are at hand, and most rows lie elsewhere: only those between are read.
            if self.is_between(view, row, about) && self.is_named(view, row, to) {
                let day = view.axis(row).unwrap_or(Day::MIN);
                first = Some(first.map_or(day, |known| known.min(day)));
            }
        });
        first
    }

    /// Whether a row says it of a record.
    pub fn concerns(&self, view: &View, row: RecordRef, about: RecordRef) -> bool {
        if row.form != self.form || about.form != self.about {
            return false;
        }
        let names = || self.named_by(view, about).is_some_and(|to| self.is_named(view, row, to));
        self.is_between(view, row, about) && names()
    }

    fn is_named(&self, view: &View, row: RecordRef, to: RecordRef) -> bool {
        let names = view.row(row).map(|version| version.value(self.names));
        names.is_some_and(|value| value.members().contains(&Value::Ref(to)))
    }

    fn named_by(&self, view: &View, about: RecordRef) -> Option<RecordRef> {
        match self.by {
            None => Some(about),
            Some(field) => cell(view, view.row(about)?, field).as_ref(),
        }
    }

    fn is_between(&self, view: &View, row: RecordRef, about: RecordRef) -> bool {
        let (Some(own), Some(other)) = (view.span_shown(row), view.span_shown(about)) else {
            return false;
        };
        self.bounds.iter().all(|bound| {
            let (Some(left), Some(right)) = (bound.row.of(own), bound.about.of(other)) else {
                return false;
            };
            let order = left.cmp(&right);
            match bound.op {
                CompareOp::Less => order == Ordering::Less,
                CompareOp::LessOrEqual => order != Ordering::Greater,
                CompareOp::Greater => order == Ordering::Greater,
                CompareOp::GreaterOrEqual => order != Ordering::Less,
                CompareOp::Equal => order == Ordering::Equal,
                CompareOp::NotEqual => order != Ordering::Equal,
            }
        })
    }
}

impl End {
    /// The day, unless it is empty: that is kept as the first or the last day of all.
    fn of(self, (first, last): (Day, Day)) -> Option<Day> {
        match self {
            End::First => (first != Day::MIN).then_some(first),
            End::Last => (last != Day::MAX).then_some(last),
        }
    }
}

/// The two sides of a condition: the row, by its level and form, and the record asked about.
#[derive(Clone, Copy)]
struct Side<'v, 'p> {
    view: &'v View<'p>,
    row: (u8, FormId),
    about: FormId,
}

impl Side<'_, '_> {
    /// A comparison of a day that is kept beside the row with one of the record.
    fn bound(self, part: &Expr) -> Option<Bound> {
        let ExprKind::Compare(op, left, right) = &part.kind else { return None };
        let own = self.end(self.stored(left, self.row)?)?;
        let about = self.end(self.stored(right, (0, self.about))?)?;
        (*op != CompareOp::NotEqual).then_some(Bound { row: own, op: *op, about })
    }

    /// A reference of the row that is the record, or what the record names.
    fn equality(self, part: &Expr) -> Option<(FieldId, Option<FieldId>)> {
        let (left, right, lists) = match &part.kind {
            ExprKind::Compare(CompareOp::Equal, left, right) => (left, right, false),
            ExprKind::In(left, right) if !matches!(right.ty, Type::Set(_)) => (left, right, true),
            _ => return None,
        };
        let pair = |row: &Expr, about: &Expr| {
            if !lists && !matches!(row.ty, Type::Ref(_)) {
                return None;
            }
            let names = self.stored(row, self.row)?.field;
            let by = match about.kind {
                ExprKind::Element(0) => None,
                _ => Some(self.stored(about, (0, self.about))?.field),
            };
            // Only one reference is looked for; a list on this side would be any of several.
            matches!(about.ty, Type::Ref(_)).then_some((names, by))
        };
        pair(left, right).or_else(|| pair(right, left))
    }

    /// One step from a level to a field as it is stored, the same on every day.
    fn stored(self, expr: &Expr, (level, form): (u8, FormId)) -> Option<Step> {
        let ExprKind::Path { root, steps } = &expr.kind else { return None };
        let &[step] = steps.as_slice() else { return None };
        let plan = self.view.plan;
        let declared = plan.schema.form(form);
        let field = declared.fields.get(step.field.0 as usize)?;
        let computed = field.builtin || derived(plan, step).is_some();
        let dated = declared.shape != Shape::Thing && declared.versioned.is_none();
        let own = *root == level && step.form == form && !passes_dated(plan, steps);
        (own && !computed && dated).then_some(step)
    }

    /// Which day of a form a field is, where it is one of those kept beside the row.
    fn end(self, step: Step) -> Option<End> {
        let form = self.view.plan.schema.form(step.form);
        match Some(step.field) {
            field if field == form.axis => Some(End::First),
            field if field == form.end => Some(End::Last),
            _ => None,
        }
    }
}
