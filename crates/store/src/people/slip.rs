//! Slips: one-time codes with which somebody begins, or begins again.
//!
//! There is no default password anywhere: whoever makes an account makes a slip for it and hands it
//! to the person herself, on paper or read out. What is typed from it is kept as a hash, works once
//! and for some days, and stops working when another slip for the same purpose is made.
//! A slip is used up in the same commit as what it was good for. Read next: `device.rs`,
//! `office.rs`, which use slips up.

use rusqlite::params;

use super::account::{Account, Actor, State, existing, not_own};
use super::audit::Event;
use super::file::{People, Tables, Work};
use super::refusal::{Denied, Refusal};
use super::{AccountId, Code, DAY, column, sql};
use crate::entry::Name;
use crate::fault::Fault;

/// What a slip is good for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Purpose {
    /// To enrol a phone with a PIN; seven days.
    EnrolPhone,
    /// To give an enrolled phone a new PIN; one day.
    NewPin,
    /// To set a password and an authenticator; seven days.
    SetPassword,
}

impl Purpose {
    /// The identifier in tables and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Purpose::EnrolPhone => "enrol_phone",
            Purpose::NewPin => "new_pin",
            Purpose::SetPassword => "set_password",
        }
    }

    /// The purpose of an identifier.
    pub fn parse(text: &str) -> Option<Purpose> {
        [Purpose::EnrolPhone, Purpose::NewPin, Purpose::SetPassword]
            .into_iter()
            .find(|purpose| purpose.as_str() == text)
    }

    /// For how long a slip is good.
    pub fn lasts(self) -> i64 {
        match self {
            Purpose::EnrolPhone | Purpose::SetPassword => 7 * DAY,
            Purpose::NewPin => DAY,
        }
    }
}

/// A one-time slip, to be printed or read out to the person herself, and kept by nobody.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Slip {
    /// For whom.
    pub account: AccountId,
    /// Her login name.
    pub login: Name,
    /// For what.
    pub purpose: Purpose,
    /// What she types; shown this once.
    pub code: Code,
    /// Until when it is good.
    pub expires: i64,
}

impl People {
    /// Makes a slip; an earlier one for the same purpose no longer holds.
    pub fn issue_slip(
        &self,
        actor: &Actor,
        account: AccountId,
        purpose: Purpose,
        now: i64,
    ) -> Result<Slip, Denied> {
        self.write(|work| {
            not_own(actor, account)?;
            let found = existing(&work.tables, account)?;
            if found.state == State::Disabled {
                return Err(Refusal::Disabled.into());
            }
            let needs_phone = purpose == Purpose::NewPin;
            if needs_phone && work.tables.count(sql::COUNT_PHONES, [account])? == 0 {
                return Err(Refusal::OtherState.into());
            }
            let object = format!("{account} {}", purpose.as_str());
            work.note(Event::allowed(now, "slip.issue").by(actor).about(object))?;
            issue(self, work, &found, purpose, now)
        })
    }
}

/// Makes a slip in a change that has begun.
pub(super) fn issue(
    people: &People,
    work: &Work<'_>,
    account: &Account,
    purpose: Purpose,
    now: i64,
) -> Result<Slip, Denied> {
    let code = Code(people.draw()?);
    let hashed = code.hashed();
    let expires = now.saturating_add(purpose.lasts());
    work.tables.execute(sql::DELETE_SLIPS_FOR, params![account.id, purpose])?;
    let values = params![hashed.place(), &hashed.0[..], account.id, purpose, expires];
    work.tables.execute(sql::INSERT_SLIP, values)?;
    Ok(Slip { account: account.id, login: account.login.clone(), purpose, code, expires })
}

/// A slip that is good now.
#[derive(Clone)]
pub(super) struct Good {
    pub id: i64,
    pub account: AccountId,
    pub login: Name,
    pub state: State,
    /// The authenticator's secret it was shown with, sealed.
    pub secret: Option<Vec<u8>>,
}

/// The slip of a code, if it is good for this now.
pub(super) fn good(
    tables: &Tables<'_>,
    code: &Code,
    purpose: Purpose,
    now: i64,
) -> Result<Good, Denied> {
    let hashed = code.hashed();
    let found = tables.rows(sql::SELECT_SLIPS, [hashed.place()], |row| {
        let same = hashed.is(&row.get::<_, Vec<u8>>(1)?);
        let for_this = row.get::<_, Purpose>(3)? == purpose;
        let in_time = now < row.get::<_, i64>(4)?;
        let unused = row.get::<_, Option<i64>>(5)?.is_none();
        let slip = Good {
            id: row.get(0)?,
            account: row.get(2)?,
            login: column::name(row, 7)?,
            state: row.get(8)?,
            secret: row.get(6)?,
        };
        Ok((same & for_this & in_time & unused).then_some(slip))
    })?;
    let slip = found.into_iter().flatten().next().ok_or(Refusal::SlipNotGood)?;
    // Disabling takes the slips away; this is for whoever changes that one day.
    if slip.state == State::Disabled { Err(Refusal::SlipNotGood.into()) } else { Ok(slip) }
}

/// Uses a good slip up; an invited account is active from then on.
pub(super) fn use_up(work: &Work<'_>, slip: &Good, now: i64) -> Result<(), Fault> {
    work.tables.execute(sql::USE_SLIP, params![now, slip.id])?;
    if slip.state == State::Invited {
        work.tables.execute(sql::UPDATE_STATE, params![State::Active, slip.account])?;
    }
    Ok(())
}
