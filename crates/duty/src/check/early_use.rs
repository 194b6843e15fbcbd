//! W0723: a clause uses a record that another clause demands only later.
//!
//! A measure that asks for a record of some form (`件 属于 FORM`, or a reference that must be
//! there) cannot be met before that record exists. When the duty that demands it is due later, the
//! first deadline is one that nobody has to be able to keep. Looked at are duties owed once: of
//! recurring ones it is not known which record serves which period.
//! Read next: `dues.rs`, `sets.rs`.

use std::collections::BTreeMap;

use facts::{Day, FieldType, FormId};
use plan::diagnostic::Diagnostic;
use plan::expr::{Expr, ExprKind};
use plan::plan::Rule;
use rustc_hash::FxHashMap;

use super::dues::Dated;
use super::sets::Sets;
use crate::membership::{base_forms, collect_aggregates};
use crate::view::View;

/// Clauses that demand a record too late, of those told by name.
const NAMED_MAX: usize = 5;

/// Who demands records of each form: by the number of who owes, by day, in order of the plan.
type Makers<'d, 'p> = FxHashMap<FormId, BTreeMap<usize, Vec<(Day, &'d Dated<'p>)>>>;

/// One finding per clause and form it uses.
pub fn early_use<'p>(view: &'p View<'p>, dated: &[Dated<'p>]) -> Vec<Diagnostic> {
    let single: Vec<&Dated> = dated.iter().filter(|duty| duty.is_single()).collect();
    let mut sets = Sets::new(view);
    let makers = makers(&mut sets, &single);
    let mut found = Vec::new();
    for user in single {
        let Some(needed) = first(user) else { continue };
        for form in used(view, user.rule) {
            let Some(by_owner) = makers.get(&form) else { continue };
            let owner = sets.number(user.rule.subject.set());
            let mut late = Late { count: 0, named: Vec::new() };
            for (other, makers) in by_owner {
                if sets.share(owner, *other) {
                    let from = makers.partition_point(|(day, _)| *day <= needed);
                    late.take(makers.get(from..).unwrap_or_default());
                }
            }
            found.extend(told(view, (user, needed), form, late));
        }
    }
    found
}

fn makers<'d, 'p>(sets: &mut Sets<'p>, single: &[&'d Dated<'p>]) -> Makers<'d, 'p> {
    let mut makers = Makers::default();
    for maker in single {
        let Some(day) = first(maker) else { continue };
        let owner = sets.number(maker.rule.subject.set());
        for form in demanded(maker.rule) {
            makers.entry(form).or_default().entry(owner).or_default().push((day, *maker));
        }
    }
    for list in makers.values_mut().flat_map(BTreeMap::values_mut) {
        list.sort_by_key(|(day, maker)| (*day, maker.index));
    }
    makers
}

/// Clauses that demand what is used before.
struct Late<'d, 'p> {
    count: usize,
    named: Vec<(Day, &'d Dated<'p>)>,
}

impl<'d, 'p> Late<'d, 'p> {
    fn take(&mut self, makers: &[(Day, &'d Dated<'p>)]) {
        self.count += makers.len();
        self.named.extend(makers.iter().take(NAMED_MAX));
        self.named.sort_by_key(|(_, maker)| maker.index);
        self.named.truncate(NAMED_MAX);
    }
}

fn told(
    view: &View,
    (user, needed): (&Dated, Day),
    form: FormId,
    late: Late,
) -> Option<Diagnostic> {
    let (made, maker) = late.named.first()?;
    let label = view.plan.schema.form(form).label.as_str();
    let (uses, demands) = (&user.clause.id, &maker.clause.id);
    let ids: Vec<&str> = late.named.iter().map(|(_, maker)| maker.clause.id.as_str()).collect();
    let (when, remedy) = match late.count {
        1 => (format!("{demands} 到 {made} 才要求有"), demands.as_str()),
        count if count == ids.len() => (format!("{} 更晚才要求有", ids.join("、")), "它们"),
        count => (format!("{} 等 {count} 条更晚才要求有", ids.join("、")), "它们"),
    };
    let message = format!("{uses} 在 {needed} 要用 {label}，{when}");
    let found = Diagnostic::new("W0723", user.place(), message).at(format!("{uses} 限 {needed}"));
    let found = late.named.iter().fold(found, |found, (made, maker)| {
        found.and(maker.place(), format!("{} 限 {made}", maker.clause.id))
    });
    Some(found.help(format!("把 {remedy} 的 限 提前到 {needed}，或推后 {uses} 的 限")))
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

/// Forms whose records a duty demands, each once.
fn demanded(rule: &Rule) -> Vec<FormId> {
    let mut aggregates = Vec::new();
    rule.counts.iter().for_each(|count| collect_aggregates(&count.value, &mut aggregates));
    let forms = aggregates.iter().flat_map(|aggregate| base_forms(&aggregate.source));
    let mut forms: Vec<FormId> = forms.collect();
    forms.sort_unstable();
    forms.dedup();
    forms
}
