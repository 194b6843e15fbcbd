//! Totals over a plan of a few lines and a city of three organisations.
//!
//! A figure is shown as `counted [makeup] agrees`; the paper's own figures are tested in `suite`.

use facts::Number;

use super::*;
use crate::tests::trial;

fn shown(total: &TotalResult) -> String {
    let figure = |figure: &FigureResult| {
        let counted = figure.counted.map_or("?".into(), |number| number.to_string());
        format!("{counted} [{}]", figure.makeup)
    };
    let figures: Vec<String> = total.figures.iter().map(figure).collect();
    format!("{} {} {:?}", total.title, figures.join(" "), total.agrees)
}

fn counted(rules: &str) -> Vec<String> {
    let (plan, world) = trial(rules);
    totals(&plan, &world, &Basis::default()).unwrap().iter().map(shown).collect()
}

const MONTHLY: &str = "义务 T1 谁 县级 ; 期 每月 于 上半年 ; 计 计数 聚会 经 单位 ; 须 >= 2\n";

#[test]
fn each_figure_is_counted_and_says_what_it_is_made_of() {
    let rules = format!(
        "{MONTHLY}核算 \"组织\" 人数(组织) = 3\n核算 \"次数\" 数(T1) = 12\n\
         核算 \"合计\" 须和(T1) = 24\n核算 \"一县\" 12 = 满额(T1)"
    );
    let expected = [
        "组织 3 [1 + 2] Some(true)",
        "次数 12 [2 × 6] Some(true)",
        "合计 24 [12 × 2] Some(true)",
        "一县 12 [6 × 2] Some(true)",
    ];
    assert_eq!(counted(&rules), expected);
}

#[test]
fn a_wrong_figure_does_not_agree_and_hides_no_other() {
    let rules = format!("{MONTHLY}核算 \"甲\" 数(T1) = 10 且 须和(T1) = 24");
    assert_eq!(counted(&rules), ["甲 12 [2 × 6] 24 [12 × 2] Some(false)"]);
}

#[test]
fn quotas_are_those_of_the_members_only() {
    let rules = "义务 T1 谁 组织 当 级 = 市 ; 期 一次 于 上半年 ; 计 计数 聚会 经 单位 ; 须 >= 5
  汇 合计 配额 县级 按 份额\n核算 \"份额\" 配额和(T1) = 5";
    assert_eq!(counted(rules), ["份额 5 [3 + 2] Some(true)"]);
}

#[test]
fn a_target_read_from_the_subject_is_the_fullest_one() {
    let rules = "义务 T1 谁 组织 ; 期 每季 于 上半年 ; 计 计数 聚会 经 单位
  须 >= 若 本.级 = 市 则 4 否则 1\n核算 \"满额\" 满额(T1) = 8\n核算 \"合计\" 须和(T1) = 12";
    assert_eq!(counted(rules), ["满额 8 [2 × 4] Some(true)", "合计 12 [2 × 4 + 4] Some(true)"]);
}

#[test]
fn what_cannot_be_counted_is_left_open() {
    let rules = "义务 T1 谁 县级 ; 期 滚动 7日 ; 计 计数 聚会 经 单位 ; 须 >= 1
核算 \"满额\" 满额(T1) = 8";
    assert_eq!(counted(rules), ["满额 ? [] None"]);
}

#[test]
fn options_and_amendments_that_break_a_total_are_named() {
    let rules = format!(
        "{MONTHLY}  解 次 times \"几次\"\n    * 两次 two \"两次\" : 须 >= 2\n    \
         - 三次 three \"三次\" : 须 >= 3\n核算 \"次数\" 数(T1) = 12\n核算 \"满额\" 满额(T1) = 12\n\
         修订 2012-05-01 据 \"文\"\n  改 T1 须 >= 3 适用 未开始"
    );
    let (plan, world) = trial(&rules);
    let broken = broken_totals(&plan, &world).unwrap();
    let option = Cause::Option { clause: 0, axis: 0, option: 1 };
    let causes: Vec<Cause> = broken.iter().map(|broken| broken.cause).collect();
    assert_eq!(causes, [option, Cause::Amendment(0)]);
    let texts: Vec<String> = broken.iter().flat_map(|b| b.totals.iter().map(shown)).collect();
    assert_eq!(texts, ["满额 18 [6 × 3] Some(false)", "满额 14 [4 × 2 + 2 × 3] Some(false)"]);
    assert_eq!(broken[1].totals[0].figures[0].stated, Some(Number::whole(12)));
}
