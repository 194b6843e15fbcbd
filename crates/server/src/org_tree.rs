//! The organisations of a day as a tree, in division order.
//!
//! Children stand in the order of their ids, never by a value: nobody is compared with anybody
//! (architecture.md, "Help, never police"). An organisation that does not exist on the day is not
//! in its tree. Names of organisations are public; no person is here.
//! Read next: `judged.rs`.

use facts::schema::registry::ORG;
use facts::{Day, FieldId, FieldType, Form, RecordRef, Value, Version, World};
use rustc_hash::FxHashSet;

/// All organisations of one day.
pub struct OrgTree {
    nodes: Vec<Option<OrgNode>>,
    form: Option<facts::FormId>,
}

/// One organisation.
pub struct OrgNode {
    /// Its record.
    pub record: RecordRef,
    /// External id.
    pub id: String,
    /// Name on that day.
    pub name: String,
    /// Level, as files write it: `county`.
    pub level: String,
    /// The one above.
    pub parent: Option<RecordRef>,
    /// Those below, by id.
    pub children: Vec<RecordRef>,
}

/// Field aliases of the form 组织 that make it a tree (vocabulary.md).
const NAME: &str = "name";
const LEVEL: &str = "level";
const PARENT: &str = "parent";

/// A parent chain longer than this is a circle in the facts.
const DEPTH_MAX: usize = 16;

impl OrgTree {
    /// The tree of a day, by all that is known now.
    pub fn on(world: &World, day: Day) -> OrgTree {
        let Some(form) = world.schema.form_named(ORG) else {
            return OrgTree { nodes: Vec::new(), form: None };
        };
        let records = world.table(form).records.iter().enumerate();
        let nodes =
            records.map(|(index, _)| node(world, RecordRef { form, index: index as u32 }, day));
        let mut tree = OrgTree { nodes: nodes.collect(), form: Some(form) };
        tree.link();
        tree
    }

    fn link(&mut self) {
        let mut links: Vec<(RecordRef, RecordRef, String)> = Vec::new();
        for node in self.all() {
            if let Some(parent) = node.parent {
                links.push((parent, node.record, node.id.clone()));
            }
        }
        links.sort_by(|a, b| a.2.cmp(&b.2));
        for (parent, child, _) in links {
            if let Some(Some(node)) = self.nodes.get_mut(parent.index as usize) {
                node.children.push(child);
            }
        }
    }

    /// The node of a record.
    pub fn node(&self, org: RecordRef) -> Option<&OrgNode> {
        (Some(org.form) == self.form).then(|| self.nodes.get(org.index as usize)?.as_ref())?
    }

    /// The node with an id.
    pub fn find(&self, world: &World, id: &str) -> Option<&OrgNode> {
        self.node(world.find(self.form?, id)?)
    }

    /// Every organisation of the day, in the order of the facts.
    pub fn all(&self) -> impl Iterator<Item = &OrgNode> {
        self.nodes.iter().flatten()
    }

    /// Those above, from the top down.
    pub fn above(&self, org: RecordRef) -> Vec<&OrgNode> {
        let up = |node: &&OrgNode| node.parent.and_then(|parent| self.node(parent));
        let first = self.node(org).as_ref().and_then(up);
        let mut chain: Vec<&OrgNode> = std::iter::successors(first, up).take(DEPTH_MAX).collect();
        chain.reverse();
        chain
    }

    /// An organisation and all below it.
    pub fn below(&self, org: RecordRef) -> FxHashSet<RecordRef> {
        let mut found = FxHashSet::default();
        let mut next = vec![org];
        while let Some(org) = next.pop() {
            // A circle in the facts ends where it closes.
            if found.insert(org) {
                next.extend(self.node(org).into_iter().flat_map(|node| &node.children));
            }
        }
        found
    }

    /// The highest organisation that has no parent, first by id.
    pub fn root(&self) -> Option<&OrgNode> {
        let tops = self.all().filter(|node| node.parent.is_none());
        tops.min_by(|a, b| a.id.cmp(&b.id))
    }
}

fn node(world: &World, record: RecordRef, day: Day) -> Option<OrgNode> {
    let form = world.schema.form(record.form);
    let version = valid_version(world, record, day)?;
    let value = |alias: &str| form.field_named(alias).map(|field| version.value(field));
    let text = |alias: &str| match value(alias) {
        Some(Value::Text(text)) => text.to_string(),
        _ => String::new(),
    };
    Some(OrgNode {
        record,
        id: world.id(record).to_owned(),
        name: text(NAME),
        level: code_alias(world, form, LEVEL, value(LEVEL)),
        parent: value(PARENT).and_then(Value::as_ref),
        children: Vec::new(),
    })
}

/// The version that holds on a day.
fn valid_version(world: &World, record: RecordRef, day: Day) -> Option<&Version> {
    let end = world.schema.form(record.form).end;
    let holds = |version: &&Version| {
        let from = version.segment.unwrap_or(Day::MIN);
        let to = end.and_then(|field: FieldId| version.value(field).as_day());
        from <= day && to.is_none_or(|last| last >= day)
    };
    world.record(record).known_at(None).filter(holds).last()
}

fn code_alias(world: &World, form: &Form, alias: &str, value: Option<&Value>) -> String {
    let field = form.field_named(alias).and_then(|id| form.fields.get(id.0 as usize));
    let (Some(field), Some(Value::Code(code))) = (field, value) else {
        return String::new();
    };
    let FieldType::Code(list) = field.ty else {
        return String::new();
    };
    let codes = &world.schema.code_list(list).codes;
    codes.get(*code as usize).map(|code| code.alias.clone()).unwrap_or_default()
}
