//! From a change of one record to the cases that must be judged again.
//!
//! What reads the record is found before and after the change; the rows concerned are read in both
//! states, and the postings repaired by the difference. Elements concerned get their cases anew.
//! What cannot be repaired (an amount too fine for the scale, a form whose ways back are unknown)
//! makes the whole clause anew, which is slow and right.
//! Read next: `live.rs`.

use std::ops::Range;
use std::sync::Arc;

use facts::{Day, FormId, RecordRef};
use plan::expr::AggregateExpr;
use plan::plan::{Plan, Rule, RuleKind};
use rustc_hash::{FxHashMap, FxHashSet};

use super::clause::{Held, Queue, StatusChanged, Today};
use super::compile::{Compiler, Refused};
use super::days::Days;
use super::existence::Existence;
use super::fixed::DayBound;
use super::postings::Posting;
use super::reach::{Chain, Hop, Reach, follow};
use super::reader::{Reader, Rows, Wire};
use super::tree::Tree;
use super::turn::Turn;
use crate::view::View;

/// What of a clause is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// All of it.
    Whole,
    /// The cases of the record found.
    Cases,
    /// A fold, whose row was found.
    Fold(usize),
}

/// Who reads a form along one chain.
#[derive(Clone, Debug)]
struct Use {
    chain: Chain,
    /// What is asked of the record about the row, where that is all the row reads of it.
    asked: Option<Arc<AggregateExpr>>,
    /// The same where columns tell it.
    parts: FxHashMap<FormId, Existence>,
    /// What days alone tell about it.
    bounds: Vec<DayBound>,
    readers: Vec<(usize, Part)>,
}

/// A record to be read again: clause, part, record.
type Work = (usize, Part, RecordRef);

/// What the rows concerned are worth, by clause and fold; no range where one does not fit.
#[derive(Clone, Debug, Default)]
struct Image {
    postings: Vec<Posting>,
    folds: Vec<(usize, usize, Option<Range<usize>>)>,
}

/// Room for what a change is read into, kept from one to the next.
#[derive(Clone, Debug, Default)]
struct Room {
    old: Image,
    new: Image,
    desk: Desk,
}

/// Room for one fold.
#[derive(Clone, Debug, Default)]
struct Desk {
    rows: Rows,
    records: Vec<RecordRef>,
}

/// All clauses with a program, and who reads what.
#[derive(Clone, Debug, Default)]
pub struct Works {
    /// Organisations and posts.
    pub tree: Tree,
    /// Rules by clause; made once, because indexes go by their addresses.
    pub rules: Vec<Vec<Rule>>,
    /// By clause; `None` where the reference evaluator answers, or nobody.
    pub held: Vec<Option<Box<Held>>>,
    /// Days on which organisations change.
    pub changes: Vec<Day>,
    /// When to look again.
    pub queue: Queue,
    uses: FxHashMap<FormId, Vec<Use>>,
    room: Room,
}

impl Works {
    /// Makes all programs and judges all cases.
    pub fn new(
        view: &View,
        rules: Vec<Vec<Rule>>,
        changes: Vec<Day>,
        (days, day): (Days, Day),
    ) -> Works {
        let tree = Tree::of(view, days);
        let mut works = Works { tree, rules, changes, ..Works::default() };
        for clause in 0..view.plan.clauses.len() {
            let held = works.made(view, days, clause).ok();
            works.held.push(held.map(|made| Box::new(Held::new(made, &works.tree))));
            works.find_uses(view, clause);
        }
        works.warm(view);
        let mut ignored = Vec::new();
        works.judge_all(view.plan, (days, day), &mut ignored);
        works
    }

    fn made(&self, view: &View, days: Days, index: usize) -> Result<super::compile::Made, Refused> {
        let clause = view.plan.clauses.get(index).ok_or("没有条款")?;
        let Some([rule]) = self.rules.get(index).map(Vec::as_slice) else {
            return Err("没有规则，或有修订");
        };
        if clause.kind != RuleKind::Duty {
            return Err("不是义务");
        }
        let compiler = Compiler { view, days, changes: &self.changes, keep: true };
        compiler.program(index, clause, rule)
    }

