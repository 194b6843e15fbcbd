//! Fields of 例, 修订, 文书 and 守则.
//! They name things of an example's own world or of other items; nothing is looked up here.
//! Read next: `items.rs`.

use super::cursor::{Cursor, Parsed};
use super::items::FieldsOf;
use crate::keywords::{APPLIES, EXAMPLE_INSIDE, STATUSES};
use crate::lexer::Token;
use crate::tree::{Applies, Expectation, Expr, Field, FieldKind, Word};

impl Cursor<'_> {
    pub(super) fn example_field(&mut self) -> Parsed<FieldKind> {
        if self.field_keyword(FieldsOf::Example)? == "则" {
            return Ok(FieldKind::Expect(Box::new(self.expectation()?)));
        }
        let second = self.peek_at(1).and_then(Token::word);
        if second.is_some_and(|w| crate::keywords::find(EXAMPLE_INSIDE, w) == Some("任")) {
            return self.given_post();
        }
        self.given_record()
    }

    fn given_post(&mut self) -> Parsed<FieldKind> {
        let person = self.declared("人名")?;
        self.skip();
        let group = self.name("岗类")?;
        self.expect_keyword(EXAMPLE_INSIDE, "于")?;
        let org = self.name("组织")?;
        let from = self.day_after(EXAMPLE_INSIDE, "自")?.map(|d| d.value);
        let to = self.day_after(EXAMPLE_INSIDE, "至")?.map(|d| d.value);
        Ok(FieldKind::GivenPost { person, group, org, from, to })
    }

    fn given_record(&mut self) -> Parsed<FieldKind> {
        let named = self.peek_at(1).is_some_and(|t| t.is("="));
        let name = if named { Some(self.declared("记录的名称")?) } else { None };
        if named {
            self.skip();
        }
        let form = self.name("表单的名称")?;
        self.expect("(")?;
        let mut values = Vec::new();
        while !self.is(")") {
            if !values.is_empty() {
                self.expect(",")?;
            }
            values.push(self.given_value()?);
        }
        self.expect(")")?;
        Ok(FieldKind::GivenRecord { name, form, values })
    }

    fn given_value(&mut self) -> Parsed<(Word, Expr)> {
        let field = self.name("字段名")?;
        self.expect("=")?;
        Ok((field, self.expr()?))
    }

    fn expectation(&mut self) -> Parsed<Expectation> {
        let clause = self.clause()?;
        let step = if self.eat("/") { Some(self.name("步骤的名称")?) } else { None };
        self.expect("(")?;
        let subject = self.name("谁或哪一件")?;
        let period = if self.eat(",") { Some(self.day_or_month()?) } else { None };
        self.expect(")")?;
        let reading = match self.eat_keyword(EXAMPLE_INSIDE, "解") {
            true => {
                let axis = self.name("读法所问")?;
                self.expect("=")?;
                Some((axis, self.name("读法的名称")?))
            }
            false => None,
        };
        self.expect_keyword(EXAMPLE_INSIDE, "于")?;
        let day = self.day()?.value;
        let known = self.day_after(EXAMPLE_INSIDE, "知")?.map(|d| d.value);
        self.expect("=")?;
        if self.keyword(STATUSES).is_none() {
            return Err(self.expected("状态（未到 待办 完成 迟 缺 免 撤）"));
        }
        let status = self.any_word("状态")?;
        let valued = self.eat_keyword(EXAMPLE_INSIDE, "值");
        let value = if valued { Some(self.expr()?) } else { None };
        Ok(Expectation { clause, step, subject, period, reading, day, known, status, value })
    }

    /// `改 clause field 适用 scope`
    pub(super) fn amendment_field(&mut self) -> Parsed<FieldKind> {
        self.field_keyword(FieldsOf::Amendment)?;
        let clause = self.clause()?;
        let start = self.here();
        let kind = self.rule_field()?;
        let change = Box::new(Field { place: start.to(self.behind()), kind });
        self.expect_keyword(APPLIES, "适用")?;
        let applies = match self.keyword(APPLIES) {
            Some("未开始") => Applies::NotStarted,
            Some("未到期") => Applies::NotYetDue,
            Some("全部") => Applies::All,
            _ => return Err(self.expected("未开始、未到期 或 全部")),
        };
        self.skip();
        Ok(FieldKind::Change { clause, change, applies })
    }

    pub(super) fn paper_field(&mut self) -> Parsed<FieldKind> {
        Ok(match self.field_keyword(FieldsOf::Paper)? {
            "由" => FieldKind::PaperFrom(self.clause()?),
            "含" => FieldKind::PaperContains(self.names("条号或表单")?),
            "附" => FieldKind::PaperAttach(self.name("附件的名称")?),
            _ => FieldKind::PaperFormat(self.name("格式的名称")?),
        })
    }

    pub(super) fn conduct_field(&mut self) -> Parsed<FieldKind> {
        Ok(match self.field_keyword(FieldsOf::Conduct)? {
            "禁" => FieldKind::Forbid(self.names("所禁的名称")?),
            "须" => FieldKind::Require(self.name("须有的名称")?),
            _ => {
                let how = self.name("考核的限定（仅）")?;
                FieldKind::Assess(how, self.name("所考核的")?)
            }
        })
    }
}
