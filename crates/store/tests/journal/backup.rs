//! Backups: consistent while somebody writes, verified, kept apart from keys; restoring gives all
//! of it back under a new epoch.
//!
//! The drill at the end has nothing but two backups and the master key.
//! Read next: `src/backup.rs`, `canary.rs`.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use facts::Privacy;
use store::backup::{Restored, back_up_journal, back_up_keys, restore};
use store::seal::Place;
use store::verify::verify;
use store::{
    Broken, DamageKind, FaultKind, Head, Journal, Keys, KeysSettings, Link, StreamId, Value,
};

use super::ground::{CITY, Folder, name, person, read_all, settings, visit};

fn kind<T: std::fmt::Debug>(outcome: Result<T, Broken>) -> FaultKind {
    match outcome {
        Err(Broken::Fault(fault)) => fault.kind,
        other => panic!("{other:?}"),
    }
}

fn written(folder: &Folder, count: u64) -> Journal {
    let journal = Journal::create(&folder.journal()).unwrap();
    for number in 0..count {
        journal.append(CITY, 0, &visit(1, number)).unwrap();
    }
    journal
}

#[test]
fn a_backup_taken_while_people_write_is_a_beginning_of_what_they_wrote() {
    let folder = Folder::new();
    let journal = written(&folder, 50);
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for of in 2..5 {
            let (journal, stop) = (&journal, &stop);
            scope.spawn(move || {
                for number in 0.. {
                    journal.append(CITY, 0, &visit(of, number)).unwrap();
                    if stop.load(Ordering::Relaxed) {
                        return;
                    }
                }
            });
        }
        let mut before = 50;
        for round in 0..8 {
            let to = folder.0.join(format!("backup-{round}"));
            let verified = back_up_journal(&folder.journal().path, &to).unwrap();
            let [(CITY, head)] = verified.heads[..] else { panic!("{verified:?}") };
            assert!(head.seq >= before);
            before = head.seq;
            assert_eq!(journal.watermark(CITY).unwrap(), head.seq);
            journal.verify(CITY, Some(head)).unwrap();
            let mode = fs::metadata(&to).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, 0o600);
        }
        stop.store(true, Ordering::Relaxed);
    });
    let all = read_all(&journal, CITY);
    let opened = Journal::open(&settings(&folder.0.join("backup-7"))).unwrap();
    let copied = read_all(&opened, CITY);
    assert_eq!(copied, all[..copied.len()]);
    // A backup is one file: no log, no leftover.
    let names = fs::read_dir(&folder.0).unwrap().map(|entry| entry.unwrap().file_name());
    let backups: Vec<_> = names
        .filter_map(|name| name.into_string().ok())
        .filter(|name| name.starts_with("backup-3"))
        .collect();
    assert_eq!(backups, ["backup-3"]);
}

#[test]
fn a_restored_journal_has_a_new_epoch_and_knows_how_far_it_reaches() {
    let folder = Folder::new();
    let journal = written(&folder, 5);
    journal.append(StreamId(0), 0, &visit(9, 1)).unwrap();
    assert_eq!(journal.watermark(CITY).unwrap(), 0);
    let backup = folder.0.join("backup");
    back_up_journal(&folder.journal().path, &backup).unwrap();
    for number in 5..8 {
        journal.append(CITY, 0, &visit(1, number)).unwrap();
    }
    assert_eq!((journal.watermark(CITY), journal.watermark(StreamId(9))), (Ok(5), Ok(0)));
    let epoch = journal.epoch();
    drop(journal);
    assert_eq!(Journal::open(&folder.journal()).unwrap().epoch(), epoch);
    let to = folder.0.join("restored");
    let Restored::Journal(path, verified) = restore(&backup, &to).unwrap() else { panic!("keys") };
    assert_eq!((path.as_path(), verified.batches()), (to.join("journal").as_path(), 6));
    let restored = Journal::open(&settings(&path)).unwrap();
    assert_ne!(restored.epoch(), epoch);
    assert_eq!((restored.watermark(CITY), restored.watermark(StreamId(0))), (Ok(5), Ok(1)));
    assert_eq!(read_all(&restored, CITY).len(), 5);
    // What it forgot is sent again and taken as if for the first time.
    let again = restored.append(CITY, 0, &visit(1, 5)).unwrap();
    assert_eq!((again.seq, again.repeated), (6, false));
    let second = folder.0.join("second");
    restore(&backup, &second).unwrap();
    let second = Journal::open(&settings(&second.join("journal"))).unwrap();
    assert_ne!(second.epoch(), restored.epoch());
}

