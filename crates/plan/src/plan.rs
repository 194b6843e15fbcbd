//! The compiled plan: an order that a machine can judge.
//!
//! Made by `compile` from the texts; read by the engine, the screens and the checks. Everything a
//! campaign fixes stands here: numbers, dates, quotas, readings, origins. It holds no facts.
//! Read next: `expr.rs` for expressions, `resolve.rs` for how it is made.

use facts::{CodeListId, Day, FieldId, FormId, Number, Schema, Span, Value};

use crate::expr::Expr;
use crate::source::Place;
pub use crate::tree::{Applies, CompareOp, Credit, Every, Newcomer, Origin, OriginPart, Rollup};
pub use crate::tree::{RuleKind, Unit};
pub use document::{Conduct, Contained, Document};

mod document;

/// A compiled paper.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// `binzhou-2012-15`.
    pub id: String,
    /// The paper's title.
    pub title: String,
    /// 发文.
    pub number: String,
    /// 由: id and name of the issuing organisation.
    pub issuer: Option<(String, String)>,
    /// 期限.
    pub term: Option<Span>,
    /// 历法, the name of the workday calendar; empty when not given.
    pub calendar: String,
    /// 原文, path relative to the plan.
    pub paper: Option<String>,
    /// 时段, in order.
    pub periods: Vec<NamedPeriod>,
    /// Forms and code lists.
    pub schema: Schema,
    /// What the schema cannot hold: derived fields, owners, constraints.
    pub form_rules: Vec<FormRules>,
    /// Named sets, for screens and checks; measures use them expanded.
    pub sets: Vec<NamedSet>,
    /// Parameters.
    pub params: Vec<Param>,
    /// All clauses in order of the plan.
    pub clauses: Vec<Clause>,
    /// 修订, by day.
    pub amendments: Vec<Amendment>,
    /// 核算.
    pub totals: Vec<Total>,
    /// 例.
    pub examples: Vec<Example>,
    /// 守则.
    pub conduct: Vec<Conduct>,
    /// 文书.
    pub documents: Vec<Document>,
}

/// 时段.
#[derive(Clone, Debug)]
pub struct NamedPeriod {
    /// Chinese name.
    pub label: String,
    /// Its days.
    pub span: Span,
}

/// 集合.
#[derive(Clone, Debug)]
pub struct NamedSet {
    /// Chinese name.
    pub label: String,
    /// Its value; type `Set`.
    pub value: Expr,
}

/// 参数.
#[derive(Clone, Debug)]
pub struct Param {
    /// Chinese name.
    pub label: String,
    /// One value, or rows by key.
    pub value: ParamValue,
    /// 自.
    pub from: Option<Day>,
    /// 据, the paper that sets it; empty when not given.
    pub basis: String,
}

/// Value of a parameter.
#[derive(Clone, Debug)]
pub enum ParamValue {
    /// One value.
    Single(Value),
    /// By key: an organisation's id as text, a code, a number.
    Table(Vec<(Value, Value)>),
}

/// What a plan says of a form beyond its fields; index = FormId.
#[derive(Clone, Debug, Default)]
pub struct FormRules {
    /// 归; level 0 is the record.
    pub owner: Option<Expr>,
    /// 算, by field; level 0 is the record.
    pub derived: Vec<(FieldId, Expr)>,
    /// 须 of fields, with the words shown.
    pub constraints: Vec<(FieldId, Expr, String)>,
    /// 显: when a field is asked for.
    pub shown: Vec<(FieldId, Expr)>,
    /// 择: what may be chosen.
    pub choices: Vec<(FieldId, Expr)>,
    /// Where the form, and each of its own fields, is named.
    pub places: Vec<(Option<FieldId>, Place)>,
}

/// A numbered sentence of the paper.
#[derive(Clone, Debug)]
pub struct Clause {
    /// `C037`.
    pub id: String,
    /// Its title, may be empty.
    pub title: String,
    /// 义务, 流程, 查验, 陈述.
    pub kind: RuleKind,
    /// 引, with the place of the string.
    pub quotes: Vec<(String, Place)>,
    /// 注.
    pub notes: Vec<String>,
    /// The rule under the official reading; `None` for a 陈述 or when it could not be resolved.
    pub rule: Option<Rule>,
    /// The rule as its own fields write it, before any option: what another reading starts from.
    pub written: Option<Rule>,
    /// 解.
    pub axes: Vec<Axis>,
    /// The whole item.
    pub place: Place,
}

