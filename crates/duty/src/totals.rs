//! 核算: the figures a plan states, counted (plan-language §7, 1).
//!
//! A paper says how many reports there must be and how many trips one cadre owes. Here they are
//! counted from the rules and the organisations, as of the term's last day, when all is owed, so
//! that a wrong rule is seen before anybody works by it. Whether anything was done plays no part,
//! and what cannot be counted is left open, never guessed.
//! Read next: `totals/figure.rs` for one figure, `totals/makeup.rs` for how a count came about.

mod figure;
mod makeup;
#[cfg(test)]
mod tests;

use facts::{Number, Value, World};
use plan::expr::{Builtin, CompareOp, Expr, ExprKind};
use plan::plan::{Plan, Rule};
use plan::source::Place;

use crate::evaluate::rules;
use crate::value::compare;
use crate::verdict::{Question, Trouble};
use crate::view::View;

pub(crate) use figure::quotas;
pub use makeup::Makeup;

/// Under what the figures are counted; the default is the official readings, nothing amended.
#[derive(Clone, Debug, Default)]
pub struct Basis {
    /// Options other than the starred ones: (clause, axis, option), by index.
    pub readings: Vec<(usize, usize, usize)>,
    /// How many of the plan's amendments hold, from the earliest on.
    pub amendments: usize,
}

/// One 核算, counted.
#[derive(Clone, Debug, PartialEq)]
pub struct TotalResult {
    /// Its title.
    pub title: String,
    /// Its condition.
    pub place: Place,
    /// Its comparisons, in the order they are written.
    pub figures: Vec<FigureResult>,
    /// Whether the condition holds; `None` when it cannot be told.
    pub agrees: Option<bool>,
}

/// One comparison of a counted figure with a stated one.
#[derive(Clone, Debug, PartialEq)]
pub struct FigureResult {
    /// The clause it speaks of, if it does.
    pub clause: Option<usize>,
    /// As counted; `None` when it cannot be counted.
    pub counted: Option<Number>,
    /// How the count came about.
    pub makeup: Makeup,
    /// The comparison, with the count on its left.
    pub op: CompareOp,
    /// As the plan states it.
    pub stated: Option<Number>,
    /// Where it states it.
    pub stated_place: Place,
}

/// What makes figures differ that agree under the official readings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// An option of a 解.
    Option {
        /// Index of the clause.
        clause: usize,
        /// Index of the axis.
        axis: usize,
        /// Index of the option.
        option: usize,
    },
    /// A 修订, by index; those before it hold as well.
    Amendment(usize),
}

/// Totals that a cause breaks.
#[derive(Clone, Debug, PartialEq)]
pub struct Broken {
    /// The cause.
    pub cause: Cause,
    /// The totals as counted under it.
    pub totals: Vec<TotalResult>,
}

/// All 核算 of a plan, counted over a world.
pub fn totals(plan: &Plan, world: &World, basis: &Basis) -> Result<Vec<TotalResult>, Trouble> {
    count(plan, world, basis, None)
}

/// Per option that is not starred, and per 修订, the totals that no longer agree.
pub fn broken_totals(plan: &Plan, world: &World) -> Result<Vec<Broken>, Trouble> {
    let official = totals(plan, world, &Basis::default())?;
    let mut found = Vec::new();
    for cause in causes(plan) {
        let (clause, basis) = match cause {
            Cause::Option { clause, axis, option } => {
                (clause, Basis { readings: vec![(clause, axis, option)], amendments: 0 })
            }
            Cause::Amendment(index) => {
                let clause = plan.amendments.get(index).map_or(0, |amendment| amendment.clause);
                (clause, Basis { readings: Vec::new(), amendments: index + 1 })
            }
        };
        let about = |total: &TotalResult| total.figures.iter().any(|f| f.clause == Some(clause));
        if !official.iter().any(about) {
            continue;
        }
        let agreed = |total: &TotalResult| {
            official.iter().any(|o| o.place == total.place && o.agrees == Some(true))
        };
        let counted = count(plan, world, &basis, Some(clause))?.into_iter();
        let totals = counted.filter(|total| total.agrees == Some(false) && agreed(total));
        let totals: Vec<TotalResult> = totals.collect();
        if !totals.is_empty() {
            found.push(Broken { cause, totals });
        }
    }
    Ok(found)
}

