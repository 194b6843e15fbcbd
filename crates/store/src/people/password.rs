//! Passwords and PINs: which are taken, and how they are kept.
//!
//! Both are kept as argon2id only, made slow to guess, with their own salt and the parameters
//! they were made with. A phone's PIN is hashed together with the phone's token, which is not
//! stored: six digits alone could be tried through by whoever reads the file. Two policies stand
//! side by side because two standards disagree: one wants kinds of characters and a change every
//! ninety days, the other length and a list. Read next: `sign_in.rs`.

use argon2::{Algorithm, Argon2, Params, Version};
use constant_time_eq::constant_time_eq_32;

use super::refusal::{Refusal, Weakness};
use super::{DAY, Token};
use crate::fault::{Fault, FaultKind};

/// Longer ones only make hashing slow.
const CHARACTERS_MAX: usize = 128;
/// Fewer different characters than this are a pattern: `abababab`.
const DIFFERENT_MIN: usize = 5;
/// Digits of a PIN.
const PIN_DIGITS: std::ops::RangeInclusive<usize> = 6..=12;
/// More memory than any cost of ours: such parameters were written by nobody of ours.
const MEMORY_MAX: u32 = 1024 * 1024;
/// The layout of a stored hash.
const VERSION: u8 = 1;
/// Version, two parameters, salt, hash.
const BYTES: usize = 1 + 4 + 4 + 16 + 32;

/// Those tried first, in small letters, one a line.
const COMMON: &str = include_str!("common.txt");

/// Which passwords are taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Policy {
    /// 等保 level 3: at least 8 characters of three kinds, changed every 90 days.
    #[default]
    Mlps3,
    /// OWASP ASVS: at least 12 characters, not among the common ones; never changed without cause.
    Asvs,
}

impl Policy {
    /// Whether a password is taken from somebody with this login name.
    pub fn check(self, login: &str, password: &str) -> Result<(), Weakness> {
        let count = password.chars().count();
        let min = self.characters_min();
        if count < min {
            return Err(Weakness::Short { min });
        }
        if count > CHARACTERS_MAX {
            return Err(Weakness::Long { max: CHARACTERS_MAX });
        }
        let small = password.to_lowercase();
        if is_common(&small) {
            return Err(Weakness::Common);
        }
        if small.contains(&login.to_lowercase()) {
            return Err(Weakness::HoldsLogin);
        }
        if self == Policy::Mlps3 && kinds(password) < 3 {
            return Err(Weakness::Plain);
        }
        Ok(())
    }

    fn characters_min(self) -> usize {
        match self {
            Policy::Mlps3 => 8,
            Policy::Asvs => 12,
        }
    }

    /// Whether a password set at a moment is too old at another.
    pub fn is_due(self, set_at: i64, now: i64) -> bool {
        self == Policy::Mlps3 && now.saturating_sub(set_at) > 90 * DAY
    }
}

/// On the list, or made of too few different characters, or of one run through the alphabet.
fn is_common(small: &str) -> bool {
    let characters: Vec<char> = small.chars().collect();
    let different: std::collections::BTreeSet<char> = characters.iter().copied().collect();
    different.len() < DIFFERENT_MIN
        || is_run(&characters)
        || COMMON.lines().any(|common| common == small)
}

/// Each one behind the one before, or each before: `12345678`, `hgfedcba`.
fn is_run(characters: &[char]) -> bool {
    [1_i64, -1].into_iter().any(|step| {
        characters.windows(2).all(|pair| match pair {
            [one, next] => i64::from(u32::from(*next)) - i64::from(u32::from(*one)) == step,
            _ => false,
        })
    })
}

/// How many of the four kinds of characters there are.
fn kinds(password: &str) -> usize {
    let kinds: [fn(char) -> bool; 4] = [
        |c| c.is_ascii_uppercase(),
        |c| c.is_ascii_lowercase(),
        |c| c.is_ascii_digit(),
        |c| !c.is_ascii_alphanumeric(),
    ];
    kinds.into_iter().filter(|kind| password.contains(*kind)).count()
}

/// Refuses a PIN that anybody would try first.
pub(super) fn check_pin(pin: &str) -> Result<(), Refusal> {
    let digits: Vec<char> = pin.chars().collect();
    let sized = PIN_DIGITS.contains(&digits.len());
    let only_digits = digits.iter().all(char::is_ascii_digit);
    if !sized || !only_digits || is_run(&digits) || repeats(&digits) || is_date(pin) {
        return Err(Refusal::WeakPin);
    }
    Ok(())
}

/// One piece again and again: `000000`, `121212`, `123123`.
fn repeats(digits: &[char]) -> bool {
    (1..=digits.len() / 2)
        .filter(|piece| digits.len().is_multiple_of(*piece))
        .any(|piece| digits.iter().zip(digits.iter().skip(piece)).all(|(one, other)| one == other))
}

/// A birthday: `yymmdd` or `yyyymmdd`.
fn is_date(pin: &str) -> bool {
    let day = match pin.len() {
        6 => pin.get(2..),
        8 if pin.starts_with("19") || pin.starts_with("20") => pin.get(4..),
        _ => None,
    };
    let number = |range: std::ops::Range<usize>| {
        day.and_then(|day: &str| day.get(range)?.parse::<u32>().ok())
    };
    matches!((number(0..2), number(2..4)), (Some(1..=12), Some(1..=31)))
}

/// What a guess costs: parameters of argon2id, with one lane.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cost {
    /// Memory, in KiB.
    pub memory: u32,
    /// Passes over it.
    pub passes: u32,
}

impl Default for Cost {
    /// 19 MiB and two passes: 33 ms on a core of ours.
    fn default() -> Cost {
        Cost { memory: 19 * 1024, passes: 2 }
    }
}

