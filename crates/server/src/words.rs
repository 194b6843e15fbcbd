//! Records in words, for `why`; for screens see `words/screen.rs`.
//!
//! Only open fields are shown: what is sealed is not in the world, and what is countable-private
//! (sex, health, tags) is left out here, because a list is read by more people than a file.
//! It chooses no record; whoever calls does.

pub mod post;
pub mod screen;

use facts::schema::COMMON_FIELDS;
use facts::{Day, Field, FieldType, Privacy, RecordRef, Value, Version, World};

use crate::org_tree::OrgTree;

/// How many fields a line of evidence shows.
const FIELDS_SHOWN: usize = 5;

/// The last version of a record that counts.
pub fn last_version(world: &World, record: RecordRef) -> Option<&Version> {
    world.record(record).known_at(None).last()
}

/// The day by which a record counts, if its form has one.
pub fn day_of(world: &World, record: RecordRef) -> Option<Day> {
    let axis = world.schema.form(record.form).axis?;
    last_version(world, record)?.value(axis).as_day()
}

/// `方式：入户；村：东关居妇代会`.
pub fn record_text(world: &World, tree: &OrgTree, record: RecordRef) -> String {
    let form = world.schema.form(record.form);
    let Some(version) = last_version(world, record) else {
        return String::new();
    };
    let fields = form.fields.iter().zip(version.values.iter()).skip(COMMON_FIELDS);
    let shown = fields.filter(|(field, value)| {
        field.privacy == Privacy::Open && !value.is_empty() && !matches!(value, Value::Day(_))
    });
    let part = |(field, value): (&Field, &Value)| {
        format!("{}：{}", field.label, value_words(world, tree, field, value))
    };
    shown.take(FIELDS_SHOWN).map(part).collect::<Vec<_>>().join("；")
}

/// A value in words.
pub fn value_words(world: &World, tree: &OrgTree, field: &Field, value: &Value) -> String {
    match (value, &field.ty) {
        (Value::Bool(yes), _) => if *yes { "是" } else { "否" }.to_owned(),
        (Value::Code(code), FieldType::Code(list)) => {
            let codes = &world.schema.code_list(*list).codes;
            codes.get(*code as usize).map(|code| code.label.clone()).unwrap_or_default()
        }
        (Value::Ref(record), _) => record_name(world, tree, *record),
        (Value::List(items), _) => {
            let words = items.iter().map(|item| value_words(world, tree, field, item));
            words.collect::<Vec<_>>().join("、")
        }
        _ => duty::verdict::value_text(value),
    }
}

/// The name of an organisation, else the id.
pub fn record_name(world: &World, tree: &OrgTree, record: RecordRef) -> String {
    match tree.node(record) {
        Some(node) if !node.name.is_empty() => node.name.clone(),
        _ => world.id(record).to_owned(),
    }
}