/// 解: several ways to understand a sentence.
#[derive(Clone, Debug)]
pub struct Axis {
    /// Name.
    pub label: String,
    /// ASCII name.
    pub alias: String,
    /// The question it answers.
    pub question: String,
    /// The ways; exactly one is starred.
    pub options: Vec<AxisOption>,
}

/// One way.
#[derive(Clone, Debug)]
pub struct AxisOption {
    /// Name.
    pub label: String,
    /// ASCII name.
    pub alias: String,
    /// What it says.
    pub text: String,
    /// Whether it is official.
    pub starred: bool,
    /// What it overrides.
    pub overrides: Vec<Override>,
}

/// Whole fields of a rule replaced by an option or an amendment.
#[derive(Clone, Debug)]
pub enum Override {
    /// 谁 or 逐.
    Subject(Subject),
    /// 担.
    BorneBy(Expr),
    /// 期.
    When(When),
    /// 计, by index into the base rule's counts.
    Count(usize, Count),
    /// 须.
    Must(Test),
    /// 警; all of them together.
    Warn(Vec<(Test, String)>),
    /// 限.
    Due(Due),
    /// 望.
    Target(Expr),
    /// 免.
    Exempt(Expr),
    /// 补.
    LateOk,
    /// 新到.
    Newcomer(Newcomer),
    /// 提前, in days.
    Lead(i32),
}

/// What is owed, by whom, when.
#[derive(Clone, Debug)]
pub struct Rule {
    /// 谁 or 逐.
    pub subject: Subject,
    /// 担.
    pub borne_by: Option<Expr>,
    /// 期; 义务 with 谁 without 期 is 一次 over the term.
    pub when: Option<When>,
    /// 计, in order; the unnamed one has an empty name.
    pub counts: Vec<Count>,
    /// 须.
    pub must: Option<Test>,
    /// 警 with its words.
    pub warns: Vec<(Test, String)>,
    /// 示.
    pub show: bool,
    /// 限.
    pub due: Option<Due>,
    /// 望.
    pub target: Option<Expr>,
    /// 延 form 至 field: the form, its fields that may refer to the element, the field with the
    /// day.
    pub extend: Option<Extend>,
    /// 提前, in days; `None` = default of the period's kind.
    pub lead: Option<i32>,
    /// 免.
    pub exempt: Option<Expr>,
    /// 补.
    pub late_ok: bool,
    /// 新到.
    pub newcomer: Newcomer,
    /// 记.
    pub credit: Credit,
    /// 汇.
    pub rollup: Option<Rollup>,
    /// 配额 set 按 table parameter: name of the set's index and of the parameter's index.
    pub quota: Option<(usize, usize)>,
    /// 耗, in minutes.
    pub effort: Option<Number>,
    /// 源 without a part.
    pub origin: Origin,
    /// Its words.
    pub origin_text: String,
    /// 源 with a part.
    pub part_origins: Vec<(OriginPart, Origin, String)>,
    /// 步 of a 流程.
    pub steps: Vec<FlowStep>,
}

/// 谁 or 逐.
#[derive(Clone, Debug)]
pub enum Subject {
    /// Organisations or persons who owe.
    Who(Expr),
    /// Rows; who owes is 担 or the form's 归.
    Each(Expr),
}

impl Subject {
    /// The set.
    pub fn set(&self) -> &Expr {
        match self {
            Subject::Who(set) | Subject::Each(set) => set,
        }
    }
}

/// 期, with windows resolved to days.
#[derive(Clone, Debug)]
pub enum When {
    /// Calendar periods over stretches.
    Windows {
        /// 一次, 每段, 每2月.
        every: Every,
        /// 起.
        anchor: Option<Day>,
        /// Stretches, joined ones already one; in order.
        stretches: Vec<Span>,
        /// 续.
        onward: bool,
    },
    /// 滚动 q 自 expr; the length is a number of `unit`.
    Rolling { length: i32, unit: Unit, from: Option<Expr> },
}

