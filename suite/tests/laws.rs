//! Laws of the engine (plan-language §8) over random worlds.
//!
//! Each law is checked for a row of seeds; a seed that once failed stays as a named case of its
//! own. What a plan means is not asked here, only what must hold whatever it means; the meaning is
//! the SQL judge's (`oracle.rs`). Read next: `bench.rs`, then `suite/src/world.rs`.

mod cases;
mod hostile;
mod meaning;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use facts::{Day, FormId, RecordRef, Schema, World};
use plan::plan::{Origin, Status};
use suite::draw::Draw;
use suite::world::{Row, Rows, random, shielded};

use crate::bench::{PLANS, Paper, asked, compiled, day, differing, later, lines, paper, texts};

/// Seeds of each law.
const SEEDS: std::ops::Range<u64> = 100..120;

/// A question of a seed, in turn: before, within, at a limit, after; often with earlier knowledge.
fn question(seed: u64) -> (Day, Option<Day>) {
    let days = ["2012-03-29", "2012-04-30", "2012-07-06", "2012-10-01", "2012-12-31", "2013-01-31"];
    let asked = day(days[(seed % 6) as usize]);
    (asked, (seed % 4 > 1).then(|| asked + -((seed % 5) as i32) * 8))
}

#[test]
fn random_worlds_are_accepted_row_by_row_and_show_every_status() {
    let Paper { plan, schema } = paper();
    let mut seen = BTreeSet::new();
    for seed in SEEDS {
        let world = random(seed).world(&schema).unwrap();
        let (day, known) = question(seed);
        for row in duty::evaluate(&plan, &world, &asked(day, known)).unwrap().obligations {
            seen.insert(row.status.word());
        }
    }
    assert_eq!(seen.len(), Status::ALL.len(), "{seen:?}");
}

/// Another order of arrival. Versions of one record keep theirs: a folder that amends a record
/// before it has it is refused (E1040).
fn shuffle(rows: &mut Rows, draw: &mut Draw) {
    draw.shuffle(&mut rows.0);
    let mut places: BTreeMap<(&str, String), Vec<usize>> = BTreeMap::new();
    for (place, row) in rows.0.iter().enumerate() {
        places.entry((row.form, row.id.clone())).or_default().push(place);
    }
    for places in places.into_values() {
        let mut versions: Vec<Row> = places.iter().map(|place| rows.0[*place].clone()).collect();
        versions.sort_by_key(|row| row.known);
        places.into_iter().zip(versions).for_each(|(place, row)| rows.0[place] = row);
    }
}

/// Rows in another order give the same verdicts, for every plan.
fn check_order(paper: &Paper, seed: u64, years: i32) {
    let mut rows = later(&random(seed), years);
    let (day, known) = question(seed);
    let move_day = |day: Day| day.add_months(12 * years);
    let asked = asked(move_day(day), known.map(move_day));
    let first = lines(&paper.plan, &rows.world(&paper.schema).unwrap(), &asked);
    shuffle(&mut rows, &mut Draw::new(seed));
    let second = lines(&paper.plan, &rows.world(&paper.schema).unwrap(), &asked);
    assert!(first == second, "seed {seed}: {:#?}", differing(&first, &second));
}

#[test]
fn the_order_in_which_records_arrive_does_not_matter() {
    let paper = paper();
    SEEDS.for_each(|seed| check_order(&paper, seed, 0));
}

#[test]
fn the_order_of_arrival_does_not_matter_to_any_other_campaign() {
    for (name, years) in PLANS.into_iter().skip(1) {
        let paper = compiled(&texts(name));
        (100..104).for_each(|seed| check_order(&paper, seed, years));
    }
}

/// What of the rows counts as of (D, K); the others stay as withdrawn ids, so that references to
/// them are still references to something that is not there.
fn cut(rows: &Rows, schema: &Schema, day: Day, known: Option<Day>) -> Rows {
    let mut last: BTreeMap<(&str, &str, &str), &Row> = BTreeMap::new();
    let mut ids: BTreeMap<(&str, &str), Row> = BTreeMap::new();
    for row in &rows.0 {
        let form = schema.form(schema.form_named(row.form).unwrap());
        let segment = form.versioned.map_or("", |field| &form.fields[field.0 as usize].alias);
        let key = (row.form, row.id.as_str(), row.cell(segment));
        let gone = Row { withdrawn: true, known: None, ..row.clone() };
        ids.entry((row.form, &row.id)).or_insert(gone);
        let in_time = known.is_none_or(|known| row.known.is_none_or(|day| day <= known));
        let later = last.get(&key).is_none_or(|before| before.known < row.known);
        if in_time && later {
            last.insert(key, row);
        }
    }
    let counts = |row: &&&Row| {
        let form = schema.form(schema.form_named(row.form).unwrap());
        let axis = form.axis.map_or("", |field| &form.fields[field.0 as usize].alias);
        let begun = Day::parse(row.cell(axis)).is_none_or(|axis| axis <= day);
        let confirmed = row.cell("entered_for").is_empty() || row.cell("confirmed") == "yes";
        !row.withdrawn && confirmed && (form.registry || begun)
    };
    let kept: Vec<Row> = last.values().filter(counts).map(|row| (*row).clone()).collect();
    kept.iter().for_each(|row| drop(ids.remove(&(row.form, row.id.as_str()))));
    Rows(kept.iter().cloned().chain(ids.into_values()).collect())
}

