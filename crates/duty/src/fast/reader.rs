//! Rows are read into postings: each row that meets what is settled, once per key and value.
//!
//! What a row is asked is compiled once per aggregate (`column.rs`); what is no plain column is
//! left to the reference evaluator, so that both always agree.
//! It does not decide what can be read so: that is done before, in `index.rs`.
//! Read next: `fold.rs`.

use std::borrow::Cow;

use facts::{Day, FieldId, FormId, Number, RecordRef, Value};
use plan::expr::{Expr, ExprKind};
use rustc_hash::FxHashMap;

use super::column::{Line, cell};
use super::days::{Days, Short};
use super::fold::{Fold, Op, Rest};
use super::index::Shapes;
use super::postings::{Columns, Posting, Postings};
use crate::element::Element;
use crate::view::View;

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
#[derive(Clone, Debug, Default)]
pub struct Rows {
    rows: Vec<(Posting, RecordRef)>,
    values: FxHashMap<Value, u32>,
    amounts: Vec<Number>,
    /// The keys of the row just read; kept, so that not every row asks for room.
    keys: Vec<u32>,
}

impl Rows {
    /// What one posting carries: an amount, or the number of a value.
    fn carry(&mut self, op: Op, value: &Value, row: &mut Posting) -> Option<()> {
        if matches!(op, Op::Sum | Op::Median) {
            self.amounts.push(value.as_number()?);
            return Some(());
        }
        row.other = match self.values.get(value) {
            Some(known) => *known,
            None => {
                let next = self.values.len() as u32;
                self.values.insert(value.clone(), next);
                next
            }
        };
        Some(())
    }

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
        for form in &shape.forms {
            for record in self.view.records(*form) {
                self.read(wire, record, &mut rows)?;
            }
        }
        wire.scale = scale(&rows.amounts)?;
        rows.whole(wire.scale)?;
        if shape.units {
            self.by_units(&mut rows.rows, |record| {
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

    /// Adds the postings of these rows alone, once the fold is made; of a merged form all rows of
    /// the persons and places concerned must be among them. `rows` is room for it.
    pub fn reread(
        &self,
        wire: &mut Wire,
        records: &[RecordRef],
        rows: &mut Rows,
        postings: &mut Vec<Posting>,
    ) -> Option<()> {
        rows.rows.clear();
        rows.amounts.clear();
        std::mem::swap(&mut rows.values, &mut wire.values);
        let read = records.iter().try_for_each(|record| self.read(wire, *record, rows));
        std::mem::swap(&mut rows.values, &mut wire.values);
        read?;
        rows.whole(wire.scale)?;
        if wire.shape.units && !rows.rows.is_empty() {
            let units = self.units_among(&wire.shape, records);
            self.by_units(&mut rows.rows, |record| {
                let at = units.binary_search_by_key(&record, |(row, ..)| *row).ok()?;
                units.get(at).map(|(_, unit, day)| (*unit, *day))
            });
        }
        postings.extend(rows.rows.iter().map(|(row, _)| *row));
        Some(())
    }

    /// The unit of each of these rows that is in one, and its first day; in order of the rows.
    fn units_among(&self, shape: &Shapes, records: &[RecordRef]) -> Vec<(RecordRef, u32, Day)> {
        let mut units = Vec::new();
        for form in &shape.forms {
            let Some(merge) = &self.view.plan.schema.form(*form).merged else { continue };
            let of_form = records.iter().copied().filter(|record| record.form == *form);
            units.extend(self.view.units_among(merge, of_form));
        }
        units.sort_unstable();
        units
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
        let Some(row) = view.row(record) else { return Some(()) };
        let Some(axis) = view.axis(record) else { return Some(()) };
        let mut line = Line { view, record, row, level: shape.aggregate.level, frame: None };
        let Some(since) = self.since(shape, &mut line) else { return Some(()) };
        let mut keys = std::mem::take(&mut rows.keys);
        self.keys(wire, &mut line, &mut keys);
        let read = self.lay(shape, &mut line, (since, axis), &keys, rows);
        rows.keys = keys;
        read
    }

    /// Lays a row that meets what is settled under its keys.
    fn lay(
        &self,
        shape: &Shapes,
        line: &mut Line,
        (since, axis): (Day, Day),
        keys: &[u32],
        rows: &mut Rows,
    ) -> Option<()> {
        let trail = match shape.straight.inner {
            Some(_) => Day::MIN,
            None => self.view.trail(&shape.inner, line.frame()),
        };
        let mut row = Posting {
            day: self.days.short(axis),
            act: self.days.short(since.max(axis).max(trail)),
            end: self.days.short(self.view.end(line.record)),
            ..Posting::default()
        };
        if !self.rest(shape, line, &mut row)? || keys.is_empty() {
            return Some(());
        }
        let operand = shape.aggregate.key.as_deref().filter(|_| shape.op != Op::Exists);
        let operands = operand.map(|key| self.value(shape.straight.operand, key, line));
        for key in keys {
            row.key = *key;
            match &operands {
                None => rows.rows.push((row, line.record)),
                Some(value) => {
                    for one in value.members() {
                        rows.carry(shape.op, one, &mut row)?;
                        rows.rows.push((row, line.record));
                    }
                }
            }
        }
        Some(())
    }

    /// A value of the row: its column where there is one.
    fn value<'l>(
        &self,
        column: Option<FieldId>,
        expr: &Expr,
        line: &mut Line<'l>,
    ) -> Cow<'l, Value> {
        match column {
            Some(field) => Cow::Borrowed(cell(line.view, line.row, field)),
            None => Cow::Owned(self.view.value(expr, line.frame())),
        }
    }

    /// Since when the row is in the source and meets what is settled.
    fn since(&self, shape: &Shapes, line: &mut Line) -> Option<Day> {
        let mut since = Day::MIN;
        match &shape.straight.source {
            Some(tests) => {
                for test in tests {
                    since = since.max(test.since(line)?);
                }
            }
            None => since = self.in_source(&shape.aggregate.source, line)?,
        }
        for (test, part) in shape.straight.settled.iter().zip(&shape.settled) {
            let own = match test {
                Some(test) => test.since(line)?,
                None => self.view.since(part, line.frame())?,
            };
            since = since.max(own);
        }
        Some(since)
    }

    fn in_source(&self, source: &Expr, line: &mut Line) -> Option<Day> {
        match &source.kind {
            ExprKind::All(forms) => forms.contains(&line.record.form).then_some(Day::MIN),
            ExprKind::Filter { set, level, condition } => {
                let base = self.in_source(set, line)?;
                let element = Element::plain(line.record);
                let own = line.frame().with(*level, element, |f| self.view.since(condition, f))?;
                Some(base.max(own))
            }
            ExprKind::Union(parts) => {
                parts.iter().filter_map(|part| self.in_source(part, line)).min()
            }
            _ => None,
        }
    }

    /// Keys of a row, each once.
    fn keys(&self, wire: &Wire, line: &mut Line, keys: &mut Vec<u32>) {
        let (shape, key_form) = (&wire.shape, wire.key_form);
        keys.clear();
        let value = self.value(shape.straight.inner, &shape.inner, line);
        let members = value.members();
        let members = if wire.lead_only && shape.aggregate.via.is_some() {
            &members[..members.len().min(1)]
        } else {
            members
        };
        let refs = members.iter().filter_map(Value::as_ref);
        let of_form = |key: &RecordRef| key.form == key_form;
        if shape.below {
            let view = self.view;
            let above = refs.flat_map(|org| view.registry.chain(view, org, view.day));
            keys.extend(above.filter(of_form).map(|key| key.index));
        } else {
            keys.extend(refs.filter(of_form).map(|key| key.index));
        }
        if keys.len() > 1 {
            keys.sort_unstable();
            keys.dedup();
        }
    }

    /// Fills what is held against each row; false when it can never hold.
    fn rest(&self, shape: &Shapes, line: &mut Line, row: &mut Posting) -> Option<bool> {
        let Some(inner) = &shape.rest_inner else { return Some(true) };
        let value = self.value(shape.straight.rest, inner, line);
        match (shape.rest, &*value) {
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
                if shape.straight.rest.is_none() {
                    let later = self.days.short(self.view.trail(inner, line.frame()));
                    row.act = row.act.max(later);
                }
            }
            (_, Value::Empty) => return Some(false),
            _ => return None,
        }
        Some(true)
    }

    /// 计数 counts units: one posting per key and unit, dated by the unit's first day.
    fn by_units(
        &self,
        rows: &mut Vec<(Posting, RecordRef)>,
        unit: impl Fn(RecordRef) -> Option<(u32, Day)>,
    ) {
        let unit_of = |row: &(Posting, RecordRef)| match unit(row.1) {
            Some((unit, day)) => (row.0.key, row.1.form, Some(unit), self.days.short(day)),
            // A row of no unit is one of its own.
            None => (row.0.key, row.1.form, None, Short::MAX),
        };
        let mut sorted: Vec<_> = rows.iter().map(|row| (unit_of(row), *row)).collect();
        sorted.sort_by_key(|(of, _)| *of);
        rows.clear();
        for unit in sorted.chunk_by(|(a, _), (b, _)| a == b && a.2.is_some()) {
            let Some(&(of, (mut row, record))) = unit.first() else { continue };
            if of.2.is_some() {
                row.day = of.3;
                row.act = unit.iter().map(|(_, (row, _))| row.act).min().unwrap_or(row.act);
            }
            rows.push((row, record));
        }
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