#[test]
fn nothing_is_written_over_and_nothing_into_a_full_folder() {
    let folder = Folder::new();
    drop(written(&folder, 3));
    let backup = folder.0.join("backup");
    back_up_journal(&folder.journal().path, &backup).unwrap();
    let before = fs::read(&backup).unwrap();
    let again = back_up_journal(&folder.journal().path, &backup);
    assert_eq!(kind(again), FaultKind::JournalExists);
    assert_eq!(fs::read(&backup).unwrap(), before);
    assert_eq!(kind(restore(&backup, &folder.0)), FaultKind::FolderNotEmpty);
    let missing = back_up_journal(&folder.0.join("none"), &folder.0.join("other"));
    assert_eq!(kind(missing), FaultKind::NoJournal);
    assert!(!folder.0.join("other").exists());
    let nowhere = back_up_journal(&folder.journal().path, &folder.0.join("none/backup"));
    assert_eq!(kind(nowhere), FaultKind::NoJournal);
}

#[test]
fn a_cut_or_changed_backup_is_refused_and_nothing_is_restored() {
    let folder = Folder::new();
    drop(written(&folder, 200));
    let backup = folder.0.join("backup");
    back_up_journal(&folder.journal().path, &backup).unwrap();
    let whole = fs::read(&backup).unwrap();
    let needle = b"visit.1.77";
    let at = whole.windows(needle.len()).position(|window| window == needle).unwrap();
    let mut changed = whole.clone();
    changed[at] ^= 1;
    let cases = [changed, whole[..whole.len() / 2].to_vec(), whole[..50].to_vec(), vec![]];
    for (number, bytes) in cases.iter().enumerate() {
        let (bad, to) = (folder.0.join("bad"), folder.0.join(format!("to-{number}")));
        fs::write(&bad, bytes).unwrap();
        assert!(restore(&bad, &to).is_err(), "case {number}");
        assert!(!to.join("journal").exists());
    }
    // Other files are no backups.
    fs::write(folder.0.join("bad"), b"a letter").unwrap();
    let refused = restore(&folder.0.join("bad"), &folder.0.join("to-9"));
    assert_eq!(kind(refused), FaultKind::Damaged);
}

#[test]
fn a_journal_put_back_by_hand_is_refused() {
    let folder = Folder::new();
    let journal = written(&folder, 3);
    let (older, newer) = (folder.0.join("older"), folder.0.join("newer"));
    back_up_journal(&folder.journal().path, &older).unwrap();
    for number in 3..6 {
        journal.append(CITY, 0, &visit(1, number)).unwrap();
    }
    back_up_journal(&folder.journal().path, &newer).unwrap();
    drop(journal);
    for log in ["journal-wal", "journal-shm"] {
        drop(fs::remove_file(folder.0.join(log)));
    }
    fs::copy(&older, folder.journal().path).unwrap();
    match Journal::open(&folder.journal()) {
        Err(Broken::Damage(damage)) => {
            assert_eq!((damage.seq, damage.kind), (6, DamageKind::CutOff));
        }
        other => panic!("{:?}", other.err()),
    }
    fs::copy(&newer, folder.journal().path).unwrap();
    Journal::open(&folder.journal()).unwrap();
    let elsewhere = Folder::new();
    drop(written(&elsewhere, 9));
    drop(Journal::open(&elsewhere.journal()).unwrap());
    for log in ["journal-wal", "journal-shm"] {
        drop(fs::remove_file(folder.0.join(log)));
    }
    fs::copy(elsewhere.journal().path, folder.journal().path).unwrap();
    assert_eq!(kind(Journal::open(&folder.journal()).map(|_| ())), FaultKind::Damaged);
}

#[test]
fn keys_and_data_never_go_into_one_folder() {
    let folder = Folder::new();
    drop(written(&folder, 3));
    drop(Keys::create(&folder.keys()).unwrap());
    let (data, hands) = (folder.0.join("data"), folder.0.join("hands"));
    for path in [&data, &hands] {
        fs::create_dir(path).unwrap();
    }
    back_up_journal(&folder.journal().path, &data.join("journal-1")).unwrap();
    back_up_keys(&folder.keys().path, &hands.join("keys-1")).unwrap();
    let keys = back_up_keys(&folder.keys().path, &data.join("keys-2"));
    assert_eq!(keys.err().map(|fault| fault.kind), Some(FaultKind::KeysBeside));
    let beside_live = back_up_keys(&folder.keys().path, &folder.0.join("keys-2"));
    assert_eq!(beside_live.err().map(|fault| fault.kind), Some(FaultKind::KeysBeside));
    let journal = back_up_journal(&folder.journal().path, &hands.join("journal-2"));
    assert_eq!(kind(journal), FaultKind::KeysBeside);
    back_up_keys(&folder.keys().path, &hands.join("keys-2")).unwrap();
    back_up_journal(&folder.journal().path, &data.join("journal-2")).unwrap();
}

