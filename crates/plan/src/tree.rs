//! The syntax tree: what an author wrote, before any name is looked up.
//!
//! `reader` builds it, `format` prints it, `resolve` gives it meaning. Chinese and English keywords
//! build the same tree; names stay text. Every node knows its place.
//! It says nothing about types or whether names exist.
//! Read next: `plan.rs`, the typed counterpart.

use facts::{Day, Number, Span};

use crate::source::{FileId, Place};

mod expression;

pub use expression::{Aggregate, BinaryOp, CompareOp, Expr, ExprKind, Path, Root};

/// One Markdown file: prose and items in the order they stand.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Which text.
    pub file: FileId,
    /// Stretches outside all fences, the paper's own words.
    pub prose: Vec<Place>,
    /// Items of all `plan` fences.
    pub items: Vec<Item>,
}

/// A word as written, with the place it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The text, folded and NFC.
    pub text: String,
    /// Where.
    pub place: Place,
}

/// A declared name with its optional ASCII alias.
#[derive(Clone, Debug, PartialEq)]
pub struct Name {
    /// What people see.
    pub label: Word,
    /// What files hold.
    pub alias: Option<Word>,
}

/// A string literal.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    /// Its content.
    pub text: String,
    /// Where, with its quotes.
    pub place: Place,
}

/// A line at column 0 and all that belongs to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The whole item.
    pub place: Place,
    /// Its head, for messages.
    pub head: Place,
    /// What it declares.
    pub kind: ItemKind,
    /// Its fields in order.
    pub fields: Vec<Field>,
}

/// The kinds of items (§4 `head`).
#[derive(Clone, Debug, PartialEq)]
pub enum ItemKind {
    /// 方案 id "title".
    Plan { id: Word, title: Option<Text> },
    /// 用 "file".
    Use { path: Text },
    /// 时段 name = day 至 day, …
    Periods(Vec<PeriodDef>),
    /// 参数 name = expr, or a table 参数 name (键) = (key: expr, …).
    Param { name: Name, value: ParamValue, from: Option<Dated<Day>>, basis: Option<Text> },
    /// 集合 name = set.
    Set { name: Name, value: Expr },
    /// 指标 name = expr.
    Measure { name: Name, value: Expr },
    /// 代码 name = code, …
    Codes { name: Name, codes: Vec<CodeDef> },
    /// 表单 name modifiers.
    Form { name: Name, modifiers: Vec<FormModifier> },
    /// 义务, 流程, 查验, 陈述 with a clause id.
    Rule { kind: RuleKind, clause: Word, title: Option<Text> },
    /// 核算 "title" expr.
    Total { title: Text, value: Expr },
    /// 文书 name.
    Paper { name: Word },
    /// 守则 "basis".
    Conduct { basis: Text },
    /// 修订 day 据 "paper".
    Amendment { day: Dated<Day>, basis: Text },
    /// 例 "title".
    Example { title: Text },
}

/// A literal with its place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dated<T> {
    /// The value.
    pub value: T,
    /// Where.
    pub place: Place,
}

/// One named stretch of 时段.
#[derive(Clone, Debug, PartialEq)]
pub struct PeriodDef {
    /// Its name.
    pub name: Name,
    /// Its days.
    pub span: Span,
    /// Where the days stand.
    pub place: Place,
}

/// Value of a 参数.
#[derive(Clone, Debug, PartialEq)]
pub enum ParamValue {
    /// One value.
    Single(Expr),
    /// By key; `key` is the name in parentheses (组织, a code list).
    Table { key: Word, rows: Vec<(Key, Expr)> },
}

/// Key of a parameter table.
#[derive(Clone, Debug, PartialEq)]
pub enum Key {
    /// "371602".
    Text(Text),
    /// 3.
    Number(Dated<Number>),
    /// A code.
    Name(Word),
}

/// One code of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct CodeDef {
    /// Label and alias; the alias may be digits (`男 1`).
    pub name: Name,
    /// 自.
    pub from: Option<Day>,
    /// 至.
    pub to: Option<Day>,
}

