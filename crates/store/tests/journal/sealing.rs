//! Sealed values and bodies: they open for their key and place, and for nothing else.
//!
//! Wrong key, another place, a cut, a changed byte: refused, never a panic. The vectors of the
//! standards are beside the code, in `src/seal.rs`.
//! Read next: `keys.rs`, `erasure.rs`.

use std::sync::Arc;

use facts::{Day, Month, Number, Privacy, Span};
use proptest::collection::vec;
use proptest::prelude::*;
use store::body::{decode_value, encode_value};
use store::seal::{self, Key, NotOpened, Place, SEAL_BYTES, Suite};
use store::{Broken, DamageKind, Envelope, FaultKind, Id, Journal, Keys, Reference, Value};

use super::ground::{CITY, Folder, name, read_all, visit};

const KEY_ID: Id = Id([7; 16]);

fn with_place<T>(record: &str, field: &str, act: impl FnOnce(&Place<'_>) -> T) -> T {
    let (form, record, field) = (name("person"), name(record), name(field));
    act(&Place { form: &form, record: &record, field: &field })
}

fn sealed(key: &Key, value: &[u8]) -> Envelope {
    with_place("r1", "name", |place| {
        seal::seal(key, KEY_ID, place, Privacy::Sealed, value).unwrap()
    })
}

fn opened(key: &Key, envelope: &Envelope) -> Result<Vec<u8>, NotOpened> {
    with_place("r1", "name", |place| seal::open(key, place, envelope).map(|clear| clear.to_vec()))
}

fn suites() -> impl Strategy<Value = Suite> {
    prop_oneof![Just(Suite::Sm), Just(Suite::Aes)]
}

proptest! {
    #[test]
    fn what_was_sealed_opens_again(suite in suites(), value in vec(any::<u8>(), 0..200)) {
        let key = Key::draw(suite).unwrap();
        let envelope = sealed(&key, &value);
        prop_assert_eq!(opened(&key, &envelope), Ok(value));
        prop_assert_eq!(envelope.sealed[0], suite.byte());
    }

    #[test]
    fn a_changed_or_cut_envelope_stays_closed(
        suite in suites(),
        value in vec(any::<u8>(), 0..100),
        at in any::<usize>(),
        bit in 0..8_u32,
    ) {
        let key = Key::draw(suite).unwrap();
        let whole = sealed(&key, &value);
        let at = at % whole.sealed.len();
        let mut flipped = whole.sealed.to_vec();
        flipped[at] ^= 1 << bit;
        let longer = [&whole.sealed[..], &[0]].concat();
        for bytes in [flipped, whole.sealed[..at].to_vec(), longer] {
            let changed = Envelope { sealed: bytes.into(), ..whole.clone() };
            prop_assert_eq!(opened(&key, &changed), Err(NotOpened::Changed));
        }
    }

    #[test]
    fn hostile_bytes_stay_closed(suite in suites(), bytes in vec(any::<u8>(), 0..80)) {
        let key = Key::draw(suite).unwrap();
        prop_assert_eq!(key.open(b"", &bytes).err(), Some(NotOpened::Changed));
    }
}

#[test]
fn an_envelope_opens_only_where_it_belongs() {
    let key = Key::draw(Suite::Sm).unwrap();
    let envelope = sealed(&key, b"value");
    for (record, field) in [("r2", "name"), ("r1", "phone"), ("r1name", "x"), ("r1n", "ame")] {
        let moved = with_place(record, field, |place| seal::open(&key, place, &envelope).err());
        assert_eq!(moved, Some(NotOpened::Changed), "{record} {field}");
    }
    let countable = Envelope { privacy: Privacy::Countable, ..envelope.clone() };
    assert_eq!(opened(&key, &countable), Err(NotOpened::Changed));
    let other_id = Envelope { key: Id([8; 16]), ..envelope.clone() };
    assert_eq!(opened(&key, &other_id), Err(NotOpened::Changed));
    for other in [Key::draw(Suite::Sm).unwrap(), Key::draw(Suite::Aes).unwrap()] {
        assert_eq!(opened(&other, &envelope), Err(NotOpened::Changed));
    }
    assert_eq!(opened(&key, &envelope).as_deref(), Ok(&b"value"[..]));
}

#[test]
fn two_seals_of_one_value_have_nothing_in_common() {
    let key = Key::draw(Suite::Sm).unwrap();
    let (one, two) = (sealed(&key, &[0; 64]), sealed(&key, &[0; 64]));
    assert_ne!(one.sealed[1..13], two.sealed[1..13]);
    assert_ne!(one.sealed[13..], two.sealed[13..]);
}

#[test]
fn the_length_of_a_seal_does_not_tell_the_word() {
    let key = Key::draw(Suite::Sm).unwrap();
    let values = [
        Value::Empty,
        Value::Bool(true),
        Value::Code(name("male")),
        Value::Code(name("female")),
        Value::Text("三字名".into()),
        Value::Text("四个字名".into()),
        Value::Text("371699195001010010".into()),
    ];
    let bytes = |value| sealed(&key, &encode_value(value).unwrap()).sealed.len();
    assert!(values.iter().all(|value| bytes(value) == SEAL_BYTES + 32));
}

#[test]
fn every_kind_of_value_has_a_form_of_its_own() {
    let reference = Reference { form: Some(name("visit")), id: name("v1") };
    let values = [
        Value::Empty,
        Value::Bool(false),
        Value::Number(Number::fraction(-3, 2).unwrap()),
        Value::Day(Day(15_400)),
        Value::Month(Month::from_ym(1950, 5).unwrap()),
        Value::Span(Span::new(Day(1), Day(300)).unwrap()),
        Value::Code(name("kind")),
        Value::Text("巾帼".into()),
        Value::Record(reference),
        Value::List(vec![Value::Code(name("a")), Value::Empty]),
    ];
    for value in values {
        let bytes = encode_value(&value).unwrap();
        assert_eq!(decode_value(&bytes), Ok(value));
        assert!(decode_value(&[&bytes[..], &[0]].concat()).is_err());
        assert!(decode_value(&bytes[..bytes.len() - 1]).is_err());
    }
}

/// A sealed journal of three batches, its keys, and where both lie.
fn sealed_journal() -> (Folder, Arc<Keys>) {
    let folder = Folder::new();
    let keys = Arc::new(Keys::create(&folder.keys()).unwrap());
    let journal = Journal::create_sealed(&folder.journal(), &keys).unwrap();
    for number in 0..3 {
        journal.append(CITY, 0, &visit(1, number)).unwrap();
    }
    (folder, keys)
}

fn damage(opened: Result<Journal, Broken>) -> (u64, DamageKind) {
    match opened {
        Err(Broken::Damage(damage)) => (damage.seq, damage.kind),
        other => panic!("{:?}", other.err()),
    }
}

#[test]
fn a_sealed_journal_is_read_with_its_keys_and_no_others() {
    let (folder, keys) = sealed_journal();
    let journal = Journal::open_sealed(&folder.journal(), &keys).unwrap();
    let batches: Vec<_> = read_all(&journal, CITY).into_iter().map(|one| one.batch).collect();
    assert_eq!(batches, [visit(1, 0), visit(1, 1), visit(1, 2)]);
    drop(journal);
    match Journal::open(&folder.journal()) {
        Err(Broken::Fault(fault)) => assert_eq!(fault.kind, FaultKind::NoKey),
        other => panic!("{:?}", other.err()),
    }
    let elsewhere = Folder::new();
    let others = Arc::new(Keys::create(&elsewhere.keys()).unwrap());
    let refused = damage(Journal::open_sealed(&folder.journal(), &others));
    assert_eq!(refused, (1, DamageKind::Sealed));
    // The chain needs no key.
    assert_eq!(store::verify::verify(&folder.journal().path, &[]).unwrap().batches(), 3);
}

#[test]
fn a_bare_body_is_none_of_a_sealed_journals() {
    let folder = Folder::new();
    let bare = Journal::create(&folder.journal()).unwrap();
    bare.append(CITY, 0, &visit(1, 0)).unwrap();
    drop(bare);
    let keys = Arc::new(Keys::create(&folder.keys()).unwrap());
    let refused = damage(Journal::open_sealed(&folder.journal(), &keys));
    assert_eq!(refused, (1, DamageKind::Sealed));
}

#[test]
fn journals_under_one_set_of_keys_do_not_exchange_bodies() {
    let (folder, keys) = sealed_journal();
    let elsewhere = Folder::new();
    let other = Journal::create_sealed(&elsewhere.journal(), &keys).unwrap();
    other.append(CITY, 0, &visit(1, 0)).unwrap();
    drop(other);
    // The whole row with its chain made anew, as one would who can write the file.
    let theirs = rusqlite::Connection::open(folder.journal().path).unwrap();
    let body: Vec<u8> =
        theirs.query_row("SELECT body FROM batch WHERE seq = 1", [], |row| row.get(0)).unwrap();
    let ours = rusqlite::Connection::open(elsewhere.journal().path).unwrap();
    let origin: [u8; 16] =
        ours.query_row("SELECT origin FROM journal", [], |row| row.get(0)).unwrap();
    let batch = visit(1, 0);
    let beside = store::chain::Beside { id: batch.id, device: batch.device, taken_at: 0 };
    let start = store::chain::beginning(Id(origin), CITY);
    let head = store::chain::next(start, CITY, &beside, store::chain::body_hash(&body));
    ours.execute("UPDATE batch SET body = $1, link = $2", (&body, &head.link.0[..])).unwrap();
    drop(ours);
    store::verify::verify(&elsewhere.journal().path, &[]).unwrap();
    let refused = damage(Journal::open_sealed(&elsewhere.journal(), &keys));
    assert_eq!(refused, (1, DamageKind::Sealed));
}

#[test]
fn other_suites_are_read_beside_each_other() {
    let folder = Folder::new();
    let keys = Arc::new(Keys::create(&folder.keys()).unwrap());
    let journal = Journal::create_sealed(&folder.journal(), &keys).unwrap();
    journal.append(CITY, 0, &visit(1, 0)).unwrap();
    drop((journal, keys));
    let mut settings = folder.keys();
    settings.suite = Suite::Aes;
    let keys = Arc::new(Keys::open(&settings).unwrap());
    let journal = Journal::open_sealed(&folder.journal(), &keys).unwrap();
    journal.append(CITY, 0, &visit(1, 1)).unwrap();
    assert!(journal.append(CITY, 0, &visit(1, 0)).unwrap().repeated);
    assert_eq!(read_all(&journal, CITY).len(), 2);
    let file = rusqlite::Connection::open(folder.journal().path).unwrap();
    let first = |seq: i64| -> Vec<u8> {
        let select = "SELECT body FROM batch WHERE seq = $1";
        file.query_row(select, [seq], |row| row.get(0)).unwrap()
    };
    assert_eq!((first(1)[0], first(2)[0]), (1, 2));
}
