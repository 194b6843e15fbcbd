//! E0610 and E0612: the same fact typed twice, and one file name meant in two ways.
//!
//! E0610 is kept narrow. A form refers, by exactly one required field, to another form, and both
//! have a typed field of the same name, type and arity: it could be read through the reference.
//! Left out are days and free text (each record has its own), files, and the field that 归 names
//! (who did this, not who did that).
//! E0612 compares the schemas of plans that run side by side: they share the fact folder.
//! Read next: `../../../facts/src/schema.rs`.

use facts::schema::COMMON_FIELDS;
use facts::{Field, FieldId, FieldType, Form, FormId, Schema};

use crate::diagnostic::Diagnostic;
use crate::expr::ExprKind;
use crate::plan::{FormRules, Plan};
use crate::source::Place;

/// E0610.
pub(super) fn typed_twice(plan: &Plan) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (id, form) in plan.schema.forms_with_ids() {
        let Some((through, target)) = one_reference(&plan.schema, id) else { continue };
        let Some(other) = plan.schema.forms.get(target.0 as usize) else { continue };
        for (at, field) in own_fields(form) {
            let fact = at != through && is_fact(field) && Some(at) != owner(plan, id);
            let twin = own_fields(other).find(|(_, twin)| fact && is_same(field, twin));
            let Some((twin, _)) = twin else { continue };
            let through = label(form, through);
            let message =
                format!("“{}”的“{}”在“{}”里已经填过一次", form.label, field.label, other.label);
            let again = match place(plan, id, at) {
                Some(place) => Diagnostic::new("E0610", place, message),
                None => Diagnostic::general("E0610", message),
            };
            let again = match place(plan, target, twin) {
                Some(place) => again.and(place, "先在这里填"),
                None => again,
            };
            found.push(again.help(format!("改为 算 {through}.{}", field.label)));
        }
    }
    found
}

/// The only field that refers to another form and must be filled.
fn one_reference(schema: &Schema, id: FormId) -> Option<(FieldId, FormId)> {
    let form = schema.forms.get(id.0 as usize)?;
    let mut found = own_fields(form).filter_map(|(at, field)| match &field.ty {
        FieldType::Ref(forms) if field.required() && !field.is_list() => match forms.as_slice() {
            [target] if *target != id && !is_owner(schema, *target) => Some((at, *target)),
            _ => None,
        },
        _ => None,
    });
    let first = found.next();
    first.filter(|_| found.next().is_none())
}

/// Organisations and persons own records; what is said of them there is not said of them.
fn is_owner(schema: &Schema, form: FormId) -> bool {
    use facts::schema::registry::{ORG, PERSON};
    schema.forms.get(form.0 as usize).is_some_and(|f| f.alias == ORG || f.alias == PERSON)
}

/// The fields that people type.
fn own_fields(form: &Form) -> impl Iterator<Item = (FieldId, &Field)> {
    let all = form.fields.iter().enumerate().skip(COMMON_FIELDS);
    let typed = all.filter(|(_, field)| !field.derived && !field.builtin);
    typed.map(|(index, field)| (FieldId(u16::try_from(index).unwrap_or(u16::MAX)), field))
}

fn is_fact(field: &Field) -> bool {
    use FieldType::{Day, File, Month, Span, Text, Time};
    !matches!(field.ty, Day | Time | Month | Span | Text | File)
}

fn is_same(field: &Field, twin: &Field) -> bool {
    (&field.label, &field.ty, field.arity) == (&twin.label, &twin.ty, twin.arity)
}

/// The field of a form that its 归 begins with.
fn owner(plan: &Plan, form: FormId) -> Option<FieldId> {
    let rules: &FormRules = plan.form_rules.get(form.0 as usize)?;
    match &rules.owner.as_ref()?.kind {
        ExprKind::Path { steps, .. } => steps.first().map(|step| step.field),
        _ => None,
    }
}

fn label(form: &Form, field: FieldId) -> &str {
    form.fields.get(field.0 as usize).map_or("", |field| field.label.as_str())
}

fn place(plan: &Plan, form: FormId, field: FieldId) -> Option<Place> {
    let places = &plan.form_rules.get(form.0 as usize)?.places;
    places.iter().find(|(at, _)| *at == Some(field)).map(|(_, place)| *place)
}

/// E0612: aliases that two plans declare differently; both name the same file or column.
pub fn clashes(plans: &[&Plan]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (at, first) in plans.iter().enumerate() {
        for second in plans.iter().skip(at + 1) {
            let names = (first.id.as_str(), second.id.as_str());
            let forms = first.schema.forms.iter().filter_map(|form| {
                let twin = second.schema.forms.iter().find(|other| other.alias == form.alias)?;
                let words = form_differs(&first.schema, form, &second.schema, twin)?;
                Some((form.alias.as_str(), words))
            });
            let lists = first.schema.code_lists.iter().filter_map(|list| {
                let lists = &second.schema.code_lists;
                let twin = lists.iter().find(|other| other.alias == list.alias)?;
                let words = "代码不同".to_string();
                (list != twin).then_some((list.alias.as_str(), words))
            });
            found.extend(forms.chain(lists).map(|(alias, words)| clash(names, alias, &words)));
        }
    }
    found
}

fn clash((first, second): (&str, &str), alias: &str, words: &str) -> Diagnostic {
    let message = format!("{first} 与 {second} 对“{alias}”的声明不同：{words}");
    let found = Diagnostic::general("E0612", message);
    found.help("两个方案同时进行，事实文件是同一份：改用同一个声明，或换一个别名")
}

/// What differs between two declarations of a form, in a few words.
fn form_differs(a: &Schema, form: &Form, b: &Schema, twin: &Form) -> Option<String> {
    if form.label != twin.label {
        return Some(format!("名称 {} 与 {}", form.label, twin.label));
    }
    for field in &form.fields {
        let Some(other) = twin.fields.iter().find(|other| other.alias == field.alias) else {
            if field.required() {
                return Some(format!("只有一边有必填的“{}”", field.label));
            }
            continue;
        };
        let said = |schema: &Schema, field: &Field| {
            let kept = (field.derived, field.builtin);
            (field.label.clone(), type_words(schema, field), field.arity, field.privacy, kept)
        };
        if said(a, field) != said(b, other) {
            return Some(format!("“{}”", field.label));
        }
    }
    let lacks = |other: &&Field| {
        other.required() && !form.fields.iter().any(|field| field.alias == other.alias)
    };
    if let Some(other) = twin.fields.iter().find(lacks) {
        return Some(format!("只有一边有必填的“{}”", other.label));
    }
    let traits = |f: &Form| (f.registry, f.public, f.compartment, f.shape);
    (traits(form) != traits(twin)).then(|| "底册、公开、舱 或起止不同".to_string())
}

/// A type with its targets by name: numbers of forms differ between schemas.
fn type_words(schema: &Schema, field: &Field) -> String {
    match &field.ty {
        FieldType::Code(list) => {
            let list = schema.code_lists.get(list.0 as usize);
            format!("代码 {}", list.map_or("", |list| list.alias.as_str()))
        }
        FieldType::Ref(forms) => {
            let named = forms.iter().filter_map(|form| schema.forms.get(form.0 as usize));
            named.map(|form| form.alias.as_str()).collect::<Vec<_>>().join(" / ")
        }
        other => format!("{other:?}"),
    }
}
