//! The rules by example, and the laws over random histories.
//!
//! A history is drawn as strokes: who wrote what about which record, having seen which of the
//! entries before. Then it is delivered in any order, repeated and in pieces.
//! Read next: `reference.rs`, which every delivery is held against.

use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::entry::{Cell, Envelope, Fields, Id, Reference, Value};
use crate::number::Number;
use crate::schema::Privacy;

fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

fn id(number: u8) -> EntryId {
    EntryId { batch: Id([number; 16]), index: 0 }
}

fn key() -> RecordKey {
    RecordKey { form: name("household"), record: name("h1") }
}

fn number(value: i64) -> Cell {
    Cell::Open(Value::Number(Number::whole(value)))
}

fn list(items: &[i64]) -> Cell {
    let items = items.iter().map(|item| Value::Number(Number::whole(*item)));
    Cell::Open(Value::List(items.collect()))
}

fn fields(cells: &[(&str, Cell)]) -> Fields {
    cells.iter().map(|(field, cell)| (name(field), cell.clone())).collect()
}

fn batch(of: EntryId, act: Act) -> Batch {
    let RecordKey { form, record } = key();
    let entries = vec![Entry { form, record, act }];
    let device = Id([0; 16]);
    Batch { id: of.batch, device, author: name("p"), org: name("o"), made_at: 0, entries }
}

fn stated(number: u8, cells: &[(&str, Cell)]) -> Batch {
    batch(id(number), Act::Stated { fields: fields(cells) })
}

fn amended(number: u8, seen: &[u8], cells: &[(&str, Cell)]) -> Batch {
    let builds_on = seen.iter().map(|seen| id(*seen)).collect();
    batch(id(number), Act::Amended { builds_on, fields: fields(cells) })
}

fn withdrawn(number: u8, seen: &[u8]) -> Batch {
    batch(id(number), Act::Withdrawn { builds_on: seen.iter().map(|seen| id(*seen)).collect() })
}

fn state_of(batches: &[Batch]) -> State {
    let mut merge = Merge::new();
    batches.iter().for_each(|batch| drop(merge.take(batch)));
    let state = merge.state(&key()).unwrap();
    assert_eq!(reference::merged(batches), [(key(), state.clone())].into());
    state
}

fn holds(batches: &[Batch], field: &str) -> Cell {
    state_of(batches).fields[&name(field)].holds().unwrap().clone()
}

fn sides(batches: &[Batch], field: &str) -> Vec<Cell> {
    match &state_of(batches).fields[&name(field)] {
        FieldState::Settled(_) => Vec::new(),
        FieldState::Conflict(sides) => sides.iter().map(|side| side.says.clone()).collect(),
    }
}

#[test]
fn two_who_did_not_see_each_other_and_differ_are_a_conflict_and_one_who_saw_both_settles_it() {
    let mut batches = vec![
        stated(1, &[("village", number(7)), ("head", number(1))]),
        amended(2, &[1], &[("village", number(8))]),
        amended(3, &[1], &[("village", number(9))]),
    ];
    // Of equal depth the greater id holds for now.
    assert_eq!(sides(&batches, "village"), [number(9), number(8)]);
    assert!(!state_of(&batches).is_settled());
    // Somebody saw both and changed something else: still open.
    batches.push(amended(4, &[2, 3], &[("head", number(2))]));
    assert_eq!(sides(&batches, "village").len(), 2);
    batches.push(amended(5, &[4], &[("village", number(8))]));
    assert!(state_of(&batches).is_settled());
    assert_eq!(holds(&batches, "village"), number(8));
}

#[test]
fn the_longer_chain_holds_for_now() {
    let batches = [
        stated(1, &[("village", number(7))]),
        amended(9, &[1], &[("village", number(9))]),
        amended(2, &[1], &[("village", number(8))]),
        amended(3, &[2], &[("village", number(5))]),
    ];
    assert_eq!(sides(&batches, "village"), [number(5), number(9)]);
}

