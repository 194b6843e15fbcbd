//! The nearest of some names, for proposals: by characters first, then by how they sound.
//!
//! Most slips in Chinese come from the input method: another character of the same sound (走仿 for
//! 走访), or initials left standing (zf). Sounds are read one character at a time, so of several
//! readings only the commonest is known; a proposal may then be missing, never wrong by itself.
//! Read next: `resolve.rs`, which asks it.

use pinyin::ToPinyin;

/// Among more candidates none is proposed: each is compared letter by letter.
const CANDIDATES_MAX: usize = 2_000;

/// The candidate that `name` was most likely meant to be.
pub(crate) fn nearest<'a>(name: &str, candidates: &[&'a str]) -> Option<&'a str> {
    if candidates.len() > CANDIDATES_MAX {
        return None;
    }
    let sound = sound(name);
    let homophone = candidates.iter().find(|other| has_han(other) && self::sound(other) == sound);
    let homophone = homophone.filter(|_| has_han(name)).copied();
    let near = || facts::near::nearest(name, candidates.iter().copied());
    homophone.or_else(near).or_else(|| by_initials(name, candidates))
}

/// The only candidate with these initials; one letter alone says too little.
fn by_initials<'a>(name: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let wanted = initials(name);
    if wanted.len() < 2 {
        return None;
    }
    let mut found = candidates.iter().filter(|other| has_han(other) && initials(other) == wanted);
    let first = found.next();
    first.filter(|_| found.next().is_none()).copied()
}

fn has_han(text: &str) -> bool {
    text.chars().any(|c| c.to_pinyin().is_some())
}

/// Syllables without tones; other characters stand for themselves.
fn sound(text: &str) -> String {
    let one = |c: char| match c.to_pinyin() {
        Some(pinyin) => format!("{} ", pinyin.plain()),
        None => c.to_lowercase().collect(),
    };
    text.chars().map(one).collect()
}

fn initials(text: &str) -> String {
    let one = |c: char| match c.to_pinyin() {
        Some(pinyin) => pinyin.first_letter().to_string(),
        None => c.to_lowercase().collect(),
    };
    text.chars().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_of_the_input_method_finds_its_name() {
        let names = ["走读", "走访", "日记", "联系点", "慰问信", "乡级"];
        assert_eq!(nearest("走仿", &names), Some("走访"), "a character of the same sound");
        assert_eq!(nearest("联系典", &names), Some("联系点"));
        assert_eq!(nearest("lxd", &names), Some("联系点"), "initials");
        assert_eq!(nearest("未闻新", &names), Some("慰问信"), "no character is the same");
        assert_eq!(nearest("z", &names), None, "one letter is no hint");
        assert_eq!(nearest("调查报告", &names), None);
    }

    #[test]
    fn initials_of_two_names_propose_neither() {
        assert_eq!(nearest("rj", &["日记", "认捐"]), None);
        assert_eq!(nearest("vistors", &["visitors", "日记"]), Some("visitors"));
    }
}
