//! Signing in, and proving anew: every attempt does the same work and has one refusal.
//!
//! First the guess is counted and what is known is read; then, outside of any change, a slow hash
//! is made and an authenticator asked, those of nobody where the name is nobody's; last, what was
//! read is looked at once more and the session begins, or the refusal is kept in the audit. So
//! time and words tell neither whether there is such an account, nor which half was wrong, nor
//! whether there were too many guesses; and what was taken back meanwhile does not slip through.
//! Read next: `guess.rs`, `session.rs`.

use std::sync::atomic::Ordering;

use rusqlite::params;

use super::account::{State, login_key, read_account};
use super::audit::Event;
use super::device::{self, Known, NewDevice};
use super::file::{People, Work};
use super::guess::{self, Bucket, Guess};
use super::office::{self, Kept};
use super::password::{SlowHash, pin_secret};
use super::refusal::{Denied, Refusal};
use super::session::{self, proof_until};
use super::{AccountId, DeviceId, DeviceKind, Present, SessionId, Token, sql, totp};
use crate::entry::{NAME_BYTES_MAX, Name};
use crate::fault::Fault;

/// Browsers of one account that stay known; the one used longest ago is forgotten.
const BROWSERS_MAX: u32 = 10;

/// What is typed at an office computer.
#[derive(Clone, Copy)]
pub struct OfficeSignIn<'a> {
    /// The login name as typed.
    pub login: &'a str,
    /// The password.
    pub password: &'a str,
    /// The six digits of the authenticator.
    pub digits: &'a str,
    /// What this browser was given at an earlier sign-in.
    pub browser: Option<&'a Token>,
}

/// Signed in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignedIn {
    /// The new session's token; no token from before is ever used again.
    pub token: Token,
    /// The session.
    pub session: SessionId,
    /// Who.
    pub account: AccountId,
    /// For a browser not known before, what it may keep to be known next time.
    pub browser: Option<Token>,
    /// When the session ends whatever happens.
    pub ends: i64,
}

/// A fresh proof that it is still she.
#[derive(Clone, Copy)]
pub enum Proof<'a> {
    /// The PIN of the phone the session was begun with.
    Pin {
        /// What the phone keeps.
        phone: &'a Token,
        /// What she types.
        pin: &'a str,
    },
    /// The six digits of the authenticator.
    Digits(&'a str),
}

impl People {
    /// Signs in with an enrolled phone and its PIN. One refusal for whatever was wrong.
    /// Slow on purpose: a hash of the PIN is made in any case.
    pub fn sign_in_phone(&self, phone: &Token, pin: &str, now: i64) -> Result<SignedIn, Denied> {
        let (guess, read) = self.write(|work| {
            let read = device::known(&work.tables, phone)?;
            Ok((guess::count(work, phone_bucket(phone, read.as_ref()), now)?, read))
        })?;
        let right = self.is_pin(read.as_ref(), phone, pin)?;
        self.write(|work| {
            let known = device::known(&work.tables, phone)?.filter(|known| {
                let same = read.as_ref().is_some_and(|read| read.pin == known.pin);
                same && right && guess.admitted && known.state == State::Active
            });
            let Some(known) = known else {
                return self.turned_away(work, "phone.sign_in", guess, now);
            };
            guess::was_right(work, guess, Bucket::Device(known.id))?;
            let door = Door { act: "phone.sign_in", device: known.id, browser: None };
            self.let_in(work, known.account, door, now)
        })?
    }

    /// Whether this is the PIN; a hash is made in any case.
    fn is_pin(&self, known: Option<&Known>, phone: &Token, pin: &str) -> Result<bool, Fault> {
        let stored = known.and_then(|known| known.pin.as_deref());
        let stored = stored.map(SlowHash::read).transpose()?;
        self.is_of(stored.as_ref(), &pin_secret(phone, pin))
    }

