//! The policies of the routes, by name, so that the list of routes reads like a sentence.
//!
//! Three administrators keep each other in check: the security administrator makes accounts and
//! grants roles, the audit administrator reads what was done, the system administrator does
//! neither. A liaison helps her own people with a forgotten PIN and does nothing else here.
//! What a policy means is in `../declare.rs`; that each holds for each role is tested cell by cell.

use store::people::{Role, State as AccountState};

use crate::declare::{About, Policy, Roles, Rule};

const ACTIVE: &[AccountState] = &[AccountState::Active];
const ON_THE_WAY_IN: &[AccountState] = &[AccountState::Invited, AccountState::Active];

/// Signing in with what she knows and has; guesses are counted by account and device.
pub const SIGN_IN: Policy = Policy::BeforeSignIn {
    states: ACTIVE,
    limit: "10 guesses in 15 minutes for an account and device; 2 hashes at once",
};

/// Using a slip that somebody handed her.
pub const BY_SLIP: Policy = Policy::BeforeSignIn {
    states: ON_THE_WAY_IN,
    limit: "one slip, once, until it expires; 2 hashes at once",
};

/// Her own account, whatever her roles.
pub const OWN: Policy = Policy::SignedIn {
    rules: &[Rule { name: "own-account", roles: Roles::NoneNeeded, about: &[] }],
    states: ACTIVE,
    fresh: false,
};

/// All accounts, to look at.
pub const ACCOUNTS_SEEN: Policy = security(FOR_ALL, false);

/// A new account; it has no rights yet.
pub const ACCOUNT_MADE: Policy = security(FOR_ALL, true);

/// Another's account, to change.
pub const ACCOUNT_CHANGED: Policy = security(BY_ACCOUNT, true);

/// A role for another's account in an organisation that exists.
pub const ROLE_GRANTED: Policy = security(BY_BOTH, true);

/// A slip: the liaison for a forgotten PIN, the security administrator for an enrolment.
pub const SLIP: Policy = Policy::SignedIn {
    rules: &[
        Rule { name: HELPS, roles: Roles::Of(&[Role::Liaison]), about: &[About::Helped("id")] },
        Rule {
            name: ENROLS,
            roles: Roles::Of(&[Role::SecurityAdmin]),
            about: &[About::Account("id")],
        },
    ],
    states: ACTIVE,
    fresh: true,
};

/// The rule by which a liaison helps.
pub const HELPS: &str = "liaison-helps";
/// The rule by which the security administrator enrols.
pub const ENROLS: &str = "security-enrols";

/// What was done and decided, to read.
pub const AUDIT: Policy = Policy::SignedIn {
    rules: &[Rule { name: "audit", roles: Roles::Of(&[Role::AuditAdmin]), about: &[] }],
    states: ACTIVE,
    fresh: false,
};

const FOR_ALL: &[Rule] = &[of_security("security", &[])];
const BY_ACCOUNT: &[Rule] = &[of_security("security-account", &[About::Account("id")])];
const BY_BOTH: &[Rule] =
    &[of_security("security-grant", &[About::Account("id"), About::Org("org")])];

const fn of_security(name: &'static str, about: &'static [About]) -> Rule {
    Rule { name, roles: Roles::Of(&[Role::SecurityAdmin]), about }
}

const fn security(rules: &'static [Rule], fresh: bool) -> Policy {
    Policy::SignedIn { rules, states: ACTIVE, fresh }
}
