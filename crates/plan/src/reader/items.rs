//! Items: a line at column 0, its fields, and the lines that belong to it.
//!
//! The builder is fed logical lines. An item whose head cannot be read still has its fields read,
//! for their findings, and is then dropped.

use super::cursor::{Cursor, Parsed};
use super::words::Declared;
use crate::diagnostic::{Diagnostic, Findings};
use crate::keywords::{self, Table};
use crate::lexer::{self, Line, Token, TokenKind};
use crate::source::{FileId, Place};
use crate::tree::{
    CodeDef, Field, FieldKind, Item, ItemKind, Key, ParamValue, PeriodDef, RuleKind, Word,
};

/// Which fields an item may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FieldsOf {
    Nothing,
    Plan,
    Rule,
    Form,
    Paper,
    Conduct,
    Amendment,
    Example,
}

impl FieldsOf {
    fn of(item: &str) -> FieldsOf {
        match item {
            "方案" => FieldsOf::Plan,
            "表单" => FieldsOf::Form,
            "义务" | "流程" | "查验" | "陈述" => FieldsOf::Rule,
            "文书" => FieldsOf::Paper,
            "守则" => FieldsOf::Conduct,
            "修订" => FieldsOf::Amendment,
            "例" => FieldsOf::Example,
            _ => FieldsOf::Nothing,
        }
    }

    pub(super) fn table(self) -> &'static Table {
        match self {
            FieldsOf::Nothing | FieldsOf::Form => &[],
            FieldsOf::Plan => keywords::PLAN_FIELDS,
            FieldsOf::Rule => keywords::RULE_FIELDS,
            FieldsOf::Paper => keywords::PAPER_FIELDS,
            FieldsOf::Conduct => keywords::CONDUCT_FIELDS,
            FieldsOf::Amendment => keywords::AMENDMENT_FIELDS,
            FieldsOf::Example => keywords::EXAMPLE_FIELDS,
        }
    }
}

/// The item being read; `item` is `None` when its head was not understood.
struct Open {
    fields_of: FieldsOf,
    item: Option<Item>,
    /// Whether the last field was read: an option after a broken 解 is not reported again.
    whole: bool,
}

/// Puts lines together to items.
pub(super) struct Builder<'a> {
    file: FileId,
    declared: &'a Declared,
    /// Items that are whole and not yet given on.
    done: Vec<Item>,
    /// Items, fields and options of this line.
    parts: usize,
    open: Option<Open>,
    /// Lines under a head that is no item at all are skipped in silence.
    lost: bool,
}

