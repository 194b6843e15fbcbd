//! The five tables of `evaluate`, columns exactly as vocabulary.md, "Output", names them.
//!
//! Each table is sorted by its first columns, so that two runs give the same bytes.

use std::path::Path;

use document::Fault;
use document::tables::{write_csv, write_errors};
use duty::{Finding, FindingKind, Obligation, Question, Standing, Verdicts};
use facts::{RecordRef, RowError, World};
use plan::plan::Plan;

use crate::api::OriginWord;

/// File names.
const TABLES: [&str; 5] =
    ["obligations.csv", "standing.csv", "evidence.csv", "findings.csv", "errors.csv"];

const OBLIGATIONS_HEAD: [&str; 16] = [
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
const STANDING_HEAD: [&str; 9] =
    ["org", "clause", "not_due", "due", "met", "late", "missing", "exempt", "cancelled"];
const EVIDENCE_HEAD: [&str; 6] =
    ["clause", "subject", "period_start", "record_form", "record_id", "part"];
const FINDINGS_HEAD: [&str; 6] = ["clause", "subject", "period_start", "kind", "value", "text"];

/// A plan as one organisation issues it, judged.
pub type Instance = (Plan, Verdicts);

/// Where the tables go, and what gives names to their rows.
pub struct Folder<'a> {
    /// The folder; made when it is not there.
    pub dir: &'a Path,
    /// The plan.
    pub plan: &'a Plan,
    /// The facts.
    pub world: &'a World,
}

/// Refuses a folder that holds anything but the tables of an earlier run: they would lie among
/// what somebody else put there, and nobody could tell which file belongs to which day.
pub fn assert_own(dir: &Path) -> Result<(), Fault> {
    let remedy = "请换一个空的、还没有的，或只有这五张表的文件夹";
    let refused = |what: String| Err(Fault::new(what, dir, remedy));
    let entries = match std::fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) => {
            return match error.kind() {
                std::io::ErrorKind::NotFound => Ok(()),
                std::io::ErrorKind::NotADirectory => refused("这是一个文件，不是文件夹".to_owned()),
                _ => refused(format!("打不开（{error}）")),
            };
        }
    };
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => return refused(format!("打不开（{error}）")),
        };
        let name = entry.file_name().to_string_lossy().into_owned();
        if !is_own(&name) || !entry.path().is_file() {
            return refused(format!("文件夹里已有别的东西（{name}）"));
        }
    }
    Ok(())
}

/// A table, or what is left of one when the program was ended while writing it.
fn is_own(name: &str) -> bool {
    let half = |table: &&str| {
        let rest = name.strip_prefix('.').and_then(|rest| rest.strip_prefix(*table));
        rest.is_some_and(|rest| rest.ends_with(".tmp"))
    };
    TABLES.contains(&name) || TABLES.iter().any(half)
}

impl Folder<'_> {
    /// Writes all five; gives each file's count of rows.
    pub fn write(
        &self,
        question: &Question,
        instances: &[Instance],
        errors: &[RowError],
    ) -> Result<Vec<(&'static str, usize)>, Fault> {
        let mut whole = Verdicts::default();
        let mut evidence = Vec::new();
        for (plan, verdicts) in instances {
            evidence.extend(self.evidence(plan, question, verdicts));
            whole.obligations.extend(verdicts.obligations.iter().cloned());
            whole.findings.extend(verdicts.findings.iter().cloned());
        }
        let standing = duty::standing(self.plan, self.world, &whole, question.day);
        let tables: [(&[&str], Vec<Vec<String>>); 4] = [
            (&OBLIGATIONS_HEAD, whole.obligations.iter().map(|row| self.owed(row)).collect()),
            (&STANDING_HEAD, self.standing(&standing)),
            (&EVIDENCE_HEAD, evidence),
            (&FINDINGS_HEAD, whole.findings.iter().map(|row| self.finding(row)).collect()),
        ];
        let mut written = Vec::new();
        for (file, (head, rows)) in TABLES.into_iter().zip(tables) {
            written.push((file, rows.len()));
            write_csv(&self.dir.join(file), head, rows.into_iter())?;
        }
        let errors_file = TABLES[4];
        write_errors(&self.dir.join(errors_file), errors)?;
        written.push((errors_file, errors.len()));
        Ok(written)
    }

    fn owed(&self, row: &Obligation) -> Vec<String> {
        let flags: Vec<&str> = row.flags.iter().map(|flag| flag.word()).collect();
        vec![
            row.clause_text(self.plan),
            self.id(row.subject),
            row.period.first.to_string(),
            row.period.last.to_string(),
            row.due.to_string(),
            row.value_text(self.plan),
            row.target_text(self.plan),
            row.status.word().to_owned(),
            row.days_late.map(|days| days.to_string()).unwrap_or_default(),
            flags.join("|"),
            self.form(row.subject),
            self.id(row.owner),
            self.form(row.owner),
            self.id(row.home),
            OriginWord::from(row.origin).word().to_owned(),
            self.plan.id.clone(),
        ]
    }

    fn standing(&self, standing: &Standing) -> Vec<Vec<String>> {
        let row = |(org, clause, step, counts): (RecordRef, usize, Option<usize>, [u32; 7])| {
            let mut cells = vec![self.id(org), clause_text(self.plan, clause, step)];
            cells.extend(counts.iter().map(u32::to_string));
            cells
        };
        standing.rows().into_iter().map(row).collect()
    }

    fn evidence(&self, plan: &Plan, question: &Question, verdicts: &Verdicts) -> Vec<Vec<String>> {
        let mut rows = Vec::new();
        let all = duty::evidences(plan, self.world, question, &verdicts.obligations);
        for (row, found) in verdicts.obligations.iter().zip(all) {
            rows.extend(found.counted.into_iter().map(|(record, part)| {
                vec![
                    row.clause_text(self.plan),
                    self.id(row.subject),
                    row.period.first.to_string(),
                    self.form(record),
                    self.id(record),
                    part,
                ]
            }));
        }
        rows
    }

    fn finding(&self, row: &Finding) -> Vec<String> {
        vec![
            clause_text(self.plan, row.clause, None),
            self.id(row.subject),
            row.period_start.to_string(),
            match row.kind {
                FindingKind::Warn => "warn".to_owned(),
                FindingKind::Show => "show".to_owned(),
            },
            finding_value(self.plan, row),
            row.text.clone(),
        ]
    }

    fn id(&self, record: RecordRef) -> String {
        self.world.id(record).to_owned()
    }

    fn form(&self, record: RecordRef) -> String {
        self.world.schema.form(record.form).alias.clone()
    }
}

/// The clause, or clause/step.
fn clause_text(plan: &Plan, clause: usize, step: Option<usize>) -> String {
    let Some(clause) = plan.clauses.get(clause) else {
        return String::new();
    };
    let step = step.and_then(|step| clause.rule.as_ref()?.steps.get(step));
    match step {
        Some(step) => format!("{}/{}", clause.id, step.label),
        None => clause.id.clone(),
    }
}

/// One figure, or several by name.
fn finding_value(plan: &Plan, row: &Finding) -> String {
    let rule = plan.clauses.get(row.clause).and_then(|clause| clause.rule.as_ref());
    let names = rule.map(|rule| rule.counts.iter().map(|count| count.name.as_str()));
    let texts = row.value.iter().map(duty::verdict::value_text);
    match (names, row.value.len()) {
        (Some(names), 2..) => {
            let parts = names.zip(texts).map(|(name, text)| format!("{name}={text}"));
            parts.collect::<Vec<_>>().join(";")
        }
        _ => texts.collect::<Vec<_>>().join(";"),
    }
}
