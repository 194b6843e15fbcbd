//! The organisation tree, one level at a time, in division order.
//!
//! A page opens one branch at a time, so no answer grows with the size of the city.
//! Who stands in the tree on a day is `../org_tree.rs`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{asked_day, asked_org, asked_page, of_page};
use crate::judged::Judged;
use crate::org_tree::OrgNode;
use crate::refusal::{Answer, Asked, Failure, Refusal};
use crate::rehearsal::Rehearsal;

/// Organisations of one page; most branches fit.
const PAGE_SIZE: usize = 100;

/// Below whom, and when.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OrgsQuery {
    /// Id of an organisation; the issuer when left out.
    parent: Option<String>,
    /// Page from 1; 1 when left out.
    page: Option<String>,
    /// Day; the rehearsal's own when left out.
    day: Option<String>,
}

/// One level of the tree.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct OrgLevel {
    /// From the top down to the one asked for.
    parents: Vec<OrgName>,
    /// How many are directly below it.
    total: usize,
    page: usize,
    page_size: usize,
    /// Those of the page.
    children: Vec<OrgChild>,
}

/// An organisation above.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct OrgName {
    id: String,
    name: String,
}

/// An organisation below.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct OrgChild {
    id: String,
    name: String,
    level: String,
    has_children: bool,
}

/// Children of an organisation.
#[utoipa::path(get, path = "/api/v1/orgs", params(OrgsQuery), responses(
    (status = 200, body = OrgLevel), (status = 400, body = Refusal),
    (status = 404, body = Refusal), (status = 500, body = Failure)
))]
pub async fn orgs(
    State(rehearsal): State<Arc<Rehearsal>>,
    Asked(query): Asked<OrgsQuery>,
) -> Answer<OrgLevel> {
    let day = asked_day(&rehearsal, query.day.as_deref())?;
    let judged = rehearsal.judged(day).await?;
    let org = asked_org(&rehearsal, &judged, query.parent.as_deref())?;
    Ok(Json(level(&judged, org, asked_page(query.page.as_deref())?)))
}

fn level(judged: &Judged, org: &OrgNode, page: usize) -> OrgLevel {
    let above = judged.tree.above(org.record);
    let parents = above.into_iter().chain([org]);
    let below = of_page(org.children.iter(), page, PAGE_SIZE);
    let children = below.filter_map(|child| judged.tree.node(*child));
    OrgLevel {
        parents: parents
            .map(|node| OrgName { id: node.id.clone(), name: node.name.clone() })
            .collect(),
        total: org.children.len(),
        page,
        page_size: PAGE_SIZE,
        children: children
            .map(|node| OrgChild {
                id: node.id.clone(),
                name: node.name.clone(),
                level: node.level.clone(),
                has_children: !node.children.is_empty(),
            })
            .collect(),
    }
}
