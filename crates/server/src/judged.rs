//! The verdicts of one day with what screens ask of them.
//!
//! Made once per day and kept by `rehearsal.rs`. Rows stand by organisation, subject and period in
//! the order of ids, never by how well somebody did.
//! It judges nothing itself: that is the crate `duty`.

use std::sync::Mutex;

use duty::{
    Engine, Evidence, Evidences, FindingKind, Obligation, Question, Standing, Trouble, Verdicts,
};
use facts::{Day, RecordRef, World};
use plan::plan::Plan;
use rustc_hash::FxHashMap;

use crate::org_tree::OrgTree;
use crate::words::post::PostTable;

/// One day, judged.
pub struct Judged {
    /// What was asked.
    pub question: Question,
    /// All obligations and findings.
    pub verdicts: Verdicts,
    /// Counts by organisation.
    pub standing: Standing,
    /// The organisations of that day.
    pub tree: OrgTree,
    /// Who holds which post that day.
    pub posts: PostTable,
    /// Obligations by clause, in the order they are shown.
    rows: Vec<Vec<usize>>,
    figures: Figures,
    /// Laid out when evidence is first asked for; answers wait for each other.
    evidences: Mutex<Option<Evidences>>,
}

/// First day and index of a finding, by subject and clause.
type Figures = FxHashMap<(RecordRef, usize), (Day, usize)>;

impl Judged {
    /// Judges a day, by the engine where there is one: it answers the same, sooner.
    pub fn of(
        plan: &Plan,
        world: &World,
        engine: Option<&Engine>,
        question: Question,
    ) -> Result<Judged, Trouble> {
        let verdicts = match engine {
            Some(engine) => engine.evaluate(plan, world, &question)?,
            None => duty::evaluate(plan, world, &question)?,
        };
        Ok(Judged::from(plan, world, question, verdicts))
    }

    /// Judges one clause of a day, under the readings of the question.
    pub fn of_one(
        plan: &Plan,
        world: &World,
        question: Question,
        clause: usize,
    ) -> Result<Judged, Trouble> {
        let verdicts = duty::evaluate_clause(plan, world, &question, clause)?;
        Ok(Judged::from(plan, world, question, verdicts))
    }

    fn from(plan: &Plan, world: &World, question: Question, verdicts: Verdicts) -> Judged {
        let standing = duty::standing(plan, world, &verdicts, question.day);
        let tree = OrgTree::on(world, question.day);
        let mut rows = vec![Vec::new(); plan.clauses.len()];
        for (index, row) in verdicts.obligations.iter().enumerate() {
            if let Some(of_clause) = rows.get_mut(row.clause) {
                of_clause.push(index);
            }
        }
        for of_clause in &mut rows {
            of_clause.sort_by_cached_key(|index| shown_order(world, &verdicts.obligations[*index]));
        }
        let figures = figures(&verdicts, question.day);
        let posts = PostTable::on(world, question.day);
        let evidences = Mutex::new(None);
        Judged { question, verdicts, standing, tree, posts, rows, figures, evidences }
    }

    /// The evidence of obligations of this day, in their order.
    pub fn evidence(&self, plan: &Plan, world: &World, rows: &[Obligation]) -> Vec<Evidence> {
        let mut kept = self.evidences.lock().unwrap_or_else(|broken| {
            // What a failed answer left half taken apart is laid out again.
            let mut kept = broken.into_inner();
            *kept = None;
            kept
        });
        let evidences = kept.get_or_insert_with(|| Evidences::new(plan, world, &self.question));
        evidences.of(plan, world, rows)
    }

    /// Obligations of a clause in the order they are shown.
    pub fn of_clause(&self, clause: usize) -> impl Iterator<Item = &Obligation> {
        let all = self.rows.get(clause).into_iter().flatten();
        all.filter_map(|index| self.verdicts.obligations.get(*index))
    }

    /// Those of an organisation and all below it.
    pub fn rows(&self, clause: usize, org: RecordRef) -> Vec<&Obligation> {
        let below = self.tree.below(org);
        self.of_clause(clause).filter(|row| below.contains(&row.home)).collect()
    }

    /// Counts of a clause, own advice included.
    pub fn counts(&self, org: RecordRef, clause: usize) -> [u32; 7] {
        let mut counts = self.standing.of(org, clause);
        let advice = self.standing.advice(org, clause);
        counts.iter_mut().zip(advice).for_each(|(sum, more)| *sum += more);
        counts
    }

    /// The figure that a 示 clause shows for an organisation: its latest period.
    pub fn figure(&self, org: RecordRef, clause: usize) -> Option<&[facts::Value]> {
        let (_, index) = self.figures.get(&(org, clause))?;
        Some(&self.verdicts.findings.get(*index)?.value)
    }
}

/// Per subject and clause the latest 示 that has begun.
fn figures(verdicts: &Verdicts, day: Day) -> Figures {
    let mut figures = Figures::default();
    for (index, finding) in verdicts.findings.iter().enumerate() {
        if finding.kind != FindingKind::Show || finding.period_start > day {
            continue;
        }
        let latest = figures.entry((finding.subject, finding.clause)).or_insert((Day::MIN, index));
        if finding.period_start >= latest.0 {
            *latest = (finding.period_start, index);
        }
    }
    figures
}

fn shown_order(world: &World, row: &Obligation) -> (String, String, Day, Option<usize>) {
    let id = |record: RecordRef| world.id(record).to_owned();
    (id(row.home), id(row.subject), row.period.first, row.step)
}
