//! The facts as of (D, K): `restrict` of plan-language §6.2, laid out for row-by-row reading.
//!
//! Of every form the versions known by K; withdrawn ones and unconfirmed 代记 drop out; then
//! records dated after D drop out, but for the registry (底册), which is cut by knowledge only.
//! The view also keeps the indexes that joins by equality use. It is built anew for each question;
//! what it owns (`Laid`) can be taken out and resumed later: over the same world with one more
//! version in it, which is how the live engine follows single changes, or for an earlier day, which
//! spares the fast engine laying out each day it is asked about.
//! Read next: `registry.rs`, `aggregate.rs`.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use facts::schema::registry;
use facts::{
    Day, Field, FieldId, FieldType, FormId, RecordRef, Shape, Span, UnknownYear, Value, Version,
    World,
};
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
    /// Position of each record's first standing version; [`NONE`] where nothing is shown.
    rows: Arc<Vec<Vec<u32>>>,
    /// First and last day of each record of a form with days: most questions are about these.
    spans: Arc<Vec<Vec<Span>>>,
    segments: Arc<FxHashMap<RecordRef, Vec<u32>>>,
    /// Forms whose records D cuts away when they are dated later.
    cut: Vec<bool>,
    /// Organisations, posts, leave.
    pub registry: Arc<Registry>,
    /// What it remembers while it answers.
    pub cache: Cache,
    /// Records by what one of their fields names.
    naming: RefCell<FxHashMap<(FormId, FieldId), Arc<Naming>>>,
    /// Units of merged forms.
    pub units: RefCell<FxHashMap<FormId, Arc<Units>>>,
    /// Since when a derived existence of a record is true, by the address of what derives it.
    pub since: RefCell<FxHashMap<(usize, RecordRef), Option<Day>>>,
    /// Whether a row that was just read refers to a record dated after itself.
    pub ahead: Cell<bool>,
    trouble: Cell<Option<UnknownYear>>,
}

/// What a view owns, to be resumed later.
#[derive(Clone, Debug, Default)]
pub struct Laid {
    rows: Arc<Vec<Vec<u32>>>,
    spans: Arc<Vec<Vec<Span>>>,
    segments: Arc<FxHashMap<RecordRef, Vec<u32>>>,
    registry: Arc<Registry>,
    naming: FxHashMap<(FormId, FieldId), Arc<Naming>>,
    units: FxHashMap<FormId, Arc<Units>>,
    trouble: Option<UnknownYear>,
}

impl Laid {
    /// What went wrong on the way, if anything.
    pub fn trouble(&self) -> Option<Trouble> {
        self.trouble.map(Trouble::UnknownYear)
    }

    /// The same for earlier days: what lies later is cut away again when it is read. A unit is made
    /// of a row and those before it, so that it stays what it was, unless a later record is among
    /// what its rows have in common. `None` when who stands where depends on the day.
    pub fn for_earlier(mut self, plan: &Plan) -> Option<Laid> {
        let held = [registry::ORG, registry::PERSON, registry::POST, registry::LEAVE];
        let mut forms = held.into_iter().filter_map(|name| plan.schema.form_named(name));
        let lasting = |form: FormId| {
            let dated = |field: &Field| match &field.ty {
                FieldType::Ref(forms) => forms.iter().any(|form| cuts(plan, *form)),
                ty => *ty == FieldType::AnyRef,
            };
            !cuts(plan, form) && !plan.schema.form(form).fields.iter().any(dated)
        };
        if !forms.all(lasting) {
            return None;
        }
        self.units.retain(|form, _| {
            let declared = plan.schema.form(*form);
            let same = declared.merged.iter().flat_map(|merge| &merge.same);
            let mut types = same.map(|field| &plan.schema.field(*form, *field).ty);
            types.all(|ty| match ty {
                FieldType::Ref(forms) => forms.iter().all(|form| !cuts(plan, *form)),
                ty => *ty != FieldType::AnyRef,
            })
        });
        Some(self)
    }
}

/// Nothing is shown of a record.
const NONE: u32 = u32::MAX;

/// The records of one form in order, by what a field of theirs names in any segment.
type Naming = FxHashMap<RecordRef, Vec<u32>>;

/// Rows of a merged form joined into units (§6.7).
#[derive(Debug)]
pub struct Units {
    /// Unit of each row, by record index.
    pub of_row: Vec<Option<u32>>,
    /// First day of each unit.
    pub first_day: Vec<Day>,
}

