//! Roles, and grants of them: who may act as what, for which organisation, from day to day.
//!
//! What a role may do is declared beside each route of the server; here it is only held. The three
//! administrators watch each other and so are never one person: the schema keeps them apart.
//! Read next: `schema.rs`, the trigger; `account.rs`, where grants are given and taken.

use facts::Day;

use super::{AccountId, GrantId};
use crate::entry::Name;

/// What an account may act as.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Role {
    /// 村妇女主任.
    VillageDirector,
    /// 干部.
    Cadre,
    /// 联络员.
    Liaison,
    /// 核稿.
    Checker,
    /// 签发.
    Signer,
    /// 领导.
    Leader,
    /// 督查员.
    Inspector,
    /// 信息员.
    Writer,
    /// 审核员.
    Reviewer,
    /// 维权专员.
    ProtectionOfficer,
    /// 外部审计.
    OutsideAuditor,
    /// 系统管理员.
    SystemAdmin,
    /// 安全管理员.
    SecurityAdmin,
    /// 审计管理员.
    AuditAdmin,
}

impl Role {
    /// All of them, in order.
    pub const ALL: [Role; 14] = [
        Role::VillageDirector,
        Role::Cadre,
        Role::Liaison,
        Role::Checker,
        Role::Signer,
        Role::Leader,
        Role::Inspector,
        Role::Writer,
        Role::Reviewer,
        Role::ProtectionOfficer,
        Role::OutsideAuditor,
        Role::SystemAdmin,
        Role::SecurityAdmin,
        Role::AuditAdmin,
    ];

    /// The identifier in tables and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::VillageDirector => "village_director",
            Role::Cadre => "cadre",
            Role::Liaison => "liaison",
            Role::Checker => "checker",
            Role::Signer => "signer",
            Role::Leader => "leader",
            Role::Inspector => "inspector",
            Role::Writer => "writer",
            Role::Reviewer => "reviewer",
            Role::ProtectionOfficer => "protection_officer",
            Role::OutsideAuditor => "outside_auditor",
            Role::SystemAdmin => "system_admin",
            Role::SecurityAdmin => "security_admin",
            Role::AuditAdmin => "audit_admin",
        }
    }

    /// The name people read.
    pub fn in_words(self) -> &'static str {
        match self {
            Role::VillageDirector => "村妇女主任",
            Role::Cadre => "干部",
            Role::Liaison => "联络员",
            Role::Checker => "核稿",
            Role::Signer => "签发",
            Role::Leader => "领导",
            Role::Inspector => "督查员",
            Role::Writer => "信息员",
            Role::Reviewer => "审核员",
            Role::ProtectionOfficer => "维权专员",
            Role::OutsideAuditor => "外部审计",
            Role::SystemAdmin => "系统管理员",
            Role::SecurityAdmin => "安全管理员",
            Role::AuditAdmin => "审计管理员",
        }
    }

    /// The role of an identifier.
    pub fn parse(text: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.as_str() == text)
    }

    /// Whether it is one of the three that administer and do nothing else.
    pub fn is_administrator(self) -> bool {
        matches!(self, Role::SystemAdmin | Role::SecurityAdmin | Role::AuditAdmin)
    }
}

/// What is to be granted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Granting {
    /// As what.
    pub role: Role,
    /// For which organisation and all below it; none for administrators.
    pub org: Option<Name>,
    /// The first day it holds.
    pub first: Day,
    /// The last day it holds; open where there is none.
    pub last: Option<Day>,
}

/// A role as it was granted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Grant {
    /// Its own id.
    pub id: GrantId,
    /// To whom.
    pub account: AccountId,
    /// What.
    pub what: Granting,
    /// When it was taken back, in milliseconds since 1970.
    pub revoked_at: Option<i64>,
}

impl Grant {
    /// Whether it holds on a day.
    pub fn holds(&self, day: Day) -> bool {
        let begun = self.what.first <= day;
        let ended = self.what.last.is_some_and(|last| last < day);
        self.revoked_at.is_none() && begun && !ended
    }
}
