//! What references point to.
//!
//! A reference to an unknown id is an error of its row, and that row is not read; so a row that
//! refers to it is an error too, and so on until nothing changes. Rows that refer to each other in
//! a ring stay together: the largest set of rows in which every reference finds its record.
//! It runs once, when all rows have been seen.
//! Read next: `versions.rs`.

use super::build::{Pending, Row, WorldBuilder};
use super::{RowCheck, cell};
use crate::row_error::{Trouble, code};
use crate::schema::{FieldId, FieldType, FormId};
use crate::value::{RecordRef, Value};

/// A row by form and position.
type RowAt = (u16, u32);

/// How many rows each record still has, by form and index.
struct Counts(Vec<Vec<u32>>);

impl Counts {
    fn of(&self, record: RecordRef) -> u32 {
        self.0[record.form.0 as usize][record.index as usize]
    }

    /// Whether any record has no row; in a good folder none has.
    fn miss_one(&self) -> bool {
        self.0.iter().flatten().any(|count| *count == 0)
    }
}

impl WorldBuilder {
    /// Leaves out every row with a reference that finds nothing.
    pub(super) fn resolve_references(&mut self, check: &RowCheck<'_>) {
        let mut counts = self.counts();
        let mut dropped = self.resolve_pending(&counts);
        self.check_rows(check, &mut dropped);
        if counts.miss_one() {
            self.find_unknown(&counts, &mut dropped);
        }
        if dropped.is_empty() {
            return;
        }
        let mut vanished = Vec::new();
        for row in dropped {
            self.uncount(&mut counts, row, &mut vanished);
        }
        self.spread(counts, vanished);
    }

    fn counts(&self) -> Counts {
        let count = |table: &super::build::Rows| {
            let mut rows = vec![0; table.ids.len()];
            table.rows.iter().for_each(|row| rows[row.record as usize] += 1);
            rows
        };
        Counts(self.tables.iter().map(count).collect())
    }

    /// Looks up the references to one of several forms.
    fn resolve_pending(&mut self, counts: &Counts) -> Vec<RowAt> {
        let mut dropped = Vec::new();
        for pending in std::mem::take(&mut self.pending) {
            let list = self.schema.field(pending.form, pending.field).is_list();
            let parts = pending.cell.split('|').map(|part| self.look_up(counts, &pending, part));
            match parts.collect::<Result<Vec<Value>, Trouble>>() {
                Ok(found) => {
                    let first = found.first().cloned().unwrap_or_default();
                    let value = if list { Value::List(found.into()) } else { first };
                    let row = self.row_mut(pending.form.0, pending.row);
                    row.version.values[pending.field.0 as usize] = value;
                }
                Err(trouble) => {
                    let at = (pending.form.0, pending.row);
                    self.drop_row(at, pending.field, trouble, &mut dropped);
                }
            }
        }
        dropped
    }

    /// A bare id that is unique over the target forms, or `form:id`.
    fn look_up(&self, counts: &Counts, pending: &Pending, text: &str) -> Result<Value, Trouble> {
        let schema = &self.schema;
        let targets: Vec<FormId> = match &schema.field(pending.form, pending.field).ty {
            FieldType::Ref(forms) => forms.clone(),
            _ => schema.forms_with_ids().filter(|(_, f)| !f.builtin).map(|(id, _)| id).collect(),
        };
        let (targets, id) = match text.split_once(':') {
            None => (targets, text),
            Some((name, id)) => {
                let form = schema.form_named(name).filter(|form| targets.contains(form));
                (vec![form.ok_or_else(|| self.wrong_form(name, &targets))?], id)
            }
        };
        cell::check_id(id)?;
        let seen: Vec<RecordRef> = targets
            .into_iter()
            .filter_map(|form| {
                let index = *self.tables[form.0 as usize].by_id.get(id)?;
                Some(RecordRef { form, index })
            })
            .collect();
        let mut found = seen.iter().filter(|record| counts.of(**record) > 0);
        match (found.next(), found.next()) {
            (Some(record), None) => Ok(Value::Ref(*record)),
            (Some(one), Some(other)) => Err(self.ambiguous(id, *one, *other)),
            _ if seen.iter().any(|record| self.was_left_out(*record)) => Err(left_out(id)),
            _ => Err(unknown(id)),
        }
    }

    /// Rows that break a condition of their form; only now is every cell in its place.
    fn check_rows(&mut self, check: &RowCheck<'_>, dropped: &mut Vec<RowAt>) {
        let mut found = Vec::new();
        for (form, table) in self.tables.iter().enumerate() {
            for (position, row) in table.rows.iter().enumerate().filter(|(_, row)| row.alive) {
                let broken = check(FormId(form as u16), &row.version);
                found.extend(broken.map(|broken| ((form as u16, position as u32), broken)));
            }
        }
        for (at, (field, message)) in found {
            let remedy = "请改这一行；这是表单对它自己的要求";
            self.drop_row(at, field, Trouble::new(code::RULE, message, remedy), dropped);
        }
    }

