//! How many findings of one code are listed, and how many places one of them marks.
//!
//! A plan pasted together, or a paper of a thousand numerals, earns thousands of findings of one
//! kind. Nobody reads the second hundred, and drawing each costs more than finding it. What is left
//! out is counted, and said in one line.
//! Read next: `../check.rs`.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;

/// Findings of one code that are listed: some screens, and nobody mends more before checking anew.
pub const LISTED_MAX: usize = 100;
/// Places that one finding marks beside its own: as many clauses as a long paper has.
pub const PLACES_MAX: usize = 100;

/// The first of each code, each with its first places; behind the last of a code how many more.
pub fn listed(found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    found.iter().for_each(|one| *counts.entry(one.code).or_default() += 1);
    let mut seen: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut kept = Vec::with_capacity(found.len().min(LISTED_MAX * counts.len()));
    for one in found {
        let number = seen.entry(one.code).or_default();
        *number += 1;
        let all = counts.get(one.code).copied().unwrap_or_default();
        if *number > LISTED_MAX {
            continue;
        }
        let more = (*number == LISTED_MAX && all > LISTED_MAX).then(|| left_out(&one, all));
        kept.push(marked(one));
        kept.extend(more);
    }
    kept
}

fn left_out(last: &Diagnostic, all: usize) -> Diagnostic {
    let message = format!("同样的还有 {} 处，没有列出", all - LISTED_MAX);
    let more = Diagnostic::general(last.code, message).help("先改前面的，再检查一次");
    Diagnostic { severity: last.severity, ..more }
}

fn marked(mut one: Diagnostic) -> Diagnostic {
    let more = one.secondary.len().saturating_sub(PLACES_MAX);
    if more > 0 {
        one.secondary.truncate(PLACES_MAX);
        one.help.insert(0, format!("另有 {more} 处没有标出"));
    }
    one
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Severity;
    use crate::source::{FileId, Place};

    const HERE: Place = Place { file: FileId(0), start: 0, end: 1 };

    fn some(code: &'static str, count: usize) -> Vec<Diagnostic> {
        (0..count).map(|number| Diagnostic::new(code, HERE, number.to_string())).collect()
    }

    #[test]
    fn a_hundred_of_a_code_are_listed_and_the_others_counted() {
        assert_eq!(listed(some("W0521", LISTED_MAX)).len(), LISTED_MAX);
        let mixed: Vec<Diagnostic> =
            some("W0521", 250).into_iter().chain(some("F-05", 3)).collect();
        let kept = listed(mixed);
        assert_eq!(kept.len(), LISTED_MAX + 1 + 3);
        let last = &kept[LISTED_MAX];
        assert_eq!(last.message, "同样的还有 150 处，没有列出");
        assert_eq!((last.code, last.severity), ("W0521", Severity::Warning));
    }

    #[test]
    fn places_beyond_a_hundred_are_counted_in_the_help() {
        let one = Diagnostic::new("F-05", HERE, "台帐").help("改");
        let one = (0..130).fold(one, |one, _| one.and(HERE, ""));
        let kept = listed(vec![one]);
        assert_eq!(kept[0].secondary.len(), PLACES_MAX);
        assert_eq!(kept[0].help, ["另有 30 处没有标出", "改"]);
    }
}
