//! What can go wrong, in four kinds that have different readers.
//!
//! A [`Refusal`] answers whoever sent a batch that cannot be taken. A [`Fault`] is the world
//! failing: disk, file, lock, version; after one the journal answers nothing more. [`Damage`] is a
//! journal that is not what was written; it names the first batch that does not hold. A bug is a
//! panic. Texts are for people who are not programmers; programs look at the kind. Read next:
//! `journal.rs`.

use std::fmt;

use crate::bytes::Unreadable;
use crate::writer::StreamId;

/// The world failing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    /// Which kind, for programs.
    pub kind: FaultKind,
    /// What happened.
    pub what: String,
    /// Where.
    pub place: String,
    /// What to do.
    pub remedy: String,
}

/// Kinds of faults.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FaultKind {
    /// The database program may lose what it has confirmed.
    OldDatabase,
    /// Others on the machine can read what only we may.
    NotPrivate,
    /// A later version wrote this journal.
    NewerSchema,
    /// Another process has it open.
    InUse,
    /// There is no journal.
    NoJournal,
    /// There is one already.
    JournalExists,
    /// What is there is no journal, or no longer.
    Damaged,
    /// It is sealed, and the key is not there or is another's.
    NoKey,
    /// Keys and what they open would lie in one folder.
    KeysBeside,
    /// A restored journal goes into an empty folder.
    FolderNotEmpty,
    /// The disk is full.
    Full,
    /// Reading, writing or confirming failed otherwise.
    Disk,
}

impl Fault {
    /// A fault of a kind.
    pub fn new(
        kind: FaultKind,
        what: impl Into<String>,
        place: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Fault {
        Fault { kind, what: what.into(), place: place.into(), remedy: remedy.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}：{}；{}。", self.place, self.what, self.remedy)
    }
}

impl std::error::Error for Fault {}

/// Why a batch cannot be taken, whenever it is sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// There is nothing in it.
    NoEntries,
    /// More of something than is taken.
    TooMuch {
        /// Of what.
        what: &'static str,
        /// How many there are.
        count: usize,
        /// How many are taken.
        max: usize,
    },
    /// An amendment or withdrawal that names no entry it has seen.
    BuildsOnNothing,
    /// A list inside a list.
    ListInList,
    /// A day outside the calendar, or a span that ends before it begins.
    NoSuchDay,
    /// An envelope that is not sealed.
    NotSealed,
    /// The device has sent another batch under this id.
    IdUsedAgain {
        /// Where that one stands.
        seq: u64,
    },
    /// Too many batches wait; this one may be sent again as it is.
    Busy,
}

impl Refusal {
    /// The stable word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::NoEntries => "no-entries",
            Refusal::TooMuch { .. } => "too-much",
            Refusal::BuildsOnNothing => "builds-on-nothing",
            Refusal::ListInList => "list-in-list",
            Refusal::NoSuchDay => "no-such-day",
            Refusal::NotSealed => "not-sealed",
            Refusal::IdUsedAgain { .. } => "id-used-again",
            Refusal::Busy => "busy",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::NoEntries => write!(f, "这一批里没有内容；请填写后再交"),
            Refusal::TooMuch { what, count, max } => {
                write!(f, "这一批过大：{what} 有 {count}，最多 {max}；请分几批交")
            }
            Refusal::BuildsOnNothing => write!(f, "更正或撤回没有指明所依据的记录；请重新打开再改"),
            Refusal::ListInList => write!(f, "列表里又有列表；请核对这一栏"),
            Refusal::NoSuchDay => write!(f, "日期超出日历或起止颠倒；请核对日期"),
            Refusal::NotSealed => write!(f, "应加密的内容没有加密；请更新程序"),
            Refusal::IdUsedAgain { seq } => {
                write!(f, "同一编号已交过另一批内容（第 {seq} 批）；请用新编号再交")
            }
            Refusal::Busy => write!(f, "等待的太多；请稍后原样再交"),
        }
    }
}

/// A batch that was not acknowledged.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NotTaken {
    /// The sender's to mend; the journal goes on.
    Refused(Refusal),
    /// The journal has stopped; whether the batch is in it shows after the restart.
    Stopped(Fault),
}

impl From<Refusal> for NotTaken {
    fn from(refusal: Refusal) -> NotTaken {
        NotTaken::Refused(refusal)
    }
}

/// A journal that is not what was written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Damage {
    /// The stream.
    pub stream: StreamId,
    /// The first batch that does not hold.
    pub seq: u64,
    /// In which way.
    pub kind: DamageKind,
}

/// In which way a batch does not hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DamageKind {
    /// It is not there, but later ones are.
    Gap,
    /// It, or what it follows, was changed.
    Link,
    /// A column of it holds what none ever held.
    Row,
    /// The chain holds, but its bytes are no batch this version can read.
    Body(Unreadable),
    /// The chain holds, but our keys do not open it: a key is missing, or another wrote it.
    Sealed,
    /// It was known elsewhere and is not there, and nothing follows.
    CutOff,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = match self.kind {
            DamageKind::Gap => "缺失，其后还有".to_owned(),
            DamageKind::Link => "与链不符：它或它的前一批被改过".to_owned(),
            DamageKind::Row => "有一栏无法读取".to_owned(),
            DamageKind::Body(Unreadable { at, expected }) => {
                format!("链完好，但本版本读不懂（第 {at} 字节，expected {expected}）")
            }
            DamageKind::Sealed => "链完好，但钥匙打不开：缺了钥匙，或不是本库所写".to_owned(),
            DamageKind::CutOff => "曾经存在，现已不在末尾".to_owned(),
        };
        write!(f, "流 {} 第 {} 批{how}；请停用，并由备份恢复。", self.stream.0, self.seq)
    }
}

/// Why a reading ended early.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Broken {
    /// The world failed; the journal has stopped.
    Fault(Fault),
    /// The journal is not what was written.
    Damage(Damage),
}

impl From<Fault> for Broken {
    fn from(fault: Fault) -> Broken {
        Broken::Fault(fault)
    }
}

impl From<Damage> for Broken {
    fn from(damage: Damage) -> Broken {
        Broken::Damage(damage)
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Broken::Fault(fault) => fault.fmt(f),
            Broken::Damage(damage) => damage.fmt(f),
        }
    }
}
