//! Sets: who is in one on a day, and the stays of a record over time.
//!
//! A set of persons holds each with the posts that put her there (§5 Paths). Membership can change
//! only on certain days: a post begins or ends, a record begins or ends. The stays are found by
//! asking on each of these days.
//! Read next: `obligation.rs`.

use std::sync::Arc;

use facts::{Day, FormId, RecordRef, Shape, Span};
use plan::expr::{AggregateExpr, Expr, ExprKind};

use crate::cache::is_closed;
use crate::element::{Element, Frame, Reach};
use crate::view::View;

/// Days on end during which a record is in a set.
#[derive(Clone, Debug)]
pub struct Stay {
    /// The days.
    pub span: Span,
    /// Of a person: the posts that put her there.
    pub posts: Option<Vec<usize>>,
}

impl View<'_> {
    /// The record as a member of the set on a day; `None` when it is not in it.
    pub fn member(
        &self,
        set: &Expr,
        record: RecordRef,
        day: Day,
        frame: &mut Frame,
    ) -> Option<Element> {
        match &set.kind {
            ExprKind::All(forms) => {
                forms.contains(&record.form).then(|| self.base_member(record, day)).flatten()
            }
            ExprKind::Filter { set, level, condition } => {
                let base = self.member(set, record, day, frame)?;
                self.filtered(base, *level, condition, day, frame)
            }
            ExprKind::Union(parts) => {
                let found = parts.iter().filter_map(|part| self.member(part, record, day, frame));
                found.collect::<Vec<_>>().into_iter().reduce(united)
            }
            ExprKind::Without(left, right) => {
                let member = self.member(left, record, day, frame)?;
                self.member(right, record, day, frame).is_none().then_some(member)
            }
            ExprKind::Both(left, right) => {
                let member = self.member(left, record, day, frame)?;
                self.member(right, record, day, frame).map(|_| member)
            }
            _ => None,
        }
    }

    /// A member of a base set; persons by the posts they hold that day (§6.3).
    fn base_member(&self, record: RecordRef, day: Day) -> Option<Element> {
        let known = &self.registry.known;
        if !self.is_visible(record) {
            return None;
        }
        if Some(record.form) == known.org {
            let alive = self.registry.life(record).is_some_and(|life| life.contains(day));
            return (alive && self.registry.in_scope(self, record, day))
                .then(|| Element::plain(record));
        }
        if Some(record.form) == known.person {
            let posts = self.registry.posts(record).iter().enumerate();
            let held = posts.filter(|(_, post)| {
                post.span.contains(day) && self.registry.in_scope(self, post.org, day)
            });
            let held: Vec<usize> = held.map(|(index, _)| index).collect();
            return (!held.is_empty()).then_some(Element { record, posts: Some(held) });
        }
        if Some(record.form) == known.household || Some(record.form) == known.resident {
            let org = self.registry.org_of(self, record, day)?;
            return self.registry.in_scope(self, org, day).then(|| Element::plain(record));
        }
        let begun = self.axis(record).is_none_or(|axis| axis <= day);
        let interval = self.plan.schema.form(record.form).shape == Shape::Interval;
        (begun && (!interval || day <= self.end(record))).then(|| Element::plain(record))
    }

    /// 当 of a set: of a person the posts that satisfy it remain.
    pub fn filtered(
        &self,
        base: Element,
        level: u8,
        condition: &Expr,
        day: Day,
        frame: &mut Frame,
    ) -> Option<Element> {
        let (saved_day, saved_reach) = (frame.day, frame.reach);
        (frame.day, frame.reach) = (day, Reach::UpToDay);
        let trace = frame.trace.take();
        let holds = |element: Element, frame: &mut Frame| {
            frame.with(level, element, |frame| self.truth(condition, frame))
        };
        let kept = match &base.posts {
            None => holds(base.clone(), frame).then_some(base),
            Some(posts) => {
                let record = base.record;
                let one = |post: usize| Element { record, posts: Some(vec![post]) };
                let kept: Vec<usize> =
                    posts.iter().copied().filter(|&post| holds(one(post), frame)).collect();
                (!kept.is_empty()).then_some(Element { record, posts: Some(kept) })
            }
        };
        (frame.day, frame.reach, frame.trace) = (saved_day, saved_reach, trace);
        kept
    }

    /// Members on the frame's day; dated records are cut to W.
    pub fn members(&self, set: &Expr, frame: &mut Frame) -> Vec<Element> {
        if let ExprKind::Filter { set: base, level, condition } = &set.kind
            && let Some(members) = self.closed_members(base, frame.day)
        {
            let day = frame.day;
            let near = self.grouped(set, &members, frame);
            let near = near.unwrap_or_else(|| (0..members.len() as u32).collect());
            let each = near.into_iter().filter_map(|at| members.get(at as usize).cloned());
            return each.filter_map(|e| self.filtered(e, *level, condition, day, frame)).collect();
        }
        let rows = self.set_candidates(set, frame).or_else(|| self.set_rows(set, frame));
        let rows = rows.unwrap_or_else(|| {
            base_forms(set).into_iter().flat_map(|form| self.records(form)).collect()
        });
        let day = frame.day;
        let mut found = Vec::new();
        for record in rows {
            let dated = self.plan.schema.form(record.form).shape != Shape::Thing;
            let inside = match frame.reach {
                Reach::Window(window) if dated => {
                    self.axis(record).is_some_and(|axis| window.contains(axis) && axis <= day)
                }
                _ => true,
            };
            if inside {
                found.extend(self.member(set, record, day, frame));
            }
        }
        found
    }

    /// Members of a set of things that mentions nothing outside itself, found once a day.
    fn closed_members(&self, set: &Expr, day: Day) -> Option<Arc<[Element]>> {
        let thing = |form: &FormId| self.plan.schema.form(*form).shape == Shape::Thing;
        if !base_forms(set).iter().all(thing) || !is_closed(set) {
            return None;
        }
        let key = (std::ptr::from_ref(set) as usize, day);
        if let Some(known) = self.cache.members.borrow().get(&key) {
            return Some(Arc::clone(known));
        }
        let mut found = Vec::new();
        for record in self.members_among(set) {
            found.extend(self.member(set, record, day, &mut Frame::around(record, day)));
        }
        let found: Arc<[Element]> = found.into();
        self.cache.members.borrow_mut().insert(key, Arc::clone(&found));
        Some(found)
    }

    /// The records that may be in a set on some day, in order.
    pub fn members_among(&self, set: &Expr) -> Vec<RecordRef> {
        let all = || base_forms(set).into_iter().flat_map(|form| self.records(form)).collect();
        self.seeds(set).unwrap_or_else(all)
    }

    /// The stays of a record in a set, over all time.
    pub fn stays(&self, set: &Expr, record: RecordRef) -> Vec<Stay> {
        let mut days = vec![Day::MIN];
        self.own_changes(record, &mut days);
        let mut frame = Frame::around(record, Day::MIN);
        self.changes(set, record, &mut frame, &mut days);
        days.retain(|day| *day <= Day::MAX);
        days.sort_unstable();
        days.dedup();
        let mut stays: Vec<Stay> = Vec::new();
        for (index, &first) in days.iter().enumerate() {
            let last = days.get(index + 1).map_or(Day::MAX, |next| next.previous());
            frame.day = first;
            let Some(element) = self.member(set, record, first, &mut frame) else { continue };
            match stays.last_mut() {
                Some(stay) if stay.span.last.next() == first && stay.posts == element.posts => {
                    stay.span.last = last;
                }
                _ => stays.push(Stay { span: Span { first, last }, posts: element.posts }),
            }
        }
        stays
    }

    /// Days on which the record itself begins, ends or changes.
    fn own_changes(&self, record: RecordRef, days: &mut Vec<Day>) {
        let posts = self.registry.posts(record).iter().map(|post| post.span);
        days.extend(posts.flat_map(|span| [span.first, span.last + 1]));
        if let Some(life) = self.registry.life(record) {
            days.extend([life.first, life.last + 1]);
        }
        days.extend(self.segments(record).iter().filter_map(|row| row.segment));
        if let Some(axis) = self.axis(record) {
            days.extend([axis, self.end(record) + 1]);
        }
    }

    /// Days on which something the set depends on begins or ends.
    fn changes(&self, expr: &Expr, record: RecordRef, frame: &mut Frame, days: &mut Vec<Day>) {
        let mut aggregates = Vec::new();
        collect_aggregates(expr, &mut aggregates);
        for aggregate in aggregates {
            let level = usize::from(aggregate.level).saturating_sub(1) as u8;
            let rows = frame
                .with(level, Element::plain(record), |frame| self.candidates(aggregate, frame));
            for row in rows {
                self.own_changes(row, days);
            }
        }
    }
}