impl<'a> Builder<'a> {
    pub(super) fn new(file: FileId, declared: &'a Declared) -> Builder<'a> {
        Builder { file, declared, done: Vec::new(), parts: 0, open: None, lost: false }
    }

    /// Gives on the last item.
    pub(super) fn finish(mut self, take: &mut dyn FnMut(Item)) {
        self.close();
        self.done.into_iter().for_each(take);
    }

    fn close(&mut self) {
        self.done.extend(self.open.take().and_then(|open| open.item));
    }

    /// Takes one logical line, gives on the items that ended; how many items, fields and options
    /// it had.
    pub(super) fn line(
        &mut self,
        line: Line,
        found: &mut Findings,
        take: &mut dyn FnMut(Item),
    ) -> usize {
        self.parts = 0;
        if line.too_long {
            // Reported by the lexer; its fields would only add to that.
            if !line.indented {
                self.close();
                self.lost = true;
            }
        } else {
            self.read(line, found);
        }
        self.done.drain(..).for_each(take);
        self.parts
    }

    fn read(&mut self, line: Line, found: &mut Findings) {
        let mut cursor = Cursor {
            file: self.file,
            tokens: line.tokens,
            at: 0,
            end: line.end,
            declared: self.declared,
            found,
            depth: 0,
            operators: 0,
            cuts: 0,
            in_filter: false,
        };
        if line.indented {
            self.belonging(&mut cursor);
        } else {
            self.close();
            self.lost = false;
            if self.head(&mut cursor) {
                self.fields(&mut cursor);
            }
        }
    }

    /// A line at column 0; whether fields may follow on it.
    fn head(&mut self, cursor: &mut Cursor) -> bool {
        let start = cursor.here();
        let Some(keyword) = cursor.keyword(keywords::ITEMS) else {
            cursor.no_item();
            self.lost = true;
            return false;
        };
        cursor.skip();
        let kind = cursor.item_head(keyword);
        let place = start.to(cursor.behind());
        self.parts += 1;
        let item = kind.ok().map(|kind| Item { place, head: place, kind, fields: Vec::new() });
        let whole = item.is_some();
        self.open = Some(Open { fields_of: FieldsOf::of(keyword), item, whole });
        if !whole {
            cursor.recover();
        }
        true
    }

    /// An indented line: fields, or an option of the last 解.
    fn belonging(&mut self, cursor: &mut Cursor) {
        if self.lost {
            return;
        }
        let Some(open) = &mut self.open else {
            let place = cursor.here();
            let help = "条目从行首写起；缩进的行是上一条目的字段";
            let message = "这一行缩进，前面却没有条目";
            cursor.found.push(Diagnostic::new("E0105", place, message).help(help));
            self.lost = true;
            return;
        };
        if cursor.is("*") || cursor.is("-") {
            self.parts += 1;
            option(open, cursor);
        } else {
            self.fields(cursor);
        }
    }

    /// Fields, and further items behind `;`, to the end of the line.
    fn fields(&mut self, cursor: &mut Cursor) {
        loop {
            let parted = cursor.is(";");
            while cursor.eat(";") {}
            if cursor.at_end() {
                return;
            }
            if parted && lexer::opens_item(cursor.tokens.get(cursor.at..).unwrap_or(&[])) {
                self.close();
                self.head(cursor);
                continue;
            }
            let Some(open) = &mut self.open else { return };
            self.parts += 1;
            one_field(open, cursor);
        }
    }
}

fn one_field(open: &mut Open, cursor: &mut Cursor) {
    let field = cursor.whole_field(open.fields_of);
    open.whole = field.is_some();
    if let (Some(field), Some(item)) = (field, &mut open.item) {
        item.place = item.place.to(field.place);
        item.fields.push(field);
    }
}

fn option(open: &mut Open, cursor: &mut Cursor) {
    let start = cursor.here();
    let read = cursor.reading_option();
    let Some(item) = &mut open.item else { return };
    item.place = item.place.to(start.to(cursor.behind()));
    match item.fields.last_mut() {
        Some(Field { kind: FieldKind::Reading { options, .. }, place }) if open.whole => {
            if let Ok(option) = read {
                *place = place.to(option.place);
                options.push(option);
            }
        }
        _ if open.whole => {
            let message = "“*”“-”是“解”的读法，前面却没有“解”";
            let help = "在它们上面写一行：解 名称 \"问什么\"";
            cursor.found.push(Diagnostic::new("E0105", start, message).help(help));
        }
        _ => {}
    }
}

impl Cursor<'_> {
    /// One field with whatever is wrong behind it; `None` when it was not understood.
    pub(super) fn whole_field(&mut self, fields_of: FieldsOf) -> Option<Field> {
        let (start, from) = (self.here(), self.at);
        let mut field = self.field(fields_of);
        if field.is_ok() && !self.at_boundary(fields_of) && self.cut_leftover(fields_of) {
            // The cut word may belong to the field just read: read it again.
            self.at = from;
            field = self.field(fields_of);
        }
        let Ok(kind) = field else {
            self.recover();
            return None;
        };
        let place = start.to(self.behind());
        if !self.at_boundary(fields_of) {
            self.leftover();
        }
        Some(Field { place, kind })
    }

    fn field(&mut self, fields_of: FieldsOf) -> Parsed<FieldKind> {
        (self.depth, self.operators, self.in_filter) = (0, 0, false);
        match fields_of {
            FieldsOf::Nothing => Err(self.expected("行末（这一条目没有字段）")),
            FieldsOf::Plan => self.plan_field(),
            FieldsOf::Rule => self.rule_field(),
            FieldsOf::Form => self.form_field(),
            FieldsOf::Paper => self.paper_field(),
            FieldsOf::Conduct => self.conduct_field(),
            FieldsOf::Amendment => self.amendment_field(),
            FieldsOf::Example => self.example_field(),
        }
    }

