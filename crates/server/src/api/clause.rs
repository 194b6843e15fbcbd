//! One clause: its rule in sentences, its readings, its roll-up and its obligations, page by page.
//!
//! Under another reading the clause alone is judged anew, and the official counts stand beside it.
//! Rows and children stand in the order of ids.
//! Read next: `obligation.rs`, `comparison.rs`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use plan::plan::{Axis, Clause, OriginPart, Rule};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::comparison::{Comparison, comparison};
use super::obligation::{ObligationPage, page_of};
use super::{AskedReadings, Counts, Org, OriginWord};
use super::{asked_clause, asked_day, asked_org, asked_page, of_page};
use crate::judged::Judged;
use crate::org_tree::OrgNode;
use crate::paper;
use crate::reading::Choice;
use crate::refusal::{Answer, Asked, Failure, Refusal};
use crate::rehearsal::Rehearsal;
use crate::small_count::Veil;

/// Organisations below, of one page.
const UNITS_PAGE_SIZE: usize = 100;

/// Whose obligations, when, which page.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ClauseQuery {
    /// Id of an organisation; the issuer when left out.
    org: Option<String>,
    /// Day; the rehearsal's own when left out.
    day: Option<String>,
    /// Page of obligations from 1; 1 when left out.
    page: Option<String>,
    /// Page of organisations below from 1; 1 when left out.
    units_page: Option<String>,
}

/// A clause opened.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct ClauseDetail {
    id: String,
    title: String,
    quote: String,
    /// What is asked, in plain sentences.
    sentences: Vec<String>,
    /// The same as the plan writes it, one line each.
    rule: Vec<String>,
    origin: OriginWord,
    origin_text: String,
    /// Parts of the rule that come from elsewhere than the rest.
    part_origins: Vec<PartOrigin>,
    axes: Vec<ReadingAxis>,
    /// What the official reading gives, when another one was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    comparison: Option<Comparison>,
    standing: Counts,
    units_total: usize,
    units_page: usize,
    units_page_size: usize,
    children: Vec<ChildCounts>,
    obligations: ObligationPage,
}

/// Where one part of a rule comes from.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct PartOrigin {
    /// `要求的数`.
    part: &'static str,
    origin: OriginWord,
    text: String,
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
    /// Whether this answer is shown.
    chosen: bool,
    /// What asks for it: `C035/april=include`.
    reading: String,
}

/// Counts of an organisation below.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct ChildCounts {
    org: Org,
    #[serde(flatten)]
    counts: Counts,
}

/// One clause.
#[utoipa::path(get, path = "/api/v1/clauses/{id}",
    params(
        ("id" = String, Path, description = "Id of a clause"),
        ClauseQuery,
        ("reading" = Option<Vec<String>>, Query,
            description = "Another reading, such as C035/april=include; may stand several times"),
    ),
    responses(
        (status = 200, body = ClauseDetail), (status = 400, body = Refusal),
        (status = 404, body = Refusal), (status = 500, body = Failure)
))]
pub async fn clause(
    State(rehearsal): State<Arc<Rehearsal>>,
    Path(id): Path<String>,
    readings: AskedReadings,
    Asked(query): Asked<ClauseQuery>,
) -> Answer<ClauseDetail> {
    let index = asked_clause(&rehearsal.plan, &id)?;
    let day = asked_day(&rehearsal, query.day.as_deref())?;
    let page = asked_page(query.page.as_deref())?;
    let units_page = asked_page(query.units_page.as_deref())?;
    let choice = readings.choice(&rehearsal.plan, index)?;
    let official = rehearsal.judged(day).await?;
    let org = asked_org(&rehearsal, &official, query.org.as_deref())?;
    let other = match &choice {
        Some(choice) => Some(rehearsal.judged_under(day, choice.clone()).await?),
        None => None,
    };
    let seen = Seen { rehearsal: &rehearsal, official: &official, index, org, choice };
    Ok(Json(seen.detail(other.as_deref(), page, units_page)))
}

/// A clause as seen from an organisation.
struct Seen<'a> {
    rehearsal: &'a Rehearsal,
    official: &'a Judged,
    index: usize,
    org: &'a OrgNode,
    choice: Option<Choice>,
}

