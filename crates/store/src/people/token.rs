//! Tokens and codes: drawn at random, shown once, kept as their SM3 only.
//!
//! A [`Token`] is 256 bits for a program to keep; a [`Code`] is 128 bits for a person to type, in
//! groups without the letters and digits that look alike. Whoever reads the tables finds neither.
//! A row is found by the first eight bytes of the hash and then compared whole, in a time that does
//! not tell how far it agreed. Read next: `slip.rs`, `session.rs`.

use std::fmt;

use constant_time_eq::constant_time_eq_32;
use sm3::{Digest, Sm3};

/// The alphabet of codes: no 0 and O, no 1 and I.
const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// The alphabet authenticators read (RFC 4648).
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// Characters between two hyphens of a code.
const GROUP: usize = 4;
/// Characters of a code: 128 bits, five each.
const CODE_CHARACTERS: usize = 26;

/// What a device or browser keeps to be known by: 256 random bits.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(pub(super) [u8; 32]);

impl Token {
    /// For a cookie or a key store: 64 characters. Never for a log or an address.
    pub fn text(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The token of such a text; `None` for any other.
    pub fn read(text: &str) -> Option<Token> {
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return None;
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
            *byte = pair.iter().try_fold(0, |sum, digit| Some(sum << 4 | hex(*digit)?))?;
        }
        Some(Token(bytes))
    }

    pub(super) fn hashed(&self) -> Hashed {
        Hashed(Sm3::digest(self.0).into())
    }
}

/// Small letters only: a token has one spelling.
fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// What a person types once, from a slip of paper: 128 random bits.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(pub(super) [u8; 16]);

impl Code {
    /// As it is written: `ABCD-EFGH-…`, seven groups.
    pub fn text(&self) -> String {
        let letters = base32(&self.0, LETTERS);
        let groups: Vec<&str> = (0..letters.len())
            .step_by(GROUP)
            .filter_map(|at| letters.get(at..letters.len().min(at + GROUP)))
            .collect();
        groups.join("-")
    }

    /// The code as typed: small letters, blanks and hyphens anywhere; `None` for what is no code.
    pub fn read(text: &str) -> Option<Code> {
        let mut bytes = Vec::with_capacity(16);
        let (mut bits, mut held, mut count) = (0_u32, 0_u32, 0_usize);
        for character in text.chars().filter(|typed| !typed.is_whitespace() && *typed != '-') {
            let typed = u8::try_from(character.to_ascii_uppercase()).ok()?;
            let value = LETTERS.iter().position(|letter| *letter == typed)?;
            count += 1;
            if count > CODE_CHARACTERS {
                return None;
            }
            bits = bits << 5 | u32::try_from(value).ok()?;
            held += 5;
            if held >= 8 {
                held -= 8;
                bytes.push((bits >> held) as u8);
                bits &= (1 << held) - 1;
            }
        }
        let whole: [u8; 16] = bytes.try_into().ok()?;
        (count == CODE_CHARACTERS && bits == 0).then_some(Code(whole))
    }

    pub(super) fn hashed(&self) -> Hashed {
        Hashed(Sm3::digest(self.0).into())
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

/// Base 32 without padding, as authenticators read secrets.
pub(super) fn authenticator_text(bytes: &[u8]) -> String {
    base32(bytes, BASE32)
}

fn base32(bytes: &[u8], letters: &[u8; 32]) -> String {
    let letter = |value: u32| char::from(*letters.get(value as usize & 31).unwrap_or(&b'?'));
    let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for byte in bytes {
        bits = bits << 8 | u32::from(*byte);
        held += 8;
        while held >= 5 {
            held -= 5;
            text.push(letter(bits >> held));
            bits &= (1 << held) - 1;
        }
    }
    if held > 0 {
        text.push(letter(bits << (5 - held)));
    }
    text
}

/// What is kept of a token or code.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Hashed(pub [u8; 32]);

impl Hashed {
    /// By which its row is found.
    pub fn place(&self) -> i64 {
        let mut first = [0; 8];
        first.copy_from_slice(&self.0[..8]);
        i64::from_be_bytes(first)
    }

    /// Whether a stored hash is this one, in a time that does not depend on it.
    pub fn is(&self, stored: &[u8]) -> bool {
        <&[u8; 32]>::try_from(stored).is_ok_and(|stored| constant_time_eq_32(&self.0, stored))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_it_was_written_however_it_is_typed() {
        let code = Code([0xa5; 16]);
        let text = code.text();
        assert_eq!(text.len(), 32);
        assert!(!text.contains(['0', 'O', '1', 'I']));
        assert_eq!(Code::read(&text), Some(code.clone()));
        assert_eq!(Code::read(&text.to_lowercase().replace('-', " ")), Some(code));
    }

    #[test]
    fn what_is_no_code_is_not_read() {
        let text = Code([7; 16]).text();
        let last_changed = format!("{}9", &text[..text.len() - 1]);
        for bad in ["", "ABCD", &text[1..], &format!("{text}A"), &last_changed, "暖家", "0O1I"] {
            assert_eq!(Code::read(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_token_has_one_spelling() {
        let token = Token([0xab; 32]);
        assert_eq!(Token::read(&token.text()), Some(token.clone()));
        assert_eq!(Token::read(&token.text().to_uppercase()), None);
        assert_eq!(Token::read("ab"), None);
        assert_eq!(format!("{token:?}"), "Token(…)");
    }

    #[test]
    fn secrets_are_spelled_as_authenticators_read_them() {
        // RFC 4648, section 10, without padding.
        for (clear, text) in [("f", "MY"), ("foob", "MZXW6YQ"), ("foobar", "MZXW6YTBOI")] {
            assert_eq!(authenticator_text(clear.as_bytes()), text);
        }
    }
}
