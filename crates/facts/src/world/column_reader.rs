//! Reading the cells of one column, one row after the other.
//!
//! What a column needs is looked up once, not for every cell: the names of its codes, whether it
//! may be empty. Lists repeat (the same topics, the same visitors), so the last ones are kept, and
//! equal lists share their memory. Whatever is not found here goes by the rule of its type, which
//! also says what is wrong; so this changes how fast a cell is read and never what it gives.
//! Read next: `cell.rs`.

use std::hash::{BuildHasher, BuildHasherDefault};

use rustc_hash::FxHasher;

use super::build::WorldBuilder;
use super::cell::{self, Content};
use super::columns::Column;
use super::ids::{Key, key};
use crate::row_error::Trouble;
use crate::schema::{COMMON_FIELDS, CodeList, Field, FieldId, FieldType, Form, ID, Schema};
use crate::value::Value;

/// How one column is read.
pub(super) struct ColumnReader {
    pub column: Column,
    /// Whether an empty cell is an error.
    pub needed: bool,
    way: Way,
}

enum Way {
    /// By the names of a code list, the first of two equal ones before the other.
    Code(Vec<(Key, u16)>),
    /// By lists seen before.
    List(Recent),
    /// By the rule of its type alone.
    Rule,
}

impl ColumnReader {
    pub fn new(schema: &Schema, form: &Form, column: Column) -> ColumnReader {
        let Column::Field(id) = column else {
            return ColumnReader { column, needed: false, way: Way::Rule };
        };
        let field = &form.fields[id.0 as usize];
        let needed = id == ID || (id.0 as usize >= COMMON_FIELDS && field.required());
        let way = match &field.ty {
            _ if field.is_list() => Way::List(Recent::default()),
            FieldType::Code(list) => Way::Code(names(schema.code_list(*list))),
            _ => Way::Rule,
        };
        ColumnReader { column, needed, way }
    }

    /// Reads a cell that is not empty, of a column that is neither sealed nor the id.
    pub fn read(
        &mut self,
        builder: &mut WorldBuilder,
        id: FieldId,
        field: &Field,
        cell: &str,
    ) -> Result<Content, Trouble> {
        match &mut self.way {
            Way::Rule => {}
            Way::Code(names) => {
                let wanted = key(cell);
                if let Some((_, code)) = names.iter().find(|(name, _)| Some(*name) == wanted) {
                    return Ok(Content::Value(Value::Code(*code)));
                }
            }
            Way::List(recent) => {
                if let Some(value) = recent.get(cell) {
                    return Ok(Content::Value(value));
                }
                let content = cell::read(builder, id, field, cell)?;
                if let Content::Value(value) = &content {
                    recent.keep(cell, value);
                }
                return Ok(content);
            }
        }
        cell::read(builder, id, field, cell)
    }
}

/// Aliases and labels; a long one is left to the rule.
fn names(list: &CodeList) -> Vec<(Key, u16)> {
    let codes = (0u16..).zip(&list.codes);
    let names = codes.flat_map(|(at, code)| [(key(&code.alias), at), (key(&code.label), at)]);
    names.filter_map(|(name, at)| Some((name?, at))).collect()
}

/// Lists as they were written, each in the one place its text leads to.
#[derive(Default)]
struct Recent {
    places: Vec<(String, Value)>,
}

impl Recent {
    /// Places of a column: the visitors of a county, or all sets of topics.
    const PLACES: usize = 1 << 10;
    /// A longer text is not kept, which bounds the memory.
    const TEXT_MAX: usize = 64;

    fn get(&self, cell: &str) -> Option<Value> {
        let (text, value) = self.places.get(Recent::place(cell))?;
        (text == cell).then(|| value.clone())
    }

    fn keep(&mut self, cell: &str, value: &Value) {
        if cell.len() > Recent::TEXT_MAX {
            return;
        }
        self.places.resize(Recent::PLACES, Default::default());
        if let Some((text, kept)) = self.places.get_mut(Recent::place(cell)) {
            text.clear();
            text.push_str(cell);
            *kept = value.clone();
        }
    }

    fn place(cell: &str) -> usize {
        let hash = BuildHasherDefault::<FxHasher>::default().hash_one(cell);
        hash as usize % Recent::PLACES
    }
}
