//! Every worked example of every plan holds, and one that does not is found.
//!
//! The examples are part of the plans: they are read by people first, and run here.
//! They are no substitute for the small world (`tiny.rs`), which is checked row by row.
#![allow(clippy::expect_used, clippy::panic, reason = "a test may fail on the spot")]

use std::path::Path;

use facts::Calendar;
use plan::plan::Plan;

/// Expectations in all plans; a plan that loses some is noticed.
const EXPECTATIONS_MIN: usize = 96;

fn plan_of(path: &Path) -> Plan {
    let sources = server::texts::load(path).expect("the plan can be read");
    plan::compile::compile(&sources).0
}

#[test]
fn every_example_of_every_plan_holds() {
    let dir = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../plans"));
    let mut expectations = 0;
    for entry in std::fs::read_dir(dir).expect("plans") {
        let path = entry.expect("a file").path();
        if path.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        let plan = plan_of(&path);
        let faults = duty::examples(&plan, &Calendar::builtin());
        assert!(faults.is_empty(), "{}: {faults:#?}", path.display());
        expectations += plan.examples.iter().map(|e| e.expects.len()).sum::<usize>();
    }
    assert!(expectations >= EXPECTATIONS_MIN, "{expectations}");
}

#[test]
fn an_example_that_does_not_hold_is_told_with_what_was_found() {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../plans/pt-12621.md"));
    let mut plan = plan_of(path);
    let clock = Calendar::builtin();
    let expect = plan.examples.iter_mut().find_map(|example| example.expects.first_mut());
    let expect = expect.expect("an expectation");
    let right = expect.status;
    expect.status = if right == plan::plan::Status::Met {
        plan::plan::Status::Missing
    } else {
        plan::plan::Status::Met
    };
    let faults = duty::examples(&plan, &clock);
    let [found] = faults.as_slice() else { panic!("{faults:#?}") };
    assert!(matches!(found.fault, duty::example::Fault::Otherwise(status, _) if status == right));
    let shown = server::example::findings(&plan, &clock);
    assert_eq!(shown.iter().map(|f| f.code).collect::<Vec<_>>(), ["E0560"]);
}
