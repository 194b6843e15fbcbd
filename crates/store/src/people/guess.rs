//! Guesses: at most ten in fifteen minutes, counted where they cannot lock out who is at home.
//!
//! Each known device has a count of its own; everybody without one shares a count for the login
//! name. So whoever guesses from elsewhere closes the door for strangers and not for the phone or
//! browser that has been let in before. Counts lie in the tables and survive a restart; a name
//! nobody has is counted like any other, so that the door tells nothing.
//! A guess is counted before it is looked at: many at once are no way around. Nothing is wiped.
//! Read next: `sign_in.rs`.

use rusqlite::params;
use sm3::{Digest, Sm3};

use super::file::Work;
use super::{AccountId, DeviceId, MINUTE, sql};
use crate::fault::Fault;

/// Guesses admitted in a stretch of time, wherever it begins.
pub(super) const GUESSES_MAX: i64 = 10;
/// That stretch.
pub(super) const STRETCH: i64 = 15 * MINUTE;

/// Where guesses are counted together.
#[derive(Clone, Copy)]
pub(super) enum Bucket<'a> {
    /// From a device that is known, and hers.
    Device(DeviceId),
    /// At a login name, from anywhere else; small letters.
    Login(&'a str),
    /// With a phone's token that is nobody's.
    Stranger(i64),
    /// By somebody signed in without a device, about herself.
    Account(AccountId),
}

impl Bucket<'_> {
    fn key(self) -> [u8; 32] {
        let hash = match self {
            Bucket::Device(id) => Sm3::new_with_prefix([1]).chain_update(id.0.0),
            Bucket::Login(login) => Sm3::new_with_prefix([2]).chain_update(login),
            Bucket::Stranger(place) => Sm3::new_with_prefix([3]).chain_update(place.to_be_bytes()),
            Bucket::Account(id) => Sm3::new_with_prefix([4]).chain_update(id.0.0),
        };
        hash.finalize().into()
    }
}

/// A guess that was counted.
#[derive(Clone, Copy)]
pub(super) struct Guess {
    id: i64,
    /// Whether it may succeed.
    pub admitted: bool,
}

/// Counts a guess. One too many is written down all the same: it then takes as long as any other.
pub(super) fn count(work: &Work<'_>, bucket: Bucket<'_>, now: i64) -> Result<Guess, Fault> {
    let tables = &work.tables;
    // Those from the future were counted by a clock that has been put right since.
    let ends = params![now.saturating_sub(STRETCH), now.saturating_add(STRETCH)];
    tables.execute(sql::DELETE_OLD_GUESSES, ends)?;
    let key = bucket.key();
    let admitted = tables.count(sql::COUNT_GUESSES, [&key[..]])? < GUESSES_MAX;
    let id = tables.count(sql::INSERT_GUESS, params![&key[..], now, admitted])?;
    Ok(Guess { id, admitted })
}

/// It was right: no guess at all. What strangers have guessed at the same name stays counted.
pub(super) fn was_right(work: &Work<'_>, guess: Guess, bucket: Bucket<'_>) -> Result<(), Fault> {
    match bucket {
        Bucket::Device(_) => forget(work, bucket),
        _ => work.tables.execute(sql::DELETE_GUESS, [guess.id]).map(|_| ()),
    }
}

/// Begins a count anew.
pub(super) fn forget(work: &Work<'_>, bucket: Bucket<'_>) -> Result<(), Fault> {
    work.tables.execute(sql::DELETE_GUESSES, [&bucket.key()[..]]).map(|_| ())
}
