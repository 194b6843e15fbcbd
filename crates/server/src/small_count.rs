//! Counts under five about households or residents, where no records may be seen.
//!
//! A small count in a small place can point at one home, so above the level that keeps records
//! a count of one to four is shown as “不到 5”, and the obligations counted in it are not listed.
//! Which clauses it concerns follows from the plan's forms: the subject, or what a measure of an
//! organisation tells apart, is a household, a resident, or a record with a countable-private field
//! (◐). The same rule holds for a rehearsal.
//! It does not hide a sum from which a hidden count could be worked out.

use facts::schema::registry;
use facts::{FieldType, FormId, Privacy, Schema, Value};
use plan::expr::{Aggregate, AggregateExpr, Expr, ExprKind, Type};
use plan::plan::{Clause, Plan, Rule};
use serde::Serialize;
use utoipa::ToSchema;

use crate::org_tree::OrgNode;

/// The smallest count that may be shown.
pub const SHOWN_MIN: u32 = 5;
/// How a smaller one is written.
pub const UNDER: &str = "<5";
/// Why something is not listed.
pub const WITHHELD: &str =
    "这一条说的是户或者人。数目不到 5 的不显示，也不逐项列出，免得让人认出是哪一家；到乡级可以看。";

/// The level that may see records, by its alias; lower ones may too.
const RECORDS_LEVEL: &str = "township";
/// Field of an organisation's level.
const LEVEL: &str = "level";

/// A count as it may be shown: a number, or `<5`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Cell {
    /// The count.
    Number(u32),
    /// Between one and four.
    Under(UnderFive),
}

/// The mark of a hidden count.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub enum UnderFive {
    /// Between one and four.
    #[serde(rename = "<5")]
    Mark,
}

impl Cell {
    /// A hidden count.
    pub const UNDER: Cell = Cell::Under(UnderFive::Mark);
}

impl Default for Cell {
    fn default() -> Cell {
        Cell::Number(0)
    }
}

/// What of a clause is hidden from somebody who looks from an organisation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Veil {
    /// Small counts of obligations.
    pub counts: bool,
    /// Small figures of organisations.
    pub values: bool,
}

impl Veil {
    /// The veil over a clause as seen from an organisation.
    pub fn over(plan: &Plan, clause: &Clause, org: &OrgNode) -> Veil {
        let high = above_records(&plan.schema, &org.level);
        Veil {
            counts: high && subject_is_home(plan, clause),
            values: high
                && clause.rule.as_ref().is_some_and(|rule| {
                    // What one cadre has done is hers to see; a roll-up is an organisation's.
                    subject_is_org(plan, rule)
                        && rule.counts.iter().any(|count| tells_homes(plan, &count.value))
                }),
        }
    }

    /// A count of obligations.
    pub fn count(self, count: u32) -> Cell {
        if self.counts && is_small(count) { Cell::UNDER } else { Cell::Number(count) }
    }

    /// A figure in words; of a share both parts are looked at.
    pub fn value(self, value: &Value) -> String {
        let small = |number: i64| u32::try_from(number).is_ok_and(is_small);
        let part = |number: i64| {
            if small(number) { UNDER.to_owned() } else { number.to_string() }
        };
        match value {
            Value::Share(of, whole) if self.values => {
                let rest_small = small(whole.saturating_sub(*of));
                if rest_small && !small(*whole) {
                    return format!("{} 以上/{whole}", whole.saturating_sub(4));
                }
                format!("{}/{}", part(*of), part(*whole))
            }
            Value::Number(number) if self.values && number.is_whole() => part(number.numerator()),
            _ => duty::verdict::value_text(value),
        }
    }

    /// Whether a figure is hidden.
    pub fn hides(self, value: &Value) -> bool {
        self.values && self.value(value) != duty::verdict::value_text(value)
    }
}

fn is_small(count: u32) -> bool {
    (1..SHOWN_MIN).contains(&count)
}

/// Whether an organisation stands above those that keep records.
fn above_records(schema: &Schema, level: &str) -> bool {
    let field = schema.form_named(registry::ORG).and_then(|form| {
        let form = schema.form(form);
        let field = form.field_named(LEVEL)?;
        form.fields.get(usize::from(field.0))
    });
    let Some(FieldType::Code(list)) = field.map(|field| &field.ty) else { return true };
    let list = schema.code_list(*list);
    let Some(own) = list.code_named(level) else { return true };
    // A plan without townships: the lowest level of its own keeps the records.
    let last = u16::try_from(list.codes.len().saturating_sub(1)).unwrap_or(u16::MAX);
    own < list.code_named(RECORDS_LEVEL).unwrap_or(last)
}

fn subject_is_home(plan: &Plan, clause: &Clause) -> bool {
    let Some(rule) = &clause.rule else { return false };
    let Type::Set(forms) = &rule.subject.set().ty else { return false };
    forms.iter().any(|form| is_private(&plan.schema, *form) || is_of_home(&plan.schema, *form))
}

fn subject_is_org(plan: &Plan, rule: &Rule) -> bool {
    let Type::Set(forms) = &rule.subject.set().ty else { return false };
    forms.iter().any(|form| plan.schema.form(*form).alias == registry::ORG)
}

