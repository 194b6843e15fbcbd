//! The fast engine says what the reference evaluator says, row by row, on every day of a season.
//!
//! The small world is asked on every third day and on the days around periods' ends; random worlds
//! come from `suite::world`. Which clauses have no program is written down, so that one that loses
//! its program is noticed.
#![allow(clippy::expect_used, clippy::panic, reason = "a test may fail on the spot")]

use std::path::Path;
use std::sync::Arc;

use document::ReadOptions;
use duty::{Engine, Question, Verdicts};
use facts::{Day, World};
use plan::plan::Plan;

/// Days of the small world's season, with a margin on both sides.
const SEASON: (&str, &str) = ("2012-03-20", "2013-02-10");
/// Every so many days are asked.
const STEP: usize = 3;

fn root(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// The paper and the facts of the small world.
pub fn small_world() -> (Plan, World) {
    let sources = server::texts::load(&root("plans/binzhou-2012-15.md")).expect("the plan");
    let (plan, _) = plan::compile::compile(&sources);
    let schema = Arc::new(plan.schema.clone());
    let facts = root("plans/rehearsal/tiny");
    let read = document::folder::read(&facts, schema, &ReadOptions::default()).expect("facts");
    (plan, read.world)
}

/// The first row in which two verdicts differ, in words.
pub fn difference(plan: &Plan, world: &World, fast: &Verdicts, slow: &Verdicts) -> Option<String> {
    for (one, other) in fast.obligations.iter().zip(&slow.obligations) {
        if one != other {
            return Some(format!("{}\nfast {one:?}\nslow {other:?}", other.key(plan, world)));
        }
    }
    for (one, other) in fast.findings.iter().zip(&slow.findings) {
        if one != other {
            return Some(format!("fast {one:?}\nslow {other:?}"));
        }
    }
    let counts = |v: &Verdicts| (v.obligations.len(), v.findings.len());
    (counts(fast) != counts(slow)).then(|| format!("{:?} {:?}", counts(fast), counts(slow)))
}

#[test]
fn the_small_world_is_judged_alike_on_every_day() {
    let (plan, world) = small_world();
    let engine = Engine::new(&plan, &world).expect("a calendar").expect("a term");
    for (index, clause) in plan.clauses.iter().enumerate() {
        if let Some(why) = engine.refused(index) {
            println!("{} {why}", clause.id);
        }
    }
    let [first, last] = [SEASON.0, SEASON.1].map(|day| Day::parse(day).expect("a day"));
    for day in (first.0..=last.0).step_by(STEP).map(Day) {
        let question = Question::as_of(day);
        let slow = duty::evaluate(&plan, &world, &question).expect("judged");
        let fast = engine.evaluate(&plan, &world, &question).expect("judged");
        if let Some(found) = difference(&plan, &world, &fast, &slow) {
            panic!("{day}: {found}");
        }
    }
}

/// Random worlds held against each other.
const SEEDS: u64 = 20;

#[test]
fn random_worlds_are_judged_alike() {
    let (plan, _) = small_world();
    let schema = Arc::new(plan.schema.clone());
    for seed in 0..SEEDS {
        let world = suite::world::random(seed).world(&schema).expect("rows");
        let engine = Engine::new(&plan, &world).expect("a calendar").expect("a term");
        for day in ["2012-03-29", "2012-04-30", "2012-06-20", "2012-09-30", "2012-12-31"] {
            let question = Question::as_of(Day::parse(day).expect("a day"));
            let slow = duty::evaluate(&plan, &world, &question).expect("judged");
            let fast = engine.evaluate(&plan, &world, &question).expect("judged");
            if let Some(found) = difference(&plan, &world, &fast, &slow) {
                panic!("seed {seed}, {day}: {found}");
            }
        }
    }
}

/// The clauses that ask what holds today, or what lies below an organisation.
const BELOW: [&str; 2] = ["C024", "C080n"];

#[test]
fn what_lies_below_an_organisation_has_a_program_where_none_ever_moved() {
    let (plan, mut world) = small_world();
    let moving = Engine::new(&plan, &world).expect("a calendar").expect("a term");
    let orgs = plan.schema.form_named("org").expect("organisations");
    let records = &mut world.tables[orgs.0 as usize].records;
    records.iter_mut().for_each(|org| org.versions.truncate(1));
    let still = Engine::new(&plan, &world).expect("a calendar").expect("a term");
    for id in BELOW {
        let clause = plan.clauses.iter().position(|clause| clause.id == id).expect("a clause");
        assert!(moving.refused(clause).is_some(), "{id}");
        assert_eq!(still.refused(clause), None, "{id}");
    }
    let [first, last] = [SEASON.0, SEASON.1].map(|day| Day::parse(day).expect("a day"));
    for day in (first.0..=last.0).step_by(STEP * STEP).map(Day) {
        let question = Question::as_of(day);
        let slow = duty::evaluate(&plan, &world, &question).expect("judged");
        let fast = still.evaluate(&plan, &world, &question).expect("judged");
        if let Some(found) = difference(&plan, &world, &fast, &slow) {
            panic!("{day}: {found}");
        }
    }
}
