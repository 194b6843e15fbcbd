//! The facts behind the twelve clauses as bare columns of 32-bit numbers, for another program.
//!
//! One file per column, `visit.date.i32`, little-endian, cities one after the other; ids are
//! numbers of the form over all cities, −1 stands for none, days count from 1970-01-01. Every
//! version of a row is there, with the day it was known and whether it stands: which one counts is
//! left to the reader, as everything is that a plan decides.
//! `scripts/bench/load.py` reads them.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use facts::Day;
use server::rehearse::base::{Base, Level};
use server::rehearse::cell::{Id, Mark, Org};
use server::rehearse::rows::Season;

/// No record, no day.
const NONE: i32 = -1;
/// Versions of visits are counted beside the visits themselves.
const VISIT_VERSIONS: &str = "visit version";

/// The files, and how many ids each form has used.
pub struct Narrow {
    dir: PathBuf,
    files: BTreeMap<String, BufWriter<File>>,
    used: BTreeMap<&'static str, i32>,
    city: i32,
}

impl Narrow {
    /// A folder for the columns.
    pub fn create(dir: &Path) -> Result<Narrow, String> {
        std::fs::create_dir_all(dir).map_err(|error| error.to_string())?;
        let (files, used) = (BTreeMap::new(), BTreeMap::new());
        Ok(Narrow { dir: dir.to_owned(), files, used, city: 0 })
    }

    /// Takes a city.
    pub fn take(&mut self, base: &Base, season: &Season) -> Result<(), String> {
        self.orgs(base)?;
        self.registry(season)?;
        self.field_work(season)?;
        self.visits(season)?;
        self.help(season)?;
        self.papers(season)?;
        let sizes = [
            ("org", base.orgs.len()),
            ("person", season.persons.len()),
            ("post", season.posts.len()),
            ("leave", season.leaves.len()),
            ("household", season.households.len()),
            ("resident", season.residents.len()),
            ("household_tag", season.tags.len()),
            ("trip", season.trips.len()),
            ("visit", season.visits.len()),
            ("diary", season.diaries.len()),
            ("contact_point", season.contact_points.len()),
            ("pairing", season.pairings.len()),
            ("inspection", season.inspections.len()),
            ("periodic_report", season.periodic_reports.len()),
        ];
        for (form, size) in sizes {
            self.put("city", form, self.at(form))?;
            *self.used.entry(form).or_default() += size as i32;
        }
        self.city += 1;
        Ok(())
    }

    /// Writes what is still held back.
    pub fn finish(mut self) -> Result<(), String> {
        let mut files = self.files.values_mut();
        files.try_for_each(BufWriter::flush).map_err(|error| error.to_string())
    }

    fn orgs(&mut self, base: &Base) -> Result<(), String> {
        for (index, org) in base.orgs.iter().enumerate() {
            let level = match base.levels.get(index) {
                Some(Level::City) => 0,
                Some(Level::County) => 1,
                Some(Level::Township) => 2,
                _ => 3,
            };
            let above = org.parent.map_or(NONE, |above| self.at("org") + above as i32);
            let id = self.at("org") + index as i32;
            self.row("org", &[("id", id), ("level", level), ("parent", above)])?;
            if self.city == 0 {
                let path = self.dir.join("org.ids.txt");
                let ids: Vec<&str> = base.orgs.iter().map(|org| org.id.as_str()).collect();
                std::fs::write(path, ids.join("\n")).map_err(|error| error.to_string())?;
            }
        }
        Ok(())
    }

    fn registry(&mut self, season: &Season) -> Result<(), String> {
        for row in &season.persons {
            let id = self.id("person", row.id);
            self.marked("person", id, &row.mark, &[])?;
        }
        for row in &season.posts {
            let group = ["leader", "office", "township", "village"];
            let group = group.iter().position(|name| *name == row.group).map_or(NONE, |n| n as i32);
            let cells = [
                ("person", self.id("person", row.person)),
                ("org", self.org(row.org)),
                ("group", group),
                ("from", row.from.0),
                ("to", day(row.to)),
            ];
            self.marked("post", self.id("post", row.id), &row.mark, &cells)?;
        }
        for row in &season.leaves {
            let person = self.id("person", row.person);
            let cells = [("person", person), ("from", row.from.0), ("to", day(row.to))];
            self.marked("leave", self.id("leave", row.id), &row.mark, &cells)?;
        }
        for row in &season.households {
            let cells = [("village", self.org(row.village))];
            self.marked("household", self.id("household", row.id), &row.mark, &cells)?;
        }
        for row in &season.residents {
            let birth = row.birth.first_day().0;
            self.marked("resident", self.id("resident", row.id), &row.mark, &[("birth", birth)])?;
        }
        Ok(())
    }

