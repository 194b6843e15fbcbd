//! Lists, merged by element.
//!
//! Who writes a list has seen one. Held against it, the new list adds some elements and takes some
//! away; those changes are the edit, not the list. An element is there if the latest change about
//! it added it; of an addition and a removal that did not see each other the addition holds. With
//! two sides this is the merge against their newest common ancestor, and it stays right with
//! three sides, or when the sides have several common ancestors.
//! The order is that of the greatest side, then what the others have more. Read next: `state.rs`.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::ancestry::Ancestry;
use super::history::Counted;
use super::packed;

/// One who wrote the list.
struct Writer<'a> {
    at: u32,
    items: Vec<&'a [u8]>,
    added: BTreeSet<&'a [u8]>,
    removed: BTreeSet<&'a [u8]>,
}

/// Whether all are lists or cleared, and one is a list.
pub(super) fn are_lists<'a>(mut cells: impl Iterator<Item = &'a [u8]> + Clone) -> bool {
    cells.clone().any(packed::is_list)
        && cells.all(|cell| packed::is_list(cell) || packed::is_empty(cell))
}

/// The packed items of the list that the counted entries make together.
pub(super) fn merged<'a>(counted: &'a [Counted], ancestry: &Ancestry, field: u32) -> Vec<&'a [u8]> {
    let mut writers: Vec<Writer<'a>> = Vec::new();
    for (at, entry) in (0..).zip(counted) {
        let Some(cell) = entry.fields.says(field) else { continue };
        let seen: Vec<&Writer<'a>> =
            writers.iter().filter(|before| ancestry.saw(at, before.at)).collect();
        let before: BTreeSet<&[u8]> = list(counted, ancestry, &seen).into_iter().collect();
        let items = packed::items(cell);
        let after: BTreeSet<&[u8]> = items.iter().copied().collect();
        let added = &after - &before;
        let removed = &before - &after;
        writers.push(Writer { at, items, added, removed });
    }
    list(counted, ancestry, &writers.iter().collect::<Vec<_>>())
}

/// The list by some of the writers, and all that these have seen.
fn list<'a>(counted: &[Counted], ancestry: &Ancestry, writers: &[&Writer<'a>]) -> Vec<&'a [u8]> {
    let unseen = |one: &&&Writer<'a>| !writers.iter().any(|other| ancestry.saw(other.at, one.at));
    let mut sides: Vec<&Writer<'a>> = writers.iter().filter(unseen).copied().collect();
    sides.sort_unstable_by_key(|side| Reverse(counted[side.at as usize].weight()));
    let Some(first) = sides.first() else { return Vec::new() };
    if sides.iter().all(|side| side.items == first.items) {
        return first.items.clone();
    }
    let mut done = BTreeSet::new();
    let items = sides.iter().flat_map(|side| side.items.iter().copied());
    let once = items.filter(|item| done.insert(*item));
    let everywhere = |item: &&'a [u8]| sides.iter().all(|side| side.items.contains(item));
    once.filter(|item| everywhere(item) || is_there(ancestry, writers, item)).collect()
}

/// Whether a latest change about the element added it.
fn is_there(ancestry: &Ancestry, writers: &[&Writer<'_>], item: &[u8]) -> bool {
    let changed =
        |writer: &Writer<'_>| writer.added.contains(item) || writer.removed.contains(item);
    let changes: Vec<&&Writer<'_>> = writers.iter().filter(|writer| changed(writer)).collect();
    let mut latest =
        changes.iter().filter(|one| !changes.iter().any(|other| ancestry.saw(other.at, one.at)));
    latest.any(|writer| writer.added.contains(item))
}
