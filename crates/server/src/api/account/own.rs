//! What is her own: who she is, in which roles, where she is signed in.
//!
//! Nothing here needs a role, so that somebody whose last role has ended can still see that and
//! sign out everywhere. Nobody sees the sessions of another here.
//! Read next: `../sign_in.rs`.

use axum::Json;
use serde::Serialize;
use store::people::{Refusal as Of, SessionId, day_of};
use utoipa::ToSchema;

use super::{DONE, Done, Ended, GrantLine, grant_line};
use crate::access::Who;
use crate::access::door::AtDoor;
use crate::refusal::{Answer, Failure, Refusal, Unanswered};

/// Who is signed in.
#[derive(Serialize, ToSchema)]
pub struct Me {
    account: String,
    login: String,
    /// Her record in the facts.
    person: Option<String>,
    /// Roles that hold today, with their organisations.
    grants: Vec<GrantLine>,
    session: String,
    /// Until when a fresh proof holds, in milliseconds since 1970.
    confirmed_until: i64,
    /// The password is due: it has to be changed before anything else.
    password_due: bool,
}

/// Where she is signed in.
#[derive(Serialize, ToSchema)]
pub struct OwnSessions {
    sessions: Vec<OwnSession>,
}

/// One place she is signed in.
#[derive(Serialize, ToSchema)]
pub struct OwnSession {
    id: String,
    /// Whether it is this one.
    current: bool,
    /// The phone or browser, if it was known.
    device: Option<String>,
    /// When it began, in milliseconds since 1970.
    created: i64,
    /// When it was last used.
    seen: i64,
}

/// Who am I.
#[utoipa::path(get, path = "/api/v1/me", responses(
    (status = 200, body = Me), (status = 401, body = Refusal), (status = 500, body = Failure)
))]
pub async fn me(AtDoor(door): AtDoor, who: Who) -> Answer<Me> {
    let me = door.ask(move |door, now| {
        let present = who.present();
        let (orgs, today) = (door.orgs(now), day_of(now));
        let grants = present.grants.iter().map(|grant| grant_line(&orgs, grant, today));
        Ok(Me {
            account: present.account.id.to_string(),
            login: present.account.login.to_string(),
            person: present.account.person.as_ref().map(ToString::to_string),
            grants: grants.collect(),
            session: present.session.to_string(),
            confirmed_until: present.stepped_up_until,
            password_due: present.password_due,
        })
    });
    me.await.map(Json)
}

/// Where she is signed in, the latest used first.
#[utoipa::path(get, path = "/api/v1/sessions", responses(
    (status = 200, body = OwnSessions), (status = 401, body = Refusal),
    (status = 500, body = Failure)
))]
pub async fn sessions(AtDoor(door): AtDoor, who: Who) -> Answer<OwnSessions> {
    let lines = door.ask(move |door, now| {
        let account = who.present().account.id;
        let lines = door.people().sessions(account, now).map_err(Unanswered::failed)?;
        let line = |line: store::people::SessionLine| OwnSession {
            id: line.id.to_string(),
            current: line.id == who.present().session,
            device: line.device.map(|device| device.to_string()),
            created: line.created,
            seen: line.seen,
        };
        Ok(OwnSessions { sessions: lines.into_iter().map(line).collect() })
    });
    lines.await.map(Json)
}

/// Ends one of her sessions.
#[utoipa::path(delete, path = "/api/v1/sessions/{id}", params(("id" = String, Path)), responses(
    (status = 200, body = Done), (status = 401, body = Refusal), (status = 404, body = Refusal),
    (status = 500, body = Failure)
))]
pub async fn end_one(AtDoor(door): AtDoor, who: Who) -> Answer<Done> {
    let session = SessionId::read(who.in_path("id"));
    let ended = door.ask(move |door, now| {
        let session = session.ok_or_else(|| Refusal::from(Of::NotThere))?;
        let account = who.present().account.id;
        Ok(door.people().end_session(&who.actor(), account, session, now)?)
    });
    ended.await.map(|()| DONE)
}

/// Ends all her sessions but this one.
#[utoipa::path(delete, path = "/api/v1/sessions", responses(
    (status = 200, body = Ended), (status = 401, body = Refusal), (status = 500, body = Failure)
))]
pub async fn end_all(AtDoor(door): AtDoor, who: Who) -> Answer<Ended> {
    let ended = door.ask(move |door, now| {
        let account = who.present().account.id;
        Ok(door.people().end_sessions(&who.actor(), account, now)?)
    });
    Ok(Json(Ended { ended: ended.await? }))
}
