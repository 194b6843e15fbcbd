//! Gives names and types to a tree (plan-language §5).
//!
//! A [`Resolver`] holds what all files declare together; a [`Scope`] what may be said at one place:
//! the elements in reach, the 计 of a duty. Sets and measures are expanded where they stand, so the
//! engine looks nothing up. It reads no facts and never fails: what cannot be resolved becomes
//! `ExprKind::Error` of type `Unknown`, which fits everything, beside a diagnostic.
//! Read next: `resolve/expr.rs`; who calls all this is `compile.rs`.

mod aggregate;
mod amend;
mod arithmetic;
mod call;
mod clause;
mod codes;
mod declare;
mod derived;
mod example;
mod expr;
mod forms;
mod mode;
mod operators;
mod origin;
mod path;
mod readings;
mod steps;
mod test;
mod types;
mod when;

use std::hash::{Hash, Hasher};

use facts::{CodeListId, FormId};
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use crate::diagnostic::{Diagnostic, Findings};
use crate::expr::{Expr, ExprKind, Level, Type};
use crate::plan::Plan;
use crate::source::{Place, Sources};
use crate::tree::{self, Word};

pub(crate) use clause::ClauseScope;
pub(crate) use expr::element_forms;
pub(crate) use origin::numbers_in;

/// How many nodes one plan may expand to. Sets that double each other would grow without bound.
const BUDGET: usize = 150_000;
/// How deep expressions and expanded sets may nest; keeps recursion off the end of the stack.
const DEPTH_MAX: usize = 200;

/// What a name of the plan stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Symbol {
    /// 表单.
    Form(FormId),
    /// 代码.
    Codes(CodeListId),
    /// 集合, by index into the plan's sets.
    Set(usize),
    /// 指标, by index into the resolver's measures.
    Measure(usize),
    /// 参数, by index into the plan's parameters.
    Param(usize),
    /// 时段, by index into the plan's periods.
    Period(usize),
}

impl Symbol {
    /// The word for its kind.
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Symbol::Form(_) => "表单",
            Symbol::Codes(_) => "代码",
            Symbol::Set(_) => "集合",
            Symbol::Measure(_) => "指标",
            Symbol::Param(_) => "参数",
            Symbol::Period(_) => "时段",
        }
    }
}

/// An element in reach: its forms, and whether bare names may be its fields.
#[derive(Clone, Debug)]
pub(crate) struct Binder {
    /// Forms the element may be of.
    pub(crate) forms: Vec<FormId>,
    /// False for the subject of a duty, whose fields are read with 本.
    pub(crate) named: bool,
    /// The record of an aggregate: there 此 is the element outside it.
    pub(crate) aggregate: bool,
}

/// What may be said at one place.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    /// Level of the first binder; a named set begins where it is used.
    pub(crate) base: usize,
    /// Elements, outermost first.
    pub(crate) binders: Vec<Binder>,
    /// Whether the first binder is 本.
    pub(crate) subject: bool,
    /// The 计 in reach, with their types.
    pub(crate) counts: Vec<(String, Type)>,
    /// Whether 数(C) and its like may stand here.
    pub(crate) figures: bool,
    /// Sets and measures being expanded, against cycles.
    pub(crate) expanding: Vec<Symbol>,
    /// Nesting, against endless recursion.
    pub(crate) depth: usize,
}

impl Scope {
    /// The scope of a duty: 本 is an element of these forms.
    pub(crate) fn of_subject(forms: Vec<FormId>) -> Scope {
        let binders = vec![Binder { forms, named: false, aggregate: false }];
        Scope { binders, subject: true, ..Scope::default() }
    }

    /// The scope of a form's own expressions: the record is 本, its fields are bare names.
    pub(crate) fn of_record(form: FormId) -> Scope {
        let binders = vec![Binder { forms: vec![form], named: true, aggregate: false }];
        Scope { binders, subject: true, ..Scope::default() }
    }

    /// The scope of a set named here: it sees none of the elements around it.
    fn hermetic(&self, symbol: Symbol) -> Scope {
        let mut expanding = self.expanding.clone();
        expanding.push(symbol);
        Scope { base: self.next_level(), expanding, depth: self.depth, ..Scope::default() }
    }

    /// The level the next binder would have.
    pub(crate) fn next_level(&self) -> usize {
        self.base + self.binders.len()
    }

    /// The level of the i-th binder.
    pub(crate) fn level(&self, index: usize) -> Level {
        Level::try_from(self.base + index).unwrap_or(Level::MAX)
    }

    /// Index of the binder that 此 means.
    pub(crate) fn it_level(&self) -> Option<usize> {
        let last = self.binders.len().checked_sub(1)?;
        let aggregate = self.binders.get(last).is_some_and(|binder| binder.aggregate);
        if aggregate { last.checked_sub(1) } else { Some(last) }
    }

    /// The nearest binder whose fields are bare names.
    pub(crate) fn nearest(&self) -> Option<(usize, &Binder)> {
        let last = self.binders.len().checked_sub(1)?;
        let binder = self.binders.get(last)?;
        binder.named.then_some((last, binder))
    }
}

