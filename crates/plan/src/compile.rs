//! From texts to a plan: reads every file, then gives it meaning in a fixed order.
//!
//! Names first, then forms, parameters, sets, clauses, and last what speaks of clauses. Nothing is
//! looked up before it is declared, so the order of items in a file does not matter.
//! Read next: `resolve.rs`.

#[cfg(test)]
mod english_tests;
#[cfg(test)]
mod tests;

use facts::FormId;
use rustc_hash::FxHashSet;

use crate::diagnostic::{Diagnostic, Severity};
use crate::plan::Plan;
use crate::reader::MAX_FINDINGS;
use crate::resolve::{Resolver, Symbol};
use crate::source::{FileId, Sources};
use crate::tree::{Document, FieldKind, FormModifier, Item, ItemKind, Text, Word};

/// Most clauses of a plan: a long paper has a hundred.
const CLAUSES_MAX: usize = 5_000;
/// Most sets and measures of a plan with all it uses.
const SETS_MAX: usize = 3_000;
/// Most forms of a plan with all it uses; the vocabulary has sixty.
const FORMS_MAX: usize = 1_000;

/// The plan of the first file with all it uses, and everything there is to say about the texts.
pub fn compile(sources: &Sources) -> (Plan, Vec<Diagnostic>) {
    let (documents, mut diagnostics) = read_all(sources);
    let items: Vec<&Item> = documents.iter().flat_map(|document| &document.items).collect();
    let mut resolver = Resolver::new(sources);
    head(&mut resolver, &documents);
    declare(&mut resolver, &items);
    resolve_sets(&mut resolver, &items);
    clauses(&mut resolver, &items);
    afterwards(&mut resolver, &items);
    resolver.unused_measures();
    let (plan, (found, beyond)) = resolver.finish();
    diagnostics.extend(found);
    (plan, unique(diagnostics, beyond))
}

/// The plan and the files it uses, each once, in the order they are named.
fn read_all(sources: &Sources) -> (Vec<Document>, Vec<Diagnostic>) {
    let (mut documents, mut diagnostics) = (Vec::new(), Vec::new());
    let mut queue = if sources.files.is_empty() { Vec::new() } else { vec![FileId(0)] };
    let mut next = 0;
    while let Some(file) = queue.get(next).copied() {
        next += 1;
        let (document, found) = crate::reader::read(sources, file);
        diagnostics.extend(found);
        for item in &document.items {
            let ItemKind::Use { path } = &item.kind else { continue };
            match sources.file_named(&path.text) {
                Some(used) if queue.contains(&used) => {}
                Some(used) => queue.push(used),
                None => diagnostics.push(missing_file(sources, path)),
            }
        }
        documents.push(document);
    }
    (documents, diagnostics)
}

fn missing_file(sources: &Sources, path: &Text) -> Diagnostic {
    let word = Word { text: path.text.clone(), place: path.place };
    let names = sources.files.iter().map(|source| source.name.as_str()).collect();
    crate::resolve::unknown(&word, &format!("没有文件“{}”", path.text), names)
}

/// 方案, which only the first file may have.
fn head(resolver: &mut Resolver<'_>, documents: &[Document]) {
    let mut found = None;
    for item in documents.iter().flat_map(|document| &document.items) {
        let ItemKind::Plan { id, title } = &item.kind else { continue };
        if let Some(first) = found.replace(id.place) {
            let twice = Diagnostic::new("E0203", id.place, "方案写了两次").and(first, "先在这里");
            resolver.report(twice);
            continue;
        }
        let plan = &mut resolver.plan;
        plan.id = id.text.clone();
        plan.title = title.as_ref().map(|title| title.text.clone()).unwrap_or_default();
        for field in &item.fields {
            match &field.kind {
                FieldKind::Number(text) => plan.number = text.text.clone(),
                FieldKind::Issuer { org, name } => {
                    plan.issuer = Some((org.text.clone(), name.text.clone()));
                }
                FieldKind::Term(span) => plan.term = Some(*span),
                FieldKind::Calendar(word) => plan.calendar = word.text.clone(),
                FieldKind::PaperText(text) => plan.paper = Some(text.text.clone()),
                _ => {}
            }
        }
    }
}

