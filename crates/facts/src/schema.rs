//! What kinds of records exist: forms, their typed fields, and code lists.
//!
//! A schema is declared by a plan and the files it uses (`plans/vocabulary.md`), never by code; the
//! `plan` crate builds it, the world is laid out by it, the CSV contract is named by it.
//! It holds no expressions: derived fields, owners and constraints are the plan's.
//! Read next: `world.rs`.

use crate::day::Day;

/// Index of a form in [`Schema::forms`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FormId(pub u16);

/// Index of a field in [`Form::fields`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FieldId(pub u16);

/// Index of a code list in [`Schema::code_lists`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CodeListId(pub u16);

/// 编号, the first of the six fields that every form begins with.
pub const ID: FieldId = FieldId(0);
/// 记录人.
pub const RECORDED_BY: FieldId = FieldId(1);
/// 记录单位.
pub const RECORDED_ORG: FieldId = FieldId(2);
/// 记录日, the known day.
pub const RECORDED_AT: FieldId = FieldId(3);
/// 代记, in whose name somebody else entered it.
pub const ENTERED_FOR: FieldId = FieldId(4);
/// 已确认.
pub const CONFIRMED: FieldId = FieldId(5);
/// How many fields every form begins with; they come from the form 记录.
pub const COMMON_FIELDS: usize = 6;

/// Aliases of the forms the engine itself must know, because who owes depends on them.
pub mod registry {
    /// 组织.
    pub const ORG: &str = "org";
    /// 人员.
    pub const PERSON: &str = "person";
    /// 任职.
    pub const POST: &str = "post";
    /// 请假.
    pub const LEAVE: &str = "leave";
    /// 户.
    pub const HOUSEHOLD: &str = "household";
    /// 居民.
    pub const RESIDENT: &str = "resident";
    /// All of them.
    pub const ALL: [&str; 6] = [ORG, PERSON, POST, LEAVE, HOUSEHOLD, RESIDENT];
}

/// All forms and code lists of a plan and the files it uses.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Schema {
    /// Code lists, in order of declaration.
    pub code_lists: Vec<CodeList>,
    /// Forms, in order of declaration.
    pub forms: Vec<Form>,
}

/// A closed list of codes.
#[derive(Clone, Debug, PartialEq)]
pub struct CodeList {
    /// Chinese name; for a list written in a field, `form.field`.
    pub label: String,
    /// ASCII name.
    pub alias: String,
    /// The codes in order; a code is known by its position.
    pub codes: Vec<Code>,
}

/// One code.
#[derive(Clone, Debug, PartialEq)]
pub struct Code {
    /// What people see.
    pub label: String,
    /// What files hold.
    pub alias: String,
    /// First day of validity.
    pub from: Option<Day>,
    /// Last day of validity; codes are closed, never deleted.
    pub to: Option<Day>,
}

/// How a form lies in time (plan-language §6.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// No day: 户, 居民, 组织, 人员 and registry rows without ⏱.
    Thing,
    /// One day ⏱.
    Dated,
    /// From ⏱ (or 起) to an optional end: it can end, 现行 applies.
    Interval,
    /// Several days with a required end: dated by 起, it never "ends".
    Event,
}

/// A declared kind of record.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    /// Chinese name.
    pub label: String,
    /// ASCII name, also the file name of the fact folder.
    pub alias: String,
    /// The six common fields, then its own.
    pub fields: Vec<Field>,
    /// How it lies in time.
    pub shape: Shape,
    /// ⏱, or 起 of a form without ⏱: the day by which a record counts.
    pub axis: Option<FieldId>,
    /// 止, of an interval or event.
    pub end: Option<FieldId>,
    /// 底册: cut by knowledge only, never by the as-of day.
    pub registry: bool,
    /// 分段 F: one row per version, keyed by id and this field.
    pub versioned: Option<FieldId>,
    /// 公开: public by nature, its free text needs no class.
    pub public: bool,
    /// 舱: lives in the protection compartment.
    pub compartment: bool,
    /// 合并: rows of one person and place on touching days are one unit.
    pub merged: Option<Merge>,
    /// The form 记录 itself, which has no file.
    pub builtin: bool,
}