/// What all files declare, and what has been found so far.
pub(crate) struct Resolver<'a> {
    pub(crate) sources: &'a Sources,
    pub(crate) plan: Plan,
    pub(crate) names: FxHashMap<String, Vec<(Symbol, Place)>>,
    pub(crate) sets: Vec<&'a tree::Expr>,
    pub(crate) measures: Vec<Measure<'a>>,
    /// Types of parameters, by index into `Plan::params`.
    pub(crate) param_types: Vec<Type>,
    /// The code list of the keys of a table parameter, where it is one.
    pub(crate) param_keys: Vec<Option<CodeListId>>,
    /// What each clause let its fields see; index = clause.
    pub(crate) clause_scopes: Vec<ClauseScope>,
    pub(crate) diagnostics: Findings,
    /// What was reported: a set expanded in several places would be told several times.
    told: FxHashSet<u64>,
    /// Where unknown words stood, each once.
    unknown_words: FxHashSet<Place>,
    /// Clauses by id, the first of each.
    pub(crate) clause_ids: FxHashMap<String, usize>,
    budget: usize,
    /// Above zero while an answer is only tried out: nothing is reported.
    quiet: usize,
    /// Whether nobody knows yet what 本 is: a 指标 that no rule uses is looked at by itself.
    open: bool,
}

/// A 指标 as it is written.
pub(crate) struct Measure<'a> {
    value: &'a tree::Expr,
    /// Whether it was expanded somewhere, and so looked at.
    used: bool,
}

impl<'a> Resolver<'a> {
    /// A resolver that knows nothing yet.
    pub(crate) fn new(sources: &'a Sources) -> Resolver<'a> {
        Resolver {
            sources,
            plan: Plan::default(),
            names: FxHashMap::default(),
            sets: Vec::new(),
            measures: Vec::new(),
            param_types: Vec::new(),
            param_keys: Vec::new(),
            clause_scopes: Vec::new(),
            diagnostics: Findings::default(),
            told: FxHashSet::default(),
            unknown_words: FxHashSet::default(),
            clause_ids: FxHashMap::default(),
            budget: BUDGET,
            quiet: 0,
            open: false,
        }
    }

    /// Keeps a finding that was not told before.
    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        if self.quiet > 0 {
            return;
        }
        let mut hasher = FxHasher::default();
        let place = diagnostic.primary.as_ref().map(|label| label.place);
        (diagnostic.code, place, &diagnostic.message).hash(&mut hasher);
        if self.told.insert(hasher.finish()) {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Does something whose findings are thrown away.
    pub(crate) fn quietly<T>(&mut self, action: impl FnOnce(&mut Self) -> T) -> T {
        self.quiet += 1;
        let result = action(self);
        self.quiet -= 1;
        result
    }

    /// What a name stands for.
    pub(crate) fn symbol(&self, name: &str) -> Option<Symbol> {
        self.symbol_of(name, |_| true)
    }

    /// What a name stands for among some kinds.
    pub(crate) fn symbol_of(&self, name: &str, wanted: fn(Symbol) -> bool) -> Option<Symbol> {
        let found = self.names.get(name)?;
        found.iter().map(|(symbol, _)| *symbol).find(|symbol| wanted(*symbol))
    }

    /// The form with this name, or a finding.
    pub(crate) fn form(&mut self, word: &Word) -> Option<FormId> {
        match self.symbol_of(&word.text, |symbol| matches!(symbol, Symbol::Form(_))) {
            Some(Symbol::Form(form)) => Some(form),
            _ => {
                self.unknown_symbol(word, "表单", |symbol| matches!(symbol, Symbol::Form(_)));
                None
            }
        }
    }

    /// E0201 with the nearest names of some kinds.
    pub(crate) fn unknown_symbol(&mut self, word: &Word, kind: &str, wanted: fn(Symbol) -> bool) {
        if self.is_told(word) {
            return;
        }
        let names = self.names.iter().filter(|(_, all)| all.iter().any(|(s, _)| wanted(*s)));
        let mut names: Vec<&str> = names.map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        let found = unknown(word, &format!("没有名为“{}”的{kind}", word.text), names);
        self.report(found);
    }

    /// Whether it was said that this word is unknown, or of so many others that nobody reads on: to
    /// compare each with all names would take minutes.
    pub(crate) fn is_told(&mut self, word: &Word) -> bool {
        if self.quiet > 0 {
            return true;
        }
        let fresh = self.unknown_words.insert(word.place);
        if fresh && self.unknown_words.len() > Findings::KEPT_MAX {
            self.report(unknown(word, &format!("没有“{}”", word.text), Vec::new()));
            return true;
        }
        !fresh
    }

    /// Spends one unit of work; false when the plan has grown beyond reason.
    pub(crate) fn spend(&mut self) -> bool {
        self.budget = self.budget.saturating_sub(1);
        self.budget > 0
    }
}

/// E0201 at a word, proposing the nearest of some names.
pub(crate) fn unknown(word: &Word, message: &str, names: Vec<&str>) -> Diagnostic {
    let found = Diagnostic::new("E0201", word.place, message);
    match crate::near::nearest(&word.text, &names) {
        Some(near) => found.help(format!("是不是“{near}”？")).fix(word.place, near),
        None => found.help("先声明这个名字，或改用已有的名字"),
    }
}

/// An expression that could not be resolved.
pub(crate) fn error_at(place: Place) -> Expr {
    Expr { place, ty: Type::Unknown, kind: ExprKind::Error }
}

/// An expression.
pub(crate) fn expr(place: Place, ty: Type, kind: ExprKind) -> Expr {
    Expr { place, ty, kind }
}
