//! Evaluation of a whole plan: every clause, every case, judged as of (D, K).
//!
//! For each clause the rule under the chosen readings is taken, its cases found and judged; an
//! amendment replaces whole fields for the obligations it applies to (§6.12).
//! Read next: `obligation.rs`, `judge.rs`, `flow.rs`.

use facts::World;
use plan::plan::{Applies, Clause, Plan, Rule, RuleKind};

use crate::judge::Judgement;
use crate::obligation::Case;
use crate::verdict::{Finding, FindingKind, Obligation, Question, Trouble, Verdicts};
use crate::view::View;

/// Judges everything a plan owes in a world.
pub fn evaluate(plan: &Plan, world: &World, question: &Question) -> Result<Verdicts, Trouble> {
    evaluate_some(plan, world, question, |_| true)
}

/// Judges one clause alone; its rows are the same as in the whole.
pub fn evaluate_clause(
    plan: &Plan,
    world: &World,
    question: &Question,
    clause: usize,
) -> Result<Verdicts, Trouble> {
    evaluate_some(plan, world, question, |index| index == clause)
}

fn evaluate_some(
    plan: &Plan,
    world: &World,
    question: &Question,
    wanted: impl Fn(usize) -> bool,
) -> Result<Verdicts, Trouble> {
    let rules = rules(plan, question);
    let view = View::new(plan, world, question);
    let mut verdicts = Verdicts::default();
    for (clause, variants) in rules.iter().enumerate() {
        if wanted(clause) && !variants.is_empty() {
            judge_clause(&view, clause, variants, &mut verdicts);
        }
    }
    match view.trouble() {
        Some(trouble) => Err(trouble),
        None => Ok(verdicts),
    }
}

/// Per clause the rule before any amendment, then after each.
/// All are made before the view, whose indexes go by their addresses.
pub fn rules(plan: &Plan, question: &Question) -> Vec<Vec<Rule>> {
    let clauses = plan.clauses.iter().enumerate();
    clauses.map(|(index, clause)| variants(plan, index, clause, question)).collect()
}

fn variants(plan: &Plan, index: usize, clause: &Clause, question: &Question) -> Vec<Rule> {
    let chosen = question.readings.iter().filter(|(clause, ..)| *clause == index);
    let chosen: Vec<(usize, usize)> = chosen.map(|&(_, axis, option)| (axis, option)).collect();
    let Some(base) = clause.rule_under(&chosen) else { return Vec::new() };
    let mut rules = vec![base];
    for amendment in plan.amendments.iter().filter(|a| a.clause == index) {
        if let Some(mut next) = rules.last().cloned() {
            next.apply(&amendment.change);
            rules.push(next);
        }
    }
    rules
}

/// The variant that holds for a case: the last whose amendment applies to it.
pub fn variant_of<'r>(
    plan: &Plan,
    clause: usize,
    rules: &'r [Rule],
    case: &Case,
) -> Option<&'r Rule> {
    let amendments = plan.amendments.iter().filter(|a| a.clause == clause);
    let applies = amendments.map(|amendment| match amendment.applies {
        Applies::NotStarted => case.period.span.first >= amendment.day,
        Applies::NotYetDue => case.due >= amendment.day,
        Applies::All => true,
    });
    let count = applies.take_while(|applies| *applies).count();
    rules.get(count).or(rules.first())
}

pub(crate) fn judge_clause(view: &View, clause: usize, rules: &[Rule], verdicts: &mut Verdicts) {
    let plan = view.plan;
    let Some(kind) = plan.clauses.get(clause).map(|clause| clause.kind) else { return };
    let Some(base) = rules.first() else { return };
    for case in view.cases(base) {
        let Some(rule) = variant_of(plan, clause, rules, &case) else { continue };
        match kind {
            RuleKind::Duty => {
                let judgement = view.judge(rule, &case);
                findings(view, clause, rule, &case, &judgement.value, verdicts);
                verdicts.obligations.push(obligation(view, clause, None, rule, &case, judgement));
            }
            RuleKind::Flow => {
                for step in view.judge_steps(rule, &case) {
                    let judged = step.judgement;
                    let row = obligation(view, clause, Some(step.step), rule, &case, judged);
                    verdicts.obligations.push(row);
                }
            }
            RuleKind::Check => {
                let value = view.counts(rule, &case, view.day);
                findings(view, clause, rule, &case, &value, verdicts);
            }
            RuleKind::Statement => {}
        }
    }
}

fn obligation(
    view: &View,
    clause: usize,
    step: Option<usize>,
    rule: &Rule,
    case: &Case,
    judgement: Judgement,
) -> Obligation {
    let owner = view.owner(rule, case);
    let mut period = case.period.span;
    if step.is_some() || (rule.when.is_none() && view.axis(case.element.record).is_some()) {
        period.last = judgement.due.max(period.first);
    }
    Obligation {
        clause,
        step,
        subject: case.element.record,
        period,
        due: judgement.due,
        value: judgement.value,
        targets: judgement.targets,
        status: judgement.status,
        days_late: judgement.days_late,
        flags: judgement.flags,
        owner,
        home: view.home(owner, case, period.last),
        origin: rule.origin,
    }
}

/// 警 that is true, and 示.
fn findings(
    view: &View,
    clause: usize,
    rule: &Rule,
    case: &Case,
    value: &[facts::Value],
    verdicts: &mut Verdicts,
) {
    let period_start = case.period.span.first;
    if view.day < period_start {
        return;
    }
    let subject = case.element.record;
    let finding = |kind, text: String| Finding {
        clause,
        subject,
        period_start,
        kind,
        value: value.to_vec(),
        text,
    };
    if rule.show {
        verdicts.findings.push(finding(FindingKind::Show, String::new()));
    }
    for (test, text) in &rule.warns {
        let mut frame = view.frame(rule, case, view.day);
        frame.counts = value.to_vec();
        let empty = value.iter().any(facts::Value::is_empty);
        if !empty && view.truth(&test.condition, &mut frame) {
            verdicts.findings.push(finding(FindingKind::Warn, text.clone()));
        }
    }
}
