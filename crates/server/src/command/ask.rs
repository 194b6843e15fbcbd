//! What `evaluate` and `why` share: reading plan and facts, and turning words into a question.
//!
//! Names of readings are those of the plan, in Chinese or by alias.
//! It judges nothing.

use std::sync::Arc;

use document::{Fault, FolderRead, ReadOptions};
use duty::Question;
use facts::Day;
use plan::plan::Plan;

use super::Inputs;
use crate::rehearsal::errors_in;

/// Plan and facts, read.
pub struct Ready {
    /// The plan.
    pub plan: Plan,
    /// The fact folder.
    pub facts: FolderRead,
    /// Errors of the plan's text.
    pub plan_errors: usize,
}

/// Reads both; a plan that holds no clause at all is refused.
pub fn read(inputs: &Inputs, options: &ReadOptions) -> Result<Ready, Fault> {
    let sources = crate::texts::load(&inputs.plan)?;
    let (plan, diagnostics) = plan::compile::compile(&sources);
    if plan.id.is_empty() {
        let remedy = "请写上“方案 id \"题\"”，或先用 nuanjia check 看错在哪里";
        return Err(Fault::new("里面没有方案", &inputs.plan, remedy));
    }
    let schema = Arc::new(plan.schema.clone());
    let facts = document::folder::read_checked(&inputs.facts, schema, options, &|form, row| {
        duty::broken(&plan, form, row)
    })?;
    Ok(Ready { plan, facts, plan_errors: errors_in(&diagnostics) })
}

/// A question, or why it cannot be asked.
pub fn question(
    plan: &Plan,
    day: Day,
    known: Option<Day>,
    readings: &[String],
) -> Result<Question, String> {
    let readings = readings.iter().map(|text| reading(plan, text));
    Ok(Question { day, known, readings: readings.collect::<Result<_, _>>()? })
}

/// `CLAUSE=option` or `CLAUSE/axis=option`, by name or alias.
fn reading(plan: &Plan, text: &str) -> Result<(usize, usize, usize), String> {
    let wrong = |why: String| format!("--reading {text}：{why}；请写成 条款=读法。");
    let Some((place, wanted)) = text.split_once('=') else {
        return Err(wrong("没有等号".into()));
    };
    let (id, axis_name) = match place.split_once('/') {
        Some((id, axis)) => (id, Some(axis)),
        None => (place, None),
    };
    let index = plan.clause_named(id).ok_or_else(|| wrong(format!("没有条款 {id}")))?;
    let axes = plan.clauses[index].axes.iter().enumerate();
    let mut found = axes
        .filter(|(_, axis)| axis_name.is_none_or(|name| axis.label == name || axis.alias == name))
        .filter_map(|(number, axis)| {
            let same =
                |option: &plan::plan::AxisOption| option.label == wanted || option.alias == wanted;
            Some((index, number, axis.options.iter().position(same)?))
        });
    let first = found.next().ok_or_else(|| wrong(format!("{id} 没有读法 {wanted}")))?;
    match found.next() {
        Some(_) => Err(wrong(format!("{id} 有两处 {wanted}，要写 {id}/问题名={wanted}"))),
        None => Ok(first),
    }
}
