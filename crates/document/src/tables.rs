//! Writing tables as CSV.
//!
//! Output tables are sorted by their first columns, so that two runs give the same bytes
//! (vocabulary.md, Output). A table is written beside its place and then moved there: a reader
//! finds the old one or the new one, never half of one.
//! What the columns of verdict tables hold is not known here.
//! Read next: `fault.rs`.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use facts::RowError;

use crate::fault::Fault;

/// The columns of `errors.csv`.
pub const ERRORS_HEAD: [&str; 5] = ["file", "line", "field", "code", "text"];

/// Writes a table sorted by its first column, then its second, and so on.
pub fn write_csv(
    path: &Path,
    head: &[&str],
    rows: impl Iterator<Item = Vec<String>>,
) -> Result<(), Fault> {
    let mut sorted: Vec<Vec<String>> = rows.collect();
    sorted.sort_unstable();
    write_in_order(path, head, sorted.into_iter())
}

/// Writes a table in the order its rows come.
pub fn write_in_order(
    path: &Path,
    head: &[&str],
    rows: impl Iterator<Item = Vec<String>>,
) -> Result<(), Fault> {
    write_whole(path, |file| {
        let mut writer = csv::Writer::from_writer(file);
        writer.write_record(head)?;
        for row in rows {
            writer.write_record(&row)?;
        }
        writer.flush()
    })
}

/// Writes `errors.csv`: by file, then by line as a number.
pub fn write_errors(path: &Path, errors: &[RowError]) -> Result<(), Fault> {
    let mut sorted: Vec<&RowError> = errors.iter().collect();
    sorted.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    let rows = sorted.into_iter().map(|error| {
        let line = error.line.to_string();
        vec![error.file.to_string(), line, error.field.clone(), error.code.into(), error.text()]
    });
    write_in_order(path, &ERRORS_HEAD, rows)
}

/// Writes a file whole or not at all; folders on the way are made.
pub fn write_whole(
    path: &Path,
    fill: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> Result<(), Fault> {
    if let Some(dir) = path.parent() {
        std::fs::create_dir_all(dir).map_err(|error| Fault::writing(dir, &error))?;
    }
    let beside = beside(path);
    let written = fill_and_move(&beside, path, fill);
    written.map_err(|error| {
        // Whether this works changes nothing about what is reported.
        let _ = std::fs::remove_file(&beside);
        Fault::writing(path, &error)
    })
}

fn fill_and_move(
    beside: &Path,
    path: &Path,
    fill: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> io::Result<()> {
    let mut file = BufWriter::new(File::create(beside)?);
    fill(&mut file)?;
    file.flush()?;
    // Durable before it takes the place of the old one.
    file.get_ref().sync_all()?;
    std::fs::rename(beside, path)
}

/// A hidden name in the same folder, since a file can only be moved whole within one disk.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}.tmp", std::process::id()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folder::tests::Folder;

    fn row(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|cell| (*cell).to_owned()).collect()
    }

    #[test]
    fn rows_are_sorted_by_their_first_columns_and_quoted_where_needed() {
        let folder = Folder::new(&[]);
        let path = folder.path().join("out/findings.csv");
        let rows = [row(&["b", "1"]), row(&["a", "2,\"x\""]), row(&["a", "1\n"])];
        write_csv(&path, &["clause", "text"], rows.into_iter()).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text, "clause,text\na,\"1\n\"\na,\"2,\"\"x\"\"\"\nb,1\n");
        let names: Vec<_> = std::fs::read_dir(path.parent().unwrap()).unwrap().collect();
        assert_eq!(names.len(), 1, "nothing but the table is left behind");
    }

    #[test]
    fn errors_are_sorted_by_line_as_a_number() {
        let folder = Folder::new(&[]);
        let path = folder.path().join("errors.csv");
        let error = |line| RowError {
            file: "visit.csv".into(),
            line,
            field: "date".into(),
            code: "E1012",
            message: "甲".into(),
            remedy: "乙".into(),
        };
        write_errors(&path, &[error(10), error(9)]).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines[0], "file,line,field,code,text");
        assert_eq!(lines[1], "visit.csv,9,date,E1012,甲；乙");
        assert!(lines[2].starts_with("visit.csv,10,"));
    }

    #[test]
    fn a_place_that_cannot_be_written_is_a_fault_in_one_sentence() {
        let folder = Folder::new(&[("taken", "")]);
        let path = folder.path().join("taken/standing.csv");
        let fault = write_csv(&path, &["org"], std::iter::empty()).unwrap_err();
        let text = fault.to_string();
        assert!(text.contains("taken") && text.contains("写不了"), "{text}");
        assert_eq!(text.lines().count(), 1);
        // A folder where the table should be: what was there stays.
        std::fs::create_dir(folder.path().join("org.csv")).unwrap();
        let path = folder.path().join("org.csv");
        assert!(write_csv(&path, &["org"], std::iter::empty()).is_err());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    }
}
