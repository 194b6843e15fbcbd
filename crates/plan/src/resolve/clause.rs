//! Clauses: a rule is built by applying its own fields as overrides to an empty one.
//!
//! The same overrides make the options of a 解 and the changes of a 修订, so that a field means the
//! same wherever it is written. Subject first, then 计, then what may speak of them.
//! Read next: `readings.rs`, `test.rs`, `steps.rs`.

use facts::FormId;
use facts::schema::registry;

use super::expr::element_forms;
use super::{Resolver, Scope, error_at};
use crate::diagnostic::Diagnostic;
use crate::expr::{Expr, Type};
use crate::plan::{Clause, Count, Override, Rule, Subject, When};
use crate::source::Place;
use crate::tree::{self, Credit, Every, Field, FieldKind, Newcomer, Origin, RuleKind};

/// What the fields of a clause may speak of.
#[derive(Clone, Debug, Default)]
pub(crate) struct ClauseScope {
    /// Forms of the subject.
    pub(crate) subject: Vec<FormId>,
    /// Names and types of the 计.
    pub(crate) counts: Vec<(String, Type)>,
    /// Which of them are flow.
    pub(crate) flows: Vec<bool>,
}

impl ClauseScope {
    fn open(&self) -> Scope {
        let counts = self.counts.clone();
        Scope { counts, ..Scope::of_subject(self.subject.clone()) }
    }
}

