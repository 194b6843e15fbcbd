//! Answers of the API, one file per address.
//!
//! Every answer names days as text and organisations by id and name. What they share stands here.
//! The types are the contract with the web app; OpenAPI is made from them.
//! Read next: `paper.rs`, `clause.rs`.

pub mod account;
pub mod audit;
pub mod cards;
pub mod clause;
pub mod comparison;
pub mod evidence;
pub mod obligation;
pub mod orgs;
pub mod paper;
pub mod sign_in;
pub mod standing;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use facts::Day;
use plan::plan::{Origin, Plan, Status};
use serde::Serialize;
use utoipa::ToSchema;

use crate::judged::Judged;
use crate::org_tree::{OrgNode, OrgTree};
use crate::reading::{self, Choice};
use crate::refusal::{Asked, Refusal};
use crate::rehearsal::Rehearsal;
use crate::small_count::{Cell, Veil};

/// An organisation.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Org {
    /// Its id, such as `371600`.
    pub id: String,
    /// Its name on the day.
    pub name: String,
    /// Its level, as files write it: `county`.
    pub level: String,
}

/// First and last day.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Days {
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
}

/// Obligations by status.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, ToSchema)]
pub struct Counts {
    /// Not begun.
    pub not_due: Cell,
    /// Open.
    pub due: Cell,
    /// Met.
    pub met: Cell,
    /// Met after the due day.
    pub late: Cell,
    /// Not met, the due day has passed.
    pub missing: Cell,
    /// Not owed, for a reason.
    pub exempt: Cell,
    /// No longer owed.
    pub cancelled: Cell,
    /// What a clause shows that owes nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub figure: Option<String>,
}

/// Where a rule comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OriginWord {
    /// The paper says it.
    Text,
    /// An ambiguous sentence needs a number.
    Reading,
    /// Ours; never counts.
    Advice,
}

impl From<&OrgNode> for Org {
    fn from(node: &OrgNode) -> Org {
        Org { id: node.id.clone(), name: node.name.clone(), level: node.level.clone() }
    }
}

impl From<facts::Span> for Days {
    fn from(span: facts::Span) -> Days {
        Days { from: span.first.to_string(), to: span.last.to_string() }
    }
}

impl From<Origin> for OriginWord {
    fn from(origin: Origin) -> OriginWord {
        match origin {
            Origin::Text => OriginWord::Text,
            Origin::Reading => OriginWord::Reading,
            Origin::Advice => OriginWord::Advice,
        }
    }
}

impl OriginWord {
    /// The word in files.
    pub fn word(self) -> &'static str {
        match self {
            OriginWord::Text => "text",
            OriginWord::Reading => "reading",
            OriginWord::Advice => "advice",
        }
    }
}

impl Counts {
    /// From counts in the order of [`Status::ALL`], as far as they may be shown.
    pub fn of(veil: Veil, counts: [u32; 7], figure: Option<&[facts::Value]>) -> Counts {
        let figure = figure.map(|values| {
            let texts = values.iter().map(|value| veil.value(value));
            texts.collect::<Vec<_>>().join(" · ")
        });
        let mut named = Counts { figure, ..Counts::default() };
        for (status, count) in Status::ALL.into_iter().zip(counts) {
            *named.slot(status) = veil.count(count);
        }
        named
    }

    /// The count of a status.
    pub fn cell(&self, status: Status) -> Cell {
        let mut copy = self.clone();
        *copy.slot(status)
    }

    fn slot(&mut self, status: Status) -> &mut Cell {
        match status {
            Status::NotDue => &mut self.not_due,
            Status::Due => &mut self.due,
            Status::Met => &mut self.met,
            Status::Late => &mut self.late,
            Status::Missing => &mut self.missing,
            Status::Exempt => &mut self.exempt,
            Status::Cancelled => &mut self.cancelled,
        }
    }
}

