//! The organisation tree and the posts of persons, dense.
//!
//! Organisations are indexes into the table of their form. A parent may change by segment, so the
//! parent on a day is asked; nearly every organisation has but one.
//! Read next: `crate::registry`, from which they are read.

use facts::{Day, RecordRef};

use rustc_hash::FxHashMap;

use super::days::{Days, Short};
use super::postings::held;
use crate::view::View;

/// No organisation.
pub const NOBODY: u32 = u32::MAX;
/// Depth at which a cycle of parents is cut; real trees have five levels.
const DEPTH_MAX: usize = 32;

/// Who is below whom, and who holds which post.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// Parents by organisation; empty where they never change.
    parents: Vec<Vec<(Short, u32)>>,
    /// Posts of all persons, one person after the other.
    posts: Vec<Post>,
    /// Where each person's posts begin.
    starts: Vec<u32>,
    /// Posts of persons read anew since.
    renewed: FxHashMap<u32, Vec<Post>>,
    /// Who recorded each person: where she counts who never held a post.
    recorders: Vec<u32>,
    /// Who is above whom and in what order to add up, when it is the same on every day.
    fixed: Option<Order>,
}

/// Each organisation's parent, and all organisations, those below before those above.
#[derive(Clone, Debug, Default)]
struct Order {
    parents: Vec<u32>,
    upwards: Vec<u32>,
}

/// One post of a person.
#[derive(Clone, Copy, Debug)]
pub struct Post {
    /// Its first day.
    pub first: Short,
    /// Its last day.
    pub last: Short,
    /// The organisation.
    pub org: u32,
}

impl Tree {
    /// Reads the registry of a view.
    pub fn of(view: &View, days: Days) -> Tree {
        let known = &view.registry.known;
        let mut tree = Tree::default();
        let count = |form: Option<facts::FormId>| {
            form.map_or(0, |form| view.world.table(form).records.len() as u32)
        };
        if let Some(form) = known.org {
            for index in 0..count(known.org) {
                tree.parents.push(parents(view, RecordRef { form, index }, days));
            }
        }
        if let Some(form) = known.person {
            for index in 0..count(known.person) {
                let person = RecordRef { form, index };
                tree.starts.push(tree.posts.len() as u32);
                tree.posts.extend(posts(view, days, person));
                tree.recorders.push(recorder(view, person));
            }
            tree.starts.push(tree.posts.len() as u32);
            tree.posts.shrink_to_fit();
            tree.recorders.shrink_to_fit();
        }
        if tree.parents.iter().all(|steps| steps.len() <= 1) {
            tree.fixed = Some(tree.order(0));
            tree.parents = Vec::new();
        }
        tree
    }

    /// Reads one person anew.
    pub fn renew(&mut self, view: &View, days: Days, person: RecordRef) {
        let index = person.index as usize;
        if self.recorders.len() <= index {
            self.recorders.resize(index + 1, NOBODY);
        }
        self.recorders[index] = recorder(view, person);
        self.renewed.insert(person.index, posts(view, days, person).collect());
    }

    /// The organisation that recorded a person.
    pub fn recorder(&self, person: u32) -> u32 {
        self.recorders.get(person as usize).copied().unwrap_or(NOBODY)
    }

