//! Typed expressions: names are resolved, types agree, nothing is left to look up.
//!
//! The engine walks these; `resolve` makes them. Elements are addressed by level: level 0 is the
//! subject of a duty (or the record of a form's own expression), each aggregate, set filter and
//! 满足 opens the next level while it is evaluated. Units are static and leave no trace here, but
//! for the lengths that are added to days.
//! Read next: `plan.rs`.

use facts::{FieldId, FormId, Value};

use crate::source::Place;
pub use crate::tree::{Aggregate, CompareOp, Unit};

/// Static type of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// 是否.
    Bool,
    /// 文本.
    Text,
    /// 附件.
    File,
    /// 日期 and 时刻.
    Day,
    /// 月份.
    Month,
    /// 期间.
    Span,
    /// A share; compares with percentages.
    Share,
    /// A number with its unit; `None` has no unit.
    Number(Option<Unit>),
    /// A code of a list.
    Code(facts::CodeListId),
    /// A record of one of these forms; empty means any form.
    Ref(Vec<FormId>),
    /// Several values of a type, from a list field or a list literal.
    List(Box<Type>),
    /// A set of records of these forms.
    Set(Vec<FormId>),
    /// Could not be typed; a diagnostic was given. Fits everything, so that errors do not cascade.
    Unknown,
}

/// How deep an element's binder lies; 0 is the outermost.
pub type Level = u8;

/// A typed expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// Where it was written.
    pub place: Place,
    /// Its type.
    pub ty: Type,
    /// What it is.
    pub kind: ExprKind,
}

/// One step of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The field; its form is that of the value it is read from.
    pub field: FieldId,
    /// The form whose field it is.
    pub form: FormId,
}

/// An aggregate over records.
#[derive(Clone, Debug, PartialEq)]
pub struct AggregateExpr {
    /// 计数, 存在, ….
    pub op: Aggregate,
    /// 去重.
    pub distinct: bool,
    /// 现行: valid on day t, whatever the period.
    pub active: bool,
    /// 历来: both ends of the window lifted.
    pub ever: bool,
    /// The set it ranges over: a form or a named set.
    pub source: Box<Expr>,
    /// Level of the record while `key`, `via` and `filter` are evaluated.
    pub level: Level,
    /// The value read from each record (`.户`); `None` counts the records.
    pub key: Option<Box<Expr>>,
    /// 经: this, read from the record, equals or contains `via_target`.
    pub via: Option<Box<Expr>>,
    /// What 经 is held against: 本, or the element of the nearest enclosing binder.
    pub via_target: Level,
    /// 当.
    pub filter: Option<Box<Expr>>,
}

/// Built-in functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Builtin {
    /// 在岗(person, period): workdays on duty.
    OnDuty,
    /// 工作日数(period).
    Workdays,
    /// 年龄(resident, day).
    Age,
    /// 辖内(x, org).
    Within,
    /// 辖区组织(x, set).
    AreaOrg,
    /// 上级(org).
    Superior,
    /// 人数(set): size of a set on the day.
    Size,
    /// 较小.
    Lesser,
    /// 较大.
    Greater,
}

/// Functions of 核算 over a whole clause, by index into `Plan::clauses`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ClauseFigure {
    /// 数(C): obligations.
    Obligations,
    /// 须和(C): sum of targets.
    Targets,
    /// 满额(C): target sum of one subject that belongs to the set all the time.
    FullTarget,
    /// 配额和(C).
    Quotas,
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// A literal, a parameter's value, a code.
    Constant(Value),
    /// The element at a level.
    Element(Level),
    /// Fields read from the element at a level; one list step makes it a list. 单位, 岗类, 职务 of
    /// a person are read from her post (§5 Paths), on the day of the root element's record.
    Path { root: Level, steps: Vec<Step> },
    /// Fields read from another value (a function's result).
    FieldOf { of: Box<Expr>, steps: Vec<Step> },
    /// 期.
    Period,
    /// 期首.
    PeriodStart,
    /// 期末.
    PeriodEnd,
    /// 始.
    Onset,
    /// The value of the duty's i-th 计.
    Count(usize),
    /// All records of these forms (with the scope of §6.3).
    All(Vec<FormId>),
    /// set 当 condition, with its element at `level`.
    Filter { set: Box<Expr>, level: Level, condition: Box<Expr> },
    /// Union of sets.
    Union(Vec<Expr>),
    /// 除.
    Without(Box<Expr>, Box<Expr>),
    /// 交.
    Both(Box<Expr>, Box<Expr>),
    /// (a, b, c) of values.
    List(Vec<Expr>),
    /// An aggregate.
    Aggregate(AggregateExpr),
    /// 比例 set 满足 condition.
    Share { set: Box<Expr>, level: Level, condition: Box<Expr> },
    /// 每一 set 满足 condition.
    EveryOne { set: Box<Expr>, level: Level, condition: Box<Expr> },
    /// 若 则 否则.
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// 且, both or more.
    And(Vec<Expr>),
    /// 或.
    Or(Vec<Expr>),
    /// 非.
    Not(Box<Expr>),
    /// A comparison.
    Compare(CompareOp, Box<Expr>, Box<Expr>),
    /// value 属于 a list, a set of codes, a set, or a span of days.
    In(Box<Expr>, Box<Expr>),
    /// ref 属于 FORM: tests the kind of a reference with several targets.
    IsOfForm(Box<Expr>, FormId),
    /// 有.
    Has(Box<Expr>),
    /// Numbers: + - * /.
    Add(Box<Expr>, Box<Expr>),
    /// Numbers.
    Subtract(Box<Expr>, Box<Expr>),
    /// Numbers.
    Multiply(Box<Expr>, Box<Expr>),
    /// Numbers; 数/数 is a number.
    Divide(Box<Expr>, Box<Expr>),
    /// day ± length; the amount is a number, negative to go back.
    Shift { day: Box<Expr>, amount: Box<Expr>, unit: Unit },
    /// day - day, in 天.
    DaysBetween(Box<Expr>, Box<Expr>),
    /// A built-in.
    Call(Builtin, Vec<Expr>),
    /// Only in 核算.
    Figure(ClauseFigure, usize),
    /// A table parameter read by the id of an organisation or by a code.
    TableLookup { param: usize, key: Box<Expr> },
    /// Could not be resolved; a diagnostic was given.
    Error,
}

