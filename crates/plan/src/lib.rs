//! The plan language (规语): an order's own text becomes a plan that a machine can judge.
//!
//! `(Plan, diagnostics) = compile(texts)`: read the Markdown, resolve names and types, check. Pure:
//! the texts are handed in, nothing is opened. What is owed is only described here; whether it was
//! done is judged by the duty crate.
//! Read next: `tree.rs` (what an author wrote), `plan.rs` (what it means).

pub mod check;
pub mod compile;
pub mod diagnostic;
pub mod explain;
pub mod expr;
pub mod format;
mod keywords;
mod lexer;
mod near;
pub mod plan;
pub mod reader;
pub mod render;
mod resolve;
pub mod source;
pub mod tree;
