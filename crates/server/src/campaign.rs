//! A campaign in memory: the compiled plan, its texts, the facts, and verdicts by day.
//!
//! Verdicts are derived and may be thrown away; the last days asked for are kept so that a page
//! opens at once. One evaluation runs at a time.
//! Read next: `api.rs`.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use document::Fault;
use duty::{Question, Standing, Verdicts};
use facts::{Day, FormId, RecordRef, RowError, World};
use plan::diagnostic::{Diagnostic, Severity};
use plan::plan::Plan;
use plan::source::Sources;

use crate::refusal::Refusal;

/// Days whose verdicts are kept; a slider drawn over a month fits.
const DAYS_KEPT: usize = 40;

/// A running campaign.
pub struct Campaign {
    /// Texts it was compiled from.
    pub sources: Sources,
    /// The plan.
    pub plan: Plan,
    /// The facts.
    pub world: World,
    /// The rehearsal's own day, the default of every screen.
    pub today: Day,
    /// Rows left out.
    pub errors: Vec<RowError>,
    judged: Mutex<VecDeque<(Day, Arc<Judged>)>>,
}

/// Everything judged as of one day.
pub struct Judged {
    /// The rows.
    pub verdicts: Verdicts,
    /// Added up over the organisations.
    pub standing: Standing,
}

/// Why a campaign cannot be opened.
pub enum OpenError {
    /// The world failed.
    Fault(Fault),
    /// The plan has errors.
    Plan(Box<(Sources, Vec<Diagnostic>)>),
}

impl Campaign {
    /// Reads a plan and a fact folder.
    pub fn open(plan: &Path, facts: &Path, today: Day) -> Result<Campaign, OpenError> {
        let sources = crate::texts::load(plan).map_err(OpenError::Fault)?;
        let (plan, diagnostics) = plan::compile::compile(&sources);
        if diagnostics.iter().any(|d| d.severity == Severity::Error) {
            return Err(OpenError::Plan(Box::new((sources, diagnostics))));
        }
        let schema = Arc::new(plan.schema.clone());
        let options = document::folder::ReadOptions::default();
        let read = document::folder::read(facts, schema, &options).map_err(OpenError::Fault)?;
        let (world, errors) = (read.world, read.errors);
        let judged = Mutex::default();
        Ok(Campaign { sources, plan, world, today, errors, judged })
    }

    /// The verdicts of a day, judged now or remembered.
    pub fn judged(&self, day: Day) -> Result<Arc<Judged>, Refusal> {
        // A panic while the lock was held leaves remembered days only, so the lock may be taken.
        let mut kept = self.judged.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, judged)) = kept.iter().find(|(kept_day, _)| *kept_day == day) {
            return Ok(Arc::clone(judged));
        }
        let question = Question::as_of(day);
        let verdicts = duty::evaluate(&self.plan, &self.world, &question)
            .map_err(|duty::Trouble::UnknownYear(_)| Refusal::UnknownYear)?;
        let standing = duty::standing(&self.plan, &self.world, &verdicts, day);
        let judged = Arc::new(Judged { verdicts, standing });
        kept.push_back((day, Arc::clone(&judged)));
        if kept.len() > DAYS_KEPT {
            kept.pop_front();
        }
        Ok(judged)
    }

    /// The form of organisations.
    pub fn org_form(&self) -> Option<FormId> {
        self.plan.schema.form_named(facts::schema::registry::ORG)
    }

    /// The organisation with this id.
    pub fn org(&self, id: &str) -> Result<RecordRef, Refusal> {
        let found = self.org_form().and_then(|form| self.world.find(form, id));
        found.ok_or(Refusal::UnknownOrg)
    }

    /// The issuer of the plan, or the first organisation without a superior.
    pub fn root(&self) -> Option<RecordRef> {
        let form = self.org_form()?;
        let issuer = self.plan.issuer.as_ref().and_then(|(id, _)| self.world.find(form, id));
        issuer.or_else(|| self.orgs().into_iter().find(|&org| self.parent(org).is_none()))
    }

    /// All organisations in the order of their ids, which is the order of division.
    pub fn orgs(&self) -> Vec<RecordRef> {
        let Some(form) = self.org_form() else { return Vec::new() };
        let count = self.world.table(form).records.len() as u32;
        let mut orgs: Vec<_> = (0..count).map(|index| RecordRef { form, index }).collect();
        orgs.sort_by_key(|&org| self.world.id(org));
        orgs
    }

    /// The organisation above.
    pub fn parent(&self, org: RecordRef) -> Option<RecordRef> {
        self.org_value(org, "parent")?.as_ref()
    }

    /// Name as registered; the id where there is none.
    pub fn org_name(&self, org: RecordRef) -> String {
        match self.org_value(org, "name") {
            Some(facts::Value::Text(name)) => name.to_string(),
            _ => self.world.id(org).to_string(),
        }
    }

    /// Alias of its level, such as `county`.
    pub fn org_level(&self, org: RecordRef) -> String {
        let field = self.plan.schema.form(org.form).field_named("level");
        let ty = field.map(|field| &self.plan.schema.field(org.form, field).ty);
        match (self.org_value(org, "level"), ty) {
            (Some(facts::Value::Code(code)), Some(facts::FieldType::Code(list))) => {
                let codes = &self.plan.schema.code_list(*list).codes;
                codes.get(code as usize).map_or_else(String::new, |code| code.alias.clone())
            }
            _ => String::new(),
        }
    }

    fn org_value(&self, org: RecordRef, field: &str) -> Option<facts::Value> {
        let field = self.plan.schema.form(org.form).field_named(field)?;
        let version = self.world.record(org).known_at(None).last()?;
        Some(version.value(field).clone())
    }

    /// Whether an organisation is another or below it.
    pub fn within(&self, org: RecordRef, top: RecordRef) -> bool {
        let mut at = Some(org);
        // Deeper than any tree of organisations; a cycle of superiors ends here.
        for _ in 0..32 {
            match at {
                Some(org) if org == top => return true,
                Some(org) => at = self.parent(org),
                None => return false,
            }
        }
        false
    }
}