/// The day asked for, or the rehearsal's own.
fn asked_day(rehearsal: &Rehearsal, day: Option<&str>) -> Result<Day, Refusal> {
    let Some(text) = day.filter(|text| !text.is_empty()) else {
        return Ok(rehearsal.today);
    };
    Day::parse(text).ok_or_else(|| {
        let remedy = format!("请写成 {} 这样", rehearsal.today);
        Refusal::bad("bad-day", format!("“{}”不是一个日期", shortened(text)), remedy)
    })
}

/// The organisation asked for, or the one at the top.
fn asked_org<'j>(
    rehearsal: &Rehearsal,
    judged: &'j Judged,
    org: Option<&str>,
) -> Result<&'j OrgNode, Refusal> {
    let Some(id) = org.filter(|id| !id.is_empty()) else {
        return top_org(rehearsal, &judged.tree).ok_or_else(|| {
            Refusal::not_found("no-org", "这一天没有任何组织", "请核对事实文件 org.csv")
        });
    };
    judged.tree.find(&rehearsal.world, id).ok_or_else(|| {
        let message = format!("{} 那天没有组织“{}”", judged.question.day, shortened(id));
        Refusal::not_found("unknown-org", message, "请从 /api/v1/orgs 里选一个编号")
    })
}

/// The issuer of the paper, else the highest organisation.
fn top_org<'t>(rehearsal: &Rehearsal, tree: &'t OrgTree) -> Option<&'t OrgNode> {
    let issuer = rehearsal.plan.issuer.as_ref();
    let issuer = issuer.and_then(|(id, _)| tree.find(&rehearsal.world, id));
    issuer.or_else(|| tree.root())
}

/// Readings asked for: `reading=C035=include`, as often as wanted.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AskedReadings(Vec<String>);

/// Readings in one question; a clause has a few axes.
const READINGS_MAX: usize = 8;

impl<S: Send + Sync> FromRequestParts<S> for AskedReadings {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<AskedReadings, Refusal> {
        let Asked(pairs) = Asked::<Vec<(String, String)>>::from_request_parts(parts, state).await?;
        let named = pairs.into_iter().filter(|(key, value)| key == "reading" && !value.is_empty());
        let readings: Vec<String> = named.map(|(_, value)| value).collect();
        if readings.len() > READINGS_MAX {
            let message = format!("一次最多 {READINGS_MAX} 个读法");
            return Err(Refusal::bad("bad-reading", message, "请少选几个"));
        }
        Ok(AskedReadings(readings))
    }
}

impl AskedReadings {
    /// What they change of a clause; nothing when only official readings are named.
    fn choice(&self, plan: &Plan, clause: usize) -> Result<Option<Choice>, Refusal> {
        let named = self.0.iter().map(|text| {
            reading::named(plan, text).map_err(|why| {
                let message = format!("“{}”：{}", shortened(text), shortened(&why));
                Refusal::bad("bad-reading", message, "请写成 reading=C035=include 这样")
            })
        });
        let named: Vec<_> = named.collect::<Result<_, _>>()?;
        Ok(Choice::of(plan, clause, &named))
    }
}

/// A page number from 1.
fn asked_page(page: Option<&str>) -> Result<usize, Refusal> {
    let Some(text) = page.filter(|text| !text.is_empty()) else {
        return Ok(1);
    };
    let number = text.parse::<u32>().ok().filter(|number| *number >= 1);
    number
        .map(|number| number as usize)
        .ok_or_else(|| Refusal::bad("bad-page", "页码不是从 1 起的数", "请写成 page=1 这样"))
}

/// The items of a page.
fn of_page<T>(items: impl Iterator<Item = T>, page: usize, size: usize) -> impl Iterator<Item = T> {
    items.skip((page - 1).saturating_mul(size)).take(size)
}

fn asked_clause(plan: &Plan, id: &str) -> Result<usize, Refusal> {
    plan.clause_named(id).ok_or_else(|| {
        let message = format!("没有条款“{}”", shortened(id));
        Refusal::not_found("unknown-clause", message, "条款编号见 /api/v1/paper 的 clauses")
    })
}

/// What an asker wrote, at most this much of it, for a message.
fn shortened(text: &str) -> String {
    const CHARS_SHOWN: usize = 40;
    text.chars().take(CHARS_SHOWN).collect()
}
