//! A rule as plain sentences: who, when, what is to be done, what counts, how often, until which
//! day, who need not.
//!
//! Made from the typed plan alone, for people who have never seen the plan language. Where a piece
//! cannot be said, the plan's own words stand in its place. 耗 and 提前 are not said: they oblige
//! nobody. It judges nothing.
//! Read next: `sentence/measure.rs` for what is counted, `sentence/value.rs` for expressions.

mod amount;
mod group;
mod measure;
mod value;
mod when;
mod word;

use plan::expr::{Builtin, CompareOp, Expr, ExprKind};
use plan::plan::{Clause, Credit, Newcomer, Plan, Rollup, Rule, RuleKind, Subject, When};
use plan::source::Sources;

use value::Speaker;
pub use word::group_word;

/// What a record of a form is called on screen.
pub fn form_noun(alias: &str, label: &str) -> String {
    word::form_words(alias, label).noun
}

/// The rule of a clause in sentences; none for one that asks nothing.
pub fn sentences(plan: &Plan, sources: &Sources, clause: &Clause, rule: &Rule) -> Vec<String> {
    let mut speaker = Speaker::new(plan, sources, rule);
    let mut said = vec![speaker.main(clause, rule)];
    said.extend(speaker.remarks(clause, rule));
    said.retain(|sentence| !sentence.is_empty());
    said
}

impl Speaker<'_> {
    fn main(&mut self, clause: &Clause, rule: &Rule) -> String {
        let who = self.who(rule);
        if clause.kind == RuleKind::Flow {
            return self.flow(rule, &who);
        }
        let must = match &rule.must {
            Some(test) => self.must(rule, &test.condition),
            None => self.shown(rule),
        };
        let when = self.when(rule);
        if when.is_empty() {
            return format!("{who}，{must}。");
        }
        // “每个月下基层”: what recurs is said in one breath.
        let apart = if when.contains('每') { "" } else { "，" };
        format!("{who}，{when}{apart}{must}。")
    }

    /// Steps of a flow, numbered.
    fn flow(&mut self, rule: &Rule, who: &str) -> String {
        let mut steps = Vec::new();
        for (index, step) in rule.steps.iter().enumerate() {
            let record = self.form_words(step.form).noun;
            let start = step.after.and_then(|after| rule.steps.get(after));
            let start = start.map_or_else(String::new, |step| format!("“{}”之后 ", step.label));
            let due = step.due.as_ref();
            let due = due.map(|(amount, unit)| self.length(amount, *unit));
            let due = due.map_or_else(|| start.clone(), |due| format!("{start}{due}内"));
            let must = step
                .must
                .as_ref()
                .map(|must| self.inside(1, step.form, |speaker| speaker.value(must)));
            let must = must.map_or_else(String::new, |must| format!("，而且{must}"));
            steps.push(format!("第 {} 步“{}”，{due}要有{record}{must}", index + 1, step.label));
        }
        format!("{who}，按 {} 步办：{}。", rule.steps.len(), steps.join("；"))
    }

    /// Everything beside the main sentence, a sentence each.
    fn remarks(&mut self, clause: &Clause, rule: &Rule) -> Vec<String> {
        let mut said = Vec::new();
        if let Some(bearer) = &rule.borne_by {
            said.push(format!("由{}来做。", self.bearer(bearer)));
        }
        said.extend(self.only(rule));
        said.extend(self.due(rule));
        if let Some(When::Windows { onward: true, .. }) = &rule.when {
            said.push("到期以后照此继续。".to_owned());
        }
        if let Some(target) = &rule.target {
            said.push(self.best_before(target));
        }
        if let Some(exempt) = &rule.exempt {
            said.push(self.exempt(exempt, rule));
        }
        said.extend(self.lateness(clause, rule));
        said.extend(self.newcomers(rule));
        said.extend(self.credit(rule));
        said.extend(self.above(rule));
        for (test, text) in &rule.warns {
            let condition = self.warning(rule, &test.condition);
            said.push(format!("{condition}的，提醒一声：{text}。"));
        }
        said
    }

    /// 须 no row: what a 查验 counts.
    fn shown(&mut self, rule: &Rule) -> String {
        let counted: Vec<String> =
            rule.counts.iter().map(|count| self.figure(&count.value)).collect();
        let counted = counted.join("、");
        if rule.show {
            format!("数一数{counted}，只看不评")
        } else {
            format!("看一看{counted}")
        }
    }

    fn exempt(&mut self, exempt: &Expr, rule: &Rule) -> String {
        let this = self.this_period(rule);
        if let ExprKind::Compare(op, left, right) = &exempt.kind
            && let ExprKind::Call(Builtin::OnDuty, _) = &left.kind
        {
            let op = match op {
                CompareOp::Less => "不满",
                CompareOp::LessOrEqual => "不超过",
                other => value::number_op(*other).trim_end(),
            };
            let days = self.value(right);
            let then = this.replace("这个", "当").replace("这一", "当");
            return format!("{then}在岗{op} {days}的，{this}免。");
        }
        format!("{}的，{this}免。", self.value(exempt))
    }

    fn lateness(&self, clause: &Clause, rule: &Rule) -> Option<String> {
        let flow = clause.kind == RuleKind::Flow;
        if let Some(extend) = &rule.extend {
            let noun = self.form_words(extend.form).noun;
            return Some(format!("有{noun}的，按新定的日期算。"));
        }
        (rule.late_ok && !flow).then(|| "过了日期还可以补，补的算“有迟”。".to_owned())
    }

    fn newcomers(&self, rule: &Rule) -> Option<String> {
        match rule.newcomer {
            Newcomer::AsUsual => None,
            Newcomer::Prorated => Some("中途新到的，按在岗的月数折算。".to_owned()),
            Newcomer::Exempt => Some("新到的，头一期免。".to_owned()),
        }
    }

    fn credit(&self, rule: &Rule) -> Option<String> {
        if rule.credit == Credit::LeadOnly {
            return Some("几个人一起做的，只记给主办的那一位。".to_owned());
        }
        let shared = rule.counts.iter().any(|count| self.is_shared(&count.value));
        let each = matches!(&rule.subject, Subject::Who(set) if self.is_person(set));
        (shared && each).then(|| "几个人一起做的，每人都记。".to_owned())
    }

    /// 汇 and 配额.
    fn above(&self, rule: &Rule) -> Option<String> {
        let quota = rule.quota.and_then(|(set, table)| {
            let set = &self.plan.sets.get(set)?.label;
            let table = &self.plan.params.get(table)?.label;
            Some(format!("总数按“{table}”分到各{set}单位。"))
        });
        quota.or_else(|| match rule.rollup? {
            Rollup::Count => None,
            Rollup::Sum => Some("上级的数是下级加起来的。".to_owned()),
            Rollup::Share => Some("上级的比例，把下级的合在一起再算。".to_owned()),
        })
    }
}

#[cfg(test)]
mod tests;
