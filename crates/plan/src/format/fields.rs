//! Printing heads of items, fields and options.
//!
//! One method per group of constructs, in the order of the grammar (plan-language §4). What a field
//! means is of no interest here, nor where lines and comments go: that is `format.rs`.
//! Read next: `format/expressions.rs`.

use facts::{Arity, Day, Privacy};

use super::expressions::sign;
use super::{Language, Printer};
use crate::keywords::{
    self, APPLIES, CODE_PARTS, CONDUCT_FIELDS, EXAMPLE_FIELDS, EXAMPLE_INSIDE, FIELD_MODIFIERS,
    FORM_MODIFIERS, INSIDE, ITEMS, PAPER_FIELDS, PLAN_FIELDS, RULE_FIELDS, STEP_PARTS,
};
use crate::tree::{
    Applies, CodeDef, Credit, Dated, Every, Expectation, FieldKind, FieldTypeDef, FormFieldDef,
    FormModifier, ItemKind, Key, Newcomer, Origin, OriginPart, ParamValue, ReadingOption, Rollup,
    RuleKind, Step, Test, When,
};

/// Year, hyphen and month.
const MONTH_LETTERS: usize = 7;

impl Printer<'_> {
    pub(crate) fn head(&mut self, kind: &ItemKind) {
        match kind {
            ItemKind::Plan { id, title } => {
                self.key(ITEMS, "方案");
                self.word(id);
                title.iter().for_each(|t| self.text(t));
            }
            ItemKind::Use { path } => self.keyed_text(ITEMS, "用", path),
            ItemKind::Periods(periods) => {
                self.key(ITEMS, "时段");
                for (index, period) in periods.iter().enumerate() {
                    self.comma(index);
                    self.name(&period.name);
                    self.put("=");
                    self.first_to_last(period.span);
                }
            }
            ItemKind::Param { .. } => self.param(kind),
            ItemKind::Set { name, value } => self.defined("集合", name, value),
            ItemKind::Measure { name, value } => self.defined("指标", name, value),
            ItemKind::Codes { name, codes } => {
                self.key(ITEMS, "代码");
                self.name(name);
                self.put("=");
                self.codes(codes);
            }
            ItemKind::Form { name, modifiers } => {
                self.key(ITEMS, "表单");
                self.name(name);
                modifiers.iter().for_each(|m| self.form_modifier(m));
            }
            ItemKind::Rule { kind, clause, title } => {
                self.key(ITEMS, rule_word(*kind));
                self.word(clause);
                title.iter().for_each(|t| self.text(t));
            }
            ItemKind::Total { title, value } => {
                self.keyed_text(ITEMS, "核算", title);
                self.expr(value);
            }
            ItemKind::Paper { name } => {
                self.key(ITEMS, "文书");
                self.word(name);
            }
            ItemKind::Conduct { basis } => self.keyed_text(ITEMS, "守则", basis),
            ItemKind::Amendment { day, basis } => {
                self.key(ITEMS, "修订");
                self.day(day.value);
                self.keyed_text(INSIDE, "据", basis);
            }
            ItemKind::Example { title } => self.keyed_text(ITEMS, "例", title),
        }
    }

    fn keyed_text(&mut self, table: &keywords::Table, zh: &'static str, text: &crate::tree::Text) {
        self.key(table, zh);
        self.text(text);
    }

    fn defined(&mut self, zh: &'static str, name: &crate::tree::Name, value: &crate::tree::Expr) {
        self.key(ITEMS, zh);
        self.name(name);
        self.put("=");
        self.expr(value);
    }

    fn comma(&mut self, index: usize) {
        if index > 0 {
            self.stick(",");
        }
    }

    fn day(&mut self, day: Day) {
        self.put(&day.to_string());
    }

    fn first_to_last(&mut self, span: facts::Span) {
        self.day(span.first);
        self.key(INSIDE, "至");
        self.day(span.last);
    }

    /// A month stays a month when it was written as one; the tree keeps only its first day.
    fn day_or_month(&mut self, dated: Dated<Day>) {
        let as_month = self.sources.slice(dated.place).chars().count() == MONTH_LETTERS;
        match as_month {
            true => self.put(&dated.value.month().to_string()),
            false => self.day(dated.value),
        }
    }

    fn param(&mut self, kind: &ItemKind) {
        let ItemKind::Param { name, value, from, basis } = kind else { return };
        self.key(ITEMS, "参数");
        self.name(name);
        match value {
            ParamValue::Single(value) => {
                self.put("=");
                self.expr(value);
            }
            ParamValue::Table { key, rows } => {
                self.put("(");
                self.word(key);
                self.stick(") = (");
                for (index, (key, value)) in rows.iter().enumerate() {
                    self.comma(index);
                    match key {
                        Key::Text(text) => self.text(text),
                        Key::Number(number) => self.put(&number.value.to_string()),
                        Key::Name(word) => self.word(word),
                    }
                    self.stick(":");
                    self.expr(value);
                }
                self.stick(")");
            }
        }
        if let Some(from) = from {
            self.key(INSIDE, "自");
            self.day(from.value);
        }
        basis.iter().for_each(|t| self.keyed_text(INSIDE, "据", t));
    }

    fn codes(&mut self, codes: &[CodeDef]) {
        for (index, code) in codes.iter().enumerate() {
            self.comma(index);
            self.name(&code.name);
            for (zh, day) in [("自", code.from), ("至", code.to)] {
                if let Some(day) = day {
                    self.key(CODE_PARTS, zh);
                    self.day(day);
                }
            }
        }
    }

    fn form_modifier(&mut self, modifier: &FormModifier) {
        match modifier {
            FormModifier::OwnedBy(owner) => {
                self.key(FORM_MODIFIERS, "归");
                self.expr(owner);
            }
            FormModifier::Merged(fields) => {
                self.key(FORM_MODIFIERS, "合并");
                self.put("(");
                self.words(fields, ",");
                self.stick(")");
            }
            FormModifier::Versioned(field) => {
                self.key(FORM_MODIFIERS, "分段");
                self.word(field);
            }
            FormModifier::Registry => self.key(FORM_MODIFIERS, "底册"),
            FormModifier::Public => self.key(FORM_MODIFIERS, "公开"),
            FormModifier::Compartment => self.key(FORM_MODIFIERS, "舱"),
        }
    }

    /// A field of any item.
    pub(crate) fn field(&mut self, kind: &FieldKind) {
        use FieldKind as F;
        match kind {
            F::Number(text) => self.keyed_text(PLAN_FIELDS, "发文", text),
            F::Issuer { org, name } => {
                self.keyed_text(PLAN_FIELDS, "由", org);
                self.text(name);
            }
            F::Term(span) => {
                self.key(PLAN_FIELDS, "期限");
                self.first_to_last(*span);
            }
            F::Calendar(word) => {
                self.key(PLAN_FIELDS, "历法");
                self.word(word);
            }
            F::PaperText(text) => self.keyed_text(PLAN_FIELDS, "原文", text),
            F::FormField(field) => self.form_field(field),
            F::PaperFrom(word) => {
                self.key(PAPER_FIELDS, "由");
                self.word(word);
            }
            F::PaperContains(words) => {
                self.key(PAPER_FIELDS, "含");
                self.words(words, ",");
            }
            F::PaperAttach(word) => {
                self.key(PAPER_FIELDS, "附");
                self.word(word);
            }
            F::PaperFormat(word) => {
                self.key(PAPER_FIELDS, "格式");
                self.word(word);
            }
            F::Forbid(_) | F::Require(_) | F::Assess(..) => self.conduct_field(kind),
            F::GivenPost { .. } | F::GivenRecord { .. } | F::Expect(_) => self.example_field(kind),
            F::Change { clause, change, applies } => {
                self.key(keywords::AMENDMENT_FIELDS, "改");
                self.word(clause);
                self.field(&change.kind);
                self.key(APPLIES, "适用");
                self.key(APPLIES, applies_word(*applies));
            }
            _ => self.rule_field(kind),
        }
    }

    fn conduct_field(&mut self, kind: &FieldKind) {
        match kind {
            FieldKind::Forbid(words) => {
                self.key(CONDUCT_FIELDS, "禁");
                self.words(words, ",");
            }
            FieldKind::Require(word) => {
                self.key(CONDUCT_FIELDS, "须");
                self.word(word);
            }
            FieldKind::Assess(how, what) => {
                self.key(CONDUCT_FIELDS, "考核");
                self.word(how);
                self.word(what);
            }
            _ => {}
        }
    }

    fn rule_field(&mut self, kind: &FieldKind) {
        use FieldKind as F;
        match kind {
            F::Quote(text) => self.keyed_text(RULE_FIELDS, "引", text),
            F::Note(text) => self.keyed_text(RULE_FIELDS, "注", text),
            F::Who(set) => self.keyed(RULE_FIELDS, "谁", set),
            F::Each(set) => self.keyed(RULE_FIELDS, "逐", set),
            F::BorneBy(owner) => self.keyed(RULE_FIELDS, "担", owner),
            F::Target(day) => self.keyed(RULE_FIELDS, "望", day),
            F::Exempt(condition) => self.keyed(RULE_FIELDS, "免", condition),
            F::When(when) => self.when(when),
            F::Count { name, value } => {
                self.key(RULE_FIELDS, "计");
                if let Some(name) = name {
                    self.word(name);
                    self.put("=");
                }
                self.expr(value);
            }
            F::Must(test) => {
                self.key(RULE_FIELDS, "须");
                self.test(test);
            }
            F::Warn { test, text } => {
                self.key(RULE_FIELDS, "警");
                self.test(test);
                text.iter().for_each(|t| self.text(t));
            }
            F::Show => self.key(RULE_FIELDS, "示"),
            F::LateOk => self.key(RULE_FIELDS, "补"),
            F::Due { value, next_workday } => {
                self.keyed(RULE_FIELDS, "限", value);
                if *next_workday {
                    self.key(INSIDE, "顺延");
                }
            }
            F::Extend { form, field } => {
                self.key(RULE_FIELDS, "延");
                self.word(form);
                self.key(INSIDE, "至");
                self.word(field);
            }
            F::Step(step) => self.step(step),
            F::Reading { name, question, .. } => {
                self.key(RULE_FIELDS, "解");
                self.name(name);
                question.iter().for_each(|t| self.text(t));
            }
            _ => self.rule_choice(kind),
        }
    }

    /// Fields of a duty whose value is one of a few words, or a quantity.
    fn rule_choice(&mut self, kind: &FieldKind) {
        match kind {
            FieldKind::Lead(quantity) => {
                self.key(RULE_FIELDS, "提前");
                self.quantity(*quantity);
            }
            FieldKind::Effort(quantity) => {
                self.key(RULE_FIELDS, "耗");
                self.quantity(*quantity);
            }
            FieldKind::Newcomer(newcomer) => {
                self.key(RULE_FIELDS, "新到");
                self.key(INSIDE, newcomer_word(*newcomer));
            }
            FieldKind::Credit(credit) => {
                self.key(RULE_FIELDS, "记");
                let word = match credit {
                    Credit::EachParticipant => "每个参与人",
                    Credit::LeadOnly => "主办",
                };
                self.key(INSIDE, word);
            }
            FieldKind::Rollup { by, quota } => {
                self.key(RULE_FIELDS, "汇");
                self.key(keywords::AGGREGATES, rollup_word(*by));
                if let Some((set, table)) = quota {
                    self.key(INSIDE, "配额");
                    self.word(set);
                    self.key(INSIDE, "按");
                    self.word(table);
                }
            }
            FieldKind::Origin { part, origin, text } => {
                self.key(RULE_FIELDS, "源");
                if let Some(part) = part {
                    self.key(RULE_FIELDS, part_word(*part));
                }
                self.key(INSIDE, origin_word(*origin));
                text.iter().for_each(|t| self.text(t));
            }
            _ => {}
        }
    }

    fn keyed(&mut self, table: &keywords::Table, zh: &'static str, value: &crate::tree::Expr) {
        self.key(table, zh);
        self.expr(value);
    }

    fn test(&mut self, test: &Test) {
        match test {
            Test::Yes => self.key(INSIDE, "是"),
            Test::No => self.key(INSIDE, "否"),
            Test::Compare(op, value) => {
                self.put(sign(*op));
                self.expr(value);
            }
            Test::Condition(condition) => self.expr(condition),
        }
    }

    fn when(&mut self, when: &When) {
        self.key(RULE_FIELDS, "期");
        match when {
            When::Windows { every, anchor, windows, onward } => {
                self.every(*every);
                if let Some(anchor) = anchor {
                    self.key(INSIDE, "起");
                    self.day_or_month(*anchor);
                }
                self.key(INSIDE, "于");
                for (index, window) in windows.iter().enumerate() {
                    self.comma(index);
                    self.words(window, "+");
                }
                if *onward {
                    self.key(INSIDE, "续");
                }
            }
            When::Rolling { length, from } => {
                self.key(INSIDE, "滚动");
                self.quantity(*length);
                from.iter().for_each(|from| self.keyed(INSIDE, "自", from));
            }
        }
    }

    fn every(&mut self, every: Every) {
        let (count, unit) = match every {
            Every::Once => return self.key(INSIDE, "一次"),
            Every::PerWindow => return self.key(INSIDE, "每段"),
            Every::Each(1, unit) => (String::new(), unit),
            Every::Each(count, unit) => (count.to_string(), unit),
        };
        match self.language {
            Language::Chinese => self.put(&format!("每{count}{}", keywords::unit_chinese(unit))),
            Language::English => {
                self.put(&format!("every {count}{}", keywords::unit_singular(unit)));
            }
        }
    }

    fn step(&mut self, step: &Step) {
        self.key(RULE_FIELDS, "步");
        self.name(&step.name);
        self.word(&step.form);
        step.due.iter().for_each(|due| self.keyed(STEP_PARTS, "限", due));
        if let Some(after) = &step.after {
            self.key(STEP_PARTS, "自");
            self.word(after);
        }
        step.must.iter().for_each(|must| self.keyed(STEP_PARTS, "须", must));
    }

    /// `* name "what it says" : field ; field`
    pub(crate) fn option(&mut self, option: &ReadingOption) {
        self.put(if option.starred { "*" } else { "-" });
        self.name(&option.name);
        self.text(&option.text);
        for (index, field) in option.fields.iter().enumerate() {
            self.put(if index == 0 { ":" } else { ";" });
            self.field(&field.kind);
        }
        if option.fields.is_empty() {
            self.put(":");
        }
    }

    fn form_field(&mut self, field: &FormFieldDef) {
        self.name(&field.name);
        self.put(":");
        match &field.ty {
            FieldTypeDef::Named(names) => self.words(names, "/"),
            FieldTypeDef::Codes(codes) => {
                self.put("(");
                self.codes(codes);
                self.stick(")");
            }
        }
        self.stick(match field.arity {
            Arity::One => "",
            Arity::Optional => "?",
            Arity::Many => "*",
            Arity::Some => "+",
        });
        match field.privacy {
            Some(Privacy::Countable) => self.put("◐"),
            Some(Privacy::Sealed) => self.put("🔒"),
            Some(Privacy::Open) | None => {}
        }
        if field.axis {
            self.put("⏱");
        }
        for (zh, on) in [("公开", field.public), ("内置", field.builtin)] {
            if on {
                self.key(FIELD_MODIFIERS, zh);
            }
        }
        self.field_expressions(field);
    }

    fn field_expressions(&mut self, field: &FormFieldDef) {
        if let Some(step) = field.step {
            self.key(FIELD_MODIFIERS, "步长");
            self.put(&step.to_string());
        }
        field.shown.iter().for_each(|shown| self.keyed(FIELD_MODIFIERS, "显", shown));
        for (condition, text) in &field.must {
            self.keyed(FIELD_MODIFIERS, "须", condition);
            text.iter().for_each(|t| self.text(t));
        }
        field.derived.iter().for_each(|derived| self.keyed(FIELD_MODIFIERS, "算", derived));
        field.choice.iter().for_each(|choice| self.keyed(FIELD_MODIFIERS, "择", choice));
    }

    fn example_field(&mut self, kind: &FieldKind) {
        match kind {
            FieldKind::GivenPost { person, group, org, from, to } => {
                self.key(EXAMPLE_FIELDS, "设");
                self.word(person);
                self.key(EXAMPLE_INSIDE, "任");
                self.word(group);
                self.key(EXAMPLE_INSIDE, "于");
                self.word(org);
                for (zh, day) in [("自", from), ("至", to)] {
                    if let Some(day) = day {
                        self.key(EXAMPLE_INSIDE, zh);
                        self.day(*day);
                    }
                }
            }
            FieldKind::GivenRecord { name, form, values } => {
                self.key(EXAMPLE_FIELDS, "设");
                if let Some(name) = name {
                    self.word(name);
                    self.put("=");
                }
                self.word(form);
                self.stick("(");
                for (index, (field, value)) in values.iter().enumerate() {
                    self.comma(index);
                    self.word(field);
                    self.put("=");
                    self.expr(value);
                }
                self.stick(")");
            }
            FieldKind::Expect(expectation) => self.expectation(expectation),
            _ => {}
        }
    }

    fn expectation(&mut self, expectation: &Expectation) {
        self.key(EXAMPLE_FIELDS, "则");
        self.word(&expectation.clause);
        if let Some(step) = &expectation.step {
            self.stick("/");
            self.stick(&step.text);
        }
        self.stick("(");
        self.word(&expectation.subject);
        if let Some(period) = expectation.period {
            self.stick(",");
            self.day_or_month(period);
        }
        self.stick(")");
        if let Some((axis, option)) = &expectation.reading {
            self.key(EXAMPLE_INSIDE, "解");
            self.word(axis);
            self.put("=");
            self.word(option);
        }
        self.key(EXAMPLE_INSIDE, "于");
        self.day(expectation.day);
        if let Some(known) = expectation.known {
            self.key(EXAMPLE_INSIDE, "知");
            self.day(known);
        }
        self.put("=");
        self.word(&expectation.status);
        expectation.value.iter().for_each(|value| self.keyed(EXAMPLE_INSIDE, "值", value));
    }
}

fn rule_word(kind: RuleKind) -> &'static str {
    match kind {
        RuleKind::Duty => "义务",
        RuleKind::Flow => "流程",
        RuleKind::Check => "查验",
        RuleKind::Statement => "陈述",
    }
}

fn applies_word(applies: Applies) -> &'static str {
    match applies {
        Applies::NotStarted => "未开始",
        Applies::NotYetDue => "未到期",
        Applies::All => "全部",
    }
}

fn newcomer_word(newcomer: Newcomer) -> &'static str {
    match newcomer {
        Newcomer::AsUsual => "照常",
        Newcomer::Prorated => "按月折算",
        Newcomer::Exempt => "免",
    }
}

fn rollup_word(by: Rollup) -> &'static str {
    match by {
        Rollup::Count => "计数",
        Rollup::Sum => "合计",
        Rollup::Share => "比例",
    }
}

fn part_word(part: OriginPart) -> &'static str {
    match part {
        OriginPart::Count => "计",
        OriginPart::Must => "须",
        OriginPart::Due => "限",
        OriginPart::When => "期",
    }
}

fn origin_word(origin: Origin) -> &'static str {
    match origin {
        Origin::Text => "原文",
        Origin::Reading => "解释",
        Origin::Advice => "建议",
    }
}
