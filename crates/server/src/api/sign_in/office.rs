//! Passwords and authenticators: begun and finished with a slip, changed when signed in.
//!
//! The secret of an authenticator is answered once, to the holder of a slip, and only counts when
//! its digits show that it works. Which passwords are taken is the accounts' policy.
//! Read next: `../account/slip.rs`, where slips come from.

use axum::Json;
use serde::{Deserialize, Serialize};
use store::people::{Code, NewPassword, Refusal as Of};
use utoipa::ToSchema;

use super::{DONE, Done};
use crate::access::Who;
use crate::access::door::AtDoor;
use crate::access::sent::Sent;
use crate::refusal::{Answer, Failure, Refusal};

/// A slip.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SlipInput {
    /// What stands on the slip, however it is typed.
    code: String,
}

/// What the authenticator is to keep.
#[derive(Serialize, ToSchema)]
pub struct Secret {
    /// In the letters authenticators read; shown this once.
    secret: String,
    /// The same as an address that an authenticator scans (`otpauth://…`).
    address: String,
}

/// A slip, the password chosen, and the first six digits.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OfficeEnrolInput {
    /// What stands on the slip, however it is typed.
    code: String,
    password: String,
    /// The six digits of the authenticator.
    digits: String,
}

/// The password in use and the one to come.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordInput {
    old: String,
    new: String,
}

/// Shows the secret for an authenticator to the holder of a slip.
#[utoipa::path(post, path = "/api/v1/office/begin", request_body = SlipInput, responses(
    (status = 200, body = Secret), (status = 403, body = Refusal), (status = 500, body = Failure)
))]
pub async fn begin(AtDoor(door): AtDoor, Sent(input): Sent<SlipInput>) -> Answer<Secret> {
    let begun = door.ask(move |door, now| {
        let code = Code::read(&input.code).ok_or_else(|| Refusal::from(Of::SlipNotGood))?;
        Ok(door.people().office_begin(&code, now)?)
    });
    let begun = begun.await?;
    Ok(Json(Secret { secret: begun.text, address: begun.address }))
}

/// Sets password and authenticator with a slip.
#[utoipa::path(post, path = "/api/v1/office/enrol", request_body = OfficeEnrolInput, responses(
    (status = 200, body = Done), (status = 403, body = Refusal), (status = 422, body = Refusal),
    (status = 500, body = Failure)
))]
pub async fn office_enrol(
    AtDoor(door): AtDoor,
    Sent(input): Sent<OfficeEnrolInput>,
) -> Answer<Done> {
    let set = door.ask_slowly(move |door, now| {
        let code = Code::read(&input.code).ok_or_else(|| Refusal::from(Of::SlipNotGood))?;
        Ok(door.people().office_enrol(&code, &input.password, &input.digits, now)?)
    });
    set.await.map(|_| DONE)
}

/// Changes the password of whoever is signed in; her other sessions end.
#[utoipa::path(post, path = "/api/v1/password", request_body = PasswordInput, responses(
    (status = 200, body = Done), (status = 401, body = Refusal), (status = 403, body = Refusal),
    (status = 422, body = Refusal), (status = 500, body = Failure)
))]
pub async fn change_password(
    AtDoor(door): AtDoor,
    who: Who,
    Sent(input): Sent<PasswordInput>,
) -> Answer<Done> {
    let changed = door.ask_slowly(move |door, now| {
        let change = NewPassword { old: &input.old, new: &input.new };
        Ok(door.people().change_password(who.token(), change, now)?)
    });
    changed.await.map(|()| DONE)
}