    fn find_uses(&mut self, view: &View, clause: usize) {
        let Some(held) = self.held.get(clause).and_then(Option::as_ref) else { return };
        let Some(rule) = self.rules.get(clause).and_then(|rules| rules.first()) else { return };
        let wires = held.made.wires.iter();
        let read = wires.clone().flat_map(|wire| wire.shape.of_case());
        let mut found = vec![(Part::Cases, Reach::of_cases(view, rule, read))];
        let folds = wires.enumerate();
        found.extend(folds.map(|(at, wire)| (Part::Fold(at), Reach::of_fold(view, &wire.shape))));
        for (part, reach) in found {
            let whole = reach.whole.into_iter().map(|form| (form, Chain::new(), None, Part::Whole));
            let chains = reach.chains.into_iter().map(|(form, chain)| (form, chain, None, part));
            let asked = reach.asked.into_iter();
            let asked = asked.map(|(form, chain, asked)| (form, chain, Some(asked), part));
            for (form, chain, asked, part) in chains.chain(whole).chain(asked) {
                let uses = self.uses.entry(form).or_default();
                match uses.iter_mut().find(|known| known.chain == chain && known.asked == asked) {
                    Some(known) => known.readers.push((clause, part)),
                    None => {
                        uses.push(Use::new(view, chain, asked, (clause, part)));
                    }
                }
            }
        }
    }

    /// Makes the indexes that ways back go by, before the first change waits for them.
    fn warm(&self, view: &View) {
        let chains = self.uses.values().flatten().flat_map(|used| &used.chain);
        for hop in chains {
            if let Hop::Back(form, field) = hop {
                let nobody = RecordRef { form: *form, index: u32::MAX };
                view.naming(*form, *field, nobody, &mut Vec::new());
            }
        }
    }

    /// Follows one change; the view stands as before it, and as after it at the end.
    pub fn follow(
        &mut self,
        view: &mut View,
        turn: &Turn,
        (days, day): (Days, Day),
        changed: &mut Vec<StatusChanged>,
    ) {
        let mut work = Vec::new();
        self.find(view, turn, &mut work);
        turn.to_new(view);
        self.find(view, turn, &mut work);
        work.sort_unstable();
        work.dedup();
        let found = work.clone();
        let mut room = std::mem::take(&mut self.room);
        self.complete(view, &found, &mut work);
        self.read(view, days, &work, &mut room.desk, &mut room.new);
        turn.to_old(view);
        let added = work.len();
        self.complete(view, &found, &mut work);
        self.read(view, days, &work, &mut room.desk, &mut room.old);
        turn.to_new(view);
        if work.len() > added {
            self.read(view, days, &work, &mut room.desk, &mut room.new);
        }
        turn.end(view);
        for person in &turn.persons {
            self.tree.renew(view, days, *person);
        }
        let mut dirty = Vec::new();
        let mut broken = self.repair(&mut room, &mut dirty);
        self.room = room;
        self.remake(view, days, &work, &mut dirty, &mut broken);
        let plan = view.plan;
        dirty.retain(|(clause, _)| !broken.contains(&(*clause as usize)));
        self.judge(plan, (days, day), dirty, changed);
        let mut broken: Vec<usize> = broken.into_iter().collect();
        broken.sort_unstable();
        for clause in broken {
            self.renew(view, clause, (days, day), changed);
        }
    }

    /// What reads the changed record, as the view stands.
    fn find(&self, view: &View, turn: &Turn, work: &mut Vec<Work>) {
        let persons = turn.persons.iter().filter(|person| **person != turn.record);
        for record in std::iter::once(&turn.record).chain(persons) {
            for used in self.uses.get(&record.form).into_iter().flatten() {
                if used.asked.is_some() && !view.is_visible(*record) {
                    continue;
                }
                for row in follow(view, &used.chain, *record) {
                    if !used.concerns(view, *record, row) {
                        continue;
                    }
                    work.extend(used.readers.iter().map(|(clause, part)| (*clause, *part, row)));
                }
            }
        }
    }

