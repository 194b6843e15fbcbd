//! The one integration-test binary of the workspace.
//!
//! Each module is a family of tests; add a module, not a file with a `main` of its own, because
//! every binary links all crates again. Read next: `tidy.rs`, and the suite pages in Markdown.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say so and stop")]

mod bench;
mod examples;
mod fast;
mod figures;
mod laws;
mod live;
mod oracle;
mod pages;
mod plans;
mod rows;
mod tidy;
mod tiny;
