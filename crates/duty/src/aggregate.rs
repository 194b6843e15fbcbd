//! Aggregates over records: count, sum, cover, first, last, share.
//!
//! In order: find the candidate rows (by a hash index when 经 or an equality of the 当 allows it,
//! else all rows of the form), keep those of the window, of the set, of the 经 and of the 当, then
//! fold. The index changes no result: every candidate is still held against all conditions.
//! Read next: `membership.rs` for sets.

use std::collections::BTreeSet;
use std::sync::Arc;

use facts::{Day, FieldId, FormId, Merge, Number, RecordRef, Shape, Value};
use plan::expr::{Aggregate, AggregateExpr, CompareOp, Expr, ExprKind};
use rustc_hash::FxHashMap;

use crate::cache::looks_around;
use crate::element::{Element, Frame, Reach};
use crate::membership::base_forms;
use crate::near::conjuncts;
use crate::view::{Units, View};

/// Rows of an aggregate's forms by the record that one of their fields refers to.
#[derive(Debug)]
pub struct Index {
    /// The rows by what they name.
    pub rows: FxHashMap<RecordRef, Vec<RecordRef>>,
}

/// The field of a row and the outer value it must equal or contain.
pub(crate) struct Join<'e> {
    /// Read from the row.
    pub inner: &'e Expr,
    /// What it is held against.
    pub outer: Outer<'e>,
    /// Level of the row.
    pub level: u8,
    /// Whether the row's side is the same on every day.
    pub steady: bool,
}

/// What a row's field is held against.
pub(crate) enum Outer<'e> {
    /// The element at a level.
    Element(u8),
    /// The value of an expression.
    Value(&'e Expr),
}

