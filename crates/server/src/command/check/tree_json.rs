//! What `check --tree` prints: the syntax tree as JSON, for editors and for whoever debugs a plan.
//!
//! Words for kinds are the English keywords of the language; names stay as they were written. Every
//! node has a place: `start` and `end` in bytes, `line` and `column` from 1, a column a character.
//! It shows what was read, not what it means: no name is looked up here.
//! Read next: `tree_json/field.rs`, `tree_json/expression.rs`.

mod expression;
mod field;
mod word;

use plan::source::{Place, Sources};
use plan::tree::{Document, Item, ItemKind, Key, ParamValue, RuleKind};
use serde_json::{Value, json};

use expression::expression;
use word::{code, modifier, name, text, word};

/// The tree of one file.
pub fn document(sources: &Sources, document: &Document) -> Value {
    let lines = Lines::of(sources.text(document.file));
    let items = document.items.iter().map(|item| lines.item(item));
    json!({
        "file": sources.files.get(document.file.0 as usize).map(|file| file.name.clone()),
        "prose": document.prose.iter().map(|place| lines.place(*place)).collect::<Vec<_>>(),
        "items": items.collect::<Vec<_>>(),
    })
}

/// A text with where its lines begin, so that places are not counted from the start each time.
pub struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Lines<'a> {
        let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        Lines { text, starts: std::iter::once(0).chain(breaks).collect() }
    }

    /// A place of this text.
    pub fn place(&self, place: Place) -> Value {
        let start = place.start as usize;
        let line = self.starts.partition_point(|&begin| begin <= start).max(1);
        let begin = self.starts.get(line - 1).copied().unwrap_or(0);
        let column = self.text.get(begin..start).map_or(0, |before| before.chars().count()) + 1;
        json!({ "line": line, "column": column, "start": place.start, "end": place.end })
    }

    fn item(&self, item: &Item) -> Value {
        let (kind, more) = self.item_kind(&item.kind);
        let fields = item.fields.iter().map(|field| field::field(self, field));
        joined(
            json!({
                "kind": kind,
                "place": self.place(item.place),
                "fields": fields.collect::<Vec<_>>(),
            }),
            more,
        )
    }

    fn item_kind(&self, kind: &ItemKind) -> (&'static str, Value) {
        match kind {
            ItemKind::Plan { id, title } => (
                "plan",
                json!({ "id": word(self, id), "title": title.as_ref().map(|t| text(self, t)) }),
            ),
            ItemKind::Use { path } => ("use", json!({ "path": text(self, path) })),
            ItemKind::Periods(periods) => {
                let one = |period: &plan::tree::PeriodDef| {
                    json!({
                        "name": name(self, &period.name),
                        "span": period.span.to_string(),
                        "place": self.place(period.place),
                    })
                };
                ("period", json!({ "periods": periods.iter().map(one).collect::<Vec<_>>() }))
            }
            ItemKind::Param { name: called, value, from, basis } => (
                "param",
                json!({
                    "name": name(self, called),
                    "value": self.param(value),
                    "from": from.map(|from| from.value.to_string()),
                    "under": basis.as_ref().map(|basis| text(self, basis)),
                }),
            ),
            ItemKind::Set { name: called, value } => {
                ("set", json!({ "name": name(self, called), "value": expression(self, value) }))
            }
            ItemKind::Measure { name: called, value } => {
                ("measure", json!({ "name": name(self, called), "value": expression(self, value) }))
            }
            other => self.rest(other),
        }
    }

    fn rest(&self, kind: &ItemKind) -> (&'static str, Value) {
        match kind {
            ItemKind::Codes { name: called, codes } => {
                let codes: Vec<Value> = codes.iter().map(|one| code(self, one)).collect();
                ("code", json!({ "name": name(self, called), "codes": codes }))
            }
            ItemKind::Form { name: called, modifiers } => {
                let modifiers: Vec<Value> = modifiers.iter().map(|m| modifier(self, m)).collect();
                ("form", json!({ "name": name(self, called), "modifiers": modifiers }))
            }
            ItemKind::Rule { kind, clause, title } => {
                let title = title.as_ref().map(|title| text(self, title));
                (rule_word(*kind), json!({ "clause": word(self, clause), "title": title }))
            }
            ItemKind::Total { title, value } => {
                ("total", json!({ "title": text(self, title), "value": expression(self, value) }))
            }
            ItemKind::Paper { name } => ("document", json!({ "name": word(self, name) })),
            ItemKind::Conduct { basis } => ("conduct", json!({ "under": text(self, basis) })),
            ItemKind::Amendment { day, basis } => {
                ("amend", json!({ "day": day.value.to_string(), "under": text(self, basis) }))
            }
            ItemKind::Example { title } => ("example", json!({ "title": text(self, title) })),
            // Named one by one in `item_kind`.
            _ => ("item", json!({})),
        }
    }

    fn param(&self, value: &ParamValue) -> Value {
        match value {
            ParamValue::Single(value) => expression(self, value),
            ParamValue::Table { key, rows } => {
                let row = |(key, value): &(Key, plan::tree::Expr)| {
                    let key = match key {
                        Key::Text(key) => text(self, key),
                        Key::Number(key) => json!({ "number": key.value.to_string() }),
                        Key::Name(key) => word(self, key),
                    };
                    json!({ "key": key, "value": expression(self, value) })
                };
                let rows: Vec<Value> = rows.iter().map(row).collect();
                json!({ "kind": "table", "by": word(self, key), "rows": rows })
            }
        }
    }
}

fn rule_word(kind: RuleKind) -> &'static str {
    match kind {
        RuleKind::Duty => "duty",
        RuleKind::Flow => "flow",
        RuleKind::Check => "check",
        RuleKind::Statement => "statement",
    }
}

/// One object with the keys of both.
pub fn joined(mut one: Value, other: Value) -> Value {
    if let (Value::Object(keys), Value::Object(more)) = (&mut one, other) {
        keys.extend(more);
    }
    one
}
