//! What another reading of a clause would change for an organisation.
//!
//! Only counts, and only to look at: the official result stays as it is. Obligations are the same
//! when subject, first day and step are; those on one side only appear or vanish.

use duty::Obligation;
use facts::{Day, RecordRef};
use rustc_hash::FxHashSet;
use serde::Serialize;
use utoipa::ToSchema;

use super::Counts;
use crate::judged::Judged;
use crate::org_tree::OrgNode;
use crate::small_count::{Cell, Veil};

/// The official reading beside the one asked for.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct Comparison {
    /// Counts under the official reading.
    official: Counts,
    /// Obligations only the other reading knows.
    appear: Cell,
    /// Obligations only the official reading knows.
    vanish: Cell,
}

type Key = (RecordRef, Day, Option<usize>);

/// The official verdicts beside those under another reading.
pub fn comparison(
    official: &Judged,
    other: &Judged,
    (clause, org): (usize, &OrgNode),
    veil: Veil,
) -> Comparison {
    let key = |row: &&Obligation| -> Key { (row.subject, row.period.first, row.step) };
    let keys = |judged: &Judged| -> FxHashSet<Key> {
        judged.rows(clause, org.record).iter().map(key).collect()
    };
    let (before, after) = (keys(official), keys(other));
    let count = |a: &FxHashSet<Key>, b: &FxHashSet<Key>| {
        u32::try_from(a.difference(b).count()).unwrap_or(u32::MAX)
    };
    let figure = official.figure(org.record, clause);
    Comparison {
        official: Counts::of(veil, official.counts(org.record, clause), figure),
        appear: veil.count(count(&after, &before)),
        vanish: veil.count(count(&before, &after)),
    }
}
