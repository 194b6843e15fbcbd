//! The exchange in JSON: what goes over the line between a device and the server.
//!
//! These shapes are promised to devices, some of which are years old, so they are kept apart from
//! the types of the exchange and converted here. What cannot be converted is objected to like what
//! does not fit a form. Ids are 32 hexadecimal digits, an entry is `id:place`.
//! No route is here: who may send what is decided where requests come in.
//! Read next: `docs/sync.md`, an example of each; `wire/cell.rs`, values.

mod cell;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use store::{Act, Batch, Entry, EntryId, Id, Name, StreamId};

use super::answer::{Answer, Clash, ClashKind, Objection};
use super::changes::{Changes, Cursor, Fill, ToDrop};

pub use cell::{CellJson, SealedJson, ValueJson};

/// `POST /api/v1/journal`: batches, in the order they were made.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UploadJson {
    /// The batches.
    pub batches: Vec<BatchJson>,
}

/// A batch.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BatchJson {
    /// Made on the device.
    pub id: String,
    /// The device.
    pub device: String,
    /// Who entered it.
    pub author: String,
    /// For which organisation.
    pub org: String,
    /// What the device's clock said, in milliseconds since 1970.
    pub made_at: i64,
    /// What was entered.
    pub entries: Vec<EntryJson>,
}

/// An entry.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryJson {
    /// The form.
    pub form: String,
    /// The record.
    pub record: String,
    /// What happens to it.
    pub act: ActJson,
    /// The entries its author had seen; none for a statement.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub builds_on: Vec<String>,
    /// What it says of fields; nothing for a withdrawal.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, CellJson>,
}

/// What happens to a record.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActJson {
    /// It is new.
    Stated,
    /// It was always so.
    Amended,
    /// It never was.
    Withdrawn,
}

/// What became of each batch, in the order sent.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct AnswersJson {
    /// The answers.
    pub answers: Vec<AnswerJson>,
}

/// What became of a batch.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct AnswerJson {
    /// The batch.
    pub id: String,
    /// Which of the three.
    #[serde(flatten)]
    pub outcome: OutcomeJson,
}

/// Which of the three.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum OutcomeJson {
    /// It is in the journal.
    Taken {
        /// The epoch in which the place holds.
        epoch: String,
        /// Its place.
        seq: u64,
        /// Entries that have not come yet and without which it does not count.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        awaited: Vec<String>,
        /// What somebody has to decide.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        clashes: Vec<ClashJson>,
    },
    /// Somebody claims or returns it.
    WaitingForDecision,
    /// It comes back.
    Returned {
        /// Why.
        objections: Vec<ObjectionJson>,
    },
}

/// What somebody has to decide about a record: a field with its sides, or a withdrawal.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ClashJson {
    /// The form.
    pub form: String,
    /// The record.
    pub record: String,
    /// The field; none where a withdrawal is contested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The sides, the first holds for now; of a withdrawal first it, then what did not see it.
    pub sides: Vec<SideJson>,
}

/// A side.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SideJson {
    /// What it says of the field, which may be that it is empty.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "said")]
    pub says: Option<CellJson>,
    /// Who says so.
    pub entries: Vec<String>,
}

/// `null` is a value here; only what is absent is none.
fn said<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<CellJson>, D::Error> {
    CellJson::deserialize(from).map(Some)
}

/// Why a batch comes back.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ObjectionJson {
    /// The entry's place; none if it is about the whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<u16>,
    /// The field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Stable word for programs.
    pub code: String,
    /// What is wrong.
    pub reason: String,
    /// What to do.
    pub remedy: String,
}

/// What a device has; it keeps and returns it as it is.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CursorJson {
    /// The epoch.
    pub epoch: String,
    /// The version of the scope.
    pub scope: u64,
    /// Up to where, by stream.
    pub seqs: BTreeMap<u32, u64>,
    /// Organisations on the way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fill: Option<FillJson>,
}

/// Organisations on the way.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FillJson {
    /// The version of the scope that is complete.
    pub since: u64,
    /// Up to where, by stream.
    pub seqs: BTreeMap<u32, u64>,
}

