//! 表单: its head and its fields.
//! A field is a name, a type and marks; marks may also be written as words.
//! Whether a type exists is not asked here. Read next: `items.rs`.

use facts::{Arity, Privacy};

use super::cursor::{Cursor, Parsed, Stop};
use crate::diagnostic::Diagnostic;
use crate::keywords::{FIELD_MODIFIERS, FORM_MODIFIERS};
use crate::lexer::{Token, TokenKind};
use crate::tree::{FieldKind, FieldTypeDef, FormFieldDef, FormModifier, ItemKind};

impl Cursor<'_> {
    pub(super) fn form_head(&mut self) -> Parsed<ItemKind> {
        let name = self.name_and_alias("表单的名称", FORM_MODIFIERS)?;
        let mut modifiers = Vec::new();
        while !self.field_ends() && !self.form_field_begins() {
            let Some(word) = self.keyword(FORM_MODIFIERS) else {
                return Err(self.expected("归、合并、分段、底册、公开、舱，或“;”"));
            };
            self.skip();
            modifiers.push(match word {
                "归" => FormModifier::OwnedBy(self.expr()?),
                "合并" => {
                    self.expect("(")?;
                    let fields = self.names("字段名")?;
                    self.expect(")")?;
                    FormModifier::Merged(fields)
                }
                "分段" => FormModifier::Versioned(self.name("分段所按的字段")?),
                "底册" => FormModifier::Registry,
                "公开" => FormModifier::Public,
                _ => FormModifier::Compartment,
            });
        }
        Ok(ItemKind::Form { name, modifiers })
    }

    /// `name [alias] :` stands here.
    pub(super) fn form_field_begins(&self) -> bool {
        let word = |ahead| self.peek_at(ahead).is_some_and(|t| t.kind == TokenKind::Word);
        let colon = |ahead| self.peek_at(ahead).is_some_and(|t: &Token| t.is(":"));
        word(0) && (colon(1) || (word(1) && colon(2)))
    }

    pub(super) fn form_field(&mut self) -> Parsed<FieldKind> {
        let name = self.name_and_alias("字段名", &[])?;
        self.expect(":")?;
        let ty = self.field_type()?;
        let arity = match () {
            () if self.eat("?") => Arity::Optional,
            () if self.eat("*") => Arity::Many,
            () if self.eat("+") => Arity::Some,
            () => Arity::One,
        };
        let mut field = FormFieldDef {
            name,
            ty,
            arity,
            privacy: None,
            axis: false,
            public: false,
            builtin: false,
            step: None,
            shown: None,
            must: Vec::new(),
            derived: None,
            choice: None,
        };
        while !self.field_ends() && !self.form_field_begins() {
            self.field_modifier(&mut field)?;
        }
        Ok(FieldKind::FormField(Box::new(field)))
    }

    fn field_type(&mut self) -> Parsed<FieldTypeDef> {
        if self.eat("(") {
            let codes = self.codes()?;
            self.expect(")")?;
            return Ok(FieldTypeDef::Codes(codes));
        }
        let mut names = vec![self.name("类型，或括号里的代码")?];
        while self.eat("/") {
            names.push(self.name("表单的名称")?);
        }
        Ok(FieldTypeDef::Named(names))
    }

    fn field_modifier(&mut self, field: &mut FormFieldDef) -> Parsed<()> {
        let mark = match self.peek().map(|t| &t.kind) {
            Some(TokenKind::Mark(word)) => Some(*word),
            _ => self.keyword(FIELD_MODIFIERS),
        };
        let Some(word) = mark else {
            return Err(self.expected("◐ 🔒 ⏱ 公开 内置 步长 显 须 算 择，或“;”"));
        };
        let place = self.here();
        self.skip();
        let twice = match word {
            "半密" => field.privacy.replace(Privacy::Countable).is_some(),
            "密" => field.privacy.replace(Privacy::Sealed).is_some(),
            "时间轴" => std::mem::replace(&mut field.axis, true),
            "公开" => std::mem::replace(&mut field.public, true),
            "内置" => std::mem::replace(&mut field.builtin, true),
            "步长" => field.step.replace(self.number()?).is_some(),
            "显" => field.shown.replace(self.expr()?).is_some(),
            "须" => {
                let condition = self.expr()?;
                field.must.push((condition, self.text_if_any()));
                false
            }
            "算" => field.derived.replace(self.expr()?).is_some(),
            _ => field.choice.replace(self.expr()?).is_some(),
        };
        if twice {
            let message = format!("“{word}”写了两次，或与前面的密级冲突");
            self.found.push(Diagnostic::new("E0105", place, message).help("只留一个"));
            return Err(Stop);
        }
        Ok(())
    }

    fn number(&mut self) -> Parsed<facts::Number> {
        match self.peek().map(|t| t.kind.clone()) {
            Some(TokenKind::Number(number)) => {
                self.skip();
                Ok(number)
            }
            _ => Err(self.expected("数（如 0.5）")),
        }
    }
}
