//! Names of the plan: one place to declare them, so that a name declared twice is found.
//!
//! Labels must be unique over all kinds. An alias may be that of another kind: the period 总结 and
//! the form 审稿 are both `review`, and where they stand tells which is meant.
//! Read next: `forms.rs`.

use facts::{CodeListId, Day, Number, Value};

use super::{Measure, Resolver, Scope, Symbol, expr as typed};
use crate::diagnostic::Diagnostic;
use crate::expr::{Expr, ExprKind, Type};
use crate::plan::{NamedPeriod, NamedSet, Param, ParamValue};
use crate::source::Place;
use crate::tree::{self, Key, Name, PeriodDef, Word};

impl<'a> Resolver<'a> {
    /// Declares a name and its alias.
    pub(crate) fn declare(&mut self, name: &Name, symbol: Symbol) {
        self.declare_word(&name.label, symbol, true);
        let alias = name.alias.as_ref().filter(|alias| alias.text != name.label.text);
        if let Some(alias) = alias {
            self.declare_word(alias, symbol, false);
        }
    }

    fn declare_word(&mut self, word: &Word, symbol: Symbol, label: bool) {
        let ascii = word.text.is_ascii();
        let there = self.names.entry(word.text.clone()).or_default();
        let kind = symbol.kind();
        let twin = there.iter().find(|(s, _)| s.kind() == kind || (label && !ascii));
        let twin: Option<(Symbol, Place)> = twin.copied();
        there.push((symbol, word.place));
        if let Some((other, place)) = twin {
            let message = format!("“{}”已经是{}的名字", word.text, other.kind());
            let found = Diagnostic::new("E0203", word.place, message);
            let found = if place.file == word.place.file {
                found.and(place, "先在这里声明")
            } else {
                found.help(format!("先在 {} 里声明", self.file_name(place)))
            };
            self.report(found.help("换一个名字"));
        }
    }

    fn file_name(&self, place: Place) -> &str {
        let file = self.sources.files.get(place.file.0 as usize);
        file.map_or("另一个文件", |source| source.name.as_str())
    }

    /// 时段.
    pub(crate) fn declare_periods(&mut self, periods: &[PeriodDef]) {
        for period in periods {
            let index = self.plan.periods.len();
            let (label, span) = (period.name.label.text.clone(), period.span);
            self.plan.periods.push(NamedPeriod { label, span });
            self.declare(&period.name, Symbol::Period(index));
        }
    }

    /// 集合; its value is resolved when all names are known.
    pub(crate) fn declare_set(&mut self, name: &Name, value: &'a tree::Expr) {
        let index = self.sets.len();
        self.sets.push(value);
        let place = value.place;
        let empty = typed(place, Type::Unknown, ExprKind::Error);
        self.plan.sets.push(NamedSet { label: name.label.text.clone(), value: empty });
        self.declare(name, Symbol::Set(index));
    }

    /// 指标.
    pub(crate) fn declare_measure(&mut self, name: &Name, value: &'a tree::Expr) {
        let index = self.measures.len();
        self.measures.push(Measure { value, used: false });
        self.declare(name, Symbol::Measure(index));
    }

    /// 参数; values are constants and resolved at once.
    pub(crate) fn declare_param(
        &mut self,
        name: &Name,
        value: &tree::ParamValue,
        from: Option<Day>,
        basis: String,
    ) {
        let index = self.plan.params.len();
        let (value, ty, keys) = match value {
            tree::ParamValue::Single(value) => {
                let (value, ty) = self.constant(value);
                (ParamValue::Single(value), ty, None)
            }
            tree::ParamValue::Table { key, rows } => self.table(key, rows),
        };
        self.plan.params.push(Param { label: name.label.text.clone(), value, from, basis });
        self.param_types.push(ty);
        self.param_keys.push(keys);
        self.declare(name, Symbol::Param(index));
    }

    fn table(
        &mut self,
        key: &Word,
        rows: &[(Key, tree::Expr)],
    ) -> (ParamValue, Type, Option<CodeListId>) {
        let wanted = |s| matches!(s, Symbol::Codes(_) | Symbol::Form(_));
        let list = match self.symbol_of(&key.text, wanted) {
            Some(Symbol::Codes(list)) => Some(list),
            Some(_) => None,
            None => {
                self.unknown_symbol(key, "代码或表单", wanted);
                None
            }
        };
        let (mut table, mut ty) = (Vec::new(), Type::Number(None));
        for (key, value) in rows {
            let key = match (key, list) {
                (Key::Text(text), _) => Some(Value::Text(text.text.as_str().into())),
                (Key::Number(number), _) => Some(Value::Number(number.value)),
                (Key::Name(word), Some(list)) => self.code(list, word).map(Value::Code),
                (Key::Name(word), None) => Some(Value::Text(word.text.as_str().into())),
            };
            let (value, value_ty) = self.constant(value);
            ty = value_ty;
            table.extend(key.map(|key| (key, value)));
        }
        (ParamValue::Table(table), ty, list)
    }

    /// The value of an expression that must be a constant.
    pub(crate) fn constant(&mut self, value: &tree::Expr) -> (Value, Type) {
        let resolved = self.expr(&mut Scope::default(), value, None);
        match fold(&resolved) {
            Some(constant) => (constant, resolved.ty),
            None => {
                if resolved.ty != Type::Unknown {
                    let found = Diagnostic::new("E0301", value.place, "这里要一个常数");
                    self.report(found.help("写数、日期、期间或文字"));
                }
                (Value::Empty, Type::Unknown)
            }
        }
    }
}

/// The value of arithmetic over literals.
fn fold(value: &Expr) -> Option<Value> {
    let number = |value: &Expr| match fold(value)? {
        Value::Number(number) => Some(number),
        _ => None,
    };
    let small = |n: Number| n.numerator().abs() < 1 << 40 && n.denominator() < 1 << 20;
    let pair = |a: &Expr, b: &Expr| {
        let (a, b) = (number(a)?, number(b)?);
        (small(a) && small(b)).then_some((a, b))
    };
    match &value.kind {
        ExprKind::Constant(value) => Some(value.clone()),
        ExprKind::Add(a, b) => pair(a, b).map(|(a, b)| Value::Number(a + b)),
        ExprKind::Subtract(a, b) => pair(a, b).map(|(a, b)| Value::Number(a - b)),
        ExprKind::Multiply(a, b) => pair(a, b).map(|(a, b)| Value::Number(a * b)),
        ExprKind::Divide(a, b) => pair(a, b).and_then(|(a, b)| a.checked_div(b)).map(Value::Number),
        _ => None,
    }
}
