//! The base folder: organisations, places and workdays that a plan is counted over.
//!
//! A plan's figures hold for the organisations its city really has, not for those a rehearsal
//! happens to bring. They lie beside the plan, in `base/` under the first word of the plan's id;
//! plans of later years share them. It holds no person, household or record.
//! Read next: `paper/total.rs` and `command/check/analysis.rs`, which count over it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use document::{Fault, FolderRead, ReadOptions};
use plan::plan::Plan;

/// Where base folders lie, beside the plan file.
const FOLDER: &str = "base";

/// Where the base folder of a plan has to be.
pub fn beside(file: &Path, plan: &Plan) -> PathBuf {
    let city = plan.id.split('-').next().unwrap_or_default();
    file.parent().unwrap_or(Path::new("")).join(FOLDER).join(city)
}

/// The base folder beside a plan; `None` when there is none.
pub fn find(file: &Path, plan: &Plan) -> Result<Option<FolderRead>, Fault> {
    let dir = beside(file, plan);
    // Without an id the path would be that of all base folders.
    if plan.id.is_empty() || !dir.is_dir() {
        return Ok(None);
    }
    read(&dir, plan).map(Some)
}

/// A base folder that was named.
pub fn read(dir: &Path, plan: &Plan) -> Result<FolderRead, Fault> {
    let schema = Arc::new(plan.schema.clone());
    let check = |form, row: &facts::Version| duty::broken(plan, form, row);
    document::folder::read_checked(dir, schema, &ReadOptions::default(), &check)
}
