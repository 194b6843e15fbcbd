//! The audit: who asked for what, and how it ended; added to, chained, and never changed.
//!
//! Rows are chained like the journal's batches, with this file's own id under the first link, so
//! that a changed, missing or exchanged row is named. A head kept elsewhere also shows an end that
//! was cut off. Triggers refuse updates and deletions already; the chain is for whoever drops them.
//! It must be cheap, since every decision comes here: whoever waits for the file meanwhile is in
//! the next commit. Texts are cut and lose their control characters: a row is one line.
//! Read next: `chain.rs`, `docs/people.md`.

use std::fmt;

use rusqlite::{Row, params};

use super::file::{People, Tables};
use super::refusal::Denied;
use super::{AccountId, Actor, SessionId, sql};
use crate::bytes;
use crate::chain::{self, Beside, Head, Link};
use crate::database::page_or_end;
use crate::entry::Id;
use crate::fault::{DamageKind, Fault, FaultKind};
use crate::writer::StreamId;

/// A text of an event is cut here.
const TEXT_BYTES_MAX: usize = 200;
/// Rows read at once.
const PAGE_ROWS: u32 = 1_000;
/// What stands for the stream in a link; no city has this number.
const STREAM: StreamId = StreamId(u32::MAX);
/// What stands for nobody and for no session.
const NOBODY: Id = Id([0; 16]);

/// How something asked for ended.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Outcome {
    /// It was allowed, or done.
    Allowed,
    /// It was refused.
    Refused,
    /// It failed.
    Failed,
}

/// What is to be kept: a decision, a reading of particulars, a change of rights.
/// Texts are cut at 200 bytes and lose their control characters.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Event {
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// Who; nobody known before sign-in.
    pub actor: Option<AccountId>,
    /// In which session.
    pub session: Option<SessionId>,
    /// What was done or asked for, such as a route or `account.disable`.
    pub act: String,
    /// To what; an id or a place, never a name or a number of a person.
    pub object: String,
    /// For which organisation; empty where for none.
    pub org: String,
    /// How it ended.
    pub outcome: Outcome,
    /// By which rule, or why not; empty where nothing is to be said.
    pub why: String,
}

impl Event {
    /// Something allowed, by nobody yet.
    pub fn allowed(at: i64, act: impl Into<String>) -> Event {
        let (object, org, why) = Default::default();
        let outcome = Outcome::Allowed;
        Event { at, actor: None, session: None, act: act.into(), object, org, outcome, why }
    }

    /// The same, by somebody.
    #[must_use]
    pub fn by(self, actor: &Actor) -> Event {
        Event { actor: Some(actor.account), session: Some(actor.session), ..self }
    }

    /// The same, to something.
    #[must_use]
    pub fn about(self, object: impl fmt::Display) -> Event {
        Event { object: object.to_string(), ..self }
    }

    /// The same, refused.
    #[must_use]
    pub fn refused(self, why: impl Into<String>) -> Event {
        Event { outcome: Outcome::Refused, why: why.into(), ..self }
    }
}

/// An event as it was kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuditRow {
    /// Its place, from 1.
    pub seq: u64,
    /// What was kept.
    pub event: Event,
    /// Its link in the chain.
    pub link: Link,
}

/// An audit that is not what was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AuditDamage {
    /// The first row that does not hold.
    pub seq: u64,
    /// In which way.
    pub kind: DamageKind,
}

impl fmt::Display for AuditDamage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = match self.kind {
            DamageKind::Gap => "缺失，其后还有",
            DamageKind::CutOff => "曾经存在，现已不在末尾",
            DamageKind::Link => "与链不符：它或它的前一条被改过",
            // Rows of the audit are not sealed and have no body of their own.
            DamageKind::Row | DamageKind::Body(_) | DamageKind::Sealed => "有一栏无法读取",
        };
        write!(f, "审计记录第 {} 条{how}；请停用，查明原因，并由备份恢复。", self.seq)
    }
}

/// Why a reading of the audit ended early.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AuditBroken {
    /// The world failed.
    Fault(Fault),
    /// The audit is not what was written.
    Damage(AuditDamage),
}

impl From<Fault> for AuditBroken {
    fn from(fault: Fault) -> AuditBroken {
        AuditBroken::Fault(fault)
    }
}

impl From<AuditDamage> for AuditBroken {
    fn from(damage: AuditDamage) -> AuditBroken {
        AuditBroken::Damage(damage)
    }
}

impl fmt::Display for AuditBroken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AuditBroken::Fault(fault) => fault.fmt(f),
            AuditBroken::Damage(damage) => damage.fmt(f),
        }
    }
}

impl std::error::Error for AuditBroken {}

/// Events that wait for the writing connection.
#[derive(Default)]
pub(super) struct Queue {
    events: Vec<Event>,
    /// How many callers have come so far.
    turns: u64,
}

