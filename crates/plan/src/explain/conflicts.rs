//! Explanations of W07xx E07xx: demands that clash or cannot be met.
//!
//! The texts are for office staff; a test compiles the cases of the newer codes.
//! Read next: `../explain.rs`.

use super::{Explanation, entry};

/// One table, by code.
pub(super) const TABLE: &[Explanation] = &[
    entry(
        "W0733",
        "两条义务计的是同一件事，要求不同",
        "对象、期、限和计都一样，只有数目不同：做到一条未必做到另一条，看的人不知道以哪条为准。\
         只留一条；若是同一句话的两种读法，并成一个 解。标为 源 建议 的不算。",
        "义务 A1 谁 机关 ; 期 每月 于 全年 ; 计 计数 趟 经 干部 ; 须 >= 2\n\
         义务 A2 谁 机关 ; 期 每月 于 全年 ; 计 计数 趟 经 干部 ; 须 >= 3",
        "义务 A1 谁 机关 ; 期 每月 于 全年 ; 计 计数 趟 经 干部 ; 须 >= 2\n\
         义务 A2 谁 机关 ; 期 每季 于 全年 ; 计 计数 趟 经 干部 ; 须 >= 9",
    ),
    entry(
        "E0734",
        "须 怎么也达不到",
        "几个条件相抵，或超出了能有的数：个数不会小于 0，比例不会超过 100%，\
         去重计代码时不会多于代码的项数。这样的义务人人都是缺。",
        "义务 A1 谁 机关 ; 期 每月 于 全年 ; 计 甲 = 计数 趟 经 干部 ; 须 甲 >= 3 且 甲 < 2",
        "义务 A1 谁 机关 ; 期 每月 于 全年 ; 计 甲 = 计数 趟 经 干部 ; 须 甲 >= 2 且 甲 < 20",
    ),
];
