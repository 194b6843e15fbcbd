//! 例: a small world in the author's words, and what must be true in it.
//!
//! Names of the example's world (例县, 王芳) stay text; the runner makes records of them. Fields
//! and codes are those of the forms, checked here.
//! Read next: `compile.rs`.

use std::sync::Arc;

use facts::{Day, FieldType, FormId, Number, Value};

use super::operators::bare_word;
use super::types::{fit, of_field_type};
use super::{Resolver, Scope, unknown};
use crate::diagnostic::Diagnostic;
use crate::plan::{Example, Expect, GivenPost, GivenRecord, GivenValue, Status};
use crate::source::Place;
use crate::tree::{self, Expectation, ExprKind as Tree, FieldKind, Text, Word};

/// Aliases of the code list of post groups.
const POST_GROUP: &str = "post_group";

impl Resolver<'_> {
    /// 例.
    pub(crate) fn example(&mut self, item: &tree::Item, title: &Text) {
        let (title, place) = (title.text.clone(), item.place);
        let (posts, records, expects) = (Vec::new(), Vec::new(), Vec::new());
        let mut example = Example { title, posts, records, expects, place };
        for field in &item.fields {
            match &field.kind {
                FieldKind::GivenPost { person, group, org, from, to } => {
                    let post = self.given_post((person, group, org), (*from, *to), field.place);
                    example.posts.extend(post);
                }
                FieldKind::GivenRecord { name, form, values } => {
                    let name = name.as_ref();
                    let record = self.given_record(name, form, values, field.place);
                    example.records.extend(record);
                }
                FieldKind::Expect(expectation) => {
                    example.expects.extend(self.expectation(expectation, field.place));
                }
                _ => {}
            }
        }
        self.plan.examples.push(example);
    }

    fn given_post(
        &mut self,
        (person, group, org): (&Word, &Word, &Word),
        (from, to): (Option<Day>, Option<Day>),
        place: Place,
    ) -> Option<GivenPost> {
        let Some(list) = self.plan.code_list_named(POST_GROUP) else {
            let found = Diagnostic::new("E0201", group.place, "没有岗类的代码表");
            self.report(found.help("用 \"vocabulary.md\""));
            return None;
        };
        let group = self.code(list, group)?;
        let (person, org) = (person.text.clone(), org.text.clone());
        Some(GivenPost { person, group, org, from, to, place })
    }

    fn given_record(
        &mut self,
        name: Option<&Word>,
        form: &Word,
        values: &[(Word, tree::Expr)],
        place: Place,
    ) -> Option<GivenRecord> {
        let id = self.form(form)?;
        let mut given = Vec::new();
        for (field, value) in values {
            let Some(at) = self.field_of(id, field) else { continue };
            let ty = self.typed_field(id, at);
            given.extend(ty.and_then(|ty| self.given(&ty, value)).map(|value| (at, value)));
        }
        let name = name.map(|word| word.text.clone());
        Some(GivenRecord { name, form: id, values: given, place })
    }

    fn typed_field(&self, form: FormId, field: facts::FieldId) -> Option<FieldType> {
        let form = self.plan.schema.forms.get(form.0 as usize)?;
        form.fields.get(field.0 as usize).map(|field| field.ty.clone())
    }

    /// A value of a field: a name, a code, a literal, or several of them.
    fn given(&mut self, ty: &FieldType, node: &tree::Expr) -> Option<GivenValue> {
        if let (Tree::List(items), None) = (&node.kind, bare_word(node)) {
            let items = items.iter().filter_map(|item| self.given(ty, item)).collect();
            return Some(GivenValue::List(items));
        }
        match (ty, bare_word(node)) {
            (FieldType::Ref(_) | FieldType::AnyRef, Some(word)) => {
                Some(GivenValue::Name(word.text.clone()))
            }
            (FieldType::Code(list), Some(word)) => {
                self.code(*list, word).map(|code| GivenValue::Plain(Value::Code(code)))
            }
            (FieldType::File, _) => match &node.kind {
                Tree::Text(text) => Some(GivenValue::Plain(Value::Text(Arc::from(text.as_str())))),
                _ => None,
            },
            _ => {
                let (value, found) = self.constant(node);
                let wanted = of_field_type(ty);
                if !fit(&wanted, &found) {
                    self.mismatch(node.place, &wanted, &found);
                    return None;
                }
                Some(GivenValue::Plain(value))
            }
        }
    }

    fn expectation(&mut self, expect: &Expectation, place: Place) -> Option<Expect> {
        let clause = self.clause(&expect.clause)?;
        let step = match &expect.step {
            Some(word) => Some(self.step_of(clause, word)?),
            None => None,
        };
        let reading = match &expect.reading {
            Some((axis, option)) => Some(self.reading_of(clause, axis, option)?),
            None => None,
        };
        let status = self.status(&expect.status)?;
        let value = expect.value.as_ref().map(|node| self.shown(node));
        Some(Expect {
            clause,
            step,
            subject: expect.subject.text.clone(),
            period: expect.period.map(|period| period.value),
            reading,
            day: expect.day,
            known: expect.known,
            status,
            value,
            place,
        })
    }

    /// 值: a constant; a fraction stands for a share.
    fn shown(&mut self, node: &tree::Expr) -> Value {
        let value = self.expr(&mut Scope::default(), node, None);
        match (&value.kind, self.quietly(|me| me.constant(node)).0) {
            (_, Value::Empty) => {
                self.constant(node);
                Value::Number(Number::ZERO)
            }
            (_, value) => value,
        }
    }

    fn step_of(&mut self, clause: usize, word: &Word) -> Option<usize> {
        let rule = self.plan.clauses.get(clause).and_then(|clause| clause.rule.as_ref());
        let steps = rule.map(|rule| rule.steps.as_slice()).unwrap_or_default();
        let named = |s: &crate::plan::FlowStep| s.label == word.text || s.alias == word.text;
        let found = steps.iter().position(named);
        if found.is_none() {
            let names = steps.iter().map(|step| step.label.as_str()).collect();
            let missing = unknown(word, &format!("没有步“{}”", word.text), names);
            self.report(missing);
        }
        found
    }

    fn reading_of(&mut self, clause: usize, axis: &Word, option: &Word) -> Option<(usize, usize)> {
        let clause = self.plan.clauses.get(clause);
        let axes = clause.map(|clause| clause.axes.as_slice()).unwrap_or_default();
        let Some(at) = axes.iter().position(|a| a.label == axis.text || a.alias == axis.text)
        else {
            let names = axes.iter().map(|axis| axis.label.as_str()).collect();
            let missing = unknown(axis, &format!("没有解“{}”", axis.text), names);
            self.report(missing);
            return None;
        };
        let options = axes.get(at).map(|axis| axis.options.as_slice()).unwrap_or_default();
        let found = options.iter().position(|o| o.label == option.text || o.alias == option.text);
        if found.is_none() {
            let names = options.iter().map(|option| option.label.as_str()).collect();
            let missing = unknown(option, &format!("没有读法“{}”", option.text), names);
            self.report(missing);
        }
        found.map(|option| (at, option))
    }

    fn status(&mut self, word: &Word) -> Option<Status> {
        let named = |s: &Status| s.label() == word.text || s.word() == word.text;
        let found = Status::ALL.into_iter().find(named);
        if found.is_none() {
            let labels = Status::ALL.into_iter().map(Status::label).collect();
            let missing = unknown(word, &format!("没有状态“{}”", word.text), labels);
            self.report(missing);
        }
        found
    }
}
