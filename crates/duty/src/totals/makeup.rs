//! How a count came about: `8 × 2`, `1 + 7 + 3 + 92`.
//!
//! Whoever reads a figure wants to see at a glance what it is made of; a bare sum tells nothing.
//! It keeps groups of equal parts and their order, nothing else.

use std::fmt;

use facts::Number;

/// More groups than this explain nothing any more.
const GROUPS_MAX: usize = 6;

/// Equal parts with how often each occurs, in the order they first occur.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Makeup {
    groups: Vec<(i64, Number)>,
}

impl Makeup {
    /// Of parts that add up to the count.
    pub fn of(parts: impl IntoIterator<Item = Number>) -> Makeup {
        let mut groups: Vec<(i64, Number)> = Vec::new();
        for part in parts {
            match groups.iter_mut().find(|(_, each)| *each == part) {
                Some((count, _)) => *count += 1,
                None => groups.push((1, part)),
            }
        }
        Makeup { groups }
    }

    /// Of members that fall into kinds, each kind a group of its own.
    pub fn of_kinds(counts: impl IntoIterator<Item = i64>) -> Makeup {
        Makeup { groups: counts.into_iter().map(|count| (count, Number::ONE)).collect() }
    }

    /// All parts together.
    pub fn sum(&self) -> Number {
        let each = self.groups.iter().map(|(count, each)| Number::whole(*count) * *each);
        each.fold(Number::ZERO, |sum, one| sum + one)
    }
}

impl fmt::Display for Makeup {
    /// Empty where it would only repeat the figure, or would not fit in a line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = |(count, each): &(i64, Number)| *count == 1 || *each == Number::ONE;
        let told = match self.groups.as_slice() {
            [] => false,
            [only] => !plain(only),
            groups => groups.len() <= GROUPS_MAX,
        };
        for (index, (count, each)) in self.groups.iter().enumerate().filter(|_| told) {
            let plus = if index == 0 { "" } else { " + " };
            match (*count, *each) {
                (count, Number::ONE) => write!(f, "{plus}{count}")?,
                (1, each) => write!(f, "{plus}{each}")?,
                (count, each) => write!(f, "{plus}{count} × {each}")?,
            }
        }
        Ok(())
    }
}
