//! Ids of accounts, devices, sessions and grants: sixteen random bytes each, never exchanged.
//!
//! They are names, not secrets: an address or a list may show them, and knowing one opens nothing.
//! Each kind is a type of its own, so that a session's id cannot be taken for an account's.
//! Read next: `token.rs`, what does open something.

use std::fmt;

use crate::entry::Id;

/// An account's id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct AccountId(pub Id);

/// A device's id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct DeviceId(pub Id);

/// A session's id, as its owner sees it in her list.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SessionId(pub Id);

/// A grant's id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct GrantId(pub Id);

/// Thirty-two small hexadecimal digits.
fn read(text: &str) -> Option<Id> {
    let digits = text.as_bytes();
    let small = |digit: &u8| matches!(digit, b'0'..=b'9' | b'a'..=b'f');
    if digits.len() != 32 || !digits.iter().all(small) {
        return None;
    }
    u128::from_str_radix(text, 16).ok().map(|number| Id(number.to_be_bytes()))
}

macro_rules! spelled {
    ($($kind:ident),*) => {$(
        impl $kind {
            /// The id of 32 hexadecimal digits; `None` for any other text.
            pub fn read(text: &str) -> Option<$kind> {
                read(text).map($kind)
            }
        }

        impl fmt::Display for $kind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

spelled!(AccountId, DeviceId, SessionId, GrantId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_as_it_is_shown_and_in_no_other_way() {
        let id = AccountId(Id([0x0f; 16]));
        assert_eq!(AccountId::read(&id.to_string()), Some(id));
        for bad in ["", "0f", &"0F".repeat(16), &"+f".repeat(16), &"g".repeat(32)] {
            assert_eq!(AccountId::read(bad), None, "{bad}");
        }
    }
}