#[test]
fn keys_are_backed_up_while_they_are_in_use() {
    let folder = Folder::new();
    let keys = Keys::create(&folder.keys()).unwrap();
    let hands = folder.0.join("hands");
    fs::create_dir(&hands).unwrap();
    std::thread::scope(|scope| {
        let keys = &keys;
        let drawing = scope.spawn(move || {
            for number in 0..300 {
                keys.of(&person(number)).unwrap();
            }
        });
        let mut before = 0;
        for round in 0..10 {
            let copied = back_up_keys(&folder.keys().path, &hands.join(round.to_string()));
            let count = copied.unwrap().keys;
            assert!(count >= before);
            before = count;
        }
        drawing.join().unwrap();
    });
    let copied = back_up_keys(&folder.keys().path, &hands.join("last")).unwrap();
    assert_eq!((copied.keys, copied.epoch), (300, 1));
}

#[test]
fn verifying_names_what_it_found_and_what_is_missing() {
    let folder = Folder::new();
    let journal = written(&folder, 4);
    journal.append(StreamId(0), 0, &visit(9, 1)).unwrap();
    let path = folder.journal().path;
    let head = journal.head(CITY).unwrap();
    // While the server has it open.
    let verified = verify(&path, &[head.link, Link([7; 32])]).unwrap();
    assert_eq!(verified.journal, journal.id());
    assert_eq!((verified.batches(), verified.heads.len()), (5, 2));
    assert_eq!(verified.heads[1], (CITY, head));
    assert_eq!(verified.missing, [Link([7; 32])]);
    drop(journal);
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.execute_batch("UPDATE batch SET taken_at = 1 WHERE seq = 3").unwrap();
    match verify(&path, &[]) {
        Err(Broken::Damage(damage)) => {
            assert_eq!((damage.stream, damage.seq), (CITY, 3));
        }
        other => panic!("{other:?}"),
    }
    connection.execute_batch("UPDATE batch SET taken_at = 0 WHERE seq = 3").unwrap();
    connection.execute_batch("DELETE FROM batch WHERE seq = 4").unwrap();
    let shorter = verify(&path, &[head.link]).unwrap();
    assert_eq!((shorter.batches(), shorter.missing), (4, vec![head.link]));
}

#[test]
fn two_backups_and_the_master_key_bring_everything_back() {
    let folder = Folder::new();
    let (live, data, hands) = (folder.keys(), folder.0.join("data"), folder.0.join("hands"));
    for path in [&data, &hands] {
        fs::create_dir(path).unwrap();
    }
    let keys = Arc::new(Keys::create(&live).unwrap());
    let journal = Journal::create_sealed(&folder.journal(), &keys).unwrap();
    let (form, record, field) = (name("person"), name("r1"), name("name"));
    let place = Place { form: &form, record: &record, field: &field };
    let value = Value::Text("甲某".into());
    let envelope = keys.seal(&person(1), &place, Privacy::Sealed, &value).unwrap();
    for number in 0..20 {
        journal.append(CITY, 0, &visit(1, number)).unwrap();
    }
    let before = read_all(&journal, CITY);
    let known: Head = journal.head(CITY).unwrap();
    back_up_journal(&folder.journal().path, &data.join("journal-1")).unwrap();
    back_up_keys(&live.path, &hands.join("keys-1")).unwrap();
    let escrow = folder.0.join("escrow");
    fs::copy(&live.master, &escrow).unwrap();
    drop((journal, keys));
    // The machine burns down.
    fs::remove_dir_all(folder.0.join("keys")).unwrap();
    fs::remove_dir_all(folder.0.join("master")).unwrap();
    fs::remove_file(folder.journal().path).unwrap();

    let (to, keys_to) = (folder.0.join("new"), folder.0.join("new-keys"));
    restore(&data.join("journal-1"), &to).unwrap();
    let restored = restore(&hands.join("keys-1"), &keys_to).unwrap();
    let Restored::Keys(path, copied) = restored else { panic!("a journal") };
    assert_eq!((path.as_path(), copied.epoch), (keys_to.join("keys.db").as_path(), 1));
    let opened = KeysSettings { path, master: escrow, suite: live.suite };
    let keys = Arc::new(Keys::open(&opened).unwrap());
    let journal = Journal::open_sealed(&settings(&to.join("journal")), &keys).unwrap();
    assert_eq!(read_all(&journal, CITY), before);
    assert_eq!(journal.verify(CITY, Some(known)), Ok(known));
    assert_eq!(keys.unseal(&place, &envelope), Ok(value));
    assert!(is_private(&to));
}

fn is_private(folder: &Path) -> bool {
    fs::metadata(folder).unwrap().permissions().mode() & 0o077 == 0
}
