//! Checks that need organisations or workdays (plan-language §7, 1, 4, 5).
//!
//! What a text alone tells is checked in `plan::check`; here its rules are laid over a calendar and
//! a base folder: do the figures come out, can the deadlines be kept, is there anybody who owes.
//! Checked is the plan before amendments: deadlines under every reading, all else as it is
//! official. Everything is a diagnostic, data about the author's text; nobody's work is judged.
//! Read next: `check/deadlines.rs`.

mod crowded;
mod deadlines;
mod dues;
mod early_use;
mod figures;
mod otherwise;
mod readings;
mod sets;
mod subjects;
#[cfg(test)]
mod tests;

use facts::World;
use plan::check::listed;
use plan::diagnostic::Diagnostic;
use plan::plan::Plan;

use crate::verdict::{Question, Trouble};
use crate::view::View;

pub use figures::{figures, quotas};
pub use readings::{ReadingChange, readings};

/// W0340, E0510 and W0721 to W0724; and the trouble, where a year without workdays was met.
///
/// A day of such a year is taken for a workday, so that findings may be lacking but none is wrong:
/// a mistyped year must not hide what there is to say about it.
pub fn deadlines(plan: &Plan, world: &World) -> (Vec<Diagnostic>, Option<Trouble>) {
    let Some(term) = plan.term else { return (Vec::new(), None) };
    let view = View::new(plan, world, &Question::as_of(term.last));
    let others = otherwise::otherwise(plan);
    let (dated, read) = (dues::all(&view), dues::otherwise(&view, &others));
    let mut found = deadlines::partial(&view);
    found.extend(deadlines::before_the_period(&view, &dated, &read));
    found.extend(deadlines::on_a_day_off(&view, &dated, &read));
    found.extend(deadlines::after_the_term(&view, &dated, &read));
    found.extend(deadlines::begun_too_late(&view, &others));
    found.extend(early_use::early_use(&view, &dated));
    found.extend(crowded::crowded(&view, &dated));
    let trouble = view.trouble();
    (listed(found), trouble)
}

/// W0731, W0732 and W0735.
pub fn subjects(plan: &Plan, world: &World) -> Vec<Diagnostic> {
    let Some(term) = plan.term else { return Vec::new() };
    let view = View::new(plan, world, &Question::as_of(term.last));
    let mut found = subjects::nobody(&view, term);
    found.extend(subjects::levels_not_named(&view));
    found.extend(subjects::without_duty(&view, term));
    listed(found)
}
