//! One figure: obligations, targets, the full target of one subject, quotas, members.
//!
//! 满额 is computed from the rule, not from the world: it asks for one who belongs to the set all
//! the time, and a base folder holds organisations but no person. Only where a target is read from
//! the subject (a title, a level) are the world's own subjects asked, and the fullest one counts.
//! Read next: `../obligation.rs` for who owes, `../periods.rs` for the periods.

use facts::{FieldType, Number, RecordRef, Value};
use plan::expr::{Builtin, ClauseFigure, CompareOp, Expr, ExprKind};
use plan::plan::{ParamValue, Rule, RuleKind, When};
use rustc_hash::FxHashMap;

use super::{Counter, Makeup};
use crate::element::{Element, Frame};
use crate::evaluate::variant_of;
use crate::obligation::Case;
use crate::periods::{Period, periods};
use crate::view::View;

impl Counter<'_> {
    /// The number an expression of a 核算 gives, with its makeup where it is one figure.
    pub fn number(&self, expr: &Expr) -> (Option<Number>, Makeup) {
        let plain = |number| (number, Makeup::default());
        let both = |a: &Expr, b: &Expr| self.number(a).0.zip(self.number(b).0);
        match &expr.kind {
            ExprKind::Constant(value) => plain(value.as_number()),
            ExprKind::Add(a, b) => plain(both(a, b).map(|(a, b)| a + b)),
            ExprKind::Subtract(a, b) => plain(both(a, b).map(|(a, b)| a - b)),
            ExprKind::Multiply(a, b) => plain(both(a, b).map(|(a, b)| a * b)),
            ExprKind::Divide(a, b) => plain(both(a, b).and_then(|(a, b)| a.checked_div(b))),
            ExprKind::Figure(figure, clause) => made(self.figure(*figure, *clause)),
            ExprKind::Call(Builtin::Size, arguments) => match arguments.as_slice() {
                [set] => made(Some(self.size(set))),
                _ => plain(None),
            },
            _ => plain(None),
        }
    }

    fn figure(&self, figure: ClauseFigure, clause: usize) -> Option<Makeup> {
        let kind = self.view.plan.clauses.get(clause)?.kind;
        let rule = self.rules.get(clause)?.first()?;
        if matches!(kind, RuleKind::Check | RuleKind::Statement) {
            return None;
        }
        match figure {
            ClauseFigure::Obligations => Some(self.obligations(rule)),
            ClauseFigure::Targets => Some(self.targets(clause, rule)),
            ClauseFigure::FullTarget => self.full_target(clause, rule),
            ClauseFigure::Quotas => quotas(self.view, rule),
        }
    }

    /// 数: as many as each subject has periods, or a flow steps.
    fn obligations(&self, rule: &Rule) -> Makeup {
        let each = Number::whole(rule.steps.len().max(1) as i64);
        let cases = self.view.cases(rule);
        let parts = subjects(cases.iter().map(|case| (case.element.record, each)));
        Makeup::of(parts.into_iter().map(sum))
    }

    /// 须和: the demands of all obligations.
    fn targets(&self, clause: usize, rule: &Rule) -> Makeup {
        let cases = self.view.cases(rule);
        Makeup::of(cases.iter().map(|case| self.target(clause, rule, case)))
    }

    fn target(&self, clause: usize, rule: &Rule, case: &Case) -> Number {
        if !rule.steps.is_empty() {
            return Number::whole(rule.steps.len() as i64);
        }
        let variant = variant_of(self.view.plan, clause, self.variants(clause), case);
        let targets = self.view.judge(variant.unwrap_or(rule), case).targets;
        let demands = targets.iter().filter(|(_, op, _)| demands(*op));
        sum(demands.filter_map(|(_, _, target)| target.as_number()))
    }

    /// 满额: see the head of this file.
    fn full_target(&self, clause: usize, rule: &Rule) -> Option<Makeup> {
        if !rule.steps.is_empty() {
            return Some(Makeup::of([Number::whole(rule.steps.len() as i64)]));
        }
        let term = self.view.plan.term?;
        let spans: Vec<Period> = match &rule.when {
            // How often it comes round depends on when it is done.
            Some(When::Rolling { .. }) => return None,
            Some(when) => periods(when, term.last),
            None => vec![Period { span: term, partial: false }],
        };
        let variants = self.variants(clause);
        if variants.iter().any(reads_the_subject) {
            let cases = self.view.cases(rule);
            let all =
                cases.iter().map(|case| (case.element.record, self.target(clause, rule, case)));
            let fullest = subjects(all).into_iter().max_by_key(|parts| sum(parts.clone()));
            return fullest.map(Makeup::of);
        }
        let each = spans.iter().map(|period| {
            let mut frame = Frame::bare(self.view.day);
            (frame.period, frame.onset) = (Some(period.span), Some(period.span.first));
            let rule = self.variant_for(clause, rule, period);
            let parts = rule.must.iter().flat_map(|test| &test.parts);
            let parts = parts.filter(|part| demands(part.op));
            sum(parts.filter_map(|part| self.view.value(&part.target, &mut frame).as_number()))
        });
        Some(Makeup::of(each.collect::<Vec<_>>()))
    }

    /// The variant that would hold for one who owes for this period.
    fn variant_for<'r>(&'r self, clause: usize, rule: &'r Rule, period: &Period) -> &'r Rule {
        let nobody = RecordRef { form: facts::FormId(0), index: u32::MAX };
        let mut frame = Frame::bare(self.view.day);
        (frame.period, frame.onset) = (Some(period.span), Some(period.span.first));
        let due =
            rule.due.as_ref().and_then(|due| self.view.value(&due.value, &mut frame).as_day());
        let case = Case {
            element: Element::plain(nobody),
            stays: Vec::new(),
            period: *period,
            onset: period.span.first,
            due: due.unwrap_or(period.span.last),
        };
        variant_of(self.view.plan, clause, self.variants(clause), &case).unwrap_or(rule)
    }

    /// 人数: members on the last day, by the kind their form's first code tells.
    fn size(&self, set: &Expr) -> Makeup {
        let mut kinds: Vec<(Value, i64)> = Vec::new();
        for member in self.view.members(set, &mut Frame::bare(self.view.day)) {
            let kind = self.kind(member.record);
            match kinds.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, count)) => *count += 1,
                None => kinds.push((kind, 1)),
            }
        }
        kinds.sort_by_key(|(kind, _)| match kind {
            Value::Code(code) => *code,
            _ => u16::MAX,
        });
        Makeup::of_kinds(kinds.into_iter().map(|(_, count)| count))
    }

    fn kind(&self, record: RecordRef) -> Value {
        let fields = &self.view.plan.schema.form(record.form).fields;
        let coded = fields.iter().position(|field| matches!(field.ty, FieldType::Code(_)));
        let row = self.view.row_on(record, self.view.day);
        let value = coded.zip(row).and_then(|(field, row)| row.values.get(field).cloned());
        value.unwrap_or_default()
    }

    fn variants(&self, clause: usize) -> &[Rule] {
        self.rules.get(clause).map_or(&[], Vec::as_slice)
    }
}

