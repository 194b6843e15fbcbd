//! Headers that stand on every answer.
//!
//! The page loads nothing from elsewhere, runs no inline script or style, cannot be framed and
//! shares no window with a strange page (decided with the web app's tests under the same policy).
//! Answers of the API are never cached: a verdict is of its day and its facts, a list is of its
//! reader.
//! Caching of the app's files is `asset.rs`.

use axum::Router;
use axum::http::HeaderValue;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
};
use tower_http::set_header::SetResponseHeaderLayer;

/// Everything from this server, nothing inline, no frame around it.
pub const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; \
     worker-src 'self'; frame-src 'self' blob:; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'";

/// Name and value of each header.
pub const ALWAYS: [(HeaderName, &str); 5] = [
    (CONTENT_SECURITY_POLICY, CONTENT_POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// A year of TLS only. A browser takes it seriously over TLS alone.
const TLS_ONLY: &str = "max-age=31536000";

/// Puts the headers on every answer of a router, also on refusals and unknown paths.
pub fn on_every_answer(router: Router, tls: bool) -> Router {
    let fresh = HeaderValue::from_static("no-store");
    let router = router.layer(SetResponseHeaderLayer::if_not_present(CACHE_CONTROL, fresh));
    let only = tls.then_some((STRICT_TRANSPORT_SECURITY, TLS_ONLY));
    ALWAYS.into_iter().chain(only).fold(router, |router, (name, value)| {
        let value = HeaderValue::from_static(value);
        router.layer(SetResponseHeaderLayer::overriding(name, value))
    })
}
