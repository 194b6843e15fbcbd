//! The audit (T34): nobody changes it, and whoever does is named.
//!
//! First the triggers, tried with plain SQL; then, with the triggers dropped as an owner of the
//! file can, each way of tampering: a column changed, a row deleted, put in, exchanged, the end
//! cut off, all of it made anew. And that an act and its row stand or fall together.
//! Read next: `src/people/audit.rs`.

use rusqlite::Connection;
use store::fault::DamageKind;
use store::people::{
    AuditBroken, AuditDamage, AuditRow, Event, Outcome, People, Refusal, SessionId,
};
use store::{Head, Id};

use super::ground::{Ground, NOW, PIN, WRONG_PIN, first_logins, refusal};

fn events(count: i64) -> Vec<Event> {
    (0..count)
        .map(|n| Event {
            at: NOW + n,
            actor: None,
            session: (n % 2 == 0).then_some(SessionId(Id([n as u8 | 1; 16]))),
            act: "GET /api/v1/households/{id}".into(),
            object: format!("household.{n}"),
            org: "371621101".into(),
            outcome: if n % 3 == 0 { Outcome::Refused } else { Outcome::Allowed },
            why: "own subtree".into(),
        })
        .collect()
}

fn rows(people: &People, from: u64) -> Vec<AuditRow> {
    people.audit_pages(from).flat_map(|page| page.unwrap()).collect()
}

#[test]
fn events_are_read_as_they_were_kept_and_in_order() {
    let mut ground = Ground::new(81);
    let before = ground.people().audit_head().unwrap().seq;
    let kept = events(2_500);
    ground.people().audit(&kept).unwrap();
    ground.people().audit(&[]).unwrap();
    ground.reopen();
    let read = rows(ground.people(), before + 1);
    assert!(read.iter().map(|row| &row.event).eq(&kept));
    assert_eq!(rows(ground.people(), before + 2_490)[0].event, kept[2_489]);
    assert_eq!(rows(ground.people(), 100_000), []);
    let head = ground.people().verify_audit(None).unwrap();
    assert_eq!(head, ground.people().audit_head().unwrap());
    assert_eq!(head.seq, before + 2_500);
}

#[test]
fn whoever_waits_is_kept_with_the_others_and_nobody_twice() {
    let ground = Ground::new(82);
    let before = ground.people().audit_head().unwrap().seq;
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let people = ground.people();
            scope.spawn(move || {
                for n in 0..50 {
                    let event = Event::allowed(NOW, "read").about(format!("{thread}.{n}"));
                    people.audit(&[event.clone(), event]).unwrap();
                }
            });
        }
    });
    let read = rows(ground.people(), before + 1);
    let mut objects: Vec<&str> = read.iter().map(|row| &*row.event.object).collect();
    assert_eq!(objects.len(), 800);
    objects.sort_unstable();
    objects.dedup();
    assert_eq!(objects.len(), 400);
}

#[test]
fn an_act_and_its_row_stand_or_fall_together() {
    let ground = Ground::new(83);
    let people = ground.people();
    let (account, phone) = ground.cadre("wang", NOW);
    let last = |people: &People| rows(people, 1).pop().unwrap().event;
    let signed_in = people.sign_in_phone(&phone, PIN, NOW).unwrap();
    let event = last(people);
    assert_eq!((event.act.as_str(), event.actor), ("phone.sign_in", Some(account)));
    assert_eq!(event.session, Some(signed_in.session));
    assert_eq!(refusal(people.sign_in_phone(&phone, WRONG_PIN, NOW)), Refusal::NotSignedIn);
    let event = last(people);
    assert_eq!((event.outcome, &*event.why), (Outcome::Refused, "wrong"));
    let head = people.audit_head().unwrap();
    assert_eq!(refusal(people.init(&first_logins(), NOW)), Refusal::AlreadyBegun);
    assert_eq!(people.audit_head().unwrap(), head, "what was not done leaves no row");
    people.disable(&ground.by(), account, NOW + 5).unwrap();
    let event = last(people);
    assert_eq!((event.act.as_str(), event.object), ("account.disable", account.to_string()));
    assert_eq!((event.actor, event.at), (Some(ground.security.account), NOW + 5));
}

