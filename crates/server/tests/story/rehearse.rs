//! Rehearsals: the same seed gives the same season, and it is one that can be judged.
//!
//! Looked at on three small counties, which have everything a city has; the size of a city is
//! looked at by hand. What a rule means is not tested here.
//! Read next: `src/rehearse.rs`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use document::{FolderRead, ReadOptions};
use duty::Question;
use facts::Day;
use plan::plan::{Plan, Status};
use plan::tree::RuleKind;
use server::rehearse::base::Base;
use server::rehearse::names::check_digit;
use server::rehearse::rows::Season;
use server::rehearse::scale::Scale;
use server::rehearse::{season, write};

use super::small_world::{Folder, folder};

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

fn paper() -> Plan {
    let sources = server::texts::load(&project("plans/binzhou-2012-15.md")).unwrap();
    plan::compile::compile(&sources).0
}

fn base(plan: &Plan, scale: &Scale) -> Base {
    let schema = Arc::new(plan.schema.clone());
    Base::read(&project("plans/base/binzhou"), &schema).unwrap().cut(scale)
}

fn read(plan: &Plan, dir: &Path) -> FolderRead {
    let schema = Arc::new(plan.schema.clone());
    document::folder::read(dir, schema, &ReadOptions::default()).unwrap()
}

/// Every file of a folder with its bytes.
fn bytes(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap());
    let file = |entry: std::fs::DirEntry| {
        (entry.file_name().to_string_lossy().into_owned(), std::fs::read(entry.path()).unwrap())
    };
    entries.map(file).collect()
}

fn written(base: &Base, scale: &Scale, seed: u64, prefix: &str) -> (Folder, PathBuf, Season) {
    let folder = folder();
    let dir = folder.path().join("season");
    let played = season(seed, base, scale).unwrap();
    write::write(&played, base, prefix, &dir).unwrap();
    (folder, dir, played)
}

#[test]
fn one_seed_gives_the_same_bytes_and_another_does_not() {
    let (plan, scale) = (paper(), Scale::tiny());
    let base = base(&plan, &scale);
    let (_one, first, _) = written(&base, &scale, 7, "");
    let (_two, again, _) = written(&base, &scale, 7, "");
    let (_three, other, _) = written(&base, &scale, 8, "");
    assert!(bytes(&first) == bytes(&again));
    assert!(bytes(&first)["visit.csv"] != bytes(&other)["visit.csv"]);
}

#[test]
fn a_season_has_no_row_error_whatever_its_ids_begin_with() {
    let plan = paper();
    for (scale, prefix) in [(Scale::tiny(), ""), (Scale::small(), ""), (Scale::tiny(), "c017-")] {
        let base = base(&plan, &scale);
        let (_folder, dir, _) = written(&base, &scale, 1, prefix);
        let found = read(&plan, &dir);
        assert_eq!(found.errors, [], "{prefix}");
        assert_eq!(found.warnings, [], "{prefix}");
        assert!(found.rows["visit.csv"] > 500);
    }
}

#[test]
fn every_duty_of_the_paper_is_owed_by_somebody_and_the_picture_is_mixed() {
    let (plan, scale) = (paper(), Scale::small());
    let base = base(&plan, &scale);
    let (_folder, dir, _) = written(&base, &scale, 1, "");
    let world = read(&plan, &dir).world;
    let day = |text| Question::as_of(Day::parse(text).unwrap());
    let end = duty::evaluate(&plan, &world, &day("2012-12-31")).unwrap();
    let owed: BTreeSet<usize> = end.obligations.iter().map(|row| row.clause).collect();
    for (index, clause) in plan.clauses.iter().enumerate() {
        let owes = matches!(clause.kind, RuleKind::Duty | RuleKind::Flow);
        assert!(!owes || owed.contains(&index), "{} is owed by nobody", clause.id);
    }
    let middle = duty::evaluate(&plan, &world, &day("2012-09-18")).unwrap();
    let count = |status| middle.obligations.iter().filter(|row| row.status == status).count();
    assert!(count(Status::Met) * 2 > middle.obligations.len());
    assert!(count(Status::Late) > 10 && count(Status::Missing) > 10);
}

