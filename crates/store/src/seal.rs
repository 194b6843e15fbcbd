//! Sealing: bytes become unreadable and unchangeable for whoever lacks the key.
//!
//! ```text
//! suite · nonce 12 · ciphertext · tag 16     suite 1: SM4-GCM, 2: AES-256-GCM
//! ```
//! Each seal draws a nonce of its own. What the bytes belong to (form, record, field, key) goes in
//! as a binding that is checked and not stored: an envelope put elsewhere does not open. Values are
//! filled up to whole blocks first, because the length of a sealed word would tell the word.
//! Both ciphers are software: no certified module, and SM4 reads a table, which whoever shares the
//! processor's cache might watch. Whose key it is is not asked here. Read next: `keys.rs`.

use std::fmt;

use aes_gcm::aead::consts::U12;
use aes_gcm::{Aes256Gcm, AesGcm, KeyInit, Nonce, Tag, aead::AeadInOut};
use facts::Privacy;
use sm4::Sm4;
use zeroize::Zeroizing;

use crate::body::{SUITE_AES, SUITE_SM, Unreadable};
use crate::bytes::put_bytes;
use crate::entry::{Envelope, Id, Name};
use crate::fault::{Fault, FaultKind};

/// SM4 in the mode that also shows changes; it has no crate of its own.
type Sm4Gcm = AesGcm<Sm4, U12>;

const NONCE_BYTES: usize = 12;
const TAG_BYTES: usize = 16;
/// What a seal adds to the bytes.
pub const SEAL_BYTES: usize = 1 + NONCE_BYTES + TAG_BYTES;
/// Values are filled up to a multiple of this: every code and number then has one length.
const FILL_BYTES: usize = 32;
/// The byte between a value and what fills it up.
const FILL_MARK: u8 = 0x80;

/// Which ciphers seal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Suite {
    /// SM4-GCM with SM3.
    #[default]
    Sm,
    /// AES-256-GCM with SHA-256.
    Aes,
}

impl Suite {
    /// The suite of a first byte.
    pub fn of_byte(byte: u8) -> Option<Suite> {
        match byte {
            SUITE_SM => Some(Suite::Sm),
            SUITE_AES => Some(Suite::Aes),
            _ => None,
        }
    }

    /// The first byte.
    pub fn byte(self) -> u8 {
        match self {
            Suite::Sm => SUITE_SM,
            Suite::Aes => SUITE_AES,
        }
    }

    /// How long its keys are.
    pub fn key_bytes(self) -> usize {
        match self {
            Suite::Sm => 16,
            Suite::Aes => 32,
        }
    }
}

/// A key for one suite. It is wiped when dropped, and nothing prints it.
pub struct Key {
    suite: Suite,
    bytes: Zeroizing<[u8; 32]>,
}

impl Key {
    /// A new key.
    pub fn draw(suite: Suite) -> Result<Key, Fault> {
        let mut key = Key { suite, bytes: Zeroizing::new([0; 32]) };
        fill(&mut key.bytes[..suite.key_bytes()])?;
        Ok(key)
    }

    /// The key of these bytes, if they are as many as the suite takes.
    pub fn from_bytes(suite: Suite, bytes: &[u8]) -> Option<Key> {
        let mut key = Key { suite, bytes: Zeroizing::new([0; 32]) };
        if bytes.len() != suite.key_bytes() {
            return None;
        }
        key.bytes[..bytes.len()].copy_from_slice(bytes);
        Some(key)
    }

    /// As many of these bytes as the suite takes.
    pub(crate) fn of_first(suite: Suite, bytes: &[u8; 32]) -> Key {
        let mut key = Key { suite, bytes: Zeroizing::new(*bytes) };
        key.bytes[suite.key_bytes()..].fill(0);
        key
    }

    /// Its suite.
    pub fn suite(&self) -> Suite {
        self.suite
    }

