//! Words for forms, levels, groups and fields, as people say them.
//!
//! Keyed by the aliases of the vocabulary; a form that is not here is called by its own name and
//! counted in 件. No campaign is in this table.

/// How a record of a form is spoken of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FormWords {
    /// `下基层`, where doing it is a verb.
    pub verb: Option<&'static str>,
    /// `下基层的记录`.
    pub noun: String,
    /// `次`.
    pub unit: &'static str,
}

/// Alias, verb or empty, noun or empty for the form's own name, what it is counted in.
const FORMS: &[(&str, &str, &str, &str)] = &[
    ("trip", "下基层", "下基层", "次"),
    ("visit", "走访", "走访", "次"),
    ("meeting", "开会", "会议", "次"),
    ("diary", "写日记", "日记", "篇"),
    ("need", "", "需求", "件"),
    ("need_step", "", "办理记录", "步"),
    ("contact_point", "", "联系点", "个"),
    ("pairing", "", "结对", "对"),
    ("help_plan", "", "帮扶计划", "份"),
    ("help_measure", "", "帮扶措施", "项"),
    ("letter", "", "慰问信", "封"),
    ("aid", "", "援助", "次"),
    ("service", "", "上门服务", "次"),
    ("event", "", "活动", "场"),
    ("job_offer", "", "岗位推荐", "次"),
    ("cluster_review", "", "问题研判", "次"),
    ("recommendation", "", "建议", "条"),
    ("measure", "", "措施", "项"),
    ("research_report", "", "调查报告", "篇"),
    ("plan_document", "", "活动方案", "份"),
    ("summary", "", "总结", "份"),
    ("filing", "", "报送", "份"),
    ("periodic_report", "", "汇总报告", "份"),
    ("inspection", "", "督查单", "份"),
    ("inspection_round", "", "督查轮", "轮"),
    ("finding", "", "督查发现的问题", "个"),
    ("rectification_closure", "", "整改销号", "次"),
    ("assessment_item", "", "考核材料", "份"),
    ("org_profile", "", "村妇女组织情况", "份"),
    ("womens_home", "", "妇女之家", "个"),
    ("model_site", "", "示范点", "个"),
    ("role_model", "", "典型", "个"),
    ("media_item", "", "报道", "篇"),
    ("plan_task", "", "计划任务", "项"),
    ("liaison", "", "联络员", "名"),
    ("standing_rule", "", "制度", "项"),
    ("household", "", "户", "户"),
    ("household_tag", "", "走访类别", "条"),
    ("resident", "", "人", "人"),
    ("person", "", "干部", "人"),
    ("org", "", "单位", "个"),
];

/// The words of a form.
pub fn form_words(alias: &str, label: &str) -> FormWords {
    let known = FORMS.iter().find(|(known, ..)| *known == alias);
    let Some((_, verb, noun, unit)) = known else {
        return FormWords { verb: None, noun: label.to_owned(), unit: "件" };
    };
    FormWords { verb: (!verb.is_empty()).then_some(*verb), noun: (*noun).to_owned(), unit }
}

/// Names of fields that are too short to be read alone.
const FIELDS: &[(&str, &str)] = &[
    ("起", "开始日"),
    ("趟", "那次下基层"),
    ("止", "结束日"),
    ("类", "类别"),
    ("码", "类别"),
    ("级", "级别"),
    ("件", "文件"),
    ("冻结", "定稿日"),
    ("谈及", "主题"),
    ("摘录", "考核材料"),
    ("已脱敏", "已去掉个人情况"),
];

/// A field as people read it.
pub fn field_word(label: &str) -> &str {
    FIELDS.iter().find(|(known, _)| *known == label).map_or(label, |(_, word)| word)
}

/// 级, as it stands in “市、县两级”; a development zone is of county rank.
pub fn level_word<'a>(alias: &str, label: &'a str) -> &'a str {
    match alias {
        "county" | "zone" => "县",
        _ => label,
    }
}

/// 岗类, as people say it.
pub fn group_word(alias: &str, label: &str) -> String {
    match alias {
        "leader" => "领导班子成员".to_owned(),
        "office" => "机关干部".to_owned(),
        "township" => "乡镇干部".to_owned(),
        "village" => "村干部".to_owned(),
        _ => format!("{label}岗位的人"),
    }
}

/// Small numbers before a measure word.
pub fn several(number: usize) -> String {
    const WORDS: [&str; 11] = ["零", "一", "两", "三", "四", "五", "六", "七", "八", "九", "十"];
    WORDS.get(number).map_or_else(|| number.to_string(), |word| (*word).to_owned())
}
