//! An aggregate becomes postings: its joins, ranges and fixed conditions are told apart, and every
//! row that can ever count is laid under its key.
//!
//! The conditions are taken conjunct by conjunct: fixed ones are settled per row; one equality
//! with the case gives the key; bounds on the row's day narrow the window; a span, a second
//! reference or jurisdiction is held against each row. Anything else is refused, and the clause
//! stays with the reference evaluator.
//! Read next: `fold.rs`.

use facts::{Day, FormId, Number, RecordRef, Shape, Value};
use plan::expr::{Aggregate, AggregateExpr, Builtin, CompareOp, Expr, ExprKind, Type};
use rustc_hash::FxHashMap;

use super::days::{Days, Short};
use super::fixed::Place;
use super::fold::{Fold, Op, Rest};
use super::postings::{Columns, Posting, Postings};
use crate::element::{Element, Frame};
use crate::membership::base_forms;
use crate::view::View;

/// An aggregate taken apart. It owns its expressions, so that a live engine can keep it.
#[derive(Clone, Debug)]
pub struct Shapes {
    /// The aggregate.
    pub aggregate: AggregateExpr,
    /// What is done.
    pub op: Op,
    /// Read from the row: the key.
    inner: Expr,
    /// Read from the case: the key; `None` is the subject itself.
    pub outer: Option<Expr>,
    /// Conditions settled per row.
    settled: Vec<Expr>,
    /// First day that counts, read from the case.
    pub from: Option<Expr>,
    /// Last day that counts, read from the case.
    pub to: Option<Expr>,
    /// What is held against each row.
    pub rest: Rest,
    /// Read from the row for it.
    rest_inner: Option<Expr>,
    /// Read from the case for it.
    pub rest_outer: Option<Expr>,
}

/// Takes an aggregate of a duty apart, one alternative of its 当 at a time: `None` when some part
/// of it cannot be settled.
pub fn shapes(view: &View, aggregate: &AggregateExpr) -> Option<Vec<Shapes>> {
    let forms = base_forms(&aggregate.source);
    let dated = |form: &FormId| view.plan.schema.form(*form).shape != Shape::Thing;
    if forms.is_empty() || !forms.iter().all(dated) || !settles(view, &aggregate.source) {
        return None;
    }
    let op = operation(aggregate)?;
    let filter = aggregate.filter.as_deref();
    let alternatives = filter.map_or_else(|| vec![Vec::new()], alternatives);
    if alternatives.len() > 1 && op != Op::Exists {
        return None;
    }
    let all = alternatives.iter().map(|parts| shape(view, aggregate, op, parts));
    all.collect()
}

fn settles(view: &View, source: &Expr) -> bool {
    match &source.kind {
        ExprKind::All(_) => true,
        ExprKind::Filter { set, level, condition } => {
            settles(view, set) && Place { plan: view.plan, lowest: *level }.settles(condition)
        }
        ExprKind::Union(parts) => parts.iter().all(|part| settles(view, part)),
        _ => false,
    }
}

fn operation(aggregate: &AggregateExpr) -> Option<Op> {
    let keyed = aggregate.key.is_some();
    Some(match (aggregate.op, aggregate.active) {
        (Aggregate::Exists, false) => Op::Exists,
        (Aggregate::Count, false) if keyed && aggregate.distinct => Op::Distinct,
        (Aggregate::Count, false) if !keyed => Op::Count,
        (Aggregate::Count, true) if keyed && aggregate.distinct => Op::ActiveDistinct,
        (Aggregate::Count, true) if !keyed => Op::Active,
        (Aggregate::Sum, false) if keyed => Op::Sum,
        (Aggregate::Covered, false) => Op::Covered,
        (Aggregate::Median, false) if keyed => Op::Median,
        _ => return None,
    })
}

