//! Rules that compile and yet cannot mean what they say.
//!
//! Read next: `check.rs`.

use crate::diagnostic::Diagnostic;
use crate::expr::{CompareOp, ExprKind};
use crate::plan::{Plan, Rule, When};
use crate::source::Place;
use crate::tree::Every;

/// E0345: 补 with a recurring 期 needs records that name their period; W0345: `= n` on a flow.
pub fn rules(plan: &Plan) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for clause in &plan.clauses {
        let Some(rule) = &clause.rule else { continue };
        if rule.late_ok && recurs(rule) && !names_its_period(rule) {
            let message = format!("{} 每期都可以补，却分不清补的是哪一期", clause.id);
            let late = Diagnostic::new("E0345", clause.place, message);
            found.push(late.help("在 计 里写 所属期 = 期，或去掉 补"));
        }
        if let Some(place) = exact_on_flow(rule) {
            let message = format!("{} 要求恰好等于，多一件就算没有做到", clause.id);
            let exact = Diagnostic::new("W0345", place, message);
            found.push(exact.help("是不是 须 >= n，另加 警 > n？"));
        }
    }
    found
}

fn recurs(rule: &Rule) -> bool {
    match &rule.when {
        Some(When::Windows { every, .. }) => matches!(every, Every::Each(..)),
        Some(When::Rolling { .. }) => true,
        None => false,
    }
}

/// Whether some 计 compares a field with 期.
fn names_its_period(rule: &Rule) -> bool {
    let mut named = false;
    for count in &rule.counts {
        count.value.walk(&mut |part| {
            if let ExprKind::Compare(CompareOp::Equal, left, right) = &part.kind {
                named |= left.kind == ExprKind::Period || right.kind == ExprKind::Period;
            }
        });
    }
    named
}

/// Where a flow 计 is held to an exact number above zero; `= 0` is an honest upper bound.
fn exact_on_flow(rule: &Rule) -> Option<Place> {
    let zero = |part: &crate::plan::TestPart| {
        let zero = facts::Value::Number(facts::Number::ZERO);
        part.target.kind == ExprKind::Constant(zero)
    };
    let parts = rule.must.as_ref()?.parts.iter();
    let mut exact = parts.filter(|part| part.op == CompareOp::Equal && !zero(part));
    let flow = |index: usize| rule.counts.get(index).is_some_and(|count| count.flow);
    exact.find(|part| flow(part.count)).map(|part| part.target.place)
}
