//! The days on which a clause is due, whoever owes it, under the official and any other reading.
//!
//! A due date that is read from the subject or from a dated element is not known before there is
//! one; such clauses have none here, and how long they take is asked for apart.
//! Read next: `otherwise.rs`, `deadlines.rs`.

use facts::{Day, Number, Value};
use plan::expr::{Expr, ExprKind};
use plan::plan::{Clause, Rule, RuleKind, Unit, When};
use plan::source::Place;

use super::otherwise::Otherwise;
use crate::element::Frame;
use crate::periods::{Period, periods};
use crate::view::View;

/// A duty with its periods and the due date of each.
pub struct Dated<'p> {
    /// Index of the clause.
    pub index: usize,
    /// The clause.
    pub clause: &'p Clause,
    /// Its rule under that reading.
    pub rule: &'p Rule,
    /// The reading, where it is not the official one.
    pub other: Option<&'p Otherwise>,
    /// Its periods in order, each with its due date.
    pub dues: Vec<(Period, Day)>,
}

impl Dated<'_> {
    /// Where its due date is written; the clause itself when it is the end of its period.
    pub fn place(&self) -> Place {
        self.rule.due.as_ref().map_or(self.clause.place, |due| due.value.place)
    }

    /// Its id, where the marked place does not show it, and the reading.
    pub fn label(&self) -> String {
        let shown = self.other.is_none() && self.rule.due.is_none();
        if shown { String::new() } else { self.named() }
    }

    /// Its id, with the reading where it is not the official one.
    pub fn named(&self) -> String {
        match self.other {
            None => self.clause.id.clone(),
            Some(other) => format!("{} 换成“{}”", self.clause.id, other.reading),
        }
    }

    /// The options it takes beside the starred ones.
    pub fn choices(&self) -> &[(usize, usize)] {
        self.other.map_or(&[], |other| &other.choices)
    }

    /// Whether it is owed once per window, not again and again.
    pub fn is_single(&self) -> bool {
        !matches!(
            self.rule.when,
            Some(When::Windows { every: plan::plan::Every::Each(..), .. } | When::Rolling { .. })
        )
    }
}

/// All duties of a plan whose due dates are known.
pub fn all<'p>(view: &View<'p>) -> Vec<Dated<'p>> {
    let clauses = view.plan.clauses.iter().enumerate();
    let duties = clauses.filter(|(_, clause)| clause.kind == RuleKind::Duty);
    let dated = duties.filter_map(|(index, clause)| {
        let rule = clause.rule.as_ref()?;
        Some(Dated { index, clause, rule, other: None, dues: dues(view, rule)? })
    });
    dated.collect()
}

/// The same under other readings.
pub fn otherwise<'p>(view: &View<'p>, others: &'p [Otherwise]) -> Vec<Dated<'p>> {
    let dated = others.iter().filter_map(|other| {
        let (index, rule) = (other.index, &other.rule);
        let clause = view.plan.clauses.get(index)?;
        let duty = clause.kind == RuleKind::Duty;
        let dues = duty.then(|| dues(view, rule)).flatten()?;
        Some(Dated { index, clause, rule, other: Some(other), dues })
    });
    dated.collect()
}

fn dues(view: &View, rule: &Rule) -> Option<Vec<(Period, Day)>> {
    let term = view.plan.term?;
    let spans = match &rule.when {
        Some(When::Rolling { .. }) => return None,
        Some(when) => periods(when, term.last),
        None => vec![Period { span: term, partial: false }],
    };
    let Some(due) = &rule.due else {
        return Some(spans.into_iter().map(|period| (period, period.span.last)).collect());
    };
    if reads_the_element(&due.value) {
        return None;
    }
    let dated = spans.into_iter().map(|period| {
        let mut frame = Frame::bare(period.span.last);
        (frame.period, frame.onset) = (Some(period.span), Some(period.span.first));
        let day = view.value(&due.value, &mut frame).as_day()?;
        let next = view.world.calendar.next_workday(day);
        let day = if due.next_workday { view.workday(next, day) } else { day };
        Some((period, day))
    });
    dated.collect()
}

/// 始 is the element's day as soon as there is one.
fn reads_the_element(expr: &Expr) -> bool {
    let mut reads = false;
    expr.walk(&mut |part| {
        reads |=
            matches!(part.kind, ExprKind::Element(_) | ExprKind::Path { .. } | ExprKind::Onset);
    });
    reads
}

/// The last due date of what begins on a day, where it is counted from that day.
///
/// `None` when it is not, or takes no time.
pub fn end_of(view: &View, kind: RuleKind, rule: &Rule, begun: Day) -> Option<Day> {
    if kind == RuleKind::Flow {
        let mut ends: Vec<Day> = Vec::new();
        for step in &rule.steps {
            let anchor = step.after.and_then(|index| ends.get(index).copied()).unwrap_or(begun);
            let length = step.due.as_ref().and_then(|(amount, unit)| Some((most(amount)?, *unit)));
            ends.push(length.map_or(anchor, |(amount, unit)| view.shift(anchor, amount, unit)));
        }
        return ends.into_iter().max();
    }
    let single = kind == RuleKind::Duty && rule.when.is_none();
    let due = rule.due.as_ref().filter(|_| single)?;
    let lengths = lengths(&due.value).into_iter();
    lengths.map(|(amount, unit)| view.shift(begun, amount, unit)).max()
}

/// The lengths that may be added to the element's own day.
fn lengths(expr: &Expr) -> Vec<(i32, Unit)> {
    match &expr.kind {
        ExprKind::If(_, then, otherwise) => {
            lengths(then).into_iter().chain(lengths(otherwise)).collect()
        }
        ExprKind::Shift { day, amount, unit } if reads_the_element(day) => {
            most(amount).into_iter().map(|amount| (amount, *unit)).collect()
        }
        _ => Vec::new(),
    }
}

/// The greatest amount an expression may give.
fn most(amount: &Expr) -> Option<i32> {
    match &amount.kind {
        ExprKind::Constant(value @ Value::Number(_)) => {
            value.as_number().map(Number::floor).and_then(|whole| i32::try_from(whole).ok())
        }
        ExprKind::If(_, then, otherwise) => most(then).max(most(otherwise)),
        _ => None,
    }
}
