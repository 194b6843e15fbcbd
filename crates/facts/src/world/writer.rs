//! Taking the rows of one table.
//!
//! A row with an error in any cell is not read at all; all its errors are listed. Its id is kept in
//! mind, so that a row that refers to it can be told why its reference finds nothing.
//! References are checked at the end, not here.
//! Read next: `cell.rs` for the rule of each type.

use std::sync::Arc;

use super::build::{Pending, Sealed, WorldBuilder};
use super::cell::{self, Content};
use super::columns::{Column, WITHDRAWN};
use crate::row_error::{Trouble, code};
use crate::schema::{COMMON_FIELDS, FieldId, Form, FormId, ID, Privacy, Schema};
use crate::value::{RecordRef, Value};

/// Rows of one file on their way into the world.
pub struct TableWriter<'b> {
    builder: &'b mut WorldBuilder,
    schema: Arc<Schema>,
    form: FormId,
    file: u32,
    columns: Vec<Column>,
    /// The record of the row at hand, once its id is read.
    record: Option<RecordRef>,
    troubles: Vec<(FieldId, Trouble)>,
    later: Vec<(FieldId, Box<str>)>,
    sealed: Vec<(FieldId, Arc<str>)>,
}

impl<'b> TableWriter<'b> {
    pub(super) fn new(
        builder: &'b mut WorldBuilder,
        form: FormId,
        columns: Vec<Column>,
    ) -> TableWriter<'b> {
        TableWriter {
            schema: Arc::clone(&builder.schema),
            form,
            file: builder.files.len() as u32 - 1,
            columns,
            record: None,
            troubles: Vec::new(),
            later: Vec::new(),
            sealed: Vec::new(),
            builder,
        }
    }

    /// Makes room for about this many rows; growing by and by would copy them several times.
    pub fn expect_rows(&mut self, count: usize) {
        let table = &mut self.builder.tables[self.form.0 as usize];
        table.rows.reserve(count);
        table.ids.reserve(count);
        table.by_id.reserve(count);
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
        let (values, withdrawn) = self.read(cells);
        self.check_interval(&values);
        let record = self.record.take();
        if let Some(record) = record
            && self.troubles.is_empty()
        {
            self.take(record, line, values, withdrawn);
            return true;
        }
        for (field, trouble) in std::mem::take(&mut self.troubles) {
            let schema = Arc::clone(&self.schema);
            let form = schema.form(self.form);
            let name = form.fields.get(field.0 as usize).map_or(WITHDRAWN, |f| f.alias.as_str());
            self.builder.refuse(self.file, line, name, trouble);
        }
        if let Some(record) = record {
            self.builder.tables[self.form.0 as usize].left_out.insert(record.index);
        }
        self.later.clear();
        self.sealed.clear();
        false
    }

    /// The values of a row and whether it withdraws; troubles are noted on the way.
    fn read(&mut self, cells: &[&str]) -> (Vec<Value>, bool) {
        let schema = Arc::clone(&self.schema);
        let form = schema.form(self.form);
        let mut values = vec![Value::Empty; form.fields.len()];
        let mut withdrawn = false;
        for (index, cell) in cells.iter().enumerate() {
            match self.columns[index] {
                Column::Withdrawn if cell.is_empty() => {}
                Column::Withdrawn => match cell::yes_no(cell) {
                    Ok(yes) => withdrawn = yes,
                    // No field has this number, which names the column `withdrawn`.
                    Err(trouble) => self.troubles.push((FieldId(u16::MAX), trouble)),
                },
                Column::Field(id) => match self.field(form, id, cell) {
                    Ok(value) => values[id.0 as usize] = value,
                    Err(trouble) => self.troubles.push((id, trouble)),
                },
            }
        }
        (values, withdrawn)
    }

    fn field(&mut self, form: &Form, id: FieldId, cell: &str) -> Result<Value, Trouble> {
        let field = &form.fields[id.0 as usize];
        if cell.is_empty() {
            let needed = id == ID || (id.0 as usize >= COMMON_FIELDS && field.required());
            return if needed { Err(cell::empty(field)) } else { Ok(Value::Empty) };
        }
        if id == ID {
            cell::check_id(cell)?;
            let record = self.builder.reserve(self.form, cell);
            self.record = Some(record);
            return Ok(Value::Text(self.builder.id_of(record)));
        }
        if field.privacy == Privacy::Sealed {
            cell::check_sealed(self.builder, id, field, cell)?;
            if self.builder.keep_particulars {
                self.sealed.push((id, cell.into()));
            }
            return Ok(Value::Empty);
        }
        match cell::read(self.builder, id, field, cell)? {
            Content::Value(value) => Ok(value),
            Content::Later => {
                self.later.push((id, cell.into()));
                Ok(Value::Empty)
            }
        }
    }

    /// `to` before its `from` is an error of the row.
    fn check_interval(&mut self, values: &[Value]) {
        let form = self.schema.form(self.form);
        let (Some(from), Some(to)) = (form.versioned.or(form.axis), form.end) else { return };
        let day = |field: FieldId| values[field.0 as usize].as_day();
        if let (Some(first), Some(last)) = (day(from), day(to))
            && last < first
        {
            let message = format!("止日 {last} 早于起日 {first}");
            let remedy = "改正其中一个日期；起止都算在内，同一天也可以";
            self.troubles.push((to, Trouble::new(code::INTERVAL, message, remedy)));
        }
    }

    fn take(&mut self, record: RecordRef, line: u64, values: Vec<Value>, withdrawn: bool) {
        let row = self.builder.tables[self.form.0 as usize].rows.len() as u32;
        let form = self.form;
        let later = self.later.drain(..);
        self.builder.pending.extend(later.map(|(field, cell)| Pending { form, row, field, cell }));
        let sealed = self.sealed.drain(..);
        self.builder.sealed.extend(sealed.map(|(field, text)| Sealed { form, row, field, text }));
        self.builder.push(record, self.file, line, withdrawn, values);
    }
}
