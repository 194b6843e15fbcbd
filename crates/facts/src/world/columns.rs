//! Reading the head of a table.
//!
//! Columns are aliases in any order; only `id` and the required fields must be there. What is
//! unknown names the near one, what is derived or built in says why it is not accepted
//! (vocabulary.md, Fact folder). All that is wrong in a head is said at once.
//! Read next: `writer.rs`.

use crate::near::nearest;
use crate::row_error::{Trouble, code};
use crate::schema::{COMMON_FIELDS, FieldId, Form, ID};

/// Every file may have it although it is no field: yes = this version withdraws the record.
pub(super) const WITHDRAWN: &str = "withdrawn";

/// Names longer than this are cut in messages.
const NAME_SHOWN: usize = 40;

/// What a column fills.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Column {
    /// A field of the form.
    Field(FieldId),
    /// The mark that withdraws.
    Withdrawn,
}

/// The columns of a head, or each trouble with the column it is about.
pub(super) fn read(form: &Form, head: &[&str]) -> Result<Vec<Column>, Vec<(String, Trouble)>> {
    let mut columns = Vec::with_capacity(head.len());
    let mut troubles = Vec::new();
    for name in head {
        match column(form, name) {
            Ok(column) if columns.contains(&column) => {
                let trouble = Trouble::new(code::COLUMN_TWICE, "这一列写了两次", "只留一列");
                troubles.push(((*name).to_owned(), trouble));
            }
            Ok(column) => columns.push(column),
            Err(trouble) => troubles.push((cut(name), trouble)),
        }
    }
    for (index, field) in form.fields.iter().enumerate() {
        let id = FieldId(index as u16);
        let needed = id == ID || (index >= COMMON_FIELDS && field.required());
        if needed && !columns.contains(&Column::Field(id)) {
            let message = format!("缺少必填的一列“{}”（{}）", field.alias, field.label);
            let remedy = format!("在表头加上 {}，每行填好", field.alias);
            let trouble = Trouble::new(code::COLUMN_MISSING, message, remedy);
            troubles.push((field.alias.clone(), trouble));
        }
    }
    if troubles.is_empty() { Ok(columns) } else { Err(troubles) }
}

fn column(form: &Form, name: &str) -> Result<Column, Trouble> {
    if name == WITHDRAWN {
        return Ok(Column::Withdrawn);
    }
    // By alias only: a file in labels would not be the file that `export` gives.
    let Some(index) = form.fields.iter().position(|field| field.alias == name) else {
        return Err(unknown(form, name));
    };
    let field = &form.fields[index];
    if field.derived || field.builtin {
        let how = if field.derived { "由方案算出" } else { "由系统保管" };
        let message = format!("“{name}”（{}）{how}，文件里不填", field.label);
        return Err(Trouble::new(code::COLUMN_DERIVED, message, "删去这一列，结果会自动得出"));
    }
    Ok(Column::Field(FieldId(index as u16)))
}

fn unknown(form: &Form, name: &str) -> Trouble {
    let message = format!("{}（{}）没有“{}”这一列", form.label, form.alias, cut(name));
    let typed = form.fields.iter().filter(|field| !field.derived && !field.builtin);
    let by_label = typed.clone().find(|field| field.label == name.trim());
    let names = || typed.clone().map(|field| field.alias.as_str()).chain([WITHDRAWN]);
    let near = by_label.map(|field| field.alias.as_str()).or_else(|| nearest(name.trim(), names()));
    let remedy = match near {
        Some(near) => format!("是不是“{near}”？改正列名，或删去这一列"),
        None => format!("可用的列：{}", names().collect::<Vec<_>>().join(" ")),
    };
    Trouble::new(code::COLUMN_UNKNOWN, message, remedy)
}

/// A name short enough to be shown.
pub(super) fn cut(text: &str) -> String {
    let mut shown: String = text.chars().take(NAME_SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}
