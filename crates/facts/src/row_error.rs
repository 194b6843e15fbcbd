//! What is wrong with a row of a fact folder, said so that its author can mend it.
//!
//! A row with an error is not read at all, the others are (vocabulary.md, Fact folder). Each error
//! names file, line and column, the reason and the remedy; its code is stable, so that a list of
//! errors can be compared and filtered.
//! It does not decide whether a run goes on: that is the command line's.
//! Read next: `world/cell.rs` for the cell rules.

use std::sync::Arc;

/// One error of one row, or of a table's head (line 1).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RowError {
    /// Name of the file, such as `visit.csv`.
    pub file: Arc<str>,
    /// Line on which the row begins; 1 is the head.
    pub line: u64,
    /// Column, or empty when the error is the whole row's.
    pub field: String,
    /// Stable code of [`code`].
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

impl RowError {
    /// Reason and remedy in one sentence, as `errors.csv` shows them.
    pub fn text(&self) -> String {
        format!("{}；{}", self.message, self.remedy)
    }
}

/// Why a cell, row or head was refused; place and file are added by whoever knows them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Trouble {
    pub code: &'static str,
    pub message: String,
    pub remedy: String,
}

impl Trouble {
    pub fn new(
        code: &'static str,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Trouble {
        Trouble { code, message: message.into(), remedy: remedy.into() }
    }

    pub fn at(self, file: &Arc<str>, line: u64, field: &str) -> RowError {
        RowError {
            file: Arc::clone(file),
            line,
            field: field.to_owned(),
            code: self.code,
            message: self.message,
            remedy: self.remedy,
        }
    }
}

/// The stable codes; a number is never given a second meaning.
pub mod code {
    /// The form has no such column.
    pub const COLUMN_UNKNOWN: &str = "E1001";
    /// A column that the form requires is not there.
    pub const COLUMN_MISSING: &str = "E1002";
    /// A column stands twice.
    pub const COLUMN_TWICE: &str = "E1003";
    /// A derived or built-in column: never typed, never in a file.
    pub const COLUMN_DERIVED: &str = "E1004";
    /// The file has no head at all.
    pub const HEAD_MISSING: &str = "E1005";
    /// More or fewer cells than the head.
    pub const CELL_COUNT: &str = "E1006";
    /// A quote that is never closed.
    pub const QUOTE: &str = "E1007";
    /// A required cell is empty.
    pub const EMPTY: &str = "E1010";
    /// Not an id.
    pub const ID: &str = "E1011";
    /// Not a day.
    pub const DAY: &str = "E1012";
    /// Not a month.
    pub const MONTH: &str = "E1013";
    /// Not a span.
    pub const SPAN: &str = "E1014";
    /// Neither yes nor no.
    pub const BOOL: &str = "E1015";
    /// Not in the code list.
    pub const CODE: &str = "E1016";
    /// Not a number.
    pub const NUMBER: &str = "E1017";
    /// Not on the grid of its 步长.
    pub const STEP: &str = "E1018";
    /// Too long.
    pub const TOO_LONG: &str = "E1019";
    /// An empty place in a list.
    pub const LIST: &str = "E1020";
    /// No record has this id.
    pub const REFERENCE_UNKNOWN: &str = "E1030";
    /// Records of several forms have this id.
    pub const REFERENCE_AMBIGUOUS: &str = "E1031";
    /// The row with this id was left out.
    pub const REFERENCE_LEFT_OUT: &str = "E1032";
    /// The field does not refer to this form.
    pub const REFERENCE_FORM: &str = "E1033";
    /// A repeated id without a later `recorded_at`.
    pub const VERSION: &str = "E1040";
    /// Two intervals of one id share days.
    pub const OVERLAP: &str = "E1041";
    /// The end lies before the beginning.
    pub const INTERVAL: &str = "E1042";
    /// A condition that the form sets its rows is not met.
    pub const RULE: &str = "E1043";
    /// A row of the replacing workday table cannot be read.
    pub const WORKDAY: &str = "E1050";
    /// So many errors that the rest is only counted.
    pub const MANY: &str = "E1099";
}
