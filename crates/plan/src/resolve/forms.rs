//! Builds the schema: code lists and forms with their typed fields.
//!
//! Two passes, because forms refer to each other: names first, then fields. Every form begins with
//! the six common fields. Expressions of forms (归, 算, 须) are `derived.rs`.
//! Read next: `derived.rs`.

use facts::schema::{self, registry};
use facts::{
    Arity, Code, CodeList, CodeListId, Field, FieldId, FieldType, Form, FormId, Merge, Privacy,
    Shape,
};

use rustc_hash::FxHashSet;

use super::{Resolver, Symbol, unknown};
use crate::diagnostic::Diagnostic;
use crate::plan::FormRules;
use crate::tree::{self, CodeDef, FieldTypeDef, FormFieldDef, FormModifier, Name, Word};

/// Alias of the form that every record is of.
const RECORD: &str = "record";
/// Most fields of a form: each is compared with the others.
const FIELDS_MAX: usize = 1_000;

impl Resolver<'_> {
    /// A code list of the plan.
    pub(crate) fn declare_codes(&mut self, name: &Name, codes: &[CodeDef]) {
        let id = self.push_codes(name.label.text.clone(), alias_of(name), codes);
        self.declare(name, Symbol::Codes(id));
    }

    fn push_codes(&mut self, label: String, alias: String, codes: &[CodeDef]) -> CodeListId {
        let mut list = CodeList { label, alias, codes: Vec::new() };
        let mut names = FxHashSet::default();
        for code in codes {
            let (label, alias) = (code.name.label.text.clone(), alias_of(&code.name));
            if names.contains(&label) || names.contains(&alias) {
                let message = format!("代码“{label}”或其别名在“{}”里写了两次", list.label);
                self.report(Diagnostic::new("E0203", code.name.label.place, message));
                continue;
            }
            names.extend([label.clone(), alias.clone()]);
            list.codes.push(Code { label, alias, from: code.from, to: code.to });
        }
        let id = CodeListId(u16::try_from(self.plan.schema.code_lists.len()).unwrap_or(u16::MAX));
        self.plan.schema.code_lists.push(list);
        id
    }

    /// A form, without its fields.
    pub(crate) fn declare_form(&mut self, name: &Name) -> FormId {
        let id = FormId(u16::try_from(self.plan.schema.forms.len()).unwrap_or(u16::MAX));
        let alias = alias_of(name);
        self.plan.schema.forms.push(Form {
            label: name.label.text.clone(),
            builtin: alias == RECORD,
            alias,
            fields: Vec::new(),
            shape: Shape::Thing,
            axis: None,
            end: None,
            registry: false,
            versioned: None,
            public: false,
            compartment: false,
            merged: None,
        });
        let places = vec![(None, name.label.place)];
        self.plan.form_rules.push(FormRules { places, ..FormRules::default() });
        self.declare(name, Symbol::Form(id));
        id
    }

    /// The fields and modifiers of a form.
    pub(crate) fn fill_form(&mut self, id: FormId, item: &tree::Item, modifiers: &[FormModifier]) {
        let index = id.0 as usize;
        let Some(form) = self.plan.schema.forms.get(index) else { return };
        let (builtin, label) = (form.builtin, form.label.clone());
        let alias = form.alias.clone();
        let public = modifiers.contains(&FormModifier::Public);
        let mut fields = self.common_fields();
        let mut axis = None;
        for field in item.fields.iter().filter(|_| !builtin) {
            let tree::FieldKind::FormField(def) = &field.kind else { continue };
            if fields.len() >= FIELDS_MAX {
                let message = format!("一个表单里的字段多于 {FIELDS_MAX} 个");
                let found = Diagnostic::new("E0106", def.name.label.place, message);
                self.report(found.help("分成几个表单"));
                break;
            }
            if let Some(twin) = fields.iter().find(|f| clash(f, def)) {
                let message = format!("“{}”在表单“{label}”里已经有了", twin.label);
                self.report(Diagnostic::new("E0203", def.name.label.place, message));
                continue;
            }
            let at = FieldId(u16::try_from(fields.len()).unwrap_or(u16::MAX));
            let made = self.field((&label, &alias), def, public);
            if def.axis && axis.replace(at).is_some() {
                let message = format!("表单“{label}”有两个 ⏱");
                self.report(Diagnostic::new("E0203", def.name.label.place, message));
            }
            fields.push(made);
        }
        let Some(form) = self.plan.schema.forms.get_mut(index) else { return };
        form.fields = fields;
        form.public = public;
        form.axis = axis;
        form.registry = modifiers.contains(&FormModifier::Registry);
        form.compartment = modifiers.contains(&FormModifier::Compartment);
        self.modify(id, modifiers);
        if let Some(form) = self.plan.schema.forms.get_mut(index) {
            lay_in_time(form);
        }
    }

    /// 合并 and 分段.
    fn modify(&mut self, id: FormId, modifiers: &[FormModifier]) {
        for modifier in modifiers {
            match modifier {
                FormModifier::Versioned(word) => {
                    let field = self.field_of(id, word);
                    if let Some(form) = self.plan.schema.forms.get_mut(id.0 as usize) {
                        form.versioned = field;
                    }
                }
                FormModifier::Merged(words) => {
                    let named = words.iter().filter(|w| !is_consecutive(&w.text));
                    let same = named.filter_map(|word| self.field_of(id, word)).collect();
                    if let Some(form) = self.plan.schema.forms.get_mut(id.0 as usize) {
                        form.merged = Some(Merge { same });
                    }
                }
                _ => {}
            }
        }
    }

    /// A field of a form by name, or a finding.
    pub(crate) fn field_of(&mut self, id: FormId, word: &Word) -> Option<FieldId> {
        let form = self.plan.schema.forms.get(id.0 as usize)?;
        if let Some(field) = form.field_named(&word.text) {
            return Some(field);
        }
        let names = form.fields.iter().map(|field| field.label.as_str()).collect();
        let message = format!("表单“{}”没有“{}”这一项", form.label, word.text);
        let found = unknown(word, &message, names);
        self.report(found);
        None
    }

    fn field(&mut self, form: (&str, &str), def: &FormFieldDef, public: bool) -> Field {
        let (label, alias) = (def.name.label.text.clone(), alias_of(&def.name));
        let ty = match &def.ty {
            FieldTypeDef::Named(words) => self.named_type(words),
            FieldTypeDef::Codes(codes) => {
                let (list, ascii) = (format!("{}.{label}", form.0), format!("{}.{alias}", form.1));
                FieldType::Code(self.push_codes(list, ascii, codes))
            }
        };
        let privacy = self.privacy(def, &ty, public);
        Field {
            label,
            alias,
            ty,
            arity: def.arity,
            privacy,
            derived: def.derived.is_some(),
            builtin: def.builtin,
            step: def.step,
        }
    }

    /// Free text without a class is sealed, and somebody must say so.
    fn privacy(&mut self, def: &FormFieldDef, ty: &FieldType, public: bool) -> Privacy {
        let open = public || def.public || *ty != FieldType::Text;
        match def.privacy {
            Some(class) => class,
            None if open => Privacy::Open,
            None => {
                let message = format!("文本“{}”没有标明密级", def.name.label.text);
                let found = Diagnostic::new("E0601", def.name.label.place, message);
                self.report(found.help("写 🔒（密）、◐（半密），或 公开"));
                Privacy::Sealed
            }
        }
    }

    fn named_type(&mut self, words: &[Word]) -> FieldType {
        if let [word] = words {
            if let Some(ty) = builtin_type(&word.text) {
                return ty;
            }
            if let Some(Symbol::Codes(list)) = self.symbol_of(&word.text, is_codes) {
                return FieldType::Code(list);
            }
        }
        let mut forms = Vec::new();
        for word in words {
            match self.symbol_of(&word.text, |s| matches!(s, Symbol::Form(_))) {
                Some(Symbol::Form(form)) => forms.push(form),
                _ => self.unknown_symbol(word, "类型、代码或表单", is_type),
            }
        }
        if forms.is_empty() { FieldType::AnyRef } else { FieldType::Ref(forms) }
    }

    /// The six fields of 记录, in the order that `facts::schema` fixes.
    fn common_fields(&self) -> Vec<Field> {
        let target = |alias| match self.plan.schema.form_named(alias) {
            Some(form) => FieldType::Ref(vec![form]),
            None => FieldType::AnyRef,
        };
        let make = |label: &str, alias: &str, ty, arity| Field {
            label: label.into(),
            alias: alias.into(),
            ty,
            arity,
            privacy: Privacy::Open,
            derived: false,
            builtin: false,
            step: None,
        };
        let fields = vec![
            make("编号", "id", FieldType::Text, Arity::One),
            make("记录人", "recorded_by", target(registry::PERSON), Arity::Optional),
            make("记录单位", "recorded_org", target(registry::ORG), Arity::Optional),
            // Required of a form, but a fact folder may leave it out: then it was known always.
            make("记录日", "recorded_at", FieldType::Day, Arity::Optional),
            make("代记", "entered_for", target(registry::PERSON), Arity::Optional),
            make("已确认", "confirmed", FieldType::Bool, Arity::Optional),
        ];
        debug_assert_eq!(fields.len(), schema::COMMON_FIELDS);
        fields
    }
}

