//! Periods of a duty: windows tiled by calendar units (§6.4), and how early each opens (§6.6).
//!
//! Windows are already days here; joined ones are one stretch.
//! Read next: `obligation.rs`.

use facts::period::{Unit as Calendar, tile, tile_onward};
use facts::{Day, Span};
use plan::plan::{Every, Rule, Unit, When};

/// Defaults of §6.6 for 提前, in days.
const LEAD_WEEK: i32 = 3;
const LEAD_MONTH: i32 = 10;
const LEAD_MONTHS: i32 = 20;
const LEAD_LONG: i32 = 30;

/// A period with what is to be remembered of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// Its days.
    pub span: Span,
    /// Clipped by its window.
    pub partial: bool,
}

/// All periods of a 期, up to the one that holds `day` where it goes on.
pub fn periods(when: &When, day: Day) -> Vec<Period> {
    let When::Windows { every, anchor, stretches, onward } = when else { return Vec::new() };
    let whole = |span: &Span| Period { span: *span, partial: false };
    match every {
        Every::Once | Every::PerWindow => stretches.iter().map(whole).collect(),
        Every::Each(count, unit) => {
            let unit = calendar_unit(*unit);
            let last = stretches.len().saturating_sub(1);
            let tiles = stretches.iter().enumerate().flat_map(|(index, stretch)| {
                if *onward && index == last {
                    tile_onward(*stretch, *count, unit, *anchor, day)
                } else {
                    tile(*stretch, *count, unit, *anchor)
                }
            });
            tiles.map(|tile| Period { span: tile.span, partial: tile.clipped }).collect()
        }
    }
}

/// Days before the due date at which an obligation opens; `None` is the whole span.
pub fn lead(rule: &Rule) -> Option<i32> {
    if rule.lead.is_some() {
        return rule.lead;
    }
    match rule.when.as_ref()? {
        When::Rolling { .. } => None,
        When::Windows { every, .. } => Some(match every {
            Every::Each(_, Unit::CalendarDay | Unit::Days) => 0,
            Every::Each(_, Unit::Week) => LEAD_WEEK,
            Every::Each(1, Unit::Month) => LEAD_MONTH,
            Every::Each(_, Unit::Month | Unit::Quarter) => LEAD_MONTHS,
            _ => LEAD_LONG,
        }),
    }
}

fn calendar_unit(unit: Unit) -> Calendar {
    match unit {
        Unit::Week => Calendar::Week,
        Unit::Month => Calendar::Month,
        Unit::Quarter => Calendar::Quarter,
        Unit::HalfYear => Calendar::HalfYear,
        Unit::Year => Calendar::Year,
        _ => Calendar::Day,
    }
}
