//! Which records read another one: found once from the expressions of a clause.
//!
//! A row of a fold, and a case, are read through paths: `本.户.村`, or "there is a visit of hers on
//! these days". Each path is turned round into hops that lead from a record that changed back to
//! the rows or elements that read it. What cannot be turned round is named by its form alone; a
//! change of such a form makes the clause anew. Organisations are left out: all hangs on them, and
//! a change of one makes everything anew. Posts and leave count as changes of the person.
//! Read next: `clause.rs`.

use std::sync::Arc;

use facts::{FieldId, FieldType, FormId, RecordRef};
use plan::expr::{Aggregate, AggregateExpr, Builtin, Expr, ExprKind, Step, Type};
use plan::plan::{Plan, Rule};
use rustc_hash::FxHashSet;

use super::fixed::derived;
use super::fold::Op;
use super::index::Shapes;
use crate::aggregate::Outer;
use crate::membership::base_forms;
use crate::view::View;

/// One hop from a record towards the rows that read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hop {
    /// To the records of a form that name it in a field.
    Back(FormId, FieldId),
    /// To the records that it names in a field.
    Forth(FieldId),
}

/// Hops in the order they are taken.
pub type Chain = Vec<Hop>;

/// What reads what.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    /// From a record of a form to the rows that read it.
    pub chains: Vec<(FormId, Chain)>,
    /// From a record whose existence is asked about a row straight to these rows, with what is
    /// asked: only rows about which it is true, before or after, read the change.
    pub asked: Vec<(FormId, Chain, Arc<AggregateExpr>)>,
    /// Forms whose changes make the clause anew.
    pub whole: Vec<FormId>,
}

/// An element of a level: its form, and the way from it to the row.
#[derive(Clone)]
struct Bound {
    level: u8,
    form: FormId,
    hops: Chain,
}

struct Walk<'a, 'p> {
    view: &'a View<'p>,
    reach: Reach,
}

impl Reach {
    /// What the rows of a fold are read through.
    pub fn of_fold(view: &View, shape: &Shapes) -> Reach {
        let mut walk = Walk { view, reach: Reach::default() };
        let aggregate = &shape.aggregate;
        for form in base_forms(&aggregate.source) {
            walk.reach.chains.push((form, Chain::new()));
            let row = Bound { level: aggregate.level, form, hops: Chain::new() };
            walk.parts(aggregate, &[row]);
            let merge = view.plan.schema.form(form).merged.as_ref();
            for &field in merge.iter().filter(|_| shape.op == Op::Count).flat_map(|m| &m.same) {
                walk.step(form, field, &Chain::new());
            }
        }
        walk.done()
    }

    /// What the cases of a rule are read through.
    pub fn of_cases<'e>(
        view: &View,
        rule: &'e Rule,
        read: impl Iterator<Item = &'e Expr>,
    ) -> Reach {
        let mut walk = Walk { view, reach: Reach::default() };
        let due = rule.due.as_ref().map(|due| &due.value);
        let own = [due, rule.target.as_ref(), rule.exempt.as_ref(), rule.borne_by.as_ref()];
        let read: Vec<&Expr> = own.into_iter().flatten().chain(read).collect();
        for form in base_forms(rule.subject.set()) {
            walk.reach.chains.push((form, Chain::new()));
            let element = [Bound { level: 0, form, hops: Chain::new() }];
            walk.set(rule.subject.set(), &element[0], &element);
            let rules = view.plan.form_rules.get(form.0 as usize);
            let owner = rules.and_then(|rules| rules.owner.as_ref());
            read.iter().copied().chain(owner).for_each(|expr| walk.expr(expr, &element));
        }
        walk.done()
    }
}

impl Walk<'_, '_> {
    fn done(mut self) -> Reach {
        let org = self.view.registry.known.org;
        self.reach.chains.retain(|(form, _)| Some(*form) != org);
        self.reach.chains.sort_unstable();
        self.reach.chains.dedup();
        self.reach.asked.retain(|(form, ..)| Some(*form) != org);
        self.reach.whole.retain(|form| Some(*form) != org);
        self.reach.whole.sort_unstable();
        self.reach.whole.dedup();
        self.reach
    }

    /// A set whose members are one element.
    fn set(&mut self, set: &Expr, element: &Bound, outer: &[Bound]) {
        match &set.kind {
            ExprKind::Filter { set, level, condition } => {
                self.set(set, element, outer);
                let own = Bound { level: *level, ..element.clone() };
                self.expr(condition, &with(outer, own));
            }
            ExprKind::Union(parts) => parts.iter().for_each(|p| self.set(p, element, outer)),
            ExprKind::Without(a, b) | ExprKind::Both(a, b) => {
                self.set(a, element, outer);
                self.set(b, element, outer);
            }
            ExprKind::All(_) => {}
            _ => self.whole(set),
        }
    }

