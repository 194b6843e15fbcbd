//! Reading the file of one form.
//!
//! Head and rows go to the world builder as they are; here are only what concerns the file: an
//! empty one, a head that cannot be used, too many rows.
//! Read next: `../csv_text.rs`, and `facts::world::TableWriter`.

use std::path::Path;

use facts::row_error::code;
use facts::{FormId, RowError, TableWriter, WorldBuilder};

use super::{Gathered, ReadOptions};
use crate::csv_text;
use crate::fault::Fault;

/// Why the rows of a file end early.
enum Stop {
    Fault(Fault),
    /// The head cannot be used; its errors are noted.
    Head,
}

/// Reads the rows of one file into the builder.
pub(super) fn read(
    path: &Path,
    file: &str,
    form: FormId,
    options: &ReadOptions,
    builder: &mut WorldBuilder,
    gathered: &mut Gathered,
) -> Result<(), Fault> {
    // The room is lent back at the end; an early end is the end of everything.
    let mut room = std::mem::take(&mut gathered.room);
    let text = csv_text::load(path, &mut room)?;
    let mut builder = Some(builder);
    let mut writer: Option<TableWriter<'_>> = None;
    let mut rows = 0u64;
    let read = csv_text::each_row(text, file, |line, cells| {
        let Some(table) = &mut writer else {
            // The first row is the head; the builder is lent to the writer once.
            let Some(builder) = builder.take() else { return Err(Stop::Head) };
            let mut table = builder.table(file, form, cells).map_err(|errors| {
                gathered.errors.extend(errors);
                Stop::Head
            })?;
            table.expect_rows(csv_text::rows_about(text));
            writer = Some(table);
            return Ok(());
        };
        rows += 1;
        if rows > options.rows_max {
            return Err(Stop::Fault(too_many(path, options.rows_max)));
        }
        table.row(line, cells);
        Ok(())
    });
    gathered.rows.insert(file.to_owned(), rows);
    gathered.room = room;
    match read {
        Ok(unclosed) => gathered.errors.extend(unclosed),
        Err(Stop::Fault(fault)) => return Err(fault),
        Err(Stop::Head) => {}
    }
    if writer.is_none() {
        if !gathered.errors.iter().any(|error| &*error.file == file) {
            gathered.errors.push(no_head(file));
        }
        gathered.unread.push(file.to_owned());
    }
    Ok(())
}

/// The error of a file without a head.
pub(super) fn no_head(file: &str) -> RowError {
    RowError {
        file: file.into(),
        line: 1,
        field: String::new(),
        code: code::HEAD_MISSING,
        message: "文件是空的，连表头也没有".to_owned(),
        remedy: "第一行写上列名；没有数据时可以删去这个文件".to_owned(),
    }
}

fn too_many(path: &Path, rows_max: u64) -> Fault {
    let what = format!("超过 {rows_max} 行的上限（rows-max）");
    Fault::new(what, path, "确实有这么多时，用 --rows-max 提高上限")
}