/// 当 as alternatives of conjuncts; an alternative inside a conjunction is multiplied out once.
fn alternatives(filter: &Expr) -> Vec<Vec<&Expr>> {
    match &filter.kind {
        ExprKind::Or(parts) => parts.iter().flat_map(alternatives).collect(),
        ExprKind::And(parts) => parts.iter().fold(vec![Vec::new()], |all, part| {
            let of_part = match &part.kind {
                ExprKind::Or(_) => alternatives(part),
                ExprKind::And(_) => alternatives(part),
                _ => vec![vec![part]],
            };
            let joined = all.iter().flat_map(|left: &Vec<&Expr>| {
                of_part.iter().map(move |right| left.iter().chain(right).copied().collect())
            });
            joined.collect()
        }),
        _ => vec![vec![filter]],
    }
}

fn shape(view: &View, aggregate: &AggregateExpr, op: Op, parts: &[&Expr]) -> Option<Shapes> {
    let place = Place { plan: view.plan, lowest: aggregate.level };
    let mut shape = Shapes {
        aggregate: aggregate.clone(),
        op,
        inner: (*aggregate.source).clone(),
        outer: None,
        settled: Vec::new(),
        from: None,
        to: None,
        rest: Rest::Nothing,
        rest_inner: None,
        rest_outer: None,
    };
    let mut joined = false;
    if let Some(via) = aggregate.via.as_deref() {
        if aggregate.via_target != 0 || !place.fixed(via, true) {
            return None;
        }
        (shape.inner, joined) = (via.clone(), true);
    }
    for part in parts {
        if place.settles(part) {
            shape.settled.push((*part).clone());
        } else if let Some((inner, outer)) = equality(place, part) {
            let outer = (!matches!(outer.kind, ExprKind::Element(0))).then(|| outer.clone());
            let inner = inner.clone();
            // The subject itself is the better key; what was one becomes a second reference.
            if !joined {
                (shape.inner, shape.outer, joined) = (inner, outer, true);
            } else if shape.rest == Rest::Nothing && aggregate.via.is_none() {
                shape.rest = Rest::SameOther;
                if outer.is_none() {
                    (shape.rest_inner, shape.rest_outer) = (Some(shape.inner), shape.outer.take());
                    (shape.inner, shape.outer) = (inner, None);
                } else {
                    (shape.rest_inner, shape.rest_outer) = (Some(inner), outer);
                }
            } else {
                return None;
            }
        } else if !shape.bound(view, place, part) && !shape.holds_against(place, part) {
            return None;
        }
    }
    // A row has one second column: for what is counted apart, or for what is held against it.
    let apart = matches!(op, Op::Distinct | Op::ActiveDistinct);
    let held = matches!(shape.rest, Rest::SameOther | Rest::WithinSubject);
    let plain = (shape.rest != Rest::SameOther || shape.rest_outer.is_some()) && !(apart && held);
    (joined && plain).then_some(shape)
}

/// A reference read from the row that equals one read from the case.
fn equality<'e>(place: Place, part: &'e Expr) -> Option<(&'e Expr, &'e Expr)> {
    let (left, right, lists) = match &part.kind {
        ExprKind::Compare(CompareOp::Equal, left, right) => (left, right, false),
        ExprKind::In(left, right) if !matches!(right.ty, Type::Set(_)) => (left, right, true),
        _ => return None,
    };
    let reference = |expr: &Expr| match &expr.ty {
        Type::Ref(_) => true,
        Type::List(item) => lists && matches!(**item, Type::Ref(_)),
        _ => false,
    };
    let pair = |inner: &'e Expr, outer: &'e Expr| {
        let joins = reference(inner) && place.fixed(inner, true) && of_case(outer);
        joins.then_some((inner, outer))
    };
    pair(left, right).or_else(|| pair(right, left))
}

/// Whether an expression reads the case alone.
fn of_case(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Element(0) | ExprKind::Path { root: 0, .. })
}

impl Shapes {
    /// What is read from the case.
    pub fn of_case(&self) -> impl Iterator<Item = &Expr> {
        [&self.outer, &self.from, &self.to, &self.rest_outer].into_iter().flatten()
    }

