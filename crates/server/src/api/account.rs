//! Accounts as the security administrator sees them: who there is, new ones, stopped ones.
//!
//! She makes accounts and hands out roles and slips; she never knows a password, a PIN or what
//! anybody has recorded. A new account has no rights and no way in until she grants and enrols.
//! Own matters of whoever is signed in are in `account/own.rs`.
//! Read next: `account/grant.rs`, `account/slip.rs`.

pub mod grant;
pub mod own;
pub mod slip;

use axum::Json;
use facts::Day;
use serde::{Deserialize, Serialize};
use store::entry::Name;
use store::people::{Account, Grant, Invitation, day_of};
use utoipa::{IntoParams, ToSchema};

use super::Org;
use super::sign_in::{DONE, Done};
use crate::access::Who;
use crate::access::door::{AtDoor, Door};
use crate::access::orgs::Orgs;
use crate::access::sent::Sent;
use crate::refusal::{Answer, Asked, Failure, Refusal, Unanswered};

/// Accounts of one page.
const PAGE_SIZE: u32 = 50;

/// Which page.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AccountsQuery {
    /// The login name the page begins behind; from the first when left out.
    after: Option<String>,
}

/// A page of accounts, by login name.
#[derive(Serialize, ToSchema)]
pub struct AccountsPage {
    accounts: Vec<AccountLine>,
    /// What to ask the next page with; none after the last.
    next: Option<String>,
}

/// An account.
#[derive(Serialize, ToSchema)]
pub struct AccountLine {
    id: String,
    login: String,
    /// Her record in the facts.
    person: Option<String>,
    /// `invited`, `active` or `disabled`.
    state: &'static str,
    /// When it was made, in milliseconds since 1970.
    created: i64,
    grants: Vec<GrantLine>,
}

/// A role granted.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct GrantLine {
    id: String,
    /// The role, such as `liaison`.
    role: &'static str,
    /// The role as people read it.
    text: &'static str,
    /// The organisation; none for an administrator.
    org: Option<Org>,
    first: String,
    last: Option<String>,
    /// Whether it holds today.
    valid: bool,
}

/// A new account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InviteInput {
    /// Letters, digits, `_`, `.` and `-`; not the name of the person.
    login: String,
    /// Her record in the facts, if she has one.
    person: Option<String>,
}

/// The account made.
#[derive(Serialize, ToSchema)]
pub struct Invited {
    account: String,
}

/// How many sessions ended.
#[derive(Serialize, ToSchema)]
pub struct Ended {
    ended: usize,
}

/// Accounts, page by page.
#[utoipa::path(get, path = "/api/v1/accounts", params(AccountsQuery), responses(
    (status = 200, body = AccountsPage), (status = 401, body = Refusal),
    (status = 403, body = Refusal), (status = 500, body = Failure)
))]
pub async fn accounts(
    AtDoor(door): AtDoor,
    _: Who,
    Asked(query): Asked<AccountsQuery>,
) -> Answer<AccountsPage> {
    let after = query.after.filter(|text| !text.is_empty());
    let after = after.map(|text| name("after", &text)).transpose()?;
    let page = door.ask(move |door, now| {
        let found = door.people().accounts(after.as_ref(), PAGE_SIZE + 1);
        let mut found = found.map_err(Unanswered::failed)?;
        let more = found.len() > PAGE_SIZE as usize;
        found.truncate(PAGE_SIZE as usize);
        let next = found.last().filter(|_| more).map(|account| account.login.to_string());
        let lines = found.iter().map(|account| account_line(door, account, now));
        Ok(AccountsPage { accounts: lines.collect::<Result<_, _>>()?, next })
    });
    page.await.map(Json)
}

