//! Deadlines under readings that are not the starred ones: told with the reading, and once.
//!
//! What another reading would change over facts is another matter, in the suite.
//! Read next: `../otherwise.rs`.

use plan::diagnostic::Diagnostic;

use super::{deadlines, of_deadlines, once, shown, trial};

#[test]
fn a_day_off_under_another_reading_is_told_with_its_name() {
    // 2012-06-29 was a Friday, 2012-06-30 a Saturday.
    let read = |star: &str, other: &str| {
        let rule = once("T1", &format!("限 {star}"));
        format!(
            "{}  解 限期 limit \"哪一天\"\n    * 严 strict \"严\" : 限 {star}\n    - 宽 loose \"宽\" : 限 {other}",
            rule
        )
    };
    let found = |rules: &str| {
        let (plan, world) = trial(rules);
        deadlines(&plan, &world).0
    };
    let other = found(&read("2012-06-29", "2012-06-30"));
    let told = "W0721 2012-06-30 不是工作日，换一种读法有 1 条在这一天到期";
    assert_eq!(other.iter().map(shown).collect::<Vec<_>>(), [told]);
    assert_eq!(other[0].primary.as_ref().unwrap().text, "T1 换成“限期/宽”");
    let same = found(&read("2012-06-30", "2012-06-30"));
    let told = "W0721 2012-06-30 不是工作日，1 条在这一天到期";
    assert_eq!(same.iter().map(shown).collect::<Vec<_>>(), [told]);
    assert!(same[0].secondary.is_empty(), "once, not per reading");
    let both = found(&(read("2012-06-29", "2012-06-30") + "\n" + &once("T2", "补")));
    let told = "W0721 2012-06-30 不是工作日，1 条在这一天到期，换一种读法另有 1 条";
    assert_eq!(both.iter().map(shown).collect::<Vec<_>>(), [told]);
}

#[test]
fn options_of_two_axes_are_taken_together_and_told_once() {
    let all = "时段 全年 = 2012-01-01 至 2012-12-31\n";
    let rules = format!(
        "{all}{}  解 段 stretch \"哪一段\"
    * 短 short \"短\" : 期 一次 于 上半年\n    - 长 long \"长\" : 期 一次 于 全年
  解 限期 limit \"哪一天\"
    * 严 strict \"严\" : 限 期末\n    - 宽 loose \"宽\" : 限 期末 + 5工作日",
        once("T1", "限 期末")
    );
    let (plan, world) = trial(&rules);
    let found = deadlines(&plan, &world).0;
    let late: Vec<&Diagnostic> = found.iter().filter(|found| found.code == "W0722").collect();
    assert_eq!(late.len(), 1, "{found:?}");
    assert_eq!(late[0].message, "换一种读法，限期落在活动结束（2012-12-31）以后");
    let text = &late[0].primary.as_ref().unwrap().text;
    assert_eq!(text, "T1 换成“段/长，限期/宽” 最后到 2013-01-08");
    assert!(late[0].secondary.is_empty());
}

#[test]
fn what_begins_too_late_under_another_reading_is_told_with_its_name() {
    let duty = |star: &str, other: &str| {
        format!(
            "义务 T1 逐 聚会 ; 计 计数 聚会 当 单位 = 本.单位 ; 须 >= 1 ; 限 本.日期 + {star}
  解 限期 limit \"几日\"\n    * 严 strict \"严\" : 限 本.日期 + {star}
    - 宽 loose \"宽\" : 限 本.日期 + {other}"
        )
    };
    let marks = |rules: &str| {
        let (plan, world) = trial(rules);
        let found = deadlines(&plan, &world).0;
        let labels = found.iter().flat_map(|found| found.primary.iter().chain(&found.secondary));
        labels.map(|label| label.text.clone()).collect::<Vec<_>>()
    };
    let wide = "T1 换成“限期/宽”：2012-12-01 以后开始的";
    assert_eq!(marks(&duty("10日", "30日")), ["2012-12-21 以后开始的", wide]);
    assert_eq!(marks(&duty("30日", "30日")), ["2012-12-01 以后开始的"]);
}

#[test]
fn a_reading_that_is_due_before_it_begins_is_an_error() {
    let rules = once("T1", "限 2012-06-29")
        + "  解 限期 limit \"哪一天\"\n    * 严 strict \"严\" : 限 2012-06-29
    - 宽 loose \"宽\" : 限 2011-12-30";
    let told = "E0510 T1 换成“限期/宽” 的限期 2011-12-30 早于开始的日子 2012-01-01";
    assert_eq!(of_deadlines(&rules), [told]);
}
