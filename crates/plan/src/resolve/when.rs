//! 期: windows become stretches of days; and lengths in days and minutes.
//!
//! Windows joined by `+` that touch are one stretch; those that do not are kept apart.
//! How a stretch is cut into periods is `facts::period`, not here.
//! Read next: `clause.rs`.

use facts::Span;

use super::types::unit_word;
use super::{Resolver, Scope, Symbol};
use crate::diagnostic::Diagnostic;
use crate::expr::{Type, Unit};
use crate::plan::When;
use crate::tree::{self, Quantity, Word};

impl Resolver<'_> {
    /// 期.
    pub(crate) fn when(&mut self, scope: &mut Scope, when: &tree::When) -> Option<When> {
        match when {
            tree::When::Windows { every, anchor, windows, onward } => {
                let mut stretches = Vec::new();
                for joined in windows {
                    stretches.extend(self.stretch(joined));
                }
                if stretches.is_empty() {
                    return None;
                }
                let anchor = anchor.map(|anchor| anchor.value);
                Some(When::Windows { every: *every, anchor, stretches, onward: *onward })
            }
            tree::When::Rolling { length, from } => {
                let days = self.length(length)?;
                let from = from.as_ref().map(|node| {
                    let value = self.value(scope, node);
                    if !matches!(value.ty, Type::Day | Type::Unknown) {
                        let ty = value.ty.clone();
                        self.mismatch(node.place, &Type::Day, &ty);
                    }
                    value
                });
                Some(When::Rolling { length: days, unit: length.unit, from })
            }
        }
    }

    /// Windows joined by `+`, touching ones made one.
    fn stretch(&mut self, words: &[Word]) -> Vec<Span> {
        let mut spans: Vec<Span> = words.iter().filter_map(|word| self.window(word)).collect();
        spans.sort_by_key(|span| (span.first, span.last));
        let mut joined: Vec<Span> = Vec::new();
        for span in spans {
            match joined.last_mut() {
                Some(last) if span.first.0 <= last.last.0.saturating_add(1) => {
                    last.last = last.last.max(span.last);
                }
                _ => joined.push(span),
            }
        }
        joined
    }

    fn window(&mut self, word: &Word) -> Option<Span> {
        let wanted = |symbol| matches!(symbol, Symbol::Period(_));
        match self.symbol_of(&word.text, wanted) {
            Some(Symbol::Period(index)) => self.plan.periods.get(index).map(|period| period.span),
            _ => {
                self.unknown_symbol(word, "时段", wanted);
                None
            }
        }
    }

    /// A positive whole length of a calendar unit.
    fn length(&mut self, quantity: &Quantity) -> Option<i32> {
        let unit = quantity.unit;
        if unit == Unit::Hour {
            self.report(Diagnostic::new("E0190", quantity.place, "按小时滚动还没有做"));
            return None;
        }
        let whole = quantity.amount.is_whole() && (1..=10_000).contains(&quantity.amount.floor());
        if !whole || matches!(unit, Unit::Minute | Unit::Percent) {
            let message = format!("滚动的长度不能用 {}，也要是正整数", unit_word(unit));
            let found = Diagnostic::new("E0302", quantity.place, message);
            self.report(found.help("例如 滚动 7日"));
            return None;
        }
        i32::try_from(quantity.amount.floor()).ok()
    }

    /// 提前, in days.
    pub(crate) fn lead(&mut self, quantity: &Quantity) -> Option<i32> {
        let per = match quantity.unit {
            Unit::Days | Unit::CalendarDay => 1,
            Unit::Week => 7,
            other => {
                let message = format!("提前 用 日 或 周，不用 {}", unit_word(other));
                self.report(Diagnostic::new("E0302", quantity.place, message));
                return None;
            }
        };
        let amount = i32::try_from(quantity.amount.floor().clamp(0, 10_000)).ok()?;
        Some(amount * per)
    }

    /// 耗, in minutes.
    pub(crate) fn effort(&mut self, quantity: &Quantity) -> Option<facts::Number> {
        match quantity.unit {
            Unit::Minute => Some(quantity.amount),
            other => {
                let message = format!("耗 用 分，不用 {}", unit_word(other));
                self.report(Diagnostic::new("E0302", quantity.place, message).help("例如 60分"));
                None
            }
        }
    }
}
