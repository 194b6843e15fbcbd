//! Expressions in words, and the one who says them.
//!
//! The speaker remembers which record each binder holds: fields of the innermost are said by name
//! alone, those of an outer one with whose they are. What cannot be said is quoted from the plan.
//! Read next: `measure.rs` for aggregates.

use facts::schema::registry;
use facts::{FormId, Value};
use plan::expr::{Builtin, ClauseFigure, CompareOp, Expr, ExprKind, Step, Type};
use plan::plan::{Plan, Rule};
use plan::source::Sources;

use super::group::base_form;
use super::word::{self, FormWords};

/// Says one rule.
pub struct Speaker<'p> {
    /// The plan.
    pub plan: &'p Plan,
    sources: &'p Sources,
    counts: &'p [plan::plan::Count],
    /// Form held by each binder, outermost first.
    binders: Vec<Option<FormId>>,
}

impl<'p> Speaker<'p> {
    /// A speaker with the rule's subject as the outermost binder.
    pub fn new(plan: &'p Plan, sources: &'p Sources, rule: &'p Rule) -> Speaker<'p> {
        let subject = base_form(rule.subject.set());
        Speaker { plan, sources, counts: &rule.counts, binders: vec![subject] }
    }

    /// Says something about the record that a binder holds.
    pub fn inside<T>(
        &mut self,
        level: u8,
        form: impl Into<Option<FormId>>,
        say: impl FnOnce(&mut Speaker<'p>) -> T,
    ) -> T {
        let level = usize::from(level);
        let saved = self.binders.clone();
        self.binders.resize(level, None);
        self.binders.push(form.into());
        let said = say(self);
        self.binders = saved;
        said
    }

    /// The plan's own words of a piece that cannot be said.
    pub fn own_words(&self, expr: &Expr) -> String {
        format!("“{}”", self.sources.slice(expr.place).trim())
    }

    /// Alias of a form.
    pub fn alias(&self, form: FormId) -> &'p str {
        &self.plan.schema.form(form).alias
    }

    /// Words of a form.
    pub fn form_words(&self, form: FormId) -> FormWords {
        let form = self.plan.schema.form(form);
        word::form_words(&form.alias, &form.label)
    }

    /// Whether a level is the one being spoken of.
    pub fn is_nearest(&self, level: u8) -> bool {
        usize::from(level) + 1 == self.binders.len()
    }

    /// Alias of the last field of a path from the nearest record.
    pub fn last_alias(&self, expr: &Expr) -> Option<&'p str> {
        let ExprKind::Path { steps, .. } = &expr.kind else { return None };
        let step = steps.last()?;
        Some(&self.plan.schema.field(step.form, step.field).alias)
    }

    /// An expression.
    pub fn value(&mut self, expr: &Expr) -> String {
        match &expr.kind {
            ExprKind::Constant(value) => self.constant(value, &expr.ty),
            ExprKind::Element(level) => self.holder(*level),
            ExprKind::Path { root, steps } => self.path(*root, steps),
            ExprKind::FieldOf { of, steps } => {
                format!("{}的{}", self.value(of), self.fields(steps))
            }
            ExprKind::Period => "这一期".to_owned(),
            ExprKind::PeriodStart => "这一期的头一天".to_owned(),
            ExprKind::PeriodEnd => "这一期的最后一天".to_owned(),
            ExprKind::Onset => "有了这件事的那天".to_owned(),
            ExprKind::Count(index) => self.count_name(*index),
            ExprKind::List(items) => {
                let words: Vec<String> = items.iter().map(|item| self.value(item)).collect();
                words.join("、")
            }
            ExprKind::Aggregate(aggregate) => self.aggregate(aggregate, expr),
            ExprKind::Share { set, level, condition } => {
                format!("{}的比例", self.those(set, *level, condition))
            }
            ExprKind::EveryOne { set, level, condition } => {
                let each = format!("每{}{}", self.set_unit(set), self.set(set));
                let form = base_form(set);
                format!("{each}都{}", self.inside(*level, form, |here| here.value(condition)))
            }
            ExprKind::Figure(figure, clause) => self.clause_figure(*figure, *clause),
            ExprKind::TableLookup { param, key } => {
                let label = self.plan.params.get(*param).map_or("", |param| param.label.as_str());
                format!("“{label}”里{}的那个数", self.value(key))
            }
            ExprKind::Call(builtin, of) => self.call(*builtin, of),
            ExprKind::All(_)
            | ExprKind::Filter { .. }
            | ExprKind::Union(_)
            | ExprKind::Without(..)
            | ExprKind::Both(..) => self.set(expr),
            ExprKind::Error => self.own_words(expr),
            _ => self.joined(expr),
        }
    }

