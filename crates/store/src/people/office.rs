//! Password and authenticator: how they are set with a slip, and how a password is changed.
//!
//! Setting takes two steps: the slip shows the authenticator's secret, and is used up only when the
//! digits show that it works, together with the password. So nobody is left half enrolled, and
//! whoever made the slip knows neither of the two.
//! The secret is kept sealed, bound to its account. Read next: `sign_in.rs`, `totp.rs`.

use rusqlite::params;

use super::account::existing;
use super::audit::Event;
use super::file::People;
use super::guess::{self, Bucket};
use super::password::SlowHash;
use super::refusal::{Denied, Refusal, Weakness};
use super::slip::{self, Purpose};
use super::token::authenticator_text;
use super::{AccountId, Code, Present, Token, sql, totp};
use crate::fault::Fault;

/// An authenticator's secret, to be shown once and never kept by whoever shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct NewSecret {
    /// Whose it is.
    pub account: AccountId,
    /// In the letters authenticators read.
    pub text: String,
    /// The same as an address an authenticator scans (`otpauth://…`).
    pub address: String,
}

/// A change of password.
#[derive(Clone, Copy)]
pub struct NewPassword<'a> {
    /// The one in use.
    pub old: &'a str,
    /// The one to come.
    pub new: &'a str,
}

/// A password and an authenticator as they are kept.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Kept {
    pub hash: Vec<u8>,
    pub totp: Vec<u8>,
    pub step: i64,
}

impl People {
    /// Shows the secret for an authenticator to the holder of a slip, which stays good until
    /// [`People::office_enrol`]. Asked again, it is another secret, and the last one counts.
    pub fn office_begin(&self, code: &Code, now: i64) -> Result<NewSecret, Denied> {
        let secret = self.draw::<{ totp::SECRET_BYTES }>()?;
        self.write(|work| {
            let slip = slip::good(&work.tables, code, Purpose::SetPassword, now)?;
            let sealed = self.vault.seal(&slip.account.0.0, &secret)?;
            work.tables.execute(sql::UPDATE_SLIP_SECRET, params![sealed, slip.id])?;
            let event = Event::allowed(now, "password.begin").about(slip.account);
            work.note(event)?;
            Ok(NewSecret {
                account: slip.account,
                text: authenticator_text(&secret),
                address: totp::address(&slip.login, &secret),
            })
        })
    }

    /// Uses a slip up and sets the password, once the digits show that the authenticator works; the
    /// account is active from then on, and all its sessions and known browsers are gone.
    /// Slow on purpose, once all is right.
    pub fn office_enrol(
        &self,
        code: &Code,
        password: &str,
        digits: &str,
        now: i64,
    ) -> Result<AccountId, Denied> {
        let purpose = Purpose::SetPassword;
        let begun = self.read(|tables| slip::good(tables, code, purpose, now))?;
        let sealed = begun.secret.as_deref().ok_or(Refusal::SlipNotGood)?;
        self.policy.check(begun.login.as_str(), password).map_err(Refusal::WeakPassword)?;
        let secret = self.vault.open(&begun.account.0.0, sealed)?;
        let step = totp::step(&secret, digits, now)?.ok_or(Refusal::WrongDigits)?;
        let hash = self.slow_hash(password.as_bytes())?;
        self.write(|work| {
            let slip = slip::good(&work.tables, code, purpose, now)?;
            // Begun anew meanwhile: the digits were those of another secret.
            if slip.secret != begun.secret {
                return Err(Refusal::WrongDigits.into());
            }
            slip::use_up(work, &slip, now)?;
            let values = params![slip.account, hash.bytes(), now, sealed, step];
            work.tables.execute(sql::PUT_PASSWORD, values)?;
            work.tables.execute(sql::DELETE_SESSIONS, [slip.account])?;
            work.tables.execute(sql::REVOKE_BROWSERS, params![now, slip.account])?;
            let event = Event::allowed(now, "password.set").about(slip.account);
            work.note(Event { actor: Some(slip.account), ..event })?;
            Ok(slip.account)
        })
    }

    /// Changes the password of whoever is signed in; her other sessions end.
    /// Slow on purpose; a wrong old password counts as a guess.
    pub fn change_password(
        &self,
        session: &Token,
        change: NewPassword<'_>,
        now: i64,
    ) -> Result<(), Denied> {
        let present = self.session(session, now)?;
        self.policy
            .check(present.account.login.as_str(), change.new)
            .map_err(Refusal::WeakPassword)?;
        if change.old == change.new {
            return Err(Refusal::WeakPassword(Weakness::Same).into());
        }
        let bucket = present.bucket();
        let (guess, kept) = self.write(|work| {
            let guess = guess::count(work, bucket, now)?;
            Ok((guess, kept(work, present.account.id)?))
        })?;
        let stored = kept.as_ref().map(|kept| SlowHash::read(&kept.hash)).transpose()?;
        let same = self.is_of(stored.as_ref(), change.old.as_bytes())?;
        let hash = self.slow_hash(change.new.as_bytes())?;
        let proved = same && guess.admitted;
        self.write(|work| {
            let account = existing(&work.tables, present.account.id)?;
            let unchanged = self::kept(work, account.id)? == kept;
            let event = Event::allowed(now, "password.change").by(&present.actor());
            if !(proved && unchanged) {
                work.note(event.refused("wrong"))?;
                return Ok(Err(Refusal::NotProved.into()));
            }
            guess::was_right(work, guess, bucket)?;
            let values = params![hash.bytes(), now, account.id];
            work.tables.execute(sql::UPDATE_PASSWORD, values)?;
            let values = params![account.id, present.session];
            work.tables.execute(sql::DELETE_OTHER_SESSIONS, values)?;
            work.note(event)?;
            Ok(Ok(()))
        })?
    }
}

impl Present {
    /// Where guesses of somebody signed in are counted.
    pub(super) fn bucket(&self) -> Bucket<'static> {
        self.device.map_or(Bucket::Account(self.account.id), Bucket::Device)
    }
}

/// What is kept of an account's password and authenticator.
pub(super) fn kept(
    work: &super::file::Work<'_>,
    account: AccountId,
) -> Result<Option<Kept>, Fault> {
    work.tables.row(sql::SELECT_PASSWORD, [account], |row| {
        Ok(Kept { hash: row.get(0)?, totp: row.get(2)?, step: row.get(3)? })
    })
}