    /// Whether a field may end here: at `;`, the line's end, or before another field.
    pub(super) fn at_boundary(&self, fields_of: FieldsOf) -> bool {
        let form_field = fields_of == FieldsOf::Form && self.form_field_begins();
        self.field_ends() || form_field || self.keyword(fields_of.table()).is_some()
    }

    fn cut_leftover(&mut self, fields_of: FieldsOf) -> bool {
        self.cut_operator() || self.cut_field(fields_of.table())
    }

    pub(super) fn leftover(&mut self) {
        self.expected("“;”或行末");
        self.recover();
    }

    /// Skips to the next `;` or the end.
    pub(super) fn recover(&mut self) {
        while !self.field_ends() {
            self.skip();
        }
    }

    /// The keyword of a field, or a complaint with the fields there are.
    pub(super) fn field_keyword(&mut self, fields_of: FieldsOf) -> Parsed<&'static str> {
        let table = fields_of.table();
        if self.keyword(table).is_none() {
            self.cut_field(table);
        }
        if let Some(keyword) = self.keyword(table) {
            self.skip();
            return Ok(keyword);
        }
        let all = table.iter().map(|(zh, _)| *zh).collect::<Vec<_>>().join(" ");
        Err(self.expected(&format!("字段（{all}）")))
    }

    fn no_item(&mut self) {
        let all = keywords::ITEMS.iter().map(|(zh, _)| *zh).collect::<Vec<_>>().join(" ");
        let place = self.here();
        let Some(token) = self.peek().filter(|t| t.kind != TokenKind::Bad) else { return };
        let message = format!("行首应写条目，“{}”不是条目", token.text);
        let word = token.word().unwrap_or("").to_string();
        let mut report = Diagnostic::new("E0105", place, message);
        if keywords::find(keywords::RULE_FIELDS, &word).is_some() {
            report = report.help(format!("“{word}”是字段：行首空两格，归到上一条目"));
        }
        self.found.push(report.help(format!("条目有：{all}")));
    }

    fn item_head(&mut self, keyword: &'static str) -> Parsed<ItemKind> {
        match keyword {
            "方案" => self.plan_head(),
            "用" => Ok(ItemKind::Use { path: self.text("文件名")? }),
            "时段" => self.periods(),
            "参数" => self.param(),
            "集合" => {
                let name = self.name_and_alias("集合的名称", &[])?;
                self.expect("=")?;
                Ok(ItemKind::Set { name, value: self.set()? })
            }
            "指标" => {
                let name = self.name_and_alias("指标的名称", &[])?;
                self.expect("=")?;
                Ok(ItemKind::Measure { name, value: self.expr()? })
            }
            "代码" => {
                let name = self.name_and_alias("代码表的名称", &[])?;
                self.expect("=")?;
                Ok(ItemKind::Codes { name, codes: self.codes()? })
            }
            "表单" => self.form_head(),
            "核算" => Ok(ItemKind::Total { title: self.text("标题")?, value: self.expr()? }),
            "文书" => Ok(ItemKind::Paper { name: self.declared("文书的名称")? }),
            "守则" => Ok(ItemKind::Conduct { basis: self.text("依据")? }),
            "修订" => {
                let day = self.day()?;
                self.expect_keyword(keywords::INSIDE, "据")?;
                Ok(ItemKind::Amendment { day, basis: self.text("依据的文件")? })
            }
            "例" => Ok(ItemKind::Example { title: self.text("标题")? }),
            _ => self.rule_head(keyword),
        }
    }

    fn rule_head(&mut self, keyword: &str) -> Parsed<ItemKind> {
        let kind = match keyword {
            "流程" => RuleKind::Flow,
            "查验" => RuleKind::Check,
            "陈述" => RuleKind::Statement,
            _ => RuleKind::Duty,
        };
        Ok(ItemKind::Rule { kind, clause: self.clause()?, title: self.text_if_any() })
    }

    fn plan_head(&mut self) -> Parsed<ItemKind> {
        let Some(token) = self.peek() else { return Err(self.expected("方案代号")) };
        let lower = token.text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        if token.kind != TokenKind::PlanId && !(token.word().is_some() && lower) {
            return Err(self.expected("方案代号（小写字母、数字与连字符，如 binzhou-2012-15）"));
        }
        let id = Word { text: token.text.clone(), place: token.place };
        self.skip();
        Ok(ItemKind::Plan { id, title: self.text_if_any() })
    }

    fn periods(&mut self) -> Parsed<ItemKind> {
        let mut periods = Vec::new();
        loop {
            let name = self.name_and_alias("时段的名称", &[])?;
            self.expect("=")?;
            let (span, place) = self.days_from_to()?;
            periods.push(PeriodDef { name, span, place });
            if !self.eat(",") {
                return Ok(ItemKind::Periods(periods));
            }
        }
    }

    /// `day 至 day`
    pub(super) fn days_from_to(&mut self) -> Parsed<(facts::Span, Place)> {
        let first = self.day()?;
        self.expect_keyword(keywords::INSIDE, "至")?;
        let last = self.day()?;
        let place = first.place.to(last.place);
        let Some(span) = facts::Span::new(first.value, last.value) else {
            let message = "止日早于起日";
            self.found.push(Diagnostic::new("E0105", place, message).help("把两个日期对调或改正"));
            return Err(super::cursor::Stop);
        };
        Ok((span, place))
    }

    fn param(&mut self) -> Parsed<ItemKind> {
        let name = self.name_and_alias("参数的名称", &[])?;
        let value = if self.eat("(") {
            let key = self.name("表的键（组织，或一个代码表）")?;
            self.expect(")")?;
            self.expect("=")?;
            self.expect("(")?;
            let mut rows = vec![self.param_row()?];
            while self.eat(",") {
                self.operators = 0;
                rows.push(self.param_row()?);
            }
            self.expect(")")?;
            ParamValue::Table { key, rows }
        } else {
            self.expect("=")?;
            ParamValue::Single(self.expr()?)
        };
        let from = self.day_after(keywords::INSIDE, "自")?;
        let under = self.eat_keyword(keywords::INSIDE, "据");
        let basis = if under { Some(self.text("依据的文件")?) } else { None };
        Ok(ItemKind::Param { name, value, from, basis })
    }

    fn param_row(&mut self) -> Parsed<(Key, crate::tree::Expr)> {
        let key = match self.peek() {
            Some(Token { kind: TokenKind::Text(_), .. }) => Key::Text(self.text("键")?),
            Some(Token { kind: TokenKind::Number(value), place, .. }) => {
                let key = Key::Number(crate::tree::Dated { value: *value, place: *place });
                self.skip();
                key
            }
            _ => Key::Name(self.name("键（文字、数或代码）")?),
        };
        self.expect(":")?;
        Ok((key, self.expr()?))
    }

    /// `code, code`
    pub(super) fn codes(&mut self) -> Parsed<Vec<CodeDef>> {
        let mut codes = Vec::new();
        loop {
            let name = self.name_and_alias("代码", keywords::CODE_PARTS)?;
            let from = self.day_after(keywords::CODE_PARTS, "自")?.map(|d| d.value);
            let to = self.day_after(keywords::CODE_PARTS, "至")?.map(|d| d.value);
            codes.push(CodeDef { name, from, to });
            if !self.eat(",") {
                return Ok(codes);
            }
        }
    }

    fn plan_field(&mut self) -> Parsed<FieldKind> {
        Ok(match self.field_keyword(FieldsOf::Plan)? {
            "发文" => FieldKind::Number(self.text("文号")?),
            "由" => FieldKind::Issuer { org: self.issuer()?, name: self.text("发文单位")? },
            "期限" => FieldKind::Term(self.days_from_to()?.0),
            "历法" => FieldKind::Calendar(self.name("历法的名称（中国）")?),
            _ => FieldKind::PaperText(self.text("原文的路径")?),
        })
    }

    /// The code of the issuer, which may be written as a bare number.
    fn issuer(&mut self) -> Parsed<crate::tree::Text> {
        if let Some(Token { kind: TokenKind::Number(_), text, place }) = self.peek() {
            let text = crate::tree::Text { text: text.clone(), place: *place };
            self.skip();
            return Ok(text);
        }
        self.text("单位代码")
    }
}