impl People {
    /// Keeps events, in order, and returns when they survive a power cut. Whoever waits meanwhile
    /// is in the next commit; so give all events of a request at once.
    pub fn audit(&self, events: &[Event]) -> Result<(), Fault> {
        if events.is_empty() {
            return self.running();
        }
        let turn = {
            let mut queue = self.queue();
            queue.events.extend_from_slice(events);
            queue.turns += 1;
            queue.turns
        };
        let mut writer = self.writer();
        self.running()?;
        if writer.audited >= turn {
            return Ok(());
        }
        let (waiting, last) = {
            let mut queue = self.queue();
            (std::mem::take(&mut queue.events), queue.turns)
        };
        let kept = self.write_with(&mut writer, |work| {
            waiting.into_iter().try_for_each(|event| work.note(event)).map_err(Denied::from)
        });
        match kept {
            Ok(()) => {
                writer.audited = last;
                Ok(())
            }
            Err(Denied::Stopped(fault)) => Err(fault),
            // Nothing in it refuses; should it ever, nobody may go on as if it were kept.
            Err(Denied::Refused(_)) => {
                let what = "审计没有记下";
                Err(self.stop(Fault::new(FaultKind::Disk, what, "账号", "请重新启动")))
            }
        }
    }

    fn queue(&self) -> std::sync::MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The rows from a seq on, in pages of at most 1,000, each checked against the chain.
    pub fn audit_pages(&self, from: u64) -> AuditPages<'_> {
        AuditPages { people: self, from: from.max(1), before: None, ended: false }
    }

    /// The last row; seq 0 where nothing was kept yet.
    pub fn audit_head(&self) -> Result<Head, Fault> {
        self.read(|tables| head(tables, self.origin))
    }

    /// Follows the chain from the first row to the last. `known`, a head kept elsewhere, also shows
    /// an end that was cut off or a chain made anew.
    pub fn verify_audit(&self, known: Option<Head>) -> Result<Head, AuditBroken> {
        let mut head = chain::beginning(self.origin, STREAM);
        for page in self.audit_pages(1) {
            for row in page? {
                head = Head { seq: row.seq, link: row.link };
                if known.is_some_and(|known| known.seq == head.seq && known.link != head.link) {
                    return Err(AuditDamage { seq: head.seq, kind: DamageKind::Link }.into());
                }
            }
        }
        if known.is_some_and(|known| known.seq > head.seq) {
            return Err(AuditDamage { seq: head.seq + 1, kind: DamageKind::CutOff }.into());
        }
        Ok(head)
    }
}

/// The last row, by its own word; following the chain shows whether it holds.
pub(super) fn head(tables: &Tables<'_>, origin: Id) -> Result<Head, Fault> {
    let last = tables.row(sql::SELECT_AUDIT_HEAD, [], |row| {
        Ok(Head { seq: row.get::<_, i64>(0)?.cast_unsigned(), link: Link(row.get(1)?) })
    })?;
    Ok(last.unwrap_or_else(|| chain::beginning(origin, STREAM)))
}

/// Adds an event behind a head; the head after it.
pub(super) fn add(tables: &Tables<'_>, before: Head, event: Event) -> Result<Head, Fault> {
    let event = Event {
        act: clean(event.act),
        object: clean(event.object),
        org: clean(event.org),
        why: clean(event.why),
        ..event
    };
    let next = follow(before, &event);
    let (actor, session) = whose(&event);
    let values = params![
        next.seq.cast_signed(),
        event.at,
        &actor.0[..],
        &session.0[..],
        event.act,
        event.object,
        event.org,
        number(event.outcome),
        event.why,
        &next.link.0[..],
    ];
    tables.execute(sql::INSERT_AUDIT, values)?;
    Ok(next)
}

/// The head after an event: all of it is under the link.
fn follow(before: Head, event: &Event) -> Head {
    let mut body = Vec::with_capacity(64);
    for text in [&event.act, &event.object, &event.org, &event.why] {
        bytes::put_bytes(&mut body, text.as_bytes());
    }
    body.push(number(event.outcome));
    let (actor, session) = whose(event);
    let beside = Beside { id: actor, device: session, taken_at: event.at };
    chain::next(before, STREAM, &beside, chain::body_hash(&body))
}

fn whose(event: &Event) -> (Id, Id) {
    (event.actor.map_or(NOBODY, |actor| actor.0), event.session.map_or(NOBODY, |id| id.0))
}

fn number(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Allowed => 1,
        Outcome::Refused => 2,
        Outcome::Failed => 3,
    }
}

fn outcome(number: u8) -> Option<Outcome> {
    [Outcome::Allowed, Outcome::Refused, Outcome::Failed]
        .into_iter()
        .find(|outcome| self::number(*outcome) == number)
}

/// One line, of bounded length, that reads in the order it was written.
fn clean(text: String) -> String {
    let breaks = |c: char| {
        c.is_control()
            || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    if text.len() <= TEXT_BYTES_MAX && !text.contains(breaks) {
        return text;
    }
    let mut kept = String::with_capacity(TEXT_BYTES_MAX);
    for character in text.chars() {
        let shown = if breaks(character) { '\u{fffd}' } else { character };
        if kept.len() + shown.len_utf8() > TEXT_BYTES_MAX {
            break;
        }
        kept.push(shown);
    }
    kept
}

/// Pages of the audit, in order; ends at the last row or at the first error.
pub struct AuditPages<'a> {
    people: &'a People,
    from: u64,
    // The row before the next one, once known.
    before: Option<Head>,
    ended: bool,
}

