//! Erasing: whoever is named can no longer be read, everybody else can, and a crash at any step
//! leaves either the old state or the new one.
//!
//! What the files then hold is looked through in `canary.rs`.
//! Read next: `src/keys/rotation.rs`.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use facts::Privacy;
use store::keys::{STEPS, Step};
use store::lookup::IdNumber;
use store::seal::{NotOpened, Place};
use store::{Envelope, Fault, FaultKind, Keys, KeysSettings, Value};

use super::ground::{Folder, name, person};

const PEOPLE: u64 = 12;

fn number_of(person: u64) -> IdNumber {
    IdNumber::new(&format!("3716991950010100{person:02}")).unwrap()
}

fn seal(keys: &Keys, number: u64) -> Envelope {
    let value = Value::Text(format!("甲某{number}").into());
    at(number, |place| keys.seal(&person(number), place, Privacy::Sealed, &value).unwrap())
}

fn unseal(keys: &Keys, number: u64, envelope: &Envelope) -> Result<Value, NotOpened> {
    at(number, |place| keys.unseal(place, envelope))
}

fn at<T>(number: u64, act: impl FnOnce(&Place<'_>) -> T) -> T {
    let (form, record, field) = (name("person"), person(number).record, name("name"));
    act(&Place { form: &form, record: &record, field: &field })
}

/// Keys of twelve people, a value of each, and their numbers in the blind index.
fn written(settings: &KeysSettings) -> Vec<Envelope> {
    let keys = Keys::create(settings).unwrap();
    for number in 0..PEOPLE {
        keys.remember(&number_of(number), &person(number)).unwrap();
    }
    (0..PEOPLE).map(|number| seal(&keys, number)).collect()
}

/// Who can be read: all, or all but the first two. Anything between fails.
fn are_erased(keys: &Keys, envelopes: &[Envelope]) -> bool {
    let mut erased = Vec::new();
    for (number, envelope) in (0..PEOPLE).zip(envelopes) {
        let found = keys.find(&number_of(number)).unwrap();
        match unseal(keys, number, envelope) {
            Ok(value) => {
                assert_eq!(value, Value::Text(format!("甲某{number}").into()));
                assert_eq!(found, Some(person(number)));
            }
            Err(NotOpened::Erased) => {
                assert_eq!(found, None);
                erased.push(number);
            }
            Err(other) => panic!("{number}: {other:?}"),
        }
    }
    assert!(erased.is_empty() || erased == [0, 1], "{erased:?}");
    !erased.is_empty()
}

#[test]
fn who_is_erased_can_no_longer_be_read_and_the_others_can() {
    let folder = Folder::new();
    let settings = folder.keys();
    let envelopes = written(&settings);
    let keys = Keys::open(&settings).unwrap();
    assert!(!are_erased(&keys, &envelopes));
    // A second name of the old master key's file shows what became of its bytes.
    let second_name = folder.0.join("second-name");
    fs::hard_link(&settings.master, &second_name).unwrap();
    assert_eq!(keys.erase(&[person(0), person(1), person(99)]).unwrap(), 2);
    assert_eq!(fs::read(&second_name).unwrap(), [0; 32]);
    assert!(are_erased(&keys, &envelopes));
    // Twelve people less two, and the key of the blind index.
    assert_eq!(keys.counts().unwrap(), (11, 2));
    drop(keys);
    let keys = Keys::open(&settings).unwrap();
    assert!(are_erased(&keys, &envelopes));
    // Whoever comes again gets another key, which does not open the old envelope.
    assert_ne!(keys.of(&person(0)).unwrap().id, envelopes[0].key);
    assert_eq!(unseal(&keys, 0, &envelopes[0]), Err(NotOpened::Erased));
    let again = seal(&keys, 0);
    assert!(unseal(&keys, 0, &again).is_ok());
    assert_eq!(keys.erase(&[]).unwrap(), 0);
    assert_eq!(keys.counts().unwrap().1, 3);
    assert!(are_erased(&keys, &envelopes));
}

#[test]
fn a_crash_at_any_step_leaves_the_old_state_or_the_new_one() {
    for last in STEPS {
        let folder = Folder::new();
        let settings = folder.keys();
        let envelopes = written(&settings);
        let keys = Keys::open(&settings).unwrap();
        let crash = Fault::new(FaultKind::Disk, "told to crash", "test", "none");
        let mut told = Vec::new();
        let stopped = keys.erase_watched(&[person(0), person(1)], &mut |step| {
            told.push(step);
            if step == last { Err(crash.clone()) } else { Ok(()) }
        });
        assert_eq!(stopped, Err(crash.clone()));
        let until = STEPS.iter().position(|step| *step == last).unwrap();
        assert_eq!(told, STEPS[..=until]);
        // Nobody goes on with keys whose state is not known.
        assert_eq!(keys.of(&person(5)).err(), Some(crash));
        drop(keys);
        let keys = Keys::open(&settings).unwrap();
        assert_eq!(are_erased(&keys, &envelopes), last >= Step::Exchanged, "{last:?}");
        assert_only_these_files(&settings);
        // Both are usable: a key is drawn, and the erasure done or done again.
        keys.of(&person(77)).unwrap();
        keys.erase(&[person(0), person(1)]).unwrap();
        assert!(are_erased(&keys, &envelopes));
        drop(keys);
        assert!(are_erased(&Keys::open(&settings).unwrap(), &envelopes));
    }
}

fn assert_only_these_files(settings: &KeysSettings) {
    let names = |path: &Path| {
        let entries = fs::read_dir(path.parent().unwrap()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    assert_eq!(names(&settings.path), ["keys.db", "keys.db.lock"]);
    assert_eq!(names(&settings.master), ["master.key"]);
}

#[test]
fn half_written_leftovers_are_cleared_away() {
    let folder = Folder::new();
    let settings = folder.keys();
    let envelopes = written(&settings);
    let beside = |path: &Path, ending: &str| {
        let name = format!("{}{ending}", path.file_name().unwrap().to_str().unwrap());
        path.with_file_name(name)
    };
    for bytes in [&b""[..], &[9; 17], &[9; 32], &[9; 4_096]] {
        for leftover in [beside(&settings.master, ".next"), beside(&settings.path, ".new")] {
            fs::write(&leftover, bytes).unwrap();
            fs::set_permissions(&leftover, fs::Permissions::from_mode(0o600)).unwrap();
        }
        let keys = Keys::open(&settings).unwrap();
        assert!(!are_erased(&keys, &envelopes));
        assert_only_these_files(&settings);
    }
}

#[test]
fn an_older_copy_opens_nothing_once_its_master_key_is_gone() {
    let folder = Folder::new();
    let settings = folder.keys();
    let envelopes = written(&settings);
    let old = fs::read(&settings.path).unwrap();
    let old_master = fs::read(&settings.master).unwrap();
    let keys = Keys::open(&settings).unwrap();
    keys.erase(&[person(0), person(1)]).unwrap();
    drop(keys);
    let new = fs::read(&settings.path).unwrap();
    fs::write(&settings.path, &old).unwrap();
    let refused = Keys::open(&settings).err().map(|fault| fault.kind);
    assert_eq!(refused, Some(FaultKind::NoKey));
    // Neither a wrapped key nor a place of the blind index is in both files.
    let rows = |bytes: &[u8], column: &str| -> Vec<Vec<u8>> {
        fs::write(&settings.path, bytes).unwrap();
        let connection = rusqlite::Connection::open(&settings.path).unwrap();
        let mut select = connection.prepare(column).unwrap();
        let rows = select.query_map([], |row| row.get(0)).unwrap();
        rows.map(|row| row.unwrap()).collect()
    };
    for column in [
        "SELECT wrapped FROM key WHERE state = 1",
        "SELECT place FROM lookup",
        "SELECT wrapped FROM lookup",
    ] {
        let (before, after) = (rows(&old, column), rows(&new, column));
        assert!(!before.is_empty() && !after.is_empty());
        assert!(before.iter().all(|row| !after.contains(row)), "{column}");
    }
    // The control: with the old master key the old copy would have told everything.
    fs::write(&settings.path, &old).unwrap();
    fs::write(&settings.master, old_master).unwrap();
    assert!(!are_erased(&Keys::open(&settings).unwrap(), &envelopes));
}
