//! Small plans and what must be found in them; and the paper itself, without a finding.
//! Every code of a diagnostic has a case here, so that a check that stops finding is noticed.
//! They do not look at wording.
#![allow(clippy::expect_used, clippy::panic, reason = "a test may fail on the spot")]

use super::compile;
use crate::check;
use crate::diagnostic::{Diagnostic, Severity};
use crate::expr::{ExprKind, Type};
use crate::plan::{Plan, Rule, When};
use crate::source::{Source, Sources};
use crate::tree::Unit;

const VOCABULARY: &str = include_str!("../../../../plans/vocabulary.md");
const PAPER_PLAN: &str = include_str!("../../../../plans/binzhou-2012-15.md");
const PAPER: &str = include_str!("../../../../plans/sources/plan-2012-15.txt");

fn file(name: &str, text: &str) -> Source {
    Source { name: name.into(), text: text.into() }
}

/// A plan over the vocabulary, with a term, two periods and some sets.
fn small(fence: &str) -> (Plan, Vec<Diagnostic>) {
    let head = "用 \"vocabulary.md\"\n方案 small \"小\"\n  期限 2012-01-01 至 2012-12-31\n\
        时段 上 = 2012-01-01 至 2012-06-30, 下 = 2012-07-01 至 2012-12-31\n\
        集合 机关 = 人员 当 岗类 = 机关\n";
    let text = format!("```plan\n{head}{fence}\n```\n");
    let files = vec![file("plan.md", &text), file("vocabulary.md", VOCABULARY)];
    compile(&Sources { files, papers: Vec::new() })
}

fn codes(fence: &str) -> Vec<&'static str> {
    small(fence).1.into_iter().map(|found| found.code).collect()
}

fn rule(plan: &Plan) -> &Rule {
    plan.clauses[0].rule.as_ref().expect("a rule")
}

fn duty(count: &str, must: &str) -> String {
    format!("义务 C001 谁 机关 ; 期 每月 于 上 + 下 ; 计 {count} ; 须 {must}")
}

