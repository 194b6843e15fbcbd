//! Readings asked for by name: `C035=include`, `C035/april=include`, in Chinese or by alias.
//!
//! The command line and the addresses of the API write them alike. A choice is what is left when
//! the official readings are taken out, so that both ways of asking find one answer.
//! Read next: `rehearsal.rs`, where answers are kept.

use plan::plan::{AxisOption, Plan};

/// Options chosen for the axes of one clause, other than the official ones.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Choice {
    clause: usize,
    /// Axis and option, by axis; never empty.
    options: Vec<(usize, usize)>,
}

/// Clause, axis and option of a reading, or what is wrong with its words.
pub fn named(plan: &Plan, text: &str) -> Result<(usize, usize, usize), String> {
    let (place, wanted) = text.split_once('=').ok_or_else(|| "没有等号".to_owned())?;
    let (id, axis_name) = match place.split_once('/') {
        Some((id, axis)) => (id, Some(axis)),
        None => (place, None),
    };
    let index = plan.clause_named(id).ok_or_else(|| format!("没有条款 {id}"))?;
    let axes = plan.clauses[index].axes.iter().enumerate();
    let mut found = axes
        .filter(|(_, axis)| axis_name.is_none_or(|name| axis.label == name || axis.alias == name))
        .filter_map(|(number, axis)| {
            let same = |option: &AxisOption| option.label == wanted || option.alias == wanted;
            Some((index, number, axis.options.iter().position(same)?))
        });
    let first = found.next().ok_or_else(|| format!("{id} 没有读法 {wanted}"))?;
    match found.next() {
        Some(_) => Err(format!("{id} 有两处 {wanted}，要写 {id}/问题名={wanted}")),
        None => Ok(first),
    }
}

impl Choice {
    /// What readings change of a clause; of two for one axis the later counts.
    pub fn of(plan: &Plan, clause: usize, readings: &[(usize, usize, usize)]) -> Option<Choice> {
        let axes = &plan.clauses.get(clause)?.axes;
        let mut options: Vec<(usize, usize)> = Vec::new();
        for (_, axis, option) in readings.iter().filter(|(of, ..)| *of == clause) {
            options.retain(|(known, _)| known != axis);
            options.push((*axis, *option));
        }
        let official = |(axis, option): &(usize, usize)| {
            let found = axes.get(*axis).and_then(|axis| axis.options.get(*option));
            found.is_some_and(|option| option.starred)
        };
        options.retain(|chosen| !official(chosen));
        options.sort_unstable();
        (!options.is_empty()).then_some(Choice { clause, options })
    }

    /// The clause.
    pub fn clause(&self) -> usize {
        self.clause
    }

    /// As a question has them.
    pub fn readings(&self) -> Vec<(usize, usize, usize)> {
        self.options.iter().map(|(axis, option)| (self.clause, *axis, *option)).collect()
    }

    /// Axis and option, by axis.
    pub fn options(&self) -> &[(usize, usize)] {
        &self.options
    }
}
