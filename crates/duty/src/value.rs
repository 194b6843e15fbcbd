//! Values of expressions: fields, paths, conditions, arithmetic.
//!
//! Aggregates are in `aggregate.rs`, functions in `builtin.rs`, sets in `membership.rs`.
//! An empty operand makes `= < <= > >= 属于` false and `!=` true (§6.7).

use facts::{Day, FieldId, Number, RecordRef, Value};
use plan::expr::{CompareOp, Expr, ExprKind, Step, Unit};
use plan::plan::ParamValue;

use crate::cache::looks_around;
use crate::element::{Element, Frame};
use crate::view::View;

impl View<'_> {
    /// The value of an expression in a frame.
    pub fn value(&self, expr: &Expr, frame: &mut Frame) -> Value {
        match &expr.kind {
            ExprKind::Constant(value) => value.clone(),
            ExprKind::Element(level) => match frame.elements.get(*level as usize) {
                Some(element) => Value::Ref(element.record),
                None => Value::Empty,
            },
            ExprKind::Path { root, steps } => match frame.elements.get(*root as usize) {
                Some(element) => self.path(element, steps, frame),
                None => Value::Empty,
            },
            ExprKind::FieldOf { of, steps } => {
                let value = self.value(of, frame);
                self.steps(value, steps, frame.day, frame.day)
            }
            ExprKind::Period => frame.period.map_or(Value::Empty, Value::Span),
            ExprKind::PeriodStart => frame.period.map_or(Value::Empty, |p| Value::Day(p.first)),
            ExprKind::PeriodEnd => frame.period.map_or(Value::Empty, |p| Value::Day(p.last)),
            ExprKind::Onset => frame.onset.map_or(Value::Empty, Value::Day),
            ExprKind::Count(index) => frame.counts.get(*index).cloned().unwrap_or_default(),
            ExprKind::List(items) => {
                let values = items.iter().map(|item| self.value(item, frame));
                Value::List(values.collect())
            }
            ExprKind::Aggregate(aggregate) => self.aggregate(aggregate, frame),
            ExprKind::Share { set, level, condition } => self.share(set, *level, condition, frame),
            ExprKind::EveryOne { set, level, condition } => {
                match self.share(set, *level, condition, frame) {
                    Value::Share(part, whole) => Value::Bool(part == whole),
                    other => other,
                }
            }
            ExprKind::If(condition, then, otherwise) => {
                let branch = if self.truth(condition, frame) { then } else { otherwise };
                self.value(branch, frame)
            }
            ExprKind::Add(..)
            | ExprKind::Subtract(..)
            | ExprKind::Multiply(..)
            | ExprKind::Divide(..)
            | ExprKind::Shift { .. }
            | ExprKind::DaysBetween(..) => self.arithmetic(expr, frame),
            ExprKind::Call(builtin, arguments) => self.call(*builtin, arguments, frame),
            ExprKind::TableLookup { param, key } => {
                let key = self.value(key, frame);
                self.table_lookup(*param, &key)
            }
            ExprKind::And(_)
            | ExprKind::Or(_)
            | ExprKind::Not(_)
            | ExprKind::Compare(..)
            | ExprKind::In(..)
            | ExprKind::IsOfForm(..)
            | ExprKind::Has(_) => Value::Bool(self.truth(expr, frame)),
            _ => Value::Empty,
        }
    }

    /// Whether a condition holds; what is no condition holds when it is 是 or above zero.
    pub fn truth(&self, expr: &Expr, frame: &mut Frame) -> bool {
        match &expr.kind {
            ExprKind::And(parts) => parts.iter().all(|part| self.truth(part, frame)),
            ExprKind::Or(parts) => parts.iter().any(|part| self.truth(part, frame)),
            ExprKind::Not(part) => !self.truth(part, frame),
            ExprKind::Has(part) => !self.value(part, frame).is_empty(),
            ExprKind::Compare(op, left, right) => {
                let left = self.value(left, frame);
                let right = self.value(right, frame);
                compare(*op, &left, &right)
            }
            ExprKind::IsOfForm(part, form) => {
                let target = self.value(part, frame).as_ref();
                target.is_some_and(|t| t.form == *form && self.is_visible(t))
            }
            ExprKind::In(left, right) => self.is_in(left, right, frame),
            _ => match self.value(expr, frame) {
                Value::Bool(value) => value,
                Value::Number(number) => number > Number::ZERO,
                _ => false,
            },
        }
    }

    fn is_in(&self, left: &Expr, right: &Expr, frame: &mut Frame) -> bool {
        let value = self.value(left, frame);
        if matches!(right.ty, plan::expr::Type::Set(_)) {
            let refs: Vec<RecordRef> = value.members().iter().filter_map(Value::as_ref).collect();
            return refs.iter().any(|&record| {
                let day = frame.day;
                self.member(right, record, day, frame).is_some()
            });
        }
        if let ExprKind::List(items) = &right.kind {
            let members = value.members();
            return items.iter().any(|item| match &item.kind {
                ExprKind::Constant(one) => members.contains(one),
                _ => members.contains(&self.value(item, frame)),
            });
        }
        let range = self.value(right, frame);
        if let (Value::Span(span), Some(day)) = (&range, value.as_day()) {
            return span.contains(day);
        }
        value.members().iter().any(|one| range.members().contains(one))
    }

    /// Fields read one after another from an element.
    fn path(&self, element: &Element, steps: &[Step], frame: &Frame) -> Value {
        let own_day = self.axis(element.record).unwrap_or(frame.day);
        let value = Value::Ref(element.record);
        let Some((first, rest)) = steps.split_first() else { return value };
        let from_post = element
            .posts
            .as_ref()
            .and_then(|posts| self.post_field(element.record, *first, posts, own_day));
        let value = match from_post {
            Some(value) => value,
            None => self.field(element.record, *first, own_day, frame.day),
        };
        self.steps(value, rest, own_day, frame.day)
    }

    pub(crate) fn steps(&self, value: Value, steps: &[Step], own_day: Day, day: Day) -> Value {
        steps.iter().fold(value, |value, step| match value {
            Value::Ref(record) => self.field(record, *step, own_day, day),
            Value::List(items) => {
                let each = items.iter().filter_map(Value::as_ref);
                let read = each.map(|record| self.field(record, *step, own_day, day));
                Value::List(read.filter(|value| !value.is_empty()).collect())
            }
            _ => Value::Empty,
        })
    }

    /// 单位, 岗类, 职务 of a person who stands in a set by these posts.
    fn post_field(
        &self,
        person: RecordRef,
        step: Step,
        posts: &[usize],
        day: Day,
    ) -> Option<Value> {
        let known = &self.registry.known;
        let which = known.person_fields.iter().position(|field| *field == Some(step.field))?;
        if Some(person.form) != known.person {
            return None;
        }
        let all = self.registry.posts(person);
        let hers = || posts.iter().filter_map(|&index| all.get(index));
        let post = hers().find(|post| post.span.contains(day)).or_else(|| hers().next())?;
        Some(match which {
            0 => Value::Ref(post.org),
            1 => post.group.clone(),
            _ => post.title.clone(),
        })
    }

    /// One field of a record: stored, derived, or of a person's earliest post on the day.
    fn field(&self, record: RecordRef, step: Step, own_day: Day, day: Day) -> Value {
        // A path may be compiled for a union of forms; the field of a record is found in its own.
        let field = if step.form == record.form {
            step.field
        } else {
            let schema = &self.plan.schema;
            let alias = &schema.field(step.form, step.field).alias;
            match schema.form(record.form).field_named(alias) {
                Some(field) => field,
                None => return Value::Empty,
            }
        };
        let rules = self.plan.form_rules.get(record.form.0 as usize);
        let derived = rules.and_then(|r| r.derived.iter().find(|(f, _)| *f == field));
        if let Some((_, expr)) = derived {
            return self.derived(record, field, expr, day);
        }
        let known = &self.registry.known;
        if Some(record.form) == known.person && known.person_fields.contains(&Some(field)) {
            let post = self.registry.posts(record).iter().position(|p| p.span.contains(own_day));
            let step = Step { field, form: record.form };
            let read = post.and_then(|p| self.post_field(record, step, &[p], own_day));
            return read.unwrap_or_default();
        }
        self.row_on(record, own_day).map_or(Value::Empty, |row| self.stored(row, field))
    }

    /// A derived field; one that looks at other records is found once a day.
    fn derived(&self, record: RecordRef, field: FieldId, expr: &Expr, day: Day) -> Value {
        if !looks_around(expr) {
            return self.value(expr, &mut Frame::around(record, day));
        }
        let key = (record, field, day);
        if let Some(known) = self.cache.derived.borrow().get(&key) {
            return known.clone();
        }
        let value = self.value(expr, &mut Frame::around(record, day));
        self.cache.derived.borrow_mut().insert(key, value.clone());
        value
    }

    fn arithmetic(&self, expr: &Expr, frame: &mut Frame) -> Value {
        let mut number = |part: &Expr| self.value(part, frame).as_number();
        let result = match &expr.kind {
            ExprKind::Add(a, b) => number(a).zip(number(b)).map(|(a, b)| a + b),
            ExprKind::Subtract(a, b) => number(a).zip(number(b)).map(|(a, b)| a - b),
            ExprKind::Multiply(a, b) => number(a).zip(number(b)).map(|(a, b)| a * b),
            ExprKind::Divide(a, b) => number(a).zip(number(b)).and_then(|(a, b)| a.checked_div(b)),
            ExprKind::DaysBetween(a, b) => {
                let first = self.value(a, frame).as_day();
                let second = self.value(b, frame).as_day();
                first.zip(second).map(|(a, b)| Number::whole((a - b).into()))
            }
            ExprKind::Shift { day, amount, unit } => {
                let day = self.value(day, frame).as_day();
                let amount = self.value(amount, frame).as_number();
                let (Some(day), Some(amount)) = (day, amount) else { return Value::Empty };
                return Value::Day(self.shift(day, amount.floor() as i32, *unit));
            }
            _ => None,
        };
        result.map_or(Value::Empty, Value::Number)
    }

    /// A day moved by a length.
    pub fn shift(&self, day: Day, amount: i32, unit: Unit) -> Day {
        match unit {
            Unit::Week => day + amount.saturating_mul(7),
            Unit::Month => day.add_months(amount),
            Unit::Quarter => day.add_months(amount.saturating_mul(3)),
            Unit::HalfYear => day.add_months(amount.saturating_mul(6)),
            Unit::Year => day.add_months(amount.saturating_mul(12)),
            Unit::Workday => self.workday(self.world.calendar.add_workdays(day, amount), day),
            _ => day + amount,
        }
    }

    fn table_lookup(&self, param: usize, key: &Value) -> Value {
        let Some(ParamValue::Table(rows)) = self.plan.params.get(param).map(|p| &p.value) else {
            return Value::Empty;
        };
        let key = match key {
            Value::Ref(record) => Value::Text(self.world.id(*record).into()),
            other => other.clone(),
        };
        rows.iter().find(|(k, _)| *k == key).map_or(Value::Empty, |(_, value)| value.clone())
    }
}

