//! What a running server holds: one plan, one world, the rehearsal's own day, verdicts per day.
//!
//! Facts do not change while it runs, so the verdicts of a day are worked out once: by one task,
//! on a thread that may take long, while others who ask for the same day wait for it. Only the days
//! asked for last are kept. A clause under another reading is judged alone and kept apart.
//! Read next: `judged.rs`; the answers are made in `api/`.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use document::{Fault, FolderRead, ReadOptions};
use duty::{Engine, Question, Trouble};
use facts::{Day, World};
use plan::diagnostic::{Diagnostic, Severity};
use plan::plan::Plan;
use plan::source::Sources;
use tokio::sync::{OnceCell, Semaphore};

use crate::api::paper::Paper;
use crate::judged::Judged;
use crate::reading::Choice;
use crate::refusal::{Refusal, Unanswered};

/// Days kept judged: a city's verdicts of one day take tens of megabytes.
const DAYS_KEPT: usize = 12;
/// Clauses kept judged under another reading: one clause of one day each.
const READINGS_KEPT: usize = 24;
/// Evaluations at a time; more would only take the processors from the answers.
const EVALUATIONS_MAX: usize = 2;

type Slot = Arc<OnceCell<Arc<Judged>>>;

/// What is judged: a whole day, or one clause of it under another reading.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Wanted {
    day: Day,
    choice: Option<Choice>,
}

/// A bounded row of answers; the one asked for longest ago makes room.
#[derive(Default)]
struct Kept(Mutex<VecDeque<(Wanted, Slot)>>);

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
    /// The facts laid out for asking; none when the plan has no term or the calendar ends early.
    engine: OnceLock<Option<Engine>>,
    days: Kept,
    readings: Kept,
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
    if plan.clauses.is_empty() {
        let remedy = "请核对是不是选错了文件；nuanjia check 会逐处说明";
        return Err(Fault::new("方案里没有一条条款", file, remedy));
    }
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
            engine: OnceLock::new(),
            days: Kept::default(),
            readings: Kept::default(),
            evaluations: Arc::new(Semaphore::new(EVALUATIONS_MAX)),
            paper: OnceCell::new(),
        }
    }

    /// What the paper's figures are counted over: the base folder, else the facts served.
    pub fn counted_over(&self) -> &World {
        self.base.as_ref().unwrap_or(&self.world)
    }

    /// Laid out on first use: it takes as long as judging a few days without it.
    fn engine(&self) -> Option<&Engine> {
        let made = || Engine::new(&self.plan, &self.world).ok().flatten();
        self.engine.get_or_init(made).as_ref()
    }

    /// The verdicts of a day.
    pub async fn judged(self: &Arc<Self>, day: Day) -> Result<Arc<Judged>, Unanswered> {
        self.kept(&self.days, DAYS_KEPT, Wanted { day, choice: None }).await
    }

    /// One clause of a day under another reading; nothing else is in it.
    pub async fn judged_under(
        self: &Arc<Self>,
        day: Day,
        choice: Choice,
    ) -> Result<Arc<Judged>, Unanswered> {
        let wanted = Wanted { day, choice: Some(choice) };
        self.kept(&self.readings, READINGS_KEPT, wanted).await
    }

    async fn kept(
        self: &Arc<Self>,
        kept: &Kept,
        most: usize,
        wanted: Wanted,
    ) -> Result<Arc<Judged>, Unanswered> {
        let slot = kept.slot(&wanted, most);
        let judged = slot.get_or_try_init(|| self.judge(wanted)).await?;
        Ok(Arc::clone(judged))
    }

    async fn judge(self: &Arc<Self>, wanted: Wanted) -> Result<Arc<Judged>, Unanswered> {
        let turns = Arc::clone(&self.evaluations);
        let turn = turns.acquire_owned().await.map_err(Unanswered::failed)?;
        let here = Arc::clone(self);
        let judging = tokio::task::spawn_blocking(move || {
            // Given back when the work ends, even if nobody waits for it any more.
            let _turn = turn;
            let question = Question::as_of(wanted.day);
            let Some(choice) = wanted.choice else {
                return Judged::of(&here.plan, &here.world, here.engine(), question);
            };
            let question = Question { readings: choice.readings(), ..question };
            Judged::of_one(&here.plan, &here.world, question, choice.clause())
        });
        match judging.await.map_err(Unanswered::failed)? {
            Ok(judged) => Ok(Arc::new(judged)),
            Err(trouble) => Err(trouble_refused(trouble).into()),
        }
    }

    /// The paper with its counts, made once.
    pub async fn paper(self: &Arc<Self>) -> Result<Arc<Paper>, Unanswered> {
        let made = self.paper.get_or_try_init(|| async {
            let here = Arc::clone(self);
            let making = tokio::task::spawn_blocking(move || Arc::new(Paper::of(&here)));
            making.await.map_err(Unanswered::failed)
        });
        Ok(Arc::clone(made.await?))
    }
}

impl Kept {
    /// The place of an answer.
    fn slot(&self, wanted: &Wanted, most: usize) -> Slot {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept.iter().position(|(other, _)| other == wanted);
        let entry = known.and_then(|index| kept.remove(index));
        let (_, slot) = entry.unwrap_or_else(|| (wanted.clone(), Slot::default()));
        kept.push_back((wanted.clone(), Arc::clone(&slot)));
        while kept.len() > most {
            kept.pop_front();
        }
        slot
    }
}

/// The workday table does not reach as far as the question.
pub fn trouble_refused(trouble: Trouble) -> Refusal {
    let Trouble::UnknownYear(year) = trouble;
    Refusal::bad("unknown-workdays", year.to_string(), "请补上这一年的工作日表，或换一个日期")
}
