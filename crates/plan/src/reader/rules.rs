//! Fields of 义务, 流程, 查验 and 陈述, and the options of a 解.
//! The four kinds share their fields; which of them a kind needs is checked when it is resolved.
//! Read next: `expressions.rs`.

use super::cursor::{Cursor, Parsed};
use super::items::FieldsOf;
use crate::diagnostic::Diagnostic;
use crate::keywords::{self, INSIDE};
use crate::lexer::{Token, TokenKind};
use crate::tree::{
    Credit, Every, FieldKind, Name, Newcomer, Origin, OriginPart, ReadingOption, Rollup, Step,
    Test, When, Word,
};

impl Cursor<'_> {
    pub(super) fn rule_field(&mut self) -> Parsed<FieldKind> {
        let keyword = self.field_keyword(FieldsOf::Rule)?;
        Ok(match keyword {
            "引" => FieldKind::Quote(self.text("原文")?),
            "谁" => FieldKind::Who(self.set()?),
            "逐" => FieldKind::Each(self.set()?),
            "担" => FieldKind::BorneBy(self.expr()?),
            "期" => FieldKind::When(self.when()?),
            "计" => self.count()?,
            "须" => FieldKind::Must(self.test()?),
            "警" => FieldKind::Warn { test: self.test()?, text: self.text_if_any() },
            "示" => FieldKind::Show,
            "限" => {
                let value = self.expr()?;
                FieldKind::Due { value, next_workday: self.eat_keyword(INSIDE, "顺延") }
            }
            "望" => FieldKind::Target(self.expr()?),
            "延" => {
                let form = self.name("批准延期的表单")?;
                self.expect_keyword(INSIDE, "至")?;
                FieldKind::Extend { form, field: self.name("新限的字段")? }
            }
            "提前" => FieldKind::Lead(self.quantity()?),
            "免" => FieldKind::Exempt(self.expr()?),
            "补" => FieldKind::LateOk,
            "新到" => FieldKind::Newcomer(self.newcomer()?),
            "记" => FieldKind::Credit(self.credit()?),
            "汇" => self.rollup()?,
            "耗" => FieldKind::Effort(self.quantity()?),
            "注" => FieldKind::Note(self.text("说明")?),
            "源" => self.origin()?,
            "步" => FieldKind::Step(Box::new(self.step()?)),
            _ => {
                let name = self.name_and_alias("读法的名称", &[])?;
                let question = self.text_if_any();
                FieldKind::Reading { name, question, options: Vec::new() }
            }
        })
    }

    /// `计 [name =] expr`: two tokens ahead tell whether it has a name.
    fn count(&mut self) -> Parsed<FieldKind> {
        let named = self.peek().and_then(Token::word).is_some()
            && self.peek_at(1).is_some_and(|t| t.is("="));
        let name = if named { Some(self.declared("这一计的名称")?) } else { None };
        if named {
            self.skip();
        }
        Ok(FieldKind::Count { name, value: self.expr()? })
    }

    pub(super) fn test(&mut self) -> Parsed<Test> {
        if let Some(op) = self.comparison() {
            return Ok(Test::Compare(op, self.expr()?));
        }
        let alone = match self.peek_at(1) {
            None => true,
            Some(token) => {
                let word = token.word().is_some_and(|w| !keywords::is_reserved(w));
                token.is(";") || word || matches!(token.kind, TokenKind::Text(_))
            }
        };
        let test = match self.keyword(INSIDE) {
            Some("是") if alone => Test::Yes,
            Some("否") if alone => Test::No,
            _ => return Ok(Test::Condition(self.expr()?)),
        };
        self.skip();
        Ok(test)
    }

    fn when(&mut self) -> Parsed<When> {
        if self.eat_keyword(INSIDE, "滚动") {
            let length = self.quantity()?;
            let from = if self.eat_keyword(INSIDE, "自") { Some(self.expr()?) } else { None };
            return Ok(When::Rolling { length, from });
        }
        let every = self.every()?;
        let anchored = self.eat_keyword(INSIDE, "起");
        let anchor = if anchored { Some(self.day_or_month()?) } else { None };
        self.expect_keyword(INSIDE, "于")?;
        let mut windows = vec![self.window()?];
        while self.eat(",") {
            windows.push(self.window()?);
        }
        let onward = self.eat_keyword(INSIDE, "续");
        Ok(When::Windows { every, anchor, windows, onward })
    }

    /// 一次, 每段, 每2月, `every 2month`.
    fn every(&mut self) -> Parsed<Every> {
        if let Some(Token { kind: TokenKind::Every(count, unit), .. }) = self.peek() {
            let every = Every::Each(*count, *unit);
            self.skip();
            return Ok(every);
        }
        if self.eat_keyword(INSIDE, "一次") {
            return Ok(Every::Once);
        }
        if self.eat_keyword(INSIDE, "每段") {
            return Ok(Every::PerWindow);
        }
        let english = self.peek().and_then(Token::word) == Some("every");
        let unit = match self.peek_at(1).map(|t| (&t.kind, t.text.as_str())) {
            Some((TokenKind::Word, word)) if english => keywords::unit(word).map(|u| (1, u)),
            Some((TokenKind::Quantity(amount, unit), _)) if english && amount.is_whole() => {
                u32::try_from(amount.numerator()).ok().filter(|n| *n > 0).map(|n| (n, *unit))
            }
            _ => None,
        };
        let Some((count, unit)) = unit.filter(|(_, unit)| keywords::is_period_unit(*unit)) else {
            return Err(self.expected("周期（一次、每段、每月、每2月、滚动 …）"));
        };
        self.skip();
        self.skip();
        Ok(Every::Each(count, unit))
    }

    /// `推进 + 总结`
    fn window(&mut self) -> Parsed<Vec<Word>> {
        let mut window = vec![self.name("时段的名称")?];
        while self.eat("+") {
            window.push(self.name("时段的名称")?);
        }
        Ok(window)
    }

    fn newcomer(&mut self) -> Parsed<Newcomer> {
        let newcomer = match self.keyword(INSIDE) {
            Some("照常") => Newcomer::AsUsual,
            Some("按月折算") => Newcomer::Prorated,
            Some("免") => Newcomer::Exempt,
            _ => return Err(self.expected("照常、按月折算 或 免")),
        };
        self.skip();
        Ok(newcomer)
    }

    fn credit(&mut self) -> Parsed<Credit> {
        let credit = match self.keyword(INSIDE) {
            Some("每个参与人") => Credit::EachParticipant,
            Some("主办") => Credit::LeadOnly,
            _ => return Err(self.expected("每个参与人 或 主办")),
        };
        self.skip();
        Ok(credit)
    }

    fn rollup(&mut self) -> Parsed<FieldKind> {
        let by = match self.keyword(keywords::AGGREGATES) {
            Some("计数") => Rollup::Count,
            Some("合计") => Rollup::Sum,
            Some("比例") => Rollup::Share,
            _ => return Err(self.expected("计数、合计 或 比例")),
        };
        self.skip();
        if !self.eat_keyword(INSIDE, "配额") {
            return Ok(FieldKind::Rollup { by, quota: None });
        }
        let set = self.name("分配额的集合")?;
        self.expect_keyword(INSIDE, "按")?;
        let table = self.name("配额表（参数）")?;
        Ok(FieldKind::Rollup { by, quota: Some((set, table)) })
    }

    fn origin(&mut self) -> Parsed<FieldKind> {
        let part = match self.keyword(keywords::RULE_FIELDS) {
            Some("计") => Some(OriginPart::Count),
            Some("须") => Some(OriginPart::Must),
            Some("限") => Some(OriginPart::Due),
            Some("期") => Some(OriginPart::When),
            _ => None,
        };
        if part.is_some() {
            self.skip();
        }
        let origin = match self.keyword(INSIDE) {
            Some("原文") => Origin::Text,
            Some("解释") => Origin::Reading,
            Some("建议") => Origin::Advice,
            _ => return Err(self.expected("原文、解释 或 建议")),
        };
        self.skip();
        let text = match origin {
            Origin::Text => None,
            Origin::Reading | Origin::Advice => Some(self.text("理由")?),
        };
        Ok(FieldKind::Origin { part, origin, text })
    }

    /// `步 name [alias] form {限 … | 自 … | 须 …}`; a word is the alias only if another name
    /// follows.
    fn step(&mut self) -> Parsed<Step> {
        let label = self.declared("步骤的名称")?;
        let named = |cursor: &Self, ahead: usize| {
            let word = cursor.peek_at(ahead).and_then(Token::word);
            word.is_some_and(|w| keywords::find(keywords::STEP_PARTS, w).is_none())
                && cursor.is_name_at(ahead)
        };
        let alias = match named(self, 0) && named(self, 1) {
            true => self.alias(keywords::STEP_PARTS),
            false => None,
        };
        let form = self.name("这一步的表单")?;
        let mut step =
            Step { name: Name { label, alias }, form, due: None, after: None, must: None };
        while let Some(part) = self.keyword(keywords::STEP_PARTS) {
            let place = self.here();
            self.skip();
            let twice = match part {
                "限" => step.due.replace(self.expr()?).is_some(),
                "自" => step.after.replace(self.name("前一步的名称")?).is_some(),
                _ => step.must.replace(self.expr()?).is_some(),
            };
            if twice {
                let message = format!("这一步写了两个“{part}”，以后一个为准");
                self.found.push(Diagnostic::new("E0105", place, message).help("只留一个"));
            }
        }
        Ok(step)
    }

    /// `* name "what it says" : field ; field`
    pub(super) fn reading_option(&mut self) -> Parsed<ReadingOption> {
        let start = self.here();
        let starred = self.is("*");
        self.skip();
        let head = self.option_head();
        let Ok((name, text)) = head else {
            self.at = self.tokens.len();
            return Err(super::cursor::Stop);
        };
        let mut fields = Vec::new();
        loop {
            while self.eat(";") {}
            if self.at_end() {
                break;
            }
            fields.extend(self.whole_field(FieldsOf::Rule));
        }
        Ok(ReadingOption { starred, name, text, fields, place: start.to(self.behind()) })
    }

    fn option_head(&mut self) -> Parsed<(Name, crate::tree::Text)> {
        let name = self.name_and_alias("读法的名称", &[])?;
        let text = self.text("这一读法的说明")?;
        self.expect(":")?;
        Ok((name, text))
    }
}
