//! Organisations, posts and leave, as the registry known at K tells them.
//!
//! Who owes depends on them, so they are read once into plain tables. A post in an organisation
//! that has ended puts nobody into a set (§6.3), so posts are clipped to the organisation's life.
//! The organisation tree is that of a day: a parent may change by segment.
//! Read next: `membership.rs`.

use facts::schema::registry as forms;
use facts::{Day, FieldId, FormId, RecordRef, Span, Value};
use rustc_hash::FxHashMap;

use crate::view::View;

/// Depth at which a cycle of parents is cut; real trees have five levels.
const TREE_DEPTH_MAX: usize = 32;

/// One stay of a person in a post.
#[derive(Clone, Debug)]
pub struct Post {
    /// The record it comes from, for ties.
    pub record: RecordRef,
    /// The organisation.
    pub org: RecordRef,
    /// 岗类.
    pub group: Value,
    /// 职务.
    pub title: Value,
    /// Its days, clipped to the life of the organisation.
    pub span: Span,
}

/// The fields and forms the engine knows by name.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known {
    /// 组织 and its 上级.
    pub org: Option<FormId>,
    /// 上级.
    pub parent: Option<FieldId>,
    /// 人员.
    pub person: Option<FormId>,
    /// 单位, 岗类, 职务 of a person.
    pub person_fields: [Option<FieldId>; 3],
    /// 户 and its 村.
    pub household: Option<FormId>,
    /// 村 of a household.
    pub village: Option<FieldId>,
    /// 居民.
    pub resident: Option<FormId>,
    /// 户 of a resident.
    pub resident_household: Option<FieldId>,
    /// 生月 of a resident.
    pub birth: Option<FieldId>,
}

/// Posts, leave and the organisations' lives.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    /// Forms and fields known by name.
    pub known: Known,
    posts: FxHashMap<RecordRef, Vec<Post>>,
    leave: FxHashMap<RecordRef, Vec<Span>>,
    lives: FxHashMap<RecordRef, Span>,
    /// The issuer of the plan, whose subtree is the scope; `None` is everything.
    pub issuer: Option<RecordRef>,
}

impl Registry {
    /// Reads the registry of a view.
    pub fn of(view: &View) -> Registry {
        let known = Known::of(view);
        let mut registry = Registry { known, ..Registry::default() };
        registry.read_lives(view);
        registry.read_posts(view);
        registry.read_leave(view);
        let issuer = view.plan.issuer.as_ref();
        registry.issuer = issuer.and_then(|(id, _)| view.world.find(known.org?, id));
        registry
    }

    fn read_lives(&mut self, view: &View) {
        let Some(form) = self.known.org else { return };
        let schema = view.plan.schema.form(form);
        let (from, to) = (schema.field_named("from"), schema.field_named("to"));
        for record in view.records(form) {
            let segments = view.segments(record);
            let day = |field: Option<FieldId>, row: &facts::Version| {
                row.values.get(field?.0 as usize)?.as_day()
            };
            let first = segments.iter().map(|row| day(from, row).unwrap_or(Day::MIN)).min();
            let last = segments.iter().map(|row| day(to, row).unwrap_or(Day::MAX)).max();
            let life = Span { first: first.unwrap_or(Day::MIN), last: last.unwrap_or(Day::MAX) };
            self.lives.insert(record, life);
        }
    }

    fn read_posts(&mut self, view: &View) {
        let Some(form) = view.plan.schema.form_named(forms::POST) else { return };
        for record in view.records(form) {
            for (holder, post) in self.posts_in(view, record) {
                self.posts.entry(holder).or_default().push(post);
            }
        }
        for posts in self.posts.values_mut() {
            // Ties by id: the index of a record is the order in which it happened to arrive.
            posts.sort_by_key(|post| (post.span.first, view.world.id(post.record)));
        }
    }

    /// What a record of 任职 says, one post per segment, each with who holds it.
    fn posts_in(&self, view: &View, record: RecordRef) -> Vec<(RecordRef, Post)> {
        let schema = view.plan.schema.form(record.form);
        let field = |name: &str| schema.field_named(name);
        let (person, org) = (field("person"), field("org"));
        let (group, title) = (field("group"), field("title"));
        let (from, to) = (field("from"), field("to"));
        let rows = view.segments(record).into_iter();
        let posts = rows.filter_map(|row| {
            let get = |f: Option<FieldId>| f.map_or(Value::Empty, |f| view.stored(row, f));
            let (holder, org) = (get(person).as_ref()?, get(org).as_ref()?);
            let first = get(from).as_day().unwrap_or(Day::MIN);
            let last = get(to).as_day().unwrap_or(Day::MAX);
            let span = Span { first, last }.intersect(*self.lives.get(&org)?)?;
            Some((holder, Post { record, org, group: get(group), title: get(title), span }))
        });
        posts.collect()
    }

    fn read_leave(&mut self, view: &View) {
        let Some(form) = view.plan.schema.form_named(forms::LEAVE) else { return };
        for record in view.records(form) {
            if let Some((holder, span)) = leave_in(view, record) {
                self.leave.entry(holder).or_default().push(span);
            }
        }
    }

