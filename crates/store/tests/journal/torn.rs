//! Torn files: what a crash, a bad disk or a half copy can leave of a journal.
//!
//! A log cut anywhere opens to the batches whose commits lie before the cut. Anything else, cuts
//! and flipped bits anywhere in either file, opens to a beginning of what was written, or is
//! refused by opening or verifying; it never shows something else. A beginning that is shorter
//! than a known head is told as cut off. Read next: `kill.rs`.

use std::fs;
use std::path::Path;

use store::{Broken, FaultKind, Head, Journal, Stored};

use super::ground::{CITY, Draw, Folder, read_all, settings, visit};

const LOG: &str = "journal-wal";

/// A journal of so many batches, one commit each, as the files lie when the process ends.
fn written(folder: &Folder, count: u64) -> (Vec<Stored>, Head) {
    let journal = Journal::create(&folder.journal()).unwrap();
    for number in 0..count {
        journal.append(CITY, 0, &visit(1, number)).unwrap();
    }
    (read_all(&journal, CITY), journal.head(CITY).unwrap())
}

/// Puts the two files into an empty folder, changed or not.
fn lay(folder: &Path, journal: &[u8], log: &[u8]) {
    drop(fs::remove_dir_all(folder));
    fs::create_dir(folder).unwrap();
    store_private(&folder.join("journal"), journal);
    store_private(&folder.join(LOG), log);
}

fn store_private(path: &Path, bytes: &[u8]) {
    use std::os::unix::fs::PermissionsExt;
    fs::write(path, bytes).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

#[test]
fn a_log_cut_anywhere_opens_to_the_commits_before_the_cut() {
    let folder = Folder::new();
    let (all, _) = written(&folder, 150);
    let file = fs::read(folder.0.join("journal")).unwrap();
    let log = fs::read(folder.0.join(LOG)).unwrap();
    let torn = folder.0.join("torn");
    let mut draw = Draw(3);
    let mut cuts: Vec<usize> = (0..80).map(|_| draw.below(log.len() as u64) as usize).collect();
    // Every byte near the end, where a crash cuts.
    cuts.extend((log.len() - 40)..=log.len());
    cuts.sort_unstable();
    let mut longest = 0;
    for cut in cuts {
        lay(&torn, &file, &log[..cut]);
        let journal = Journal::open(&settings(&torn.join("journal"))).unwrap();
        let left = read_all(&journal, CITY);
        assert_eq!(left, all[..left.len()], "cut at {cut}");
        assert!(left.len() >= longest, "cut at {cut}");
        longest = left.len();
        journal.verify(CITY, None).unwrap();
        let next = journal.append(CITY, 0, &visit(1, left.len() as u64)).unwrap();
        assert_eq!((next.seq, next.repeated), (left.len() as u64 + 1, false));
    }
    assert_eq!(longest, all.len());
}

#[test]
fn whatever_else_is_torn_is_refused_or_shows_a_beginning() {
    let folder = Folder::new();
    // Enough for the log to have been carried over into the file, and begun again.
    let (all, head) = written(&folder, 700);
    let file = fs::read(folder.0.join("journal")).unwrap();
    let log = fs::read(folder.0.join(LOG)).unwrap();
    assert!(file.len() > 100_000 && log.len() > 100_000);
    let torn = folder.0.join("torn");
    let mut draw = Draw(4);
    let mut outcomes = [0; 3];
    for _ in 0..300 {
        let (mut file, mut log) = (file.clone(), log.clone());
        tear(&mut draw, &mut file, &mut log);
        lay(&torn, &file, &log);
        outcomes[outcome(&torn, &all, head)] += 1;
    }
    println!("torn: whole, a beginning, refused: {outcomes:?}");
    assert!(outcomes.iter().all(|count| *count > 0), "{outcomes:?}");
}

/// One cut, one flipped bit, or one stretch of zeros, in the file or in the log.
fn tear(draw: &mut Draw, file: &mut Vec<u8>, log: &mut Vec<u8>) {
    let bytes = if draw.below(2) == 0 { file } else { log };
    let at = draw.below(bytes.len() as u64) as usize;
    match draw.below(3) {
        0 => bytes.truncate(at),
        1 => bytes[at] ^= 1 << draw.below(8),
        _ => {
            let end = bytes.len().min(at + 512);
            bytes[at..end].fill(0);
        }
    }
}

/// 0 whole, 1 a beginning, 2 refused; anything else fails.
fn outcome(torn: &Path, all: &[Stored], head: Head) -> usize {
    let open = || Journal::open(&settings(&torn.join("journal")));
    let left = open().and_then(|journal| {
        journal.verify(CITY, None)?;
        let pages: Result<Vec<_>, Broken> = journal.pages(CITY, 1).collect();
        pages.map(|pages| pages.concat())
    });
    let Ok(left) = left else { return 2 };
    assert_eq!(left, all[..left.len()]);
    if left.len() == all.len() {
        return 0;
    }
    assert!(open().unwrap().verify(CITY, Some(head)).is_err());
    1
}

#[test]
fn a_flipped_byte_in_a_file_is_found_with_its_seq() {
    let folder = Folder::new();
    written(&folder, 20);
    // Opening carries the log over into the file; the batch is then found there.
    drop(Journal::open(&folder.journal()).unwrap());
    let path = folder.0.join("journal");
    let mut bytes = fs::read(&path).unwrap();
    let needle = b"visit.1.12";
    let at = bytes.windows(needle.len()).position(|window| window == needle).unwrap();
    bytes[at] ^= 1;
    fs::write(&path, bytes).unwrap();
    match Journal::open(&folder.journal()) {
        Err(Broken::Damage(damage)) => assert_eq!(damage.seq, 13),
        other => panic!("{:?}", other.err()),
    }
}

#[test]
fn an_emptied_file_beside_its_log_is_no_new_beginning() {
    let folder = Folder::new();
    written(&folder, 5);
    fs::write(folder.0.join("journal"), b"").unwrap();
    match Journal::open(&folder.journal()) {
        Err(Broken::Fault(fault)) => assert_eq!(fault.kind, FaultKind::Damaged),
        other => panic!("{:?}", other.err()),
    }
    assert!(fs::metadata(folder.0.join(LOG)).unwrap().len() > 0);
}
