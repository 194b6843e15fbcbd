//! Types of fields, which types fit each other, and their names in messages.
//!
//! Units are part of a number's type: 天, 日 and 工作日 do not mix, and a literal without unit
//! takes that of the other side (plan-language §5).
//! Read next: `operators.rs`.

use facts::{Field, FieldType, FormId, Schema, Value};

use super::Resolver;
use crate::expr::{Expr, ExprKind, Type, Unit};

/// Type of one value of a field.
pub(crate) fn of_field_type(ty: &FieldType) -> Type {
    match ty {
        FieldType::Text => Type::Text,
        FieldType::Number => Type::Number(None),
        FieldType::Days => Type::Number(Some(Unit::Days)),
        FieldType::Minutes => Type::Number(Some(Unit::Minute)),
        FieldType::Day | FieldType::Time => Type::Day,
        FieldType::Month => Type::Month,
        FieldType::Span => Type::Span,
        FieldType::Bool => Type::Bool,
        FieldType::File => Type::File,
        FieldType::Code(list) => Type::Code(*list),
        FieldType::Ref(forms) => Type::Ref(forms.clone()),
        FieldType::AnyRef => Type::Ref(Vec::new()),
    }
}

/// Type of a field with all its values.
pub(crate) fn of_field(field: &Field) -> Type {
    let one = of_field_type(&field.ty);
    if field.is_list() { Type::List(Box::new(one)) } else { one }
}

/// The forms a reference, set or list of references may be of; `None` when it is none of these.
pub(crate) fn forms_of(ty: &Type) -> Option<&[FormId]> {
    match ty {
        Type::Ref(forms) | Type::Set(forms) => Some(forms),
        Type::List(item) => forms_of(item),
        _ => None,
    }
}

/// Whether two references can be the same record; no forms means any.
pub(crate) fn meet(left: &[FormId], right: &[FormId]) -> bool {
    left.is_empty() || right.is_empty() || left.iter().any(|form| right.contains(form))
}

/// The type of one member of a list or set, else the type itself.
pub(crate) fn member(ty: &Type) -> Type {
    match ty {
        Type::List(item) => (**item).clone(),
        Type::Set(forms) => Type::Ref(forms.clone()),
        other => other.clone(),
    }
}

/// Whether values of both types can be equal, units left aside.
pub(crate) fn fit(left: &Type, right: &Type) -> bool {
    match (left, right) {
        (Type::Unknown, _) | (_, Type::Unknown) => true,
        (Type::Ref(a), Type::Ref(b)) => meet(a, b),
        (Type::Number(_) | Type::Share, Type::Number(_) | Type::Share) => true,
        (Type::List(a), Type::List(b)) => fit(a, b),
        (Type::Text | Type::File, Type::Text | Type::File) => true,
        (a, b) => a == b,
    }
}

/// Whether it is a literal, so that it may take the unit of the other side.
pub(crate) fn is_literal(value: &Expr) -> bool {
    match &value.kind {
        ExprKind::Constant(Value::Number(_)) | ExprKind::Error => true,
        ExprKind::If(_, yes, no) => is_literal(yes) && is_literal(no),
        ExprKind::TableLookup { .. } => true,
        ExprKind::Add(a, b) | ExprKind::Subtract(a, b) => is_literal(a) && is_literal(b),
        ExprKind::Multiply(a, b) | ExprKind::Divide(a, b) => is_literal(a) && is_literal(b),
        _ => false,
    }
}

/// The unit both sides share; `Err` when they differ.
pub(crate) fn common_unit(left: &Expr, right: &Expr) -> Result<Option<Unit>, (Unit, Option<Unit>)> {
    let (Type::Number(a), Type::Number(b)) = (&left.ty, &right.ty) else { return Ok(None) };
    match (a, b) {
        (Some(a), Some(b)) if a != b => Err((*a, Some(*b))),
        (Some(a), None) if !is_literal(right) => Err((*a, None)),
        (None, Some(b)) if !is_literal(left) => Err((*b, None)),
        _ => Ok(a.or(*b)),
    }
}

/// Whether a number of this unit can be added to a day.
pub(crate) fn is_length(unit: Unit) -> bool {
    !matches!(unit, Unit::Minute | Unit::Percent)
}

/// The word of a unit.
pub(crate) fn unit_word(unit: Unit) -> &'static str {
    match unit {
        Unit::Days => "天",
        Unit::CalendarDay => "日",
        Unit::Week => "周",
        Unit::Month => "月",
        Unit::Quarter => "季",
        Unit::HalfYear => "半年",
        Unit::Year => "年",
        Unit::Hour => "小时",
        Unit::Workday => "工作日",
        Unit::Minute => "分",
        Unit::Percent => "%",
    }
}

impl Resolver<'_> {
    /// A type in the author's words.
    pub(crate) fn type_words(&self, ty: &Type) -> String {
        type_words(&self.plan.schema, ty)
    }
}

fn type_words(schema: &Schema, ty: &Type) -> String {
    let forms = |forms: &[FormId]| {
        let labels = forms.iter().filter_map(|id| schema.forms.get(id.0 as usize));
        let labels: Vec<&str> = labels.map(|form| form.label.as_str()).collect();
        if labels.is_empty() { "记录".to_string() } else { labels.join(" / ") }
    };
    match ty {
        Type::Bool => "是否".into(),
        Type::Text => "文本".into(),
        Type::File => "附件".into(),
        Type::Day => "日期".into(),
        Type::Month => "月份".into(),
        Type::Span => "期间".into(),
        Type::Share => "比例".into(),
        Type::Number(None) => "数".into(),
        Type::Number(Some(unit)) => format!("以{}计的数", unit_word(*unit)),
        Type::Code(list) => {
            let label = schema.code_lists.get(list.0 as usize).map(|l| l.label.as_str());
            format!("代码 {}", label.unwrap_or_default())
        }
        Type::Ref(ids) => forms(ids),
        Type::List(item) => format!("多个{}", type_words(schema, item)),
        Type::Set(ids) => format!("{}的集合", forms(ids)),
        Type::Unknown => "未知".into(),
    }
}