    /// Everything an aggregate reads from its row.
    fn parts(&mut self, aggregate: &AggregateExpr, bounds: &[Bound]) {
        if let Some(row) = bounds.last() {
            self.set(&aggregate.source, row, bounds);
        }
        let parts = [&aggregate.key, &aggregate.via, &aggregate.filter];
        parts.into_iter().flatten().for_each(|part| self.expr(part, bounds));
    }

    fn expr(&mut self, expr: &Expr, bounds: &[Bound]) {
        match &expr.kind {
            ExprKind::Path { .. } | ExprKind::Element(_) => drop(self.path(expr, bounds)),
            ExprKind::Aggregate(aggregate) => self.aggregate(aggregate, bounds),
            ExprKind::In(left, right) if matches!(right.ty, Type::Set(_)) => {
                self.expr(left, bounds);
                self.whole(right);
            }
            ExprKind::Call(builtin, parts) => {
                for part in parts {
                    match part.ty {
                        Type::Set(_) => self.whole(part),
                        _ => self.expr(part, bounds),
                    }
                }
                if matches!(builtin, Builtin::AreaOrg | Builtin::Within) {
                    parts.iter().take(1).for_each(|part| self.home_of(part, bounds));
                }
            }
            ExprKind::Filter { .. }
            | ExprKind::All(_)
            | ExprKind::Union(_)
            | ExprKind::Without(..)
            | ExprKind::Both(..)
            | ExprKind::Share { .. }
            | ExprKind::EveryOne { .. } => self.whole(expr),
            ExprKind::FieldOf { of, .. } if !self.is_org(&of.ty) => self.whole(expr),
            _ => expr.children(&mut |part| self.expr(part, bounds)),
        }
    }

    /// The organisation of a resident is that of her household.
    fn home_of(&mut self, expr: &Expr, bounds: &[Bound]) {
        let known = self.view.registry.known;
        for (form, hops) in self.path(expr, bounds) {
            if let (true, Some(field)) = (Some(form) == known.resident, known.resident_household) {
                self.step(form, field, &hops);
            }
        }
    }

    /// Turns a path round; what it ends at, with the way from there.
    fn path(&mut self, expr: &Expr, bounds: &[Bound]) -> Vec<(FormId, Chain)> {
        let (root, steps) = match &expr.kind {
            ExprKind::Path { root, steps } => (*root, steps.as_slice()),
            ExprKind::Element(level) => (*level, &[][..]),
            _ => return Vec::new(),
        };
        let bound = bounds.iter().filter(|bound| bound.level == root);
        let mut at: Vec<(FormId, Chain)> = bound.map(|b| (b.form, b.hops.clone())).collect();
        for step in steps {
            let mut next = Vec::new();
            for (form, hops) in at {
                let schema = &self.view.plan.schema;
                let alias = &schema.field(step.form, step.field).alias;
                if let Some(field) = schema.form(form).field_named(alias) {
                    next.extend(self.step(form, field, &hops));
                }
            }
            at = next;
        }
        at
    }

    /// One step from a record: what it leads to, with the way from there.
    fn step(&mut self, form: FormId, field: FieldId, hops: &Chain) -> Vec<(FormId, Chain)> {
        let plan = self.view.plan;
        let ty = &plan.schema.field(form, field).ty;
        if let Some(expr) = derived(plan, Step { form, field }) {
            let itself = Bound { level: 0, form, hops: hops.clone() };
            self.expr(expr, &[itself]);
            // Where a derived reference leads is not followed further, unless to organisations.
            let known = self.view.registry.known.org;
            if !targets(plan, ty).iter().all(|form| Some(*form) == known) {
                self.reach.whole.extend(targets(plan, ty));
            }
            return Vec::new();
        }
        if plan.schema.field(form, field).builtin {
            return Vec::new();
        }
        let lead = targets(plan, ty).into_iter().map(|target| {
            let mut chain = vec![Hop::Back(form, field)];
            chain.extend(hops);
            (target, chain)
        });
        let lead: Vec<(FormId, Chain)> = lead.collect();
        self.reach.chains.extend(lead.iter().cloned());
        lead
    }

