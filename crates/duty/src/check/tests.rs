//! Deadlines, subjects and figures over a plan of a few lines, each finding with a case beside it.
//!
//! Findings are compared by code and message; the paper itself is checked in `suite`.
//! Read next: `tests/otherwise.rs` for other readings, `tests/people.rs`.

mod otherwise;
mod people;

use plan::diagnostic::{Diagnostic, Severity};

use super::*;
use crate::tests::trial;

/// Code and message of each finding about deadlines.
fn of_deadlines(rules: &str) -> Vec<String> {
    let (plan, world) = trial(rules);
    deadlines(&plan, &world).0.iter().map(shown).collect()
}

fn of_subjects(rules: &str) -> Vec<String> {
    let (plan, world) = trial(rules);
    subjects(&plan, &world).iter().map(shown).collect()
}

fn shown(found: &Diagnostic) -> String {
    format!("{} {}", found.code, found.message)
}

const COUNTED: &str = "计 计数 聚会 经 单位 ; 须 >= 1";

fn once(id: &str, more: &str) -> String {
    format!("义务 {id} 谁 县级 ; 期 一次 于 上半年 ; {COUNTED} ; {more}\n")
}

#[test]
fn a_day_off_is_found_once_for_all_its_clauses_and_moving_it_helps() {
    // 2012-06-30 was a Saturday, 2012-06-29 a Friday.
    let rules = once("T1", "补") + &once("T2", "补") + &once("T3", "限 期末 顺延");
    assert_eq!(of_deadlines(&rules), ["W0721 2012-06-30 不是工作日，2 条在这一天到期"]);
    assert!(of_deadlines(&once("T1", "限 2012-06-29")).is_empty());
}

#[test]
fn the_end_of_a_month_is_what_it_is() {
    let monthly = format!("义务 T1 谁 县级 ; 期 每月 于 上半年 ; {COUNTED}");
    assert!(of_deadlines(&monthly).is_empty());
    let written = format!("{monthly} ; 限 期末 + 0日");
    // 31 March was a Saturday on which one worked, 30 April a Monday off, 30 June a Saturday.
    let days: Vec<String> = of_deadlines(&written).iter().map(|f| f[6..16].to_owned()).collect();
    assert_eq!(days, ["2012-04-30", "2012-06-30"]);
}

#[test]
fn a_period_cut_by_its_window_is_told() {
    let rules = "时段 春 = 2012-02-01 至 2012-06-30\n".to_owned()
        + &format!("义务 T1 谁 县级 ; 期 每季 于 春 ; {COUNTED}");
    assert_eq!(of_deadlines(&rules), ["W0340 2012-02-01 至 2012-03-31 不是完整的一期"]);
}

#[test]
fn a_due_date_before_its_period_is_an_error() {
    let found = of_deadlines(&once("T1", "限 2011-12-30"));
    assert_eq!(found, ["E0510 T1 的限期 2011-12-30 早于开始的日子 2012-01-01"]);
}

#[test]
fn what_is_due_after_the_term_is_told_and_what_goes_on_is_not() {
    let all = "时段 全年 = 2012-01-01 至 2012-12-31\n";
    let monthly = |onward| format!("{all}义务 T1 谁 县级 ; 期 每月 于 全年{onward} ; {COUNTED}");
    let late = monthly("") + " ; 限 期末 + 5工作日";
    assert_eq!(of_deadlines(&late), ["W0722 限期落在活动结束（2012-12-31）以后"]);
    assert!(of_deadlines(&(monthly(" 续") + " ; 限 期末 + 5工作日")).is_empty());
    let (plan, world) =
        trial("义务 T1 逐 聚会 ; 计 计数 聚会 当 单位 = 本.单位 ; 须 >= 1 ; 限 本.日期 + 30日");
    let found = deadlines(&plan, &world).0;
    assert_eq!(found[0].primary.as_ref().unwrap().text, "2012-12-01 以后开始的");
}

#[test]
fn a_year_without_workdays_is_trouble_and_no_guess() {
    let (plan, mut world) = trial(&once("T1", "补"));
    world.calendar = facts::Calendar::default();
    assert!(matches!(deadlines(&plan, &world), (found, Some(_)) if found.is_empty()));
}

const LETTERS: &str = "表单 文 paper 公开 归 单位 ; 单位 org : 组织 ; 日期 date : 日期 ⏱
表单 报 sent 公开 归 单位 ; 单位 org : 组织 ; 件 document : 文 / 聚会? ; 日期 date : 日期 ⏱
";

fn letters(send_by: &str, who: &str) -> String {
    format!(
        "{LETTERS}义务 T1 谁 县级 ; 期 一次 于 上半年 ; 计 存在 报 经 单位 当 件 属于 文 ; 须 是
  限 {send_by}\n义务 T2 谁 {who} ; 期 一次 于 上半年 ; 计 存在 文 经 单位 ; 须 是 ; 限 2012-06-29"
    )
}

#[test]
fn what_is_used_must_not_be_demanded_later() {
    let told = "W0723 T1 在 2012-06-01 要用 文，T2 到 2012-06-29 才要求有";
    assert_eq!(of_deadlines(&letters("2012-06-01", "组织")), [told]);
    assert!(of_deadlines(&letters("2012-06-29", "组织")).is_empty());
    // Somebody else's paper.
    assert!(of_deadlines(&letters("2012-06-01", "组织 当 级 = 市")).is_empty());
}

