//! A small schema for tests.
//!
//! Seven forms with the shapes that matter: a registry with segments (组织), things (人员, 户,
//! 居民), a dated form with lists (走访), an event (趟), and one that refers to several (报送).
//! It is no part of the product: other crates get it with the feature `fixture` in their tests.
//! The real forms are declared in `plans/vocabulary.md`.

use std::sync::Arc;

use crate::number::Number;
use crate::schema::{
    Arity, Code, CodeList, CodeListId, Field, FieldId, FieldType, Form, FormId, Privacy, Schema,
    Shape,
};

/// 组织.
pub const ORG: FormId = FormId(0);
/// 人员.
pub const PERSON: FormId = FormId(1);
/// 户.
pub const HOUSEHOLD: FormId = FormId(2);
/// 居民.
pub const RESIDENT: FormId = FormId(3);
/// 趟.
pub const TRIP: FormId = FormId(4);
/// 走访.
pub const VISIT: FormId = FormId(5);
/// 报送.
pub const FILING: FormId = FormId(6);

/// The schema.
pub fn schema() -> Arc<Schema> {
    let code_lists = vec![
        codes("级别", "level", &["市 city", "县 county", "村 village"]),
        codes(
            "关系码",
            "relation_code",
            &["本人 01", "户主 02", "配偶 10", "子 20", "女 30", "其他亲属 80", "非亲属 99"],
        ),
        codes("方式", "visit.kind", &["入户 home", "座谈 forum", "电话 phone"]),
    ];
    let forms = vec![org(), person(), household(), resident(), trip(), visit(), filing()];
    Arc::new(Schema { code_lists, forms })
}

fn org() -> Form {
    let mut form = form(
        "组织 org",
        Shape::Interval,
        vec![
            field("名 name", FieldType::Text, Arity::One),
            field("级 level", FieldType::Code(CodeListId(0)), Arity::One),
            field("上级 parent", FieldType::Ref(vec![ORG]), Arity::Optional),
            field("起 from", FieldType::Day, Arity::Optional),
            field("止 to", FieldType::Day, Arity::Optional),
        ],
    );
    form.registry = true;
    form.axis = form.field_named("from");
    form.versioned = form.axis;
    form.end = form.field_named("to");
    form
}

fn person() -> Form {
    let mut unit = field("单位 org", FieldType::Ref(vec![ORG]), Arity::Optional);
    unit.builtin = true;
    form(
        "人员 person",
        Shape::Thing,
        vec![sealed(field("姓名 name", FieldType::Text, Arity::One)), unit],
    )
}

fn household() -> Form {
    form(
        "户 household",
        Shape::Thing,
        vec![
            field("村 village", FieldType::Ref(vec![ORG]), Arity::One),
            sealed(field("地址 address", FieldType::Text, Arity::Optional)),
        ],
    )
}

fn resident() -> Form {
    form(
        "居民 resident",
        Shape::Thing,
        vec![
            field("户 household", FieldType::Ref(vec![HOUSEHOLD]), Arity::One),
            sealed(field("姓名 name", FieldType::Text, Arity::One)),
            field("生月 birth", FieldType::Month, Arity::Optional),
            field("关系 relation", FieldType::Code(CodeListId(1)), Arity::Optional),
            sealed(field("可上门 visit", FieldType::Bool, Arity::Optional)),
        ],
    )
}

fn trip() -> Form {
    let mut days = field("天数 days", FieldType::Days, Arity::One);
    days.step = Number::fraction(1, 2);
    let mut natural = field("自然天数 natural_days", FieldType::Days, Arity::One);
    natural.derived = true;
    let mut form = form(
        "趟 trip",
        Shape::Event,
        vec![
            field("干部 cadre", FieldType::Ref(vec![PERSON]), Arity::One),
            field("起 from", FieldType::Day, Arity::One),
            field("止 to", FieldType::Day, Arity::One),
            days,
            natural,
        ],
    );
    form.axis = form.field_named("from");
    form.end = form.field_named("to");
    form
}

fn visit() -> Form {
    let mut form = form(
        "走访 visit",
        Shape::Dated,
        vec![
            field("日期 date", FieldType::Day, Arity::One),
            field("走访人 visitors", FieldType::Ref(vec![PERSON]), Arity::Some),
            field("方式 kind", FieldType::Code(CodeListId(2)), Arity::One),
            field("趟 trip", FieldType::Ref(vec![TRIP]), Arity::Optional),
            field("户 household", FieldType::Ref(vec![HOUSEHOLD]), Arity::Optional),
            sealed(field("情况 notes", FieldType::Text, Arity::Optional)),
        ],
    );
    form.axis = form.field_named("date");
    form
}

fn filing() -> Form {
    let mut form = form(
        "报送 filing",
        Shape::Dated,
        vec![
            field("件 document", FieldType::Ref(vec![TRIP, VISIT]), Arity::Optional),
            field("附件 others", FieldType::AnyRef, Arity::Many),
            field("所属期 covers", FieldType::Span, Arity::Optional),
            field("时间 at", FieldType::Time, Arity::One),
            field("已报 filed", FieldType::Bool, Arity::Optional),
        ],
    );
    form.axis = form.field_named("at");
    form
}

/// A form of this name (`label alias`) with the six common fields before its own.
pub fn form(name: &str, shape: Shape, own: Vec<Field>) -> Form {
    let (label, alias) = split(name);
    let mut fields = vec![
        field("编号 id", FieldType::Text, Arity::One),
        field("记录人 recorded_by", FieldType::Ref(vec![PERSON]), Arity::Optional),
        field("记录单位 recorded_org", FieldType::Ref(vec![ORG]), Arity::Optional),
        field("记录日 recorded_at", FieldType::Day, Arity::One),
        field("代记 entered_for", FieldType::Ref(vec![PERSON]), Arity::Optional),
        field("已确认 confirmed", FieldType::Bool, Arity::Optional),
    ];
    fields.extend(own);
    Form {
        label,
        alias,
        fields,
        shape,
        axis: None::<FieldId>,
        end: None,
        registry: false,
        versioned: None,
        public: false,
        compartment: false,
        merged: None,
        builtin: false,
    }
}

/// An open field of this name (`label alias`).
pub fn field(name: &str, ty: FieldType, arity: Arity) -> Field {
    let (label, alias) = split(name);
    Field {
        label,
        alias,
        ty,
        arity,
        privacy: Privacy::Open,
        derived: false,
        builtin: false,
        step: None,
    }
}

fn sealed(field: Field) -> Field {
    Field { privacy: Privacy::Sealed, ..field }
}

fn codes(label: &str, alias: &str, codes: &[&str]) -> CodeList {
    let code = |name: &&str| {
        let (label, alias) = split(name);
        Code { label, alias, from: None, to: None }
    };
    CodeList {
        label: label.to_owned(),
        alias: alias.to_owned(),
        codes: codes.iter().map(code).collect(),
    }
}

fn split(name: &str) -> (String, String) {
    let (label, alias) = name.split_once(' ').unwrap_or((name, name));
    (label.to_owned(), alias.to_owned())
}
