//! One clause: its rule in words, its readings, its roll-up and its obligations, page by page.
//!
//! Rows and children stand in the order of ids. A person's name is sealed and not here.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use duty::Obligation;
use plan::plan::{Axis, Rule};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Counts, Days, Org, OriginWord, asked_clause, asked_day, asked_org};
use crate::judged::Judged;
use crate::org_tree::OrgNode;
use crate::paper;
use crate::refusal::{Answer, Asked, Failure, Refusal};
use crate::rehearsal::Rehearsal;

/// Rows of one page.
const PAGE_SIZE: usize = 50;

/// Whose obligations, when, which page.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ClauseQuery {
    /// Id of an organisation; the issuer when left out.
    org: Option<String>,
    /// Day; the rehearsal's own when left out.
    day: Option<String>,
    /// Page from 1; 1 when left out.
    page: Option<String>,
}

/// A clause opened.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct ClauseDetail {
    id: String,
    title: String,
    quote: String,
    /// How it is counted, one line each.
    rule: Vec<String>,
    origin: OriginWord,
    origin_text: String,
    axes: Vec<ReadingAxis>,
    standing: Counts,
    children: Vec<ChildCounts>,
    obligations: ObligationPage,
}

/// A question that a sentence leaves open.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct ReadingAxis {
    name: String,
    question: String,
    options: Vec<ReadingOption>,
}

/// One answer to it.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct ReadingOption {
    name: String,
    text: String,
    starred: bool,
}

/// Counts of an organisation below.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct ChildCounts {
    org: Org,
    #[serde(flatten)]
    counts: Counts,
}

/// One page of obligations.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct ObligationPage {
    total: usize,
    page: usize,
    page_size: usize,
    rows: Vec<ObligationRow>,
}

/// One thing owed.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct ObligationRow {
    key: String,
    subject: SubjectName,
    period: Days,
    due: String,
    value: String,
    target: String,
    status: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    days_late: Option<i32>,
    flags: Vec<String>,
    /// Name of the step of a flow.
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<String>,
}

/// Who or what it is about; only organisations have a name here.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct SubjectName {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

/// One clause.
#[utoipa::path(get, path = "/api/v1/clauses/{id}",
    params(("id" = String, Path, description = "Id of a clause"), ClauseQuery),
    responses(
        (status = 200, body = ClauseDetail), (status = 400, body = Refusal),
        (status = 404, body = Refusal), (status = 500, body = Failure)
))]
pub async fn clause(
    State(rehearsal): State<Arc<Rehearsal>>,
    Path(id): Path<String>,
    Asked(query): Asked<ClauseQuery>,
) -> Answer<ClauseDetail> {
    let clause = asked_clause(&rehearsal.plan, &id)?;
    let day = asked_day(&rehearsal, query.day.as_deref())?;
    let page = asked_page(query.page.as_deref())?;
    let judged = rehearsal.judged(day).await?;
    let org = asked_org(&rehearsal, &judged, query.org.as_deref())?;
    Ok(Json(detail(&rehearsal, &judged, clause, org, page)))
}

fn asked_page(page: Option<&str>) -> Result<usize, Refusal> {
    let Some(text) = page.filter(|text| !text.is_empty()) else {
        return Ok(1);
    };
    let number = text.parse::<u32>().ok().filter(|number| *number >= 1);
    number
        .map(|number| number as usize)
        .ok_or_else(|| Refusal::bad("bad-page", "页码不是从 1 起的数", "请写成 page=1 这样"))
}

fn detail(
    rehearsal: &Rehearsal,
    judged: &Judged,
    index: usize,
    org: &OrgNode,
    page: usize,
) -> ClauseDetail {
    let clause = &rehearsal.plan.clauses[index];
    let counts = |org: &OrgNode| {
        Counts::of(judged.counts(org.record, index), judged.figure(org.record, index))
    };
    let children = org.children.iter().filter_map(|child| judged.tree.node(*child));
    let quotes: Vec<&str> = clause.quotes.iter().map(|(quote, _)| quote.as_str()).collect();
    ClauseDetail {
        id: clause.id.clone(),
        title: clause.title.clone(),
        quote: quotes.join("……"),
        rule: paper::rule_lines(rehearsal.sources.slice(clause.place)),
        origin: clause.rule.as_ref().map_or(OriginWord::Text, |rule| rule.origin.into()),
        origin_text: clause.rule.as_ref().map(origin_text).unwrap_or_default(),
        axes: clause.axes.iter().map(axis).collect(),
        standing: counts(org),
        children: children
            .map(|child| ChildCounts { org: child.into(), counts: counts(child) })
            .collect(),
        obligations: page_of(rehearsal, judged, &judged.rows(index, org.record), page),
    }
}

/// Words of every 源, once each.
fn origin_text(rule: &Rule) -> String {
    let parts = rule.part_origins.iter().map(|(_, _, text)| text);
    let mut words: Vec<&str> = Vec::new();
    for text in std::iter::once(&rule.origin_text).chain(parts) {
        if !text.is_empty() && !words.contains(&text.as_str()) {
            words.push(text);
        }
    }
    words.join("；")
}

fn axis(axis: &Axis) -> ReadingAxis {
    let options = axis.options.iter().map(|option| ReadingOption {
        name: option.label.clone(),
        text: option.text.clone(),
        starred: option.starred,
    });
    ReadingAxis {
        name: axis.label.clone(),
        question: axis.question.clone(),
        options: options.collect(),
    }
}

fn page_of(
    rehearsal: &Rehearsal,
    judged: &Judged,
    rows: &[&Obligation],
    page: usize,
) -> ObligationPage {
    let shown = rows.iter().skip((page - 1).saturating_mul(PAGE_SIZE)).take(PAGE_SIZE);
    ObligationPage {
        total: rows.len(),
        page,
        page_size: PAGE_SIZE,
        rows: shown.map(|row| obligation_row(rehearsal, judged, row)).collect(),
    }
}

fn obligation_row(rehearsal: &Rehearsal, judged: &Judged, row: &Obligation) -> ObligationRow {
    let (plan, world) = (&rehearsal.plan, &rehearsal.world);
    let rule = plan.clauses.get(row.clause).and_then(|clause| clause.rule.as_ref());
    let step = row.step.and_then(|step| rule?.steps.get(step));
    ObligationRow {
        key: row.key(plan, world),
        subject: SubjectName {
            id: world.id(row.subject).to_owned(),
            name: judged.tree.node(row.subject).map(|node| node.name.clone()),
        },
        period: row.period.into(),
        due: row.due.to_string(),
        value: row.value_text(plan),
        target: row.target_text(plan),
        status: row.status.word().to_owned(),
        days_late: row.days_late,
        flags: row.flags.iter().map(|flag| flag.word().to_owned()).collect(),
        step: step.map(|step| step.label.clone()),
    }
}
