//! All routes of the API, the app behind them, and the headers on everything.
//!
//! A rehearsal has its public pages and nothing else; where there are accounts, the routes of
//! signing in and of the administrators stand beside them. OpenAPI describes what is served, no
//! less and no more.
//! Read next: `declare.rs` for what a declaration gives, `access/rules.rs` for the policies, `api/`
//! for the answers.

use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;
use axum::http::header::CACHE_CONTROL;
use axum::routing::get;
use tower_http::compression::CompressionLayer;
use utoipa::OpenApi;
use utoipa_axum::routes;

use crate::access::cookie::Transport;
use crate::access::door::Door;
use crate::access::guard::Standpoint;
use crate::access::rules;
use crate::api::{self, account, sign_in};
use crate::declare::{Policy, Routes};
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

/// What the routes answer from.
#[derive(Clone)]
pub struct Site {
    rehearsal: Arc<Rehearsal>,
    standpoint: Standpoint,
}

impl Site {
    /// A rehearsal: its pages, without sign-in.
    pub fn of_rehearsal(rehearsal: Arc<Rehearsal>) -> Site {
        Site { rehearsal, standpoint: Standpoint { rehearsal: true, door: None } }
    }

    /// Facts with accounts before them. Only a rehearsal's pages are public.
    pub fn with_door(facts: Arc<Rehearsal>, door: Arc<Door>, rehearsal: bool) -> Site {
        Site { rehearsal: facts, standpoint: Standpoint { rehearsal, door: Some(door) } }
    }
}

impl FromRef<Site> for Arc<Rehearsal> {
    fn from_ref(site: &Site) -> Arc<Rehearsal> {
        Arc::clone(&site.rehearsal)
    }
}

impl FromRef<Site> for Option<Arc<Door>> {
    fn from_ref(site: &Site) -> Option<Arc<Door>> {
        site.standpoint.door.clone()
    }
}

/// Routes of the API with their description.
pub fn declared(standpoint: Standpoint) -> (Router<Site>, utoipa::openapi::OpenApi) {
    let guarded = standpoint.door.is_some();
    let routes = pages(Routes::new(Description::openapi(), standpoint));
    let routes = if guarded { administration(own(way_in(routes))) } else { routes };
    routes.finish()
}

fn pages(routes: Routes<Site>) -> Routes<Site> {
    let public = Policy::PublicRehearsal;
    routes
        .route(public, routes!(api::paper::paper))
        .route(public, routes!(api::standing::standing))
        .route(public, routes!(api::orgs::orgs))
        .route(public, routes!(api::clause::clause))
        .route(public, routes!(api::evidence::evidence))
        .route(public, routes!(api::cards::cards))
}

fn way_in(routes: Routes<Site>) -> Routes<Site> {
    routes
        .route(rules::SIGN_IN, routes!(sign_in::sign_in))
        .route(rules::SIGN_IN, routes!(sign_in::phone::phone_sign_in))
        .route(rules::BY_SLIP, routes!(sign_in::phone::enrol))
        .route(rules::BY_SLIP, routes!(sign_in::phone::new_pin))
        .route(rules::BY_SLIP, routes!(sign_in::office::begin))
        .route(rules::BY_SLIP, routes!(sign_in::office::office_enrol))
}

fn own(routes: Routes<Site>) -> Routes<Site> {
    routes
        .route(rules::OWN, routes!(sign_in::sign_out))
        .route(rules::OWN, routes!(sign_in::step_up))
        .route(rules::OWN, routes!(sign_in::office::change_password))
        .route(rules::OWN, routes!(account::own::me))
        .route(rules::OWN, routes!(account::own::sessions, account::own::end_all))
        .route(rules::OWN, routes!(account::own::end_one))
}

fn administration(routes: Routes<Site>) -> Routes<Site> {
    routes
        .route(rules::ACCOUNTS_SEEN, routes!(account::accounts))
        .route(rules::ACCOUNT_MADE, routes!(account::invite))
        .route(rules::ACCOUNT_CHANGED, routes!(account::disable))
        .route(rules::ACCOUNT_CHANGED, routes!(account::reinstate))
        .route(rules::ACCOUNT_CHANGED, routes!(account::end_sessions))
        .route(rules::ROLE_GRANTED, routes!(account::grant::grant))
        .route(rules::ACCOUNT_CHANGED, routes!(account::grant::revoke))
        .route(rules::SLIP, routes!(account::slip::slip))
        .route(rules::AUDIT, routes!(api::audit::audit))
}

/// The whole server over a rehearsal, as `make run` serves it.
pub fn router(rehearsal: Arc<Rehearsal>) -> Router {
    served(Site::of_rehearsal(rehearsal))
}

/// The whole server over a site.
pub fn served(site: Site) -> Router {
    let transport = site.standpoint.door.as_ref().map(|door| door.transport());
    let (routes, description) = declared(site.standpoint.clone());
    let description = axum::Json(description);
    let described = get(move || async move { ([(CACHE_CONTROL, "no-cache")], description) });
    let whole = routes
        .route(DESCRIPTION_PATH, described)
        .fallback(asset::serve)
        .layer(CompressionLayer::new())
        .with_state(site);
    header::on_every_answer(whole, transport == Some(Transport::Tls))
}
