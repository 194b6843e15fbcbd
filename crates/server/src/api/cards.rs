//! Cards to look in as somebody: a role, a person and an organisation picked from the facts.
//!
//! The rule is one for all: the first organisation in division order, of the levels named, that
//! has somebody of the kind wanted on the rehearsal's own day; of several people there the first
//! by record. So nobody is chosen, and the same facts give the same cards.
//! No name is shown: a person is named by record, as everywhere in a rehearsal.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use facts::schema::registry;
use facts::{Day, FieldId, FieldType, Form, RecordRef, Value, Version, World};
use rustc_hash::FxHashMap;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Org, top_org};
use crate::org_tree::{OrgNode, OrgTree};
use crate::refusal::{Answer, Failure, Refusal};
use crate::rehearsal::Rehearsal;

/// The cards of a rehearsal.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Cards {
    /// How people were picked, in words.
    rule: &'static str,
    /// The day it was looked up for.
    day: String,
    cards: Vec<Card>,
}

/// One card.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Card {
    /// The role, such as `village_director`.
    role: &'static str,
    /// What stands on the card.
    text: &'static str,
    /// The person's record.
    person: String,
    org: Org,
}

/// The rule, as people read it.
const RULE: &str = "按区划次序取第一个有这样的人的单位；同一单位有几个人的，取记录在前的";

/// Where it is recorded that somebody is of a kind.
struct Source {
    form: &'static str,
    /// The organisation, from field to field.
    org: &'static [&'static str],
    person: &'static str,
    /// Fields that must hold these codes.
    codes: &'static [(&'static str, &'static str)],
}

struct Seat {
    role: &'static str,
    text: &'static str,
    levels: &'static [&'static str],
    source: Source,
}

const fn post(codes: &'static [(&'static str, &'static str)]) -> Source {
    Source { form: registry::POST, org: &["org"], person: "person", codes }
}

/// In the order of the screen.
const SEATS: [Seat; 5] = [
    Seat {
        role: "cadre",
        text: "以乡镇干部身份看看",
        levels: &["township"],
        source: post(&[("group", "township")]),
    },
    Seat {
        role: "liaison",
        text: "以联络员身份看看",
        levels: &["county"],
        source: Source { form: "liaison", org: &["org"], person: "person", codes: &[] },
    },
    Seat {
        role: "leader",
        text: "以主席身份看看",
        levels: &["county"],
        source: post(&[("title", "chair")]),
    },
    Seat {
        role: "inspector",
        text: "以督查员身份看看",
        levels: &["city"],
        source: Source { form: "inspection", org: &["round", "org"], person: "by", codes: &[] },
    },
    Seat {
        role: "village_director",
        text: "以村妇女主任身份看看",
        levels: &["village"],
        source: post(&[("group", "village"), ("title", "director")]),
    },
];

/// Cards of the rehearsal; a kind of which there is nobody has none.
#[utoipa::path(get, path = "/api/v1/rehearsal/cards", responses(
    (status = 200, body = Cards), (status = 403, body = Refusal), (status = 500, body = Failure)
))]
pub async fn cards(State(rehearsal): State<Arc<Rehearsal>>) -> Answer<Cards> {
    let day = rehearsal.today;
    let judged = rehearsal.judged(day).await?;
    let top = top_org(&rehearsal, &judged.tree);
    let order = top.map(|top| in_division_order(&judged.tree, top)).unwrap_or_default();
    let cards = SEATS.iter().filter_map(|seat| card(&rehearsal.world, &order, seat, day));
    Ok(Json(Cards { rule: RULE, day: day.to_string(), cards: cards.collect() }))
}

fn card(world: &World, order: &[&OrgNode], seat: &Seat, day: Day) -> Option<Card> {
    let holders = holders(world, &seat.source, day)?;
    let of_level = order.iter().filter(|org| seat.levels.contains(&org.level.as_str()));
    let (org, person) =
        of_level.filter_map(|org| Some((*org, *holders.get(&org.record)?))).next()?;
    let person = world.id(person).to_owned();
    Some(Card { role: seat.role, text: seat.text, person, org: org.into() })
}

/// An organisation before those below it, those below by id.
fn in_division_order<'t>(tree: &'t OrgTree, top: &'t OrgNode) -> Vec<&'t OrgNode> {
    let known = tree.below(top.record).len();
    let mut order = Vec::with_capacity(known);
    let mut next = vec![top];
    // A circle in the facts ends where all are there once.
    while let Some(org) = next.pop().filter(|_| order.len() < known) {
        order.push(org);
        next.extend(org.children.iter().rev().filter_map(|child| tree.node(*child)));
    }
    order
}

/// The first person of each organisation.
fn holders(world: &World, source: &Source, day: Day) -> Option<FxHashMap<RecordRef, RecordRef>> {
    let form_id = world.schema.form_named(source.form)?;
    let form = world.schema.form(form_id);
    let person = form.field_named(source.person)?;
    let codes: Vec<(FieldId, u16)> = source
        .codes
        .iter()
        .map(|(field, code)| coded(world, form, field, code))
        .collect::<Option<_>>()?;
    let mut first = FxHashMap::default();
    for record in &world.table(form_id).records {
        let versions = record.known_at(None).filter(|version| holds(form, version, day));
        for version in versions {
            let fits =
                codes.iter().all(|(field, code)| version.value(*field) == &Value::Code(*code));
            let somebody = version.value(person).members().iter().find_map(Value::as_ref);
            let org = org_of(world, form, version, source.org);
            if let (true, Some(somebody), Some(org)) = (fits, somebody, org) {
                first.entry(org).or_insert(somebody);
            }
        }
    }
    Some(first)
}

fn coded(world: &World, form: &Form, field: &str, code: &str) -> Option<(FieldId, u16)> {
    let id = form.field_named(field)?;
    let FieldType::Code(list) = form.fields.get(id.0 as usize)?.ty else { return None };
    Some((id, world.schema.code_list(list).code_named(code)?))
}

/// Begun by the day and not over.
fn holds(form: &Form, version: &Version, day: Day) -> bool {
    let from = version.segment.or_else(|| version.value(form.axis?).as_day());
    let to = form.end.and_then(|end| version.value(end).as_day());
    from.is_none_or(|from| from <= day) && to.is_none_or(|last| last >= day)
}

/// Follows references from field to field.
fn org_of(world: &World, form: &Form, version: &Version, path: &[&str]) -> Option<RecordRef> {
    let (first, rest) = path.split_first()?;
    let target = version.value(form.field_named(first)?).as_ref()?;
    if rest.is_empty() {
        return Some(target);
    }
    let version = world.record(target).known_at(None).last()?;
    org_of(world, world.schema.form(target.form), version, rest)
}