    /// A bound on the row's own day.
    fn bound(&mut self, view: &View, place: Place, part: &Expr) -> bool {
        let ExprKind::Compare(op, left, right) = &part.kind else { return false };
        let ExprKind::Path { root, steps } = &left.kind else { return false };
        let [step] = steps.as_slice() else { return false };
        let axis = view.plan.schema.form(step.form).axis;
        if *root < place.lowest || axis != Some(step.field) || !of_case(right) {
            return false;
        }
        let slot = match op {
            CompareOp::GreaterOrEqual => &mut self.from,
            CompareOp::LessOrEqual => &mut self.to,
            _ => return false,
        };
        slot.replace((**right).clone()).is_none()
    }

    /// A condition held against each row.
    fn holds_against(&mut self, place: Place, part: &Expr) -> bool {
        if self.rest != Rest::Nothing {
            return false;
        }
        let (rest, inner) = match &part.kind {
            ExprKind::Compare(CompareOp::Equal, left, right)
                if left.ty == Type::Span && matches!(right.kind, ExprKind::Period) =>
            {
                (Rest::SpanIsPeriod, &**left)
            }
            ExprKind::Call(Builtin::Within, parts) => match parts.as_slice() {
                [inner, top] if matches!(top.kind, ExprKind::Element(0)) => {
                    (Rest::WithinSubject, inner)
                }
                _ => return false,
            },
            _ => return false,
        };
        if !place.fixed(inner, true) || self.op == Op::Distinct {
            return false;
        }
        (self.rest, self.rest_inner) = (rest, Some(inner.clone()));
        true
    }
}

/// An aggregate with what reading one more of its rows needs.
#[derive(Clone, Debug)]
pub struct Wire {
    /// The aggregate taken apart.
    pub shape: Shapes,
    /// The form of the keys.
    pub key_form: FormId,
    /// 记 主办.
    pub lead_only: bool,
    /// By what its amounts are multiplied.
    pub scale: i64,
    /// Numbers of the values counted apart.
    pub values: FxHashMap<Value, u32>,
}

/// Rows on their way into postings, with the amounts of those that have one, in the same order.
#[derive(Default)]
struct Rows {
    rows: Vec<(Posting, RecordRef)>,
    values: FxHashMap<Value, u32>,
    amounts: Vec<Number>,
}

impl Rows {
    /// Amounts as whole numbers; `None` when one is too fine for the scale or too large.
    fn whole(&mut self, scale: i64) -> Option<()> {
        for ((row, _), amount) in self.rows.iter_mut().zip(&self.amounts) {
            if scale % amount.denominator() != 0 {
                return None;
            }
            let whole = amount.numerator().checked_mul(scale / amount.denominator())?;
            row.amount = i32::try_from(whole).ok()?;
        }
        Some(())
    }
}

/// Reads rows into postings.
pub struct Reader<'a, 'p> {
    /// The facts up to the last day that can be asked.
    pub view: &'a View<'p>,
    /// How days are held.
    pub days: Days,
}

impl Reader<'_, '_> {
    /// The fold of a shape with its scale: amounts are whole numbers times it.
    /// `None` when a row holds what postings cannot.
    pub fn fold(&self, wire: &mut Wire, keep: bool) -> Option<Fold> {
        let shape = &wire.shape;
        let mut rows = Rows::default();
        for form in base_forms(&shape.aggregate.source) {
            for record in self.view.records(form) {
                self.read(wire, record, &mut rows)?;
            }
        }
        wire.scale = scale(&rows.amounts)?;
        rows.whole(wire.scale)?;
        if shape.op == Op::Count {
            rows.rows = self.by_units(shape, rows.rows, |record| {
                let units = self.view.units_of(record.form)?;
                let unit = (*units.of_row.get(record.index as usize)?)?;
                Some((unit, *units.first_day.get(unit as usize)?))
            });
        }
        let keys = self.view.world.table(wire.key_form).records.len();
        let columns = Columns {
            end: matches!(shape.op, Op::Covered | Op::Active | Op::ActiveDistinct),
            other: shape.op == Op::ActiveDistinct
                || matches!(shape.rest, Rest::SameOther | Rest::WithinSubject),
            amount: matches!(shape.op, Op::Sum | Op::Median),
            span: shape.rest == Rest::SpanIsPeriod,
            distinct: matches!(shape.op, Op::Distinct),
            keep,
        };
        let (op, rest) = (shape.op, shape.rest);
        wire.values = rows.values;
        let rows = rows.rows.into_iter().map(|(row, _)| row).collect();
        let postings = Postings::new(rows, keys, columns);
        Some(Fold { op, rest, postings, touched: FxHashMap::default() })
    }

