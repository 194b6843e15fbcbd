//! Who sends, and what they may see and write.
//!
//! Both are made by sign-in and handed in; here they are only asked. A scope is a set of
//! organisations with a number that changes whenever the set does, so that a device notices.
//! Read next: `changes.rs`, what a changed scope leads to.

use std::collections::BTreeSet;

use store::{Id, Name};

/// A device and the person signed in on it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Who {
    /// The device.
    pub device: Id,
    /// The person.
    pub person: Name,
}

/// What a person may see and write for: an organisation and those below it, spelled out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scope {
    /// Another set is another number; numbers of one person only grow.
    pub version: u64,
    /// The organisations.
    pub orgs: BTreeSet<Name>,
}

impl Scope {
    /// Whether batches of this organisation are hers to write and to see.
    pub fn covers(&self, org: &Name) -> bool {
        self.orgs.contains(org)
    }
}
