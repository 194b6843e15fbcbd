//! The registry a season is played on: organisations, places and workdays, from a fact folder.
//!
//! Organisations are numbered densely in the order of their file. A season may use a part of them
//! only (`cut`). The base leaves its development zones empty, because no public table says which
//! townships they hold; a rehearsal gives them some, so that their duties can be played too.
//! It holds no person; those are made up.
//! Read next: `people.rs`.

use std::path::Path;
use std::sync::Arc;

use document::{Fault, ReadOptions};
use facts::schema::registry::ORG;
use facts::{Calendar, Day, FieldType, FormId, Schema, Value, Version, World};

use super::cell::Org;
use super::scale::Scale;

/// Which townships a zone is given in a rehearsal; those the registry lacks are passed over.
const ZONE_TOWNSHIPS: [(&str, &[&str]); 3] = [
    ("371600K01", &["371602010", "371602011", "371602012"]),
    ("371600K02", &["371602007", "371602013"]),
    ("371600K03", &["371623105"]),
];

/// Level of an organisation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Level {
    /// 市.
    City,
    /// 县 or 开发区.
    County,
    /// 乡.
    Township,
    /// 村.
    Village,
}

/// A row of the registry, its columns as they stood.
#[derive(Clone, Debug)]
pub struct BaseRow {
    /// Its id.
    pub id: String,
    /// Its own columns by name, without references.
    pub cells: Vec<(String, String)>,
    /// The one above, by number.
    pub parent: Option<u32>,
    /// The place it lies in, by number.
    pub place: Option<u32>,
}

/// Organisations, places and workdays.
#[derive(Clone, Debug)]
pub struct Base {
    /// Organisations.
    pub orgs: Vec<BaseRow>,
    /// Places.
    pub places: Vec<BaseRow>,
    /// Workdays.
    pub calendar: Calendar,
    /// The text of the workday file, when there is one.
    pub workdays: Option<String>,
    /// Level of each organisation.
    pub levels: Vec<Level>,
    /// What lies directly below each organisation.
    pub below: Vec<Vec<Org>>,
    /// Villages of a usual township.
    pub villages_usual: usize,
}

impl Base {
    /// Reads a registry folder; it must hold one city at least.
    pub fn read(dir: &Path, schema: &Arc<Schema>) -> Result<Base, Fault> {
        let read = document::folder::read(dir, Arc::clone(schema), &ReadOptions::default())?;
        if let Some(error) = read.errors.first() {
            let what = format!("底册有 {} 处错误，第一处在 {}", read.errors.len(), error.file);
            return Err(Fault::new(what, dir, "请先用 nuanjia check --facts 看清楚再改"));
        }
        let places = rows(&read.world, "place", ORG);
        let orgs = rows(&read.world, ORG, "place");
        let file = dir.join("workdays.csv");
        let workdays = if file.is_file() { Some(crate::texts::read(&file)?) } else { None };
        let mut base = Base {
            orgs,
            places,
            calendar: read.world.calendar.clone(),
            workdays,
            levels: Vec::new(),
            below: Vec::new(),
            villages_usual: 0,
        };
        base.fill_zones();
        base.link();
        if !base.levels.contains(&Level::City) {
            return Err(Fault::new(
                "里面没有市一级的组织",
                dir,
                "请用 --base 指一个有 org.csv 的底册",
            ));
        }
        Ok(base)
    }

    /// The part of it that a scale asks for.
    pub fn cut(&self, scale: &Scale) -> Base {
        let mut kept = vec![false; self.orgs.len()];
        let city = self.city();
        kept[city.index()] = true;
        for county in self.below(city).iter().take(scale.counties) {
            kept[county.index()] = true;
            for township in self.below(*county).iter().take(scale.townships) {
                kept[township.index()] = true;
                for village in self.below(*township).iter().take(scale.villages) {
                    kept[village.index()] = true;
                }
            }
        }
        let (mut orgs, numbers) = keep(&self.orgs, &kept);
        let mut lies_in = vec![false; self.places.len()];
        for org in &orgs {
            let mut at = org.place;
            while let Some(place) = at {
                lies_in[place as usize] = true;
                at = self.places[place as usize].parent;
            }
        }
        let (mut places, place_numbers) = keep(&self.places, &lies_in);
        let renumber = |at: &mut Option<u32>, numbers: &[u32]| {
            *at = at.map(|number| numbers[number as usize]);
        };
        for org in &mut orgs {
            renumber(&mut org.parent, &numbers);
            renumber(&mut org.place, &place_numbers);
        }
        for place in &mut places {
            renumber(&mut place.parent, &place_numbers);
        }
        let (calendar, workdays) = (self.calendar.clone(), self.workdays.clone());
        let (levels, below) = (Vec::new(), Vec::new());
        let villages_usual = 0;
        let mut cut = Base { orgs, places, calendar, workdays, levels, below, villages_usual };
        cut.link();
        cut
    }

