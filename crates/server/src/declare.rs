//! One declaration per route: address, handler, OpenAPI entry and policy.
//!
//! utoipa reads address and entry from the handler; the policy is an argument that cannot be left
//! out, so a route without one does not compile. It is enforced before the handler runs and is
//! written into the OpenAPI entry as `x-policy`.
//! It does not say which routes there are.
//! Read next: `router.rs`.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use crate::refusal::Refusal;

/// Who may ask.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Policy {
    /// Anybody, because the facts are a rehearsal: no real person is in them.
    PublicRehearsal,
}

/// What a policy is held against.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Standpoint {
    /// Whether the facts served are a rehearsal.
    pub rehearsal: bool,
}

impl Policy {
    /// The word in OpenAPI.
    pub fn word(self) -> &'static str {
        match self {
            Policy::PublicRehearsal => "public-rehearsal",
        }
    }

    /// Lets a request pass or refuses it.
    pub fn admit(self, standpoint: Standpoint) -> Result<(), Refusal> {
        match self {
            Policy::PublicRehearsal if standpoint.rehearsal => Ok(()),
            Policy::PublicRehearsal => Err(Refusal::forbidden(
                "rehearsal-only",
                "这个接口只给演练数据用",
                "请用演练数据启动，或先登录",
            )),
        }
    }
}

/// Routes of the API, each with its policy.
pub struct Routes<S> {
    router: OpenApiRouter<S>,
    standpoint: Standpoint,
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// No routes yet.
    pub fn new(api: utoipa::openapi::OpenApi, standpoint: Standpoint) -> Routes<S> {
        Routes { router: OpenApiRouter::with_openapi(api), standpoint }
    }

    /// Adds a route: `routes.route(Policy::PublicRehearsal, routes!(handler))`.
    pub fn route(self, policy: Policy, declared: UtoipaMethodRouter<S>) -> Routes<S> {
        let (schemas, mut paths, methods) = declared;
        for item in paths.paths.values_mut() {
            operations(item).for_each(|operation| note(operation, policy));
        }
        let standpoint = self.standpoint;
        let guarded =
            methods.layer(axum::middleware::from_fn(move |request: Request, next: Next| {
                guard(policy, standpoint, request, next)
            }));
        Routes { router: self.router.routes((schemas, paths, guarded)), standpoint }
    }

    /// The axum router and its OpenAPI description.
    pub fn finish(self) -> (axum::Router<S>, utoipa::openapi::OpenApi) {
        self.router.split_for_parts()
    }
}

async fn guard(policy: Policy, standpoint: Standpoint, request: Request, next: Next) -> Response {
    match policy.admit(standpoint) {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let all = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
    all.into_iter().flatten()
}

fn note(operation: &mut Operation, policy: Policy) {
    let extension = ExtensionsBuilder::new().add("x-policy", policy.word()).build();
    operation.extensions.get_or_insert_default().merge(extension);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_facts_are_not_public() {
        let policy = Policy::PublicRehearsal;
        assert!(policy.admit(Standpoint { rehearsal: true }).is_ok());
        assert!(policy.admit(Standpoint { rehearsal: false }).is_err());
    }
}
