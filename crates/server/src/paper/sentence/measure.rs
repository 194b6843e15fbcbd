//! 计 and 须 in words: 下基层不少于 2 次; 走访涉及的户不少于 10 户, each counted once.
//!
//! A condition that only ties a record to its subject (户 = 本.户) goes without saying.

use facts::Number;
use facts::Value;
use plan::expr::{Aggregate, AggregateExpr, CompareOp, Expr, ExprKind, Type};
use plan::plan::Rule;

use super::group::base_form;
use super::value::{Speaker, number_op};
use super::word::{FormWords, several};

/// More demands than this are numbered.
const UNNUMBERED_MAX: usize = 2;

impl Speaker<'_> {
    /// 须.
    pub fn must(&mut self, rule: &Rule, condition: &Expr) -> String {
        match &condition.kind {
            ExprKind::And(parts) => {
                let said: Vec<String> = parts.iter().map(|part| self.must(rule, part)).collect();
                if said.len() <= UNNUMBERED_MAX {
                    return said.join("，并且");
                }
                let numbered =
                    said.iter().enumerate().map(|(index, part)| format!("（{}）{part}", index + 1));
                let all = numbered.collect::<Vec<_>>().join("；");
                format!("要做到{}样：{all}", several(said.len()))
            }
            ExprKind::Or(parts) => {
                let said: Vec<String> = parts.iter().map(|part| self.must(rule, part)).collect();
                said.join("，或者")
            }
            ExprKind::Not(inner) => match &inner.kind {
                ExprKind::Count(index) => self.forbidden(rule, *index),
                _ => self.value(condition),
            },
            ExprKind::Count(index) => self.present(rule, *index),
            ExprKind::Compare(op, left, right) => match &left.kind {
                ExprKind::Count(index) => self.owed(rule, *index, *op, right),
                _ => self.value(condition),
            },
            _ => self.value(condition),
        }
    }

    /// 警: when it is said.
    pub fn warning(&mut self, rule: &Rule, condition: &Expr) -> String {
        if let ExprKind::Compare(op, left, right) = &condition.kind
            && let ExprKind::Count(index) = &left.kind
            && let Some(count) = rule.counts.get(*index)
        {
            return self.amount_owed(&count.value, *op, right, false);
        }
        self.must(rule, condition)
    }

    /// A bare 计: it must be true.
    fn present(&mut self, rule: &Rule, index: usize) -> String {
        let Some(count) = rule.counts.get(index) else { return String::new() };
        match &count.value.kind {
            ExprKind::Aggregate(aggregate) => {
                let inline = self.inline(rule, aggregate);
                let words = self.source_words(aggregate);
                match words.verb {
                    Some(verb) => format!("至少{verb}一次{inline}"),
                    None => format!("要有{}{}{inline}", reach(aggregate), words.noun),
                }
            }
            _ => format!("要{}", self.value(&count.value)),
        }
    }

    fn forbidden(&mut self, rule: &Rule, index: usize) -> String {
        let Some(count) = rule.counts.get(index) else { return String::new() };
        match &count.value.kind {
            ExprKind::Aggregate(aggregate) => {
                let inline = self.inline(rule, aggregate);
                format!("不能有{}{inline}", self.source_words(aggregate).noun)
            }
            ExprKind::Has(inner) => format!("没有写明{}", self.value(inner)),
            _ => format!("不能{}", self.value(&count.value)),
        }
    }

    fn owed(&mut self, rule: &Rule, index: usize, op: CompareOp, target: &Expr) -> String {
        let Some(count) = rule.counts.get(index) else { return String::new() };
        let inline = matches!(&count.value.kind, ExprKind::Aggregate(_)) && rule.counts.len() > 1;
        self.amount_owed(&count.value, op, target, inline)
    }

    /// A measure held against its target.
    fn amount_owed(&mut self, value: &Expr, op: CompareOp, target: &Expr, inline: bool) -> String {
        let number = match &target.kind {
            ExprKind::Constant(Value::Number(number)) => Some(*number),
            _ => None,
        };
        let ExprKind::Aggregate(aggregate) = &value.kind else {
            let share = matches!(value.ty, Type::Share);
            let op = match op {
                CompareOp::Equal | CompareOp::GreaterOrEqual if share => "要达到 ",
                other => number_op(other),
            };
            return format!("{}{op}{}", self.figure(value), self.value(target));
        };
        let condition = if inline { self.bracketed(aggregate) } else { String::new() };
        let (said, unit) = self.counted(aggregate);
        if op == CompareOp::Equal && number == Some(Number::ZERO) {
            return format!("不能有{}{condition}", self.source_words(aggregate).noun);
        }
        let op = if op == CompareOp::Equal { "正好 " } else { number_op(op) };
        match matches!(&target.ty, Type::Number(None)) {
            true => format!("{said}{op}{} {unit}{condition}", self.value(target)),
            false => format!("{said}{op}{}{condition}", self.value(target)),
        }
    }

    /// A measure as a noun and what it is counted in.
    fn counted(&mut self, aggregate: &AggregateExpr) -> (String, &'static str) {
        let words = self.source_words(aggregate);
        let noun = format!("{}{}", reach(aggregate), words.noun);
        let key = aggregate.key.as_ref().map(|key| self.key_words(aggregate, key));
        let (key, unit) = key.unwrap_or((String::new(), words.unit));
        let said = match aggregate.op {
            Aggregate::Count | Aggregate::Exists if key.is_empty() => noun,
            Aggregate::Count | Aggregate::Exists if aggregate.distinct => {
                format!("{noun}里不同的{key}")
            }
            Aggregate::Count | Aggregate::Exists => format!("{noun}里的{key}"),
            Aggregate::Sum => format!("{noun}的{key}合计"),
            Aggregate::Median => format!("{noun}的{key}的中位数"),
            Aggregate::Mean => format!("{noun}的{key}的平均数"),
            Aggregate::First => format!("最早一次{noun}的{key}"),
            Aggregate::Last => format!("最近一次{noun}的{key}"),
            Aggregate::Largest => format!("{noun}里最大的{key}"),
            Aggregate::Smallest => format!("{noun}里最小的{key}"),
            Aggregate::Covered => format!("{noun}的日子（同一天只算一次）"),
        };
        (said, unit)
    }

    fn key_words(&mut self, aggregate: &AggregateExpr, key: &Expr) -> (String, &'static str) {
        let form = base_form(&aggregate.source);
        let words = self.inside(aggregate.level, form, |here| here.value(key));
        let unit = match &key.ty {
            Type::Ref(forms) => forms.first().map_or("个", |form| self.form_words(*form).unit),
            Type::List(of) if matches!(&**of, Type::Ref(_)) => "人",
            Type::Code(_) | Type::List(_) => "种",
            Type::Number(Some(_)) | Type::Day => "天",
            _ => "个",
        };
        (words, unit)
    }

    /// A measure as a noun, with its conditions.
    pub fn figure(&mut self, value: &Expr) -> String {
        match &value.kind {
            ExprKind::Aggregate(aggregate) => {
                let (said, _) = self.counted(aggregate);
                let tail = match aggregate.op {
                    Aggregate::Count => "的数目",
                    _ => "",
                };
                format!("{said}{}{tail}", self.bracketed(aggregate))
            }
            ExprKind::Has(inner) => format!("有没有写明{}", self.value(inner)),
            ExprKind::Add(a, b) => format!("{}加上{}", self.figure(a), self.figure(b)),
            ExprKind::Call(plan::expr::Builtin::Lesser, of) => {
                let parts: Vec<String> = of.iter().map(|part| self.figure(part)).collect();
                format!("{}两个数里较小的", parts.join("与"))
            }
            _ => self.value(value),
        }
    }

    /// An aggregate inside a condition.
    pub fn aggregate(&mut self, aggregate: &AggregateExpr, expr: &Expr) -> String {
        if aggregate.op != Aggregate::Exists {
            return self.figure(expr);
        }
        let noun = self.source_words(aggregate).noun;
        format!("有{}{noun}{}", reach(aggregate), self.bracketed(aggregate))
    }

    /// What counts, in a sentence of its own where there is one 计.
    pub fn only(&mut self, rule: &Rule) -> Option<String> {
        let [count] = rule.counts.as_slice() else { return None };
        rule.must.as_ref()?;
        let ExprKind::Aggregate(aggregate) = &count.value.kind else { return None };
        let condition = self.condition(aggregate)?;
        let noun = self.source_words(aggregate).noun;
        let gap = if condition.ends_with(|end: char| end.is_ascii_digit()) { " " } else { "" };
        Some(format!("只算{condition}{gap}的{noun}。"))
    }

    fn inline(&mut self, rule: &Rule, aggregate: &AggregateExpr) -> String {
        if rule.counts.len() > 1 { self.bracketed(aggregate) } else { String::new() }
    }

    fn bracketed(&mut self, aggregate: &AggregateExpr) -> String {
        let condition = self.condition(aggregate);
        condition.map_or_else(String::new, |condition| format!("（{condition}）"))
    }

    /// The conditions that are more than a tie to the subject, and those of the set itself.
    fn condition(&mut self, aggregate: &AggregateExpr) -> Option<String> {
        let form = base_form(&aggregate.source);
        let mut said = Vec::new();
        if let ExprKind::Filter { level, condition, .. } = &aggregate.source.kind {
            said.push(self.inside(*level, form, |here| here.value(condition)));
        }
        for part in aggregate.filter.as_deref().map_or_else(Vec::new, parts) {
            if !self.is_tie(aggregate.level, part) {
                said.push(self.inside(aggregate.level, form, |here| here.part(part)));
            }
        }
        (!said.is_empty()).then(|| said.join("，并且"))
    }

    /// `户 = 本.户`, `户 = 此`: it says only whose record it is.
    pub fn is_tie(&self, level: u8, condition: &Expr) -> bool {
        let ExprKind::Compare(CompareOp::Equal, left, right) = &condition.kind else {
            return false;
        };
        let ExprKind::Path { root, steps } = &left.kind else { return false };
        if *root != level {
            return false;
        }
        match &right.kind {
            ExprKind::Element(other) => *other != level,
            ExprKind::Path { root, steps: others } => {
                let label = |steps: &[plan::expr::Step]| {
                    let step = steps.last()?;
                    Some(self.plan.schema.field(step.form, step.field).label.clone())
                };
                *root != level && label(steps) == label(others)
            }
            _ => false,
        }
    }

    fn source_words(&mut self, aggregate: &AggregateExpr) -> FormWords {
        match base_form(&aggregate.source) {
            Some(form) => self.form_words(form),
            None => FormWords { verb: None, noun: self.set(&aggregate.source), unit: "件" },
        }
    }

    /// Whether records of a measure may be several people's.
    pub fn is_shared(&self, value: &Expr) -> bool {
        let ExprKind::Aggregate(aggregate) = &value.kind else { return false };
        let via = aggregate.via.as_ref().map(|via| &via.kind);
        let Some(ExprKind::Path { steps, .. }) = via else { return false };
        steps.first().is_some_and(|step| self.plan.schema.field(step.form, step.field).is_list())
    }
}

/// What 且 joins.
pub fn parts(condition: &Expr) -> Vec<&Expr> {
    match &condition.kind {
        ExprKind::And(parts) => parts.iter().collect(),
        _ => vec![condition],
    }
}

/// 现行 and 历来.
fn reach(aggregate: &AggregateExpr) -> &'static str {
    match (aggregate.active, aggregate.ever) {
        (true, _) => "还有效的",
        (_, true) => "以往的",
        _ => "",
    }
}
