//! The calendar of workdays.
//!
//! Monday to Friday are workdays, but for holidays and with make-up workdays, year by year. A year
//! without an entry is unknown: asking for it is an error, never a guess (plan-language §6.1).
//! The built-in table `data/workdays.csv` covers 2012–2026; its source is the PyPI package
//! `chinesecalendar` (MIT licence), checked by counting: 2012 has 249 workdays.
//! It does not read files: whoever has another table hands in its entries.
//! Read next: `period.rs`.

use std::collections::BTreeMap;
use std::fmt;

use crate::day::{Day, Span};

/// What makes a day differ from its weekday.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DayKind {
    /// A day off, whatever its weekday.
    Holiday,
    /// A Saturday or Sunday on which one works.
    MakeupWorkday,
}

impl DayKind {
    /// Reads `holiday` or `makeup_workday`.
    pub fn parse(text: &str) -> Option<DayKind> {
        match text {
            "holiday" => Some(DayKind::Holiday),
            "makeup_workday" => Some(DayKind::MakeupWorkday),
            _ => None,
        }
    }
}

/// The workday table says nothing about this year.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct UnknownYear(pub i32);

impl fmt::Display for UnknownYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "工作日表里没有 {} 年；请在 workdays.csv 里补上这一年", self.0)
    }
}

impl std::error::Error for UnknownYear {}

/// Workdays of the known years.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Calendar {
    years: BTreeMap<i32, Year>,
}

/// One known year; `before[i]` counts the workdays among its first `i` days.
#[derive(Clone, Debug, PartialEq)]
struct Year {
    first: Day,
    before: Vec<u16>,
}

impl Calendar {
    /// The table that comes with Nuanjia, 2012–2026.
    pub fn builtin() -> Calendar {
        let lines = include_str!("../data/workdays.csv").lines().skip(1);
        Calendar::from_entries(lines.filter_map(|line| {
            let mut cells = line.split(',');
            Some((Day::parse(cells.next()?)?, DayKind::parse(cells.next()?)?))
        }))
    }

    /// A calendar of these exceptions; a year is known when it has at least one.
    pub fn from_entries(entries: impl IntoIterator<Item = (Day, DayKind)>) -> Calendar {
        let mut exceptions: BTreeMap<i32, BTreeMap<Day, DayKind>> = BTreeMap::new();
        for (day, kind) in entries {
            exceptions.entry(day.year()).or_default().insert(day, kind);
        }
        let years = exceptions.into_iter();
        Calendar {
            years: years.filter_map(|(year, days)| Some((year, Year::new(year, &days)?))).collect(),
        }
    }

    /// The known years, in order.
    pub fn years(&self) -> impl Iterator<Item = i32> {
        self.years.keys().copied()
    }

    /// Whether one works on this day.
    pub fn is_workday(&self, day: Day) -> Result<bool, UnknownYear> {
        let year = self.year(day.year())?;
        let index = (day - year.first) as usize;
        Ok(year.before[index + 1] > year.before[index])
    }

    /// The `n`-th workday after `day`; before it when `n` is negative, `day` itself when it is 0.
    pub fn add_workdays(&self, day: Day, n: i32) -> Result<Day, UnknownYear> {
        let step = n.signum();
        let mut left = n.abs();
        let mut at = day;
        while left > 0 {
            // Not `+`, which stops at the last day there is: the end must be an unknown year.
            at = Day(at.0 + step);
            if self.is_workday(at)? {
                left -= 1;
            }
        }
        Ok(at)
    }

    /// The day itself when it is a workday, else the first one after it.
    pub fn next_workday(&self, day: Day) -> Result<Day, UnknownYear> {
        if self.is_workday(day)? { Ok(day) } else { self.add_workdays(day, 1) }
    }

