//! What a running server holds: one plan, one world, the rehearsal's own day, verdicts per day.
//!
//! Facts do not change while it runs, so the verdicts of a day are worked out once: by one task,
//! on a thread that may take long, while others who ask for the same day wait for it. Only the days
//! asked for last are kept.
//! Read next: `judged.rs`; the answers are made in `api/`.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use document::{Fault, FolderRead, ReadOptions};
use duty::{Question, Trouble};
use facts::{Day, World};
use plan::diagnostic::{Diagnostic, Severity};
use plan::plan::Plan;
use plan::source::Sources;
use tokio::sync::{OnceCell, Semaphore};

use crate::api::paper::Paper;
use crate::judged::Judged;
use crate::refusal::{Refusal, Unanswered};

/// Days kept judged: a city's verdicts of one day take tens of megabytes.
const DAYS_KEPT: usize = 12;
/// Evaluations at a time; more would only take the processors from the answers.
const EVALUATIONS_MAX: usize = 2;

type Slot = Arc<OnceCell<Arc<Judged>>>;

/// Everything the API answers from.
pub struct Rehearsal {
    /// The plan.
    pub plan: Plan,
    /// Its texts.
    pub sources: Sources,
    /// The facts.
    pub world: World,
    /// The base folder beside the plan, if there is one.
    pub base: Option<World>,
    /// The rehearsal's own day.
    pub today: Day,
    days: Mutex<VecDeque<(Day, Slot)>>,
    evaluations: Arc<Semaphore>,
    paper: OnceCell<Arc<Paper>>,
}

/// What loading has to say beside the rehearsal.
pub struct Loaded {
    /// The rehearsal.
    pub rehearsal: Rehearsal,
    /// Errors of the plan's text; the clauses concerned have no rule.
    pub plan_errors: usize,
    /// Rows of the fact folder that were left out.
    pub row_errors: usize,
}

/// Reads a plan, its facts and its base folder from disk.
pub fn load(file: &Path, facts: &Path, today: Day) -> Result<Loaded, Fault> {
    let sources = crate::texts::load(file)?;
    let (plan, diagnostics) = plan::compile::compile(&sources);
    let schema = Arc::new(plan.schema.clone());
    let FolderRead { world, errors, .. } =
        document::folder::read_checked(facts, schema, &ReadOptions::default(), &|form, row| {
            duty::broken(&plan, form, row)
        })?;
    let plan_errors = errors_in(&diagnostics);
    let base = crate::base::find(file, &plan)?.map(|read| read.world);
    let rehearsal = Rehearsal { base, ..Rehearsal::new(plan, sources, world, today) };
    Ok(Loaded { rehearsal, plan_errors, row_errors: errors.len() })
}

/// How many findings are errors.
pub fn errors_in(diagnostics: &[Diagnostic]) -> usize {
    diagnostics.iter().filter(|found| found.severity == Severity::Error).count()
}

impl Rehearsal {
    /// A rehearsal of a plan in a world.
    pub fn new(plan: Plan, sources: Sources, world: World, today: Day) -> Rehearsal {
        Rehearsal {
            plan,
            sources,
            world,
            base: None,
            today,
            days: Mutex::new(VecDeque::new()),
            evaluations: Arc::new(Semaphore::new(EVALUATIONS_MAX)),
            paper: OnceCell::new(),
        }
    }

    /// What the paper's figures are counted over: the base folder, else the facts served.
    pub fn counted_over(&self) -> &World {
        self.base.as_ref().unwrap_or(&self.world)
    }

    /// The verdicts of a day.
    pub async fn judged(self: &Arc<Self>, day: Day) -> Result<Arc<Judged>, Unanswered> {
        let slot = self.slot(day);
        let judged = slot.get_or_try_init(|| self.judge(day)).await?;
        Ok(Arc::clone(judged))
    }

    async fn judge(self: &Arc<Self>, day: Day) -> Result<Arc<Judged>, Unanswered> {
        let turns = Arc::clone(&self.evaluations);
        let turn = turns.acquire_owned().await.map_err(Unanswered::failed)?;
        let here = Arc::clone(self);
        let judging = tokio::task::spawn_blocking(move || {
            // Given back when the work ends, even if nobody waits for it any more.
            let _turn = turn;
            Judged::of(&here.plan, &here.world, Question::as_of(day))
        });
        match judging.await.map_err(Unanswered::failed)? {
            Ok(judged) => Ok(Arc::new(judged)),
            Err(trouble) => Err(trouble_refused(trouble).into()),
        }
    }

    /// The place of a day; the day asked for longest ago makes room.
    fn slot(&self, day: Day) -> Slot {
        let mut days = self.days.lock().unwrap_or_else(PoisonError::into_inner);
        let known = days.iter().position(|(other, _)| *other == day);
        let entry = known.and_then(|index| days.remove(index));
        let (_, slot) = entry.unwrap_or_else(|| (day, Slot::default()));
        days.push_back((day, Arc::clone(&slot)));
        while days.len() > DAYS_KEPT {
            days.pop_front();
        }
        slot
    }

    /// The paper with its counts, made once.
    pub async fn paper(self: &Arc<Self>) -> Result<Arc<Paper>, Unanswered> {
        let made = self.paper.get_or_try_init(|| async {
            let last = self.plan.term.map_or(self.today, |term| term.last);
            let end = self.judged(last).await?;
            Ok::<_, Unanswered>(Arc::new(Paper::of(self, &end)))
        });
        Ok(Arc::clone(made.await?))
    }
}

/// The workday table does not reach as far as the question.
pub fn trouble_refused(trouble: Trouble) -> Refusal {
    let Trouble::UnknownYear(year) = trouble;
    Refusal::bad("unknown-workdays", year.to_string(), "请补上这一年的工作日表，或换一个日期")
}
