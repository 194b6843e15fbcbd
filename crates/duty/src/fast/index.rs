//! An aggregate is taken apart: its joins, ranges and fixed conditions are told from each other, so
//! that every row that can ever count can be laid under its key.
//!
//! The conditions are taken conjunct by conjunct: fixed ones are settled per row; one equality
//! with the case gives the key; bounds on the row's day narrow the window; a span, a second
//! reference or jurisdiction is held against each row. Anything else is refused, and the clause
//! stays with the reference evaluator.
//! Read next: `column.rs`, and `reader.rs`, which reads rows by it.

use facts::{FormId, Shape};
use plan::expr::{Aggregate, AggregateExpr, Builtin, CompareOp, Expr, ExprKind, Type};

use super::column::Straight;
use super::fixed::Place;
use super::fold::{Op, Rest};
use crate::membership::base_forms;
use crate::view::View;

/// An aggregate taken apart. It owns its expressions, so that a live engine can keep it.
#[derive(Clone, Debug)]
pub struct Shapes {
    /// The aggregate.
    pub aggregate: AggregateExpr,
    /// The forms of its rows.
    pub forms: Vec<FormId>,
    /// What is done.
    pub op: Op,
    /// Whether rows of one unit count once.
    pub units: bool,
    /// Read from the row: the key.
    pub(super) inner: Expr,
    /// Read from the case: the key; `None` is the subject itself.
    pub outer: Option<Expr>,
    /// Conditions settled per row.
    pub(super) settled: Vec<Expr>,
    /// Whether a row lies under all organisations that hold what is read from it.
    pub(super) below: bool,
    /// First day that counts, read from the case.
    pub from: Option<Expr>,
    /// Last day that counts, read from the case.
    pub to: Option<Expr>,
    /// What is held against each row.
    pub rest: Rest,
    /// Read from the row for it.
    pub(super) rest_inner: Option<Expr>,
    /// Read from the case for it.
    pub rest_outer: Option<Expr>,
    /// The same as columns of the row, where it is one.
    pub(super) straight: Straight,
}

/// Takes an aggregate of a duty apart, one alternative of its 当 at a time: `None` when some part
/// of it cannot be settled.
pub fn shapes(view: &View, aggregate: &AggregateExpr) -> Option<Vec<Shapes>> {
    let forms = base_forms(&aggregate.source);
    let dated = |form: &FormId| view.plan.schema.form(*form).shape != Shape::Thing;
    if forms.is_empty() || !forms.iter().all(dated) || !settles(view, &aggregate.source) {
        return None;
    }
    let op = operation(aggregate)?;
    let filter = aggregate.filter.as_deref();
    let alternatives = filter.map_or_else(|| vec![Vec::new()], alternatives);
    if alternatives.len() > 1 && op != Op::Exists {
        return None;
    }
    let all = alternatives.iter().map(|parts| shape(view, aggregate, op, parts));
    all.collect()
}

fn settles(view: &View, source: &Expr) -> bool {
    match &source.kind {
        ExprKind::All(_) => true,
        ExprKind::Filter { set, level, condition } => {
            settles(view, set) && Place { plan: view.plan, lowest: *level }.settles(condition)
        }
        ExprKind::Union(parts) => parts.iter().all(|part| settles(view, part)),
        _ => false,
    }
}

fn operation(aggregate: &AggregateExpr) -> Option<Op> {
    let keyed = aggregate.key.is_some();
    Some(match (aggregate.op, aggregate.active) {
        (Aggregate::Exists, false) => Op::Exists,
        // Whether any holds today: how many do, above zero.
        (Aggregate::Exists, true) => Op::Active,
        (Aggregate::Count, false) if keyed && aggregate.distinct => Op::Distinct,
        (Aggregate::Count, false) if !keyed => Op::Count,
        (Aggregate::Count, true) if keyed && aggregate.distinct => Op::ActiveDistinct,
        (Aggregate::Count, true) if !keyed => Op::Active,
        (Aggregate::Sum, false) if keyed => Op::Sum,
        (Aggregate::Covered, false) => Op::Covered,
        (Aggregate::Median, false) if keyed => Op::Median,
        _ => return None,
    })
}

/// 当 as alternatives of conjuncts; an alternative inside a conjunction is multiplied out once.
fn alternatives(filter: &Expr) -> Vec<Vec<&Expr>> {
    match &filter.kind {
        ExprKind::Or(parts) => parts.iter().flat_map(alternatives).collect(),
        ExprKind::And(parts) => parts.iter().fold(vec![Vec::new()], |all, part| {
            let of_part = match &part.kind {
                ExprKind::Or(_) => alternatives(part),
                ExprKind::And(_) => alternatives(part),
                _ => vec![vec![part]],
            };
            let joined = all.iter().flat_map(|left: &Vec<&Expr>| {
                of_part.iter().map(move |right| left.iter().chain(right).copied().collect())
            });
            joined.collect()
        }),
        _ => vec![vec![filter]],
    }
}

