//! Exact rational numbers.
//!
//! Counts, days, money and shares are judged, so they are never floats.
//! A [`Number`] is a reduced fraction with a positive denominator; results that leave the range
//! saturate, because a plan may multiply but must never panic (plan-language §5, types).
//! It does not know units: those are static types of the plan language.
//! Read next: `value.rs`.

use std::cmp::Ordering;
use std::fmt;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A reduced fraction `numerator / denominator`, denominator > 0.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Number {
    numerator: i64,
    denominator: i64,
}

impl Number {
    /// Zero.
    pub const ZERO: Number = Number { numerator: 0, denominator: 1 };
    /// One.
    pub const ONE: Number = Number { numerator: 1, denominator: 1 };

    /// A whole number.
    pub const fn whole(value: i64) -> Number {
        Number { numerator: value, denominator: 1 }
    }

    /// `numerator / denominator`, reduced; `None` for a zero denominator.
    pub fn fraction(numerator: i64, denominator: i64) -> Option<Number> {
        (denominator != 0).then(|| Number::reduced(numerator.into(), denominator.into()))
    }

    /// Reduces, and saturates what no longer fits.
    fn reduced(numerator: i128, denominator: i128) -> Number {
        let sign = if denominator < 0 { -1 } else { 1 };
        let divisor = gcd(numerator.unsigned_abs(), denominator.unsigned_abs()).max(1) as i128;
        let mut top = sign * numerator / divisor;
        let mut bottom = sign * denominator / divisor;
        // Precision is given up only beyond 2^63, where no campaign counts.
        while bottom > i64::MAX as i128 {
            top /= 2;
            bottom /= 2;
        }
        let top = top.clamp(-(i64::MAX as i128), i64::MAX as i128);
        Number { numerator: top as i64, denominator: bottom.max(1) as i64 }
    }

    /// The numerator of the reduced fraction.
    pub fn numerator(self) -> i64 {
        self.numerator
    }

    /// The denominator of the reduced fraction, > 0.
    pub fn denominator(self) -> i64 {
        self.denominator
    }

    /// Whether it is a whole number.
    pub fn is_whole(self) -> bool {
        self.denominator == 1
    }

    /// The greatest whole number not above it.
    pub fn floor(self) -> i64 {
        self.numerator.div_euclid(self.denominator)
    }

    /// The smallest whole number not below it.
    pub fn ceil(self) -> i64 {
        -(-self).floor()
    }

    /// Division; `None` when the divisor is zero.
    pub fn checked_div(self, other: Number) -> Option<Number> {
        (other.numerator != 0).then(|| self / other)
    }

    /// Reads `12`, `0.5`, `-3`: digits with at most one point, no separators.
    pub fn parse(text: &str) -> Option<Number> {
        let (sign, digits) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let plain = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !plain(whole) || !plain(part) || digits.ends_with('.') {
            return None;
        }
        // 18 digits fit an i64 together; more is no amount of this world.
        if whole.len() + part.len() > 18 {
            return None;
        }
        let digits = whole.bytes().chain(part.bytes()).map(|byte| i64::from(byte - b'0'));
        let joined = digits.fold(0i64, |value, digit| value * 10 + digit);
        Number::fraction(sign * joined, 10i64.pow(part.len() as u32))
    }
}

fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        if let (Ok(a), Ok(b)) = (u64::try_from(a), u64::try_from(b)) {
            return gcd_narrow(a, b).into();
        }
        (a, b) = (b, a % b);
    }
    a
}

/// The same for what fits a word, as nearly all numbers do: dividing two words takes far longer.
fn gcd_narrow(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

impl fmt::Display for Number {
    /// `12`, `0.5`; what has no finite decimal is written as a fraction `2/3`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.denominator;
        let mut places = 0u32;
        let mut twos = 0u32;
        let mut fives = 0u32;
        while rest % 2 == 0 {
            rest /= 2;
            twos += 1;
        }
        while rest % 5 == 0 {
            rest /= 5;
            fives += 1;
        }
        places = places.max(twos).max(fives);
        if places == 0 && rest == 1 {
            return write!(f, "{}", self.numerator);
        }
        if rest != 1 || places > 15 {
            return write!(f, "{}/{}", self.numerator, self.denominator);
        }
        let scaled = self.numerator as i128 * 10i128.pow(places) / self.denominator as i128;
        let sign = if scaled < 0 { "-" } else { "" };
        let digits = format!("{:0>width$}", scaled.unsigned_abs(), width = places as usize + 1);
        let (whole, part) = digits.split_at(digits.len() - places as usize);
        write!(f, "{sign}{whole}.{part}")
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Number) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Number) -> Ordering {
        let left = self.numerator as i128 * other.denominator as i128;
        let right = other.numerator as i128 * self.denominator as i128;
        left.cmp(&right)
    }
}

impl Add for Number {
    type Output = Number;
    fn add(self, other: Number) -> Number {
        let (a, b) = (self.numerator as i128, self.denominator as i128);
        let (c, d) = (other.numerator as i128, other.denominator as i128);
        Number::reduced(a * d + c * b, b * d)
    }
}

impl Neg for Number {
    type Output = Number;
    fn neg(self) -> Number {
        Number { numerator: -self.numerator, ..self }
    }
}

impl Sub for Number {
    type Output = Number;
    fn sub(self, other: Number) -> Number {
        self + -other
    }
}

impl Mul for Number {
    type Output = Number;
    fn mul(self, other: Number) -> Number {
        let top = self.numerator as i128 * other.numerator as i128;
        Number::reduced(top, self.denominator as i128 * other.denominator as i128)
    }
}

impl Div for Number {
    type Output = Number;
    /// Division by zero gives zero; callers who must know use [`Number::checked_div`].
    fn div(self, other: Number) -> Number {
        if other.numerator == 0 {
            return Number::ZERO;
        }
        let top = self.numerator as i128 * other.denominator as i128;
        Number::reduced(top, self.denominator as i128 * other.numerator as i128)
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Number {
        Number::whole(value)
    }
}

#[cfg(test)]
mod tests {
    use super::Number;

    #[test]
    fn halves_are_written_as_decimals_and_thirds_as_fractions() {
        let show = |n, d| Number::fraction(n, d).unwrap().to_string();
        assert_eq!(show(1, 2), "0.5");
        assert_eq!(show(-3, 4), "-0.75");
        assert_eq!(show(2, 6), "1/3");
        assert_eq!(show(42, 1), "42");
    }

    #[test]
    fn text_that_is_no_number_is_refused() {
        for bad in ["", "-", "1.", ".5", "1,000", "3次", "1.2.3", "１"] {
            assert_eq!(Number::parse(bad), None, "{bad}");
        }
        assert_eq!(Number::parse("0.5"), Number::fraction(1, 2));
    }

    #[test]
    fn floor_and_ceil_agree_below_zero() {
        let half = Number::fraction(-1, 2).unwrap();
        assert_eq!((half.floor(), half.ceil()), (-1, 0));
    }
}
