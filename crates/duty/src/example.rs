//! 例: each worked example in a world of its own, judged, and held against what it expects (§11).
//!
//! The world of every example: 例市, which issues, above 例县, 例乡, 例村 and 例村二; 某人, who
//! holds no post; persons with the posts given; the records given, each known on its own day
//! unless it says otherwise. Fields that nothing reads may be left out.
//! It corrects nothing: what differs is told with what was found instead.
//! Read next: `evaluate.rs`.

use std::sync::Arc;

use facts::schema::{RECORDED_AT, registry as forms};
use facts::{Calendar, Day, FieldId, FieldType, FormId, RecordRef, Value, World, WorldBuilder};
use plan::expr::CompareOp;
use plan::plan::{Example, Expect, GivenPost, GivenRecord, GivenValue, Plan, Status};
use plan::source::Place;
use rustc_hash::FxHashMap;

use crate::evaluate::evaluate_clause;
use crate::value::compare;
use crate::verdict::{Obligation, Question, Trouble};

/// Organisations of every example: name, alias of the level, name of the one above.
const ORGS: [(&str, &str, Option<&str>); 5] = [
    ("例市", "city", None),
    ("例县", "county", Some("例市")),
    ("例乡", "township", Some("例县")),
    ("例村", "village", Some("例乡")),
    ("例村二", "village", Some("例乡")),
];
/// The person without a post.
const SOMEBODY: &str = "某人";
/// Since when a post is held, unless the example says (§11).
const POST_SINCE: (i32, u32, u32) = (2000, 1, 1);

/// What is wrong with an example.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// A name that the example's world does not hold.
    UnknownName(String),
    /// A name of something the field cannot refer to.
    WrongKind(String),
    /// Nothing of this kind is owed by this subject in this period.
    NothingOwed,
    /// Several periods fit; the example must say which.
    SeveralPeriods,
    /// Judged otherwise: the status and the value found.
    Otherwise(Status, Vec<Value>),
    /// It could not be judged.
    NotJudged(Trouble),
}

/// A fault of an example with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct ExampleFault {
    /// Index into `Plan::examples`.
    pub example: usize,
    /// The 设 or 则 concerned.
    pub place: Place,
    /// What is wrong.
    pub fault: Fault,
}

/// Runs every example of a plan; nothing is returned when all hold.
pub fn examples(plan: &Plan, calendar: &Calendar) -> Vec<ExampleFault> {
    let all = plan.examples.iter().enumerate();
    all.flat_map(|(index, example)| {
        let found = run(plan, example, calendar);
        found.into_iter().map(move |(place, fault)| ExampleFault { example: index, place, fault })
    })
    .collect()
}

fn run(plan: &Plan, example: &Example, calendar: &Calendar) -> Vec<(Place, Fault)> {
    let mut stage = Stage::new(plan, calendar.clone());
    stage.posts(&example.posts);
    stage.records(&example.records);
    let Stage { builder, names, mut faults, .. } = stage;
    let (world, _, _) = builder.finish();
    for expect in &example.expects {
        let judged = check(plan, &world, &names, expect);
        faults.extend(judged.err().map(|fault| (expect.place, fault)));
    }
    faults
}

/// The world of an example while it is being set up.
struct Stage<'p> {
    plan: &'p Plan,
    builder: WorldBuilder,
    names: FxHashMap<String, RecordRef>,
    faults: Vec<(Place, Fault)>,
}

