//! Civil days, months and spans.
//!
//! Everything in Nuanjia is judged by local days of one zone (plan-language §6.1): there is no
//! time of day and no zone in the core. A [`Day`] is the number of days since 1970-01-01.
//! The clock is not here: the day asked for is always an argument.
//! Read next: `calendar.rs` for workdays.

use std::fmt;
use std::ops::{Add, Sub};

/// First year a day may lie in; before it no record of ours exists.
const YEAR_MIN: i32 = 1900;
/// Last year a day may lie in; keeps month arithmetic far from overflow.
const YEAR_MAX: i32 = 2199;

/// A civil day, counted from 1970-01-01.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Day(pub i32);

impl Day {
    /// 1900-01-01, standing for "since ever".
    pub const MIN: Day = Day(-25_567);
    /// 2199-12-31, standing for "open".
    pub const MAX: Day = Day(84_005);

    /// The day of a calendar date; `None` when there is none, such as 2012-02-30.
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Day> {
        let valid = (YEAR_MIN..=YEAR_MAX).contains(&year) && (1..=12).contains(&month);
        (valid && day >= 1 && day <= days_in_month(year, month))
            .then(|| Day(days_from_civil(year, month, day)))
    }

    /// Year, month 1–12, day of month.
    pub fn ymd(self) -> (i32, u32, u32) {
        civil_from_days(self.0)
    }

    /// The calendar year.
    pub fn year(self) -> i32 {
        self.ymd().0
    }

    /// The month that holds this day.
    pub fn month(self) -> Month {
        let (year, month, _) = self.ymd();
        Month(year * 12 + month as i32 - 1)
    }

    /// 0 = Monday … 6 = Sunday.
    pub fn weekday(self) -> u32 {
        (self.0 + 3).rem_euclid(7) as u32
    }

    /// The Monday on or before this day.
    pub fn monday(self) -> Day {
        Day(self.0 - self.weekday() as i32)
    }

    /// The next day.
    pub fn next(self) -> Day {
        Day(self.0 + 1)
    }

    /// The day before.
    pub fn previous(self) -> Day {
        Day(self.0 - 1)
    }

    /// `months` later, clamped to the month's end: 01-31 + 1 month = 02-28 or 02-29.
    pub fn add_months(self, months: i32) -> Day {
        let (_, _, day) = self.ymd();
        let month = self.month() + months;
        let last = month.last_day();
        Day((month.first_day().0 + day as i32 - 1).min(last.0))
    }

    /// Reads `2012-05-31`, strictly ten characters.
    pub fn parse(text: &str) -> Option<Day> {
        let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text.as_bytes() else { return None };
        let year = digits(&[y1, y2, y3, y4])? as i32;
        Day::from_ymd(year, digits(&[m1, m2])?, digits(&[d1, d2])?)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl Add<i32> for Day {
    type Output = Day;
    fn add(self, days: i32) -> Day {
        Day(self.0.saturating_add(days).clamp(Day::MIN.0, Day::MAX.0))
    }
}

impl Sub<Day> for Day {
    type Output = i32;
    fn sub(self, other: Day) -> i32 {
        self.0 - other.0
    }
}

/// A calendar month, counted as `year * 12 + month - 1`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Month(pub i32);

impl Month {
    /// The month of a year, 1–12.
    pub fn from_ym(year: i32, month: u32) -> Option<Month> {
        ((YEAR_MIN..=YEAR_MAX).contains(&year) && (1..=12).contains(&month))
            .then(|| Month(year * 12 + month as i32 - 1))
    }

    /// Its first day.
    pub fn first_day(self) -> Day {
        Day(days_from_civil(self.0.div_euclid(12), self.0.rem_euclid(12) as u32 + 1, 1))
    }

    /// Its last day.
    pub fn last_day(self) -> Day {
        (self + 1).first_day().previous()
    }

    /// Reads `2012-05`.
    pub fn parse(text: &str) -> Option<Month> {
        let bytes = text.as_bytes();
        if bytes.len() != 7 || bytes[4] != b'-' {
            return None;
        }
        Month::from_ym(digits(&bytes[0..4])? as i32, digits(&bytes[5..7])?)
    }
}

impl Add<i32> for Month {
    type Output = Month;
    fn add(self, months: i32) -> Month {
        Month(self.0 + months)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0.div_euclid(12), self.0.rem_euclid(12) + 1)
    }
}

/// Days from `first` to `last`, both inclusive.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Span {
    /// First day.
    pub first: Day,
    /// Last day; never before `first` in a span that was read.
    pub last: Day,
}

impl Span {
    /// A span; `None` when it would end before it begins.
    pub fn new(first: Day, last: Day) -> Option<Span> {
        (first <= last).then_some(Span { first, last })
    }

    /// Whether the day lies in it.
    pub fn contains(self, day: Day) -> bool {
        self.first <= day && day <= self.last
    }

    /// The days both share.
    pub fn intersect(self, other: Span) -> Option<Span> {
        Span::new(self.first.max(other.first), self.last.min(other.last))
    }

    /// Number of days.
    pub fn len(self) -> i32 {
        self.last - self.first + 1
    }

    /// Never true for a span that was read.
    pub fn is_empty(self) -> bool {
        self.last < self.first
    }

    /// Every day of it, in order.
    pub fn days(self) -> impl Iterator<Item = Day> {
        (self.first.0..=self.last.0).map(Day)
    }

    /// Reads `2012-05-01..2012-06-30`, with `/` in place of `..` too.
    pub fn parse(text: &str) -> Option<Span> {
        let (first, last) = text.split_once("..").or_else(|| text.split_once('/'))?;
        Span::new(Day::parse(first)?, Day::parse(last)?)
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.first, self.last)
    }
}

#[inline]
fn digits(bytes: &[u8]) -> Option<u32> {
    bytes.iter().try_fold(0u32, |value, byte| {
        byte.is_ascii_digit().then(|| value * 10 + u32::from(byte - b'0'))
    })
}

fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01, by counting years from March so that the leap day comes last.
fn days_from_civil(year: i32, month: u32, day: u32) -> i32 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let march_month = (month as i32 + 9) % 12;
    let day_of_year = (153 * march_month + 2) / 5 + day as i32 - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The inverse of [`days_from_civil`].
fn civil_from_days(days: i32) -> (i32, u32, u32) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = year_of_era + era * 400 + i32::from(month <= 2);
    (year, month as u32, day as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_three_centuries_survives_the_round_trip() {
        for number in Day::MIN.0..=Day::MAX.0 {
            let (year, month, day) = Day(number).ymd();
            assert_eq!(Day::from_ymd(year, month, day), Some(Day(number)));
        }
    }

    #[test]
    fn dates_that_do_not_exist_are_refused() {
        for bad in ["2012-02-30", "2011-02-29", "2012-13-01", "2012-1-01", "20120101", ""] {
            assert_eq!(Day::parse(bad), None, "{bad}");
        }
        assert!(Day::parse("2012-02-29").is_some());
    }

    #[test]
    fn adding_a_month_clamps_to_the_month_end() {
        let day = Day::parse("2012-01-31").unwrap();
        assert_eq!(day.add_months(1).to_string(), "2012-02-29");
        assert_eq!(day.add_months(-2).to_string(), "2011-11-30");
    }

    #[test]
    fn the_eighteenth_of_september_2012_was_a_tuesday() {
        assert_eq!(Day::parse("2012-09-18").unwrap().weekday(), 1);
    }
}
