//! How large a rehearsal is: how many organisations, people and households, how many cities.
//!
//! `city` is a prefecture as it is; `tiny` the same machinery for looking at by eye. Numbers here
//! are of the play, not of any paper.
//! Read next: `people.rs`.

use std::ops::RangeInclusive;

/// Size of one city's season.
#[derive(Clone, Debug)]
pub struct Scale {
    /// Counties at most.
    pub counties: usize,
    /// Townships of a county at most.
    pub townships: usize,
    /// Villages of a township at most.
    pub villages: usize,
    /// Leaders of a city's or county's body.
    pub leaders: RangeInclusive<i32>,
    /// Its office cadres.
    pub office: RangeInclusive<i32>,
    /// Cadres of a township.
    pub township_cadres: RangeInclusive<i32>,
    /// Households of a village that are on file.
    pub households: RangeInclusive<i32>,
    /// Households with a tag, of a thousand.
    pub tagged: u32,
    /// Villages with a Women's Home, of a thousand.
    pub homes: u32,
    /// Trips of a township cadre in a month.
    pub township_trips: RangeInclusive<i32>,
    /// Poor mothers a county aims at.
    pub poor_mothers: i32,
}

/// What `--size` names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Size {
    /// A dozen cadres, two townships.
    Tiny,
    /// One city as it is.
    City,
    /// Seventeen cities.
    Province,
    /// Three hundred and forty cities.
    Nation,
}

impl Size {
    /// Reads `tiny`, `city`, `province` or `nation`.
    pub fn parse(text: &str) -> Option<Size> {
        match text {
            "tiny" => Some(Size::Tiny),
            "city" => Some(Size::City),
            "province" => Some(Size::Province),
            "nation" => Some(Size::Nation),
            _ => None,
        }
    }

    /// How many cities it has.
    pub fn cities(self) -> usize {
        match self {
            Size::Tiny | Size::City => 1,
            Size::Province => 17,
            Size::Nation => 340,
        }
    }

    /// The scale of each of them.
    pub fn scale(self) -> Scale {
        if self == Size::Tiny { Scale::tiny() } else { Scale::city() }
    }
}

impl Scale {
    /// A prefecture: all organisations of the base, about 1,200 cadres.
    pub fn city() -> Scale {
        Scale {
            counties: usize::MAX,
            townships: usize::MAX,
            villages: usize::MAX,
            leaders: 5..=7,
            office: 8..=12,
            township_cadres: 9..=13,
            households: 8..=18,
            tagged: 115,
            homes: 60,
            township_trips: 4..=9,
            poor_mothers: 10,
        }
    }

    /// One county with two townships and a dozen cadres.
    pub fn tiny() -> Scale {
        Scale {
            counties: 1,
            townships: 2,
            villages: 6,
            leaders: 2..=2,
            office: 2..=2,
            township_cadres: 2..=2,
            households: 14..=20,
            tagged: 250,
            homes: 400,
            township_trips: 2..=4,
            ..Scale::city()
        }
    }

    /// Three small counties, on which tests look at everything a city has.
    pub fn small() -> Scale {
        Scale {
            counties: 3,
            townships: 3,
            villages: 4,
            households: 8..=12,
            leaders: 3..=4,
            office: 3..=4,
            township_cadres: 3..=4,
            ..Scale::tiny()
        }
    }
}