impl View<'_> {
    /// An aggregate's value.
    pub fn aggregate(&self, aggregate: &AggregateExpr, frame: &mut Frame) -> Value {
        if aggregate.op == Aggregate::Exists && frame.trace.is_none() {
            let mut rows = self.near(aggregate, frame).into_iter();
            return Value::Bool(rows.any(|row| self.belongs(aggregate, row, frame)));
        }
        let rows = self.rows_of(aggregate, frame);
        if let Some(trace) = &mut frame.trace {
            trace.extend(&rows);
        }
        match aggregate.op {
            Aggregate::Exists => Value::Bool(!rows.is_empty()),
            Aggregate::Count => self.count(aggregate, &rows, frame),
            Aggregate::Covered => self.covered(&rows),
            Aggregate::First | Aggregate::Last => self.outermost(aggregate, rows, frame),
            _ => {
                let keys = self.keys(aggregate, &rows, frame);
                fold(aggregate.op, keys.iter().filter_map(Value::as_number).collect())
            }
        }
    }

    /// The rows that count: candidates inside the window that satisfy every condition.
    fn rows_of(&self, aggregate: &AggregateExpr, frame: &mut Frame) -> Vec<RecordRef> {
        let mut rows = self.near(aggregate, frame);
        rows.retain(|row| self.belongs(aggregate, *row, frame));
        rows
    }

    /// Whether a candidate counts.
    fn belongs(&self, aggregate: &AggregateExpr, row: RecordRef, frame: &mut Frame) -> bool {
        self.in_reach(aggregate, row, frame) && self.satisfies(aggregate, row, frame)
    }

    /// Whether the row's day lies where this aggregate looks.
    fn in_reach(&self, aggregate: &AggregateExpr, row: RecordRef, frame: &Frame) -> bool {
        let Some(axis) = self.axis(row) else { return true };
        if axis > frame.day {
            return false;
        }
        if aggregate.active {
            return frame.day <= self.end(row);
        }
        match frame.reach {
            Reach::Window(window) if !aggregate.ever => {
                window.contains(self.counting_day(aggregate, row, axis))
            }
            _ => true,
        }
    }

    /// 计数 counts units, dated by their first day; everything else goes by rows.
    fn counting_day(&self, aggregate: &AggregateExpr, row: RecordRef, axis: Day) -> Day {
        if aggregate.op != Aggregate::Count || aggregate.key.is_some() {
            return axis;
        }
        let Some(units) = self.units_of(row.form) else { return axis };
        let unit = units.of_row.get(row.index as usize).copied().flatten();
        unit.and_then(|unit| units.first_day.get(unit as usize).copied()).unwrap_or(axis)
    }

    /// Whether the row is in the source set, meets 经 and meets 当.
    fn satisfies(&self, aggregate: &AggregateExpr, row: RecordRef, frame: &mut Frame) -> bool {
        let trace = frame.trace.take();
        let met = self.source_member(&aggregate.source, row, frame).is_some_and(|element| {
            let target = frame.elements.get(aggregate.via_target as usize).map(|e| e.record);
            frame.with(aggregate.level, element, |frame| {
                self.meets_via(aggregate, target, frame)
                    && aggregate.filter.as_ref().is_none_or(|filter| self.truth(filter, frame))
            })
        });
        frame.trace = trace;
        met
    }

    pub(crate) fn meets_via(
        &self,
        aggregate: &AggregateExpr,
        target: Option<RecordRef>,
        frame: &mut Frame,
    ) -> bool {
        let Some(via) = &aggregate.via else { return true };
        let value = self.value(via, frame);
        let members = value.members();
        let credited = if frame.lead_only { &members[..members.len().min(1)] } else { members };
        target.is_some_and(|target| credited.contains(&Value::Ref(target)))
    }

    /// The row as member of the source; dated rows of a named set are not asked for their day
    /// again.
    fn source_member(&self, source: &Expr, row: RecordRef, frame: &mut Frame) -> Option<Element> {
        match &source.kind {
            ExprKind::All(forms) if forms.contains(&row.form) => {
                let thing = self.axis(row).is_none();
                if thing {
                    return self.member(source, row, frame.day, frame);
                }
                Some(Element::plain(row))
            }
            ExprKind::Filter { set, level, condition } => {
                let base = self.source_member(set, row, frame)?;
                self.filtered(base, *level, condition, frame.day, frame)
            }
            _ => self.member(source, row, frame.day, frame),
        }
    }

    /// Rows that may count, by index where there is one.
    pub fn candidates(&self, aggregate: &AggregateExpr, frame: &mut Frame) -> Vec<RecordRef> {
        let forms = base_forms(&aggregate.source);
        match self.join_of(aggregate) {
            Some(join) => self.joined(std::ptr::from_ref(aggregate) as usize, &join, &forms, frame),
            None => forms.iter().flat_map(|&form| self.records(form)).collect(),
        }
    }

    /// Rows whose side of a join holds what the frame's side is, in order.
    fn joined(
        &self,
        address: usize,
        join: &Join,
        forms: &[FormId],
        frame: &mut Frame,
    ) -> Vec<RecordRef> {
        let targets = self.outer_refs(&join.outer, frame).into_iter();
        let mut rows: Vec<RecordRef> = Vec::new();
        match self.stored_field(join.inner, forms) {
            Some((form, field)) => targets.for_each(|to| self.naming(form, field, to, &mut rows)),
            None => {
                let index = self.index_of(address, join, forms, frame.day);
                targets.for_each(|to| rows.extend(index.rows.get(&to).into_iter().flatten()));
            }
        }
        // An index may have been made for a later day.
        rows.retain(|row| self.is_visible(*row));
        rows.sort_unstable();
        rows.dedup();
        rows
    }

    /// What the frame's side of a join holds.
    pub(crate) fn outer_refs(&self, outer: &Outer, frame: &mut Frame) -> Vec<RecordRef> {
        let value = match outer {
            Outer::Element(level) => {
                return frame.elements.get(*level as usize).map(|e| e.record).into_iter().collect();
            }
            Outer::Value(expr) => self.value(expr, frame),
        };
        value.members().iter().filter_map(Value::as_ref).collect()
    }

    /// Everything that the rows of a steady join name.
    pub(crate) fn joined_to(&self, aggregate: &AggregateExpr, join: &Join) -> Vec<RecordRef> {
        let forms = base_forms(&aggregate.source);
        match self.stored_field(join.inner, &forms) {
            Some((form, field)) => self.all_named(form, field),
            None => {
                let address = std::ptr::from_ref(aggregate) as usize;
                let index = self.index_of(address, join, &forms, self.day);
                index.rows.keys().copied().collect()
            }
        }
    }

    /// Dated rows of a set that its own 当 joins to the frame; `None` when nothing joins them.
    pub fn set_candidates(&self, set: &Expr, frame: &mut Frame) -> Option<Vec<RecordRef>> {
        let ExprKind::Filter { level, condition, .. } = &set.kind else { return None };
        let forms = base_forms(set);
        let dated = |form: &FormId| self.plan.schema.form(*form).shape != Shape::Thing;
        if !forms.iter().all(dated) {
            return None;
        }
        let join = self.join_in(condition, *level)?;
        Some(self.joined(std::ptr::from_ref(set) as usize, &join, &forms, frame))
    }

    /// The one stored field that a join reads: such joins share the index of that field.
    fn stored_field(&self, inner: &Expr, forms: &[FormId]) -> Option<(FormId, FieldId)> {
        let (ExprKind::Path { steps, .. }, [form]) = (&inner.kind, forms) else { return None };
        let [step] = steps.as_slice() else { return None };
        let field = self.plan.schema.field(step.form, step.field);
        (step.form == *form && !field.derived && !field.builtin).then_some((*form, step.field))
    }

    fn index_of(&self, address: usize, join: &Join, forms: &[FormId], day: Day) -> Arc<Index> {
        let asked = if join.steady { self.day } else { day };
        let key = (address, if join.steady { Day::MIN } else { day });
        if let Some(index) = self.cache.joins.borrow().get(&key) {
            return Arc::clone(index);
        }
        let mut rows: FxHashMap<RecordRef, Vec<RecordRef>> = FxHashMap::default();
        for row in forms.iter().flat_map(|&form| self.records(form)) {
            let mut frame = Frame::around(row, asked);
            let value =
                frame.with(join.level, Element::plain(row), |frame| self.value(join.inner, frame));
            for target in value.members().iter().filter_map(Value::as_ref) {
                rows.entry(target).or_default().push(row);
            }
        }
        let index = Arc::new(Index { rows });
        self.cache.joins.borrow_mut().insert(key, Arc::clone(&index));
        index
    }

    /// The first usable join of an aggregate: 经, or an equality of its 当.
    pub(crate) fn join_of<'e>(&self, aggregate: &'e AggregateExpr) -> Option<Join<'e>> {
        let level = aggregate.level;
        if let Some(via) = &aggregate.via
            && let Some(steady) = self.reads_only(via, level)
        {
            let outer = Outer::Element(aggregate.via_target);
            return Some(Join { inner: via, outer, level, steady });
        }
        self.join_in(aggregate.filter.as_deref()?, level)
    }

    /// The first equality of a condition between the row and what is outside.
    pub(crate) fn join_in<'e>(&self, filter: &'e Expr, level: u8) -> Option<Join<'e>> {
        conjuncts(filter).iter().find_map(|part| {
            let (left, right) = match &part.kind {
                ExprKind::Compare(CompareOp::Equal, left, right) => (left, right),
                ExprKind::In(left, right) => (left, right),
                _ => return None,
            };
            let pair = |inner: &'e Expr, outer: &'e Expr| {
                let joins = is_reference(inner) && outer_only(outer, level);
                let steady = self.reads_only(inner, level)?;
                let outer = Outer::Value(outer);
                joins.then_some(Join { inner, outer, level, steady })
            };
            pair(left, right).or_else(|| pair(right, left))
        })
    }

    /// Whether an expression reads the row alone: `Some(true)` by fields that are the same on every
    /// day, `Some(false)` by fields that are derived anew each day.
    pub(crate) fn reads_only(&self, expr: &Expr, level: u8) -> Option<bool> {
        let ExprKind::Path { root, steps } = &expr.kind else {
            return matches!(expr.kind, ExprKind::Element(l) if l == level).then_some(true);
        };
        let steady = |step: &plan::expr::Step| {
            let rules = self.plan.form_rules.get(step.form.0 as usize);
            let derived = rules.and_then(|r| r.derived.iter().find(|(f, _)| *f == step.field));
            derived.is_none_or(|(_, expr)| !looks_around(expr))
        };
        (*root == level).then(|| steps.iter().all(steady))
    }

    fn count(&self, aggregate: &AggregateExpr, rows: &[RecordRef], frame: &mut Frame) -> Value {
        if aggregate.key.is_some() {
            let mut keys = self.keys(aggregate, rows, frame);
            if aggregate.distinct {
                let mut seen = rustc_hash::FxHashSet::default();
                keys.retain(|key| seen.insert(key.clone()));
            }
            return whole(keys.len());
        }
        let mut units = BTreeSet::new();
        let mut single = 0;
        for row in rows {
            let unit = self
                .units_of(row.form)
                .map(|units| units.of_row.get(row.index as usize).copied().flatten());
            match unit.flatten() {
                Some(unit) => drop(units.insert((row.form, unit))),
                None => single += 1,
            }
        }
        whole(units.len() + single)
    }

    /// Non-empty values read from the rows.
    fn keys(&self, aggregate: &AggregateExpr, rows: &[RecordRef], frame: &mut Frame) -> Vec<Value> {
        let Some(key) = &aggregate.key else { return Vec::new() };
        let mut keys = Vec::new();
        for &row in rows {
            let value =
                frame.with(aggregate.level, Element::plain(row), |frame| self.value(key, frame));
            keys.extend(value.members().iter().cloned());
        }
        keys
    }

    /// Distinct calendar days covered by the rows.
    fn covered(&self, rows: &[RecordRef]) -> Value {
        let mut days = BTreeSet::new();
        for &row in rows {
            let Some(first) = self.axis(row) else { continue };
            let last = self.end(row);
            if last < Day::MAX {
                days.extend(first.0..=last.0);
            }
        }
        whole(days.len())
    }

    /// 最早, 最近: the day, or the field of that record; ties by id.
    fn outermost(
        &self,
        aggregate: &AggregateExpr,
        mut rows: Vec<RecordRef>,
        frame: &mut Frame,
    ) -> Value {
        rows.sort_by_key(|&row| (self.axis(row), self.world.id(row)));
        let row = match aggregate.op {
            Aggregate::First => rows.first(),
            _ => rows.last(),
        };
        let Some(&row) = row else { return Value::Empty };
        match &aggregate.key {
            Some(key) => {
                frame.with(aggregate.level, Element::plain(row), |frame| self.value(key, frame))
            }
            None => self.axis(row).map_or(Value::Empty, Value::Day),
        }
    }

    /// 比例 set 满足 condition.
    pub fn share(&self, set: &Expr, level: u8, condition: &Expr, frame: &mut Frame) -> Value {
        let members = self.members(set, frame);
        let whole = members.len() as i64;
        let mut part = 0;
        for element in members {
            let record = element.record;
            let mark = frame.trace.as_ref().map(Vec::len);
            if frame.with(level, element, |frame| self.truth(condition, frame)) {
                part += 1;
                if let Some(trace) = &mut frame.trace {
                    trace.push(record);
                }
            } else if let (Some(trace), Some(mark)) = (&mut frame.trace, mark) {
                trace.truncate(mark);
            }
        }
        Value::Share(part, whole)
    }

    /// Units of a merged form; `None` for every other form.
    pub fn units_of(&self, form: FormId) -> Option<Arc<Units>> {
        let merge = self.plan.schema.form(form).merged.as_ref()?;
        if let Some(units) = self.units.borrow().get(&form) {
            return Some(Arc::clone(units));
        }
        let records: Vec<RecordRef> = self.records(form).collect();
        let table = self.world.tables.get(form.0 as usize);
        let mut of_row = vec![None; table.map_or(0, |table| table.records.len())];
        let mut first_day: Vec<Day> = Vec::new();
        for (record, unit, first) in self.units_among(merge, records.into_iter()) {
            if first_day.len() <= unit as usize {
                first_day.push(first);
            }
            if let Some(slot) = of_row.get_mut(record.index as usize) {
                *slot = Some(unit);
            }
        }
        let units = Arc::new(Units { of_row, first_day });
        self.units.borrow_mut().insert(form, Arc::clone(&units));
        Some(units)
    }

    /// What a row of a merged form must have in common with its neighbours; `None` when not shown.
    pub fn same(&self, merge: &Merge, record: RecordRef) -> Option<Vec<Option<RecordRef>>> {
        let row = self.row(record)?;
        Some(merge.same.iter().map(|&field| self.stored(row, field).as_ref()).collect())
    }

    /// All rows of the unit of a row; none when it is not shown.
    pub fn unit_around(&self, record: RecordRef) -> Vec<RecordRef> {
        let merge = self.plan.schema.form(record.form).merged.as_ref();
        let Some((merge, same)) = merge.and_then(|m| Some((m, self.same(m, record)?))) else {
            return Vec::new();
        };
        let mut rows = Vec::new();
        match (merge.same.first(), same.first()) {
            (Some(field), Some(Some(first))) => {
                self.naming(record.form, *field, *first, &mut rows);
            }
            _ => rows.extend(self.records(record.form)),
        }
        let day = |record: RecordRef| self.axis(record).unwrap_or(Day::MIN);
        let joins = |other: &RecordRef| {
            let Some(row) = self.row(*other) else { return false };
            // What one row sees is visible to all, so that names can be compared as they stand.
            merge.same.iter().zip(&same).all(|(field, to)| match to {
                Some(_) => row.values.get(field.0 as usize).and_then(Value::as_ref) == *to,
                None => self.stored(row, *field).as_ref().is_none(),
            })
        };
        let shown = rows.into_iter().filter(|row| self.is_visible(*row));
        let mut rows: Vec<(Day, Day, RecordRef)> =
            shown.map(|row| (day(row), self.end(row), row)).collect();
        rows.sort_unstable();
        // The days are at hand and most rows lie elsewhere: only those nearby are read.
        let mut near = unbroken(rows, record);
        near.retain(|(_, _, row)| joins(row));
        unbroken(near, record).into_iter().map(|(_, _, row)| row).collect()
    }

    /// The visible rows among these with their unit and its first day, units in order.
    pub fn units_among(
        &self,
        merge: &Merge,
        rows: impl Iterator<Item = RecordRef>,
    ) -> Vec<(RecordRef, u32, Day)> {
        let mut sorted: Vec<(Vec<Option<RecordRef>>, Day, Day, RecordRef)> = Vec::new();
        for record in rows {
            let Some(same) = self.same(merge, record) else { continue };
            let first = self.axis(record).unwrap_or(Day::MIN);
            sorted.push((same, first, self.end(record), record));
        }
        sorted.sort();
        let mut units: Vec<(RecordRef, u32, Day)> = Vec::with_capacity(sorted.len());
        let mut open: Option<(Vec<Option<RecordRef>>, Day)> = None;
        for (same, first, last, record) in sorted {
            let joins = open.as_ref().is_some_and(|(s, end)| *s == same && first <= end.next());
            let (unit, begun) = match units.last() {
                Some(&(_, unit, begun)) if joins => (unit, begun),
                Some(&(_, unit, _)) => (unit + 1, first),
                None => (0, first),
            };
            units.push((record, unit, begun));
            let end = match &open {
                Some((_, end)) if joins => (*end).max(last),
                _ => last,
            };
            open = Some((same, end));
        }
        units
    }
}