    /// Signs in with password and authenticator. One refusal for whatever was wrong, and the same
    /// work for a name nobody has.
    pub fn sign_in_office(&self, typed: OfficeSignIn<'_>, now: i64) -> Result<SignedIn, Denied> {
        let login = typed_key(typed.login);
        let (guess, read) = self.write(|work| {
            let read = read_office(work, &login, typed.browser)?;
            let bucket = read.browser.map_or(Bucket::Login(&login), Bucket::Device);
            Ok((guess::count(work, bucket, now)?, read))
        })?;
        let step = self.right_step(&read, typed, now)?;
        self.write(|work| {
            let again = read_office(work, &login, typed.browser)?;
            let account = again.account.filter(|_| again == read && guess.admitted);
            let (Some(account), Some(step)) = (account, step) else {
                return self.turned_away(work, "office.sign_in", guess, now);
            };
            if work.tables.execute(sql::UPDATE_STEP, params![step, account])? == 0 {
                return self.turned_away(work, "office.sign_in", guess, now);
            }
            let bucket = again.browser.map_or(Bucket::Login(&login), Bucket::Device);
            guess::was_right(work, guess, bucket)?;
            let door = self.browser(work, account, again.browser, now)?;
            self.let_in(work, account, door, now)
        })?
    }

    /// The step whose digits were typed, if the password was right as well and the step not taken.
    /// A hash is made and an authenticator asked in any case.
    fn right_step(
        &self,
        read: &ReadOffice,
        typed: OfficeSignIn<'_>,
        now: i64,
    ) -> Result<Option<i64>, Fault> {
        let hash = read.kept.as_ref().map(|kept| SlowHash::read(&kept.hash)).transpose()?;
        let right = self.is_of(hash.as_ref(), typed.password.as_bytes())?;
        let step = self.step_shown(read.account.zip(read.kept.as_ref()), typed.digits, now)?;
        Ok(step.filter(|_| right))
    }

    /// The step whose digits were typed, unless taken before; nobody's where there is no account.
    fn step_shown(
        &self,
        kept: Option<(AccountId, &Kept)>,
        digits: &str,
        now: i64,
    ) -> Result<Option<i64>, Fault> {
        let (about, sealed, taken) = match kept {
            Some((account, kept)) => (account.0, &kept.totp, kept.step),
            None => (self.nobody.about, &self.nobody.sealed, i64::MAX),
        };
        let secret = self.vault.open(&about.0, sealed)?;
        let step = totp::step(&secret, digits, now)?;
        Ok(step.filter(|step| *step > taken))
    }

    /// The browser she came with, or a new one that is known from now on.
    fn browser(
        &self,
        work: &Work<'_>,
        account: AccountId,
        known: Option<DeviceId>,
        now: i64,
    ) -> Result<Door, Fault> {
        let act = "office.sign_in";
        if let Some(device) = known {
            return Ok(Door { act, device, browser: None });
        }
        let values = params![now, account, BROWSERS_MAX - 1];
        work.tables.execute(sql::REVOKE_OLD_BROWSERS, values)?;
        let token = Token(self.draw()?);
        let new = NewDevice { kind: DeviceKind::Browser, token: &token, pin: None };
        let device = self.add_device(work, account, &new, now)?;
        Ok(Door { act, device, browser: Some(token) })
    }

    /// Begins the session.
    fn let_in(
        &self,
        work: &mut Work<'_>,
        account: AccountId,
        door: Door,
        now: i64,
    ) -> Result<Result<SignedIn, Denied>, Denied> {
        work.tables.execute(sql::UPDATE_DEVICE_SEEN, params![now, door.device])?;
        let begun = session::begin(self, work, account, door.device, now)?;
        let event = Event::allowed(now, door.act).about(door.device);
        work.note(Event { actor: Some(account), session: Some(begun.id), ..event })?;
        let (token, session, ends) = (begun.token, begun.id, begun.ends);
        Ok(Ok(SignedIn { token, session, account, browser: door.browser, ends }))
    }

    /// Keeps the refusal. What was typed as a name is not kept: it may have been a password.
    fn turned_away<T>(
        &self,
        work: &mut Work<'_>,
        act: &str,
        guess: Guess,
        now: i64,
    ) -> Result<Result<T, Denied>, Denied> {
        let why = if guess.admitted { "wrong" } else { "too-many" };
        work.note(Event::allowed(now, act).refused(why))?;
        Ok(Err(Refusal::NotSignedIn.into()))
    }

