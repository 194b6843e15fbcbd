//! Fields of items as JSON: of the plan, of duties, forms, documents, amendments, examples.
//!
//! Read next: `expression.rs`.

use facts::{Arity, Privacy};
use plan::tree::{
    Applies, Credit, Every, Expectation, Field, FieldKind, FieldTypeDef, FormFieldDef, Newcomer,
    Origin, OriginPart, ReadingOption, Rollup, Step, Test, Text, When, Word,
};
use serde_json::{Value, json};

use super::expression::{comparison, expression};
use super::word::{code, name, quantity, text, unit, word, words};
use super::{Lines, joined};

/// One field with its place.
pub fn field(lines: &Lines, field: &Field) -> Value {
    joined(json!({ "place": lines.place(field.place) }), kind(lines, &field.kind))
}

fn kind(lines: &Lines, kind: &FieldKind) -> Value {
    let value = |kind: &str, expr| json!({ "kind": kind, "value": expression(lines, expr) });
    let told = |kind: &str, words| json!({ "kind": kind, "text": text(lines, words) });
    match kind {
        FieldKind::Quote(words) => told("quote", words),
        FieldKind::Who(set) => value("who", set),
        FieldKind::Each(set) => value("each", set),
        FieldKind::BorneBy(by) => value("borne_by", by),
        FieldKind::When(when) => joined(json!({ "kind": "when" }), self::when(lines, when)),
        FieldKind::Count { name, value } => json!({
            "kind": "count_of",
            "name": name.as_ref().map(|name| word(lines, name)),
            "value": expression(lines, value),
        }),
        FieldKind::Must(must) => json!({ "kind": "must", "test": test(lines, must) }),
        FieldKind::Warn { test: warn, text } => json!({
            "kind": "warn", "test": test(lines, warn), "text": optional(lines, text),
        }),
        FieldKind::Show => json!({ "kind": "show" }),
        FieldKind::Due { value, next_workday } => json!({
            "kind": "due", "value": expression(lines, value), "next_workday": next_workday,
        }),
        FieldKind::Target(day) => value("target", day),
        FieldKind::Extend { form, field } => json!({
            "kind": "extend", "form": word(lines, form), "to": word(lines, field),
        }),
        FieldKind::Lead(length) => json!({ "kind": "lead", "value": quantity(lines, length) }),
        FieldKind::Exempt(condition) => value("exempt", condition),
        FieldKind::LateOk => json!({ "kind": "late_ok" }),
        FieldKind::Effort(length) => json!({ "kind": "effort", "value": quantity(lines, length) }),
        FieldKind::Note(words) => told("note", words),
        FieldKind::Origin { part, origin, text } => json!({
            "kind": "origin",
            "part": part.map(part_word),
            "origin": origin_word(*origin),
            "text": optional(lines, text),
        }),
        FieldKind::Step(step) => self::step(lines, step),
        FieldKind::Reading { name: called, question, options } => json!({
            "kind": "reading",
            "name": name(lines, called),
            "question": optional(lines, question),
            "options": options.iter().map(|one| option(lines, one)).collect::<Vec<_>>(),
        }),
        other => rest(lines, other),
    }
}

