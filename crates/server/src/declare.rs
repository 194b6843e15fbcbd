//! One declaration per route: address, handler, OpenAPI entry and policy.
//!
//! utoipa reads address and entry from the handler; the policy is an argument that cannot be left
//! out, so a route without one does not compile. It is enforced before the handler runs and is
//! written, whole and in words, into the OpenAPI entry as `x-policy`.
//! It does not say which routes there are.
//! Read next: `router.rs`; `access/guard.rs` for how a policy is enforced.

use axum::extract::Request;
use axum::middleware::Next;
use store::people::{Role, State as AccountState};
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use crate::access::guard::{Standpoint, guard};

/// Who may ask.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Policy {
    /// Anybody, because the facts are a rehearsal: no real person is in them.
    PublicRehearsal,
    /// Whoever is on the way in and shows what proves her; each asks in a limited measure.
    BeforeSignIn {
        /// The accounts that get in here.
        states: &'static [AccountState],
        /// What limits the asking, in words.
        limit: &'static str,
    },
    /// Whoever is signed in and meets one of the rules.
    SignedIn {
        /// The rules; one is enough, the first that fits is taken.
        rules: &'static [Rule],
        /// The states of her account that are let in.
        states: &'static [AccountState],
        /// Whether she must have proved herself in the last minutes.
        fresh: bool,
    },
}

/// By which role, about what.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rule {
    /// Its name in the audit.
    pub name: &'static str,
    /// The roles it is for.
    pub roles: Roles,
    /// What the request is about; all of it must be hers.
    pub about: &'static [About],
}

/// Which roles.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Roles {
    /// None is needed: it is her own account that the request is about.
    NoneNeeded,
    /// Any, as long as one is valid today.
    Any,
    /// One of these, valid today.
    Of(&'static [Role]),
}

/// What a request is about. A role granted for no organisation reaches all of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum About {
    /// The organisation this query parameter names, if it does: her own or one under it.
    Org(&'static str),
    /// The account this path parameter names: anybody's but her own.
    Account(&'static str),
    /// The account this path parameter names: of her own organisation or one under it.
    Helped(&'static str),
}

impl Policy {
    /// The whole policy in words, as OpenAPI has it.
    pub fn words(self) -> String {
        match self {
            Policy::PublicRehearsal => "public-rehearsal".to_owned(),
            Policy::BeforeSignIn { states, limit } => {
                format!("before-sign-in; account {}; {limit}", state_words(states))
            }
            Policy::SignedIn { rules, states, fresh } => {
                let rules: Vec<String> = rules.iter().map(|rule| rule.words()).collect();
                let fresh = if fresh { "; confirmed in the last minutes" } else { "" };
                format!("signed-in; account {}; {}{fresh}", state_words(states), rules.join(" or "))
            }
        }
    }
}

impl Rule {
    fn words(&self) -> String {
        let roles = match self.roles {
            Roles::NoneNeeded => "her own account".to_owned(),
            Roles::Any => "any role".to_owned(),
            Roles::Of(roles) => {
                let words: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
                words.join("|")
            }
        };
        let about = self.about.iter().map(|about| about.words());
        std::iter::once(roles).chain(about).collect::<Vec<_>>().join(", ")
    }
}

impl About {
    fn words(self) -> String {
        match self {
            About::Org(query) => format!("organisation in query {query} in her own subtree"),
            About::Account(path) => {
                format!("account in path {path}, not her own")
            }
            About::Helped(path) => {
                format!("account in path {path} of her own organisation or one under it")
            }
        }
    }
}

fn state_words(states: &[AccountState]) -> String {
    states.iter().map(|state| state.as_str()).collect::<Vec<_>>().join("|")
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
    ///
    /// Without a policy there is no route:
    /// ```compile_fail
    /// #[utoipa::path(get, path = "/open")]
    /// async fn open() {}
    /// fn declare(routes: server::declare::Routes<()>) -> server::declare::Routes<()> {
    ///     routes.route(utoipa_axum::routes!(open))
    /// }
    /// ```
    /// With one there is:
    /// ```
    /// #[utoipa::path(get, path = "/open")]
    /// async fn open() {}
    /// fn declare(routes: server::declare::Routes<()>) -> server::declare::Routes<()> {
    ///     let policy = server::declare::Policy::PublicRehearsal;
    ///     routes.route(policy, utoipa_axum::routes!(open))
    /// }
    /// ```
    pub fn route(self, policy: Policy, declared: UtoipaMethodRouter<S>) -> Routes<S> {
        let (schemas, mut paths, methods) = declared;
        for item in paths.paths.values_mut() {
            operations(item).for_each(|operation| note(operation, policy));
        }
        let standpoint = self.standpoint.clone();
        let guarded =
            methods.route_layer(axum::middleware::from_fn(move |request: Request, next: Next| {
                guard(policy, standpoint.clone(), request, next)
            }));
        Routes { router: self.router.routes((schemas, paths, guarded)), ..self }
    }

    /// The axum router and its OpenAPI description.
    pub fn finish(self) -> (axum::Router<S>, utoipa::openapi::OpenApi) {
        self.router.split_for_parts()
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let all = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
    all.into_iter().flatten()
}

fn note(operation: &mut Operation, policy: Policy) {
    let extension = ExtensionsBuilder::new().add("x-policy", policy.words()).build();
    operation.extensions.get_or_insert_default().merge(extension);
}
