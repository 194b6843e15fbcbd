//! What can be settled once per row: conditions that no later record, and no day asked, can change.
//!
//! Some conditions become true by time: a trip "has a visit" from the day of its first visit, a
//! reference to a record dated later finds nothing before that day (§6.2). Such a condition is a
//! day since which it holds. Whatever is not of this kind stays with the reference evaluator.
//! Read next: `index.rs`.

use facts::{Day, FieldType, RecordRef, Shape, Value};
use plan::expr::{Aggregate, AggregateExpr, Builtin, CompareOp, Expr, ExprKind, Step, Type};
use plan::plan::Plan;

use super::existence::Existence;
use crate::element::{Element, Frame};
use crate::view::View;

/// Where an expression stands: levels below `lowest` belong to the case, not to the row.
#[derive(Clone, Copy)]
pub struct Place<'p> {
    /// The plan whose forms are read.
    pub plan: &'p Plan,
    /// The lowest level that may be read.
    pub lowest: u8,
}

impl<'p> Place<'p> {
    /// Whether a condition holds from one day on, and that day can be found once.
    pub fn settles(self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::And(parts) | ExprKind::Or(parts) => parts.iter().all(|p| self.settles(p)),
            ExprKind::Path { root, steps } if *root >= self.lowest => {
                self.derived_exists(steps).is_some() || self.fixed(expr, true)
            }
            _ => self.fixed(expr, true),
        }
    }

    /// The existence a derived field of one step stands for, when that settles.
    pub(super) fn derived_exists(self, steps: &[Step]) -> Option<&'p AggregateExpr> {
        let [step] = steps else { return None };
        let expr = derived(self.plan, *step)?;
        let ExprKind::Aggregate(aggregate) = &expr.kind else { return None };
        let inner = Place { plan: self.plan, lowest: 0 };
        let plain = aggregate.op == Aggregate::Exists && !aggregate.active;
        let dated = matches!(&aggregate.source.kind, ExprKind::All(forms)
            if forms.iter().all(|form| self.plan.schema.form(*form).shape != Shape::Thing));
        let parts = [&aggregate.via, &aggregate.filter];
        let settled = parts.into_iter().flatten().all(|part| inner.settles(part));
        (plain && dated && settled).then_some(aggregate)
    }

    /// Whether an expression has one value for good. A path over a record that may be dated later
    /// is empty before that day; it may stand only where empty means false (`rising`).
    pub fn fixed(self, expr: &Expr, rising: bool) -> bool {
        let both = |a: &Expr, b: &Expr, rising| self.fixed(a, rising) && self.fixed(b, rising);
        match &expr.kind {
            ExprKind::Constant(_) => true,
            ExprKind::Element(level) => *level >= self.lowest,
            ExprKind::Path { root, steps } => {
                *root >= self.lowest
                    && (rising || !passes_dated(self.plan, steps))
                    && steps.iter().all(|step| self.plain(*step))
            }
            ExprKind::And(parts) | ExprKind::Or(parts) | ExprKind::List(parts) => {
                parts.iter().all(|part| self.fixed(part, rising))
            }
            ExprKind::Not(part) => self.fixed(part, false),
            ExprKind::Has(part) | ExprKind::IsOfForm(part, _) => self.fixed(part, rising),
            ExprKind::Compare(op, a, b) => both(a, b, rising && *op != CompareOp::NotEqual),
            ExprKind::In(a, b) => !matches!(b.ty, Type::Set(_)) && both(a, b, rising),
            ExprKind::DaysBetween(a, b)
            | ExprKind::Shift { day: a, amount: b, .. }
            | ExprKind::Add(a, b)
            | ExprKind::Subtract(a, b)
            | ExprKind::Multiply(a, b)
            | ExprKind::Divide(a, b) => both(a, b, rising),
            ExprKind::If(a, b, c) => {
                self.fixed(a, false) && self.fixed(b, false) && self.fixed(c, false)
            }
            ExprKind::Call(builtin, parts) => self.fixed_call(*builtin, parts, rising),
            _ => false,
        }
    }

    fn fixed_call(self, builtin: Builtin, parts: &[Expr], rising: bool) -> bool {
        let steady = match builtin {
            Builtin::Age | Builtin::Lesser | Builtin::Greater => true,
            Builtin::Size => parts.iter().all(|part| !matches!(part.ty, Type::Set(_))),
            _ => false,
        };
        steady && parts.iter().all(|part| self.fixed(part, rising))
    }

    /// Whether a step reads what is stored, or derives it without looking at other records.
    fn plain(self, step: Step) -> bool {
        let inner = Place { plan: self.plan, lowest: 0 };
        derived(self.plan, step).is_none_or(|expr| inner.fixed(expr, false))
    }
}