    /// Conditions and sums: what has an operator between its parts.
    fn joined(&mut self, expr: &Expr) -> String {
        match &expr.kind {
            ExprKind::If(test, yes, no) => {
                let (test, yes) = (self.value(test), self.value(yes));
                let rest = self.value(no);
                let nested = matches!(no.kind, ExprKind::If(..));
                let rest = if nested { rest } else { format!("{rest}（其余）") };
                format!("{yes}（{test}）、{rest}")
            }
            ExprKind::And(parts) => self.list(parts, "，并且"),
            ExprKind::Or(parts) => self.list(parts, "，或者"),
            ExprKind::Not(inner) => format!("不是“{}”", self.value(inner)),
            ExprKind::Compare(op, left, right) => {
                let day = matches!(left.ty, Type::Day);
                let op = if day { day_op(*op) } else { self.op(*op, left) };
                format!("{}{op}{}", self.value(left), self.value(right))
            }
            ExprKind::In(left, right) => self.belongs(left, right),
            ExprKind::IsOfForm(left, form) => {
                format!("{}是{}", self.value(left), self.form_words(*form).noun)
            }
            ExprKind::Has(inner) => format!("写明了{}", self.value(inner)),
            ExprKind::Add(a, b) => format!("{}加上{}", self.value(a), self.value(b)),
            ExprKind::Subtract(a, b) => format!("{}减去{}", self.value(a), self.value(b)),
            ExprKind::Multiply(a, b) => format!("{}乘以{}", self.value(a), self.value(b)),
            ExprKind::Divide(a, b) => format!("{}除以{}", self.value(a), self.value(b)),
            ExprKind::Shift { day, amount, unit } => {
                let length = self.length(amount, *unit);
                format!("{}以后 {length}", self.value(day))
            }
            ExprKind::DaysBetween(later, earlier) => {
                format!("从{}到{}的天数", self.value(earlier), self.value(later))
            }
            _ => self.own_words(expr),
        }
    }

    /// `x 属于 y`.
    fn belongs(&mut self, left: &Expr, right: &Expr) -> String {
        let (left, set) = (self.value(left), self.value(right));
        match (&right.ty, &right.kind) {
            (Type::Span, _) | (_, ExprKind::Constant(Value::Span(_))) => {
                let span = match &right.kind {
                    ExprKind::Constant(Value::Span(span)) => self.stretch(*span),
                    _ => set,
                };
                format!("{left}在{span}之间")
            }
            (Type::Set(_), _) => format!("{left}是{set}"),
            (_, ExprKind::List(_) | ExprKind::Constant(_)) => format!("{left}是{set}之一"),
            _ => format!("{left}在{set}里面"),
        }
    }

    fn list(&mut self, parts: &[Expr], between: &str) -> String {
        let said = parts.iter().map(|part| self.part(part));
        said.collect::<Vec<_>>().join(between)
    }

    /// One of several conditions; one that is itself several stands in brackets.
    pub fn part(&mut self, part: &Expr) -> String {
        let words = self.value(part);
        match part.kind {
            ExprKind::And(_) | ExprKind::Or(_) => format!("（{words}）"),
            _ => words,
        }
    }

    /// Members of a set that satisfy something: `A里，B的`.
    fn those(&mut self, set: &Expr, level: u8, condition: &Expr) -> String {
        let noun = self.set(set);
        let condition = self.inside(level, base_form(set), |here| here.value(condition));
        format!("{noun}当中，{condition}")
    }

