//! The five tables of `nuanjia evaluate`, to the letter of the CSV contract (vocabulary.md,
//! Output).
//!
//! Rows are sorted by their first columns; days are written 2012-05-31; empty means none.
//! It judges nothing: it writes down what was judged.

use std::path::Path;

use document::Fault;
use document::tables::{write_csv, write_errors};
use duty::verdict::value_text;
use duty::{FindingKind, Question, Verdicts};
use facts::{RecordRef, RowError, World};
use plan::plan::Plan;

use crate::api::origin_word;

const OBLIGATIONS: [&str; 16] = [
    "clause",
    "subject",
    "period_start",
    "period_end",
    "due",
    "value",
    "target",
    "status",
    "days_late",
    "flags",
    "subject_form",
    "owner",
    "owner_form",
    "home_org",
    "origin",
    "plan",
];
const STANDING: [&str; 9] =
    ["org", "clause", "not_due", "due", "met", "late", "missing", "exempt", "cancelled"];
const EVIDENCE: [&str; 6] =
    ["clause", "subject", "period_start", "record_form", "record_id", "part"];
const FINDINGS: [&str; 6] = ["clause", "subject", "period_start", "kind", "value", "text"];

/// Everything that `evaluate` writes down.
pub struct Outcome<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The facts.
    pub world: &'a World,
    /// What was asked.
    pub question: &'a Question,
    /// What was judged.
    pub verdicts: &'a Verdicts,
    /// Rows left out.
    pub errors: &'a [RowError],
}

impl Outcome<'_> {
    /// Writes the five tables into a folder.
    pub fn write(&self, folder: &Path) -> Result<(), Fault> {
        let rows = self.verdicts.obligations.iter().map(|row| self.obligation(row));
        write_csv(&folder.join("obligations.csv"), &OBLIGATIONS, rows)?;
        self.write_standing(folder)?;
        self.write_evidence(folder)?;
        let findings = self.verdicts.findings.iter().map(|finding| {
            let kind = match finding.kind {
                FindingKind::Warn => "warn",
                FindingKind::Show => "show",
            };
            let value = finding.value.iter().map(value_text).collect::<Vec<_>>().join(";");
            let clause = self.plan.clauses.get(finding.clause).map_or("", |c| c.id.as_str());
            let (subject, start) = (self.id(finding.subject), finding.period_start.to_string());
            vec![clause.into(), subject, start, kind.into(), value, finding.text.clone()]
        });
        write_csv(&folder.join("findings.csv"), &FINDINGS, findings)?;
        write_errors(&folder.join("errors.csv"), self.errors)
    }

    fn id(&self, record: RecordRef) -> String {
        self.world.id(record).to_string()
    }

    fn form(&self, record: RecordRef) -> String {
        self.plan.schema.form(record.form).alias.clone()
    }

    fn obligation(&self, row: &duty::Obligation) -> Vec<String> {
        let flags = row.flags.iter().map(|flag| flag.word()).collect::<Vec<_>>().join("|");
        vec![
            row.clause_text(self.plan),
            self.id(row.subject),
            row.period.first.to_string(),
            row.period.last.to_string(),
            row.due.to_string(),
            row.value_text(self.plan),
            row.target_text(self.plan),
            row.status.word().into(),
            row.days_late.map_or_else(String::new, |days| days.to_string()),
            flags,
            self.form(row.subject),
            self.id(row.owner),
            self.form(row.owner),
            self.id(row.home),
            origin_word(row.origin).into(),
            self.plan.id.clone(),
        ]
    }

    fn write_standing(&self, folder: &Path) -> Result<(), Fault> {
        let day = self.question.day;
        let standing = duty::standing(self.plan, self.world, self.verdicts, day);
        let rows = standing.rows().into_iter().map(|(org, clause, step, counts)| {
            let clause = self.plan.clauses.get(clause);
            let label = clause.and_then(|c| c.rule.as_ref()?.steps.get(step?));
            let id = clause.map_or("", |clause| clause.id.as_str());
            let id = label.map_or_else(|| id.to_string(), |step| format!("{id}/{}", step.label));
            [self.id(org), id].into_iter().chain(counts.iter().map(u32::to_string)).collect()
        });
        write_csv(&folder.join("standing.csv"), &STANDING, rows)
    }

    fn write_evidence(&self, folder: &Path) -> Result<(), Fault> {
        let rows = &self.verdicts.obligations;
        let found = duty::evidences(self.plan, self.world, self.question, rows);
        let lines = rows.iter().zip(&found).flat_map(|(row, evidence)| {
            evidence.counted.iter().map(|(record, part)| {
                vec![
                    row.clause_text(self.plan),
                    self.id(row.subject),
                    row.period.first.to_string(),
                    self.form(*record),
                    self.id(*record),
                    part.clone(),
                ]
            })
        });
        write_csv(&folder.join("evidence.csv"), &EVIDENCE, lines)
    }
}
