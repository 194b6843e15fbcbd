//! The live engine says at every moment what a fresh computation says.
//!
//! The small world is split at random: one part is loaded, the rest comes one by one, in random
//! order, with corrections, late rows, withdrawals, transfers and leave among them. Every so many
//! changes all rows, statuses and counts are held against the reference evaluator on the same
//! facts. Days pass one by one over the whole season.
#![allow(clippy::expect_used, clippy::panic, reason = "a test may fail on the spot")]

use std::collections::BTreeSet;
use std::sync::Arc;

use duty::{Change, Live, Question, StatusChanged};
use facts::schema::{RECORDED_AT, registry};
use facts::{Day, FieldId, FieldType, FormId, RecordRef, Value, Version, World};
use plan::plan::Plan;
use suite::world::filled;

use crate::bench::{PLANS, compiled, later, texts};
use crate::fast::small_world;

/// Changes between two comparisons.
const EVERY: usize = 97;
/// Clauses that must stay followed whatever happens, or the comparison says little.
const FOLLOWED_MIN: usize = 25;
/// Days of the small world's season, with a margin on both sides.
const SEASON: (&str, &str) = ("2012-03-20", "2013-02-10");

/// A small generator: the same numbers on every machine.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound.max(1) as u64) as usize
    }

    fn one_in(&mut self, bound: usize) -> bool {
        self.below(bound) == 0
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

fn change(form: FormId, id: &str, version: &Version) -> Change {
    let values = version.values.iter().enumerate();
    let values = values.map(|(field, value)| (FieldId(field as u16), value.clone()));
    Change {
        form,
        id: id.into(),
        values: values.filter(|(_, value)| !value.is_empty()).collect(),
        known: version.known,
        withdrawn: version.withdrawn,
    }
}

/// A world with only some of its records; the rest as changes.
fn split(
    world: &World,
    dice: &mut Dice,
    kept: impl Fn(FormId, &mut Dice) -> bool,
) -> (World, Vec<Change>) {
    let mut rest = Vec::new();
    let mut start = world.clone();
    for (form, table) in (0u16..).map(FormId).zip(&mut start.tables) {
        for record in &mut table.records {
            if !kept(form, dice) {
                let versions = std::mem::take(&mut record.versions);
                rest.extend(versions.iter().map(|version| change(form, &record.id, version)));
            }
        }
    }
    (start, rest)
}

/// The same row with something else in some of its fields.
fn altered(world: &World, change: &Change, dice: &mut Dice) -> Change {
    let mut other = change.clone();
    for (field, value) in &mut other.values {
        let declared = world.schema.field(change.form, *field);
        if *field == RECORDED_AT || !dice.one_in(2) {
            continue;
        }
        match (&declared.ty, &value) {
            (FieldType::Day, Value::Day(day)) => {
                *value = Value::Day(*day + (dice.below(60) as i32 - 30));
            }
            (FieldType::Bool, Value::Bool(truth)) => *value = Value::Bool(!truth),
            (_, Value::Ref(target)) => *value = Value::Ref(another(world, *target, dice)),
            (_, Value::List(items)) => {
                let items = items.iter().map(|item| match item {
                    Value::Ref(target) => Value::Ref(another(world, *target, dice)),
                    item => item.clone(),
                });
                *value = Value::List(items.collect());
            }
            _ => {}
        }
    }
    other
}

fn another(world: &World, target: RecordRef, dice: &mut Dice) -> RecordRef {
    let index = dice.below(world.table(target.form).records.len()) as u32;
    RecordRef { form: target.form, index }
}

/// Corrections, withdrawals and rows that were never there, mixed among the changes.
fn trouble(world: &World, changes: &mut Vec<Change>, dice: &mut Dice) {
    let mut more = Vec::new();
    for (number, change) in changes.iter().enumerate() {
        if dice.one_in(6)
            && let Some(known) = change.known
        {
            let wrong = Change { known: Some(known + -1), ..altered(world, change, dice) };
            more.push(wrong);
        }
        if dice.one_in(8) {
            let known = Some(day("2013-03-01") + dice.below(9) as i32);
            more.push(Change { known, ..altered(world, change, dice) });
        }
        if dice.one_in(12) {
            let known = Some(day("2013-04-01"));
            more.push(Change { known, withdrawn: true, ..change.clone() });
            if dice.one_in(2) {
                more.push(Change { known: Some(day("2013-05-01")), ..change.clone() });
            }
        }
        if dice.one_in(5) {
            let id = format!("more-{number}");
            more.push(Change { id, ..altered(world, change, dice) });
        }
    }
    changes.extend(more);
    dice.shuffle(changes);
}

/// Holds everything against a fresh computation on the same facts.
fn compare(live: &Live, plan: &Plan, when: &str) {
    let question = Question::as_of(live.day());
    let fresh = duty::evaluate(plan, live.world(), &question).expect("judged");
    let standing = duty::standing(plan, live.world(), &fresh, live.day());
    let orgs = plan.schema.form_named(registry::ORG).expect("organisations");
    let count = live.world().table(orgs).records.len() as u32;
    for (index, clause) in plan.clauses.iter().enumerate() {
        let slow: Vec<_> = fresh.obligations.iter().filter(|row| row.clause == index).collect();
        let fast = live.obligations(index);
        for (fast, slow) in fast.iter().zip(&slow) {
            let key = || slow.key(plan, live.world());
            assert_eq!(fast, *slow, "{when}, {}: {}", live.day(), key());
        }
        assert_eq!(fast.len(), slow.len(), "{when}, {}: {}", live.day(), clause.id);
        if live.follows(index) {
            let mut kept = live.statuses(index);
            kept.sort_by_key(|row| (row.subject, row.period_first));
            assert_eq!(kept.len(), fast.len(), "{when}: {}", clause.id);
            for (kept, row) in kept.iter().zip(&fast) {
                let of = (kept.subject, kept.period_first, kept.after, kept.owner, kept.home);
                let told = (row.subject, row.period.first, Some(row.status), row.owner, row.home);
                assert_eq!(of, told, "{when}, {}: kept for {}", live.day(), clause.id);
            }
        }
        for org in (0..count).map(|index| RecordRef { form: orgs, index }) {
            let mut sum = standing.of(org, index);
            let advice = standing.advice(org, index);
            sum.iter_mut().zip(advice).for_each(|(sum, more)| *sum += more);
            let counts = live.standing(org, index);
            let id = live.world().id(org);
            assert_eq!(counts.all, sum, "{when}, {}: {} {id}", live.day(), clause.id);
        }
    }
}

/// What was announced must lead from the statuses before to those after.
fn replay(known: &mut Vec<StatusChanged>, told: &[StatusChanged], mut now: Vec<StatusChanged>) {
    let key = |row: &StatusChanged| (row.clause, row.subject, row.period_first);
    for row in told {
        let at = known.iter().position(|other| key(other) == key(row));
        assert_eq!(at.and_then(|at| known[at].after), row.before, "{row:?}");
        match at {
            Some(at) => known[at] = row.clone(),
            None => known.push(row.clone()),
        }
    }
    known.retain(|row| row.after.is_some());
    now.sort_by_key(key);
    known.sort_by_key(key);
    let status = |row: &StatusChanged| (key(row), row.after);
    assert!(known.iter().map(status).eq(now.iter().map(status)), "announced and kept differ");
}

/// A live engine with its plan, and changes to come.
struct Story {
    plan: Arc<Plan>,
    live: Live,
    changes: Vec<Change>,
    /// What was announced so far, applied to what was so at the start.
    known: Vec<StatusChanged>,
    /// Clauses that were at some time left to the reference evaluator: theirs is not announced.
    left: BTreeSet<usize>,
}

impl Story {
    fn new(dice: &mut Dice, today: &str, kept: impl Fn(FormId, &mut Dice) -> bool) -> Story {
        let (plan, world) = small_world();
        Story::of((plan, world), dice, day(today), kept)
    }

    fn of(
        (plan, world): (Plan, World),
        dice: &mut Dice,
        today: Day,
        kept: impl Fn(FormId, &mut Dice) -> bool,
    ) -> Story {
        let (start, mut changes) = split(&world, dice, kept);
        trouble(&world, &mut changes, dice);
        let plan = Arc::new(plan);
        let live = Live::new(Arc::clone(&plan), start, today).expect("a calendar");
        compare(&live, &plan, "at the start");
        let known = (0..plan.clauses.len()).flat_map(|clause| live.statuses(clause)).collect();
        let left = (0..plan.clauses.len()).filter(|clause| !live.follows(*clause)).collect();
        Story { plan, live, changes, known, left }
    }

    fn apply(&mut self, batch: &[Change]) -> Vec<StatusChanged> {
        let mut told = Vec::new();
        for change in batch {
            told.extend(self.live.apply(std::slice::from_ref(change)).changed);
            let clauses = 0..self.plan.clauses.len();
            self.left.extend(clauses.filter(|clause| !self.live.follows(*clause)));
        }
        told
    }

    fn check(&mut self, told: &[StatusChanged], when: &str) {
        compare(&self.live, &self.plan, when);
        let followed = |row: &StatusChanged| !self.left.contains(&row.clause);
        self.known.retain(followed);
        let told: Vec<_> = told.iter().filter(|row| followed(row)).cloned().collect();
        let all = (0..self.plan.clauses.len()).filter(|clause| !self.left.contains(clause));
        let now = all.flat_map(|clause| self.live.statuses(clause)).collect();
        replay(&mut self.known, &told, now);
    }
}

/// All but the organisations comes with a chance of one half.
fn half(form: FormId, dice: &mut Dice) -> bool {
    // The vocabulary declares 组织, 组织沿革 and 区划 before anything that is reported.
    form.0 < 4 || dice.one_in(2)
}

#[test]
fn whatever_happens_to_the_facts_of_a_season_every_status_follows() {
    for (seed, today) in [(1, "2012-09-14"), (910_685, "2013-01-31"), (3, "2012-06-30")] {
        let mut dice = Dice(seed);
        let mut story = Story::new(&mut dice, today, half);
        for (number, batch) in story.changes.clone().chunks(EVERY).enumerate() {
            let told = story.apply(batch);
            let when = format!("seed {seed}, after {} changes", number * EVERY + batch.len());
            story.check(&told, &when);
        }
        let followed = story.plan.clauses.len() - story.left.len();
        println!("seed {seed}: {followed} clauses followed to the end");
        assert!(followed >= FOLLOWED_MIN, "too few clauses are repaired: {followed}");
    }
}

#[test]
fn every_other_campaign_is_followed_too() {
    for (name, years) in PLANS.into_iter().skip(1) {
        let paper = compiled(&texts(name));
        let world = later(&filled(&paper.schema, 1), years).world(&paper.schema).expect("rows");
        let mut dice = Dice(41);
        let today = day("2012-10-08").add_months(12 * years);
        let mut story = Story::of((paper.plan, world), &mut dice, today, half);
        let batch = story.changes.len().div_ceil(4).max(1);
        for (number, changes) in story.changes.clone().chunks(batch).enumerate() {
            let told = story.apply(changes);
            story.check(&told, &format!("{name}, batch {number}"));
        }
    }
}

#[test]
fn a_change_alone_is_followed_at_once() {
    let mut dice = Dice(11);
    let mut story = Story::new(&mut dice, "2012-10-08", half);
    for (number, change) in story.changes.clone().iter().take(160).enumerate() {
        let told = story.apply(std::slice::from_ref(change));
        story.check(&told, &format!("change {number}: {change:?}"));
    }
}

#[test]
fn organisations_may_come_and_change_like_everything_else() {
    let mut dice = Dice(21);
    let mut story = Story::new(&mut dice, "2012-09-14", |_, dice| dice.one_in(2));
    for (number, batch) in story.changes.clone().chunks(3 * EVERY).enumerate() {
        let told = story.apply(batch);
        story.check(&told, &format!("batch {number}"));
    }
}

#[test]
fn the_order_in_which_facts_arrive_does_not_matter() {
    let (plan, world) = small_world();
    let plan = Arc::new(plan);
    let mut dice = Dice(31);
    let (start, mut changes) = split(&world, &mut dice, half);
    dice.shuffle(&mut changes);
    let mut live = Live::new(Arc::clone(&plan), start, day("2013-01-31")).expect("a calendar");
    assert_eq!(live.apply(&changes).refused, Vec::new());
    for (came, whole) in live.world().tables.iter().zip(&world.tables) {
        let versions = |table: &facts::Table| -> Vec<Vec<Version>> {
            table.records.iter().map(|record| record.versions.clone()).collect()
        };
        assert_eq!(versions(came), versions(whole));
    }
    compare(&live, &plan, "when all has come");
}

#[test]
fn days_pass_and_every_status_follows() {
    let mut dice = Dice(41);
    let mut story = Story::new(&mut dice, SEASON.0, |_, _| true);
    while story.live.day() < day(SEASON.1) {
        let next = story.live.day() + 1 + dice.below(3) as i32;
        let told = story.live.advance(next);
        story.check(&told, "as days pass");
    }
    // Further than periods were laid out, and back again.
    for far in ["2014-02-03", "2012-07-01"] {
        let told = story.live.advance(day(far));
        story.check(&told, "far away");
    }
}

#[test]
fn days_pass_while_facts_come_in() {
    let mut dice = Dice(51);
    let mut story = Story::new(&mut dice, "2012-05-01", half);
    for (number, batch) in story.changes.clone().chunks(23).enumerate() {
        let mut told = story.apply(batch);
        // Now and then somebody looks back, or a week is skipped.
        let step = if dice.one_in(9) { -20 } else { 1 + dice.below(9) as i32 };
        told.extend(story.live.advance(story.live.day() + step));
        story.check(&told, &format!("batch {number}"));
    }
}

#[test]
fn a_subject_is_asked_about_on_any_day() {
    let mut dice = Dice(61);
    let mut story = Story::new(&mut dice, "2012-09-14", half);
    let changes = story.changes.clone();
    story.live.apply(&changes);
    for asked in ["2012-04-30", "2012-07-02", "2012-12-05", "2014-06-01"].map(day) {
        let question = Question::as_of(asked);
        let fresh = duty::evaluate(&story.plan, story.live.world(), &question).expect("judged");
        for row in fresh.obligations.iter().step_by(5) {
            let rows = story.live.as_of(row.clause, row.subject, asked);
            assert!(rows.contains(row), "{asked}: {}", row.key(&story.plan, story.live.world()));
        }
    }
}
