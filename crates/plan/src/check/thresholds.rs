//! W0733 and E0734: thresholds that contradict each other or that nobody can reach.
//!
//! Each 计 has a range by its type (a count is whole and never negative, a share lies between 0 and
//! 100%, a count of different codes has no more values than the list). A 须 is turned into
//! alternatives of bounds; when every alternative leaves nothing of some range, it is unreachable.
//! Only constants are looked at; whatever else stands there is taken to be reachable.
//! Read next: `amended.rs`.

mod range;

use std::hash::{Hash, Hasher};

use facts::{Number, Value};
use rustc_hash::{FxHashMap, FxHasher};

use crate::diagnostic::Diagnostic;
use crate::expr::{CompareOp, Expr, ExprKind};
use crate::plan::{Clause, Due, Override, Plan, Rule, RuleKind, Subject, Test, When};
use crate::source::Place;
use crate::tree::Origin;
use range::Range;

/// More alternatives are not followed; the test is then taken to be reachable.
const ALTERNATIVES_MAX: usize = 64;

/// W0733 and E0734 over all clauses, their readings and their amendments.
pub(super) fn thresholds(plan: &Plan) -> Vec<Diagnostic> {
    let mut found = contradictions(plan);
    for (index, clause) in plan.clauses.iter().enumerate() {
        let Some(rule) = &clause.rule else { continue };
        let mut seen: Vec<Place> = Vec::new();
        for variant in variants(plan, index, clause, rule) {
            let Some(must) = &variant.must else { continue };
            let place = must.condition.place;
            if !seen.contains(&place) && !reachable(plan, &variant, must) {
                seen.push(place);
                let message = format!("{} 的 须 怎么也达不到", clause.id);
                let never = Diagnostic::new("E0734", place, message);
                found.push(never.help("个数不会小于 0，比例不会超过 100%；看几个条件是不是相抵"));
            }
        }
    }
    found
}

/// The rule itself, under each option, and after each amendment.
fn variants(plan: &Plan, index: usize, clause: &Clause, rule: &Rule) -> Vec<Rule> {
    let mut all = vec![rule.clone()];
    for (axis, options) in clause.axes.iter().enumerate() {
        let choices = (0..options.options.len()).map(|option| (axis, option));
        all.extend(choices.filter_map(|choice| clause.rule_under(&[choice])));
    }
    let mut amended = rule.clone();
    for amendment in plan.amendments.iter().filter(|a| a.clause == index) {
        amended.apply(&amendment.change);
        if matches!(amendment.change, Override::Must(_)) {
            all.push(amended.clone());
        }
    }
    all
}

/// One bound of one 计.
#[derive(Clone, Copy)]
struct Bound {
    count: usize,
    op: CompareOp,
    target: Number,
}

fn reachable(plan: &Plan, rule: &Rule, must: &Test) -> bool {
    let Some(alternatives) = alternatives(&must.condition, false) else { return true };
    alternatives.iter().any(|bounds| {
        rule.counts.iter().enumerate().all(|(index, count)| {
            let own = bounds.iter().filter(|bound| bound.count == index);
            let narrowed = own.fold(Range::of(plan, &count.value), |range, bound| {
                range.within(bound.op, bound.target)
            });
            !narrowed.is_empty()
        })
    })
}

/// A condition as alternatives of bounds that must hold together; `None` when there are too many.
fn alternatives(condition: &Expr, negated: bool) -> Option<Vec<Vec<Bound>>> {
    let one = |bound: Option<Bound>| Some(vec![bound.into_iter().collect()]);
    match (&condition.kind, negated) {
        (ExprKind::Not(inner), _) => alternatives(inner, !negated),
        (ExprKind::And(parts), false) | (ExprKind::Or(parts), true) => {
            let start = vec![Vec::new()];
            parts.iter().try_fold(start, |all, part| both(&all, &alternatives(part, negated)?))
        }
        (ExprKind::Or(parts), false) | (ExprKind::And(parts), true) => {
            let mut all = Vec::new();
            for part in parts {
                all.extend(alternatives(part, negated)?);
            }
            (all.len() <= ALTERNATIVES_MAX).then_some(all)
        }
        (ExprKind::Count(count), _) => {
            let op = if negated { CompareOp::Less } else { CompareOp::GreaterOrEqual };
            one(Some(Bound { count: *count, op, target: Number::ONE }))
        }
        (ExprKind::Compare(op, left, right), _) => one(bound(*op, left, right, negated)),
        _ => one(None),
    }
}

