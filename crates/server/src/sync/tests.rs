//! The exchange, case by case; random sequences are in `tests/model.rs`.
//!
//! Two townships of one city and one of another; a clerk who sees all. Batches are made by hand.
//! Read next: `tests/model.rs`.
#![expect(clippy::panic, reason = "a test that cannot go on should say so and stop")]

mod model;

use std::collections::BTreeSet;
use std::sync::Arc;

use facts::fixture::{field, form};
use facts::{Arity, FieldType, Privacy, Schema, Shape};
use store::{Cell, Entry, Envelope, Value};

use super::*;

const CITY: StreamId = StreamId(1);
const OTHER_CITY: StreamId = StreamId(2);

fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

/// A card with two numbers and a list.
fn schema() -> Arc<Schema> {
    let number = |name: &str, arity| field(name, FieldType::Number, arity);
    let mut note = field("情况 note", FieldType::Text, Arity::Optional);
    note.privacy = Privacy::Sealed;
    let own = vec![
        number("甲 a", Arity::Optional),
        number("乙 b", Arity::Optional),
        number("项 items", Arity::Many),
        note,
    ];
    let mut dated =
        form("访 call", Shape::Dated, vec![field("日期 date", FieldType::Day, Arity::One)]);
    dated.axis = dated.field_named("date");
    let forms = vec![form("卡 card", Shape::Thing, own), dated];
    Arc::new(Schema { code_lists: Vec::new(), forms })
}

fn streams() -> BTreeMap<Name, StreamId> {
    [("o0", CITY), ("o1", CITY), ("o2", CITY), ("o3", OTHER_CITY)]
        .map(|(org, stream)| (name(org), stream))
        .into()
}

fn exchange() -> Exchange<MemoryLedger> {
    Exchange::open(MemoryLedger::new(Id([1; 16])), schema(), streams()).unwrap()
}

fn scope(version: u64, orgs: &[&str]) -> Scope {
    Scope { version, orgs: orgs.iter().map(|org| name(org)).collect() }
}

fn who(number: u8) -> Who {
    Who { device: Id([number; 16]), person: name(&format!("p{number}")) }
}

fn number(value: i64) -> Cell {
    Cell::Open(Value::Number(facts::Number::whole(value)))
}

fn stated(cells: &[(&str, Cell)]) -> Act {
    Act::Stated { fields: cells.iter().map(|(field, cell)| (name(field), cell.clone())).collect() }
}

fn amended(on: &[u8], cells: &[(&str, Cell)]) -> Act {
    let fields = cells.iter().map(|(field, cell)| (name(field), cell.clone())).collect();
    Act::Amended { builds_on: on.iter().map(|number| entry_id(*number)).collect(), fields }
}

fn entry_id(number: u8) -> EntryId {
    EntryId { batch: Id([number; 16]), index: 0 }
}

/// A batch of one entry about a card.
fn batch(number: u8, of: u8, org: &str, record: &str, act: Act) -> Arc<Batch> {
    Arc::new(Batch {
        id: Id([number; 16]),
        device: who(of).device,
        author: who(of).person,
        org: name(org),
        made_at: 0,
        entries: vec![Entry { form: name("card"), record: name(record), act }],
    })
}

fn seq(answer: Result<Answer, Fault>) -> u64 {
    match answer.unwrap() {
        Answer::Taken { seq, .. } => seq,
        other => panic!("{other:?}"),
    }
}

fn codes(answer: Result<Answer, Fault>) -> Vec<&'static str> {
    match answer.unwrap() {
        Answer::Returned(objections) => objections.iter().map(|o| o.code).collect(),
        other => panic!("{other:?}"),
    }
}

fn never(_: u64) -> Option<Scope> {
    None
}

#[test]
fn a_batch_sent_again_is_answered_with_its_place_even_after_its_author_has_moved() {
    let mut exchange = exchange();
    let (here, moved) = (scope(1, &["o0"]), scope(2, &["o1"]));
    let first = batch(10, 1, "o0", "r1", stated(&[("a", number(1))]));
    assert_eq!(seq(exchange.take(&who(1), &here, &first, 0)), 1);
    let theirs = batch(20, 2, "o0", "r1", amended(&[10], &[("a", number(2))]));
    let mine = batch(11, 1, "o0", "r1", amended(&[10], &[("a", number(3))]));
    assert_eq!(seq(exchange.take(&who(2), &here, &theirs, 0)), 2);
    let Answer::Taken { seq: 3, clashes, .. } = exchange.take(&who(1), &here, &mine, 0).unwrap()
    else {
        panic!("taken as the third")
    };
    let ClashKind::Field { field, sides } = &clashes[0].kind else { panic!("{clashes:?}") };
    assert_eq!((field.as_str(), sides.len(), sides[0].says.clone()), ("a", 2, number(2)));
    // She hears that it stands, and nothing more of what others wrote.
    let answer = exchange.take(&who(1), &moved, &mine, 0).unwrap();
    let epoch = Id([1; 16]);
    assert_eq!(answer, Answer::Taken { epoch, seq: 3, awaited: vec![], clashes: vec![] });
}