    /// The postings of these rows alone, once the fold is made; of a merged form all rows of the
    /// persons and places concerned must be among them.
    pub fn reread(&self, wire: &mut Wire, records: &[RecordRef]) -> Option<Vec<Posting>> {
        let mut rows = Rows { values: std::mem::take(&mut wire.values), ..Rows::default() };
        let read = records.iter().try_for_each(|record| self.read(wire, *record, &mut rows));
        wire.values = std::mem::take(&mut rows.values);
        read?;
        rows.whole(wire.scale)?;
        if wire.shape.op == Op::Count {
            let mut units: FxHashMap<RecordRef, (u32, Day)> = FxHashMap::default();
            for form in base_forms(&wire.shape.aggregate.source) {
                let Some(merge) = &self.view.plan.schema.form(form).merged else { continue };
                let of_form: Vec<RecordRef> =
                    records.iter().copied().filter(|record| record.form == form).collect();
                let among = self.view.units_among(merge, &of_form);
                units.extend(among.into_iter().map(|(row, unit, day)| (row, (unit, day))));
            }
            let unit = |record: RecordRef| units.get(&record).copied();
            rows.rows = self.by_units(&wire.shape, rows.rows, unit);
        }
        Some(rows.rows.into_iter().map(|(row, _)| row).collect())
    }

    /// Reads a row. One that refers to a record dated after itself is refused: whether it counts
    /// depends on the day asked and on the day judged, and postings know but one of them.
    fn read(&self, wire: &Wire, record: RecordRef, rows: &mut Rows) -> Option<()> {
        self.view.ahead.set(false);
        self.read_row(wire, record, rows)?;
        (!self.view.ahead.get()).then_some(())
    }

    fn read_row(&self, wire: &Wire, record: RecordRef, rows: &mut Rows) -> Option<()> {
        let (view, shape) = (self.view, &wire.shape);
        if !view.is_visible(record) {
            return Some(());
        }
        let Some(axis) = view.axis(record) else { return Some(()) };
        let level = shape.aggregate.level;
        let mut frame = Frame::around(record, view.day);
        frame.with(level, Element::plain(record), |frame| {
            let Some(since) = self.since(shape, record, frame) else { return Some(()) };
            let keys = self.keys(wire, frame);
            let act = since.max(axis).max(view.trail(&shape.inner, frame));
            let mut row = Posting {
                day: self.days.short(axis),
                act: self.days.short(act),
                end: self.days.short(view.end(record)),
                ..Posting::default()
            };
            if !self.rest(shape, frame, &mut row)? {
                return Some(());
            }
            for key in keys {
                row.key = key;
                for operand in self.operands(shape, frame) {
                    match operand {
                        None => {}
                        Some(value) if matches!(shape.op, Op::Sum | Op::Median) => {
                            rows.amounts.push(value.as_number()?);
                        }
                        Some(value) => {
                            let next = rows.values.len() as u32;
                            row.other = *rows.values.entry(value).or_insert(next);
                        }
                    }
                    rows.rows.push((row, record));
                }
            }
            Some(())
        })
    }

    /// Since when the row is in the source and meets what is settled.
    fn since(&self, shape: &Shapes, record: RecordRef, frame: &mut Frame) -> Option<Day> {
        let mut since = self.in_source(&shape.aggregate.source, record, frame)?;
        for part in &shape.settled {
            since = since.max(self.view.since(part, frame)?);
        }
        Some(since)
    }

