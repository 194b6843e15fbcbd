//! One record of a view is turned from its old versions to its new ones, and back.
//!
//! A change is read twice, as it was and as it is, so that exactly what differs is repaired. While
//! it is read, indexes list the record under what it named and under what it names now; every
//! reader holds a listed record against its conditions, so a row too many does no harm.
//! Read next: `live.rs`.

use std::sync::Arc;

use facts::schema::registry;
use facts::{RecordRef, Version};

use crate::view::View;

/// What a change of a record is about.
#[derive(Clone, Debug)]
pub struct Turn {
    /// The record.
    pub record: RecordRef,
    /// Positions of the versions that stood; empty for none.
    pub before: Vec<u32>,
    /// Positions of the versions that stand now.
    pub after: Vec<u32>,
    /// Persons whose posts or leave it tells.
    pub persons: Vec<RecordRef>,
}

impl Turn {
    /// Prepares a change: both images are listed in the indexes, the old one stands.
    pub fn begin(view: &mut View, images: facts::Images) -> Turn {
        let record = images.record;
        view.make_room(record);
        let before = view.shown(record, images.before);
        let after = view.shown(record, images.after);
        let mut turn = Turn { record, before, after, persons: Vec::new() };
        view.choose(record, &turn.before);
        if turn.changes() {
            view.list(record, &turn.after);
            turn.persons = turn.persons(view);
        }
        turn
    }

    /// Whether anything differs.
    pub fn changes(&self) -> bool {
        self.before != self.after
    }

    /// The record stands as it stood.
    pub fn to_old(&self, view: &mut View) {
        view.choose(self.record, &self.before);
        self.renew(view);
    }

    /// The record stands as it stands now.
    pub fn to_new(&self, view: &mut View) {
        view.choose(self.record, &self.after);
        self.renew(view);
    }

    /// The record is no longer listed under what only its old image named.
    pub fn end(&self, view: &mut View) {
        view.unlist(self.record, &self.before);
    }

    fn renew(&self, view: &mut View) {
        if self.persons.is_empty() {
            return;
        }
        let mut registry = std::mem::take(&mut view.registry);
        for person in &self.persons {
            Arc::make_mut(&mut registry).renew(view, *person);
        }
        view.registry = registry;
    }

    fn persons(&self, view: &View) -> Vec<RecordRef> {
        let form = self.record.form;
        if Some(form) == view.registry.known.person {
            return vec![self.record];
        }
        let schema = &view.plan.schema;
        let tells = [registry::POST, registry::LEAVE].map(|name| schema.form_named(name));
        let field = schema.form(form).field_named("person");
        let (true, Some(field)) = (tells.contains(&Some(form)), field) else { return Vec::new() };
        let both = self.before.iter().chain(&self.after);
        let rows = both.filter_map(|at| view.version(self.record, *at));
        let mut persons: Vec<RecordRef> =
            rows.filter_map(|row: &Version| row.values.get(field.0 as usize)?.as_ref()).collect();
        persons.sort_unstable();
        persons.dedup();
        persons
    }
}