#[test]
fn a_batch_for_an_organisation_she_has_left_waits_until_somebody_claims_or_returns_it() {
    let mut exchange = exchange();
    let (moved, clerk) = (scope(2, &["o1"]), scope(1, &["o0"]));
    let first = batch(10, 1, "o0", "r1", stated(&[("a", number(1))]));
    let next = batch(11, 1, "o0", "r1", amended(&[10], &[("a", number(2))]));
    let other = batch(12, 1, "o0", "r2", stated(&[]));
    for batch in [&first, &next, &other, &first] {
        let answer = exchange.take(&who(1), &moved, batch, 7).unwrap();
        assert_eq!(answer, Answer::WaitingForDecision);
    }
    assert!(exchange.merge(&name("o0")).is_none());
    assert!(exchange.waiting(&moved).is_empty());
    assert_eq!(exchange.waiting(&clerk).len(), 3);
    let decide = |exchange: &mut Exchange<_>, about: &Batch, decision, own| {
        exchange.decide(&who(9), &clerk, about.id, &decision, Id([own; 16]), 8)
    };
    // What builds on an undecided one comes after it.
    let early = decide(&mut exchange, &next, Decision::Claim, 90);
    assert_eq!(codes(early), ["base-undecided"]);
    assert_eq!(seq(decide(&mut exchange, &first, Decision::Claim, 91)), 1);
    let back = Decision::Return { reason: "不是我们镇的".to_owned() };
    decide(&mut exchange, &other, back, 92).unwrap();
    // Nothing of this is only in memory.
    let mut exchange = Exchange::open(exchange.into_ledger(), schema(), streams()).unwrap();
    assert_eq!(exchange.waiting(&clerk).len(), 1);
    assert_eq!(seq(exchange.take(&who(1), &moved, &first, 9)), 1);
    let Answer::Returned(objections) = exchange.take(&who(1), &moved, &other, 9).unwrap() else {
        panic!("returned")
    };
    assert_eq!(objections[0].reason, "不是我们镇的");
    // She is back: no decision is needed any more.
    assert_eq!(seq(exchange.take(&who(1), &clerk, &next, 9)), 2);
    assert!(exchange.waiting(&clerk).is_empty());
    let open = Exchange::open(exchange.into_ledger(), schema(), streams()).unwrap();
    assert!(open.waiting(&clerk).is_empty());
}

#[test]
fn nobody_decides_for_an_organisation_that_is_not_hers() {
    let mut exchange = exchange();
    let first = batch(10, 1, "o0", "r1", stated(&[]));
    exchange.take(&who(1), &scope(2, &["o1"]), &first, 0).unwrap();
    let answer =
        exchange.decide(&who(9), &scope(1, &["o1"]), first.id, &Decision::Claim, Id([90; 16]), 0);
    assert_eq!(codes(answer), ["nothing-to-decide"]);
}

#[test]
fn nobody_fills_the_quarantine() {
    let mut exchange = exchange();
    let moved = scope(2, &["o1"]);
    for number in 0..HELD_MAX as u32 {
        let mut held = Batch::clone(&batch(0, 1, "o0", &format!("r{number}"), stated(&[])));
        held.id.0[..4].copy_from_slice(&number.to_be_bytes());
        let answer = exchange.take(&who(1), &moved, &Arc::new(held), 0).unwrap();
        assert_eq!(answer, Answer::WaitingForDecision);
    }
    let one_more = batch(255, 1, "o0", "one", stated(&[]));
    assert_eq!(codes(exchange.take(&who(1), &moved, &one_more, 0)), ["too-many-waiting"]);
    let others = batch(254, 2, "o0", "two", stated(&[]));
    assert_eq!(exchange.take(&who(2), &moved, &others, 0), Ok(Answer::WaitingForDecision));
}

