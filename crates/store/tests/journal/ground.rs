//! Where the journals of the tests lie, and what is appended to them.
//!
//! Folders go when the test ends. Batches are made from their numbers alone, so that a process that
//! was killed and the one that looks afterwards agree on what was sent.
//! No real person: names and numbers are counted out. Read next: `laws.rs`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use facts::{Day, Privacy};
use store::seal::Suite;
use store::{
    Act, Batch, Cell, Entry, EntryId, Envelope, Id, Journal, KeysSettings, Name, Reference,
    Settings, Stored, StreamId, Subject, Value,
};

pub const CITY: StreamId = StreamId(371_600);

/// A folder of its own.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Folder {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("nuanjia-store-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    pub fn journal(&self) -> Settings {
        settings(&self.0.join("journal"))
    }

    /// Keys and master key in folders of their own.
    pub fn keys(&self) -> KeysSettings {
        for name in ["keys", "master"] {
            std::fs::create_dir_all(self.0.join(name)).unwrap();
        }
        let path = self.0.join("keys").join("keys.db");
        let master = self.0.join("master").join("master.key");
        KeysSettings { path, master, suite: Suite::Sm }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

pub fn settings(path: &Path) -> Settings {
    Settings { path: path.to_owned(), key_file: None }
}

/// Choices from a seed (SplitMix64).
pub struct Draw(pub u64);

impl Draw {
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end.max(1)
    }
}

pub fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

/// A person by number.
pub fn person(number: u64) -> Subject {
    Subject { form: name("person"), record: name(&format!("r{number}")) }
}

pub fn device(number: u64) -> Id {
    let mut id = [0xdd; 16];
    id[8..].copy_from_slice(&number.to_be_bytes());
    Id(id)
}

/// A visit with a need: two entries, the second with a sealed text.
pub fn visit(of: u64, number: u64) -> Batch {
    let mut id = [0xbb; 16];
    id[..8].copy_from_slice(&number.to_be_bytes());
    let reference = |id: &str| Cell::Open(Value::Record(Reference { form: None, id: name(id) }));
    let visit = [
        (name("date"), Cell::Open(Value::Day(Day(15_400 + (number % 200) as i32)))),
        (name("household"), reference(&format!("h{}", number % 50))),
        (name("kind"), Cell::Open(Value::Code(name("home")))),
    ];
    let sealed: Vec<u8> = std::iter::once(1).chain((0..40).map(|at| at ^ number as u8)).collect();
    let text = Envelope { privacy: Privacy::Sealed, key: Id([5; 16]), sealed: sealed.into() };
    let need = [
        (name("text"), Cell::Enclosed(text)),
        (name("topic"), Cell::Open(Value::Code(name("medical")))),
    ];
    let stated = |form: &str, fields| Entry {
        form: name(form),
        record: name(&format!("{form}.{of}.{number}")),
        act: Act::Stated { fields },
    };
    Batch {
        id: Id(id),
        device: device(of),
        author: name(&format!("p{of}")),
        org: name("371621101"),
        made_at: 1_338_000_000_000 + number as i64,
        entries: vec![stated("visit", visit.into()), stated("need", need.into())],
    }
}

/// An amendment and a withdrawal of what a visit stated.
pub fn second_thoughts(of: u64, number: u64) -> Batch {
    let before = visit(of, number);
    let seen = |index| BTreeSet::from([EntryId { batch: before.id, index }]);
    let mut batch = visit(of, number + 1_000_000);
    let fields = [(name("kind"), Cell::Open(Value::Empty))].into();
    batch.entries[0].act = Act::Amended { builds_on: seen(0), fields };
    batch.entries[1].act = Act::Withdrawn { builds_on: seen(1) };
    batch
}

/// Everything of a stream, in order.
pub fn read_all(journal: &Journal, stream: StreamId) -> Vec<Stored> {
    journal.pages(stream, 1).flat_map(|page| page.unwrap()).collect()
}
