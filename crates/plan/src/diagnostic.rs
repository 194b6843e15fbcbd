//! Diagnostics: what is to be said about an author's text.
//!
//! A diagnostic is data, returned beside a result; reading never fails and none hides another
//! (plan-language §5). Drawing it is `render.rs`; explaining its code is `explain.rs`.
//! An unmet duty is no diagnostic, it is a verdict.

use crate::source::Place;

/// How much it matters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// The plan cannot be used as it stands.
    Error,
    /// Worth a look before it is filed.
    Warning,
    /// A finding about the paper itself, which is given: never to be edited away.
    Note,
}

/// A marked place with a few words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    /// Where.
    pub place: Place,
    /// What is to be seen there; may be empty.
    pub text: String,
}

/// A change that would mend it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// What to replace.
    pub place: Place,
    /// By what.
    pub replacement: String,
}

/// One finding about a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// Stable code such as `E0302`; `nuanjia explain E0302` tells more.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// One terse line.
    pub message: String,
    /// The main place; `None` for findings about the whole plan.
    pub primary: Option<Label>,
    /// Other places that matter.
    pub secondary: Vec<Label>,
    /// What to do, one sentence each.
    pub help: Vec<String>,
    /// A change that would mend it.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// A finding at a place. Codes beginning with W are warnings, with F notes, else errors.
    pub fn new(code: &'static str, place: Place, message: impl Into<String>) -> Diagnostic {
        let primary = Some(Label { place, text: String::new() });
        Diagnostic { primary, ..Diagnostic::general(code, message) }
    }

    /// A finding about the whole plan.
    pub fn general(code: &'static str, message: impl Into<String>) -> Diagnostic {
        let severity = match code.as_bytes().first() {
            Some(b'W') => Severity::Warning,
            Some(b'F') => Severity::Note,
            _ => Severity::Error,
        };
        let message = message.into();
        let (secondary, help) = (Vec::new(), Vec::new());
        Diagnostic { code, severity, message, primary: None, secondary, help, fix: None }
    }

    /// Words at the main place.
    pub fn at(mut self, text: impl Into<String>) -> Diagnostic {
        if let Some(label) = &mut self.primary {
            label.text = text.into();
        }
        self
    }

    /// Another place that matters.
    pub fn and(mut self, place: Place, text: impl Into<String>) -> Diagnostic {
        self.secondary.push(Label { place, text: text.into() });
        self
    }

    /// What to do.
    pub fn help(mut self, text: impl Into<String>) -> Diagnostic {
        self.help.push(text.into());
        self
    }

    /// A change that would mend it.
    pub fn fix(mut self, place: Place, replacement: impl Into<String>) -> Diagnostic {
        self.fix = Some(Fix { place, replacement: replacement.into() });
        self
    }
}

/// Findings of one reading: so many are kept, the others are counted.
///
/// A text can hold an error in every byte; nobody reads the second hundred, and each takes more
/// memory than the byte it speaks of.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    kept: Vec<Diagnostic>,
    more: usize,
}

impl Findings {
    /// Most that are kept.
    pub(crate) const KEPT_MAX: usize = 1_000;

    /// Takes one.
    pub(crate) fn push(&mut self, found: Diagnostic) {
        if self.kept.len() < Self::KEPT_MAX {
            self.kept.push(found);
        } else {
            self.more += 1;
        }
    }

    /// Those kept, and how many others there were.
    pub(crate) fn take(self) -> (Vec<Diagnostic>, usize) {
        (self.kept, self.more)
    }

    /// How many are kept.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.kept.len()
    }
}
