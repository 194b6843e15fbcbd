//! `evaluate`: judges a fact folder as of a day and writes the five tables (vocabulary.md, Output).
//!
//! Rows with errors are left out whole, listed in errors.csv, and give exit code 2; `--strict`
//! refuses instead. A plan or a file that cannot be read at all gives exit code 1 and no output,
//! and so does a folder for the tables that holds something else.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use document::{Fault, ReadOptions};
use facts::schema::registry::ORG;
use facts::{Day, FieldType, Value};
use plan::plan::Plan;

use super::ask::{self, Ready};
use super::verdict_table::{Folder, Instance, assert_own};
use super::{DONE, Inputs, ROWS_LEFT_OUT, day, refuse};

/// Arguments of `evaluate`.
#[derive(clap::Args, Clone, Debug)]
pub struct Evaluate {
    #[command(flatten)]
    inputs: Inputs,
    /// 截至哪一天
    #[arg(long, value_parser = day)]
    as_of: Day,
    /// 按哪一天所知
    #[arg(long, value_parser = day)]
    known: Option<Day>,
    /// 换一种读法，如 条款=读法；可写多次
    #[arg(long)]
    reading: Vec<String>,
    /// 这一级每个组织各发一份（如 市），各算各的；缺省按方案的发文单位
    #[arg(long)]
    issuer_level: Option<String>,
    /// 每个文件最多几行
    #[arg(long, default_value_t = document::folder::ROWS_MAX)]
    rows_max: u64,
    /// 有一行错误就不评判
    #[arg(long)]
    strict: bool,
    /// 写到哪个文件夹；要空的、还没有的，或只有上次写的五张表
    #[arg(long)]
    out: PathBuf,
}

impl Evaluate {
    /// Judges and writes.
    pub fn run(self) -> u8 {
        match self.judged() {
            Ok(code) => code,
            Err(reason) => refuse(reason),
        }
    }

    fn judged(&self) -> Result<u8, String> {
        // Before the work, not after minutes of it.
        assert_own(&self.out).map_err(|fault| fault.to_string())?;
        let options = ReadOptions { rows_max: self.rows_max, ..ReadOptions::default() };
        let ready = ask::read(&self.inputs, &options).map_err(|fault| fault.to_string())?;
        if ready.plan_errors > 0 {
            return Err(format!(
                "方案有 {} 处错误，没有评判；请先用 nuanjia check 改好。",
                ready.plan_errors
            ));
        }
        let question = ask::question(&ready.plan, self.as_of, self.known, &self.reading)?;
        self.warn(&ready)?;
        let begun = Instant::now();
        let mut instances: Vec<Instance> = Vec::new();
        for plan in self.plans(&ready)? {
            let verdicts = duty::evaluate(&plan, &ready.facts.world, &question)
                .map_err(|duty::Trouble::UnknownYear(year)| format!("没有评判：{year}。"))?;
            instances.push((plan, verdicts));
        }
        let judging = begun.elapsed();
        let folder = Folder { dir: &self.out, plan: &ready.plan, world: &ready.facts.world };
        let rows = folder
            .write(&question, &instances, &ready.facts.errors)
            .map_err(|fault: Fault| fault.to_string())?;
        summary(&ready, &rows, judging, begun.elapsed() - judging);
        Ok(if ready.facts.errors.is_empty() { DONE } else { ROWS_LEFT_OUT })
    }

    /// The plan as it is, or once for each organisation of the level asked (plan-language §6.3).
    fn plans(&self, ready: &Ready) -> Result<Vec<Plan>, String> {
        let Some(wanted) = &self.issuer_level else { return Ok(vec![ready.plan.clone()]) };
        let (schema, world) = (&ready.plan.schema, &ready.facts.world);
        let no_level = || format!("没有“{wanted}”这一级；请写级别代码表里的名称，如 市。");
        let org = schema.form_named(ORG).ok_or_else(no_level)?;
        let field = schema.form(org).field_named("level").ok_or_else(no_level)?;
        let FieldType::Code(list) = schema.field(org, field).ty else { return Err(no_level()) };
        let code = schema.code_list(list).code_named(wanted).ok_or_else(no_level)?;
        let issued = |record: &facts::Record| {
            let row = record.known_at(self.known).last()?;
            let mut plan = ready.plan.clone();
            plan.issuer = Some((record.id.to_string(), String::new()));
            (*row.value(field) == Value::Code(code)).then_some(plan)
        };
        let plans: Vec<Plan> = world.table(org).records.iter().filter_map(issued).collect();
        match plans.is_empty() {
            true => Err(format!("事实里没有一个组织是“{wanted}”这一级；请核对 org.csv。")),
            false => Ok(plans),
        }
    }

    /// What stops nothing is said; with `--strict` a bad row stops.
    fn warn(&self, ready: &Ready) -> Result<(), String> {
        for warning in &ready.facts.warnings {
            eprintln!("{}：{}", warning.file, warning.text);
        }
        let count = ready.facts.errors.len();
        for error in ready.facts.errors.iter().take(super::check::ERRORS_SHOWN) {
            eprintln!("{}", super::check::row_error_line(error));
        }
        if count > 0 && self.strict {
            return Err(format!("事实有 {count} 处错误，按 --strict 不评判；请先改好。"));
        }
        Ok(())
    }
}

fn summary(ready: &Ready, rows: &[(&'static str, usize)], judging: Duration, writing: Duration) {
    let read: u64 = ready.facts.rows.values().sum();
    eprintln!("读了 {} 个文件，{read} 行", ready.facts.rows.len());
    for (file, count) in rows {
        eprintln!("{file}: {count}");
    }
    let steps = ready.facts.timings.iter().copied();
    for (step, time) in steps.chain([("评判", judging), ("汇总与写出", writing)]) {
        eprintln!("{step} {} ms", time.as_millis());
    }
}
