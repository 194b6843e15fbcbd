//! Phones: enrolled once with a slip, then signed in with a PIN of some digits.
//!
//! What the phone keeps and what she knows are her two factors. The phone's token is answered
//! once, in the body: the phone keeps it in its own sealed store, beside its outbox, and sends it
//! in a body again. A forgotten PIN takes another slip and loses nothing that was not yet sent.
//! Read next: `office.rs`.

use axum::Json;
use serde::{Deserialize, Serialize};
use store::people::{Code, Refusal as Of, Token};
use utoipa::ToSchema;

use super::{DONE, Done, Signed, WithHeaders, with_cookies};
use crate::access::door::AtDoor;
use crate::access::sent::Sent;
use crate::refusal::{Answer, Failure, Refusal};

/// A slip and the PIN she has chosen.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnrolInput {
    /// What stands on the slip, however it is typed.
    code: String,
    /// 6 to 12 digits.
    pin: String,
}

/// The phone is known from now on.
#[derive(Serialize, ToSchema)]
pub struct EnrolledPhone {
    account: String,
    device: String,
    /// What the phone keeps; shown this once.
    phone: String,
}

/// A phone and its PIN.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PhoneInput {
    /// What the phone was given when it was enrolled.
    phone: String,
    pub(super) pin: String,
}

impl PhoneInput {
    /// The phone's token, if it is one.
    pub(super) fn token(&self) -> Option<Token> {
        Token::read(&self.phone)
    }
}

/// A phone whose PIN is forgotten, a slip, and a new PIN.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPinInput {
    /// What the phone was given when it was enrolled.
    phone: String,
    /// What stands on the slip, however it is typed.
    code: String,
    /// 6 to 12 digits.
    pin: String,
}

/// Enrols a phone.
#[utoipa::path(post, path = "/api/v1/phone/enrol", request_body = EnrolInput, responses(
    (status = 200, body = EnrolledPhone), (status = 403, body = Refusal),
    (status = 422, body = Refusal), (status = 500, body = Failure)
))]
pub async fn enrol(AtDoor(door): AtDoor, Sent(input): Sent<EnrolInput>) -> Answer<EnrolledPhone> {
    let enrolled = door.ask_slowly(move |door, now| {
        let code = Code::read(&input.code).ok_or_else(|| Refusal::from(Of::SlipNotGood))?;
        Ok(door.people().enrol_phone(&code, &input.pin, now)?)
    });
    let enrolled = enrolled.await?;
    Ok(Json(EnrolledPhone {
        account: enrolled.account.to_string(),
        device: enrolled.device.to_string(),
        phone: enrolled.token.text(),
    }))
}

/// Signs in with a phone and its PIN.
#[utoipa::path(post, path = "/api/v1/phone/sign_in", request_body = PhoneInput, responses(
    (status = 200, body = Signed), (status = 401, body = Refusal), (status = 503, body = Refusal),
    (status = 500, body = Failure)
))]
pub async fn phone_sign_in(
    AtDoor(door): AtDoor,
    Sent(input): Sent<PhoneInput>,
) -> WithHeaders<Signed> {
    let transport = door.transport();
    let signed = door.ask_slowly(move |door, now| {
        let phone = input.token().ok_or_else(|| Refusal::from(Of::NotSignedIn))?;
        Ok(door.people().sign_in_phone(&phone, &input.pin, now)?)
    });
    signed.await.and_then(|signed| with_cookies(transport, &signed))
}

/// Gives an enrolled phone a new PIN.
#[utoipa::path(post, path = "/api/v1/phone/new_pin", request_body = NewPinInput, responses(
    (status = 200, body = Done), (status = 403, body = Refusal), (status = 422, body = Refusal),
    (status = 500, body = Failure)
))]
pub async fn new_pin(AtDoor(door): AtDoor, Sent(input): Sent<NewPinInput>) -> Answer<Done> {
    let set = door.ask_slowly(move |door, now| {
        let phone = Token::read(&input.phone).zip(Code::read(&input.code));
        let (phone, code) = phone.ok_or_else(|| Refusal::from(Of::SlipNotGood))?;
        Ok(door.people().new_pin(&phone, &code, &input.pin, now)?)
    });
    set.await.map(|()| DONE)
}
