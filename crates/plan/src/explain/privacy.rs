//! Explanations of E06xx: forms: privacy, and facts typed twice.
//!
//! The texts are for office staff; a test compiles the cases of the newer codes.
//! Read next: `../explain.rs`.

use super::{Explanation, entry};

/// One table, by code.
pub(super) const TABLE: &[Explanation] = &[
    entry(
        "E0601",
        "个人信息没有密级",
        "姓名、电话、自由填写的文字要标 ◐（可计、不外显）或 🔒（只在需要时打开）。\
         确实可以公开的，字段或表单写“公开”。",
        "姓名 name : 文本",
        "姓名 name : 文本 🔒",
    ),
    entry(
        "E0602",
        "义务读了 🔒 字段",
        "🔒 字段平时不打开，义务不能靠它判定。改用别的字段，或在表单里另设一个可计的代码。",
        "计 计数 走访 当 情况 有",
        "计 计数 走访 当 谈及 有",
    ),
    entry(
        "E0610",
        "同一件事要填两次",
        "这张表单有一个必填的字段指向另一张表单，那边已经填过同名、同类型的内容，从那里就能读到。\
         再填一次是重复填报，两处还会不一样。改为 算，从那边读。日期、文字、附件和“归”所写的字\
         段不算。",
        "表单 低保核对 check_up 归 记录单位\n  户 household : 户\n  村 village : 组织\
         \n  日期 day : 日期 ⏱",
        "表单 低保核对 check_up 归 记录单位\n  户 household : 户\n  村 village : 组织 算 户.村\
         \n  日期 day : 日期 ⏱",
    ),
    entry(
        "E0612",
        "两个方案对同一个别名的声明不同",
        "别名是事实文件和列的名称。几个方案同时进行，事实是同一份，同一个别名就只能有一个意思。\
         放进共用的文件里声明一次，或给其中一个换别名。下面两行分别写在两个方案里。",
        "表单 慰问 gift ; 日期 day : 日期 ⏱ ; 数额 amount : 数\n\
         表单 慰问 gift ; 日期 day : 日期 ⏱ ; 数额 amount : 是否",
        "表单 慰问 gift ; 日期 day : 日期 ⏱ ; 数额 amount : 数\n\
         表单 慰问 gift ; 日期 day : 日期 ⏱ ; 数额 amount : 数",
    ),
];
