//! Comparisons, 且 或 and 属于.
//!
//! A comparison with a code looks bare words up in its code list.
//! Read next: `arithmetic.rs`, `codes.rs`.

use super::expr::Hint;
use super::types::{common_unit, fit, meet, member};
use super::{Resolver, Scope, Symbol, expr};
use crate::diagnostic::Diagnostic;
use crate::expr::{CompareOp, Expr, ExprKind, Type};
use crate::source::Place;
use crate::tree::{self, BinaryOp, ExprKind as Tree, Root, Word};

/// The two operands.
pub(super) type Pair<'t> = (&'t tree::Expr, &'t tree::Expr);

impl Resolver<'_> {
    pub(crate) fn binary(
        &mut self,
        scope: &mut Scope,
        place: Place,
        op: BinaryOp,
        pair: Pair,
    ) -> Expr {
        match op {
            BinaryOp::And | BinaryOp::Or => self.logic(scope, place, op, pair),
            BinaryOp::Compare(op) => self.compare(scope, place, op, pair),
            BinaryOp::In => self.member_of(scope, place, pair),
            BinaryOp::Plus => self.plus(scope, place, pair),
            BinaryOp::Minus => self.minus(scope, place, pair),
            BinaryOp::Times | BinaryOp::Over => self.scale(scope, place, op, pair),
            BinaryOp::Without | BinaryOp::Both => self.set_pair(scope, place, op, pair),
        }
    }

    fn logic(&mut self, scope: &mut Scope, place: Place, op: BinaryOp, pair: Pair) -> Expr {
        let sides = [self.condition(scope, pair.0), self.condition(scope, pair.1)];
        let and = op == BinaryOp::And;
        let mut flat = Vec::new();
        for side in sides {
            match side.kind {
                ExprKind::And(inner) if and => flat.extend(inner),
                ExprKind::Or(inner) if !and => flat.extend(inner),
                _ => flat.push(side),
            }
        }
        let kind = if and { ExprKind::And(flat) } else { ExprKind::Or(flat) };
        expr(place, Type::Bool, kind)
    }

    fn compare(&mut self, scope: &mut Scope, place: Place, op: CompareOp, pair: Pair) -> Expr {
        let left = self.value(scope, pair.0);
        let right = self.right_of(scope, &left, pair.1);
        self.compared(place, op, left, right)
    }

    /// The right side of a comparison: a code when the left side is one.
    pub(crate) fn right_of(&mut self, scope: &mut Scope, left: &Expr, node: &tree::Expr) -> Expr {
        let hint = match &left.ty {
            Type::Code(list) => Some(*list),
            _ => None,
        };
        if left.ty == Type::Unknown && is_bare_word(node) {
            // What it would be held against is not known: nothing more can be said of the word.
            return self.quietly(|me| me.expr(scope, node, None));
        }
        let right = self.expr(scope, node, hint);
        self.not_a_set(scope, node, right)
    }

    /// A comparison of two resolved sides.
    pub(crate) fn compared(
        &mut self,
        place: Place,
        op: CompareOp,
        left: Expr,
        right: Expr,
    ) -> Expr {
        let equality = matches!(op, CompareOp::Equal | CompareOp::NotEqual);
        if !fit(&left.ty, &right.ty) {
            self.mismatch(right.place, &left.ty, &right.ty);
            return error_bool(place);
        }
        if let Err(units) = common_unit(&left, &right) {
            self.unit_clash(right.place, units);
            return error_bool(place);
        }
        if !equality && !is_ordered(&left.ty) {
            let message = format!("{} 没有大小", self.type_words(&left.ty));
            self.report(Diagnostic::new("E0301", place, message).help("用 = 或 !="));
            return error_bool(place);
        }
        expr(place, Type::Bool, ExprKind::Compare(op, Box::new(left), Box::new(right)))
    }

    /// 属于.
    fn member_of(&mut self, scope: &mut Scope, place: Place, pair: Pair) -> Expr {
        if let Some(found) = self.code_in_list(scope, place, pair) {
            return found;
        }
        let left = self.value(scope, pair.0);
        if let Some(found) = self.of_form(scope, place, &left, pair.1) {
            return found;
        }
        let hint: Hint = match &left.ty {
            Type::Code(list) => Some(*list),
            _ => None,
        };
        let right = match bare_word(pair.1) {
            // A code list, or a field with several codes, may be named as a whole.
            Some(word) if hint.is_some() && self.names_list(scope, word) => {
                self.expr(scope, pair.1, None)
            }
            _ => self.expr(scope, pair.1, hint),
        };
        self.in_checked(place, left, right)
    }

    fn in_checked(&mut self, place: Place, left: Expr, right: Expr) -> Expr {
        let good = match &right.ty {
            Type::Span => fit(&left.ty, &Type::Day),
            Type::Set(forms) => match &left.ty {
                Type::Ref(mine) => meet(mine, forms),
                other => *other == Type::Unknown,
            },
            Type::List(item) => fit(&left.ty, item),
            Type::Code(list) => left.ty == Type::Code(*list),
            other => *other == Type::Unknown,
        };
        if !good {
            self.mismatch(right.place, &left.ty, &member(&right.ty));
            return error_bool(place);
        }
        // One code in parentheses is a list of one.
        let right = match right.ty.clone() {
            Type::Code(list) => {
                let ty = Type::List(Box::new(Type::Code(list)));
                expr(right.place, ty, ExprKind::List(vec![right]))
            }
            _ => right,
        };
        expr(place, Type::Bool, ExprKind::In(Box::new(left), Box::new(right)))
    }

    /// `同吃 属于 三同`: a code on the left of a list of codes.
    fn code_in_list(&mut self, scope: &mut Scope, place: Place, pair: Pair) -> Option<Expr> {
        let word = bare_word(pair.0)?;
        let Tree::Path(_) = &pair.1.kind else { return None };
        let right = self.quietly(|me| me.expr(scope, pair.1, None));
        let (Type::List(item), ExprKind::Path { .. }) = (&right.ty, &right.kind) else {
            return None;
        };
        let Type::Code(list) = item.as_ref() else { return None };
        let left = self.code_word(scope, *list, word);
        Some(expr(place, Type::Bool, ExprKind::In(Box::new(left), Box::new(right))))
    }

    /// `件 属于 方案文`: the kind of a reference with several target forms.
    fn of_form(
        &mut self,
        scope: &Scope,
        place: Place,
        left: &Expr,
        node: &tree::Expr,
    ) -> Option<Expr> {
        let word = bare_word(node)?;
        let Type::Ref(forms) = &left.ty else { return None };
        let binder = scope.nearest().map(|(_, b)| b.forms.as_slice()).unwrap_or_default();
        if forms.len() == 1 || self.field_in(binder, &word.text).is_some() {
            return None;
        }
        let Some(Symbol::Form(form)) = self.symbol_of(&word.text, |s| matches!(s, Symbol::Form(_)))
        else {
            return None;
        };
        if !meet(forms, &[form]) {
            self.mismatch(node.place, &left.ty, &Type::Ref(vec![form]));
            return Some(error_bool(place));
        }
        Some(expr(place, Type::Bool, ExprKind::IsOfForm(Box::new(left.clone()), form)))
    }

    /// Whether a bare word names several codes: a code list or a list field.
    fn names_list(&mut self, scope: &mut Scope, word: &Word) -> bool {
        let path =
            tree::Path { root: Root::Name(word.clone()), steps: Vec::new(), place: word.place };
        let found = self.quietly(|me| me.path(scope, &path, None));
        matches!(found.ty, Type::List(_))
    }
}

/// A condition that could not be typed; it is a condition nevertheless.
fn error_bool(place: Place) -> Expr {
    expr(place, Type::Bool, ExprKind::Error)
}

fn is_ordered(ty: &Type) -> bool {
    let number = matches!(ty, Type::Number(_) | Type::Share | Type::Unknown);
    number || matches!(ty, Type::Day | Type::Month | Type::Span)
}

/// A path of one name and nothing else.
pub(crate) fn bare_word(node: &tree::Expr) -> Option<&Word> {
    match &node.kind {
        Tree::Path(tree::Path { root: Root::Name(word), steps, .. }) if steps.is_empty() => {
            Some(word)
        }
        Tree::List(items) => match items.as_slice() {
            [single] => bare_word(single),
            _ => None,
        },
        _ => None,
    }
}

fn is_bare_word(node: &tree::Expr) -> bool {
    bare_word(node).is_some()
}
