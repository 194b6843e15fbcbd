//! W0723: a clause uses a record that another clause demands only later.
//!
//! A measure that asks for a record of some form (`件 属于 FORM`, or a reference that must be
//! there) cannot be met before that record exists. When the duty that demands it is due later, the
//! first deadline is one that nobody has to be able to keep. Looked at are duties owed once: of
//! recurring ones it is not known which record serves which period.
//! Read next: `dues.rs`.

use facts::{Day, FieldType, FormId};
use plan::diagnostic::Diagnostic;
use plan::expr::{Expr, ExprKind};
use plan::plan::Rule;

use super::dues::Dated;
use crate::element::Frame;
use crate::membership::{base_forms, collect_aggregates};
use crate::view::View;

/// One finding per pair of clauses.
pub fn early_use(view: &View, dated: &[Dated]) -> Vec<Diagnostic> {
    let single: Vec<&Dated> = dated.iter().filter(|duty| duty.is_single()).collect();
    let mut found = Vec::new();
    for user in &single {
        for form in used(view, user.rule) {
            let makers = single
                .iter()
                .filter(|maker| maker.index != user.index && demanded(maker.rule).contains(&form));
            for maker in makers.filter(|maker| share_subjects(view, user.rule, maker.rule)) {
                found.extend(told(view, user, maker, form));
            }
        }
    }
    found
}

fn told(view: &View, user: &Dated, maker: &Dated, form: FormId) -> Option<Diagnostic> {
    let needed = first(user)?;
    let made = first(maker).filter(|made| *made > needed)?;
    let label = view.plan.schema.form(form).label.as_str();
    let (uses, demands) = (&user.clause.id, &maker.clause.id);
    let message = format!("{uses} 在 {needed} 要用 {label}，{demands} 到 {made} 才要求有");
    let found = Diagnostic::new("W0723", user.place(), message)
        .at(format!("{uses} 限 {needed}"))
        .and(maker.place(), format!("{demands} 限 {made}"));
    Some(found.help(format!("把 {demands} 的 限 提前到 {needed}，或推后 {uses} 的 限")))
}

fn first(duty: &Dated) -> Option<Day> {
    duty.dues.iter().map(|(_, due)| *due).min()
}

/// Forms of which a measure needs a record beside those it counts.
fn used(view: &View, rule: &Rule) -> Vec<FormId> {
    let mut forms = Vec::new();
    for count in &rule.counts {
        count.value.walk(&mut |part| match &part.kind {
            ExprKind::IsOfForm(_, form) => forms.push(*form),
            ExprKind::Has(of) => forms.extend(target(view, of)),
            _ => {}
        });
    }
    forms.sort_unstable();
    forms.dedup();
    forms
}

/// The one form a reference may point to.
fn target(view: &View, expr: &Expr) -> Option<FormId> {
    let ExprKind::Path { steps, .. } = &expr.kind else { return None };
    let last = steps.last()?;
    match &view.plan.schema.field(last.form, last.field).ty {
        FieldType::Ref(forms) => match forms.as_slice() {
            [only] => Some(*only),
            _ => None,
        },
        _ => None,
    }
}

/// Forms whose records a duty demands.
fn demanded(rule: &Rule) -> Vec<FormId> {
    let mut aggregates = Vec::new();
    rule.counts.iter().for_each(|count| collect_aggregates(&count.value, &mut aggregates));
    aggregates.iter().flat_map(|aggregate| base_forms(&aggregate.source)).collect()
}

/// Whether somebody may owe both: by members where there are any, else by the kind of subject.
fn share_subjects(view: &View, one: &Rule, other: &Rule) -> bool {
    let members = |rule: &Rule| view.members(rule.subject.set(), &mut Frame::bare(view.day));
    let (mine, theirs) = (members(one), members(other));
    if mine.is_empty() || theirs.is_empty() {
        return base_forms(one.subject.set()) == base_forms(other.subject.set());
    }
    mine.iter().any(|a| theirs.iter().any(|b| a.record == b.record))
}