/// Shape, axis and end of a form, by its days (§6.1).
fn lay_in_time(form: &mut Form) {
    let day = |label: &str, alias: &str| {
        let named = |f: &&Field| f.label == label || f.alias == alias;
        let found = form.fields.iter().position(|f| named(&f) && f.ty == FieldType::Day)?;
        u16::try_from(found).ok().map(FieldId)
    };
    let (from, end) = (day("起", "from"), day("止", "to"));
    let axis = form.axis.or(from);
    let required = |id: Option<FieldId>| {
        let field = id.and_then(|id| form.fields.get(id.0 as usize));
        field.is_some_and(|f| f.arity == Arity::One)
    };
    // Organisations and divisions have versions, and 起 that may be missing: they are things.
    let versions_of_thing = form.versioned.is_some() && !required(axis);
    form.shape = match (axis, end) {
        (None, _) => Shape::Thing,
        _ if versions_of_thing => Shape::Thing,
        (Some(_), None) => Shape::Dated,
        (Some(_), Some(_)) if required(end) => Shape::Event,
        (Some(_), Some(_)) => Shape::Interval,
    };
    form.axis = axis;
    form.end = end;
}

fn clash(field: &Field, def: &FormFieldDef) -> bool {
    let same = |text: &str| field.label == text || field.alias == text;
    same(&def.name.label.text) || def.name.alias.as_ref().is_some_and(|a| same(&a.text))
}

fn is_codes(symbol: Symbol) -> bool {
    matches!(symbol, Symbol::Codes(_))
}

fn is_type(symbol: Symbol) -> bool {
    matches!(symbol, Symbol::Codes(_) | Symbol::Form(_))
}

/// The word for touching days in 合并; it is no field.
fn is_consecutive(word: &str) -> bool {
    matches!(word, "连续日" | "consecutive_days")
}

/// The alias, or the label where none was given.
pub(crate) fn alias_of(name: &Name) -> String {
    name.alias.as_ref().unwrap_or(&name.label).text.clone()
}

fn builtin_type(word: &str) -> Option<FieldType> {
    Some(match word {
        "文本" | "text" => FieldType::Text,
        "数" | "number" => FieldType::Number,
        "天" | "days" => FieldType::Days,
        "分" | "minutes" => FieldType::Minutes,
        "日期" | "day" => FieldType::Day,
        "时刻" | "time" => FieldType::Time,
        "月份" | "month" => FieldType::Month,
        "期间" | "span" => FieldType::Span,
        "是否" | "bool" => FieldType::Bool,
        "附件" | "file" => FieldType::File,
        "记录" | "record" => FieldType::AnyRef,
        _ => return None,
    })
}