impl Seen<'_> {
    fn detail(&self, other: Option<&Judged>, page: usize, units_page: usize) -> ClauseDetail {
        let (plan, sources) = (&self.rehearsal.plan, &self.rehearsal.sources);
        let clause = &plan.clauses[self.index];
        let judged = other.unwrap_or(self.official);
        let veil = Veil::over(plan, clause, self.org);
        let here = (self.index, self.org);
        let options = self.choice.as_ref().map_or(&[][..], Choice::options);
        let rule = clause.rule_under(options);
        let quotes: Vec<&str> = clause.quotes.iter().map(|(quote, _)| quote.as_str()).collect();
        let said = rule.as_ref().map(|rule| paper::sentences(plan, sources, clause, rule));
        ClauseDetail {
            id: clause.id.clone(),
            title: clause.title.clone(),
            quote: quotes.join("……"),
            sentences: said.unwrap_or_default(),
            rule: paper::rule_lines(sources.slice(clause.place)),
            origin: clause.rule.as_ref().map_or(OriginWord::Text, |rule| rule.origin.into()),
            origin_text: clause.rule.as_ref().map(origin_text).unwrap_or_default(),
            part_origins: clause.rule.as_ref().map(part_origins).unwrap_or_default(),
            axes: axes(clause, options),
            comparison: other.map(|other| comparison(self.official, other, here, veil)),
            standing: self.counts(judged, veil, self.org),
            units_total: self.org.children.len(),
            units_page,
            units_page_size: UNITS_PAGE_SIZE,
            children: self.children(judged, veil, units_page),
            obligations: page_of(self.rehearsal, judged, here, veil, page),
        }
    }

    fn counts(&self, judged: &Judged, veil: Veil, org: &OrgNode) -> Counts {
        let figure = judged.figure(org.record, self.index);
        Counts::of(veil, judged.counts(org.record, self.index), figure)
    }

    /// Those below, under the veil of the one from which they are seen.
    fn children(&self, judged: &Judged, veil: Veil, page: usize) -> Vec<ChildCounts> {
        let below = of_page(self.org.children.iter(), page, UNITS_PAGE_SIZE);
        let nodes = below.filter_map(|child| judged.tree.node(*child));
        nodes
            .map(|node| ChildCounts { org: node.into(), counts: self.counts(judged, veil, node) })
            .collect()
    }
}

/// The words of 源; where only parts have one, theirs.
fn origin_text(rule: &Rule) -> String {
    if !rule.origin_text.is_empty() {
        return rule.origin_text.clone();
    }
    let mut words: Vec<&str> = Vec::new();
    for (_, _, text) in &rule.part_origins {
        if !text.is_empty() && !words.contains(&text.as_str()) {
            words.push(text);
        }
    }
    words.join("；")
}

fn part_origins(rule: &Rule) -> Vec<PartOrigin> {
    let part = |(part, origin, text): &(OriginPart, plan::plan::Origin, String)| PartOrigin {
        part: match part {
            OriginPart::Count => "怎么数",
            OriginPart::Must => "要求的数",
            OriginPart::Due => "到哪天为止",
            OriginPart::When => "什么时候",
        },
        origin: (*origin).into(),
        text: text.clone(),
    };
    rule.part_origins.iter().map(part).collect()
}

fn axes(clause: &Clause, chosen: &[(usize, usize)]) -> Vec<ReadingAxis> {
    let axes = clause.axes.iter().enumerate();
    let shown = axes.map(|(number, axis)| {
        let other = chosen.iter().find(|(of, _)| *of == number).map(|(_, option)| *option);
        reading_axis(&clause.id, axis, other)
    });
    shown.collect()
}

fn reading_axis(clause: &str, axis: &Axis, other: Option<usize>) -> ReadingAxis {
    let name = |label: &str, alias: &str| if alias.is_empty() { label } else { alias }.to_owned();
    let place = name(&axis.label, &axis.alias);
    let options = axis.options.iter().enumerate().map(|(number, option)| ReadingOption {
        name: option.label.clone(),
        text: option.text.clone(),
        starred: option.starred,
        chosen: other.map_or(option.starred, |other| other == number),
        reading: format!("{clause}/{place}={}", name(&option.label, &option.alias)),
    });
    ReadingAxis {
        name: axis.label.clone(),
        question: axis.question.clone(),
        options: options.collect(),
    }
}
