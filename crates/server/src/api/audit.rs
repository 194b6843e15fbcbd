//! The audit, page by page, for the audit administrator: what was decided and done, and by which
//! rule.
//!
//! It is read in order and each page is checked against the chain; a row that does not hold is
//! told and nothing behind it is shown. Nobody writes here: rows come from decisions alone.
//! Read next: `../access/guard.rs`.

use axum::Json;
use serde::{Deserialize, Serialize};
use store::people::{AuditBroken, AuditRow, Outcome};
use utoipa::{IntoParams, ToSchema};

use crate::access::Who;
use crate::access::door::AtDoor;
use crate::refusal::{Answer, Asked, Failure, Refusal, Unanswered};

/// Rows of one page.
const PAGE_SIZE: usize = 100;

/// From where.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AuditQuery {
    /// The first row wanted, from 1; the first of all when left out.
    from: Option<String>,
}

/// A page of the audit.
#[derive(Serialize, ToSchema)]
pub struct AuditPage {
    rows: Vec<AuditLine>,
    /// What to ask the next page with; none after the last.
    next: Option<u64>,
}

/// One row.
#[derive(Serialize, ToSchema)]
pub struct AuditLine {
    seq: u64,
    /// In milliseconds since 1970.
    at: i64,
    /// The account; none before sign-in.
    actor: Option<String>,
    session: Option<String>,
    act: String,
    object: String,
    org: String,
    /// `allowed`, `refused` or `failed`.
    outcome: &'static str,
    /// By which rule, or why not.
    why: String,
    /// Its link in the chain.
    link: String,
}

/// Rows in order.
#[utoipa::path(get, path = "/api/v1/audit", params(AuditQuery), responses(
    (status = 200, body = AuditPage), (status = 400, body = Refusal),
    (status = 401, body = Refusal), (status = 403, body = Refusal),
    (status = 409, body = Refusal), (status = 500, body = Failure)
))]
pub async fn audit(
    AtDoor(door): AtDoor,
    _: Who,
    Asked(query): Asked<AuditQuery>,
) -> Answer<AuditPage> {
    let from = asked_row(query.from.as_deref())?;
    let rows = door.ask(move |door, _| {
        let page = door.people().audit_pages(from).next();
        page.transpose().map(Option::unwrap_or_default).map_err(broken)
    });
    let rows = rows.await?;
    let next = rows.get(PAGE_SIZE).map(|row| row.seq);
    let lines = rows.into_iter().take(PAGE_SIZE).map(line).collect();
    Ok(Json(AuditPage { rows: lines, next }))
}

fn asked_row(from: Option<&str>) -> Result<u64, Refusal> {
    let Some(text) = from.filter(|text| !text.is_empty()) else { return Ok(1) };
    let number = text.parse::<u64>().ok().filter(|seq| (1..=i64::MAX as u64).contains(seq));
    number.ok_or_else(|| Refusal::bad("bad-row", "不是从 1 起的行号", "请写成 from=1 这样"))
}

fn line(row: AuditRow) -> AuditLine {
    let event = row.event;
    AuditLine {
        seq: row.seq,
        at: event.at,
        actor: event.actor.map(|id| id.to_string()),
        session: event.session.map(|id| id.to_string()),
        act: event.act,
        object: event.object,
        org: event.org,
        outcome: match event.outcome {
            Outcome::Allowed => "allowed",
            Outcome::Refused => "refused",
            Outcome::Failed => "failed",
        },
        why: event.why,
        link: row.link.to_string(),
    }
}

fn broken(broken: AuditBroken) -> Unanswered {
    match broken {
        AuditBroken::Fault(fault) => Unanswered::failed(fault),
        AuditBroken::Damage(damage) => {
            let message = format!("审计记录第 {} 行与链不符", damage.seq);
            let remedy = "请停用并保存现场，由备份核对";
            Refusal::of(409, "audit-damaged", message, remedy).into()
        }
    }
}
