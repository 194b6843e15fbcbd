//! The tidy test: style as a test, so that reviewers may talk about meaning.
//!
//! Each rule is one `#[test]` and prints every offence as `file:line: what is wrong`, all in one
//! run. The reasons stand in STYLE.md; the words that may not occur, in `tidy/words.rs`.
//! It reads text only and knows no types: clippy and the compiler judge what needs them.
//! Read next: `tidy/source.rs`, which tells code from comments and strings.

mod house;
mod size;
mod source;
mod words;

use suite::ProjectFile;

/// Fails with all offences at once; none hides another.
fn assert_none(rule: &str, offences: &[String]) {
    assert!(
        offences.is_empty(),
        "{rule}: {} offence(s)\n{}\n",
        offences.len(),
        offences.join("\n")
    );
}

/// The Rust files of the workspace.
fn rust_files() -> Vec<ProjectFile> {
    let mut files = suite::project_files();
    files.retain(|file| file.extension() == "rs" && file.is_under(&["crates/", "suite/"]));
    files
}

/// All files that hold program text: Rust, the web app, and the scripts. Generated text is not.
fn program_files() -> Vec<ProjectFile> {
    const FOLDERS: &[&str] = &["crates/", "suite/", "web/", "plans/base/", "scripts/"];
    const EXTENSIONS: &[&str] = &["rs", "ts", "vue", "mjs", "py", "sh"];
    let mut files = suite::project_files();
    files.retain(|file| {
        file.is_under(FOLDERS)
            && EXTENSIONS.contains(&file.extension())
            && !file.path.contains("/gen/")
    });
    files
}

/// A file whose whole text is test code: it may name clauses, dates and people freely.
fn is_test_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    path.starts_with("suite/")
        || path.contains("/tests/")
        || path.contains("/benches/")
        || name == "tests.rs"
        || name.ends_with("_tests.rs")
        || name.ends_with(".test.ts")
        || name.ends_with(".spec.ts")
}