/// Makes an account.
#[utoipa::path(post, path = "/api/v1/accounts", request_body = InviteInput, responses(
    (status = 200, body = Invited), (status = 401, body = Refusal), (status = 403, body = Refusal),
    (status = 409, body = Refusal), (status = 500, body = Failure)
))]
pub async fn invite(
    AtDoor(door): AtDoor,
    who: Who,
    Sent(input): Sent<InviteInput>,
) -> Answer<Invited> {
    let login = name("login", &input.login)?;
    let person = input.person.map(|text| name("person", &text)).transpose()?;
    let invited = door.ask(move |door, now| {
        let invitation = Invitation { login, person };
        Ok(door.people().invite(&who.actor(), &invitation, now)?)
    });
    Ok(Json(Invited { account: invited.await?.to_string() }))
}

/// Stops an account: sessions end, phones and slips no longer hold.
#[utoipa::path(post, path = "/api/v1/accounts/{id}/disable", params(("id" = String, Path)),
    responses(
        (status = 200, body = Done), (status = 401, body = Refusal), (status = 403, body = Refusal),
        (status = 404, body = Refusal), (status = 409, body = Refusal),
        (status = 500, body = Failure)
    ))]
pub async fn disable(AtDoor(door): AtDoor, who: Who) -> Answer<Done> {
    let account = who.account()?.id;
    let stopped =
        door.ask(move |door, now| Ok(door.people().disable(&who.actor(), account, now)?));
    stopped.await.map(|()| DONE)
}

/// Lets a stopped account begin again, with a new slip.
#[utoipa::path(post, path = "/api/v1/accounts/{id}/reinstate", params(("id" = String, Path)),
    responses(
        (status = 200, body = Done), (status = 401, body = Refusal), (status = 403, body = Refusal),
        (status = 404, body = Refusal), (status = 409, body = Refusal),
        (status = 500, body = Failure)
    ))]
pub async fn reinstate(AtDoor(door): AtDoor, who: Who) -> Answer<Done> {
    let account = who.account()?.id;
    let again =
        door.ask(move |door, now| Ok(door.people().reinstate(&who.actor(), account, now)?));
    again.await.map(|()| DONE)
}

/// Ends all sessions of an account.
#[utoipa::path(delete, path = "/api/v1/accounts/{id}/sessions", params(("id" = String, Path)),
    responses(
        (status = 200, body = Ended), (status = 401, body = Refusal),
        (status = 403, body = Refusal), (status = 404, body = Refusal),
        (status = 500, body = Failure)
    ))]
pub async fn end_sessions(AtDoor(door): AtDoor, who: Who) -> Answer<Ended> {
    let account = who.account()?.id;
    let ended =
        door.ask(move |door, now| Ok(door.people().end_sessions(&who.actor(), account, now)?));
    Ok(Json(Ended { ended: ended.await? }))
}

fn account_line(door: &Door, account: &Account, now: i64) -> Result<AccountLine, Unanswered> {
    let grants = door.people().grants(account.id).map_err(Unanswered::failed)?;
    let (orgs, today) = (door.orgs(now), day_of(now));
    Ok(AccountLine {
        id: account.id.to_string(),
        login: account.login.to_string(),
        person: account.person.as_ref().map(Name::to_string),
        state: account.state.as_str(),
        created: account.created,
        grants: grants.iter().map(|grant| grant_line(&orgs, grant, today)).collect(),
    })
}

fn grant_line(orgs: &Orgs, grant: &Grant, today: Day) -> GrantLine {
    let what = &grant.what;
    // An organisation that is gone by today is still named by its id.
    let org = what.org.as_ref().map(|id| {
        let unknown = || Org { id: id.to_string(), name: String::new(), level: String::new() };
        orgs.org(id.as_str()).cloned().unwrap_or_else(unknown)
    });
    GrantLine {
        id: grant.id.to_string(),
        role: what.role.as_str(),
        text: what.role.in_words(),
        org,
        first: what.first.to_string(),
        last: what.last.map(|day| day.to_string()),
        valid: grant.holds(today),
    }
}

/// A name that was sent, in the letters names have.
fn name(field: &str, text: &str) -> Result<Name, Refusal> {
    Name::new(text).ok_or_else(|| {
        let message = format!("{field} 只能有字母、数字和 _ . -，最多 64 个");
        Refusal::of(422, "bad-name", message, "请核对后再填")
    })
}
