//! Laws of the byte form: one batch, one form; hostile bytes are told apart and never panic.
//!
//! The fixed forms below may not change as long as version 1 is read: what is on disk was hashed.
//! A new kind of value gets a new tag and a new fixed form here.
//! Read next: `src/body.rs`, `docs/journal.md`.

use std::collections::BTreeSet;

use facts::{Day, Month, Number, Privacy, Span};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;
use store::body::{decode, encode};
use store::{Act, Batch, Cell, Entry, EntryId, Envelope, Id, Name, Reference, Refusal, Value};

use super::ground::{name, second_thoughts, visit};

fn names() -> impl Strategy<Value = Name> {
    "[A-Za-z0-9_.-]{1,64}".prop_map(|text| name(&text))
}

fn ids() -> impl Strategy<Value = Id> {
    any::<[u8; 16]>().prop_map(Id)
}

fn days() -> impl Strategy<Value = Day> {
    (Day::MIN.0..=Day::MAX.0).prop_map(Day)
}

fn single_values() -> impl Strategy<Value = Value> {
    let fraction = (any::<i64>(), 1..=i64::MAX);
    prop_oneof![
        Just(Value::Empty),
        any::<bool>().prop_map(Value::Bool),
        fraction.prop_map(|(top, bottom)| Value::Number(Number::fraction(top, bottom).unwrap())),
        days().prop_map(Value::Day),
        (1_901..2_199_i32, 1..=12_u32)
            .prop_map(|(year, month)| Value::Month(Month::from_ym(year, month).unwrap())),
        (days(), days()).prop_map(|(a, b)| Value::Span(Span::new(a.min(b), a.max(b)).unwrap())),
        names().prop_map(Value::Code),
        "\\PC{0,40}".prop_map(|text| Value::Text(text.into())),
        (proptest::option::of(names()), names())
            .prop_map(|(form, id)| Value::Record(Reference { form, id })),
    ]
}

fn cells() -> impl Strategy<Value = Cell> {
    let sealed = (1..=2_u8, vec(any::<u8>(), 28..60)).prop_map(|(suite, rest)| {
        let bytes: Vec<u8> = std::iter::once(suite).chain(rest).collect();
        bytes
    });
    let envelope = (any::<bool>(), ids(), sealed).prop_map(|(countable, key, sealed)| {
        let privacy = if countable { Privacy::Countable } else { Privacy::Sealed };
        Cell::Enclosed(Envelope { privacy, key, sealed: sealed.into() })
    });
    prop_oneof![
        single_values().prop_map(Cell::Open),
        vec(single_values(), 0..5).prop_map(|items| Cell::Open(Value::List(items))),
        envelope,
    ]
}

fn entries() -> impl Strategy<Value = Entry> {
    let seen = || (ids(), any::<u16>()).prop_map(|(batch, index)| EntryId { batch, index });
    let builds_on = || btree_set(seen(), 1..4);
    let fields = || btree_map(names(), cells(), 0..6);
    let act = prop_oneof![
        fields().prop_map(|fields| Act::Stated { fields }),
        (builds_on(), fields()).prop_map(|(builds_on, fields)| Act::Amended { builds_on, fields }),
        builds_on().prop_map(|builds_on| Act::Withdrawn { builds_on }),
    ];
    (names(), names(), act).prop_map(|(form, record, act)| Entry { form, record, act })
}

fn batches() -> impl Strategy<Value = Batch> {
    let who = (ids(), ids(), names(), names());
    (who, any::<i64>(), vec(entries(), 1..5)).prop_map(|(who, made_at, entries)| {
        let (id, device, author, org) = who;
        Batch { id, device, author, org, made_at, entries }
    })
}

