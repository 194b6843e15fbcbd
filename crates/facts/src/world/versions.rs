//! Amendments and segments.
//!
//! A repeated id is a later version and needs a strictly larger `recorded_at`; in 分段 forms
//! repetition is by (id, from), and the segments that stand last must not share a day. The earlier
//! row stays when two do not agree: rows are taken in the order they were given.
//! It runs after references are resolved, so that a row left out amends nothing.
//! Read next: `../world.rs` for what is made of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::build::{Rows, WorldBuilder};
use super::{Record, Table};
use crate::day::Day;
use crate::particulars::Particulars;
use crate::row_error::{Trouble, code};
use crate::schema::{FieldId, FormId, RECORDED_AT};
use crate::value::RecordRef;

impl WorldBuilder {
    /// The living rows of a form by (record, segment, known); rows that do not fit are left out.
    pub(super) fn order_versions(&mut self, form: FormId) -> Vec<u32> {
        let rows = &self.tables[form.0 as usize].rows;
        let mut order: Vec<u32> =
            (0..rows.len() as u32).filter(|row| rows[*row as usize].alive).collect();
        let record = |row: &u32| rows[*row as usize].record;
        if order.is_sorted_by(|one, other| record(one) < record(other)) {
            // Each record has one row, as most files have it: nothing is amended.
            return order;
        }
        // Stable: rows of one key stay in the order they were given.
        order.sort_by_key(|row| rows[*row as usize].key());
        self.check_later(form, &order);
        if let Some(from) = self.schema.form(form).versioned {
            self.check_disjoint(form, from, &order);
        }
        let rows = &self.tables[form.0 as usize].rows;
        order.retain(|row| rows[*row as usize].alive);
        order
    }

    /// Each version of a key must be known later than the one before it.
    fn check_later(&mut self, form: FormId, order: &[u32]) {
        let mut last: Option<u32> = None;
        for row in order {
            let rows = &self.tables[form.0 as usize].rows;
            let this = &rows[*row as usize];
            let before = last.map(|row| &rows[row as usize]).filter(|b| b.key() == this.key());
            match before.map(|b| (b.version.known, b.line)) {
                Some((known, line))
                    if this.version.known.is_none() || this.version.known <= known =>
                {
                    let trouble = not_later(known, line);
                    self.leave_out(form, *row, RECORDED_AT, trouble);
                }
                _ => last = Some(*row),
            }
        }
    }

    /// The last versions of a record's segments must not share a day.
    fn check_disjoint(&mut self, form: FormId, from: FieldId, order: &[u32]) {
        let rows = &self.tables[form.0 as usize].rows;
        let living: Vec<u32> =
            order.iter().copied().filter(|row| rows[*row as usize].alive).collect();
        let record = |row: &u32| rows[*row as usize].record;
        let key = |row: &u32| rows[*row as usize].key();
        let mut clashes = Vec::new();
        for versions in living.chunk_by(|a, b| record(a) == record(b)) {
            let mut segments: Vec<&[u32]> = versions.chunk_by(|a, b| key(a) == key(b)).collect();
            if segments.len() > 1 {
                segments.sort_by_key(|segment| segment.last().copied());
                clashes.extend(self.clashes(form, &segments));
            }
        }
        for (row, line) in clashes {
            let message = format!("与第 {line} 行同一编号的起止有重叠的日子");
            let remedy = "前一段先写止日（修订那一行），后一段从次日起";
            self.leave_out(form, row, from, Trouble::new(code::OVERLAP, message, remedy));
        }
    }

    /// Rows that cannot stand last in their segment, each with the line it clashes with.
    fn clashes(&self, form: FormId, segments: &[&[u32]]) -> Vec<(u32, u64)> {
        let rows = &self.tables[form.0 as usize].rows;
        let end = self.schema.form(form).end;
        // First day of each segment taken so far, with its last day and line.
        let mut taken: BTreeMap<Day, (Day, u64)> = BTreeMap::new();
        let mut found = Vec::new();
        for segment in segments {
            for number in segment.iter().rev() {
                let row = &rows[*number as usize];
                if row.version.withdrawn {
                    break;
                }
                let first = row.version.segment.unwrap_or(Day::MIN);
                let last = end.and_then(|field| row.version.value(field).as_day());
                let last = last.unwrap_or(Day::MAX);
                let before = taken.range(..=last).next_back().map(|(_, reach)| *reach);
                match before.filter(|(reach, _)| *reach >= first) {
                    // The version before it may still fit.
                    Some((_, line)) => found.push((*number, line)),
                    None => {
                        taken.insert(first, (last, row.line));
                        break;
                    }
                }
            }
        }
        found
    }

    fn leave_out(&mut self, form: FormId, row: u32, field: FieldId, trouble: Trouble) {
        let alias = self.schema.field(form, field).alias.clone();
        let row = &mut self.tables[form.0 as usize].rows[row as usize];
        row.alive = false;
        let (file, line) = (row.file, row.line);
        self.refuse(file, line, &alias, trouble);
    }

    /// Sealed texts of the version known last of each record.
    pub(super) fn particulars(&mut self, orders: &[Vec<u32>]) -> Particulars {
        let mut kept = Particulars::default();
        let mut last: Vec<Vec<u32>> = Vec::with_capacity(orders.len());
        for (table, order) in self.tables.iter().zip(orders) {
            let mut rows = vec![u32::MAX; table.ids.len()];
            for row in order {
                let record = table.rows[*row as usize].record as usize;
                let known = |row: u32| table.rows[row as usize].version.known;
                if rows[record] == u32::MAX || known(*row) >= known(rows[record]) {
                    rows[record] = *row;
                }
            }
            last.push(rows);
        }
        for sealed in std::mem::take(&mut self.sealed) {
            let form = sealed.form;
            let index = self.tables[form.0 as usize].rows[sealed.row as usize].record;
            if last[form.0 as usize][index as usize] == sealed.row {
                kept.texts.insert((RecordRef { form, index }, sealed.field), sealed.text);
            }
        }
        kept
    }
}

impl super::build::Row {
    /// What versions of one thing have in common.
    fn key(&self) -> (u32, Option<Day>) {
        (self.record, self.version.segment)
    }
}

impl Rows {
    /// The table of these rows, in this order.
    pub(super) fn into_table(self, order: &[u32]) -> Table {
        let mut records: Vec<Record> =
            self.ids.iter().map(|id| Record { id: Arc::clone(id), versions: Vec::new() }).collect();
        let mut rows: Vec<Option<_>> = self.rows.into_iter().map(Some).collect();
        for position in order {
            if let Some(row) = rows[*position as usize].take() {
                let versions = &mut records[row.record as usize].versions;
                // Most records are never amended: room for one.
                versions.reserve_exact(usize::from(versions.is_empty()));
                versions.push(row.version);
            }
        }
        Table { records, by_id: self.by_id }
    }
}

fn not_later(known: Option<Day>, line: u64) -> Trouble {
    let message = match known {
        Some(day) => format!("编号与第 {line} 行重复，而 recorded_at 不晚于那一行的 {day}"),
        None => format!("编号与第 {line} 行重复，而没有更晚的 recorded_at"),
    };
    let remedy = "是修订就写上更晚的 recorded_at；是另一条记录就换一个编号";
    Trouble::new(code::VERSION, message, remedy)
}
