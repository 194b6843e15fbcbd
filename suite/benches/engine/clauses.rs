//! The twelve clauses that are measured: counts, sums, covered days, different values, medians.
//!
//! They are a cross-section of the paper: narrow and wide, flow and state, one join and two. The
//! plan is cut to them, so that an index holds what they need and nothing else. Of C054 every
//! figure is shown, because a checksum of exceeded figures alone would see few of them.
//! Read next: `checks.rs`.

use std::path::Path;

use plan::plan::Plan;

/// Their ids, in the order of the paper.
pub const CLAUSES: [&str; 12] = [
    "C030", "C034", "C035", "C036", "C037", "C038", "C050d", "C054", "C060", "C061", "C110", "C131",
];
/// The one that is a figure.
pub const FIGURE: &str = "C054";

/// The plan.
pub fn plan(path: &Path) -> Result<Plan, String> {
    let sources = server::texts::load(path).map_err(|fault| fault.to_string())?;
    let (mut plan, _) = plan::compile::compile(&sources);
    let figure = plan.clauses.iter_mut().filter(|clause| clause.id == FIGURE);
    for rule in figure.filter_map(|clause| clause.rule.as_mut()) {
        rule.show = true;
    }
    Ok(plan)
}

/// The plan with these clauses only.
pub fn narrowed(mut plan: Plan) -> Plan {
    plan.clauses.retain(|clause| CLAUSES.contains(&clause.id.as_str()));
    plan
}

/// Where they stand in the plan.
pub fn indexes(plan: &Plan) -> Vec<usize> {
    let at = |id: &str| plan.clauses.iter().position(|clause| clause.id == id);
    CLAUSES.iter().filter_map(|id| at(id)).collect()
}
