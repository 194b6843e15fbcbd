//! The records behind an obligation: those that count, those that do not and why, what is lacking.
//!
//! Of a record only day, place and kind are shown (`../words/screen.rs`), a page of each list.
//! Where the obligation itself may not be listed, neither are its records (`../small_count.rs`).

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use duty::Obligation;
use facts::{Day, RecordRef};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::obligation::is_listed;
use super::{AskedReadings, asked_clause, asked_day, asked_org, asked_page, of_page, shortened};
use crate::judged::Judged;
use crate::refusal::{Answer, Asked, Failure, Refusal, Unanswered};
use crate::rehearsal::Rehearsal;
use crate::small_count::{Veil, WITHHELD};
use crate::words;

/// Records of one page of each list.
const PAGE_SIZE: usize = 50;
/// Rows of one subject and period: the steps of a flow.
const ROWS_MAX: usize = 64;
/// What is lacking where the figure itself is hidden.
const LACKING_HIDDEN: &str = "还没有做够；数目不到 5，不在这一级显示";

/// Which obligation.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct EvidenceQuery {
    /// Id of its subject.
    subject: Option<String>,
    /// First day of its period.
    period: Option<String>,
    /// Id of the organisation from which it is seen; the issuer when left out.
    org: Option<String>,
    /// Day; the rehearsal's own when left out.
    day: Option<String>,
    /// Page from 1; 1 when left out.
    page: Option<String>,
}

/// What stands behind an obligation.
#[derive(Clone, PartialEq, Debug, Default, Serialize, ToSchema)]
pub struct EvidenceList {
    page: usize,
    page_size: usize,
    counted_total: usize,
    not_counted_total: usize,
    /// Records that count.
    counted: Vec<CountedRecord>,
    /// Records about it that do not.
    not_counted: Vec<OtherRecord>,
    /// What is lacking, in words.
    lacking: Vec<String>,
    /// Why nothing is listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    withheld: Option<&'static str>,
}

/// A record that counts.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct CountedRecord {
    form_label: String,
    day: String,
    text: String,
    /// The step of a flow it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<String>,
}

/// A record that does not.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct OtherRecord {
    form_label: String,
    day: String,
    text: String,
    reason: String,
}

/// Evidence of one obligation; of a flow, of all its steps.
#[utoipa::path(get, path = "/api/v1/clauses/{id}/evidence",
    params(
        ("id" = String, Path, description = "Id of a clause"),
        EvidenceQuery,
        ("reading" = Option<Vec<String>>, Query,
            description = "Another reading, such as C035/april=include; may stand several times"),
    ),
    responses(
        (status = 200, body = EvidenceList), (status = 400, body = Refusal),
        (status = 404, body = Refusal), (status = 500, body = Failure)
))]
pub async fn evidence(
    State(rehearsal): State<Arc<Rehearsal>>,
    Path(id): Path<String>,
    readings: AskedReadings,
    Asked(query): Asked<EvidenceQuery>,
) -> Answer<EvidenceList> {
    let clause = asked_clause(&rehearsal.plan, &id)?;
    let day = asked_day(&rehearsal, query.day.as_deref())?;
    let page = asked_page(query.page.as_deref())?;
    let period = query.period.as_deref().filter(|text| !text.is_empty());
    let period = period.map(|text| asked_day(&rehearsal, Some(text))).transpose()?;
    let subject = query.subject.unwrap_or_default();
    let judged = match readings.choice(&rehearsal.plan, clause)? {
        Some(choice) => rehearsal.judged_under(day, choice).await?,
        None => rehearsal.judged(day).await?,
    };
    let org = asked_org(&rehearsal, &judged, query.org.as_deref())?;
    let veil = Veil::over(&rehearsal.plan, &rehearsal.plan.clauses[clause], org);
    let counts = judged.counts(org.record, clause);
    let rows = asked_rows(&rehearsal, &judged, clause, &subject, period)?;
    if !rows.iter().all(|row| is_listed(veil, counts, row)) {
        let withheld = EvidenceList { withheld: Some(WITHHELD), ..EvidenceList::default() };
        return Ok(Json(withheld));
    }
    // One question joins indexes over whole forms: long enough to leave the answering threads.
    let here = Arc::clone(&rehearsal);
    let found = tokio::task::spawn_blocking(move || gather(&here, &judged, veil, &rows, page));
    Ok(Json(found.await.map_err(Unanswered::failed)?))
}