    /// Its bytes, for wrapping.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes[..self.suite.key_bytes()]
    }

    /// Sealed bytes under a nonce of their own, bound to what they belong to.
    pub fn seal(&self, bound_to: &[u8], clear: &[u8]) -> Result<Vec<u8>, Fault> {
        let mut nonce = [0; NONCE_BYTES];
        fill(&mut nonce)?;
        self.seal_with(nonce, bound_to, clear)
    }

    fn seal_with(
        &self,
        nonce: [u8; NONCE_BYTES],
        bound_to: &[u8],
        clear: &[u8],
    ) -> Result<Vec<u8>, Fault> {
        // As long as it will be: growing would leave a copy of the clear bytes behind.
        let mut out = Vec::with_capacity(SEAL_BYTES + clear.len());
        out.push(self.suite.byte());
        out.extend(nonce);
        out.extend(clear);
        let nonce = Nonce::<U12>::from(nonce);
        let body = (&mut out[1 + NONCE_BYTES..]).into();
        let tag = match self.suite {
            Suite::Sm => self.sm().encrypt_inout_detached(&nonce, bound_to, body),
            Suite::Aes => self.aes().encrypt_inout_detached(&nonce, bound_to, body),
        };
        // Only a text of 64 GiB is refused.
        let tag = tag.map_err(|_| Fault::new(FaultKind::Disk, "内容过长", "加密", "请分开交"))?;
        out.extend_from_slice(&tag);
        Ok(out)
    }

    /// What was sealed under this key and bound to the same; wiped when dropped.
    pub fn open(&self, bound_to: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, NotOpened> {
        let (first, rest) = sealed.split_first().ok_or(NotOpened::Changed)?;
        let (nonce, rest) = rest.split_first_chunk::<NONCE_BYTES>().ok_or(NotOpened::Changed)?;
        let (body, tag) = rest.split_last_chunk::<TAG_BYTES>().ok_or(NotOpened::Changed)?;
        if *first != self.suite.byte() {
            return Err(NotOpened::Changed);
        }
        let (nonce, tag) = (Nonce::<U12>::from(*nonce), Tag::from(*tag));
        let mut clear = Zeroizing::new(body.to_vec());
        let bytes = clear.as_mut_slice().into();
        let opened = match self.suite {
            Suite::Sm => self.sm().decrypt_inout_detached(&nonce, bound_to, bytes, &tag),
            Suite::Aes => self.aes().decrypt_inout_detached(&nonce, bound_to, bytes, &tag),
        };
        opened.map(|()| clear).map_err(|_| NotOpened::Changed)
    }

    fn sm(&self) -> Sm4Gcm {
        let mut key = aes_gcm::Key::<Sm4Gcm>::default();
        key.copy_from_slice(&self.bytes[..16]);
        let cipher = Sm4Gcm::new(&key);
        zeroize::Zeroize::zeroize(&mut key[..]);
        cipher
    }

    fn aes(&self) -> Aes256Gcm {
        let mut key = aes_gcm::Key::<Aes256Gcm>::default();
        key.copy_from_slice(&self.bytes[..]);
        let cipher = Aes256Gcm::new(&key);
        zeroize::Zeroize::zeroize(&mut key[..]);
        cipher
    }
}

/// The field a value belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The form.
    pub form: &'a Name,
    /// The record.
    pub record: &'a Name,
    /// The field's alias.
    pub field: &'a Name,
}

/// What kind of thing is sealed; the first bytes of every binding, so that none passes for another.
const VALUE: &[u8] = b"nuanjia value 1";

/// A value in its byte form, sealed for its place.
pub fn seal(
    key: &Key,
    key_id: Id,
    place: &Place<'_>,
    privacy: Privacy,
    value: &[u8],
) -> Result<Envelope, Fault> {
    let filled_bytes = (value.len() + 1).next_multiple_of(FILL_BYTES);
    let mut filled = Zeroizing::new(Vec::with_capacity(filled_bytes));
    filled.extend_from_slice(value);
    filled.push(FILL_MARK);
    filled.resize(filled_bytes, 0);
    let sealed = key.seal(&binding(key_id, place, privacy), &filled)?;
    Ok(Envelope { privacy, key: key_id, sealed: sealed.into() })
}

