//! The keyword table: Chinese and English side by side, one list per place (plan-language §3).
//!
//! The reader asks a list "is this word one of yours" and gets the Chinese word back, so both
//! languages build the same tree; `format` asks the other way round. Keywords are positional: a
//! word means something only where its list is consulted. Only [`RESERVED`] holds everywhere.
//! It knows nothing about names: built-ins and types are looked up by `resolve`.
//! Read next: `lexer.rs`.

use crate::tree::Unit;

/// Chinese and English words of one place.
pub type Table = [(&'static str, &'static str)];

/// Words that open an item.
pub const ITEMS: &Table = &[
    ("方案", "plan"),
    ("用", "use"),
    ("时段", "period"),
    ("参数", "param"),
    ("集合", "set"),
    ("代码", "code"),
    ("表单", "form"),
    ("指标", "measure"),
    ("义务", "duty"),
    ("流程", "flow"),
    ("查验", "check"),
    ("陈述", "statement"),
    ("核算", "total"),
    ("文书", "document"),
    ("守则", "conduct"),
    ("修订", "amend"),
    ("例", "example"),
];

/// Fields of 方案.
pub const PLAN_FIELDS: &Table = &[
    ("发文", "number"),
    ("由", "issuer"),
    ("期限", "term"),
    ("历法", "calendar"),
    ("原文", "text"),
];

/// Fields of 义务, 流程, 查验, 陈述.
pub const RULE_FIELDS: &Table = &[
    ("引", "quote"),
    ("谁", "who"),
    ("逐", "each"),
    ("担", "borne_by"),
    ("期", "when"),
    ("计", "count_of"),
    ("须", "must"),
    ("警", "warn"),
    ("示", "show"),
    ("限", "due"),
    ("望", "target"),
    ("延", "extend"),
    ("提前", "lead"),
    ("免", "exempt"),
    ("补", "late_ok"),
    ("新到", "newcomer"),
    ("记", "credit"),
    ("解", "reading"),
    ("汇", "rollup"),
    ("源", "origin"),
    ("耗", "effort"),
    ("步", "step"),
    ("注", "note"),
];

/// What may stand behind the form of a 步.
pub const STEP_PARTS: &Table = &[("限", "due"), ("自", "since"), ("须", "must")];

/// Words inside fields; `every` alone has a number or a unit behind it.
pub const INSIDE: &Table = &[
    ("一次", "once"),
    ("每段", "per_window"),
    ("滚动", "rolling"),
    ("起", "from"),
    ("自", "since"),
    ("至", "to"),
    ("于", "during"),
    ("续", "onward"),
    ("是", "yes"),
    ("否", "no"),
    ("顺延", "next_workday"),
    ("配额", "quota"),
    ("按", "by"),
    ("据", "under"),
    ("照常", "as_usual"),
    ("按月折算", "prorated"),
    ("免", "exempt"),
    ("每个参与人", "each_participant"),
    ("主办", "lead_only"),
    ("原文", "as_text"),
    ("解释", "interpreted"),
    ("建议", "advice"),
];

/// The two words that may close a code: its first and its last day.
pub const CODE_PARTS: &Table = &[("自", "since"), ("至", "to")];

/// Aggregates, when a name follows.
pub const AGGREGATES: &Table = &[
    ("计数", "count"),
    ("存在", "exists"),
    ("合计", "sum"),
    ("中位", "median"),
    ("平均", "mean"),
    ("最早", "first"),
    ("最近", "last"),
    ("最大", "largest"),
    ("最小", "smallest"),
    ("覆盖", "covered"),
    ("比例", "share"),
    ("每一", "every_one"),
];

/// Words between an aggregate and what it reads.
pub const MODIFIERS: &Table = &[("去重", "distinct"), ("现行", "active"), ("历来", "ever")];

/// Words no name may take.
pub const RESERVED: &Table = &[
    ("且", "and"),
    ("或", "or"),
    ("非", "not"),
    ("若", "if"),
    ("则", "then"),
    ("否则", "else"),
    ("当", "where"),
    ("经", "via"),
    ("有", "has"),
    ("属于", "in"),
    ("满足", "satisfies"),
    ("本", "self"),
    ("此", "it"),
];

/// Reserved words after which a line goes on.
pub const OPEN_ENDED: &[&str] = &["且", "或", "若", "则", "否则", "当", "满足"];

/// Operators of sets, after an operand.
pub const SET_OPERATORS: &Table = &[("除", "minus"), ("交", "both")];

/// Behind the name of a 表单.
pub const FORM_MODIFIERS: &Table = &[
    ("归", "owned_by"),
    ("合并", "merged"),
    ("分段", "versioned"),
    ("底册", "registry"),
    ("公开", "public"),
    ("舱", "compartment"),
];

/// Behind the type of a form's field.
pub const FIELD_MODIFIERS: &Table = &[
    ("半密", "private"),
    ("密", "sealed"),
    ("时间轴", "axis"),
    ("公开", "public"),
    ("内置", "builtin"),
    ("步长", "step_of"),
    ("显", "shown"),
    ("须", "must"),
    ("算", "derived"),
    ("择", "choice"),
];

