//! One clause kept up to date: its program, the status of each case, and the counts.
//!
//! Cases of one subject lie side by side in a run; a subject whose cases become more or fewer gets
//! a new run and the old places stay empty. Counts are changed by the difference, along the
//! organisations above. Statuses are derived state: tests compare them with a fresh computation.
//! Read next: `repair.rs`, which says what is to be judged again.

use facts::{Day, RecordRef};
use plan::plan::{Plan, Rule, Status};
use rustc_hash::FxHashMap;

use super::compile::{Compiler, Made, Refused};
use super::days::{Days, OPEN, Short};
use super::fold::Op;
use super::postings::Posting;
use super::program::Owed;
use super::row::Setting;
use super::status::home;
use super::tree::{NOBODY, Tree};
use crate::standing::Counts;
use crate::verdict::Obligation;

/// A status that is another one now.
#[derive(Clone, Debug, PartialEq)]
pub struct StatusChanged {
    /// Index of the clause.
    pub clause: usize,
    /// Who or what it is about.
    pub subject: RecordRef,
    /// First day of the period.
    pub period_first: Day,
    /// Who owes.
    pub owner: RecordRef,
    /// In whose standing it counts, or counted.
    pub home: RecordRef,
    /// The status it had; `None` when it did not exist.
    pub before: Option<Status>,
    /// The status it has; `None` when it exists no longer.
    pub after: Option<Status>,
}

/// Counts of an organisation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OwnAndBelow {
    /// Its own.
    pub own: Counts,
    /// Its own and its subtree's.
    pub all: Counts,
}

/// Today, as clauses are judged.
#[derive(Clone, Copy)]
pub struct Today<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// Organisations and posts.
    pub tree: &'a Tree,
    /// How days are held.
    pub days: Days,
    /// The day.
    pub day: Short,
}

/// Which cases are looked at again on which day: (clause, place).
#[derive(Clone, Debug, Default)]
pub struct Queue {
    days: FxHashMap<Short, Vec<(u32, u32)>>,
}

impl Queue {
    /// Looks at a case again on a day.
    pub fn push(&mut self, day: Short, clause: usize, at: usize) {
        if day != OPEN {
            self.days.entry(day).or_default().push((clause as u32, at as u32));
        }
    }

    /// What is to be looked at on a day, each once.
    pub fn pop(&mut self, day: Short) -> Vec<(u32, u32)> {
        let mut due = self.days.remove(&day).unwrap_or_default();
        due.sort_unstable();
        due.dedup();
        due
    }
}

/// A clause with a program, judged as of today.
#[derive(Clone, Debug)]
pub struct Held {
    /// The program and its wires.
    pub made: Made,
    runs: Vec<(u32, u32)>,
    by_key: Vec<FxHashMap<u32, Vec<u32>>>,
    status: Vec<Option<Status>>,
    home: Vec<u32>,
    next: Vec<Short>,
    own: Vec<Counts>,
    all: Vec<Counts>,
}

impl Held {
    /// A program whose cases are not judged yet.
    pub fn new(made: Made, tree: &Tree) -> Held {
        let cases = made.program.cases.len();
        let mut held = Held {
            runs: Vec::new(),
            by_key: vec![FxHashMap::default(); made.program.folds.len()],
            status: vec![None; cases],
            home: vec![NOBODY; cases],
            next: vec![OPEN; cases],
            own: vec![Counts::default(); tree.orgs()],
            all: vec![Counts::default(); tree.orgs()],
            made,
        };
        for at in 0..cases {
            let subject = held.made.program.cases[at].subject;
            let run = held.run_mut(subject);
            *run = if run.1 == 0 { (at as u32, 1) } else { (run.0, run.1 + 1) };
            held.key(at);
        }
        held
    }

    fn run_mut(&mut self, subject: u32) -> &mut (u32, u32) {
        if self.runs.len() <= subject as usize {
            self.runs.resize(subject as usize + 1, (0, 0));
        }
        &mut self.runs[subject as usize]
    }

    /// Places of the cases of a subject.
    pub fn run(&self, subject: u32) -> std::ops::Range<u32> {
        let (first, count) = self.runs.get(subject as usize).copied().unwrap_or_default();
        first..first + count
    }

