//! People with rights: accounts, roles, phones, passwords, sessions, and what was decided about
//! them.
//!
//! They lie in a file of their own, `people.db`, and not in the journal: hashes, secrets and
//! counters change and expire, and nothing of that may stand in a chain that keeps everything.
//! Every answer is read from the tables when it is asked for, so that a right taken back is gone
//! with the next request. No clock and no randomness is hidden here: `now` is an argument, in
//! milliseconds since 1970 by the server's clock, and random bytes are handed in.
//! It does not decide who may do what: the server's routes do, with the grants found here.
//! Read next: `docs/people.md`, then `people/sign_in.rs` and `people/session.rs`.

mod account;
mod audit;
mod chance;
mod column;
mod device;
mod file;
mod guess;
mod id;
mod office;
mod password;
mod refusal;
mod role;
mod schema;
mod session;
mod sign_in;
mod slip;
mod sql;
mod token;
mod totp;

use std::path::PathBuf;

use facts::Day;

pub use account::{Account, Actor, FirstLogins, Help, Invitation, State};
pub use audit::{AuditBroken, AuditDamage, AuditPages, AuditRow, Event, Outcome};
pub use chance::{Chance, SystemChance, Vault};
pub use device::{Device, DeviceKind, Enrolled};
pub use file::People;
pub use id::{AccountId, DeviceId, GrantId, SessionId};
pub use office::{NewPassword, NewSecret};
pub use password::{Cost, Policy};
pub use refusal::{Denied, Refusal, Weakness};
pub use role::{Grant, Granting, Role};
pub use session::{Present, SessionLine};
pub use sign_in::{OfficeSignIn, Proof, SignedIn};
pub use slip::{Purpose, Slip};
pub use token::{Code, Token};
#[doc(hidden)]
pub use totp::shown as digits_shown;

/// The version of the tables this program knows.
pub const SCHEMA: u32 = 1;

/// A minute, in the unit of `now`.
pub const MINUTE: i64 = 60_000;
/// A day, in the unit of `now`.
pub const DAY: i64 = 24 * 60 * MINUTE;
/// Local days begin eight hours before those of Greenwich: the whole country keeps one time.
const ZONE: i64 = 8 * 60 * MINUTE;

/// Where accounts lie, and how hard they are to guess.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settings {
    /// The file, by custom `people.db`.
    pub path: PathBuf,
    /// Which passwords are taken.
    pub policy: Policy,
    /// What a guess costs; [`Cost::default`] outside tests.
    pub cost: Cost,
}

/// The local day of a moment.
pub fn day_of(now: i64) -> Day {
    let day = now.saturating_add(ZONE).div_euclid(DAY);
    let day = day.clamp(i64::from(Day::MIN.0), i64::from(Day::MAX.0));
    Day(i32::try_from(day).unwrap_or(Day::MAX.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_local_midnight() {
        let midnight = 16 * 60 * MINUTE;
        assert_eq!(day_of(midnight - 1), Day(0));
        assert_eq!(day_of(midnight), Day(1));
        assert_eq!(day_of(i64::MAX), Day::MAX);
        assert_eq!(day_of(i64::MIN), Day::MIN);
    }
}