    /// The city; the first, when there are several.
    pub fn city(&self) -> Org {
        let found = self.levels.iter().position(|level| *level == Level::City);
        Org(found.unwrap_or(0) as u32)
    }

    /// All organisations of a level.
    pub fn of_level(&self, level: Level) -> impl Iterator<Item = Org> {
        let all = self.levels.iter().enumerate();
        all.filter(move |(_, found)| **found == level).map(|(index, _)| Org(index as u32))
    }

    /// What lies directly below.
    pub fn below(&self, org: Org) -> &[Org] {
        &self.below[org.index()]
    }

    /// The one above; itself at the top.
    pub fn above(&self, org: Org) -> Org {
        self.orgs[org.index()].parent.map_or(org, Org)
    }

    /// All villages in it.
    pub fn villages(&self, org: Org) -> Vec<Org> {
        match self.levels[org.index()] {
            Level::Village => vec![org],
            _ => self.below(org).iter().flat_map(|below| self.villages(*below)).collect(),
        }
    }

    /// All townships in it.
    pub fn townships(&self, org: Org) -> Vec<Org> {
        match self.levels[org.index()] {
            Level::Village => Vec::new(),
            Level::Township => vec![org],
            _ => self.below(org).iter().flat_map(|below| self.townships(*below)).collect(),
        }
    }

    fn fill_zones(&mut self) {
        for (zone, townships) in ZONE_TOWNSHIPS {
            let find = |id: &str| self.orgs.iter().position(|org| org.id == id);
            let Some(above) = find(zone) else { continue };
            let found: Vec<usize> = townships.iter().filter_map(|id| find(id)).collect();
            for township in found {
                self.orgs[township].parent = Some(above as u32);
            }
        }
    }

    fn link(&mut self) {
        let level = |org: &BaseRow| match org.cell("level") {
            "city" => Level::City,
            "township" => Level::Township,
            "village" => Level::Village,
            _ => Level::County,
        };
        self.levels = self.orgs.iter().map(level).collect();
        self.below = vec![Vec::new(); self.orgs.len()];
        for (index, org) in self.orgs.iter().enumerate() {
            if let Some(parent) = org.parent {
                self.below[parent as usize].push(Org(index as u32));
            }
        }
        let townships = self.of_level(Level::Township).count();
        self.villages_usual = self.of_level(Level::Village).count() / townships.max(1);
    }
}

impl BaseRow {
    /// A column's text.
    pub fn cell(&self, column: &str) -> &str {
        let found = self.cells.iter().find(|(name, _)| name == column);
        found.map_or("", |(_, text)| text)
    }
}

/// The kept rows, with the new number of each old one; the one above a kept row is kept too.
fn keep(rows: &[BaseRow], kept: &[bool]) -> (Vec<BaseRow>, Vec<u32>) {
    let mut numbers = Vec::with_capacity(rows.len());
    let mut found = Vec::new();
    for (row, kept) in rows.iter().zip(kept) {
        numbers.push(found.len() as u32);
        if *kept {
            found.push(row.clone());
        }
    }
    (found, numbers)
}

/// All rows of a registry form; references to itself are its parent, those to `beside` its place.
fn rows(world: &World, alias: &str, beside: &str) -> Vec<BaseRow> {
    let Some(form) = world.schema.form_named(alias) else {
        return Vec::new();
    };
    let beside = world.schema.form_named(beside);
    let records = world.table(form).records.iter();
    records
        .filter_map(|record| {
            let version = record.known_at(None).last()?;
            Some(row(world, form, beside, &record.id, version))
        })
        .collect()
}

fn row(
    world: &World,
    form: FormId,
    beside: Option<FormId>,
    id: &str,
    version: &Version,
) -> BaseRow {
    let mut row = BaseRow { id: id.to_owned(), cells: Vec::new(), parent: None, place: None };
    let fields = world.schema.form(form).fields.iter().zip(version.values.iter());
    for (field, value) in fields.skip(facts::schema::COMMON_FIELDS) {
        match (value, &field.ty) {
            (Value::Ref(to), _) if to.form == form => row.parent = Some(to.index),
            (Value::Ref(to), _) if Some(to.form) == beside => row.place = Some(to.index),
            (Value::Code(code), FieldType::Code(list)) => {
                let codes = &world.schema.code_list(*list).codes;
                let text = codes.get(*code as usize).map_or("", |code| &code.alias);
                row.cells.push((field.alias.clone(), text.to_owned()));
            }
            (Value::Text(text), _) => row.cells.push((field.alias.clone(), text.to_string())),
            (Value::Day(day), _) if *day > Day::MIN && *day < Day::MAX => {
                row.cells.push((field.alias.clone(), day.to_string()));
            }
            _ => {}
        }
    }
    row
}
