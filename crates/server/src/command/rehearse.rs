//! `rehearse`: writes a made-up season as a fact folder.
//!
//! One city goes straight into the folder; a province or a nation gets a folder per city, written
//! one after the other so that only one season is in memory. A folder that holds something is
//! refused. Nothing here reads or makes a real person.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use super::{DONE, PLAN, refuse};
use crate::rehearse::base::Base;
use crate::rehearse::scale::Size;
use crate::rehearse::{season, write};

/// The registry played on when none is named, relative to the project.
const BASE: &str = "plans/base/binzhou";

/// Arguments of `rehearse`.
#[derive(clap::Args, Clone, Debug)]
pub struct Rehearse {
    /// 种子：同一个数得到同一份演练
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// 多大：tiny、city、province（17 个市，约 1.8 GB）、nation（340 个市，约 36 GB）
    #[arg(long, default_value = "tiny", value_parser = size)]
    size: Size,
    /// 底册：组织、区划、工作日
    #[arg(long, default_value = BASE)]
    base: PathBuf,
    /// 方案文件，它声明有哪些表单
    #[arg(long, default_value = PLAN)]
    plan: PathBuf,
    /// 写到哪个文件夹；要空的或还没有的
    #[arg(long)]
    out: PathBuf,
}

fn size(text: &str) -> Result<Size, String> {
    Size::parse(text).ok_or_else(|| "只有 tiny、city、province、nation 四种大小".to_owned())
}

impl Rehearse {
    /// Plays and writes.
    pub fn run(self) -> u8 {
        match self.written() {
            Ok(()) => DONE,
            Err(reason) => refuse(reason),
        }
    }

    fn written(&self) -> Result<(), String> {
        let begun = Instant::now();
        write::assert_free(&self.out).map_err(|fault| fault.to_string())?;
        let sources = crate::texts::load(&self.plan).map_err(|fault| fault.to_string())?;
        let (plan, _) = plan::compile::compile(&sources);
        let whole =
            Base::read(&self.base, &Arc::new(plan.schema)).map_err(|fault| fault.to_string())?;
        let scale = self.size.scale();
        let base = whole.cut(&scale);
        let cities = self.size.cities();
        for city in 0..cities {
            let seed = self.seed.wrapping_add(city as u64 * 1_000_003);
            let started = Instant::now();
            let played =
                season(seed, &base, &scale).map_err(|year| format!("没有演练：{year}。"))?;
            let (dir, prefix) = match cities {
                1 => (self.out.clone(), String::new()),
                _ => (self.out.join(format!("city-{:03}", city + 1)), prefix(city)),
            };
            let playing = started.elapsed();
            write::write(&played, &base, &prefix, &dir).map_err(|fault| fault.to_string())?;
            eprintln!(
                "{}/{cities} {}：走访 {} 行，日记 {} 行；编 {} ms，写 {} ms，共 {} s",
                city + 1,
                dir.display(),
                played.visits.len(),
                played.diaries.len(),
                playing.as_millis(),
                (started.elapsed() - playing).as_millis(),
                begun.elapsed().as_secs()
            );
        }
        eprintln!("演练数据，不是真人；种子 {}", self.seed);
        Ok(())
    }
}

/// The first city is the base itself; the others are clones whose ids begin with their number.
fn prefix(city: usize) -> String {
    if city == 0 { String::new() } else { format!("c{:03}-", city + 1) }
}
