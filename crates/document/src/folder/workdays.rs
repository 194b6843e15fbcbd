//! Reading `workdays.csv`, which replaces the built-in calendar.
//!
//! Columns `date` and `kind` (`holiday` or `makeup_workday`); further columns, such as the name of
//! the holiday, are not looked at. A year without a row is unknown afterwards, also when the
//! built-in table has it: the two are never mixed.
//! Read next: `facts::calendar`.

use std::path::Path;

use facts::row_error::code;
use facts::{Calendar, Day, DayKind, RowError};

use super::{Gathered, WORKDAYS, form_file};
use crate::csv_text;
use crate::fault::Fault;

/// The calendar of the file, or `builtin` when its head cannot be used, which is noted.
pub(super) fn read(
    path: &Path,
    gathered: &mut Gathered,
    builtin: Calendar,
) -> Result<Calendar, Fault> {
    let mut room = Vec::new();
    let text = csv_text::load(path, &mut room)?;
    let mut columns: Option<Option<(usize, usize)>> = None;
    let mut entries = Vec::new();
    let mut rows = 0;
    let mut errors = Vec::new();
    let unclosed = csv_text::each_row(text, WORKDAYS, |line, cells| {
        let Some(found) = columns else {
            let at = |name| cells.iter().position(|cell| *cell == name);
            columns = Some(at("date").zip(at("kind")));
            return Ok::<(), Fault>(());
        };
        rows += 1;
        if let Some((date, kind)) = found {
            let cell = |at: usize| cells.get(at).copied().unwrap_or_default();
            match (Day::parse(cell(date)), DayKind::parse(cell(kind))) {
                (Some(day), Some(kind)) => entries.push((day, kind)),
                (None, _) => {
                    errors.push(bad(line, "date", "不是日历上有的一天", "写成 2012-05-31"))
                }
                (_, None) => {
                    let remedy = "写 holiday（放假）或 makeup_workday（调休上班）";
                    errors.push(bad(line, "kind", "不认识这种日子", remedy));
                }
            }
        }
        Ok(())
    })?;
    errors.extend(unclosed);
    gathered.rows.insert(WORKDAYS.to_owned(), rows);
    if let Some(Some(_)) = columns {
        gathered.errors.extend(errors);
        return Ok(Calendar::from_entries(entries));
    }
    gathered.unread.push(WORKDAYS.to_owned());
    gathered.errors.push(match columns {
        None => form_file::no_head(WORKDAYS),
        Some(_) => {
            bad(1, "date", "表头要有 date 和 kind 两列", "补上这两列；眼下仍用内置的工作日表")
        }
    });
    Ok(builtin)
}

fn bad(line: u64, field: &str, message: &str, remedy: &str) -> RowError {
    RowError {
        file: WORKDAYS.into(),
        line,
        field: field.to_owned(),
        code: code::WORKDAY,
        message: message.to_owned(),
        remedy: remedy.to_owned(),
    }
}