#[test]
fn what_does_not_fit_its_form_comes_back_with_every_objection_and_its_place() {
    let mut exchange = exchange();
    let here = scope(1, &["o0"]);
    let text = |text: &str| Cell::Open(Value::Text(text.into()));
    let mut wrong = Batch::clone(&batch(
        10,
        1,
        "o0",
        "r1",
        stated(&[("a", text("x")), ("note", text("x")), ("recorded_by", text("p1"))]),
    ));
    let call = Entry { form: name("call"), record: name("c1"), act: stated(&[]) };
    let unknown = Entry { form: name("post"), record: name("c1"), act: stated(&[]) };
    wrong.entries.extend([call, unknown]);
    let answer = exchange.take(&who(1), &here, &Arc::new(wrong), 0).unwrap();
    let Answer::Returned(objections) = answer else { panic!("{answer:?}") };
    let found: Vec<_> = objections.iter().map(|o| (o.entry.unwrap(), o.code)).collect();
    let wanted = [
        (0, "wrong-type"),
        (0, "not-sealed"),
        (0, "unknown-field"),
        (1, "missing"),
        (2, "unknown-form"),
    ];
    assert_eq!(found, wanted);
    assert_eq!(objections[3].to_string(), "“日期”没有填；请填上这一栏。");
    let sealed = Envelope { privacy: Privacy::Sealed, key: Id([1; 16]), sealed: [1; 40].into() };
    let right = batch(11, 1, "o0", "r1", stated(&[("note", Cell::Enclosed(sealed))]));
    assert_eq!(seq(exchange.take(&who(1), &here, &right, 0)), 1);
}

#[test]
fn ids_are_used_once_and_everyone_sends_her_own() {
    let mut exchange = exchange();
    let all = scope(1, &["o0", "o1"]);
    let first = batch(10, 1, "o0", "r1", stated(&[]));
    exchange.take(&who(1), &all, &first, 0).unwrap();
    let elsewhere = batch(11, 1, "o1", "r1", stated(&[]));
    assert_eq!(codes(exchange.take(&who(1), &all, &elsewhere, 0)), ["record-id-used"]);
    let changed = batch(10, 1, "o0", "r1", stated(&[("a", number(1))]));
    assert_eq!(codes(exchange.take(&who(1), &all, &changed, 0)), ["id-used-again"]);
    let other = batch(10, 1, "o0", "r9", stated(&[]));
    assert_eq!(codes(exchange.take(&who(1), &all, &other, 0)), ["id-used-again"]);
    let borrowed = batch(12, 1, "o0", "r2", stated(&[]));
    assert_eq!(codes(exchange.take(&who(2), &all, &borrowed, 0)), ["not-the-author"]);
    let nowhere = batch(13, 1, "o9", "r2", stated(&[]));
    assert_eq!(codes(exchange.take(&who(1), &all, &nowhere, 0)), ["unknown-org"]);
}

#[test]
fn whoever_amends_for_her_own_organisation_cannot_reach_the_record_of_another() {
    let mut exchange = exchange();
    exchange.take(&who(1), &scope(1, &["o0"]), &batch(10, 1, "o0", "r1", stated(&[])), 0).unwrap();
    let reaching = batch(20, 2, "o1", "r1", amended(&[10], &[("a", number(1))]));
    let unknown = batch(21, 2, "o1", "r7", amended(&[77], &[("a", number(1))]));
    let awaited = |answer: Answer| match answer {
        Answer::Taken { awaited, .. } => awaited,
        other => panic!("{other:?}"),
    };
    let scope = scope(1, &["o1"]);
    // The same answer as for a record that nobody has.
    let reached = exchange.take(&who(2), &scope, &reaching, 0).unwrap();
    assert_eq!(awaited(reached), [entry_id(10)]);
    let missed = exchange.take(&who(2), &scope, &unknown, 0).unwrap();
    assert_eq!(awaited(missed), [entry_id(77)]);
    let key = RecordKey { form: name("card"), record: name("r1") };
    let state = exchange.merge(&name("o0")).unwrap().state(&key).unwrap();
    assert_eq!(state.latest, [entry_id(10)].into());
}

fn seqs(changes: &Changes) -> Vec<u64> {
    changes.batches.iter().map(|kept| kept.seq).collect()
}

