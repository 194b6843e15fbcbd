//! Taking the rows of one table.
//!
//! A row with an error in any cell is not read at all; all its errors are listed. Its id is kept in
//! mind, so that a row that refers to it can be told why its reference finds nothing.
//! References are checked at the end, not here.
//! Read next: `cell.rs` for the rule of each type.

use std::sync::Arc;

use super::build::{Pending, Sealed, WorldBuilder};
use super::cell::{self, Content};
use super::column_reader::ColumnReader;
use super::columns::{Column, WITHDRAWN};
use crate::row_error::{Trouble, code};
use crate::schema::{Field, FieldId, FormId, ID, Privacy, Schema};
use crate::value::{RecordRef, Value};

/// Rows of one file on their way into the world.
pub struct TableWriter<'b> {
    builder: &'b mut WorldBuilder,
    schema: Arc<Schema>,
    form: FormId,
    file: u32,
    columns: Vec<ColumnReader>,
    draft: Draft,
}

/// The row at hand; its room is used again for the next one.
#[derive(Default)]
struct Draft {
    /// Its record, once the id is read.
    record: Option<RecordRef>,
    /// By [`FieldId`], all of them.
    values: Vec<Value>,
    withdrawn: bool,
    troubles: Vec<(FieldId, Trouble)>,
    later: Vec<(FieldId, Box<str>)>,
    sealed: Vec<(FieldId, Arc<str>)>,
}

impl<'b> TableWriter<'b> {
    pub(super) fn new(
        builder: &'b mut WorldBuilder,
        id: FormId,
        columns: Vec<Column>,
    ) -> TableWriter<'b> {
        let schema = Arc::clone(&builder.schema);
        let form = schema.form(id);
        let reader = |column| ColumnReader::new(&schema, form, column);
        let values = vec![Value::Empty; form.fields.len()];
        TableWriter {
            columns: columns.into_iter().map(reader).collect(),
            draft: Draft { values, ..Draft::default() },
            schema,
            form: id,
            file: builder.files.len() as u32 - 1,
            builder,
        }
    }

    /// Makes room for about this many rows; growing by and by would copy them several times.
    pub fn expect_rows(&mut self, count: usize) {
        let table = &mut self.builder.tables[self.form.0 as usize];
        table.rows.reserve(count);
        table.ids.reserve(count);
        table.by_id.expect(count);
    }

    /// Reads one row; `line` is where it begins in its file. Says whether it was taken.
    pub fn row(&mut self, line: u64, cells: &[&str]) -> bool {
        if cells.len() != self.columns.len() {
            let message = format!("表头有 {} 列，这一行有 {} 格", self.columns.len(), cells.len());
            let remedy = "补齐或删去多余的格；格里有逗号时用引号括起来，文件没写完时重新导出";
            let trouble = Trouble::new(code::CELL_COUNT, message, remedy);
            self.builder.refuse(self.file, line, "", trouble);
            return false;
        }
        self.read(cells);
        self.check_interval();
        match self.draft.record.take() {
            Some(record) if self.draft.troubles.is_empty() => {
                self.take(record, line);
                true
            }
            record => {
                self.leave_out(record, line);
                false
            }
        }
    }

    /// Reads the cells into the draft; troubles are noted on the way.
    fn read(&mut self, cells: &[&str]) {
        let TableWriter { builder, schema, form, columns, draft, .. } = self;
        let fields = &schema.form(*form).fields;
        for (column, cell) in columns.iter_mut().zip(cells) {
            if cell.is_empty() && !column.needed {
                continue;
            }
            match column.column {
                Column::Withdrawn => match cell::yes_no(cell) {
                    Ok(yes) => draft.withdrawn = yes,
                    // No field has this number, which names the column `withdrawn`.
                    Err(trouble) => draft.troubles.push((FieldId(u16::MAX), trouble)),
                },
                Column::Field(id) => {
                    let field = &fields[id.0 as usize];
                    match draft.field(builder, *form, (id, field), column, cell) {
                        Ok(value) => draft.values[id.0 as usize] = value,
                        Err(trouble) => draft.troubles.push((id, trouble)),
                    }
                }
            }
        }
    }

    /// `to` before its `from` is an error of the row.
    fn check_interval(&mut self) {
        let form = self.schema.form(self.form);
        let (Some(from), Some(to)) = (form.versioned.or(form.axis), form.end) else { return };
        let day = |field: FieldId| self.draft.values[field.0 as usize].as_day();
        if let (Some(first), Some(last)) = (day(from), day(to))
            && last < first
        {
            let message = format!("止日 {last} 早于起日 {first}");
            let remedy = "改正其中一个日期；起止都算在内，同一天也可以";
            self.draft.troubles.push((to, Trouble::new(code::INTERVAL, message, remedy)));
        }
    }

    /// Takes the row. Empty values at its end are left out: they are a fifth of a city's memory.
    fn take(&mut self, record: RecordRef, line: u64) {
        let (form, draft) = (self.form, &mut self.draft);
        let row = self.builder.tables[form.0 as usize].rows.len() as u32;
        let filled = draft.values.iter().rposition(|value| !matches!(value, Value::Empty));
        let waiting = draft.later.iter().map(|(field, _)| field.0 as usize);
        let count = waiting.chain(filled).max().map_or(0, |last| last + 1);
        let values = draft.values.iter_mut().take(count).map(std::mem::take).collect();
        let later = draft.later.drain(..);
        self.builder.pending.extend(later.map(|(field, cell)| Pending { form, row, field, cell }));
        let sealed = draft.sealed.drain(..);
        self.builder.sealed.extend(sealed.map(|(field, text)| Sealed { form, row, field, text }));
        let withdrawn = std::mem::take(&mut draft.withdrawn);
        self.builder.push(record, self.file, line, withdrawn, values);
    }

    /// Lists what is wrong with the row and forgets it, but for its id.
    fn leave_out(&mut self, record: Option<RecordRef>, line: u64) {
        let fields = &self.schema.form(self.form).fields;
        for (field, trouble) in self.draft.troubles.drain(..) {
            let name = fields.get(field.0 as usize).map_or(WITHDRAWN, |f| f.alias.as_str());
            self.builder.refuse(self.file, line, name, trouble);
        }
        if let Some(record) = record {
            self.builder.tables[self.form.0 as usize].left_out.insert(record.index);
        }
        self.draft.values.fill(Value::Empty);
        self.draft.withdrawn = false;
        self.draft.later.clear();
        self.draft.sealed.clear();
    }
}

impl Draft {
    fn field(
        &mut self,
        builder: &mut WorldBuilder,
        form: FormId,
        (id, field): (FieldId, &Field),
        column: &mut ColumnReader,
        cell: &str,
    ) -> Result<Value, Trouble> {
        if cell.is_empty() {
            return Err(cell::empty(field));
        }
        if id == ID {
            cell::check_id(cell)?;
            let record = builder.reserve(form, cell);
            self.record = Some(record);
            return Ok(Value::Text(builder.id_of(record)));
        }
        if field.privacy == Privacy::Sealed {
            cell::check_sealed(builder, id, field, cell)?;
            if builder.keep_particulars {
                self.sealed.push((id, cell.into()));
            }
            return Ok(Value::Empty);
        }
        match column.read(builder, id, field, cell)? {
            Content::Value(value) => Ok(value),
            Content::Later => {
                self.later.push((id, cell.into()));
                Ok(Value::Empty)
            }
        }
    }
}
