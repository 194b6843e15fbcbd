//! What `check` looks at: the text, then the figures, deadlines and subjects over the base folder.
//!
//! What needs organisations or workdays that are not at hand is left out and said in a line; the
//! rest is still checked. A file that declares no 方案 is used by others and is only read.
//! Read next: `duty::check` and `plan::check`, which do the looking.

use std::path::Path;
use std::sync::Arc;

use document::{Fault, FolderRead};
use duty::Trouble;
use duty::check::ReadingChange;
use duty::totals::{Basis, TotalResult};
use facts::{Calendar, Day, World, WorldBuilder};
use plan::diagnostic::Diagnostic;
use plan::plan::Plan;
use plan::source::{FileId, Sources};

use crate::rehearsal::errors_in;

/// A plan with all there is to say about it.
pub struct Checked {
    /// The plan.
    pub plan: Plan,
    /// What was found.
    pub diagnostics: Vec<Diagnostic>,
    /// Its 核算, counted.
    pub totals: Vec<TotalResult>,
    /// What could not be looked at, one line each.
    pub remarks: Vec<String>,
    /// The fact folder, when one was named.
    pub facts: Option<FolderRead>,
}

impl Checked {
    /// Looks at everything.
    pub fn of(
        file: &Path,
        sources: &Sources,
        base: Option<&Path>,
        facts: Option<&Path>,
    ) -> Result<Checked, Fault> {
        let (plan, diagnostics) = of_text(sources);
        let facts = facts.map(|dir| crate::base::read(dir, &plan)).transpose()?;
        let (totals, remarks) = (Vec::new(), Vec::new());
        let mut checked = Checked { plan, diagnostics, totals, remarks, facts };
        if !checked.plan.id.is_empty() {
            let read = match base {
                Some(dir) => Some(crate::base::read(dir, &checked.plan)?),
                None => crate::base::find(file, &checked.plan)?,
            };
            checked.over_base(file, read);
            checked.examples();
        }
        Ok(checked)
    }

    fn over_base(&mut self, file: &Path, read: Option<FolderRead>) {
        match read {
            Some(read) => {
                if !read.errors.is_empty() {
                    let count = read.errors.len();
                    self.remarks.push(format!("基础底册有 {count} 行读不了，没有算进去。"));
                }
                self.figures(&read.world);
                self.quotas(&read.world);
                self.deadlines(&read.world);
                self.subjects(Some(&read.world));
            }
            None => {
                let dir = crate::base::beside(file, &self.plan);
                self.remarks.push(format!(
                    "没有基础底册 {}，没有核对数字和对象；可以用 --base 指一个。",
                    dir.display()
                ));
                let empty = nobody(&self.plan);
                self.quotas(&empty);
                self.deadlines(&empty);
                self.subjects(None);
            }
        }
    }

    fn figures(&mut self, world: &World) {
        let counted = duty::totals(&self.plan, world, &Basis::default());
        let found = duty::broken_totals(&self.plan, world);
        match counted.and_then(|counted| Ok((counted, found?))) {
            Ok((counted, broken)) => {
                self.diagnostics.extend(duty::check::figures(&self.plan, &counted, &broken));
                self.totals = counted;
            }
            Err(trouble) => self.left_out("数字", trouble),
        }
    }

    fn quotas(&mut self, world: &World) {
        self.diagnostics.extend(duty::check::quotas(&self.plan, world));
    }

    fn deadlines(&mut self, world: &World) {
        let (found, trouble) = duty::check::deadlines(&self.plan, world);
        self.diagnostics.extend(found);
        if let Some(trouble) = trouble {
            self.left_out("有的限期", trouble);
        }
    }

    /// Facts that were named come before the base: they are what will be judged.
    fn subjects(&mut self, base: Option<&World>) {
        let facts = self.facts.as_ref().map(|read| &read.world);
        if let Some(world) = facts.or(base) {
            self.diagnostics.extend(duty::check::subjects(&self.plan, world));
        }
    }

    /// A plan with errors is not judged: its examples would fail for reasons told already.
    fn examples(&mut self) {
        if errors_in(&self.diagnostics) == 0 {
            let found = crate::example::findings(&self.plan, &Calendar::builtin());
            self.diagnostics.extend(plan::check::listed(found));
        }
    }

    /// What another reading would change over the facts that were named, a line each.
    pub fn readings(&mut self, day: Day) {
        let Some(read) = &self.facts else { return };
        match duty::check::readings(&self.plan, &read.world, day) {
            Ok(changes) => {
                let lines = changes.iter().map(|change| reading_line(&self.plan, change, day));
                self.remarks.extend(lines);
            }
            Err(trouble) => self.left_out("别的读法", trouble),
        }
    }

    fn left_out(&mut self, what: &str, Trouble::UnknownYear(year): Trouble) {
        self.remarks.push(format!("没有核对{what}：{year}。"));
    }
}

/// `C035 换成“计入”（截至 …）：3 件状态不同，多 120 件，少 0 件`
fn reading_line(plan: &Plan, change: &ReadingChange, day: Day) -> String {
    let clause = plan.clauses.get(change.clause);
    let axis = clause.and_then(|clause| clause.axes.get(change.axis));
    let option = axis.and_then(|axis| axis.options.get(change.option));
    format!(
        "{} {}：换成“{}”，截至 {day} 有 {} 件状态不同，多 {} 件，少 {} 件",
        clause.map_or("", |clause| clause.id.as_str()),
        axis.map_or("", |axis| axis.label.as_str()),
        option.map_or("", |option| option.label.as_str()),
        change.differ,
        change.appear,
        change.vanish
    )
}

/// The plan with what its text alone tells.
fn of_text(sources: &Sources) -> (Plan, Vec<Diagnostic>) {
    let (plan, mut diagnostics) = plan::compile::compile(sources);
    // A file without a 方案 is used by others; what a whole plan needs is not asked of it.
    if !plan.id.is_empty() {
        diagnostics.extend(plan::check::all(&plan, sources));
    } else if errors_in(&diagnostics) == 0 {
        diagnostics.extend(nothing_written(sources));
    }
    (plan, diagnostics)
}

/// E0107: a file in which nothing is declared would pass every other check.
fn nothing_written(sources: &Sources) -> Option<Diagnostic> {
    let (document, _) = plan::reader::read(sources, FileId(0));
    let message = "文件里没有一个条目";
    let found = Diagnostic::general("E0107", message)
        .help("先写一行 ```plan，下面写 方案 id \"题\"，再用一行 ``` 结束");
    document.items.is_empty().then_some(found)
}

/// A world with workdays and nobody in it.
fn nobody(plan: &Plan) -> World {
    WorldBuilder::new(Arc::new(plan.schema.clone()), Calendar::builtin()).finish().0
}