impl<'a> View<'a> {
    /// Cuts the world to the question's days.
    pub fn new(plan: &'a Plan, world: &'a World, question: &Question) -> View<'a> {
        let mut view = View::resume(plan, world, question.day, Laid::default());
        for (form, table) in (0u16..).map(FormId).zip(&world.tables) {
            let shown = table.records.iter().zip(0u32..).map(|(record, index)| {
                let mut versions = record.chosen(question.known);
                let first = versions.next();
                let shown = |at: &usize| visible(plan, form, &record.versions[*at], question.day);
                let Some(first) = first.filter(shown) else { return NONE };
                let rest: Vec<u32> = versions.map(|at| at as u32).collect();
                if !rest.is_empty() {
                    let all = std::iter::once(first as u32).chain(rest).collect();
                    Arc::make_mut(&mut view.segments).insert(RecordRef { form, index }, all);
                }
                first as u32
            });
            let shown = shown.collect();
            Arc::make_mut(&mut view.rows).push(shown);
            let dated = plan.schema.form(form).shape != Shape::Thing;
            let count = if dated { table.records.len() } else { 0 };
            let spans = (0..count as u32).map(|index| view.span_of(RecordRef { form, index }));
            let spans = spans.collect();
            Arc::make_mut(&mut view.spans).push(spans);
        }
        view.registry = Arc::new(Registry::of(&view));
        view
    }

    /// A view over what was laid out before, without looking at any record.
    pub fn resume(plan: &'a Plan, world: &'a World, day: Day, laid: Laid) -> View<'a> {
        View {
            plan,
            world,
            day,
            rows: laid.rows,
            spans: laid.spans,
            segments: laid.segments,
            cut: plan.schema.forms_with_ids().map(|(form, _)| cuts(plan, form)).collect(),
            registry: laid.registry,
            cache: Cache::default(),
            naming: RefCell::new(laid.naming),
            units: RefCell::new(laid.units),
            since: RefCell::default(),
            ahead: Cell::new(false),
            trouble: Cell::new(laid.trouble),
        }
    }

    /// What the view owns.
    pub fn rest(self) -> Laid {
        Laid {
            rows: self.rows,
            spans: self.spans,
            segments: self.segments,
            registry: self.registry,
            naming: self.naming.into_inner(),
            units: self.units.into_inner(),
            trouble: self.trouble.get(),
        }
    }

    /// Whether the record is in restrict(F, D, K).
    pub fn is_visible(&self, record: RecordRef) -> bool {
        let form = record.form.0 as usize;
        let rows = self.rows.get(form).and_then(|rows| rows.get(record.index as usize));
        let spans = self.spans.get(form).and_then(|spans| spans.get(record.index as usize));
        let later =
            |span: &Span| span.first > self.day && self.cut.get(form).copied().unwrap_or_default();
        rows.is_some_and(|row| *row != NONE) && !spans.is_some_and(later)
    }

    /// The record's row; of a form in segments the first.
    pub fn row(&self, record: RecordRef) -> Option<&'a Version> {
        self.is_visible(record).then(|| self.laid_row(record)).flatten()
    }

    /// The record's row, on whatever day.
    fn laid_row(&self, record: RecordRef) -> Option<&'a Version> {
        let at = *self.rows.get(record.form.0 as usize)?.get(record.index as usize)?;
        self.version(record, at)
    }

    /// A version of the record by its position.
    pub fn version(&self, record: RecordRef, at: u32) -> Option<&'a Version> {
        let table = self.world.tables.get(record.form.0 as usize)?;
        table.records.get(record.index as usize)?.versions.get(at as usize)
    }

    /// All segments of the record, in order of their first days.
    pub fn segments(&self, record: RecordRef) -> Vec<&'a Version> {
        match self.segments.get(&record).filter(|_| self.is_visible(record)) {
            Some(all) => all.iter().filter_map(|at| self.version(record, *at)).collect(),
            None => self.row(record).into_iter().collect(),
        }
    }

    /// The row that holds on a day: the last segment begun by then, else the first.
    pub fn row_on(&self, record: RecordRef, day: Day) -> Option<&'a Version> {
        match self.segments.get(&record).filter(|_| self.is_visible(record)) {
            None => self.row(record),
            Some(all) => {
                let mut rows = all.iter().rev().filter_map(|at| self.version(record, *at));
                let begun = rows.find(|v| v.segment.is_none_or(|from| from <= day));
                begun.or_else(|| self.version(record, *all.first()?))
            }
        }
    }

    /// All visible records of a form, in order of their index.
    pub fn records(&self, form: FormId) -> impl Iterator<Item = RecordRef> + '_ {
        let rows = self.rows.get(form.0 as usize).map_or(&[][..], Vec::as_slice);
        let shown = rows.iter().zip(0u32..).filter(|(row, _)| **row != NONE);
        shown.map(move |(_, index)| RecordRef { form, index }).filter(|row| self.is_visible(*row))
    }

    /// A field as stored; empty when the reference it holds is not visible.
    pub fn stored(&self, row: &Version, field: FieldId) -> Value {
        let value = row.values.get(field.0 as usize).cloned().unwrap_or_default();
        match value.as_ref() {
            Some(target) if !self.is_visible(target) => Value::Empty,
            _ => value,
        }
    }

    /// The visible record that a field as stored refers to.
    pub fn named_in(&self, row: &Version, field: FieldId) -> Option<RecordRef> {
        let named = row.values.get(field.0 as usize).and_then(Value::as_ref);
        named.filter(|target| self.is_visible(*target))
    }

    /// The records of a form that refer to a record by one of these fields, by day, then id.
    pub fn referring(&self, form: FormId, fields: &[FieldId], to: RecordRef) -> Vec<RecordRef> {
        let mut found: Vec<RecordRef> = Vec::new();
        for &field in fields {
            let mut named = Vec::new();
            self.naming(form, field, to, &mut named);
            named.retain(|&record| {
                let row = self.row(record);
                row.is_some_and(|row| self.stored(row, field).as_ref() == Some(to))
            });
            found.extend(named);
        }
        found.sort_by_key(|&record| (self.axis(record), self.world.id(record)));
        found.dedup();
        found
    }

    /// The records of a form that name a record in a field, as one of a list or in any segment,
    /// whether or not it is visible; in no order.
    pub fn naming(&self, form: FormId, field: FieldId, to: RecordRef, found: &mut Vec<RecordRef>) {
        if !self.naming.borrow().contains_key(&(form, field)) {
            let made = self.named(form, field);
            self.naming.borrow_mut().insert((form, field), Arc::new(made));
        }
        let indexes = self.naming.borrow();
        let rows = indexes.get(&(form, field)).and_then(|index| index.get(&to));
        found.extend(rows.into_iter().flatten().map(|&index| RecordRef { form, index }));
    }

    /// Each record of a form listed under what it names in a field, in no order. While a change is
    /// read, a row is listed under what it named and what it names.
    pub fn each_listed(
        &self,
        (form, field): (FormId, FieldId),
        to: RecordRef,
        mut body: impl FnMut(RecordRef),
    ) {
        if !self.naming.borrow().contains_key(&(form, field)) {
            self.naming(form, field, to, &mut Vec::new());
        }
        let indexes = self.naming.borrow();
        let rows = indexes.get(&(form, field)).and_then(|index| index.get(&to));
        let rows = rows.into_iter().flatten().map(|&index| RecordRef { form, index });
        rows.for_each(&mut body);
    }

    /// All that the records of a form name in a field, in no order.
    pub fn all_named(&self, form: FormId, field: FieldId) -> Vec<RecordRef> {
        let nobody = RecordRef { form, index: u32::MAX };
        self.naming(form, field, nobody, &mut Vec::new());
        let indexes = self.naming.borrow();
        let index = indexes.get(&(form, field));
        index.map_or_else(Vec::new, |index| index.keys().copied().collect())
    }

    fn named(&self, form: FormId, field: FieldId) -> Naming {
        let mut naming = Naming::default();
        for record in self.records(form) {
            for target in self.names(record, field) {
                naming.entry(target).or_default().push(record.index);
            }
        }
        naming
    }

    /// What a field of a record names in any segment, each once.
    pub fn names(&self, record: RecordRef, field: FieldId) -> Vec<RecordRef> {
        let mut names = Vec::new();
        let mut of_row = |row: &Version| {
            let value = row.values.get(field.0 as usize);
            let members = value.map_or(&[][..], Value::members).iter();
            names.extend(members.filter_map(Value::as_ref));
        };
        match self.segments.get(&record).filter(|_| self.is_visible(record)) {
            None => self.row(record).into_iter().for_each(&mut of_row),
            Some(all) => all.iter().filter_map(|at| self.version(record, *at)).for_each(of_row),
        }
        if names.len() > 1 {
            names.sort_unstable();
            names.dedup();
        }
        names
    }

    /// Room for a record that the world got after the view was laid out.
    pub fn make_room(&mut self, record: RecordRef) {
        let Some(rows) = Arc::make_mut(&mut self.rows).get_mut(record.form.0 as usize) else {
            return;
        };
        if rows.len() <= record.index as usize {
            rows.resize(record.index as usize + 1, NONE);
        }
        if self.plan.schema.form(record.form).shape != Shape::Thing
            && let Some(spans) = Arc::make_mut(&mut self.spans).get_mut(record.form.0 as usize)
            && spans.len() <= record.index as usize
        {
            spans.resize(record.index as usize + 1, Span { first: Day::MIN, last: Day::MAX });
        }
    }

    /// These versions of a record, unless D cuts them away.
    pub fn shown(&self, record: RecordRef, versions: Vec<u32>) -> Vec<u32> {
        let first = versions.first().and_then(|at| self.version(record, *at));
        match first.is_some_and(|row| visible(self.plan, record.form, row, self.day)) {
            true => versions,
            false => Vec::new(),
        }
    }

    /// Shows these versions of a record, one per segment. The registry is renewed by the caller.
    /// What depends on more than a field is forgotten and made again when it is needed.
    pub fn choose(&mut self, record: RecordRef, versions: &[u32]) {
        self.cache = Cache::default();
        self.units.get_mut().clear();
        self.since.get_mut().clear();
        let rows = Arc::make_mut(&mut self.rows).get_mut(record.form.0 as usize);
        if let Some(row) = rows.and_then(|rows| rows.get_mut(record.index as usize)) {
            *row = versions.first().copied().unwrap_or(NONE);
        }
        let span = self.span_of(record);
        let spans = Arc::make_mut(&mut self.spans).get_mut(record.form.0 as usize);
        if let Some(known) = spans.and_then(|spans| spans.get_mut(record.index as usize)) {
            *known = span;
        }
        if versions.len() > 1 {
            Arc::make_mut(&mut self.segments).insert(record, versions.to_vec());
        } else if !self.segments.is_empty() {
            Arc::make_mut(&mut self.segments).remove(&record);
        }
    }

    /// Lists a record under what these versions name.
    pub fn list(&mut self, record: RecordRef, versions: &[u32]) {
        let mut indexes = std::mem::take(self.naming.get_mut());
        for ((_, field), index) in indexes.iter_mut().filter(|((form, _), _)| *form == record.form)
        {
            for target in self.named_by(record, *field, versions) {
                let rows = Arc::make_mut(index).entry(target).or_default();
                if let Err(at) = rows.binary_search(&record.index) {
                    rows.insert(at, record.index);
                }
            }
        }
        *self.naming.get_mut() = indexes;
    }

    /// Unlists a record where only these versions named something, and not those shown.
    pub fn unlist(&mut self, record: RecordRef, versions: &[u32]) {
        let mut indexes = std::mem::take(self.naming.get_mut());
        for ((_, field), index) in indexes.iter_mut().filter(|((form, _), _)| *form == record.form)
        {
            let still = self.names(record, *field);
            for target in self.named_by(record, *field, versions) {
                let rows = Arc::make_mut(index).get_mut(&target);
                let Some(rows) = rows.filter(|_| !still.contains(&target)) else { continue };
                if let Ok(at) = rows.binary_search(&record.index) {
                    rows.remove(at);
                }
            }
        }
        *self.naming.get_mut() = indexes;
    }

    fn named_by(&self, record: RecordRef, field: FieldId, versions: &[u32]) -> Vec<RecordRef> {
        let rows = versions.iter().filter_map(|at| self.version(record, *at));
        let values = rows.filter_map(|row| row.values.get(field.0 as usize));
        values.flat_map(|value| value.members().iter().filter_map(Value::as_ref)).collect()
    }

    /// First and last day of a visible record that has days; an empty one is the first or last of
    /// all.
    pub fn span_shown(&self, record: RecordRef) -> Option<(Day, Day)> {
        let span = self.spans.get(record.form.0 as usize)?.get(record.index as usize)?;
        self.is_visible(record).then_some((span.first, span.last))
    }

    /// The day by which the record counts; `None` for things.
    pub fn axis(&self, record: RecordRef) -> Option<Day> {
        let span = self.spans.get(record.form.0 as usize)?.get(record.index as usize)?;
        self.is_visible(record).then_some(span.first)
    }

    /// The last day of an interval or event; `Day::MAX` when open.
    pub fn end(&self, record: RecordRef) -> Day {
        let spans = self.spans.get(record.form.0 as usize);
        match spans.and_then(|spans| spans.get(record.index as usize)) {
            Some(span) if self.is_visible(record) => span.last,
            Some(_) => Day::MAX,
            None => self.span_of(record).last,
        }
    }

    /// The days of a record as its row has them: `Day::MIN` and `Day::MAX` where it has none.
    fn span_of(&self, record: RecordRef) -> Span {
        let form = self.plan.schema.form(record.form);
        let row = self.laid_row(record);
        let day = |field: Option<FieldId>| row?.values.get(field?.0 as usize)?.as_day();
        let (first, last) = (day(form.axis), day(form.end));
        Span { first: first.unwrap_or(Day::MIN), last: last.unwrap_or(Day::MAX) }
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

/// Whether D cuts away the later records of a form: not those of things and of the registry.
fn cuts(plan: &Plan, form: FormId) -> bool {
    let form = plan.schema.form(form);
    !form.registry && form.shape != Shape::Thing
}

/// Whether a version stays when D cuts.
fn visible(plan: &Plan, form: FormId, version: &Version, day: Day) -> bool {
    if !cuts(plan, form) {
        return true;
    }
    let axis = plan
        .schema
        .form(form)
        .axis
        .and_then(|field| version.values.get(field.0 as usize)?.as_day());
    axis.is_none_or(|axis| axis <= day)
}