    /// Clause and places of the cases that a row of a fold may count for.
    pub fn reads(&self, fold: usize, row: &Posting, found: &mut Vec<(u32, u32)>) {
        let Some((of, columns)) = self.made.program.folds.get(fold) else { return };
        let anywhere = matches!(of.op, Op::Active | Op::ActiveDistinct);
        let inside = |at: &u32| {
            let window = self.made.program.window(columns, *at as usize);
            anywhere || (window.0 <= row.day && row.day <= window.1)
        };
        let clause = self.made.program.clause as u32;
        if columns.key.is_none() {
            found.extend(self.run(row.key).filter(inside).map(|at| (clause, at)));
        } else if let Some(cases) = self.by_key.get(fold).and_then(|index| index.get(&row.key)) {
            found.extend(cases.iter().copied().filter(inside).map(|at| (clause, at)));
        }
    }

    fn key_of(&self, fold: usize, at: usize) -> Option<u32> {
        self.made.program.folds.get(fold)?.1.key.as_ref()?.get(at).copied()
    }

    fn key(&mut self, at: usize) {
        for fold in 0..self.by_key.len() {
            if let Some(key) = self.key_of(fold, at) {
                self.by_key[fold].entry(key).or_default().push(at as u32);
            }
        }
    }

    fn unkey(&mut self, at: usize) {
        for fold in 0..self.by_key.len() {
            let key = self.key_of(fold, at);
            if let Some(cases) = key.and_then(|key| self.by_key[fold].get_mut(&key)) {
                cases.retain(|case| *case != at as u32);
            }
        }
    }

    /// Makes the cases of one record anew; the places to judge again are added.
    pub fn remake(
        &mut self,
        compiler: &Compiler,
        rule: &Rule,
        record: RecordRef,
        dirty: &mut Vec<u32>,
    ) -> Result<(), Refused> {
        let mut cases = Vec::new();
        if compiler.view.is_visible(record) {
            compiler.view.cases_of(rule, record, &mut cases);
        }
        let run = self.run(record.index);
        let days = compiler.days;
        let same = run.len() == cases.len()
            && run.clone().zip(&cases).all(|(at, case)| {
                self.made.program.cases[at as usize].first == days.short(case.period.span.first)
            });
        let first = if same { run.start } else { self.made.program.cases.len() as u32 };
        for (at, case) in (first as usize..).zip(&cases) {
            if same {
                self.unkey(at);
            } else {
                self.status.push(None);
                self.home.push(NOBODY);
                self.next.push(OPEN);
            }
            compiler.place(rule, case, &mut self.made, at)?;
            self.key(at);
            dirty.push(at as u32);
        }
        if !same {
            *self.run_mut(record.index) = (first, cases.len() as u32);
            self.move_over(run, first, cases.len() as u32, dirty);
        }
        Ok(())
    }

    /// Statuses of cases that stay go with them to their new places; the old ones are emptied.
    fn move_over(
        &mut self,
        old: std::ops::Range<u32>,
        first: u32,
        count: u32,
        dirty: &mut Vec<u32>,
    ) {
        for from in old.map(|at| at as usize) {
            let period = self.made.program.cases[from].first;
            let new = (first..first + count).map(|at| at as usize);
            let to = new.into_iter().find(|to| self.made.program.cases[*to].first == period);
            if let Some(to) = to {
                self.status[to] = self.status[from].take();
                self.home[to] = std::mem::replace(&mut self.home[from], NOBODY);
            }
            self.unkey(from);
            self.made.program.cases[from].born = OPEN;
            dirty.push(from as u32);
        }
    }

