//! What each analysis finds in the paper, and small plans for its edges.
//! The plain good and bad cases are those of the pages of `explain`; here is what they do not show.
//! Wording is not looked at, but for the figures of the note about pieces.
#![allow(clippy::expect_used, reason = "a test may fail on the spot")]

use std::collections::BTreeMap;

use super::all;
use crate::compile::compile;
use crate::diagnostic::{Diagnostic, Severity};
use crate::plan::{Contained, Plan};
use crate::source::{Source, Sources};

const VOCABULARY: &str = include_str!("../../../../plans/vocabulary.md");
const PAPER_PLAN: &str = include_str!("../../../../plans/binzhou-2012-15.md");
const PAPER: &str = include_str!("../../../../plans/sources/plan-2012-15.txt");
const OTHERS: [&str; 6] = [
    include_str!("../../../../plans/nb-2021.md"),
    include_str!("../../../../plans/nm-2022.md"),
    include_str!("../../../../plans/pj-2014.md"),
    include_str!("../../../../plans/pt-12621.md"),
    include_str!("../../../../plans/sh-2013.md"),
    include_str!("../../../../plans/sx-2023.md"),
];

fn sources(text: &str, paper: Option<&str>) -> Sources {
    let file = |name: &str, text: &str| Source { name: name.into(), text: text.into() };
    let files = vec![file("plan.md", text), file("vocabulary.md", VOCABULARY)];
    let papers = paper.iter().map(|text| file("sources/plan-2012-15.txt", text)).collect();
    Sources { files, papers }
}

fn judged(text: &str, paper: Option<&str>) -> (Plan, Vec<Diagnostic>) {
    let sources = sources(text, paper);
    let (plan, mut found) = compile(&sources);
    found.extend(all(&plan, &sources));
    (plan, found)
}

/// A plan over the vocabulary.
fn small(code: &str) -> (Plan, Vec<Diagnostic>) {
    let head = "用 \"vocabulary.md\"\n方案 small \"小\"\n  期限 2012-01-01 至 2012-12-31\n\
        时段 上 = 2012-01-01 至 2012-06-30, 下 = 2012-07-01 至 2012-12-31\n\
        集合 机关 = 人员 当 岗类 = 机关\n";
    judged(&format!("```plan\n{head}{code}\n```\n"), None)
}

fn codes(code: &str) -> Vec<&'static str> {
    small(code).1.iter().map(|found| found.code).collect()
}

#[test]
fn the_paper_earns_what_was_foreseen_and_nothing_else() {
    let (_, found) = judged(PAPER_PLAN, Some(PAPER));
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    found.iter().for_each(|found| *counts.entry(found.code).or_default() += 1);
    let expected = [
        ("F-01", 1),
        ("F-02", 1),
        ("F-03", 1),
        ("F-04", 1),
        ("F-05", 1),
        ("F-06", 1),
        ("F-07", 1),
        ("F-08", 1),
        ("F-09", 1),
        ("W0345", 1),
        ("W0520", 22),
        ("W0522", 1),
        ("W0541", 4),
    ];
    assert_eq!(counts.into_iter().collect::<Vec<_>>(), expected);
    let notes = found.iter().filter(|found| found.code.starts_with('F'));
    for note in notes {
        assert_eq!((note.severity, &note.fix), (Severity::Note, &None), "{}", note.code);
        assert_eq!(note.help, ["原件如此，不要改动"]);
    }
}

#[test]
fn pieces_outside_a_quotation_are_29_17_headings_and_12_phrases() {
    let (_, found) = judged(PAPER_PLAN, Some(PAPER));
    let note = found.iter().find(|found| found.code == "W0522").expect("a note");
    assert!(note.message.starts_with("29 处") && note.message.contains("标题 17 处"));
    assert_eq!((note.severity, 1 + note.secondary.len()), (Severity::Note, 12));
}

#[test]
fn places_of_the_form_of_the_paper() {
    let (_, found) = judged(PAPER_PLAN, Some(PAPER));
    let places = |code: &str| {
        let note = found.iter().find(|found| found.code == code);
        note.map_or(0, |note| 1 + note.secondary.len())
    };
    assert_eq!(places("F-03"), 8, "一是 to 五是, and 1、 2、 3、 right below 三、");
    assert_eq!(places("F-04"), 2, "nobody in the title, and blanks in it");
    assert_eq!(places("F-07"), 3);
}

