//! `evaluate`: judges a fact folder as of a day and writes the five tables (vocabulary.md, Output).
//!
//! Rows with errors are left out whole, listed in errors.csv, and give exit code 2; `--strict`
//! refuses instead. A plan or a file that cannot be read at all gives exit code 1 and no output.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use document::{Fault, ReadOptions};
use facts::Day;

use super::ask::{self, Ready};
use super::verdict_table::Folder;
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
    /// 发文一级（级别代码），缺省按方案
    #[arg(long)]
    issuer_level: Option<String>,
    /// 每个文件最多几行
    #[arg(long, default_value_t = document::folder::ROWS_MAX)]
    rows_max: u64,
    /// 有一行错误就不评判
    #[arg(long)]
    strict: bool,
    /// 写到哪个文件夹
    #[arg(long)]
    out: PathBuf,
}

impl Evaluate {
    /// Judges and writes.
    pub fn run(self) -> u8 {
        if self.issuer_level.is_some() {
            return refuse("--issuer-level 还没有做；请去掉它，按方案自己的发文单位评判。");
        }
        match self.judged() {
            Ok(code) => code,
            Err(reason) => refuse(reason),
        }
    }

    fn judged(&self) -> Result<u8, String> {
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
        let verdicts = duty::evaluate(&ready.plan, &ready.facts.world, &question)
            .map_err(|duty::Trouble::UnknownYear(year)| format!("没有评判：{year}。"))?;
        let judging = begun.elapsed();
        let folder = Folder { dir: &self.out, plan: &ready.plan, world: &ready.facts.world };
        let rows = folder
            .write(&question, &verdicts, &ready.facts.errors)
            .map_err(|fault: Fault| fault.to_string())?;
        summary(&ready, &rows, judging, begun.elapsed() - judging);
        Ok(if ready.facts.errors.is_empty() { DONE } else { ROWS_LEFT_OUT })
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
