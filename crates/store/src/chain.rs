//! The chain: each batch is hashed together with the one before, so that nothing can be changed,
//! taken out, put in or exchanged without the next link showing it.
//!
//! `link = SM3(link before ‖ version stream seq id device taken_at ‖ SM3(body))`, and link 0 is
//! made from the journal's own id and the stream. The body is hashed by itself first: that can be
//! done by whoever brings it, so the one writer hashes 117 bytes a batch, two blocks of SM3. What
//! is hashed is what is stored: sealed bytes. So checking needs no key and survives erasure. It
//! cannot show that the end was cut off: keep a [`Head`] elsewhere for that. Read next:
//! `journal.rs`, where every read follows the chain.

use std::fmt;

use sm3::{Digest, Sm3};

use crate::entry::Id;
use crate::writer::StreamId;

/// The version of the bytes that go into a link.
const VERSION: u8 = 1;
/// What the first link of a stream is made from, before the journal's id.
const FIRST: &[u8] = b"nuanjia journal";

/// A link of the chain.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Link(pub [u8; 32]);

/// The last batch of a stream: together with the journal's id it fixes every batch before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Head {
    /// Its seq; 0 where nothing was appended yet.
    pub seq: u64,
    /// Its link.
    pub link: Link,
}

/// What stands beside a body, and is hashed with it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Beside {
    /// The batch's id.
    pub id: Id,
    /// The device it came from.
    pub device: Id,
    /// When the server took it, in milliseconds since 1970.
    pub taken_at: i64,
}

/// The hash of a body.
pub fn body_hash(body: &[u8]) -> [u8; 32] {
    Sm3::digest(body).into()
}

/// The head of a stream before its first batch.
pub fn beginning(journal: Id, stream: StreamId) -> Head {
    let mut hash = Sm3::new_with_prefix(FIRST);
    hash.update([VERSION]);
    hash.update(journal.0);
    hash.update(stream.0.to_be_bytes());
    Head { seq: 0, link: Link(hash.finalize().into()) }
}

/// The head after one more batch.
pub fn next(head: Head, stream: StreamId, beside: &Beside, body_hash: [u8; 32]) -> Head {
    let seq = head.seq + 1;
    let mut hash = Sm3::new_with_prefix(head.link.0);
    hash.update([VERSION]);
    hash.update(stream.0.to_be_bytes());
    hash.update(seq.to_be_bytes());
    hash.update(beside.id.0);
    hash.update(beside.device.0);
    hash.update(beside.taken_at.to_be_bytes());
    hash.update(body_hash);
    Head { seq, link: Link(hash.finalize().into()) }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_one_of_the_standard() {
        let hex = Link(body_hash(b"abc")).to_string();
        assert_eq!(hex, "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
    }

    #[test]
    fn a_link_changes_with_everything_it_covers() {
        let stream = StreamId(7);
        let start = beginning(Id([1; 16]), stream);
        let beside = Beside { id: Id([2; 16]), device: Id([3; 16]), taken_at: 4 };
        let link = next(start, stream, &beside, body_hash(b"body"));
        let others = [
            next(start, StreamId(8), &beside, body_hash(b"body")),
            next(Head { seq: 1, ..start }, stream, &beside, body_hash(b"body")),
            next(beginning(Id([9; 16]), stream), stream, &beside, body_hash(b"body")),
            next(start, stream, &Beside { id: Id([9; 16]), ..beside }, body_hash(b"body")),
            next(start, stream, &Beside { device: Id([9; 16]), ..beside }, body_hash(b"body")),
            next(start, stream, &Beside { taken_at: 9, ..beside }, body_hash(b"body")),
            next(start, stream, &beside, body_hash(b"bodY")),
        ];
        assert!(others.iter().all(|other| other.link != link.link));
    }
}
