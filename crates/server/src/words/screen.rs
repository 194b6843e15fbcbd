//! Records and subjects as a screen shows them: day, place and kind, no id and no name.
//!
//! Of people only “本人” or post and organisation; of homes only the village. A record that refers
//! to another is followed to find its place.

use facts::schema::{COMMON_FIELDS, registry};
use facts::{Field, FieldType, Form, Privacy, RecordRef, Value, World};

use super::post::{UNNAMED, post_word};
use super::{day_of, last_version, value_words};
use crate::judged::Judged;

/// How many facts a line of evidence shows.
const FACTS_SHOWN: usize = 4;
/// How far a place is looked for: finding, inspection, organisation.
const STEPS_MAX: usize = 3;
/// Fields that name a place better than others do.
const PLACES: [&str; 3] = ["village", "township", "place"];

/// Who or what an obligation is about.
pub fn subject_words(world: &World, judged: &Judged, subject: RecordRef) -> String {
    let form = world.schema.form(subject.form);
    let place = place_of(world, judged, subject, STEPS_MAX);
    match form.alias.as_str() {
        registry::ORG => org_name(judged, subject).unwrap_or_else(|| form.label.clone()),
        registry::PERSON => person_words(world, judged, subject),
        registry::HOUSEHOLD => located(place, "一户"),
        registry::RESIDENT => located(place, "一人"),
        _ if is_private_of_home(world, form) => located(place, "一户"),
        _ => {
            let day = day_of(world, subject).map(|day| {
                let (_, month, number) = day.ymd();
                format!("{month}月{number}日")
            });
            located(place, &format!("{}{}", day.unwrap_or_default(), form.label))
        }
    }
}

/// `王集村 · 入户 · 走访人：本人`.
pub fn record_words(
    world: &World,
    judged: &Judged,
    record: RecordRef,
    subject: RecordRef,
) -> String {
    let form = world.schema.form(record.form);
    let Some(version) = last_version(world, record) else { return String::new() };
    let fields = form.fields.iter().zip(version.values.iter()).skip(COMMON_FIELDS);
    let open = fields.filter(|(field, value)| {
        field.privacy == Privacy::Open && !value.is_empty() && !field.derived
    });
    let (mut places, mut facts) = (Vec::new(), Vec::new());
    for (field, value) in open {
        match fact_words(world, judged, (field, value), subject) {
            Some(Fact::Place(words)) => places.push(words),
            Some(Fact::Other(words)) => facts.push(words),
            None => {}
        }
    }
    places.dedup();
    places.extend(facts);
    places.truncate(FACTS_SHOWN);
    places.join(" · ")
}

enum Fact {
    Place(String),
    Other(String),
}

/// One field in words; what would show an id or a home is left out.
fn fact_words(
    world: &World,
    judged: &Judged,
    (field, value): (&Field, &Value),
    subject: RecordRef,
) -> Option<Fact> {
    let labelled = |words: String| Some(Fact::Other(format!("{}：{words}", field.label)));
    let form_of = |value: &Value| {
        let record = value.members().first()?.as_ref()?;
        Some(world.schema.form(record.form).alias.as_str())
    };
    match (&field.ty, value) {
        (_, Value::Day(_)) => None,
        (FieldType::Ref(_) | FieldType::AnyRef, _) => match form_of(value)? {
            registry::ORG => {
                let names = value.members().iter().filter_map(Value::as_ref);
                let names: Vec<String> = names.filter_map(|org| org_name(judged, org)).collect();
                Some(Fact::Place(names.join("、")))
            }
            registry::PERSON => {
                if matches!(value.members(), [Value::Ref(only)] if *only == subject) {
                    return Some(Fact::Other("本人".to_owned()));
                }
                let people = value.members().iter().filter_map(Value::as_ref).map(|person| {
                    if person == subject {
                        "本人".to_owned()
                    } else {
                        person_words(world, judged, person)
                    }
                });
                labelled(people.collect::<Vec<_>>().join("、"))
            }
            _ => None,
        },
        (FieldType::Code(_), _) => {
            Some(Fact::Other(value_words(world, &judged.tree, field, value)))
        }
        (_, Value::Bool(true)) => Some(Fact::Other(field.label.clone())),
        _ => labelled(value_words(world, &judged.tree, field, value)),
    }
}

/// A record such as a tag: what it says of a home is private, so only the home is named.
fn is_private_of_home(world: &World, form: &Form) -> bool {
    let home = world.schema.form_named(registry::HOUSEHOLD);
    let of_home = form.fields.iter().any(
        |field| matches!((&field.ty, home), (FieldType::Ref(to), Some(home)) if to.contains(&home)),
    );
    of_home && form.fields.iter().any(|field| field.privacy == Privacy::Countable)
}

/// `惠民县妇女联合会 机关干部`.
fn person_words(world: &World, judged: &Judged, person: RecordRef) -> String {
    let Some(post) = judged.posts.of(person) else { return UNNAMED.to_owned() };
    let word = post_word(world, post);
    org_name(judged, post.org).map_or_else(|| word.clone(), |org| format!("{org} {word}"))
}

fn org_name(judged: &Judged, org: RecordRef) -> Option<String> {
    judged.tree.node(org).map(|node| node.name.clone()).filter(|name| !name.is_empty())
}

fn located(place: Option<String>, what: &str) -> String {
    place.map_or_else(|| what.to_owned(), |place| format!("{place} {what}"))
}

/// The organisation a record lies in: a field of its own, else one of what it refers to.
fn place_of(world: &World, judged: &Judged, record: RecordRef, steps: usize) -> Option<String> {
    if steps == 0 {
        return None;
    }
    let form = world.schema.form(record.form);
    if form.alias == registry::PERSON {
        return judged.posts.of(record).and_then(|post| org_name(judged, post.org));
    }
    let version = last_version(world, record)?;
    let fields = form.fields.iter().zip(version.values.iter()).skip(COMMON_FIELDS);
    let mut refs: Vec<(bool, RecordRef)> = fields
        .filter(|(field, _)| field.privacy == Privacy::Open)
        .filter_map(|(field, value)| {
            let to = value.members().first()?.as_ref()?;
            Some((!PLACES.contains(&field.alias.as_str()), to))
        })
        .collect();
    refs.sort_by_key(|(other, _)| *other);
    let near = refs.iter().find_map(|(_, to)| org_name(judged, *to));
    near.or_else(|| refs.iter().find_map(|(_, to)| place_of(world, judged, *to, steps - 1)))
}
