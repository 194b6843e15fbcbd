//! 修订, 核算, 守则 and 文书: what speaks of whole clauses or of the plan.
//!
//! A change is resolved in the clause it amends, so 须 sees that clause's 计.
//! Read next: `example.rs`.

use super::{Resolver, Scope, Symbol, unknown};
use crate::diagnostic::Diagnostic;
use crate::plan::{Amendment, Conduct, Contained, Document, Override, Total};
use crate::tree::{self, Field, FieldKind, Text, Word};

impl Resolver<'_> {
    /// 修订.
    pub(crate) fn amendment(&mut self, item: &tree::Item, day: facts::Day, basis: &Text) {
        for field in &item.fields {
            let FieldKind::Change { clause, change, applies } = &field.kind else { continue };
            let ids = self.plan.clauses.iter().map(|clause| clause.id.as_str()).collect();
            let index = self.plan.clause_named(&clause.text);
            let ruled = index.and_then(|i| self.plan.clauses.get(i)).map(|c| c.rule.is_some());
            let (Some(index), Some(true)) = (index, ruled) else {
                let message = match ruled {
                    Some(_) => format!("{} 没有可以修订的规则", clause.text),
                    None => format!("没有条款 {}，无从修订", clause.text),
                };
                let near = unknown(clause, &message, ids);
                self.report(Diagnostic { code: "E0430", ..near });
                continue;
            };
            for change in self.amended(index, change) {
                self.plan.amendments.push(Amendment {
                    day,
                    basis: basis.text.clone(),
                    clause: index,
                    change,
                    applies: *applies,
                    place: field.place,
                });
            }
        }
    }

    fn amended(&mut self, index: usize, field: &Field) -> Vec<Override> {
        self.check_change(field);
        let scope = self.clause_scopes.get(index).cloned().unwrap_or_default();
        let (_, changes) = self.changes(&scope, &[field]);
        changes
    }

    /// 核算.
    pub(crate) fn total(&mut self, title: &Text, value: &tree::Expr) {
        let mut scope = Scope { figures: true, ..Scope::default() };
        let condition = self.condition(&mut scope, value);
        self.plan.totals.push(Total { title: title.text.clone(), condition });
    }

    /// 守则.
    pub(crate) fn conduct(&mut self, item: &tree::Item, basis: &Text) {
        let (mut forbid, mut require, mut assess) = (Vec::new(), Vec::new(), Vec::new());
        for field in &item.fields {
            match &field.kind {
                FieldKind::Forbid(words) => forbid.extend(words.iter().map(|w| w.text.clone())),
                FieldKind::Require(word) => require.push(word.text.clone()),
                FieldKind::Assess(how, what) => {
                    assess.push((how.text.clone(), what.text.clone()));
                }
                _ => {}
            }
        }
        self.plan.conduct.push(Conduct { basis: basis.text.clone(), forbid, require, assess });
    }

    /// 文书: its clause, and the clauses and forms it tells of.
    pub(crate) fn document(&mut self, item: &tree::Item, name: &Word) {
        if self.plan.documents.iter().any(|other| other.name == name.text) {
            let message = format!("文书“{}”写了两次", name.text);
            self.report(Diagnostic::new("E0203", name.place, message).help("换一个名字"));
        }
        let mut document = Document {
            name: name.text.clone(),
            clause: None,
            contains: Vec::new(),
            attach: Vec::new(),
            format: String::new(),
            place: item.place,
        };
        for field in &item.fields {
            match &field.kind {
                FieldKind::PaperFrom(word) => document.clause = self.clause(word),
                FieldKind::PaperContains(words) => {
                    let parts = words.iter().filter_map(|word| self.contained(word));
                    document.contains.extend(parts);
                }
                FieldKind::PaperAttach(word) => document.attach.push(word.text.clone()),
                FieldKind::PaperFormat(word) => document.format = word.text.clone(),
                _ => {}
            }
        }
        self.plan.documents.push(document);
    }

    /// A clause or a form.
    fn contained(&mut self, word: &Word) -> Option<Contained> {
        if let Some(clause) = self.plan.clause_named(&word.text) {
            return Some(Contained::Clause(clause));
        }
        let form = self.symbol_of(&word.text, |symbol| matches!(symbol, Symbol::Form(_)));
        if let Some(Symbol::Form(form)) = form {
            return Some(Contained::Form(form));
        }
        let clauses = self.plan.clauses.iter().map(|clause| clause.id.as_str());
        let forms = self.plan.schema.forms.iter().map(|form| form.label.as_str());
        let names = clauses.chain(forms).collect();
        let missing = unknown(word, &format!("没有条款或表单“{}”", word.text), names);
        self.report(missing);
        None
    }
}
