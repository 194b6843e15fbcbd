//! Every plan of the folder, and a rehearsed place, are judged alike by the fast engine.
//!
//! Law 1 of plan-language §8 for campaigns other than the paper of 2012: random worlds with rows in
//! every form of the plan at hand, moved to its year, and for the paper a season as the rehearsal
//! plays it, with three counties. Equal means equal in every column. So that equality is not that
//! of empty lists, every clause that owes must be met by somebody and missed by somebody.
//! Read next: `fast.rs` for the paper, `suite/src/world/filled.rs`.
#![allow(clippy::expect_used, clippy::panic, reason = "a test may fail on the spot")]

use std::collections::BTreeSet;
use std::sync::Arc;

use document::ReadOptions;
use duty::{Engine, Question, Verdicts};
use facts::World;
use plan::plan::{Plan, Status};
use plan::tree::RuleKind;
use server::rehearse::base::Base;
use server::rehearse::scale::Scale;
use server::rehearse::{season, write};
use suite::world::filled;

use crate::bench::{PLANS, compiled, day, later, paper, texts};
use crate::fast::difference;

/// Random worlds of each plan.
const SEEDS: std::ops::Range<u64> = 0..6;
/// Days asked, of the season before it is moved to the plan's year.
const DAYS: [&str; 4] = ["2012-03-31", "2012-07-02", "2012-10-08", "2013-01-20"];

/// What the fast engine says on a day, when the reference evaluator says the same.
fn agreed(plan: &Plan, world: &World, engine: &Engine, question: &Question) -> Verdicts {
    let slow = duty::evaluate(plan, world, question).expect("judged");
    let fast = engine.evaluate(plan, world, question).expect("judged");
    if let Some(found) = difference(plan, world, &fast, &slow) {
        panic!("{} {}: {found}", plan.id, question.day);
    }
    fast
}

#[test]
fn every_other_campaign_is_judged_alike_and_is_both_met_and_missed() {
    for (name, years) in PLANS.into_iter().skip(1) {
        let paper = compiled(&texts(name));
        let mut seen: BTreeSet<(usize, bool)> = BTreeSet::new();
        for seed in SEEDS {
            let rows = later(&filled(&paper.schema, seed), years);
            let world = rows.world(&paper.schema).expect("rows");
            let engine = Engine::new(&paper.plan, &world).expect("a calendar").expect("a term");
            for text in DAYS {
                let question = Question::as_of(day(text).add_months(12 * years));
                let verdicts = agreed(&paper.plan, &world, &engine, &question);
                let rows = verdicts.obligations.iter();
                seen.extend(rows.filter_map(|row| Some((row.clause, met(row.status)?))));
            }
        }
        for (index, clause) in paper.plan.clauses.iter().enumerate() {
            let owes = matches!(clause.kind, RuleKind::Duty | RuleKind::Flow);
            for met in [true, false].into_iter().filter(|_| owes) {
                assert!(seen.contains(&(index, met)), "{name} {}: never {met}", clause.id);
            }
        }
    }
}

/// Whether a status says that the duty was met or that it was not; the others say neither.
fn met(status: Status) -> Option<bool> {
    match status {
        Status::Met => Some(true),
        Status::Missing | Status::Late => Some(false),
        _ => None,
    }
}

#[test]
fn a_rehearsed_place_with_three_counties_is_judged_alike() {
    let paper = paper();
    let scale = Scale::small();
    let base = Base::read(&suite::root().join("plans/base/binzhou"), &paper.schema);
    let base = base.expect("the base").cut(&scale);
    let played = season(1, &base, &scale).expect("workdays");
    let dir = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("three-counties");
    // Of a run that was broken off.
    let _ = std::fs::remove_dir_all(&dir);
    write::write(&played, &base, "", &dir).expect("written");
    let schema = Arc::clone(&paper.schema);
    let read = document::folder::read(&dir, schema, &ReadOptions::default()).expect("facts");
    std::fs::remove_dir_all(&dir).expect("removed");
    assert!(read.errors.is_empty(), "{:?}", read.errors);
    let engine = Engine::new(&paper.plan, &read.world).expect("a calendar").expect("a term");
    for text in ["2012-09-18", "2012-12-31"] {
        let verdicts = agreed(&paper.plan, &read.world, &engine, &Question::as_of(day(text)));
        let count =
            |wanted| verdicts.obligations.iter().filter(|row| met(row.status) == wanted).count();
        assert!(count(Some(true)) > 1000 && count(Some(false)) > 20, "{text}");
    }
}
