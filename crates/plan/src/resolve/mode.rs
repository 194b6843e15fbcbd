//! Mode of measures: *flow* cannot fall when records with later dates are added (§5 Mode).
//!
//! `rising` holds for conditions and sets whose truth or members cannot go away, `steady` for what
//! no record changes. A measure is flow when it counts up over rising conditions.
//! Read next: `test.rs`.

use facts::{Number, Value};

use crate::expr::{Aggregate, AggregateExpr, Builtin, CompareOp, Expr, ExprKind, Step};
use crate::plan::Plan;

/// How far 算 is followed; a cycle is an error elsewhere and must not hang here.
const DEPTH_MAX: usize = 24;

/// Whether a 计 is flow.
pub(crate) fn is_flow(plan: &Plan, value: &Expr) -> bool {
    Mode { plan, depth: 0 }.flow(value)
}

#[derive(Clone, Copy)]
struct Mode<'a> {
    plan: &'a Plan,
    depth: usize,
}

impl<'a> Mode<'a> {
    /// A number that cannot fall, or a truth that cannot go away.
    fn flow(self, value: &Expr) -> bool {
        match &value.kind {
            ExprKind::Aggregate(aggregate) => self.counts_up(aggregate),
            ExprKind::Call(Builtin::Lesser | Builtin::Greater, args) => {
                args.iter().all(|arg| self.flow(arg))
            }
            ExprKind::Add(a, b) => self.flow(a) && self.flow(b),
            ExprKind::Multiply(a, b) => {
                (self.flow(a) && is_positive(b)) || (is_positive(a) && self.flow(b))
            }
            ExprKind::Divide(a, b) => self.flow(a) && is_positive(b),
            ExprKind::If(test, a, b) => self.steady(test) && self.flow(a) && self.flow(b),
            _ => self.rising(value),
        }
    }

    fn counts_up(self, aggregate: &AggregateExpr) -> bool {
        use Aggregate::{Count, Covered, Exists, Sum};
        let up = matches!(aggregate.op, Count | Exists | Sum | Covered) && !aggregate.active;
        let part = |part: &Option<Box<Expr>>| part.as_ref().is_none_or(|e| self.steady(e));
        let filter = aggregate.filter.as_ref().is_none_or(|filter| self.rising(filter));
        up && filter
            && part(&aggregate.key)
            && part(&aggregate.via)
            && self.growing(&aggregate.source)
    }

    /// A truth that cannot go away.
    fn rising(self, condition: &Expr) -> bool {
        match &condition.kind {
            ExprKind::And(parts) | ExprKind::Or(parts) => parts.iter().all(|p| self.rising(p)),
            ExprKind::Aggregate(aggregate) => self.counts_up(aggregate),
            ExprKind::Compare(CompareOp::Greater | CompareOp::GreaterOrEqual, a, b) => {
                (self.flow(a) && self.steady(b)) || (self.steady(a) && self.steady(b))
            }
            ExprKind::Compare(CompareOp::Less | CompareOp::LessOrEqual, a, b) => {
                self.steady(a) && (self.flow(b) || self.steady(b))
            }
            ExprKind::In(value, set) => self.steady(value) && self.growing(set),
            ExprKind::Path { steps, .. } => self.fields(steps, Mode::rising),
            ExprKind::If(test, a, b) => self.steady(test) && self.rising(a) && self.rising(b),
            _ => self.steady(condition),
        }
    }

    /// What no later record changes; the registry counts as given.
    fn steady(self, value: &Expr) -> bool {
        match &value.kind {
            ExprKind::Aggregate(_)
            | ExprKind::Share { .. }
            | ExprKind::EveryOne { .. }
            | ExprKind::Count(_)
            | ExprKind::Figure(..) => false,
            ExprKind::Path { steps, .. } => self.fields(steps, Mode::steady),
            ExprKind::FieldOf { of, steps } => self.steady(of) && self.fields(steps, Mode::steady),
            ExprKind::All(_) => true,
            _ => {
                let mut steady = true;
                value.children(&mut |part| steady = steady && self.steady(part));
                steady
            }
        }
    }

    /// A set, list or span that loses no member.
    fn growing(self, set: &Expr) -> bool {
        match &set.kind {
            ExprKind::All(_) => true,
            ExprKind::Filter { set, condition, .. } => self.growing(set) && self.rising(condition),
            ExprKind::Union(parts) => parts.iter().all(|part| self.growing(part)),
            ExprKind::Both(a, b) => self.growing(a) && self.growing(b),
            ExprKind::Without(a, b) => self.growing(a) && self.steady(b),
            _ => self.steady(set),
        }
    }

    /// Whether every derived field among the steps has the property.
    fn fields(self, steps: &[Step], holds: fn(Mode<'a>, &Expr) -> bool) -> bool {
        if self.depth >= DEPTH_MAX {
            return false;
        }
        let deeper = Mode { depth: self.depth + 1, ..self };
        steps.iter().enumerate().all(|(index, step)| {
            let rules = self.plan.form_rules.get(step.form.0 as usize);
            let derived = rules.and_then(|r| r.derived.iter().find(|(f, _)| *f == step.field));
            // Only the last step's truth is the path's; the others must stay what they are.
            let last = index + 1 == steps.len();
            let holds = if last { holds } else { Mode::steady };
            derived.is_none_or(|(_, value)| holds(deeper, value))
        })
    }
}

fn is_positive(value: &Expr) -> bool {
    matches!(&value.kind, ExprKind::Constant(Value::Number(number)) if *number > Number::ZERO)
}