    /// Of merged forms, all rows of the units of what was found. What stands in one unit, before or
    /// after, is read together: a unit is then whole in both states. Only the record that changes
    /// joins or parts others, so that the units of those need not be asked in turn.
    fn complete(&self, view: &View, found: &[Work], work: &mut Vec<Work>) {
        let known = work.len();
        let mut units: Vec<(RecordRef, Vec<RecordRef>)> = Vec::new();
        let merged = found.iter().filter(|(clause, part, row)| {
            let Part::Fold(fold) = part else { return false };
            let units = self.wire(*clause, *fold).is_some_and(|wire| wire.shape.units);
            units && view.plan.schema.form(row.form).merged.is_some()
        });
        for &(clause, part, row) in merged {
            let known = units.iter().rposition(|(of, _)| *of == row);
            let at = known.unwrap_or_else(|| {
                units.push((row, view.unit_around(row)));
                units.len() - 1
            });
            let unit = units[at].1.iter().filter(|other| **other != row);
            work.extend(unit.map(|other| (clause, part, *other)));
        }
        if work.len() > known {
            work.sort_unstable();
            work.dedup();
        }
    }

    fn wire(&self, clause: usize, fold: usize) -> Option<&Wire> {
        self.held.get(clause)?.as_ref()?.made.wires.get(fold)
    }

    /// Reads the postings of the rows concerned.
    fn read(&mut self, view: &View, days: Days, work: &[Work], desk: &mut Desk, image: &mut Image) {
        image.postings.clear();
        image.folds.clear();
        for group in work.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            let Some(&(clause, Part::Fold(fold), _)) = group.first() else { continue };
            let Some(Some(held)) = self.held.get_mut(clause) else { continue };
            let Some(wire) = held.made.wires.get_mut(fold) else { continue };
            desk.records.clear();
            desk.records.extend(group.iter().map(|(_, _, record)| *record));
            let first = image.postings.len();
            let reader = Reader { view, days };
            let read = reader.reread(wire, &desk.records, &mut desk.rows, &mut image.postings);
            let range = read.map(|()| first..image.postings.len());
            image.folds.push((clause, fold, range));
        }
    }

    /// Repairs postings by what differs; clauses where that fails are named.
    fn repair(&mut self, room: &mut Room, dirty: &mut Vec<(u32, u32)>) -> FxHashSet<usize> {
        let mut broken = FxHashSet::default();
        let Room { old, new, .. } = room;
        for ((clause, fold, before), (_, _, after)) in old.folds.iter().zip(&new.folds) {
            let Some(Some(held)) = self.held.get_mut(*clause) else { continue };
            let (Some(before), Some(after)) = (before.clone(), after.clone()) else {
                broken.insert(*clause);
                continue;
            };
            let before = sorted(&mut old.postings[before]);
            let after = sorted(&mut new.postings[after]);
            let Some((postings, _)) = held.made.program.folds.get_mut(*fold) else { continue };
            let mut whole = true;
            only_in(before, after, |row| whole &= postings.remove(row));
            only_in(after, before, |row| postings.insert(row));
            if !whole {
                broken.insert(*clause);
            }
            only_in(before, after, |row| held.reads(*fold, row, dirty));
            only_in(after, before, |row| held.reads(*fold, row, dirty));
        }
        broken
    }

    /// Makes the cases of the elements concerned anew.
    fn remake(
        &mut self,
        view: &View,
        days: Days,
        work: &[Work],
        dirty: &mut Vec<(u32, u32)>,
        broken: &mut FxHashSet<usize>,
    ) {
        let compiler = Compiler { view, days, changes: &self.changes, keep: true };
        for &(clause, part, record) in work {
            if part == Part::Whole {
                broken.insert(clause);
            }
            let rule = self.rules.get(clause).and_then(|rules| rules.first());
            let held = self.held.get_mut(clause).and_then(Option::as_mut);
            let (Part::Cases, Some(rule), Some(held)) = (part, rule, held) else { continue };
            let mut places = Vec::new();
            if held.remake(&compiler, rule, record, &mut places).is_err() {
                broken.insert(clause);
            }
            dirty.extend(places.into_iter().map(|at| (clause as u32, at)));
        }
    }

    /// Judges these cases again.
    pub fn judge(
        &mut self,
        plan: &Plan,
        (days, day): (Days, Day),
        mut dirty: Vec<(u32, u32)>,
        changed: &mut Vec<StatusChanged>,
    ) {
        dirty.sort_unstable();
        dirty.dedup();
        let today = Today { plan, tree: &self.tree, days, day: days.short(day) };
        for (clause, at) in dirty {
            if let Some(Some(held)) = self.held.get_mut(clause as usize) {
                held.judge(at as usize, &today, &mut self.queue, changed);
            }
        }
    }

    /// Judges everything again.
    pub fn judge_all(
        &mut self,
        plan: &Plan,
        (days, day): (Days, Day),
        changed: &mut Vec<StatusChanged>,
    ) {
        let today = Today { plan, tree: &self.tree, days, day: days.short(day) };
        for held in self.held.iter_mut().flatten() {
            for at in 0..held.places() {
                held.judge(at, &today, &mut self.queue, changed);
            }
            held.add_up(&today);
        }
    }

    /// Looks at what is to be looked at on a day.
    pub fn wake(
        &mut self,
        plan: &Plan,
        (days, day): (Days, Day),
        changed: &mut Vec<StatusChanged>,
    ) {
        if self.changes.contains(&day) {
            self.queue.pop(days.short(day));
            return self.judge_all(plan, (days, day), changed);
        }
        let short = days.short(day);
        let mut due = self.queue.pop(short);
        due.retain(|(clause, at)| {
            let held = self.held.get_mut(*clause as usize).and_then(Option::as_mut);
            held.is_some_and(|held| held.is_due(*at as usize, short))
        });
        self.judge(plan, (days, day), due, changed);
    }

    /// Makes a whole clause anew and tells what is different.
    fn renew(
        &mut self,
        view: &View,
        clause: usize,
        (days, day): (Days, Day),
        changed: &mut Vec<StatusChanged>,
    ) {
        let made = self.made(view, days, clause).ok();
        let today = Today { plan: view.plan, tree: &self.tree, days, day: days.short(day) };
        let Some(slot) = self.held.get_mut(clause) else { return };
        let before = slot.as_ref().map_or_else(Vec::new, |held| held.snapshot(&today));
        *slot = made.map(|made| Box::new(Held::new(made, &self.tree)));
        let Some(held) = slot else { return };
        for at in 0..held.places() {
            held.judge(at, &today, &mut self.queue, &mut Vec::new());
        }
        tell(before, held.snapshot(&today), changed);
    }
}