/// What may stand behind a form's name.
#[derive(Clone, Debug, PartialEq)]
pub enum FormModifier {
    /// 归 path or call.
    OwnedBy(Expr),
    /// 合并 (a, 连续日, b).
    Merged(Vec<Word>),
    /// 分段 field.
    Versioned(Word),
    /// 底册.
    Registry,
    /// 公开.
    Public,
    /// 舱.
    Compartment,
}

/// The four kinds of clauses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleKind {
    /// 义务.
    Duty,
    /// 流程.
    Flow,
    /// 查验.
    Check,
    /// 陈述.
    Statement,
}

/// A field of an item.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The whole field.
    pub place: Place,
    /// What it says.
    pub kind: FieldKind,
}

/// All fields of all items; which may stand where is checked by `reader`.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldKind {
    // ---- 方案 ----
    /// 发文 "number".
    Number(Text),
    /// 由 "org" "name".
    Issuer { org: Text, name: Text },
    /// 期限 day 至 day.
    Term(Span),
    /// 历法 name.
    Calendar(Word),
    /// 原文 "path".
    PaperText(Text),
    // ---- 义务, 流程, 查验, 陈述 ----
    /// 引 "words of the paper".
    Quote(Text),
    /// 谁 set.
    Who(Expr),
    /// 逐 set.
    Each(Expr),
    /// 担 expr.
    BorneBy(Expr),
    /// 期 when.
    When(When),
    /// 计 [name =] expr.
    Count { name: Option<Word>, value: Expr },
    /// 须 test.
    Must(Test),
    /// 警 test "words".
    Warn { test: Test, text: Option<Text> },
    /// 示.
    Show,
    /// 限 expr 顺延.
    Due { value: Expr, next_workday: bool },
    /// 望 expr.
    Target(Expr),
    /// 延 form 至 field.
    Extend { form: Word, field: Word },
    /// 提前 quantity.
    Lead(Quantity),
    /// 免 expr.
    Exempt(Expr),
    /// 补.
    LateOk,
    /// 新到.
    Newcomer(Newcomer),
    /// 记.
    Credit(Credit),
    /// 汇.
    Rollup { by: Rollup, quota: Option<(Word, Word)> },
    /// 耗 quantity.
    Effort(Quantity),
    /// 注 "words".
    Note(Text),
    /// 源 [part] origin.
    Origin { part: Option<OriginPart>, origin: Origin, text: Option<Text> },
    /// 步 name alias form 限 … 自 … 须 ….
    Step(Box<Step>),
    /// 解 name alias "question" with its options.
    Reading { name: Name, question: Option<Text>, options: Vec<ReadingOption> },
    // ---- 表单 ----
    /// name alias : type.
    FormField(Box<FormFieldDef>),
    // ---- 文书 ----
    /// 由 clause.
    PaperFrom(Word),
    /// 含 names.
    PaperContains(Vec<Word>),
    /// 附 name.
    PaperAttach(Word),
    /// 格式 name.
    PaperFormat(Word),
    // ---- 守则 ----
    /// 禁 names.
    Forbid(Vec<Word>),
    /// 须 name (of 守则).
    Require(Word),
    /// 考核 name name.
    Assess(Word, Word),
    // ---- 修订 ----
    /// 改 clause field 适用 scope.
    Change { clause: Word, change: Box<Field>, applies: Applies },
    // ---- 例 ----
    /// 设 name 任 post-group 于 org 自 至.
    GivenPost { person: Word, group: Word, org: Word, from: Option<Day>, to: Option<Day> },
    /// 设 [name =] form(field = expr, …).
    GivenRecord { name: Option<Word>, form: Word, values: Vec<(Word, Expr)> },
    /// 则 clause[/step](subject[, period]) … = status [值 expr].
    Expect(Box<Expectation>),
}

/// 期.
#[derive(Clone, Debug, PartialEq)]
pub enum When {
    /// Calendar periods over windows.
    Windows {
        /// 一次, 每段, 每2月.
        every: Every,
        /// 起.
        anchor: Option<Dated<Day>>,
        /// 于: stretches apart, each of names joined by `+`.
        windows: Vec<Vec<Word>>,
        /// 续.
        onward: bool,
    },
    /// 滚动 quantity [自 expr].
    Rolling { length: Quantity, from: Option<Expr> },
}

/// How a stretch is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Every {
    /// 一次.
    Once,
    /// 每段.
    PerWindow,
    /// 每n unit; the unit is 日 周 月 季 半年 年.
    Each(u32, Unit),
}

