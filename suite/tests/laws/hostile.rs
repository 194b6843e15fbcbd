//! Hostile plans: the longest text allowed is read within bounds, with messages and no panic.
//!
//! Deep parentheses, one long line, tens of thousands of items, nothing but errors. A test has no
//! clock and no scale: time and memory are measured by hand, figures in `fuzz/README.md`.
//! Read next: `crates/plan/src/reader.rs`.

use plan::source::{FileId, Source, Sources};

/// Bytes of each text.
const BYTES: usize = plan::reader::MAX_BYTES - 256;

/// The texts by name, each nearly as long as is read.
pub fn hostile() -> Vec<(&'static str, String)> {
    let fence = |text: String| format!("```plan\n{text}\n```\n");
    let many = |piece: &str| piece.repeat(BYTES / piece.len());
    vec![
        ("deep", fence(format!("指标 深 = {}", many("(")))),
        ("deep_if", fence(format!("指标 深 = {}", many("若 ")))),
        ("minus", fence(format!("指标 负 = {}1", many("- ")))),
        ("not", fence(format!("指标 非 = {}是", many("非 ")))),
        ("long_line", fence(format!("义务 C001 \"长\" ; 计 {}1 ; 须 >= 1", many("1 + ")))),
        ("items", fence(many("参数 甲 = 1\n"))),
        ("errors", fence(many("须 须 )\n"))),
        ("no_fence", many("每月下乡一次，不少于十户。\n")),
        ("fences", many("```plan\n```\n")),
        ("quotes", fence(many("“”「"))),
        ("zeros", many("\0")),
    ]
}

#[test]
fn a_hostile_text_of_the_greatest_length_is_answered_with_messages() {
    for (name, text) in hostile() {
        let mut sources = Sources::default();
        sources.files.push(Source { name: "plan.md".into(), text });
        let (plan, found) = plan::compile::compile(&sources);
        let drawn: usize =
            found.iter().take(20).map(|one| plan::render::render(one, &sources).len()).sum();
        plan::check::coverage(&plan, &sources);
        let (document, _) = plan::reader::read(&sources, FileId(0));
        let text = plan::format::format(&document, &sources);
        assert!(found.len() <= 2 * plan::reader::MAX_FINDINGS + 2, "{name}: {}", found.len());
        let calm = matches!(name, "no_fence" | "fences" | "zeros");
        assert!(calm || drawn > 0, "{name} is not answered");
        assert!(text.len() < 8 * BYTES, "{name}: {} bytes when formatted", text.len());
    }
}