fn shape(view: &View, aggregate: &AggregateExpr, op: Op, parts: &[&Expr]) -> Option<Shapes> {
    let place = Place { plan: view.plan, lowest: aggregate.level };
    let forms = base_forms(&aggregate.source);
    let merged = |form: &FormId| view.plan.schema.form(*form).merged.is_some();
    let mut shape = Shapes {
        aggregate: aggregate.clone(),
        units: op == Op::Count && forms.iter().any(merged),
        forms,
        op,
        inner: (*aggregate.source).clone(),
        outer: None,
        below: false,
        settled: Vec::new(),
        from: None,
        to: None,
        rest: Rest::Nothing,
        rest_inner: None,
        rest_outer: None,
        straight: Straight::default(),
    };
    let mut joined = false;
    if let Some(via) = aggregate.via.as_deref() {
        if aggregate.via_target != 0 || !place.fixed(via, true) {
            return None;
        }
        (shape.inner, joined) = (via.clone(), true);
    }
    for part in parts {
        if place.settles(part) {
            shape.settled.push((*part).clone());
        } else if let Some((inner, outer)) = equality(place, part) {
            shape.join(&mut joined, inner, outer)?;
        } else if !shape.bound(view, place, part) && !shape.holds_against(place, part) {
            return None;
        }
    }
    if !joined && shape.rest == Rest::WithinSubject && stands_still(view, shape.rest_inner.as_ref())
    {
        shape.inner = shape.rest_inner.take()?;
        (shape.below, shape.rest, joined) = (true, Rest::Nothing, true);
    }
    // A row has one second column: for what is counted apart, or for what is held against it.
    let apart = matches!(op, Op::Distinct | Op::ActiveDistinct);
    let held = matches!(shape.rest, Rest::SameOther | Rest::WithinSubject);
    let plain = (shape.rest != Rest::SameOther || shape.rest_outer.is_some()) && !(apart && held);
    shape.straight = Straight::of(view, &shape);
    (joined && plain).then_some(shape)
}

/// Whether organisations are read, and each has always been where it is.
fn stands_still(view: &View, read: Option<&Expr>) -> bool {
    let Some(org) = view.registry.known.org else { return false };
    let orgs = read.is_some_and(|read| matches!(&read.ty, Type::Ref(forms) if *forms == [org]));
    orgs && view.records(org).all(|record| view.segments(record).len() < 2)
}

/// A reference read from the row that equals one read from the case.
fn equality<'e>(place: Place, part: &'e Expr) -> Option<(&'e Expr, &'e Expr)> {
    let (left, right, lists) = match &part.kind {
        ExprKind::Compare(CompareOp::Equal, left, right) => (left, right, false),
        ExprKind::In(left, right) if !matches!(right.ty, Type::Set(_)) => (left, right, true),
        _ => return None,
    };
    let reference = |expr: &Expr| match &expr.ty {
        Type::Ref(_) => true,
        Type::List(item) => lists && matches!(**item, Type::Ref(_)),
        _ => false,
    };
    let pair = |inner: &'e Expr, outer: &'e Expr| {
        let joins = reference(inner) && place.fixed(inner, true) && of_case(outer);
        joins.then_some((inner, outer))
    };
    pair(left, right).or_else(|| pair(right, left))
}

/// Whether an expression reads the case alone.
fn of_case(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Element(0) | ExprKind::Path { root: 0, .. })
}

impl Shapes {
    /// Takes an equality as the key, or as a second reference; a third is refused.
    fn join(&mut self, joined: &mut bool, inner: &Expr, outer: &Expr) -> Option<()> {
        let outer = (!matches!(outer.kind, ExprKind::Element(0))).then(|| outer.clone());
        let inner = inner.clone();
        if !std::mem::replace(joined, true) {
            (self.inner, self.outer) = (inner, outer);
            return Some(());
        }
        if self.rest != Rest::Nothing || self.aggregate.via.is_some() {
            return None;
        }
        self.rest = Rest::SameOther;
        // The subject itself is the better key; what was one becomes a second reference.
        if outer.is_none() {
            self.rest_inner = Some(std::mem::replace(&mut self.inner, inner));
            self.rest_outer = self.outer.take();
        } else {
            (self.rest_inner, self.rest_outer) = (Some(inner), outer);
        }
        Some(())
    }

    /// What is read from the case.
    pub fn of_case(&self) -> impl Iterator<Item = &Expr> {
        [&self.outer, &self.from, &self.to, &self.rest_outer].into_iter().flatten()
    }

    /// A bound on the row's own day.
    fn bound(&mut self, view: &View, place: Place, part: &Expr) -> bool {
        let ExprKind::Compare(op, left, right) = &part.kind else { return false };
        let ExprKind::Path { root, steps } = &left.kind else { return false };
        let [step] = steps.as_slice() else { return false };
        let axis = view.plan.schema.form(step.form).axis;
        if *root < place.lowest || axis != Some(step.field) || !of_case(right) {
            return false;
        }
        let slot = match op {
            CompareOp::GreaterOrEqual => &mut self.from,
            CompareOp::LessOrEqual => &mut self.to,
            _ => return false,
        };
        slot.replace((**right).clone()).is_none()
    }

    /// A condition held against each row.
    fn holds_against(&mut self, place: Place, part: &Expr) -> bool {
        if self.rest != Rest::Nothing {
            return false;
        }
        let (rest, inner) = match &part.kind {
            ExprKind::Compare(CompareOp::Equal, left, right)
                if left.ty == Type::Span && matches!(right.kind, ExprKind::Period) =>
            {
                (Rest::SpanIsPeriod, &**left)
            }
            ExprKind::Call(Builtin::Within, parts) => match parts.as_slice() {
                [inner, top] if matches!(top.kind, ExprKind::Element(0)) => {
                    (Rest::WithinSubject, inner)
                }
                _ => return false,
            },
            _ => return false,
        };
        if !place.fixed(inner, true) || self.op == Op::Distinct {
            return false;
        }
        (self.rest, self.rest_inner) = (rest, Some(inner.clone()));
        true
    }
}