/// A comparison of two values; a share of nothing is reached.
pub fn compare(op: CompareOp, left: &Value, right: &Value) -> bool {
    if matches!(left, Value::Share(_, 0)) || matches!(right, Value::Share(_, 0)) {
        return true;
    }
    if left.is_empty() || right.is_empty() {
        return op == CompareOp::NotEqual;
    }
    let order = match (left, right) {
        (Value::Day(a), Value::Day(b)) => Some(a.cmp(b)),
        (Value::Month(a), Value::Month(b)) => Some(a.cmp(b)),
        (Value::Code(a), Value::Code(b)) => Some(a.cmp(b)),
        _ => left.as_number().zip(right.as_number()).map(|(a, b)| a.cmp(&b)),
    };
    match (op, order) {
        (CompareOp::Equal, Some(order)) => order.is_eq(),
        (CompareOp::NotEqual, Some(order)) => order.is_ne(),
        (CompareOp::Equal, None) => left == right,
        (CompareOp::NotEqual, None) => left != right,
        (CompareOp::Less, Some(order)) => order.is_lt(),
        (CompareOp::LessOrEqual, Some(order)) => order.is_le(),
        (CompareOp::Greater, Some(order)) => order.is_gt(),
        (CompareOp::GreaterOrEqual, Some(order)) => order.is_ge(),
        (_, None) => false,
    }
}