/// Whether a set depends on the registry and on fixed fields alone.
pub fn fixed_set(plan: &Plan, set: &Expr) -> bool {
    let mut fixed = true;
    set.walk(&mut |expr| match &expr.kind {
        ExprKind::Aggregate(_) | ExprKind::Share { .. } | ExprKind::EveryOne { .. } => {
            fixed = false;
        }
        ExprKind::Path { steps, .. } | ExprKind::FieldOf { steps, .. } => {
            let place = Place { plan, lowest: 0 };
            fixed &= !passes_dated(plan, steps) && steps.iter().all(|step| place.plain(*step));
        }
        _ => {}
    });
    fixed
}

/// Whether a path goes through, or ends at, a record that may be dated later than the row.
pub fn passes_dated(plan: &Plan, steps: &[Step]) -> bool {
    steps.iter().any(|step| match &plan.schema.field(step.form, step.field).ty {
        FieldType::Ref(forms) => forms.iter().any(|form| {
            let form = plan.schema.form(*form);
            form.shape != Shape::Thing && !form.registry
        }),
        FieldType::AnyRef => true,
        _ => false,
    })
}

/// The expression of a derived field.
pub(super) fn derived(plan: &Plan, step: Step) -> Option<&Expr> {
    let rules = plan.form_rules.get(step.form.0 as usize)?;
    rules.derived.iter().find(|(field, _)| *field == step.field).map(|(_, expr)| expr)
}

/// A comparison of a stored day of a row with a day of the element.
#[derive(Clone, Debug)]
pub(super) struct DayBound {
    row: StoredDay,
    op: CompareOp,
    of: StoredDay,
}

/// A stored day of the records of a form, and whether the view keeps it beside the rows.
#[derive(Clone, Copy, Debug)]
struct StoredDay {
    step: Step,
    kept: Option<Kept>,
}

/// A day that a view keeps beside the rows.
#[derive(Clone, Copy, Debug)]
enum Kept {
    First,
    Last,
}