impl Expr {
    /// Calls `visit` on the parts directly inside.
    pub fn children<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        match &self.kind {
            ExprKind::FieldOf { of, .. } => visit(of),
            ExprKind::Filter { set, condition, .. }
            | ExprKind::Share { set, condition, .. }
            | ExprKind::EveryOne { set, condition, .. } => {
                visit(set);
                visit(condition);
            }
            ExprKind::Union(parts)
            | ExprKind::List(parts)
            | ExprKind::And(parts)
            | ExprKind::Or(parts)
            | ExprKind::Call(_, parts) => parts.iter().for_each(visit),
            ExprKind::Without(a, b)
            | ExprKind::Both(a, b)
            | ExprKind::Compare(_, a, b)
            | ExprKind::In(a, b)
            | ExprKind::Add(a, b)
            | ExprKind::Subtract(a, b)
            | ExprKind::Multiply(a, b)
            | ExprKind::Divide(a, b)
            | ExprKind::DaysBetween(a, b)
            | ExprKind::Shift { day: a, amount: b, .. } => {
                visit(a);
                visit(b);
            }
            ExprKind::If(a, b, c) => [a, b, c].into_iter().for_each(|part| visit(part)),
            ExprKind::Not(a)
            | ExprKind::Has(a)
            | ExprKind::IsOfForm(a, _)
            | ExprKind::TableLookup { key: a, .. } => visit(a),
            ExprKind::Aggregate(aggregate) => {
                visit(&aggregate.source);
                let parts = [&aggregate.key, &aggregate.via, &aggregate.filter];
                parts.into_iter().flatten().for_each(|part| visit(part));
            }
            _ => {}
        }
    }

    /// Whether another expression says the same, wherever it was written.
    pub fn says_same(&self, other: &Expr) -> bool {
        if self.ty != other.ty || !self.kind.is_like(&other.kind) {
            return false;
        }
        let (mut mine, mut theirs) = (Vec::new(), Vec::new());
        self.children(&mut |part| mine.push(part));
        other.children(&mut |part| theirs.push(part));
        mine.len() == theirs.len() && mine.iter().zip(&theirs).all(|(a, b)| a.says_same(b))
    }

    /// Calls `visit` on this expression and everything inside, outermost first.
    pub fn walk(&self, visit: &mut dyn FnMut(&Expr)) {
        visit(self);
        self.children(&mut |part| part.walk(visit));
    }
}

impl ExprKind {
    /// Whether both are the same but for the expressions inside.
    fn is_like(&self, other: &ExprKind) -> bool {
        use ExprKind as K;
        match (self, other) {
            (K::FieldOf { steps: a, .. }, K::FieldOf { steps: b, .. }) => a == b,
            (K::Filter { level: a, .. }, K::Filter { level: b, .. })
            | (K::Share { level: a, .. }, K::Share { level: b, .. })
            | (K::EveryOne { level: a, .. }, K::EveryOne { level: b, .. }) => a == b,
            (K::Compare(a, ..), K::Compare(b, ..)) => a == b,
            (K::IsOfForm(_, a), K::IsOfForm(_, b)) => a == b,
            (K::Shift { unit: a, .. }, K::Shift { unit: b, .. }) => a == b,
            (K::Call(a, _), K::Call(b, _)) => a == b,
            (K::TableLookup { param: a, .. }, K::TableLookup { param: b, .. }) => a == b,
            (K::Aggregate(a), K::Aggregate(b)) => a.is_like(b),
            // What holds no expression holds no place either.
            (a, b) if is_leaf(a) => a == b,
            (a, b) => std::mem::discriminant(a) == std::mem::discriminant(b),
        }
    }
}

fn is_leaf(kind: &ExprKind) -> bool {
    use ExprKind as K;
    let named = matches!(kind, K::Constant(_) | K::Element(_) | K::Path { .. } | K::Count(_));
    named || matches!(kind, K::All(_) | K::Figure(..))
}

impl AggregateExpr {
    fn is_like(&self, other: &AggregateExpr) -> bool {
        let flags = |a: &AggregateExpr| {
            let parts = [a.key.is_some(), a.via.is_some(), a.filter.is_some()];
            (a.op, a.distinct, a.active, a.ever, a.level, a.via_target, parts)
        };
        flags(self) == flags(other)
    }
}
