//! Expressions of forms: 归, 算, 须, 显, 择; level 0 is the record, which is also 本.
//!
//! Resolved when all forms have their fields. A 算 that needs itself is E0205.
//! Read next: `expr.rs`.

use facts::schema::registry;
use facts::{FieldId, FormId};
use rustc_hash::FxHashSet;

use super::types::{fit, forms_of, member, of_field, of_field_type};
use super::{Resolver, Scope, error_at};
use crate::diagnostic::Diagnostic;
use crate::expr::{Expr, ExprKind, Type};
use crate::source::Place;
use crate::tree::{self, FormFieldDef, FormModifier};

impl Resolver<'_> {
    /// 归, 算, 须, 显 and 择 of a form.
    pub(crate) fn form_rules(&mut self, id: FormId, item: &tree::Item, mods: &[FormModifier]) {
        for modifier in mods {
            if let FormModifier::OwnedBy(node) = modifier {
                let owner = self.owner(id, node);
                if let Some(rules) = self.plan.form_rules.get_mut(id.0 as usize) {
                    rules.owner = Some(owner);
                }
            }
        }
        for field in &item.fields {
            let tree::FieldKind::FormField(def) = &field.kind else { continue };
            let form = self.plan.schema.forms.get(id.0 as usize);
            let at = form.and_then(|form| form.field_named(&def.name.label.text));
            if let Some(at) = at {
                self.field_rules(id, at, def);
            }
        }
    }

    fn owner(&mut self, id: FormId, node: &tree::Expr) -> Expr {
        let owner = self.expr(&mut Scope::of_record(id), node, None);
        if owner.ty == Type::Unknown {
            return owner;
        }
        let known = [registry::ORG, registry::PERSON];
        let owners: Vec<FormId> =
            known.iter().filter_map(|alias| self.plan.schema.form_named(alias)).collect();
        let good = forms_of(&owner.ty).is_some_and(|f| f.iter().all(|form| owners.contains(form)));
        if !good {
            let words = self.type_words(&owner.ty);
            let found = Diagnostic::new("E0303", node.place, format!("归 不能是{words}"));
            self.report(found.help("归 是一个组织或一个人"));
            return error_at(node.place);
        }
        owner
    }

    fn field_rules(&mut self, id: FormId, at: FieldId, def: &FormFieldDef) {
        let mut derived = None;
        if let Some(node) = &def.derived {
            let value = self.expr(&mut Scope::of_record(id), node, None);
            let form = self.plan.schema.forms.get(id.0 as usize);
            let ty = form.and_then(|form| form.fields.get(at.0 as usize)).map(of_field);
            let ty = ty.unwrap_or(Type::Unknown);
            if !fit(&ty, &value.ty) {
                self.mismatch(node.place, &ty, &value.ty);
            }
            derived = Some((at, value));
        }
        let mut constraints = Vec::new();
        for (node, words) in &def.must {
            let condition = self.condition(&mut Scope::of_record(id), node);
            let words = words.as_ref().map(|text| text.text.clone());
            let words = words.unwrap_or_else(|| format!("{}不合要求", def.name.label.text));
            constraints.push((at, condition, words));
        }
        let shown = def.shown.as_ref().map(|node| self.condition(&mut Scope::of_record(id), node));
        let choice = def.choice.as_ref().and_then(|node| self.choice(id, at, node));
        if let Some(rules) = self.plan.form_rules.get_mut(id.0 as usize) {
            rules.derived.extend(derived);
            rules.constraints.extend(constraints);
            rules.shown.extend(shown.map(|condition| (at, condition)));
            rules.choices.extend(choice.map(|set| (at, set)));
            rules.places.push((Some(at), def.name.label.place));
        }
    }

    /// 择: a set or list of what the field may hold.
    fn choice(&mut self, id: FormId, at: FieldId, node: &tree::Expr) -> Option<Expr> {
        let form = self.plan.schema.forms.get(id.0 as usize)?;
        let wanted = form.fields.get(at.0 as usize).map(|field| of_field_type(&field.ty))?;
        let hint = match wanted {
            Type::Code(list) => Some(list),
            _ => None,
        };
        let value = self.expr(&mut Scope::of_record(id), node, hint);
        let good = match &value.ty {
            Type::Set(_) | Type::List(_) => fit(&wanted, &member(&value.ty)),
            other => *other == Type::Unknown,
        };
        if !good {
            self.mismatch(node.place, &Type::List(Box::new(wanted)), &value.ty);
            return None;
        }
        Some(value)
    }

    /// E0205 for derived fields that need themselves.
    pub(crate) fn derived_cycles(&mut self) {
        let mut edges: Vec<(Node, Vec<Node>, Place)> = Vec::new();
        for (index, rules) in self.plan.form_rules.iter().enumerate() {
            let form = FormId(u16::try_from(index).unwrap_or(u16::MAX));
            for (field, value) in &rules.derived {
                let mut reads = Vec::new();
                value.walk(&mut |part| match &part.kind {
                    ExprKind::Path { steps, .. } | ExprKind::FieldOf { steps, .. } => {
                        reads.extend(steps.iter().map(|step| (step.form, step.field)));
                    }
                    _ => {}
                });
                edges.push(((form, *field), reads, value.place));
            }
        }
        for (start, reads, place) in &edges {
            if reaches(&edges, *start, reads) {
                let found = Diagnostic::new("E0205", *place, "算 绕回了自己");
                self.report(found.help("去掉其中一处引用"));
            }
        }
    }
}

type Node = (FormId, FieldId);

fn reaches(edges: &[(Node, Vec<Node>, Place)], start: Node, reads: &[Node]) -> bool {
    let (mut seen, mut open) = (FxHashSet::default(), reads.to_vec());
    while let Some(node) = open.pop() {
        if node == start {
            return true;
        }
        if seen.insert(node) {
            let next = edges.iter().filter(|(from, _, _)| *from == node);
            open.extend(next.flat_map(|(_, to, _)| to.iter().copied()));
        }
    }
    false
}
