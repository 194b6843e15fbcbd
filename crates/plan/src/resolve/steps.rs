//! 限, 延 and the steps of a 流程.
//!
//! A step is done by a record of its form that refers to the element, so its form must have exactly
//! one such field per kind of element (E0316).
//! Read next: `clause.rs`.

use facts::{FieldId, FormId};

use super::types::is_length;
use super::{Binder, Resolver, Scope, expr, unknown};
use crate::diagnostic::Diagnostic;
use crate::expr::{Expr, ExprKind, Type, Unit};
use crate::plan::{Due, Extend, FlowStep};
use crate::source::Place;
use crate::tree::{self, Word};

impl Resolver<'_> {
    /// 限 of a duty; a bare length counts from 始.
    pub(crate) fn due(
        &mut self,
        scope: &mut Scope,
        node: &tree::Expr,
        next_workday: bool,
    ) -> Option<Due> {
        let value = self.day(scope, node);
        reads_records(&value).map_or(Some(()), |place| {
            let found = Diagnostic::new("E0301", place, "限 不能由记录的汇总来定");
            self.report(found.help("用 本 的一项、参数、始、期首、期末"));
            None
        })?;
        Some(Due { value, next_workday })
    }

    /// An expression that gives a day.
    pub(crate) fn day(&mut self, scope: &mut Scope, node: &tree::Expr) -> Expr {
        let value = self.value(scope, node);
        match &value.ty {
            Type::Day | Type::Unknown => value,
            Type::Number(Some(unit)) if is_length(*unit) => {
                let onset = expr(node.place, Type::Day, ExprKind::Onset);
                self.shifted(node.place, onset, value, false)
            }
            other => {
                let other = other.clone();
                self.mismatch(node.place, &Type::Day, &other);
                super::error_at(node.place)
            }
        }
    }

    /// 延 F 至 f.
    pub(crate) fn extend(
        &mut self,
        subject: &[FormId],
        form: &Word,
        field: &Word,
    ) -> Option<Extend> {
        let id = self.form(form)?;
        let new_due = self.field_of(id, field)?;
        let step = crate::expr::Step { form: id, field: new_due };
        let day = self.plan.schema.forms.get(id.0 as usize).and_then(|f| {
            f.fields.get(step.field.0 as usize).map(|f| f.ty == facts::FieldType::Day)
        });
        if day != Some(true) {
            let message = format!("“{}”不是日期，不能作新限", field.text);
            self.report(Diagnostic::new("E0301", field.place, message));
            return None;
        }
        let refers = self.refers(id, subject, form, false)?;
        Some(Extend { form: id, refers, new_due })
    }

    /// Fields of a form that may refer to the element.
    fn refers(
        &mut self,
        form: FormId,
        subject: &[FormId],
        word: &Word,
        exactly: bool,
    ) -> Option<Vec<FieldId>> {
        if subject.is_empty() {
            return Some(Vec::new());
        }
        let found = self.referring(&[form], subject);
        let per = |kind: &FormId| self.referring(&[form], &[*kind]).len();
        let good = match exactly {
            true => subject.iter().all(|kind| per(kind) == 1),
            false => !found.is_empty(),
        };
        if !good {
            let message = format!("表单“{}”里要恰有一项指向这里的对象", word.text);
            let missing = Diagnostic::new("E0316", word.place, message);
            self.report(missing.help("给这个表单加一项引用，或换一个表单"));
            return None;
        }
        Some(found.into_iter().map(|step| step.field).collect())
    }

    /// The steps of a 流程, with their anchors as indices.
    pub(crate) fn flow_steps(
        &mut self,
        subject: &[FormId],
        steps: &[(&tree::Step, Place)],
    ) -> Vec<FlowStep> {
        let names: Vec<(&Word, Option<&Word>)> =
            steps.iter().map(|(step, _)| (&step.name.label, step.name.alias.as_ref())).collect();
        let mut result = Vec::new();
        for (index, (step, _)) in steps.iter().enumerate() {
            let label = &step.name.label;
            if names.iter().take(index).any(|(other, _)| other.text == label.text) {
                let message = format!("步“{}”写了两次", label.text);
                self.report(Diagnostic::new("E0203", label.place, message));
            }
            let Some(form) = self.form(&step.form) else { continue };
            let refers = self.refers(form, subject, &step.form, true).unwrap_or_default();
            let after = step.after.as_ref().and_then(|word| self.anchor(&names, index, word));
            let due = step.due.as_ref().and_then(|node| self.step_due(subject, node));
            let must = step.must.as_ref().map(|node| {
                let mut scope = Scope::of_subject(subject.to_vec());
                scope.binders.push(Binder { forms: vec![form], named: true, aggregate: true });
                self.condition(&mut scope, node)
            });
            let (label, alias) = (label.text.clone(), super::forms::alias_of(&step.name));
            result.push(FlowStep { label, alias, form, refers, due, after, must });
        }
        result
    }

    /// 自: an earlier step, so that no two wait for each other.
    fn anchor(
        &mut self,
        names: &[(&Word, Option<&Word>)],
        index: usize,
        word: &Word,
    ) -> Option<usize> {
        let named = |(label, alias): &(&Word, Option<&Word>)| {
            label.text == word.text || alias.is_some_and(|alias| alias.text == word.text)
        };
        let found = names.iter().take(index).position(named);
        if found.is_none() {
            let earlier = names.iter().take(index).map(|(label, _)| label.text.as_str()).collect();
            let missing = unknown(word, &format!("前面没有步“{}”", word.text), earlier);
            self.report(missing);
        }
        found
    }

    /// 限 of a step: an amount after the anchor.
    fn step_due(&mut self, subject: &[FormId], node: &tree::Expr) -> Option<(Expr, Unit)> {
        let mut scope = Scope::of_subject(subject.to_vec());
        let amount = self.value(&mut scope, node);
        match &amount.ty {
            Type::Unknown => None,
            Type::Number(Some(Unit::Days)) => Some((amount, Unit::CalendarDay)),
            Type::Number(Some(unit)) if is_length(*unit) => {
                let unit = *unit;
                Some((amount, unit))
            }
            _ => {
                let found = Diagnostic::new("E0302", node.place, "步的限是一段时间");
                self.report(found.help("例如 30日、3工作日"));
                None
            }
        }
    }
}

/// Where an aggregate stands in a due day, if anywhere.
fn reads_records(value: &Expr) -> Option<Place> {
    let mut found = None;
    value.walk(&mut |part| {
        if matches!(part.kind, ExprKind::Aggregate(_) | ExprKind::Share { .. }) {
            found = found.or(Some(part.place));
        }
    });
    found
}
