//! A row of the verdict table, drawn from a case of a program.
//!
//! Programs hold indexes and offsets; here they become records and days again, exactly as the
//! reference evaluator writes them. It judges nothing.
//! Read next: `status.rs`.

use facts::schema::registry;
use facts::{FormId, RecordRef, Span, Value};
use plan::plan::Plan;

use super::days::{Days, Short};
use super::program::{BY_ORG, BY_SELF, Owed, Program};
use super::status::{Found, home};
use super::tree::{NOBODY, Tree};
use crate::verdict::Obligation;

/// What the indexes of a case refer to.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// How days are held.
    pub days: Days,
    /// Organisations and posts.
    pub tree: &'a Tree,
}

impl Setting<'_> {
    /// An organisation by its index.
    pub fn org(&self, index: u32) -> Option<RecordRef> {
        let form = self.plan.schema.form_named(registry::ORG)?;
        (index != NOBODY).then_some(RecordRef { form, index })
    }
}

impl Program {
    /// Who owes a case.
    pub fn owner(&self, plan: &Plan, case: &Owed) -> RecordRef {
        if case.marks & BY_SELF != 0 {
            return self.subject(case);
        }
        let by_org = case.marks & BY_ORG != 0;
        let alias = if by_org { registry::ORG } else { registry::PERSON };
        let form = plan.schema.form_named(alias).unwrap_or(FormId(0));
        RecordRef { form, index: case.owner }
    }

    /// The whole row of a case, judged on a day.
    pub fn row(
        &self,
        setting: &Setting,
        (index, case): (usize, &Owed),
        found: &Found,
        day: Short,
    ) -> Obligation {
        let value = (0..self.counts.len()).map(|at| self.value(at, found.values[at]));
        let targets = self.parts.iter().zip(self.targets(case));
        let targets = targets.map(|(part, target)| (part.count, part.op, Value::Number(target)));
        let owner = self.owner(setting.plan, case);
        let days = setting.days;
        Obligation {
            clause: self.clause,
            step: None,
            subject: self.subject(case),
            period: Span { first: days.long(case.first), last: days.long(case.last) },
            due: days.long(case.due),
            value: value.collect(),
            targets: targets.collect(),
            status: found.status,
            days_late: found.late.map(|late| i32::from(late) - i32::from(case.due)),
            flags: self.flags(index, case, found, day),
            owner,
            home: setting.org(home(case, day, setting.tree)).unwrap_or(owner),
            origin: self.origin,
        }
    }
}