/// Names, code lists and forms; parameters when codes are known.
fn declare<'a>(resolver: &mut Resolver<'a>, items: &[&'a Item]) {
    let mut forms: Vec<(FormId, &Item, &[FormModifier])> = Vec::new();
    for item in items {
        match &item.kind {
            ItemKind::Codes { name, codes } => resolver.declare_codes(name, codes),
            ItemKind::Periods(periods) => resolver.declare_periods(periods),
            ItemKind::Set { .. } | ItemKind::Measure { .. }
                if resolver.sets.len() + resolver.measures.len() >= SETS_MAX =>
            {
                too_many(resolver, item, &format!("集合与指标多于 {SETS_MAX} 个"));
                break;
            }
            ItemKind::Set { name, value } => resolver.declare_set(name, value),
            ItemKind::Measure { name, value } => resolver.declare_measure(name, value),
            ItemKind::Form { .. } if forms.len() >= FORMS_MAX => {
                too_many(resolver, item, &format!("表单多于 {FORMS_MAX} 个"));
                break;
            }
            ItemKind::Form { name, modifiers } => {
                forms.push((resolver.declare_form(name), item, modifiers));
            }
            _ => {}
        }
    }
    for (form, item, modifiers) in &forms {
        resolver.fill_form(*form, item, modifiers);
    }
    for item in items {
        if let ItemKind::Param { name, value, from, basis } = &item.kind {
            let from = from.map(|day| day.value);
            let basis = basis.as_ref().map(|text| text.text.clone()).unwrap_or_default();
            resolver.declare_param(name, value, from, basis);
        }
    }
    for (form, item, modifiers) in &forms {
        resolver.form_rules(*form, item, modifiers);
    }
    resolver.derived_cycles();
}

/// Named sets on their own, for screens and so that unused ones are checked too.
fn resolve_sets(resolver: &mut Resolver<'_>, items: &[&Item]) {
    let sets = items.iter().filter_map(|item| match &item.kind {
        ItemKind::Set { value, .. } => Some(value),
        _ => None,
    });
    for (index, value) in sets.enumerate() {
        resolver.resolve_set(index, value);
    }
}

fn clauses(resolver: &mut Resolver<'_>, items: &[&Item]) {
    let mut rules: Vec<_> = items
        .iter()
        .filter_map(|item| match &item.kind {
            ItemKind::Rule { kind, clause, .. } => Some((*item, *kind, clause)),
            _ => None,
        })
        .take(CLAUSES_MAX + 1)
        .collect();
    if let Some((item, ..)) = rules.get(CLAUSES_MAX) {
        too_many(resolver, item, &format!("条款多于 {CLAUSES_MAX} 条"));
        rules.truncate(CLAUSES_MAX);
    }
    for (item, kind, clause) in &rules {
        resolver.declare_clause(item, *kind, clause);
    }
    for (index, (item, kind, _)) in rules.iter().enumerate() {
        resolver.fill_clause(index, item, *kind);
    }
}

/// E0106 at the first item beyond a limit.
fn too_many(resolver: &mut Resolver<'_>, item: &Item, message: &str) {
    let found = Diagnostic::new("E0106", item.head, message);
    resolver.report(found.help("从这里起没有用：分成几个方案"));
}

/// What speaks of clauses.
fn afterwards(resolver: &mut Resolver<'_>, items: &[&Item]) {
    for item in items {
        match &item.kind {
            ItemKind::Amendment { day, basis } => resolver.amendment(item, day.value, basis),
            ItemKind::Total { title, value } => resolver.total(title, value),
            ItemKind::Conduct { basis } => resolver.conduct(item, basis),
            ItemKind::Example { title } => resolver.example(item, title),
            ItemKind::Paper { name } => resolver.document(item, name),
            _ => {}
        }
    }
}

/// Each finding once: what is expanded in several places would be told several times.
fn unique(diagnostics: Vec<Diagnostic>, beyond: usize) -> Vec<Diagnostic> {
    let mut seen = FxHashSet::default();
    let mut kept: Vec<Diagnostic> = Vec::new();
    for found in diagnostics {
        let place = found.primary.as_ref().map(|label| label.place);
        if seen.insert((found.code, place, found.message.clone())) {
            kept.push(found);
        }
    }
    kept.sort_by_key(|found| found.primary.as_ref().map(|label| label.place));
    // Drawing each of fifty thousand errors takes minutes, and nobody reads the second hundred.
    let mut errors = kept.iter().enumerate().filter(|(_, found)| found.severity == Severity::Error);
    if let Some((last, _)) = errors.nth(MAX_FINDINGS) {
        kept_first(&mut kept, last, beyond);
    } else if beyond > 0 {
        let told = kept.len();
        kept_first(&mut kept, told, beyond);
    }
    kept
}

/// Keeps so many findings and says how many others there were.
fn kept_first(kept: &mut Vec<Diagnostic>, count: usize, beyond: usize) {
    let more = kept.len().saturating_sub(count) + beyond;
    kept.truncate(count);
    kept.push(Diagnostic::general("E0106", format!("另有 {more} 处未列出：先改前面的")));
}

impl Resolver<'_> {
    /// The set on its own.
    fn resolve_set(&mut self, index: usize, value: &crate::tree::Expr) {
        use crate::resolve::Scope;
        let mut scope = Scope { expanding: vec![Symbol::Set(index)], ..Scope::default() };
        let value = self.set(&mut scope, value);
        if let Some(set) = self.plan.sets.get_mut(index) {
            set.value = value;
        }
    }

    /// What was made, and what was found.
    fn finish(mut self) -> (Plan, (Vec<Diagnostic>, usize)) {
        self.plan.amendments.sort_by_key(|amendment| amendment.day);
        (self.plan, self.diagnostics.take())
    }
}
