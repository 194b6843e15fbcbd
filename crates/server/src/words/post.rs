//! Which post a person holds on a day: what stands on screen where her name would.
//!
//! Names are sealed; a post and its organisation say who is meant as far as a list must.
//! Of several posts the first by id is taken.

use facts::schema::registry;
use facts::{Day, FieldType, RecordRef, Value, World};
use rustc_hash::FxHashMap;

/// Posts of one day, by person.
#[derive(Default)]
pub struct PostTable {
    held: FxHashMap<RecordRef, Post>,
}

/// A post held.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Post {
    /// Where.
    pub org: RecordRef,
    group: Option<u16>,
}

/// Field aliases of the form 任职 (vocabulary.md).
const PERSON: &str = "person";
const ORG: &str = "org";
const GROUP: &str = "group";

impl PostTable {
    /// The posts of a day.
    pub fn on(world: &World, day: Day) -> PostTable {
        let mut table = PostTable::default();
        let Some(form_id) = world.schema.form_named(registry::POST) else { return table };
        let form = world.schema.form(form_id);
        let fields = (form.field_named(PERSON), form.field_named(ORG));
        let (Some(person), Some(org)) = fields else { return table };
        let group = form.field_named(GROUP);
        for record in &world.table(form_id).records {
            for version in record.known_at(None) {
                let holder = version.value(person).as_ref();
                let (Some(holder), Some(org)) = (holder, version.value(org).as_ref()) else {
                    continue;
                };
                let end = form.end.and_then(|end| version.value(end).as_day());
                let now = version.segment.is_none_or(|from| from <= day)
                    && end.is_none_or(|last| last >= day);
                let group = group.and_then(|field| match version.value(field) {
                    Value::Code(code) => Some(*code),
                    _ => None,
                });
                let post = Post { org, group };
                // Somebody who has left is still called by the post she had.
                if now || !table.held.contains_key(&holder) {
                    table.held.insert(holder, post);
                }
            }
        }
        table
    }

    /// The post of a person.
    pub fn of(&self, person: RecordRef) -> Option<Post> {
        self.held.get(&person).copied()
    }
}

/// What a post is called: its group, such as 机关干部.
pub fn post_word(world: &World, post: Post) -> String {
    let form = world.schema.form_named(registry::POST).map(|form| world.schema.form(form));
    let field = form.and_then(|form| {
        let field = form.field_named(GROUP)?;
        form.fields.get(usize::from(field.0))
    });
    let Some(FieldType::Code(list)) = field.map(|field| &field.ty) else {
        return UNNAMED.to_owned();
    };
    let codes = &world.schema.code_list(*list).codes;
    let code = post.group.and_then(|code| codes.get(usize::from(code)));
    code.map_or_else(
        || UNNAMED.to_owned(),
        |code| crate::paper::group_word(&code.alias, &code.label),
    )
}

/// Somebody whose post is not known.
pub const UNNAMED: &str = "干部";
