//! Random worlds: a small organisation tree and one season of every record the paper reads.
//!
//! [`random`] gives rows as text, form and field by their aliases, so that the same rows can become
//! a world of the engine, tables of a database or a folder of files. They are made to lie at the
//! edges: days at which periods end, posts that overlap, records known late, corrected, withdrawn
//! or never confirmed, references to what was withdrawn. They mean nothing and name nobody.
//! [`filled`] gives rows to the forms of any other plan as well.
//! Read next: `world/registry.rs`, then `world/amend.rs`.

use std::fmt::Display;
use std::sync::Arc;

use facts::{Calendar, Day, Schema, World, WorldBuilder};

use crate::draw::Draw;

mod amend;
mod field;
mod filled;
mod help;
mod paper;
mod registry;
mod report;
mod shielded;

pub use filled::filled;
pub use shielded::shielded;

/// One version of one record, as it would stand in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Alias of its form.
    pub form: &'static str,
    /// Its id.
    pub id: String,
    /// Aliases of fields and their cells; an empty cell is left out.
    pub cells: Vec<(&'static str, String)>,
    /// The day since which it is known; `None` = always.
    pub known: Option<Day>,
    /// Whether it withdraws the record.
    pub withdrawn: bool,
}

/// The rows of a world, in order of arrival.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows(pub Vec<Row>);

/// The random world of a seed.
pub fn random(seed: u64) -> Rows {
    let mut draw = Draw::new(seed);
    let mut season = Season::default();
    registry::fill(&mut season, &mut draw);
    field::fill(&mut season, &mut draw);
    help::fill(&mut season, &mut draw);
    paper::fill(&mut season, &mut draw);
    report::fill(&mut season, &mut draw);
    Rows(amend::amend(season, &mut draw))
}

/// A day the generator writes out; it must be one.
fn at(text: &str) -> Day {
    Day::parse(text).unwrap_or(Day::MIN)
}

/// What has been made so far, and the ids that others may refer to.
#[derive(Default)]
struct Season {
    rows: Vec<Row>,
    city: String,
    counties: Vec<String>,
    townships: Vec<String>,
    villages: Vec<String>,
    persons: Vec<String>,
    households: Vec<String>,
    residents: Vec<String>,
}

impl Season {
    /// Takes a new row; it becomes known on its day or somewhat later, now and then much later.
    fn put(&mut self, mut row: Row, day: Day, draw: &mut Draw) -> String {
        let before = self.rows.iter().filter(|other| other.form == row.form).count();
        if row.id.is_empty() {
            row.id = format!("{}-{before:04}", row.form);
        }
        let late = match draw.between(0, 19) {
            0 => return self.keep(row),
            1..=9 => 0,
            10..=15 => draw.between(1, 5),
            16..=18 => draw.between(6, 40),
            _ => draw.between(41, 120),
        };
        row.known = Some(day + late);
        self.keep(row)
    }

    /// Takes a row as it is, with who recorded it.
    fn keep(&mut self, row: Row) -> String {
        let id = row.id.clone();
        let by = self.persons.get(self.rows.len() % self.persons.len().max(1));
        let org = self.orgs().nth(self.rows.len() % 7).unwrap_or_default();
        let row = match by {
            Some(person) => row.with("recorded_by", person).with("recorded_org", org),
            None => row,
        };
        self.rows.push(row);
        id
    }

    /// Organisations of the three levels that the paper addresses.
    fn orgs(&self) -> impl Iterator<Item = String> {
        let city = std::iter::once(&self.city);
        let all: Vec<String> = city.chain(&self.counties).chain(&self.townships).cloned().collect();
        all.into_iter()
    }
}

impl Row {
    /// An empty row of a form.
    pub fn new(form: &'static str) -> Row {
        Row { form, id: String::new(), cells: Vec::new(), known: None, withdrawn: false }
    }

    /// With this id.
    pub fn named(mut self, id: impl Display) -> Row {
        self.id = id.to_string();
        self
    }

    /// With this cell; an empty one is left out.
    pub fn with(mut self, field: &'static str, cell: impl Display) -> Row {
        let text = cell.to_string();
        if !text.is_empty() {
            self.cells.push((field, text));
        }
        self
    }

    /// The cell of a field; empty when there is none.
    pub fn cell(&self, field: &str) -> &str {
        self.cells.iter().find(|(name, _)| *name == field).map_or("", |(_, cell)| cell)
    }

    /// Puts another text into a cell.
    pub fn set(&mut self, field: &'static str, text: String) {
        self.cells.retain(|(name, _)| *name != field);
        if !text.is_empty() {
            self.cells.push((field, text));
        }
    }
}

impl Rows {
    /// The engine's world of these rows; a row it refuses is a mistake of the generator.
    pub fn world(&self, schema: &Arc<Schema>) -> Result<World, String> {
        let mut builder = WorldBuilder::new(Arc::clone(schema), Calendar::builtin());
        for (line, row) in self.0.iter().enumerate() {
            let form = schema.form_named(row.form).ok_or("unknown form")?;
            let known = row.known.map_or_else(String::new, |day| day.to_string());
            let withdrawn = if row.withdrawn { "yes" } else { "no" };
            let mut head = vec!["id", "recorded_at", "withdrawn"];
            let mut cells = vec![row.id.as_str(), known.as_str(), withdrawn];
            head.extend(row.cells.iter().map(|(field, _)| *field));
            cells.extend(row.cells.iter().map(|(_, cell)| cell.as_str()));
            // A form may require particulars that these worlds do not have.
            for field in &schema.form(form).fields[facts::schema::COMMON_FIELDS..] {
                let needed = field.required() && field.privacy == facts::Privacy::Sealed;
                if needed && !head.contains(&field.alias.as_str()) {
                    head.push(&field.alias);
                    cells.push("x");
                }
            }
            let table = builder.table(row.form, form, &head);
            let mut table = table.map_err(|errors| format!("{row:?}: {errors:?}"))?;
            table.row(line as u64 + 1, &cells);
        }
        let (world, _, errors) = builder.finish();
        if errors.is_empty() { Ok(world) } else { Err(format!("{errors:#?}")) }
    }

    /// The files of a fact folder: name and text, by form.
    pub fn folder(&self) -> Vec<(String, String)> {
        let mut forms: Vec<&str> = self.0.iter().map(|row| row.form).collect();
        forms.sort_unstable();
        forms.dedup();
        forms.into_iter().map(|form| (format!("{form}.csv"), self.file(form))).collect()
    }

    fn file(&self, form: &str) -> String {
        let rows: Vec<&Row> = self.0.iter().filter(|row| row.form == form).collect();
        let mut head: Vec<&str> =
            rows.iter().flat_map(|row| row.cells.iter().map(|(field, _)| *field)).collect();
        head.sort_unstable();
        head.dedup();
        let mut text = format!("id,recorded_at,withdrawn,{}\n", head.join(","));
        for row in rows {
            let known = row.known.map_or_else(String::new, |day| day.to_string());
            let cells: Vec<&str> = head.iter().map(|field| row.cell(field)).collect();
            let withdrawn = if row.withdrawn { "yes" } else { "no" };
            text += &format!("{},{known},{withdrawn},{}\n", row.id, cells.join(","));
        }
        text
    }
}
