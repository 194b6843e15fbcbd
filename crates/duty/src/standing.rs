//! Standing: status counts of an organisation, its own and its subtree's (§6.10).
//!
//! The tree is that of day D. Counts of a node are its own and its children's; nobody is compared.
//! Obligations of our own advice are counted apart and never in the standing.

use facts::{Day, RecordRef, World};
use plan::plan::{Origin, Plan, Status};
use rustc_hash::FxHashMap;

use crate::verdict::{Question, Verdicts};
use crate::view::View;

/// Counts per status, in the order of [`Status::ALL`].
pub type Counts = [u32; 7];

/// Status counts by organisation and clause column.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    counted: FxHashMap<(RecordRef, usize, Option<usize>), Counts>,
    advice: FxHashMap<(RecordRef, usize, Option<usize>), Counts>,
}

/// Adds up the verdicts over the organisation tree of a day.
pub fn standing(plan: &Plan, world: &World, verdicts: &Verdicts, day: Day) -> Standing {
    let view = View::new(plan, world, &Question::as_of(day));
    let mut standing = Standing::default();
    let mut chains: FxHashMap<RecordRef, Vec<RecordRef>> = FxHashMap::default();
    for row in &verdicts.obligations {
        let table = match row.origin {
            Origin::Advice => &mut standing.advice,
            _ => &mut standing.counted,
        };
        let chain = chains.entry(row.home);
        let chain = chain.or_insert_with(|| view.registry.chain(&view, row.home, day));
        for &org in chain.iter() {
            let counts = table.entry((org, row.clause, row.step)).or_default();
            if let Some(slot) = counts.get_mut(column(row.status)) {
                *slot += 1;
            }
        }
    }
    standing
}

impl Standing {
    /// Own and below, by what the paper says or an interpretation; steps of a flow together.
    pub fn of(&self, org: RecordRef, clause: usize) -> Counts {
        sum(&self.counted, org, clause)
    }

    /// The same of our own advice.
    pub fn advice(&self, org: RecordRef, clause: usize) -> Counts {
        sum(&self.advice, org, clause)
    }

    /// All rows: organisation, clause, step, counts; in a fixed order.
    pub fn rows(&self) -> Vec<(RecordRef, usize, Option<usize>, Counts)> {
        let rows = self.counted.iter().map(|(&(org, clause, step), &c)| (org, clause, step, c));
        let mut rows: Vec<_> = rows.collect();
        rows.sort_unstable();
        rows
    }
}

fn sum(
    table: &FxHashMap<(RecordRef, usize, Option<usize>), Counts>,
    org: RecordRef,
    clause: usize,
) -> Counts {
    let mut total = Counts::default();
    // No plan has more steps than this in one flow; a longer one is refused by the reader.
    const STEPS_MAX: usize = 64;
    for step in std::iter::once(None).chain((0..STEPS_MAX).map(Some)) {
        if let Some(counts) = table.get(&(org, clause, step)) {
            total.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        }
    }
    total
}

fn column(status: Status) -> usize {
    Status::ALL.iter().position(|s| *s == status).unwrap_or(0)
}