/// What differs between two snapshots.
pub fn tell(
    before: Vec<StatusChanged>,
    after: Vec<StatusChanged>,
    changed: &mut Vec<StatusChanged>,
) {
    let key = |row: &StatusChanged| (row.clause, row.subject, row.period_first);
    let mut known: FxHashMap<_, StatusChanged> =
        before.into_iter().map(|row| (key(&row), row)).collect();
    for row in after {
        let was = known.remove(&key(&row)).and_then(|was| was.after);
        if was != row.after {
            changed.push(StatusChanged { before: was, ..row });
        }
    }
    let mut gone: Vec<StatusChanged> = known.into_values().collect();
    gone.sort_unstable_by_key(key);
    changed.extend(gone.into_iter().map(|row| StatusChanged {
        before: row.after,
        after: None,
        ..row
    }));
}

impl Use {
    fn new(
        view: &View,
        chain: Chain,
        asked: Option<Arc<AggregateExpr>>,
        reader: (usize, Part),
    ) -> Use {
        let mut used = Use {
            chain,
            asked,
            parts: FxHashMap::default(),
            bounds: Vec::new(),
            readers: vec![reader],
        };
        if let Some(asked) = &used.asked {
            used.bounds = view.day_bounds(asked);
            let forms = view.plan.schema.forms_with_ids();
            let parts = forms.map(|(form, _)| (form, Existence::of(view, asked, form)));
            used.parts = parts.filter_map(|(form, parts)| Some((form, parts?))).collect();
        }
        used
    }

    /// Whether a row reads a record that its chain leads to.
    fn concerns(&self, view: &View, record: RecordRef, row: RecordRef) -> bool {
        let Some(asked) = &self.asked else { return true };
        match self.parts.get(&row.form) {
            Some(parts) => parts.concerns(view, record, row),
            None => {
                !view.is_outside(&self.bounds, record, row) && view.concerns(asked, record, row)
            }
        }
    }
}

fn sorted(postings: &mut [Posting]) -> &[Posting] {
    postings.sort_unstable();
    postings
}

/// The rows of the first that are not in the second, as often as they are there more often; both
/// in order.
fn only_in(rows: &[Posting], others: &[Posting], mut body: impl FnMut(&Posting)) {
    let mut others = others.iter().peekable();
    for row in rows {
        while others.next_if(|other| *other < row).is_some() {}
        if others.next_if_eq(&row).is_none() {
            body(row);
        }
    }
}
