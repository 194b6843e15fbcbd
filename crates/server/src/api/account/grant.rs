//! Roles: given from day to day for an organisation, taken back from the next request on.
//!
//! The organisation stands in the address, where the policy looks at it before the handler runs.
//! That the three administrators hold nothing else is kept by the accounts' own tables.
//! Read next: `../../access/rules.rs`.

use axum::Json;
use facts::Day;
use serde::{Deserialize, Serialize};
use store::people::{GrantId, Granting, Refusal as Of, Role};
use utoipa::{IntoParams, ToSchema};

use super::{DONE, Done};
use crate::access::Who;
use crate::access::door::AtDoor;
use crate::access::sent::Sent;
use crate::refusal::{Answer, Failure, Refusal, Unanswered};

/// For which organisation.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct GrantQuery {
    /// Id of an organisation; left out for administrators.
    #[allow(dead_code, reason = "the policy reads it, and hands it over checked")]
    org: Option<String>,
}

/// A role to give.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantInput {
    /// Such as `liaison`.
    role: String,
    /// First day, such as 2012-09-18.
    first: String,
    /// Last day; open when left out. An auditor from outside has one.
    last: Option<String>,
}

/// The grant made.
#[derive(Serialize, ToSchema)]
pub struct Granted {
    grant: String,
}

/// Gives a role.
#[utoipa::path(post, path = "/api/v1/accounts/{id}/grants",
    params(("id" = String, Path), GrantQuery), request_body = GrantInput, responses(
        (status = 200, body = Granted), (status = 401, body = Refusal),
        (status = 403, body = Refusal), (status = 404, body = Refusal),
        (status = 422, body = Refusal), (status = 500, body = Failure)
    ))]
pub async fn grant(
    AtDoor(door): AtDoor,
    who: Who,
    Sent(input): Sent<GrantInput>,
) -> Answer<Granted> {
    let (account, org) = (who.account()?.id, who.org().cloned());
    let role = Role::parse(&input.role).ok_or_else(|| {
        Refusal::of(422, "unknown-role", "没有这个角色", "角色见 /api/v1/openapi.json")
    })?;
    let first = day(&input.first)?;
    let last = input.last.as_deref().map(day).transpose()?;
    let granted = door.ask(move |door, now| {
        let what = Granting { role, org, first, last };
        Ok(door.people().grant(&who.actor(), account, &what, now)?)
    });
    Ok(Json(Granted { grant: granted.await?.to_string() }))
}

/// Takes a role back.
#[utoipa::path(delete, path = "/api/v1/accounts/{id}/grants/{grant}",
    params(("id" = String, Path), ("grant" = String, Path)), responses(
        (status = 200, body = Done), (status = 401, body = Refusal), (status = 403, body = Refusal),
        (status = 404, body = Refusal), (status = 409, body = Refusal),
        (status = 500, body = Failure)
    ))]
pub async fn revoke(AtDoor(door): AtDoor, who: Who) -> Answer<Done> {
    let account = who.account()?.id;
    let wanted = GrantId::read(who.in_path("grant"));
    let revoked = door.ask(move |door, now| {
        let held = door.people().grants(account).map_err(Unanswered::failed)?;
        let known = held.iter().find(|grant| Some(grant.id) == wanted);
        let grant = known.ok_or_else(|| Refusal::from(Of::NotThere))?.id;
        Ok(door.people().revoke(&who.actor(), grant, now)?)
    });
    revoked.await.map(|()| DONE)
}

fn day(text: &str) -> Result<Day, Refusal> {
    Day::parse(text).ok_or_else(|| {
        Refusal::of(422, "bad-day", "日期看不懂", "请写成 年-月-日，例如 2012-09-18")
    })
}
