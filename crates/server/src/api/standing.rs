//! Standing of one organisation on one day, clause by clause: its own and all below it.
//!
//! Advice has counts of its own clauses and is never added to anything.
//! Nothing is compared between organisations.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Counts, Org, asked_day, asked_org};
use crate::refusal::{Answer, Asked, Failure, Refusal};
use crate::rehearsal::Rehearsal;
use crate::small_count::Veil;

/// Whose standing, and when.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct StandingQuery {
    /// Id of an organisation; the issuer when left out.
    org: Option<String>,
    /// Day such as 2012-09-18; the rehearsal's own when left out.
    day: Option<String>,
}

/// Counts of every clause.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct PaperStanding {
    org: Org,
    day: String,
    clauses: BTreeMap<String, Counts>,
}

/// Standing of the whole paper.
#[utoipa::path(get, path = "/api/v1/paper/standing", params(StandingQuery), responses(
    (status = 200, body = PaperStanding), (status = 400, body = Refusal),
    (status = 404, body = Refusal), (status = 500, body = Failure)
))]
pub async fn standing(
    State(rehearsal): State<Arc<Rehearsal>>,
    Asked(query): Asked<StandingQuery>,
) -> Answer<PaperStanding> {
    let day = asked_day(&rehearsal, query.day.as_deref())?;
    let judged = rehearsal.judged(day).await?;
    let org = asked_org(&rehearsal, &judged, query.org.as_deref())?;
    let clauses = rehearsal.plan.clauses.iter().enumerate();
    let counted = clauses.filter(|(_, clause)| clause.rule.is_some()).map(|(index, clause)| {
        let figure = judged.figure(org.record, index);
        let veil = Veil::over(&rehearsal.plan, clause, org);
        (clause.id.clone(), Counts::of(veil, judged.counts(org.record, index), figure))
    });
    Ok(Json(PaperStanding { org: org.into(), day: day.to_string(), clauses: counted.collect() }))
}
