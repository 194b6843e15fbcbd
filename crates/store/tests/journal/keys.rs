//! The keys file: a key handed out is on disk, whoever opens it is looked at, rows do not move.
//!
//! The kill test starts this same binary again, as `kill.rs` does.
//! Read next: `src/keys.rs`, `erasure.rs`.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use facts::Privacy;
use store::lookup::{IdNumber, Remembered};
use store::seal::{NotOpened, Place, Suite};
use store::{Fault, FaultKind, Id, Keys, KeysSettings, Subject, Value};

use super::ground::{Draw, Folder, name, person};

const FOLDER: &str = "NUANJIA_KILL_KEYS";

fn refused(settings: &KeysSettings) -> FaultKind {
    match Keys::open(settings) {
        Err(fault) => fault.kind,
        Ok(_) => panic!("opened"),
    }
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn someones_key_stays_the_same() {
    let folder = Folder::new();
    let keys = Keys::create(&folder.keys()).unwrap();
    let first = keys.of(&person(1)).unwrap().id;
    assert_eq!(keys.of(&person(1)).unwrap().id, first);
    let several = [person(2), person(1), person(3), person(2)];
    let ids: Vec<Id> = keys.of_all(&several).unwrap().iter().map(|held| held.id).collect();
    assert_eq!((ids[1], ids[0]), (first, ids[3]));
    assert!(ids[0] != ids[2] && ids[0] != first);
    let household = Subject { form: name("household"), record: name("r1") };
    assert_ne!(keys.of(&household).unwrap().id, first);
    assert_eq!(keys.counts().unwrap(), (4, 1));
    drop(keys);
    let keys = Keys::open(&folder.keys()).unwrap();
    assert_eq!(keys.of(&person(1)).unwrap().id, first);
    assert_eq!(keys.of(&person(3)).unwrap().id, ids[2]);
    assert_eq!(keys.counts().unwrap(), (4, 1));
}

#[test]
fn a_value_opens_after_a_restart_whatever_the_suite() {
    for suite in [Suite::Sm, Suite::Aes] {
        let folder = Folder::new();
        let settings = KeysSettings { suite, ..folder.keys() };
        let keys = Keys::create(&settings).unwrap();
        let (form, record, field) = (name("person"), name("r1"), name("id_number"));
        let place = Place { form: &form, record: &record, field: &field };
        let value = Value::Text("371699195001010010".into());
        let envelope = keys.seal(&person(1), &place, Privacy::Sealed, &value).unwrap();
        assert_eq!(envelope.sealed[0], suite.byte());
        drop(keys);
        let keys = Keys::open(&settings).unwrap();
        assert_eq!(keys.unseal(&place, &envelope), Ok(value));
        let unknown = store::Envelope { key: Id([0; 16]), ..envelope };
        assert_eq!(keys.unseal(&place, &unknown), Err(NotOpened::NoKey));
    }
}

#[test]
fn what_belongs_to_no_person_is_sealed_by_its_purpose() {
    let folder = Folder::new();
    let keys = Keys::create(&folder.keys()).unwrap();
    let sealed = keys.enclose("second factor", b"account 1", b"secret").unwrap();
    let opened =
        |purpose, about: &[u8]| keys.disclose(purpose, about, &sealed).map(|clear| clear.to_vec());
    assert_eq!(opened("second factor", b"account 1").as_deref(), Ok(&b"secret"[..]));
    assert_eq!(opened("second factor", b"account 2"), Err(NotOpened::Changed));
    assert_eq!(opened("another", b"account 1"), Err(NotOpened::NoKey));
}

#[test]
fn files_that_others_can_read_or_that_do_not_fit_are_refused() {
    let folder = Folder::new();
    let settings = folder.keys();
    assert_eq!(refused(&settings), FaultKind::NoJournal);
    drop(Keys::create(&settings).unwrap());
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&settings.path), mode(&settings.master)), (0o600, 0o600));
    for open in [0o640, 0o604, 0o660] {
        set_mode(&settings.master, open);
        assert_eq!(refused(&settings), FaultKind::NotPrivate, "{open:o}");
    }
    set_mode(&settings.master, 0o600);
    set_mode(&settings.path, 0o644);
    assert_eq!(refused(&settings), FaultKind::NotPrivate);
    set_mode(&settings.path, 0o600);
    let master = fs::read(&settings.master).unwrap();
    fs::write(&settings.master, [1; 32]).unwrap();
    assert_eq!(refused(&settings), FaultKind::NoKey);
    fs::write(&settings.master, &master[..31]).unwrap();
    assert_eq!(refused(&settings), FaultKind::NoKey);
    fs::remove_file(&settings.master).unwrap();
    assert_eq!(refused(&settings), FaultKind::NoJournal);
    fs::write(&settings.master, &master).unwrap();
    set_mode(&settings.master, 0o600);
    let open = Keys::open(&settings).unwrap();
    assert_eq!(refused(&settings), FaultKind::InUse);
    drop(open);
    let fault = Keys::create(&settings).err().unwrap();
    assert_eq!(fault.kind, FaultKind::JournalExists);
    let whole = fs::read(&settings.path).unwrap();
    let other = b"something else, and long enough to be looked at as a database";
    for (bytes, kind) in [(&b""[..], FaultKind::Damaged), (&other[..], FaultKind::Damaged)] {
        fs::write(&settings.path, bytes).unwrap();
        assert_eq!(refused(&settings), kind);
    }
    fs::write(&settings.path, whole).unwrap();
    run(&settings, "UPDATE keys SET schema = 2");
    assert_eq!(refused(&settings), FaultKind::NewerSchema);
}

