//! The live engine: facts change one by one, days pass, and every status follows.
//!
//! A clause with a program is repaired: only the cases that a change can touch are judged again,
//! and counts move by the difference. Three things are done in full instead, because they are rare:
//! a change of an organisation makes all programs anew; what cannot be repaired makes its clause
//! anew; a clause without a program (a 流程, a share over a set) is judged by the reference
//! evaluator when it is next asked about, and its changes of status are not announced. 查验 have
//! no status and are not kept here; readings other than the official ones are asked of
//! `evaluate`. At any moment every answer equals that of a fresh computation
//! on `world()`; the suite holds them against each other.
//! Read next: `repair.rs`, `clause.rs`, `left.rs`.

use std::sync::Arc;

use facts::{Day, FieldId, FormId, NotTaken, RecordRef, Value, World};
use plan::plan::Plan;

use super::clause::{OwnAndBelow, StatusChanged, Today};
use super::days::Days;
use super::engine::{DAYS_AFTER_TERM, changes};
use super::left::Left;
use super::repair::{Works, tell};
use super::turn::Turn;
use crate::evaluate::rules;
use crate::verdict::{Obligation, Question, Trouble};
use crate::view::{Laid, View};

/// A version of a record: stated, amended, or withdrawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The form.
    pub form: FormId,
    /// The external id.
    pub id: String,
    /// All its values; references come from [`Live::reserve`].
    pub values: Vec<(FieldId, Value)>,
    /// The day since which it is known.
    pub known: Option<Day>,
    /// Whether it withdraws the record, or this segment of it.
    pub withdrawn: bool,
}

/// What came of some changes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Applied {
    /// Statuses that are other ones now, in the order they changed.
    pub changed: Vec<StatusChanged>,
    /// Changes that were not taken, by their position, and why.
    pub refused: Vec<(usize, NotTaken)>,
}

/// A plan judged on a world that changes.
pub struct Live {
    plan: Arc<Plan>,
    world: World,
    day: Day,
    days: Days,
    /// The last day that the programs can be asked about.
    until: Day,
    laid: Laid,
    works: Works,
    left: Left,
}

impl Live {
    /// Judges everything once; a plan without a term has nothing to follow, and owes nothing.
    pub fn new(plan: Arc<Plan>, world: World, day: Day) -> Result<Live, Trouble> {
        let term = plan.term.map_or(day, |term| term.last);
        let first = plan.term.map_or(day, |term| term.first);
        let until = term.max(day) + DAYS_AFTER_TERM;
        let left = Left::new(&plan);
        let days = Days::around(first);
        let laid = Laid::default();
        let works = Works::default();
        let mut live = Live { plan, world, day, days, until, laid, works, left };
        live.lay_out();
        match live.trouble() {
            Some(trouble) => Err(trouble),
            None => Ok(live),
        }
    }

    /// Everything anew, from the world as it is.
    fn lay_out(&mut self) {
        let question = Question::as_of(self.until);
        let view = View::new(&self.plan, &self.world, &question);
        let first = self.plan.term.map_or(self.day, |term| term.first);
        let rules = rules(&self.plan, &question);
        let changes = changes(&view, first);
        self.works = Works::new(&view, rules, changes, (self.days, self.day));
        self.laid = view.rest();
        self.left.held(&self.works);
        self.left.forget_all();
    }

    /// Everything anew, telling what is different.
    fn lay_out_again(&mut self, changed: &mut Vec<StatusChanged>) {
        let before = self.snapshot();
        self.lay_out();
        tell(before, self.snapshot(), changed);
    }

    fn snapshot(&self) -> Vec<StatusChanged> {
        let today = self.today(self.day);
        self.works.held.iter().flatten().flat_map(|held| held.snapshot(&today)).collect()
    }

