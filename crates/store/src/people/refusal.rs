//! Why something about accounts cannot be, in words for the person who asked.
//!
//! A refusal at sign-in never says which half was wrong, nor whether there is such an account: one
//! word, [`Refusal::NotSignedIn`], for all of it. The others answer people who are known already.
//! Texts are plain Chinese and say what to do; programs look at the code. The world failing is a
//! [`crate::Fault`], not this. Read next: `../people.rs`.

use std::fmt;

use crate::fault::Fault;

/// What cannot be, whoever asks again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// Nobody was let in; the one answer for an unknown name, a wrong half, and too many guesses.
    NotSignedIn,
    /// The session ended, or never was.
    SessionEnded,
    /// The slip was used, has expired, was replaced, or never was.
    SlipNotGood,
    /// The six digits shown by the authenticator were not right.
    WrongDigits,
    /// A fresh proof did not hold, or too many were tried.
    NotProved,
    /// A PIN that anybody would try first, or not 6 to 12 digits.
    WeakPin,
    /// A password that the policy does not take.
    WeakPassword(Weakness),
    /// There is such a login name already.
    LoginTaken,
    /// There is no such account, grant, device or session.
    NotThere,
    /// The accounts exist already: nothing begins twice.
    AlreadyBegun,
    /// The account is disabled.
    Disabled,
    /// The account is not disabled, or not yet in use.
    OtherState,
    /// System, security and audit administrators are three accounts and hold no other role.
    RolesApart,
    /// An auditor from outside comes for a time: a last day is needed.
    LastDayMissing,
    /// The last day lies before the first.
    DaysReversed,
    /// Administrators belong to no organisation; everybody else to one.
    OrgMismatch,
    /// Nobody changes rights of her own.
    OwnRights,
    /// Without this one nobody could do an administrator's work.
    LastAdministrator,
    /// More phones than one person has.
    TooManyPhones,
}

/// Why a password is not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Weakness {
    /// Fewer characters than wanted.
    Short {
        /// How many are wanted.
        min: usize,
    },
    /// More characters than are read.
    Long {
        /// How many are read.
        max: usize,
    },
    /// Fewer than three of: capital letters, small letters, digits, others.
    Plain,
    /// It stands on the list of those tried first, or is made like them.
    Common,
    /// It holds the login name.
    HoldsLogin,
    /// It is the one in use.
    Same,
}

impl Refusal {
    /// The stable word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::NotSignedIn => "not-signed-in",
            Refusal::SessionEnded => "session-ended",
            Refusal::SlipNotGood => "slip-not-good",
            Refusal::WrongDigits => "wrong-digits",
            Refusal::NotProved => "not-proved",
            Refusal::WeakPin => "weak-pin",
            Refusal::WeakPassword(_) => "weak-password",
            Refusal::LoginTaken => "login-taken",
            Refusal::NotThere => "not-there",
            Refusal::AlreadyBegun => "already-begun",
            Refusal::Disabled => "disabled",
            Refusal::OtherState => "other-state",
            Refusal::RolesApart => "roles-apart",
            Refusal::LastDayMissing => "last-day-missing",
            Refusal::DaysReversed => "days-reversed",
            Refusal::OrgMismatch => "org-mismatch",
            Refusal::OwnRights => "own-rights",
            Refusal::LastAdministrator => "last-administrator",
            Refusal::TooManyPhones => "too-many-phones",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Refusal::NotSignedIn => {
                "没有登录成功；请核对后再试，多次不成请过十五分钟再试，或联系本级联络员"
            }
            Refusal::SessionEnded => "登录状态已结束；请重新登录",
            Refusal::SlipNotGood => "这张开户条用过、过期或已换新；请向发条的人要一张新的",
            Refusal::WrongDigits => "验证器的六位数字不对；请等下一组数字再填",
            Refusal::NotProved => "没有验证成功；请核对后再试，多次不成请过十五分钟再试",
            Refusal::WeakPin => "PIN 须是 6 到 12 位数字，且不能是连号、重复或日期；请换一个",
            Refusal::WeakPassword(weakness) => return weakness.fmt(f),
            Refusal::LoginTaken => "这个登录名已有人用；请换一个",
            Refusal::NotThere => "没有这一项；请刷新后核对",
            Refusal::AlreadyBegun => "账号已经建立过；请用已有的管理员账号登录",
            Refusal::Disabled => "这个账号已停用；如需再用，请安全管理员先恢复",
            Refusal::OtherState => "账号现在的状态不能这样做；请刷新后核对",
            Refusal::RolesApart => {
                "系统、安全、审计三员须分设，管理员账号不兼其他角色；请另开一个账号"
            }
            Refusal::LastDayMissing => "外部审计须有截止日期；请填写最后一天",
            Refusal::DaysReversed => "最后一天早于第一天；请核对日期",
            Refusal::OrgMismatch => "管理员不填组织，其他角色须填一个组织；请核对",
            Refusal::OwnRights => "不能改自己的权限；请另一位安全管理员办理",
            Refusal::LastAdministrator => "这是最后一位此类管理员；请先设好接替的人",
            Refusal::TooManyPhones => "登记的手机太多；请先注销不用的一部",
        };
        f.write_str(text)
    }
}

impl fmt::Display for Weakness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Weakness::Short { min } => write!(f, "口令太短；请至少用 {min} 个字符"),
            Weakness::Long { max } => write!(f, "口令太长；请最多用 {max} 个字符"),
            Weakness::Plain => {
                write!(f, "口令太单一；请用大写、小写、数字、符号中的至少三种")
            }
            Weakness::Common => write!(f, "这个口令太常见，别人会先猜它；请换一个"),
            Weakness::HoldsLogin => write!(f, "口令里有登录名；请换一个"),
            Weakness::Same => write!(f, "新口令与现在的相同；请换一个"),
        }
    }
}

/// What was asked was not done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Denied {
    /// It cannot be; the one who asked can act on it.
    Refused(Refusal),
    /// The world failed; nothing is answered any more until a restart.
    Stopped(Fault),
}

impl From<Refusal> for Denied {
    fn from(refusal: Refusal) -> Denied {
        Denied::Refused(refusal)
    }
}

impl From<Fault> for Denied {
    fn from(fault: Fault) -> Denied {
        Denied::Stopped(fault)
    }
}

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Denied::Refused(refusal) => refusal.fmt(f),
            Denied::Stopped(fault) => fault.fmt(f),
        }
    }
}

impl std::error::Error for Denied {}
