//! Routes: one declaration gives the axum route, its policy and its OpenAPI entry.
//!
//! A route cannot be declared without a policy, and only declared routes are served. The table is
//! also what the tests walk. In the rehearsal every policy is public.
//! It does not describe the answers' shapes yet; `web/src/api.ts` does.
//! Read next: `api.rs` for the handlers.

use std::sync::Arc;

use axum::Router;
use axum::routing::MethodRouter;
use serde_json::{Value, json};

use crate::campaign::Campaign;

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// Everybody on this machine; rehearsal facts only.
    PublicRehearsal,
}

/// One declared route.
pub struct Route {
    /// Its path, axum style.
    pub path: &'static str,
    /// Who may use it.
    pub policy: Policy,
    /// What it gives, one sentence.
    pub summary: &'static str,
    /// Its query parameters.
    pub query: &'static [&'static str],
    /// The handler.
    pub handler: MethodRouter<Arc<Campaign>>,
}

/// A router that serves exactly these routes.
pub fn router(routes: Vec<Route>) -> Router<Arc<Campaign>> {
    routes.into_iter().fold(Router::new(), |router, route| match route.policy {
        Policy::PublicRehearsal => router.route(route.path, route.handler),
    })
}

/// The OpenAPI 3.1 description of the routes.
pub fn openapi(routes: &[Route]) -> Value {
    let mut paths = serde_json::Map::new();
    for route in routes {
        let segments = route.path.split('/').filter_map(|s| s.strip_prefix('{'));
        let named = segments.map(|name| (name.trim_end_matches('}'), "path", true));
        let query = route.query.iter().map(|name| (*name, "query", false));
        let parameter = |(name, place, required): (&str, &str, bool)| {
            let schema = json!({ "type": "string" });
            json!({ "name": name, "in": place, "required": required, "schema": schema })
        };
        let parameters: Vec<Value> = named.chain(query).map(parameter).collect();
        let get = json!({
            "summary": route.summary,
            "x-policy": "public-rehearsal",
            "parameters": parameters,
            "responses": {
                "200": { "description": "JSON" },
                "4XX": { "description": "refusal, message, remedy" },
            },
        });
        paths.insert(route.path.to_string(), json!({ "get": get }));
    }
    json!({ "openapi": "3.1.0", "info": { "title": "Nuanjia", "version": "1" }, "paths": paths })
}
