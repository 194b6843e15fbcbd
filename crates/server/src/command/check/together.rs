//! Several plans in one `check`: do they agree about the fact folder they share?
//!
//! Each plan is compiled once more for itself; what it lacks on its own was told before.
//! A file without a 方案 is used by others and is left out here.

use std::path::PathBuf;

use plan::diagnostic::Diagnostic;
use plan::plan::Plan;

/// Aliases that two of the plans declare differently.
pub fn clashes(files: &[PathBuf]) -> Vec<Diagnostic> {
    let texts = files.iter().filter_map(|file| crate::texts::load(file).ok());
    let plans: Vec<Plan> = texts.map(|sources| plan::compile::compile(&sources).0).collect();
    let plans: Vec<&Plan> = plans.iter().filter(|plan| !plan.id.is_empty()).collect();
    plan::check::clashes(&plans)
}
