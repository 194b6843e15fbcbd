//! People at the door: who asks, whether she may, and what is kept of it.
//!
//! A handler that needs somebody takes a [`Who`], and there is no other way to one than through
//! the policy of its route: it is made by the guard alone, after the rules let the request in.
//! Accounts, sessions and the audit lie in `store::people`; here is only the way to them.
//! Read next: `access/guard.rs`, then `access/rules.rs`.

pub mod cookie;
pub mod door;
pub mod guard;
mod nameless;
pub mod orgs;
pub mod rules;
pub mod sent;

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use store::entry::Name;
use store::people::{Account, Actor, Present, Token};

use crate::declare::Rule;
use crate::refusal::Unanswered;

/// Whoever asks, after the policy has let her in.
#[derive(Clone)]
pub struct Who(Arc<Admitted>);

struct Admitted {
    present: Present,
    token: Token,
    rule: &'static Rule,
    account: Option<Account>,
    org: Option<Name>,
    path: Vec<(String, String)>,
}

impl Who {
    /// Her account, her grants of today and her session.
    pub fn present(&self) -> &Present {
        &self.0.present
    }

    /// For acts that are kept under her name.
    pub fn actor(&self) -> Actor {
        self.0.present.actor()
    }

    /// What her cookie brought; only for ending or renewing this very session.
    pub fn token(&self) -> &Token {
        &self.0.token
    }

    /// The name of the rule that let her in.
    pub fn rule(&self) -> &'static str {
        self.0.rule.name
    }

    /// The account the request is about, which the rule allows her.
    pub fn account(&self) -> Result<&Account, Unanswered> {
        let missing =
            || Unanswered::failed("a handler asks for an account its policy is not about");
        self.0.account.as_ref().ok_or_else(missing)
    }

    /// What the address names; empty, which is no id of anything, where it names nothing.
    pub fn in_path(&self, name: &str) -> &str {
        let named = self.0.path.iter().find(|(key, _)| key == name);
        named.map_or("", |(_, value)| value.as_str())
    }

    /// The organisation the request is about, which the rule allows her; none when none was named.
    pub fn org(&self) -> Option<&Name> {
        self.0.org.as_ref()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Who {
    type Rejection = Unanswered;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Who, Unanswered> {
        let missing = || Unanswered::failed("a handler asks who, but its policy lets in anybody");
        parts.extensions.get::<Who>().cloned().ok_or_else(missing)
    }
}