#[test]
fn the_tables_take_no_change_of_the_audit() {
    let ground = Ground::new(84);
    ground.people().audit(&events(10)).unwrap();
    let tables = ground.tables();
    let copy = "INTO audit SELECT 3, at, actor, session, act, object, org, outcome, why, link \
         FROM audit WHERE seq = 4";
    for change in [
        "UPDATE audit SET why = ''",
        "UPDATE audit SET seq = seq + 100 WHERE seq = 5",
        "DELETE FROM audit",
        "DELETE FROM audit WHERE seq = (SELECT MAX(seq) FROM audit)",
        &format!("INSERT {copy}"),
        &format!("INSERT OR REPLACE {copy}"),
        &format!("REPLACE {}", copy.replace("SELECT 3", "SELECT 100")),
        &format!("INSERT {}", copy.replace("SELECT 3", "SELECT NULL")),
    ] {
        assert!(tables.execute(change, []).is_err(), "{change}");
    }
    ground.people().verify_audit(None).unwrap();
}

/// Whoever owns the file drops the triggers first.
fn tamper(tables: &Connection, change: &str) {
    for trigger in ["audit_grows", "audit_unchanged", "audit_kept"] {
        tables.execute_batch(&format!("DROP TRIGGER IF EXISTS {trigger}")).unwrap();
    }
    tables.execute_batch(change).unwrap();
}

fn damage(people: &People, known: Option<Head>) -> AuditDamage {
    match people.verify_audit(known) {
        Err(AuditBroken::Damage(damage)) => damage,
        Err(AuditBroken::Fault(fault)) => panic!("{fault}"),
        Ok(head) => panic!("it holds up to {}", head.seq),
    }
}

#[test]
fn every_change_of_a_row_is_named() {
    let ground = Ground::new(85);
    ground.people().audit(&events(40)).unwrap();
    let tables = ground.tables();
    let columns = [
        ("at", "at + 1"),
        ("actor", "randomblob(16)"),
        ("session", "randomblob(16)"),
        ("act", "act || 'x'"),
        ("object", "object || '1'"),
        ("org", "org || '1'"),
        ("outcome", "3 - outcome"),
        ("why", "why || 'x'"),
        ("link", "randomblob(32)"),
    ];
    let save = "CREATE TABLE saved AS SELECT * FROM audit WHERE seq =";
    for seq in [1_u64, 20, 33] {
        for (column, value) in columns {
            tamper(&tables, &format!("DROP TABLE IF EXISTS saved; {save} {seq}"));
            tamper(&tables, &format!("UPDATE audit SET {column} = {value} WHERE seq = {seq}"));
            let found = damage(ground.people(), None);
            assert_eq!(found, AuditDamage { seq, kind: DamageKind::Link }, "{column}");
            let back = "DELETE FROM audit WHERE seq IN (SELECT seq FROM saved);
                 INSERT INTO audit SELECT * FROM saved";
            tamper(&tables, back);
        }
        ground.people().verify_audit(None).unwrap();
    }
}

#[test]
fn a_row_that_no_event_ever_was_is_named() {
    for value in ["act = x'ff'", "outcome = 9", "actor = x'00'", "link = 'text'", "at = 'now'"] {
        let ground = Ground::new(86);
        ground.people().audit(&events(10)).unwrap();
        tamper(&ground.tables(), &format!("UPDATE audit SET {value} WHERE seq = 5"));
        let found = damage(ground.people(), None);
        assert_eq!(found, AuditDamage { seq: 5, kind: DamageKind::Row }, "{value}");
        assert!(found.to_string().contains("第 5 条"));
    }
}

