//! 核算 for the screen: figures the plan states, against those counted over the organisations.
//!
//! Counted over the base folder when there is one, so that a small rehearsal does not make the
//! paper look wrong. What cannot be counted is left out rather than guessed.
//! Counting itself is `duty::totals`.

use duty::totals::{Basis, TotalResult};
use facts::World;
use plan::plan::Plan;
use plan::source::Sources;

use crate::api::paper::PaperTotal;

/// All 核算 that can be counted, each by its first figure.
pub fn totals(plan: &Plan, sources: &Sources, world: &World) -> Vec<PaperTotal> {
    // A year without workdays is refused where days are judged; here it only leaves figures out.
    let totals = duty::totals(plan, world, &Basis::default()).unwrap_or_default();
    totals.iter().filter_map(|total| shown(sources, total)).collect()
}

fn shown(sources: &Sources, total: &TotalResult) -> Option<PaperTotal> {
    let agrees = total.agrees?;
    let both = |figure: &duty::totals::FigureResult| {
        Some((figure.counted?, stated_words(sources, figure)?))
    };
    let (counted, stated) = total.figures.iter().find_map(both)?;
    Some(PaperTotal { title: total.title.clone(), stated, counted: counted.to_string(), agrees })
}

/// The figure as the plan writes it, with its unit.
pub fn stated_words(sources: &Sources, figure: &duty::totals::FigureResult) -> Option<String> {
    let stated = figure.stated?;
    let words = sources.slice(figure.stated_place).trim();
    Some(if words.is_empty() { stated.to_string() } else { words.to_owned() })
}