    /// How many workdays lie in the span; every year it touches must be known.
    pub fn workdays_in(&self, span: Span) -> Result<i64, UnknownYear> {
        if span.is_empty() {
            return Ok(0);
        }
        let mut total = 0;
        for number in span.first.year()..=span.last.year() {
            let year = self.year(number)?;
            let length = year.before.len() as i32 - 1;
            let from = (span.first - year.first).max(0) as usize;
            let to = (span.last - year.first + 1).min(length) as usize;
            total += i64::from(year.before[to]) - i64::from(year.before[from]);
        }
        Ok(total)
    }

    fn year(&self, number: i32) -> Result<&Year, UnknownYear> {
        self.years.get(&number).ok_or(UnknownYear(number))
    }
}

impl Year {
    fn new(year: i32, exceptions: &BTreeMap<Day, DayKind>) -> Option<Year> {
        let first = Day::from_ymd(year, 1, 1)?;
        let last = Day::from_ymd(year, 12, 31)?;
        let mut before = vec![0u16];
        let mut count = 0;
        for day in (Span { first, last }).days() {
            let works = match exceptions.get(&day) {
                Some(kind) => *kind == DayKind::MakeupWorkday,
                None => day.weekday() < 5,
            };
            count += u16::from(works);
            before.push(count);
        }
        Some(Year { first, before })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn count(span: &str) -> Result<i64, UnknownYear> {
        Calendar::builtin().workdays_in(Span::parse(span).unwrap())
    }

    #[test]
    fn the_builtin_table_is_read_whole() {
        let rows = include_str!("../data/workdays.csv").lines().skip(1);
        for row in rows.clone() {
            let mut cells = row.split(',');
            assert!(Day::parse(cells.next().unwrap()).is_some(), "{row}");
            assert!(DayKind::parse(cells.next().unwrap()).is_some(), "{row}");
        }
        assert_eq!(rows.count(), 512);
        assert!(Calendar::builtin().years().eq(2012..=2026));
    }

    #[test]
    fn workdays_of_2012_are_those_counted_by_hand() {
        assert_eq!(count("2012-01-01..2012-12-31"), Ok(249));
        assert_eq!(count("2012-04-01..2012-12-31"), Ok(188));
        assert_eq!(count("2012-05-01..2012-05-31"), Ok(22));
    }

    #[test]
    fn counting_agrees_with_looking_at_each_day() {
        let calendar = Calendar::builtin();
        let span = Span::parse("2012-11-17..2014-02-20").unwrap();
        let each = span.days().filter(|d| calendar.is_workday(*d).unwrap()).count();
        assert_eq!(calendar.workdays_in(span), Ok(each as i64));
    }

    #[test]
    fn a_missing_year_is_an_error_and_never_a_guess() {
        let calendar = Calendar::builtin();
        assert_eq!(count("2011-12-31..2012-01-02"), Err(UnknownYear(2011)));
        assert_eq!(calendar.is_workday(day("2027-03-01")), Err(UnknownYear(2027)));
        assert_eq!(calendar.add_workdays(day("2026-12-31"), 1), Err(UnknownYear(2027)));
        assert!(Calendar::default().add_workdays(Day::MAX, 1).is_err());
    }

    #[test]
    fn workdays_are_added_over_holidays_and_make_up_days() {
        let calendar = Calendar::builtin();
        // Golden Week 2012: 09-29 (Saturday) was worked, 09-30 to 10-07 were off.
        assert_eq!(calendar.add_workdays(day("2012-09-28"), 1), Ok(day("2012-09-29")));
        assert_eq!(calendar.add_workdays(day("2012-09-28"), 2), Ok(day("2012-10-08")));
        assert_eq!(calendar.add_workdays(day("2012-10-08"), -1), Ok(day("2012-09-29")));
        assert_eq!(calendar.add_workdays(day("2012-10-01"), 0), Ok(day("2012-10-01")));
        assert_eq!(calendar.next_workday(day("2012-10-01")), Ok(day("2012-10-08")));
        assert_eq!(calendar.next_workday(day("2012-10-08")), Ok(day("2012-10-08")));
    }
}
