//! Calls: built-in functions, table parameters, and the figures of 核算.
//!
//! Every function has a fixed number of arguments with fixed types; there is no way to define one.
//! Read next: `operators.rs`.

use facts::FormId;
use facts::schema::registry;

use super::types::{common_unit, fit, forms_of, meet};
use super::{Resolver, Scope, Symbol, error_at, expr, unknown};
use crate::diagnostic::Diagnostic;
use crate::expr::{Builtin, ClauseFigure, Expr, ExprKind, Type, Unit};
use crate::plan::ParamValue;
use crate::source::Place;
use crate::tree::{self, Path, Root, Word};

impl Resolver<'_> {
    /// `name(arg, …)`.
    pub(crate) fn call(
        &mut self,
        scope: &mut Scope,
        place: Place,
        path: &Path,
        args: &[tree::Expr],
    ) -> Expr {
        let (Root::Name(word), []) = (&path.root, path.steps.as_slice()) else {
            let found = Diagnostic::new("E0201", path.place, "括号前面要是一个函数的名字");
            self.report(found);
            return error_at(place);
        };
        if let Some(figure) = figure(&word.text).filter(|_| scope.figures) {
            return self.figure(place, figure, args);
        }
        if let Some(builtin) = builtin(&word.text) {
            return self.builtin(scope, place, builtin, args);
        }
        match self.symbol_of(&word.text, |symbol| matches!(symbol, Symbol::Param(_))) {
            Some(Symbol::Param(index)) => self.lookup(scope, place, index, args),
            _ => {
                let message = format!("没有名为“{}”的函数", word.text);
                let found = unknown(word, &message, FUNCTIONS.to_vec());
                self.report(found);
                error_at(place)
            }
        }
    }

    fn lookup(
        &mut self,
        scope: &mut Scope,
        place: Place,
        param: usize,
        args: &[tree::Expr],
    ) -> Expr {
        let table = matches!(self.plan.params.get(param), Some(p) if is_table(&p.value));
        let ([key], true) = (args, table) else {
            self.report(
                Diagnostic::new("E0301", place, "表参数后面写一个键").help("写 参数名(键)"),
            );
            return error_at(place);
        };
        let hint = self.param_keys.get(param).copied().flatten();
        let key = Box::new(self.expr(scope, key, hint));
        let ty = self.param_types.get(param).cloned().unwrap_or(Type::Unknown);
        expr(place, ty, ExprKind::TableLookup { param, key })
    }

    /// 数(C) and its like.
    fn figure(&mut self, place: Place, figure: ClauseFigure, args: &[tree::Expr]) -> Expr {
        let word = match args {
            [single] => super::operators::bare_word(single),
            _ => None,
        };
        let Some(word) = word else {
            self.report(Diagnostic::new("E0301", place, "括号里写一个条款号"));
            return error_at(place);
        };
        let Some(index) = self.clause(word) else { return error_at(place) };
        let unit = match self.clause_scopes.get(index).and_then(|c| c.counts.first()) {
            Some((_, Type::Number(unit))) if figure != ClauseFigure::Obligations => *unit,
            _ => None,
        };
        expr(place, Type::Number(unit), ExprKind::Figure(figure, index))
    }

    /// The clause with this id, or a finding.
    pub(crate) fn clause(&mut self, word: &Word) -> Option<usize> {
        let found = self.plan.clause_named(&word.text);
        if found.is_none() {
            let ids = self.plan.clauses.iter().map(|clause| clause.id.as_str()).collect();
            let missing = unknown(word, &format!("没有条款 {}", word.text), ids);
            self.report(missing);
        }
        found
    }

    fn builtin(
        &mut self,
        scope: &mut Scope,
        place: Place,
        builtin: Builtin,
        args: &[tree::Expr],
    ) -> Expr {
        let wanted = match builtin {
            Builtin::Workdays | Builtin::Superior | Builtin::Size => 1..=1,
            Builtin::Lesser | Builtin::Greater => 2..=16,
            _ => 2..=2,
        };
        if !wanted.contains(&args.len()) {
            let message = format!("这个函数要 {} 个参数，写了 {} 个", wanted.start(), args.len());
            self.report(Diagnostic::new("E0301", place, message));
            return error_at(place);
        }
        let mut values = Vec::new();
        for (index, arg) in args.iter().enumerate() {
            let is_set = matches!((builtin, index), (Builtin::AreaOrg, 1) | (Builtin::Size, 0));
            values.push(if is_set { self.expr(scope, arg, None) } else { self.value(scope, arg) });
        }
        let ty = self.builtin_type(builtin, &values);
        expr(place, ty, ExprKind::Call(builtin, values))
    }

    /// Checks the arguments and gives the result's type.
    fn builtin_type(&mut self, builtin: Builtin, args: &[Expr]) -> Type {
        let form = |alias| self.plan.schema.form_named(alias);
        let orgs: Vec<FormId> = form(registry::ORG).into_iter().collect();
        let persons = form(registry::PERSON).into_iter().collect::<Vec<_>>();
        let residents = form(registry::RESIDENT).into_iter().collect::<Vec<_>>();
        let known = [registry::ORG, registry::HOUSEHOLD, registry::PERSON, registry::RESIDENT];
        let placed: Vec<FormId> = known.iter().filter_map(|alias| form(alias)).collect();
        let org = Type::Ref(orgs.clone());
        match builtin {
            Builtin::OnDuty => {
                self.expect(args, 0, &Type::Ref(persons));
                self.expect(args, 1, &Type::Span);
                Type::Number(Some(Unit::Workday))
            }
            Builtin::Workdays => {
                self.expect(args, 0, &Type::Span);
                Type::Number(Some(Unit::Workday))
            }
            Builtin::Age => {
                self.expect(args, 0, &Type::Ref(residents));
                self.expect(args, 1, &Type::Day);
                Type::Number(None)
            }
            Builtin::Within => {
                self.expect(args, 0, &Type::Ref(placed));
                self.expect(args, 1, &org);
                Type::Bool
            }
            Builtin::AreaOrg => {
                self.expect(args, 0, &Type::Ref(placed));
                self.expect(args, 1, &Type::Set(orgs));
                org
            }
            Builtin::Superior => {
                self.expect(args, 0, &org);
                org
            }
            Builtin::Size => {
                self.expect_many(args);
                Type::Number(None)
            }
            Builtin::Lesser | Builtin::Greater => self.common_type(args),
        }
    }

    fn expect(&mut self, args: &[Expr], index: usize, wanted: &Type) {
        let Some(arg) = args.get(index) else { return };
        let good = match (&arg.ty, wanted) {
            (Type::Set(a), Type::Set(b)) => meet(a, b),
            (a, b) => fit(a, b),
        };
        if !good {
            let ty = arg.ty.clone();
            self.mismatch(arg.place, wanted, &ty);
        }
    }

    fn expect_many(&mut self, args: &[Expr]) {
        let Some(arg) = args.first() else { return };
        let many = matches!(arg.ty, Type::Set(_) | Type::List(_) | Type::Unknown);
        if !many && forms_of(&arg.ty).is_none() {
            let words = self.type_words(&arg.ty);
            let message = format!("这里要一个集合或多值的项，这是{words}");
            self.report(Diagnostic::new("E0301", arg.place, message));
        }
    }

    fn common_type(&mut self, args: &[Expr]) -> Type {
        let Some(first) = args.first() else { return Type::Unknown };
        let mut ty = first.ty.clone();
        for arg in args.iter().skip(1) {
            if !fit(&ty, &arg.ty) {
                self.mismatch(arg.place, &ty, &arg.ty);
            } else if let Err(units) = common_unit(first, arg) {
                self.unit_clash(arg.place, units);
            } else if matches!(ty, Type::Unknown | Type::Number(None)) {
                ty = arg.ty.clone();
            }
        }
        ty
    }
}

fn is_table(value: &ParamValue) -> bool {
    matches!(value, ParamValue::Table(_))
}

const FUNCTIONS: [&str; 9] =
    ["在岗", "工作日数", "年龄", "辖内", "辖区组织", "上级", "人数", "较小", "较大"];

fn builtin(word: &str) -> Option<Builtin> {
    Some(match word {
        "在岗" | "on_duty" => Builtin::OnDuty,
        "工作日数" | "workdays" => Builtin::Workdays,
        "年龄" | "age" => Builtin::Age,
        "辖内" | "within" => Builtin::Within,
        "辖区组织" | "area_org" => Builtin::AreaOrg,
        "上级" | "superior" => Builtin::Superior,
        "人数" | "size" => Builtin::Size,
        "较小" | "lesser" => Builtin::Lesser,
        "较大" | "greater" => Builtin::Greater,
        _ => return None,
    })
}

fn figure(word: &str) -> Option<ClauseFigure> {
    Some(match word {
        "数" | "obligations" => ClauseFigure::Obligations,
        "须和" | "targets" => ClauseFigure::Targets,
        "满额" | "full_target" => ClauseFigure::FullTarget,
        "配额和" | "quotas" => ClauseFigure::Quotas,
        _ => return None,
    })
}
