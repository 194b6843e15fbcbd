//! The fast engine: postings built once, then any day up to its end is a matter of positions.
//!
//! It answers exactly what the reference evaluator answers with all that is known now. Clauses it
//! has no program for, earlier knowledge, other readings and later days go to the reference
//! evaluator, so that its answer is always whole.
//! Read next: `compile.rs`, `status.rs`.

use std::sync::Arc;

use facts::{Day, World};
use plan::plan::{Clause, Plan, Rule, RuleKind, Status};

use rustc_hash::FxHashSet;

use super::compile::{Compiler, Refused};
use super::days::{Days, Short};
use super::program::{Owed, Program};
use super::row::Setting;
use super::status::home;
use super::tree::Tree;
use crate::cache::{Cache, Joins};
use crate::evaluate::{judge_clause, rules};
use crate::verdict::{Finding, FindingKind, Question, Trouble, Verdicts};
use crate::view::{Laid, View};

/// Days after the term that can still be asked: late reports come in, and duties that go on.
pub(super) const DAYS_AFTER_TERM: i32 = 366;
/// Days before the term that are looked at for changes of organisations.
const DAYS_BEFORE_TERM: i32 = 366;
/// Statuses, columns of a count.
pub const STATUSES: usize = Status::ALL.len();

/// A plan and its facts, laid out for asking.
#[derive(Clone, Debug)]
pub struct Engine {
    days: Days,
    until: Day,
    tree: Tree,
    programs: Vec<Result<Program, Refused>>,
    /// The rules that the indexes were made for; they go by their addresses.
    rules: Arc<Vec<Vec<Rule>>>,
    /// The facts as laid out; `None` when each day is to be laid out by itself.
    laid: Option<Laid>,
    joins: Joins,
}

impl Engine {
    /// Lays out all that is known now; a plan without a term has no engine.
    pub fn new(plan: &Plan, world: &World) -> Result<Option<Engine>, Trouble> {
        let Some(term) = plan.term else { return Ok(None) };
        let until = term.last + DAYS_AFTER_TERM;
        let question = Question::as_of(until);
        let mut view = View::new(plan, world, &question);
        let days = Days::around(term.first);
        let changes = changes(&view, term.first);
        let compiler = Compiler { view: &view, days, changes: &changes, keep: false };
        let rules = rules(plan, &question);
        let mut programs = Vec::new();
        for (index, clause) in plan.clauses.iter().enumerate() {
            programs.push(match rules.get(index).map(Vec::as_slice) {
                Some([rule]) => compiler.program(index, clause, rule).map(|made| made.program),
                Some([]) | None => Err("没有规则"),
                Some(_) => Err("有修订"),
            });
        }
        if let Some(trouble) = view.trouble() {
            return Err(trouble);
        }
        let tree = Tree::of(&view, days);
        view.cache = Cache::default();
        let mut served = FxHashSet::default();
        for (rules, _) in rules.iter().zip(&programs).filter(|(_, program)| program.is_err()) {
            rules.iter().for_each(|rule| view.warm(rule, &mut served));
        }
        let mut joins = std::mem::take(&mut view.cache).joins.into_inner();
        joins.retain(|(address, day), _| {
            served.contains(address) && matches!(*day, Day::MIN | Day::MAX)
        });
        let rules = Arc::new(rules);
        let laid = view.rest().for_earlier(plan);
        Ok(Some(Engine { days, until, tree, programs, rules, laid, joins }))
    }

    /// Why a clause is left to the reference evaluator; `None` when it is not.
    pub fn refused(&self, clause: usize) -> Option<Refused> {
        self.programs.get(clause).and_then(|program| program.as_ref().err().copied())
    }

    /// Whether a question can be answered from the postings.
    pub fn answers(&self, question: &Question) -> bool {
        question.known.is_none() && question.day <= self.until
    }

    /// Judges everything, as the reference evaluator does.
    pub fn evaluate(
        &self,
        plan: &Plan,
        world: &World,
        question: &Question,
    ) -> Result<Verdicts, Trouble> {
        if !self.answers(question) {
            return crate::evaluate::evaluate(plan, world, question);
        }
        let chosen = (!question.readings.is_empty()).then(|| rules(plan, question));
        let rules = chosen.as_ref().unwrap_or(&self.rules);
        let read = |clause: usize| question.readings.iter().any(|(at, ..)| *at == clause);
        let mut view = None;
        let mut verdicts = Verdicts::default();
        for (clause, variants) in rules.iter().enumerate() {
            match self.programs.get(clause) {
                Some(Ok(program)) if !read(clause) => {
                    self.judge(plan, program, question.day, &mut verdicts);
                }
                _ if variants.is_empty() || is_statement(plan.clauses.get(clause)) => {}
                _ => {
                    let view = view.get_or_insert_with(|| self.view(plan, world, question));
                    judge_clause(view, clause, variants, &mut verdicts);
                }
            }
        }
        match view.and_then(|view| view.trouble()) {
            Some(trouble) => Err(trouble),
            None => Ok(verdicts),
        }
    }

