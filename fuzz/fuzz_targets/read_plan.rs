//! Any bytes as a plan: compiling, drawing messages, checking and formatting must not panic.
//!
//! An author may paste anything, and a server reads what others have written; a message is the only
//! right answer to nonsense. The bytes stand as the plan itself, beside the real vocabulary when
//! they name it, and beside a paper of one sentence.
//! It compares nothing with an expected result. Read next: `fuzz/README.md`.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use plan::source::{FileId, Source, Sources};

const VOCABULARY: &str = include_str!("../../plans/vocabulary.md");
static LINE: LazyLock<Source> =
    LazyLock::new(|| Source { name: "sources/paper.txt".into(), text: "每月下乡一次。".into() });

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let used = text.contains("vocabulary.md");
    let mut sources = Sources::default();
    sources.files.push(Source { name: "plan.md".into(), text });
    if used {
        let text = VOCABULARY.to_string();
        sources.files.push(Source { name: "vocabulary.md".into(), text });
    }
    sources.papers.push(LINE.clone());
    let (compiled, found) = plan::compile::compile(&sources);
    for diagnostic in &found {
        plan::render::render(diagnostic, &sources);
    }
    plan::check::origin_line(&compiled);
    plan::check::sentence_counts(&compiled, &sources);
    plan::check::coverage(&compiled, &sources);
    let (document, _) = plan::reader::read(&sources, FileId(0));
    plan::format::format(&document, &sources);
});