/// Every option beside the starred ones, then every amendment.
fn causes(plan: &Plan) -> Vec<Cause> {
    let mut causes = Vec::new();
    for (clause, rule) in plan.clauses.iter().enumerate() {
        for (axis, way) in rule.axes.iter().enumerate() {
            let options = way.options.iter().enumerate().filter(|(_, option)| !option.starred);
            causes.extend(options.map(|(option, _)| Cause::Option { clause, axis, option }));
        }
    }
    causes.extend((0..plan.amendments.len()).map(Cause::Amendment));
    causes
}

/// The totals, or only those that speak of one clause.
fn count(
    plan: &Plan,
    world: &World,
    basis: &Basis,
    only: Option<usize>,
) -> Result<Vec<TotalResult>, Trouble> {
    let Some(term) = plan.term else { return Ok(Vec::new()) };
    let mut amended = plan.clone();
    amended.amendments.truncate(basis.amendments);
    let question = Question { readings: basis.readings.clone(), ..Question::as_of(term.last) };
    let rules = rules(&amended, &question);
    let view = View::new(&amended, world, &question);
    let counter = Counter { view: &view, rules: &rules };
    let totals = amended.totals.iter().map(|total| {
        let mut figures = Vec::new();
        let agrees = counter.holds(&total.condition, &mut figures);
        let (title, place) = (total.title.clone(), total.condition.place);
        TotalResult { title, place, figures, agrees }
    });
    let about = |total: &TotalResult| {
        only.is_none() || total.figures.iter().any(|figure| figure.clause == only)
    };
    let totals: Vec<TotalResult> = totals.filter(about).collect();
    view.trouble().map_or(Ok(totals), Err)
}

/// Counts figures under one basis.
struct Counter<'a> {
    view: &'a View<'a>,
    /// Per clause its rule before and after each amendment.
    rules: &'a [Vec<Rule>],
}

impl Counter<'_> {
    /// Whether a condition holds; its comparisons are gathered on the way, so none is skipped.
    fn holds(&self, condition: &Expr, figures: &mut Vec<FigureResult>) -> Option<bool> {
        match &condition.kind {
            ExprKind::And(parts) => {
                let each: Vec<_> = parts.iter().map(|part| self.holds(part, figures)).collect();
                if each.contains(&Some(false)) {
                    return Some(false);
                }
                each.iter().all(Option::is_some).then_some(true)
            }
            ExprKind::Or(parts) => {
                let each: Vec<_> = parts.iter().map(|part| self.holds(part, figures)).collect();
                if each.contains(&Some(true)) {
                    return Some(true);
                }
                each.iter().all(Option::is_some).then_some(false)
            }
            ExprKind::Not(part) => self.holds(part, figures).map(|holds| !holds),
            ExprKind::Compare(op, left, right) => {
                let figure = self.compared(*op, left, right);
                let both = figure.counted.zip(figure.stated);
                figures.push(figure);
                let (op, (counted, stated)) = (figures.last()?.op, both?);
                Some(compare(op, &Value::Number(counted), &Value::Number(stated)))
            }
            _ => None,
        }
    }

    /// A comparison with the counted side on its left.
    fn compared(&self, op: CompareOp, left: &Expr, right: &Expr) -> FigureResult {
        let (op, left, right) = match (is_counted(left), is_counted(right)) {
            (false, true) => (turned(op), right, left),
            _ => (op, left, right),
        };
        let (counted, makeup) = self.number(left);
        let (stated, _) = self.number(right);
        let (clause, stated_place) = (clause_of(left), right.place);
        FigureResult { clause, counted, makeup, op, stated, stated_place }
    }
}

/// Whether something in it is counted rather than written down.
fn is_counted(expr: &Expr) -> bool {
    let mut counted = false;
    expr.walk(&mut |part| {
        counted |= matches!(part.kind, ExprKind::Figure(..) | ExprKind::Call(Builtin::Size, _));
    });
    counted
}

/// The first clause an expression speaks of.
fn clause_of(expr: &Expr) -> Option<usize> {
    let mut clause = None;
    expr.walk(&mut |part| {
        if let ExprKind::Figure(_, index) = part.kind {
            clause = clause.or(Some(index));
        }
    });
    clause
}

/// The comparison with its sides exchanged.
fn turned(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Less => CompareOp::Greater,
        CompareOp::LessOrEqual => CompareOp::GreaterOrEqual,
        CompareOp::Greater => CompareOp::Less,
        CompareOp::GreaterOrEqual => CompareOp::LessOrEqual,
        same => same,
    }
}
