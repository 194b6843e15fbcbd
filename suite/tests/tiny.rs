//! The small world and its verdicts: every obligation and every count, exactly.
//!
//! The expected tables were computed clause by clause from the paper, not by an engine. Obligations
//! are compared by clause, subject and period: value, status, days late, owner, home, origin, due.
//! Targets are compared by number; files write `甲>=1`, the expected tables `甲=1`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use duty::{Obligation, Question};
use facts::{Day, World};
use plan::plan::{Origin, Plan, Status};
use suite::root;

struct Tiny {
    plan: Plan,
    world: World,
}

fn tiny() -> Tiny {
    let sources = server::texts::load(&root().join("plans/binzhou-2012-15.md")).unwrap();
    let (plan, found) = plan::compile::compile(&sources);
    assert!(found.is_empty(), "{found:?}");
    let schema = Arc::new(plan.schema.clone());
    let folder = root().join("plans/rehearsal/tiny");
    let read = document::folder::read(&folder, schema, &Default::default()).unwrap();
    assert!(read.errors.is_empty(), "{:?}", read.errors);
    Tiny { plan, world: read.world }
}

type Row = BTreeMap<String, String>;

fn table(name: &str) -> Vec<Row> {
    let path = root().join("suite/expected/tiny").join(name);
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    let head: Vec<&str> = lines.next().unwrap().split(',').collect();
    let row = |line: &str| {
        let cells = line.split(',').map(str::to_string);
        head.iter().map(|name| name.to_string()).zip(cells).collect()
    };
    lines.map(row).collect()
}

fn shown(tiny: &Tiny, row: &Obligation) -> Row {
    let id = |record| tiny.world.id(record).to_string();
    let origin = match row.origin {
        Origin::Text => "text",
        Origin::Reading => "reading",
        Origin::Advice => "advice",
    };
    let cells = [
        ("clause", row.clause_text(&tiny.plan)),
        ("subject_form", tiny.plan.schema.form(row.subject.form).alias.clone()),
        ("subject", id(row.subject)),
        ("owner", id(row.owner)),
        ("home_org", id(row.home)),
        ("origin", origin.into()),
        ("period_start", row.period.first.to_string()),
        ("period_end", row.period.last.to_string()),
        ("due", row.due.to_string()),
        ("value", row.value_text(&tiny.plan)),
        ("target", row.target_text(&tiny.plan).replace(">=", "=")),
        ("status", row.status.word().into()),
        ("days_late", row.days_late.map_or_else(String::new, |days| days.to_string())),
    ];
    cells.into_iter().map(|(name, cell)| (name.to_string(), cell)).collect()
}

fn check_obligations(day: &str) {
    let tiny = tiny();
    let question = Question::as_of(Day::parse(day).unwrap());
    let verdicts = duty::evaluate(&tiny.plan, &tiny.world, &question).unwrap();
    let expected: BTreeSet<Row> =
        table(&format!("expected-obligations-{day}.csv")).into_iter().collect();
    let clauses: BTreeSet<&String> = expected.iter().map(|row| &row["clause"]).collect();
    let found = verdicts.obligations.iter().map(|row| shown(&tiny, row));
    let found: BTreeSet<Row> = found.filter(|row| clauses.contains(&row["clause"])).collect();
    assert!(expected.len() > 1000);
    let lacking: Vec<&Row> = expected.difference(&found).collect();
    let surplus: Vec<&Row> = found.difference(&expected).collect();
    assert!(lacking.is_empty() && surplus.is_empty(), "want {lacking:#?}\ngot {surplus:#?}");
}

fn check_standing(day: &str) {
    let tiny = tiny();
    let date = Day::parse(day).unwrap();
    let verdicts = duty::evaluate(&tiny.plan, &tiny.world, &Question::as_of(date)).unwrap();
    let standing = duty::standing(&tiny.plan, &tiny.world, &verdicts, date);
    let org = tiny.plan.schema.form_named("org").unwrap();
    for row in table(&format!("expected-standing-{day}.csv")) {
        let clause = tiny.plan.clause_named(&row["clause"]).unwrap();
        let counts = standing.of(tiny.world.find(org, &row["org"]).unwrap(), clause);
        for (status, count) in Status::ALL.iter().zip(counts) {
            assert_eq!(count.to_string(), row[status.word()], "{row:?} {status:?}");
        }
    }
}

#[test]
fn in_october_every_obligation_is_what_the_clause_says() {
    check_obligations("2012-10-01");
}

#[test]
fn after_the_campaign_every_obligation_is_what_the_clause_says() {
    check_obligations("2013-01-31");
}

#[test]
fn in_october_every_count_adds_up_over_the_organisations() {
    check_standing("2012-10-01");
}

#[test]
fn after_the_campaign_every_count_adds_up_over_the_organisations() {
    check_standing("2013-01-31");
}

#[test]
fn a_day_of_knowledge_hides_what_was_recorded_later() {
    let tiny = tiny();
    let day = Day::parse("2012-07-01").unwrap();
    let now = duty::evaluate(&tiny.plan, &tiny.world, &Question::as_of(day)).unwrap();
    let then = Question { known: Some(day), ..Question::as_of(day) };
    let then = duty::evaluate(&tiny.plan, &tiny.world, &then).unwrap();
    let met = |rows: &[Obligation]| rows.iter().filter(|row| row.status == Status::Met).count();
    assert!(met(&then.obligations) < met(&now.obligations));
}

#[test]
fn a_cadre_on_leave_is_not_told_that_something_is_lacking() {
    let tiny = tiny();
    let question = Question::as_of(Day::parse("2012-10-01").unwrap());
    let verdicts = duty::evaluate(&tiny.plan, &tiny.world, &question).unwrap();
    let free = |status| matches!(status, Status::Exempt | Status::Cancelled);
    let rows = verdicts.obligations.into_iter().filter(|row| free(row.status));
    let rows: Vec<Obligation> = rows.collect();
    assert!(!rows.is_empty());
    let found = duty::evidences(&tiny.plan, &tiny.world, &question, &rows);
    for (row, evidence) in rows.iter().zip(found) {
        let key = row.key(&tiny.plan, &tiny.world);
        assert!(evidence.lacking.is_empty(), "{key}: {:?}", evidence.lacking);
    }
}

#[test]
fn another_reading_changes_its_own_clause_only() {
    let tiny = tiny();
    let clause = tiny.plan.clause_named("C130").unwrap();
    let day = Day::parse("2012-10-01").unwrap();
    let official = duty::evaluate(&tiny.plan, &tiny.world, &Question::as_of(day)).unwrap();
    let lenient = Question { readings: vec![(clause, 0, 1)], ..Question::as_of(day) };
    let lenient = duty::evaluate(&tiny.plan, &tiny.world, &lenient).unwrap();
    let others = |rows: &[Obligation]| -> Vec<Obligation> {
        rows.iter().filter(|row| row.clause != clause).cloned().collect()
    };
    assert_eq!(others(&official.obligations), others(&lenient.obligations));
    assert_ne!(official.obligations, lenient.obligations);
}