/// 合并 (person, 连续日, place).
#[derive(Clone, Debug, PartialEq)]
pub struct Merge {
    /// Fields that must be equal for two rows to touch.
    pub same: Vec<FieldId>,
}

/// Privacy class of a field (vocabulary.md).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Privacy {
    /// References, days, kinds, amounts.
    Open,
    /// ◐ countable-private: duties may use it, screens above the level may not show it.
    Countable,
    /// 🔒 particular: never in the world, never readable by a duty.
    Sealed,
}

/// How many values a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arity {
    /// Exactly one.
    One,
    /// `?`
    Optional,
    /// `*`
    Many,
    /// `+`
    Some,
}

/// Type of a field.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldType {
    /// 文本.
    Text,
    /// 数.
    Number,
    /// 天.
    Days,
    /// 分.
    Minutes,
    /// 日期.
    Day,
    /// 时刻: only its day counts.
    Time,
    /// 月份.
    Month,
    /// 期间.
    Span,
    /// 是否.
    Bool,
    /// 附件: a name or hash.
    File,
    /// A code list.
    Code(CodeListId),
    /// A reference to a record of one of these forms.
    Ref(Vec<FormId>),
    /// 记录: a reference to a record of any form.
    AnyRef,
}

/// One field of a form.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Chinese name.
    pub label: String,
    /// ASCII name, also the CSV column.
    pub alias: String,
    /// Its type.
    pub ty: FieldType,
    /// How many values.
    pub arity: Arity,
    /// Its privacy class.
    pub privacy: Privacy,
    /// 算: derived by the plan, never typed, never in a file.
    pub derived: bool,
    /// 内置: kept by the engine, never in a file.
    pub builtin: bool,
    /// 步长: the grid its numbers lie on, as a numerator and denominator.
    pub step: Option<crate::number::Number>,
}

impl Schema {
    /// The form with this id.
    pub fn form(&self, id: FormId) -> &Form {
        &self.forms[id.0 as usize]
    }

    /// The field of a form.
    pub fn field(&self, form: FormId, field: FieldId) -> &Field {
        &self.forms[form.0 as usize].fields[field.0 as usize]
    }

    /// The code list with this id.
    pub fn code_list(&self, id: CodeListId) -> &CodeList {
        &self.code_lists[id.0 as usize]
    }

    /// The form with this label or alias.
    pub fn form_named(&self, name: &str) -> Option<FormId> {
        let found = self.forms.iter().position(|f| f.alias == name || f.label == name)?;
        Some(FormId(found as u16))
    }

    /// Every form with its id.
    pub fn forms_with_ids(&self) -> impl Iterator<Item = (FormId, &Form)> {
        self.forms.iter().enumerate().map(|(index, form)| (FormId(index as u16), form))
    }
}

impl Form {
    /// The field with this label or alias.
    pub fn field_named(&self, name: &str) -> Option<FieldId> {
        let found = self.fields.iter().position(|f| f.alias == name || f.label == name)?;
        Some(FieldId(found as u16))
    }
}

impl CodeList {
    /// Position of the code with this label or alias.
    pub fn code_named(&self, name: &str) -> Option<u16> {
        let found = self.codes.iter().position(|c| c.alias == name || c.label == name)?;
        Some(found as u16)
    }
}

impl Field {
    /// Whether an empty cell is an error in a fact folder; sealed fields may always be absent.
    pub fn required(&self) -> bool {
        let needed = matches!(self.arity, Arity::One | Arity::Some);
        needed && !self.derived && !self.builtin && self.privacy != Privacy::Sealed
    }

    /// Whether it holds a list.
    pub fn is_list(&self) -> bool {
        matches!(self.arity, Arity::Many | Arity::Some)
    }
}
