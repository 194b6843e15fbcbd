//! The API of the live paper: the paper, its standing, the organisations.
//!
//! All answers are of a day and an organisation; children stand in the order of division, never by
//! value. Wire shapes are made here and nowhere else; `web/src/api.ts` names them for the app.
//! Read next: `clause_page.rs` for one clause.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::routing::get;
use axum::{Json, Router};
use facts::Day;
use plan::plan::{Clause, Origin, RuleKind, Status};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::campaign::Campaign;
use crate::declare::{Policy, Route};
use crate::refusal::Refusal;
use crate::{asset, clause_page, declare, header, paper};

/// What every page is asked with.
#[derive(Deserialize)]
pub struct Asked {
    /// Organisation; default the issuer.
    pub org: Option<String>,
    /// As of this day; default the rehearsal's own.
    pub day: Option<String>,
    /// Page of a list, from 1.
    pub page: Option<usize>,
}

#[derive(Deserialize)]
struct ParentAsked {
    parent: Option<String>,
}

/// The whole application.
pub fn application(campaign: Arc<Campaign>) -> Router {
    let description = declare::openapi(&routes());
    let described = get(move || std::future::ready(Json(description.clone())));
    let router = declare::router(routes()).route("/api/v1/openapi.json", described);
    header::on_every_answer(router.fallback(asset::serve).with_state(campaign))
}

/// Every route of the API.
pub fn routes() -> Vec<Route> {
    let route = |path, summary, query, handler| Route {
        path,
        policy: Policy::PublicRehearsal,
        summary,
        query,
        handler,
    };
    vec![
        route("/api/v1/paper", "The paper's words and its clauses.", &[], get(read_paper)),
        route(
            "/api/v1/paper/standing",
            "Status counts of every clause for an organisation and a day.",
            &["org", "day"],
            get(read_standing),
        ),
        route("/api/v1/orgs", "Organisations below one.", &["parent"], get(read_orgs)),
        route(
            "/api/v1/clauses/{id}",
            "One clause: rule, readings, roll-up, obligations.",
            &["org", "day", "page"],
            get(clause_page::read_clause),
        ),
        route(
            "/api/v1/clauses/{id}/evidence",
            "The records behind one obligation.",
            &["subject", "period", "day"],
            get(clause_page::read_evidence),
        ),
    ]
}

/// The day asked for.
pub fn day_of(campaign: &Campaign, text: Option<&str>) -> Result<Day, Refusal> {
    text.map_or(Ok(campaign.today), |text| Day::parse(text).ok_or(Refusal::BadDay))
}

async fn read_paper(State(campaign): State<Arc<Campaign>>) -> Json<Value> {
    let plan = &campaign.plan;
    let lines = paper::blocks(&campaign.sources, plan);
    let root = campaign.root();
    let issuer = root.map_or_else(String::new, |org| campaign.org_name(org));
    let mut blocks = vec![json!({
        "kind": "head", "runs": [{ "text": format!("{issuer}文件"), "clauses": [] }],
    })];
    blocks.extend(
        lines
            .iter()
            .map(|block| json!({ "kind": block.kind, "runs": paper::runs(&block.text, plan) })),
    );
    let term = plan.term;
    let phases = plan.periods.iter().filter(|period| {
        term.is_some_and(|term| {
            period.span != term && term.intersect(period.span) == Some(period.span)
        })
    });
    let phases: Vec<Value> = phases
        .map(|p| json!({ "name": p.label, "from": day(p.span.first), "to": day(p.span.last) }))
        .collect();
    let count = |origin| plan.clauses.iter().filter(|c| owes(c) && origin_of(c) == origin).count();
    let clauses: Vec<Value> =
        plan.clauses.iter().map(|clause| clause_json(clause, &lines)).collect();
    let id = root.map_or_else(String::new, |org| campaign.world.id(org).to_string());
    Json(json!({
        "rehearsal": true,
        "today": day(campaign.today),
        "plan": {
            "id": plan.id, "title": plan.title, "number": plan.number,
            "issuer": { "id": id, "name": issuer },
            "term": { "from": term.map(|t| day(t.first)), "to": term.map(|t| day(t.last)) },
        },
        "phases": phases,
        "counts": {
            "text": count(Origin::Text),
            "reading": count(Origin::Reading),
            "advice": count(Origin::Advice),
        },
        "blocks": blocks,
        "clauses": clauses,
        "totals": [],
        "roots": { "org": id },
    }))
}

fn owes(clause: &Clause) -> bool {
    matches!(clause.kind, RuleKind::Duty | RuleKind::Flow)
}

/// Where a clause comes from; a 陈述 stands in the paper itself.
pub fn origin_of(clause: &Clause) -> Origin {
    clause.rule.as_ref().map_or(Origin::Text, |rule| rule.origin)
}

