//! Tiling stretches of days by calendar units.
//!
//! A duty that recurs (每月, 每2月, 每周) owes once per tile of its window (plan-language §6.4).
//! Weeks run Monday to Sunday; months, quarters, half-years and years are those of the calendar.
//! Tiles are clipped at the ends of the stretch and say so, because the checker warns of it
//! (W0340).
//! It knows nothing of duties, windows or rolling periods.
//! Read next: `calendar.rs`.

use crate::day::{Day, Month, Span};

/// A calendar unit.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Unit {
    /// 日.
    Day,
    /// 周, Monday to Sunday.
    Week,
    /// 月.
    Month,
    /// 季, beginning in January, April, July or October.
    Quarter,
    /// 半年, beginning in January or July.
    HalfYear,
    /// 年.
    Year,
}

/// One period of a stretch.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tile {
    /// Its days, inside the stretch.
    pub span: Span,
    /// Whether the calendar's period is longer than that.
    pub clipped: bool,
}

impl Unit {
    /// Running number of the unit that holds the day.
    fn number(self, day: Day) -> i32 {
        match self {
            Unit::Day => day.0,
            // Day 0, 1970-01-01, was a Thursday.
            Unit::Week => (day.0 + 3).div_euclid(7),
            _ => day.month().0.div_euclid(self.months()),
        }
    }

    /// First day of the unit with this running number.
    fn first_day(self, number: i32) -> Day {
        match self {
            Unit::Day => Day(number),
            Unit::Week => Day(number * 7 - 3),
            _ => Month(number * self.months()).first_day(),
        }
    }

    fn months(self) -> i32 {
        match self {
            Unit::Day | Unit::Week | Unit::Month => 1,
            Unit::Quarter => 3,
            Unit::HalfYear => 6,
            Unit::Year => 12,
        }
    }
}

/// The periods of `every` units each that the stretch falls into, clipped at its ends.
///
/// Groups of more than one unit count from the unit of `anchor`, else from the stretch's first;
/// they are counted in both directions, so an anchor inside the stretch loses none of its days.
pub fn tile(stretch: Span, every: u32, unit: Unit, anchor: Option<Day>) -> Vec<Tile> {
    tiles(stretch, every, unit, anchor, stretch.last)
}

/// Like [`tile`], but the periods go on after the stretch (续) up to the one that holds `until`.
///
/// The last period is never clipped: a period that runs over the end of the stretch is the same
/// one whatever day is asked for.
pub fn tile_onward(
    stretch: Span,
    every: u32,
    unit: Unit,
    anchor: Option<Day>,
    until: Day,
) -> Vec<Tile> {
    let reach = Span { last: stretch.last.max(until), ..stretch };
    tiles(reach, every, unit, anchor, Day::MAX)
}

/// Periods that touch `reach`, clipped at its first day and at `end`.
fn tiles(reach: Span, every: u32, unit: Unit, anchor: Option<Day>, end: Day) -> Vec<Tile> {
    // No period is longer than the days there are; this keeps the arithmetic in range.
    let every = every.clamp(1, 4_000) as i32;
    let base = unit.number(anchor.unwrap_or(reach.first));
    let mut number = base + (unit.number(reach.first) - base).div_euclid(every) * every;
    let mut found = Vec::new();
    while !reach.is_empty() && unit.first_day(number) <= reach.last {
        let whole =
            Span { first: unit.first_day(number), last: unit.first_day(number + every).previous() };
        let span = Span { first: whole.first.max(reach.first), last: whole.last.min(end) };
        found.push(Tile { span, clipped: span != whole });
        number += every;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(tiles: &[Tile]) -> Vec<String> {
        let mark = |tile: &Tile| if tile.clipped { "*" } else { "" };
        tiles.iter().map(|tile| format!("{}{}", tile.span, mark(tile))).collect()
    }

    fn span(text: &str) -> Span {
        Span::parse(text).unwrap()
    }

    #[test]
    fn months_are_clipped_at_both_ends() {
        let tiles = tile(span("2012-04-10..2012-06-15"), 1, Unit::Month, None);
        let expected =
            ["2012-04-10..2012-04-30*", "2012-05-01..2012-05-31", "2012-06-01..2012-06-15*"];
        assert_eq!(show(&tiles), expected);
    }

    #[test]
    fn every_second_month_counts_from_the_anchor_or_the_first_month() {
        let stretch = span("2012-04-01..2012-07-31");
        let free = tile(stretch, 2, Unit::Month, None);
        assert_eq!(show(&free), ["2012-04-01..2012-05-31", "2012-06-01..2012-07-31"]);
        let anchored = tile(stretch, 2, Unit::Month, Day::parse("2012-05-01"));
        let expected =
            ["2012-04-01..2012-04-30*", "2012-05-01..2012-06-30", "2012-07-01..2012-07-31*"];
        assert_eq!(show(&anchored), expected);
    }

    #[test]
    fn weeks_run_from_monday_and_cross_months() {
        // 2012-05-28 was a Monday.
        let tiles = tile(span("2012-05-30..2012-06-10"), 1, Unit::Week, None);
        assert_eq!(show(&tiles), ["2012-05-30..2012-06-03*", "2012-06-04..2012-06-10"]);
    }

    #[test]
    fn quarters_and_half_years_are_those_of_the_calendar() {
        let stretch = span("2012-05-01..2012-12-31");
        let quarters = tile(stretch, 1, Unit::Quarter, None);
        assert_eq!(quarters[0].span, span("2012-05-01..2012-06-30"));
        assert_eq!(quarters.len(), 3);
        let halves = tile(stretch, 1, Unit::HalfYear, None);
        assert_eq!(show(&halves), ["2012-05-01..2012-06-30*", "2012-07-01..2012-12-31"]);
        let years = tile(stretch, 1, Unit::Year, None);
        assert_eq!(show(&years), ["2012-05-01..2012-12-31*"]);
    }

    #[test]
    fn onward_periods_go_to_the_one_that_holds_the_day() {
        let stretch = span("2012-11-15..2012-12-15");
        let until = Day::parse("2013-02-03").unwrap();
        let tiles = tile_onward(stretch, 1, Unit::Month, None, until);
        assert_eq!(show(&tiles)[0], "2012-11-15..2012-11-30*");
        assert_eq!(show(&tiles)[1], "2012-12-01..2012-12-31");
        assert_eq!(tiles.last().unwrap().span, span("2013-02-01..2013-02-28"));
        let early = tile_onward(stretch, 1, Unit::Month, None, Day::parse("2012-11-20").unwrap());
        assert_eq!(early, tiles[..2]);
    }

    #[test]
    fn tiles_cover_each_day_of_the_stretch_once() {
        let stretch = span("2012-01-05..2013-03-09");
        for unit in [Unit::Day, Unit::Week, Unit::Month, Unit::Quarter, Unit::HalfYear, Unit::Year]
        {
            for every in [1, 2, 3, 5] {
                for anchor in [None, Day::parse("2012-08-20")] {
                    let days = tile(stretch, every, unit, anchor);
                    assert!(days.iter().flat_map(|t| t.span.days()).eq(stretch.days()));
                }
            }
        }
    }
}
