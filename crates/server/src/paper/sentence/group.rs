//! Sets in words: 市、县两级机关干部; 岗类是…的人; each household that ….
//!
//! Organisations are said by their levels and people by post and level, because that is how papers
//! speak of them. Any other set is its form's word with its conditions.

use facts::schema::registry;
use facts::{FormId, Value};
use plan::expr::{Expr, ExprKind, Type};
use plan::plan::{Rule, Subject};

use super::measure;
use super::value::Speaker;
use super::word;

/// Fields of the registry by which papers name people and organisations.
const LEVEL: &str = "level";
const GROUP: &str = "group";
const UNIT: &str = "org";

impl Speaker<'_> {
    /// 谁 or 逐.
    pub fn who(&mut self, rule: &Rule) -> String {
        match &rule.subject {
            Subject::Who(set) if matches!(set.kind, ExprKind::All(_)) => {
                format!("所有{}", self.set(set))
            }
            Subject::Who(set) => self.set(set),
            Subject::Each(set) => {
                let words = self.set(set);
                let unit = self.set_unit(set);
                let words = words.strip_prefix(unit).unwrap_or(&words);
                format!("每一{unit}{words}")
            }
        }
    }

    /// 担: a set of organisations, or one reached from the subject.
    pub fn bearer(&mut self, bearer: &Expr) -> String {
        match &bearer.ty {
            Type::Set(_) => self.set(bearer),
            _ => self.value(bearer),
        }
    }

    /// A set as a noun.
    pub fn set(&mut self, set: &Expr) -> String {
        if let Some(levels) = self.levels(set) {
            return format!("{}单位", rank(&levels));
        }
        if let Some(people) = self.people(set) {
            return people;
        }
        match &set.kind {
            ExprKind::All(forms) => {
                let nouns: Vec<String> =
                    forms.iter().map(|form| self.form_words(*form).noun).collect();
                nouns.join("、")
            }
            ExprKind::Filter { set: base, level, condition } => {
                self.filtered(base, *level, condition)
            }
            ExprKind::Union(parts) => {
                let parts: Vec<String> = parts.iter().map(|part| self.set(part)).collect();
                parts.join("、")
            }
            ExprKind::Without(left, right) => {
                format!("{}（不含{}）", self.set(left), self.set(right))
            }
            ExprKind::Both(left, right) => {
                format!("既是{}又是{}的", self.set(left), self.set(right))
            }
            _ => self.own_words(set),
        }
    }

    /// `A（B，并且 C）`; what only ties it to the subject is said before the noun.
    fn filtered(&mut self, base: &Expr, level: u8, condition: &Expr) -> String {
        let noun = self.set(base);
        let (ties, rest): (Vec<&Expr>, Vec<&Expr>) =
            measure::parts(condition).into_iter().partition(|part| self.is_tie(level, part));
        let own = if ties.is_empty() || level == 0 { "" } else { self.own_word() };
        let form = base_form(base);
        let said = rest.into_iter().map(|part| self.inside(level, form, |here| here.value(part)));
        let said = said.collect::<Vec<_>>().join("，并且");
        match (said.is_empty(), noun.strip_suffix('）')) {
            (true, _) => format!("{own}{noun}"),
            (false, Some(open)) => format!("{own}{open}，并且{said}）"),
            (false, None) => format!("{own}{noun}（{said}）"),
        }
    }

    /// What one of a set is counted in.
    pub fn set_unit(&self, set: &Expr) -> &'static str {
        base_form(set).map_or("个", |form| self.form_words(form).unit)
    }

    /// Whether a set is one of people who hold posts.
    pub fn is_person(&self, set: &Expr) -> bool {
        base_form(set).is_some_and(|form| self.alias(form) == registry::PERSON)
    }

    /// Levels of a set of organisations told apart by level alone.
    fn levels(&self, set: &Expr) -> Option<Vec<String>> {
        match &set.kind {
            ExprKind::Union(parts) => {
                let mut all = Vec::new();
                for part in parts {
                    all.extend(self.levels(part)?);
                }
                Some(distinct(all))
            }
            ExprKind::Filter { set: base, condition, .. } => {
                let ExprKind::All(forms) = &base.kind else { return None };
                let org = forms.first().is_some_and(|form| self.alias(*form) == registry::ORG);
                let codes = org.then(|| self.codes_of(condition, LEVEL)).flatten()?;
                let words = codes.iter().map(|(alias, label)| word::level_word(alias, label));
                Some(distinct(words.map(str::to_owned).collect()))
            }
            _ => None,
        }
    }

    /// People told by post and by the level of their organisation.
    fn people(&mut self, set: &Expr) -> Option<String> {
        if let ExprKind::Union(parts) = &set.kind {
            let told: Option<Vec<(String, String)>> =
                parts.iter().map(|part| self.people_parts(part)).collect();
            return told.map(joined_people);
        }
        self.people_parts(set).map(|(rank, group)| format!("{rank}{group}"))
    }

    fn people_parts(&mut self, set: &Expr) -> Option<(String, String)> {
        if let ExprKind::Union(_) = &set.kind {
            return self.people(set).map(|words| (String::new(), words));
        }
        let ExprKind::Filter { set: base, condition, .. } = &set.kind else { return None };
        if !matches!(base.kind, ExprKind::All(_)) || !self.is_person(base) {
            return None;
        }
        let parts: Vec<&Expr> = match &condition.kind {
            ExprKind::And(parts) => parts.iter().collect(),
            _ => vec![condition],
        };
        let (mut place, mut groups) = (String::new(), Vec::new());
        for part in parts {
            if let Some(codes) = self.codes_of(part, GROUP) {
                groups.extend(codes.iter().map(|(alias, label)| word::group_word(alias, label)));
            } else if let ExprKind::In(left, right) = &part.kind
                && self.last_alias(left) == Some(UNIT)
                && matches!(right.ty, Type::Set(_))
            {
                place = self.levels(right).map(|levels| rank(&levels))?;
            } else {
                return None;
            }
        }
        let groups = if groups.is_empty() { "干部".to_owned() } else { groups.join("、") };
        Some((place, groups))
    }

    /// `field = code` or `field 属于 (codes)`, as alias and label.
    fn codes_of(&self, condition: &Expr, field: &str) -> Option<Vec<(String, String)>> {
        let (left, right) = match &condition.kind {
            ExprKind::Compare(plan::expr::CompareOp::Equal, left, right)
            | ExprKind::In(left, right) => (left, right),
            _ => return None,
        };
        if self.last_alias(left) != Some(field) {
            return None;
        }
        let Type::Code(list) = &left.ty else { return None };
        let codes = &self.plan.schema.code_list(*list).codes;
        let one = |value: &Value| match value {
            Value::Code(code) => codes.get(usize::from(*code)),
            _ => None,
        };
        let named = |code: &facts::Code| (code.alias.clone(), code.label.clone());
        let mut found = Vec::new();
        let values: Vec<&Value> = match &right.kind {
            ExprKind::Constant(value) => value.members().iter().collect(),
            ExprKind::List(items) => {
                let constants = items.iter().map(|item| match &item.kind {
                    ExprKind::Constant(value) => Some(value),
                    _ => None,
                });
                constants.collect::<Option<Vec<&Value>>>()?
            }
            _ => return None,
        };
        for value in values {
            found.push(named(one(value)?));
        }
        Some(found)
    }
}

/// The one form a set is made of.
pub fn base_form(set: &Expr) -> Option<FormId> {
    match &set.ty {
        Type::Set(forms) => forms.first().copied().filter(|_| forms.len() == 1),
        _ => None,
    }
}

/// `市、县两级`, `县级`.
fn rank(levels: &[String]) -> String {
    match levels {
        [one] => format!("{one}级"),
        many => format!("{}{}级", many.join("、"), word::several(many.len())),
    }
}

/// Several groups of one place are said with the place once.
fn joined_people(told: Vec<(String, String)>) -> String {
    let mut said: Vec<(String, Vec<String>)> = Vec::new();
    for (place, group) in told {
        match said.last_mut().filter(|(last, _)| *last == place) {
            Some((_, groups)) => groups.push(group),
            None => said.push((place, vec![group])),
        }
    }
    let parts = said.into_iter().map(|(place, groups)| format!("{place}{}", groups.join("和")));
    parts.collect::<Vec<_>>().join("，以及")
}

fn distinct(words: Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for word in words {
        if !kept.contains(&word) {
            kept.push(word);
        }
    }
    kept
}