/// `GET /api/v1/changes`: one page.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ChangesJson {
    /// What to drop first: nothing when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drop: Option<DropJson>,
    /// What to take in then.
    pub batches: Vec<KeptJson>,
    /// What the device has after that.
    pub cursor: CursorJson,
    /// Whether there is more.
    pub more: bool,
    /// Up to where it may forget what it sent, by stream.
    pub watermarks: BTreeMap<u32, u64>,
}

/// What to drop.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DropJson {
    /// Everything.
    All,
    /// Everything of these organisations.
    Orgs(BTreeSet<String>),
}

/// A batch in its place.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct KeptJson {
    /// Its place.
    pub seq: u64,
    /// When the server took it, in milliseconds since 1970.
    pub taken_at: i64,
    /// The batch.
    pub batch: BatchJson,
}

impl BatchJson {
    /// The batch, or why it is none.
    pub fn batch(&self) -> Result<Batch, Objection> {
        let entries = (0..).zip(&self.entries);
        let entries = entries.map(|(place, entry)| entry.entry().map_err(|o| o.at(place)));
        Ok(Batch {
            id: id(&self.id)?,
            device: id(&self.device)?,
            author: name(&self.author)?,
            org: name(&self.org)?,
            made_at: self.made_at,
            entries: entries.collect::<Result<_, _>>()?,
        })
    }

    /// A batch as it goes over the line.
    pub fn of(batch: &Batch) -> BatchJson {
        BatchJson {
            id: batch.id.to_string(),
            device: batch.device.to_string(),
            author: batch.author.to_string(),
            org: batch.org.to_string(),
            made_at: batch.made_at,
            entries: batch.entries.iter().map(EntryJson::of).collect(),
        }
    }
}

impl EntryJson {
    fn entry(&self) -> Result<Entry, Objection> {
        let fields = self.fields.iter().map(|(alias, cell)| {
            let alias = name(alias)?;
            let cell = cell.cell().map_err(|objection| objection.of_field(&alias))?;
            Ok((alias, cell))
        });
        let fields = fields.collect::<Result<_, Objection>>()?;
        let builds_on = self.builds_on.iter().map(|text| entry_id(text));
        let builds_on: BTreeSet<EntryId> = builds_on.collect::<Result<_, _>>()?;
        let act = match self.act {
            ActJson::Stated if builds_on.is_empty() => Act::Stated { fields },
            ActJson::Amended => Act::Amended { builds_on, fields },
            ActJson::Withdrawn if self.fields.is_empty() => Act::Withdrawn { builds_on },
            _ => return Err(unreadable("entry")),
        };
        Ok(Entry { form: name(&self.form)?, record: name(&self.record)?, act })
    }

    fn of(entry: &Entry) -> EntryJson {
        let fields = entry.act.fields().iter();
        EntryJson {
            form: entry.form.to_string(),
            record: entry.record.to_string(),
            act: match entry.act {
                Act::Stated { .. } => ActJson::Stated,
                Act::Amended { .. } => ActJson::Amended,
                Act::Withdrawn { .. } => ActJson::Withdrawn,
            },
            builds_on: entry_ids(entry.act.builds_on()),
            fields: fields.map(|(alias, cell)| (alias.to_string(), CellJson::of(cell))).collect(),
        }
    }
}

impl AnswerJson {
    /// An answer as it goes over the line.
    pub fn of(id: Id, answer: &Answer) -> AnswerJson {
        let outcome = match answer {
            Answer::Taken { epoch, seq, awaited, clashes } => OutcomeJson::Taken {
                epoch: epoch.to_string(),
                seq: *seq,
                awaited: entry_ids(awaited),
                clashes: clashes.iter().map(ClashJson::of).collect(),
            },
            Answer::WaitingForDecision => OutcomeJson::WaitingForDecision,
            Answer::Returned(objections) => {
                OutcomeJson::Returned { objections: objections.iter().map(of_objection).collect() }
            }
        };
        AnswerJson { id: id.to_string(), outcome }
    }
}

