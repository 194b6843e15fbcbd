//! Choices that are the same on every machine: a small deterministic generator (SplitMix64).
//!
//! A law that fails for a seed must fail for it everywhere and for ever, so the numbers come from
//! a few lines of our own and not from a library whose sequence may change.
//! It is not random in any sense that matters to secrets. Read next: `world.rs`.

use std::fmt::Display;

use facts::Day;

/// A sequence of choices, given by its seed alone.
#[derive(Clone, Debug)]
pub struct Draw {
    state: u64,
}

impl Draw {
    /// The sequence of a seed.
    pub fn new(seed: u64) -> Draw {
        Draw { state: seed }
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A whole number from `first` to `last`, both included.
    pub fn between(&mut self, first: i32, last: i32) -> i32 {
        let width = (i64::from(last) - i64::from(first) + 1).max(1) as u64;
        first + (self.bits() % width) as i32
    }

    /// True in so many cases of a hundred.
    pub fn chance(&mut self, percent: i32) -> bool {
        self.between(1, 100) <= percent
    }

    /// One of several; there must be one.
    pub fn pick<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        &among[self.between(0, among.len() as i32 - 1) as usize]
    }

    /// The text in so many cases of a hundred, else an empty one.
    pub fn maybe(&mut self, percent: i32, text: impl Display) -> String {
        if self.chance(percent) { text.to_string() } else { String::new() }
    }

    /// A day between two (the first, when they are in the wrong order); half of the time one at
    /// which a rule turns.
    pub fn day(&mut self, first: Day, last: Day) -> Day {
        let last = last.max(first);
        let any = first + self.between(0, last - first);
        if self.chance(50) {
            return any;
        }
        let month = any.month();
        let edge = match self.between(0, 4) {
            0 => month.first_day(),
            1 => month.last_day(),
            2 => month.first_day() + self.between(-2, 2),
            3 => month.last_day() + self.between(-3, 3),
            _ => *self.pick(&edges()),
        };
        edge.clamp(first, last)
    }

    /// Puts a list into another order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.between(0, last as i32) as usize);
        }
    }
}

/// Days at which phases, limits and holidays turn.
fn edges() -> Vec<Day> {
    let text = [
        "2012-01-01",
        "2012-03-31",
        "2012-04-01",
        "2012-04-20",
        "2012-04-21",
        "2012-04-30",
        "2012-05-01",
        "2012-05-31",
        "2012-06-30",
        "2012-07-06",
        "2012-07-09",
        "2012-08-31",
        "2012-09-07",
        "2012-09-08",
        "2012-09-29",
        "2012-09-30",
        "2012-10-01",
        "2012-10-08",
        "2012-12-15",
        "2012-12-31",
        "2013-01-01",
        "2013-01-08",
    ];
    text.iter().filter_map(|day| Day::parse(day)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_choices_for_ever() {
        let mut draw = Draw::new(1234567);
        let bits = [draw.bits(), draw.bits(), draw.bits()];
        // The first values that the published algorithm gives for this seed.
        assert_eq!(bits, [6457827717110365317, 3203168211198807973, 9817491932198370423]);
    }
}