    /// Rows that refer to an id without a row.
    fn find_unknown(&mut self, counts: &Counts, dropped: &mut Vec<RowAt>) {
        let mut found = Vec::new();
        for (form, table) in self.tables.iter().enumerate() {
            for (position, row) in table.rows.iter().enumerate().filter(|(_, row)| row.alive) {
                for (field, record) in references(row).filter(|(_, r)| counts.of(*r) == 0) {
                    found.push(((form as u16, position as u32), field, record));
                }
            }
        }
        for (at, field, record) in found {
            let id = self.id_of(record);
            let gone = self.was_left_out(record);
            let trouble = if gone { left_out(&id) } else { unknown(&id) };
            self.drop_row(at, field, trouble, dropped);
        }
    }

    /// Leaves out the rows that refer to records that have no row any more, until none is left.
    fn spread(&mut self, mut counts: Counts, mut vanished: Vec<RecordRef>) {
        if vanished.is_empty() {
            return;
        }
        let referring = self.referring();
        while let Some(record) = vanished.pop() {
            let id = self.id_of(record);
            let from = referring.partition_point(|(target, _, _)| *target < record);
            let rows = referring[from..].iter().take_while(|(target, _, _)| *target == record);
            for (_, at, field) in rows {
                let mut dropped = Vec::new();
                if self.row_mut(at.0, at.1).alive {
                    self.drop_row(*at, *field, left_out(&id), &mut dropped);
                }
                for row in dropped {
                    self.uncount(&mut counts, row, &mut vanished);
                }
            }
        }
    }

    /// Every reference of a living row, sorted by what it points to.
    fn referring(&self) -> Vec<(RecordRef, RowAt, FieldId)> {
        let mut all = Vec::new();
        for (form, table) in self.tables.iter().enumerate() {
            for (position, row) in table.rows.iter().enumerate().filter(|(_, row)| row.alive) {
                let at = (form as u16, position as u32);
                all.extend(references(row).map(|(field, record)| (record, at, field)));
            }
        }
        all.sort_unstable();
        all
    }

    fn uncount(&self, counts: &mut Counts, at: RowAt, vanished: &mut Vec<RecordRef>) {
        let index = self.tables[at.0 as usize].rows[at.1 as usize].record;
        let count = &mut counts.0[at.0 as usize][index as usize];
        *count -= 1;
        if *count == 0 {
            vanished.push(RecordRef { form: FormId(at.0), index });
        }
    }

    /// Notes the trouble; a row is left out once, however much is wrong with it.
    fn drop_row(&mut self, at: RowAt, field: FieldId, trouble: Trouble, dropped: &mut Vec<RowAt>) {
        let alias = self.schema.field(FormId(at.0), field).alias.clone();
        let row = self.row_mut(at.0, at.1);
        let (file, line) = (row.file, row.line);
        if std::mem::replace(&mut row.alive, false) {
            dropped.push(at);
        }
        self.refuse(file, line, &alias, trouble);
    }

    fn row_mut(&mut self, form: u16, row: u32) -> &mut Row {
        &mut self.tables[form as usize].rows[row as usize]
    }

    fn was_left_out(&self, record: RecordRef) -> bool {
        self.tables[record.form.0 as usize].left_out.contains(&record.index)
    }

    fn ambiguous(&self, id: &str, one: RecordRef, other: RecordRef) -> Trouble {
        let form = |record: RecordRef| self.schema.form(record.form);
        let (one, other) = (form(one), form(other));
        let message = format!("编号 {id} 在“{}”和“{}”里都有", one.label, other.label);
        let remedy = format!("写明表单，如 {}:{id} 或 {}:{id}", one.alias, other.alias);
        Trouble::new(code::REFERENCE_AMBIGUOUS, message, remedy)
    }

    fn wrong_form(&self, name: &str, targets: &[FormId]) -> Trouble {
        /// Forms shown in one message.
        const SHOWN: usize = 8;
        let shown = targets.iter().take(SHOWN);
        let names: Vec<_> = shown.map(|form| self.schema.form(*form).alias.as_str()).collect();
        let more = if targets.len() > SHOWN { " 等" } else { "" };
        let message = format!("这一格不能引用“{}”", super::columns::cut(name));
        let remedy = format!("可引用的表单：{}{more}", names.join(" "));
        Trouble::new(code::REFERENCE_FORM, message, remedy)
    }
}

/// The records a row refers to.
fn references(row: &Row) -> impl Iterator<Item = (FieldId, RecordRef)> {
    let fields = row.version.values.iter().enumerate();
    fields.flat_map(|(index, value)| {
        let records = value.members().iter().filter_map(Value::as_ref);
        records.map(move |record| (FieldId(index as u16), record))
    })
}

fn unknown(id: &str) -> Trouble {
    let message = format!("没有编号为 {id} 的记录");
    Trouble::new(code::REFERENCE_UNKNOWN, message, "改正编号，或先补上那条记录")
}

fn left_out(id: &str) -> Trouble {
    let message = format!("它引用的 {id} 那一行因有错没有读入");
    Trouble::new(code::REFERENCE_LEFT_OUT, message, "先改好那一行，这一行就能读入")
}