/// The word of an origin on the wire.
pub fn origin_word(origin: Origin) -> &'static str {
    match origin {
        Origin::Text => "text",
        Origin::Reading => "reading",
        Origin::Advice => "advice",
    }
}

fn clause_json(clause: &Clause, lines: &[paper::Block]) -> Value {
    let kind = match clause.kind {
        RuleKind::Duty => "duty",
        RuleKind::Flow => "flow",
        RuleKind::Check => "check",
        RuleKind::Statement => "statement",
    };
    let quote = clause.quotes.first().map_or("", |(quote, _)| quote.as_str());
    let block = lines.iter().position(|b| paper::find_loosely(&b.text, quote).is_some());
    // The red head stands before the paper's first line.
    let block = block.map_or(-1, |index| index as i64 + 1);
    json!({
        "id": clause.id, "title": clause.title, "kind": kind,
        "origin": origin_word(origin_of(clause)),
        "note": clause.notes.first(), "block": block,
    })
}

async fn read_standing(
    State(campaign): State<Arc<Campaign>>,
    Query(asked): Query<Asked>,
) -> Result<Json<Value>, Refusal> {
    let date = day_of(&campaign, asked.day.as_deref())?;
    let org = match &asked.org {
        Some(id) => campaign.org(id)?,
        None => campaign.root().ok_or(Refusal::UnknownOrg)?,
    };
    let judged = judged(&campaign, date).await?;
    let mut clauses = Map::new();
    for (index, clause) in campaign.plan.clauses.iter().enumerate() {
        if owes(clause) {
            let counts = match origin_of(clause) {
                Origin::Advice => judged.standing.advice(org, index),
                _ => judged.standing.of(org, index),
            };
            clauses.insert(clause.id.clone(), counts_json(counts));
        }
    }
    Ok(Json(json!({ "org": org_json(&campaign, org), "day": day(date), "clauses": clauses })))
}

/// Verdicts of a day; judging is kept off the threads that answer requests.
pub async fn judged(
    campaign: &Arc<Campaign>,
    date: Day,
) -> Result<Arc<crate::campaign::Judged>, Refusal> {
    let campaign = Arc::clone(campaign);
    let task = tokio::task::spawn_blocking(move || campaign.judged(date));
    task.await.unwrap_or(Err(Refusal::UnknownYear))
}

async fn read_orgs(
    State(campaign): State<Arc<Campaign>>,
    Query(asked): Query<ParentAsked>,
) -> Result<Json<Value>, Refusal> {
    let parent = match &asked.parent {
        Some(id) => campaign.org(id)?,
        None => campaign.root().ok_or(Refusal::UnknownOrg)?,
    };
    let orgs = campaign.orgs();
    let children: Vec<Value> = orgs
        .iter()
        .copied()
        .filter(|&org| campaign.parent(org) == Some(parent))
        .map(|org| {
            let mut child = org_json(&campaign, org);
            child["has_children"] = Value::Bool(below_any(&campaign, &orgs, org));
            child
        })
        .collect();
    let mut parents = Vec::new();
    let mut at = campaign.parent(parent);
    while let Some(org) = at {
        parents.insert(0, json!({ "id": campaign.world.id(org), "name": campaign.org_name(org) }));
        at = campaign.parent(org).filter(|_| parents.len() < 32);
    }
    parents.push(json!({ "id": campaign.world.id(parent), "name": campaign.org_name(parent) }));
    Ok(Json(json!({ "parents": parents, "children": children })))
}

fn below_any(campaign: &Campaign, orgs: &[facts::RecordRef], top: facts::RecordRef) -> bool {
    orgs.iter().any(|&org| campaign.parent(org) == Some(top))
}

/// An organisation on the wire.
pub fn org_json(campaign: &Campaign, org: facts::RecordRef) -> Value {
    json!({
        "id": campaign.world.id(org),
        "name": campaign.org_name(org),
        "level": campaign.org_level(org),
    })
}

/// Counts on the wire, by the words of the statuses.
pub fn counts_json(counts: duty::standing::Counts) -> Value {
    let pairs = Status::ALL.iter().zip(counts);
    let mut map: Map<String, Value> =
        pairs.map(|(status, count)| (status.word().to_string(), count.into())).collect();
    let place = |status| Status::ALL.iter().position(|s| *s == status).unwrap_or(0);
    let done = counts[place(Status::Met)] + counts[place(Status::Late)];
    let left_out = counts[place(Status::Exempt)] + counts[place(Status::Cancelled)];
    let all = counts.iter().sum::<u32>() - left_out;
    map.insert("figure".into(), format!("{done}/{all}").into());
    Value::Object(map)
}

/// A day on the wire.
pub fn day(day: Day) -> String {
    day.to_string()
}