/// The byte form of the value in an envelope found at this place; wiped when dropped.
pub fn open(
    key: &Key,
    place: &Place<'_>,
    envelope: &Envelope,
) -> Result<Zeroizing<Vec<u8>>, NotOpened> {
    let bound_to = binding(envelope.key, place, envelope.privacy);
    let mut filled = key.open(&bound_to, &envelope.sealed)?;
    let mark = filled.iter().rposition(|byte| *byte != 0);
    match mark {
        Some(mark) if filled.get(mark) == Some(&FILL_MARK) => {
            filled.truncate(mark);
            Ok(filled)
        }
        _ => Err(NotOpened::Changed),
    }
}

fn binding(key: Id, place: &Place<'_>, privacy: Privacy) -> Vec<u8> {
    let mut bytes = VALUE.to_vec();
    bytes.push(match privacy {
        Privacy::Open => 0,
        Privacy::Countable => 1,
        Privacy::Sealed => 2,
    });
    bytes.extend(key.0);
    for name in [place.form, place.record, place.field] {
        put_bytes(&mut bytes, name.as_str().as_bytes());
    }
    bytes
}

/// Why sealed bytes stay closed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NotOpened {
    /// Changed, cut, moved, or sealed under another key.
    Changed,
    /// Its key was destroyed: whom it speaks of was erased.
    Erased,
    /// Its key is not among ours.
    NoKey,
    /// It opened, but a newer version wrote what is in it.
    Unreadable(Unreadable),
    /// The world failed.
    Fault(Fault),
}

impl From<Fault> for NotOpened {
    fn from(fault: Fault) -> NotOpened {
        NotOpened::Fault(fault)
    }
}

impl fmt::Display for NotOpened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotOpened::Changed => write!(f, "密文被改过、截断或挪了位置；请由备份核对"),
            NotOpened::Erased => write!(f, "已注销，内容不再可读"),
            NotOpened::NoKey => write!(f, "钥匙库里没有这把钥匙；请由钥匙库的备份恢复"),
            NotOpened::Unreadable(_) => write!(f, "内容是更新的版本写的；请换用较新的程序"),
            NotOpened::Fault(fault) => fault.fmt(f),
        }
    }
}

/// Random bytes from the system.
pub(crate) fn fill(bytes: &mut [u8]) -> Result<(), Fault> {
    getrandom::fill(bytes).map_err(|error| {
        let what = format!("系统不给随机数（{error}）");
        Fault::new(FaultKind::Disk, what, "系统", "请检查操作系统")
    })
}

/// Sixteen random bytes.
pub(crate) fn draw_id() -> Result<Id, Fault> {
    let mut id = [0; 16];
    fill(&mut id)?;
    Ok(Id(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(hex: &str) -> Vec<u8> {
        let digits: Vec<char> = hex.chars().filter(char::is_ascii_hexdigit).collect();
        digits
            .chunks(2)
            .map(|pair| u8::from_str_radix(&pair.iter().collect::<String>(), 16).unwrap())
            .collect()
    }

    #[test]
    fn sm4_gcm_gives_what_rfc_8998_gives() {
        let key = Key::from_bytes(Suite::Sm, &bytes("0123456789ABCDEFFEDCBA9876543210")).unwrap();
        let nonce = bytes("00001234567800000000ABCD").try_into().unwrap();
        let clear = bytes(
            "AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDD\
             EEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA",
        );
        let bound_to = bytes("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2");
        let sealed = key.seal_with(nonce, &bound_to, &clear).unwrap();
        let cipher_and_tag = bytes(
            "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735\
             D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D\
             83DE3541E4C2B58177E065A9BF7B62EC",
        );
        assert_eq!(sealed[13..], cipher_and_tag);
        assert_eq!(*key.open(&bound_to, &sealed).unwrap(), clear);
    }

    #[test]
    fn aes_256_gcm_gives_what_its_authors_give() {
        // Test case 14 of the GCM submission.
        let key = Key::from_bytes(Suite::Aes, &[0; 32]).unwrap();
        let sealed = key.seal_with([0; 12], b"", &[0; 16]).unwrap();
        let wanted = bytes("cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919");
        assert_eq!(sealed[13..], wanted);
    }
}