#[test]
fn the_same_said_twice_is_no_conflict_and_other_fields_merge_silently() {
    let batches = [
        stated(1, &[("village", number(7))]),
        amended(2, &[1], &[("village", number(8)), ("head", number(1))]),
        amended(3, &[1], &[("village", number(8)), ("poor", Cell::Open(Value::Bool(true)))]),
    ];
    assert!(state_of(&batches).is_settled());
    assert_eq!(state_of(&batches).fields.len(), 3);
}

#[test]
fn lists_merge_by_element() {
    let mut batches = vec![
        stated(1, &[("visitors", list(&[1, 2, 3]))]),
        amended(2, &[1], &[("visitors", list(&[1, 3, 4]))]),
        amended(3, &[1], &[("visitors", list(&[5, 1, 2, 3]))]),
    ];
    assert_eq!(holds(&batches, "visitors"), list(&[5, 1, 3, 4]));
    // Clearing takes away what was seen and nothing else.
    batches.push(amended(4, &[2], &[("visitors", Cell::Open(Value::Empty))]));
    assert_eq!(holds(&batches, "visitors"), list(&[5]));
    assert!(state_of(&batches).is_settled());
}

#[test]
fn a_removal_is_not_undone_by_a_third_side_that_never_had_the_element() {
    let batches = [
        stated(1, &[("visitors", list(&[1]))]),
        amended(2, &[1], &[("visitors", list(&[1, 2]))]),
        amended(3, &[2], &[("visitors", list(&[1, 2, 3]))]),
        amended(4, &[2], &[("visitors", list(&[1]))]),
        amended(5, &[1], &[("visitors", list(&[1, 4]))]),
    ];
    assert_eq!(holds(&batches, "visitors"), list(&[1, 3, 4]));
}

#[test]
fn sides_with_several_common_ancestors_lose_no_removal() {
    let batches = [
        stated(1, &[("visitors", list(&[1, 2]))]),
        amended(2, &[1], &[("visitors", list(&[1, 2, 3]))]),
        amended(3, &[1], &[("visitors", list(&[1, 2, 4]))]),
        amended(4, &[2, 3], &[("visitors", list(&[1, 2, 4]))]),
        amended(5, &[2, 3], &[("visitors", list(&[1, 2, 3, 4, 5]))]),
    ];
    assert_eq!(holds(&batches, "visitors"), list(&[1, 2, 4, 5]));
}

#[test]
fn an_amendment_keeps_a_record_that_was_withdrawn_unseen_and_this_is_told() {
    let mut batches = vec![stated(1, &[("village", number(7))]), withdrawn(2, &[1])];
    assert_eq!(state_of(&batches).life, Life::Withdrawn);
    batches.push(amended(3, &[1], &[("village", number(8))]));
    let life = Life::Contested { withdrawals: [id(2)].into(), amendments: [id(3)].into() };
    assert_eq!(state_of(&batches).life, life);
    let mut again = batches.clone();
    again.push(withdrawn(4, &[2, 3]));
    assert_eq!(state_of(&again).life, Life::Withdrawn);
    batches.push(amended(5, &[2, 3], &[]));
    assert_eq!(state_of(&batches).life, Life::Standing);
}

#[test]
fn two_statements_of_a_record_clash_where_they_differ() {
    let batches = [
        stated(1, &[("village", number(7)), ("head", number(1))]),
        stated(2, &[("village", number(7)), ("head", number(2)), ("poor", number(0))]),
    ];
    assert_eq!(sides(&batches, "head"), [number(2), number(1)]);
    assert_eq!(holds(&batches, "village"), number(7));
    assert_eq!(holds(&batches, "poor"), number(0));
}

