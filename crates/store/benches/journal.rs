//! The journal's figures: appended batches a second with few and many waiting, and the restart.
//!
//! It prints and asserts nothing. `cargo bench -p store` reads a million small records at the end;
//! `cargo bench -p store -- 100000` reads fewer. Wall time, because waiting for the disk is the
//! point; it is worth what the disk is worth, so the folder can be given: `-- 100000 FOLDER`.
//! Read next: `src/writer.rs`.
#![allow(clippy::unwrap_used, reason = "a measurement may fail on the spot")]

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use facts::Day;
use store::{Act, Batch, Cell, Entry, Id, Journal, Name, Settings, StreamId, Value};

const STREAM: StreamId = StreamId(371_600);
const ROUND: Duration = Duration::from_secs(4);
const RECORDS: u64 = 1_000_000;
const WAITING: [usize; 4] = [1, 8, 16, 64];

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let records = words.first().and_then(|word| word.parse().ok()).unwrap_or(RECORDS);
    let parent = words.get(1).map_or_else(std::env::temp_dir, PathBuf::from);
    let folder = Folder(parent.join(format!("nuanjia-journal-{}", std::process::id())));
    std::fs::create_dir_all(&folder.0).unwrap();
    for waiting in WAITING {
        append(&folder.0, waiting);
    }
    restart(&folder.0, records);
}

/// Removed however the measurement ends.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// So many people at once, each waiting for her batch before she sends the next.
fn append(folder: &Path, waiting: usize) {
    let journal = create(folder, &format!("append-{waiting}"));
    let sent = AtomicU64::new(0);
    let begun = Instant::now();
    let mut waits: Vec<Duration> = std::thread::scope(|scope| {
        let person = || {
            let mut waits = Vec::new();
            while begun.elapsed() < ROUND {
                let batch = visit(sent.fetch_add(1, Ordering::Relaxed));
                let one = Instant::now();
                journal.append(STREAM, 0, &batch).unwrap();
                waits.push(one.elapsed());
            }
            waits
        };
        let people: Vec<_> = (0..waiting).map(|_| scope.spawn(person)).collect();
        people.into_iter().flat_map(|person| person.join().unwrap()).collect()
    });
    let seconds = begun.elapsed().as_secs_f64();
    waits.sort_unstable();
    println!(
        "append, {waiting:>2} waiting: {:>7.0} batches/s, wait p50 {:.2?}, p99 {:.2?}",
        waits.len() as f64 / seconds,
        waits[waits.len() / 2],
        waits[waits.len() * 99 / 100],
    );
}

/// A journal of small records is opened and read to the end.
fn restart(folder: &Path, records: u64) {
    let journal = create(folder, "restart");
    let begun = Instant::now();
    let (told, heard) = mpsc::channel();
    for number in 0..records {
        let told = told.clone();
        journal.submit(STREAM, 0, &visit(number), move |outcome| {
            told.send(outcome.is_ok()).unwrap();
        });
        // At most 2,000 on their way: fewer than the journal lets wait.
        if number >= 2_000 {
            assert!(heard.recv().unwrap());
        }
    }
    drop(told);
    assert!(heard.iter().all(|taken| taken));
    println!("import: {:.0} batches/s", records as f64 / begun.elapsed().as_secs_f64());
    drop(journal);
    let path = folder.join("restart");
    let bytes = std::fs::metadata(&path).unwrap().len();
    println!("size: {:.0} bytes a batch of one record", bytes as f64 / records as f64);
    for _ in 0..3 {
        let begun = Instant::now();
        let journal = Journal::open(&settings(path.clone())).unwrap();
        let opened = begun.elapsed();
        let read: usize = journal.pages(STREAM, 1).map(|page| page.unwrap().len()).sum();
        println!(
            "restart, {read} batches: open {opened:.2?}, with reading {:.2?}",
            begun.elapsed()
        );
    }
    let journal = Journal::open(&settings(path)).unwrap();
    let begun = Instant::now();
    journal.verify(STREAM, None).unwrap();
    println!("verify: {:.2?}", begun.elapsed());
}

fn create(folder: &Path, name: &str) -> Journal {
    Journal::create(&settings(folder.join(name))).unwrap()
}

fn settings(path: PathBuf) -> Settings {
    Settings { path, key_file: None }
}

/// A visit as a phone would send it.
fn visit(number: u64) -> Batch {
    let name = |text: &str| Name::new(text).unwrap();
    let mut id = [0x11; 16];
    id[..8].copy_from_slice(&number.to_be_bytes());
    let fields = [
        ("date", Value::Day(Day(15_000 + (number % 300) as i32))),
        ("kind", Value::Code(name("home"))),
        ("village", reference("371621101202")),
        ("household", reference(&format!("h{number:07}"))),
        ("visitors", Value::List(vec![reference(&format!("p{:04}", number % 3_000))])),
        ("topics", Value::List(vec![Value::Code(name("employment"))])),
    ];
    Batch {
        id: Id(id),
        device: Id([7; 16]),
        author: name("p0001"),
        org: name("371621101"),
        made_at: 1_338_000_000_000,
        entries: vec![Entry {
            form: name("visit"),
            record: name(&format!("v{number:08}")),
            act: Act::Stated {
                fields: fields.map(|(alias, value)| (name(alias), Cell::Open(value))).into(),
            },
        }],
    }
}

fn reference(id: &str) -> Value {
    Value::Record(store::Reference { form: None, id: Name::new(id).unwrap() })
}
