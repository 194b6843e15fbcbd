//! Signing in at an office computer, proving it anew, signing out.
//!
//! A session's token goes into the cookie and nowhere else. One refusal for whatever was wrong,
//! and the same work for a name nobody has; who guesses too often waits, and the accounts count.
//! Phones are in `sign_in/phone.rs`, slips for a password in `sign_in/office.rs`.
//! Read next: `../access/cookie.rs`.

pub mod office;
pub mod phone;

use axum::Json;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};
use store::people::{OfficeSignIn, Proof, Refusal as Of, SignedIn, Token};
use utoipa::ToSchema;

use crate::access::Who;
use crate::access::cookie::{Cookie, Transport};
use crate::access::door::AtDoor;
use crate::access::sent::Sent;
use crate::refusal::{Answer, Failure, Refusal, Unanswered};

/// What is typed at an office computer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OfficeInput {
    login: String,
    password: String,
    /// The six digits of the authenticator.
    digits: String,
}

/// Signed in; the cookie has come with it.
#[derive(Serialize, ToSchema)]
pub struct Signed {
    account: String,
    session: String,
    /// When the session ends whatever happens, in milliseconds since 1970.
    ends: i64,
}

/// A fresh proof.
#[derive(Deserialize, ToSchema)]
#[serde(untagged)]
pub enum ProofInput {
    /// The phone the session was begun with, and its PIN.
    Phone(phone::PhoneInput),
    /// What the authenticator shows.
    Digits(DigitsInput),
}

/// What the authenticator shows.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DigitsInput {
    /// Six digits.
    digits: String,
}

/// Until when a fresh proof holds.
#[derive(Serialize, ToSchema)]
pub struct Confirmed {
    /// In milliseconds since 1970.
    until: i64,
}

/// Done; there is nothing else to say.
#[derive(Serialize, ToSchema)]
pub struct Done {
    done: bool,
}

/// The answer to what is done and has no result.
pub const DONE: Json<Done> = Json(Done { done: true });

/// A result with headers before it.
pub type WithHeaders<T> = Result<(HeaderMap, Json<T>), Unanswered>;

/// Signs in with password and authenticator.
#[utoipa::path(post, path = "/api/v1/sign_in", request_body = OfficeInput, responses(
    (status = 200, body = Signed), (status = 401, body = Refusal), (status = 503, body = Refusal),
    (status = 500, body = Failure)
))]
pub async fn sign_in(
    AtDoor(door): AtDoor,
    headers: HeaderMap,
    Sent(input): Sent<OfficeInput>,
) -> WithHeaders<Signed> {
    let transport = door.transport();
    let browser = transport.read(Cookie::Browser, &headers).and_then(Token::read);
    let signed = door.ask_slowly(move |door, now| {
        let OfficeInput { login, password, digits } = &input;
        let browser = browser.as_ref();
        let typed = OfficeSignIn { login, password, digits, browser };
        Ok(door.people().sign_in_office(typed, now)?)
    });
    signed.await.and_then(|signed| with_cookies(transport, &signed))
}

fn with_cookies(transport: Transport, signed: &SignedIn) -> WithHeaders<Signed> {
    let mut headers = HeaderMap::new();
    let mut set = |cookie: Cookie, token: &Token| {
        let line = HeaderValue::from_str(&transport.set(cookie, &token.text()));
        line.map(|line| headers.append(SET_COOKIE, line)).map_err(Unanswered::failed)
    };
    set(Cookie::Session, &signed.token)?;
    if let Some(browser) = &signed.browser {
        set(Cookie::Browser, browser)?;
    }
    let (account, session) = (signed.account.to_string(), signed.session.to_string());
    Ok((headers, Json(Signed { account, session, ends: signed.ends })))
}

/// Ends the session she asks in and takes the cookie away.
#[utoipa::path(post, path = "/api/v1/sign_out", responses(
    (status = 200, body = Done), (status = 401, body = Refusal), (status = 500, body = Failure)
))]
pub async fn sign_out(AtDoor(door): AtDoor, who: Who) -> WithHeaders<Done> {
    let gone = door.transport().clear(Cookie::Session);
    door.ask(move |door, now| Ok(door.people().sign_out(who.token(), now)?)).await?;
    let mut headers = HeaderMap::new();
    headers.append(SET_COOKIE, HeaderValue::from_str(&gone).map_err(Unanswered::failed)?);
    // Not "storage": there a phone keeps what it has not sent yet.
    let name = HeaderName::from_static("clear-site-data");
    headers.append(name, HeaderValue::from_static("\"cache\""));
    Ok((headers, DONE))
}

/// Proves anew that it is still she; holds for some minutes.
#[utoipa::path(post, path = "/api/v1/step_up", request_body = ProofInput, responses(
    (status = 200, body = Confirmed), (status = 401, body = Refusal),
    (status = 403, body = Refusal), (status = 500, body = Failure)
))]
pub async fn step_up(
    AtDoor(door): AtDoor,
    who: Who,
    Sent(input): Sent<ProofInput>,
) -> Answer<Confirmed> {
    let until = door.ask_slowly(move |door, now| {
        let phone;
        let proof = match &input {
            ProofInput::Phone(input) => {
                phone = input.token().ok_or_else(|| Refusal::from(Of::NotProved))?;
                Proof::Pin { phone: &phone, pin: &input.pin }
            }
            ProofInput::Digits(input) => Proof::Digits(&input.digits),
        };
        Ok(door.people().step_up(who.token(), proof, now)?)
    });
    Ok(Json(Confirmed { until: until.await? }))
}