    fn path(&mut self, root: u8, steps: &[Step]) -> String {
        let fields = self.fields(steps);
        if self.is_nearest(root) { fields } else { format!("{}的{fields}", self.holder(root)) }
    }

    /// Names of fields, read one from the other.
    pub fn fields(&self, steps: &[Step]) -> String {
        let label =
            |step: &Step| word::field_word(&self.plan.schema.field(step.form, step.field).label);
        steps.iter().map(label).collect::<Vec<_>>().join("的")
    }

    /// How what belongs to the subject is called.
    pub fn own_word(&self) -> &'static str {
        let form = self.binders.first().copied().flatten();
        match form.map(|form| self.alias(form)) {
            Some(registry::ORG) => "本单位的",
            Some(registry::PERSON) => "本人的",
            _ => "这里的",
        }
    }

    /// How an outer record is called.
    fn holder(&self, level: u8) -> String {
        let form = self.binders.get(usize::from(level)).copied().flatten();
        let Some(form) = form else { return "它".to_owned() };
        let words = self.form_words(form);
        match (level, self.alias(form)) {
            (0, registry::ORG) => "本单位".to_owned(),
            (0, registry::PERSON) => "本人".to_owned(),
            (_, registry::HOUSEHOLD) => "这一户".to_owned(),
            (_, registry::RESIDENT | registry::PERSON) => "这个人".to_owned(),
            _ => format!("这{}{}", words.unit, words.noun),
        }
    }

    fn count_name(&mut self, index: usize) -> String {
        match self.counts.get(index) {
            Some(count) if !count.name.is_empty() => format!("“{}”", count.name),
            _ => "这个数".to_owned(),
        }
    }

    fn call(&mut self, builtin: Builtin, of: &[Expr]) -> String {
        let words: Vec<String> = of.iter().map(|part| self.value(part)).collect();
        let word = |index: usize| words.get(index).map_or("", String::as_str);
        match builtin {
            Builtin::OnDuty => format!("{}在{}里在岗的工作日", word(0), word(1)),
            Builtin::Workdays => format!("{}的工作日数", word(0)),
            Builtin::Age => format!("{}在{}时的年龄", word(0), word(1)),
            Builtin::Within => format!("{}在{}辖区内", word(0), word(1)),
            Builtin::AreaOrg => format!("{}所在地的{}", word(0), word(1)),
            Builtin::Superior => format!("{}的上级", word(0)),
            Builtin::Size => format!("{}的人数", word(0)),
            Builtin::Lesser => format!("{}与{}当中较小的", word(0), word(1)),
            Builtin::Greater => format!("{}与{}当中较大的", word(0), word(1)),
        }
    }

    fn clause_figure(&self, figure: ClauseFigure, clause: usize) -> String {
        let id = self.plan.clauses.get(clause).map_or("", |clause| clause.id.as_str());
        match figure {
            ClauseFigure::Obligations => format!("{id} 的任务数"),
            ClauseFigure::Targets => format!("{id} 要求的总数"),
            ClauseFigure::FullTarget => format!("{id} 一人（一家）全程要做的数"),
            ClauseFigure::Quotas => format!("{id} 分下去的总数"),
        }
    }

    /// A comparison of a number or of a kind.
    pub fn op(&self, op: CompareOp, left: &Expr) -> &'static str {
        let number = matches!(left.ty, Type::Number(_) | Type::Share | Type::Unknown);
        match op {
            CompareOp::Equal if !number => "是",
            CompareOp::NotEqual if !number => "不是",
            other => number_op(other),
        }
    }
}

/// A comparison of numbers.
pub fn number_op(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Equal => "等于 ",
        CompareOp::NotEqual => "不等于 ",
        CompareOp::Less => "少于 ",
        CompareOp::LessOrEqual => "不多于 ",
        CompareOp::Greater => "多于 ",
        CompareOp::GreaterOrEqual => "不少于 ",
    }
}

fn day_op(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Equal => "就是",
        CompareOp::NotEqual => "不是",
        CompareOp::Less => "早于",
        CompareOp::LessOrEqual => "不晚于",
        CompareOp::Greater => "晚于",
        CompareOp::GreaterOrEqual => "不早于",
    }
}
