//! What a device is told of a batch it sent.
//!
//! Taken, with its place and with whatever somebody has to decide about the records it touched; or
//! waiting for a person's decision; or returned, each objection with place, reason and remedy, for
//! the author to mend. What cannot be answered at all is a fault of the store, and no answer.
//! Read next: `shape.rs`, where most objections come from.

use std::collections::BTreeSet;
use std::fmt;

use facts::merge::{RecordKey, Side};
use store::{EntryId, Id, Name, Refusal};

/// What became of a batch.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer {
    /// It is in the journal.
    Taken {
        /// The epoch in which the place holds.
        epoch: Id,
        /// Its place in its stream.
        seq: u64,
        /// Entries it builds on that have not come yet; what builds on them does not count yet.
        awaited: Vec<EntryId>,
        /// What somebody has to decide about its records.
        clashes: Vec<Clash>,
    },
    /// Its author may no longer write for its organisation, or it builds on such a batch. It is
    /// kept, and somebody of the organisation claims or returns it.
    WaitingForDecision,
    /// It is not in the journal and never will be as it is; it stays with the sender.
    Returned(Vec<Objection>),
}

/// What somebody has to decide about a record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Clash {
    /// The record.
    pub record: RecordKey,
    /// What about it.
    pub kind: ClashKind,
}

/// What about a record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ClashKind {
    /// Several say different things of a field.
    Field {
        /// The field.
        field: Name,
        /// The sides; the first holds for now.
        sides: Vec<Side>,
    },
    /// Somebody withdrew it, somebody else amended it, unseen; it stands.
    Withdrawal {
        /// The withdrawals.
        withdrawals: BTreeSet<EntryId>,
        /// The amendments.
        amendments: BTreeSet<EntryId>,
    },
}

/// Why a batch comes back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Objection {
    /// The entry, by its place in the batch; none if it is about the whole.
    pub entry: Option<u16>,
    /// The field, if it is about one.
    pub field: Option<Name>,
    /// Stable word for programs.
    pub code: &'static str,
    /// What is wrong.
    pub reason: String,
    /// What to do.
    pub remedy: String,
}

impl Objection {
    /// About the whole batch.
    pub fn new(
        code: &'static str,
        reason: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Objection {
        let (reason, remedy) = (reason.into(), remedy.into());
        Objection { entry: None, field: None, code, reason, remedy }
    }

    /// The same about an entry.
    pub fn at(self, entry: u16) -> Objection {
        Objection { entry: Some(entry), ..self }
    }

    /// The same about a field.
    pub fn of_field(self, field: &Name) -> Objection {
        Objection { field: Some(field.clone()), ..self }
    }

    pub(super) fn not_the_author() -> Objection {
        let reason = "这一批不是本人在这台设备上记的";
        Objection::new("not-the-author", reason, "请由记录人登录后发送")
    }

    pub(super) fn unknown_org(org: &Name) -> Objection {
        Objection::new("unknown-org", format!("没有 {org} 这个单位"), "请核对所属单位")
    }

    pub(super) fn record_id_used(entry: u16) -> Objection {
        let remedy = "请换一个编号再交";
        Objection::new("record-id-used", "这个编号已用于别的记录", remedy).at(entry)
    }

    pub(super) fn batch_id_used(entry: u16) -> Objection {
        let remedy = "请换一个批号再交";
        Objection::new("id-used-again", "同一批号已交过另一批内容", remedy).at(entry)
    }

    pub(super) fn too_many_entries(entry: u16) -> Objection {
        let remedy = "请作废这条记录，另记一条";
        Objection::new("too-many-entries", "这条记录改动的次数太多", remedy).at(entry)
    }

    pub(super) fn too_many_waiting() -> Objection {
        let remedy = "请联系原单位先处理已交的，再原样发送";
        Objection::new("too-many-waiting", "等待认领的记录太多", remedy)
    }

    pub(super) fn base_returned() -> Objection {
        let remedy = "请先改好那一批，再重新打开这条记录来改";
        Objection::new("base-returned", "它所依据的一批已退回", remedy)
    }

    pub(super) fn base_undecided() -> Objection {
        let reason = "它所依据的一批还没有决定";
        Objection::new("base-undecided", reason, "请先决定前一批")
    }

    pub(super) fn built_upon() -> Objection {
        let reason = "别人已经在这一批上改过";
        Objection::new("built-upon", reason, "请认领；不对的地方再改正")
    }

    pub(super) fn returned_by_person(reason: &str) -> Objection {
        Objection::new("returned", reason, "请按退回原因处理；需要时重新记一条")
    }

    pub(super) fn nothing_to_decide() -> Objection {
        let remedy = "请刷新“待认领的记录”";
        Objection::new("nothing-to-decide", "没有这一批待认领的记录", remedy)
    }

    pub(super) fn of_store(refusal: &Refusal) -> Objection {
        // The store says both in one sentence.
        let text = refusal.to_string();
        let (reason, remedy) = text.split_once('；').unwrap_or((&text, "请核对后再交"));
        Objection::new(refusal.code(), reason, remedy)
    }
}

impl fmt::Display for Objection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}；{}。", self.reason, self.remedy)
    }
}