#[test]
fn many_that_use_what_many_demand_later_are_told_once_each() {
    let rules = |count: usize| {
        let one = |number: usize| {
            format!(
                "义务 U{number} 谁 县级 ; 期 一次 于 上半年 ; 计 存在 报 经 单位 当 件 属于 文 ; 须 是 ; 限 2012-06-01
义务 M{number} 谁 组织 ; 期 一次 于 上半年 ; 计 存在 文 经 单位 ; 须 是 ; 限 2012-06-29\n"
            )
        };
        LETTERS.to_owned() + &(1..=count).map(one).collect::<String>()
    };
    let used = |count: usize| {
        let (plan, world) = trial(&rules(count));
        let found = deadlines(&plan, &world).0;
        found.into_iter().filter(|found| found.code == "W0723").collect::<Vec<_>>()
    };
    let two = used(2);
    let told = "W0723 U1 在 2012-06-01 要用 文，M1、M2 更晚才要求有";
    assert_eq!((two.len(), shown(&two[0])), (2, told.to_owned()));
    let many = used(130);
    assert_eq!(many.len(), plan::check::LISTED_MAX + 1);
    assert!(shown(&many[0]).ends_with("M1、M2、M3、M4、M5 等 130 条更晚才要求有"));
    assert_eq!(many[plan::check::LISTED_MAX].message, "同样的还有 30 处，没有列出");
}

#[test]
fn more_than_three_due_dates_on_three_workdays_are_a_crowd() {
    let due = |id: &str, day: &str| once(id, &format!("限 {day}"));
    let three = due("T1", "2012-06-04") + &due("T2", "2012-06-05") + &due("T3", "2012-06-06");
    assert!(of_deadlines(&three).is_empty());
    let four = three.clone() + &due("T4", "2012-06-06");
    let told = "W0724 2012-06-04 起 3 个工作日内，2 个担任务的各有 4 条到期";
    assert_eq!(of_deadlines(&four), [told]);
    let advice = three.clone() + &due("T4", "2012-06-06 ; 源 建议 \"宜\"");
    assert!(of_deadlines(&advice).is_empty());
    assert!(of_deadlines(&(three + &due("T4", "2012-06-07"))).is_empty());
}

#[test]
fn a_set_that_holds_nobody_is_told_with_its_clauses() {
    let village = "集合 村级 = 组织 当 名 = \"无\"\n";
    let rules = format!("{village}义务 T1 谁 县级 + 村级 ; 期 一次 于 上半年 ; {COUNTED}");
    assert_eq!(of_subjects(&rules), ["W0731 “村级”里一个也没有，没有谁来担"]);
    let (plan, world) = trial(&rules);
    let found = subjects(&plan, &world);
    assert_eq!(found[0].primary.as_ref().unwrap().text, "其中一部分");
    assert!(of_subjects(&once("T1", "补")).is_empty());
}

#[test]
fn a_level_the_sentence_leaves_out_is_a_note() {
    let duty = |quote: &str| {
        let quote = format!("引 \"{quote}\"");
        format!("义务 T1 谁 组织 ; {quote} ; 期 一次 于 上半年 ; {COUNTED} ; 限 2012-06-29")
    };
    assert_eq!(of_subjects(&duty("各县每年开会")), ["W0732 T1 的句子没有写到：市"]);
    for fine in ["市、县两级每年开会", "各级每年开会", "县以上每年开会", "每年开会"]
    {
        assert!(of_subjects(&duty(fine)).is_empty(), "{fine}");
    }
    let (plan, world) = trial(&duty("社区、各县每年开会"));
    assert!(subjects(&plan, &world).iter().all(|found| found.severity == Severity::Note));
}

#[test]
fn quotas_that_do_not_add_up_are_an_error() {
    let shared = |target: u8| {
        format!(
            "义务 T1 谁 组织 当 级 = 市 ; 期 一次 于 上半年 ; 计 计数 聚会 经 单位
  须 >= {target} ; 汇 合计 配额 县级 按 份额"
        )
    };
    let found = |target| {
        let (plan, world) = trial(&shared(target));
        quotas(&plan, &world).iter().map(shown).collect::<Vec<_>>()
    };
    assert!(found(5).is_empty());
    assert_eq!(found(6), ["E0530 T1 要 6，“份额”分下去的加起来是 5"]);
}

#[test]
fn a_wrong_figure_is_an_error_and_another_reading_a_note() {
    let rules = once("T1", "补")
        + "核算 \"次数\" 数(T1) = 3\n"
        + "义务 T2 谁 县级 ; 期 每月 于 上半年 ; 计 计数 聚会 经 单位 ; 须 >= 2
  解 次 times \"几次\"\n    * 两次 two \"两次\" : 须 >= 2\n    - 三次 three \"三次\" : 须 >= 3
核算 \"满额\" 满额(T2) = 12";
    let (plan, world) = trial(&rules);
    let totals = crate::totals(&plan, &world, &Default::default()).unwrap();
    let broken = crate::broken_totals(&plan, &world).unwrap();
    let found = figures(&plan, &totals, &broken);
    let texts: Vec<String> = found.iter().map(shown).collect();
    let expected = [
        "E0550 核算“次数”不对：方案写 3，算出 2",
        "W0550 T2 换一种读法，数会变：次/三次 满额 12→18 = 6 × 3",
    ];
    assert_eq!(texts, expected);
    assert_eq!(found[1].severity, Severity::Note);
}