fn both(left: &[Vec<Bound>], right: &[Vec<Bound>]) -> Option<Vec<Vec<Bound>>> {
    if left.len() * right.len() > ALTERNATIVES_MAX {
        return None;
    }
    let joined = |a: &Vec<Bound>, b: &Vec<Bound>| a.iter().chain(b).copied().collect();
    Some(left.iter().flat_map(|a| right.iter().map(move |b| joined(a, b))).collect())
}

fn bound(op: CompareOp, left: &Expr, right: &Expr, negated: bool) -> Option<Bound> {
    let constant = |value: &Expr| match &value.kind {
        ExprKind::Constant(Value::Number(number)) => Some(*number),
        _ => None,
    };
    let (count, op, target) = match (&left.kind, &right.kind) {
        (ExprKind::Count(count), _) => (*count, op, constant(right)?),
        (_, ExprKind::Count(count)) => (*count, op.flipped(), constant(left)?),
        _ => return None,
    };
    let op = if negated { op.opposite() } else { op };
    Some(Bound { count, op, target })
}

/// W0733: the same of the same people in the same time, and two thresholds.
fn contradictions(plan: &Plan) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let counts = |clause: &&Clause| {
        let advice = clause.rule.as_ref().is_some_and(|rule| rule.origin == Origin::Advice);
        clause.kind == RuleKind::Duty && !advice
    };
    let mut known: FxHashMap<u64, Vec<(&Clause, &Rule)>> = FxHashMap::default();
    for second in plan.clauses.iter().filter(counts) {
        let Some(b) = &second.rule else { continue };
        // Of those that are the same in all but the threshold the first stands for all.
        let like = known.entry(shape(b)).or_default();
        let Some((first, a)) = like.iter().find(|(_, a)| same_but_must(a, b)) else {
            like.push((second, b));
            continue;
        };
        let Some((mine, theirs)) = different(a, b) else { continue };
        let message = format!("{} 与 {} 计的是同一件事，要求不同", first.id, second.id);
        let clash = Diagnostic::new("W0733", theirs, message).and(mine, "另一个要求");
        found.push(clash.help("只留一条；一条是另一条的读法时，并成一个 解"));
    }
    found
}

/// A number that is the same for rules that count the same, so that few are compared.
fn shape(rule: &Rule) -> u64 {
    let mut hasher = FxHasher::default();
    let mut visit = |part: &Expr| {
        std::mem::discriminant(&part.kind).hash(&mut hasher);
        if let ExprKind::Constant(value) = &part.kind {
            format!("{value:?}").hash(&mut hasher);
        }
    };
    rule.subject.set().walk(&mut visit);
    rule.counts.iter().for_each(|count| count.value.walk(&mut visit));
    hasher.finish()
}

fn same_but_must(a: &Rule, b: &Rule) -> bool {
    same_subject(&a.subject, &b.subject)
        && same_option(a.borne_by.as_ref(), b.borne_by.as_ref(), Expr::says_same)
        && same_option(a.when.as_ref(), b.when.as_ref(), same_when)
        && same_option(a.due.as_ref(), b.due.as_ref(), same_due)
        && a.counts.len() == b.counts.len()
        && a.counts.iter().zip(&b.counts).all(|(x, y)| x.value.says_same(&y.value))
}

/// Places of the thresholds, when they differ.
fn different(a: &Rule, b: &Rule) -> Option<(Place, Place)> {
    let (mine, theirs) = (a.must.as_ref()?, b.must.as_ref()?);
    let differs = !mine.condition.says_same(&theirs.condition);
    differs.then_some((mine.condition.place, theirs.condition.place))
}

fn same_option<T>(a: Option<&T>, b: Option<&T>, same: fn(&T, &T) -> bool) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => same(a, b),
        (a, b) => a.is_none() && b.is_none(),
    }
}

fn same_subject(a: &Subject, b: &Subject) -> bool {
    std::mem::discriminant(a) == std::mem::discriminant(b) && a.set().says_same(b.set())
}

fn same_due(a: &Due, b: &Due) -> bool {
    a.next_workday == b.next_workday && a.value.says_same(&b.value)
}

fn same_when(a: &When, b: &When) -> bool {
    match (a, b) {
        (
            When::Windows { every, anchor, stretches, onward },
            When::Windows { every: e, anchor: n, stretches: s, onward: o },
        ) => (every, anchor, stretches, onward) == (e, n, s, o),
        (When::Rolling { length, unit, from }, When::Rolling { length: l, unit: u, from: f }) => {
            (length, unit) == (l, u) && same_option(from.as_ref(), f.as_ref(), Expr::says_same)
        }
        _ => false,
    }
}
