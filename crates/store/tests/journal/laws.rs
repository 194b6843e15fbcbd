//! What holds on any database: each law is a function of a ground to stand on.
//!
//! The macro makes a SQLite test of each, bare and sealed; `postgres.rs` runs the same list on
//! PostgreSQL.
//! A ground opens the journal again and again, and changes what is stored behind its back.
//! Read next: `ground.rs`, `postgres.rs`.

use std::sync::{Arc, Barrier, mpsc};

use store::{Broken, Damage, DamageKind, Head, Journal, Keys, NotTaken, Refusal, StreamId};

use super::ground::{CITY, Folder, device, read_all, second_thoughts, visit};

/// A place for one journal, whatever the database.
pub trait Ground {
    /// Opens the journal, which exists.
    fn open(&self) -> Result<Journal, Broken>;
    /// Runs a statement behind the journal's back.
    fn run(&self, statement: &str);
    /// Changes one bit of a column that holds bytes.
    fn flip(&self, column: &str, seq: u64);
}

/// A journal in a file; sealed if there are keys.
struct File(Folder, Option<Arc<Keys>>);

impl File {
    fn new() -> File {
        let folder = Folder::new();
        Journal::create(&folder.journal()).unwrap();
        File(folder, None)
    }

    fn sealed() -> File {
        let folder = Folder::new();
        let keys = Arc::new(Keys::create(&folder.keys()).unwrap());
        Journal::create_sealed(&folder.journal(), &keys).unwrap();
        File(folder, Some(keys))
    }

    fn connection(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.0.journal().path).unwrap()
    }
}

impl Ground for File {
    fn open(&self) -> Result<Journal, Broken> {
        match &self.1 {
            Some(keys) => Journal::open_sealed(&self.0.journal(), keys),
            None => Journal::open(&self.0.journal()),
        }
    }

    fn run(&self, statement: &str) {
        self.connection().execute_batch(statement).unwrap();
    }

    fn flip(&self, column: &str, seq: u64) {
        let connection = self.connection();
        let select = format!("SELECT {column} FROM batch WHERE seq = {seq}");
        let mut bytes: Vec<u8> = connection.query_row(&select, [], |row| row.get(0)).unwrap();
        bytes[7] ^= 0x40;
        let update = format!("UPDATE batch SET {column} = $1 WHERE seq = {seq}");
        connection.execute(&update, [bytes]).unwrap();
    }
}