#[test]
fn as_of_a_day_nothing_else_counts_than_what_was_known_and_had_happened() {
    let Paper { plan, schema } = paper();
    for seed in SEEDS {
        let rows = random(seed);
        let (day, known) = question(seed);
        let whole = lines(&plan, &rows.world(&schema).unwrap(), &asked(day, known));
        let part = cut(&rows, &schema, day, known).world(&schema).unwrap();
        let part = lines(&plan, &part, &asked(day, None));
        assert!(whole == part, "seed {seed}: {:#?}", differing(&whole, &part));
    }
}

/// 上级 on a day, of the segment begun last, as the rows have it.
fn parent(world: &World, form: FormId, org: RecordRef, day: Day) -> Option<RecordRef> {
    let field = world.schema.form(form).field_named("parent")?;
    let segments: Vec<_> = world.record(org).known_at(None).collect();
    let begun = segments.iter().rev().find(|row| row.segment.is_none_or(|from| from <= day));
    begun.or(segments.first())?.value(field).as_ref()
}

#[test]
fn the_standing_of_an_organisation_is_its_own_and_its_childrens() {
    let Paper { plan, schema } = paper();
    let form = schema.form_named("org").unwrap();
    for seed in SEEDS {
        let world = random(seed).world(&schema).unwrap();
        let (day, known) = question(seed);
        let verdicts = duty::evaluate(&plan, &world, &asked(day, known)).unwrap();
        let standing = duty::standing(&plan, &world, &verdicts, day);
        let count = world.table(form).records.len() as u32;
        let orgs = || (0..count).map(|index| RecordRef { form, index });
        for (org, clause) in orgs().flat_map(|o| (0..plan.clauses.len()).map(move |c| (o, c))) {
            let mut sum = [0; 7];
            let own = verdicts.obligations.iter().filter(|row| {
                row.home == org && row.clause == clause && row.origin != Origin::Advice
            });
            for row in own {
                sum[Status::ALL.iter().position(|status| *status == row.status).unwrap()] += 1;
            }
            for child in orgs().filter(|&child| parent(&world, form, child, day) == Some(org)) {
                let below = standing.of(child, clause);
                sum.iter_mut().zip(below).for_each(|(sum, count)| *sum += count);
            }
            let id = world.id(org);
            assert_eq!(sum, standing.of(org, clause), "{seed} {id} {}", plan.clauses[clause].id);
        }
    }
}

#[test]
fn our_advice_changes_nobodys_standing() {
    let plain = paper();
    let mut sources = texts("binzhou-2012-15.md");
    sources.files[0].text += "\n```plan\n义务 C900 \"多记一则\"\n  谁 干部 ; 期 每月 于 推进\n  \
        计 计数 日记 经 作者 ; 须 >= 5\n  源 建议 \"试\"\n```\n";
    let advised = compiled(&sources);
    for seed in SEEDS {
        let world = random(seed).world(&plain.schema).unwrap();
        let (day, known) = question(seed);
        let verdicts =
            |paper: &Paper| duty::evaluate(&paper.plan, &world, &asked(day, known)).unwrap();
        let (before, after) = (verdicts(&plain), verdicts(&advised));
        assert!(after.obligations.len() > before.obligations.len());
        let before = duty::standing(&plain.plan, &world, &before, day);
        let after = duty::standing(&advised.plan, &world, &after, day);
        assert_eq!(before.rows(), after.rows(), "seed {seed}");
    }
}

#[test]
fn records_of_the_compartment_and_records_nobody_reads_leave_no_trace() {
    let Paper { plan, schema } = paper();
    for seed in SEEDS {
        let mut rows = random(seed);
        let (day, known) = question(seed);
        let before = lines(&plan, &rows.world(&schema).unwrap(), &asked(day, known));
        rows.0.extend(shielded(&rows, seed).0);
        let row = Row::new("impact_assessment").named("unread").with("org", "371600");
        rows.0.push(row.with("date", "2012-05-02").with("title", "x"));
        let after = lines(&plan, &rows.world(&schema).unwrap(), &asked(day, known));
        assert!(before == after, "seed {seed}: {:#?}", differing(&before, &after));
    }
}

#[test]
fn the_same_rows_in_a_fact_folder_give_the_same_verdicts() {
    let Paper { plan, schema } = paper();
    for seed in 100..103 {
        let rows = random(seed);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("random-{seed}"));
        std::fs::create_dir_all(&folder).unwrap();
        for (name, text) in rows.folder() {
            std::fs::write(folder.join(name), text).unwrap();
        }
        let read = document::folder::read(&folder, schema.clone(), &Default::default()).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        assert!(read.errors.is_empty(), "{:?}", read.errors);
        let asked = asked(day("2012-10-01"), None);
        let one = lines(&plan, &rows.world(&schema).unwrap(), &asked);
        let other = lines(&plan, &read.world, &asked);
        assert!(one == other, "seed {seed}: {:#?}", differing(&one, &other));
    }
}

#[test]
fn the_same_question_gives_the_same_bytes() {
    for (name, years) in PLANS {
        let Paper { plan, schema } = compiled(&texts(name));
        for seed in 100..103 {
            let world = later(&random(seed), years).world(&schema).unwrap();
            let asked = asked(day("2012-10-01").add_months(12 * years), None);
            let answer = || format!("{:?}", duty::evaluate(&plan, &world, &asked).unwrap());
            assert!(answer() == answer(), "{name} {seed}");
        }
    }
}