#[test]
fn an_entry_waits_for_what_it_builds_on_and_counts_the_moment_it_comes() {
    let mut merge = Merge::new();
    let second = amended(2, &[1], &[("village", number(8))]);
    let third = amended(3, &[1, 2], &[("village", number(9))]);
    assert_eq!(merge.take(&third), [key()].into());
    assert!(merge.take(&third).is_empty());
    merge.take(&second);
    let state = merge.state(&key()).unwrap();
    assert_eq!((state.life, state.fields.len()), (Life::Awaited, 0));
    let waiting = BTreeMap::from([(id(2), [id(1)].into()), (id(3), [id(1), id(2)].into())]);
    assert_eq!(merge.waiting(), [(key(), waiting)].into());
    assert_eq!(merge.entry_count(&key()), 2);
    merge.take(&stated(1, &[]));
    assert!(merge.waiting().is_empty());
    let village = &merge.state(&key()).unwrap().fields[&name("village")];
    assert_eq!(village, &FieldState::Settled(number(9)));
}

#[test]
fn envelopes_are_the_same_if_their_bytes_are() {
    let sealed = |byte: u8| {
        let privacy = Privacy::Sealed;
        Cell::Enclosed(Envelope { privacy, key: Id([5; 16]), sealed: Arc::from([byte; 40]) })
    };
    let mut batches = vec![
        stated(1, &[]),
        amended(2, &[1], &[("phone", sealed(1))]),
        amended(3, &[1], &[("phone", sealed(1))]),
    ];
    assert!(state_of(&batches).is_settled());
    batches.push(amended(4, &[1], &[("phone", sealed(2))]));
    assert_eq!(sides(&batches, "phone"), [sealed(2), sealed(1)][..].to_vec());
}

#[test]
fn two_entries_under_one_id_count_as_the_greater_in_either_order() {
    let one = stated(1, &[("village", number(7))]);
    let other = stated(1, &[("village", number(8))]);
    let next = amended(2, &[1], &[("head", number(1))]);
    for order in [[&one, &next, &other], [&other, &one, &next], [&next, &other, &one]] {
        assert_eq!(holds(&order.map(Clone::clone), "village"), number(8));
    }
}

#[test]
fn a_record_with_many_entries_is_found_in_by_its_index() {
    let mut batches = vec![stated(0, &[("head", number(0))])];
    for next in 1..=99 {
        // An odd stride, so that ids come in no order; every third did not see the one before.
        let seen = if next % 3 == 0 { next - 2 } else { next - 1 };
        let own = |of: u8| of.wrapping_mul(37);
        batches.push(amended(own(next), &[own(seen)], &[("head", number(next.into()))]));
    }
    batches.reverse();
    let mut merge = Merge::new();
    batches.iter().for_each(|batch| drop(merge.take(batch)));
    assert_eq!((merge.waiting().len(), merge.entry_count(&key())), (0, 100));
    batches.iter().for_each(|batch| assert!(merge.take(batch).is_empty()));
    let mut forward = Merge::new();
    batches.iter().rev().for_each(|batch| drop(forward.take(batch)));
    assert_eq!(merge.state(&key()), forward.state(&key()));
}

#[test]
fn every_kind_of_value_is_given_back_as_it_was_taken() {
    let day = crate::Day(15_000);
    let span = crate::Span { first: day, last: day + 9 };
    let reference = |form| Value::Record(Reference { form, id: name("h-1.x") });
    let fraction = |top, bottom| Value::Number(Number::fraction(top, bottom).unwrap());
    let values = vec![
        Value::Empty,
        Value::Bool(true),
        Value::Bool(false),
        fraction(-i64::MAX, 3),
        fraction(1, i64::MAX),
        Value::Day(day + -40_000),
        Value::Month(day.month()),
        Value::Span(span),
        Value::Code(name("home")),
        Value::Text("入户".into()),
        Value::Text("".into()),
        reference(None),
        reference(Some(name("household"))),
    ];
    let sealed = |privacy| {
        Cell::Enclosed(Envelope { privacy, key: Id([9; 16]), sealed: Arc::from([7; 31]) })
    };
    let listed = Value::List(values.clone());
    let open = values.into_iter().chain([listed, Value::List(vec![])]).map(Cell::Open);
    let cells = open.chain([Privacy::Countable, Privacy::Sealed].map(sealed));
    let named: Vec<(String, Cell)> =
        cells.enumerate().map(|(at, cell)| (format!("f{at}"), cell)).collect();
    let named: Vec<(&str, Cell)> =
        named.iter().map(|(field, cell)| (field.as_str(), cell.clone())).collect();
    let batch = stated(1, &named);
    let mut merge = Merge::new();
    merge.take(&batch);
    assert_eq!(merge.entry(&key(), id(1)), Some(batch.entries[0].act.clone()));
    let state = merge.state(&key()).unwrap();
    for (field, cell) in named {
        assert_eq!(state.fields[&name(field)], FieldState::Settled(cell));
    }
}

