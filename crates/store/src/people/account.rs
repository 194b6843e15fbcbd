//! Accounts and their rights: made, given, taken back, stopped, and begun again.
//!
//! An account is never deleted, since the audit speaks of it; it is disabled, and then nothing of
//! it opens anything. Nobody changes her own rights, and the last administrator of a kind stays,
//! or nobody could make another. Which roles exclude each other is the schema's to say, once. Who
//! may do all this is decided by the server's routes. Read next: `role.rs`, `slip.rs`.

use facts::Day;
use rusqlite::{Row, params};

use super::audit::Event;
use super::file::{People, Tables, Work};
use super::refusal::{Denied, Refusal};
use super::slip::{self, Purpose, Slip};
use super::{AccountId, Grant, GrantId, Granting, Role, SessionId, column, day_of, sql};
use crate::entry::{Id, Name};
use crate::fault::Fault;

/// What an account may be used for now.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum State {
    /// Made, but nobody has signed in with it: it waits for a slip to be used.
    Invited,
    /// In use.
    Active,
    /// Stopped; all its sessions and devices are gone.
    Disabled,
}

impl State {
    /// The identifier in tables and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Invited => "invited",
            State::Active => "active",
            State::Disabled => "disabled",
        }
    }

    /// The state of an identifier.
    pub fn parse(text: &str) -> Option<State> {
        [State::Invited, State::Active, State::Disabled]
            .into_iter()
            .find(|state| state.as_str() == text)
    }
}

/// Somebody's account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Account {
    /// Its id, random.
    pub id: AccountId,
    /// The login name; two names that differ in case only are one.
    pub login: Name,
    /// Her record in the facts, if she has one.
    pub person: Option<Name>,
    /// What it may be used for.
    pub state: State,
    /// When it was made, in milliseconds since 1970.
    pub created: i64,
}

/// Who does something, for the audit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Actor {
    /// The account.
    pub account: AccountId,
    /// The session it acts in.
    pub session: SessionId,
}

/// Login names of the first three accounts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FirstLogins {
    /// The system administrator's.
    pub system: Name,
    /// The security administrator's.
    pub security: Name,
    /// The audit administrator's.
    pub audit: Name,
}

/// A new account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Invitation {
    /// The login name.
    pub login: Name,
    /// Her record in the facts, if she has one.
    pub person: Option<Name>,
}

/// Who would help whom.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Help {
    /// The one who would hand out a slip.
    pub actor: AccountId,
    /// The one who forgot her PIN.
    pub account: AccountId,
}

impl People {
    /// Makes the first three accounts, one administrator each, and their slips for a password, in
    /// the order system, security, audit. Refused when there is any account: nothing begins twice.
    pub fn init(&self, logins: &FirstLogins, now: i64) -> Result<[Slip; 3], Denied> {
        let first = |role| Granting { role, org: None, first: day_of(now), last: None };
        self.write(|work| {
            if work.tables.count(sql::COUNT_ACCOUNTS, [])? > 0 {
                return Err(Refusal::AlreadyBegun.into());
            }
            let mut begin = |login: &Name, role| {
                let who = Invitation { login: login.clone(), person: None };
                let account = self.add_account(work, &who, now)?;
                self.add_grant(work, account.id, &first(role), now)?;
                work.note(Event::allowed(now, "account.init").about(account.id))?;
                slip::issue(self, work, &account, Purpose::SetPassword, now)
            };
            Ok([
                begin(&logins.system, Role::SystemAdmin)?,
                begin(&logins.security, Role::SecurityAdmin)?,
                begin(&logins.audit, Role::AuditAdmin)?,
            ])
        })
    }

    /// Makes an account without rights and without a way in; grants and a slip follow.
    pub fn invite(&self, actor: &Actor, who: &Invitation, now: i64) -> Result<AccountId, Denied> {
        self.write(|work| {
            let account = self.add_account(work, who, now)?;
            work.note(Event::allowed(now, "account.invite").by(actor).about(account.id))?;
            Ok(account.id)
        })
    }

    fn add_account(&self, work: &Work<'_>, who: &Invitation, now: i64) -> Result<Account, Denied> {
        let key = login_key(&who.login);
        if work.tables.row(sql::SELECT_ACCOUNT_OF, [&key], read_account)?.is_some() {
            return Err(Refusal::LoginTaken.into());
        }
        let account = Account {
            id: AccountId(Id(self.draw()?)),
            login: who.login.clone(),
            person: who.person.clone(),
            state: State::Invited,
            created: now,
        };
        let person = account.person.as_ref().map(Name::as_str);
        let values = params![account.id, account.login.as_str(), key, person, account.state, now];
        work.tables.execute(sql::INSERT_ACCOUNT, values)?;
        Ok(account)
    }

