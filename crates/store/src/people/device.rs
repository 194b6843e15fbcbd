//! Devices: phones, which with their PIN are a cadre's two factors, and browsers that are known.
//!
//! A phone is made with a slip and keeps a token of 256 bits; the PIN opens it. A browser becomes
//! known by a sign-in with password and authenticator; it proves nothing by itself, but guesses
//! from elsewhere do not lock it out. A forgotten PIN is replaced with a slip and on the phone
//! itself, so that neither the slip nor the phone is enough alone.
//! What a phone holds offline is not known here. Read next: `sign_in.rs`, `guess.rs`.

use rusqlite::{Row, params};

use super::account::{Actor, State, not_own};
use super::audit::Event;
use super::file::{People, Tables, Work};
use super::guess::{self, Bucket};
use super::password::{SlowHash, check_pin, pin_secret};
use super::refusal::{Denied, Refusal};
use super::slip::{self, Purpose};
use super::{AccountId, Code, DeviceId, Token, sql};
use crate::entry::Id;
use crate::fault::Fault;

/// Phones one person may have at a time.
const PHONES_MAX: i64 = 3;

/// What a device proves.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum DeviceKind {
    /// An enrolled phone: with its PIN, two factors.
    Phone,
    /// A browser somebody has signed in with before: guesses elsewhere do not lock it out.
    Browser,
}

impl DeviceKind {
    /// The identifier in tables and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            DeviceKind::Phone => "phone",
            DeviceKind::Browser => "browser",
        }
    }

    /// The kind of an identifier.
    pub fn parse(text: &str) -> Option<DeviceKind> {
        [DeviceKind::Phone, DeviceKind::Browser].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// A device as its owner sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Device {
    /// Its id.
    pub id: DeviceId,
    /// Whose it is.
    pub account: AccountId,
    /// What it proves.
    pub kind: DeviceKind,
    /// When it became known.
    pub enrolled: i64,
    /// When it was last signed in with.
    pub seen: i64,
    /// When it was taken back.
    pub revoked: Option<i64>,
}

/// A phone that was enrolled.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Enrolled {
    /// Whose it is.
    pub account: AccountId,
    /// The phone.
    pub device: DeviceId,
    /// What the phone keeps; shown this once.
    pub token: Token,
}

impl People {
    /// Uses a slip up and makes a phone with its PIN; the account is active from then on.
    /// Slow on purpose, once the slip is good.
    pub fn enrol_phone(&self, code: &Code, pin: &str, now: i64) -> Result<Enrolled, Denied> {
        let purpose = Purpose::EnrolPhone;
        self.read(|tables| slip::good(tables, code, purpose, now).map(|_| ()))?;
        check_pin(pin)?;
        let token = Token(self.draw()?);
        let hash = self.slow_hash(&pin_secret(&token, pin))?;
        self.write(|work| {
            let slip = slip::good(&work.tables, code, purpose, now)?;
            if work.tables.count(sql::COUNT_PHONES, [slip.account])? >= PHONES_MAX {
                return Err(Refusal::TooManyPhones.into());
            }
            slip::use_up(work, &slip, now)?;
            let phone = NewDevice { kind: DeviceKind::Phone, token: &token, pin: Some(&hash) };
            let device = self.add_device(work, slip.account, &phone, now)?;
            let event = Event::allowed(now, "phone.enrol").about(device);
            work.note(Event { actor: Some(slip.account), ..event })?;
            Ok(Enrolled { account: slip.account, device, token: token.clone() })
        })
    }