/// Fields of the plan itself, of forms, documents, conduct, amendments and examples.
fn rest(lines: &Lines, kind: &FieldKind) -> Value {
    let told = |kind: &str, words| json!({ "kind": kind, "text": text(lines, words) });
    let named = |kind: &str, name| json!({ "kind": kind, "name": word(lines, name) });
    match kind {
        FieldKind::Number(words) => told("number", words),
        FieldKind::Issuer { org, name } => json!({
            "kind": "issuer", "org": text(lines, org), "name": text(lines, name),
        }),
        FieldKind::Term(span) => json!({ "kind": "term", "span": span.to_string() }),
        FieldKind::Calendar(name) => named("calendar", name),
        FieldKind::PaperText(path) => told("text", path),
        FieldKind::Newcomer(newcomer) => {
            json!({ "kind": "newcomer", "as": newcomer_word(*newcomer) })
        }
        FieldKind::Credit(credit) => json!({ "kind": "credit", "to": credit_word(*credit) }),
        FieldKind::Rollup { by, quota } => json!({
            "kind": "rollup", "by": rollup_word(*by),
            "quota": quota.as_ref().map(|(set, table)| word_pair(lines, ["of", "by"], set, table)),
        }),
        FieldKind::FormField(def) => form_field(lines, def),
        FieldKind::PaperFrom(clause) => named("issuer", clause),
        FieldKind::PaperContains(all) => json!({ "kind": "contains", "names": words(lines, all) }),
        FieldKind::PaperAttach(name) => named("attach", name),
        FieldKind::PaperFormat(name) => named("format", name),
        FieldKind::Forbid(all) => json!({ "kind": "forbid", "names": words(lines, all) }),
        FieldKind::Require(name) => named("must", name),
        FieldKind::Assess(what, how) => {
            joined(json!({ "kind": "assess" }), word_pair(lines, ["name", "by"], what, how))
        }
        FieldKind::Change { clause, change, applies } => json!({
            "kind": "change", "clause": word(lines, clause), "to": field(lines, change),
            "applies_to": applies_word(*applies),
        }),
        FieldKind::GivenPost { person, group, org, from, to } => json!({
            "kind": "given_post", "person": word(lines, person), "serves_as": word(lines, group),
            "org": word(lines, org), "from": from.map(|day| day.to_string()),
            "to": to.map(|day| day.to_string()),
        }),
        FieldKind::GivenRecord { name, form, values } => given(lines, name.as_ref(), form, values),
        FieldKind::Expect(expected) => expectation(lines, expected),
        // Named one by one in `kind`.
        _ => json!({}),
    }
}

fn optional(lines: &Lines, words: &Option<Text>) -> Value {
    words.as_ref().map_or(Value::Null, |words| text(lines, words))
}

fn word_pair(lines: &Lines, keys: [&str; 2], one: &Word, other: &Word) -> Value {
    json!({ keys[0]: word(lines, one), keys[1]: word(lines, other) })
}

fn when(lines: &Lines, when: &When) -> Value {
    match when {
        When::Windows { every, anchor, windows, onward } => {
            let every = match every {
                Every::Once => "once".to_owned(),
                Every::PerWindow => "per_window".to_owned(),
                Every::Each(1, of) => format!("every {}", unit(*of)),
                Every::Each(count, of) => format!("every {count}{}", unit(*of)),
            };
            json!({
                "every": every,
                "from": anchor.map(|anchor| anchor.value.to_string()),
                "during": windows.iter().map(|joined| words(lines, joined)).collect::<Vec<_>>(),
                "onward": onward,
            })
        }
        When::Rolling { length, from } => json!({
            "every": "rolling",
            "length": quantity(lines, length),
            "since": from.as_ref().map(|from| expression(lines, from)),
        }),
    }
}

fn test(lines: &Lines, test: &Test) -> Value {
    match test {
        Test::Yes => json!({ "kind": "yes" }),
        Test::No => json!({ "kind": "no" }),
        Test::Compare(op, against) => {
            json!({ "kind": comparison(*op), "right": expression(lines, against) })
        }
        Test::Condition(condition) => expression(lines, condition),
    }
}

fn step(lines: &Lines, step: &Step) -> Value {
    json!({
        "kind": "step",
        "name": name(lines, &step.name),
        "form": word(lines, &step.form),
        "due": step.due.as_ref().map(|due| expression(lines, due)),
        "since": step.after.as_ref().map(|after| word(lines, after)),
        "must": step.must.as_ref().map(|must| expression(lines, must)),
    })
}

fn option(lines: &Lines, option: &ReadingOption) -> Value {
    json!({
        "starred": option.starred,
        "name": name(lines, &option.name),
        "text": text(lines, &option.text),
        "fields": option.fields.iter().map(|one| field(lines, one)).collect::<Vec<_>>(),
        "place": lines.place(option.place),
    })
}

