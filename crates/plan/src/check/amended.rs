//! W0431 and W0432: 修订 that reach back, or ask more of what is already under way.
//!
//! People plan by the paper they have. A change of the past needs somebody above the issuer; one
//! that tightens open obligations is allowed, but its author shall see it.
//! Whose paper 据 names is told by its number: 机关代字 other than the plan's own, or, without a
//! number, by a body of the province or above. It cannot tell a county's paper from a superior's.
//! Read next: `thresholds.rs`.

use facts::{Day, Number, Value};

use crate::diagnostic::Diagnostic;
use crate::expr::{CompareOp, Expr, ExprKind, Type};
use crate::plan::{Amendment, Applies, Due, Override, Plan, Rule, Test, When};
use crate::source::Place;

/// Bodies that stand above a city, for papers named without their number.
const ABOVE: [&str; 7] = ["全国", "中央", "国务院", "国办", "国家", "省", "自治区"];

/// Findings about each 修订, in order of their days.
pub(super) fn amendments(plan: &Plan) -> Vec<Diagnostic> {
    let mut rules: Vec<Option<Rule>> = plan.clauses.iter().map(|c| c.rule.clone()).collect();
    let mut found = Vec::new();
    for amendment in &plan.amendments {
        let Some(Some(rule)) = rules.get_mut(amendment.clause) else { continue };
        let id = plan.clauses.get(amendment.clause).map_or("", |clause| clause.id.as_str());
        if amendment.applies == Applies::All && !is_from_above(plan, &amendment.basis) {
            found.push(reaches_back(amendment, id));
        }
        if amendment.applies != Applies::NotStarted {
            let tighter = tightened(rule, &amendment.change);
            found.extend(tighter.map(|tighter| under_way(amendment, id, tighter)));
        }
        rule.apply(&amendment.change);
    }
    found
}

fn reaches_back(amendment: &Amendment, id: &str) -> Diagnostic {
    let message = format!("{id} 的修订适用 全部，所据的不是上级的文件：{}", amendment.basis);
    let found = Diagnostic::new("W0431", amendment.place, message);
    found.help("改为 适用 未开始 或 未到期；要改已经到期的，据 上级的文件（写明文号）")
}

/// How a change asks for more, and where the earlier demand stands.
struct Tighter {
    words: String,
    place: Option<Place>,
}

fn under_way(amendment: &Amendment, id: &str, tighter: Tighter) -> Diagnostic {
    let message = format!("{id} 的修订对已经开始的也生效：{}", tighter.words);
    let found = Diagnostic::new("W0432", amendment.place, message);
    let found = match tighter.place {
        Some(place) => found.and(place, "原来的要求"),
        None => found,
    };
    found.help("改为 适用 未开始，或确认各地来得及")
}

fn is_from_above(plan: &Plan, basis: &str) -> bool {
    let own = code_word(&plan.number);
    match code_word(basis) {
        Some(code) => own != Some(code),
        None => {
            let issuer = plan.issuer.as_ref().map_or("", |(_, name)| name.as_str());
            ABOVE.iter().any(|body| basis.contains(body) && !issuer.contains(body))
        }
    }
}

/// 机关代字: the characters right before 〔year〕.
fn code_word(text: &str) -> Option<&str> {
    let (before, _) = text.split_once(['〔', '[', '［', '【'])?;
    let han = |c: char| ('\u{4e00}'..='\u{9fa5}').contains(&c);
    let word = before.rsplit(|c: char| !han(c)).next()?;
    (!word.is_empty()).then_some(word)
}

fn tightened(rule: &Rule, change: &Override) -> Option<Tighter> {
    match change {
        Override::Must(test) => higher(rule.must.as_ref()?, test),
        Override::Due(due) => earlier(rule, due),
        _ => None,
    }
}

/// A part of 须 that asks for more than before, or that was not there.
fn higher(old: &Test, new: &Test) -> Option<Tighter> {
    new.parts.iter().find_map(|part| {
        let target = number(&part.target)?;
        let mut same = old.parts.iter().filter(|other| other.count == part.count);
        let Some(before) = same.find(|other| is_lower(other.op) == is_lower(part.op)) else {
            let words = "多了一项要求".to_string();
            return Some(Tighter { words, place: old.parts.first().map(|p| p.target.place) });
        };
        let was = number(&before.target)?;
        let more = if is_lower(part.op) { target > was } else { target < was };
        let words = format!("{} 改为 {}", amount(&before.target), amount(&part.target));
        more.then_some(Tighter { words, place: Some(before.target.place) })
    })
}

fn earlier(rule: &Rule, new: &Due) -> Option<Tighter> {
    let place = rule.due.as_ref().map(|due| due.value.place);
    let old = rule.due.as_ref().map(|due| &due.value);
    if let Some(day) = constant_day(&new.value) {
        let was = old.map_or_else(|| last_day(rule), constant_day)?;
        let words = format!("限期由 {} 提前到 {}", shown(was), shown(day));
        return (day < was).then_some(Tighter { words, place });
    }
    let ExprKind::Shift { day, amount, unit } = &new.value.kind else { return None };
    let ExprKind::Shift { day: old_day, amount: old_amount, unit: old_unit } = &old?.kind else {
        return None;
    };
    let (now, was) = (number(amount)?, number(old_amount)?);
    let shorter = unit == old_unit && day.says_same(old_day) && now < was;
    let words = format!("期限由 {was} 缩短为 {now}");
    shorter.then_some(Tighter { words, place })
}

/// The day a duty owed once is due by default.
fn last_day(rule: &Rule) -> Option<Day> {
    match &rule.when {
        Some(When::Windows { every: crate::plan::Every::Once, stretches, .. }) => {
            stretches.last().map(|stretch| stretch.last)
        }
        _ => None,
    }
}

fn is_lower(op: CompareOp) -> bool {
    matches!(op, CompareOp::Greater | CompareOp::GreaterOrEqual | CompareOp::Equal)
}

fn number(value: &Expr) -> Option<Number> {
    match &value.kind {
        ExprKind::Constant(Value::Number(number)) => Some(*number),
        _ => None,
    }
}

/// A number as an author writes it.
fn amount(value: &Expr) -> String {
    match number(value) {
        Some(share) if value.ty == Type::Share => format!("{}%", share * Number::whole(100)),
        number => number.map(|number| number.to_string()).unwrap_or_default(),
    }
}

fn constant_day(value: &Expr) -> Option<Day> {
    match &value.kind {
        ExprKind::Constant(Value::Day(day)) => Some(*day),
        _ => None,
    }
}

fn shown(day: Day) -> String {
    let (year, month, date) = day.ymd();
    format!("{year}-{month:02}-{date:02}")
}
