//! The days of the season: the year of the campaign, its workdays, its months.
//!
//! The season played is that of 2012, from April to December, because the paper that is rehearsed
//! is of that year. Judging knows none of these days: they stand here and in the plan only.
//! Read next: `making.rs`.

use facts::{Calendar, Day, Month, Span, UnknownYear};

/// The year of the season.
const YEAR: i32 = 2012;
/// Records of a season lie before this; workdays are asked for up to here.
const WORKDAYS_UNTIL: Day = on(12, 31);
/// 2012-01-01.
const YEAR_FIRST: i32 = 15_340;
/// Days before each month of a leap year.
const BEFORE_MONTH: [i32; 12] = [0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335];

/// First day of the season.
pub const FIRST: Day = on(4, 1);
/// Last day of the season.
pub const LAST: Day = on(12, 31);
/// The day since which the registry is known.
pub const REGISTRY_KNOWN: Day = on(1, 4);

/// A day of the season's year.
pub const fn on(month: usize, day: i32) -> Day {
    Day(YEAR_FIRST + BEFORE_MONTH[month - 1] + day - 1)
}

/// A stretch of days of the season's year, month and day of each end.
pub const fn span(first: (usize, i32), last: (usize, i32)) -> Span {
    Span { first: on(first.0, first.1), last: on(last.0, last.1) }
}

/// A month of the season's year.
pub const fn month(number: i32) -> Month {
    Month(YEAR * 12 + number - 1)
}

/// Which days of the season's year are worked.
#[derive(Clone, Debug)]
pub struct Days {
    works: Vec<bool>,
}

impl Days {
    /// By a calendar that must know the year.
    pub fn of(calendar: &Calendar) -> Result<Days, UnknownYear> {
        let year = Span { first: Day(YEAR_FIRST), last: WORKDAYS_UNTIL };
        Ok(Days {
            works: year.days().map(|day| calendar.is_workday(day)).collect::<Result<_, _>>()?,
        })
    }

    /// Whether one works on it; days outside the year are not worked.
    pub fn is_workday(&self, day: Day) -> bool {
        usize::try_from(day.0 - YEAR_FIRST).is_ok_and(|at| self.works.get(at) == Some(&true))
    }

    /// The day itself when it is worked, else the next one that is; never beyond the season.
    pub fn workday_from(&self, day: Day) -> Day {
        let mut at = day;
        while !self.is_workday(at) && at < LAST {
            at = at.next();
        }
        at
    }

    /// The n-th workday after a day; never beyond the season.
    pub fn workdays_after(&self, day: Day, n: i32) -> Day {
        (0..n).fold(day, |at, _| if at < LAST { self.workday_from(at.next()) } else { at })
    }

    /// The workdays of a stretch.
    pub fn workdays(&self, span: Span) -> Vec<Day> {
        span.days().filter(|day| self.is_workday(*day)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_the_year_are_those_of_the_calendar() {
        assert_eq!(on(1, 1).to_string(), "2012-01-01");
        assert_eq!(
            (FIRST.to_string(), LAST.to_string()),
            ("2012-04-01".into(), "2012-12-31".into())
        );
        assert_eq!(month(9).to_string(), "2012-09");
    }

    #[test]
    fn the_golden_week_is_not_worked() {
        let days = Days::of(&Calendar::builtin()).unwrap();
        assert_eq!(days.workday_from(on(9, 30)), on(10, 8));
        assert_eq!(days.workdays_after(on(9, 28), 2), on(10, 8));
        assert_eq!(days.workdays(span((5, 1), (5, 31))).len(), 22);
    }
}
