//! Expressions as an author wrote them: operands, paths, aggregates, operators.
//!
//! Names are still text; `此` and `本` are roots of paths like any other word.
//! It says nothing about types. Read next: `expr.rs`, the typed counterpart.

use facts::{Day, Month, Number, Span};

use super::{Unit, Word};
use crate::source::Place;

/// Comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CompareOp {
    /// =
    Equal,
    /// !=
    NotEqual,
    /// <
    Less,
    /// <=
    LessOrEqual,
    /// >
    Greater,
    /// >=
    GreaterOrEqual,
}

impl CompareOp {
    /// The same comparison with its sides exchanged.
    pub fn flipped(self) -> CompareOp {
        match self {
            CompareOp::Less => CompareOp::Greater,
            CompareOp::LessOrEqual => CompareOp::GreaterOrEqual,
            CompareOp::Greater => CompareOp::Less,
            CompareOp::GreaterOrEqual => CompareOp::LessOrEqual,
            same => same,
        }
    }

    /// The comparison that holds when this one does not.
    pub fn opposite(self) -> CompareOp {
        match self {
            CompareOp::Equal => CompareOp::NotEqual,
            CompareOp::NotEqual => CompareOp::Equal,
            CompareOp::Less => CompareOp::GreaterOrEqual,
            CompareOp::LessOrEqual => CompareOp::Greater,
            CompareOp::Greater => CompareOp::LessOrEqual,
            CompareOp::GreaterOrEqual => CompareOp::Less,
        }
    }
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// Where.
    pub place: Place,
    /// What.
    pub kind: ExprKind,
}

/// The first word of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Root {
    /// 本.
    Subject,
    /// 此.
    It,
    /// A name.
    Name(Word),
}

/// `root.step.step`.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// First word.
    pub root: Root,
    /// The words after it.
    pub steps: Vec<Word>,
    /// The whole.
    pub place: Place,
}

/// Aggregate words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Aggregate {
    /// 计数.
    Count,
    /// 存在.
    Exists,
    /// 合计.
    Sum,
    /// 中位.
    Median,
    /// 平均.
    Mean,
    /// 最早.
    First,
    /// 最近.
    Last,
    /// 最大.
    Largest,
    /// 最小.
    Smallest,
    /// 覆盖.
    Covered,
}

/// Operators between two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// 且.
    And,
    /// 或.
    Or,
    /// A comparison.
    Compare(CompareOp),
    /// 属于.
    In,
    /// `+`: of numbers and days, or union of sets.
    Plus,
    /// `-`.
    Minus,
    /// `*`.
    Times,
    /// `/`.
    Over,
    /// 除: set difference.
    Without,
    /// 交: intersection.
    Both,
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// A path.
    Path(Path),
    /// name(arg, …); the path has no steps but for a name.
    Call(Path, Vec<Expr>),
    /// (a, b, …): one member is plain grouping, more are a list.
    List(Vec<Expr>),
    /// set 当 condition.
    Filter(Box<Expr>, Box<Expr>),
    /// 计数 去重 走访.户 经 走访人 当 ….
    Aggregate {
        /// The word.
        op: Aggregate,
        /// 去重.
        distinct: bool,
        /// 现行.
        active: bool,
        /// 历来.
        ever: bool,
        /// Form or set, and the field read from it.
        path: Path,
        /// 经.
        via: Option<Path>,
        /// 当.
        filter: Option<Box<Expr>>,
    },
    /// 比例 set 满足 condition.
    Share(Box<Expr>, Box<Expr>),
    /// 每一 set 满足 condition.
    EveryOne(Box<Expr>, Box<Expr>),
    /// 若 则 否则.
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// Two operands.
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// 非.
    Not(Box<Expr>),
    /// `-`.
    Negate(Box<Expr>),
    /// 有.
    Has(Box<Expr>),
    /// A number without unit.
    Number(Number),
    /// A number with unit.
    Quantity(Number, Unit),
    /// 2012-05-31.
    Day(Day),
    /// 2012-05.
    Month(Month),
    /// 2012-05-01..2012-06-30.
    Span(Span),
    /// "text".
    Text(String),
}