fn united(mut left: Element, right: Element) -> Element {
    if let (Some(mine), Some(theirs)) = (&mut left.posts, right.posts) {
        mine.extend(theirs);
        mine.sort_unstable();
        mine.dedup();
    }
    left
}

/// The forms a set ranges over.
pub fn base_forms(set: &Expr) -> Vec<FormId> {
    match &set.kind {
        ExprKind::All(forms) => forms.clone(),
        ExprKind::Filter { set, .. } => base_forms(set),
        ExprKind::Union(parts) => {
            let mut forms: Vec<FormId> = parts.iter().flat_map(base_forms).collect();
            forms.sort_unstable();
            forms.dedup();
            forms
        }
        ExprKind::Without(left, _) | ExprKind::Both(left, _) => base_forms(left),
        _ => Vec::new(),
    }
}

/// All aggregates in an expression, outermost first.
pub fn collect_aggregates<'e>(expr: &'e Expr, found: &mut Vec<&'e AggregateExpr>) {
    match &expr.kind {
        ExprKind::Aggregate(aggregate) => {
            found.push(aggregate);
            collect_aggregates(&aggregate.source, found);
            let parts = [&aggregate.key, &aggregate.via, &aggregate.filter];
            parts.into_iter().flatten().for_each(|part| collect_aggregates(part, found));
        }
        ExprKind::Filter { set, condition, .. }
        | ExprKind::Share { set, condition, .. }
        | ExprKind::EveryOne { set, condition, .. } => {
            collect_aggregates(set, found);
            collect_aggregates(condition, found);
        }
        ExprKind::Union(parts)
        | ExprKind::And(parts)
        | ExprKind::Or(parts)
        | ExprKind::List(parts)
        | ExprKind::Call(_, parts) => parts.iter().for_each(|p| collect_aggregates(p, found)),
        ExprKind::Without(a, b)
        | ExprKind::Both(a, b)
        | ExprKind::Compare(_, a, b)
        | ExprKind::In(a, b)
        | ExprKind::Add(a, b)
        | ExprKind::Subtract(a, b)
        | ExprKind::Multiply(a, b)
        | ExprKind::Divide(a, b)
        | ExprKind::DaysBetween(a, b)
        | ExprKind::Shift { day: a, amount: b, .. } => {
            collect_aggregates(a, found);
            collect_aggregates(b, found);
        }
        ExprKind::If(a, b, c) => [a, b, c].into_iter().for_each(|p| collect_aggregates(p, found)),
        ExprKind::Not(a) | ExprKind::Has(a) | ExprKind::IsOfForm(a, _) => {
            collect_aggregates(a, found);
        }
        ExprKind::FieldOf { of, .. } | ExprKind::TableLookup { key: of, .. } => {
            collect_aggregates(of, found);
        }
        _ => {}
    }
}
