//! What another reading of a sentence would change over real facts (plan-language §7, 7).
//!
//! Each option that is not official is judged beside the official one, clause by clause, and the
//! obligations are laid side by side by subject and period. It recommends nothing: whoever chose a
//! reading sees what hangs on it.
//! Read next: `crate::evaluate`.

use facts::{Day, RecordRef, World};
use plan::plan::{Plan, Status};
use rustc_hash::FxHashMap;

use crate::evaluate::evaluate_clause;
use crate::verdict::{Question, Trouble, Verdicts};

/// What one option would change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadingChange {
    /// Index of the clause.
    pub clause: usize,
    /// Index of the question (解).
    pub axis: usize,
    /// Index of the option.
    pub option: usize,
    /// Obligations with another status.
    pub differ: usize,
    /// Obligations that only this option has.
    pub appear: usize,
    /// Obligations that only the official reading has.
    pub vanish: usize,
}

/// Every option of every question that is not the official one.
pub fn readings(plan: &Plan, world: &World, day: Day) -> Result<Vec<ReadingChange>, Trouble> {
    let mut changes = Vec::new();
    for (clause, of) in plan.clauses.iter().enumerate() {
        if of.axes.is_empty() {
            continue;
        }
        let official = by_key(&evaluate_clause(plan, world, &Question::as_of(day), clause)?);
        for (axis, question) in of.axes.iter().enumerate() {
            for (option, _) in question.options.iter().enumerate().filter(|(_, o)| !o.starred) {
                let readings = vec![(clause, axis, option)];
                let asked = Question { day, known: None, readings };
                let other = by_key(&evaluate_clause(plan, world, &asked, clause)?);
                changes.push(change((clause, axis, option), &official, &other));
            }
        }
    }
    Ok(changes)
}

/// Status by subject, first day and step.
type ByKey = FxHashMap<(RecordRef, Day, Option<usize>), Status>;

fn by_key(verdicts: &Verdicts) -> ByKey {
    let rows = verdicts.obligations.iter();
    rows.map(|row| ((row.subject, row.period.first, row.step), row.status)).collect()
}

fn change(
    (clause, axis, option): (usize, usize, usize),
    official: &ByKey,
    other: &ByKey,
) -> ReadingChange {
    let differ = other
        .iter()
        .filter(|(key, status)| official.get(*key).is_some_and(|before| before != *status));
    let differ = differ.count();
    let appear = other.keys().filter(|key| !official.contains_key(*key)).count();
    let vanish = official.keys().filter(|key| !other.contains_key(*key)).count();
    ReadingChange { clause, axis, option, differ, appear, vanish }
}