#[test]
fn no_form_of_the_protection_compartment_is_ever_filled() {
    let (plan, scale) = (paper(), Scale::small());
    let base = base(&plan, &scale);
    let (_folder, dir, _) = written(&base, &scale, 3, "");
    let files = bytes(&dir);
    for form in plan.schema.forms.iter().filter(|form| form.compartment) {
        assert!(!files.contains_key(&format!("{}.csv", form.alias)), "{}", form.alias);
    }
}

#[test]
fn identity_numbers_belong_to_nobody_and_have_the_right_check_digit() {
    let (plan, scale) = (paper(), Scale::small());
    let base = base(&plan, &scale);
    let (_folder, dir, _) = written(&base, &scale, 4, "");
    let text = std::fs::read_to_string(dir.join("resident.csv")).unwrap();
    let at = text.lines().next().unwrap().split(',').position(|name| name == "id_number").unwrap();
    let cells = text.lines().skip(1).map(|line| line.split(',').nth(at).unwrap());
    let numbers: Vec<&str> = cells.filter(|cell| !cell.is_empty()).collect();
    assert!(numbers.len() > 100);
    for number in numbers {
        assert!(number.starts_with("371699") && number.len() == 18, "{number}");
        assert_eq!(number.chars().last(), Some(check_digit(&number[..17])), "{number}");
    }
}

#[test]
fn a_season_has_what_makes_records_hard_to_judge() {
    let (plan, scale) = (paper(), Scale::small());
    let base = base(&plan, &scale);
    // Rare things need several seasons of this size.
    let seasons: Vec<Season> = (0..8).map(|seed| season(seed, &base, &scale).unwrap()).collect();
    let some = |what: &str, holds: &dyn Fn(&Season) -> bool| {
        assert!(seasons.iter().any(holds), "no {what}");
    };
    some("joint visit", &|s| s.visits.iter().any(|row| row.visitors.iter().count() > 2));
    some("correction", &|s| s.visits.iter().enumerate().any(|(at, row)| row.id.index() != at));
    some("withdrawal", &|s| s.trips.iter().any(|row| row.mark.withdrawn));
    some("record weeks later", &|s| s.visits.iter().any(|row| row.mark.day - row.date > 13));
    some("unconfirmed record", &|s| {
        s.visits.iter().any(|row| row.mark.entered_for.is_some() && !row.mark.confirmed)
    });
    some("confirmed record", &|s| s.visits.iter().any(|row| row.mark.confirmed));
    some("leave", &|s| s.leaves.iter().any(|row| row.reason == "sick"));
    some("handing over", &|s| s.pairings.iter().any(|row| row.previous.is_some()));
    some("ended tag", &|s| s.tags.iter().any(|row| row.to.is_some()));
    some("extension", &|s| !s.extensions.is_empty());
    some("second post", &|s| {
        let first = s.posts.iter().filter(|row| row.to.is_none());
        let mut people: Vec<usize> = first.map(|row| row.person.index()).collect();
        people.sort_unstable();
        people.windows(2).any(|pair| pair[0] == pair[1])
    });
}

#[test]
fn a_folder_that_holds_something_is_refused_and_left_as_it_was() {
    let folder = folder();
    let before = bytes(&folder.path().join("facts"));
    assert_eq!(rehearse(&folder.path().join("facts")), server::command::REFUSED);
    assert!(bytes(&folder.path().join("facts")) == before);
    assert_eq!(rehearse(&folder.path().join("plan.md")), server::command::REFUSED);
    assert_eq!(rehearse(&folder.path().join("plan.md/below")), server::command::REFUSED);
    assert_eq!(rehearse(&folder.path().join("new")), server::command::DONE);
}

fn rehearse(out: &Path) -> u8 {
    let line = ["nuanjia", "rehearse", "--size", "tiny", "--base"].map(Into::into);
    let plan = project("plans/binzhou-2012-15.md").into_os_string();
    let base = project("plans/base/binzhou").into_os_string();
    let rest = [base, "--plan".into(), plan, "--out".into(), out.as_os_str().to_owned()];
    server::command::run(line.into_iter().chain(rest))
}