/// The elements of a list; whatever is no list has none.
fn elements(cell: &Cell) -> &[Value] {
    match cell {
        Cell::Open(Value::List(items)) => items,
        _ => &[],
    }
}

/// One entry of a random history.
#[derive(Clone, Debug)]
struct Stroke {
    kind: u8,
    record: u8,
    seen: u16,
    which: u8,
    value: u8,
    opens_batch: bool,
}

fn strokes(count: usize) -> impl Strategy<Value = Vec<Stroke>> {
    let stroke = (0..12_u8, 0..2_u8, any::<u16>(), 1..16_u8, any::<u8>(), any::<bool>());
    let stroke = stroke.prop_map(|(kind, record, seen, which, value, opens_batch)| Stroke {
        kind,
        record,
        seen,
        which,
        value,
        opens_batch,
    });
    vec(stroke, 1..count)
}

/// The fields a stroke writes: two plain ones, a list and a sealed one.
fn written(stroke: &Stroke) -> Fields {
    let value = stroke.value;
    let plain = |value: u8| match value % 4 {
        0 => Cell::Open(Value::Empty),
        value => number(value.into()),
    };
    let mut items: Vec<i64> = (0..5).filter(|item| value >> item & 1 == 1).collect();
    if value >= 128 {
        items.reverse();
    }
    let listed = if value == 0 { plain(0) } else { list(&items) };
    let sealed = Envelope {
        privacy: Privacy::Countable,
        key: Id([1; 16]),
        sealed: Arc::from([value % 3; 30]),
    };
    let cells = [
        ("a", plain(value)),
        ("b", plain(value / 4)),
        ("list", listed),
        ("sealed", Cell::Enclosed(sealed)),
    ];
    let chosen = (0..4).filter(|at| stroke.which >> at & 1 == 1);
    fields(&chosen.map(|at| cells[at].clone()).collect::<Vec<_>>())
}

/// The batches of a history, each stroke having seen some of those before it.
fn history(strokes: &[Stroke]) -> Vec<Batch> {
    let mut batches: Vec<Batch> = Vec::new();
    let mut before: [Vec<EntryId>; 2] = Default::default();
    for stroke in strokes {
        if stroke.opens_batch || batches.is_empty() {
            let mut fresh = stated(0, &[]);
            // Ids in no order of making.
            fresh.id = Id([(batches.len() as u8 + 1).wrapping_mul(151); 16]);
            fresh.entries.clear();
            batches.push(fresh);
        }
        let batch = batches.last_mut().unwrap();
        let own = EntryId { batch: batch.id, index: batch.entries.len() as u16 };
        let before = &mut before[stroke.record as usize];
        let latest = before.iter().rev().take(8).enumerate();
        let mut builds_on: BTreeSet<EntryId> =
            latest.filter(|(at, _)| stroke.seen >> at & 1 == 1).map(|(_, id)| *id).collect();
        if stroke.kind == 2 {
            builds_on.insert(EntryId { batch: Id([255; 16]), index: 7 });
        }
        let act = match stroke.kind {
            _ if builds_on.is_empty() => Act::Stated { fields: written(stroke) },
            0 => Act::Stated { fields: written(stroke) },
            1 => Act::Withdrawn { builds_on },
            _ => Act::Amended { builds_on, fields: written(stroke) },
        };
        before.push(own);
        let record = name(["h1", "h2"][stroke.record as usize]);
        batch.entries.push(Entry { form: name("household"), record, act });
    }
    batches
}

