//! `nuanjia explain E0302`: what a code means, a case that earns it and one that does not.
//!
//! The texts are for office staff who write plans, not for programmers. Codes are stable: one that
//! was published keeps its meaning. There is a table per family of codes, in `explain/`.
//! Drawing single findings is `render.rs`.

mod conflicts;
mod meaning;
mod names;
mod official;
mod paper;
mod privacy;
mod readings;
mod schedule;
mod words;

#[cfg(test)]
mod tests;

use std::fmt;

/// A code in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// `E0302`.
    pub code: &'static str,
    /// Its name in one line.
    pub title: &'static str,
    /// A paragraph: what is wrong, why it matters, what to do.
    pub text: &'static str,
    /// A line that earns it.
    pub bad: &'static str,
    /// The same, mended.
    pub good: &'static str,
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Explanation { code, title, text, bad, good } = self;
        write!(f, "{code}：{title}\n\n{text}\n\n错：{}\n对：{}", Case(bad), Case(good))
    }
}

/// A case of several lines stands below its word.
struct Case(&'static str);

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.contains('\n') {
            true => self.0.lines().try_for_each(|line| write!(f, "\n    {line}")),
            false => f.write_str(self.0),
        }
    }
}

/// The explanation of a code.
pub fn explain(code: &str) -> Option<Explanation> {
    all().find(|e| e.code.eq_ignore_ascii_case(code)).copied()
}

/// All explanations, by code.
pub fn all() -> impl Iterator<Item = &'static Explanation> {
    TABLES.iter().copied().flatten()
}

const TABLES: &[&[Explanation]] = &[
    paper::TABLE,
    words::TABLE,
    names::TABLE,
    meaning::TABLE,
    readings::TABLE,
    schedule::TABLE,
    privacy::TABLE,
    conflicts::TABLE,
    official::TABLE,
];

const fn entry(
    code: &'static str,
    title: &'static str,
    text: &'static str,
    bad: &'static str,
    good: &'static str,
) -> Explanation {
    Explanation { code, title, text, bad, good }
}
