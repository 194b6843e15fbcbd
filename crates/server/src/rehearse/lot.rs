//! Drawing lots: a sequence of numbers that is the same on every machine.
//!
//! SplitMix64 over whole numbers only, because a rehearsal of one seed must give the same bytes
//! wherever it is made. Every stage draws from a lot of its own, so that a change in one stage
//! leaves the others as they were.
//! It keeps no secret and must never make one: the seed tells everything.
//! Read next: `making.rs`.

/// The golden ratio in 64 bits: the step of the sequence.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// A sequence of draws.
#[derive(Clone, Debug)]
pub struct Lot(u64);

impl Lot {
    /// The lot of one stage of one season.
    pub fn new(seed: u64, stage: u64) -> Lot {
        let mut lot = Lot(seed ^ stage.wrapping_mul(STEP));
        // Neighbouring seeds part ways before the first draw that is used.
        lot.draw();
        lot
    }

    /// The next 64 bits.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`; 0 when the bound is 0.
    pub fn below(&mut self, bound: u32) -> u32 {
        (((self.draw() >> 32) * u64::from(bound)) >> 32) as u32
    }

    /// A number from `low` to `high`, both possible.
    pub fn between(&mut self, low: i32, high: i32) -> i32 {
        low + self.below((high - low + 1).max(1) as u32) as i32
    }

    /// True in `per_mille` of a thousand draws.
    pub fn chance(&mut self, per_mille: u32) -> bool {
        self.below(1000) < per_mille
    }

    /// One of several; the first when there is but one.
    pub fn pick<T: Copy>(&mut self, of: &[T]) -> Option<T> {
        of.get(self.below(of.len() as u32) as usize).copied()
    }

    /// One of a fixed list.
    pub fn one<T: Copy, const N: usize>(&mut self, of: &[T; N]) -> T {
        of[self.below(N as u32) as usize]
    }

    /// Puts things into a random order.
    pub fn shuffle<T>(&mut self, things: &mut [T]) {
        for at in (1..things.len()).rev() {
            things.swap(at, self.below(at as u32 + 1) as usize);
        }
    }

    /// One of pairs (weight, thing); `otherwise` when all weights are 0.
    pub fn weighted<T: Copy>(&mut self, of: &[(u32, T)], otherwise: T) -> T {
        let mut left = self.below(of.iter().map(|(weight, _)| weight).sum());
        for (weight, thing) in of {
            if left < *weight {
                return *thing;
            }
            left -= weight;
        }
        otherwise
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sequence_is_the_published_one() {
        // Reference values of SplitMix64 for the seed 1234567.
        let mut lot = Lot(1_234_567);
        assert_eq!(lot.draw(), 6_457_827_717_110_365_317);
        assert_eq!(lot.draw(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn draws_stay_in_their_bounds() {
        let mut lot = Lot::new(1, 2);
        assert!((0..1000).all(|_| (3..=5).contains(&lot.between(3, 5))));
        assert_eq!(lot.below(0), 0);
        assert_eq!(lot.pick::<u8>(&[]), None);
        assert_eq!(lot.weighted(&[(0, 1), (3, 2)], 0), 2);
    }
}