/// Units of quantities (§2, fixed table).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// 天, a number of days.
    Days,
    /// 日, a calendar length.
    CalendarDay,
    /// 周.
    Week,
    /// 月.
    Month,
    /// 季.
    Quarter,
    /// 半年.
    HalfYear,
    /// 年.
    Year,
    /// 小时.
    Hour,
    /// 工作日.
    Workday,
    /// 分.
    Minute,
    /// %.
    Percent,
}

/// A number with a unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantity {
    /// How many.
    pub amount: Number,
    /// Of what.
    pub unit: Unit,
    /// Where.
    pub place: Place,
}

/// 须 and 警 (§4 `test`).
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// 是.
    Yes,
    /// 否.
    No,
    /// `>= expr`, against the unnamed 计.
    Compare(CompareOp, Expr),
    /// A whole condition.
    Condition(Expr),
}

/// 新到.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Newcomer {
    /// 照常.
    #[default]
    AsUsual,
    /// 按月折算.
    Prorated,
    /// 免.
    Exempt,
}

/// 记.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Credit {
    /// 每个参与人.
    #[default]
    EachParticipant,
    /// 主办.
    LeadOnly,
}

/// 汇.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rollup {
    /// 计数.
    Count,
    /// 合计.
    Sum,
    /// 比例.
    Share,
}

/// 源.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Origin {
    /// 原文: the paper says it.
    #[default]
    Text,
    /// 解释: an ambiguous sentence needs a number.
    Reading,
    /// 建议: ours; a hint that never counts.
    Advice,
}

/// What a 源 with a part speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OriginPart {
    /// 计.
    Count,
    /// 须.
    Must,
    /// 限.
    Due,
    /// 期.
    When,
}

/// 步 of a 流程.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Its name.
    pub name: Name,
    /// The form whose record does it.
    pub form: Word,
    /// 限, relative to the anchor.
    pub due: Option<Expr>,
    /// 自 another step.
    pub after: Option<Word>,
    /// 须.
    pub must: Option<Expr>,
}

/// One way to understand a sentence.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadingOption {
    /// Whether it is the official one (`*`).
    pub starred: bool,
    /// Its name.
    pub name: Name,
    /// What it says.
    pub text: Text,
    /// The fields it overrides.
    pub fields: Vec<Field>,
    /// The whole option.
    pub place: Place,
}

/// A field of a 表单.
#[derive(Clone, Debug, PartialEq)]
pub struct FormFieldDef {
    /// Label and alias.
    pub name: Name,
    /// Type names: one, or several target forms; or codes written in place.
    pub ty: FieldTypeDef,
    /// `?` `*` `+`.
    pub arity: facts::Arity,
    /// ◐ or 🔒, when given.
    pub privacy: Option<facts::Privacy>,
    /// ⏱.
    pub axis: bool,
    /// 公开.
    pub public: bool,
    /// 内置.
    pub builtin: bool,
    /// 步长.
    pub step: Option<Number>,
    /// 显.
    pub shown: Option<Expr>,
    /// 须 with its words.
    pub must: Vec<(Expr, Option<Text>)>,
    /// 算.
    pub derived: Option<Expr>,
    /// 择.
    pub choice: Option<Expr>,
}

/// Type of a form's field.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldTypeDef {
    /// 日期, 人员, 方案文 / 总结文.
    Named(Vec<Word>),
    /// (入户 home, 座谈 forum).
    Codes(Vec<CodeDef>),
}

/// 适用.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applies {
    /// 未开始: periods that start on or after the day.
    NotStarted,
    /// 未到期: also those open then.
    NotYetDue,
    /// 全部.
    All,
}

/// 则.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    /// Clause.
    pub clause: Word,
    /// Step of a 流程.
    pub step: Option<Word>,
    /// A name of the example's world.
    pub subject: Word,
    /// A day or month inside the period, or its first day.
    pub period: Option<Dated<Day>>,
    /// 解 axis = option.
    pub reading: Option<(Word, Word)>,
    /// 于.
    pub day: Day,
    /// 知.
    pub known: Option<Day>,
    /// = status, as written.
    pub status: Word,
    /// 值.
    pub value: Option<Expr>,
}