impl Iterator for AuditPages<'_> {
    type Item = Result<Vec<AuditRow>, AuditBroken>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let page = self.page();
        page_or_end(&mut self.ended, page)
    }
}

impl AuditPages<'_> {
    fn page(&mut self) -> Result<Vec<AuditRow>, AuditBroken> {
        let mut at = match self.before {
            Some(before) => before,
            None => self.before_first()?,
        };
        let page = self.rows(at.seq + 1, PAGE_ROWS)?;
        for row in &page {
            let damage = |kind| AuditDamage { seq: at.seq + 1, kind };
            if row.seq != at.seq + 1 {
                return Err(damage(DamageKind::Gap).into());
            }
            let next = follow(at, &row.event);
            if next.link != row.link {
                return Err(damage(DamageKind::Link).into());
            }
            at = next;
        }
        self.before = Some(at);
        Ok(page)
    }

    /// The head that the first row wanted follows.
    fn before_first(&self) -> Result<Head, AuditBroken> {
        let seq = self.from - 1;
        if seq == 0 {
            return Ok(chain::beginning(self.people.origin, STREAM));
        }
        if let Some(row) = self.rows(seq, 1)?.first()
            && row.seq == seq
        {
            return Ok(Head { seq, link: row.link });
        }
        let head = self.people.audit_head()?;
        if seq > head.seq {
            // Beyond the end: nothing will follow.
            return Ok(Head { seq, link: head.link });
        }
        Err(AuditDamage { seq, kind: DamageKind::Gap }.into())
    }

    /// Rows from a seq on; a row that cannot be read is damage, and named.
    fn rows(&self, from: u64, rows_max: u32) -> Result<Vec<AuditRow>, AuditBroken> {
        let from = i64::try_from(from).unwrap_or(i64::MAX);
        let read = self.people.read(|tables| {
            tables.rows(sql::SELECT_AUDIT, params![from, rows_max], |row| {
                Ok((seq_of(row), read_row(row)))
            })
        });
        let mut rows = Vec::new();
        for (seq, row) in read.map_err(AuditBroken::Fault)? {
            let expected = rows.last().map_or(from as u64, |last: &AuditRow| last.seq + 1);
            let seq = seq.unwrap_or(expected);
            rows.push(row.ok_or(AuditDamage { seq, kind: DamageKind::Row })?);
        }
        Ok(rows)
    }
}

fn seq_of(row: &Row<'_>) -> Option<u64> {
    row.get::<_, i64>(0).ok().and_then(|seq| u64::try_from(seq).ok())
}

fn read_row(row: &Row<'_>) -> Option<AuditRow> {
    let id = |column| row.get::<_, [u8; 16]>(column).ok().map(Id);
    let known = |id: Id| (id != NOBODY).then_some(id);
    let event = Event {
        at: row.get(1).ok()?,
        actor: known(id(2)?).map(AccountId),
        session: known(id(3)?).map(SessionId),
        act: row.get(4).ok()?,
        object: row.get(5).ok()?,
        org: row.get(6).ok()?,
        outcome: outcome(row.get(7).ok()?)?,
        why: row.get(8).ok()?,
    };
    Some(AuditRow { seq: seq_of(row)?, event, link: Link(row.get(9).ok()?) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_one_line_of_bounded_length() {
        assert_eq!(clean("a\nb\r\u{202e}c".to_owned()), "a\u{fffd}b\u{fffd}\u{fffd}c");
        assert_eq!(clean("走访".to_owned()), "走访");
        assert_eq!(clean("长".repeat(100)).len(), 198);
    }

    #[test]
    fn a_link_changes_with_everything_an_event_says() {
        let before = chain::beginning(Id([1; 16]), STREAM);
        let event = Event::allowed(1, "a");
        let other = |change: fn(&mut Event)| {
            let mut changed = event.clone();
            change(&mut changed);
            follow(before, &changed)
        };
        let others = [
            other(|event| event.at = 2),
            other(|event| event.actor = Some(AccountId(Id([2; 16])))),
            other(|event| event.session = Some(SessionId(Id([2; 16])))),
            other(|event| event.act = String::new()),
            other(|event| event.object = "a".into()),
            other(|event| event.org = "a".into()),
            other(|event| event.why = "a".into()),
            other(|event| event.outcome = Outcome::Failed),
            other(|event| (event.act, event.object) = (String::new(), "a".into())),
        ];
        let links: std::collections::BTreeSet<[u8; 32]> =
            others.iter().map(|head| head.link.0).collect();
        assert!(!links.contains(&follow(before, &event).link.0));
        assert_eq!(links.len(), others.len());
    }
}
