//! Refusals: a user asks for what cannot be.
//!
//! Each has a stable word, a sentence and a remedy, and maps to an HTTP status here and nowhere
//! else. It is not for failures of ours, and not for unmet duties: those are results.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

/// Why a request cannot be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The day is none.
    BadDay,
    /// No organisation has this id.
    UnknownOrg,
    /// No clause has this id.
    UnknownClause,
    /// No obligation has this subject and period.
    UnknownObligation,
    /// A year has no workday table.
    UnknownYear,
    /// There is no such address.
    UnknownAddress,
}

impl Refusal {
    fn words(self) -> (StatusCode, &'static str, &'static str, &'static str) {
        let (bad, none) = (StatusCode::BAD_REQUEST, StatusCode::NOT_FOUND);
        match self {
            Refusal::BadDay => (bad, "bad_day", "没有这一天", "请写成 年-月-日，例如 2012-09-18。"),
            Refusal::UnknownOrg => (none, "unknown_org", "没有这个组织", "请从组织列表里选。"),
            Refusal::UnknownClause => (none, "unknown_clause", "没有这一条", "请从文件里点选。"),
            Refusal::UnknownObligation => {
                (none, "unknown_obligation", "没有这一项任务", "请从任务列表里点选。")
            }
            Refusal::UnknownYear => {
                (bad, "unknown_year", "这一年还没有工作日表", "请补上 workdays.csv。")
            }
            Refusal::UnknownAddress => (none, "unknown_address", "没有这个地址", "请回到首页。"),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, word, message, remedy) = self.words();
        let body = serde_json::json!({ "refusal": word, "message": message, "remedy": remedy });
        (status, Json(body)).into_response()
    }
}