proptest! {
    #[test]
    fn a_batch_is_read_as_it_was_written(batch in batches()) {
        let bytes = encode(&batch).unwrap();
        prop_assert_eq!(decode(batch.id, batch.device, &bytes), Ok(batch));
    }

    #[test]
    fn what_can_be_read_has_no_second_form(
        batch in batches(),
        changes in vec((any::<usize>(), any::<u8>()), 1..4),
        cut in any::<usize>(),
    ) {
        let mut bytes = encode(&batch).unwrap();
        if cut % 3 == 0 {
            bytes.truncate(cut % bytes.len());
        }
        for (at, byte) in changes {
            let Some(at) = at.checked_rem(bytes.len()) else { break };
            bytes[at] = byte;
        }
        if let Ok(read) = decode(batch.id, batch.device, &bytes) {
            prop_assert_eq!(encode(&read).unwrap(), bytes);
        }
    }

    #[test]
    fn hostile_bytes_are_no_batch_and_no_panic(
        beginning in prop_oneof![
            Just(vec![]),
            Just(vec![0_u8, 1]),
            Just(b"\0\x01\x01a\x01b".to_vec()),
        ],
        rest in vec(prop_oneof![any::<u8>(), 0..12_u8], 0..300),
    ) {
        let bytes = [beginning, rest].concat();
        if let Ok(read) = decode(Id([0; 16]), Id([0; 16]), &bytes) {
            prop_assert_eq!(encode(&read).unwrap(), bytes);
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn version_one_stays_what_it_is() {
    assert_eq!(hex(&encode(&visit(1, 2)).unwrap()), VISIT);
    assert_eq!(hex(&encode(&second_thoughts(1, 2)).unwrap()), SECOND_THOUGHTS);
    let values = [
        ("a", Value::Empty),
        ("b", Value::Bool(false)),
        ("c", Value::Bool(true)),
        ("d", Value::Number(Number::fraction(-3, 2).unwrap())),
        ("e", Value::Day(Day(-1))),
        ("f", Value::Month(Month::from_ym(2012, 5).unwrap())),
        ("g", Value::Span(Span::new(Day(1), Day(300)).unwrap())),
        ("h", Value::Text("巾帼".into())),
        ("i", Value::Record(Reference { form: Some(name("visit")), id: name("v1") })),
        ("j", Value::List(vec![Value::Code(name("a")), Value::Code(name("b"))])),
    ];
    let mut batch = visit(1, 2);
    batch.entries.truncate(1);
    batch.entries[0].act = Act::Stated {
        fields: values.map(|(alias, value)| (name(alias), Cell::Open(value))).into(),
    };
    assert_eq!(hex(&encode(&batch).unwrap()), VALUES);
}

const VISIT: &str = "\
    00010270310933373136323131303184909ef0f04d02010576697369740976697369742e312e32030464617465\
    04d4f00109686f757365686f6c6409026832046b696e640704686f6d6501046e656564086e6565642e312e3202\
    04746578742105050505050505050505050505050505290102030001060704050a0b08090e0f0c0d1213101116\
    1714151a1b18191e1f1c1d222320212627242505746f70696307076d65646963616c";
const SECOND_THOUGHTS: &str = "\
    000102703109333731363231313031849998f1f04d02020576697369740f76697369742e312e31303030303032\
    010000000000000002bbbbbbbbbbbbbbbb0001046b696e640003046e6565640e6e6565642e312e313030303030\
    32010000000000000002bbbbbbbbbbbbbbbb01";
const VALUES: &str = "\
    00010270310933373136323131303184909ef0f04d01010576697369740976697369742e312e320a0161000162\
    01016302016403050201650401016605caf10101670602d80401680806e5b7bee5b8bc01690a05766973697402\
    7631016a0b02070161070162";

fn with(act: Act) -> Batch {
    let mut batch = visit(1, 2);
    batch.entries[0].act = act;
    batch
}

fn stated(value: Value) -> Batch {
    with(Act::Stated { fields: [(name("a"), Cell::Open(value))].into() })
}

#[test]
fn a_batch_that_cannot_be_is_refused_by_its_writer() {
    let list = Value::List(vec![Value::List(vec![])]);
    assert_eq!(encode(&stated(list)), Err(Refusal::ListInList));
    assert_eq!(encode(&stated(Value::Day(Day(Day::MAX.0 + 1)))), Err(Refusal::NoSuchDay));
    let reversed = Span { first: Day(2), last: Day(1) };
    assert_eq!(encode(&stated(Value::Span(reversed))), Err(Refusal::NoSuchDay));
    assert_eq!(encode(&stated(Value::Month(Month(i32::MAX)))), Err(Refusal::NoSuchDay));
    let nothing = with(Act::Withdrawn { builds_on: BTreeSet::new() });
    assert_eq!(encode(&nothing), Err(Refusal::BuildsOnNothing));
    let long = "长".repeat(200_000);
    assert_eq!(encode(&stated(Value::Text(long.into()))).unwrap_err().code(), "too-much");
    let mut many = visit(1, 2);
    many.entries = vec![many.entries[0].clone(); 1_001];
    assert_eq!(encode(&many).unwrap_err().code(), "too-much");
}

#[test]
fn a_sealed_field_in_the_clear_is_refused() {
    let clear = "王某某，电话一三八".as_bytes();
    for (privacy, sealed) in [
        (Privacy::Sealed, clear.to_vec()),
        (Privacy::Countable, vec![1; 28]),
        (Privacy::Sealed, vec![0; 40]),
        (Privacy::Open, vec![1; 40]),
    ] {
        let envelope = Envelope { privacy, key: Id([1; 16]), sealed: sealed.into() };
        let batch = with(Act::Stated { fields: [(name("a"), Cell::Enclosed(envelope))].into() });
        assert_eq!(encode(&batch), Err(Refusal::NotSealed));
    }
}

#[test]
fn names_are_those_of_the_fact_folder() {
    for good in ["a", "371600K01", "v.1_2-3", &"x".repeat(64)] {
        assert!(Name::new(good).is_some(), "{good}");
    }
    for bad in ["", " ", "走访", "a b", "a/b", "a\0", &"x".repeat(65)] {
        assert!(Name::new(bad).is_none(), "{bad}");
    }
}
