//! What the engine is asked and what it answers.
//!
//! An unmet duty is a result, not an error; the only trouble is a year that the workday calendar
//! does not know. Texts of values and targets follow the CSV contract (vocabulary.md, Output).
//! Read next: `judge.rs`.

use facts::{Day, FormId, RecordRef, Span, UnknownYear, Value, World};
use plan::plan::{CompareOp, Origin, Plan, Status};

/// What is asked: every judgement names its day, and may name the day of knowledge.
#[derive(Clone, Debug)]
pub struct Question {
    /// As of this day, D.
    pub day: Day,
    /// With what was known by this day, K; `None` is now.
    pub known: Option<Day>,
    /// Readings other than the starred ones: (clause, axis, option), by index.
    pub readings: Vec<(usize, usize, usize)>,
}

impl Question {
    /// As of a day, with all that is known now, under the official readings.
    pub fn as_of(day: Day) -> Question {
        Question { day, known: None, readings: Vec::new() }
    }
}

/// Why nothing could be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// A due date or a leave reaches into a year without a workday table.
    UnknownYear(UnknownYear),
}

/// All that follows from a plan and a world on a day.
#[derive(Clone, Debug, Default)]
pub struct Verdicts {
    /// One row per thing owed.
    pub obligations: Vec<Obligation>,
    /// 警 and 示.
    pub findings: Vec<Finding>,
}

/// One thing owed, with its status.
#[derive(Clone, Debug, PartialEq)]
pub struct Obligation {
    /// Index of the clause.
    pub clause: usize,
    /// Index of the step of a 流程.
    pub step: Option<usize>,
    /// Who or what it is about.
    pub subject: RecordRef,
    /// The period; its first day is part of the key.
    pub period: Span,
    /// Last day on which it is in time.
    pub due: Day,
    /// v(D), one per 计.
    pub value: Vec<Value>,
    /// What each 计 is held against: (index of the 计, comparison, target).
    pub targets: Vec<(usize, CompareOp, Value)>,
    /// Its status.
    pub status: Status,
    /// Calendar days after the due date, only for late.
    pub days_late: Option<i32>,
    /// What else is to be said.
    pub flags: Vec<Flag>,
    /// Who owes.
    pub owner: RecordRef,
    /// In whose standing it counts.
    pub home: RecordRef,
    /// Whether the paper says it, an interpretation, or we.
    pub origin: Origin,
}

/// Remarks on an obligation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flag {
    /// True today, may still change until it is due.
    SoFar,
    /// 望 has passed.
    PastTarget,
    /// An upper bound is broken and cannot heal.
    Exceeded,
    /// A share of nothing.
    Empty,
    /// The step before it is open.
    Waits,
    /// The period is clipped by its window.
    Partial,
    /// The target was reduced for a newcomer.
    Prorated,
    /// The due date was moved by an extension.
    Extended,
}

impl Flag {
    /// The word in files.
    pub fn word(self) -> &'static str {
        match self {
            Flag::SoFar => "so_far",
            Flag::PastTarget => "past_target",
            Flag::Exceeded => "exceeded",
            Flag::Empty => "empty",
            Flag::Waits => "waits",
            Flag::Partial => "partial",
            Flag::Prorated => "prorated",
            Flag::Extended => "extended",
        }
    }
}

/// Kind of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingKind {
    /// 警.
    Warn,
    /// 示.
    Show,
}

/// A figure or a warning; never a status.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Index of the clause.
    pub clause: usize,
    /// What it is about.
    pub subject: RecordRef,
    /// First day of the period.
    pub period_start: Day,
    /// Warning or figure.
    pub kind: FindingKind,
    /// The figures.
    pub value: Vec<Value>,
    /// The plan's words.
    pub text: String,
}

impl Obligation {
    /// `C035`, or `C111/下达` for a step.
    pub fn clause_text(&self, plan: &Plan) -> String {
        let clause = &plan.clauses[self.clause];
        let step = self.step.and_then(|step| clause.rule.as_ref()?.steps.get(step));
        match step {
            Some(step) => format!("{}/{}", clause.id, step.label),
            None => clause.id.clone(),
        }
    }

    /// `binzhou-2012-15/C035/person:p1/2012-05-01`: stable text, no hash (§6.5).
    pub fn key(&self, plan: &Plan, world: &World) -> String {
        let form = &plan.schema.form(self.subject.form).alias;
        let (clause, id) = (self.clause_text(plan), world.id(self.subject));
        format!("{}/{clause}/{form}:{id}/{}", plan.id, self.period.first)
    }

    /// Value as files write it.
    pub fn value_text(&self, plan: &Plan) -> String {
        let names = count_names(plan, self.clause);
        joined(&names, &self.value)
    }

    /// Target as files write it.
    pub fn target_text(&self, plan: &Plan) -> String {
        let names = count_names(plan, self.clause);
        if self.step.is_some() {
            return "1".into();
        }
        let single = self.targets.len() == 1;
        let part = |(count, op, target): &(usize, CompareOp, Value)| {
            let name = names.get(*count).map_or("", String::as_str);
            let text = target_value_text(self.value.get(*count), target);
            match (single, op) {
                (true, CompareOp::Equal | CompareOp::GreaterOrEqual) => text,
                (true, op) => format!("{}{text}", op_text(*op)),
                (false, op) => format!("{name}{}{text}", op_text(*op)),
            }
        };
        self.targets.iter().map(part).collect::<Vec<_>>().join(";")
    }
}

/// Names of a clause's 计; empty for the unnamed one.
fn count_names(plan: &Plan, clause: usize) -> Vec<String> {
    let rule = plan.clauses.get(clause).and_then(|clause| clause.rule.as_ref());
    rule.map_or_else(Vec::new, |rule| rule.counts.iter().map(|c| c.name.clone()).collect())
}

fn joined(names: &[String], values: &[Value]) -> String {
    if let [only] = values {
        return value_text(only);
    }
    let part = |(index, value): (usize, &Value)| {
        let name = names.get(index).map_or("", String::as_str);
        format!("{name}={}", value_text(value))
    };
    values.iter().enumerate().map(part).collect::<Vec<_>>().join(";")
}

/// A value as files write it: `0.5`, `3/4`, `1`.
pub fn value_text(value: &Value) -> String {
    match value {
        Value::Empty => String::new(),
        Value::Bool(true) => "1".into(),
        Value::Bool(false) => "0".into(),
        Value::Number(number) => number.to_string(),
        Value::Share(part, whole) => format!("{part}/{whole}"),
        Value::Day(day) => day.to_string(),
        Value::Month(month) => month.to_string(),
        Value::Span(span) => span.to_string(),
        Value::Code(code) => code.to_string(),
        Value::Text(text) => text.to_string(),
        Value::Ref(record) => format!("{}", record.index),
        Value::List(items) => items.iter().map(value_text).collect::<Vec<_>>().join("|"),
    }
}

/// A target beside a share is a percentage.
fn target_value_text(value: Option<&Value>, target: &Value) -> String {
    match (value, target.as_number()) {
        (Some(Value::Share(..)), Some(number)) => {
            format!("{}%", number * facts::Number::whole(100))
        }
        _ => value_text(target),
    }
}

fn op_text(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Equal => "=",
        CompareOp::NotEqual => "!=",
        CompareOp::Less => "<",
        CompareOp::LessOrEqual => "<=",
        CompareOp::Greater => ">",
        CompareOp::GreaterOrEqual => ">=",
    }
}

/// Alias of a record's form, for the columns subject_form and owner_form.
pub fn form_alias(plan: &Plan, form: FormId) -> &str {
    &plan.schema.form(form).alias
}
