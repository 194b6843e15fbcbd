//! The records behind an obligation: those that count, those that do not and why, what is lacking.
//!
//! Of a record only its open fields are shown (`../words.rs`).

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use facts::{Day, RecordRef};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{asked_clause, asked_day, shortened};
use crate::judged::Judged;
use crate::refusal::{Answer, Asked, Failure, Refusal};
use crate::rehearsal::Rehearsal;
use crate::words;

/// Most records of one list; a screen shows no more, the count stands beside it.
const RECORDS_MAX: usize = 500;

/// Which obligation.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct EvidenceQuery {
    /// Id of its subject.
    subject: Option<String>,
    /// First day of its period.
    period: Option<String>,
    /// Day; the rehearsal's own when left out.
    day: Option<String>,
}

/// What stands behind an obligation.
#[derive(Clone, PartialEq, Debug, Default, Serialize, ToSchema)]
pub struct EvidenceList {
    /// Records that count.
    counted: Vec<CountedRecord>,
    /// Records about it that do not.
    not_counted: Vec<OtherRecord>,
    /// What is lacking, in words.
    lacking: Vec<String>,
}

/// A record that counts.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct CountedRecord {
    form: String,
    form_label: String,
    id: String,
    day: String,
    text: String,
}

/// A record that does not.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct OtherRecord {
    form: String,
    form_label: String,
    id: String,
    day: String,
    reason: String,
}

/// Evidence of one obligation; of a flow, of all its steps.
#[utoipa::path(get, path = "/api/v1/clauses/{id}/evidence",
    params(("id" = String, Path, description = "Id of a clause"), EvidenceQuery),
    responses(
        (status = 200, body = EvidenceList), (status = 400, body = Refusal),
        (status = 404, body = Refusal), (status = 500, body = Failure)
))]
pub async fn evidence(
    State(rehearsal): State<Arc<Rehearsal>>,
    Path(id): Path<String>,
    Asked(query): Asked<EvidenceQuery>,
) -> Answer<EvidenceList> {
    let clause = asked_clause(&rehearsal.plan, &id)?;
    let day = asked_day(&rehearsal, query.day.as_deref())?;
    let period = query.period.as_deref().filter(|text| !text.is_empty());
    let period = period.map(|text| asked_day(&rehearsal, Some(text))).transpose()?;
    let subject = query.subject.unwrap_or_default();
    let judged = rehearsal.judged(day).await?;
    // One question joins indexes over whole forms: long enough to leave the answering threads.
    let here = Arc::clone(&rehearsal);
    let found = tokio::task::spawn_blocking(move || {
        gather(&here, &judged, clause, &subject, period).ok_or(subject)
    });
    match found.await.map_err(crate::refusal::Unanswered::failed)? {
        Ok(list) => Ok(Json(list)),
        Err(subject) => {
            let message = format!("这一条在这一天没有对象“{}”的任务", shortened(&subject));
            let remedy = "对象与期间见这一条的 obligations";
            Err(Refusal::not_found("unknown-obligation", message, remedy).into())
        }
    }
}

fn gather(
    rehearsal: &Rehearsal,
    judged: &Judged,
    clause: usize,
    subject: &str,
    period: Option<Day>,
) -> Option<EvidenceList> {
    let (plan, world) = (&rehearsal.plan, &rehearsal.world);
    let asked = judged.of_clause(clause).filter(|row| {
        world.id(row.subject) == subject && period.is_none_or(|day| row.period.first == day)
    });
    let mut list: Option<EvidenceList> = None;
    for row in asked {
        let found = duty::evidence(plan, world, &judged.question, row);
        let list = list.get_or_insert_default();
        let counted = found.counted.iter().take(RECORDS_MAX);
        list.counted.extend(counted.map(|(record, _)| counted_record(rehearsal, judged, *record)));
        let others = found.not_counted.into_iter().take(RECORDS_MAX);
        list.not_counted
            .extend(others.map(|(record, reason)| other_record(rehearsal, record, reason)));
        list.lacking.extend(found.lacking);
    }
    list
}

fn counted_record(rehearsal: &Rehearsal, judged: &Judged, record: RecordRef) -> CountedRecord {
    let world = &rehearsal.world;
    let form = world.schema.form(record.form);
    CountedRecord {
        form: form.alias.clone(),
        form_label: form.label.clone(),
        id: world.id(record).to_owned(),
        day: words::day_of(world, record).map(|day| day.to_string()).unwrap_or_default(),
        text: words::record_text(world, &judged.tree, record),
    }
}

fn other_record(rehearsal: &Rehearsal, record: RecordRef, reason: String) -> OtherRecord {
    let world = &rehearsal.world;
    let form = world.schema.form(record.form);
    OtherRecord {
        form: form.alias.clone(),
        form_label: form.label.clone(),
        id: world.id(record).to_owned(),
        day: words::day_of(world, record).map(|day| day.to_string()).unwrap_or_default(),
        reason,
    }
}