/// The entries of the batches in an order given by drawn keys, some of them repeated.
fn delivered(batches: &[Batch], keys: &[u16]) -> Vec<(EntryId, Entry)> {
    let ids = batches.iter().flat_map(|batch| {
        let entries = (0..).zip(&batch.entries);
        entries.map(|(index, entry)| (EntryId { batch: batch.id, index }, entry.clone()))
    });
    let mut keyed: Vec<_> = keys.iter().cycle().zip(ids).collect();
    let repeated: Vec<_> = keyed.iter().filter(|(key, _)| **key % 3 == 0).cloned().collect();
    keyed.extend(repeated.into_iter().zip(keys).map(|((_, entry), key)| (key, entry)));
    keyed.sort_by_key(|(key, _)| **key);
    keyed.into_iter().map(|(_, entry)| entry).collect()
}

fn all(merge: &Merge) -> BTreeMap<RecordKey, State> {
    merge.records().into_iter().map(|key| (key.clone(), merge.state(&key).unwrap())).collect()
}

fn merged(batches: &[Batch]) -> Merge {
    let mut merge = Merge::new();
    batches.iter().for_each(|batch| drop(merge.take(batch)));
    merge
}

/// The entries that count, by record.
fn counting(batches: &[Batch], merge: &Merge) -> Vec<(RecordKey, EntryId, Act)> {
    let mut counting = delivered(batches, &[1]);
    counting.retain(|(id, entry)| {
        !merge.state(&RecordKey::of(entry)).unwrap().waiting.contains_key(id)
    });
    counting.into_iter().map(|(id, entry)| (RecordKey::of(&entry), id, entry.act)).collect()
}

