//! 修订, 核算 and 守则: what speaks of whole clauses or of the plan.
//!
//! A change is resolved in the clause it amends, so 须 sees that clause's 计.
//! Read next: `example.rs`.

use super::{Resolver, Scope, unknown};
use crate::diagnostic::Diagnostic;
use crate::plan::{Amendment, Conduct, Override, Total};
use crate::tree::{self, Field, FieldKind, Text};

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
        let (mut forbid, mut require) = (Vec::new(), Vec::new());
        for field in &item.fields {
            match &field.kind {
                FieldKind::Forbid(words) => forbid.extend(words.iter().map(|w| w.text.clone())),
                FieldKind::Require(word) => require.push(word.text.clone()),
                _ => {}
            }
        }
        self.plan.conduct.push(Conduct { basis: basis.text.clone(), forbid, require });
    }

    /// 文书 rests on a clause; nothing of it is judged yet.
    pub(crate) fn paper(&mut self, item: &tree::Item) {
        for field in &item.fields {
            if let FieldKind::PaperFrom(word) = &field.kind {
                self.clause(word);
            }
        }
    }
}
