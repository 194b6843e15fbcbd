//! Built-in functions of the language (§3, built-ins).
//!
//! Jurisdiction goes by the organisation tree of the day, never by division codes (§6.3).
//! Read next: `registry.rs`.

use facts::{Day, Number, RecordRef, Span, Value};
use plan::expr::{Builtin, Expr};

use crate::element::Frame;
use crate::view::View;

impl View<'_> {
    /// A function's value.
    pub fn call(&self, builtin: Builtin, arguments: &[Expr], frame: &mut Frame) -> Value {
        if builtin == Builtin::AreaOrg {
            return self.area_org(arguments, frame);
        }
        if builtin == Builtin::Size {
            return self.size(arguments, frame);
        }
        let values: Vec<Value> = arguments.iter().map(|a| self.value(a, frame)).collect();
        let first = values.first().cloned().unwrap_or_default();
        let second = values.get(1).cloned().unwrap_or_default();
        match builtin {
            Builtin::OnDuty => match (first.as_ref(), &second) {
                (Some(person), Value::Span(span)) => self.on_duty(person, *span),
                _ => Value::Empty,
            },
            Builtin::Workdays => match first {
                Value::Span(span) => whole(self.workday(self.world.calendar.workdays_in(span), 0)),
                _ => Value::Empty,
            },
            Builtin::Age => self.age(first.as_ref(), second.as_day()),
            Builtin::Within => {
                let org = first.as_ref().and_then(|x| self.registry.org_of(self, x, frame.day));
                let pair = org.zip(second.as_ref());
                let inside = |(org, top)| self.registry.within(self, org, top, frame.day);
                Value::Bool(pair.is_some_and(inside))
            }
            Builtin::Superior => {
                let parent = first.as_ref().and_then(|x| self.registry.parent(self, x, frame.day));
                parent.map_or(Value::Empty, Value::Ref)
            }
            Builtin::Lesser => numbers(&values).min().map_or(Value::Empty, Value::Number),
            Builtin::Greater => numbers(&values).max().map_or(Value::Empty, Value::Number),
            Builtin::AreaOrg | Builtin::Size => Value::Empty,
        }
    }

    /// Workdays of the period on which the person holds a post and is not on leave.
    fn on_duty(&self, person: RecordRef, span: Span) -> Value {
        let on_duty = |day: &Day| {
            let works = self.workday(self.world.calendar.is_workday(*day), false);
            works
                && self.registry.post_on(person, *day).is_some()
                && !self.registry.on_leave(person, *day)
        };
        whole(span.days().filter(on_duty).count() as i64)
    }

    /// Full years between the month of birth, counted from its first day, and a day.
    fn age(&self, resident: Option<RecordRef>, day: Option<Day>) -> Value {
        let birth = self.registry.known.birth;
        let row = resident.and_then(|r| self.row(r));
        let month = row.zip(birth).map(|(row, field)| self.stored(row, field));
        match (month, day) {
            (Some(Value::Month(month)), Some(day)) => {
                whole(i64::from((day.month().0 - month.0).div_euclid(12)))
            }
            _ => Value::Empty,
        }
    }

    /// The lowest organisation of the set that holds x.
    fn area_org(&self, arguments: &[Expr], frame: &mut Frame) -> Value {
        let [thing, set] = arguments else { return Value::Empty };
        let thing = self.value(thing, frame).as_ref();
        let org = thing.and_then(|x| self.registry.org_of(self, x, frame.day));
        let Some(org) = org else { return Value::Empty };
        let day = frame.day;
        let mut above = self.registry.upwards(self, org, day);
        let found = above.find(|&o| self.member(set, o, day, frame).is_some());
        found.map_or(Value::Empty, Value::Ref)
    }

    /// Members of a set on the day, or of a list field.
    fn size(&self, arguments: &[Expr], frame: &mut Frame) -> Value {
        let Some(argument) = arguments.first() else { return Value::Empty };
        if matches!(argument.ty, plan::expr::Type::Set(_)) {
            return whole(self.members(argument, frame).len() as i64);
        }
        whole(self.value(argument, frame).members().len() as i64)
    }
}

fn whole(value: i64) -> Value {
    Value::Number(Number::whole(value))
}

fn numbers(values: &[Value]) -> impl Iterator<Item = Number> + '_ {
    values.iter().filter_map(Value::as_number)
}
