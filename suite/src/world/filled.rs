//! A random world of any schema: the season of the paper, and records of every other form beside.
//!
//! The season that [`super::random`] plays holds the forms of one paper. Another campaign declares
//! forms of its own and reads fields that this season leaves empty; here every form that can happen
//! gets rows by the types of its fields alone. They are crowded on few records and few days, so
//! that "six friends" and "within a day" are now and then reached and mostly missed.
//! What a form or a field means is not known here. Read next: `amend.rs`, `../draw.rs`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use facts::schema::{COMMON_FIELDS, Field, FieldType, Form, FormId, registry};
use facts::{Day, Privacy, Schema};

use super::field::season_days;
use super::{Row, Rows, Season, amend, random};
use crate::draw::Draw;

/// Beside the registry, a form that holds up the world: a made-up place would let it fall.
const PLACE: &str = "place";
/// Rows of a form that the season already has, at least and at most.
const ROWS_MORE: (i32, i32) = (8, 40);
/// Rows of a form that it does not have.
const ROWS_NEW: (i32, i32) = (20, 90);
/// So many records of a form are referred to half of the time.
const FAVOURITES: usize = 4;

/// The random world of a seed, with rows in every form of the schema.
pub fn filled(schema: &Schema, seed: u64) -> Rows {
    let mut rows = random(seed);
    let mut draw = Draw::new(!seed);
    let ids = ids(&rows);
    let of_level = |level: &str| -> Vec<String> {
        let named = rows.0.iter().filter(|row| row.form == "org" && row.cell("level") == level);
        named.map(|row| row.id.clone()).collect()
    };
    let season = Season {
        city: "371600".into(),
        counties: of_level("county"),
        townships: of_level("township"),
        persons: ids.get(registry::PERSON).cloned().unwrap_or_default(),
        ..Season::default()
    };
    let mut filling = Filling { schema, draw: &mut draw, season, ids };
    for form in &schema.forms {
        let alias = form.alias.as_str();
        let steady = registry::ALL.contains(&alias) || alias == PLACE;
        if !form.builtin && form.versioned.is_none() && !steady {
            filling.form(form);
        }
    }
    let season = filling.season;
    rows.0.extend(amend::amend(season, &mut draw));
    rows
}

/// The ids of every form, each once, in order of arrival.
fn ids(rows: &Rows) -> BTreeMap<String, Vec<String>> {
    let mut ids: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in &rows.0 {
        let known = ids.entry(row.form.to_owned()).or_default();
        if !known.contains(&row.id) {
            known.push(row.id.clone());
        }
    }
    ids
}

/// A row's names live as long as the program: there are some hundred, the same for every seed.
fn name(text: &str) -> &'static str {
    static NAMES: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = names.get(text) {
        return known;
    }
    let kept: &'static str = Box::leak(text.into());
    names.insert(kept);
    kept
}

struct Filling<'a> {
    schema: &'a Schema,
    draw: &'a mut Draw,
    season: Season,
    ids: BTreeMap<String, Vec<String>>,
}

impl Filling<'_> {
    fn form(&mut self, form: &Form) {
        let (least, most) = match self.ids.contains_key(&form.alias) {
            true => ROWS_MORE,
            false => ROWS_NEW,
        };
        for number in 0..self.draw.between(least, most) {
            let (first, last) = season_days();
            let day = self.draw.day(first, last);
            let mut row =
                Row::new(name(&form.alias)).named(format!("more-{}-{number}", form.alias));
            let fields = form.fields.iter().enumerate().skip(COMMON_FIELDS);
            for (index, field) in fields {
                let end = form.end.is_some_and(|end| usize::from(end.0) == index);
                let axis = form.axis.is_some_and(|axis| usize::from(axis.0) == index);
                let from = match axis {
                    true => day,
                    false => day + self.draw.between(if end { 0 } else { -9 }, 60),
                };
                // Half of what begins goes on for ever.
                if end && !field.required() && self.draw.chance(50) {
                    continue;
                }
                match self.cell(field, from) {
                    Some(cell) => row = row.with(name(&field.alias), cell),
                    // Nothing there to refer to.
                    None if field.required() => return,
                    None => {}
                }
            }
            let id = self.season.put(row, day, self.draw);
            self.ids.entry(form.alias.clone()).or_default().push(id);
        }
    }

    /// A cell that fits the field; `None` when it is left empty or nothing can stand there.
    fn cell(&mut self, field: &Field, day: Day) -> Option<String> {
        let absent = field.derived || field.builtin || field.privacy == Privacy::Sealed;
        if absent || !field.required() && self.draw.chance(35) {
            return None;
        }
        if !field.is_list() {
            return self.item(field, day);
        }
        let mut items: Vec<String> = Vec::new();
        for _ in 0..self.draw.between(1, 6) {
            let item = self.item(field, day)?;
            if !items.contains(&item) {
                items.push(item);
            }
        }
        Some(items.join("|"))
    }

    fn item(&mut self, field: &Field, day: Day) -> Option<String> {
        Some(match &field.ty {
            FieldType::Text | FieldType::File => "x".into(),
            // Whole numbers lie on every grid that a form has.
            FieldType::Number | FieldType::Minutes => self.draw.between(0, 40).to_string(),
            FieldType::Days => self.draw.between(1, 5).to_string(),
            FieldType::Day | FieldType::Time => day.to_string(),
            FieldType::Month => day.to_string().get(..7)?.to_owned(),
            FieldType::Span => format!("{day}..{}", day + self.draw.between(0, 90)),
            FieldType::Bool => (*self.draw.pick(&["yes", "yes", "no"])).to_owned(),
            FieldType::Code(list) => {
                let codes = &self.schema.code_list(*list).codes;
                (!codes.is_empty()).then(|| self.draw.pick(codes).alias.clone())?
            }
            FieldType::Ref(forms) => self.reference(forms)?,
            FieldType::AnyRef => format!("person:{}", self.draw.pick(&self.season.persons)),
        })
    }

    /// The id of a record that is there, half of the time one of a few that everybody names.
    fn reference(&mut self, forms: &[FormId]) -> Option<String> {
        let filled = |form: &FormId| {
            let alias = &self.schema.form(*form).alias;
            Some((alias, self.ids.get(alias)?))
        };
        let there: Vec<_> = forms.iter().filter_map(filled).collect();
        if there.is_empty() {
            return None;
        }
        let (form, known) = *self.draw.pick(&there);
        // Others in every world, because each has another number of records.
        let favourite = known.len() / 2 + self.draw.between(0, FAVOURITES as i32 - 1) as usize;
        let id = match self.draw.chance(50) {
            true => self.draw.pick(known),
            false => &known[favourite % known.len()],
        };
        Some(if forms.len() > 1 { format!("{form}:{id}") } else { id.clone() })
    }
}
