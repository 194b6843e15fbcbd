//! Reading a fact folder.
//!
//! One file per form, named by its alias (vocabulary.md, Fact folder). A missing file is empty, an
//! unknown one a warning, a bad row an error beside the world made of the others. `workdays.csv`
//! replaces the built-in calendar.
//! It evaluates nothing, and it writes nothing.
//! Read next: `folder/form_file.rs`; then `facts::world`.

mod form_file;
#[cfg(test)]
pub(crate) mod tests;
mod workdays;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use facts::near::nearest;
use facts::{Calendar, FormId, Particulars, RowCheck, RowError, Schema, World, WorldBuilder};

use crate::fault::Fault;

/// Rows of one file that are read unless asked otherwise: ten times a city's year.
pub const ROWS_MAX: u64 = 5_000_000;

/// The file that replaces the built-in calendar.
const WORKDAYS: &str = "workdays.csv";

/// How a folder is to be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ReadOptions {
    /// A file with more rows is refused.
    pub rows_max: u64,
    /// Whether sealed (🔒) texts are kept, apart from the world.
    pub keep_particulars: bool,
}

impl Default for ReadOptions {
    fn default() -> ReadOptions {
        ReadOptions { rows_max: ROWS_MAX, keep_particulars: false }
    }
}

/// What a folder gives.
#[derive(Debug)]
pub struct FolderRead {
    /// All good rows.
    pub world: World,
    /// Sealed texts, when they were asked for.
    pub particulars: Particulars,
    /// Bad rows and heads, by file and line.
    pub errors: Vec<RowError>,
    /// What is worth a look.
    pub warnings: Vec<Warning>,
    /// Files of which nothing was read, because of their head; each has its errors.
    pub unread: Vec<String>,
    /// Rows of each file, good and bad, without the head.
    pub rows: BTreeMap<String, u64>,
    /// How long each step took.
    pub timings: Vec<(&'static str, Duration)>,
}

/// Something that stops nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Warning {
    /// The file it is about.
    pub file: String,
    /// What, and what to do.
    pub text: String,
}

/// What is gathered on the way.
#[derive(Default)]
struct Gathered {
    errors: Vec<RowError>,
    unread: Vec<String>,
    rows: BTreeMap<String, u64>,
    /// Where the text of one file after the other lies.
    room: Vec<u8>,
}

/// Reads a fact folder by a schema.
pub fn read(dir: &Path, schema: Arc<Schema>, options: &ReadOptions) -> Result<FolderRead, Fault> {
    read_checked(dir, schema, options, &|_, _| None)
}

/// Reads a fact folder and leaves out the rows that break a condition of their form as well.
pub fn read_checked(
    dir: &Path,
    schema: Arc<Schema>,
    options: &ReadOptions,
    check: &RowCheck<'_>,
) -> Result<FolderRead, Fault> {
    let begun = Instant::now();
    let names = list(dir)?;
    let known = |file: &String| names.contains(file);
    if !known(&WORKDAYS.to_owned()) && !files(&schema).any(|(_, file)| known(&file)) {
        let remedy = "请核对路径；一种表单一个文件，例如 org.csv";
        return Err(Fault::new("文件夹里没有一种表单的文件", dir, remedy));
    }
    let mut gathered = Gathered::default();
    let mut calendar = Calendar::builtin();
    if names.iter().any(|name| name == WORKDAYS) {
        calendar = workdays::read(&dir.join(WORKDAYS), &mut gathered, calendar)?;
    }
    let mut builder =
        WorldBuilder::new(Arc::clone(&schema), calendar).keep_particulars(options.keep_particulars);
    for (form, file) in files(&schema) {
        if names.contains(&file) {
            let path = dir.join(&file);
            form_file::read(&path, &file, form, options, &mut builder, &mut gathered)?;
        }
    }
    gathered.room = Vec::new();
    let rows_read = begun.elapsed();
    let (world, particulars, errors) = builder.finish_checked(check);
    gathered.errors.extend(errors);
    // Stable: errors of one row stay in the order of its cells.
    gathered.errors.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    Ok(FolderRead {
        world,
        particulars,
        errors: gathered.errors,
        warnings: names.iter().filter_map(|name| unknown_file(name, &schema)).collect(),
        unread: gathered.unread,
        rows: gathered.rows,
        timings: vec![("读入", rows_read), ("引用与修订", begun.elapsed() - rows_read)],
    })
}

/// The file names of a folder, sorted.
fn list(dir: &Path) -> Result<Vec<String>, Fault> {
    let reading = |error| Fault::reading(dir, &error);
    let mut names = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(reading)? {
        names.push(entry.map_err(reading)?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// Every form with the name of its file; the form 记录 has none.
fn files(schema: &Schema) -> impl Iterator<Item = (FormId, String)> {
    let forms = schema.forms_with_ids().filter(|(_, form)| !form.builtin);
    forms.map(|(id, form)| (id, format!("{}.csv", form.alias)))
}

fn unknown_file(name: &str, schema: &Schema) -> Option<Warning> {
    let known: Vec<String> =
        files(schema).map(|(_, file)| file).chain([WORKDAYS.to_owned()]).collect();
    if known.iter().any(|file| file == name) {
        return None;
    }
    let near = nearest(name, known.iter().map(String::as_str));
    let hint = near.map(|near| format!("；是不是“{near}”？")).unwrap_or_default();
    Some(Warning {
        file: name.to_owned(), text: format!("没有哪张表单用这个文件，没有读它{hint}")
    })
}
