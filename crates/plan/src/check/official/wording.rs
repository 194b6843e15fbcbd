//! Body of a paper: heading levels and words that have a standard form (F-03 F-05 F-06 F-07).
//!
//! Read next: `head.rs`.

use super::page::{Line, Page};
use super::{Finding, Spot};

/// F-03: 一、 then （一） then 1. then （1）, none skipped.
pub(super) fn headings(page: &Page) -> Finding {
    let mut spots = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for line in &page.lines {
        let Some(mark) = Mark::of(line) else { continue };
        let place = page.place(line, 0, mark.length);
        let Some(level) = mark.level else {
            spots.extend(place.map(|place| Spot::new(place, "不是标题的序号")));
            continue;
        };
        open.retain(|other| *other < level);
        // A text may begin at any level, and go up as it likes, but not skip one going down.
        let right = open.last().map_or(level, |parent| parent + 1);
        if level > right {
            let right = number_at(right, mark.number);
            spots.extend(place.map(|place| match right {
                Some(right) => Spot::mended(place, right),
                None => Spot::new(place, "跳了一级"),
            }));
        } else if let (Some(place), true, Some(right)) =
            (place, mark.narrow, number_at(level, mark.number))
        {
            spots.push(Spot::mended(place, right));
        }
        open.push(level);
    }
    Finding {
        code: "F-03",
        message: "标题的层次依次用 一、（一）1.（1），不跳级，不用“一是”作标题",
        help: "“一、”之下用“（一）”，再下用“1.”",
        spots,
    }
}

/// What a line begins with when it is a heading.
struct Mark {
    /// Depth from 0; `None` for 一是, which is no level.
    level: Option<usize>,
    number: usize,
    /// Characters of the mark.
    length: usize,
    /// Brackets of half width.
    narrow: bool,
}

impl Mark {
    fn of(line: &Line) -> Option<Mark> {
        let chars = &line.chars;
        let bracket = chars.first().filter(|c| matches!(c, '（' | '(')).copied();
        let start = usize::from(bracket.is_some());
        let rest = chars.get(start..)?;
        let arabic = rest.first()?.is_ascii_digit();
        let belongs = |c: &char| if arabic { c.is_ascii_digit() } else { CHINESE.contains(*c) };
        let digits: String = rest.iter().take_while(|c| belongs(c)).collect();
        let count = digits.chars().count();
        let number = crate::resolve::numbers_in(&digits).first()?.floor();
        let behind = rest.get(count).copied()?;
        let level = match (bracket, arabic, behind) {
            (None, false, '、') => Some(0),
            (Some(_), false, '）' | ')') => Some(1),
            (None, true, '.' | '．' | '、') => Some(2),
            (Some(_), true, '）' | ')') => Some(3),
            (None, false, '是') => None,
            _ => return None,
        };
        // 1.5 is a number, not a heading.
        if level == Some(2) && rest.get(count + 1).is_some_and(char::is_ascii_digit) {
            return None;
        }
        let narrow = bracket == Some('(') || (bracket.is_some() && behind == ')');
        let number = usize::try_from(number).ok()?;
        Some(Mark { level, number, length: start + count + 1, narrow })
    }
}

const CHINESE: &str = "一二三四五六七八九十";

/// The mark of a level.
fn number_at(level: usize, number: usize) -> Option<String> {
    let digit = |n: usize| CHINESE.chars().nth(n.checked_sub(1)?);
    let chinese = || -> Option<String> {
        Some(match number {
            1..=10 => digit(number)?.to_string(),
            11..=19 => format!("十{}", digit(number - 10)?),
            _ => return None,
        })
    };
    Some(match level {
        0 => format!("{}、", chinese()?),
        1 => format!("（{}）", chinese()?),
        2 => format!("{number}."),
        _ => format!("（{number}）"),
    })
}

/// F-05.
pub(super) fn ledger(page: &Page) -> Finding {
    Finding {
        code: "F-05",
        message: "“台帐”的规范写法是“台账”",
        help: "改为“台账”",
        spots: page.find("台帐").map(|place| Spot::mended(place, "台账")).collect(),
    }
}

/// F-06.
pub(super) fn report(page: &Page) -> Finding {
    Finding {
        code: "F-06",
        message: "“报导”的规范写法是“报道”",
        help: "改为“报道”",
        spots: page.find("报导").map(|place| Spot::mended(place, "报道")).collect(),
    }
}

/// F-07: an Arabic numeral takes a point.
pub(super) fn numerals(page: &Page) -> Finding {
    let mut spots = Vec::new();
    for line in &page.lines {
        let digits = line.chars.iter().take_while(|c| c.is_ascii_digit()).count();
        if digits > 0 && line.chars.get(digits) == Some(&'、') {
            let number: String = line.chars.iter().take(digits).collect();
            let place = page.place(line, 0, digits + 1);
            spots.extend(place.map(|place| Spot::mended(place, format!("{number}."))));
        }
    }
    Finding {
        code: "F-07", message: "阿拉伯数字的序号后面用“.”，不用“、”", help: "写成 1.", spots
    }
}