    fn field_work(&mut self, season: &Season) -> Result<(), String> {
        for row in &season.trips {
            let cells = [
                ("cadre", self.id("person", row.cadre)),
                ("from", row.from.0),
                ("to", row.to.0),
                ("halves", i32::from(row.days.0)),
                ("township", self.org(row.township)),
            ];
            self.marked("trip", self.id("trip", row.id), &row.mark, &cells)?;
        }
        for row in &season.diaries {
            let cells = [
                ("author", self.id("person", row.author)),
                ("org", self.org(row.org)),
                ("date", row.date.0),
                ("trip", self.id("trip", row.trip)),
            ];
            self.marked("diary", self.id("diary", row.id), &row.mark, &cells)?;
        }
        Ok(())
    }

    fn visits(&mut self, season: &Season) -> Result<(), String> {
        let topics = ["employment", "culture", "rights", "poverty", "vulnerable"];
        for row in &season.visits {
            let id = self.id("visit", row.id);
            let place = |name: &&str| topics.iter().position(|topic| topic == name);
            let set = row.topics.iter().filter_map(place).fold(0, |set, at| set | 1 << at);
            // People belong to a version: a correction may name others.
            let version = self.at(VISIT_VERSIONS);
            let cells = [
                ("version", version),
                ("date", row.date.0),
                ("home", i32::from(row.kind == "home")),
                ("household", self.id("household", row.household)),
                ("topics", set),
            ];
            self.marked("visit", id, &row.mark, &cells)?;
            *self.used.entry(VISIT_VERSIONS).or_default() += 1;
            for person in row.visitors.iter() {
                let person = self.id("person", person);
                self.row("visitor", &[("version", version), ("person", person)])?;
            }
        }
        Ok(())
    }

    fn help(&mut self, season: &Season) -> Result<(), String> {
        for row in &season.tags {
            let household = self.id("household", row.household);
            let cells = [("household", household), ("from", row.from.0), ("to", day(row.to))];
            self.marked("household_tag", self.id("household_tag", row.id), &row.mark, &cells)?;
        }
        for row in &season.contact_points {
            let cells = [
                ("org", self.org(row.org)),
                ("village", self.org(row.village)),
                ("weak", i32::from(row.weak)),
                ("from", row.from.0),
                ("to", day(row.to)),
            ];
            self.marked("contact_point", self.id("contact_point", row.id), &row.mark, &cells)?;
        }
        for row in &season.pairings {
            let kinds = ["woman", "child"];
            let kind = kinds.iter().position(|kind| *kind == row.kind).map_or(NONE, |n| n as i32);
            let cells = [
                ("cadre", self.id("person", row.cadre)),
                ("kind", kind),
                ("resident", self.id("resident", row.resident)),
                ("basis", i32::from(!row.basis.is_empty())),
                ("from", row.from.0),
                ("to", day(row.to)),
            ];
            self.marked("pairing", self.id("pairing", row.id), &row.mark, &cells)?;
        }
        Ok(())
    }

    fn papers(&mut self, season: &Season) -> Result<(), String> {
        for row in &season.inspections {
            let cells = [("place", self.org(row.place)), ("date", row.date.0)];
            self.marked("inspection", self.id("inspection", row.id), &row.mark, &cells)?;
        }
        for row in &season.periodic_reports {
            let cells = [
                ("org", self.org(row.org)),
                ("first", row.covers.first.0),
                ("last", row.covers.last.0),
                ("filed", i32::from(row.filed)),
                ("date", row.date.0),
            ];
            let id = self.id("periodic_report", row.id);
            self.marked("periodic_report", id, &row.mark, &cells)?;
        }
        Ok(())
    }

    /// Writes a version with what is known about it.
    fn marked(
        &mut self,
        form: &str,
        id: i32,
        mark: &Mark,
        cells: &[(&str, i32)],
    ) -> Result<(), String> {
        let stands = !mark.withdrawn && (!mark.entered_for.is_some() || mark.confirmed);
        let known = [("id", id), ("known", mark.day.0), ("stands", i32::from(stands))];
        self.row(form, &known)?;
        self.row(form, cells)
    }

    fn row(&mut self, form: &str, cells: &[(&str, i32)]) -> Result<(), String> {
        cells.iter().try_for_each(|(column, value)| self.put(form, column, *value))
    }

    fn put(&mut self, form: &str, column: &str, value: i32) -> Result<(), String> {
        let name = format!("{form}.{column}.i32");
        let file = match self.files.get_mut(&name) {
            Some(file) => file,
            None => {
                let made = File::create(self.dir.join(&name)).map_err(|error| error.to_string())?;
                self.files.entry(name).or_insert(BufWriter::new(made))
            }
        };
        file.write_all(&value.to_le_bytes()).map_err(|error| error.to_string())
    }

    fn at(&self, form: &str) -> i32 {
        self.used.get(form).copied().unwrap_or(0)
    }

    fn id<R>(&self, form: &str, id: Id<R>) -> i32 {
        if id.is_some() { self.at(form) + id.index() as i32 } else { NONE }
    }

    fn org(&self, org: Org) -> i32 {
        if org == Org::NONE { NONE } else { self.at("org") + org.0 as i32 }
    }
}

fn day(day: Option<Day>) -> i32 {
    day.map_or(i32::MAX, |day| day.0)
}
