//! What is said of a worked example (例) that does not hold.
//!
//! The engine runs them and tells what it found; here that becomes a finding in the author's text,
//! under the very line, with what would make it true.
//! Read next: `duty::example`.

use duty::example::Fault;
use duty::{ExampleFault, Trouble};
use facts::Calendar;
use plan::diagnostic::Diagnostic;
use plan::plan::Plan;

/// One finding for each 设 or 则 that does not hold.
pub fn findings(plan: &Plan, calendar: &Calendar) -> Vec<Diagnostic> {
    let faults = duty::examples(plan, calendar);
    faults.iter().map(|found| finding(plan, found)).collect()
}

fn finding(plan: &Plan, found: &ExampleFault) -> Diagnostic {
    let title = plan.examples.get(found.example).map_or("", |example| example.title.as_str());
    let message = format!("例“{title}”不成立");
    let (label, help) = words(&found.fault);
    Diagnostic::new("E0560", found.place, message).at(label).help(help)
}

/// What stands under the line, and what to do.
fn words(fault: &Fault) -> (String, &'static str) {
    match fault {
        Fault::UnknownName(name) => (
            format!("例里没有“{name}”"),
            "先用“设”写出它；例里已有 例市、例县、例乡、例村、例村二 和 某人",
        ),
        Fault::WrongKind(name) => {
            (format!("“{name}”不是这一项要的那种记录"), "看表单里这一项指向哪些表单")
        }
        Fault::NothingOwed => (
            "他在这一期没有这项任务".into(),
            "看“谁”或“逐”是不是包含他；期间要写任务所属期间里的一天",
        ),
        Fault::SeveralPeriods => {
            ("他有几期这项任务".into(), "在括号里写明哪一期，如 则 A01(王芳, 月份)")
        }
        Fault::Otherwise(status, value) => {
            let value: Vec<String> = value.iter().map(duty::verdict::value_text).collect();
            let label = format!("实际是 {} 值 {}", status.label(), value.join(" · "));
            (label, "若规则对，改例；若例对，规则没有说出它要说的")
        }
        Fault::NotJudged(Trouble::UnknownYear(year)) => {
            (format!("没有评判：{year}"), "换一个历法已知的年份，或补上这一年的工作日表")
        }
    }
}