    /// Gives a role. The schema refuses what the three administrators may not have beside it.
    pub fn grant(
        &self,
        actor: &Actor,
        account: AccountId,
        what: &Granting,
        now: i64,
    ) -> Result<GrantId, Denied> {
        self.write(|work| {
            not_own(actor, account)?;
            if existing(&work.tables, account)?.state == State::Disabled {
                return Err(Refusal::Disabled.into());
            }
            let id = self.add_grant(work, account, what, now)?;
            let org = what.org.as_ref().map_or(String::new(), Name::to_string);
            let object = format!("{account} {}", what.role.as_str());
            let event = Event::allowed(now, "account.grant").by(actor).about(object);
            work.note(Event { org, ..event })?;
            Ok(id)
        })
    }

    fn add_grant(
        &self,
        work: &Work<'_>,
        account: AccountId,
        what: &Granting,
        now: i64,
    ) -> Result<GrantId, Denied> {
        if what.role.is_administrator() == what.org.is_some() {
            return Err(Refusal::OrgMismatch.into());
        }
        if what.role == Role::OutsideAuditor && what.last.is_none() {
            return Err(Refusal::LastDayMissing.into());
        }
        if what.last.is_some_and(|last| last < what.first) {
            return Err(Refusal::DaysReversed.into());
        }
        let id = GrantId(Id(self.draw()?));
        let org = what.org.as_ref().map(Name::as_str);
        let last = what.last.map(|day| day.0);
        let values = params![id, account, what.role, org, what.first.0, last, now];
        if work.tables.execute_if_allowed(sql::INSERT_GRANT, values)? {
            Ok(id)
        } else {
            Err(Refusal::RolesApart.into())
        }
    }

    /// Takes a role back, from the next request on. One taken back already stays so.
    pub fn revoke(&self, actor: &Actor, grant: GrantId, now: i64) -> Result<(), Denied> {
        self.write(|work| {
            let found = work.tables.row(sql::SELECT_GRANT, [grant], read_grant)?;
            let found = found.ok_or(Refusal::NotThere)?;
            not_own(actor, found.account)?;
            if found.revoked_at.is_some() {
                return Ok(());
            }
            let account = existing(&work.tables, found.account)?;
            others_remain(&work.tables, &account, &[found], now)?;
            work.tables.execute(sql::REVOKE_GRANT, params![now, grant])?;
            let event = Event::allowed(now, "account.revoke").by(actor);
            work.note(event.about(format!("{} {grant}", account.id)))?;
            Ok(())
        })
    }

    /// Stops an account: its sessions end, its devices and slips no longer hold.
    pub fn disable(&self, actor: &Actor, account: AccountId, now: i64) -> Result<(), Denied> {
        self.write(|work| {
            not_own(actor, account)?;
            let found = existing(&work.tables, account)?;
            if found.state == State::Disabled {
                return Ok(());
            }
            let grants = work.tables.rows(sql::SELECT_GRANTS, [account], read_grant)?;
            others_remain(&work.tables, &found, &grants, now)?;
            work.tables.execute(sql::UPDATE_STATE, params![State::Disabled, account])?;
            work.tables.execute(sql::DELETE_SESSIONS, [account])?;
            work.tables.execute(sql::REVOKE_DEVICES, params![now, account])?;
            work.tables.execute(sql::DELETE_SLIPS, [account])?;
            work.tables.execute(sql::DELETE_PASSWORD, [account])?;
            work.note(Event::allowed(now, "account.disable").by(actor).about(account))?;
            Ok(())
        })
    }

    /// Makes a disabled account an invited one, which begins again with a new slip.
    /// Its grants are as they were.
    pub fn reinstate(&self, actor: &Actor, account: AccountId, now: i64) -> Result<(), Denied> {
        self.write(|work| {
            not_own(actor, account)?;
            if existing(&work.tables, account)?.state != State::Disabled {
                return Err(Refusal::OtherState.into());
            }
            work.tables.execute(sql::UPDATE_STATE, params![State::Invited, account])?;
            work.note(Event::allowed(now, "account.reinstate").by(actor).about(account))?;
            Ok(())
        })
    }

    /// The account of an id.
    pub fn account(&self, id: AccountId) -> Result<Option<Account>, Fault> {
        self.read(|tables| tables.row(sql::SELECT_ACCOUNT, [id], read_account))
    }

    /// The account of a login name.
    pub fn account_of(&self, login: &Name) -> Result<Option<Account>, Fault> {
        let key = login_key(login);
        self.read(|tables| tables.row(sql::SELECT_ACCOUNT_OF, [key], read_account))
    }

