//! Aggregates: 计数 存在 合计 …, their record, 经 and 当.
//!
//! The record is the next level. 经 is held against 本, or in a nested aggregate against the
//! element of the nearest enclosing binder; a duty's aggregate that mentions neither 本 nor 此 gets
//! the one field that can refer to the subject (plan-language §5).
//! Read next: `path.rs`.

use facts::schema::{COMMON_FIELDS, registry};
use facts::{FieldId, FormId, Shape};

use super::expr::element_forms;
use super::path::refers_to;
use super::types::{fit, member, of_field};
use super::{Binder, Resolver, Scope, Symbol, error_at, expr};
use crate::diagnostic::Diagnostic;
use crate::expr::{Aggregate, AggregateExpr, Expr, ExprKind, Step, Type, Unit};
use crate::source::Place;
use crate::tree::{self, ExprKind as Tree, Path, Root};

impl Resolver<'_> {
    /// Resolves an aggregate node; any other node is an error.
    pub(crate) fn aggregate(&mut self, scope: &mut Scope, node: &tree::Expr) -> Expr {
        let Tree::Aggregate { op, distinct, active, ever, path, via, filter } = &node.kind else {
            return error_at(node.place);
        };
        let Some(source) = self.source(scope, path) else { return error_at(node.place) };
        let forms = element_forms(&source.ty);
        self.check_time(&forms, path.place, (*op, *active, *ever));
        let target = scope.binders.len().saturating_sub(1);
        let outer = (target, scope.binders.len());
        scope.binders.push(Binder { forms: forms.clone(), named: true, aggregate: true });
        let key = self.key(scope, path);
        let via = match via {
            Some(via) => self.via(scope, via, outer),
            None => self.inferred(scope, node.place, &forms, filter.as_deref()),
        };
        let filter = filter.as_ref().map(|filter| self.condition(scope, filter));
        scope.binders.pop();
        let key = match key {
            Some(Err(())) => return error_at(node.place),
            Some(Ok(key)) => Some(key),
            None => None,
        };
        let Some(ty) = self.aggregate_type(*op, node.place, key.as_ref()) else {
            return error_at(node.place);
        };
        let kind = ExprKind::Aggregate(AggregateExpr {
            op: *op,
            distinct: *distinct,
            active: *active,
            ever: *ever,
            source: Box::new(source),
            level: scope.level(outer.1),
            key: key.map(Box::new),
            via: via.map(Box::new),
            via_target: scope.level(target),
            filter: filter.map(Box::new),
        });
        expr(node.place, ty, kind)
    }

    /// The form or named set that is ranged over.
    fn source(&mut self, scope: &Scope, path: &Path) -> Option<Expr> {
        let wanted = |symbol| matches!(symbol, Symbol::Form(_) | Symbol::Set(_));
        let Root::Name(word) = &path.root else {
            let found = Diagnostic::new("E0301", path.place, "汇总的是表单或集合");
            self.report(found.help("写表单名，用 当 … = 本 连到它"));
            return None;
        };
        let source = match self.symbol_of(&word.text, wanted) {
            Some(Symbol::Form(form)) => {
                expr(word.place, Type::Set(vec![form]), ExprKind::All(vec![form]))
            }
            Some(Symbol::Set(index)) => self.named_set(scope, index, word.place),
            _ => {
                self.unknown_symbol(word, "表单或集合", wanted);
                return None;
            }
        };
        matches!(source.ty, Type::Set(_)).then_some(source)
    }

    /// `.户` behind the form's name, read from the record.
    fn key(&mut self, scope: &Scope, path: &Path) -> Option<Result<Expr, ()>> {
        let (first, rest) = path.steps.split_first()?;
        let root = Root::Name(first.clone());
        let key = Path { root, steps: rest.to_vec(), place: path.place };
        let key = self.record_path(scope, &key);
        Some(if key.ty == Type::Unknown { Err(()) } else { Ok(key) })
    }

    fn via(&mut self, scope: &Scope, via: &Path, (target, count): (usize, usize)) -> Option<Expr> {
        let found = self.record_path(scope, via);
        if count == 0 {
            let found = Diagnostic::new("E0312", via.place, "这里没有“本”，不能用“经”");
            self.report(found.help("改用 当 条件"));
            return None;
        }
        let element = scope.binders.get(target).map(|b| b.forms.clone()).unwrap_or_default();
        let element = Type::Ref(element);
        if !fit(&member(&found.ty), &element) {
            let ty = member(&found.ty);
            self.mismatch(via.place, &ty, &element);
            return None;
        }
        Some(found)
    }

    /// 经 left out: the one field that can refer to the subject, unless 当 says how it is tied.
    fn inferred(
        &mut self,
        scope: &Scope,
        place: Place,
        forms: &[FormId],
        filter: Option<&tree::Expr>,
    ) -> Option<Expr> {
        if filter.is_some_and(mentions_element) || scope.binders.len() < 2 {
            return None;
        }
        let top = scope.binders.len() == 2 && scope.binders.first().is_some_and(|b| !b.named);
        let subject = scope.binders.first().map(|b| b.forms.clone()).unwrap_or_default();
        if top && self.open {
            // Which field refers to the subject is known when there is one.
            return None;
        }
        let candidates = self.referring(forms, &subject);
        if let (true, [only]) = (top, candidates.as_slice()) {
            let ty = self.field_type(*only)?;
            let root = scope.level(scope.binders.len().saturating_sub(1));
            return Some(expr(place, ty, ExprKind::Path { root, steps: vec![*only] }));
        }
        let found = Diagnostic::new("E0312", place, "没有说明算谁的记录");
        let labels = candidates.iter().filter_map(|step| self.step_label(*step));
        let labels: Vec<&str> = labels.collect();
        let found = match (top, labels.is_empty()) {
            (true, false) => found.help(format!("写 经 {}", labels.join(" 或 经 "))),
            _ => found.help("写 经 某项，或在 当 里写 … = 本、… = 此"),
        };
        self.report(found);
        None
    }

    /// Fields of these forms that refer to one of the targets, without the common ones.
    pub(crate) fn referring(&self, forms: &[FormId], targets: &[FormId]) -> Vec<Step> {
        let mut found = Vec::new();
        for form in forms {
            let Some(fields) = self.plan.schema.forms.get(form.0 as usize).map(|f| &f.fields)
            else {
                continue;
            };
            for (index, field) in fields.iter().enumerate().skip(COMMON_FIELDS) {
                if refers_to(&of_field(field), targets) {
                    let field = FieldId(u16::try_from(index).unwrap_or(u16::MAX));
                    found.push(Step { form: *form, field });
                }
            }
        }
        found
    }

    fn step_field(&self, step: Step) -> Option<&facts::Field> {
        self.plan.schema.forms.get(step.form.0 as usize)?.fields.get(step.field.0 as usize)
    }

    fn step_label(&self, step: Step) -> Option<&str> {
        self.step_field(step).map(|field| field.label.as_str())
    }

    fn field_type(&self, step: Step) -> Option<Type> {
        self.step_field(step).map(of_field)
    }

    /// E0314 and E0315: what a form's days allow.
    fn check_time(&mut self, forms: &[FormId], place: Place, mode: (Aggregate, bool, bool)) {
        let (op, active, ever) = mode;
        for id in forms {
            let Some(form) = self.plan.schema.forms.get(id.0 as usize) else { continue };
            let known = [registry::ORG, registry::PERSON, registry::HOUSEHOLD, registry::RESIDENT];
            let thing = known.contains(&form.alias.as_str());
            let label = form.label.clone();
            let found = if active && form.shape != Shape::Interval && !thing {
                Some(("E0314", format!("{label} 没有 起 和可空的 止，不能用 现行")))
            } else if op == Aggregate::Covered && form.end.is_none() {
                Some(("E0314", format!("{label} 没有 起 和 止，不能用 覆盖")))
            } else if form.axis.is_none() && !thing && !ever && !active {
                Some(("E0315", format!("{label} 没有 ⏱，不能按期计")))
            } else {
                None
            };
            if let Some((code, message)) = found {
                self.report(
                    Diagnostic::new(code, place, message).help("换一个表单，或给它加上日期"),
                );
            }
        }
    }

    /// What an aggregate gives; `None` after a finding.
    fn aggregate_type(&mut self, op: Aggregate, place: Place, key: Option<&Expr>) -> Option<Type> {
        let value = key.map(|key| member(&key.ty));
        let number = matches!(value, Some(Type::Number(_)));
        let ordered = number || matches!(value, Some(Type::Day | Type::Month));
        let good = match op {
            Aggregate::Count | Aggregate::Exists | Aggregate::First | Aggregate::Last => true,
            Aggregate::Covered => value.is_none(),
            Aggregate::Sum | Aggregate::Median | Aggregate::Mean => number,
            Aggregate::Largest | Aggregate::Smallest => ordered,
        };
        if !good {
            let (message, help) = match op {
                Aggregate::Covered => ("覆盖 后面只写表单", "例如 覆盖 趟"),
                _ => ("这里要写记录里的一个数", "例如 合计 趟.天数"),
            };
            self.report(Diagnostic::new("E0301", place, message).help(help));
            return None;
        }
        Some(match op {
            Aggregate::Count => Type::Number(None),
            Aggregate::Exists => Type::Bool,
            Aggregate::Covered => Type::Number(Some(Unit::Days)),
            Aggregate::First | Aggregate::Last => key.map_or(Type::Day, |key| key.ty.clone()),
            _ => value.unwrap_or(Type::Unknown),
        })
    }
}

/// Whether 本 or 此 is mentioned.
pub(crate) fn mentions_element(node: &tree::Expr) -> bool {
    let path = |path: &Path| matches!(path.root, Root::Subject | Root::It);
    match &node.kind {
        Tree::Path(found) => path(found),
        Tree::Call(_, items) | Tree::List(items) => items.iter().any(mentions_element),
        Tree::Filter(a, b) | Tree::Share(a, b) | Tree::EveryOne(a, b) | Tree::Binary(_, a, b) => {
            mentions_element(a) || mentions_element(b)
        }
        Tree::If(a, b, c) => [a, b, c].into_iter().any(|part| mentions_element(part)),
        Tree::Not(a) | Tree::Negate(a) | Tree::Has(a) => mentions_element(a),
        Tree::Aggregate { filter, .. } => filter.as_deref().is_some_and(mentions_element),
        _ => false,
    }
}
