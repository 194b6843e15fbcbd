//! Mode and width of every 计 (plan-language §5): what the checker says of each measure.
//!
//! A flow only grows while records come in, so a duty once met stays met; a state can also turn
//! back. A narrow measure is one person's, household's or record's and is counted again from the
//! index; a wide one is an organisation's or a share of a set. It judges nothing.
//! Read next: `../resolve/mode.rs`.

use facts::schema::registry;

use crate::expr::{Expr, ExprKind, Type};
use crate::plan::{Override, Plan, Rule};

/// What is said of one 计.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    /// The clause.
    pub clause: String,
    /// The reading under which it counts so, as `axis/option`; empty for the official one.
    pub reading: String,
    /// Its name; empty for the unnamed one.
    pub name: String,
    /// Whether it cannot fall when records with later dates are added; else it is a state.
    pub flow: bool,
    /// Whether it is an organisation's or a share of a set; else it is narrow.
    pub wide: bool,
    /// Whether what 须 asks, once true, stays true; `None` without 须.
    pub lasting: Option<bool>,
}

/// Every 计 of every clause in order, and those that a reading changes.
pub fn measures(plan: &Plan) -> Vec<Measure> {
    let mut all = Vec::new();
    for clause in &plan.clauses {
        let Some(rule) = &clause.rule else { continue };
        all.extend(of_rule(plan, &clause.id, "", rule));
        for (axis, ways) in clause.axes.iter().enumerate() {
            for (option, way) in ways.options.iter().enumerate().filter(|(_, way)| !way.starred) {
                let Some(read) = clause.rule_under(&[(axis, option)]) else { continue };
                if way.overrides.iter().any(changes_measure) {
                    let reading = format!("{}/{}", ways.label, way.label);
                    all.extend(of_rule(plan, &clause.id, &reading, &read));
                }
            }
        }
    }
    all
}

fn changes_measure(change: &Override) -> bool {
    matches!(change, Override::Subject(_) | Override::Count(..) | Override::Must(_))
}

fn of_rule<'a>(
    plan: &'a Plan,
    clause: &'a str,
    reading: &'a str,
    rule: &'a Rule,
) -> impl Iterator<Item = Measure> + 'a {
    let owed = of_organisations(plan, &rule.subject.set().ty);
    rule.counts.iter().map(move |count| Measure {
        clause: clause.to_owned(),
        reading: reading.to_owned(),
        name: count.name.clone(),
        flow: count.flow,
        wide: owed || is_share(&count.value),
        lasting: rule.must.as_ref().map(|must| must.flow),
    })
}

/// Whether the elements of a set are organisations.
fn of_organisations(plan: &Plan, set: &Type) -> bool {
    let org = plan.schema.form_named(registry::ORG);
    crate::resolve::element_forms(set).into_iter().any(|form| Some(form) == org)
}

/// Whether the value is made of a share of a set.
fn is_share(value: &Expr) -> bool {
    let mut share = false;
    value.walk(&mut |part| {
        share |= matches!(part.kind, ExprKind::Share { .. } | ExprKind::EveryOne { .. });
    });
    share
}