    /// As clauses are judged on a day.
    pub(super) fn today(&self, day: Day) -> Today<'_> {
        let (plan, days) = (&*self.plan, self.days);
        Today { plan, tree: &self.works.tree, days, day: days.short(day) }
    }

    /// The reference to a record, which may have no row yet.
    pub fn reserve(&mut self, form: FormId, id: &str) -> RecordRef {
        self.world.reserve(form, id)
    }

    /// Takes changes one after another.
    pub fn apply(&mut self, changes: &[Change]) -> Applied {
        let mut applied = Applied::default();
        for (position, change) in changes.iter().enumerate() {
            if let Err(why) = self.take(change, &mut applied.changed) {
                applied.refused.push((position, why));
            }
        }
        applied
    }

    fn take(&mut self, change: &Change, changed: &mut Vec<StatusChanged>) -> Result<(), NotTaken> {
        let values = change.values.clone();
        let (form, known) = (change.form, change.known);
        let images = self.world.apply(form, &change.id, values, known, change.withdrawn)?;
        self.left.forget(form);
        if self.plan.schema.form_named(facts::schema::registry::ORG) == Some(form) {
            self.lay_out_again(changed);
            return Ok(());
        }
        let laid = std::mem::take(&mut self.laid);
        let mut view = View::resume(&self.plan, &self.world, self.until, laid);
        let turn = Turn::begin(&mut view, images);
        if turn.changes() {
            self.works.follow(&mut view, &turn, (self.days, self.day), changed);
        }
        self.laid = view.rest();
        Ok(())
    }

    /// Moves to another day; days between are passed one by one, so that nothing is skipped.
    pub fn advance(&mut self, day: Day) -> Vec<StatusChanged> {
        let mut changed = Vec::new();
        if day == self.day {
            return changed;
        }
        self.left.forget_all();
        if day > self.until {
            // Duties that go on have periods beyond what was laid out.
            let before = self.snapshot();
            (self.day, self.until) = (day, day + DAYS_AFTER_TERM);
            self.lay_out();
            tell(before, self.snapshot(), &mut changed);
            return changed;
        }
        if day < self.day {
            self.day = day;
            self.works.judge_all(&self.plan, (self.days, day), &mut changed);
            return changed;
        }
        while self.day < day {
            self.day = self.day.next();
            self.works.wake(&self.plan, (self.days, self.day), &mut changed);
        }
        changed
    }

    /// The day as of which everything is judged.
    pub fn day(&self) -> Day {
        self.day
    }

    /// The facts.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Whether a clause is repaired, rather than judged anew when asked about.
    pub fn follows(&self, clause: usize) -> bool {
        self.works.held.get(clause).is_some_and(Option::is_some)
    }

    /// A year without workdays was needed: answers that reach into it are not to be relied on.
    pub fn trouble(&self) -> Option<Trouble> {
        self.laid.trouble()
    }

    /// Status counts of an organisation for a clause, own and below, whatever its origin.
    pub fn standing(&self, org: RecordRef, clause: usize) -> OwnAndBelow {
        match self.works.held.get(clause).and_then(Option::as_ref) {
            Some(held) => held.counts(org.index),
            None => self.left.counts(self, clause, org),
        }
    }

    /// The obligation of a subject for the period that begins on a day; of a 流程 its first step.
    pub fn verdict(
        &self,
        clause: usize,
        subject: RecordRef,
        period_first: Day,
    ) -> Option<Obligation> {
        let rows = self.as_of(clause, subject, self.day).into_iter();
        rows.filter(|row| row.period.first == period_first).min_by_key(|row| row.step)
    }

    /// The obligations of a subject as of a day, by what is known now.
    pub fn as_of(&self, clause: usize, subject: RecordRef, day: Day) -> Vec<Obligation> {
        match self.works.held.get(clause).and_then(Option::as_ref) {
            Some(held) if day <= self.until => match subject.form == held.made.program.form {
                true => held.rows(subject.index, &self.today(day)),
                false => Vec::new(),
            },
            _ => self.left.rows(self, clause, subject, day),
        }
    }

    /// All obligations of a clause as of today, in the order of the reference evaluator.
    pub fn obligations(&self, clause: usize) -> Vec<Obligation> {
        let Some(held) = self.works.held.get(clause).and_then(Option::as_ref) else {
            return self.left.all(self, clause);
        };
        let today = self.today(self.day);
        let rows = (0..held.places()).filter_map(|at| held.row(at, &today));
        let mut rows: Vec<Obligation> = rows.collect();
        rows.sort_by_key(|row| (row.subject, row.period.first));
        rows
    }

    /// The status kept for each case of a clause that exists today, by subject and period.
    pub fn statuses(&self, clause: usize) -> Vec<StatusChanged> {
        let held = self.works.held.get(clause).and_then(Option::as_ref);
        held.map_or_else(Vec::new, |held| held.snapshot(&self.today(self.day)))
    }

    /// The rules by clause.
    pub(super) fn works(&self) -> &Works {
        &self.works
    }
}
