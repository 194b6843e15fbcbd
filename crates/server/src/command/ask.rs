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
    let named = |text: &String| {
        let wrong = |why| format!("--reading {text}：{why}；请写成 条款=读法。");
        crate::reading::named(plan, text).map_err(wrong)
    };
    let readings = readings.iter().map(named);
    Ok(Question { day, known, readings: readings.collect::<Result<_, _>>()? })
}
