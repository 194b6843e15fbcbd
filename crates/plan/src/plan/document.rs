//! What a plan says beside its duties: documents to be made, and rules of conduct.
//!
//! Both are kept as written, so that nothing an author says is lost; nobody is judged by them.
//! Read next: `../resolve/amend.rs`, which fills them.

use facts::FormId;

use crate::source::Place;

/// 守则.
#[derive(Clone, Debug)]
pub struct Conduct {
    /// The paper it rests on.
    pub basis: String,
    /// 禁.
    pub forbid: Vec<String>,
    /// 须.
    pub require: Vec<String>,
    /// 考核: how far, and what (仅 结果).
    pub assess: Vec<(String, String)>,
}

/// 文书: a document made from records, and what goes into it.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its name.
    pub name: String,
    /// 由: index of the clause that asks for it.
    pub clause: Option<usize>,
    /// 含, in order.
    pub contains: Vec<Contained>,
    /// 附.
    pub attach: Vec<String>,
    /// 格式; empty when not given.
    pub format: String,
    /// Where.
    pub place: Place,
}

/// One part of a 文书.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contained {
    /// The figures of a clause.
    Clause(usize),
    /// The records of a form.
    Form(FormId),
}
