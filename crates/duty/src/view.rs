//! The facts as of (D, K): `restrict` of plan-language §6.2, laid out for row-by-row reading.
//!
//! Of every form the versions known by K; withdrawn ones and unconfirmed 代记 drop out; then
//! records dated after D drop out, but for the registry (底册), which is cut by knowledge only.
//! The view also keeps the indexes that joins by equality use. It is built anew for each question.
//! Read next: `registry.rs`, `aggregate.rs`.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use facts::{Day, FieldId, FormId, RecordRef, Shape, UnknownYear, Value, Version, World};
use plan::plan::Plan;
use rustc_hash::FxHashMap;

use crate::cache::Cache;
use crate::registry::Registry;
use crate::verdict::{Question, Trouble};

/// Facts cut to a day and a day of knowledge.
pub struct View<'a> {
    /// The plan whose forms they are.
    pub plan: &'a Plan,
    /// All facts.
    pub world: &'a World,
    /// D.
    pub day: Day,
    rows: Vec<Vec<Option<&'a Version>>>,
    segments: FxHashMap<RecordRef, Vec<&'a Version>>,
    /// Organisations, posts, leave.
    pub registry: Registry,
    /// What it remembers while it answers.
    pub cache: Cache,
    /// Records by what one of their fields refers to.
    referring: RefCell<FxHashMap<(FormId, FieldId), Rc<Referring>>>,
    /// Units of merged forms.
    pub units: RefCell<FxHashMap<FormId, Rc<Units>>>,
    trouble: Cell<Option<UnknownYear>>,
}

/// Records of one form by what a field of theirs refers to.
type Referring = FxHashMap<RecordRef, Vec<RecordRef>>;

/// Rows of a merged form joined into units (§6.7).
pub struct Units {
    /// Unit of each row, by record index.
    pub of_row: Vec<Option<u32>>,
    /// First day of each unit.
    pub first_day: Vec<Day>,
}

impl<'a> View<'a> {
    /// Cuts the world to the question's days.
    pub fn new(plan: &'a Plan, world: &'a World, question: &Question) -> View<'a> {
        let mut rows = Vec::with_capacity(world.tables.len());
        let mut segments = FxHashMap::default();
        for (form, table) in (0u16..).map(FormId).zip(&world.tables) {
            let shown = table.records.iter().zip(0u32..).map(|(record, index)| {
                let mut versions = record.known_at(question.known);
                let first = versions.next().filter(|v| visible(plan, form, v, question.day))?;
                let rest: Vec<&Version> = versions.collect();
                if !rest.is_empty() {
                    let all = std::iter::once(first).chain(rest).collect();
                    segments.insert(RecordRef { form, index }, all);
                }
                Some(first)
            });
            rows.push(shown.collect());
        }
        let mut view = View {
            plan,
            world,
            day: question.day,
            rows,
            segments,
            registry: Registry::default(),
            cache: Cache::default(),
            referring: RefCell::default(),
            units: RefCell::default(),
            trouble: Cell::new(None),
        };
        view.registry = Registry::of(&view);
        view
    }

    /// Whether the record is in restrict(F, D, K).
    pub fn is_visible(&self, record: RecordRef) -> bool {
        self.row(record).is_some()
    }

    /// The record's row; of a form in segments the first.
    pub fn row(&self, record: RecordRef) -> Option<&'a Version> {
        *self.rows.get(record.form.0 as usize)?.get(record.index as usize)?
    }

    /// All segments of the record, in order of their first days.
    pub fn segments(&self, record: RecordRef) -> Vec<&'a Version> {
        match self.segments.get(&record) {
            Some(all) => all.clone(),
            None => self.row(record).into_iter().collect(),
        }
    }

    /// The row that holds on a day: the last segment begun by then, else the first.
    pub fn row_on(&self, record: RecordRef, day: Day) -> Option<&'a Version> {
        match self.segments.get(&record) {
            None => self.row(record),
            Some(all) => {
                let begun = all.iter().rev().find(|v| v.segment.is_none_or(|from| from <= day));
                begun.or(all.first()).copied()
            }
        }
    }

    /// All visible records of a form, in order of their index.
    pub fn records(&self, form: FormId) -> impl Iterator<Item = RecordRef> + '_ {
        let rows = self.rows.get(form.0 as usize).map_or(&[][..], Vec::as_slice);
        let shown = rows.iter().zip(0u32..).filter(|(row, _)| row.is_some());
        shown.map(move |(_, index)| RecordRef { form, index })
    }

    /// A field as stored; empty when the reference it holds is not visible.
    pub fn stored(&self, row: &Version, field: FieldId) -> Value {
        let value = row.values.get(field.0 as usize).cloned().unwrap_or_default();
        match value.as_ref() {
            Some(target) if !self.is_visible(target) => Value::Empty,
            _ => value,
        }
    }

    /// The records of a form that refer to a record by one of these fields, by day, then id.
    pub fn referring(&self, form: FormId, fields: &[FieldId], to: RecordRef) -> Vec<RecordRef> {
        let mut found: Vec<RecordRef> = Vec::new();
        for &field in fields {
            let known = self.referring.borrow().get(&(form, field)).cloned();
            let index = known.unwrap_or_else(|| {
                let made = Rc::new(self.refer(form, field));
                self.referring.borrow_mut().insert((form, field), Rc::clone(&made));
                made
            });
            found.extend(index.get(&to).into_iter().flatten());
        }
        found.sort_by_key(|&record| (self.axis(record), self.world.id(record)));
        found.dedup();
        found
    }

    fn refer(&self, form: FormId, field: FieldId) -> Referring {
        let mut index = Referring::default();
        for record in self.records(form) {
            let target = self.row(record).and_then(|row| self.stored(row, field).as_ref());
            if let Some(target) = target {
                index.entry(target).or_default().push(record);
            }
        }
        index
    }

    /// The day by which the record counts; `None` for things.
    pub fn axis(&self, record: RecordRef) -> Option<Day> {
        let form = self.plan.schema.form(record.form);
        if form.shape == Shape::Thing {
            return None;
        }
        let row = self.row(record)?;
        let day = form.axis.and_then(|field| row.values.get(field.0 as usize)?.as_day());
        Some(day.unwrap_or(Day::MIN))
    }

    /// The last day of an interval or event; `Day::MAX` when open.
    pub fn end(&self, record: RecordRef) -> Day {
        let form = self.plan.schema.form(record.form);
        let field = form.end;
        let value = field.and_then(|f| self.row(record)?.values.get(f.0 as usize)?.as_day());
        value.unwrap_or(Day::MAX)
    }

    /// Remembers that a year without workdays was needed; the whole answer is then refused.
    pub fn workday<T>(&self, result: Result<T, UnknownYear>, otherwise: T) -> T {
        result.unwrap_or_else(|unknown| {
            self.trouble.set(Some(unknown));
            otherwise
        })
    }

    /// What went wrong on the way, if anything.
    pub fn trouble(&self) -> Option<Trouble> {
        self.trouble.get().map(Trouble::UnknownYear)
    }
}

/// Whether a version is cut away by D.
fn visible(plan: &Plan, form: FormId, version: &Version, day: Day) -> bool {
    let form = plan.schema.form(form);
    if form.registry || form.shape == Shape::Thing {
        return true;
    }
    let axis = form.axis.and_then(|field| version.values.get(field.0 as usize)?.as_day());
    axis.is_none_or(|axis| axis <= day)
}
