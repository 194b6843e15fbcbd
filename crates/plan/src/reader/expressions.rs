//! Expressions (plan-language §4 `expr` … `path`).
//!
//! Precedence from loose to tight: 若, 或, 且, 非, comparison, + -, * /, operand. Parentheses stay
//! in the tree as a list of one, so that `format` prints what was written and E0110 can tell an
//! aggregate in parentheses from a bare one.

use super::cursor::{Cursor, Parsed, Stop};
use super::{MAX_DEPTH, MAX_OPERATORS};
use crate::diagnostic::Diagnostic;
use crate::keywords;
use crate::lexer::{Token, TokenKind};
use crate::source::Place;
use crate::tree::{Aggregate, BinaryOp, CompareOp, Expr, ExprKind, Path, Root};

impl Cursor<'_> {
    /// A set: an expression and perhaps 当.
    pub(super) fn set(&mut self) -> Parsed<Expr> {
        let set = self.expr()?;
        if !self.eat_reserved("当") {
            return Ok(set);
        }
        self.count_operator()?;
        let condition = self.expr()?;
        let condition = self.operand(condition);
        let place = set.place.to(condition.place);
        Ok(Expr { place, kind: ExprKind::Filter(Box::new(set), Box::new(condition)) })
    }

    /// Any expression.
    pub(super) fn expr(&mut self) -> Parsed<Expr> {
        self.deeper(|cursor| {
            if cursor.keyword(keywords::RESERVED) == Some("若") {
                return cursor.conditional();
            }
            let mut left = cursor.conjunction()?;
            while cursor.eat_reserved("或") {
                let right = cursor.conjunction()?;
                left = cursor.binary(BinaryOp::Or, left, right)?;
            }
            Ok(left)
        })
    }

    fn deeper(&mut self, read: impl FnOnce(&mut Self) -> Parsed<Expr>) -> Parsed<Expr> {
        if self.depth >= MAX_DEPTH {
            return Err(self.too_much(format!("嵌套超过 {MAX_DEPTH} 层")));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    fn too_much(&mut self, message: String) -> Stop {
        let help = "把里面的一部分写成 集合 或 指标，再用它的名称";
        self.found.push(Diagnostic::new("E0106", self.here(), message).help(help));
        Stop
    }

    fn count_operator(&mut self) -> Parsed<()> {
        self.operators += 1;
        if self.operators > MAX_OPERATORS {
            return Err(self.too_much(format!("一个字段里的运算多于 {MAX_OPERATORS} 个")));
        }
        Ok(())
    }

    pub(super) fn eat_reserved(&mut self, zh: &str) -> bool {
        self.eat_keyword(keywords::RESERVED, zh)
    }

    fn conditional(&mut self) -> Parsed<Expr> {
        let start = self.here();
        self.skip();
        self.count_operator()?;
        let part = |cursor: &mut Self| {
            let part = cursor.expr()?;
            Ok(Box::new(cursor.operand(part)))
        };
        let condition = part(self)?;
        self.expect_keyword(keywords::RESERVED, "则")?;
        let then = part(self)?;
        self.expect_keyword(keywords::RESERVED, "否则")?;
        let other = part(self)?;
        let place = start.to(other.place);
        Ok(Expr { place, kind: ExprKind::If(condition, then, other) })
    }

    fn conjunction(&mut self) -> Parsed<Expr> {
        let mut left = self.negation()?;
        while self.eat_reserved("且") {
            let right = self.negation()?;
            left = self.binary(BinaryOp::And, left, right)?;
        }
        Ok(left)
    }

    fn negation(&mut self) -> Parsed<Expr> {
        let start = self.here();
        if !self.eat_reserved("非") {
            return self.relation();
        }
        self.count_operator()?;
        let inner = self.deeper(Self::negation)?;
        let inner = self.operand(inner);
        Ok(Expr { place: start.to(inner.place), kind: ExprKind::Not(Box::new(inner)) })
    }

    fn relation(&mut self) -> Parsed<Expr> {
        let left = self.sum()?;
        let left = if let Some(op) = self.comparison() {
            let right = self.sum()?;
            self.binary(BinaryOp::Compare(op), left, right)?
        } else if self.eat_reserved("属于") {
            let right = self.sum()?;
            self.binary(BinaryOp::In, left, right)?
        } else if self.keyword(keywords::RESERVED) == Some("有") {
            self.skip();
            self.count_operator()?;
            let left = self.operand(left);
            let place = left.place.to(self.behind());
            Expr { place, kind: ExprKind::Has(Box::new(left)) }
        } else {
            return Ok(left);
        };
        self.refuse_chain()?;
        Ok(left)
    }

    /// `a = b = c` has no meaning; most often an aggregate's 当 swallowed a comparison.
    fn refuse_chain(&mut self) -> Parsed<()> {
        let reserved = self.keyword(keywords::RESERVED);
        if self.peek_comparison().is_none() && !matches!(reserved, Some("属于" | "有")) {
            return Ok(());
        }
        let place = self.here();
        let report = if self.in_filter {
            Diagnostic::new("E0110", place, "“当”一直管到这里：带“当”的聚合要先括起来，再作比较")
                .help("写成 (计数 … 当 …) >= 1")
        } else {
            Diagnostic::new("E0105", place, "比较不能连着写").help("拆成两个比较，用“且”连起来")
        };
        self.found.push(report);
        Err(Stop)
    }

    fn peek_comparison(&self) -> Option<CompareOp> {
        let TokenKind::Symbol(symbol) = self.peek()?.kind else {
            return None;
        };
        Some(match symbol {
            "=" => CompareOp::Equal,
            "!=" => CompareOp::NotEqual,
            "<" => CompareOp::Less,
            "<=" => CompareOp::LessOrEqual,
            ">" => CompareOp::Greater,
            ">=" => CompareOp::GreaterOrEqual,
            _ => return None,
        })
    }

    pub(super) fn comparison(&mut self) -> Option<CompareOp> {
        let op = self.peek_comparison()?;
        self.skip();
        Some(op)
    }

    fn sum(&mut self) -> Parsed<Expr> {
        let mut left = self.product()?;
        loop {
            let op = match self.keyword(keywords::SET_OPERATORS) {
                Some("除") => BinaryOp::Without,
                Some(_) => BinaryOp::Both,
                None if self.is("+") => BinaryOp::Plus,
                None if self.is("-") => BinaryOp::Minus,
                None => return Ok(left),
            };
            self.skip();
            let right = self.product()?;
            left = self.binary(op, left, right)?;
        }
    }

    fn product(&mut self) -> Parsed<Expr> {
        let mut left = self.primary()?;
        loop {
            let op = match () {
                () if self.is("*") => BinaryOp::Times,
                () if self.is("/") => BinaryOp::Over,
                () => return Ok(left),
            };
            self.skip();
            let right = self.primary()?;
            left = self.binary(op, left, right)?;
        }
    }

    fn binary(&mut self, op: BinaryOp, left: Expr, right: Expr) -> Parsed<Expr> {
        self.count_operator()?;
        let (left, right) = (self.operand(left), self.operand(right));
        let place = left.place.to(right.place);
        Ok(Expr { place, kind: ExprKind::Binary(op, Box::new(left), Box::new(right)) })
    }

    /// E0110: the 当 of an aggregate takes all to its right, so inside something larger a reader
    /// could not tell where it ends.
    fn operand(&mut self, expr: Expr) -> Expr {
        if let ExprKind::Aggregate { filter: Some(_), .. } = expr.kind {
            let first = self.tokens.partition_point(|t| t.place.start < expr.place.start);
            let inner = self.tokens.iter().skip(first);
            let inner = inner.take_while(|t| t.place.end <= expr.place.end);
            let words: Vec<&str> = inner.map(|t| t.text.as_str()).take(2).collect();
            let report = Diagnostic::new("E0110", expr.place, "带“当”的聚合在更大的式子里要加括号")
                .at("“当”管到哪里，读的人分不清")
                .help(format!("写成 ({} …)", words.join(" ")));
            self.found.push(report);
        }
        expr
    }

    fn primary(&mut self) -> Parsed<Expr> {
        let start = self.here();
        if self.eat("-") {
            self.count_operator()?;
            let inner = self.deeper(Self::primary)?;
            let inner = self.operand(inner);
            return Ok(Expr {
                place: start.to(inner.place),
                kind: ExprKind::Negate(Box::new(inner)),
            });
        }
        if self.is("(") {
            let members = self.members()?;
            return Ok(Expr { place: start.to(self.behind()), kind: ExprKind::List(members) });
        }
        let Some(Token { kind, .. }) = self.peek() else {
            return Err(self.expected("名称、数、日期或括号"));
        };
        let kind = match kind.clone() {
            TokenKind::Word => return self.word_operand(start),
            TokenKind::Number(number) => ExprKind::Number(number),
            TokenKind::Quantity(number, unit) => ExprKind::Quantity(number, unit),
            TokenKind::Day(day) => ExprKind::Day(day),
            TokenKind::Month(month) => ExprKind::Month(month),
            TokenKind::Span(span) => ExprKind::Span(span),
            TokenKind::Text(text) => ExprKind::Text(text),
            TokenKind::PlanId => return Err(self.expected("名称（减号两边各空一格）")),
            TokenKind::Every(..) | TokenKind::Mark(_) | TokenKind::Symbol(_) | TokenKind::Bad => {
                return Err(self.expected("名称、数、日期或括号"));
            }
        };
        self.skip();
        Ok(Expr { place: start, kind })
    }

    /// `(set, set …)`
    fn members(&mut self) -> Parsed<Vec<Expr>> {
        let outer = std::mem::replace(&mut self.in_filter, false);
        let members = self.members_inside();
        self.in_filter = outer;
        members
    }

    fn members_inside(&mut self) -> Parsed<Vec<Expr>> {
        self.count_operator()?;
        self.expect("(")?;
        let mut members = vec![self.set()?];
        while self.eat(",") {
            // Members lie side by side in the tree; only operators nest.
            members.push(self.set()?);
        }
        self.expect(")")?;
        Ok(members)
    }

    fn word_operand(&mut self, start: Place) -> Parsed<Expr> {
        let reserved = self.keyword(keywords::RESERVED);
        if reserved.is_none() {
            self.cut_operand();
        }
        let next_is_name = self.is_path_at(1);
        let aggregate = self.keyword(keywords::AGGREGATES).filter(|word| {
            let of_a_set = matches!(*word, "比例" | "每一");
            next_is_name || (of_a_set && self.peek_at(1).is_some_and(|t| t.is("(")))
        });
        match aggregate {
            Some(word @ ("比例" | "每一")) => self.quantifier(start, word == "比例"),
            Some(word) => self.aggregate(start, aggregate_of(word)),
            None if matches!(reserved, None | Some("本" | "此")) => self.path_or_call(),
            None => Err(self.expected("名称、数、日期或括号")),
        }
    }

    fn is_path_at(&self, ahead: usize) -> bool {
        let word = self.peek_at(ahead).and_then(Token::word);
        word.is_some_and(|w| {
            matches!(keywords::find(keywords::RESERVED, w), None | Some("本" | "此"))
        })
    }

    fn quantifier(&mut self, start: Place, share: bool) -> Parsed<Expr> {
        self.skip();
        self.count_operator()?;
        let set = self.deeper(Self::primary)?;
        let set = Box::new(self.operand(set));
        self.expect_keyword(keywords::RESERVED, "满足")?;
        let condition = self.expr()?;
        let condition = Box::new(self.operand(condition));
        let place = start.to(condition.place);
        let kind = match share {
            true => ExprKind::Share(set, condition),
            false => ExprKind::EveryOne(set, condition),
        };
        Ok(Expr { place, kind })
    }

    fn aggregate(&mut self, start: Place, op: Aggregate) -> Parsed<Expr> {
        self.skip();
        self.count_operator()?;
        let (mut distinct, mut active, mut ever) = (false, false, false);
        while let Some(word) = self.keyword(keywords::MODIFIERS).filter(|_| self.is_path_at(1)) {
            match word {
                "去重" => distinct = true,
                "现行" => active = true,
                _ => ever = true,
            }
            self.skip();
        }
        self.cut_operand();
        let path = self.path()?;
        self.cut_operator();
        let via = if self.eat_reserved("经") { Some(self.path()?) } else { None };
        self.cut_operator();
        let filter = if self.eat_reserved("当") {
            let outer = std::mem::replace(&mut self.in_filter, true);
            let filter = self.expr();
            self.in_filter = outer;
            let filter = filter?;
            Some(Box::new(self.operand(filter)))
        } else {
            None
        };
        let place = start.to(self.behind());
        let kind = ExprKind::Aggregate { op, distinct, active, ever, path, via, filter };
        Ok(Expr { place, kind })
    }

    /// `root.step.step`
    pub(super) fn path(&mut self) -> Parsed<Path> {
        let start = self.here();
        let root = match self.keyword(keywords::RESERVED) {
            Some("本") => Root::Subject,
            Some("此") => Root::It,
            _ => Root::Name(self.name("名称")?),
        };
        if !matches!(root, Root::Name(_)) {
            self.skip();
        }
        let mut steps = Vec::new();
        while self.eat(".") {
            steps.push(self.any_word("“.”后面的字段名")?);
        }
        Ok(Path { root, steps, place: start.to(self.behind()) })
    }

    fn path_or_call(&mut self) -> Parsed<Expr> {
        let path = self.path()?;
        if !self.is("(") {
            return Ok(Expr { place: path.place, kind: ExprKind::Path(path) });
        }
        let arguments = self.members()?;
        let place = path.place.to(self.behind());
        Ok(Expr { place, kind: ExprKind::Call(path, arguments) })
    }
}

fn aggregate_of(zh: &str) -> Aggregate {
    match zh {
        "存在" => Aggregate::Exists,
        "合计" => Aggregate::Sum,
        "中位" => Aggregate::Median,
        "平均" => Aggregate::Mean,
        "最早" => Aggregate::First,
        "最近" => Aggregate::Last,
        "最大" => Aggregate::Largest,
        "最小" => Aggregate::Smallest,
        "覆盖" => Aggregate::Covered,
        _ => Aggregate::Count,
    }
}