    /// Proves anew that it is still she; holds for ten minutes. Until when.
    /// A wrong proof counts as a guess.
    pub fn step_up(&self, session: &Token, proof: Proof<'_>, now: i64) -> Result<i64, Denied> {
        let present = self.session(session, now)?;
        let (bucket, account) = (present.bucket(), present.account.id);
        let (guess, known, kept) = self.write(|work| {
            let known = match proof {
                Proof::Pin { phone, .. } => device::known(&work.tables, phone)?,
                Proof::Digits(_) => None,
            };
            Ok((guess::count(work, bucket, now)?, known, office::kept(work, account)?))
        })?;
        let step = match proof {
            Proof::Digits(digits) => {
                self.step_shown(kept.as_ref().map(|kept| (account, kept)), digits, now)?
            }
            Proof::Pin { .. } => None,
        };
        let pin = match proof {
            Proof::Pin { phone, pin } => {
                let hers = known
                    .filter(|known| known.is_phone_of(account) && Some(known.id) == present.device);
                self.is_pin(hers.as_ref(), phone, pin)?
            }
            Proof::Digits(_) => false,
        };
        self.write(|work| self.proved(work, &present, Proved { guess, step, pin }, now))?
    }

    /// Writes the proof down, or that it did not hold.
    fn proved(
        &self,
        work: &mut Work<'_>,
        present: &Present,
        proved: Proved,
        now: i64,
    ) -> Result<Result<i64, Denied>, Denied> {
        let event = Event::allowed(now, "session.step_up").by(&present.actor());
        let taken = match proved.step {
            Some(step) => {
                let values = params![step, present.account.id];
                work.tables.execute(sql::UPDATE_STEP, values)? == 1
            }
            None => proved.pin,
        };
        if !(proved.guess.admitted && taken) {
            let why = if proved.guess.admitted { "wrong" } else { "too-many" };
            work.note(event.refused(why))?;
            return Ok(Err(Refusal::NotProved.into()));
        }
        let values = params![now, present.session];
        if work.tables.execute(sql::UPDATE_SESSION_PROVED, values)? == 0 {
            return Ok(Err(Refusal::SessionEnded.into()));
        }
        guess::was_right(work, proved.guess, present.bucket())?;
        work.note(event)?;
        Ok(Ok(proof_until(now)))
    }

    /// A slow hash of a secret, with a salt of its own.
    pub(super) fn slow_hash(&self, secret: &[u8]) -> Result<SlowHash, Fault> {
        self.hashes.fetch_add(1, Ordering::Relaxed);
        SlowHash::make(self.cost, self.draw()?, secret)
    }

    /// Whether a stored hash is this secret's; where there is none, nobody's is asked.
    pub(super) fn is_of(&self, stored: Option<&SlowHash>, secret: &[u8]) -> Result<bool, Fault> {
        self.hashes.fetch_add(1, Ordering::Relaxed);
        let same = stored.unwrap_or(&self.nobody.hash).is_of(secret)?;
        Ok(same && stored.is_some())
    }
}

/// Through which door somebody comes in.
struct Door {
    act: &'static str,
    device: DeviceId,
    browser: Option<Token>,
}

/// How a fresh proof went.
struct Proved {
    guess: Guess,
    step: Option<i64>,
    pin: bool,
}

/// Where guesses at a phone's PIN are counted.
fn phone_bucket<'a>(phone: &Token, known: Option<&Known>) -> Bucket<'a> {
    known.map_or(Bucket::Stranger(phone.hashed().place()), |known| Bucket::Device(known.id))
}

/// What is known of a login name, for a browser.
#[derive(PartialEq, Eq)]
struct ReadOffice {
    /// The account, if it is active and has a password.
    account: Option<AccountId>,
    kept: Option<Kept>,
    /// The browser, if it is known and hers.
    browser: Option<DeviceId>,
}

fn read_office(work: &Work<'_>, login: &str, browser: Option<&Token>) -> Result<ReadOffice, Fault> {
    let account = work.tables.row(sql::SELECT_ACCOUNT_OF, [login], read_account)?;
    let account = account.filter(|account| account.state == State::Active);
    let account = account.map(|account| account.id);
    let kept = match account {
        Some(account) => office::kept(work, account)?,
        None => None,
    };
    let browser = match browser {
        Some(token) => device::known(&work.tables, token)?,
        None => None,
    };
    let hers = browser.filter(|known| Some(known.account) == account);
    Ok(ReadOffice {
        account: account.filter(|_| kept.is_some()),
        kept,
        browser: hers.map(|known| known.id),
    })
}

/// A login name as typed, in small letters; what can be no name is nobody's, and counted as such.
fn typed_key(typed: &str) -> String {
    match Name::new(typed.trim()) {
        Some(name) => login_key(&name),
        None => typed.chars().take(NAME_BYTES_MAX).collect(),
    }
}