    fn in_source(&self, source: &Expr, record: RecordRef, frame: &mut Frame) -> Option<Day> {
        match &source.kind {
            ExprKind::All(forms) => forms.contains(&record.form).then_some(Day::MIN),
            ExprKind::Filter { set, level, condition } => {
                let base = self.in_source(set, record, frame)?;
                let element = Element::plain(record);
                let own = frame.with(*level, element, |f| self.view.since(condition, f))?;
                Some(base.max(own))
            }
            ExprKind::Union(parts) => {
                parts.iter().filter_map(|part| self.in_source(part, record, frame)).min()
            }
            _ => None,
        }
    }

    /// Keys of a row, each once.
    fn keys(&self, wire: &Wire, frame: &mut Frame) -> Vec<u32> {
        let (shape, key_form) = (&wire.shape, wire.key_form);
        let value = self.view.value(&shape.inner, frame);
        let members = value.members();
        let members = if wire.lead_only && shape.aggregate.via.is_some() {
            &members[..members.len().min(1)]
        } else {
            members
        };
        let refs = members.iter().filter_map(Value::as_ref);
        let mut keys: Vec<u32> =
            refs.filter(|key| key.form == key_form).map(|key| key.index).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// What each posting of a row carries: nothing, or one value each.
    fn operands(&self, shape: &Shapes, frame: &mut Frame) -> Vec<Option<Value>> {
        match &shape.aggregate.key {
            Some(key) if shape.op != Op::Exists => {
                let value = self.view.value(key, frame);
                value.members().iter().cloned().map(Some).collect()
            }
            _ => vec![None],
        }
    }

    /// Fills what is held against each row; false when it can never hold.
    fn rest(&self, shape: &Shapes, frame: &mut Frame, row: &mut Posting) -> Option<bool> {
        let Some(inner) = &shape.rest_inner else { return Some(true) };
        let value = self.view.value(inner, frame);
        match (shape.rest, &value) {
            (Rest::SpanIsPeriod, Value::Span(span)) => {
                row.span = (self.days.short(span.first), self.days.short(span.last));
            }
            (Rest::WithinSubject, Value::Ref(org)) => {
                // Only an organisation stays where it is; a household's village might be amended.
                if Some(org.form) != self.view.registry.known.org {
                    return None;
                }
                row.other = org.index;
            }
            (Rest::SameOther, Value::Ref(record)) => {
                row.other = record.index;
                let later = self.days.short(self.view.trail(inner, frame));
                row.act = row.act.max(later);
            }
            (_, Value::Empty) => return Some(false),
            _ => return None,
        }
        Some(true)
    }

    /// 计数 counts units: one posting per key and unit, dated by the unit's first day.
    fn by_units(
        &self,
        shape: &Shapes,
        rows: Vec<(Posting, RecordRef)>,
        unit: impl Fn(RecordRef) -> Option<(u32, Day)>,
    ) -> Vec<(Posting, RecordRef)> {
        let forms = base_forms(&shape.aggregate.source);
        if forms.iter().all(|form| self.view.plan.schema.form(*form).merged.is_none()) {
            return rows;
        }
        let mut first: FxHashMap<(u32, FormId, u32), (Posting, RecordRef)> = FxHashMap::default();
        let mut single = Vec::new();
        for (mut row, record) in rows {
            let unit = unit(record);
            let Some((unit, day)) = unit else {
                single.push((row, record));
                continue;
            };
            row.day = self.days.short(day);
            let known = first.entry((row.key, record.form, unit)).or_insert((row, record));
            known.0.act = known.0.act.min(row.act);
        }
        single.extend(first.into_values());
        single
    }
}

/// The least common multiple of all denominators.
fn scale(amounts: &[Number]) -> Option<i64> {
    /// Half days need 2; hundredths of a yuan 100. Beyond this something else is meant.
    const SCALE_MAX: i64 = 10_000;
    let mut scale = 1i64;
    for amount in amounts {
        let (mut a, mut b) = (scale, amount.denominator());
        while b != 0 {
            (a, b) = (b, a % b);
        }
        scale = scale / a * amount.denominator();
        if scale > SCALE_MAX {
            return None;
        }
    }
    Some(scale)
}

/// A day as postings hold it, read from the case.
pub fn short_of(days: Days, value: &Value, otherwise: Short) -> Short {
    value.as_day().map_or(otherwise, |day| days.short(day))
}
