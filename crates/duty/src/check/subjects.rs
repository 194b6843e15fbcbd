//! W0731, W0732 and W0735: is there anybody who owes, and does the sentence mean them.
//!
//! Asked is only whether a set holds somebody on the first or last day of the term. Levels are read
//! from the sentence by their own words, and only where it names some: 各级, 以上 or 层层 name them
//! all. Persons are counted by post group and never named.
//! Read next: `../membership.rs`.

use std::collections::BTreeMap;

use facts::{FieldId, FieldType, RecordRef, Span, Value};
use plan::diagnostic::{Diagnostic, Severity};
use plan::expr::Expr;
use plan::plan::{Clause, RuleKind, Subject};

use super::deadlines::marked;
use super::sets::leaves;
use crate::element::Frame;
use crate::membership::base_forms;
use crate::view::View;

/// Words that name levels without naming each.
const ALL_LEVELS: [&str; 5] = ["各级", "层层", "以上", "以下", "全体"];
/// 社区 is a place of residents, not a district.
const NO_LEVEL: [&str; 1] = ["社区"];

/// W0731: sets of a 谁 or 逐 over organisations or persons that hold nobody.
pub fn nobody(view: &View, term: Span) -> Vec<Diagnostic> {
    let known = &view.registry.known;
    let has_persons = known.person.is_some_and(|form| view.records(form).next().is_some());
    let asked = |set: &Expr| {
        let forms = base_forms(set);
        let org = forms.iter().all(|form| Some(*form) == known.org);
        let person = forms.iter().all(|form| Some(*form) == known.person);
        !forms.is_empty() && (org || (person && has_persons))
    };
    let mut seen: Vec<(&Expr, bool)> = Vec::new();
    let mut empty: Vec<(&Expr, Vec<(&Clause, bool)>)> = Vec::new();
    for clause in &view.plan.clauses {
        let Some(rule) = &clause.rule else { continue };
        let leaves = leaves(rule.subject.set());
        let whole = leaves.len() == 1;
        for set in leaves.into_iter().filter(|set| asked(set)) {
            let known = seen.iter().find(|(other, _)| other.kind == set.kind);
            let holds = known.map_or_else(|| holds_somebody(view, set, term), |(_, holds)| *holds);
            seen.push((set, holds));
            if holds {
                continue;
            }
            match empty.iter_mut().find(|(other, _)| other.kind == set.kind) {
                Some((_, clauses)) => clauses.push((clause, whole)),
                None => empty.push((set, vec![(clause, whole)])),
            }
        }
    }
    empty.iter().filter_map(|(set, clauses)| nobody_in(view, set, clauses)).collect()
}

fn nobody_in(view: &View, set: &Expr, clauses: &[(&Clause, bool)]) -> Option<Diagnostic> {
    let named = view.plan.sets.iter().find(|named| named.value.kind == set.kind);
    let name = named.map_or("这个集合", |named| named.label.as_str());
    let part = |whole: bool| if whole { "" } else { "其中一部分" }.to_owned();
    let marks = clauses.iter().map(|(clause, whole)| (clause.place, part(*whole)));
    let found = marked("W0731", format!("“{name}”里一个也没有，没有谁来担"), marks)?;
    Some(found.help("补上底册里的组织或人员，或改 谁"))
}

fn holds_somebody(view: &View, set: &Expr, term: Span) -> bool {
    [term.first, term.last].into_iter().any(|day| {
        let mut frame = Frame::bare(day);
        base_forms(set)
            .into_iter()
            .flat_map(|form| view.records(form))
            .any(|record| view.member(set, record, day, &mut frame).is_some())
    })
}

/// W0732: a note where a sentence names levels and the set holds others.
pub fn levels_not_named(view: &View) -> Vec<Diagnostic> {
    let Some((level, labels)) = levels(view) else { return Vec::new() };
    let mut found = Vec::new();
    for clause in view.plan.clauses.iter().filter(|clause| clause.kind == RuleKind::Duty) {
        let Some(Subject::Who(set)) = clause.rule.as_ref().map(|rule| &rule.subject) else {
            continue;
        };
        let Some((_, place)) = clause.quotes.first() else { continue };
        if base_forms(set) != Vec::from_iter(view.registry.known.org) {
            continue;
        }
        let words: String = clause.quotes.iter().map(|(quote, _)| quote.as_str()).collect();
        let members = view.members(set, &mut Frame::bare(view.day));
        let mut held: Vec<u16> =
            members.iter().filter_map(|member| code(view, member.record, level)).collect();
        held.sort_unstable();
        held.dedup();
        let silent = not_named(&words, &labels, &held);
        if !silent.is_empty() {
            let message = format!("{} 的句子没有写到：{}", clause.id, silent.join("、"));
            let note = Diagnostic::new("W0732", *place, message);
            let note = note.help("若确实要包括，用 注 说明理由；否则从 谁 里去掉");
            found.push(Diagnostic { severity: Severity::Note, ..note });
        }
    }
    found
}