#[test]
fn the_six_other_plans_earn_nothing() {
    for text in OTHERS {
        let (plan, found) = judged(text, None);
        assert_eq!(found, vec![], "{}", plan.id);
    }
}

#[test]
fn a_number_that_no_rule_uses_is_found() {
    let changed = PAPER_PLAN.replace("入户数 ; 须 >= 10 ;", "入户数 ; 须 >= 1 ;");
    assert_ne!(changed, PAPER_PLAN);
    let (_, found) = judged(&changed, Some(PAPER));
    let unused: Vec<_> = found.iter().filter(|found| found.code == "W0521").collect();
    assert_eq!(unused.len(), 1, "{unused:#?}");
}

#[test]
fn only_a_paper_from_above_reaches_back() {
    let plan = |number: &str, basis: &str| {
        let duty = "义务 A1 谁 机关 ; 期 每月 于 上 + 下 ; 计 计数 趟 经 干部 ; 须 >= 2";
        let change = format!("修订 2012-05-01 据 \"{basis}\"\n  改 A1 须 >= 1 适用 全部");
        let text = format!("{duty}\n{change}");
        let (mut plan, _) = small(&text);
        plan.number = number.into();
        super::amended::amendments(&plan).iter().map(|found| found.code).collect::<Vec<_>>()
    };
    assert_eq!(plan("某妇发〔2012〕5号", "（示例）某妇发〔2012〕9号"), ["W0431"]);
    assert_eq!(plan("某妇发〔2012〕5号", "某发〔2012〕9号"), [""; 0]);
    assert_eq!(plan("某妇发〔2012〕5号", "主席办公会"), ["W0431"]);
    assert_eq!(plan("", "国务院办公厅的意见"), [""; 0]);
}

#[test]
fn changes_that_ask_for_more_are_told_and_others_are_not() {
    let change = |duty: &str, change: &str| {
        let duty = format!("义务 A1 谁 机关 ; 计 计数 趟 经 干部 ; {duty}");
        codes(&format!("{duty}\n修订 2012-05-01 据 \"文\"\n  改 A1 {change}"))
    };
    let once = "期 一次 于 上 ; 须 >= 4";
    assert_eq!(change(once, "须 >= 3 适用 未到期"), [""; 0]);
    assert_eq!(change(once, "须 >= 5 适用 未到期"), ["W0432"]);
    assert_eq!(change(once, "须 <= 9 适用 未到期"), ["W0432"], "an upper bound is new");
    assert_eq!(change("期 一次 于 上 ; 须 <= 9", "须 <= 8 适用 未到期"), ["W0432"]);
    assert_eq!(change(once, "限 2012-05-31 适用 未到期"), ["W0432"], "before the end of 上");
    assert_eq!(change(once, "限 2012-07-31 适用 未到期"), [""; 0]);
    let monthly = "期 每月 于 上 ; 须 >= 1 ; 限 期末 + 5工作日";
    assert_eq!(change(monthly, "限 期末 + 3工作日 适用 未到期"), ["W0432"]);
    assert_eq!(change(monthly, "限 期末 + 9工作日 适用 未到期"), [""; 0]);
}

#[test]
fn the_second_amendment_is_held_against_the_first() {
    let text = "义务 A1 谁 机关 ; 期 一次 于 上 ; 计 计数 趟 经 干部 ; 须 >= 2\n\
        修订 2012-02-01 据 \"文\"\n  改 A1 须 >= 5 适用 未开始\n\
        修订 2012-03-01 据 \"文\"\n  改 A1 须 >= 4 适用 未到期";
    assert_eq!(codes(text), [""; 0]);
}

