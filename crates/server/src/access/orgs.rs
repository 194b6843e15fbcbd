//! Which organisation stands under which, for the question whether somebody may.
//!
//! A copy of the tree's lines by id, because accounts name organisations by id and a request is
//! decided without the verdicts of a day.
//! An organisation that does not exist stands under nobody, not even under itself.
//! Read next: `../org_tree.rs`.

use facts::World;
use rustc_hash::FxHashMap;
use store::entry::Name;

use crate::api::Org;
use crate::org_tree::{OrgNode, OrgTree};

/// A chain upward longer than this is a circle in the facts.
const DEPTH_MAX: usize = 16;

/// The lines of the organisation tree of one day.
#[derive(Default)]
pub struct Orgs {
    lines: FxHashMap<String, Line>,
}

struct Line {
    org: Org,
    parent: Option<String>,
}

impl Orgs {
    /// The lines of a tree.
    pub fn of(world: &World, tree: &OrgTree) -> Orgs {
        let line = |node: &OrgNode| {
            let parent = node.parent.and_then(|parent| tree.node(parent));
            let parent = parent.map(|parent| world.id(parent.record).to_owned());
            (node.id.clone(), Line { org: node.into(), parent })
        };
        Orgs { lines: tree.all().map(line).collect() }
    }

    /// An organisation as pages show it.
    pub fn org(&self, id: &str) -> Option<&Org> {
        self.lines.get(id).map(|line| &line.org)
    }

    /// An organisation and those above it, from itself upward; nothing when there is no such one.
    pub fn upward(&self, org: &str) -> Vec<Name> {
        let up = |line: &&Line| self.lines.get(line.parent.as_deref()?);
        let chain = std::iter::successors(self.lines.get(org), up).take(DEPTH_MAX);
        chain.filter_map(|line| Name::new(&line.org.id)).collect()
    }

    /// Whether an organisation is another one or stands under it.
    pub fn within(&self, org: &str, top: &str) -> bool {
        self.upward(org).iter().any(|above| above.as_str() == top)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_goes_up_and_a_circle_ends() {
        let line = |id: &str, parent: Option<&str>| {
            let org = Org { id: id.to_owned(), name: String::new(), level: String::new() };
            (id.to_owned(), Line { org, parent: parent.map(str::to_owned) })
        };
        let lines =
            [line("top", None), line("a", Some("top")), line("x", Some("y")), line("y", Some("x"))];
        let orgs = Orgs { lines: lines.into_iter().collect() };
        assert_eq!(orgs.upward("a").len(), 2);
        assert!(orgs.within("a", "top") && orgs.within("a", "a"));
        assert!(!orgs.within("top", "a") && !orgs.within("nobody", "nobody"));
        assert_eq!(orgs.upward("x").len(), DEPTH_MAX);
    }
}