impl View<'_> {
    /// The day since which a settled condition holds; `Day::MIN` is always, `None` never.
    pub(super) fn since(&self, expr: &Expr, frame: &mut Frame) -> Option<Day> {
        match &expr.kind {
            ExprKind::And(parts) => {
                let mut latest = Day::MIN;
                for part in parts {
                    latest = latest.max(self.since(part, frame)?);
                }
                Some(latest)
            }
            ExprKind::Or(parts) => {
                let all: Vec<Day> = parts.iter().filter_map(|p| self.since(p, frame)).collect();
                all.into_iter().min()
            }
            ExprKind::Path { root, steps } => {
                let place = Place { plan: self.plan, lowest: 0 };
                match (place.derived_exists(steps), frame.elements.get(*root as usize)) {
                    (Some(aggregate), Some(element)) => {
                        self.since_existence(aggregate, element.record)
                    }
                    _ => self.since_atom(expr, frame),
                }
            }
            _ => self.since_atom(expr, frame),
        }
    }

    /// The day since which a record exists about an element.
    pub(super) fn since_existence(
        &self,
        aggregate: &AggregateExpr,
        about: RecordRef,
    ) -> Option<Day> {
        // Several measures of one paper ask the same of the same row.
        let key = (std::ptr::from_ref(aggregate) as usize, about);
        if let Some(known) = self.since.borrow().get(&key) {
            return *known;
        }
        let mut around = Frame::around(about, self.day);
        let ahead = self.ahead.replace(false);
        let first = self.first_day_of(aggregate, &mut around);
        match self.ahead.get() {
            true => {}
            false => drop(self.since.borrow_mut().insert(key, first)),
        }
        self.ahead.set(ahead || self.ahead.get());
        first
    }

    fn since_atom(&self, expr: &Expr, frame: &mut Frame) -> Option<Day> {
        self.truth(expr, frame).then(|| self.trail(expr, frame))
    }

    /// The same where columns tell it.
    pub(super) fn since_parts(
        &self,
        aggregate: &AggregateExpr,
        parts: &Existence,
        about: RecordRef,
    ) -> Option<Day> {
        let key = (std::ptr::from_ref(aggregate) as usize, about);
        if let Some(known) = self.since.borrow().get(&key) {
            return *known;
        }
        let first = parts.first(self, about);
        self.since.borrow_mut().insert(key, first);
        first
    }

    /// The first day on which a record of an existence is there.
    fn first_day_of(&self, aggregate: &AggregateExpr, frame: &mut Frame) -> Option<Day> {
        let mut first: Option<Day> = None;
        let itself = frame.elements.first().map(|element| element.record);
        let bounds = self.day_bounds(aggregate);
        for row in self.candidates(aggregate, frame) {
            if itself.is_some_and(|itself| self.is_outside(&bounds, row, itself)) {
                continue;
            }
            let axis = self.axis(row).unwrap_or(Day::MIN);
            let target = frame.elements.get(aggregate.via_target as usize).map(|e| e.record);
            let since = frame.with(aggregate.level, Element::plain(row), |frame| {
                if !self.meets_via(aggregate, target, frame) {
                    return None;
                }
                let filter = aggregate.filter.as_ref();
                filter.map_or(Some(Day::MIN), |filter| self.since(filter, frame))
            });
            let day = since.map(|since| since.max(axis));
            first = first.into_iter().chain(day).min();
        }
        first
    }

    /// Whether a row is among those whose existence about an element is asked.
    pub(super) fn concerns(&self, about: &AggregateExpr, row: RecordRef, of: RecordRef) -> bool {
        let mut frame = Frame::around(of, self.day);
        let target = frame.elements.get(about.via_target as usize).map(|e| e.record);
        frame.with(about.level, Element::plain(row), |frame| {
            let filter = about.filter.as_ref();
            self.meets_via(about, target, frame)
                && filter.is_none_or(|filter| self.truth(filter, frame))
        })
    }

    /// Comparisons of a day of the row with a day of the element, read as they are stored. Most
    /// candidates fail one of them, and the rest of the condition is then not looked at.
    pub(super) fn day_bounds(&self, aggregate: &AggregateExpr) -> Vec<DayBound> {
        let conjuncts = match aggregate.filter.as_deref().map(|filter| &filter.kind) {
            Some(ExprKind::And(parts)) => parts.as_slice(),
            _ => return Vec::new(),
        };
        let stored = |expr: &Expr, level: u8| {
            let ExprKind::Path { root, steps } = &expr.kind else { return None };
            let [step] = steps.as_slice() else { return None };
            let form = self.plan.schema.form(step.form);
            let field = form.fields.get(step.field.0 as usize)?;
            let plain = !field.derived && !field.builtin && form.versioned.is_none();
            let kept = match Some(step.field) {
                _ if form.shape == Shape::Thing => None,
                field if field == form.axis => Some(Kept::First),
                field if field == form.end => Some(Kept::Last),
                _ => None,
            };
            let own = StoredDay { step: *step, kept };
            (plain && *root == level && field.ty == FieldType::Day).then_some(own)
        };
        let bound = |part: &Expr| {
            let ExprKind::Compare(op, left, right) = &part.kind else { return None };
            let (row, of) = (stored(left, aggregate.level)?, stored(right, 0)?);
            (*op != CompareOp::NotEqual).then_some(DayBound { row, op: *op, of })
        };
        conjuncts.iter().filter_map(bound).collect()
    }

    fn stored_day(&self, record: RecordRef, own: StoredDay) -> Option<Day> {
        // An empty day is kept as the first or last of all; the row tells them apart.
        match own.kept {
            Some(Kept::First) => match self.axis(record)? {
                Day::MIN => {}
                day => return Some(day),
            },
            Some(Kept::Last) => match self.end(record) {
                Day::MAX => {}
                day => return Some(day),
            },
            None => {}
        }
        self.row(record)?.values.get(own.step.field.0 as usize)?.as_day()
    }

    /// Whether the days alone show that a row is not among those asked about an element.
    pub(super) fn is_outside(&self, bounds: &[DayBound], row: RecordRef, of: RecordRef) -> bool {
        let mut both = bounds
            .iter()
            .filter(|bound| bound.row.step.form == row.form && bound.of.step.form == of.form);
        both.any(|bound| match (self.stored_day(row, bound.row), self.stored_day(of, bound.of)) {
            (Some(a), Some(b)) => !match bound.op {
                CompareOp::Less => a < b,
                CompareOp::LessOrEqual => a <= b,
                CompareOp::Greater => a > b,
                CompareOp::GreaterOrEqual => a >= b,
                _ => a == b,
            },
            _ => true,
        })
    }

    /// The latest day of the dated records that an expression reads through.
    pub(super) fn trail(&self, expr: &Expr, frame: &Frame) -> Day {
        let mut latest = Day::MIN;
        expr.walk(&mut |part| {
            let ExprKind::Path { root, steps } = &part.kind else { return };
            if !passes_dated(self.plan, steps) {
                return;
            }
            let Some(element) = frame.elements.get(*root as usize) else { return };
            let own_day = self.axis(element.record).unwrap_or(frame.day);
            let mut value = Value::Ref(element.record);
            for step in steps {
                value = self.steps(value, std::slice::from_ref(step), own_day, frame.day);
                let dated = value.members().iter().filter_map(Value::as_ref);
                latest = dated.map(|record| self.dated(record)).fold(latest, Day::max);
                if latest > own_day {
                    self.ahead.set(true);
                }
            }
        });
        latest
    }

    /// The day before which a record does not exist for anybody.
    fn dated(&self, record: RecordRef) -> Day {
        let registry = self.plan.schema.form(record.form).registry;
        self.axis(record).filter(|_| !registry).unwrap_or(Day::MIN)
    }
}