impl ClashJson {
    fn of(clash: &Clash) -> ClashJson {
        let (form, record) = (clash.record.form.to_string(), clash.record.record.to_string());
        match &clash.kind {
            ClashKind::Field { field, sides } => {
                let sides = sides.iter().map(|side| SideJson {
                    says: Some(CellJson::of(&side.says)),
                    entries: entry_ids(&side.entries),
                });
                ClashJson { form, record, field: Some(field.to_string()), sides: sides.collect() }
            }
            ClashKind::Withdrawal { withdrawals, amendments } => {
                let side = |entries| SideJson { says: None, entries: entry_ids(entries) };
                let sides = vec![side(withdrawals), side(amendments)];
                ClashJson { form, record, field: None, sides }
            }
        }
    }
}

fn of_objection(objection: &Objection) -> ObjectionJson {
    ObjectionJson {
        entry: objection.entry,
        field: objection.field.as_ref().map(Name::to_string),
        code: objection.code.to_owned(),
        reason: objection.reason.clone(),
        remedy: objection.remedy.clone(),
    }
}

impl CursorJson {
    /// The cursor; one that cannot be read is none, and everything is sent anew.
    pub fn cursor(&self) -> Option<Cursor> {
        let by_stream = |seqs: &BTreeMap<u32, u64>| {
            seqs.iter().map(|(stream, seq)| (StreamId(*stream), *seq)).collect()
        };
        let fill = self.fill.as_ref();
        let fill = fill.map(|fill| Fill { since: fill.since, seqs: by_stream(&fill.seqs) });
        let (epoch, seqs) = (id(&self.epoch).ok()?, by_stream(&self.seqs));
        Some(Cursor { epoch, scope: self.scope, seqs, fill })
    }

    /// A cursor as it goes over the line.
    pub fn of(cursor: &Cursor) -> CursorJson {
        let fill = cursor.fill.as_ref();
        CursorJson {
            epoch: cursor.epoch.to_string(),
            scope: cursor.scope,
            seqs: by_number(&cursor.seqs),
            fill: fill.map(|fill| FillJson { since: fill.since, seqs: by_number(&fill.seqs) }),
        }
    }
}

impl ChangesJson {
    /// A page as it goes over the line.
    pub fn of(changes: &Changes) -> ChangesJson {
        let batches = changes.batches.iter().map(|kept| KeptJson {
            seq: kept.seq,
            taken_at: kept.taken_at,
            batch: BatchJson::of(&kept.batch),
        });
        ChangesJson {
            drop: match &changes.drop {
                ToDrop::Nothing => None,
                ToDrop::All => Some(DropJson::All),
                ToDrop::Orgs(orgs) => {
                    Some(DropJson::Orgs(orgs.iter().map(Name::to_string).collect()))
                }
            },
            batches: batches.collect(),
            cursor: CursorJson::of(&changes.cursor),
            more: changes.more,
            watermarks: by_number(&changes.watermarks),
        }
    }
}

fn by_number(seqs: &BTreeMap<StreamId, u64>) -> BTreeMap<u32, u64> {
    seqs.iter().map(|(stream, seq)| (stream.0, *seq)).collect()
}

fn entry_ids<'a>(ids: impl IntoIterator<Item = &'a EntryId>) -> Vec<String> {
    ids.into_iter().map(|id| format!("{}:{}", id.batch, id.index)).collect()
}

fn unreadable(what: &str) -> Objection {
    Objection::new("unreadable", format!("这一批读不懂（{what}）"), "请更新程序后再交")
}

fn name(text: &str) -> Result<Name, Objection> {
    Name::new(text).ok_or_else(|| unreadable("name"))
}

fn id(text: &str) -> Result<Id, Objection> {
    let bytes = cell::hex(text).and_then(|bytes| bytes.try_into().ok());
    bytes.map(Id).ok_or_else(|| unreadable("id"))
}

fn entry_id(text: &str) -> Result<EntryId, Objection> {
    let (batch, index) = text.split_once(':').ok_or_else(|| unreadable("builds_on"))?;
    let index = index.parse().map_err(|_| unreadable("builds_on"))?;
    Ok(EntryId { batch: id(batch)?, index })
}
