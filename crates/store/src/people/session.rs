//! Sessions: who is there, asked of the tables at every request.
//!
//! A session's token is drawn at each sign-in and kept as its hash, so that no token from before is
//! ever let in and the file opens none. Account, device and grants are read together with the
//! session: whatever was taken back is gone with the next request, without anybody telling anybody.
//! It ends when unused, after twelve hours, with its device, with its account, or by word.
//! "Last used" is written at most once a minute; so an unused one ends up to a minute early.
//! Read next: `sign_in.rs`, where sessions begin.

use rusqlite::{Row, params};

use super::account::{Account, Actor, State, account_at, read_grant};
use super::audit::Event;
use super::file::{People, Tables, Work};
use super::refusal::{Denied, Refusal};
use super::{AccountId, DeviceId, DeviceKind, Grant, MINUTE, SessionId, Token, day_of, sql};
use crate::entry::Id;
use crate::fault::Fault;

/// A session at an office computer ends when unused for so long.
const IDLE_OFFICE: i64 = 15 * MINUTE;
/// A session on an enrolled phone.
const IDLE_PHONE: i64 = 30 * MINUTE;
/// Whatever happens, a session ends after so long.
const LASTS: i64 = 12 * 60 * MINUTE;
/// How long a fresh proof holds.
const PROOF_LASTS: i64 = 10 * MINUTE;
/// Sessions of one account; the one unused longest makes room.
const SESSIONS_MAX: u32 = 20;
/// "Last used" is written when it is older than this: a write costs a sync of the disk.
const SEEN_STEP: i64 = MINUTE;

/// Who is there: read anew at every request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Present {
    /// The session.
    pub session: SessionId,
    /// The account, active.
    pub account: Account,
    /// Her grants that hold today.
    pub grants: Vec<Grant>,
    /// The device she signed in with, if it was known.
    pub device: Option<DeviceId>,
    /// When she signed in.
    pub created: i64,
    /// Until when a fresh proof holds, for what must not be done from an open desk.
    pub stepped_up_until: i64,
    /// The password is older than the policy lets it be: let her change it and nothing else.
    pub password_due: bool,
}

impl Present {
    /// For the audit and for changes.
    pub fn actor(&self) -> Actor {
        Actor { account: self.account.id, session: self.session }
    }

    /// Whether a fresh proof holds.
    pub fn is_stepped_up(&self, now: i64) -> bool {
        now < self.stepped_up_until
    }
}

/// A session as its owner sees it in her list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionLine {
    /// Its id.
    pub id: SessionId,
    /// The device, if it was known.
    pub device: Option<DeviceId>,
    /// When it began.
    pub created: i64,
    /// When it was last used, to the minute.
    pub seen: i64,
}

impl People {
    /// Who holds this token now: the account's state, its grants and the session, read together.
    /// [`Refusal::SessionEnded`] when it ended, expired, or never was.
    pub fn session(&self, token: &Token, now: i64) -> Result<Present, Denied> {
        let (present, seen) = self.read(|tables| {
            let found = found(tables, token)?.filter(|found| found.is_alive(now));
            let found = found.ok_or(Refusal::SessionEnded)?;
            let grants = tables.rows(sql::SELECT_GRANTS, [found.account.id], read_grant)?;
            Ok::<_, Denied>(found.present(self, grants, now))
        })?;
        if now.saturating_sub(seen) >= SEEN_STEP {
            let values = params![now, present.session];
            self.write(|work| Ok(work.tables.execute(sql::UPDATE_SESSION_SEEN, values)?))?;
        }
        Ok(present)
    }

    /// An account's sessions that have not ended, the latest used first.
    pub fn sessions(&self, account: AccountId, now: i64) -> Result<Vec<SessionLine>, Fault> {
        let all = self.read(|tables| {
            tables.rows(sql::SELECT_SESSIONS, [account], |row| {
                let (created, seen) = (row.get(1)?, row.get(2)?);
                let line = SessionLine { id: row.get(0)?, device: row.get(3)?, created, seen };
                let times = Times { created, seen, device: row.get(4)? };
                Ok(times.are_alive(now).then_some(line))
            })
        })?;
        Ok(all.into_iter().flatten().collect())
    }

    /// Ends the session of this token; one that has ended already is no refusal.
    pub fn sign_out(&self, token: &Token, now: i64) -> Result<(), Denied> {
        self.write(|work| {
            if let Some(found) = found(&work.tables, token)? {
                let values = params![found.account.id, found.id];
                work.tables.execute(sql::DELETE_SESSION, values)?;
                let actor = Actor { account: found.account.id, session: found.id };
                work.note(Event::allowed(now, "session.sign_out").by(&actor))?;
            }
            Ok(())
        })
    }

