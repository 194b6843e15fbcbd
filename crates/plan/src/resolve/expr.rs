//! Expressions: the walk over the tree.
//!
//! Each kind of node goes to its own file; here are the walk itself, literals, conditions and sets.
//! `hint` is the code list in which a bare word is looked up first.
//! Read next: `path.rs`, `operators.rs`, `aggregate.rs`, `call.rs`.

use facts::{CodeListId, FormId, Number, Value};

use super::types::{common_unit, fit, member, unit_word};
use super::{Binder, DEPTH_MAX, Resolver, Scope, Symbol, error_at, expr};
use crate::diagnostic::Diagnostic;
use crate::expr::{Expr, ExprKind, Type, Unit};
use crate::source::Place;
use crate::tree::{self, ExprKind as Tree};

/// Code list in which a bare word is looked up first.
pub(crate) type Hint = Option<CodeListId>;

impl Resolver<'_> {
    /// Resolves an expression.
    pub(crate) fn expr(&mut self, scope: &mut Scope, node: &tree::Expr, hint: Hint) -> Expr {
        if scope.depth >= DEPTH_MAX || !self.spend() {
            let found = Diagnostic::new("E0205", node.place, "层次太深，或展开后太大");
            self.report(found.help("分成几个集合或指标，检查是否互相引用"));
            return error_at(node.place);
        }
        scope.depth += 1;
        let result = self.node(scope, node, hint);
        scope.depth -= 1;
        result
    }

    fn node(&mut self, scope: &mut Scope, node: &tree::Expr, hint: Hint) -> Expr {
        let place = node.place;
        match &node.kind {
            Tree::Path(path) => self.path(scope, path, hint),
            Tree::Call(path, args) => self.call(scope, place, path, args),
            Tree::List(items) => self.list(scope, place, items, hint),
            Tree::Filter(set, condition) => self.filter(scope, place, set, condition),
            Tree::Aggregate { .. } => self.aggregate(scope, node),
            Tree::Share(set, condition) => self.over_all(scope, place, (set, condition), true),
            Tree::EveryOne(set, condition) => self.over_all(scope, place, (set, condition), false),
            Tree::If(test, yes, no) => self.branch(scope, place, (test, yes, no), hint),
            Tree::Binary(op, left, right) => self.binary(scope, place, *op, (left, right)),
            Tree::Not(inner) => {
                let inner = self.condition(scope, inner);
                expr(place, Type::Bool, ExprKind::Not(Box::new(inner)))
            }
            Tree::Negate(inner) => self.negate(scope, place, inner),
            Tree::Has(inner) => {
                let inner = self.value(scope, inner);
                expr(place, Type::Bool, ExprKind::Has(Box::new(inner)))
            }
            literal => self.literal(place, literal),
        }
    }

    fn literal(&mut self, place: Place, node: &Tree) -> Expr {
        let (ty, value) = match node {
            Tree::Number(number) => (Type::Number(None), Value::Number(*number)),
            Tree::Quantity(number, Unit::Percent) => {
                let hundredth = number.checked_div(Number::whole(100)).unwrap_or(Number::ZERO);
                (Type::Share, Value::Number(hundredth))
            }
            Tree::Quantity(number, unit) => {
                if *unit == Unit::Hour {
                    let found = Diagnostic::new("E0190", place, "按小时计还没有做");
                    self.report(found.help("现在按日计，例如 1日"));
                }
                (Type::Number(Some(*unit)), Value::Number(*number))
            }
            Tree::Day(day) => (Type::Day, Value::Day(*day)),
            Tree::Month(month) => (Type::Month, Value::Month(*month)),
            Tree::Span(span) => (Type::Span, Value::Span(*span)),
            Tree::Text(text) => (Type::Text, Value::Text(text.as_str().into())),
            _ => return error_at(place),
        };
        expr(place, ty, ExprKind::Constant(value))
    }

    fn list(&mut self, scope: &mut Scope, place: Place, items: &[tree::Expr], hint: Hint) -> Expr {
        if let [single] = items {
            return self.expr(scope, single, hint);
        }
        let items: Vec<Expr> = items.iter().map(|item| self.expr(scope, item, hint)).collect();
        let mut ty = items.first().map_or(Type::Unknown, |item| item.ty.clone());
        for item in items.iter().skip(1) {
            if ty == Type::Unknown {
                ty = item.ty.clone();
            } else if !fit(&ty, &item.ty) {
                self.mismatch(item.place, &ty, &item.ty);
            }
        }
        expr(place, Type::List(Box::new(ty)), ExprKind::List(items))
    }

    fn branch(
        &mut self,
        scope: &mut Scope,
        place: Place,
        (test, yes, no): (&tree::Expr, &tree::Expr, &tree::Expr),
        hint: Hint,
    ) -> Expr {
        let test = self.condition(scope, test);
        let yes = self.expr(scope, yes, hint);
        let no = self.expr(scope, no, hint);
        let ty = self.joined_type(&yes, &no);
        expr(place, ty, ExprKind::If(Box::new(test), Box::new(yes), Box::new(no)))
    }

    /// The type of two branches.
    fn joined_type(&mut self, yes: &Expr, no: &Expr) -> Type {
        match (&yes.ty, &no.ty) {
            (Type::Unknown, other) | (other, Type::Unknown) => other.clone(),
            (Type::Number(_), Type::Number(_)) => match common_unit(yes, no) {
                Ok(unit) => Type::Number(unit),
                Err(units) => {
                    self.unit_clash(no.place, units);
                    Type::Unknown
                }
            },
            (Type::Ref(a), Type::Ref(b)) if a != b => {
                let extra = b.iter().filter(|form| !a.contains(form));
                let mut forms: Vec<FormId> = a.clone();
                forms.extend(extra);
                Type::Ref(forms)
            }
            (a, b) if fit(a, b) => a.clone(),
            (a, b) => {
                let (a, b) = (a.clone(), b.clone());
                self.mismatch(no.place, &a, &b);
                Type::Unknown
            }
        }
    }

    /// An expression that must be 是否.
    pub(crate) fn condition(&mut self, scope: &mut Scope, node: &tree::Expr) -> Expr {
        let value = self.expr(scope, node, None);
        if !fit(&value.ty, &Type::Bool) {
            let words = self.type_words(&value.ty);
            let found =
                Diagnostic::new("E0301", value.place, format!("这里要一个条件，这是{words}"));
            self.report(found.help("写成比较，例如 … >= 1，或 … 有"));
            return error_at(value.place);
        }
        value
    }

    /// An operand that must be a value: a bare form or set is never taken silently.
    pub(crate) fn value(&mut self, scope: &mut Scope, node: &tree::Expr) -> Expr {
        let value = self.expr(scope, node, None);
        self.not_a_set(scope, node, value)
    }

    /// Turns a bare form or set name into E0201.
    pub(crate) fn not_a_set(&mut self, scope: &Scope, node: &tree::Expr, value: Expr) -> Expr {
        let (Tree::Path(path), Type::Set(_)) = (&node.kind, &value.ty) else { return value };
        let tree::Root::Name(word) = &path.root else { return value };
        match scope.nearest() {
            Some((_, binder)) => {
                let forms = binder.forms.clone();
                self.no_field(&forms, word);
            }
            None => {
                let message = format!("“{}”是一个集合，这里要一个值", word.text);
                self.report(Diagnostic::new("E0301", word.place, message));
            }
        }
        error_at(value.place)
    }

    /// An expression that must be a set.
    pub(crate) fn set(&mut self, scope: &mut Scope, node: &tree::Expr) -> Expr {
        let value = self.expr(scope, node, None);
        if matches!(value.ty, Type::Set(_) | Type::Unknown) {
            return value;
        }
        let words = self.type_words(&value.ty);
        let found = Diagnostic::new("E0301", value.place, format!("这里要一个集合，这是{words}"));
        self.report(found.help("写表单、集合，或 表单 当 条件"));
        error_at(value.place)
    }

    /// The value of a named set, at the level where it is used.
    pub(crate) fn named_set(&mut self, scope: &Scope, index: usize, place: Place) -> Expr {
        let symbol = Symbol::Set(index);
        if scope.expanding.contains(&symbol) {
            self.cycle(symbol, place);
            return error_at(place);
        }
        let Some(node) = self.sets.get(index).copied() else { return error_at(place) };
        let mut inner = scope.hermetic(symbol);
        self.set(&mut inner, node)
    }

    /// E0205.
    pub(crate) fn cycle(&mut self, symbol: Symbol, place: Place) {
        let message = format!("{}绕回了自己", symbol.kind());
        self.report(Diagnostic::new("E0205", place, message).help("去掉其中一处引用"));
    }

    /// Opens a binder around the elements of a set, and does something inside.
    pub(crate) fn inside<T>(
        &mut self,
        scope: &mut Scope,
        forms: Vec<FormId>,
        action: impl FnOnce(&mut Self, &mut Scope) -> T,
    ) -> T {
        scope.binders.push(Binder { forms, named: true, aggregate: false });
        let result = action(self, scope);
        scope.binders.pop();
        result
    }

    fn filter(
        &mut self,
        scope: &mut Scope,
        place: Place,
        set: &tree::Expr,
        condition: &tree::Expr,
    ) -> Expr {
        let set = self.set(scope, set);
        let level = scope.level(scope.binders.len());
        let forms = element_forms(&set.ty);
        let condition = self.inside(scope, forms, |me, inner| me.condition(inner, condition));
        let ty = set.ty.clone();
        let condition = Box::new(condition);
        expr(place, ty, ExprKind::Filter { set: Box::new(set), level, condition })
    }

    /// 比例 and 每一.
    fn over_all(
        &mut self,
        scope: &mut Scope,
        place: Place,
        (set, condition): (&tree::Expr, &tree::Expr),
        share: bool,
    ) -> Expr {
        let set = self.set(scope, set);
        let level = scope.level(scope.binders.len());
        let forms = element_forms(&set.ty);
        let condition = self.inside(scope, forms, |me, inner| me.condition(inner, condition));
        let (set, condition) = (Box::new(set), Box::new(condition));
        if share {
            expr(place, Type::Share, ExprKind::Share { set, level, condition })
        } else {
            expr(place, Type::Bool, ExprKind::EveryOne { set, level, condition })
        }
    }

    /// E0301.
    pub(crate) fn mismatch(&mut self, place: Place, left: &Type, right: &Type) {
        let (left, right) = (self.type_words(left), self.type_words(right));
        let message = format!("类型不一致：{left} 与 {right}");
        self.report(Diagnostic::new("E0301", place, message).help("两边要是同一种东西"));
    }

    /// E0302.
    pub(crate) fn unit_clash(&mut self, place: Place, (left, right): (Unit, Option<Unit>)) {
        let left = unit_word(left);
        let right = right.map_or("没有单位的数", unit_word);
        let message = format!("单位不一致：{left} 不能与 {right} 一起用");
        let found = Diagnostic::new("E0302", place, message);
        self.report(found.help(format!("两边写同一种单位，例如都用 {left}")));
    }
}

/// The forms of a set's elements.
pub(crate) fn element_forms(set: &Type) -> Vec<FormId> {
    match member(set) {
        Type::Ref(forms) => forms,
        _ => Vec::new(),
    }
}