#[test]
fn a_must_that_nobody_can_reach_is_found() {
    let duty = |count: &str, must: &str| {
        codes(&format!("义务 A1 谁 机关 ; 期 每月 于 上 + 下 ; 计 甲 = {count} ; 须 {must}"))
    };
    let trips = "计数 趟 经 干部";
    let share = "比例 (趟 当 干部 = 本) 满足 计划项 有";
    let topics = "计数 去重 走访.谈及 经 走访人";
    for (count, must) in [
        (trips, "甲 >= 3 且 甲 < 2"),
        (trips, "甲 > 2 且 甲 < 3"),
        (trips, "甲 < 0"),
        (trips, "非 (甲 >= 0)"),
        (trips, "(甲 >= 3 且 甲 < 2) 或 甲 < 0"),
        (share, "甲 >= 120%"),
        (topics, "甲 >= 6"),
        ("合计 趟.天数 经 干部", "甲 < 0天"),
    ] {
        assert_eq!(duty(count, must), ["E0734"], "{count}: {must}");
    }
    for (count, must) in [
        (trips, "甲 >= 3 或 甲 < 2"),
        (trips, "甲 = 0"),
        (trips, "非 (甲 >= 3 且 甲 < 2)"),
        (share, "甲 = 100%"),
        (topics, "甲 >= 5"),
        ("合计 趟.天数 经 干部", "甲 > 2天 且 甲 < 3天"),
        (trips, "甲 >= (若 本.职务 = 主席 则 3 否则 1)"),
    ] {
        assert_eq!(duty(count, must), [""; 0], "{count}: {must}");
    }
    let option = "义务 A1 谁 机关 ; 期 每月 于 上 ; 计 计数 趟 经 干部 ; 须 >= 2\n  解 甲 a \"问\"\n\
        \x20   * 一 one \"一\" : 须 >= 2\n    - 二 two \"二\" : 须 < 0";
    assert_eq!(codes(option), ["E0734"], "under a reading");
}

#[test]
fn a_different_period_limit_or_origin_is_no_contradiction() {
    let two = |first: &str, second: &str| {
        let duty =
            |id: &str, tail: &str| format!("义务 {id} 谁 机关 ; 计 计数 趟 经 干部 ; {tail}");
        codes(&format!("{}\n{}", duty("A1", first), duty("A2", second)))
    };
    let base = "期 一次 于 上 ; 须 >= 2";
    assert_eq!(two(base, "期 一次 于 上 ; 须 >= 3"), ["W0733"]);
    assert_eq!(two(base, base), [""; 0]);
    assert_eq!(two(base, "期 一次 于 下 ; 须 >= 3"), [""; 0]);
    assert_eq!(two(base, "期 一次 于 上 ; 须 >= 3 ; 限 2012-07-31"), [""; 0]);
    assert_eq!(two(base, "期 一次 于 上 ; 须 >= 3 ; 源 建议 \"多走\""), [""; 0]);
}

#[test]
fn plans_over_one_vocabulary_do_not_clash() {
    let plans: Vec<Plan> = OTHERS.iter().map(|text| judged(text, None).0).collect();
    assert_eq!(super::clashes(&plans.iter().collect::<Vec<_>>()), vec![]);
    let (own, _) = small("表单 结友 friendship ; 人 friend : 居民 ; 起 from : 日期 ⏱");
    let putian = plans.iter().find(|plan| plan.id == "pt-12621").expect("莆田");
    let found = super::clashes(&[&own, putian]);
    assert_eq!(found.iter().map(|found| found.code).collect::<Vec<_>>(), ["E0612"]);
}

#[test]
fn a_draft_gets_a_fix_for_each_place() {
    let text = "关于访问的通知\n\n各县：\n\n1、建立台帐、整理台帐。\n\n1998年4月9日\n\n抄送：某委\n\n\
        ```plan\n用 \"vocabulary.md\"\n方案 a-1 \"甲\"\n  发文 \"某发〔1998〕1号\"\n\
        \x20 由 \"371600\" \"某市妇联\"\n```\n";
    let (_, found) = judged(text, None);
    let fixes = found.iter().map(|found| {
        let fix = found.fix.as_ref().map(|fix| fix.replacement.as_str());
        (found.code, found.severity, fix)
    });
    let fixes = fixes.collect::<Vec<_>>();
    let warning = Severity::Warning;
    assert_eq!(
        fixes,
        [
            ("F-04", warning, Some("某市妇联关于访问的通知")),
            ("F-05", warning, Some("台账")),
            ("F-05", warning, Some("台账")),
            ("F-07", warning, Some("1.")),
        ]
    );
}