/// 计.
#[derive(Clone, Debug)]
pub struct Count {
    /// Name, empty for the unnamed one.
    pub name: String,
    /// The measure.
    pub value: Expr,
    /// Cannot fall when records with later dates are added (§5 Mode).
    pub flow: bool,
}

/// 须 and 警.
#[derive(Clone, Debug)]
pub struct Test {
    /// A condition over `ExprKind::Count(i)`; level 0 is the subject.
    pub condition: Expr,
    /// Its comparisons of one 计 with a target, for the columns value and target.
    pub parts: Vec<TestPart>,
    /// Whether the whole test is flow (every part a flow 计 with a lower bound, no 非).
    pub flow: bool,
}

/// One comparison of a 计 with its target.
#[derive(Clone, Debug)]
pub struct TestPart {
    /// Index into the counts.
    pub count: usize,
    /// The comparison; a bare 是 is `>= 1`.
    pub op: CompareOp,
    /// What it is held against.
    pub target: Expr,
}

/// 限.
#[derive(Clone, Debug)]
pub struct Due {
    /// A day; a conditional length is already added to 始.
    pub value: Expr,
    /// 顺延.
    pub next_workday: bool,
}

/// 延 F 至 f.
#[derive(Clone, Debug)]
pub struct Extend {
    /// The form F.
    pub form: FormId,
    /// Its fields that may refer to the element.
    pub refers: Vec<FieldId>,
    /// f, the new due day.
    pub new_due: FieldId,
}

/// 步.
#[derive(Clone, Debug)]
pub struct FlowStep {
    /// Name.
    pub label: String,
    /// ASCII name.
    pub alias: String,
    /// The form whose record does it.
    pub form: FormId,
    /// Its fields that may refer to the element.
    pub refers: Vec<FieldId>,
    /// 限: amount and unit after the anchor.
    pub due: Option<(Expr, Unit)>,
    /// 自: index of the step it is anchored at.
    pub after: Option<usize>,
    /// 须; level 0 is the element (本), level 1 the record of the step.
    pub must: Option<Expr>,
}

/// 修订.
#[derive(Clone, Debug)]
pub struct Amendment {
    /// From this day.
    pub day: Day,
    /// 据.
    pub basis: String,
    /// Index into the clauses.
    pub clause: usize,
    /// What it changes.
    pub change: Override,
    /// 适用.
    pub applies: Applies,
    /// Where.
    pub place: Place,
}

/// 核算.
#[derive(Clone, Debug)]
pub struct Total {
    /// Its title.
    pub title: String,
    /// A condition.
    pub condition: Expr,
}

/// 例: a small world and what must be true in it.
#[derive(Clone, Debug)]
pub struct Example {
    /// Its title.
    pub title: String,
    /// Posts given: person, group code, organisation, from, to.
    pub posts: Vec<GivenPost>,
    /// Records given, in order.
    pub records: Vec<GivenRecord>,
    /// What must be true.
    pub expects: Vec<Expect>,
    /// Where.
    pub place: Place,
}

/// 设 x 任 group 于 org.
#[derive(Clone, Debug)]
pub struct GivenPost {
    /// Name of the person in the example.
    pub person: String,
    /// Code of 岗类码.
    pub group: u16,
    /// 例市, 例县, 例乡, 例村.
    pub org: String,
    /// First day, default 2000-01-01.
    pub from: Option<Day>,
    /// Last day.
    pub to: Option<Day>,
    /// Where.
    pub place: Place,
}

/// 设 x = form(…).
#[derive(Clone, Debug)]
pub struct GivenRecord {
    /// Name in the example.
    pub name: Option<String>,
    /// The form.
    pub form: FormId,
    /// Field values; references are names of the example's world.
    pub values: Vec<(FieldId, GivenValue)>,
    /// Where.
    pub place: Place,
}

/// A value of an example's record.
#[derive(Clone, Debug)]
pub enum GivenValue {
    /// A value.
    Plain(Value),
    /// A name of the example's world.
    Name(String),
    /// A list of either.
    List(Vec<GivenValue>),
}

