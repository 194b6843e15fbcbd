//! E0350: what is marked 原文 must stand in the paper.
//!
//! Numbers of 须 and 限 are looked for in the 引, in Arabic or Chinese numerals; days must be the
//! end of a window. 0, 1, 100% and 是 need no number. A letter after a clause id shares its
//! sentence. Read next: `clause.rs`.

use facts::{Day, Number, Value};

use super::Resolver;
use crate::diagnostic::Diagnostic;
use crate::expr::{Expr, ExprKind, Type};
use crate::plan::Rule;
use crate::source::Place;
use crate::tree::{Origin, OriginPart};

impl Resolver<'_> {
    /// Compares a rule's numbers with the words it quotes.
    pub(crate) fn check_origin(&mut self, index: usize, rule: &Rule) {
        if self.plan.paper.is_none() {
            return;
        }
        let quotes = self.quotes(index);
        let mut missing: Vec<(Place, String)> = Vec::new();
        if origin_of(rule, OriginPart::Must) == Origin::Text {
            let targets = rule.must.iter().flat_map(|test| &test.parts).map(|part| &part.target);
            targets.for_each(|target| unquoted(target, &quotes, &mut missing));
        }
        if origin_of(rule, OriginPart::Due) == Origin::Text {
            let steps = rule.steps.iter().filter_map(|step| step.due.as_ref()).map(|(e, _)| e);
            let dues = rule.due.iter().map(|due| &due.value).chain(steps);
            for due in dues {
                unquoted(due, &quotes, &mut missing);
                self.odd_days(due, &mut missing);
            }
        }
        let id = self.plan.clauses.get(index).map(|clause| clause.id.clone()).unwrap_or_default();
        for (place, what) in missing {
            let message = format!("{id} 标为原文，但“{what}”不在引文里");
            let found = Diagnostic::new("E0350", place, message);
            let found = found.help("源 建议 \"……\"（只作提示，不计入）");
            self.report(found.help("或 源 解释 \"……\"（计入并标明）"));
        }
    }

    /// The clause's 引, and those of the clause whose sentence it shares.
    fn quotes(&self, index: usize) -> String {
        let Some(clause) = self.plan.clauses.get(index) else { return String::new() };
        let base = clause.id.trim_end_matches(|c: char| c.is_ascii_lowercase());
        let shared = self.plan.clauses.iter().filter(|other| other.id == base);
        let all = shared.chain([clause]).flat_map(|clause| &clause.quotes);
        all.map(|(text, _)| text.as_str()).collect::<Vec<_>>().join("\n")
    }

    /// Days that are no window's end.
    fn odd_days(&self, due: &Expr, missing: &mut Vec<(Place, String)>) {
        let ends = self.plan.periods.iter().map(|period| period.span.last);
        let ends: Vec<Day> = ends.chain(self.plan.term.map(|term| term.last)).collect();
        due.walk(&mut |part| {
            if let ExprKind::Constant(Value::Day(day)) = &part.kind
                && !ends.contains(day)
            {
                let (year, month, date) = day.ymd();
                missing.push((part.place, format!("{year}-{month:02}-{date:02}")));
            }
        });
    }
}

fn origin_of(rule: &Rule, part: OriginPart) -> Origin {
    let own = rule.part_origins.iter().find(|(other, _, _)| *other == part);
    own.map_or(rule.origin, |(_, origin, _)| *origin)
}

/// Numbers of an expression that the words do not hold.
fn unquoted(value: &Expr, quotes: &str, missing: &mut Vec<(Place, String)>) {
    value.walk(&mut |part| {
        let ExprKind::Constant(Value::Number(number)) = &part.kind else { return };
        let percent = part.ty == Type::Share;
        let number = if percent { *number * Number::whole(100) } else { *number };
        let whole = Number::whole(100);
        let free = number == Number::ZERO
            || (!percent && number == Number::ONE)
            || (percent && number == whole);
        if !free && !holds_number(quotes, number) {
            missing.push((part.place, format!("{number}{}", if percent { "%" } else { "" })));
        }
    });
}

/// Whether a text holds a number, in either kind of numerals.
pub(crate) fn holds_number(text: &str, number: Number) -> bool {
    numbers_in(text).contains(&number)
}

/// All numbers of a text, in order.
pub(crate) fn numbers_in(text: &str) -> Vec<Number> {
    let mut found = Vec::new();
    let mut run = String::new();
    let mut arabic = false;
    for c in text.chars().chain(['\n']) {
        let digit = c.is_ascii_digit() || (c == '.' && arabic && !run.is_empty());
        let chinese = chinese_digit(c).is_some() || chinese_unit(c).is_some();
        let goes_on = if arabic { digit } else { chinese };
        if !run.is_empty() && !goes_on {
            found.extend(read_run(run.trim_end_matches('.'), arabic));
            run.clear();
        }
        if digit || chinese {
            arabic = if run.is_empty() { digit } else { arabic };
            run.push(c);
        }
        if c == '半' {
            found.extend(Number::fraction(1, 2));
        }
    }
    found
}

fn read_run(run: &str, arabic: bool) -> Option<Number> {
    if arabic {
        return Number::parse(run);
    }
    let (mut total, mut pending) = (0i64, None);
    for c in run.chars().take(12) {
        match (chinese_digit(c), chinese_unit(c)) {
            (Some(digit), _) => pending = Some(digit),
            (None, Some(unit)) => {
                total = total.saturating_add(pending.take().unwrap_or(1).saturating_mul(unit));
            }
            (None, None) => {}
        }
    }
    Some(Number::whole(total.saturating_add(pending.unwrap_or(0))))
}

fn chinese_digit(c: char) -> Option<i64> {
    const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    let digit = DIGITS.iter().position(|digit| *digit == c);
    match c {
        '两' | '双' => Some(2),
        '〇' => Some(0),
        _ => digit.and_then(|digit| i64::try_from(digit).ok()),
    }
}

fn chinese_unit(c: char) -> Option<i64> {
    match c {
        '十' => Some(10),
        '百' => Some(100),
        '千' => Some(1000),
        _ => None,
    }
}