#[test]
fn nothing_an_author_writes_is_lost() {
    let (plan, found) = judged(PAPER_PLAN, Some(PAPER));
    assert!(found.iter().all(|found| found.severity != Severity::Error));
    assert_eq!(plan.calendar, "中国");
    let document = plan.documents.first().expect("a document");
    assert_eq!((document.name.as_str(), document.format.as_str()), ("双月报", "报告"));
    assert_eq!((document.clause, document.contains.len()), (plan.clause_named("C131"), 5));
    assert!(matches!(document.contains.last(), Some(Contained::Form(_))));
    assert_eq!(document.attach, ["缺项"]);
    let conduct = plan.conduct.first().expect("rules of conduct");
    assert_eq!(conduct.assess, [("仅".to_string(), "结果".to_string())]);

    let code = "参数 甲 a = 3 自 2012-05-01 据 \"文\"\n\
        表单 查 probe 归 记录单位\n  户 household : 户\n  所在 place : 组织 择 村级\n\
        \x20 级 grade : 级别 择 (级别.乡, 级别.村)\n  日期 day : 日期 ⏱\n  数 size : 数? 显 级 = 乡";
    let (plan, found) = small(code);
    assert_eq!(found, vec![]);
    let param = plan.params.last().expect("a parameter");
    assert_eq!((param.from.is_some(), param.basis.as_str()), (true, "文"));
    let form = plan.schema.form_named("probe").expect("a form");
    let rules = &plan.form_rules[form.0 as usize];
    assert_eq!((rules.choices.len(), rules.shown.len()), (2, 1));
    let wrong = "表单 查 probe 归 记录单位\n  村 village : 组织 择 户\n  日期 day : 日期 ⏱";
    assert_eq!(codes(wrong), ["E0301"]);
    assert_eq!(codes("文书 月报 含 走坊"), ["E0201"]);
    assert_eq!(codes("文书 月报 附 甲\n文书 月报 附 乙"), ["E0203"]);
}

#[test]
fn a_circle_is_found_wherever_it_runs() {
    for code in ["指标 甲 = 乙 + 1\n指标 乙 = 甲 + 1", "集合 甲 = 甲 + 村级"] {
        let code = format!("{code}\n义务 A1 谁 村级 ; 计 存在 村情 经 单位 ; 须 是");
        let code = code.replace(
            "存在 村情",
            if code.contains("指标") { "甲 + 存在 村情" } else { "存在 村情" },
        );
        assert!(codes(&code).contains(&"E0205"), "{code}");
    }
    let derived = "表单 查 probe 归 记录单位\n  日期 day : 日期 ⏱\n  甲 a : 数 算 乙 + 1\n  乙 b : 数 算 甲 + 1";
    assert!(codes(derived).contains(&"E0205"));
}

#[test]
fn no_cut_of_the_paper_makes_an_analysis_panic() {
    for (at, _) in PAPER_PLAN.char_indices().step_by(2503) {
        judged(&PAPER_PLAN[..at], Some(PAPER));
        judged(&PAPER_PLAN[..at].replace("原文", "注"), None);
    }
}

#[test]
fn what_would_be_lost_in_silence_is_told() {
    let duty = "义务 A1 谁 机关 ; 期 每月 于 上 ; 计 计数 趟 经 干部 ; 须 >= 2";
    let option = |fields: &str| {
        let lines = ["解 甲 a \"问\"", "  * 一 one \"一\" : 须 >= 2"].join("\n  ");
        codes(&format!("{duty}\n  {lines}\n    - 二 two \"二\" : {fields}"))
    };
    assert_eq!(option("须 >= 3 ; 免 否"), [""; 0]);
    assert_eq!(option("须 >= 3 ; 源 建议 \"多\""), ["E0190"]);
    assert_eq!(option("须 >= 3 ; 须 >= 4"), ["E0203"]);
    assert_eq!(codes(&format!("{duty} ; 须 >= 3")), ["E0203"]);
    assert_eq!(codes(&format!("{duty} ; 计 计数 走访 经 走访人")), ["E0203"]);
    assert_eq!(codes(&format!("{duty} ; 源 解释 \"甲\" ; 源 须 解释 \"乙\"")), [""; 0]);
    let change = format!("{duty}\n修订 2012-05-01 据 \"文\"\n  改 A1 耗 60分 适用 未开始");
    assert_eq!(codes(&change), ["E0190"]);
}