    /// Reads the posts and the leave of one person anew.
    pub fn renew(&mut self, view: &View, person: RecordRef) {
        let schema = &view.plan.schema;
        let naming = |name: &str| {
            let mut found = Vec::new();
            let form = schema.form_named(name);
            let field = form.and_then(|form| schema.form(form).field_named("person"));
            if let Some((form, field)) = form.zip(field) {
                view.naming(form, field, person, &mut found);
            }
            found.sort_unstable();
            found
        };
        let told = naming(forms::POST).into_iter().flat_map(|post| self.posts_in(view, post));
        let mut posts: Vec<Post> =
            told.filter(|(holder, _)| *holder == person).map(|(_, post)| post).collect();
        posts.sort_by_key(|post| (post.span.first, post.record));
        let told = naming(forms::LEAVE).into_iter().filter_map(|leave| leave_in(view, leave));
        let leave = told.filter(|(holder, _)| *holder == person).map(|(_, span)| span).collect();
        self.posts.insert(person, posts);
        self.leave.insert(person, leave);
    }

    /// All posts of a person, earliest-started first.
    pub fn posts(&self, person: RecordRef) -> &[Post] {
        self.posts.get(&person).map_or(&[], Vec::as_slice)
    }

    /// The earliest-started post that holds on a day.
    pub fn post_on(&self, person: RecordRef, day: Day) -> Option<&Post> {
        self.posts(person).iter().find(|post| post.span.contains(day))
    }

    /// Her post on the day, or the nearest one in time.
    pub fn post_nearest(&self, person: RecordRef, day: Day) -> Option<&Post> {
        let distance = |post: &Post| match () {
            () if day < post.span.first => post.span.first - day,
            () if day > post.span.last => day - post.span.last,
            () => 0,
        };
        self.posts(person).iter().min_by_key(|post| (distance(post), post.span.first))
    }

    /// Whether she is on leave.
    pub fn on_leave(&self, person: RecordRef, day: Day) -> bool {
        self.leave.get(&person).is_some_and(|spans| spans.iter().any(|s| s.contains(day)))
    }

    /// From its 起 to its 止.
    pub fn life(&self, org: RecordRef) -> Option<Span> {
        self.lives.get(&org).copied()
    }

    /// 上级 on a day.
    pub fn parent(&self, view: &View, org: RecordRef, day: Day) -> Option<RecordRef> {
        let row = view.row_on(org, day)?;
        view.named_in(row, self.known.parent?)
    }

    /// The organisation and all above it, lowest first; a cycle is cut by its depth.
    pub fn upwards<'v>(
        &'v self,
        view: &'v View,
        org: RecordRef,
        day: Day,
    ) -> impl Iterator<Item = RecordRef> + 'v {
        let above = move |org: &RecordRef| self.parent(view, *org, day);
        std::iter::successors(Some(org), above).take(TREE_DEPTH_MAX)
    }

    /// The organisation and all above it, lowest first.
    pub fn chain(&self, view: &View, org: RecordRef, day: Day) -> Vec<RecordRef> {
        let mut chain = vec![org];
        while let Some(parent) = chain.last().and_then(|&last| self.parent(view, last, day)) {
            if chain.len() >= TREE_DEPTH_MAX || chain.contains(&parent) {
                break;
            }
            chain.push(parent);
        }
        chain
    }

    /// Whether an organisation is another or below it.
    pub fn within(&self, view: &View, org: RecordRef, top: RecordRef, day: Day) -> bool {
        self.upwards(view, org, day).any(|above| above == top)
    }

    /// Whether an organisation lies in the issuer's subtree.
    pub fn in_scope(&self, view: &View, org: RecordRef, day: Day) -> bool {
        self.issuer.is_none_or(|issuer| self.within(view, org, issuer, day))
    }

    /// The organisation a thing belongs to: itself, a household's village, a person's organisation.
    pub fn org_of(&self, view: &View, thing: RecordRef, day: Day) -> Option<RecordRef> {
        let known = &self.known;
        let form = Some(thing.form);
        if form == known.org {
            return Some(thing);
        }
        if form == known.person {
            return self.post_on(thing, day).map(|post| post.org);
        }
        let row = view.row(thing)?;
        if form == known.household {
            return view.named_in(row, known.village?);
        }
        if form == known.resident {
            let household = view.named_in(row, known.resident_household?)?;
            return self.org_of(view, household, day);
        }
        None
    }
}

impl Known {
    fn of(view: &View) -> Known {
        let schema = &view.plan.schema;
        let form = |name: &str| schema.form_named(name);
        let field = |form: Option<FormId>, name: &str| schema.form(form?).field_named(name);
        let (org, person) = (form(forms::ORG), form(forms::PERSON));
        let (household, resident) = (form(forms::HOUSEHOLD), form(forms::RESIDENT));
        Known {
            org,
            parent: field(org, "parent"),
            person,
            person_fields: ["org", "group", "title"].map(|name| field(person, name)),
            household,
            village: field(household, "village"),
            resident,
            resident_household: field(resident, "household"),
            birth: field(resident, "birth"),
        }
    }
}

/// What a record of 请假 says: who is on leave, and when.
fn leave_in(view: &View, record: RecordRef) -> Option<(RecordRef, Span)> {
    let schema = view.plan.schema.form(record.form);
    let row = view.row(record)?;
    let get =
        |name: &str| schema.field_named(name).map_or(Value::Empty, |field| view.stored(row, field));
    let first = get("from").as_day().unwrap_or(Day::MIN);
    let span = Span { first, last: get("to").as_day().unwrap_or(Day::MAX) };
    Some((get("person").as_ref()?, span))
}