/// Whether one saw the other, asked of the acts alone.
fn saw(acts: &BTreeMap<EntryId, Act>, one: EntryId, other: EntryId) -> bool {
    let below = acts[&one].builds_on();
    below.contains(&other) || below.iter().any(|below| saw(acts, *below, other))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn order_repetition_and_splitting_do_not_matter(
        strokes in strokes(14), keys in vec(any::<u16>(), 1..20), end in any::<u16>(),
    ) {
        let batches = history(&strokes);
        let mut merge = Merge::new();
        for (id, entry) in delivered(&batches, &keys) {
            merge.take_entry(id, &entry);
        }
        prop_assert_eq!(all(&merge), all(&merged(&batches)));
        prop_assert_eq!(all(&merge), reference::merged(&batches));
        // A second copy of everything, or of its beginning, says nothing.
        for batch in batches.iter().take(end as usize) {
            prop_assert!(merge.take(batch).is_empty());
        }
    }

    #[test]
    fn after_every_single_entry_the_state_is_the_one_from_scratch(
        strokes in strokes(12), keys in vec(any::<u16>(), 1..20),
    ) {
        let batches = history(&strokes);
        let (mut merge, mut so_far) = (Merge::new(), batches.clone());
        // Entries not delivered yet are about another record.
        let nowhere = Entry {
            form: name("nowhere"),
            record: name("none"),
            act: Act::Stated { fields: Fields::new() },
        };
        so_far.iter_mut().flat_map(|batch| &mut batch.entries).for_each(|e| *e = nowhere.clone());
        for (id, entry) in delivered(&batches, &keys) {
            let before = all(&merge);
            let changed = merge.take_entry(id, &entry);
            let batch = so_far.iter_mut().find(|batch| batch.id == id.batch).unwrap();
            batch.entries[id.index as usize] = entry;
            let mut wanted = reference::merged(&so_far);
            wanted.retain(|key, _| key.form.as_str() != "nowhere");
            prop_assert_eq!(changed, before != wanted);
            prop_assert_eq!(all(&merge), wanted);
        }
    }

    #[test]
    fn no_edit_is_lost_and_no_conflict_is_between_entries_of_which_one_saw_the_other(
        strokes in strokes(14),
    ) {
        let batches = history(&strokes);
        let merge = merged(&batches);
        let counting = counting(&batches, &merge);
        let acts: BTreeMap<EntryId, Act> =
            counting.iter().map(|(_, id, act)| (*id, act.clone())).collect();
        for (key, id, act) in &counting {
            let later: Vec<&Act> =
                acts.iter().filter(|(o, _)| saw(&acts, **o, *id)).map(|(_, act)| act).collect();
            let state = merge.state(key).unwrap();
            for (field, cell) in act.fields() {
                let built_upon = later.iter().any(|act| act.fields().contains_key(field));
                let found = match &state.fields[field] {
                    FieldState::Settled(Cell::Open(Value::List(items))) => {
                        let past: Vec<Batch> = past(&batches, &acts, *id);
                        let seen = merged(&past).state(key);
                        let seen = seen.and_then(|state| state.fields.get(field).cloned());
                        let seen: Vec<Value> = seen
                            .and_then(|field| field.holds().map(|cell| elements(cell).to_vec()))
                            .unwrap_or_default();
                        let added = elements(cell).iter().filter(|item| !seen.contains(item));
                        added.into_iter().all(|item| items.contains(item))
                    }
                    FieldState::Settled(held) => held == cell,
                    FieldState::Conflict(sides) => {
                        sides.iter().any(|side| side.says == *cell && side.entries.contains(id))
                    }
                };
                prop_assert!(found || built_upon, "{field} of {id:?}");
            }
            for field in state.fields.values() {
                let FieldState::Conflict(sides) = field else { continue };
                let entries: Vec<&EntryId> = sides.iter().flat_map(|side| &side.entries).collect();
                for one in &entries {
                    prop_assert!(!entries.iter().any(|other| saw(&acts, **one, **other)));
                }
            }
            let withdrawal = matches!(act, Act::Withdrawn { .. });
            prop_assert!(!withdrawal || !later.is_empty() || state.life != Life::Standing);
            prop_assert!(withdrawal || !later.is_empty() || state.life != Life::Withdrawn);
        }
    }

    #[test]
    fn whoever_saw_everything_settles_everything_and_it_stays_settled(
        strokes in strokes(14), keys in vec(any::<u16>(), 1..20), value in any::<u8>(),
    ) {
        let batches = history(&strokes);
        let mut merge = merged(&batches);
        let mut decisions = Vec::new();
        for (number, (record, state)) in (60..).zip(all(&merge)) {
            if state.latest.is_empty() {
                continue;
            }
            let stroke = Stroke { which: 15, value, ..strokes[0].clone() };
            let act = Act::Amended { builds_on: state.latest, fields: written(&stroke) };
            let mut decision = batch(id(number), act);
            decision.entries[0].record = record.record.clone();
            merge.take(&decision);
            let after = merge.state(&record).unwrap();
            prop_assert!(after.is_settled());
            let said = decision.entries[0].act.fields().clone();
            let held = after.fields.iter().map(|(name, field)| {
                (name.clone(), field.holds().unwrap().clone())
            });
            prop_assert_eq!(said, held.collect::<Fields>());
            decisions.push((record, decision, after));
        }
        let mut late = Merge::new();
        decisions.iter().for_each(|(_, decision, _)| drop(late.take(decision)));
        for (id, entry) in delivered(&batches, &keys) {
            late.take_entry(id, &entry);
        }
        for (record, _, after) in decisions {
            prop_assert_eq!(late.state(&record), Some(after));
        }
    }
}

/// The batches with nothing left but what an entry saw.
fn past(batches: &[Batch], acts: &BTreeMap<EntryId, Act>, of: EntryId) -> Vec<Batch> {
    let mut past = batches.to_vec();
    for batch in &mut past {
        for (index, entry) in (0..).zip(&mut batch.entries) {
            let id = EntryId { batch: batch.id, index };
            if !acts.contains_key(&id) || !saw(acts, of, id) {
                entry.form = name("nowhere");
            }
        }
    }
    past
}
