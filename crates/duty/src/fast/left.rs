//! Clauses that have no program: judged whole by the reference evaluator, when asked about.
//!
//! A judgement is kept until a fact of a form that the clause reads changes, or the day. Who asks
//! for nothing pays for nothing.
//! Read next: `../evaluate.rs`.

use std::cell::RefCell;

use facts::schema::registry;
use facts::{Day, FormId, RecordRef};
use plan::plan::{Plan, Rule, RuleKind};
use rustc_hash::{FxHashMap, FxHashSet};

use super::clause::OwnAndBelow;
use super::live::Live;
use super::reach::forms_read;
use super::repair::Works;
use crate::evaluate::judge_clause;
use crate::membership::base_forms;
use crate::standing::Counts;
use crate::verdict::{Obligation, Question, Verdicts};
use crate::view::{Laid, View};

/// What the reference evaluator said last.
#[derive(Default)]
pub struct Left {
    /// Forms that each clause reads.
    reads: Vec<FxHashSet<FormId>>,
    /// Whether a clause has no program and yet owes something.
    open: Vec<bool>,
    judged: RefCell<Vec<Option<Judged>>>,
    /// The facts as of today, laid out once for all clauses asked about.
    today: RefCell<Option<Laid>>,
}

/// A clause as of today: its rows, and what they add up to by organisation.
#[derive(Clone, Default)]
struct Judged {
    rows: Vec<Obligation>,
    counts: FxHashMap<RecordRef, OwnAndBelow>,
}

impl Left {
    /// Nothing judged yet.
    pub fn new(plan: &Plan) -> Left {
        let rules = plan.clauses.iter().map(|clause| clause.rule.as_ref());
        let reads = rules.map(|rule| rule.map_or_else(FxHashSet::default, |r| reads(plan, r)));
        let reads: Vec<FxHashSet<FormId>> = reads.collect();
        let owing = |kind| matches!(kind, RuleKind::Duty | RuleKind::Flow);
        let open = plan.clauses.iter().map(|clause| owing(clause.kind)).collect();
        let judged = RefCell::new(vec![None; plan.clauses.len()]);
        Left { reads, open, judged, today: RefCell::new(None) }
    }

    /// Frees what is known of clauses that have a program.
    pub fn held(&mut self, works: &Works) {
        for (known, held) in self.judged.get_mut().iter_mut().zip(&works.held) {
            if held.is_some() {
                *known = None;
            }
        }
    }

    /// A fact of a form has changed.
    pub fn forget(&mut self, form: FormId) {
        *self.today.get_mut() = None;
        for (known, reads) in self.judged.get_mut().iter_mut().zip(&self.reads) {
            if known.is_some() && reads.contains(&form) {
                *known = None;
            }
        }
    }

    /// It is another day.
    pub fn forget_all(&mut self) {
        *self.today.get_mut() = None;
        self.judged.get_mut().iter_mut().for_each(|known| *known = None);
    }

    fn with<T>(&self, live: &Live, clause: usize, body: impl FnOnce(&Judged) -> T) -> T {
        if !self.open.get(clause).copied().unwrap_or(false) {
            return body(&Judged::default());
        }
        let known = self.judged.borrow().get(clause).is_some_and(Option::is_some);
        if !known {
            let rows = self.judge(live, clause);
            let counts = added_up(live, &rows);
            if let Some(slot) = self.judged.borrow_mut().get_mut(clause) {
                *slot = Some(Judged { rows, counts });
            }
        }
        let judged = self.judged.borrow();
        match judged.get(clause).and_then(Option::as_ref) {
            Some(judged) => body(judged),
            None => body(&Judged::default()),
        }
    }

    fn judge(&self, live: &Live, clause: usize) -> Vec<Obligation> {
        let laid = self.today.borrow_mut().take();
        let view = match laid {
            Some(laid) => View::resume(live.plan(), live.world(), live.day(), laid),
            None => View::new(live.plan(), live.world(), &Question::as_of(live.day())),
        };
        let rows = judged(&view, live, clause);
        *self.today.borrow_mut() = Some(view.rest());
        rows
    }

    /// All rows of a clause as of today.
    pub fn all(&self, live: &Live, clause: usize) -> Vec<Obligation> {
        self.with(live, clause, |judged| judged.rows.clone())
    }

    /// The rows of a subject as of a day.
    pub fn rows(
        &self,
        live: &Live,
        clause: usize,
        subject: RecordRef,
        day: Day,
    ) -> Vec<Obligation> {
        let of = |rows: &[Obligation]| -> Vec<Obligation> {
            rows.iter().filter(|row| row.subject == subject).cloned().collect()
        };
        if day == live.day() {
            return self.with(live, clause, |judged| of(&judged.rows));
        }
        let view = View::new(live.plan(), live.world(), &Question::as_of(day));
        of(&judged(&view, live, clause))
    }

    /// Counts of an organisation.
    pub fn counts(&self, live: &Live, clause: usize, org: RecordRef) -> OwnAndBelow {
        self.with(live, clause, |judged| judged.counts.get(&org).copied().unwrap_or_default())
    }
}

fn added_up(live: &Live, rows: &[Obligation]) -> FxHashMap<RecordRef, OwnAndBelow> {
    let mut counts: FxHashMap<RecordRef, OwnAndBelow> = FxHashMap::default();
    let org = live.plan().schema.form_named(registry::ORG);
    let today = live.today(live.day());
    for row in rows.iter().filter(|row| Some(row.home.form) == org) {
        let more = |counts: &mut Counts| counts[row.status as usize] += 1;
        more(&mut counts.entry(row.home).or_default().own);
        for index in today.tree.chain(row.home.index, today.day) {
            more(&mut counts.entry(RecordRef { index, ..row.home }).or_default().all);
        }
    }
    counts
}

fn judged(view: &View, live: &Live, clause: usize) -> Vec<Obligation> {
    let mut verdicts = Verdicts::default();
    if let Some(rules) = live.works().rules.get(clause) {
        judge_clause(view, clause, rules, &mut verdicts);
    }
    verdicts.obligations
}

/// The forms a rule reads; who belongs where is read by all.
fn reads(plan: &Plan, rule: &Rule) -> FxHashSet<FormId> {
    let mut forms: FxHashSet<FormId> =
        registry::ALL.into_iter().filter_map(|name| plan.schema.form_named(name)).collect();
    let owners = base_forms(rule.subject.set()).into_iter().filter_map(|form| {
        let rules = plan.form_rules.get(form.0 as usize)?;
        rules.owner.as_ref()
    });
    let mut exprs: Vec<&plan::expr::Expr> = vec![rule.subject.set()];
    exprs.extend(owners);
    exprs.extend(rule.counts.iter().map(|count| &count.value));
    exprs.extend(rule.due.as_ref().map(|due| &due.value));
    exprs.extend([&rule.target, &rule.exempt, &rule.borne_by].into_iter().flatten());
    exprs.extend(rule.must.iter().map(|test| &test.condition));
    exprs.extend(rule.must.iter().flat_map(|test| test.parts.iter().map(|part| &part.target)));
    exprs.extend(rule.steps.iter().filter_map(|step| step.must.as_ref()));
    exprs.extend(rule.steps.iter().filter_map(|step| step.due.as_ref().map(|due| &due.0)));
    if let Some(plan::plan::When::Rolling { from: Some(from), .. }) = &rule.when {
        exprs.push(from);
    }
    forms.extend(rule.steps.iter().map(|step| step.form));
    forms.extend(rule.extend.iter().map(|extend| extend.form));
    for expr in exprs {
        forms_read(plan, expr, &mut forms);
    }
    forms
}
