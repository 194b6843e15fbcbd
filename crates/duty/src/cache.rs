//! What a view remembers while it answers: values it would otherwise find again and again.
//!
//! Everything here follows from the view's facts and the day asked for, so remembering changes no
//! result. It is thrown away with the view; whoever keeps a view's facts over a change begins with
//! an empty one. Read next: `view.rs`.

use std::cell::RefCell;
use std::sync::Arc;

use facts::{Day, FieldId, RecordRef, Value};
use plan::expr::{Expr, ExprKind};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::aggregate::Index;
use crate::element::Element;
use crate::near::Groups;

/// Members of a closed set by its address and the day.
type Members = FxHashMap<(usize, Day), Arc<[Element]>>;

/// Joins by the address of what they serve.
pub type Joins = FxHashMap<(usize, Day), Arc<Index>>;

/// The memory of one view.
#[derive(Default)]
pub struct Cache {
    /// Derived fields that look at other records, by record and day.
    pub derived: RefCell<FxHashMap<(RecordRef, FieldId, Day), Value>>,
    /// Members of sets that mention nothing outside themselves.
    pub members: RefCell<Members>,
    /// Members of closed sets by what a reference of theirs names, by address and day.
    pub groups: RefCell<FxHashMap<(usize, Day), Arc<Groups>>>,
    /// Joins, by the address of what they serve; [`Day::MIN`] where the day plays no part,
    /// [`Day::MAX`] where all days are in it.
    pub joins: RefCell<Joins>,
}

/// Whether an expression looks at other records.
pub fn looks_around(expr: &Expr) -> bool {
    let mut found = false;
    expr.walk(&mut |part| {
        let around = matches!(part.kind, ExprKind::Aggregate(_) | ExprKind::Share { .. })
            || matches!(part.kind, ExprKind::EveryOne { .. });
        found |= around;
    });
    found
}

/// Whether a set mentions no element, period or figure from outside itself.
pub fn is_closed(set: &Expr) -> bool {
    let mut bound = FxHashSet::default();
    set.walk(&mut |part| match &part.kind {
        ExprKind::Filter { level, .. }
        | ExprKind::Share { level, .. }
        | ExprKind::EveryOne { level, .. } => drop(bound.insert(*level)),
        ExprKind::Aggregate(aggregate) => drop(bound.insert(aggregate.level)),
        _ => {}
    });
    let mut closed = true;
    set.walk(&mut |part| match &part.kind {
        ExprKind::Element(root) | ExprKind::Path { root, .. } => closed &= bound.contains(root),
        ExprKind::Aggregate(aggregate) if aggregate.via.is_some() => {
            closed &= bound.contains(&aggregate.via_target);
        }
        ExprKind::Period
        | ExprKind::PeriodStart
        | ExprKind::PeriodEnd
        | ExprKind::Onset
        | ExprKind::Count(_) => closed = false,
        _ => {}
    });
    closed
}