/// 配额和: the rows of the quota's table for the members of its set.
///
/// Without any member, as when no organisations are at hand, all rows are added.
pub fn quotas(view: &View, rule: &Rule) -> Option<Makeup> {
    let (set, table) = rule.quota?;
    let ParamValue::Table(rows) = &view.plan.params.get(table)?.value else { return None };
    let members = view.members(&view.plan.sets.get(set)?.value, &mut Frame::bare(view.day));
    if members.is_empty() {
        return Some(Makeup::of(rows.iter().filter_map(|(_, value)| value.as_number())));
    }
    let share = |id: &str| {
        let row = rows.iter().find(|(key, _)| matches!(key, Value::Text(text) if **text == *id));
        row.and_then(|(_, value)| value.as_number()).unwrap_or(Number::ZERO)
    };
    Some(Makeup::of(members.iter().map(|member| share(view.world.id(member.record)))))
}

/// Parts per subject, in the order subjects first occur.
fn subjects(parts: impl Iterator<Item = (RecordRef, Number)>) -> Vec<Vec<Number>> {
    let mut at: FxHashMap<RecordRef, usize> = FxHashMap::default();
    let mut all: Vec<Vec<Number>> = Vec::new();
    for (subject, part) in parts {
        let index = *at.entry(subject).or_insert(all.len());
        match all.get_mut(index) {
            Some(parts) => parts.push(part),
            None => all.push(vec![part]),
        }
    }
    all
}

fn made(makeup: Option<Makeup>) -> (Option<Number>, Makeup) {
    (makeup.as_ref().map(Makeup::sum), makeup.unwrap_or_default())
}

fn sum(numbers: impl IntoIterator<Item = Number>) -> Number {
    numbers.into_iter().fold(Number::ZERO, |sum, one| sum + one)
}

/// An upper bound demands nothing.
fn demands(op: CompareOp) -> bool {
    matches!(op, CompareOp::Equal | CompareOp::Greater | CompareOp::GreaterOrEqual)
}

/// Whether a target differs from subject to subject.
fn reads_the_subject(rule: &Rule) -> bool {
    let mut reads = false;
    for part in rule.must.iter().flat_map(|test| &test.parts) {
        part.target.walk(&mut |inner| {
            reads |= matches!(
                inner.kind,
                ExprKind::Element(_)
                    | ExprKind::Path { .. }
                    | ExprKind::Aggregate(_)
                    | ExprKind::Share { .. }
            );
        });
    }
    reads
}