fn form_field(lines: &Lines, def: &FormFieldDef) -> Value {
    let expr = |expr: &Option<plan::tree::Expr>| expr.as_ref().map(|e| expression(lines, e));
    let must = def.must.iter().map(
        |(must, told)| json!({ "value": expression(lines, must), "text": optional(lines, told) }),
    );
    json!({
        "kind": "field",
        "name": name(lines, &def.name),
        "type": match &def.ty {
            FieldTypeDef::Named(names) => words(lines, names),
            FieldTypeDef::Codes(codes) => codes.iter().map(|one| code(lines, one)).collect(),
        },
        "arity": arity_sign(def.arity),
        "privacy": def.privacy.map(privacy_word),
        "axis": def.axis,
        "public": def.public,
        "builtin": def.builtin,
        "step_of": def.step.map(|step| step.to_string()),
        "shown": expr(&def.shown),
        "must": must.collect::<Vec<_>>(),
        "derived": expr(&def.derived),
        "choice": expr(&def.choice),
    })
}

fn given(
    lines: &Lines,
    called: Option<&Word>,
    form: &Word,
    values: &[(Word, plan::tree::Expr)],
) -> Value {
    let one = |(field, value): &(Word, plan::tree::Expr)| {
        let (field, value) = (word(lines, field), expression(lines, value));
        json!({ "field": field, "value": value })
    };
    json!({
        "kind": "given_record",
        "name": called.map(|called| word(lines, called)),
        "form": word(lines, form),
        "values": values.iter().map(one).collect::<Vec<_>>(),
    })
}

fn expectation(lines: &Lines, expected: &Expectation) -> Value {
    let reading = expected.reading.as_ref();
    json!({
        "kind": "expect",
        "clause": word(lines, &expected.clause),
        "step": expected.step.as_ref().map(|step| word(lines, step)),
        "subject": word(lines, &expected.subject),
        "period": expected.period.map(|period| period.value.to_string()),
        "reading": reading.map(|(axis, option)| word_pair(lines, ["axis", "option"], axis, option)),
        "day": expected.day.to_string(),
        "known": expected.known.map(|day| day.to_string()),
        "status": word(lines, &expected.status),
        "value": expected.value.as_ref().map(|value| expression(lines, value)),
    })
}

fn arity_sign(arity: Arity) -> &'static str {
    match arity {
        Arity::One => "",
        Arity::Optional => "?",
        Arity::Many => "*",
        Arity::Some => "+",
    }
}

fn privacy_word(privacy: Privacy) -> &'static str {
    match privacy {
        Privacy::Open => "open",
        Privacy::Countable => "private",
        Privacy::Sealed => "sealed",
    }
}

fn part_word(part: OriginPart) -> &'static str {
    match part {
        OriginPart::Count => "count_of",
        OriginPart::Must => "must",
        OriginPart::Due => "due",
        OriginPart::When => "when",
    }
}

fn origin_word(origin: Origin) -> &'static str {
    match origin {
        Origin::Text => "as_text",
        Origin::Reading => "interpreted",
        Origin::Advice => "advice",
    }
}

fn newcomer_word(newcomer: Newcomer) -> &'static str {
    match newcomer {
        Newcomer::AsUsual => "as_usual",
        Newcomer::Prorated => "prorated",
        Newcomer::Exempt => "exempt",
    }
}

fn credit_word(credit: Credit) -> &'static str {
    match credit {
        Credit::EachParticipant => "each_participant",
        Credit::LeadOnly => "lead_only",
    }
}

fn rollup_word(rollup: Rollup) -> &'static str {
    match rollup {
        Rollup::Count => "count",
        Rollup::Sum => "sum",
        Rollup::Share => "share",
    }
}

fn applies_word(applies: Applies) -> &'static str {
    match applies {
        Applies::NotStarted => "not_started",
        Applies::NotYetDue => "not_yet_due",
        Applies::All => "all",
    }
}
