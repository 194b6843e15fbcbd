//! W0541: a word that two readers understand in two ways, quoted without saying which is meant.
//!
//! Whether 以上 includes, when 及时 is over, where 一年 begins: a 解, a 注 or a 源 of the clause
//! answers it. A 陈述 demands nothing, so its words may stay vague.
//! Read next: `pieces.rs`.

use crate::diagnostic::Diagnostic;
use crate::plan::{Clause, Plan, RuleKind};
use crate::source::{Place, Sources};
use crate::tree::Origin;

/// Words that leave open how much, how many or when.
const WORDS: [&str; 9] = ["以上", "以下", "左右", "尽快", "及时", "较为", "一批", "部分", "一年"];
/// What stands before 前 when it means a day, and not a place.
const DAY_ENDS: [char; 9] = ['日', '月', '旬', '底', '年', '末', '周', '季', '天'];
/// How far 次 may stand behind its 每, in characters.
const EVERY_REACH: usize = 20;

/// One finding per clause.
pub(super) fn vague(plan: &Plan, sources: &Sources) -> Vec<Diagnostic> {
    let open = plan.clauses.iter().filter(|c| c.kind != RuleKind::Statement && !is_explained(c));
    open.filter_map(|clause| one(clause, sources)).collect()
}

fn is_explained(clause: &Clause) -> bool {
    let origin = clause.rule.as_ref().is_some_and(|rule| {
        rule.origin != Origin::Text || !rule.origin_text.is_empty() || !rule.part_origins.is_empty()
    });
    origin || !clause.axes.is_empty() || !clause.notes.is_empty()
}

fn one(clause: &Clause, sources: &Sources) -> Option<Diagnostic> {
    let quotes = clause.quotes.iter().map(|(_, place)| *place);
    let words: Vec<(Place, String)> =
        quotes.flat_map(|place| words_in(place, sources.slice(place))).collect();
    let ((place, word), others) = words.split_first()?;
    let message = format!("{} 引了“{word}”，没有说怎么理解", clause.id);
    let mut found = Diagnostic::new("W0541", *place, message);
    for (place, _) in others {
        found = found.and(*place, "");
    }
    Some(found.help("用 解 列出几种读法，或用 源 解释、注 说明按什么算"))
}

fn words_in(place: Place, text: &str) -> Vec<(Place, String)> {
    let mut found = Vec::new();
    for (at, c) in text.char_indices() {
        let rest = text.get(at..).unwrap_or("");
        let word = WORDS.iter().find(|word| rest.starts_with(**word)).map(|w| (*w).to_string());
        let before = text.get(..at).and_then(|t| t.chars().next_back());
        let word = word.or_else(|| match c {
            '前' if before.is_some_and(|b| DAY_ENDS.contains(&b)) => Some("前".into()),
            '每' => how_often(rest),
            _ => None,
        });
        if let Some(word) = word {
            let byte = |n: usize| place.start.saturating_add(u32::try_from(n).unwrap_or(0));
            found.push((Place { start: byte(at), end: byte(at + word.len()), ..place }, word));
        }
    }
    found
}

/// 每…次: how the times are spread is not said.
fn how_often(rest: &str) -> Option<String> {
    let within = |c: &char| !matches!(c, '，' | '。' | '；' | '、' | '"');
    let reach: String = rest.chars().take(EVERY_REACH).take_while(within).collect();
    let end = reach.rfind('次')?;
    let word = reach.get(..end + '次'.len_utf8())?;
    (word.chars().count() > 2).then(|| word.to_string())
}