fn asked_rows(
    rehearsal: &Rehearsal,
    judged: &Judged,
    clause: usize,
    subject: &str,
    period: Option<Day>,
) -> Result<Vec<Obligation>, Refusal> {
    let asked = judged.of_clause(clause).filter(|row| {
        let same = rehearsal.world.id(row.subject) == subject;
        same && period.is_none_or(|day| row.period.first == day)
    });
    let rows: Vec<Obligation> = asked.take(ROWS_MAX).cloned().collect();
    if rows.is_empty() {
        let message = format!("这一条在这一天没有对象“{}”的任务", shortened(subject));
        let remedy = "对象与期间见这一条的 obligations";
        return Err(Refusal::not_found("unknown-obligation", message, remedy));
    }
    Ok(rows)
}

fn gather(
    rehearsal: &Rehearsal,
    judged: &Judged,
    veil: Veil,
    rows: &[Obligation],
    page: usize,
) -> EvidenceList {
    let (plan, world) = (&rehearsal.plan, &rehearsal.world);
    let (mut counted, mut others, mut lacking) = (Vec::new(), Vec::new(), Vec::new());
    for (row, found) in rows.iter().zip(judged.evidence(plan, world, rows)) {
        counted.extend(found.counted.into_iter().map(|(record, _)| (row, record)));
        others.extend(found.not_counted.into_iter().map(|(record, why)| (row, record, why)));
        let hidden = row.value.iter().any(|value| veil.hides(value));
        match hidden && !found.lacking.is_empty() {
            true => lacking.push(LACKING_HIDDEN.to_owned()),
            false => lacking.extend(found.lacking),
        }
    }
    // Where a figure is hidden, the list must not give it away.
    let hidden = rows.iter().flat_map(|row| &row.value).any(|value| veil.hides(value));
    if hidden {
        counted.clear();
        others.clear();
    }
    let shown = Shown { rehearsal, judged };
    EvidenceList {
        page,
        page_size: PAGE_SIZE,
        counted_total: counted.len(),
        not_counted_total: others.len(),
        counted: of_page(counted.into_iter(), page, PAGE_SIZE)
            .map(|(row, record)| shown.counted(row, record))
            .collect(),
        not_counted: of_page(others.into_iter(), page, PAGE_SIZE)
            .map(|(row, record, reason)| shown.other(row, record, reason))
            .collect(),
        lacking,
        withheld: hidden.then_some(WITHHELD),
    }
}

/// Records as they are shown.
struct Shown<'a> {
    rehearsal: &'a Rehearsal,
    judged: &'a Judged,
}

impl Shown<'_> {
    fn counted(&self, row: &Obligation, record: RecordRef) -> CountedRecord {
        let rule = self.rehearsal.plan.clauses.get(row.clause).and_then(|c| c.rule.as_ref());
        let step = row.step.and_then(|step| rule?.steps.get(step));
        CountedRecord {
            form_label: self.label(record),
            day: self.day(record),
            text: self.text(row, record),
            step: step.map(|step| step.label.clone()),
        }
    }

    fn other(&self, row: &Obligation, record: RecordRef, reason: String) -> OtherRecord {
        let (form_label, day) = (self.label(record), self.day(record));
        OtherRecord { form_label, day, text: self.text(row, record), reason }
    }

    fn label(&self, record: RecordRef) -> String {
        let form = self.rehearsal.world.schema.form(record.form);
        crate::paper::form_noun(&form.alias, &form.label)
    }

    fn day(&self, record: RecordRef) -> String {
        let day = words::day_of(&self.rehearsal.world, record);
        day.map(|day| day.to_string()).unwrap_or_default()
    }

    fn text(&self, row: &Obligation, record: RecordRef) -> String {
        words::screen::record_words(&self.rehearsal.world, self.judged, record, row.subject)
    }
}
