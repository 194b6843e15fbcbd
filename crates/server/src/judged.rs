//! The verdicts of one day with what screens ask of them.
//!
//! Made once per day and kept by `rehearsal.rs`. Rows stand by organisation, subject and period in
//! the order of ids, never by how well somebody did.
//! It judges nothing itself: that is the crate `duty`.

use duty::{FindingKind, Obligation, Question, Standing, Trouble, Verdicts};
use facts::{Day, RecordRef, World};
use plan::plan::Plan;

use crate::org_tree::OrgTree;

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
    /// Obligations by clause, in the order they are shown.
    rows: Vec<Vec<usize>>,
}

impl Judged {
    /// Judges a day.
    pub fn of(plan: &Plan, world: &World, question: Question) -> Result<Judged, Trouble> {
        let verdicts = duty::evaluate(plan, world, &question)?;
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
        Ok(Judged { question, verdicts, standing, tree, rows })
    }

    /// Obligations of a clause in an organisation and below, in the order they are shown.
    pub fn rows(&self, clause: usize, org: RecordRef) -> Vec<&Obligation> {
        let all = self.rows.get(clause).into_iter().flatten();
        let all = all.filter_map(|index| self.verdicts.obligations.get(*index));
        all.filter(|row| self.tree.within(row.home, org)).collect()
    }

    /// Counts of a clause, own advice included.
    pub fn counts(&self, org: RecordRef, clause: usize) -> [u32; 7] {
        let mut counts = self.standing.of(org, clause);
        let advice = self.standing.advice(org, clause);
        counts.iter_mut().zip(advice).for_each(|(sum, more)| *sum += more);
        counts
    }

    /// The figure that a 示 clause shows for an organisation: its latest period.
    pub fn figure(&self, org: RecordRef, clause: usize) -> Option<String> {
        let shown = self.verdicts.findings.iter().filter(|finding| {
            finding.clause == clause
                && finding.subject == org
                && finding.kind == FindingKind::Show
                && finding.period_start <= self.question.day
        });
        let latest = shown.max_by_key(|finding| finding.period_start)?;
        Some(latest.value.iter().map(duty::verdict::value_text).collect::<Vec<_>>().join(" · "))
    }
}

fn shown_order(world: &World, row: &Obligation) -> (String, String, Day, Option<usize>) {
    let id = |record: RecordRef| world.id(record).to_owned();
    (id(row.home), id(row.subject), row.period.first, row.step)
}

