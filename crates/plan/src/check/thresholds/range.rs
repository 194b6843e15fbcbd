//! The numbers a 计 can give, as one stretch with ends that may belong to it or not.
//!
//! Wide rather than narrow: what is not known from the type is not bounded. Whole numbers are
//! rounded inward, so that `> 2 且 < 3` leaves nothing.
//! Read next: `../thresholds.rs`.

use facts::Number;

use crate::expr::{Aggregate, AggregateExpr, Builtin, CompareOp, Expr, ExprKind, Type};
use crate::plan::Plan;
use crate::tree::Unit;

/// From `low` to `high`, where given; an end that is left out is open.
#[derive(Clone, Copy, Debug)]
pub(super) struct Range {
    low: Option<End>,
    high: Option<End>,
    whole: bool,
}

#[derive(Clone, Copy, Debug)]
struct End {
    at: Number,
    included: bool,
}

impl Range {
    const ALL: Range = Range { low: None, high: None, whole: false };
    const COUNT: Range = Range { low: Some(End::at(Number::ZERO)), high: None, whole: true };

    /// What a measure can give.
    pub(super) fn of(plan: &Plan, measure: &Expr) -> Range {
        let one = Some(End::at(Number::ONE));
        match (&measure.ty, &measure.kind) {
            (Type::Share, ExprKind::Share { .. }) => {
                Range { high: one, whole: false, ..Range::COUNT }
            }
            (Type::Bool, _) => Range { high: one, ..Range::COUNT },
            (_, ExprKind::Aggregate(aggregate)) => Range::of_aggregate(plan, aggregate),
            (_, ExprKind::Call(Builtin::Lesser, parts)) => {
                let all = parts.iter().map(|part| Range::of(plan, part));
                let floor = all.clone().all(|range| range.is_from_zero());
                let whole = all.clone().all(|range| range.whole);
                if floor { Range { whole, ..Range::COUNT } } else { Range::ALL }
            }
            (_, ExprKind::Add(a, b)) => {
                let (a, b) = (Range::of(plan, a), Range::of(plan, b));
                let whole = a.whole && b.whole;
                let floor = a.is_from_zero() && b.is_from_zero();
                if floor { Range { whole, ..Range::COUNT } } else { Range::ALL }
            }
            _ => Range::ALL,
        }
    }

    fn of_aggregate(plan: &Plan, aggregate: &AggregateExpr) -> Range {
        let key = aggregate.key.as_ref();
        match aggregate.op {
            Aggregate::Count if aggregate.distinct => {
                let codes = key.and_then(|key| codes_of(plan, &key.ty));
                Range { high: codes.map(End::at), ..Range::COUNT }
            }
            Aggregate::Count | Aggregate::Covered => Range::COUNT,
            Aggregate::Exists => Range { high: Some(End::at(Number::ONE)), ..Range::COUNT },
            Aggregate::Sum => {
                let lengths = key.is_some_and(|key| is_length(&key.ty));
                if lengths { Range { whole: false, ..Range::COUNT } } else { Range::ALL }
            }
            _ => Range::ALL,
        }
    }

    fn is_from_zero(self) -> bool {
        self.low.is_some_and(|low| low.at >= Number::ZERO)
    }

    /// What is left of it under one more condition.
    pub(super) fn within(self, op: CompareOp, target: Number) -> Range {
        let end = |included| Some(End { at: target, included });
        match op {
            CompareOp::GreaterOrEqual => self.above(end(true)),
            CompareOp::Greater => self.above(end(false)),
            CompareOp::LessOrEqual => self.below(end(true)),
            CompareOp::Less => self.below(end(false)),
            CompareOp::Equal => self.above(end(true)).below(end(true)),
            CompareOp::NotEqual => self.without(target),
        }
    }

    fn above(self, end: Option<End>) -> Range {
        let key = |end: &End| (end.at, !end.included);
        let low = self.low.into_iter().chain(end).max_by_key(key);
        Range { low: low.map(|end| if self.whole { end.whole_above() } else { end }), ..self }
    }

    fn below(self, end: Option<End>) -> Range {
        let key = |end: &End| (end.at, end.included);
        let high = self.high.into_iter().chain(end).min_by_key(key);
        Range { high: high.map(|end| if self.whole { end.whole_below() } else { end }), ..self }
    }

    /// Takes a number away where it is an end; in the middle it changes nothing that matters.
    fn without(self, target: Number) -> Range {
        let open = |end: End| if end.at == target { End { included: false, ..end } } else { end };
        let (low, high) = (self.low.map(open), self.high.map(open));
        let whole = self.whole;
        Range {
            low: low.map(|end| if whole { end.whole_above() } else { end }),
            high: high.map(|end| if whole { end.whole_below() } else { end }),
            ..self
        }
    }

    /// Whether no number is left.
    pub(super) fn is_empty(self) -> bool {
        let (Some(low), Some(high)) = (self.low, self.high) else { return false };
        low.at > high.at || (low.at == high.at && !(low.included && high.included))
    }
}

impl End {
    const fn at(at: Number) -> End {
        End { at, included: true }
    }

    fn whole_above(self) -> End {
        let next = if self.included { self.at.ceil() } else { self.at.floor().saturating_add(1) };
        End::at(Number::whole(next))
    }

    fn whole_below(self) -> End {
        let last = if self.included { self.at.floor() } else { self.at.ceil().saturating_sub(1) };
        End::at(Number::whole(last))
    }
}

/// How many codes a list has.
fn codes_of(plan: &Plan, ty: &Type) -> Option<Number> {
    match ty {
        Type::Code(list) => {
            let list = plan.schema.code_lists.get(list.0 as usize)?;
            Some(Number::whole(i64::try_from(list.codes.len()).ok()?))
        }
        Type::List(item) => codes_of(plan, item),
        _ => None,
    }
}

/// Days and minutes are never negative.
fn is_length(ty: &Type) -> bool {
    matches!(ty, Type::Number(Some(Unit::Days | Unit::Minute)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn n(value: i64) -> Number {
        Number::whole(value)
    }

    #[test]
    fn whole_numbers_are_rounded_inward() {
        let between = Range::COUNT.within(CompareOp::Greater, n(2)).within(CompareOp::Less, n(3));
        assert!(between.is_empty());
        let reals = Range { whole: false, ..Range::COUNT };
        let between = reals.within(CompareOp::Greater, n(2)).within(CompareOp::Less, n(3));
        assert!(!between.is_empty());
        assert!(Range::COUNT.within(CompareOp::Less, n(0)).is_empty());
        assert!(!Range::COUNT.within(CompareOp::Equal, n(0)).is_empty());
    }

    #[test]
    fn a_single_number_taken_away_leaves_nothing() {
        let one = Range::COUNT.within(CompareOp::Equal, n(2));
        assert!(!one.is_empty() && one.within(CompareOp::NotEqual, n(2)).is_empty());
    }
}
