//! Stories of keeping: a journal is verified, backed up and restored from the command line.
//!
//! What must hold inside is tested in the store; here, that the words reach it and the exit codes
//! say what happened. Nobody real: the one batch states a made-up visit.
//! Read next: `src/command/backup.rs`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use server::command::{DONE, REFUSED, run};
use store::seal::Suite;
use store::{Act, Batch, Entry, Id, Journal, Keys, KeysSettings, Name, Settings, StreamId};

/// A folder that goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("nuanjia-keeping-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn folder(&self, name: &str) -> PathBuf {
        let path = self.0.join(name);
        std::fs::create_dir_all(&path).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

fn line<'a>(words: impl IntoIterator<Item = &'a dyn AsRef<std::ffi::OsStr>>) -> u8 {
    let words = words.into_iter().map(|word| word.as_ref().to_owned());
    run(std::iter::once(OsString::from("nuanjia")).chain(words))
}

macro_rules! nuanjia {
    ($($word:expr),*) => { line([$(&$word as &dyn AsRef<std::ffi::OsStr>),*]) };
}

/// A journal of three batches; gives the link of its end.
fn journal(folder: &Path) -> String {
    let settings = Settings { path: folder.join("journal"), key_file: None };
    let journal = Journal::create(&settings).unwrap();
    let name = |text: &str| Name::new(text).unwrap();
    for number in 0..3 {
        let entry = Entry {
            form: name("visit"),
            record: name(&format!("v{number}")),
            act: Act::Stated { fields: [].into() },
        };
        let batch = Batch {
            id: Id([number; 16]),
            device: Id([9; 16]),
            author: name("p1"),
            org: name("371621101"),
            made_at: 0,
            entries: vec![entry],
        };
        journal.append(StreamId(371_600), 0, &batch).unwrap();
    }
    journal.head(StreamId(371_600)).unwrap().link.to_string()
}

#[test]
fn a_journal_is_verified_backed_up_and_restored() {
    let place = Folder::new();
    let live = place.folder("live");
    let head = journal(&live);
    let (backup, restored) = (place.folder("data").join("backup"), place.0.join("restored"));
    assert_eq!(nuanjia!("verify", live.join("journal"), "--head", head), DONE);
    assert_eq!(nuanjia!("backup", live, "--to", backup), DONE);
    assert_eq!(nuanjia!("backup", live, "--to", backup), REFUSED);
    assert_eq!(nuanjia!("restore", backup, "--to", restored), DONE);
    assert_eq!(nuanjia!("restore", backup, "--to", restored), REFUSED);
    assert_eq!(nuanjia!("verify", restored, "--head", head), DONE);
}

#[test]
fn what_does_not_hold_ends_with_exit_code_one() {
    let place = Folder::new();
    let live = place.folder("live");
    let head = journal(&live);
    assert_eq!(nuanjia!("verify", live, "--head", "66".repeat(32)), REFUSED);
    assert_eq!(nuanjia!("verify", live, "--head", "66"), REFUSED);
    assert_eq!(nuanjia!("verify", place.0.join("none")), REFUSED);
    assert_eq!(nuanjia!("backup", "--to", place.0.join("b")), REFUSED);
    let backup = place.folder("data").join("backup");
    assert_eq!(nuanjia!("backup", live, "--to", backup), DONE);
    let mut bytes = std::fs::read(&backup).unwrap();
    let at = bytes.windows(2).position(|window| window == b"v1").unwrap();
    bytes[at] ^= 1;
    std::fs::write(&backup, bytes).unwrap();
    assert_eq!(nuanjia!("verify", backup, "--head", head), REFUSED);
    assert_eq!(nuanjia!("restore", backup, "--to", place.0.join("restored")), REFUSED);
}

#[test]
fn keys_go_into_a_folder_of_their_own() {
    let place = Folder::new();
    let (live, data, hands) = (place.folder("live"), place.folder("data"), place.folder("hands"));
    journal(&live);
    let keys = place.folder("keys").join("keys.db");
    let master = place.folder("master").join("master.key");
    drop(Keys::create(&KeysSettings { path: keys.clone(), master, suite: Suite::Sm }).unwrap());
    assert_eq!(nuanjia!("backup", live, "--to", data.join("backup")), DONE);
    assert_eq!(nuanjia!("backup", "--keys", keys, "--to", data.join("keys")), REFUSED);
    assert_eq!(nuanjia!("backup", "--keys", keys, "--to", hands.join("keys")), DONE);
    assert_eq!(nuanjia!("restore", hands.join("keys"), "--to", place.0.join("back")), DONE);
    assert!(place.0.join("back").join("keys.db").is_file());
}
