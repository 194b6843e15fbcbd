//! 须 and 警: a condition over the 计, and its comparisons with targets.
//!
//! The condition is what the engine judges, the parts are what the columns value and target show.
//! Read next: `mode.rs`.

use facts::{Number, Value};

use super::types::fit;
use super::{Resolver, Scope, expr};
use crate::diagnostic::Diagnostic;
use crate::expr::{CompareOp, Expr, ExprKind, Type};
use crate::plan::{Test, TestPart};
use crate::source::Place;
use crate::tree;

impl Resolver<'_> {
    /// A test over the counts in the scope; `flows` tells which of them are flow.
    pub(crate) fn test(
        &mut self,
        scope: &mut Scope,
        place: Place,
        test: &tree::Test,
        flows: &[bool],
    ) -> Option<Test> {
        let condition = match test {
            tree::Test::Condition(node) => self.condition(scope, node),
            tree::Test::Yes => self.bare_count(scope, place, true)?,
            tree::Test::No => {
                let count = self.bare_count(scope, place, true)?;
                expr(place, Type::Bool, ExprKind::Not(Box::new(count)))
            }
            tree::Test::Compare(op, node) => {
                let count = self.bare_count(scope, place, false)?;
                let target = self.right_of(scope, &count, node);
                self.compared(place, *op, count, target)
            }
        };
        let mut parts = Vec::new();
        collect_parts(&condition, false, &mut parts);
        let flow = is_flow(&condition, flows);
        Some(Test { condition, parts, flow })
    }

    /// The unnamed 计, or the only one.
    fn bare_count(&mut self, scope: &Scope, place: Place, truth: bool) -> Option<Expr> {
        let unnamed = scope.counts.iter().position(|(name, _)| name.is_empty());
        let index = match (unnamed, scope.counts.len()) {
            (Some(index), _) => index,
            (None, 1) => 0,
            (None, 0) => {
                let found = Diagnostic::new("E0330", place, "没有 计，无从比较");
                self.report(found.help("加一行 计 …"));
                return None;
            }
            (None, _) => {
                let found = Diagnostic::new("E0330", place, "有几个 计，没有说比较哪一个");
                self.report(found.help("写 须 甲 >= …"));
                return None;
            }
        };
        let ty = scope.counts.get(index).map_or(Type::Unknown, |(_, ty)| ty.clone());
        if truth && !fit(&ty, &Type::Bool) {
            let words = self.type_words(&ty);
            let message = format!("“是”“否”只对是否而言，这里的 计 是{words}");
            self.report(Diagnostic::new("E0301", place, message).help("写 >= 1 之类"));
            return None;
        }
        Some(expr(place, ty, ExprKind::Count(index)))
    }
}

/// Comparisons of one 计 with something, in order.
fn collect_parts(condition: &Expr, negated: bool, parts: &mut Vec<TestPart>) {
    match &condition.kind {
        ExprKind::And(inner) | ExprKind::Or(inner) => {
            inner.iter().for_each(|part| collect_parts(part, negated, parts));
        }
        ExprKind::Not(inner) => collect_parts(inner, !negated, parts),
        ExprKind::Compare(op, left, right) => {
            let found = match (&left.kind, &right.kind) {
                (ExprKind::Count(count), _) => Some((*count, *op, right)),
                (_, ExprKind::Count(count)) => Some((*count, op.flipped(), left)),
                _ => None,
            };
            if let Some((count, op, target)) = found {
                let op = if negated { op.opposite() } else { op };
                parts.push(TestPart { count, op, target: (**target).clone() });
            }
        }
        ExprKind::Count(count) => {
            let (op, target) = if negated {
                (CompareOp::Equal, Number::ZERO)
            } else {
                (CompareOp::GreaterOrEqual, Number::ONE)
            };
            let kind = ExprKind::Constant(Value::Number(target));
            let target = expr(condition.place, Type::Number(None), kind);
            parts.push(TestPart { count: *count, op, target });
        }
        _ => {}
    }
}

/// Lower bounds on flow counts, joined by 且 and 或, and nothing else.
fn is_flow(condition: &Expr, flows: &[bool]) -> bool {
    let flow = |count: &usize| flows.get(*count).copied().unwrap_or(false);
    match &condition.kind {
        ExprKind::And(parts) | ExprKind::Or(parts) => parts.iter().all(|p| is_flow(p, flows)),
        ExprKind::Count(count) => flow(count),
        ExprKind::Compare(op, left, right) => match (&left.kind, &right.kind) {
            (ExprKind::Count(count), _) => flow(count) && is_lower(*op) && is_fixed(right),
            (_, ExprKind::Count(count)) => flow(count) && is_lower(op.flipped()) && is_fixed(left),
            _ => false,
        },
        _ => false,
    }
}

fn is_lower(op: CompareOp) -> bool {
    matches!(op, CompareOp::Greater | CompareOp::GreaterOrEqual)
}

/// A target that is read from no record but the subject.
fn is_fixed(target: &Expr) -> bool {
    let mut fixed = true;
    target.walk(&mut |part| {
        let moves = matches!(
            part.kind,
            ExprKind::Aggregate(_) | ExprKind::Share { .. } | ExprKind::Count(_)
        );
        fixed = fixed && !moves;
    });
    fixed
}
