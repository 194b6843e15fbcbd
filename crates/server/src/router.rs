//! All routes of the API, the app behind them, and the headers on everything.
//!
//! Read next: `declare.rs` for what a declaration gives, `api/` for the answers.

use std::sync::Arc;

use axum::Router;
use axum::http::header::CACHE_CONTROL;
use axum::routing::get;
use tower_http::compression::CompressionLayer;
use utoipa::OpenApi;
use utoipa_axum::routes;

use crate::api;
use crate::declare::{Policy, Routes, Standpoint};
use crate::rehearsal::Rehearsal;
use crate::{asset, header};

#[derive(OpenApi)]
#[openapi(info(
    title = "暖家 Nuanjia",
    description = "一份文件，一场活动：条款、单位、记录，只读。",
    license(name = "Apache-2.0")
))]
struct Description;

/// Where the description of the API stands.
pub const DESCRIPTION_PATH: &str = "/api/v1/openapi.json";

/// Routes of the API with their description.
pub fn declared() -> (Router<Arc<Rehearsal>>, utoipa::openapi::OpenApi) {
    let public = Policy::PublicRehearsal;
    Routes::new(Description::openapi(), Standpoint { rehearsal: true })
        .route(public, routes!(api::paper::paper))
        .route(public, routes!(api::standing::standing))
        .route(public, routes!(api::orgs::orgs))
        .route(public, routes!(api::clause::clause))
        .route(public, routes!(api::evidence::evidence))
        .finish()
}

/// The whole server over a rehearsal.
pub fn router(rehearsal: Arc<Rehearsal>) -> Router {
    let (routes, description) = declared();
    let description = axum::Json(description);
    let described = get(move || async move { ([(CACHE_CONTROL, "no-cache")], description) });
    let whole = routes
        .route(DESCRIPTION_PATH, described)
        .fallback(asset::serve)
        .layer(CompressionLayer::new())
        .with_state(rehearsal);
    header::on_every_answer(whole)
}
