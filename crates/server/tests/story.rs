//! Stories over a small world: the server as a browser meets it, the command line as a shell does.
//!
//! One test binary, because each links the whole server. Nothing here opens a socket but to see a
//! taken port refused.
//! Read next: `story/http.rs`, `story/access.rs`, `story/line.rs`, `story/rehearse.rs`.
#![allow(clippy::unwrap_used, reason = "a test may fail on the spot")]

mod story {
    mod access;
    mod cards;
    mod http;
    mod keeping;
    mod line;
    mod pages;
    mod rehearse;
    mod small_world;
    mod switch;
    mod totals;
}