#[test]
fn a_letterhead_is_no_title() {
    let text = "某市妇女联合会文件\n某妇发〔1998〕5号\n关于走访的通知\n\n各县：\n\n走访。\n\n\
        1998年4月9日\n抄送：某委\n\n```plan\n用 \"vocabulary.md\"\n方案 a-1 \"甲\"\n\
        \x20 发文 \"某妇发〔1998〕5号\"\n```\n";
    let (_, found) = judged(text, None);
    assert_eq!(found.iter().map(|found| found.code).collect::<Vec<_>>(), ["F-04"]);
    let (_, found) = judged(&text.replace("关于走访", "某市妇联关于走访"), None);
    assert_eq!(found, vec![]);
}

/// Mode and width as letters: `fn` flow and narrow, `sw` state and wide; `!` what does not last.
fn modes(plan: &Plan) -> Vec<String> {
    let letter = |yes: bool, one: char, other: char| if yes { one } else { other };
    let one = |m: &super::Measure| {
        let (mode, width) = (letter(m.flow, 'f', 's'), letter(m.wide, 'w', 'n'));
        let lasts = if m.lasting == Some(false) { "!" } else { "" };
        format!("{}{} {mode}{width}{lasts}", m.clause, m.name)
    };
    super::measures(plan).iter().map(one).collect()
}

#[test]
fn each_measure_is_flow_or_state_and_narrow_or_wide() {
    let (plan, _) = small(
        "义务 C1 \"人\" 谁 机关 ; 期 一次 于 上 ; 计 计数 趟 经 干部 ; 须 >= 1\n\
         义务 C2 \"组织\" 谁 县级 ; 期 一次 于 上 ; 计 计数 趟 经 单位 ; 须 = 1\n\
         义务 C3 \"现行\" 谁 机关 ; 期 一次 于 上 ; 计 计数 现行 结对 经 干部 ; 须 >= 1\n\
         义务 C4 \"户\" 逐 户 ; 计 存在 走访 当 户 = 本 ; 须 是\n\
         查验 C5 \"比例\" 谁 县级 ; 期 每月 于 上 ; 计 比例 (趟 当 单位 = 本) 满足 计划项 有 ; 示\n",
    );
    assert_eq!(modes(&plan), ["C1 fn", "C2 fw!", "C3 sn!", "C4 fn", "C5 sw"]);
}

#[test]
fn a_reading_that_counts_otherwise_is_told_beside_the_official_one() {
    let (plan, _) = judged(PAPER_PLAN, Some(PAPER));
    let measures = super::measures(&plan);
    let sheets: Vec<(&str, bool)> = measures
        .iter()
        .filter(|measure| measure.clause == "C110")
        .map(|measure| (measure.reading.as_str(), measure.wide))
        .collect();
    assert_eq!(sheets, [("", true), ("轮次/一轮", true)]);
    let days = measures.iter().filter(|measure| measure.clause == "C034");
    assert!(days.clone().count() == 3 && days.clone().all(|days| days.flow && !days.wide));
}

#[test]
fn of_a_thousand_findings_a_hundred_are_listed() {
    let lines: String = (0..150).map(|n| format!("走访{}户，要建台帐。\n", n + 11)).collect();
    let head = "用 \"vocabulary.md\"\n方案 a-1 \"甲\"\n  发文 \"某发〔1998〕1号\"\n";
    let paper = format!("{lines}某会\n1998年4月9日\n");
    let given = format!("{paper}\n```plan\n{head}  原文 \"sources/plan-2012-15.txt\"\n```\n");
    let (_, found) = judged(&given, Some(&paper));
    let of = |found: &[Diagnostic], code: &str| {
        let of_code = found.iter().filter(|found| found.code == code);
        of_code.cloned().collect::<Vec<_>>()
    };
    let unused = of(&found, "W0521");
    assert_eq!(unused.len(), super::LISTED_MAX + 1);
    assert_eq!(unused[super::LISTED_MAX].message, "同样的还有 50 处，没有列出");
    let bare = of(&found, "E0520");
    assert_eq!(bare.last().map(|last| last.severity), Some(Severity::Error));
    let pieces = of(&found, "W0522");
    assert_eq!(pieces[0].secondary.len(), super::PLACES_MAX);
    assert!(pieces[0].message.contains("前面的标在下面"), "{}", pieces[0].message);
    assert_eq!(of(&found, "F-05")[0].help[0], "另有 49 处没有标出");
    // A draft gets a warning for each place.
    let (_, found) = judged(&format!("{paper}\n```plan\n{head}```\n"), None);
    assert_eq!(of(&found, "F-05").len(), super::LISTED_MAX + 1);
}
