//! 核算: figures the plan states, against what the facts give on the last day.
//!
//! Counted from the verdicts, when everything of the campaign is owed: obligations, targets, the
//! fullest target of one subject, the members of a set that some clause asks. A figure that cannot
//! be counted so (quotas) is left out rather than guessed.

use facts::{Number, RecordRef, Value};
use plan::expr::{Builtin, ClauseFigure, Expr, ExprKind};
use plan::plan::{CompareOp, Plan};
use plan::source::Sources;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::api::paper::PaperTotal;
use crate::judged::Judged;

/// All 核算 that can be counted.
pub fn totals(plan: &Plan, sources: &Sources, end: &Judged) -> Vec<PaperTotal> {
    let total = |total: &plan::plan::Total| {
        let first = comparisons(&total.condition).into_iter().find_map(|(left, right)| {
            let counted = counted(plan, end, left)?;
            let Value::Number(stated) = constant(right)? else {
                return None;
            };
            Some((counted, *stated, sources.slice(right.place).trim().to_owned()))
        });
        let (counted, stated, words) = first?;
        Some(PaperTotal {
            title: total.title.clone(),
            stated: if words.is_empty() { stated.to_string() } else { words },
            counted: counted.to_string(),
            agrees: counted == stated,
        })
    };
    plan.totals.iter().filter_map(total).collect()
}

/// The equations of a condition.
fn comparisons(condition: &Expr) -> Vec<(&Expr, &Expr)> {
    match &condition.kind {
        ExprKind::Compare(CompareOp::Equal, left, right) => vec![(left, right)],
        ExprKind::And(parts) => parts.iter().flat_map(comparisons).collect(),
        _ => Vec::new(),
    }
}

fn constant(expr: &Expr) -> Option<&Value> {
    match &expr.kind {
        ExprKind::Constant(value) => Some(value),
        _ => None,
    }
}

fn counted(plan: &Plan, end: &Judged, figure: &Expr) -> Option<Number> {
    let whole = |count: usize| i64::try_from(count).ok().map(Number::whole);
    match &figure.kind {
        ExprKind::Figure(ClauseFigure::Obligations, clause) => whole(rows(end, *clause).count()),
        ExprKind::Figure(ClauseFigure::Targets, clause) => {
            Some(targets(end, *clause).values().fold(Number::ZERO, |sum, one| sum + *one))
        }
        ExprKind::Figure(ClauseFigure::FullTarget, clause) => {
            targets(end, *clause).into_values().max()
        }
        ExprKind::Call(Builtin::Size, arguments) => whole(size(plan, end, arguments.first()?)?),
        _ => None,
    }
}

fn rows(end: &Judged, clause: usize) -> impl Iterator<Item = &duty::Obligation> {
    end.verdicts.obligations.iter().filter(move |row| row.clause == clause)
}

/// Targets added up by subject, of all 计 of a duty.
fn targets(end: &Judged, clause: usize) -> FxHashMap<RecordRef, Number> {
    let mut sums: FxHashMap<RecordRef, Number> = FxHashMap::default();
    for row in rows(end, clause) {
        for target in row.targets.iter().filter_map(|(_, _, target)| target.as_number()) {
            let sum = sums.entry(row.subject).or_insert(Number::ZERO);
            *sum = *sum + target;
        }
    }
    sums
}

/// Members of a set: the subjects of a clause that asks exactly this set.
fn size(plan: &Plan, end: &Judged, set: &Expr) -> Option<usize> {
    let asks = |clause: &plan::plan::Clause| {
        let subject = clause.rule.as_ref().map(|rule| &rule.subject);
        subject.is_some_and(|subject| subject.set().kind == set.kind)
    };
    let subjects =
        |clause: usize| rows(end, clause).map(|row| row.subject).collect::<FxHashSet<_>>().len();
    let clauses = plan.clauses.iter().enumerate();
    clauses.filter(|(_, clause)| asks(clause)).map(|(index, _)| subjects(index)).max()
}
