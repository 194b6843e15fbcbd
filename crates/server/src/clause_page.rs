//! One clause: its rule in words, where its number comes from, readings, roll-up, obligations,
//! records.
//!
//! Persons are named by their ids only: names with gaps belong to herself, her liaison and her
//! leader, and the rehearsal has no sign-in. Lists are paged.
//! Read next: `api.rs`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use duty::{Obligation, Question};
use facts::{Day, RecordRef};
use plan::plan::{Clause, Origin};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::api::{Asked, counts_json, day, day_of, judged, org_json, origin_of, origin_word};
use crate::campaign::Campaign;
use crate::refusal::Refusal;

/// Rows of a page; a phone shows ten at a time, a desk thirty.
const PAGE_SIZE: usize = 50;
/// Records of one list; more are not read by a person.
const RECORDS_MAX: usize = 200;

/// Which obligation is meant.
#[derive(Deserialize)]
pub struct EvidenceAsked {
    subject: String,
    period: String,
    day: Option<String>,
}

/// A clause for an organisation and a day.
pub async fn read_clause(
    State(campaign): State<Arc<Campaign>>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Json<Value>, Refusal> {
    let index = campaign.plan.clause_named(&id).ok_or(Refusal::UnknownClause)?;
    let clause = campaign.plan.clauses.get(index).ok_or(Refusal::UnknownClause)?;
    let date = day_of(&campaign, asked.day.as_deref())?;
    let org = match &asked.org {
        Some(id) => campaign.org(id)?,
        None => campaign.root().ok_or(Refusal::UnknownOrg)?,
    };
    let judged = judged(&campaign, date).await?;
    let counts = |org| match origin_of(clause) {
        Origin::Advice => judged.standing.advice(org, index),
        _ => judged.standing.of(org, index),
    };
    let children: Vec<Value> = campaign
        .orgs()
        .into_iter()
        .filter(|&child| campaign.parent(child) == Some(org) && counts(child) != [0; 7])
        .map(|child| {
            let mut row = counts_json(counts(child));
            row["org"] = org_json(&campaign, child);
            row
        })
        .collect();
    let rows: Vec<&Obligation> = judged.verdicts.obligations.iter().collect();
    let rows = rows.into_iter().filter(|row| row.clause == index && campaign.within(row.home, org));
    let rows: Vec<&Obligation> = rows.collect();
    let page = asked.page.unwrap_or(1).max(1);
    let shown = rows.iter().skip((page - 1).saturating_mul(PAGE_SIZE)).take(PAGE_SIZE);
    let shown: Vec<Value> = shown.map(|row| row_json(&campaign, row)).collect();
    let quotes: Vec<&str> = clause.quotes.iter().map(|(quote, _)| quote.as_str()).collect();
    let quote = quotes.join("……");
    let origin_text = clause.rule.as_ref().map_or("", |rule| rule.origin_text.as_str());
    Ok(Json(json!({
        "id": clause.id,
        "title": clause.title,
        "quote": quote,
        "rule": rule_lines(&campaign, clause),
        "origin": origin_word(origin_of(clause)),
        "origin_text": origin_text,
        "axes": axes(clause),
        "standing": counts_json(counts(org)),
        "children": children,
        "obligations": {
            "total": rows.len(), "page": page, "page_size": PAGE_SIZE, "rows": shown,
        },
    })))
}

fn axes(clause: &Clause) -> Vec<Value> {
    let option = |o: &plan::plan::AxisOption| {
        let (name, text) = (&o.label, &o.text);
        json!({ "name": name, "text": text, "starred": o.starred })
    };
    let axis = |a: &plan::plan::Axis| {
        let options: Vec<Value> = a.options.iter().map(option).collect();
        json!({ "name": a.label, "question": a.question, "options": options })
    };
    clause.axes.iter().map(axis).collect()
}

/// The rule as the plan writes it, one field a line; the quote is shown elsewhere.
fn rule_lines(campaign: &Campaign, clause: &Clause) -> Vec<String> {
    let text = campaign.sources.slice(clause.place);
    let lines = text.lines().skip(1).flat_map(|line| line.split(" ; "));
    let lines = lines.map(str::trim).filter(|line| !line.is_empty());
    let kept = lines.filter(|line| !line.starts_with("引 "));
    kept.map(|line| line.replacen(' ', "：", 1)).collect()
}

fn row_json(campaign: &Campaign, row: &Obligation) -> Value {
    let plan = &campaign.plan;
    let is_org = Some(row.subject.form) == campaign.org_form();
    json!({
        "key": row.key(plan, &campaign.world),
        "subject": {
            "id": campaign.world.id(row.subject),
            "name": is_org.then(|| campaign.org_name(row.subject)),
        },
        "period": { "from": day(row.period.first), "to": day(row.period.last) },
        "due": day(row.due),
        "value": row.value_text(plan),
        "target": row.target_text(plan),
        "status": row.status.word(),
        "days_late": row.days_late,
        "flags": row.flags.iter().map(|flag| flag.word()).collect::<Vec<_>>(),
    })
}

/// The records behind one obligation.
pub async fn read_evidence(
    State(campaign): State<Arc<Campaign>>,
    Path(id): Path<String>,
    Query(asked): Query<EvidenceAsked>,
) -> Result<Json<Value>, Refusal> {
    let index = campaign.plan.clause_named(&id).ok_or(Refusal::UnknownClause)?;
    let date = day_of(&campaign, asked.day.as_deref())?;
    let period = Day::parse(&asked.period).ok_or(Refusal::BadDay)?;
    let judged = judged(&campaign, date).await?;
    let same = |row: &&Obligation| {
        row.clause == index
            && row.period.first == period
            && campaign.world.id(row.subject) == asked.subject
    };
    let rows: Vec<Obligation> = judged.verdicts.obligations.iter().filter(same).cloned().collect();
    if rows.is_empty() {
        return Err(Refusal::UnknownObligation);
    }
    let worker = Arc::clone(&campaign);
    let task = tokio::task::spawn_blocking(move || {
        duty::evidences(&worker.plan, &worker.world, &Question::as_of(date), &rows)
    });
    let found = task.await.unwrap_or_default();
    let (mut counted, mut not_counted, mut lacking) = (Vec::new(), Vec::new(), Vec::new());
    for evidence in found {
        counted.extend(
            evidence
                .counted
                .iter()
                .take(RECORDS_MAX)
                .map(|(record, part)| record_json(&campaign, *record, "text", part)),
        );
        not_counted.extend(
            evidence
                .not_counted
                .iter()
                .take(RECORDS_MAX)
                .map(|(record, why)| record_json(&campaign, *record, "reason", why)),
        );
        lacking.extend(evidence.lacking);
    }
    Ok(Json(json!({ "counted": counted, "not_counted": not_counted, "lacking": lacking })))
}

fn record_json(campaign: &Campaign, record: RecordRef, name: &str, words: &str) -> Value {
    let form = campaign.plan.schema.form(record.form);
    let version = campaign.world.record(record).known_at(None).last();
    let axis = form.axis.and_then(|field| version.and_then(|v| v.value(field).as_day()));
    json!({
        "form": form.alias,
        "form_label": form.label,
        "id": campaign.world.id(record),
        "day": axis.map_or_else(String::new, day),
        name: words,
    })
}