impl Stage<'_> {
    fn new(plan: &Plan, calendar: Calendar) -> Stage<'_> {
        let builder = WorldBuilder::new(Arc::new(plan.schema.clone()), calendar);
        let mut stage = Stage { plan, builder, names: FxHashMap::default(), faults: Vec::new() };
        for (name, level, parent) in ORGS {
            stage.org(name, level, parent);
        }
        stage.person(SOMEBODY);
        stage
    }

    fn form(&self, alias: &str) -> Option<FormId> {
        self.plan.schema.form_named(alias)
    }

    fn field(&self, form: FormId, alias: &str) -> Option<FieldId> {
        self.plan.schema.form(form).field_named(alias)
    }

    fn org(&mut self, name: &str, level: &str, parent: Option<&str>) {
        let Some(form) = self.form(forms::ORG) else { return };
        let issuer = self.plan.issuer.as_ref().filter(|_| parent.is_none());
        let id = issuer.map_or(name, |(id, _)| id.as_str()).to_owned();
        let mut values = Vec::new();
        if let Some(field) = self.field(form, "level") {
            values.extend(self.code(form, field, level).map(|code| (field, code)));
        }
        let above = parent.and_then(|parent| self.names.get(parent).copied());
        if let Some((field, above)) = self.field(form, "parent").zip(above) {
            values.push((field, Value::Ref(above)));
        }
        let record = self.builder.add(form, &id, values, None, false);
        self.names.insert(name.to_owned(), record);
    }

    fn code(&self, form: FormId, field: FieldId, alias: &str) -> Option<Value> {
        let FieldType::Code(list) = self.plan.schema.field(form, field).ty else { return None };
        self.plan.schema.code_list(list).code_named(alias).map(Value::Code)
    }

    fn person(&mut self, name: &str) -> Option<RecordRef> {
        if let Some(known) = self.names.get(name) {
            return Some(*known);
        }
        let form = self.form(forms::PERSON)?;
        let record = self.builder.add(form, name, Vec::new(), None, false);
        self.names.insert(name.to_owned(), record);
        Some(record)
    }

    fn posts(&mut self, posts: &[GivenPost]) {
        for (index, post) in posts.iter().enumerate() {
            let Some(form) = self.form(forms::POST) else { return };
            let Some(person) = self.person(&post.person) else { return };
            let Some(org) = self.names.get(&post.org).copied() else {
                self.faults.push((post.place, Fault::UnknownName(post.org.clone())));
                continue;
            };
            let (year, month, day) = POST_SINCE;
            let from = post.from.or(Day::from_ymd(year, month, day)).unwrap_or(Day::MIN);
            let given = [
                ("person", Some(Value::Ref(person))),
                ("org", Some(Value::Ref(org))),
                ("group", Some(Value::Code(post.group))),
                ("from", Some(Value::Day(from))),
                ("to", post.to.map(Value::Day)),
            ];
            let values = given
                .into_iter()
                .filter_map(|(alias, value)| Some((self.field(form, alias)?, value?)));
            let values = values.collect();
            self.builder.add(form, &format!("任职{}", index + 1), values, None, false);
        }
    }

    fn records(&mut self, records: &[GivenRecord]) {
        // Names first: a record may refer to one that is given after it.
        for (index, record) in records.iter().enumerate() {
            let id = record_id(record, index);
            let reference = self.builder.reserve(record.form, &id);
            if record.name.is_some() {
                self.names.insert(id, reference);
            }
        }
        for (index, record) in records.iter().enumerate() {
            self.record(record, &record_id(record, index));
        }
    }

    fn record(&mut self, record: &GivenRecord, id: &str) {
        let mut values = Vec::new();
        for (field, given) in &record.values {
            let ty = self.plan.schema.field(record.form, *field).ty.clone();
            match self.value(&ty, given) {
                Ok(value) => values.push((*field, value)),
                Err(fault) => self.faults.push((record.place, fault)),
            }
        }
        let axis = self.plan.schema.form(record.form).axis;
        let own_day = values.iter().find(|(field, _)| Some(*field) == axis);
        let own_day = own_day.and_then(|(_, value)| value.as_day());
        let says = values.iter().any(|(field, _)| *field == RECORDED_AT);
        let known = if says { None } else { own_day };
        self.builder.add(record.form, id, values, known, false);
    }

    fn value(&self, ty: &FieldType, given: &GivenValue) -> Result<Value, Fault> {
        match given {
            GivenValue::Plain(value) => Ok(value.clone()),
            GivenValue::Name(name) => {
                let known = self.names.get(name).copied();
                let record = known.ok_or_else(|| Fault::UnknownName(name.clone()))?;
                let fits = match ty {
                    FieldType::Ref(forms) => forms.contains(&record.form),
                    _ => true,
                };
                fits.then_some(Value::Ref(record)).ok_or_else(|| Fault::WrongKind(name.clone()))
            }
            GivenValue::List(items) => {
                let items: Result<Vec<Value>, Fault> =
                    items.iter().map(|item| self.value(ty, item)).collect();
                Ok(Value::List(items?.into()))
            }
        }
    }
}

/// A record's id: its name, else its place in the example.
fn record_id(record: &GivenRecord, index: usize) -> String {
    record.name.clone().unwrap_or_else(|| format!("第{}条", index + 1))
}

/// Judges one 则.
fn check(
    plan: &Plan,
    world: &World,
    names: &FxHashMap<String, RecordRef>,
    expect: &Expect,
) -> Result<(), Fault> {
    let subject = names.get(&expect.subject).copied();
    let subject = subject.ok_or_else(|| Fault::UnknownName(expect.subject.clone()))?;
    let readings = expect.reading.iter().map(|&(axis, option)| (expect.clause, axis, option));
    let question = Question { day: expect.day, known: expect.known, readings: readings.collect() };
    let verdicts =
        evaluate_clause(plan, world, &question, expect.clause).map_err(Fault::NotJudged)?;
    let rows = verdicts.obligations.iter().filter(|row| {
        row.subject == subject
            && row.step == expect.step
            && expect.period.is_none_or(|day| row.period.contains(day))
    });
    let rows: Vec<&Obligation> = rows.collect();
    let [row] = rows.as_slice() else {
        return Err(if rows.is_empty() { Fault::NothingOwed } else { Fault::SeveralPeriods });
    };
    let same_value = expect.value.as_ref().is_none_or(|wanted| has_value(&row.value, wanted));
    if row.status == expect.status && same_value {
        return Ok(());
    }
    Err(Fault::Otherwise(row.status, row.value.clone()))
}

/// Whether the value is the one wanted; of several 计 the first is meant.
fn has_value(value: &[Value], wanted: &Value) -> bool {
    value.first().is_some_and(|found| compare(CompareOp::Equal, found, wanted))
}
