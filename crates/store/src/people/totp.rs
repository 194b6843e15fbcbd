//! The six digits of an authenticator (RFC 6238): what it shows changes every thirty seconds.
//!
//! The server's clock alone counts; one step before and behind is taken for clocks that differ. A
//! step is taken once: the last one taken is kept, and an earlier or equal one is wrong.
//! SHA-1 because authenticators know nothing else for certain; its weakness does not reach HMAC.
//! Read next: `office.rs`, where a secret is shown.

use totp_rs::{Builder, Totp};

use super::token::authenticator_text;
use crate::entry::Name;
use crate::fault::{Fault, FaultKind};

/// Bytes of a secret, as long as the hash.
pub(super) const SECRET_BYTES: usize = 20;
/// The step whose digits these are, if there is one around now.
pub(super) fn step(secret: &[u8], digits: &str, now: i64) -> Result<Option<i64>, Fault> {
    let seconds = u64::try_from(now / 1_000).unwrap_or(0);
    let step = authenticator(secret)?.check(digits, seconds);
    Ok(step.and_then(|step| i64::try_from(step).ok()))
}

/// What an authenticator shows at a moment; for tests and for trying a restore.
#[doc(hidden)]
pub fn shown(secret: &[u8], now: i64) -> Result<String, Fault> {
    let seconds = u64::try_from(now / 1_000).unwrap_or(0);
    Ok(authenticator(secret)?.generate(seconds).to_string())
}

fn authenticator(secret: &[u8]) -> Result<Totp, Fault> {
    let secret = <[u8; SECRET_BYTES]>::try_from(secret).map_err(|_| unreadable())?;
    Builder::new().with_secret(secret).build().map_err(|_| unreadable())
}

fn unreadable() -> Fault {
    Fault::new(FaultKind::Damaged, "验证器密钥无法读取", "账号", "请停用，并由备份恢复")
}

/// What an authenticator scans.
pub(super) fn address(login: &Name, secret: &[u8]) -> String {
    // 暖家, spelled as addresses spell it; a login name needs no spelling.
    const ISSUER: &str = "%E6%9A%96%E5%AE%B6";
    let text = authenticator_text(secret);
    format!("otpauth://totp/{ISSUER}:{login}?secret={text}&issuer={ISSUER}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn the_digits_are_those_of_the_standard() {
        // RFC 6238, appendix B: the last six of eight digits.
        for (seconds, digits) in
            [(59, "287082"), (1_111_111_109, "081804"), (2_000_000_000, "279037")]
        {
            assert_eq!(shown(SECRET, seconds * 1_000).unwrap(), digits);
            assert_eq!(step(SECRET, digits, seconds * 1_000), Ok(Some(seconds / 30)));
        }
    }

    #[test]
    fn one_step_before_and_behind_is_taken_and_no_further() {
        let digits = shown(SECRET, 59_000).unwrap();
        for (seconds, taken) in [(29, true), (60, true), (89, true), (90, false)] {
            let found = step(SECRET, &digits, seconds * 1_000).unwrap();
            assert_eq!(found == Some(1), taken, "{seconds}");
        }
    }

    #[test]
    fn what_is_no_digits_is_wrong_and_no_panic() {
        for bad in ["", "28708", "2870822", "28708a", "二八七〇八二", "-87082", "+87082", " 87082"]
        {
            assert_eq!(step(SECRET, bad, 59_000), Ok(None), "{bad}");
        }
        assert!(step(b"short", "287082", 59_000).is_err());
        assert_eq!(step(SECRET, "287082", i64::MIN), Ok(Some(1)), "before 1970 is 1970");
    }

    #[test]
    fn an_authenticator_reads_the_address() {
        let login = Name::new("li.371621").unwrap();
        assert_eq!(
            address(&login, SECRET),
            "otpauth://totp/%E6%9A%96%E5%AE%B6:li.371621\
             ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=%E6%9A%96%E5%AE%B6"
        );
    }
}
