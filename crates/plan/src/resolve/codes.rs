//! Codes: bare words that belong to a code list (plan-language §5, "codes first").
//!
//! On the right of a comparison with a code a bare word is that list's code, or an error that names
//! the near ones; it is never silently something else.
//! Read next: `operators.rs`.

use facts::{CodeListId, Value};

use super::{Resolver, Scope, error_at, expr};
use crate::diagnostic::Diagnostic;
use crate::expr::{Expr, ExprKind, Type};
use crate::tree::{self, Word};

impl Resolver<'_> {
    /// The code with this name, or E0320.
    pub(crate) fn code(&mut self, list: CodeListId, word: &Word) -> Option<u16> {
        let codes = self.plan.schema.code_lists.get(list.0 as usize)?;
        if let Some(code) = codes.code_named(&word.text) {
            return Some(code);
        }
        let message = format!("“{}”不在代码 {} 里", word.text, codes.label);
        let found = Diagnostic::new("E0320", word.place, message);
        let labels: Vec<&str> = codes.codes.iter().map(|code| code.label.as_str()).collect();
        let found = match crate::near::nearest(&word.text, &labels) {
            Some(near) => found.help(format!("是不是“{near}”？")).fix(word.place, near),
            None => found,
        };
        let found = found.help(format!("{} 里有：{}", codes.label, labels.join("、")));
        self.report(found);
        None
    }

    /// A bare word where a code of `list` is expected.
    pub(crate) fn code_word(&mut self, scope: &Scope, list: CodeListId, word: &Word) -> Expr {
        let Some(code) = self.code(list, word) else { return error_at(word.place) };
        if let Some((_, binder)) = scope.nearest() {
            let form =
                binder.forms.iter().filter_map(|id| self.plan.schema.forms.get(id.0 as usize));
            let form = form.into_iter().find(|form| form.field_named(&word.text).is_some());
            if let Some(form) = form {
                let list = self.plan.schema.code_lists.get(list.0 as usize);
                let list = list.map_or("", |list| list.label.as_str());
                let (name, form) = (&word.text, &form.label);
                let message = format!("“{name}”既是{list}的一个代码，又是 {form} 的一项");
                let found = Diagnostic::new("E0206", word.place, message);
                let clear = format!("{list}.{name}");
                let found = found.help(format!("写成 {clear}")).fix(word.place, clear);
                self.report(found);
                return error_at(word.place);
            }
        }
        expr(word.place, Type::Code(list), ExprKind::Constant(Value::Code(code)))
    }

    /// `级别.村`, or the whole list.
    pub(crate) fn qualified(&mut self, list: CodeListId, path: &tree::Path) -> Expr {
        let place = path.place;
        match path.steps.as_slice() {
            [] => self.whole_list(list, path),
            [word] => match self.code(list, word) {
                Some(code) => expr(place, Type::Code(list), ExprKind::Constant(Value::Code(code))),
                None => error_at(place),
            },
            [_, rest, ..] => {
                let found = Diagnostic::new("E0201", rest.place, "代码后面没有更多的项");
                self.report(found.help("写 代码表.代码"));
                error_at(place)
            }
        }
    }

    fn whole_list(&self, list: CodeListId, path: &tree::Path) -> Expr {
        let count = self.plan.schema.code_lists.get(list.0 as usize).map_or(0, |l| l.codes.len());
        let count = u16::try_from(count).unwrap_or(u16::MAX);
        let one = |code| expr(path.place, Type::Code(list), ExprKind::Constant(Value::Code(code)));
        let ty = Type::List(Box::new(Type::Code(list)));
        expr(path.place, ty, ExprKind::List((0..count).map(one).collect()))
    }
}
