//! Canaries: names, numbers and telephone numbers that must be found in no file, in any spelling.
//!
//! Sixty of them are sealed into a journal; every file of the journal, of the keys and of their
//! backups is searched for each, as UTF-8, UTF-16, base64 and hexadecimal, before and after an
//! erasure. A bare journal shows that the search would find them. No real person: prefix 371699.
//! Read next: `erasure.rs`.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use facts::Privacy;
use store::lookup::IdNumber;
use store::seal::{NotOpened, Place};
use store::{Act, Batch, Cell, Envelope, Journal, Keys, Name, Value};

use super::ground::{CITY, Folder, name, person, visit};

const PEOPLE: u64 = 20;

/// Name, ID number and telephone number of someone who does not exist.
fn canaries(of: u64) -> [(Name, String); 3] {
    [
        (name("name"), format!("欧阳雀鸟{of:02}号")),
        (name("id_number"), format!("3716991950{of:02}010{of:02}X")),
        (name("phone"), format!("1009988{of:04}")),
    ]
}

/// A batch about someone, its particulars as the given cells.
fn batch(of: u64, mut cell: impl FnMut(&Name, &str) -> Cell) -> Batch {
    let mut batch = visit(1, of);
    batch.entries.truncate(1);
    batch.entries[0].form = name("person");
    batch.entries[0].record = person(of).record;
    let fields = canaries(of).into_iter().map(|(field, text)| {
        let cell = cell(&field, &text);
        (field, cell)
    });
    batch.entries[0].act = Act::Stated { fields: fields.collect() };
    batch
}

fn sealed_batch(keys: &Keys, of: u64) -> Batch {
    let form = name("person");
    batch(of, |field, text| {
        let subject = person(of);
        let place = Place { form: &form, record: &subject.record, field };
        let value = Value::Text(text.into());
        Cell::Enclosed(keys.seal(&subject, &place, Privacy::Sealed, &value).unwrap())
    })
}

/// Every spelling a text may have in a file.
fn spellings(text: &str) -> Vec<Vec<u8>> {
    let bytes = text.as_bytes();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let units = || text.encode_utf16();
    let mut spellings = vec![
        bytes.to_vec(),
        units().flat_map(u16::to_le_bytes).collect(),
        units().flat_map(u16::to_be_bytes).collect(),
        hex.to_uppercase().into_bytes(),
        hex.into_bytes(),
    ];
    // Base64 depends on where in a group of three the text begins: what is certain of each.
    for before in 0..3 {
        let mut shifted = vec![0; before];
        shifted.extend(bytes);
        let first = (before * 8).div_ceil(6);
        let last = (before + bytes.len()) * 8 / 6;
        spellings.push(base64(&shifted)[first..last].to_vec());
    }
    spellings
}

fn base64(bytes: &[u8]) -> Vec<u8> {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let letter = |group: &[u8], at: usize| {
        let byte = |index: usize| u32::from(group.get(index).copied().unwrap_or(0));
        let number = byte(0) << 16 | byte(1) << 8 | byte(2);
        LETTERS[(number >> (18 - 6 * at) & 63) as usize]
    };
    bytes.chunks(3).flat_map(|group| [0, 1, 2, 3].map(|at| letter(group, at))).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

/// Which files hold which of these people's canaries.
fn hits(folder: &Path, people: std::ops::Range<u64>) -> Vec<(PathBuf, String)> {
    let texts: Vec<String> = people.flat_map(canaries).map(|(_, text)| text).collect();
    let mut hits = Vec::new();
    for path in files(folder) {
        let bytes = fs::read(&path).unwrap();
        for text in &texts {
            let holds = |wanted: &Vec<u8>| bytes.windows(wanted.len()).any(|at| at == wanted);
            if spellings(text).iter().any(holds) {
                hits.push((path.clone(), text.clone()));
            }
        }
    }
    hits
}

#[test]
fn base64_is_spelled_as_everywhere() {
    assert_eq!(base64(b"Man"), b"TWFu");
    let spelled = spellings("light work");
    for text in ["a light work.", "ab light work.", "abc light work."] {
        let whole = base64(text.as_bytes());
        let found =
            spelled[5..].iter().filter(|part| whole.windows(part.len()).any(|w| w == **part));
        assert_eq!(found.count(), 1, "{text}");
    }
}

#[test]
fn the_search_finds_what_lies_open() {
    let folder = Folder::new();
    let journal = Journal::create(&folder.journal()).unwrap();
    for of in 0..PEOPLE {
        let open = batch(of, |_, text| Cell::Open(Value::Text(text.into())));
        journal.append(CITY, 0, &open).unwrap();
    }
    assert!(hits(&folder.0, 0..PEOPLE).len() >= 60);
}

#[test]
fn no_canary_is_in_any_file_and_the_erased_open_nowhere() {
    let folder = Folder::new();
    let (settings, backups) = (folder.keys(), folder.0.join("backups"));
    let keys = Arc::new(Keys::create(&settings).unwrap());
    let journal = Journal::create_sealed(&folder.journal(), &keys).unwrap();
    let mut envelopes: Vec<(u64, Name, Envelope)> = Vec::new();
    for of in 0..PEOPLE {
        let number = &canaries(of)[1].1;
        keys.remember(&IdNumber::new(number).unwrap(), &person(of)).unwrap();
        let batch = sealed_batch(&keys, of);
        journal.append(CITY, 0, &batch).unwrap();
        let Act::Stated { fields } = &batch.entries[0].act else { panic!("stated") };
        for (field, cell) in fields {
            let Cell::Enclosed(envelope) = cell else { panic!("enclosed") };
            envelopes.push((of, field.clone(), envelope.clone()));
        }
    }
    fs::create_dir_all(backups.join("keys")).unwrap();
    store::backup::back_up_journal(&folder.journal().path, &backups.join("journal")).unwrap();
    store::backup::back_up_keys(&settings.path, &backups.join("keys").join("old")).unwrap();
    assert_eq!(hits(&folder.0, 0..PEOPLE), []);
    let gone: Vec<_> = (0..10).map(person).collect();
    assert_eq!(keys.erase(&gone).unwrap(), 10);
    assert_eq!(hits(&folder.0, 0..PEOPLE), []);
    // With everything that is left, an older copy of the keys included, they stay closed.
    let copies = [settings.path.clone(), backups.join("keys").join("old")];
    drop((journal, keys));
    let mut opened = [0; 2];
    for (copy, count) in copies.iter().zip(&mut opened) {
        let taken = store::KeysSettings { path: copy.clone(), ..settings.clone() };
        let Ok(keys) = Keys::open(&taken) else { continue };
        for (of, field, envelope) in &envelopes {
            let (form, record) = (name("person"), person(*of).record);
            match keys.unseal(&Place { form: &form, record: &record, field }, envelope) {
                Ok(_) => *count += 1,
                Err(why) => assert_eq!((why, *of < 10), (NotOpened::Erased, true)),
            }
        }
    }
    assert_eq!(opened, [30, 0]);
    // The chain does not notice.
    let left = store::verify::verify(&folder.journal().path, &[]).unwrap();
    assert_eq!(left.batches(), PEOPLE);
}
