//! `why`: what stands behind one verdict, in plain words.
//!
//! It prints open fields only; names and free text are sealed and not in the world.
//! Read next: `duty::evidence`.

use std::fmt::Write;

use document::ReadOptions;
use duty::{Obligation, Question};
use facts::{Day, World};
use plan::plan::Plan;

use super::ask::{self, Ready};
use super::{DONE, Inputs, REHEARSAL_DAY, day, refuse, say};
use crate::org_tree::OrgTree;
use crate::words;

/// Arguments of `why`.
#[derive(clap::Args, Clone, Debug)]
pub struct Why {
    /// 条款编号；流程的一步写作 条款/步名
    clause: String,
    /// 对象的编号
    subject: String,
    #[command(flatten)]
    inputs: Inputs,
    /// 截至哪一天
    #[arg(long, default_value = REHEARSAL_DAY, value_parser = day)]
    as_of: Day,
    /// 按哪一天所知
    #[arg(long, value_parser = day)]
    known: Option<Day>,
    /// 期间里的一天；缺省各期都列
    #[arg(long, value_parser = day)]
    period: Option<Day>,
    /// 换一种读法，如 条款=读法；可写多次
    #[arg(long)]
    reading: Vec<String>,
}

impl Why {
    /// Prints the why-tree.
    pub fn run(self) -> u8 {
        match self.answer() {
            Ok(text) => {
                say(text.trim_end());
                DONE
            }
            Err(reason) => refuse(reason),
        }
    }

    /// The why-tree as text.
    pub fn answer(&self) -> Result<String, String> {
        let ready = ask::read(&self.inputs, &ReadOptions::default());
        let Ready { plan, facts, .. } = ready.map_err(|fault| fault.to_string())?;
        let world = facts.world;
        let question = ask::question(&plan, self.as_of, self.known, &self.reading)?;
        let (id, _) = self.clause.split_once('/').unwrap_or((&self.clause, ""));
        if plan.clause_named(id).is_none() {
            return Err(format!("方案里没有条款 {id}；请核对编号。"));
        }
        let verdicts = duty::evaluate(&plan, &world, &question)
            .map_err(|duty::Trouble::UnknownYear(year)| format!("没有评判：{year}。"))?;
        let rows = verdicts.obligations.iter().filter(|row| self.asks(&plan, &world, id, row));
        let tree = OrgTree::on(&world, self.as_of);
        let mut text = String::new();
        for row in rows {
            text.push_str(&why(&plan, &world, &tree, &question, row));
        }
        if text.is_empty() {
            return Err(format!(
                "{} 对 {} 在 {} 没有任务；请核对对象编号、期间和日期。",
                self.clause, self.subject, self.as_of
            ));
        }
        Ok(text)
    }

    fn asks(&self, plan: &Plan, world: &World, id: &str, row: &Obligation) -> bool {
        let clause = plan.clauses.get(row.clause).is_some_and(|clause| clause.id == id);
        let step = !self.clause.contains('/') || row.clause_text(plan) == self.clause;
        let period = self.period.is_none_or(|day| row.period.contains(day));
        clause && step && period && world.id(row.subject) == self.subject
    }
}

/// One obligation: its state, then the records.
fn why(
    plan: &Plan,
    world: &World,
    tree: &OrgTree,
    question: &Question,
    row: &Obligation,
) -> String {
    let found = duty::evidence(plan, world, question, row);
    let mut text = heading(plan, world, tree, row);
    for (title, records) in [("算数", &found.counted), ("不算", &found.not_counted)] {
        if !records.is_empty() {
            push(&mut text, format_args!("  {title} {} 条", records.len()));
        }
        for (record, remark) in records {
            let day = words::day_of(world, *record).map(|day| day.to_string()).unwrap_or_default();
            let (form, id) = (&world.schema.form(record.form).label, world.id(*record));
            let shown = words::record_text(world, tree, *record);
            let remark = if remark.is_empty() { String::new() } else { format!("〔{remark}〕") };
            push(&mut text, format_args!("    {day} {form} {id} {shown}{remark}"));
        }
    }
    for lacking in &found.lacking {
        push(&mut text, format_args!("  {lacking}"));
    }
    text
}

fn heading(plan: &Plan, world: &World, tree: &OrgTree, row: &Obligation) -> String {
    let clause = &plan.clauses[row.clause];
    let late = row.days_late.map(|days| format!("，迟 {days} 天")).unwrap_or_default();
    let mut text = String::new();
    push(&mut text, format_args!("{} {}", row.clause_text(plan), clause.title));
    let name = words::record_name(world, tree, row.subject);
    push(&mut text, format_args!("  对象 {name}，期间 {}，限期 {}", row.period, row.due));
    let (value, target) = (row.value_text(plan), row.target_text(plan));
    let status = row.status.label();
    push(&mut text, format_args!("  {status}{late}：现在 {value}，要求 {target}"));
    text
}

fn push(text: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{line}");
}
