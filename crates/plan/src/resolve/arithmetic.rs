//! Arithmetic with units and days, and operations on sets.
//!
//! `+` joins sets, adds numbers of one unit, or moves a day by a length; `-` takes them apart
//! again. Read next: `types.rs`.

use facts::{Number, Value};

use super::operators::Pair;
use super::types::{common_unit, is_length, meet};
use super::{Resolver, Scope, error_at, expr};
use crate::diagnostic::Diagnostic;
use crate::expr::{Expr, ExprKind, Type, Unit};
use crate::source::Place;
use crate::tree::{self, BinaryOp};

impl Resolver<'_> {
    pub(super) fn plus(&mut self, scope: &mut Scope, place: Place, pair: Pair) -> Expr {
        let left = self.expr(scope, pair.0, None);
        let right = self.expr(scope, pair.1, None);
        match (&left.ty, &right.ty) {
            (Type::Set(_), Type::Set(_)) => union(place, left, right),
            (Type::Day, _) => self.shifted(place, left, right, false),
            _ => self.summed(place, left, right, false),
        }
    }

    pub(super) fn minus(&mut self, scope: &mut Scope, place: Place, pair: Pair) -> Expr {
        let left = self.expr(scope, pair.0, None);
        let right = self.expr(scope, pair.1, None);
        match (&left.ty, &right.ty) {
            (Type::Day, Type::Day) => {
                let ty = Type::Number(Some(Unit::Days));
                expr(place, ty, ExprKind::DaysBetween(Box::new(left), Box::new(right)))
            }
            (Type::Set(_), Type::Set(_)) => without(place, left, right),
            (Type::Day, _) => self.shifted(place, left, right, true),
            _ => self.summed(place, left, right, true),
        }
    }

    /// A day moved by a length.
    pub(crate) fn shifted(&mut self, place: Place, day: Expr, amount: Expr, back: bool) -> Expr {
        let unit = match &amount.ty {
            Type::Number(Some(unit)) if is_length(*unit) => *unit,
            Type::Unknown => return expr(place, Type::Day, ExprKind::Error),
            Type::Number(_) => {
                let found = Diagnostic::new("E0302", amount.place, "日期加减要写明单位");
                self.report(found.help("例如 5日、5工作日、2月"));
                return expr(place, Type::Day, ExprKind::Error);
            }
            other => {
                let other = other.clone();
                self.mismatch(amount.place, &Type::Day, &other);
                return expr(place, Type::Day, ExprKind::Error);
            }
        };
        // A number of days moves a day as a calendar length does.
        let unit = if unit == Unit::Days { Unit::CalendarDay } else { unit };
        let amount = if back { negated(amount) } else { amount };
        let (day, amount) = (Box::new(day), Box::new(amount));
        expr(place, Type::Day, ExprKind::Shift { day, amount, unit })
    }

    fn summed(&mut self, place: Place, left: Expr, right: Expr, subtract: bool) -> Expr {
        for side in [&left, &right] {
            if !matches!(side.ty, Type::Number(_) | Type::Share | Type::Unknown) {
                let (place, ty) = (side.place, side.ty.clone());
                self.mismatch(place, &Type::Number(None), &ty);
                return error_at(place);
            }
        }
        let unit = match common_unit(&left, &right) {
            Ok(unit) => unit,
            Err(units) => {
                self.unit_clash(right.place, units);
                return error_at(place);
            }
        };
        let ty = match (&left.ty, &right.ty) {
            (Type::Share, Type::Share) => Type::Share,
            (Type::Unknown, other) | (other, Type::Unknown) => other.clone(),
            _ => Type::Number(unit),
        };
        let (left, right) = (Box::new(left), Box::new(right));
        let add = ExprKind::Add;
        let kind = if subtract { ExprKind::Subtract(left, right) } else { add(left, right) };
        expr(place, ty, kind)
    }

    pub(super) fn scale(
        &mut self,
        scope: &mut Scope,
        place: Place,
        op: BinaryOp,
        pair: Pair,
    ) -> Expr {
        let left = self.value(scope, pair.0);
        let right = self.value(scope, pair.1);
        for side in [&left, &right] {
            if !matches!(side.ty, Type::Number(_) | Type::Share | Type::Unknown) {
                let (place, ty) = (side.place, side.ty.clone());
                self.mismatch(place, &Type::Number(None), &ty);
                return error_at(place);
            }
        }
        let unit = |side: &Expr| match side.ty {
            Type::Number(unit) => unit,
            _ => None,
        };
        let unit = match (op, unit(&left), unit(&right)) {
            (BinaryOp::Over, Some(a), Some(b)) if a == b => None,
            (_, Some(a), Some(b)) => {
                self.unit_clash(right.place, (a, Some(b)));
                return error_at(place);
            }
            (_, a, b) => a.or(b),
        };
        let (left, right) = (Box::new(left), Box::new(right));
        let kind = match op {
            BinaryOp::Times => ExprKind::Multiply(left, right),
            _ => ExprKind::Divide(left, right),
        };
        expr(place, Type::Number(unit), kind)
    }

    pub(super) fn set_pair(
        &mut self,
        scope: &mut Scope,
        place: Place,
        op: BinaryOp,
        pair: Pair,
    ) -> Expr {
        let (left, right) = (self.set(scope, pair.0), self.set(scope, pair.1));
        if let (Type::Set(a), Type::Set(b)) = (&left.ty, &right.ty)
            && !meet(a, b)
        {
            let (a, b) = (left.ty.clone(), right.ty.clone());
            self.mismatch(right.place, &a, &b);
        }
        if op == BinaryOp::Without {
            return without(place, left, right);
        }
        let ty = left.ty.clone();
        expr(place, ty, ExprKind::Both(Box::new(left), Box::new(right)))
    }

    pub(crate) fn negate(&mut self, scope: &mut Scope, place: Place, inner: &tree::Expr) -> Expr {
        let inner = self.value(scope, inner);
        if !matches!(inner.ty, Type::Number(_) | Type::Share | Type::Unknown) {
            let ty = inner.ty.clone();
            self.mismatch(inner.place, &Type::Number(None), &ty);
            return error_at(place);
        }
        Expr { place, ..negated(inner) }
    }
}

/// Union of two sets, flat.
fn union(place: Place, left: Expr, right: Expr) -> Expr {
    let (mut parts, mut forms) = (Vec::new(), Vec::new());
    for side in [left, right] {
        if let Type::Set(ids) = &side.ty {
            forms.extend(ids.iter().copied().filter(|id| !forms.contains(id)).collect::<Vec<_>>());
        }
        match side.kind {
            ExprKind::Union(inner) => parts.extend(inner),
            _ => parts.push(side),
        }
    }
    expr(place, Type::Set(forms), ExprKind::Union(parts))
}

fn without(place: Place, left: Expr, right: Expr) -> Expr {
    let ty = left.ty.clone();
    expr(place, ty, ExprKind::Without(Box::new(left), Box::new(right)))
}

fn negated(amount: Expr) -> Expr {
    let (place, ty) = (amount.place, amount.ty.clone());
    let kind = match amount.kind {
        ExprKind::Constant(Value::Number(number)) => ExprKind::Constant(Value::Number(-number)),
        _ => {
            let zero = ExprKind::Constant(Value::Number(Number::ZERO));
            ExprKind::Subtract(Box::new(expr(place, ty.clone(), zero)), Box::new(amount))
        }
    };
    expr(place, ty, kind)
}
