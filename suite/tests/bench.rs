//! What the laws and the SQL judge stand on: compiled papers, and verdicts in a fixed order.
//!
//! Worlds are made of rows by the suite itself. Verdicts are compared as texts by key, because the
//! dense indexes inside a world follow the order of arrival and mean nothing outside it.
//! It judges nothing. Read next: `laws.rs`, `oracle.rs`.

use std::sync::Arc;

use duty::{Question, Verdicts};
use facts::{Day, RecordRef, Schema, World};
use plan::plan::Plan;
use plan::source::Sources;
use suite::world::{Row, Rows};

/// A plan with the schema its worlds are laid out by.
pub struct Paper {
    /// The compiled plan.
    pub plan: Plan,
    /// Its forms.
    pub schema: Arc<Schema>,
}

/// The plans of the folder, each with the years between its campaign and the random season.
pub const PLANS: [(&str, i32); 7] = [
    ("binzhou-2012-15.md", 0),
    ("sh-2013.md", 1),
    ("pj-2014.md", 2),
    ("pt-12621.md", 3),
    ("nb-2021.md", 9),
    ("nm-2022.md", 10),
    ("sx-2023.md", 11),
];

/// The paper of 2012.
pub fn paper() -> Paper {
    compiled(&texts("binzhou-2012-15.md"))
}

/// The texts of a plan of the folder.
pub fn texts(name: &str) -> Sources {
    server::texts::load(&suite::root().join("plans").join(name)).unwrap()
}

/// A plan without an error.
pub fn compiled(sources: &Sources) -> Paper {
    let (plan, found) = plan::compile::compile(sources);
    assert!(found.is_empty(), "{found:?}");
    let schema = Arc::new(plan.schema.clone());
    Paper { plan, schema }
}

/// A day that must be one.
pub fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

/// What is asked.
pub fn asked(day: Day, known: Option<Day>) -> Question {
    Question { known, ..Question::as_of(day) }
}

/// All that is said about a world on a day, one line each, sorted.
pub fn lines(plan: &Plan, world: &World, question: &Question) -> Vec<String> {
    let verdicts = duty::evaluate(plan, world, question).unwrap();
    shown(plan, world, &verdicts)
}

/// Verdicts as sorted lines.
pub fn shown(plan: &Plan, world: &World, verdicts: &Verdicts) -> Vec<String> {
    let named =
        |record: RecordRef| format!("{}:{}", plan.schema.form(record.form).alias, world.id(record));
    let rows = verdicts.obligations.iter().map(|row| {
        let (owner, home) = (named(row.owner), named(row.home));
        let (value, target) = (row.value_text(plan), row.target_text(plan));
        let (late, flags) = (row.days_late, &row.flags);
        let what = format!("{} {} {:?}", row.key(plan, world), row.due, row.status);
        format!("{what} {value}/{target} {late:?} {flags:?} {owner} {home}")
    });
    let findings = verdicts.findings.iter().map(|found| {
        let (clause, subject) = (&plan.clauses[found.clause].id, named(found.subject));
        let value: Vec<String> = found.value.iter().map(duty::verdict::value_text).collect();
        format!("{clause} {subject} {} {value:?} {}", found.period_start, found.text)
    });
    let mut lines: Vec<String> = rows.chain(findings).collect();
    lines.sort();
    lines
}

/// What stands in one list and not in the other, shortened to be read.
pub fn differing(left: &[String], right: &[String]) -> Vec<String> {
    let lacks = |line: &&String, others: &[String]| others.binary_search(line).is_err();
    let gone = left.iter().filter(|line| lacks(line, right)).map(|line| format!("- {line}"));
    let new = right.iter().filter(|line| lacks(line, left)).map(|line| format!("+ {line}"));
    gone.chain(new).take(12).collect()
}

/// The same rows so many years later, so that another campaign's plan can read them.
pub fn later(rows: &Rows, years: i32) -> Rows {
    let moved = |day: Day| day.add_months(12 * years);
    let cell = |text: &String| Day::parse(text).map_or(text.clone(), |day| moved(day).to_string());
    let row = |row: &Row| Row {
        cells: row.cells.iter().map(|(field, text)| (*field, cell(text))).collect(),
        known: row.known.map(moved),
        ..row.clone()
    };
    Rows(rows.0.iter().map(row).collect())
}