#[test]
fn rows_deleted_put_in_exchanged_and_cut_off_are_named() {
    let exchange = "UPDATE audit SET seq = -1 WHERE seq = 20; \
         UPDATE audit SET seq = 20 WHERE seq = 21; UPDATE audit SET seq = 21 WHERE seq = -1";
    let put_in = "UPDATE audit SET seq = -seq WHERE seq >= 20; \
         UPDATE audit SET seq = 1 - seq WHERE seq < 0; \
         INSERT INTO audit SELECT 20, at, actor, session, act, object, org, outcome, why, link \
         FROM audit WHERE seq = 19";
    let close_up = "DELETE FROM audit WHERE seq = 20; \
         UPDATE audit SET seq = -seq WHERE seq > 20; UPDATE audit SET seq = -seq - 1 WHERE seq < 0";
    let cases = [
        ("deleted", "DELETE FROM audit WHERE seq = 20", 20, DamageKind::Gap),
        ("deleted and closed up", close_up, 20, DamageKind::Link),
        ("put in", put_in, 20, DamageKind::Link),
        ("exchanged", exchange, 20, DamageKind::Link),
        ("the first deleted", "DELETE FROM audit WHERE seq = 1", 1, DamageKind::Gap),
    ];
    for (what, change, seq, kind) in cases {
        let ground = Ground::new(87);
        ground.people().audit(&events(40)).unwrap();
        tamper(&ground.tables(), change);
        assert_eq!(damage(ground.people(), None), AuditDamage { seq, kind }, "{what}");
    }
}

#[test]
fn an_end_cut_off_or_made_anew_is_seen_with_a_head_kept_elsewhere() {
    let mut ground = Ground::new(88);
    ground.people().audit(&events(40)).unwrap();
    let known = ground.people().audit_head().unwrap();
    ground.people().verify_audit(Some(known)).unwrap();
    tamper(&ground.tables(), "DELETE FROM audit WHERE seq > 30");
    ground.reopen();
    ground.people().verify_audit(None).unwrap();
    let cut = AuditDamage { seq: 31, kind: DamageKind::CutOff };
    assert_eq!(damage(ground.people(), Some(known)), cut);
    ground.people().audit(&events(40)).unwrap();
    ground.people().verify_audit(None).unwrap();
    let anew = AuditDamage { seq: known.seq, kind: DamageKind::Link };
    assert_eq!(damage(ground.people(), Some(known)), anew);
}

#[test]
fn drawn_tampering_is_never_overlooked() {
    let ground = Ground::new(89);
    ground.people().audit(&events(60)).unwrap();
    let known = ground.people().audit_head().unwrap();
    let tables = ground.tables();
    tamper(&tables, "CREATE TABLE saved AS SELECT * FROM audit");
    let mut draw = super::ground::Draw(7);
    for round in 0..1_000 {
        let (one, two) = (1 + draw.below(60), 1 + draw.below(60));
        let change = match draw.below(5) {
            0 => format!("DELETE FROM audit WHERE seq = {one}"),
            1 => format!("UPDATE audit SET object = object || '{round}' WHERE seq = {one}"),
            2 => format!("UPDATE audit SET at = at - {two} WHERE seq = {one}"),
            3 => format!("DELETE FROM audit WHERE seq > {one}"),
            _ => format!(
                "UPDATE audit SET link = (SELECT link FROM saved WHERE seq = {one}), \
                 act = (SELECT act || 'x' FROM saved WHERE seq = {one}) WHERE seq = {two}"
            ),
        };
        tamper(&tables, &format!("BEGIN; {change}; COMMIT"));
        assert!(ground.people().verify_audit(Some(known)).is_err(), "{change}");
        tamper(&tables, "BEGIN; DELETE FROM audit; INSERT INTO audit SELECT * FROM saved; COMMIT");
    }
    ground.people().verify_audit(Some(known)).unwrap();
}