macro_rules! laws {
    ($($law:ident),* $(,)?) => {
        /// Every law with its name.
        pub const LAWS: &[(&str, fn(&dyn Ground))] = &[$((stringify!($law), $law)),*];

        mod on_sqlite {
            $(#[test] fn $law() { super::$law(&super::File::new()); })*
        }

        mod on_sealed_sqlite {
            $(#[test] fn $law() { super::$law(&super::File::sealed()); })*
        }
    };
}

laws!(
    what_was_appended_is_read_again_in_order,
    a_batch_sent_again_is_answered_with_its_first_place,
    an_id_used_for_another_batch_is_refused,
    two_devices_and_two_streams_do_not_meet,
    many_who_wait_get_gapless_places,
    a_batch_that_cannot_be_is_refused_and_the_next_is_taken,
    reading_may_begin_anywhere,
    whatever_is_changed_is_found_with_its_seq,
    an_exchange_a_loss_and_a_cut_end_are_found,
    a_known_head_shows_a_chain_made_anew,
    a_damaged_end_keeps_the_journal_from_opening,
);

fn append(journal: &Journal, count: u64) -> Head {
    for number in 0..count {
        journal.append(CITY, 1_000 + number as i64, &visit(1, number)).unwrap();
    }
    journal.head(CITY).unwrap()
}

fn what_was_appended_is_read_again_in_order(ground: &dyn Ground) {
    let journal = ground.open().unwrap();
    assert_eq!(journal.streams().unwrap(), []);
    append(&journal, 5);
    let last = journal.append(CITY, 7, &second_thoughts(1, 0)).unwrap();
    assert_eq!((last.seq, last.repeated), (6, false));
    let before = read_all(&journal, CITY);
    let id = journal.id();
    drop(journal);
    let journal = ground.open().unwrap();
    assert_eq!(journal.id(), id);
    assert_eq!(journal.streams().unwrap(), [CITY]);
    let after = read_all(&journal, CITY);
    assert_eq!(after, before);
    assert_eq!(after[2].batch, visit(1, 2));
    assert_eq!(after[2].taken_at, 1_002);
    assert_eq!(after[5].batch, second_thoughts(1, 0));
    assert_eq!(journal.verify(CITY, None).unwrap(), journal.head(CITY).unwrap());
}

fn a_batch_sent_again_is_answered_with_its_first_place(ground: &dyn Ground) {
    let journal = ground.open().unwrap();
    append(&journal, 3);
    let again = journal.append(CITY, 99, &visit(1, 1)).unwrap();
    assert_eq!((again.seq, again.repeated), (2, true));
    drop(journal);
    let journal = ground.open().unwrap();
    let again = journal.append(CITY, 99, &visit(1, 1)).unwrap();
    assert_eq!((again.seq, again.repeated), (2, true));
    assert_eq!(read_all(&journal, CITY).len(), 3);
    assert_eq!(journal.append(CITY, 99, &visit(1, 3)).unwrap().seq, 4);
}

fn an_id_used_for_another_batch_is_refused(ground: &dyn Ground) {
    let journal = ground.open().unwrap();
    append(&journal, 2);
    let mut other = visit(1, 1);
    other.made_at += 1;
    let refused = journal.append(CITY, 99, &other).unwrap_err();
    assert_eq!(refused, NotTaken::Refused(Refusal::IdUsedAgain { seq: 2 }));
    assert_eq!(read_all(&journal, CITY).len(), 2);
}

fn two_devices_and_two_streams_do_not_meet(ground: &dyn Ground) {
    let journal = ground.open().unwrap();
    let mut others = visit(1, 0);
    others.device = device(2);
    assert_eq!(journal.append(CITY, 0, &visit(1, 0)).unwrap().seq, 1);
    assert_eq!(journal.append(CITY, 0, &others).unwrap().seq, 2);
    assert_eq!(journal.append(StreamId(0), 0, &visit(1, 0)).unwrap().seq, 1);
    assert_eq!(journal.streams().unwrap(), [StreamId(0), CITY]);
    let (plans, city) = (read_all(&journal, StreamId(0)), read_all(&journal, CITY));
    assert_eq!((plans.len(), city.len()), (1, 2));
    assert_ne!(plans[0].link, city[0].link);
    for stream in [StreamId(0), CITY, StreamId(1)] {
        journal.verify(stream, None).unwrap();
    }
}

fn many_who_wait_get_gapless_places(ground: &dyn Ground) {
    let journal = ground.open().unwrap();
    let together = Barrier::new(16);
    let mut places: Vec<u64> = std::thread::scope(|scope| {
        let wait = |of| {
            let (journal, together) = (&journal, &together);
            move || {
                together.wait();
                let place = |number| journal.append(CITY, 0, &visit(of, number)).unwrap().seq;
                (0..20).map(place).collect::<Vec<u64>>()
            }
        };
        let waiting: Vec<_> = (0..16).map(|of| scope.spawn(wait(of))).collect();
        waiting.into_iter().flat_map(|one| one.join().unwrap()).collect()
    });
    places.sort_unstable();
    assert_eq!(places, (1..=320).collect::<Vec<u64>>());
    // The same batch twice at once: one place.
    let (told, heard) = mpsc::channel();
    for _ in 0..50 {
        let told = told.clone();
        journal.submit(CITY, 0, &visit(99, 0), move |outcome| told.send(outcome).unwrap());
    }
    let outcomes: Vec<_> = heard.iter().take(50).map(|outcome| outcome.unwrap()).collect();
    assert!(outcomes.iter().all(|taken| taken.seq == 321));
    assert_eq!(outcomes.iter().filter(|taken| !taken.repeated).count(), 1);
    journal.verify(CITY, None).unwrap();
}

fn a_batch_that_cannot_be_is_refused_and_the_next_is_taken(ground: &dyn Ground) {
    let journal = ground.open().unwrap();
    let mut empty = visit(1, 0);
    empty.entries.clear();
    let refused = journal.append(CITY, 0, &empty).unwrap_err();
    assert_eq!(refused, NotTaken::Refused(Refusal::NoEntries));
    let heard = Arc::new(std::sync::Mutex::new(None));
    let hears = Arc::clone(&heard);
    journal.submit(CITY, 0, &empty, move |outcome| *hears.lock().unwrap() = Some(outcome));
    assert_eq!(heard.lock().unwrap().take(), Some(Err(refused)));
    assert_eq!(journal.append(CITY, 0, &visit(1, 0)).unwrap().seq, 1);
}

fn reading_may_begin_anywhere(ground: &dyn Ground) {
    let journal = ground.open().unwrap();
    append(&journal, 1_030);
    let all = read_all(&journal, CITY);
    assert_eq!(all.len(), 1_030);
    for from in [0, 1, 2, 1_000, 1_001, 1_030] {
        let pages = journal.pages(CITY, from).map(|page| page.unwrap());
        let read: Vec<_> = pages.flatten().collect();
        assert_eq!(read, all[from.saturating_sub(1) as usize..], "from {from}");
    }
    for beyond in [1_031, 1_032, u64::MAX] {
        assert_eq!(journal.pages(CITY, beyond).count(), 0, "from {beyond}");
    }
}

/// What verifying says, whether or not the journal opens at all.
fn found(ground: &dyn Ground, known: Option<Head>) -> Damage {
    let verified = ground.open().and_then(|journal| journal.verify(CITY, known));
    match verified {
        Err(Broken::Damage(damage)) => damage,
        other => panic!("no damage found: {other:?}"),
    }
}

fn whatever_is_changed_is_found_with_its_seq(ground: &dyn Ground) {
    append(&ground.open().unwrap(), 9);
    let link_of = |seq| Damage { stream: CITY, seq, kind: DamageKind::Link };
    for (seq, column) in [(1, "body"), (4, "device"), (5, "id"), (6, "link"), (9, "body")] {
        ground.flip(column, seq);
        assert_eq!(found(ground, None), link_of(seq), "{column}");
        ground.flip(column, seq);
    }
    ground.run("UPDATE batch SET taken_at = taken_at + 1 WHERE seq = 3");
    assert_eq!(found(ground, None), link_of(3));
    ground.run("UPDATE batch SET taken_at = taken_at - 1 WHERE seq = 3");
    ground.run("UPDATE batch SET stream = 7");
    let moved = ground.open().and_then(|journal| journal.verify(StreamId(7), None));
    let damage = Damage { stream: StreamId(7), seq: 1, kind: DamageKind::Link };
    assert_eq!(moved, Err(Broken::Damage(damage)));
    ground.run("UPDATE batch SET stream = 371600");
    ground.open().unwrap().verify(CITY, None).unwrap();
}

fn an_exchange_a_loss_and_a_cut_end_are_found(ground: &dyn Ground) {
    let head = append(&ground.open().unwrap(), 9);
    let exchange = "UPDATE batch SET seq = 99 WHERE seq = 4; \
        UPDATE batch SET seq = 4 WHERE seq = 5; UPDATE batch SET seq = 5 WHERE seq = 99";
    ground.run(exchange);
    let damage = |seq, kind| Damage { stream: CITY, seq, kind };
    assert_eq!(found(ground, None), damage(4, DamageKind::Link));
    ground.run(exchange);
    ground.run("DELETE FROM batch WHERE seq = 9");
    let shorter = ground.open().unwrap();
    assert_eq!(shorter.verify(CITY, None).unwrap().seq, 8);
    drop(shorter);
    assert_eq!(found(ground, Some(head)), damage(9, DamageKind::CutOff));
    ground.run("DELETE FROM batch WHERE seq = 6");
    assert_eq!(found(ground, None), damage(6, DamageKind::Gap));
}

fn a_known_head_shows_a_chain_made_anew(ground: &dyn Ground) {
    let journal = ground.open().unwrap();
    let known = append(&journal, 3);
    drop(journal);
    ground.run("DELETE FROM batch");
    let journal = ground.open().unwrap();
    for number in 10..15 {
        journal.append(CITY, 0, &visit(1, number)).unwrap();
    }
    assert_eq!(journal.verify(CITY, None).unwrap().seq, 5);
    drop(journal);
    assert_eq!(found(ground, Some(known)), Damage { stream: CITY, seq: 3, kind: DamageKind::Link });
}

fn a_damaged_end_keeps_the_journal_from_opening(ground: &dyn Ground) {
    append(&ground.open().unwrap(), 9);
    ground.flip("body", 8);
    let damage = Damage { stream: CITY, seq: 8, kind: DamageKind::Link };
    assert_eq!(ground.open().err(), Some(Broken::Damage(damage)));
    ground.flip("body", 8);
    // What a newer version wrote is not touched either.
    ground.run("UPDATE journal SET schema = 2");
    let refused = ground.open().err();
    assert!(matches!(refused, Some(Broken::Fault(fault))
        if fault.kind == store::FaultKind::NewerSchema));
}