    /// The facts as of a day.
    fn view<'a>(&self, plan: &'a Plan, world: &'a World, question: &Question) -> View<'a> {
        let Some(laid) = &self.laid else { return View::new(plan, world, question) };
        let view = View::resume(plan, world, question.day, laid.clone());
        *view.cache.joins.borrow_mut() = self.joins.clone();
        view
    }

    fn judge(&self, plan: &Plan, program: &Program, day: Day, verdicts: &mut Verdicts) {
        let short = self.days.short(day);
        let setting = Setting { plan, days: self.days, tree: &self.tree };
        for (index, case) in program.cases.iter().enumerate() {
            if case.born > short {
                continue;
            }
            if program.kind == RuleKind::Duty {
                let found = program.judge(index, case, short, &self.tree);
                self.findings(program, case, &found.values, short, verdicts);
                let row = program.row(&setting, (index, case), &found, short);
                verdicts.obligations.push(row);
            } else {
                let values = program.values(index, case, short, &self.tree);
                self.findings(program, case, &values, short, verdicts);
            }
        }
    }

    fn findings(
        &self,
        program: &Program,
        case: &Owed,
        values: &super::program::Values,
        day: Short,
        verdicts: &mut Verdicts,
    ) {
        if day < case.first || (!program.show && program.warns.is_empty()) {
            return;
        }
        let shown = values.iter().take(program.counts.len());
        let shown: Vec<facts::Value> =
            shown.enumerate().map(|(at, value)| program.value(at, *value)).collect();
        let finding = |kind, text: String| Finding {
            clause: program.clause,
            subject: program.subject(case),
            period_start: self.days.long(case.first),
            kind,
            value: shown.clone(),
            text,
        };
        if program.show {
            verdicts.findings.push(finding(FindingKind::Show, String::new()));
        }
        let empty = shown.iter().any(facts::Value::is_empty);
        for (condition, text) in &program.warns {
            if !empty && program.is_true(condition, values) {
                verdicts.findings.push(finding(FindingKind::Warn, text.clone()));
            }
        }
    }

    /// Status counts of one clause by organisation, own and below: `STATUSES` columns a row.
    /// `None` when the clause has no program.
    pub fn counts(&self, clause: usize, day: Day) -> Option<Vec<u32>> {
        let program = self.programs.get(clause)?.as_ref().ok()?;
        let day = self.days.short(day);
        let mut counts = vec![0u32; self.tree.orgs() * STATUSES];
        for (index, case) in program.cases.iter().enumerate() {
            if case.born > day {
                continue;
            }
            let found = program.judge(index, case, day, &self.tree);
            let at = home(case, day, &self.tree) as usize * STATUSES + found.status as usize;
            if let Some(slot) = counts.get_mut(at) {
                *slot += 1;
            }
        }
        self.tree.roll_up(day, &mut counts, STATUSES, |sum, more| *sum += more);
        Some(counts)
    }

    /// Bytes held by postings, cases and the tree.
    pub fn bytes(&self) -> usize {
        self.tree.bytes() + self.programs.iter().flatten().map(Program::bytes).sum::<usize>()
    }
}

fn is_statement(clause: Option<&Clause>) -> bool {
    clause.is_none_or(|clause| clause.kind == RuleKind::Statement)
}

/// Days on which an organisation begins, ends or changes, from the term on; and the view's own.
pub(super) fn changes(view: &View, from: Day) -> Vec<Day> {
    let from = from + -DAYS_BEFORE_TERM;
    let mut days = vec![from, view.day];
    let orgs = view.registry.known.org.into_iter().flat_map(|form| view.records(form));
    for org in orgs {
        let life = view.registry.life(org);
        days.extend(life.into_iter().flat_map(|life| [life.first, life.last + 1]));
        days.extend(view.segments(org).iter().filter_map(|row| row.segment));
    }
    days.retain(|day| (from..=view.day).contains(day));
    days.sort_unstable();
    days.dedup();
    days
}
