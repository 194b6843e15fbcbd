//! The kill test: a process appends for eight people and is killed at moments drawn from a seed.
//!
//! It tells each acknowledgement at once. Afterwards the journal must hold every batch it told of,
//! at the place it told, no gap, and of each person at most one batch more than she was told of;
//! that one, sent again, must get the place it already has.
//! A kill leaves the system's memory standing, so this does not test the disk: a power cut does.
//! Read next: `torn.rs`, `failing.rs`.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use store::{Head, Journal};

use super::ground::{CITY, Draw, Folder, settings, visit};

const SEED: u64 = 20_120_521;
const KILLS: u64 = 60;
const PEOPLE: u64 = 8;
/// Batches one person may send in one life of the process.
const LIFE: u64 = 1_000_000;
const JOURNAL: &str = "NUANJIA_KILL_JOURNAL";
const ROUND: &str = "NUANJIA_KILL_ROUND";

#[test]
#[ignore = "the kill test runs it in a process of its own"]
fn appends_until_it_is_killed() {
    let Ok(path) = std::env::var(JOURNAL) else { return };
    let round: u64 = std::env::var(ROUND).unwrap().parse().unwrap();
    let journal = Journal::open(&settings(path.as_ref())).unwrap();
    std::thread::scope(|scope| {
        for person in 0..PEOPLE {
            let journal = &journal;
            scope.spawn(move || {
                for number in round * LIFE.. {
                    let taken = journal.append(CITY, 0, &visit(person, number)).unwrap();
                    assert!(!taken.repeated);
                    println!("told {person} {number} {}", taken.seq);
                }
            });
        }
    });
}

#[test]
fn a_killed_process_has_lost_nothing_it_acknowledged() {
    let folder = Folder::new();
    let mut head = Journal::create(&folder.journal()).unwrap().head(CITY).unwrap();
    let mut draw = Draw(SEED);
    let (mut told_of, mut slowest) = (0, Duration::ZERO);
    for round in 0..KILLS {
        let told = one_life(&folder, round, &mut draw);
        told_of += told.len();
        let opening = Instant::now();
        let journal = Journal::open(&folder.journal()).unwrap();
        slowest = slowest.max(opening.elapsed());
        head = look(&journal, head, round, &told);
    }
    let journal = Journal::open(&folder.journal()).unwrap();
    assert_eq!(journal.verify(CITY, Some(head)).unwrap(), head);
    println!("{KILLS} kills, {told_of} acknowledged, 0 lost; slowest recovery {slowest:.1?}");
}

/// What a process told before it was killed: the place of each (person, number).
fn one_life(folder: &Folder, round: u64, draw: &mut Draw) -> BTreeMap<(u64, u64), u64> {
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "--nocapture", "kill::appends_until_it_is_killed"])
        .env(JOURNAL, folder.journal().path)
        .env(ROUND, round.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let mut told = BTreeMap::new();
    let wanted = draw.below(300) as usize;
    // So that the kill falls anywhere in a commit and not always just after one.
    let turns = draw.below(2_000_000);
    for line in lines.map_while(Result::ok) {
        // The harness may have begun the line with the test's name.
        let mut words = line.split("told ").skip(1).flat_map(|rest| rest.split(' '));
        let mut next = || words.next().and_then(|word| word.parse::<u64>().ok());
        if let (Some(person), Some(number), Some(seq)) = (next(), next(), next()) {
            told.insert((person, number), seq);
        }
        if told.len() == wanted.max(1) {
            (0..turns).for_each(|_| std::hint::spin_loop());
            process.kill().unwrap();
        }
    }
    process.wait().unwrap();
    told
}

/// Looks at what stands behind `head`, sends again what nobody was told of, and goes on.
fn look(journal: &Journal, head: Head, round: u64, told: &BTreeMap<(u64, u64), u64>) -> Head {
    let mut stored = BTreeMap::new();
    for page in journal.pages(CITY, head.seq + 1) {
        for one in page.unwrap() {
            let person = u64::from(one.batch.device.0[15]);
            let number = u64::from_be_bytes(one.batch.id.0[..8].try_into().unwrap());
            assert_eq!(one.batch, visit(person, number));
            stored.insert((person, number), one.seq);
        }
    }
    for (sent, seq) in told {
        assert_eq!(stored.get(sent), Some(seq), "round {round}: {sent:?} was acknowledged");
    }
    let count = |of: &BTreeMap<(u64, u64), u64>, person: u64| {
        of.keys().filter(|(other, _)| *other == person).count() as u64
    };
    for person in 0..PEOPLE {
        let next = round * LIFE + count(told, person);
        assert!(count(&stored, person) <= count(told, person) + 1, "round {round}");
        let again = journal.append(CITY, 0, &visit(person, next)).unwrap();
        let stood = stored.get(&(person, next));
        assert_eq!(again.repeated, stood.is_some(), "round {round}");
        assert!(stood.is_none_or(|seq| *seq == again.seq), "round {round}");
    }
    journal.head(CITY).unwrap()
}
