//! Clauses as they are read otherwise: under options that are not the starred ones.
//!
//! An office may choose any reading, and shall know before it does what comes of it. Only options
//! that move a due date are followed: those that change who, when, or by when. Axes never change
//! the same field, so their options are taken together as well, as long as these are few.
//! Read next: `dues.rs`, `deadlines.rs`.

use std::collections::BTreeMap;

use plan::plan::{Clause, Override, Plan, Rule};

/// Readings of one clause in which options of several axes are taken together; beyond that each
/// option stands alone. Five axes of two options are as many.
const TOGETHER_MAX: usize = 32;

/// A clause under one reading.
pub struct Otherwise {
    /// Index of the clause.
    pub index: usize,
    /// The options that are not starred, by axis and place.
    pub choices: Vec<(usize, usize)>,
    /// The same as an author would name them: `下旬前/宽`.
    pub reading: String,
    /// Its rule.
    pub rule: Rule,
}

/// Every clause under every other reading that may move a due date, in order.
pub fn otherwise(plan: &Plan) -> Vec<Otherwise> {
    let clauses = plan.clauses.iter().enumerate();
    let each = clauses.flat_map(|(index, clause)| {
        vectors(clause).into_iter().filter_map(move |choices| {
            let (reading, rule) = (named(clause, &choices), clause.rule_under(&choices)?);
            Some(Otherwise { index, choices, reading, rule })
        })
    });
    each.collect()
}

/// What was told already, and under which reading.
pub struct Told<K>(BTreeMap<K, Vec<Vec<(usize, usize)>>>);

impl<K> Default for Told<K> {
    fn default() -> Told<K> {
        Told(BTreeMap::new())
    }
}

impl<K: Ord> Told<K> {
    /// Whether something is to be told under a reading: not when a part of that reading gave it
    /// already. The official reading, which chooses nothing, is part of every other.
    pub fn is_fresh(&mut self, key: K, choices: &[(usize, usize)]) -> bool {
        let before = self.0.entry(key).or_default();
        let part = |part: &Vec<(usize, usize)>| part.iter().all(|one| choices.contains(one));
        let fresh = !before.iter().any(part);
        if fresh {
            before.push(choices.to_vec());
        }
        fresh
    }
}

/// Options by axis and place, of at least one axis; an option alone comes before all with it.
fn vectors(clause: &Clause) -> Vec<Vec<(usize, usize)>> {
    let mut all: Vec<Vec<(usize, usize)>> = vec![Vec::new()];
    for (axis, question) in clause.axes.iter().enumerate() {
        let options = question.options.iter().enumerate();
        let other = options.filter(|(_, o)| !o.starred && o.overrides.iter().any(moves_a_due));
        let other: Vec<(usize, usize)> = other.map(|(at, _)| (axis, at)).collect();
        let few = all.len() * (other.len() + 1) <= TOGETHER_MAX;
        let before = if few { all.clone() } else { vec![Vec::new()] };
        let longer = |start: &Vec<(usize, usize)>| {
            let start = start.clone();
            let with = move |choice: &(usize, usize)| [&start[..], &[*choice]].concat();
            other.iter().map(with).collect::<Vec<_>>()
        };
        all.extend(before.iter().flat_map(longer));
    }
    all.into_iter().skip(1).collect()
}

fn moves_a_due(change: &Override) -> bool {
    matches!(change, Override::Subject(_) | Override::When(_) | Override::Due(_))
}

fn named(clause: &Clause, choices: &[(usize, usize)]) -> String {
    let one = |(axis, option): &(usize, usize)| {
        let axis = clause.axes.get(*axis)?;
        Some(format!("{}/{}", axis.label, axis.options.get(*option)?.label))
    };
    choices.iter().filter_map(one).collect::<Vec<_>>().join("，")
}
