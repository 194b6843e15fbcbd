//! The sets that owe, each once: what two of them share, and which surely lies in which.
//!
//! Many duties are owed by the same few sets, so a set is looked at once and known by a number from
//! then on. Sets that say the same have the same number, wherever they were written.
//! Containment is what the words alone prove: a part lies in its union, a filtered set in the set
//! it is made of. It asks no record, so it also holds for people who are not in a base folder.
//! Read next: `crowded.rs`, `early_use.rs`.

use std::cell::OnceCell;
use std::hash::{Hash, Hasher};

use facts::RecordRef;
use plan::expr::{Expr, ExprKind};
use rustc_hash::{FxHashMap, FxHasher};

use crate::element::Frame;
use crate::membership::base_forms;
use crate::view::View;

/// Sets by number.
pub struct Sets<'v> {
    view: &'v View<'v>,
    by_shape: FxHashMap<u64, Vec<usize>>,
    all: Vec<Known<'v>>,
    shared: FxHashMap<(usize, usize), bool>,
}

struct Known<'v> {
    set: &'v Expr,
    members: OnceCell<Vec<RecordRef>>,
}

impl<'v> Sets<'v> {
    /// None yet.
    pub fn new(view: &'v View<'v>) -> Sets<'v> {
        let (by_shape, shared) = (FxHashMap::default(), FxHashMap::default());
        Sets { view, by_shape, all: Vec::new(), shared }
    }

    /// The number of a set.
    pub fn number(&mut self, set: &'v Expr) -> usize {
        let like = self.by_shape.entry(shape(set)).or_default();
        let all = &mut self.all;
        let known = like.iter().find(|&&at| all.get(at).is_some_and(|k| k.set.says_same(set)));
        known.copied().unwrap_or_else(|| {
            all.push(Known { set, members: OnceCell::new() });
            like.push(all.len() - 1);
            all.len() - 1
        })
    }

    /// The set of a number.
    pub fn set(&self, number: usize) -> Option<&'v Expr> {
        self.all.get(number).map(|known| known.set)
    }

    /// Its members on the last day of the view, in order.
    pub fn members(&self, number: usize) -> &[RecordRef] {
        let Some(known) = self.all.get(number) else { return &[] };
        known.members.get_or_init(|| {
            let members = self.view.members(known.set, &mut Frame::bare(self.view.day));
            let mut records: Vec<RecordRef> = members.iter().map(|member| member.record).collect();
            records.sort_unstable();
            records.dedup();
            records
        })
    }

    /// Whether somebody may be in both: by members where there are any, else by their kind.
    pub fn share(&mut self, one: usize, other: usize) -> bool {
        let key = (one.min(other), one.max(other));
        if let Some(known) = self.shared.get(&key) {
            return *known;
        }
        let (mine, theirs) = (self.members(one), self.members(other));
        let shared = if mine.is_empty() || theirs.is_empty() {
            let forms = |number: usize| self.set(number).map(base_forms);
            forms(one) == forms(other)
        } else {
            let (few, many) =
                if mine.len() < theirs.len() { (mine, theirs) } else { (theirs, mine) };
            few.iter().any(|record| many.binary_search(record).is_ok())
        };
        self.shared.insert(key, shared);
        shared
    }
}

/// The sets that a union joins.
pub fn leaves(set: &Expr) -> Vec<&Expr> {
    match &set.kind {
        ExprKind::Union(parts) => parts.iter().flat_map(leaves).collect(),
        _ => vec![set],
    }
}

/// Whether the words prove that everybody in `part` is in `whole`.
pub fn holds(whole: &Expr, part: &Expr) -> bool {
    if whole.says_same(part) {
        return true;
    }
    if let ExprKind::Union(parts) = &whole.kind
        && parts.iter().any(|whole| holds(whole, part))
    {
        return true;
    }
    match &part.kind {
        ExprKind::Filter { set, .. } => holds(whole, set),
        ExprKind::Union(parts) => parts.iter().all(|part| holds(whole, part)),
        ExprKind::Without(left, _) => holds(whole, left),
        ExprKind::Both(left, right) => holds(whole, left) || holds(whole, right),
        _ => false,
    }
}

/// A number that sets which say the same have in common.
fn shape(set: &Expr) -> u64 {
    let mut hasher = FxHasher::default();
    set.walk(&mut |part| {
        std::mem::discriminant(&part.kind).hash(&mut hasher);
        match &part.kind {
            ExprKind::Constant(value) => format!("{value:?}").hash(&mut hasher),
            ExprKind::All(forms) => forms.hash(&mut hasher),
            _ => {}
        }
    });
    hasher.finish()
}