    /// An aggregate inside: its rows lead through what joins them to the element it is about.
    fn aggregate(&mut self, aggregate: &AggregateExpr, bounds: &[Bound]) {
        let around = self.joined(aggregate, bounds);
        let Some(around) = around else {
            let mut forms = FxHashSet::default();
            forms.extend(base_forms(&aggregate.source));
            let parts = [&aggregate.key, &aggregate.via, &aggregate.filter];
            let parts = parts.into_iter().flatten().chain([&aggregate.source]);
            parts.for_each(|part| forms_read(self.view.plan, part, &mut forms));
            self.reach.whole.extend(forms);
            return;
        };
        let itself = matches!(bounds, [only] if only.level == 0 && only.hops.is_empty());
        let asked = Arc::new(aggregate.clone());
        for (form, hops) in around {
            match itself && aggregate.op == Aggregate::Exists {
                true => self.reach.asked.push((form, hops.clone(), Arc::clone(&asked))),
                false => self.reach.chains.push((form, hops.clone())),
            }
            let row = Bound { level: aggregate.level, form, hops };
            self.parts(aggregate, &with(bounds, row));
        }
    }

    /// The rows of an aggregate with the way from each to the row outside.
    fn joined(
        &mut self,
        aggregate: &AggregateExpr,
        bounds: &[Bound],
    ) -> Option<Vec<(FormId, Chain)>> {
        let view = self.view;
        let join = view.join_of(aggregate).filter(|join| join.steady)?;
        let forth = match &join.inner.kind {
            ExprKind::Element(_) => Vec::new(),
            ExprKind::Path { steps, .. } if steps.len() == 1 => steps.clone(),
            _ => return None,
        };
        let ends = match join.outer {
            Outer::Element(level) => {
                let element = bounds.iter().filter(|bound| bound.level == level);
                element.map(|bound| (bound.form, bound.hops.clone())).collect()
            }
            Outer::Value(expr) => self.path(expr, bounds),
        };
        let mut around = Vec::new();
        for form in base_forms(&aggregate.source) {
            let mut first = Vec::new();
            for step in &forth {
                let schema = &view.plan.schema;
                let alias = &schema.field(step.form, step.field).alias;
                let field = schema.form(form).field_named(alias)?;
                if schema.field(form, field).derived || schema.field(form, field).builtin {
                    return None;
                }
                first.push(Hop::Forth(field));
            }
            let chain = |hops: &Chain| first.iter().chain(hops).copied().collect::<Chain>();
            around.extend(ends.iter().map(|(_, hops)| (form, chain(hops))));
        }
        (!ends.is_empty()).then_some(around)
    }

    /// A change of any form read here makes the clause anew.
    fn whole(&mut self, expr: &Expr) {
        let mut forms = FxHashSet::default();
        forms_read(self.view.plan, expr, &mut forms);
        self.reach.whole.extend(forms);
    }

    fn is_org(&self, ty: &Type) -> bool {
        let org = self.view.registry.known.org;
        matches!(ty, Type::Ref(forms) if forms.len() == 1 && forms.first().copied() == org)
    }
}

fn with(bounds: &[Bound], own: Bound) -> Vec<Bound> {
    bounds.iter().cloned().chain([own]).collect()
}

/// The forms a field may refer to.
fn targets(plan: &Plan, ty: &FieldType) -> Vec<FormId> {
    match ty {
        FieldType::Ref(forms) => forms.clone(),
        FieldType::AnyRef => plan.schema.forms_with_ids().map(|(form, _)| form).collect(),
        _ => Vec::new(),
    }
}

/// All forms an expression reads, through derived fields too.
pub fn forms_read(plan: &Plan, expr: &Expr, forms: &mut FxHashSet<FormId>) {
    let mut seen: Vec<&Expr> = Vec::new();
    let mut todo = vec![expr];
    while let Some(expr) = todo.pop() {
        if seen.iter().any(|known| std::ptr::eq(*known, expr)) {
            continue;
        }
        seen.push(expr);
        expr.walk(&mut |part| match &part.kind {
            ExprKind::All(all) => forms.extend(all),
            ExprKind::IsOfForm(_, form) => drop(forms.insert(*form)),
            ExprKind::Path { steps, .. } | ExprKind::FieldOf { steps, .. } => {
                for step in steps {
                    let field = plan.schema.field(step.form, step.field);
                    forms.extend(targets(plan, &field.ty));
                    // The path may be read from another form of a union, by the same name.
                    for (form, declared) in plan.schema.forms_with_ids() {
                        let same = declared.field_named(&field.alias);
                        todo.extend(same.and_then(|field| derived(plan, Step { form, field })));
                    }
                }
            }
            _ => {}
        });
    }
}

/// Follows hops from a record in the view as it stands.
pub fn follow(view: &View, chain: &Chain, from: RecordRef) -> Vec<RecordRef> {
    let mut at = vec![from];
    for hop in chain {
        let mut next = Vec::new();
        for record in at {
            match hop {
                Hop::Back(form, field) => view.naming(*form, *field, record, &mut next),
                Hop::Forth(field) => next.extend(view.names(record, *field)),
            }
        }
        next.sort_unstable();
        next.dedup();
        at = next;
    }
    at
}