    /// Accounts in order of login name, behind one, so many.
    pub fn accounts(&self, after: Option<&Name>, rows_max: u32) -> Result<Vec<Account>, Fault> {
        let after = after.map_or(String::new(), login_key);
        let values = params![after, rows_max];
        self.read(|tables| tables.rows(sql::SELECT_ACCOUNTS, values, read_account))
    }

    /// All grants an account has or had, in the order they were given.
    pub fn grants(&self, account: AccountId) -> Result<Vec<Grant>, Fault> {
        self.read(|tables| tables.rows(sql::SELECT_GRANTS, [account], read_grant))
    }

    /// Whether the actor may hand out a slip for a new PIN: an active liaison on that day, whose
    /// organisation is, for each grant the other one holds that day, its own or one above it.
    /// `upward` gives an organisation's own id and all above it. Nobody helps herself or an
    /// administrator.
    pub fn may_help(
        &self,
        help: Help,
        day: Day,
        upward: &dyn Fn(&Name) -> Vec<Name>,
    ) -> Result<bool, Fault> {
        let (actor, account) = self.read(|tables| {
            let one = |id| {
                let account = tables.row(sql::SELECT_ACCOUNT, [id], read_account)?;
                let grants = tables.rows(sql::SELECT_GRANTS, [id], read_grant)?;
                let held: Vec<Grant> =
                    grants.into_iter().filter(|grant| grant.holds(day)).collect();
                Ok::<_, Fault>((account.map(|account| account.state), held))
            };
            Ok::<_, Fault>((one(help.actor)?, one(help.account)?))
        })?;
        let both_active = actor.0 == Some(State::Active) && account.0 == Some(State::Active);
        if !both_active || help.actor == help.account || account.1.is_empty() {
            return Ok(false);
        }
        let looked_after: Vec<&Name> = actor
            .1
            .iter()
            .filter(|grant| grant.what.role == Role::Liaison)
            .filter_map(|grant| grant.what.org.as_ref())
            .collect();
        // An administrator's grant has no organisation, and so nobody is above it.
        Ok(account.1.iter().all(|grant| {
            let line = grant.what.org.as_ref().map(upward).unwrap_or_default();
            line.iter().any(|org| looked_after.contains(&org))
        }))
    }
}

/// Nobody changes her own rights.
pub(super) fn not_own(actor: &Actor, account: AccountId) -> Result<(), Refusal> {
    if actor.account == account { Err(Refusal::OwnRights) } else { Ok(()) }
}

/// The account, or a refusal.
pub(super) fn existing(tables: &Tables<'_>, id: AccountId) -> Result<Account, Denied> {
    let account = tables.row(sql::SELECT_ACCOUNT, [id], read_account)?;
    Ok(account.ok_or(Refusal::NotThere)?)
}

/// Refuses to lose the last administrator of a kind who can sign in.
fn others_remain(
    tables: &Tables<'_>,
    account: &Account,
    lost: &[Grant],
    now: i64,
) -> Result<(), Denied> {
    let today = day_of(now);
    let at_work = account.state == State::Active;
    let administers = |grant: &&Grant| grant.what.role.is_administrator() && grant.holds(today);
    for grant in lost.iter().filter(administers).filter(|_| at_work) {
        let values = params![grant.what.role, account.id, today.0];
        if tables.count(sql::COUNT_OTHERS, values)? == 0 {
            return Err(Refusal::LastAdministrator.into());
        }
    }
    Ok(())
}

/// Two login names that differ in case only are one.
pub(super) fn login_key(login: &Name) -> String {
    login.as_str().to_ascii_lowercase()
}

pub(super) fn read_account(row: &Row<'_>) -> rusqlite::Result<Account> {
    account_at(row, 0)
}

/// `id, login, person, state, created`, from a column on.
pub(super) fn account_at(row: &Row<'_>, first: usize) -> rusqlite::Result<Account> {
    Ok(Account {
        id: row.get(first)?,
        login: column::name(row, first + 1)?,
        person: column::name_or_none(row, first + 2)?,
        state: row.get(first + 3)?,
        created: row.get(first + 4)?,
    })
}

pub(super) fn read_grant(row: &Row<'_>) -> rusqlite::Result<Grant> {
    Ok(Grant {
        id: row.get(0)?,
        account: row.get(1)?,
        what: Granting {
            role: row.get(2)?,
            org: column::name_or_none(row, 3)?,
            first: Day(row.get(4)?),
            last: row.get::<_, Option<i32>>(5)?.map(Day),
        },
        revoked_at: row.get(6)?,
    })
}