/// Of rows in order of their days those around a record, up to the first day without any.
fn unbroken(rows: Vec<(Day, Day, RecordRef)>, record: RecordRef) -> Vec<(Day, Day, RecordRef)> {
    let mut around: Vec<(Day, Day, RecordRef)> = Vec::new();
    let mut end = Day::MIN;
    for row in rows {
        if !around.is_empty() && row.0 > end.next() {
            if around.iter().any(|(_, _, known)| *known == record) {
                break;
            }
            around.clear();
        }
        end = if around.is_empty() { row.1 } else { end.max(row.1) };
        around.push(row);
    }
    around
}

fn is_reference(expr: &Expr) -> bool {
    match &expr.ty {
        plan::expr::Type::Ref(_) => true,
        plan::expr::Type::List(item) => matches!(**item, plan::expr::Type::Ref(_)),
        _ => false,
    }
}

/// Whether an expression reads elements outside the aggregate only.
pub(crate) fn outer_only(expr: &Expr, level: u8) -> bool {
    match &expr.kind {
        ExprKind::Element(root) | ExprKind::Path { root, .. } => *root < level,
        _ => false,
    }
}

fn whole(count: usize) -> Value {
    Value::Number(Number::whole(count as i64))
}

/// Folds numbers; of none there is no median, mean, largest or smallest, and the sum is zero.
fn fold(op: Aggregate, mut numbers: Vec<Number>) -> Value {
    let sum = |numbers: &[Number]| numbers.iter().fold(Number::ZERO, |a, &b| a + b);
    numbers.sort_unstable();
    let count = Number::whole(numbers.len() as i64);
    let found = match op {
        Aggregate::Sum => Some(sum(&numbers)),
        Aggregate::Mean => sum(&numbers).checked_div(count),
        Aggregate::Largest => numbers.last().copied(),
        Aggregate::Smallest => numbers.first().copied(),
        Aggregate::Median => {
            let middle = numbers.len() / 2;
            match (numbers.get(middle), numbers.len() % 2) {
                (Some(&upper), 1) => Some(upper),
                (Some(&upper), _) => {
                    let lower = numbers.get(middle - 1).copied().unwrap_or(upper);
                    Some((lower + upper) / Number::whole(2))
                }
                (None, _) => None,
            }
        }
        _ => None,
    };
    found.map_or(Value::Empty, Value::Number)
}