    /// The organisation and those above it on a day, lowest first.
    pub fn chain(&self, org: u32, day: Short) -> impl Iterator<Item = u32> + '_ {
        let mut at = org;
        let mut seen = [NOBODY; DEPTH_MAX];
        (0..DEPTH_MAX).map_while(move |depth| {
            let here = at;
            if here as usize >= self.orgs() || seen.contains(&here) {
                return None;
            }
            seen[depth] = here;
            at = self.parent(here, day);
            Some(here)
        })
    }

    /// The order of a day; organisations on a cycle of parents stand somewhere in it.
    fn order(&self, day: Short) -> Order {
        let parents: Vec<u32> = (0..self.orgs() as u32).map(|org| self.parent(org, day)).collect();
        let depth = |org: u32| {
            let mut at = org;
            let mut depth = 0;
            while depth < DEPTH_MAX {
                match parents.get(at as usize) {
                    Some(&parent) if parent != NOBODY => at = parent,
                    _ => break,
                }
                depth += 1;
            }
            depth
        };
        let mut upwards: Vec<(usize, u32)> =
            (0..parents.len() as u32).map(|org| (depth(org), org)).collect();
        upwards.sort_unstable_by(|a, b| b.cmp(a));
        Order { upwards: upwards.into_iter().map(|(_, org)| org).collect(), parents }
    }

    /// How many organisations there are.
    pub fn orgs(&self) -> usize {
        self.fixed.as_ref().map_or(self.parents.len(), |order| order.parents.len())
    }

    /// The organisation above, on a day.
    #[inline]
    pub fn parent(&self, org: u32, day: Short) -> u32 {
        if let Some(order) = &self.fixed {
            return order.parents.get(org as usize).copied().unwrap_or(NOBODY);
        }
        let Some(steps) = self.parents.get(org as usize) else { return NOBODY };
        let begun = steps.iter().rev().find(|(from, _)| *from <= day).or(steps.first());
        begun.map_or(NOBODY, |(_, parent)| *parent)
    }

    /// Whether an organisation is another or below it.
    pub fn within(&self, org: u32, top: u32, day: Short) -> bool {
        let mut at = org;
        for _ in 0..DEPTH_MAX {
            if at == top {
                return true;
            }
            if at == NOBODY {
                return false;
            }
            at = self.parent(at, day);
        }
        false
    }

    /// Posts of a person, earliest-started first.
    #[inline]
    pub fn posts(&self, person: u32) -> &[Post] {
        if !self.renewed.is_empty()
            && let Some(posts) = self.renewed.get(&person)
        {
            return posts;
        }
        let person = person as usize;
        let Some([start, end]) = self.starts.get(person..person + 2) else { return &[] };
        self.posts.get(*start as usize..*end as usize).unwrap_or(&[])
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        let steps: usize = self.parents.iter().map(held).sum();
        let order = self.fixed.as_ref().map_or(0, |o| held(&o.parents) + held(&o.upwards));
        let renewed: usize = self.renewed.values().map(held).sum();
        let people = held(&self.posts) + held(&self.starts) + held(&self.recorders) + renewed;
        held(&self.parents) + steps + order + people
    }

    /// Adds each organisation's counts to those above it, on a day's tree.
    pub fn roll_up<T: Copy + Default + PartialEq>(
        &self,
        day: Short,
        counts: &mut [T],
        width: usize,
        add: impl Fn(&mut T, T),
    ) {
        let made;
        let order = match &self.fixed {
            Some(order) => order,
            None => {
                made = self.order(day);
                &made
            }
        };
        let nothing = T::default();
        for &org in &order.upwards {
            let parent = order.parents[org as usize];
            let (own, above) = (org as usize * width, parent as usize * width);
            // Most are villages, in whose own standing most clauses count nothing.
            let empty = counts[own..own + width].iter().all(|count| *count == nothing);
            if empty || parent == NOBODY {
                continue;
            }
            for column in 0..width {
                let more = counts[own + column];
                add(&mut counts[above + column], more);
            }
        }
    }
}

/// Posts of a person, earliest-started first.
fn posts(view: &View, days: Days, person: RecordRef) -> impl Iterator<Item = Post> {
    view.registry.posts(person).iter().map(move |post| Post {
        first: days.short(post.span.first),
        last: days.short(post.span.last),
        org: post.org.index,
    })
}

/// The organisation that recorded a person.
fn recorder(view: &View, person: RecordRef) -> u32 {
    let row = view.row(person).map(|row| view.stored(row, facts::schema::RECORDED_ORG));
    row.and_then(|org| org.as_ref()).map_or(NOBODY, |org| org.index)
}

fn parents(view: &View, org: RecordRef, days: Days) -> Vec<(Short, u32)> {
    let at = |day: Day| {
        let parent = view.registry.parent(view, org, day);
        parent.map_or(NOBODY, |parent| parent.index)
    };
    let segments = view.segments(org);
    let starts = segments.iter().map(|row| row.segment.unwrap_or(Day::MIN));
    starts.map(|day| (days.short(day), at(day))).collect()
}