impl Resolver<'_> {
    /// A clause with its words, before its rule: others may name it.
    pub(crate) fn declare_clause(&mut self, item: &tree::Item, kind: RuleKind, id: &tree::Word) {
        let index = self.plan.clauses.len();
        let first = *self.clause_ids.entry(id.text.clone()).or_insert(index);
        if let Some(place) = self.plan.clauses.get(first).map(|clause| clause.place) {
            let found = Diagnostic::new("E0203", id.place, format!("条款 {} 写了两次", id.text));
            self.report(found.and(place, "先在这里"));
        }
        let title = match &item.kind {
            tree::ItemKind::Rule { title: Some(title), .. } => title.text.clone(),
            _ => String::new(),
        };
        let (mut quotes, mut notes) = (Vec::new(), Vec::new());
        for field in &item.fields {
            match &field.kind {
                FieldKind::Quote(text) => quotes.push((text.text.clone(), text.place)),
                FieldKind::Note(text) => notes.push(text.text.clone()),
                _ => {}
            }
        }
        let (id, place) = (id.text.clone(), item.place);
        let (rule, written, axes) = (None, None, Vec::new());
        let clause = Clause { id, title, kind, quotes, notes, rule, written, axes, place };
        self.plan.clauses.push(clause);
        self.clause_scopes.push(ClauseScope::default());
    }

    /// The rule and the readings of a clause.
    pub(crate) fn fill_clause(&mut self, index: usize, item: &tree::Item, kind: RuleKind) {
        if kind == RuleKind::Statement {
            return;
        }
        let fields: Vec<&Field> = item.fields.iter().collect();
        self.check_shape(item, kind);
        let (scope, changes) = self.changes(&ClauseScope::default(), &fields);
        let axes = self.axes(&scope, item);
        let subject = changes.iter().find_map(|change| match change {
            Override::Subject(subject) => Some(subject.clone()),
            _ => None,
        });
        if let Some(subject) = subject {
            let mut rule = empty_rule(subject);
            changes.iter().for_each(|change| rule.apply(change));
            self.plain_fields(&mut rule, &scope, item);
            self.default_period(&mut rule, kind);
            self.check_origin(index, &rule);
            if let Some(clause) = self.plan.clauses.get_mut(index) {
                clause.written = Some(rule);
            }
        }
        if let Some(clause) = self.plan.clauses.get_mut(index) {
            clause.axes = axes;
            clause.rule = clause.rule_under(&[]);
        }
        if let Some(slot) = self.clause_scopes.get_mut(index) {
            *slot = scope;
        }
    }

    /// E0330, E0331, E0332: which fields a kind of clause must have.
    fn check_shape(&mut self, item: &tree::Item, kind: RuleKind) {
        let any = |wanted: fn(&FieldKind) -> bool| item.fields.iter().any(|f| wanted(&f.kind));
        let subjects = |f: &&Field| matches!(f.kind, FieldKind::Who(_) | FieldKind::Each(_));
        let subjects = item.fields.iter().filter(subjects).count();
        let mut found = Vec::new();
        if subjects != 1 {
            let found_here = Diagnostic::new("E0331", item.head, "谁 与 逐 要恰有一个");
            found.push(found_here.help("谁 = 谁承担；逐 = 每一条记录各一次"));
        }
        let count = any(|f| matches!(f, FieldKind::Count { .. }));
        let must = any(|f| matches!(f, FieldKind::Must(_)));
        let shown = any(|f| matches!(f, FieldKind::Warn { .. } | FieldKind::Show));
        let step = any(|f| matches!(f, FieldKind::Step(_)));
        let missing = match kind {
            RuleKind::Duty if !count => Some(("E0330", "义务没有 计", "加一行 计 …")),
            RuleKind::Duty if !must => Some(("E0330", "义务没有 须", "加一行 须 …")),
            RuleKind::Flow if !step => Some(("E0330", "流程没有 步", "加一行 步 …")),
            RuleKind::Check if !count => Some(("E0330", "查验没有 计", "加一行 计 …")),
            RuleKind::Check if !shown => Some(("E0332", "查验没有 警 或 示", "加 警 … 或 示")),
            _ => None,
        };
        found.extend(
            missing
                .map(|(code, message, help)| Diagnostic::new(code, item.head, message).help(help)),
        );
        found.into_iter().for_each(|found| self.report(found));
        self.check_once(&item.fields);
    }

    /// What fields change, over what the clause says already.
    pub(crate) fn changes(
        &mut self,
        base: &ClauseScope,
        fields: &[&Field],
    ) -> (ClauseScope, Vec<Override>) {
        let (mut scope, mut changes) = (base.clone(), Vec::new());
        for field in fields {
            let subject = match &field.kind {
                FieldKind::Who(node) => Subject::Who(self.who(node)),
                FieldKind::Each(node) => Subject::Each(self.set(&mut Scope::default(), node)),
                _ => continue,
            };
            scope.subject = element_forms(&subject.set().ty);
            changes.push(Override::Subject(subject));
        }
        for field in fields {
            if let FieldKind::Count { name, value } = &field.kind {
                changes.push(self.count(&mut scope, name.as_ref(), value));
            }
        }
        let mut warns = Vec::new();
        for field in fields {
            if let FieldKind::Warn { test, text } = &field.kind {
                let words = text.as_ref().map(|text| text.text.clone()).unwrap_or_default();
                let test = self.test(&mut scope.open(), field.place, test, &scope.flows);
                warns.extend(test.map(|test| (test, words)));
            } else {
                changes.extend(self.change(&scope, field));
            }
        }
        if !warns.is_empty() {
            changes.push(Override::Warn(warns));
        }
        (scope, changes)
    }

    /// 谁: organisations or persons.
    fn who(&mut self, node: &tree::Expr) -> Expr {
        let set = self.set(&mut Scope::default(), node);
        let owners = self.owners();
        let forms = element_forms(&set.ty);
        if forms.iter().any(|form| !owners.contains(form)) {
            let words = self.type_words(&set.ty);
            let found =
                Diagnostic::new("E0301", node.place, format!("谁 是组织或人员，这是{words}"));
            self.report(found.help("对记录、户、居民用 逐"));
            return error_at(node.place);
        }
        set
    }

    /// The forms that can owe.
    fn owners(&self) -> Vec<FormId> {
        let known = [registry::ORG, registry::PERSON];
        known.iter().filter_map(|alias| self.plan.schema.form_named(alias)).collect()
    }

    fn count(
        &mut self,
        scope: &mut ClauseScope,
        name: Option<&tree::Word>,
        value: &tree::Expr,
    ) -> Override {
        let name = name.map(|word| word.text.clone()).unwrap_or_default();
        let value = self.value(&mut scope.open(), value);
        let flow = super::mode::is_flow(&self.plan, &value);
        let there = scope.counts.iter().position(|(other, _)| *other == name);
        let index = there.unwrap_or(scope.counts.len());
        let entry = (name.clone(), value.ty.clone());
        match (scope.counts.get_mut(index), scope.flows.get_mut(index)) {
            (Some(slot), Some(mode)) => (*slot, *mode) = (entry, flow),
            _ => {
                scope.counts.push(entry);
                scope.flows.push(flow);
            }
        }
        Override::Count(index, Count { name, value, flow })
    }

    /// What one field changes; fields that cannot be overridden give nothing.
    pub(crate) fn change(&mut self, scope: &ClauseScope, field: &Field) -> Option<Override> {
        let mut open = scope.open();
        Some(match &field.kind {
            FieldKind::BorneBy(node) => Override::BorneBy(self.borne_by(&mut open, node)),
            FieldKind::When(when) => Override::When(self.when(&mut open, when)?),
            FieldKind::Must(test) => {
                Override::Must(self.test(&mut open, field.place, test, &scope.flows)?)
            }
            FieldKind::Due { value, next_workday } => {
                Override::Due(self.due(&mut open, value, *next_workday)?)
            }
            FieldKind::Target(node) => Override::Target(self.day(&mut open, node)),
            FieldKind::Exempt(node) => Override::Exempt(self.condition(&mut open, node)),
            FieldKind::LateOk => Override::LateOk,
            FieldKind::Newcomer(newcomer) => Override::Newcomer(*newcomer),
            FieldKind::Lead(quantity) => Override::Lead(self.lead(quantity)?),
            _ => return None,
        })
    }

    /// 担: an organisation, a person, or a set of exactly one.
    fn borne_by(&mut self, scope: &mut Scope, node: &tree::Expr) -> Expr {
        let value = self.expr(scope, node, None);
        let owners = self.owners();
        let good = match &value.ty {
            Type::Ref(forms) | Type::Set(forms) => forms.iter().all(|f| owners.contains(f)),
            other => *other == Type::Unknown,
        };
        if !good {
            let words = self.type_words(&value.ty);
            let found = Diagnostic::new("E0303", node.place, format!("担 不能是{words}"));
            self.report(found.help("担 是一个组织、一个人，或恰有一个的集合"));
            return error_at(node.place);
        }
        value
    }

    /// Fields that no reading and no amendment may change.
    fn plain_fields(&mut self, rule: &mut Rule, scope: &ClauseScope, item: &tree::Item) {
        let mut steps: Vec<(&tree::Step, Place)> = Vec::new();
        for field in &item.fields {
            match &field.kind {
                FieldKind::Show => rule.show = true,
                FieldKind::Credit(credit) => rule.credit = *credit,
                FieldKind::Rollup { by, quota } => {
                    rule.rollup = Some(*by);
                    rule.quota = quota.as_ref().and_then(|(set, by)| self.quota(set, by));
                }
                FieldKind::Effort(quantity) => rule.effort = self.effort(quantity),
                FieldKind::Extend { form, field } => {
                    rule.extend = self.extend(&scope.subject, form, field);
                }
                FieldKind::Origin { part, origin, text } => {
                    let words = text.as_ref().map(|text| text.text.clone()).unwrap_or_default();
                    match part {
                        None => (rule.origin, rule.origin_text) = (*origin, words),
                        Some(part) => rule.part_origins.push((*part, *origin, words)),
                    }
                }
                FieldKind::Step(step) => steps.push((step, field.place)),
                _ => {}
            }
        }
        rule.steps = self.flow_steps(&scope.subject, &steps);
    }

    /// 配额 set 按 table.
    fn quota(&mut self, set: &tree::Word, by: &tree::Word) -> Option<(usize, usize)> {
        use super::Symbol;
        let is_set = |symbol| matches!(symbol, Symbol::Set(_));
        let is_param = |symbol| matches!(symbol, Symbol::Param(_));
        let found = (self.symbol_of(&set.text, is_set), self.symbol_of(&by.text, is_param));
        match found {
            (Some(Symbol::Set(set)), Some(Symbol::Param(param))) => Some((set, param)),
            (None, _) => {
                self.unknown_symbol(set, "集合", is_set);
                None
            }
            _ => {
                self.unknown_symbol(by, "参数", is_param);
                None
            }
        }
    }

    /// A duty of organisations or persons without 期 is owed once over the term.
    fn default_period(&mut self, rule: &mut Rule, kind: RuleKind) {
        let owed = kind == RuleKind::Duty && matches!(rule.subject, Subject::Who(_));
        if let (true, None, Some(term)) = (owed, &rule.when, self.plan.term) {
            let (every, stretches) = (Every::Once, vec![term]);
            rule.when = Some(When::Windows { every, anchor: None, stretches, onward: false });
        }
    }
}

/// A rule that asks nothing yet.
fn empty_rule(subject: Subject) -> Rule {
    Rule {
        subject,
        borne_by: None,
        when: None,
        counts: Vec::new(),
        must: None,
        warns: Vec::new(),
        show: false,
        due: None,
        target: None,
        extend: None,
        lead: None,
        exempt: None,
        late_ok: false,
        newcomer: Newcomer::AsUsual,
        credit: Credit::EachParticipant,
        rollup: None,
        quota: None,
        effort: None,
        origin: Origin::Text,
        origin_text: String::new(),
        part_origins: Vec::new(),
        steps: Vec::new(),
    }
}
