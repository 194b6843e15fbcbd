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
    let each = |piece: fn(usize) -> String| {
        let mut text = String::new();
        for piece in (0..).map(piece) {
            if text.len() + piece.len() > BYTES {
                break;
            }
            text.push_str(&piece);
        }
        text
    };
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
        ("brackets", many("[")),
        ("blank_lines", fence(many("\n"))),
        ("comments", fence(many("#\n"))),
        ("one_word", fence(many("字"))),
        ("digits", fence(format!("参数 甲 = {}", many("9")))),
        ("full_width", fence(many("（"))),
        ("run_together", fence(format!("表单 走访\n义务 C1\n {}", many("计计数走访;")))),
        ("fields", fence(format!("义务 C1\n {}", many("示;")))),
        ("table", fence(format!("参数 甲 (组织) = ({}", many("\"1\": 1,\n")))),
        ("clauses", fence(each(|n| format!("义务 C{n} 谁 市级 ; 计 1 ; 须 是\n")))),
        ("forms", fence(each(|n| format!("表单 f{n:x}\n a : 文本\n")))),
        ("form_fields", fence(format!("表单 甲\n{}", each(|n| format!(" a{n:x} : 文本\n"))))),
        ("names", fence(each(|n| format!("参数 a{n:x} = 1\n")))),
        ("doubling", fence(each(|n| format!("集合 a{:x} = a{n:x} + a{n:x}\n", n + 1)))),
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
        let calm = matches!(
            name,
            "no_fence" | "fences" | "zeros" | "brackets" | "blank_lines" | "comments"
        );
        assert!(calm || drawn > 0, "{name} is not answered");
        assert!(text.len() < 8 * BYTES, "{name}: {} bytes when formatted", text.len());
    }
}
