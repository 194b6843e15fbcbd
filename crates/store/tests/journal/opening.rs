//! What opening refuses, and that it leaves the files as they were.
//!
//! Each refusal has a kind for programs and a sentence for people; only the kinds are asserted.
//! The laws that hold on any database, such as a newer schema, are in `laws.rs`.
//! Read next: `src/guard.rs`.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use store::{Broken, FaultKind, Journal, Settings};

use super::ground::{CITY, Folder, visit};

fn refused(opened: Result<Journal, Broken>) -> FaultKind {
    match opened {
        Err(Broken::Fault(fault)) => fault.kind,
        other => panic!("{:?}", other.err()),
    }
}

fn let_others_read(path: &Path) {
    fs::set_permissions(path, fs::Permissions::from_mode(0o644)).unwrap();
}

#[test]
fn a_missing_journal_is_a_fault_and_no_new_beginning() {
    let folder = Folder::new();
    assert_eq!(refused(Journal::open(&folder.journal())), FaultKind::NoJournal);
    assert!(!folder.journal().path.exists());
}

#[test]
fn a_journal_that_is_there_is_not_made_again() {
    let folder = Folder::new();
    let journal = Journal::create(&folder.journal()).unwrap();
    journal.append(CITY, 0, &visit(1, 0)).unwrap();
    drop(journal);
    assert_eq!(refused(Journal::create(&folder.journal())), FaultKind::JournalExists);
    assert_eq!(Journal::open(&folder.journal()).unwrap().head(CITY).unwrap().seq, 1);
}

#[test]
fn a_creation_that_was_cut_short_is_begun_again() {
    let folder = Folder::new();
    fs::write(folder.0.join("journal.new"), b"SQLite format 3, or the beginning of it").unwrap();
    fs::write(folder.0.join("journal.new-journal"), b"rest").unwrap();
    Journal::create(&folder.journal()).unwrap();
    assert!(!folder.0.join("journal.new").exists());
}

#[test]
fn only_one_has_a_journal_open() {
    let folder = Folder::new();
    let first = Journal::create(&folder.journal()).unwrap();
    assert_eq!(refused(Journal::open(&folder.journal())), FaultKind::InUse);
    drop(first);
    Journal::open(&folder.journal()).unwrap();
}

#[test]
fn files_that_others_can_read_are_refused() {
    let folder = Folder::new();
    drop(Journal::create(&folder.journal()).unwrap());
    let mode = |name: &str| fs::metadata(folder.0.join(name)).unwrap().permissions().mode();
    assert_eq!(mode("journal") & 0o777, 0o600);
    assert_eq!(mode("journal.lock") & 0o777, 0o600);
    let_others_read(&folder.journal().path);
    assert_eq!(refused(Journal::open(&folder.journal())), FaultKind::NotPrivate);
    let private = fs::Permissions::from_mode(0o600);
    fs::set_permissions(folder.journal().path, private.clone()).unwrap();
    let key_file = folder.0.join("key");
    fs::write(&key_file, b"secret").unwrap();
    let_others_read(&key_file);
    let settings = Settings { key_file: Some(key_file.clone()), ..folder.journal() };
    assert_eq!(refused(Journal::open(&settings)), FaultKind::NotPrivate);
    fs::set_permissions(&key_file, private).unwrap();
    Journal::open(&settings).unwrap();
}

#[test]
fn a_file_of_something_else_is_refused_and_left_alone() {
    let folder = Folder::new();
    let path = folder.journal().path;
    let texts: [&[u8]; 2] = [b"not a database at all, but long enough to be looked at", &[0; 4096]];
    for text in texts {
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(refused(Journal::open(&folder.journal())), FaultKind::Damaged);
        assert_eq!(fs::read(&path).unwrap(), text);
    }
    fs::remove_file(&path).unwrap();
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("CREATE TABLE journal (pages BIGINT)").unwrap();
    drop(other);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(refused(Journal::open(&folder.journal())), FaultKind::Damaged);
}