    /// Ends one session of an account, by its owner or an administrator.
    pub fn end_session(
        &self,
        actor: &Actor,
        account: AccountId,
        session: SessionId,
        now: i64,
    ) -> Result<(), Denied> {
        self.write(|work| {
            if work.tables.execute(sql::DELETE_SESSION, params![account, session])? == 0 {
                return Err(Refusal::NotThere.into());
            }
            let object = format!("{account} {session}");
            work.note(Event::allowed(now, "session.end").by(actor).about(object))?;
            Ok(())
        })
    }

    /// Ends all sessions of an account but the actor's own; how many.
    pub fn end_sessions(
        &self,
        actor: &Actor,
        account: AccountId,
        now: i64,
    ) -> Result<usize, Denied> {
        self.write(|work| {
            let values = params![account, actor.session];
            let ended = work.tables.execute(sql::DELETE_OTHER_SESSIONS, values)?;
            work.note(Event::allowed(now, "session.end_all").by(actor).about(account))?;
            Ok(ended)
        })
    }
}

/// A session that begins.
pub(super) struct Begun {
    pub id: SessionId,
    pub token: Token,
    /// When it ends whatever happens.
    pub ends: i64,
}

/// Begins a session, with a token nobody has seen; too many make room for it.
pub(super) fn begin(
    people: &People,
    work: &Work<'_>,
    account: AccountId,
    device: DeviceId,
    now: i64,
) -> Result<Begun, Fault> {
    let begun = Begun {
        id: SessionId(Id(people.draw()?)),
        token: Token(people.draw()?),
        ends: now.saturating_add(LASTS),
    };
    let hashed = begun.token.hashed();
    let tables = &work.tables;
    tables.execute(sql::DELETE_ENDED_SESSIONS, [now.saturating_sub(LASTS)])?;
    let values = params![begun.id, hashed.place(), &hashed.0[..], account, device, now];
    tables.execute(sql::INSERT_SESSION, values)?;
    tables.execute(sql::DELETE_OLD_SESSIONS, params![account, begun.id, SESSIONS_MAX])?;
    Ok(begun)
}

/// Until when a proof of this moment holds.
pub(super) fn proof_until(proved: i64) -> i64 {
    proved.saturating_add(PROOF_LASTS)
}

/// A session and what goes with it.
struct Found {
    id: SessionId,
    times: Times,
    proved: i64,
    device: Option<DeviceId>,
    device_revoked: bool,
    account: Account,
    password_set: Option<i64>,
}

/// What decides whether a session has ended by itself.
struct Times {
    created: i64,
    seen: i64,
    device: Option<DeviceKind>,
}

impl Times {
    fn are_alive(&self, now: i64) -> bool {
        let idle = match self.device {
            Some(DeviceKind::Phone) => IDLE_PHONE,
            Some(DeviceKind::Browser) | None => IDLE_OFFICE,
        };
        now.saturating_sub(self.seen) < idle && now.saturating_sub(self.created) < LASTS
    }
}

impl Found {
    fn is_alive(&self, now: i64) -> bool {
        let allowed = self.account.state == State::Active && !self.device_revoked;
        allowed && self.times.are_alive(now)
    }

    /// Who is there, and when she was last.
    fn present(self, people: &People, grants: Vec<Grant>, now: i64) -> (Present, i64) {
        let today = day_of(now);
        let typed = self.times.device != Some(DeviceKind::Phone);
        let due = |set_at| people.policy.is_due(set_at, now);
        let present = Present {
            session: self.id,
            account: self.account,
            grants: grants.into_iter().filter(|grant| grant.holds(today)).collect(),
            device: self.device,
            created: self.times.created,
            stepped_up_until: proof_until(self.proved),
            password_due: typed && self.password_set.is_some_and(due),
        };
        (present, self.times.seen)
    }
}

/// The session of a token, ended or not.
fn found(tables: &Tables<'_>, token: &Token) -> Result<Option<Found>, Fault> {
    let hashed = token.hashed();
    let all = tables.rows(sql::SELECT_SESSIONS_AT, [hashed.place()], |row| {
        let same = hashed.is(&row.get::<_, Vec<u8>>(1)?);
        Ok(same.then_some(read_found(row)?))
    })?;
    Ok(all.into_iter().flatten().next())
}

fn read_found(row: &Row<'_>) -> rusqlite::Result<Found> {
    Ok(Found {
        id: row.get(0)?,
        times: Times { created: row.get(2)?, seen: row.get(3)?, device: row.get(6)? },
        proved: row.get(4)?,
        device: row.get(5)?,
        device_revoked: row.get::<_, Option<i64>>(7)?.is_some(),
        account: account_at(row, 8)?,
        password_set: row.get(13)?,
    })
}
