//! Watches the built web app, so that a new build of it makes a new program.
//!
//! Cargo can only watch a folder that exists, and a fresh clone has none: it is made empty, and the
//! server then says in one sentence that the app is not built.
//! It does not build the web app; `make` does.

fn main() {
    // Without the folder only the watching fails; the embedding allows it to be missing.
    let _ = std::fs::create_dir_all("../../web/dist");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=../../web/dist");
}