    /// Judges a case again as of today.
    pub fn judge(
        &mut self,
        at: usize,
        today: &Today,
        queue: &mut Queue,
        changed: &mut Vec<StatusChanged>,
    ) {
        let Some(case) = self.made.program.cases.get(at).copied() else { return };
        let exists = case.born <= today.day;
        let program = &self.made.program;
        let after = exists.then(|| program.judge(at, &case, today.day, today.tree).status);
        let at_home = if exists { home(&case, today.day, today.tree) } else { NOBODY };
        let next = match case.born {
            OPEN => OPEN,
            _ => program.next(at, &case, today.day, today.tree),
        };
        let (before, from) = (self.status[at], self.home[at]);
        if before != after || from != at_home {
            self.count(from, before, today, false);
            self.count(at_home, after, today, true);
            (self.status[at], self.home[at]) = (after, at_home);
        }
        if before != after {
            let home = if exists { at_home } else { from };
            changed.push(self.change(&case, today, home, before, after));
        }
        if next != self.next[at] {
            self.next[at] = next;
            queue.push(next, self.made.program.clause, at);
        }
    }

    fn change(
        &self,
        case: &Owed,
        today: &Today,
        home: u32,
        before: Option<Status>,
        after: Option<Status>,
    ) -> StatusChanged {
        let program = &self.made.program;
        let owner = program.owner(today.plan, case);
        let setting = Setting { plan: today.plan, days: today.days, tree: today.tree };
        StatusChanged {
            clause: program.clause,
            subject: program.subject(case),
            period_first: today.days.long(case.first),
            owner,
            home: setting.org(home).unwrap_or(owner),
            before,
            after,
        }
    }

    fn count(&mut self, home: u32, status: Option<Status>, today: &Today, more: bool) {
        let Some(column) = status.map(|status| status as usize) else { return };
        let step = |counts: Option<&mut Counts>| {
            let Some(slot) = counts.and_then(|counts| counts.get_mut(column)) else { return };
            *slot = if more { *slot + 1 } else { slot.saturating_sub(1) };
        };
        step(self.own.get_mut(home as usize));
        for org in today.tree.chain(home, today.day) {
            step(self.all.get_mut(org as usize));
        }
    }

    /// Adds the own counts up again, when the tree is another one.
    pub fn add_up(&mut self, today: &Today) {
        self.all = vec![Counts::default(); today.tree.orgs()];
        for (org, own) in self.own.iter().enumerate() {
            if own.iter().all(|count| *count == 0) {
                continue;
            }
            for above in today.tree.chain(org as u32, today.day) {
                let sums = self.all[above as usize].iter_mut();
                sums.zip(own).for_each(|(sum, count)| *sum += count);
            }
        }
    }

    /// Whether a case is to be looked at on a day.
    pub fn is_due(&mut self, at: usize, day: Short) -> bool {
        let due = self.next.get(at) == Some(&day);
        if due {
            // It leaves the queue, and may come back for the same day.
            self.next[at] = OPEN;
        }
        due
    }

    /// How many places there are, empty ones included.
    pub fn places(&self) -> usize {
        self.made.program.cases.len()
    }

    /// Counts of an organisation.
    pub fn counts(&self, org: u32) -> OwnAndBelow {
        let of = |all: &[Counts]| all.get(org as usize).copied().unwrap_or_default();
        OwnAndBelow { own: of(&self.own), all: of(&self.all) }
    }

    /// The rows of a subject as of a day.
    pub fn rows(&self, subject: u32, today: &Today) -> Vec<Obligation> {
        self.run(subject).filter_map(|at| self.row(at as usize, today)).collect()
    }

    /// The row at a place as of a day; `None` when it does not exist then.
    pub fn row(&self, at: usize, today: &Today) -> Option<Obligation> {
        let program = &self.made.program;
        let case = program.cases.get(at).filter(|case| case.born <= today.day)?;
        let found = program.judge(at, case, today.day, today.tree);
        let setting = Setting { plan: today.plan, days: today.days, tree: today.tree };
        Some(program.row(&setting, (at, case), &found, today.day))
    }

    /// The status kept at a place.
    pub fn status(&self, at: usize) -> Option<Status> {
        self.status.get(at).copied().flatten()
    }

    /// All statuses that exist, as changes from nothing.
    pub fn snapshot(&self, today: &Today) -> Vec<StatusChanged> {
        let places = self.made.program.cases.iter().enumerate();
        let known = places.filter_map(|(at, case)| {
            let status = self.status(at)?;
            Some(self.change(case, today, self.home[at], None, Some(status)))
        });
        known.collect()
    }
}
