//! Which entry saw which: it built on it, or on one that did.
//!
//! Most records are a chain, each entry written by someone who had seen all before; then nothing
//! needs to be kept. Otherwise each entry has a row of bits, one for each entry before it.
//! Read next: `state.rs`.

use super::history::Counted;

/// Who saw whom among the counted entries of a record.
pub(super) enum Ancestry {
    /// Each saw all before it.
    Chain,
    /// Rows of bits.
    Graph { bits: Vec<u64>, width: usize },
}

impl Ancestry {
    /// Of entries none of which stands before what it builds on.
    pub fn of(counted: &[Counted]) -> Ancestry {
        let mut later = (1_u32..).zip(counted.iter().skip(1));
        if later.all(|(at, entry)| entry.builds_on.contains(&(at - 1))) {
            return Ancestry::Chain;
        }
        let width = counted.len().div_ceil(64);
        let mut bits = vec![0_u64; width * counted.len()];
        for (at, entry) in counted.iter().enumerate() {
            let (before, rest) = bits.split_at_mut(at * width);
            let row = &mut rest[..width];
            for &below in &entry.builds_on {
                let below = below as usize;
                row[below / 64] |= 1 << (below % 64);
                let seen = &before[below * width..][..width];
                row.iter_mut().zip(seen).for_each(|(row, seen)| *row |= seen);
            }
        }
        Ancestry::Graph { bits, width }
    }

    /// Whether the author of one had seen the other.
    pub fn saw(&self, one: u32, other: u32) -> bool {
        match self {
            Ancestry::Chain => other < one,
            Ancestry::Graph { bits, width } => {
                let row = &bits[one as usize * width..][..*width];
                row[other as usize / 64] >> (other % 64) & 1 == 1
            }
        }
    }

    /// Adds an entry to the latest ones: those it saw are no longer among them.
    pub fn push_latest(&self, latest: &mut Vec<u32>, at: u32) {
        latest.retain(|&before| !self.saw(at, before));
        latest.push(at);
    }
}
