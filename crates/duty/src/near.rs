//! Near candidates: which records to hold against the conditions of an aggregate or a set.
//!
//! What is left out here could not count on any day up to D; every record that is not left out is
//! still held against all conditions, so that nothing here changes a result. A derived reference
//! such as "who handled it last" is indexed by everybody it ever named, `辖内` by all organisations
//! that were ever above; neither index depends on the day. Evidence does not come from here: it
//! shows `candidates`, what just failed included.
//! Read next: `aggregate.rs`, `membership.rs`.

use std::sync::Arc;

use facts::{Day, FormId, RecordRef, Shape, Value};
use plan::expr::{Aggregate, AggregateExpr, Builtin, Expr, ExprKind};
use plan::plan::Rule;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::aggregate::{Index, Join, Outer, outer_only};
use crate::element::{Element, Frame};
use crate::membership::{base_forms, collect_aggregates};
use crate::view::View;

/// Places in the members of a closed set, by what a reference of theirs names.
pub type Groups = FxHashMap<RecordRef, Vec<u32>>;

/// How the members of a set are told apart.
enum Side<'e> {
    /// By what is read from them.
    Equal(&'e Expr, Outer<'e>),
    /// By the organisations they are in.
    Below(&'e Expr, &'e Expr),
}

impl View<'_> {
    /// Rows that may count.
    pub(crate) fn near(&self, aggregate: &AggregateExpr, frame: &mut Frame) -> Vec<RecordRef> {
        self.near_rows(aggregate, frame).unwrap_or_else(|| self.candidates(aggregate, frame))
    }

    fn near_rows(&self, aggregate: &AggregateExpr, frame: &mut Frame) -> Option<Vec<RecordRef>> {
        let address = std::ptr::from_ref(aggregate) as usize;
        let forms = base_forms(&aggregate.source);
        if let Some(join) = self.join_of(aggregate) {
            let last = (!join.steady).then(|| self.last_named(join.inner)).flatten()?;
            let named = |row| self.ever_named(last, row);
            let index = self.lasting_index(address, &forms, &named);
            return Some(self.listed(&index, &join.outer, frame));
        }
        let filter = aggregate.filter.as_deref()?;
        self.area_rows((address, &forms), filter, aggregate.level, frame)
    }

    /// Dated rows of a set that lie where its 当 wants them.
    pub(crate) fn set_rows(&self, set: &Expr, frame: &mut Frame) -> Option<Vec<RecordRef>> {
        let ExprKind::Filter { level, condition, .. } = &set.kind else { return None };
        let address = std::ptr::from_ref(set) as usize;
        self.area_rows((address, &base_forms(set)), condition, *level, frame)
    }

    fn area_rows(
        &self,
        (address, forms): (usize, &[FormId]),
        filter: &Expr,
        level: u8,
        frame: &mut Frame,
    ) -> Option<Vec<RecordRef>> {
        let thing = |form: &FormId| self.plan.schema.form(*form).shape == Shape::Thing;
        if forms.iter().any(thing) {
            return None;
        }
        let (inner, top) = self.area_in(filter, level)?;
        let above = |row| {
            let mut frame = Frame::around(row, self.day);
            let place = frame.with(level, Element::plain(row), |frame| self.value(inner, frame));
            place.as_ref().map_or_else(Vec::new, |place| self.ever_above(place))
        };
        let index = self.lasting_index(address, forms, &above);
        Some(self.listed(&index, &Outer::Value(top), frame))
    }

    /// Rows under what the frame's side of a join holds, in order.
    fn listed(&self, index: &Index, outer: &Outer, frame: &mut Frame) -> Vec<RecordRef> {
        let mut rows: Vec<RecordRef> = Vec::new();
        for target in self.outer_refs(outer, frame) {
            rows.extend(index.rows.get(&target).into_iter().flatten());
        }
        rows.retain(|row| self.is_visible(*row));
        rows.sort_unstable();
        rows.dedup();
        rows
    }

    /// An index that is the same on every day up to D.
    fn lasting_index(
        &self,
        address: usize,
        forms: &[FormId],
        named: &dyn Fn(RecordRef) -> Vec<RecordRef>,
    ) -> Arc<Index> {
        let key = (address, Day::MAX);
        if let Some(index) = self.cache.joins.borrow().get(&key) {
            return Arc::clone(index);
        }
        let mut rows: FxHashMap<RecordRef, Vec<RecordRef>> = FxHashMap::default();
        for row in forms.iter().flat_map(|&form| self.records(form)) {
            for target in named(row) {
                rows.entry(target).or_default().push(row);
            }
        }
        let index = Arc::new(Index { rows });
        self.cache.joins.borrow_mut().insert(key, Arc::clone(&index));
        index
    }

    /// The first or last of some rows that a derived field reads a stored reference from.
    fn last_named(&self, inner: &Expr) -> Option<&AggregateExpr> {
        let ExprKind::Path { steps, .. } = &inner.kind else { return None };
        let [step] = steps.as_slice() else { return None };
        let derived = |step: &plan::expr::Step| {
            let rules = self.plan.form_rules.get(step.form.0 as usize)?;
            rules.derived.iter().find(|(field, _)| *field == step.field).map(|(_, expr)| expr)
        };
        let ExprKind::Aggregate(last) = &derived(step)?.kind else { return None };
        let ends = matches!(last.op, Aggregate::First | Aggregate::Last);
        let stored = match &last.key.as_deref()?.kind {
            ExprKind::Path { root, steps } => {
                *root == last.level && steps.iter().all(|step| derived(step).is_none())
            }
            _ => false,
        };
        let join = self.join_of(last).filter(|join| join.steady)?;
        let own = match join.outer {
            Outer::Element(level) => level == 0,
            Outer::Value(outer) => matches!(outer.kind, ExprKind::Element(0)),
        };
        (ends && stored && own).then_some(last)
    }

    /// Everything a row's derived reference can have named on some day up to D.
    fn ever_named(&self, last: &AggregateExpr, row: RecordRef) -> Vec<RecordRef> {
        let Some(key) = last.key.as_deref() else { return Vec::new() };
        let mut frame = Frame::around(row, self.day);
        let mut named = Vec::new();
        for read in self.candidates(last, &mut frame) {
            let value =
                frame.with(last.level, Element::plain(read), |frame| self.value(key, frame));
            named.extend(value.members().iter().filter_map(Value::as_ref));
        }
        named.sort_unstable();
        named.dedup();
        named
    }

    /// The organisations a thing can be in on some day, and all that were ever above them.
    fn ever_above(&self, thing: RecordRef) -> Vec<RecordRef> {
        let known = &self.registry.known;
        let mut all: Vec<RecordRef> = match Some(thing.form) == known.person {
            true => self.registry.posts(thing).iter().map(|post| post.org).collect(),
            false => self.registry.org_of(self, thing, self.day).into_iter().collect(),
        };
        let mut at = 0;
        while let Some(&org) = all.get(at) {
            for row in self.segments(org) {
                let parent = known.parent.and_then(|field| self.stored(row, field).as_ref());
                all.extend(parent.filter(|parent| !all.contains(parent)));
            }
            at += 1;
        }
        all.sort_unstable();
        all.dedup();
        all
    }

    /// `辖内(x, y)` among what all must hold, with x read from the row and y from outside.
    fn area_in<'e>(&self, filter: &'e Expr, level: u8) -> Option<(&'e Expr, &'e Expr)> {
        conjuncts(filter).iter().find_map(|part| {
            let ExprKind::Call(Builtin::Within, arguments) = &part.kind else { return None };
            let [inner, top] = arguments.as_slice() else { return None };
            let near = self.reads_only(inner, level)? && outer_only(top, level);
            near.then_some((inner, top))
        })
    }

    /// Which members of a closed set may satisfy a 当 that joins them to the frame.
    pub(crate) fn grouped(
        &self,
        set: &Expr,
        members: &[Element],
        frame: &mut Frame,
    ) -> Option<Vec<u32>> {
        let ExprKind::Filter { level, condition, .. } = &set.kind else { return None };
        let side = match self.join_in(condition, *level) {
            Some(Join { inner, outer, .. }) => Side::Equal(inner, outer),
            None => {
                let (inner, top) = self.area_in(condition, *level)?;
                Side::Below(inner, top)
            }
        };
        let groups = self.groups(set, members, *level, &side, frame.day);
        let outer = match side {
            Side::Equal(_, outer) => outer,
            Side::Below(_, top) => Outer::Value(top),
        };
        let mut places: Vec<u32> = Vec::new();
        for target in self.outer_refs(&outer, frame) {
            places.extend(groups.get(&target).into_iter().flatten());
        }
        places.sort_unstable();
        places.dedup();
        Some(places)
    }

    fn groups(
        &self,
        set: &Expr,
        members: &[Element],
        level: u8,
        side: &Side,
        day: Day,
    ) -> Arc<Groups> {
        let key = (std::ptr::from_ref(set) as usize, day);
        if let Some(known) = self.cache.groups.borrow().get(&key) {
            return Arc::clone(known);
        }
        let mut groups = Groups::default();
        let mut enter = |place: usize, element: Element| {
            let mut frame = Frame::around(element.record, day);
            let read =
                |expr, frame: &mut Frame| frame.with(level, element, |f| self.value(expr, f));
            match side {
                Side::Equal(inner, _) => {
                    let value = read(*inner, &mut frame);
                    for target in value.members().iter().filter_map(Value::as_ref) {
                        groups.entry(target).or_default().push(place as u32);
                    }
                }
                Side::Below(inner, _) => {
                    let thing = read(*inner, &mut frame).as_ref();
                    let org = thing.and_then(|thing| self.registry.org_of(self, thing, day));
                    for above in org.iter().flat_map(|org| self.registry.chain(self, *org, day)) {
                        groups.entry(above).or_default().push(place as u32);
                    }
                }
            }
        };
        for (place, element) in members.iter().enumerate() {
            match &element.posts {
                None => enter(place, element.clone()),
                // 当 is held against one post at a time.
                Some(posts) => posts.iter().for_each(|post| {
                    enter(place, Element { posts: Some(vec![*post]), ..element.clone() });
                }),
            }
        }
        let groups = Arc::new(groups);
        self.cache.groups.borrow_mut().insert(key, Arc::clone(&groups));
        groups
    }

    /// The only records that can ever be in a set whose 当 wants a row that names them, in order;
    /// `None` when any may be.
    pub(crate) fn seeds(&self, set: &Expr) -> Option<Vec<RecordRef>> {
        let [form] = *base_forms(set).as_slice() else { return None };
        let mut seeds = self.seeds_of(set)?;
        seeds.retain(|record| record.form == form && self.is_visible(*record));
        seeds.sort_unstable();
        seeds.dedup();
        Some(seeds)
    }

    fn seeds_of(&self, set: &Expr) -> Option<Vec<RecordRef>> {
        match &set.kind {
            ExprKind::Filter { set, level, condition } => {
                self.seeds_in(condition, *level).or_else(|| self.seeds_of(set))
            }
            ExprKind::Union(parts) => {
                let parts: Option<Vec<_>> = parts.iter().map(|part| self.seeds_of(part)).collect();
                Some(parts?.concat())
            }
            ExprKind::Without(left, _) | ExprKind::Both(left, _) => self.seeds_of(left),
            _ => None,
        }
    }

    /// What the rows name whose existence a condition about an element asks.
    fn seeds_in(&self, condition: &Expr, level: u8) -> Option<Vec<RecordRef>> {
        match &condition.kind {
            ExprKind::And(parts) => parts.iter().find_map(|part| self.seeds_in(part, level)),
            ExprKind::Or(parts) => {
                let parts = parts.iter().map(|part| self.seeds_in(part, level));
                Some(parts.collect::<Option<Vec<_>>>()?.concat())
            }
            ExprKind::Aggregate(asked) if asked.op == Aggregate::Exists => {
                let join = self.join_of(asked).filter(|join| join.steady)?;
                let own = match join.outer {
                    Outer::Element(at) => at == level,
                    Outer::Value(outer) => {
                        matches!(outer.kind, ExprKind::Element(at) if at == level)
                    }
                };
                own.then(|| self.joined_to(asked, &join))
            }
            _ => None,
        }
    }
}

