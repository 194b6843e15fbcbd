//! A plan of a few lines and a city of three organisations, for the tests of this crate.
//!
//! It declares all it needs, so that no change of the vocabulary can fail a test here. Periods lie
//! in a year whose days off are in the built-in calendar.

use std::sync::Arc;

use facts::{Calendar, World, WorldBuilder};
use plan::plan::Plan;
use plan::source::{Source, Sources};

/// What every trial plan begins with; rules follow.
const HEAD: &str = "方案 trial \"试验\" ; 期限 2012-01-01 至 2012-12-31
时段 上半年 = 2012-01-01 至 2012-06-30
代码 级别 level = 市 city, 县 county
表单 记录 record
  编号 id : 文本 ; 记录人 recorded_by : 人员? ; 记录单位 recorded_org : 组织? ; 记录日 recorded_at : 日期
  代记 entered_for : 人员? ; 已确认 confirmed : 是否?
表单 组织 org 底册 公开 ; 名 name : 文本 ; 级 level : 级别 ; 上级 parent : 组织?
表单 人员 person 底册 ; 单位 org : 组织? 内置
表单 聚会 gathering 公开 归 单位 ; 单位 org : 组织 ; 日期 date : 日期 ⏱
集合 县级 = 组织 当 级 = 县
参数 份额 (组织) = (\"county1\": 3, \"county2\": 2, \"elsewhere\": 9)
";

const ORGS: [[&str; 4]; 3] = [
    ["city", "甲市", "city", ""],
    ["county1", "一县", "county", "city"],
    ["county2", "二县", "county", "city"],
];

/// The plan with these rules, and the city.
pub fn trial(rules: &str) -> (Plan, World) {
    let text = format!("```plan\n{HEAD}{rules}\n```\n");
    let file = Source { name: "plan.md".into(), text };
    let (plan, found) = plan::compile::compile(&Sources { files: vec![file], papers: Vec::new() });
    assert!(found.is_empty(), "{found:?}");
    let mut builder = WorldBuilder::new(Arc::new(plan.schema.clone()), Calendar::builtin());
    let org = plan.schema.form_named("org").unwrap();
    let mut table = builder.table("org.csv", org, &["id", "name", "level", "parent"]).unwrap();
    for (line, row) in (2..).zip(ORGS) {
        assert!(table.row(line, &row));
    }
    let (world, _, errors) = builder.finish();
    assert!(errors.is_empty(), "{errors:?}");
    (plan, world)
}
