//! 流程: steps with limits, anchored at the start or at another step (§6.9).
//!
//! A step is done on the first record, by day then id, of its form that refers to the element and
//! satisfies its 须, whatever its day; done after the due date is late. Steps may be done out of
//! order. Read next: `judge.rs` for single duties.

use facts::{Day, Number, RecordRef, Span, Value};
use plan::expr::CompareOp;
use plan::plan::{FlowStep, Rule, Status};

use crate::element::{Element, Frame};
use crate::judge::Judgement;
use crate::obligation::Case;
use crate::verdict::Flag;
use crate::view::View;

/// A step of an element, judged.
pub struct StepJudgement {
    /// Index of the step.
    pub step: usize,
    /// What was found.
    pub judgement: Judgement,
    /// The record that did it.
    pub by: Option<RecordRef>,
}

impl View<'_> {
    /// All steps of one element.
    pub fn judge_steps(&self, rule: &Rule, case: &Case) -> Vec<StepJudgement> {
        let done: Vec<Option<RecordRef>> =
            rule.steps.iter().map(|step| self.done_by(step, case)).collect();
        let mut dues: Vec<Day> = Vec::new();
        let mut judged = Vec::new();
        for (index, step) in rule.steps.iter().enumerate() {
            let by = done.get(index).copied().flatten();
            let day = by.and_then(|record| self.axis(record));
            let before = step.after;
            let before_day = before.and_then(|j| self.axis(done.get(j).copied().flatten()?));
            let waits = before.is_some() && before_day.is_none();
            let provisional = before.and_then(|j| dues.get(j).copied());
            let anchor = before_day.or(provisional).unwrap_or(case.onset);
            let due = self.step_due(step, case, anchor);
            let extended = self.extended(rule, case, due, day);
            dues.push(extended);
            let judgement = self.judge_step(case, anchor, due, extended, day, waits);
            judged.push(StepJudgement { step: index, judgement, by });
        }
        judged
    }

    fn judge_step(
        &self,
        case: &Case,
        anchor: Day,
        due: Day,
        extended: Day,
        done: Option<Day>,
        waits: bool,
    ) -> Judgement {
        let (status, days_late) = match done {
            // Cancelled stands first in the table of §6.8: what comes later changes nothing.
            _ if self.ended_open(case, extended, done) => (Status::Cancelled, None),
            Some(day) if day <= extended => (Status::Met, None),
            Some(day) => (Status::Late, Some(day - extended)),
            None if waits => (Status::NotDue, None),
            None if self.day > extended => (Status::Missing, None),
            None if self.day >= anchor => (Status::Due, None),
            None => (Status::NotDue, None),
        };
        let mut flags = Vec::new();
        if waits && done.is_none() {
            flags.push(Flag::Waits);
        }
        if extended != due {
            flags.push(Flag::Extended);
        }
        let value = vec![Value::Number(Number::whole(done.is_some().into()))];
        let targets = vec![(0, CompareOp::GreaterOrEqual, Value::Number(Number::ONE))];
        Judgement { status, days_late, flags, value, targets, due: extended }
    }

    /// Whether the element ended with the step still open.
    fn ended_open(&self, case: &Case, due: Day, done: Option<Day>) -> bool {
        let left = case.stays.iter().map(|stay| stay.span.last).max();
        left.is_some_and(|left| {
            left < self.day && left <= due && done.is_none_or(|done| done > left)
        })
    }

    fn step_due(&self, step: &FlowStep, case: &Case, anchor: Day) -> Day {
        let Some((amount, unit)) = &step.due else { return case.due };
        let mut frame = Frame::around(case.element.record, self.day);
        frame.period = Some(Span { first: case.onset, last: case.due });
        frame.onset = Some(case.onset);
        let amount = self.value(amount, &mut frame).as_number().unwrap_or(Number::ZERO);
        self.shift(anchor, amount.floor() as i32, *unit)
    }

    /// The first record that does the step.
    fn done_by(&self, step: &FlowStep, case: &Case) -> Option<RecordRef> {
        let element = case.element.record;
        let satisfies = |record: &RecordRef| {
            let Some(must) = &step.must else { return true };
            let mut frame = Frame::around(element, self.day);
            frame.with(1, Element::plain(*record), |frame| self.truth(must, frame))
        };
        self.referring(step.form, &step.refers, element).into_iter().find(satisfies)
    }
}
