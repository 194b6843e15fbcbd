//! The web app, carried inside the program.
//!
//! Files under `assets/` have a hash in their name and never change; all others (pages, service
//! worker, icons) are asked for anew. An unknown path is not found: the app routes nothing.
//! It does not compress: the router does.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use rust_embed::{Embed, EmbeddedFile};

use crate::refusal::Refusal;

/// What `npm run build` left in `web/dist`.
#[derive(Embed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct WebApp;

const IMMUTABLE: &str = "public, max-age=31536000, immutable";
const ASK_AGAIN: &str = "no-cache";
const NOT_BUILT: &str = "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\">\
     <title>暖家</title><p>网页还没有做好：请在项目目录运行 make run。</p></html>";

/// Answers whatever is not a route of the API.
pub async fn serve(method: Method, uri: Uri) -> Response {
    let path = uri.path().trim_start_matches('/');
    if path == "api" || path.starts_with("api/") {
        return unknown_path();
    }
    if method != Method::GET && method != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let name = if path.is_empty() { "index.html" } else { path };
    match WebApp::get(name) {
        Some(file) => found(name, file),
        None if path.is_empty() => {
            ([(CONTENT_TYPE, "text/html; charset=utf-8"), (CACHE_CONTROL, ASK_AGAIN)], NOT_BUILT)
                .into_response()
        }
        None => unknown_path(),
    }
}

fn found(name: &str, file: EmbeddedFile) -> Response {
    let caching = if name.starts_with("assets/") { IMMUTABLE } else { ASK_AGAIN };
    let headers = [(CONTENT_TYPE, content_type(name)), (CACHE_CONTROL, caching)];
    (headers, file.data).into_response()
}

fn unknown_path() -> Response {
    let remedy = "请从首页 / 进入；接口目录在 /api/v1/openapi.json";
    Refusal::not_found("unknown-path", "没有这个地址", remedy).into_response()
}

/// Content type by the end of the name; the app has no other kinds of files.
fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, end)| end) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