impl View<'_> {
    /// Makes the indexes that a rule is judged by, for D and all days before it.
    /// Addresses of what they serve are told; what else was remembered on the way is not for them.
    pub(crate) fn warm(&self, rule: &Rule, served: &mut FxHashSet<usize>) {
        let read = rule.counts.iter().map(|count| &count.value);
        for expr in read.chain([rule.subject.set()]) {
            expr.walk(&mut |part| {
                if matches!(part.kind, ExprKind::Filter { .. }) {
                    served.insert(std::ptr::from_ref(part) as usize);
                    self.set_rows(part, &mut Frame::bare(self.day));
                }
            });
            let mut aggregates = Vec::new();
            collect_aggregates(expr, &mut aggregates);
            for aggregate in aggregates {
                served.insert(std::ptr::from_ref(aggregate) as usize);
                match self.join_of(aggregate) {
                    Some(join) if join.steady => drop(self.joined_to(aggregate, &join)),
                    _ => drop(self.near_rows(aggregate, &mut Frame::bare(self.day))),
                }
            }
        }
        for form in rule.steps.iter().map(|step| (step.form, &step.refers)) {
            form.1.iter().for_each(|field| drop(self.all_named(form.0, *field)));
        }
    }
}

/// The parts that all must hold.
pub(crate) fn conjuncts(filter: &Expr) -> &[Expr] {
    match &filter.kind {
        ExprKind::And(parts) => parts.as_slice(),
        _ => std::slice::from_ref(filter),
    }
}
