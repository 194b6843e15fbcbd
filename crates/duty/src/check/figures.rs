//! E0550, W0550 and E0530: figures that do not come out.
//!
//! A wrong figure under the official reading is an error. That another reading gives another
//! figure is only worth knowing: it shows what hangs on the choice.
//! Read next: `../totals.rs`, which counts.

use facts::World;
use plan::check::listed;
use plan::diagnostic::{Diagnostic, Severity};
use plan::plan::{Clause, Plan};

use crate::element::Frame;
use crate::totals::{Broken, Cause, FigureResult, TotalResult};
use crate::verdict::Question;
use crate::view::View;

/// Findings about totals as counted, and about what would break them.
pub fn figures(plan: &Plan, totals: &[TotalResult], broken: &[Broken]) -> Vec<Diagnostic> {
    let wrong = totals.iter().filter(|total| total.agrees == Some(false)).map(wrong);
    let mut found: Vec<Diagnostic> = wrong.collect();
    for (clause, _) in plan.clauses.iter().enumerate() {
        let options = broken.iter().filter(|broken| option_of(broken) == Some(clause));
        let options: Vec<&Broken> = options.collect();
        found.extend(other_reading(plan, clause, &options));
    }
    found.extend(broken.iter().filter_map(|broken| amended(plan, broken)));
    listed(found)
}

/// The clause whose option it is.
fn option_of(broken: &Broken) -> Option<usize> {
    match broken.cause {
        Cause::Option { clause, .. } => Some(clause),
        Cause::Amendment(_) => None,
    }
}

fn wrong(total: &TotalResult) -> Diagnostic {
    let message = format!("核算“{}”不对：{}", total.title, told(total));
    Diagnostic::new("E0550", total.place, message)
        .help("先看规则：期、谁、须 有没有写错；规则没错，再改这里的数")
}

/// All options of one clause in one note.
fn other_reading(plan: &Plan, clause: usize, options: &[&Broken]) -> Option<Diagnostic> {
    let rule = plan.clauses.get(clause)?;
    let one = |broken: &&Broken| {
        let Cause::Option { axis, option, .. } = broken.cause else { return None };
        let axis = rule.axes.get(axis)?;
        let name = &axis.options.get(option)?.label;
        Some(format!("{}/{name} {}", axis.label, changes(broken)))
    };
    let texts: Vec<String> = options.iter().filter_map(one).collect();
    let message = format!("{} 换一种读法，数会变：{}", rule.id, texts.join("；"));
    (!texts.is_empty()).then(|| note(Diagnostic::new("W0550", rule.place, message)))
}

fn amended(plan: &Plan, broken: &Broken) -> Option<Diagnostic> {
    let Cause::Amendment(index) = broken.cause else { return None };
    let amendment = plan.amendments.get(index)?;
    let message = format!("{} 修订以后，数会变：{}", amendment.day, changes(broken));
    Some(note(Diagnostic::new("W0550", amendment.place, message)))
}

/// `双月报 40→50 = 10 × 5`.
fn changes(broken: &Broken) -> String {
    let figure =
        |figure: &FigureResult| format!("{}→{}", number(figure.stated), number_with_makeup(figure));
    let one = |total: &TotalResult| {
        let figures = total.figures.iter().filter(differs).map(figure);
        format!("{} {}", total.title, figures.collect::<Vec<_>>().join("，"))
    };
    broken.totals.iter().map(one).collect::<Vec<_>>().join("；")
}

fn note(found: Diagnostic) -> Diagnostic {
    Diagnostic { severity: Severity::Note, ..found }
}

/// `方案写 40，算出 50 = 10 × 5`, of the figures that do not agree.
fn told(total: &TotalResult) -> String {
    let one = |figure: &FigureResult| {
        format!("方案写 {}，算出 {}", number(figure.stated), number_with_makeup(figure))
    };
    total.figures.iter().filter(differs).map(one).collect::<Vec<_>>().join("，")
}

fn differs(figure: &&FigureResult) -> bool {
    figure.counted != figure.stated
}

fn number(number: Option<facts::Number>) -> String {
    number.map_or_else(|| "算不出".to_owned(), |number| number.to_string())
}

fn number_with_makeup(figure: &FigureResult) -> String {
    let makeup = figure.makeup.to_string();
    let equals = if makeup.is_empty() { "" } else { " = " };
    format!("{}{equals}{makeup}", number(figure.counted))
}

/// E0530: the quotas of a duty do not add up to its target.
pub fn quotas(plan: &Plan, world: &World) -> Vec<Diagnostic> {
    let Some(term) = plan.term else { return Vec::new() };
    let view = View::new(plan, world, &Question::as_of(term.last));
    let one = |clause: &Clause| {
        let rule = clause.rule.as_ref()?;
        let (_, table) = rule.quota?;
        let target = &rule.must.as_ref()?.parts.first()?.target;
        let wanted = view.value(target, &mut Frame::bare(term.last)).as_number()?;
        let shared = crate::totals::quotas(&view, rule)?.sum();
        let name = plan.params.get(table)?.label.as_str();
        let message = format!("{} 要 {wanted}，“{name}”分下去的加起来是 {shared}", clause.id);
        let found = Diagnostic::new("E0530", target.place, message);
        (wanted != shared).then(|| found.help(format!("改“{name}”各行，使和为 {wanted}")))
    };
    listed(plan.clauses.iter().filter_map(one).collect())
}
