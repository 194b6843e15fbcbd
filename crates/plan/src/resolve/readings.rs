//! 解: axes with their options; exactly one option of each is starred.
//!
//! An option overrides whole fields. When it changes a 计 or the subject but not 须, 须 is read
//! again over the new 计, because its type and its mode may have changed.
//! Read next: `amend.rs`.

use super::Resolver;
use super::clause::ClauseScope;
use super::forms::alias_of;
use crate::diagnostic::Diagnostic;
use crate::plan::{Axis, AxisOption};
use crate::source::Place;
use crate::tree::{self, Field, FieldKind, Name, OriginPart, ReadingOption};

impl Resolver<'_> {
    /// All axes of a clause.
    pub(crate) fn axes(&mut self, scope: &ClauseScope, item: &tree::Item) -> Vec<Axis> {
        let mut axes: Vec<Axis> = Vec::new();
        let mut touched: Vec<(String, usize)> = Vec::new();
        let must = item.fields.iter().find(|f| matches!(f.kind, FieldKind::Must(_)));
        for field in &item.fields {
            let FieldKind::Reading { name, question, options } = &field.kind else { continue };
            if axes.iter().any(|axis| axis.label == name.label.text) {
                let message = format!("解“{}”写了两次", name.label.text);
                self.report(Diagnostic::new("E0203", name.label.place, message));
            }
            self.check_stars(name, options);
            self.check_overlap(&mut touched, axes.len(), options);
            let options = options.iter().map(|option| self.option(scope, option, must)).collect();
            let question = question.as_ref().map(|text| text.text.clone()).unwrap_or_default();
            let (label, alias) = (name.label.text.clone(), alias_of(name));
            axes.push(Axis { label, alias, question, options });
        }
        axes
    }

    /// E0401 and E0402.
    fn check_stars(&mut self, name: &Name, options: &[ReadingOption]) {
        let mut starred = options.iter().filter(|option| option.starred);
        let (first, second) = (starred.next(), starred.next());
        let label = &name.label.text;
        if let (Some(first), Some(second)) = (first, second) {
            let message = format!("解“{label}”有两个带 * 的读法");
            let found = Diagnostic::new("E0402", second.name.label.place, message);
            let found = found.and(first.name.label.place, "第一个在这里");
            self.report(found.help("只留一个 *，其余写 -"));
        } else if first.is_none() {
            let message = format!("解“{label}”没有带 * 的读法");
            let found = Diagnostic::new("E0401", name.label.place, message);
            self.report(found.help("在现行采用的读法前写 *"));
        }
    }

    /// E0420: two axes that override one field.
    fn check_overlap(
        &mut self,
        touched: &mut Vec<(String, usize)>,
        axis: usize,
        options: &[ReadingOption],
    ) {
        for field in options.iter().flat_map(|option| &option.fields) {
            let key = field_key(&field.kind);
            if touched.iter().any(|(other, at)| *other == key && *at != axis) {
                let found = Diagnostic::new("E0420", field.place, format!("两个解都改“{key}”"));
                self.report(found.help("合成一个解，或各改各的项"));
            } else if !touched.contains(&(key.clone(), axis)) {
                touched.push((key, axis));
            }
        }
    }

    fn option(
        &mut self,
        scope: &ClauseScope,
        option: &ReadingOption,
        must: Option<&Field>,
    ) -> AxisOption {
        let mut fields: Vec<&Field> = option.fields.iter().collect();
        let recounts = fields.iter().any(|field| {
            matches!(field.kind, FieldKind::Count { .. } | FieldKind::Who(_) | FieldKind::Each(_))
        });
        let restates = fields.iter().any(|field| matches!(field.kind, FieldKind::Must(_)));
        if recounts && !restates {
            fields.extend(must);
        }
        option.fields.iter().for_each(|field| self.check_change(field));
        self.check_once(&option.fields);
        let (_, overrides) = self.changes(scope, &fields);
        AxisOption {
            label: option.name.label.text.clone(),
            alias: alias_of(&option.name),
            text: option.text.text.clone(),
            starred: option.starred,
            overrides,
        }
    }
}

impl Resolver<'_> {
    /// E0190: a field of an option or a 修订 that changes nothing yet would be lost in silence.
    pub(crate) fn check_change(&mut self, field: &Field) {
        let key = field_key(&field.kind);
        if UNCHANGED.contains(&key.split(' ').next().unwrap_or("")) {
            let message = format!("解 和 修订 还不能改“{key}”");
            let found = Diagnostic::new("E0190", field.place, message);
            self.report(
                found.help("能改 谁 逐 担 期 计 须 警 限 望 免 补 新到 提前；其余写在条款里"),
            );
        }
    }

    /// E0203: a field that stands twice in one place, where the second would win in silence.
    pub(crate) fn check_once(&mut self, fields: &[Field]) {
        let mut seen: Vec<(String, Place)> = Vec::new();
        for field in fields {
            let key = field_key(&field.kind);
            if REPEATED.contains(&key.as_str()) {
                continue;
            }
            if let Some((_, first)) = seen.iter().find(|(other, _)| *other == key) {
                let found = Diagnostic::new("E0203", field.place, format!("“{key}”写了两次"));
                self.report(found.and(*first, "先在这里").help("只留一个"));
            } else {
                seen.push((key, field.place));
            }
        }
    }
}

/// Fields that belong to a clause as a whole.
const UNCHANGED: [&str; 10] = ["引", "示", "延", "记", "汇", "耗", "注", "源", "步", "解"];
/// Fields that may stand several times; 谁 and 逐 have a finding of their own.
const REPEATED: [&str; 6] = ["谁", "警", "引", "注", "步", "解"];

/// What a field overrides; 谁 and 逐 are one.
fn field_key(kind: &FieldKind) -> String {
    let word = match kind {
        FieldKind::Who(_) | FieldKind::Each(_) => "谁",
        FieldKind::Count { name, .. } => {
            let name = name.as_ref().map_or("", |word| word.text.as_str());
            return format!("计 {name}").trim_end().to_string();
        }
        FieldKind::BorneBy(_) => "担",
        FieldKind::When(_) => "期",
        FieldKind::Must(_) => "须",
        FieldKind::Warn { .. } => "警",
        FieldKind::Due { .. } => "限",
        FieldKind::Target(_) => "望",
        FieldKind::Exempt(_) => "免",
        FieldKind::LateOk => "补",
        FieldKind::Newcomer(_) => "新到",
        FieldKind::Lead(_) => "提前",
        FieldKind::Quote(_) => "引",
        FieldKind::Show => "示",
        FieldKind::Extend { .. } => "延",
        FieldKind::Credit(_) => "记",
        FieldKind::Rollup { .. } => "汇",
        FieldKind::Effort(_) => "耗",
        FieldKind::Note(_) => "注",
        FieldKind::Origin { part, .. } => {
            let part = part.map_or("", |part| match part {
                OriginPart::Count => "计",
                OriginPart::Must => "须",
                OriginPart::Due => "限",
                OriginPart::When => "期",
            });
            return format!("源 {part}").trim_end().to_string();
        }
        FieldKind::Step(_) => "步",
        FieldKind::Reading { .. } => "解",
        _ => "其他",
    };
    word.to_string()
}
