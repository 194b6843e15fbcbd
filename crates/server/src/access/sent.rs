//! What a request may carry: JSON of a bounded size, from our own page.
//!
//! A form on a strange site can send neither JSON nor our header without the browser asking us
//! first, and we never allow it; so asking for one of the two is enough against forged requests,
//! together with the cookie that other sites cannot have sent. A body is read only after the
//! policy has let the request in. How deep JSON may go is limited by serde_json (128).
//! Nothing that was sent is repeated in a refusal: it may hold a password.

use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, Method};
use serde::de::DeserializeOwned;

use crate::refusal::Refusal;

/// Bytes of a body: the largest input here is a name and a few words.
pub const BODY_MAX: usize = 64 * 1024;
/// The header of our own page.
pub const OWN_HEADER: &str = "x-nuanjia";

/// The JSON body of a request. Types behind it refuse fields they do not know.
pub struct Sent<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Sent<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &S) -> Result<Sent<T>, Refusal> {
        if kind(request.headers()) != Kind::Json {
            return Err(wrong_kind());
        }
        // A body that cannot be read to its end is too long, or nobody waits for the answer.
        let body = to_bytes(request.into_body(), BODY_MAX).await.map_err(|_| too_big())?;
        serde_json::from_slice(&body).map(Sent).map_err(|error| {
            let place = format!("第 {} 行第 {} 列", error.line(), error.column());
            let remedy = "请核对各栏；有哪些栏见 /api/v1/openapi.json";
            Refusal::bad("bad-body", format!("送来的内容在{place}看不懂"), remedy)
        })
    }
}

/// Refuses what no handler should see.
pub fn check_form(method: &Method, headers: &HeaderMap) -> Result<(), Refusal> {
    if announced_length(headers).is_some_and(|length| length > BODY_MAX as u64) {
        return Err(too_big());
    }
    if method.is_safe() {
        return Ok(());
    }
    let own = headers.get(OWN_HEADER).is_some_and(|value| value == "1");
    match kind(headers) {
        Kind::Other => Err(wrong_kind()),
        Kind::None if !own => {
            let remedy = "请从本系统的网页操作";
            Err(Refusal::forbidden("not-from-our-page", "这个请求不是从本系统网页来的", remedy))
        }
        Kind::None | Kind::Json => Ok(()),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Json,
    None,
    Other,
}

fn kind(headers: &HeaderMap) -> Kind {
    let mut lines = headers.get_all(CONTENT_TYPE).iter();
    let (Some(first), None) = (lines.next(), lines.next()) else {
        return if headers.contains_key(CONTENT_TYPE) { Kind::Other } else { Kind::None };
    };
    let essence = first.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
    if essence.trim().eq_ignore_ascii_case("application/json") { Kind::Json } else { Kind::Other }
}

fn announced_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn wrong_kind() -> Refusal {
    Refusal::of(415, "not-json", "送来的不是 JSON", "请用 application/json")
}

fn too_big() -> Refusal {
    let message = format!("送来的内容过大，最多 {} KiB", BODY_MAX / 1024);
    Refusal::of(413, "too-big", message, "请分几次送")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(method: &Method, headers: &[(&'static str, &str)]) -> u16 {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        check_form(method, &map).err().map_or(0, |refusal| refusal.status())
    }

    #[test]
    fn a_change_comes_from_our_page_or_as_json() {
        let post = Method::POST;
        assert_eq!(refused(&post, &[]), 403);
        assert_eq!(refused(&post, &[("x-nuanjia", "0")]), 403);
        assert_eq!(refused(&post, &[("x-nuanjia", "1")]), 0);
        assert_eq!(refused(&post, &[("content-type", "application/json; charset=utf-8")]), 0);
        for other in ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""] {
            let headers = [("content-type", other), ("x-nuanjia", "1")];
            assert_eq!(refused(&post, &headers), 415, "{other}");
        }
        let twice = [("content-type", "application/json"), ("content-type", "text/plain")];
        assert_eq!(refused(&post, &twice), 415);
        assert_eq!(refused(&Method::GET, &[]), 0);
        assert_eq!(refused(&Method::GET, &[("content-length", "65537")]), 413);
    }
}
