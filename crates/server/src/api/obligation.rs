//! Obligations of a clause as a list: a page of them, steps of one element together.
//!
//! Rows stand in the order of ids, never by how well somebody did. What may not be listed where it
//! is asked for is left out here (`../small_count.rs`). A person's name is sealed and not here.

use duty::Obligation;
use plan::plan::{Rule, Status};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Days, of_page};
use crate::judged::Judged;
use crate::org_tree::OrgNode;
use crate::rehearsal::Rehearsal;
use crate::small_count::{Cell, Veil, WITHHELD};
use crate::words::screen::subject_words;

/// Rows of one page.
const PAGE_SIZE: usize = 50;

/// One page of obligations.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct ObligationPage {
    total: usize,
    page: usize,
    page_size: usize,
    rows: Vec<ObligationRow>,
    /// Why some are not listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    withheld: Option<&'static str>,
}

/// One thing owed; of a flow one element with its steps.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct ObligationRow {
    key: String,
    subject: SubjectName,
    period: Days,
    due: String,
    value: String,
    target: String,
    status: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    days_late: Option<i32>,
    flags: Vec<String>,
    /// Steps of a flow in order; empty for a duty.
    steps: Vec<StepRow>,
}

/// One step of a flow.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct StepRow {
    name: String,
    due: String,
    status: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    days_late: Option<i32>,
    flags: Vec<String>,
}

/// Who or what it is about, in words; the id only asks for its records.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct SubjectName {
    id: String,
    name: String,
}

/// Whether an obligation may be listed: not where its status is counted in less than five.
pub fn is_listed(veil: Veil, counts: [u32; 7], row: &Obligation) -> bool {
    let place = Status::ALL.iter().position(|status| *status == row.status);
    let count = place.and_then(|place| counts.get(place)).copied().unwrap_or_default();
    veil.count(count) != Cell::UNDER
}

/// A page of a clause's obligations as seen from an organisation.
pub fn page_of(
    rehearsal: &Rehearsal,
    judged: &Judged,
    (clause, org): (usize, &OrgNode),
    veil: Veil,
    page: usize,
) -> ObligationPage {
    let counts = judged.counts(org.record, clause);
    let rows = judged.rows(clause, org.record);
    let same = |a: &&Obligation, b: &&Obligation| {
        a.subject == b.subject && a.period.first == b.period.first
    };
    let all: Vec<&[&Obligation]> = rows.chunk_by(same).collect();
    let whole = all.len();
    let listed = |group: &&[&Obligation]| group.iter().all(|row| is_listed(veil, counts, row));
    let shown: Vec<&[&Obligation]> = all.into_iter().filter(listed).collect();
    let total = shown.len();
    let of_page = of_page(shown.into_iter(), page, PAGE_SIZE);
    ObligationPage {
        total,
        page,
        page_size: PAGE_SIZE,
        rows: of_page.filter_map(|group| obligation_row(rehearsal, judged, veil, group)).collect(),
        withheld: (total < whole).then_some(WITHHELD),
    }
}

fn obligation_row(
    rehearsal: &Rehearsal,
    judged: &Judged,
    veil: Veil,
    group: &[&Obligation],
) -> Option<ObligationRow> {
    let (plan, world) = (&rehearsal.plan, &rehearsal.world);
    let row = *group.first()?;
    let rule = plan.clauses.get(row.clause).and_then(|clause| clause.rule.as_ref());
    let hidden = row.value.iter().any(|value| veil.hides(value));
    let value = if hidden {
        row.value.iter().map(|value| veil.value(value)).collect::<Vec<_>>().join("；")
    } else {
        row.value_text(plan)
    };
    Some(ObligationRow {
        key: row.key(plan, world),
        subject: SubjectName {
            id: world.id(row.subject).to_owned(),
            name: subject_words(world, judged, row.subject),
        },
        period: row.period.into(),
        due: row.due.to_string(),
        value,
        target: row.target_text(plan),
        status: row.status.word().to_owned(),
        days_late: row.days_late,
        flags: flags(row),
        steps: group.iter().filter_map(|row| step_row(rule?, row)).collect(),
    })
}

fn step_row(rule: &Rule, row: &Obligation) -> Option<StepRow> {
    let step = rule.steps.get(row.step?)?;
    Some(StepRow {
        name: step.label.clone(),
        due: row.due.to_string(),
        status: row.status.word().to_owned(),
        days_late: row.days_late,
        flags: flags(row),
    })
}

fn flags(row: &Obligation) -> Vec<String> {
    row.flags.iter().map(|flag| flag.word().to_owned()).collect()
}
