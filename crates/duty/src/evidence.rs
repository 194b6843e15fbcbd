//! Evidence: the records that count for an obligation, those that do not and why, what is lacking.
//!
//! Computed for one obligation on demand; a screen or `why` shows it.
//! Read next: `judge.rs`.

use facts::{RecordRef, Value, World};
use plan::plan::{Plan, Rule, Status};

use crate::cache::Cache;
use crate::evaluate::{rules, variant_of};
use crate::membership::collect_aggregates;
use crate::obligation::Case;
use crate::value::compare;
use crate::verdict::{Obligation, Question, value_text};
use crate::view::{Laid, View};

/// What stands behind a verdict.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// Records that count, with the name of the 计 (empty for the unnamed one).
    pub counted: Vec<(RecordRef, String)>,
    /// Records about the subject that do not count, with the reason.
    pub not_counted: Vec<(RecordRef, String)>,
    /// What is lacking, in words.
    pub lacking: Vec<String>,
}

/// The evidence of one obligation.
pub fn evidence(plan: &Plan, world: &World, question: &Question, row: &Obligation) -> Evidence {
    let mut found = evidences(plan, world, question, std::slice::from_ref(row));
    found.pop().unwrap_or_default()
}

/// The evidence of each obligation, in their order.
pub fn evidences(
    plan: &Plan,
    world: &World,
    question: &Question,
    rows: &[Obligation],
) -> Vec<Evidence> {
    Evidences::new(plan, world, question).of(plan, world, rows)
}

/// Evidence asked for again and again, of one question over one plan and world: what was laid out
/// and found for one answer serves the next.
pub struct Evidences {
    question: Question,
    rules: Vec<Vec<Rule>>,
    laid: Laid,
    cache: Cache,
}

impl Evidences {
    /// Lays the facts out for a question.
    pub fn new(plan: &Plan, world: &World, question: &Question) -> Evidences {
        Evidences {
            question: question.clone(),
            rules: rules(plan, question),
            laid: View::new(plan, world, question).rest(),
            cache: Cache::default(),
        }
    }

    /// The evidence of each obligation, in their order; plan and world are those it was laid by.
    pub fn of(&mut self, plan: &Plan, world: &World, rows: &[Obligation]) -> Vec<Evidence> {
        let laid = std::mem::take(&mut self.laid);
        let mut view = View::resume(plan, world, self.question.day, laid);
        view.cache = std::mem::take(&mut self.cache);
        let mut cases: Vec<Case> = Vec::new();
        let mut about = None;
        let found = rows.iter().map(|row| {
            let variants = self.rules.get(row.clause).map_or(&[][..], Vec::as_slice);
            // Rows of one subject mostly stand together.
            if about != Some((row.clause, row.subject)) {
                about = Some((row.clause, row.subject));
                cases.clear();
                if let Some(base) = variants.first() {
                    view.cases_of(base, row.subject, &mut cases);
                }
            }
            let case = cases.iter().find(|case| case.period.span.first == row.period.first);
            let rule = case.and_then(|case| variant_of(plan, row.clause, variants, case));
            match case.zip(rule) {
                Some((case, rule)) => gather(&view, rule, case, row),
                None => Evidence::default(),
            }
        });
        let found = found.collect();
        self.cache = std::mem::take(&mut view.cache);
        self.laid = view.rest();
        found
    }
}

fn gather(view: &View, rule: &Rule, case: &Case, row: &Obligation) -> Evidence {
    let mut found = Evidence::default();
    if row.step.is_some() {
        let steps = view.judge_steps(rule, case);
        let step = steps.into_iter().find(|step| Some(step.step) == row.step);
        found.counted.extend(step.and_then(|step| step.by).map(|by| (by, String::new())));
        return found;
    }
    for count in &rule.counts {
        let mut frame = view.frame(rule, case, view.day);
        frame.trace = Some(Vec::new());
        view.value(&count.value, &mut frame);
        let mut counted = frame.trace.take().unwrap_or_default();
        counted.sort_unstable();
        counted.dedup();
        let mut aggregates = Vec::new();
        collect_aggregates(&count.value, &mut aggregates);
        let near = aggregates.first().filter(|a| a.via.is_some() || a.filter.is_some());
        let candidates = near.map_or_else(Vec::new, |a| view.candidates(a, &mut frame));
        for row in candidates.into_iter().filter(|row| !counted.contains(row)) {
            let inside = view.axis(row).is_none_or(|day| case.period.span.contains(day));
            let reason =
                if inside { "不符合这一条的条件" } else { "不在这段时间内" };
            found.not_counted.push((row, reason.to_string()));
        }
        found.counted.extend(counted.into_iter().map(|row| (row, count.name.clone())));
    }
    found.lacking = lacking(row);
    found
}

/// Targets not reached, in words; of what is not owed nothing is lacking.
fn lacking(row: &Obligation) -> Vec<String> {
    if matches!(row.status, Status::Exempt | Status::Cancelled) {
        return Vec::new();
    }
    let unmet = row.targets.iter().filter_map(|(index, op, target)| {
        let value = row.value.get(*index)?;
        if compare(*op, value, target) {
            return None;
        }
        Some(match (value, value.as_number(), target.as_number()) {
            (Value::Number(_), Some(have), Some(want)) if want > have => {
                format!("还差 {}（已有 {have}，要求 {want}）", want - have)
            }
            _ => format!("现在是 {}，要求 {}", value_text(value), value_text(target)),
        })
    });
    unmet.collect()
}
