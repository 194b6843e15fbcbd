//! Answers of the API, one file per address.
//!
//! Every answer names days as text and organisations by id and name. What they share stands here.
//! The types are the contract with the web app; OpenAPI is made from them.
//! Read next: `paper.rs`, `clause.rs`.

pub mod clause;
pub mod evidence;
pub mod orgs;
pub mod paper;
pub mod standing;

use facts::Day;
use plan::plan::{Origin, Plan, Status};
use serde::Serialize;
use utoipa::ToSchema;

use crate::judged::Judged;
use crate::org_tree::OrgNode;
use crate::refusal::Refusal;
use crate::rehearsal::Rehearsal;

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
    pub not_due: u32,
    /// Open.
    pub due: u32,
    /// Met.
    pub met: u32,
    /// Met after the due day.
    pub late: u32,
    /// Not met, the due day has passed.
    pub missing: u32,
    /// Not owed, for a reason.
    pub exempt: u32,
    /// No longer owed.
    pub cancelled: u32,
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
    /// From counts in the order of [`Status::ALL`].
    pub fn of(counts: [u32; 7], figure: Option<String>) -> Counts {
        let mut named = Counts { figure, ..Counts::default() };
        for (status, count) in Status::ALL.into_iter().zip(counts) {
            *named.slot(status) = count;
        }
        named
    }

    fn slot(&mut self, status: Status) -> &mut u32 {
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
        return top_org(rehearsal, judged).ok_or_else(|| {
            Refusal::not_found("no-org", "这一天没有任何组织", "请核对事实文件 org.csv")
        });
    };
    judged.tree.find(&rehearsal.world, id).ok_or_else(|| {
        let message = format!("{} 那天没有组织“{}”", judged.question.day, shortened(id));
        Refusal::not_found("unknown-org", message, "请从 /api/v1/orgs 里选一个编号")
    })
}

/// The issuer of the paper, else the highest organisation.
fn top_org<'j>(rehearsal: &Rehearsal, judged: &'j Judged) -> Option<&'j OrgNode> {
    let issuer = rehearsal.plan.issuer.as_ref();
    let issuer = issuer.and_then(|(id, _)| judged.tree.find(&rehearsal.world, id));
    issuer.or_else(|| judged.tree.root())
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
