//! Paths: what the first word is, and the fields read from it (plan-language §5, Names and Paths).
//!
//! The order: a field of the nearest binder, a 计 of the duty, the plan's names with those of the
//! files it uses, built-ins.
//! Read next: `codes.rs`.

use facts::{FieldId, FormId, Privacy, Value};

use super::expr::Hint;
use super::types::{forms_of, member, of_field};
use super::{Resolver, Scope, Symbol, error_at, expr, unknown};
use crate::diagnostic::Diagnostic;
use crate::expr::{Expr, ExprKind, Level, Step, Type};
use crate::plan::ParamValue;
use crate::tree::{Path, Root, Word};

impl Resolver<'_> {
    /// Resolves a path that stands for a value or a set.
    pub(crate) fn path(&mut self, scope: &mut Scope, path: &Path, hint: Hint) -> Expr {
        let word = match &path.root {
            Root::Subject => return self.subject_path(scope, path),
            Root::It => return self.it_path(scope, path),
            Root::Name(word) => word,
        };
        if let (Some(list), []) = (hint, path.steps.as_slice()) {
            return self.code_word(scope, list, word);
        }
        if let Some((index, binder)) = scope.nearest() {
            let forms = binder.forms.clone();
            if self.field_in(&forms, &word.text).is_some() {
                return self.element_path(scope.level(index), forms, path, true);
            }
        }
        if let Some(index) = scope.counts.iter().position(|(name, _)| *name == word.text) {
            let ty = scope.counts.get(index).map_or(Type::Unknown, |(_, ty)| ty.clone());
            self.no_steps(path);
            return expr(path.place, ty, ExprKind::Count(index));
        }
        match self.symbol(&word.text) {
            Some(symbol) => self.symbol_value(scope, symbol, path),
            None => self.builtin_value(scope, word, path),
        }
    }

    /// 本.
    fn subject_path(&mut self, scope: &Scope, path: &Path) -> Expr {
        let subject = scope.binders.first().filter(|_| scope.subject);
        let Some(binder) = subject else {
            let found = Diagnostic::new("E0201", path.place, "这里没有“本”");
            self.report(found.help("集合里用“此”指它的每一个"));
            return error_at(path.place);
        };
        let forms = binder.forms.clone();
        self.element_path(scope.level(0), forms, path, false)
    }

    /// 此: the element of the set being filtered, or of the binder outside an aggregate.
    fn it_path(&mut self, scope: &Scope, path: &Path) -> Expr {
        let binder = scope.it_level().and_then(|index| Some((index, scope.binders.get(index)?)));
        let Some((index, binder)) = binder else {
            let found = Diagnostic::new("E0201", path.place, "这里没有“此”");
            self.report(found.help("“此”只在集合的当、满足，以及它们里面的汇总里有"));
            return error_at(path.place);
        };
        let forms = binder.forms.clone();
        self.element_path(scope.level(index), forms, path, false)
    }

    /// Fields of an element; with `first` the first word is a field too.
    pub(crate) fn element_path(
        &mut self,
        root: Level,
        forms: Vec<FormId>,
        path: &Path,
        first: bool,
    ) -> Expr {
        let first = match (&path.root, first) {
            (Root::Name(word), true) => Some(word),
            _ => None,
        };
        let words: Vec<&Word> = first.into_iter().chain(&path.steps).collect();
        let ty = Type::Ref(forms);
        if words.is_empty() {
            return expr(path.place, ty, ExprKind::Element(root));
        }
        match self.steps(ty, &words) {
            Some((ty, steps)) => expr(path.place, ty, ExprKind::Path { root, steps }),
            None => error_at(path.place),
        }
    }

    /// Reads fields one after the other; at most one of them may be a list.
    pub(crate) fn steps(&mut self, from: Type, words: &[&Word]) -> Option<(Type, Vec<Step>)> {
        let (mut ty, mut steps) = (from, Vec::new());
        for word in words {
            let listed = matches!(ty, Type::List(_));
            let Type::Ref(forms) = member(&ty) else {
                if ty != Type::Unknown {
                    let message = format!("{} 没有“{}”这一项", self.type_words(&ty), word.text);
                    self.report(Diagnostic::new("E0201", word.place, message));
                }
                return None;
            };
            let Some(step) = self.field_in(&forms, &word.text) else {
                if !forms.is_empty() {
                    self.no_field(&forms, word);
                } else if self.open {
                    self.no_field_anywhere(word);
                }
                return None;
            };
            let next = self.step_type(step, word)?;
            if listed && matches!(next, Type::List(_)) {
                let found = Diagnostic::new("E0305", word.place, "一条路径里有两个多值的项");
                self.report(found.help("分成两层汇总，或从另一头写起"));
                return None;
            }
            ty = if listed { Type::List(Box::new(next)) } else { next };
            steps.push(step);
        }
        Some((ty, steps))
    }

    /// The type of a step; a sealed field is never readable.
    fn step_type(&mut self, step: Step, word: &Word) -> Option<Type> {
        let form = self.plan.schema.forms.get(step.form.0 as usize)?;
        let field = form.fields.get(step.field.0 as usize)?;
        if field.privacy == Privacy::Sealed {
            let message = format!("“{}”是密项（🔒），规则不得读取", word.text);
            let found = Diagnostic::new("E0602", word.place, message);
            self.report(found.help("改用代码、是否或日期；内容只在打开那一页时可见"));
            return None;
        }
        Some(of_field(field))
    }

    /// The field of this name in the first of these forms that has it.
    pub(crate) fn field_in(&self, forms: &[FormId], name: &str) -> Option<Step> {
        let found = forms.iter().find_map(|form| {
            let field = self.plan.schema.forms.get(form.0 as usize)?.field_named(name)?;
            Some(Step { form: *form, field })
        });
        found.or_else(|| self.common_field(forms, name))
    }

    /// A reference to any record still has the six common fields.
    fn common_field(&self, forms: &[FormId], name: &str) -> Option<Step> {
        if !forms.is_empty() {
            return None;
        }
        let first = self.plan.schema.forms.first()?;
        let field: FieldId = first.field_named(name)?;
        let common = (field.0 as usize) < facts::schema::COMMON_FIELDS;
        common.then_some(Step { form: FormId(0), field })
    }

    /// E0201 for a field that is not there.
    pub(crate) fn no_field(&mut self, forms: &[FormId], word: &Word) {
        if self.is_told(word) {
            return;
        }
        let forms: Vec<&facts::Form> =
            forms.iter().filter_map(|id| self.plan.schema.forms.get(id.0 as usize)).collect();
        let labels: Vec<&str> = forms.iter().map(|form| form.label.as_str()).collect();
        let message = format!("{} 没有“{}”这一项", labels.join(" / "), word.text);
        let fields = forms.iter().flat_map(|form| &form.fields);
        let fields: Vec<&str> = fields.map(|field| field.label.as_str()).collect();
        let found = unknown(word, &message, fields);
        self.report(found);
    }

    /// E0201 for a field that no form has.
    fn no_field_anywhere(&mut self, word: &Word) {
        let forms = &self.plan.schema.forms;
        if forms.iter().any(|form| form.field_named(&word.text).is_some()) || self.is_told(word) {
            return;
        }
        let fields = self.plan.schema.forms.iter().flat_map(|form| &form.fields);
        let fields: Vec<&str> = fields.map(|field| field.label.as_str()).collect();
        let message = format!("没有一个表单有“{}”这一项", word.text);
        let found = unknown(word, &message, fields);
        self.report(found);
    }

    fn symbol_value(&mut self, scope: &mut Scope, symbol: Symbol, path: &Path) -> Expr {
        if let Symbol::Codes(list) = symbol {
            return self.qualified(list, path);
        }
        let value = match symbol {
            Symbol::Form(form) => {
                expr(path.place, Type::Set(vec![form]), ExprKind::All(vec![form]))
            }
            Symbol::Set(index) => self.named_set(scope, index, path.place),
            Symbol::Measure(index) => self.measure(scope, index, path),
            Symbol::Param(index) => self.param(scope, index, path),
            Symbol::Period(index) => match self.plan.periods.get(index) {
                Some(period) => {
                    let value = Value::Span(period.span);
                    expr(path.place, Type::Span, ExprKind::Constant(value))
                }
                None => error_at(path.place),
            },
            Symbol::Codes(_) => error_at(path.place),
        };
        self.no_steps(path);
        Expr { place: path.place, ..value }
    }

    /// 指标, expanded where it stands.
    fn measure(&mut self, scope: &mut Scope, index: usize, path: &Path) -> Expr {
        let symbol = Symbol::Measure(index);
        if scope.expanding.contains(&symbol) {
            self.cycle(symbol, path.place);
            return error_at(path.place);
        }
        let Some(measure) = self.measures.get_mut(index) else { return error_at(path.place) };
        measure.used |= self.quiet == 0;
        let node = measure.value;
        scope.expanding.push(symbol);
        let value = self.expr(scope, node, None);
        scope.expanding.pop();
        value
    }

    /// The 指标 that nothing expanded, each by itself: an author may declare them before the rules
    /// that will use them. What 本 is then only the rule will tell, so it may be anything.
    pub(crate) fn unused_measures(&mut self) {
        self.open = true;
        for index in 0..self.measures.len() {
            let Some(measure) = self.measures.get(index).filter(|measure| !measure.used) else {
                continue;
            };
            let node = measure.value;
            let mut scope = Scope::of_subject(Vec::new());
            scope.expanding.push(Symbol::Measure(index));
            self.expr(&mut scope, node, None);
        }
        self.open = false;
    }

    /// A parameter; a table without argument is read with 本.
    fn param(&mut self, scope: &Scope, index: usize, path: &Path) -> Expr {
        let ty = self.param_types.get(index).cloned().unwrap_or(Type::Unknown);
        match self.plan.params.get(index).map(|param| &param.value) {
            Some(ParamValue::Single(Value::Empty)) | None => error_at(path.place),
            Some(ParamValue::Single(value)) => {
                expr(path.place, ty, ExprKind::Constant(value.clone()))
            }
            Some(ParamValue::Table(_)) => {
                let subject = Path { root: Root::Subject, steps: Vec::new(), place: path.place };
                let key = Box::new(self.subject_path(scope, &subject));
                expr(path.place, ty, ExprKind::TableLookup { param: index, key })
            }
        }
    }

    fn no_steps(&mut self, path: &Path) {
        if let Some(step) = path.steps.first() {
            let message = format!("“{}”前面不是一条记录，没有这一项", step.text);
            let found = Diagnostic::new("E0201", step.place, message);
            self.report(found.help("汇总里才写 表单.项；这里写 本.项 或 此.项"));
        }
    }

    /// 期 期首 期末 始, and the words 是 and 否.
    fn builtin_value(&mut self, scope: &Scope, word: &Word, path: &Path) -> Expr {
        let (ty, kind) = match word.text.as_str() {
            "期" | "period" => (Type::Span, ExprKind::Period),
            "期首" | "period_start" => (Type::Day, ExprKind::PeriodStart),
            "期末" | "period_end" => (Type::Day, ExprKind::PeriodEnd),
            "始" | "onset" => (Type::Day, ExprKind::Onset),
            "是" | "yes" => (Type::Bool, ExprKind::Constant(Value::Bool(true))),
            "否" | "no" => (Type::Bool, ExprKind::Constant(Value::Bool(false))),
            _ => {
                self.unknown_name(scope, word);
                return error_at(path.place);
            }
        };
        self.no_steps(path);
        expr(path.place, ty, kind)
    }

    /// E0201 over everything a word could have meant here.
    fn unknown_name(&mut self, scope: &Scope, word: &Word) {
        if self.is_told(word) {
            return;
        }
        let binder = scope.nearest().map(|(_, binder)| binder.forms.clone());
        if binder.as_ref().is_some_and(Vec::is_empty) {
            // The set around it could not be resolved; that was said already.
            return;
        }
        let binder = binder.unwrap_or_default();
        let forms: Vec<&facts::Form> =
            binder.iter().filter_map(|id| self.plan.schema.forms.get(id.0 as usize)).collect();
        let fields = forms.iter().flat_map(|form| &form.fields).map(|f| f.label.as_str());
        let counts = scope.counts.iter().map(|(name, _)| name.as_str());
        let mut names: Vec<&str> = self.names.keys().map(String::as_str).collect();
        names.sort_unstable();
        let all: Vec<&str> = fields.chain(counts).chain(names).collect();
        let message = match forms.first() {
            Some(form) => format!("{} 没有“{}”这一项，也没有这个名字", form.label, word.text),
            None => format!("没有“{}”这个名字", word.text),
        };
        let found = unknown(word, &message, all);
        self.report(found);
    }

    /// The path of 经 or of a key, read from the record at a level.
    pub(crate) fn record_path(&mut self, scope: &Scope, path: &Path) -> Expr {
        let last = scope.binders.len().saturating_sub(1);
        let forms = scope.binders.get(last).map(|b| b.forms.clone()).unwrap_or_default();
        match &path.root {
            Root::Name(_) => self.element_path(scope.level(last), forms, path, true),
            Root::Subject | Root::It => {
                let found = Diagnostic::new("E0312", path.place, "“经”后面写记录里的一项");
                self.report(found.help("例如 经 单位"));
                error_at(path.place)
            }
        }
    }
}

/// Whether a reference of this type can be one of these forms.
pub(crate) fn refers_to(ty: &Type, forms: &[FormId]) -> bool {
    let Some(targets) = forms_of(ty) else { return false };
    !targets.is_empty() && targets.iter().any(|target| forms.contains(target))
}
