//! Writing a season as a fact folder (vocabulary.md, "Fact folder").
//!
//! One file per form that has rows, the registry of the base beside them, so that the folder stands
//! by itself. The same season gives the same bytes. A folder that holds something is refused: a
//! rehearsal never mixes with what may be real.
//! Read next: `document::tables`.

use std::path::Path;

use document::Fault;
use document::tables::{write_in_order, write_whole};

use super::base::{Base, BaseRow};
use super::cell::Names;
use super::row::{Row, Take};
use super::rows::Season;

const ORG_COLUMNS: [&str; 8] = ["id", "name", "level", "kind", "parent", "place", "from", "to"];
const PLACE_COLUMNS: [&str; 7] = ["id", "code", "name", "level", "parent", "from", "to"];

/// Refuses a place that is taken.
pub fn assert_free(dir: &Path) -> Result<(), Fault> {
    let remedy = "请换一个空的或还没有的文件夹";
    match std::fs::read_dir(dir).map(|entries| entries.count()) {
        Ok(0) => Ok(()),
        Ok(_) => Err(Fault::new("文件夹里已有东西", dir, remedy)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotADirectory => {
            Err(Fault::new("这是一个文件，不是文件夹", dir, remedy))
        }
        Err(error) => Err(Fault::new(format!("打不开（{error}）"), dir, remedy)),
    }
}

/// Writes registry and season; every id of a cloned city begins with `prefix`.
pub fn write(season: &Season, base: &Base, prefix: &str, dir: &Path) -> Result<(), Fault> {
    let names = Names::new(base, prefix.to_owned());
    let registry = |row: &BaseRow, columns: &[&str], above: &[BaseRow], beside: &[BaseRow]| {
        let id_of = |rows: &[BaseRow], at: Option<u32>| {
            let row = at.and_then(|at| rows.get(at as usize));
            row.map(|row| format!("{prefix}{}", row.id)).unwrap_or_default()
        };
        let cell = |column: &&str| match *column {
            "id" => format!("{prefix}{}", row.id),
            "parent" => id_of(above, row.parent),
            "place" => id_of(beside, row.place),
            other => row.cell(other).to_owned(),
        };
        columns.iter().map(cell).collect::<Vec<String>>()
    };
    let orgs = base.orgs.iter().map(|row| registry(row, &ORG_COLUMNS, &base.orgs, &base.places));
    write_in_order(&dir.join("org.csv"), &ORG_COLUMNS, orgs)?;
    let places = base.places.iter().map(|row| registry(row, &PLACE_COLUMNS, &base.places, &[]));
    write_in_order(&dir.join("place.csv"), &PLACE_COLUMNS, places)?;
    if let Some(text) = &base.workdays {
        write_whole(&dir.join("workdays.csv"), |file| {
            std::io::Write::write_all(file, text.as_bytes())
        })?;
    }
    season.each_table(&mut Folder { dir, names: &names })
}

struct Folder<'a> {
    dir: &'a Path,
    names: &'a Names<'a>,
}

impl Take<Fault> for Folder<'_> {
    fn table<R: Row>(&mut self, rows: &[R]) -> Result<(), Fault> {
        if rows.is_empty() {
            return Ok(());
        }
        let path = self.dir.join(format!("{}.csv", R::FILE));
        write_in_order(&path, &R::head(), rows.iter().map(|row| row.cells(self.names)))
    }
}