/// 则.
#[derive(Clone, Debug)]
pub struct Expect {
    /// Index into the clauses.
    pub clause: usize,
    /// Index of the step.
    pub step: Option<usize>,
    /// Name of the subject in the example's world.
    pub subject: String,
    /// A day inside the period.
    pub period: Option<Day>,
    /// Axis and option indices of the clause.
    pub reading: Option<(usize, usize)>,
    /// As of.
    pub day: Day,
    /// Known by.
    pub known: Option<Day>,
    /// Expected status.
    pub status: Status,
    /// Expected value.
    pub value: Option<Value>,
    /// Where.
    pub place: Place,
}

/// Status of an obligation (§6.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// 未到.
    NotDue,
    /// 待办.
    Due,
    /// 完成.
    Met,
    /// 迟.
    Late,
    /// 缺.
    Missing,
    /// 免.
    Exempt,
    /// 撤.
    Cancelled,
}

impl Status {
    /// All, in the order of the standing's columns.
    pub const ALL: [Status; 7] = [
        Status::NotDue,
        Status::Due,
        Status::Met,
        Status::Late,
        Status::Missing,
        Status::Exempt,
        Status::Cancelled,
    ];

    /// The word in files.
    pub fn word(self) -> &'static str {
        match self {
            Status::NotDue => "not_due",
            Status::Due => "due",
            Status::Met => "met",
            Status::Late => "late",
            Status::Missing => "missing",
            Status::Exempt => "exempt",
            Status::Cancelled => "cancelled",
        }
    }

    /// The word in plans and on screen.
    pub fn label(self) -> &'static str {
        match self {
            Status::NotDue => "未到",
            Status::Due => "待办",
            Status::Met => "完成",
            Status::Late => "迟",
            Status::Missing => "缺",
            Status::Exempt => "免",
            Status::Cancelled => "撤",
        }
    }
}

impl Plan {
    /// Index of the clause with this id.
    pub fn clause_named(&self, id: &str) -> Option<usize> {
        self.clauses.iter().position(|clause| clause.id == id)
    }

    /// The code list with this label or alias.
    pub fn code_list_named(&self, name: &str) -> Option<CodeListId> {
        let lists = &self.schema.code_lists;
        let found = lists.iter().position(|list| list.label == name || list.alias == name)?;
        Some(CodeListId(found as u16))
    }
}

impl Clause {
    /// The rule with one option chosen per axis; axes left out follow the star (§6.11).
    pub fn rule_under(&self, choices: &[(usize, usize)]) -> Option<Rule> {
        let mut rule = self.written.clone()?;
        for (at, axis) in self.axes.iter().enumerate() {
            let asked = choices.iter().rfind(|(axis, _)| *axis == at);
            let chosen = asked.map_or_else(
                || axis.options.iter().find(|option| option.starred),
                |(_, option)| axis.options.get(*option),
            );
            for change in chosen.into_iter().flat_map(|option| &option.overrides) {
                rule.apply(change);
            }
        }
        Some(rule)
    }
}

impl Rule {
    /// Replaces whole fields.
    pub fn apply(&mut self, change: &Override) {
        match change.clone() {
            Override::Subject(subject) => self.subject = subject,
            Override::BorneBy(expr) => self.borne_by = Some(expr),
            Override::When(when) => self.when = Some(when),
            Override::Count(index, count) => match self.counts.get_mut(index) {
                Some(slot) => *slot = count,
                None => self.counts.push(count),
            },
            Override::Must(test) => self.must = Some(test),
            Override::Warn(warns) => self.warns = warns,
            Override::Due(due) => self.due = Some(due),
            Override::Target(expr) => self.target = Some(expr),
            Override::Exempt(expr) => self.exempt = Some(expr),
            Override::LateOk => self.late_ok = true,
            Override::Newcomer(newcomer) => self.newcomer = newcomer,
            Override::Lead(days) => self.lead = Some(days),
        }
    }

    /// The origin that stands in the column of an obligation.
    pub fn column_origin(&self) -> Origin {
        self.origin
    }
}
