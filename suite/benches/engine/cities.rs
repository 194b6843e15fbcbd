//! Many cities in one process: each is played, laid out and dropped, and its engine is kept.
//!
//! A nation is 340 prefectures that have nothing in common but the paper, so each has a world and
//! an engine of its own. Its season goes through a fact folder, the way real facts come. Cities
//! differ by seed; they stand on the one registry there is.
//! Read next: `narrow.rs`, for the same facts as bare columns.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use document::ReadOptions;
use duty::Engine;
use facts::World;
use plan::plan::Plan;
use server::rehearse::base::Base;
use server::rehearse::rows::Season;
use server::rehearse::scale::Scale;
use server::rehearse::{season, write};

use super::checks::Checks;
use super::clock::{Stopwatch, resident};
use super::narrow::Narrow;
use super::{Wanted, clauses, engine, project, time};

/// Seeds of neighbouring cities lie so far apart.
const SEED_STEP: u64 = 1_000_003;

/// Plays all cities, keeps their engines, judges them.
pub fn nation(wanted: &Wanted) -> Result<(), String> {
    let plan = clauses::narrowed(clauses::plan(&project("plans/binzhou-2012-15.md"))?);
    let schema = Arc::new(plan.schema.clone());
    let base = Base::read(&project("plans/base/binzhou"), &schema);
    let scale = Scale::city();
    let base = base.map_err(|fault| fault.to_string())?.cut(&scale);
    let mut export = wanted.export.as_deref().map(Narrow::create).transpose()?;
    let mut checks = Checks::default();
    let mut engines: Vec<Engine> = Vec::new();
    let (mut rows, mut bytes) = (0u64, 0usize);
    let all = Stopwatch::start();
    for city in 0..wanted.cities {
        let seed = wanted.seed.wrapping_add(city as u64 * SEED_STEP);
        let played = season(seed, &base, &scale).map_err(|year| year.to_string())?;
        if let Some(narrow) = &mut export {
            narrow.take(&base, &played)?;
        }
        let (world, taken) = world(&plan, &base, &played)?;
        rows += taken;
        let laying = Stopwatch::start();
        let engine = engine(&plan, &world)?;
        bytes += engine.bytes();
        eprintln!("city {} rows {taken} lay_out {laying} so far {all}", city + 1);
        for day in wanted.checks.iter().flat_map(|_| &wanted.days) {
            checks.take(&plan, &world, &engine, *day, city as u64)?;
        }
        // A copy taken once the world is gone fills the holes it leaves; the engine itself was laid
        // out on top of the world and would keep that room from being given back.
        let kept = engine.clone();
        drop((world, engine));
        engines.push(kept);
    }
    if let Some(narrow) = export {
        narrow.finish()?;
    }
    println!("cities {} rows {rows} bytes {bytes} made in {all}", wanted.cities);
    println!("resident {} MB", resident() >> 20);
    for day in &wanted.days {
        time(&plan, &engines, *day, wanted.repeat);
    }
    match &wanted.checks {
        Some(path) => checks.write(Some(path)),
        None => Ok(()),
    }
}

/// A season as a world, by way of a fact folder.
fn world(plan: &Plan, base: &Base, played: &Season) -> Result<(World, u64), String> {
    let dir = Folder(std::env::temp_dir().join(format!("nuanjia-bench-{}", std::process::id())));
    write::write(played, base, "", dir.path()?).map_err(|fault| fault.to_string())?;
    let schema = Arc::new(plan.schema.clone());
    let read = document::folder::read(&dir.0, schema, &ReadOptions::default());
    let read = read.map_err(|fault| fault.to_string())?;
    if let Some(error) = read.errors.first() {
        return Err(format!("{}:{} {}", error.file, error.line, error.message));
    }
    Ok((read.world, read.rows.values().sum()))
}

/// A folder that goes when it is no longer needed.
struct Folder(PathBuf);

impl Folder {
    fn path(&self) -> Result<&Path, String> {
        std::fs::create_dir_all(&self.0).map_err(|error| error.to_string())?;
        Ok(&self.0)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed from the temporary folder does no harm there.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
