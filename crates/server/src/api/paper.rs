//! The paper: its blocks, clauses, phases and totals.
//!
//! Made once when first asked for; it does not depend on the organisation or the day.
//! Read next: `../paper.rs` for how the text is cut.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use plan::plan::{Clause, Plan, RuleKind};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Days, OriginWord};
use crate::org_tree::OrgTree;
use crate::paper::{self, Block};
use crate::refusal::{Answer, Failure};
use crate::rehearsal::Rehearsal;

/// The paper as the screen shows it.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct Paper {
    /// Whether the facts are a rehearsal.
    pub rehearsal: bool,
    /// The rehearsal's own day.
    pub today: String,
    /// What stands at the head.
    pub plan: PaperHead,
    /// Its phases in order.
    pub phases: Vec<Phase>,
    /// How many duties come from where.
    pub counts: OriginCounts,
    /// The text in order.
    pub blocks: Vec<Block>,
    /// All clauses in order.
    pub clauses: Vec<ClauseHead>,
    /// Figures of the paper against the facts.
    pub totals: Vec<PaperTotal>,
    /// Where screens begin.
    pub roots: Roots,
}

/// Head of the paper.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct PaperHead {
    id: String,
    title: String,
    number: String,
    issuer: Issuer,
    term: Days,
}

/// Who issued it.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct Issuer {
    id: String,
    name: String,
}

/// A named stretch of days.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct Phase {
    name: String,
    from: String,
    to: String,
}

/// Duties and flows by origin.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct OriginCounts {
    text: usize,
    reading: usize,
    advice: usize,
}

/// Kind of a clause.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClauseKind {
    /// Owes something.
    Duty,
    /// Steps with limits.
    Flow,
    /// Shows a figure or warns.
    Check,
    /// Owes nothing.
    Statement,
}

/// A clause in the margin.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct ClauseHead {
    id: String,
    title: String,
    kind: ClauseKind,
    origin: OriginWord,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// Index of the block its quote begins in, or -1.
    block: i32,
}

/// A figure the paper states, and what the facts give.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct PaperTotal {
    /// What it is about.
    pub title: String,
    /// As the plan states it.
    pub stated: String,
    /// As counted.
    pub counted: String,
    /// Whether they agree.
    pub agrees: bool,
}

/// Where screens begin.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct Roots {
    org: String,
}

/// The paper with its clauses.
#[utoipa::path(get, path = "/api/v1/paper", responses(
    (status = 200, body = Paper), (status = 500, body = Failure)
))]
pub async fn paper(State(rehearsal): State<Arc<Rehearsal>>) -> Answer<Paper> {
    let paper = rehearsal.paper().await?;
    Ok(Json(Paper::clone(&paper)))
}

impl Paper {
    /// The paper; the organisations are those of the rehearsal's own day.
    pub fn of(rehearsal: &Rehearsal) -> Paper {
        let plan = &rehearsal.plan;
        let text = paper::text(plan, &rehearsal.sources);
        let cut = paper::cut(plan, &text);
        let (text, reading, advice) = plan::check::origin_counts(plan);
        let clauses = plan.clauses.iter().zip(&cut.block_of);
        let tree = OrgTree::on(&rehearsal.world, rehearsal.today);
        let top = super::top_org(rehearsal, &tree);
        Paper {
            rehearsal: true,
            today: rehearsal.today.to_string(),
            plan: head(plan),
            phases: phases(plan),
            counts: OriginCounts { text, reading, advice },
            clauses: clauses.map(|(clause, block)| clause_head(clause, *block)).collect(),
            blocks: cut.blocks,
            totals: paper::totals(plan, &rehearsal.sources, rehearsal.counted_over()),
            roots: Roots { org: top.map(|node| node.id.clone()).unwrap_or_default() },
        }
    }
}

fn head(plan: &Plan) -> PaperHead {
    let (id, name) = plan.issuer.clone().unwrap_or_default();
    let term = plan.term.map(Days::from);
    PaperHead {
        id: plan.id.clone(),
        title: plan.title.clone(),
        number: plan.number.clone(),
        issuer: Issuer { id, name },
        term: term.unwrap_or(Days { from: String::new(), to: String::new() }),
    }
}

/// The stretches that follow one another; those that hold others (the whole campaign, a year) are
/// no phases.
fn phases(plan: &Plan) -> Vec<Phase> {
    let inside = |a: facts::Span, b: facts::Span| b.first <= a.first && a.last <= b.last;
    let spans = plan.periods.iter();
    let phases = spans.filter(|outer| {
        !plan.periods.iter().any(|inner| inner.span != outer.span && inside(inner.span, outer.span))
    });
    let phase = |period: &plan::plan::NamedPeriod| Phase {
        name: period.label.clone(),
        from: period.span.first.to_string(),
        to: period.span.last.to_string(),
    };
    phases.map(phase).collect()
}

fn clause_head(clause: &Clause, block: Option<usize>) -> ClauseHead {
    let notes = clause.notes.join("；");
    ClauseHead {
        id: clause.id.clone(),
        title: clause.title.clone(),
        kind: match clause.kind {
            RuleKind::Duty => ClauseKind::Duty,
            RuleKind::Flow => ClauseKind::Flow,
            RuleKind::Check => ClauseKind::Check,
            RuleKind::Statement => ClauseKind::Statement,
        },
        origin: clause.rule.as_ref().map_or(OriginWord::Text, |rule| rule.origin.into()),
        note: (!notes.is_empty()).then_some(notes),
        block: block.and_then(|index| i32::try_from(index).ok()).unwrap_or(-1),
    }
}