#[test]
fn changes_come_page_by_page_and_each_page_can_be_asked_for_again() {
    let mut exchange = exchange();
    exchange.page_batches_max = 2;
    let all = scope(1, &["o0", "o1", "o2"]);
    for at in 0..9 {
        let org = ["o0", "o1", "o2"][usize::from(at % 3)];
        let batch = batch(10 + at, 1, org, &format!("r{at}"), stated(&[]));
        exchange.take(&who(1), &all, &batch, 0).unwrap();
    }
    let narrow = scope(5, &["o0", "o2"]);
    let mut cursor = None;
    let mut pages = Vec::new();
    loop {
        let page = exchange.changes(cursor.as_ref(), &narrow, &never).unwrap();
        assert_eq!(exchange.changes(cursor.as_ref(), &narrow, &never).unwrap(), page);
        assert_eq!(page.drop == ToDrop::All, cursor.is_none());
        pages.push(seqs(&page));
        cursor = Some(page.cursor);
        if !page.more {
            break;
        }
    }
    assert_eq!(pages, [vec![1, 3], vec![4, 6], vec![7, 9]]);
    let page = exchange.changes(cursor.as_ref(), &narrow, &never).unwrap();
    assert!(page.batches.is_empty() && !page.more && page.drop == ToDrop::Nothing);
}

#[test]
fn a_changed_scope_first_drops_then_fills_then_goes_on() {
    let mut exchange = exchange();
    exchange.page_batches_max = 2;
    let all = scope(1, &["o0", "o1"]);
    let put = |exchange: &mut Exchange<MemoryLedger>, at: u8| {
        let org = ["o0", "o1"][usize::from(at % 2)];
        let batch = batch(10 + at, 1, org, &format!("r{at}"), stated(&[]));
        exchange.take(&who(1), &all, &batch, 0).unwrap();
    };
    (0..6).for_each(|at| put(&mut exchange, at));
    let (before, now) = (scope(1, &["o0"]), scope(2, &["o1"]));
    let earlier = |version| (version == 1).then(|| before.clone());
    let mut had = exchange.changes(None, &before, &never).unwrap();
    had = exchange.changes(Some(&had.cursor), &before, &never).unwrap();
    assert!(!had.more);
    (6..10).for_each(|at| put(&mut exchange, at));
    let first = exchange.changes(Some(&had.cursor), &now, &earlier).unwrap();
    assert_eq!(first.drop, ToDrop::Orgs([name("o0")].into()));
    assert_eq!((seqs(&first), first.more), (vec![2, 4], true));
    assert!(first.cursor.fill.is_some());
    let second = exchange.changes(Some(&first.cursor), &now, &earlier).unwrap();
    assert_eq!((&second.drop, seqs(&second)), (&ToDrop::Nothing, vec![6, 8]));
    assert!(second.cursor.fill.is_none());
    let third = exchange.changes(Some(&second.cursor), &now, &earlier).unwrap();
    assert_eq!((seqs(&third), third.more), (vec![10], false));
    // A scope nobody remembers, or one that changes while it is filled: all anew.
    let anew = exchange.changes(Some(&had.cursor), &now, &never).unwrap();
    assert_eq!((&anew.drop, seqs(&anew)), (&ToDrop::All, vec![2, 4]));
    let again = exchange.changes(Some(&first.cursor), &scope(3, &["o1"]), &|_| Some(now.clone()));
    assert_eq!(again.unwrap().drop, ToDrop::All);
}

#[test]
fn another_epoch_drops_and_fills_everything_and_a_watermark_holds_for_its_own_epoch() {
    let mut exchange = exchange();
    let all = scope(1, &["o0", "o1"]);
    let first = batch(10, 1, "o0", "r1", stated(&[]));
    exchange.take(&who(1), &all, &first, 0).unwrap();
    let mut ledger = exchange.into_ledger();
    let backup = ledger.back_up();
    let mut exchange = Exchange::open(ledger, schema(), streams()).unwrap();
    exchange.take(&who(1), &all, &batch(11, 1, "o0", "r2", stated(&[])), 0).unwrap();
    let had = exchange.changes(None, &all, &never).unwrap();
    assert_eq!((seqs(&had), &had.watermarks), (vec![1, 2], &[(CITY, 1)].into()));
    let exchange = Exchange::open(backup.restored(Id([2; 16])), schema(), streams()).unwrap();
    let anew = exchange.changes(Some(&had.cursor), &all, &never).unwrap();
    assert_eq!((&anew.drop, seqs(&anew)), (&ToDrop::All, vec![1]));
    assert_eq!(anew.cursor.epoch, Id([2; 16]));
}