/// Whether a measure counts homes or people apart.
fn tells_homes(plan: &Plan, measure: &Expr) -> bool {
    let mut found = false;
    measure.walk(&mut |part| {
        found = found
            || match &part.kind {
                ExprKind::Aggregate(aggregate) => aggregate_tells(plan, aggregate),
                ExprKind::Share { set, .. } => set_is_private(plan, set),
                _ => false,
            };
    });
    found
}

fn aggregate_tells(plan: &Plan, aggregate: &AggregateExpr) -> bool {
    if aggregate.op != Aggregate::Count {
        return false;
    }
    match aggregate.key.as_ref().map(|key| &key.ty) {
        Some(Type::Ref(forms)) => forms.iter().any(|form| is_private(&plan.schema, *form)),
        Some(_) => false,
        None => set_is_private(plan, &aggregate.source),
    }
}

fn set_is_private(plan: &Plan, set: &Expr) -> bool {
    let Type::Set(forms) = &set.ty else { return false };
    forms.iter().any(|form| is_private(&plan.schema, *form) || is_of_home(&plan.schema, *form))
}

/// A household, a resident, or a record with a ◐ field; a cadre is none of them.
fn is_private(schema: &Schema, form: FormId) -> bool {
    let form = schema.form(form);
    let home = [registry::HOUSEHOLD, registry::RESIDENT].contains(&form.alias.as_str());
    let private = form.fields.iter().any(|field| field.privacy == Privacy::Countable);
    home || (private && form.alias != registry::PERSON)
}

/// A record about a household or a resident.
fn is_of_home(schema: &Schema, form: FormId) -> bool {
    let homes: Vec<FormId> = [registry::HOUSEHOLD, registry::RESIDENT]
        .iter()
        .filter_map(|alias| schema.form_named(alias))
        .collect();
    schema.form(form).fields.iter().any(|field| {
        matches!(&field.ty, FieldType::Ref(to) if to.iter().any(|form| homes.contains(form)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use facts::Number;

    const OPEN: Veil = Veil { counts: false, values: false };
    const SHUT: Veil = Veil { counts: true, values: true };

    #[test]
    fn one_to_four_are_hidden_and_nothing_else() {
        let shown: Vec<Cell> =
            vec![0, 1, 4, 5, 60].into_iter().map(|count| SHUT.count(count)).collect();
        let under = Cell::UNDER;
        assert_eq!(shown, [Cell::Number(0), under, under, Cell::Number(5), Cell::Number(60)]);
        assert_eq!(OPEN.count(3), Cell::Number(3));
        assert_eq!(serde_json::to_string(&[under, Cell::Number(7)]).unwrap(), "[\"<5\",7]");
    }

    #[test]
    fn figures_are_hidden_in_both_parts_and_in_the_difference() {
        let text = |value: Value| SHUT.value(&value);
        assert_eq!(text(Value::Number(Number::whole(3))), "<5");
        assert_eq!(text(Value::Number(Number::whole(30))), "30");
        assert_eq!(text(Value::Share(3, 40)), "<5/40");
        assert_eq!(text(Value::Share(38, 40)), "36 以上/40");
        assert_eq!(text(Value::Share(40, 40)), "40/40");
        assert_eq!(text(Value::Share(2, 3)), "<5/<5");
        assert_eq!(OPEN.value(&Value::Share(3, 40)), "3/40");
    }

    fn binzhou() -> Plan {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../plans/binzhou-2012-15.md");
        let sources = crate::texts::load(std::path::Path::new(path)).unwrap();
        plan::compile::compile(&sources).0
    }

    fn veiled(plan: &Plan, level: &str, of: fn(Veil) -> bool) -> Vec<String> {
        let org = OrgNode {
            record: facts::RecordRef { form: FormId(0), index: 0 },
            id: String::new(),
            name: String::new(),
            level: level.to_owned(),
            parent: None,
            children: Vec::new(),
        };
        let hidden = plan.clauses.iter().filter(|clause| of(Veil::over(plan, clause, &org)));
        hidden.map(|clause| clause.id.clone()).collect()
    }

    #[test]
    fn clauses_about_homes_are_found_from_their_forms() {
        let plan = binzhou();
        let counts = ["C020", "C037w", "C038", "C038t", "C061w", "C062", "C070", "C072", "C113"];
        for level in ["city", "county", "zone"] {
            assert_eq!(veiled(&plan, level, |veil| veil.counts), counts, "{level}");
        }
        for level in ["township", "village"] {
            assert!(veiled(&plan, level, |veil| veil.counts || veil.values).is_empty(), "{level}");
        }
        let values = veiled(&plan, "county", |veil| veil.values);
        for id in ["C039", "C071", "C063", "C074"] {
            assert!(values.iter().any(|found| found == id), "{id}: {values:?}");
        }
        for id in ["C035", "C037", "C060", "C061", "C131", "C110"] {
            assert!(!values.iter().any(|found| found == id), "{id}: {values:?}");
        }
    }
}