fn run(settings: &KeysSettings, statement: &str) {
    let connection = rusqlite::Connection::open(&settings.path).unwrap();
    connection.execute_batch(statement).unwrap();
}

#[test]
fn a_key_put_in_anothers_row_is_damage() {
    let folder = Folder::new();
    let settings = folder.keys();
    let keys = Keys::create(&settings).unwrap();
    keys.of_all(&[person(1), person(2)]).unwrap();
    drop(keys);
    run(&settings, "UPDATE key SET wrapped = (SELECT wrapped FROM key WHERE record = 'r2')");
    let keys = Keys::open(&settings).unwrap();
    assert_eq!(keys.of(&person(1)).err().map(|fault| fault.kind), Some(FaultKind::Damaged));
    assert!(keys.of(&person(2)).is_ok());
    // Damage is no reason to stop: the others are still asked for.
    assert!(keys.of(&person(3)).is_ok());
}

#[test]
fn a_number_finds_its_person_and_stands_nowhere() {
    let folder = Folder::new();
    let settings = folder.keys();
    let keys = Keys::create(&settings).unwrap();
    let number = |text: &str| IdNumber::new(text).unwrap();
    let one = "371699195001010010";
    assert_eq!(keys.find(&number(one)).unwrap(), None);
    assert_eq!(keys.remember(&number(one), &person(1)).unwrap(), Remembered::New);
    assert_eq!(keys.remember(&number(one), &person(1)).unwrap(), Remembered::Known);
    let others = keys.remember(&number(one), &person(2)).unwrap();
    assert_eq!(others, Remembered::Others(person(1)));
    drop(keys);
    let keys = Keys::open(&settings).unwrap();
    let spelled = "３７１６９９ 19500101 0010";
    assert_eq!(keys.find(&number(spelled)).unwrap(), Some(person(1)));
    assert_eq!(keys.find(&number("371699195001010011")).unwrap(), None);
}

#[test]
#[ignore = "the kill test runs it in a process of its own"]
fn draws_keys_until_it_is_killed() {
    let Ok(path) = std::env::var(FOLDER) else { return };
    let path = Path::new(&path);
    let (path, master) = (path.join("keys/keys.db"), path.join("master/master.key"));
    let keys = Keys::open(&KeysSettings { path, master, suite: Suite::Sm }).unwrap();
    let begin = keys.counts().unwrap().0;
    for number in begin.. {
        println!("told {number} {}", keys.of(&person(number)).unwrap().id);
    }
}

#[test]
fn a_killed_process_has_lost_no_key_it_handed_out() {
    let folder = Folder::new();
    drop(Keys::create(&folder.keys()).unwrap());
    let mut draw = Draw(20_120_521);
    let mut told = Vec::new();
    for _ in 0..20 {
        let wanted = told.len() + 1 + draw.below(30) as usize;
        let turns = draw.below(2_000_000);
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "--nocapture", "keys::draws_keys_until_it_is_killed"])
            .env(FOLDER, &folder.0)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        for line in lines.map_while(Result::ok) {
            let Some((_, rest)) = line.split_once("told ") else { continue };
            let Some((number, id)) = rest.split_once(' ') else { continue };
            told.push((number.parse::<u64>().unwrap(), id.to_owned()));
            if told.len() == wanted {
                (0..turns).for_each(|_| std::hint::spin_loop());
                process.kill().unwrap();
            }
        }
        process.wait().unwrap();
        let keys: Result<Keys, Fault> = Keys::open(&folder.keys());
        let keys = keys.unwrap();
        let before = keys.counts().unwrap().0;
        for (number, id) in &told {
            assert_eq!(keys.of(&person(*number)).unwrap().id.to_string(), *id);
        }
        assert_eq!(keys.counts().unwrap().0, before, "a key was drawn anew");
    }
    println!("20 kills, {} keys told, 0 lost", told.len());
}