#[test]
fn the_journal_on_disk_serves_as_well_as_memory() {
    let folder = std::env::temp_dir().join(format!("nuanjia-sync-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let settings = store::Settings { path: folder.join("journal"), key_file: None };
    let here = scope(1, &["o0"]);
    let first = batch(10, 1, "o0", "r1", stated(&[("a", number(1))]));
    let away = batch(11, 1, "o1", "r2", stated(&[]));
    let journal = store::Journal::create(&settings).unwrap();
    let mut exchange = Exchange::open(journal, schema(), streams()).unwrap();
    assert_eq!(seq(exchange.take(&who(1), &here, &first, 5)), 1);
    assert_eq!(exchange.take(&who(1), &here, &away, 5), Ok(Answer::WaitingForDecision));
    drop(exchange);
    let journal = store::Journal::open(&settings).unwrap();
    let mut exchange = Exchange::open(journal, schema(), streams()).unwrap();
    assert_eq!(seq(exchange.take(&who(1), &here, &first, 6)), 1);
    assert_eq!(exchange.waiting(&scope(1, &["o1"])).len(), 1);
    let changes = exchange.changes(None, &here, &never).unwrap();
    assert_eq!((seqs(&changes), changes.batches[0].taken_at), (vec![1], 5));
    assert_eq!(changes.batches[0].batch, first);
    // What the store refuses comes back too.
    let never_seen = batch(12, 1, "o0", "r1", Act::Withdrawn { builds_on: BTreeSet::new() });
    assert_eq!(codes(exchange.take(&who(1), &here, &never_seen, 6)), ["builds-on-nothing"]);
    drop(exchange);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn the_examples_of_the_page_are_what_goes_over_the_line() {
    let page = include_str!("../../../../docs/sync.md");
    let block = |kind: &str| {
        let from = page.split(&format!("```json {kind}\n")).nth(1).unwrap();
        from.split("```").next().unwrap().to_owned()
    };
    let upload: wire::UploadJson = serde_json::from_str(&block("upload")).unwrap();
    let batch = upload.batches[0].batch().unwrap();
    assert_eq!(wire::BatchJson::of(&batch), upload.batches[0]);
    assert!(store::body::encode(&batch).is_ok());
    let answers: wire::AnswersJson = serde_json::from_str(&block("answers")).unwrap();
    let text = serde_json::to_value(&answers).unwrap();
    assert_eq!(text, serde_json::from_str::<serde_json::Value>(&block("answers")).unwrap());
    let cursor: wire::CursorJson = serde_json::from_str(&block("cursor")).unwrap();
    assert_eq!(wire::CursorJson::of(&cursor.cursor().unwrap()), cursor);
    let changes: wire::ChangesJson = serde_json::from_str(&block("changes")).unwrap();
    let text = serde_json::to_value(&changes).unwrap();
    assert_eq!(text, serde_json::from_str::<serde_json::Value>(&block("changes")).unwrap());
    assert!(changes.batches[0].batch.batch().is_ok());
}

#[test]
fn answers_and_pages_go_over_the_line_as_they_are() {
    let mut exchange = exchange();
    let all = scope(1, &["o0", "o1"]);
    let first = batch(10, 1, "o0", "r1", stated(&[("a", number(1))]));
    let mine = batch(11, 1, "o0", "r1", amended(&[10], &[("a", number(2))]));
    let other = batch(20, 2, "o0", "r1", amended(&[10], &[("a", number(3))]));
    let gone = batch(21, 2, "o0", "r1", Act::Withdrawn { builds_on: [entry_id(10)].into() });
    exchange.take(&who(1), &all, &first, 0).unwrap();
    exchange.take(&who(1), &all, &mine, 0).unwrap();
    exchange.take(&who(2), &all, &other, 0).unwrap();
    let answer = exchange.take(&who(2), &all, &gone, 0).unwrap();
    let wire::OutcomeJson::Taken { clashes, seq: 4, .. } =
        wire::AnswerJson::of(gone.id, &answer).outcome
    else {
        panic!("{answer:?}")
    };
    let fields: Vec<_> = clashes.iter().map(|clash| clash.field.as_deref()).collect();
    assert_eq!(fields, [Some("a"), None]);
    let changes = exchange.changes(None, &all, &never).unwrap();
    let page = wire::ChangesJson::of(&changes);
    let back: wire::ChangesJson =
        serde_json::from_str(&serde_json::to_string(&page).unwrap()).unwrap();
    assert_eq!((back.drop, back.batches.len()), (Some(wire::DropJson::All), 4));
    assert_eq!(back.cursor.cursor().unwrap(), changes.cursor);
    assert_eq!(back.batches[3].batch.batch().unwrap(), *gone);
}
