//! Printing words, names, quantities and expressions.
//!
//! Parentheses are in the tree as lists of one member, so none are added or dropped and precedence
//! need not be known here. Keywords come from the table of the item's language.

use facts::Number;

use super::{Language, Printer};
use crate::keywords::{self, AGGREGATES, MODIFIERS, RESERVED, SET_OPERATORS, Table};
use crate::tree::{
    Aggregate, BinaryOp, CompareOp, Expr, ExprKind, Name, Path, Quantity, Root, Text, Unit, Word,
};

impl Printer<'_> {
    /// A piece with a blank before it, unless it opens the line or follows `(`.
    pub(crate) fn put(&mut self, piece: &str) {
        if !self.out.is_empty() && !self.out.ends_with('(') {
            self.out.push(' ');
        }
        self.out.push_str(piece);
    }

    /// A piece right behind the last one.
    pub(crate) fn stick(&mut self, piece: &str) {
        self.out.push_str(piece);
    }

    /// A keyword in the item's language.
    pub(crate) fn key(&mut self, table: &Table, zh: &'static str) {
        let word = match self.language {
            Language::Chinese => zh,
            Language::English => keywords::english(table, zh),
        };
        self.put(word);
    }

    pub(crate) fn word(&mut self, word: &Word) {
        self.put(&word.text);
    }

    pub(crate) fn name(&mut self, name: &Name) {
        self.word(&name.label);
        if let Some(alias) = &name.alias {
            self.word(alias);
        }
    }

    pub(crate) fn text(&mut self, text: &Text) {
        self.quoted(&text.text);
    }

    fn quoted(&mut self, text: &str) {
        match text.contains(['"', '＂']) {
            true => self.put(&format!("「{text}」")),
            false => self.put(&format!("\"{text}\"")),
        }
    }

    pub(crate) fn words(&mut self, words: &[Word], between: &str) {
        for (index, word) in words.iter().enumerate() {
            if index > 0 {
                match between {
                    "," => self.stick(between),
                    _ => self.put(between),
                }
            }
            self.word(word);
        }
    }

    pub(crate) fn quantity(&mut self, quantity: Quantity) {
        self.amount(quantity.amount, quantity.unit);
    }

    fn amount(&mut self, amount: Number, unit: Unit) {
        let unit = match self.language {
            Language::Chinese => keywords::unit_chinese(unit),
            Language::English => keywords::unit_english(unit),
        };
        self.put(&format!("{amount}{unit}"));
    }

    pub(crate) fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Path(path) => self.path(path),
            ExprKind::Call(path, arguments) => {
                self.path(path);
                self.stick("(");
                self.members(arguments);
            }
            ExprKind::List(members) => {
                self.put("(");
                self.members(members);
            }
            ExprKind::Filter(set, condition) => self.between(set, "当", condition),
            ExprKind::Aggregate { .. } => self.aggregate(&expr.kind),
            ExprKind::Share(set, condition) => self.quantifier("比例", set, condition),
            ExprKind::EveryOne(set, condition) => self.quantifier("每一", set, condition),
            ExprKind::If(condition, then, other) => {
                for (word, part) in [("若", condition), ("则", then), ("否则", other)] {
                    self.key(RESERVED, word);
                    self.expr(part);
                }
            }
            ExprKind::Binary(op, left, right) => self.binary(*op, left, right),
            ExprKind::Not(inner) => {
                self.key(RESERVED, "非");
                self.expr(inner);
            }
            ExprKind::Negate(inner) => self.negated(inner),
            ExprKind::Has(inner) => {
                self.expr(inner);
                self.key(RESERVED, "有");
            }
            ExprKind::Number(number) => self.put(&number.to_string()),
            ExprKind::Quantity(number, unit) => self.amount(*number, *unit),
            ExprKind::Day(day) => self.put(&day.to_string()),
            ExprKind::Month(month) => self.put(&month.to_string()),
            ExprKind::Span(span) => self.put(&span.to_string()),
            ExprKind::Text(text) => self.quoted(text),
        }
    }

    fn members(&mut self, members: &[Expr]) {
        for (index, member) in members.iter().enumerate() {
            if index > 0 {
                self.stick(",");
            }
            self.expr(member);
        }
        self.stick(")");
    }

    fn between(&mut self, left: &Expr, word: &'static str, right: &Expr) {
        self.expr(left);
        self.key(RESERVED, word);
        self.expr(right);
    }

    fn quantifier(&mut self, word: &'static str, set: &Expr, condition: &Expr) {
        self.key(AGGREGATES, word);
        self.between(set, "满足", condition);
    }

    /// The sign sticks to its operand.
    fn negated(&mut self, inner: &Expr) {
        self.put("-");
        let before = std::mem::take(&mut self.out);
        self.expr(inner);
        self.out.insert_str(0, &before);
    }

    fn binary(&mut self, op: BinaryOp, left: &Expr, right: &Expr) {
        self.expr(left);
        match op {
            BinaryOp::And => self.key(RESERVED, "且"),
            BinaryOp::Or => self.key(RESERVED, "或"),
            BinaryOp::In => self.key(RESERVED, "属于"),
            BinaryOp::Without => self.key(SET_OPERATORS, "除"),
            BinaryOp::Both => self.key(SET_OPERATORS, "交"),
            BinaryOp::Compare(op) => self.put(sign(op)),
            BinaryOp::Plus => self.put("+"),
            BinaryOp::Minus => self.put("-"),
            BinaryOp::Times => self.put("*"),
            BinaryOp::Over => self.put("/"),
        }
        self.expr(right);
    }

    fn aggregate(&mut self, kind: &ExprKind) {
        let ExprKind::Aggregate { op, distinct, active, ever, path, via, filter } = kind else {
            return;
        };
        self.key(AGGREGATES, aggregate_word(*op));
        for (word, on) in [("去重", distinct), ("现行", active), ("历来", ever)] {
            if *on {
                self.key(MODIFIERS, word);
            }
        }
        self.path(path);
        if let Some(via) = via {
            self.key(RESERVED, "经");
            self.path(via);
        }
        if let Some(filter) = filter {
            self.key(RESERVED, "当");
            self.expr(filter);
        }
    }

    fn path(&mut self, path: &Path) {
        match &path.root {
            Root::Subject => self.key(RESERVED, "本"),
            Root::It => self.key(RESERVED, "此"),
            Root::Name(word) => self.word(word),
        }
        for step in &path.steps {
            self.stick(".");
            self.stick(&step.text);
        }
    }
}

/// A comparison as written.
pub(crate) fn sign(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Equal => "=",
        CompareOp::NotEqual => "!=",
        CompareOp::Less => "<",
        CompareOp::LessOrEqual => "<=",
        CompareOp::Greater => ">",
        CompareOp::GreaterOrEqual => ">=",
    }
}

fn aggregate_word(op: Aggregate) -> &'static str {
    match op {
        Aggregate::Count => "计数",
        Aggregate::Exists => "存在",
        Aggregate::Sum => "合计",
        Aggregate::Median => "中位",
        Aggregate::Mean => "平均",
        Aggregate::First => "最早",
        Aggregate::Last => "最近",
        Aggregate::Largest => "最大",
        Aggregate::Smallest => "最小",
        Aggregate::Covered => "覆盖",
    }
}