    /// Uses a slip up and gives an enrolled phone a new PIN; all its sessions end.
    pub fn new_pin(&self, phone: &Token, code: &Code, pin: &str, now: i64) -> Result<(), Denied> {
        let both = |tables: &Tables<'_>| {
            let slip = slip::good(tables, code, Purpose::NewPin, now)?;
            let known = known(tables, phone)?.filter(|known| known.is_phone_of(slip.account));
            Ok::<_, Denied>((slip, known.ok_or(Refusal::SlipNotGood)?))
        };
        self.read(|tables| both(tables).map(|_| ()))?;
        check_pin(pin)?;
        let hash = self.slow_hash(&pin_secret(phone, pin))?;
        self.write(|work| {
            let (slip, device) = both(&work.tables)?;
            slip::use_up(work, &slip, now)?;
            work.tables.execute(sql::UPDATE_PIN, params![hash.bytes(), device.id])?;
            work.tables.execute(sql::DELETE_SESSIONS_OF_DEVICE, [device.id])?;
            guess::forget(work, Bucket::Device(device.id))?;
            let event = Event::allowed(now, "phone.new_pin").about(device.id);
            work.note(Event { actor: Some(slip.account), ..event })?;
            Ok(())
        })
    }

    /// An account's devices, in the order they became known, also those taken back.
    pub fn devices(&self, account: AccountId) -> Result<Vec<Device>, Fault> {
        self.read(|tables| tables.rows(sql::SELECT_DEVICES, [account], read_device))
    }

    /// Takes a device back, by its owner or an administrator; its sessions end.
    pub fn revoke_device(&self, actor: &Actor, device: DeviceId, now: i64) -> Result<(), Denied> {
        self.write(|work| {
            let found = work.tables.row(sql::SELECT_DEVICE, [device], read_device)?;
            let found = found.ok_or(Refusal::NotThere)?;
            work.tables.execute(sql::REVOKE_DEVICE, params![now, device])?;
            work.tables.execute(sql::DELETE_SESSIONS_OF_DEVICE, [device])?;
            let whose = if not_own(actor, found.account).is_err() { "own" } else { "other" };
            let event = Event::allowed(now, "device.revoke").by(actor).about(device);
            work.note(Event { why: whose.to_owned(), ..event })?;
            Ok(())
        })
    }

    /// Makes a device in a change that has begun.
    pub(super) fn add_device(
        &self,
        work: &Work<'_>,
        account: AccountId,
        new: &NewDevice<'_>,
        now: i64,
    ) -> Result<DeviceId, Fault> {
        let id = DeviceId(Id(self.draw()?));
        let hashed = new.token.hashed();
        let pin = new.pin.map(SlowHash::bytes);
        let values = params![id, account, new.kind, hashed.place(), &hashed.0[..], pin, now];
        work.tables.execute(sql::INSERT_DEVICE, values)?;
        Ok(id)
    }
}

/// A device to be made.
pub(super) struct NewDevice<'a> {
    pub kind: DeviceKind,
    pub token: &'a Token,
    pub pin: Option<&'a SlowHash>,
}

/// A device that holds, found by its token.
pub(super) struct Known {
    pub id: DeviceId,
    pub account: AccountId,
    kind: DeviceKind,
    pub pin: Option<Vec<u8>>,
    pub state: State,
}

impl Known {
    pub fn is_phone_of(&self, account: AccountId) -> bool {
        self.kind == DeviceKind::Phone && self.account == account
    }
}

/// The device of a token, unless it was taken back.
pub(super) fn known(tables: &Tables<'_>, token: &Token) -> Result<Option<Known>, Fault> {
    let hashed = token.hashed();
    let found = tables.rows(sql::SELECT_DEVICES_AT, [hashed.place()], |row| {
        let same = hashed.is(&row.get::<_, Vec<u8>>(1)?);
        let holds = row.get::<_, Option<i64>>(5)?.is_none();
        let known = Known {
            id: row.get(0)?,
            account: row.get(2)?,
            kind: row.get(3)?,
            pin: row.get(4)?,
            state: row.get(6)?,
        };
        Ok((same & holds).then_some(known))
    })?;
    Ok(found.into_iter().flatten().next())
}

fn read_device(row: &Row<'_>) -> rusqlite::Result<Device> {
    Ok(Device {
        id: row.get(0)?,
        account: row.get(1)?,
        kind: row.get(2)?,
        enrolled: row.get(3)?,
        seen: row.get(4)?,
        revoked: row.get(5)?,
    })
}