/// 级 of an organisation, with the words of its codes.
fn levels<'p>(view: &View<'p>) -> Option<(FieldId, Vec<&'p str>)> {
    let schema = &view.plan.schema;
    let fields = &schema.form(view.registry.known.org?).fields;
    let index = fields.iter().position(|field| matches!(field.ty, FieldType::Code(_)))?;
    let FieldType::Code(list) = fields.get(index)?.ty else { return None };
    let labels = schema.code_list(list).codes.iter().map(|code| code.label.as_str());
    Some((FieldId(u16::try_from(index).ok()?), labels.collect()))
}

fn code(view: &View, record: RecordRef, field: FieldId) -> Option<u16> {
    match view.stored(view.row_on(record, view.day)?, field) {
        Value::Code(code) => Some(code),
        _ => None,
    }
}

/// Levels held but not named, where at least one level held is named.
fn not_named<'p>(words: &str, labels: &[&'p str], held: &[u16]) -> Vec<&'p str> {
    if ALL_LEVELS.iter().any(|all| words.contains(all)) {
        return Vec::new();
    }
    let words = NO_LEVEL.iter().fold(words.to_owned(), |words, other| words.replace(other, ""));
    // 县区 names the zones too: a level of several characters is known by its last.
    let named = |label: &&str| label.chars().next_back().is_some_and(|last| words.contains(last));
    let held = held.iter().filter_map(|code| labels.get(usize::from(*code)).copied());
    let (named, silent): (Vec<&str>, Vec<&str>) = held.partition(named);
    if named.is_empty() { Vec::new() } else { silent }
}

/// W0735: persons with a post whom no duty asks for anything, by post group.
pub fn without_duty(view: &View, term: Span) -> Vec<Diagnostic> {
    let Some(person) = view.registry.known.person else { return Vec::new() };
    let mut sets: Vec<&Expr> = Vec::new();
    for clause in view.plan.clauses.iter().filter(|clause| clause.kind == RuleKind::Duty) {
        let Some(Subject::Who(set)) = clause.rule.as_ref().map(|rule| &rule.subject) else {
            continue;
        };
        if base_forms(set) == [person] && !sets.iter().any(|other| other.kind == set.kind) {
            sets.push(set);
        }
    }
    let asked = |record: RecordRef| {
        let stays = |set: &&Expr| view.stays(set, record);
        sets.iter().flat_map(stays).any(|stay| stay.span.intersect(term).is_some())
    };
    let mut groups: BTreeMap<u16, usize> = BTreeMap::new();
    for record in view.records(person) {
        let mut posts = view.registry.posts(record).iter();
        let Some(post) = posts.find(|post| post.span.intersect(term).is_some()) else { continue };
        if let (Value::Code(group), false) = (&post.group, asked(record)) {
            *groups.entry(*group).or_default() += 1;
        }
    }
    let label = |group: u16| group_label(view, group).unwrap_or_default();
    let parts = groups.iter().map(|(group, count)| format!("{} {count} 人", label(*group)));
    let parts: Vec<String> = parts.collect();
    if parts.is_empty() {
        return Vec::new();
    }
    let message = format!("不在任何一条义务里：{}", parts.join("，"));
    let note = Diagnostic::general("W0735", message);
    vec![Diagnostic { severity: Severity::Note, ..note }]
}

fn group_label<'p>(view: &View<'p>, group: u16) -> Option<&'p str> {
    let known = &view.registry.known;
    let field = view.plan.schema.field(known.person?, known.person_fields[1]?);
    let FieldType::Code(list) = field.ty else { return None };
    let code = view.plan.schema.code_list(list).codes.get(usize::from(group))?;
    Some(code.label.as_str())
}