/// A slow hash as it is kept.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct SlowHash([u8; BYTES]);

impl SlowHash {
    /// The hash of a secret.
    pub fn make(cost: Cost, salt: [u8; 16], secret: &[u8]) -> Result<SlowHash, Fault> {
        let hash = slow(cost, &salt, secret)?;
        let mut bytes = [VERSION; BYTES];
        let parts: [&[u8]; 4] =
            [&cost.memory.to_be_bytes(), &cost.passes.to_be_bytes(), &salt, &hash];
        let whole = parts.concat();
        bytes.iter_mut().skip(1).zip(whole).for_each(|(byte, part)| *byte = part);
        Ok(SlowHash(bytes))
    }

    /// The hash of stored bytes.
    pub fn read(stored: &[u8]) -> Result<SlowHash, Fault> {
        match <[u8; BYTES]>::try_from(stored) {
            Ok(bytes) if bytes.first() == Some(&VERSION) => Ok(SlowHash(bytes)),
            _ => Err(unreadable()),
        }
    }

    /// What is stored.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether it is the hash of this secret.
    pub fn is_of(&self, secret: &[u8]) -> Result<bool, Fault> {
        let [_, m1, m2, m3, m4, p1, p2, p3, p4, rest @ ..] = &self.0;
        let cost = Cost {
            memory: u32::from_be_bytes([*m1, *m2, *m3, *m4]),
            passes: u32::from_be_bytes([*p1, *p2, *p3, *p4]),
        };
        let (salt, stored) = rest.split_at(16);
        let salt = <&[u8; 16]>::try_from(salt).map_err(|_| unreadable())?;
        let stored = <&[u8; 32]>::try_from(stored).map_err(|_| unreadable())?;
        Ok(constant_time_eq_32(&slow(cost, salt, secret)?, stored))
    }
}

fn slow(cost: Cost, salt: &[u8; 16], secret: &[u8]) -> Result<[u8; 32], Fault> {
    if cost.memory > MEMORY_MAX {
        return Err(unreadable());
    }
    let mut hash = [0; 32];
    let made = Params::new(cost.memory, cost.passes, 1, Some(hash.len())).and_then(|params| {
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        argon.hash_password_into(secret, salt, &mut hash)
    });
    made.map_err(|_| unreadable())?;
    Ok(hash)
}

fn unreadable() -> Fault {
    Fault::new(FaultKind::Damaged, "口令的摘要无法读取", "账号", "请停用，并由备份恢复")
}

/// What is hashed for a PIN: the phone's token is part of it.
pub(super) fn pin_secret(phone: &Token, pin: &str) -> Vec<u8> {
    [&phone.0[..], pin.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_policy_takes_what_its_standard_takes() {
        let mlps3 = |password| Policy::Mlps3.check("wang", password);
        assert_eq!(mlps3("Nuan7-jia"), Ok(()));
        assert_eq!(mlps3("暖家Nuan7"), Err(Weakness::Short { min: 8 }));
        assert_eq!(mlps3("nuanjiaxyz"), Err(Weakness::Plain));
        assert_eq!(mlps3("Wang-2025x"), Err(Weakness::HoldsLogin));
        assert_eq!(mlps3("P@ssw0rd"), Err(Weakness::Common));
        let asvs = |password| Policy::Asvs.check("wang", password);
        assert_eq!(asvs("four quiet green boats"), Ok(()));
        assert_eq!(asvs("Nuan7-jia"), Err(Weakness::Short { min: 12 }));
        assert_eq!(asvs("abababababab"), Err(Weakness::Common));
        assert_eq!(asvs("abcdefghijklmnop"), Err(Weakness::Common));
        assert_eq!(asvs(&"长a".repeat(65)), Err(Weakness::Long { max: 128 }));
    }

    #[test]
    fn a_password_is_old_after_ninety_days_where_the_standard_says_so() {
        assert!(!Policy::Mlps3.is_due(0, 90 * DAY));
        assert!(Policy::Mlps3.is_due(0, 90 * DAY + 1));
        assert!(!Policy::Asvs.is_due(0, 9_000 * DAY));
    }

    #[test]
    fn a_pin_that_anybody_would_try_first_is_refused() {
        for good in ["274913", "90817265", "371699004217"] {
            assert_eq!(check_pin(good), Ok(()), "{good}");
        }
        let bad = ["27491", "1234567890123", "123456", "987654", "000000", "121212", "123123"];
        for bad in bad.into_iter().chain(["850715", "19850715", "27491a", "２７４９１３", ""])
        {
            assert_eq!(check_pin(bad), Err(Refusal::WeakPin), "{bad}");
        }
    }

    #[test]
    fn the_list_is_long_sorted_and_in_small_letters() {
        let lines: Vec<&str> = COMMON.lines().collect();
        assert!(lines.len() >= 1_000, "{}", lines.len());
        assert!(lines.is_sorted_by(|one, next| one < next));
        assert!(lines.iter().all(|line| *line == line.to_lowercase() && line.len() >= 8));
    }

    #[test]
    fn a_hash_holds_for_its_secret_alone() {
        let cost = Cost { memory: 8, passes: 1 };
        let hash = SlowHash::make(cost, [7; 16], b"secret").unwrap();
        let kept = SlowHash::read(hash.bytes()).unwrap();
        assert!(kept.is_of(b"secret").unwrap());
        assert!(!kept.is_of(b"secreT").unwrap());
        assert!(SlowHash::read(&hash.bytes()[1..]).is_err());
        let mut hostile = [0xff; BYTES];
        hostile[0] = VERSION;
        assert!(SlowHash::read(&hostile).unwrap().is_of(b"").is_err());
    }
}
