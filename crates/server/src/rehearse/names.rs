//! Names and numbers of people who do not exist.
//!
//! Surnames by weight and given names from the list that lies beside the base registry; identity
//! numbers under the prefix 371699, which no division ever had, with the right check digit, so
//! that a check of the digit can be tested and nobody can be meant.
//! Read next: `plans/base/sources/README.md`.

use facts::Day;
use serde_json::Value;

use super::base::Base;
use super::cell::Cell;

/// The list, as it lies in the project (MIT, see its README).
const LIST: &str = include_str!("../../../../plans/base/sources/names_faker_zh_CN.json");
/// A prefix of six digits that was never assigned.
const PREFIX_UNASSIGNED: &str = "371699";
/// Surnames taken from the list; the rare ones behind them make names look invented.
const SURNAMES_MAX: usize = 100;
/// How finely a weight such as 7.17 is kept.
const WEIGHT_SCALE: u32 = 100;

/// All that turns numbers into texts.
pub struct Names<'a> {
    /// The registry, for ids of organisations.
    pub base: &'a Base,
    /// What every id of a cloned city begins with.
    pub prefix: String,
    surnames: Vec<(u32, String)>,
    given: [Vec<String>; 2],
}

impl<'a> Names<'a> {
    /// Names of a base; a list that cannot be read gives everybody the same name.
    pub fn new(base: &'a Base, prefix: String) -> Names<'a> {
        let list: Value = serde_json::from_str(LIST).unwrap_or_default();
        let texts = |key: &str| -> Vec<String> {
            let items = list[key].as_array().map(Vec::as_slice).unwrap_or_default();
            items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect()
        };
        let weighted = list["surnames_weighted"].as_array().map(Vec::as_slice).unwrap_or_default();
        let mut sum = 0;
        let surnames = weighted.iter().take(SURNAMES_MAX).filter_map(|pair| {
            sum += hundredths(&pair[1].to_string()).max(1);
            Some((sum, pair[0].as_str()?.to_owned()))
        });
        let surnames = surnames.collect();
        Names { base, prefix, surnames, given: [texts("male_given"), texts("female_given")] }
    }

    fn text(&self, name: Name) -> String {
        let sum = self.surnames.last().map_or(1, |(sum, _)| *sum);
        let at = (name.draw >> 12) % sum;
        let place = self.surnames.partition_point(|(until, _)| *until <= at);
        let surname = self.surnames.get(place).map_or("某", |(_, surname)| surname);
        let given = &self.given[usize::from(name.woman)];
        let given = given.get((name.draw & 0xFFF) as usize % given.len().max(1));
        format!("{surname}{}", given.map_or("某", String::as_str))
    }
}

/// `7.17` as 717, without a float.
fn hundredths(text: &str) -> u32 {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let whole: u32 = whole.parse().unwrap_or(0);
    let part: u32 = format!("{part:0<2}").get(..2).and_then(|two| two.parse().ok()).unwrap_or(0);
    whole * WEIGHT_SCALE + part
}

/// A name by number.
#[derive(Clone, Copy, Debug)]
pub struct Name {
    /// Which one.
    pub draw: u32,
    /// A woman's.
    pub woman: bool,
}

impl Cell for Name {
    fn cell(&self, names: &Names<'_>) -> String {
        names.text(*self)
    }
}

/// What a household is called, after whoever heads it.
#[derive(Clone, Copy, Debug)]
pub struct HouseName(pub Name);

impl Cell for HouseName {
    fn cell(&self, names: &Names<'_>) -> String {
        format!("{}家", names.text(self.0))
    }
}

/// An impossible identity number, or none.
#[derive(Clone, Copy, Debug)]
pub struct IdNumber {
    /// Day of birth.
    pub birth: Day,
    /// The three digits of the order of registration; even for a woman. 0 = no number.
    pub serial: u16,
}

impl Cell for IdNumber {
    fn cell(&self, _: &Names<'_>) -> String {
        if self.serial == 0 {
            return String::new();
        }
        let (year, month, day) = self.birth.ymd();
        let body = format!("{PREFIX_UNASSIGNED}{year:04}{month:02}{day:02}{:03}", self.serial);
        let check = check_digit(&body);
        format!("{body}{check}")
    }
}

/// The check digit of GB 11643: weights are powers of two modulo 11.
pub fn check_digit(body: &str) -> char {
    let weighted = body.bytes().rev().enumerate().map(|(place, digit)| {
        let weight = (1u32 << (place + 1)) % 11;
        u32::from(digit.wrapping_sub(b'0')) * weight
    });
    let rest = weighted.sum::<u32>() % 11;
    match (12 - rest) % 11 {
        10 => 'X',
        digit => char::from(b'0' + digit as u8),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_digit_is_that_of_the_standard() {
        // The example of GB 11643 itself.
        assert_eq!(check_digit("11010519491231002"), 'X');
        assert_eq!(check_digit("44052418800101001"), '4');
    }

    #[test]
    fn weights_are_read_without_a_float() {
        assert_eq!([hundredths("7.17"), hundredths("7.0"), hundredths("0.5")], [717, 700, 50]);
    }
}
