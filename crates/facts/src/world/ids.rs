//! Finding a record by its id.
//!
//! Every cell that refers to something is looked up here, millions of times for a city, and each
//! look at memory far away costs as much as reading a whole cell. So a short id, as most are, lies
//! in the table itself as two words; a long one, such as a UUID, lies elsewhere.
//! It gives no numbers: the index of an id is told by whoever puts it in.
//! Read next: `build.rs`.

use std::collections::hash_map::Entry;
use std::sync::Arc;

use rustc_hash::FxHashMap;

/// The index of each id of a form.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ids {
    short: FxHashMap<Key, u32>,
    long: FxHashMap<Arc<str>, u32>,
    /// For how many ids room is to be made, once it is seen which sort they are.
    expected: usize,
}

/// A text of at most [`SHORT_MAX`] bytes as two words; different texts give different keys.
pub(super) type Key = (u64, u64);

/// Bytes of a text that fit a key beside their count.
const SHORT_MAX: usize = 15;

impl Ids {
    /// The index of an id.
    pub fn get(&self, id: &str) -> Option<&u32> {
        match key(id) {
            Some(key) => self.short.get(&key),
            None => self.long.get(id),
        }
    }

    /// Puts an id in.
    pub fn insert(&mut self, id: Arc<str>, index: u32) {
        match key(&id) {
            Some(key) => drop(self.short.insert(key, index)),
            None => drop(self.long.insert(id, index)),
        }
    }

    /// The index of an id; a new one is put in with index `next`, and given back to be kept.
    pub fn get_or_insert(&mut self, id: &str, next: u32) -> Result<u32, Arc<str>> {
        let expected = std::mem::take(&mut self.expected);
        let Some(key) = key(id) else {
            if let Some(index) = self.long.get(id) {
                return Ok(*index);
            }
            let shared: Arc<str> = id.into();
            self.long.reserve(expected);
            self.long.insert(Arc::clone(&shared), next);
            return Err(shared);
        };
        self.short.reserve(expected);
        match self.short.entry(key) {
            Entry::Occupied(found) => Ok(*found.get()),
            Entry::Vacant(place) => {
                place.insert(next);
                Err(id.into())
            }
        }
    }

    /// Makes room for about this many more.
    pub fn expect(&mut self, count: usize) {
        self.expected = count;
    }
}

/// The key of a text; `None` for a long one.
pub(super) fn key(text: &str) -> Option<Key> {
    let bytes = text.as_bytes();
    let count = bytes.len();
    if count > SHORT_MAX {
        return None;
    }
    let words = match (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        (Some(first), Some(last)) => {
            // The last eight bytes without those that the first eight have already.
            let shared = 8 * (16 - count as u32);
            let rest = u64::from_le_bytes(*last).checked_shr(shared).unwrap_or(0);
            (u64::from_le_bytes(*first), rest)
        }
        _ => (few(bytes), 0),
    };
    Some((words.0, words.1 | (count as u64) << 56))
}

/// Up to seven bytes as one word.
fn few(bytes: &[u8]) -> u64 {
    match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        (Some(first), Some(last)) => {
            u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << 32
        }
        _ => bytes.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn texts_of_every_short_length_have_keys_of_their_own() {
        let mut texts: BTreeSet<String> = BTreeSet::new();
        for count in 0..=SHORT_MAX {
            texts.insert("a".repeat(count));
            for at in 0..count {
                for other in ["b", "\0"] {
                    let text = format!("{}{other}{}", "a".repeat(at), "a".repeat(count - at - 1));
                    texts.insert(text);
                }
            }
        }
        let keys: BTreeSet<Option<Key>> = texts.iter().map(|text| key(text)).collect();
        assert_eq!((keys.len(), keys.contains(&None)), (texts.len(), false));
        assert_eq!(key(&"a".repeat(SHORT_MAX + 1)), None);
    }

    #[test]
    fn short_and_long_ids_are_found_beside_each_other() {
        let texts = ["p1", "371602001007", "0192f3c4-7d5e-7abc-8def-0123456789ab"];
        let mut ids = Ids::default();
        ids.expect(2);
        for (index, text) in (0..).zip(texts) {
            assert_eq!(ids.get_or_insert(text, index), Err(text.into()));
            assert_eq!(ids.get_or_insert(text, 9), Ok(index));
        }
        assert_eq!(texts.map(|text| ids.get(text).copied()), [Some(0), Some(1), Some(2)]);
        assert_eq!(ids.get("p2"), None);
    }
}
