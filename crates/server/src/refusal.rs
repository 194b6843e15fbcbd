//! Refusals and faults of the API.
//!
//! A refusal is the asker's to mend: a word-code for programs, a message and a remedy for people. A
//! fault is ours: the asker gets an id to quote and no detail, the detail goes to the log.
//! It is not about an unmet duty, which is a result.

use std::fmt::Display;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Json;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;

/// A refused request.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Refusal {
    #[serde(skip)]
    status: u16,
    /// Stable word-code such as `unknown-org`.
    refusal: &'static str,
    /// What is wrong.
    message: String,
    /// What to do.
    remedy: String,
}

impl Refusal {
    /// 400: it cannot be understood.
    pub fn bad(
        refusal: &'static str,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Refusal {
        Refusal::of(400, refusal, message, remedy)
    }

    /// Any other status of a refusal: 401, 409, 413, 415, 429, 503.
    pub fn of(
        status: u16,
        refusal: &'static str,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Refusal {
        Refusal { status, refusal, message: message.into(), remedy: remedy.into() }
    }

    /// The status of the answer.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The word-code.
    pub fn word(&self) -> &'static str {
        self.refusal
    }

    /// 403: not for this asker.
    pub fn forbidden(
        refusal: &'static str,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Refusal {
        Refusal { status: 403, ..Refusal::bad(refusal, message, remedy) }
    }

    /// 404: there is no such thing.
    pub fn not_found(
        refusal: &'static str,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Refusal {
        Refusal { status: 404, ..Refusal::bad(refusal, message, remedy) }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST);
        let word = RefusedAs(self.refusal);
        let mut response = (status, [(CACHE_CONTROL, "no-store")], Json(self)).into_response();
        response.extensions_mut().insert(word);
        response
    }
}

/// The word-code of a refusal, beside its answer, for whoever keeps what was decided.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RefusedAs(pub &'static str);

/// A failure of ours, already logged.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Failure {
    /// What the log calls it.
    fault: String,
}

/// Why there is no answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Unanswered {
    /// The asker can mend it.
    Refused(Refusal),
    /// We must.
    Failed(Failure),
}

impl Unanswered {
    /// Logs a failure of ours under a new id.
    pub fn failed(detail: impl Display) -> Unanswered {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed) + 1;
        let fault = format!("f{:x}-{number}", std::process::id());
        eprintln!("fault {fault}: {detail}");
        Unanswered::Failed(Failure { fault })
    }
}

impl From<Refusal> for Unanswered {
    fn from(refusal: Refusal) -> Unanswered {
        Unanswered::Refused(refusal)
    }
}

impl IntoResponse for Unanswered {
    fn into_response(self) -> Response {
        match self {
            Unanswered::Refused(refusal) => refusal.into_response(),
            Unanswered::Failed(failure) => {
                let status = StatusCode::INTERNAL_SERVER_ERROR;
                (status, [(CACHE_CONTROL, "no-store")], Json(failure)).into_response()
            }
        }
    }
}

/// What a handler gives.
pub type Answer<T> = Result<Json<T>, Unanswered>;

/// The query of a request; one that cannot be read is refused in our own words.
pub struct Asked<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Asked<T>, Refusal> {
        let query = axum::extract::Query::<T>::from_request_parts(parts, state).await;
        query.map(|query| Asked(query.0)).map_err(|_| {
            let remedy = "请核对问号后面的参数；接口目录在 /api/v1/openapi.json";
            Refusal::bad("bad-query", "参数看不懂", remedy)
        })
    }
}
