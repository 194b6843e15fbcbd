//! Building a world from rows.
//!
//! Rows arrive as text by table ([`WorldBuilder::table`]) or typed ([`WorldBuilder::add`]), in any
//! order of tables. Ids get their dense index on first sight, so references may point forward and
//! across files; what they point to is decided at the end, when every row has been seen.
//! It reads no files and knows no CSV: cells are handed in.
//! Read next: `writer.rs` (a row), `resolve.rs` (references), `versions.rs` (amendments).

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::ids::{Ids, Key, key};
use super::{RowCheck, TableWriter, Version, World, cell, columns};
use crate::calendar::Calendar;
use crate::day::Day;
use crate::particulars::Particulars;
use crate::row_error::{RowError, Trouble, code};
use crate::schema::{FieldId, FormId, ID, Privacy, RECORDED_AT, Schema};
use crate::value::{RecordRef, Value};

/// Errors listed per file; a file in the wrong shape would otherwise fill the memory with them.
pub const ERRORS_MAX: usize = 100_000;

/// Collects rows; [`WorldBuilder::finish`] makes the world of them.
pub struct WorldBuilder {
    pub(super) schema: Arc<Schema>,
    pub(super) calendar: Calendar,
    pub(super) files: Vec<File>,
    pub(super) tables: Vec<Rows>,
    pub(super) pending: Vec<Pending>,
    pub(super) errors: Vec<(u32, RowError)>,
    pub(super) keep_particulars: bool,
    pub(super) sealed: Vec<Sealed>,
    texts: FxHashSet<Arc<str>>,
    /// What each column of the table at hand referred to last.
    recent: Vec<Option<(Key, u32)>>,
}

/// A source of rows.
pub(super) struct File {
    pub name: Arc<str>,
    pub errors: usize,
}

/// The rows of one form so far.
#[derive(Default)]
pub(super) struct Rows {
    pub ids: Vec<Arc<str>>,
    pub by_id: Ids,
    pub rows: Vec<Row>,
    /// Records of which a row was left out because of its own cells.
    pub left_out: FxHashSet<u32>,
}

/// One row that was read.
pub(super) struct Row {
    pub record: u32,
    pub file: u32,
    pub line: u64,
    /// Whether it is still to be part of the world.
    pub alive: bool,
    pub version: Version,
}

/// A cell that refers to one of several forms, to be looked up when all ids are known.
pub(super) struct Pending {
    pub form: FormId,
    pub row: u32,
    pub field: FieldId,
    pub cell: Box<str>,
}

/// A sealed text of a row.
pub(super) struct Sealed {
    pub form: FormId,
    pub row: u32,
    pub field: FieldId,
    pub text: Arc<str>,
}

impl WorldBuilder {
    /// An empty world to be filled.
    pub fn new(schema: Arc<Schema>, calendar: Calendar) -> WorldBuilder {
        let tables = schema.forms.iter().map(|_| Rows::default()).collect();
        WorldBuilder {
            schema,
            calendar,
            // Typed rows come from here.
            files: vec![File { name: "（内存）".into(), errors: 0 }],
            tables,
            pending: Vec::new(),
            errors: Vec::new(),
            keep_particulars: false,
            sealed: Vec::new(),
            texts: FxHashSet::default(),
            recent: Vec::new(),
        }
    }

    /// Whether sealed (🔒) texts are kept for [`Particulars`]; by default they are dropped.
    pub fn keep_particulars(mut self, keep: bool) -> WorldBuilder {
        self.keep_particulars = keep;
        self
    }

