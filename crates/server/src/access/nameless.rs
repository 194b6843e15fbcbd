//! How many rows of the audit a minute of unknown askers may fill.
//!
//! Every decision is kept, and each is written through to the disk; so without a bound whoever
//! knocks long enough fills the disk and slows everybody down. Of unknown askers as many a minute
//! are kept by themselves as a whole city's forgotten passwords make; of the others the number is
//! kept. Whoever is known is always kept by herself.
//! Read next: `door.rs`.

use store::people::MINUTE;

/// Rows of unknown askers kept one by one in a minute.
const ROWS_MAX: u32 = 600;

/// The count of the running minute.
#[derive(Default)]
pub struct Nameless {
    minute: i64,
    rows: u32,
    left_out: u32,
}

/// What is to be done with one more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OneMore {
    /// Whether it is kept by itself.
    pub kept: bool,
    /// How many of an earlier minute were not, if that has not been told yet.
    pub left_out: u32,
}

impl Nameless {
    /// Counts one more at a moment.
    pub fn one_more(&mut self, now: i64) -> OneMore {
        let minute = now.div_euclid(MINUTE);
        let mut left_out = 0;
        if minute != self.minute {
            left_out = self.left_out;
            *self = Nameless { minute, ..Nameless::default() };
        }
        let kept = self.rows < ROWS_MAX;
        let counted = if kept { &mut self.rows } else { &mut self.left_out };
        *counted = counted.saturating_add(1);
        OneMore { kept, left_out }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_keeps_so_many_rows_and_the_next_one_tells_the_rest() {
        let mut nameless = Nameless::default();
        let kept = (0..1_000).filter(|_| nameless.one_more(MINUTE).kept).count();
        assert_eq!(kept, 600);
        assert_eq!(nameless.one_more(2 * MINUTE), OneMore { kept: true, left_out: 400 });
        assert_eq!(nameless.one_more(2 * MINUTE), OneMore { kept: true, left_out: 0 });
    }
}
