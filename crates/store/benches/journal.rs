//! The journal's figures: appended batches a second with few and many waiting, and the restart.
//!
//! Sealing is measured beside: single seals, and the same appending with sealed bodies.
//! It prints and asserts nothing. `cargo bench -p store` reads a million small records at the end;
//! `cargo bench -p store -- 100000` reads fewer. Wall time, because waiting for the disk is the
//! point; it is worth what the disk is worth, so the folder can be given: `-- 100000 FOLDER`.
//! Read next: `src/writer.rs`.
#![allow(clippy::unwrap_used, reason = "a measurement may fail on the spot")]

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use facts::{Day, Privacy};
use store::seal::{self, Key, Place, Suite};
use store::{
    Act, Batch, Cell, Entry, Id, Journal, Keys, KeysSettings, Name, Settings, StreamId, Subject,
    Value,
};

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
    for suite in [Suite::Sm, Suite::Aes] {
        seals(suite);
    }
    for waiting in WAITING {
        append(&folder.0, waiting, Ground::Bare);
        append(&folder.0, waiting, Ground::Sealed(Suite::Sm));
        append(&folder.0, waiting, Ground::Sealed(Suite::Aes));
    }
    restart(&folder.0, records, Ground::Bare);
    for suite in [Suite::Sm, Suite::Aes] {
        restart(&folder.0, records, Ground::Sealed(suite));
    }
    erase(&folder.0);
}

/// How bodies are stored.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Ground {
    Bare,
    Sealed(Suite),
}

/// Single seals: a value of 18 bytes, and a body of 309.
fn seals(suite: Suite) {
    const ROUNDS: u32 = 100_000;
    let key = Key::draw(suite).unwrap();
    let name = |text: &str| Name::new(text).unwrap();
    let (form, record, field) = (name("person"), name("r0000001"), name("id_number"));
    let place = Place { form: &form, record: &record, field: &field };
    let each = |begun: Instant| begun.elapsed() / ROUNDS;
    let begun = Instant::now();
    for _ in 0..ROUNDS {
        black_box(seal::seal(&key, Id([1; 16]), &place, Privacy::Sealed, &[7; 18]).unwrap());
    }
    let sealed_in = each(begun);
    let envelope = seal::seal(&key, Id([1; 16]), &place, Privacy::Sealed, &[7; 18]).unwrap();
    let begun = Instant::now();
    for _ in 0..ROUNDS {
        black_box(seal::open(&key, &place, &envelope).unwrap());
    }
    println!("{suite:?}, value of 18 bytes: seal {sealed_in:.2?}, open {:.2?}", each(begun));
    let begun = Instant::now();
    for _ in 0..ROUNDS {
        black_box(key.seal(&[3; 66], &[7; 309]).unwrap());
    }
    let sealed_in = each(begun);
    let body = key.seal(&[3; 66], &[7; 309]).unwrap();
    let begun = Instant::now();
    for _ in 0..ROUNDS {
        black_box(key.open(&[3; 66], &body).unwrap());
    }
    println!("{suite:?}, body of 309 bytes: seal {sealed_in:.2?}, open {:.2?}", each(begun));
}

/// Keys for a hundred thousand people, and one of them erased.
fn erase(folder: &Path) {
    const PEOPLE: u32 = 100_000;
    let keys = keys(folder, "erase", Suite::Sm);
    let person = |number: u32| Subject {
        form: Name::new("person").unwrap(),
        record: Name::new(&format!("r{number}")).unwrap(),
    };
    let begun = Instant::now();
    (0..1_000).for_each(|number| drop(keys.of(&person(number)).unwrap()));
    println!("a new key, durable: {:.2?}", begun.elapsed() / 1_000);
    let people: Vec<Subject> = (0..PEOPLE).map(person).collect();
    let begun = Instant::now();
    keys.of_all(&people).unwrap();
    println!("{PEOPLE} new keys at once: {:.2?}", begun.elapsed());
    let begun = Instant::now();
    keys.erase(&people[..1]).unwrap();
    println!("erasing one among {PEOPLE}: {:.2?}", begun.elapsed());
}

/// Removed however the measurement ends.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// So many people at once, each waiting for her batch before she sends the next.
fn append(folder: &Path, waiting: usize, ground: Ground) {
    let journal = create(folder, &format!("append-{waiting}"), ground);
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
        "append, {ground:?}, {waiting:>2} waiting: {:>7.0} batches/s, wait p50 {:.2?}, p99 {:.2?}",
        waits.len() as f64 / seconds,
        waits[waits.len() / 2],
        waits[waits.len() * 99 / 100],
    );
}

/// A journal of small records is opened and read to the end.
fn restart(folder: &Path, records: u64, ground: Ground) {
    println!("{ground:?}:");
    let journal = create(folder, "restart", ground);
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
    let path = folder.join(file_name("restart", ground));
    let bytes = std::fs::metadata(&path).unwrap().len();
    println!("size: {:.0} bytes a batch of one record", bytes as f64 / records as f64);
    for _ in 0..3 {
        let begun = Instant::now();
        let journal = open(folder, "restart", ground);
        let opened = begun.elapsed();
        let read: usize = journal.pages(STREAM, 1).map(|page| page.unwrap().len()).sum();
        println!(
            "restart, {read} batches: open {opened:.2?}, with reading {:.2?}",
            begun.elapsed()
        );
    }
    let begun = Instant::now();
    store::verify::verify(&path, &[]).unwrap();
    println!("verify: {:.2?}", begun.elapsed());
    std::fs::remove_file(path).unwrap();
}

fn file_name(name: &str, ground: Ground) -> String {
    format!("{name}-{ground:?}")
}

fn create(folder: &Path, name: &str, ground: Ground) -> Journal {
    let settings = settings(folder.join(file_name(name, ground)));
    match ground {
        Ground::Bare => Journal::create(&settings).unwrap(),
        Ground::Sealed(suite) => {
            Journal::create_sealed(&settings, &keys(folder, name, suite)).unwrap()
        }
    }
}

fn open(folder: &Path, name: &str, ground: Ground) -> Journal {
    let settings = settings(folder.join(file_name(name, ground)));
    match ground {
        Ground::Bare => Journal::open(&settings).unwrap(),
        Ground::Sealed(suite) => {
            Journal::open_sealed(&settings, &keys(folder, name, suite)).unwrap()
        }
    }
}

/// Keys of a journal, made at the first time.
fn keys(folder: &Path, name: &str, suite: Suite) -> Arc<Keys> {
    let path = folder.join(format!("{name}-{suite:?}.keys"));
    let settings = KeysSettings { master: path.with_extension("master"), path, suite };
    let exists = settings.path.exists();
    let keys = if exists { Keys::open(&settings) } else { Keys::create(&settings) };
    Arc::new(keys.unwrap())
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