    /// Begins the rows of a file; an unusable head is refused with all that is wrong in it.
    pub fn table(
        &mut self,
        file: &str,
        form: FormId,
        head: &[&str],
    ) -> Result<TableWriter<'_>, Vec<RowError>> {
        let name: Arc<str> = file.into();
        let columns = columns::read(self.schema.form(form), head).map_err(|troubles| {
            let at = |(field, trouble): (String, Trouble)| trouble.at(&name, 1, &field);
            troubles.into_iter().map(at).collect::<Vec<_>>()
        })?;
        self.files.push(File { name, errors: 0 });
        self.recent = vec![None; self.schema.form(form).fields.len()];
        Ok(TableWriter::new(self, form, columns))
    }

    /// The reference to a record by id, whether or not a row of it has been seen.
    pub fn reserve(&mut self, form: FormId, id: &str) -> RecordRef {
        RecordRef { form, index: self.tables[form.0 as usize].intern(id) }
    }

    /// Like [`WorldBuilder::reserve`] for a cell of a column: neighbouring rows mostly refer to the
    /// same record, and comparing with the last one is much faster than looking up.
    pub(super) fn reserve_in(
        &mut self,
        column: FieldId,
        form: FormId,
        id: &str,
    ) -> Result<RecordRef, Trouble> {
        let this = key(id);
        let recent = &mut self.recent[column.0 as usize];
        if let Some((last, index)) = *recent
            && this == Some(last)
        {
            return Ok(RecordRef { form, index });
        }
        cell::check_id(id)?;
        let index = self.tables[form.0 as usize].intern(id);
        *recent = this.map(|this| (this, index));
        Ok(RecordRef { form, index })
    }

    /// Adds a typed row. Values of sealed, derived and built-in fields are left out; the id and,
    /// when `known` is given, 记录日 are filled in. Checks that need other rows come at the end.
    pub fn add(
        &mut self,
        form: FormId,
        id: &str,
        values: Vec<(FieldId, Value)>,
        known: Option<Day>,
        withdrawn: bool,
    ) -> RecordRef {
        let schema = Arc::clone(&self.schema);
        let record = self.reserve(form, id);
        let mut row = vec![Value::Empty; schema.form(form).fields.len()];
        for (field, value) in values {
            let declared = schema.field(form, field);
            let kept = declared.privacy != Privacy::Sealed && !declared.derived;
            if kept && !declared.builtin {
                row[field.0 as usize] = value;
            }
        }
        row[ID.0 as usize] = Value::Text(self.id_of(record));
        if let Some(day) = known {
            row[RECORDED_AT.0 as usize] = Value::Day(day);
        }
        let line = self.tables[form.0 as usize].rows.len() as u64 + 1;
        self.push(record, 0, line, withdrawn, row.into());
        record
    }

    /// The id a reference was made from.
    pub(super) fn id_of(&self, record: RecordRef) -> Arc<str> {
        Arc::clone(&self.tables[record.form.0 as usize].ids[record.index as usize])
    }

    /// Takes a row whose cells are in order; segment and known day are those of its values.
    pub(super) fn push(
        &mut self,
        record: RecordRef,
        file: u32,
        line: u64,
        withdrawn: bool,
        values: Box<[Value]>,
    ) {
        let versioned = self.schema.form(record.form).versioned;
        let day = |field: FieldId| values.get(field.0 as usize).and_then(Value::as_day);
        let version = Version {
            segment: versioned.map(|field| day(field).unwrap_or(Day::MIN)),
            known: day(RECORDED_AT),
            withdrawn,
            values,
        };
        let row = Row { record: record.index, file, line, alive: true, version };
        self.tables[record.form.0 as usize].rows.push(row);
    }

    /// One shared copy of a text that may repeat.
    pub(super) fn shared(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.texts.get(text) {
            return Arc::clone(known);
        }
        let new: Arc<str> = text.into();
        self.texts.insert(Arc::clone(&new));
        new
    }

    /// Notes an error; beyond [`ERRORS_MAX`] of one file they are only counted.
    pub(super) fn refuse(&mut self, file: u32, line: u64, field: &str, trouble: Trouble) {
        let source = &mut self.files[file as usize];
        source.errors += 1;
        if source.errors <= ERRORS_MAX {
            self.errors.push((file, trouble.at(&source.name, line, field)));
        }
    }

    /// Resolves references and versions. What is wrong is left out and listed, by file and line.
    pub fn finish(self) -> (World, Particulars, Vec<RowError>) {
        self.finish_checked(&|_, _| None)
    }

    /// Like [`WorldBuilder::finish`], and leaves out every row that a condition is broken by.
    pub fn finish_checked(mut self, check: &RowCheck<'_>) -> (World, Particulars, Vec<RowError>) {
        self.resolve_references(check);
        let orders: Vec<Vec<u32>> =
            (0..self.tables.len()).map(|form| self.order_versions(FormId(form as u16))).collect();
        let particulars = self.particulars(&orders);
        let errors = self.listed_errors();
        let tables = self.tables.into_iter().zip(orders);
        let tables = tables.map(|(rows, order)| rows.into_table(&order)).collect();
        (World { schema: self.schema, calendar: self.calendar, tables }, particulars, errors)
    }

    fn listed_errors(&mut self) -> Vec<RowError> {
        for (number, file) in self.files.iter().enumerate() {
            if let Some(more) = file.errors.checked_sub(ERRORS_MAX).filter(|more| *more > 0) {
                let message = format!("还有 {more} 处错误没有列出");
                let trouble = Trouble::new(code::MANY, message, "请先改前面列出的，再读一次");
                self.errors.push((number as u32, trouble.at(&file.name, 0, "")));
            }
        }
        self.errors.sort_by_key(|(file, error)| (*file, error.code == code::MANY, error.line));
        std::mem::take(&mut self.errors).into_iter().map(|(_, error)| error).collect()
    }
}

impl Rows {
    /// Index of an id, given on first sight.
    pub fn intern(&mut self, id: &str) -> u32 {
        let next = self.ids.len() as u32;
        self.by_id.get_or_insert(id, next).unwrap_or_else(|new| {
            self.ids.push(new);
            next
        })
    }
}
