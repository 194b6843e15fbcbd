//! The status of one case (§6.8): the first line of the table that holds.
//!
//! A flow measure cannot fall when later records are added, so its first day of truth is found by
//! bisection; a state measure is asked day by day, only after a due date it missed.
//! Read next: `evaluate.rs`.

use facts::{Day, Number, Value};
use plan::expr::{AggregateExpr, CompareOp, Expr};
use plan::plan::{Newcomer, Rule, Status, Subject, Test};

use crate::element::Frame;
use crate::membership::collect_aggregates;
use crate::obligation::Case;
use crate::periods::lead;
use crate::value::compare;
use crate::verdict::Flag;
use crate::view::View;

/// What was found about a case.
pub struct Judgement {
    /// Its status.
    pub status: Status,
    /// Days after the due date, when late.
    pub days_late: Option<i32>,
    /// Remarks.
    pub flags: Vec<Flag>,
    /// v(D).
    pub value: Vec<Value>,
    /// Targets by 计.
    pub targets: Vec<(usize, CompareOp, Value)>,
    /// Due date after extensions.
    pub due: Day,
}

impl View<'_> {
    /// Judges a case as of D.
    pub fn judge(&self, rule: &Rule, case: &Case) -> Judgement {
        let mut case = case.clone();
        let mut flags = Vec::new();
        if self.extend(rule, &mut case) {
            flags.push(Flag::Extended);
        }
        let day = self.day;
        let value = self.counts(rule, &case, day);
        let targets = self.targets(rule, &case, &value);
        if case.period.partial {
            flags.push(Flag::Partial);
        }
        if value.iter().any(|v| matches!(v, Value::Share(_, 0))) {
            flags.push(Flag::Empty);
        }
        if self.proration(rule, &case).is_some() {
            flags.push(Flag::Prorated);
        }
        let (status, days_late) = self.status(rule, &case, &value, &mut flags);
        if self.past_target(rule, &case, status) {
            flags.push(Flag::PastTarget);
        }
        flags.sort_unstable();
        Judgement { status, days_late, flags, value, targets, due: case.due }
    }

    /// The table of §6.8, line by line.
    fn status(
        &self,
        rule: &Rule,
        case: &Case,
        value: &[Value],
        flags: &mut Vec<Flag>,
    ) -> (Status, Option<i32>) {
        let (day, due) = (self.day, case.due);
        let exceeded = self.exceeded(rule, case, value);
        let opens = lead(rule).map_or(case.period.span.first, |days| due + -days);
        if self.cancelled(rule, case, opens) {
            return (Status::Cancelled, None);
        }
        if self.exempt(rule, case) {
            return (Status::Exempt, None);
        }
        if day < case.period.span.first && self.holds_empty(rule, case, value) {
            return (Status::NotDue, None);
        }
        let flow = rule.must.as_ref().is_some_and(|test| test.flow);
        let at = day.min(due);
        let held = match at == day {
            true => self.holds_with(rule, case, at, value.to_vec()),
            false => self.holds(rule, case, at),
        };
        if held {
            if !flow && day < due {
                flags.push(Flag::SoFar);
            }
            return (Status::Met, None);
        }
        if exceeded {
            flags.push(Flag::Exceeded);
            return (Status::Missing, None);
        }
        if day > due {
            return match self.late_day(rule, case, flow, value) {
                Some(first) => (Status::Late, Some(first - due)),
                None => (Status::Missing, None),
            };
        }
        (if opens <= day { Status::Due } else { Status::NotDue }, None)
    }

    /// The first day after the due date on which it became true.
    fn late_day(&self, rule: &Rule, case: &Case, flow: bool, value: &[Value]) -> Option<Day> {
        let (first, last) = (case.due.next(), self.day);
        // A state must still be true on D: what healed and broke again was not repaired (§6.8).
        if (flow && !rule.late_ok) || !self.holds_with(rule, case, last, value.to_vec()) {
            return None;
        }
        if flow {
            let (mut low, mut high) = (first.0, last.0);
            while low < high {
                let middle = low + (high - low) / 2;
                if self.holds(rule, case, Day(middle)) {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            return Some(Day(low));
        }
        (first.0..=last.0).map(Day).find(|&day| self.holds(rule, case, day))
    }

    /// Whether the subject left, or the element ended, before it could be owed.
    fn cancelled(&self, rule: &Rule, case: &Case, opens: Day) -> bool {
        let Some(left) = case.stays.iter().map(|stay| stay.span.last).max() else { return false };
        let in_time = match rule.subject {
            Subject::Who(_) => left < case.period.span.last && left < opens,
            Subject::Each(_) => left <= case.due,
        };
        if left >= self.day || !in_time || self.holds(rule, case, left) {
            return false;
        }
        let value = self.counts(rule, case, left);
        !self.exceeded(rule, case, &value)
    }

    pub(crate) fn exempt(&self, rule: &Rule, case: &Case) -> bool {
        let mut frame = self.frame(rule, case, self.day);
        let by_rule = rule.exempt.as_ref().is_some_and(|expr| self.truth(expr, &mut frame));
        let middle = case.period.span.first + case.period.span.len() / 2;
        let late_comer = || self.entered(case).is_some_and(|day| day >= middle);
        by_rule || (rule.newcomer == Newcomer::Exempt && late_comer())
    }

    /// Values of all 计 as of a day.
    pub fn counts(&self, rule: &Rule, case: &Case, day: Day) -> Vec<Value> {
        let mut frame = self.frame(rule, case, day);
        rule.counts.iter().map(|count| self.value(&count.value, &mut frame)).collect()
    }

    /// Whether 须 is true on a day.
    pub fn holds(&self, rule: &Rule, case: &Case, day: Day) -> bool {
        let counts = self.counts(rule, case, day);
        self.holds_with(rule, case, day, counts)
    }

    /// Whether 须 is true of no records at all.
    fn holds_empty(&self, rule: &Rule, case: &Case, value: &[Value]) -> bool {
        let nothing = |value: &Value| match value {
            // A share of nothing is reached (§6.7), before the period too.
            Value::Share(_, whole) => Value::Share(0, i64::from(*whole > 0)),
            Value::Bool(_) => Value::Bool(false),
            _ => Value::Number(Number::ZERO),
        };
        self.holds_with(rule, case, self.day, value.iter().map(nothing).collect())
    }

    fn holds_with(&self, rule: &Rule, case: &Case, day: Day, counts: Vec<Value>) -> bool {
        let Some(test) = &rule.must else { return false };
        let mut frame = self.frame(rule, case, day);
        if self.proration(rule, case).is_some() {
            let targets = self.part_targets(rule, case, test, &mut frame);
            return targets.iter().all(|(index, op, target)| {
                counts.get(*index).is_some_and(|value| compare(*op, value, target))
            });
        }
        frame.counts = counts;
        self.truth(&test.condition, &mut frame)
    }

    pub(crate) fn targets(
        &self,
        rule: &Rule,
        case: &Case,
        value: &[Value],
    ) -> Vec<(usize, CompareOp, Value)> {
        let Some(test) = &rule.must else { return Vec::new() };
        let mut frame = self.frame(rule, case, self.day);
        frame.counts = value.to_vec();
        self.part_targets(rule, case, test, &mut frame)
    }

    fn part_targets(
        &self,
        rule: &Rule,
        case: &Case,
        test: &Test,
        frame: &mut Frame,
    ) -> Vec<(usize, CompareOp, Value)> {
        let share = self.proration(rule, case);
        let parts = test.parts.iter().map(|part| {
            let target = self.value(&part.target, frame);
            let target = match (share, target.as_number()) {
                (Some(share), Some(number)) => {
                    let step = rule.counts.get(part.count).and_then(|c| self.step(&c.value));
                    let step = step.unwrap_or(Number::ONE);
                    let steps = (number * share / step).ceil();
                    Value::Number(Number::whole(steps) * step)
                }
                _ => target,
            };
            (part.count, part.op, target)
        });
        parts.collect()
    }

    /// 步长 of the field a measure sums.
    fn step(&self, measure: &Expr) -> Option<Number> {
        let mut aggregates: Vec<&AggregateExpr> = Vec::new();
        collect_aggregates(measure, &mut aggregates);
        aggregates.iter().find_map(|aggregate| {
            let plan::expr::ExprKind::Path { steps, .. } = &aggregate.key.as_ref()?.kind else {
                return None;
            };
            let last = steps.last()?;
            self.plan.schema.field(last.form, last.field).step
        })
    }

    /// Workdays left ÷ workdays of the period, for one who came after its start.
    pub(crate) fn proration(&self, rule: &Rule, case: &Case) -> Option<Number> {
        if rule.newcomer != Newcomer::Prorated {
            return None;
        }
        let entered = self.entered(case)?;
        let calendar = &self.world.calendar;
        let span = case.period.span;
        let rest = facts::Span { first: entered, last: span.last };
        let part = self.workday(calendar.workdays_in(rest), 0);
        let whole = self.workday(calendar.workdays_in(span), 1);
        Number::fraction(part, whole)
    }

    /// The day the subject entered the set, when after the period's start.
    fn entered(&self, case: &Case) -> Option<Day> {
        let first = case.stays.iter().map(|stay| stay.span.first).min()?;
        (first > case.period.span.first).then_some(first)
    }

    /// Whether an upper bound on a measure that cannot fall is broken.
    fn exceeded(&self, rule: &Rule, case: &Case, value: &[Value]) -> bool {
        self.targets(rule, case, value).iter().any(|(index, op, target)| {
            let upper = matches!(op, CompareOp::Equal | CompareOp::Less | CompareOp::LessOrEqual);
            let flow = rule.counts.get(*index).is_some_and(|count| count.flow);
            let above = |value: &Value| match op {
                CompareOp::Less => compare(CompareOp::GreaterOrEqual, value, target),
                _ => compare(CompareOp::Greater, value, target),
            };
            upper && flow && value.get(*index).is_some_and(above)
        })
    }

    fn past_target(&self, rule: &Rule, case: &Case, status: Status) -> bool {
        let Some(target) = &rule.target else { return false };
        let mut frame = self.frame(rule, case, self.day);
        let passed = self.value(target, &mut frame).as_day().is_some_and(|day| day < self.day);
        passed && matches!(status, Status::NotDue | Status::Due | Status::Missing)
    }

    /// 延 F 至 f: later only, from that record's day on, and only before the old due date passed.
    fn extend(&self, rule: &Rule, case: &mut Case) -> bool {
        let new_due = self.extended(rule, case, case.due, None);
        let moved = new_due != case.due;
        case.due = new_due;
        moved
    }

    /// The due date after extensions, of a case or of a step still open on their days.
    pub fn extended(&self, rule: &Rule, case: &Case, due: Day, done: Option<Day>) -> Day {
        let Some(extend) = &rule.extend else { return due };
        let element = case.element.record;
        let mut due = due;
        for record in self.referring(extend.form, &extend.refers, element) {
            let Some(row) = self.row(record) else { continue };
            let day = self.axis(record).unwrap_or(Day::MIN);
            let open = done.is_none_or(|done| day <= done);
            let new_due = self.stored(row, extend.new_due).as_day();
            if open && day <= due {
                due = new_due.map_or(due, |new_due| new_due.max(due));
            }
        }
        due
    }
}
