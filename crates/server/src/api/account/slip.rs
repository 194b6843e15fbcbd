//! One-time slips, printed or read out to the person herself.
//!
//! A liaison helps her own people with a forgotten PIN and with nothing else; the security
//! administrator enrols. Which of the two is at work says the rule that let her in, not the body.
//! Read next: `../sign_in/phone.rs`, where slips are used.

use axum::Json;
use serde::{Deserialize, Serialize};
use store::people::{Purpose, Role};
use utoipa::ToSchema;

use crate::access::Who;
use crate::access::door::AtDoor;
use crate::access::rules::{ENROLS, HELPS};
use crate::access::sent::Sent;
use crate::refusal::{Answer, Failure, Refusal};

/// What the slip is to be good for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SlipOrder {
    purpose: PurposeWord,
}

/// What a slip is good for.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PurposeWord {
    /// To enrol a phone with a PIN.
    EnrolPhone,
    /// To give an enrolled phone a new PIN.
    NewPin,
    /// To set a password and an authenticator.
    SetPassword,
}

/// A slip, shown this once.
#[derive(Serialize, ToSchema)]
pub struct SlipMade {
    login: String,
    /// What she types.
    code: String,
    /// Until when it is good, in milliseconds since 1970.
    expires: i64,
}

/// Makes a slip; an earlier one for the same purpose no longer holds.
#[utoipa::path(post, path = "/api/v1/accounts/{id}/slip", params(("id" = String, Path)),
    request_body = SlipOrder, responses(
        (status = 200, body = SlipMade), (status = 401, body = Refusal),
        (status = 403, body = Refusal), (status = 404, body = Refusal),
        (status = 409, body = Refusal), (status = 500, body = Failure)
    ))]
pub async fn slip(
    AtDoor(door): AtDoor,
    who: Who,
    Sent(order): Sent<SlipOrder>,
) -> Answer<SlipMade> {
    let account = who.account()?.id;
    let purpose = allowed(who.rule(), order.purpose)?;
    let slip = door
        .ask(move |door, now| Ok(door.people().issue_slip(&who.actor(), account, purpose, now)?));
    let slip = slip.await?;
    Ok(Json(SlipMade {
        login: slip.login.to_string(),
        code: slip.code.text(),
        expires: slip.expires,
    }))
}

fn allowed(rule: &str, purpose: PurposeWord) -> Result<Purpose, Refusal> {
    let (whose, wanted) = match purpose {
        PurposeWord::NewPin => (HELPS, Purpose::NewPin),
        PurposeWord::EnrolPhone => (ENROLS, Purpose::EnrolPhone),
        PurposeWord::SetPassword => (ENROLS, Purpose::SetPassword),
    };
    if rule == whose {
        return Ok(wanted);
    }
    let role = if whose == HELPS { Role::Liaison } else { Role::SecurityAdmin };
    let message = format!("这件事归谁办：{}", role.in_words());
    Err(Refusal::forbidden("not-yours", message, "请转给她办"))
}