#[test]
fn the_paper_compiles_without_a_finding_and_is_covered() {
    let files = vec![file("plan.md", PAPER_PLAN), file("vocabulary.md", VOCABULARY)];
    let papers = vec![file("sources/plan-2012-15.txt", PAPER)];
    let sources = Sources { files, papers };
    let (plan, found) = compile(&sources);
    let errors: Vec<_> = found.iter().filter(|d| d.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    assert_eq!(check::origin_counts(&plan), (33, 7, 10));
    assert_eq!(check::sentence_counts(&plan, &sources), (68, 46));
    let coverage = check::coverage(&plan, &sources);
    assert!(coverage.iter().all(|found| found.code == "W0520"), "{coverage:#?}");
    assert_eq!(coverage.len(), 22);
    let odd: Vec<_> = check::rules(&plan).iter().map(|found| found.code).collect();
    assert_eq!(odd, ["W0345"]);
}

#[test]
fn each_mistake_is_found_with_its_code() {
    let cases: Vec<(String, &str)> = vec![
        (duty("计数 走坊 经 走访人", ">= 1"), "E0201"),
        (duty("计数 趟 经 干部 当 走访 有", ">= 1"), "E0201"),
        (duty("计数 趟 经 单位", ">= 1"), "E0301"),
        (duty("计数 趟 经 干部", "是"), "E0301"),
        (duty("合计 趟.天数 经 干部", ">= 3日"), "E0302"),
        (duty("计数 趟", ">= 1") + " ; 免 在岗(本, 期) < 10日", "E0302"),
        (duty("计数 走访 经 走访人.姓名", ">= 1"), "E0602"),
        (duty("计数 去重 活动场次.居民.监护人 当 居民 有", ">= 1"), "E0312"),
        (duty("计数 办理 当 步骤 = 结束", ">= 1"), "E0320"),
        (duty("计数 现行 走访 经 走访人", ">= 1"), "E0314"),
        ("义务 C001 谁 机关 ; 须 >= 1".into(), "E0330"),
        ("义务 C001 计 计数 走访 ; 须 >= 1".into(), "E0331"),
        ("查验 C001 谁 机关 ; 计 计数 趟 经 干部".into(), "E0332"),
        ("流程 C001 逐 督查发现 ; 步 甲 走访 限 3日".into(), "E0316"),
        ("集合 甲 = 乙\n集合 乙 = 甲".into(), "E0205"),
        ("集合 机关 = 人员".into(), "E0203"),
        ("修订 2012-05-01 据 \"文\"\n  改 C009 须 >= 3 适用 未开始".into(), "E0430"),
        (duty("计数 趟 经 干部", ">= 1") + " ; 限 24小时", "E0190"),
        (
            "查验 C001 谁 县级 ; 计 比例 (需求 当 已结) 满足 办结级 属于 (乡, 村) ; 示".into(),
            "E0206",
        ),
    ];
    for (fence, code) in cases {
        let found = codes(&fence);
        assert!(found.contains(&code), "{fence}: {found:?}, wanted {code}");
    }
}

#[test]
fn one_mistake_is_one_finding() {
    for fence in [
        duty("计数 走坊 经 走访人 当 方式 = 入户", ">= 1"),
        "集合 甲 = 没有 当 级 = 市 且 名 有\n义务 C001 谁 甲 ; 计 存在 村情 经 单位 ; 须 是".into(),
    ] {
        assert_eq!(codes(&fence), ["E0201"], "{fence}");
    }
}

#[test]
fn readings_need_one_star_and_may_not_overlap() {
    let options =
        "\n  解 甲 a \"问\"\n    - 一 one \"一\" : 须 >= 1\n    - 二 two \"二\" : 须 >= 2";
    assert!(codes(&(duty("计数 趟", ">= 1") + options)).contains(&"E0401"));
    let starred = options.replace("    - ", "    * ");
    assert!(codes(&(duty("计数 趟", ">= 1") + &starred)).contains(&"E0402"));
    let one = options.replacen("    - ", "    * ", 1);
    let other = one.replace("解 甲 a", "解 乙 b");
    assert_eq!(codes(&(duty("计数 趟", ">= 1") + &one + &other)), ["E0420", "E0420"]);
}

#[test]
fn a_missing_via_is_the_one_field_of_the_subject() {
    let (plan, found) = small(&duty("计数 趟", ">= 2"));
    assert!(found.is_empty(), "{found:#?}");
    let rule = rule(&plan);
    let ExprKind::Aggregate(count) = &rule.counts[0].value.kind else { panic!("an aggregate") };
    assert!(count.via.is_some());
    assert_eq!((count.level, count.via_target), (1, 0));
    assert!(rule.counts[0].flow && rule.must.as_ref().is_some_and(|must| must.flow));
}

#[test]
fn touching_windows_are_one_stretch_and_others_stay_apart() {
    let (plan, _) = small(&duty("计数 趟", ">= 2"));
    let Some(When::Windows { stretches, .. }) = &rule(&plan).when else { panic!("windows") };
    assert_eq!(stretches.len(), 1);
    let (plan, _) = small("义务 C001 谁 机关 ; 期 每段 于 上, 下 ; 计 计数 趟 ; 须 >= 1");
    let Some(When::Windows { stretches, .. }) = &rule(&plan).when else { panic!("windows") };
    assert_eq!(stretches.len(), 2);
}

#[test]
fn a_conditional_length_is_added_to_the_onset() {
    let due = "限 始 + (若 本.码 = 亡故 则 7日 否则 30日)";
    let tail = "计 存在 走访 当 户 = 本.户 ; 须 是";
    let (plan, found) = small(&format!("义务 C001 逐 户标签 ; {tail} ; {due}"));
    assert!(found.is_empty(), "{found:#?}");
    let due = rule(&plan).due.as_ref().expect("a due day");
    let ExprKind::Shift { day, amount, unit } = &due.value.kind else { panic!("a shift") };
    assert_eq!((&day.kind, *unit), (&ExprKind::Onset, Unit::CalendarDay));
    assert_eq!(amount.ty, Type::Number(Some(Unit::CalendarDay)));
}

#[test]
fn upper_bounds_and_what_can_end_are_state() {
    for (count, must) in [
        ("计数 趟 经 干部", "<= 3"),
        ("计数 趟 经 干部", "= 3"),
        ("计数 现行 结对 经 干部", ">= 1"),
        ("计数 需求 经 承办人 当 已结", ">= 1"),
        ("比例 (趟 当 干部 = 本) 满足 计划项 有", ">= 50%"),
    ] {
        let (plan, found) = small(&duty(count, must));
        assert!(found.is_empty(), "{count}: {found:#?}");
        assert!(!rule(&plan).must.as_ref().expect("须").flow, "{count} {must}");
    }
}

#[test]
fn a_number_that_the_paper_does_not_say_is_found() {
    let wrong = PAPER_PLAN.replace("入户数 ; 须 >= 10 ;", "入户数 ; 须 >= 11 ;");
    let late = PAPER_PLAN.replace("望 2012-05-31 ; 限 2012-09-30", "望 2012-05-31 ; 限 2012-09-20");
    for text in [wrong, late] {
        assert_ne!(text, PAPER_PLAN);
        let files = vec![file("plan.md", &text), file("vocabulary.md", VOCABULARY)];
        let (_, found) = compile(&Sources { files, papers: Vec::new() });
        assert!(!found.is_empty() && found.iter().all(|d| d.code == "E0350"), "{found:#?}");
    }
}

#[test]
fn a_changed_paper_and_a_loose_quotation_are_found() {
    let prose = PAPER_PLAN.replacen("滨州市妇联\n", "滨州市妇女联合会\n", 1);
    let quote = PAPER_PLAN.replacen("引 \"要坚持调研先行\"", "引 \"坚持先调研\"", 1);
    for (text, code) in [(prose, "E0001"), (quote, "E0002")] {
        assert_ne!(text, PAPER_PLAN);
        let files = vec![file("plan.md", &text), file("vocabulary.md", VOCABULARY)];
        let papers = vec![file("sources/plan-2012-15.txt", PAPER)];
        let sources = Sources { files, papers };
        let (plan, _) = compile(&sources);
        let found = check::coverage(&plan, &sources);
        assert!(found.iter().any(|d| d.code == code), "{code}: {found:#?}");
    }
}

#[test]
fn no_cut_of_the_paper_makes_it_panic() {
    for (at, _) in PAPER_PLAN.char_indices().step_by(997) {
        let text = &PAPER_PLAN[..at];
        let files = vec![file("plan.md", text), file("vocabulary.md", VOCABULARY)];
        let sources = Sources { files, papers: vec![file("sources/plan-2012-15.txt", PAPER)] };
        let (plan, _) = compile(&sources);
        check::coverage(&plan, &sources);
    }
}

#[test]
fn doubling_sets_are_cut_off() {
    let mut fence = String::from("集合 甲0 = 村级\n");
    for n in 1..60 {
        fence += &format!("集合 甲{n} = 甲{} + 甲{}\n", n - 1, n - 1);
    }
    assert!(codes(&fence).contains(&"E0205"));
}

#[test]
fn a_measure_that_no_rule_uses_is_looked_at_too() {
    assert_eq!(codes("指标 甲 = 计数 走坊 经 走访人"), ["E0201"]);
    assert_eq!(codes("指标 甲 = 计数 走访 经 走坊人 当 方式 = 入互"), ["E0201", "E0320"]);
    assert_eq!(codes("指标 甲 = 乙 + 1"), ["E0201"]);
    assert_eq!(codes("指标 甲 = 计数 走访 当 户 = 本.户户"), ["E0201"], "in no form at all");
    assert_eq!(codes("指标 甲 = 甲 + 1"), ["E0205"]);
    assert_eq!(codes("指标 甲 = 乙 + 1\n指标 乙 = 计数 走坊 经 走访人"), ["E0201"]);
    // What only the rule will tell is left to it.
    for fine in [
        "计数 走访 经 走访人",
        "计数 走访",
        "计数 走访 当 户 = 本.户",
        "若 本.职务 = 主席 则 3 否则 1",
    ] {
        assert_eq!(codes(&format!("指标 甲 = {fine}")), [""; 0], "{fine}");
    }
}

#[test]
fn a_measure_of_two_rules_is_told_once() {
    let two = |measure: &str, must: &str| {
        let one = |id: &str, who: &str| {
            format!("义务 {id} 谁 {who} ; 期 一次 于 上 ; 计 甲 ; 须 {must}\n")
        };
        codes(&format!("指标 甲 = {measure}\n{}{}", one("C001", "机关"), one("C002", "县级")))
    };
    assert_eq!(two("计数 走坊 当 走访人 = 本", ">= 1"), ["E0201"]);
    assert_eq!(two("计数 走访 当 走访人 = 本.走坊", ">= 1"), ["E0201"], "of two kinds of subject");
    assert_eq!(two("乙 + 1", ">= 1"), ["E0201"]);
    // A name that one rule gives and nobody else does: it is used, so it is known.
    let named = "指标 甲 = 乙 + 1\n义务 C001 谁 机关 ; 期 一次 于 上 ; \
        计 乙 = 计数 走访 经 走访人 ; 计 丙 = 甲 ; 须 丙 >= 1";
    assert_eq!(codes(named), [""; 0]);
}