/// Names every plan has; the plan's own names come first.
pub const BUILTINS: &Table = &[
    ("期", "period"),
    ("期首", "period_start"),
    ("期末", "period_end"),
    ("始", "onset"),
    ("在岗", "on_duty"),
    ("工作日数", "workdays"),
    ("年龄", "age"),
    ("辖内", "within"),
    ("辖区组织", "area_org"),
    ("上级", "superior"),
    ("人数", "size"),
    ("较小", "lesser"),
    ("较大", "greater"),
    ("数", "obligations"),
    ("须和", "targets"),
    ("满额", "full_target"),
    ("配额和", "quotas"),
    ("是", "yes"),
    ("否", "no"),
];

/// Fields of 文书.
pub const PAPER_FIELDS: &Table =
    &[("由", "issuer"), ("含", "contains"), ("附", "attach"), ("格式", "format")];

/// Fields of 守则.
pub const CONDUCT_FIELDS: &Table = &[("禁", "forbid"), ("须", "must"), ("考核", "assess")];

/// Fields of 修订.
pub const AMENDMENT_FIELDS: &Table = &[("改", "change")];

/// To which obligations a change applies; 适用 itself stands here too.
pub const APPLIES: &Table = &[
    ("适用", "applies_to"),
    ("未开始", "not_started"),
    ("未到期", "not_yet_due"),
    ("全部", "all"),
];

/// Fields of 例.
pub const EXAMPLE_FIELDS: &Table = &[("设", "given"), ("则", "then")];

/// Words inside the fields of 例.
pub const EXAMPLE_INSIDE: &Table = &[
    ("任", "serves_as"),
    ("于", "during"),
    ("自", "since"),
    ("至", "to"),
    ("解", "reading"),
    ("知", "known"),
    ("值", "value"),
];

/// Status words.
pub const STATUSES: &Table = &[
    ("未到", "not_due"),
    ("待办", "due"),
    ("完成", "met"),
    ("迟", "late"),
    ("缺", "missing"),
    ("免", "exempt"),
    ("撤", "cancelled"),
];

/// Units: Chinese, as a quantity in English, behind `every`, meaning.
const UNITS: &[(&str, &str, &str, Unit)] = &[
    ("工作日", "workdays", "workday", Unit::Workday),
    ("小时", "hours", "hour", Unit::Hour),
    ("半年", "halfyear", "halfyear", Unit::HalfYear),
    ("日", "day", "day", Unit::CalendarDay),
    ("天", "days", "days", Unit::Days),
    ("周", "weeks", "week", Unit::Week),
    ("月", "months", "month", Unit::Month),
    ("季", "quarter", "quarter", Unit::Quarter),
    ("年", "year", "year", Unit::Year),
    ("分", "minutes", "minute", Unit::Minute),
    ("%", "%", "%", Unit::Percent),
];

/// The Chinese word when `word` belongs to the list, in either language.
pub fn find(table: &Table, word: &str) -> Option<&'static str> {
    table.iter().find(|(zh, en)| *zh == word || *en == word).map(|(zh, _)| *zh)
}

/// The English word of a Chinese keyword; the word itself when the list lacks it.
pub fn english<'a>(table: &Table, zh: &'a str) -> &'a str {
    table.iter().find(|pair| pair.0 == zh).map_or(zh, |pair| pair.1)
}

/// Whether no name may be this word.
pub fn is_reserved(word: &str) -> bool {
    find(RESERVED, word).is_some()
}

/// The unit written so, in either language.
pub fn unit(word: &str) -> Option<Unit> {
    let same = |u: &&(&str, &str, &str, Unit)| u.0 == word || u.1 == word || u.2 == word;
    UNITS.iter().find(same).map(|u| u.3)
}

/// The longest unit a tail begins with.
pub fn unit_prefix(tail: &str) -> Option<&'static str> {
    UNITS.iter().map(|u| u.0).filter(|zh| tail.starts_with(zh)).max_by_key(|zh| zh.len())
}

/// A unit in Chinese.
pub fn unit_chinese(unit: Unit) -> &'static str {
    UNITS.iter().find(|u| u.3 == unit).map_or("", |u| u.0)
}

/// A unit behind a number, in English.
pub fn unit_english(unit: Unit) -> &'static str {
    UNITS.iter().find(|u| u.3 == unit).map_or("", |u| u.1)
}

/// A unit behind `every`, in English.
pub fn unit_singular(unit: Unit) -> &'static str {
    UNITS.iter().find(|u| u.3 == unit).map_or("", |u| u.2)
}

/// Whether a period word may count in this unit.
pub fn is_period_unit(unit: Unit) -> bool {
    use Unit::{CalendarDay, HalfYear, Month, Quarter, Week, Year};
    matches!(unit, CalendarDay | Week | Month | Quarter | HalfYear | Year)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_name_one_keyword() {
        assert_eq!(find(ITEMS, "duty"), Some("义务"));
        assert_eq!(find(ITEMS, "义务"), Some("义务"));
        assert_eq!(find(ITEMS, "走访"), None);
        assert_eq!(english(RULE_FIELDS, "谁"), "who");
    }

    #[test]
    fn units_take_the_longest_match() {
        assert_eq!(unit_prefix("半年内"), Some("半年"));
        assert_eq!(unit("day"), Some(Unit::CalendarDay));
        assert_eq!(unit("days"), Some(Unit::Days));
        assert_eq!(unit("次"), None);
    }
}
