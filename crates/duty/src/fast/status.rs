//! The status of a case in a program: the table of §6.8 once more, over whole numbers.
//!
//! It is written apart from the reference evaluator's on purpose: a test holds one against the
//! other, and a shared function would share its mistakes.
//! Read next: `engine.rs`.

use plan::plan::Status;

use super::days::Short;
use super::program::{COUNTS_MAX, EXEMPT, Owed, PARTIAL, PRORATED, Program, Values};
use super::tree::{NOBODY, Tree};
use crate::verdict::Flag;

/// What was found about a case.
#[derive(Clone, Copy, Debug)]
pub struct Found {
    /// Its status.
    pub status: Status,
    /// The first day of truth after the due date, when late.
    pub late: Option<Short>,
    /// True so far.
    pub so_far: bool,
    /// An upper bound is broken.
    pub exceeded: bool,
    /// v(D).
    pub values: Values,
}

impl Program {
    /// Judges a case as of a day.
    #[inline(always)]
    pub fn judge(&self, index: usize, case: &Owed, day: Short, tree: &Tree) -> Found {
        let mut found = Found {
            status: Status::NotDue,
            late: None,
            so_far: false,
            exceeded: false,
            values: [None; COUNTS_MAX],
        };
        self.find(&mut found, index, case, day, tree);
        found
    }

    /// The first line of the table that holds, into its place.
    fn find(&self, found: &mut Found, index: usize, case: &Owed, day: Short, tree: &Tree) {
        let at_due = self.asked(&mut found.values, index, case, day, tree);
        found.status = if self.cancelled(index, case, day, tree) {
            Status::Cancelled
        } else if case.marks & EXEMPT != 0 {
            Status::Exempt
        } else if day < case.first && self.holds(case, &nothing()) {
            Status::NotDue
        } else if at_due {
            found.so_far = !self.flow && day < case.due;
            Status::Met
        } else if self.exceeded(case, &found.values) {
            found.exceeded = true;
            Status::Missing
        } else if day > case.due {
            found.late = self.late_day(index, case, day, &found.values, tree);
            if found.late.is_some() { Status::Late } else { Status::Missing }
        } else if case.opens <= day {
            Status::Due
        } else {
            Status::NotDue
        };
    }

    /// Fills in v(D) and says whether 须 is true on D or, once it has passed, on the due date. Most
    /// cases are past it; where one value tells the other, a second look at the records is saved.
    #[inline]
    fn asked(
        &self,
        values: &mut Values,
        index: usize,
        case: &Owed,
        day: Short,
        tree: &Tree,
    ) -> bool {
        let past = day > case.due;
        let lasting = past && self.lasting();
        self.fill(values, index, case, if lasting { case.due } else { day }, tree);
        let holds = self.holds(case, values);
        if !past || self.closed() {
            return holds;
        }
        if lasting {
            // A single 是 that has come true is worth the same ever after.
            if !holds {
                self.fill(values, index, case, day, tree);
            }
            return holds;
        }
        self.holds_on(index, case, case.due, tree)
    }

    fn holds_on(&self, index: usize, case: &Owed, day: Short, tree: &Tree) -> bool {
        self.holds(case, &self.values(index, case, day, tree))
    }

    /// The first day after the due date on which it became true, when it still is.
    fn late_day(
        &self,
        index: usize,
        case: &Owed,
        day: Short,
        values: &Values,
        tree: &Tree,
    ) -> Option<Short> {
        if (self.flow && !self.late_ok) || !self.holds(case, values) {
            return None;
        }
        let first = case.due.saturating_add(1);
        if !self.flow {
            return (first..=day).find(|&t| self.holds_on(index, case, t, tree));
        }
        let (mut low, mut high) = (first, day);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.holds_on(index, case, middle, tree) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        Some(low)
    }

    /// Whether the subject left, or the element ended, before it could be owed.
    #[inline]
    fn cancelled(&self, index: usize, case: &Owed, day: Short, tree: &Tree) -> bool {
        let left = case.left;
        let in_time =
            if self.who { left < case.last && left < case.opens } else { left <= case.due };
        if left >= day || !in_time {
            return false;
        }
        let values = self.values(index, case, left, tree);
        !self.holds(case, &values) && !self.exceeded(case, &values)
    }

    /// The flags of a case, in their order.
    pub fn flags(&self, index: usize, case: &Owed, found: &Found, day: Short) -> Vec<Flag> {
        let open = matches!(found.status, Status::NotDue | Status::Due | Status::Missing);
        let target = self.target.as_ref().and_then(|days| days.get(index));
        let flags = [
            (found.so_far, Flag::SoFar),
            (open && target.is_some_and(|target| *target < day), Flag::PastTarget),
            (found.exceeded, Flag::Exceeded),
            (case.marks & PARTIAL != 0, Flag::Partial),
            (case.marks & PRORATED != 0, Flag::Prorated),
        ];
        flags.into_iter().filter(|(set, _)| *set).map(|(_, flag)| flag).collect()
    }
}

/// Values of no records at all.
fn nothing() -> Values {
    [Some(0); COUNTS_MAX]
}

/// The organisation in whose standing a case counts, by the owner's posts (§6.10).
#[inline]
pub fn home(case: &Owed, day: Short, tree: &Tree) -> u32 {
    if case.marks & super::program::BY_ORG != 0 {
        return case.owner;
    }
    if case.marks & super::program::BY_SELF != 0 {
        return NOBODY;
    }
    let day = day.min(case.last);
    let posts = tree.posts(case.owner);
    if let [only] = posts {
        return only.org;
    }
    let held = |post: &super::tree::Post| post.first <= day && day <= post.last;
    let in_set = posts.iter().enumerate().filter(|(at, _)| case.posts >> at & 1 == 1);
    let by_set = in_set.map(|(_, post)| post).find(|post| held(post));
    let distance = |post: &super::tree::Post| {
        post.first.saturating_sub(day).max(day.saturating_sub(post.last))
    };
    let post = by_set.or_else(|| posts.iter().find(|post| held(post)));
    // The first of the nearest, and posts lie in order of their first days.
    let post = post.or_else(|| posts.iter().min_by_key(|post| distance(post)));
    post.map_or_else(|| tree.recorder(case.owner), |post| post.org)
}
