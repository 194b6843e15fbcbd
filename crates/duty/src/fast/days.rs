//! Days in sixteen bits: an offset from a base a hundred years before the plan's term.
//!
//! Indexes hold a day per record, so its size is their size. What lies before the base is held as
//! the base, which no window reaches; "open" keeps a value of its own.
//! It is no second calendar: all arithmetic on days is done before they come here.

use facts::Day;

/// A day as an offset.
pub type Short = u16;

/// Never, and open.
pub const OPEN: Short = Short::MAX;

/// Days before the term that can be told apart.
const REACH_BACK: i32 = 36_500;

/// The base from which days count.
#[derive(Clone, Copy, Debug)]
pub struct Days {
    base: i32,
}

impl Days {
    /// Days around a term that begins on this day.
    pub fn around(first: Day) -> Days {
        Days { base: first.0 - REACH_BACK }
    }

    /// The offset of a day, cut at both ends.
    pub fn short(self, day: Day) -> Short {
        if day >= Day::MAX {
            return OPEN;
        }
        (day.0 - self.base).clamp(0, i32::from(OPEN) - 1) as Short
    }

    /// The day of an offset.
    pub fn long(self, short: Short) -> Day {
        match short {
            OPEN => Day::MAX,
            short => Day(self.base + i32::from(short)),
        }
    }
}
