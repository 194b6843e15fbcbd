//! W0724 for people: by their posts where the world names them, else by the sets of the plan.
//!
//! Organisations are in `../tests.rs`.
//! Read next: `../crowded.rs`.

use std::sync::Arc;

use facts::{Calendar, WorldBuilder};

use super::{deadlines, of_deadlines, shown, trial};

const PEOPLE: &str = "集合 甲组 = 人员 当 单位 属于 县级\n集合 乙组 = 人员 当 单位 = 单位\n\
    集合 两组 = 甲组 + 乙组\n";

fn person_duty(id: &str, who: &str, day: &str) -> String {
    format!(
        "义务 {id} 谁 {who} ; 期 一次 于 上半年 ; 限 {day}
  计 计数 聚会 当 单位 = 本.单位 ; 须 >= 1\n"
    )
}

#[test]
fn people_of_a_group_meet_a_crowd_although_the_base_names_nobody() {
    let duty = |id: &str, who: &str| person_duty(id, who, "2012-06-04");
    let three =
        PEOPLE.to_owned() + &duty("T1", "甲组") + &duty("T2", "两组") + &duty("T3", "甲组 + 乙组");
    assert!(of_deadlines(&three).is_empty());
    // 甲组 owes its own and those of both groups; 乙组 only the latter.
    let four = three.clone() + &duty("T4", "两组");
    let told = "W0724 2012-06-04 起 3 个工作日内，“甲组”每人有 4 条到期";
    assert_eq!(of_deadlines(&four), [told]);
    // What is asked of nobody else does not press her.
    assert!(of_deadlines(&(three.clone() + &duty("T4", "乙组"))).is_empty());
    // Those of a set with a condition are also of the set it is made of.
    let narrow = three + &duty("T4", "甲组 当 单位 = 单位");
    let told = "W0724 2012-06-04 起 3 个工作日内，同一批人每人有 4 条到期";
    assert_eq!(of_deadlines(&narrow), [told]);
}

#[test]
fn people_that_are_named_count_by_the_periods_in_which_they_hold_a_post() {
    let posts = "表单 任职 post 底册 ; 人员 person : 人员 ; 单位 org : 组织 ; \
        起 from : 日期 ; 止 to : 日期?\n";
    let four = ["T1", "T2", "T3", "T4"].map(|id| person_duty(id, "甲组", "2012-06-04")).concat();
    let (plan, _) = trial(&(posts.to_owned() + PEOPLE + &four));
    let schema = Arc::new(plan.schema.clone());
    let mut builder = WorldBuilder::new(schema, Calendar::builtin());
    let mut table = |file: &str, head: &[&str], rows: &[&[&str]]| {
        let form = plan.schema.form_named(file.trim_end_matches(".csv")).unwrap();
        let mut table = builder.table(file, form, head).unwrap();
        rows.iter().for_each(|row| assert!(table.row(2, row)));
    };
    table("org.csv", &["id", "name", "level"], &[&["county1", "一县", "county"]]);
    table("person.csv", &["id"], &[&["p1"], &["p2"], &["p3"]]);
    // The second left before her days were over, the third before they began.
    let head = ["id", "person", "org", "from", "to"];
    table(
        "post.csv",
        &head,
        &[
            &["a1", "p1", "county1", "2010-01-01", ""],
            &["a2", "p2", "county1", "2010-01-01", "2012-05-31"],
            &["a3", "p3", "county1", "2010-01-01", "2011-12-31"],
        ],
    );
    let (world, _, errors) = builder.finish();
    assert!(errors.is_empty(), "{errors:?}");
    let found: Vec<String> = deadlines(&plan, &world).0.iter().map(shown).collect();
    assert_eq!(found, ["W0724 2012-06-04 起 3 个工作日内，2 个担任务的各有 4 条到期"]);
}
