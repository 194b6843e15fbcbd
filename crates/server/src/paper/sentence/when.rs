//! 期, 限 and 望 in words: from when to when, how often, until which day.
//!
//! Years are left out where the paper's term lies in one year; whole months are said as months.

use facts::{Day, Span};
use plan::expr::{Expr, ExprKind, Unit};
use plan::plan::{Due, Every, Rule, Subject, When};

use super::value::Speaker;
use super::word;

impl Speaker<'_> {
    /// `从 5 月到 12 月，每个月`; empty when the term itself is meant or nothing is said.
    pub fn when(&mut self, rule: &Rule) -> String {
        match &rule.when {
            None if matches!(rule.subject, Subject::Each(_)) => String::new(),
            None => self.plan.term.map(|term| self.stretch(term)).unwrap_or_default(),
            Some(When::Rolling { length, unit, from }) => {
                let every = format!("每{}", period_length(*length, *unit));
                match from {
                    Some(from) => format!("从{}起，{every}", self.value(from)),
                    None => every,
                }
            }
            Some(When::Windows { every, anchor, stretches, .. }) => {
                let spans: Vec<String> = stretches.iter().map(|s| self.stretch(*s)).collect();
                match every {
                    Every::Once => spans.join("、"),
                    Every::PerWindow => {
                        let spans = spans.join("；").replace("在 ", "");
                        format!("分 {} 段（{spans}），每段", stretches.len())
                    }
                    Every::Each(count, unit) => {
                        let length = period_length(i32::try_from(*count).unwrap_or(1), *unit);
                        let first = stretches.first().map(|span| span.first);
                        let other = anchor.filter(|anchor| Some(*anchor) != first);
                        let from = other.map(|day| format!("从{}起算，", self.month(day)));
                        format!("{}，{}每{length}", spans.join("、"), from.unwrap_or_default())
                    }
                }
            }
        }
    }

    /// 限.
    pub fn due(&mut self, rule: &Rule) -> Option<String> {
        let due = rule.due.as_ref()?;
        // One binder deeper, so that fields of the subject are said with whose they are.
        self.inside(1, None, |here| here.due_said(due))
    }

    fn due_said(&mut self, due: &Due) -> Option<String> {
        let moved = if due.next_workday { "，遇到休息日顺延到上班那天" } else { "" };
        let said = match &due.value.kind {
            ExprKind::Shift { day, amount, unit } => self.within(day, amount, *unit),
            _ => format!("最晚到{}", self.value(&due.value)),
        };
        Some(format!("{said}{moved}。"))
    }

    /// `每期过后 5 个工作日内`.
    fn within(&mut self, day: &Expr, amount: &Expr, unit: Unit) -> String {
        let length = match &amount.kind {
            ExprKind::If(..) => self.value(amount),
            _ => self.length(amount, unit),
        };
        match &day.kind {
            ExprKind::PeriodEnd => format!("每期过后 {length}内"),
            ExprKind::PeriodStart => format!("每期开头 {length}内"),
            ExprKind::Onset => format!("从有了这件事那天起 {length}内"),
            _ => format!("{}以后 {length}内", self.value(day)),
        }
    }

    /// 望.
    pub fn best_before(&mut self, target: &Expr) -> String {
        format!("最好在{}以前。", self.value(target))
    }

    /// The period as the one who is in it calls it.
    pub fn this_period(&self, rule: &Rule) -> &'static str {
        let Some(When::Windows { every: Every::Each(1, unit), .. }) = &rule.when else {
            return if rule.when.is_some() { "这一期" } else { "这一项" };
        };
        match unit {
            Unit::Month => "这个月",
            Unit::Quarter => "这个季度",
            Unit::Week => "这一周",
            Unit::Year => "这一年",
            _ => "这一期",
        }
    }

    /// `从 5 月到 12 月`, `4 月`, `从 4 月 1 日到 5 月 20 日`.
    pub fn stretch(&self, span: Span) -> String {
        let whole = span.first == span.first.month().first_day()
            && span.last == span.last.month().last_day();
        if whole && span.first.month() == span.last.month() {
            return format!("在{}", self.month(span.first));
        }
        if whole {
            return format!("从{}到{}", self.month(span.first), self.month(span.last));
        }
        format!("从{}到{}", self.day(span.first), self.day(span.last))
    }

    /// A day; with its year where the term lies in several.
    pub fn day(&self, day: Day) -> String {
        let (_, month, number) = day.ymd();
        format!("{} {month} 月 {number} 日", self.year(day))
    }

    fn month(&self, day: Day) -> String {
        let (_, month, _) = day.ymd();
        format!("{} {month} 月", self.year(day))
    }

    fn year(&self, day: Day) -> String {
        let one = self.plan.term.is_some_and(|term| {
            term.first.year() == term.last.year() && term.first.year() == day.year()
        });
        if one { String::new() } else { format!(" {} 年", day.year()) }
    }
}

/// `个月`, `两个月`, `季度`: what stands behind 每.
fn period_length(count: i32, unit: Unit) -> String {
    let word = match unit {
        Unit::Month => "个月",
        Unit::Quarter => "个季度",
        Unit::Week => "周",
        Unit::HalfYear => "半年",
        Unit::Year => "年",
        Unit::Workday => "个工作日",
        _ => "天",
    };
    if count == 1 {
        return word.to_owned();
    }
    format!("{}{word}", word::several(usize::try_from(count).unwrap_or_default()))
}
