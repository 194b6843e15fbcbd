//! What every row of a season has in common: its file, its columns, its cells.
//!
//! A table of any form can thus be written by one piece of code.
//! Which forms there are stands in `rows.rs`; what a cell looks like in `cell.rs`.
//! Read next: `rows.rs`.

use super::cell::Names;

/// The columns that every file may have, in the order of [`super::cell::Mark::write`].
pub const MARK_COLUMNS: [&str; 6] =
    ["recorded_by", "recorded_org", "recorded_at", "entered_for", "confirmed", "withdrawn"];

/// A row of a form.
pub trait Row {
    /// Alias of its form, which names the file.
    const FILE: &'static str;
    /// What its ids begin with.
    const LETTER: &'static str;
    /// Its own columns, between `id` and those of every file.
    const COLUMNS: &'static [&'static str];

    /// Its cells, as many as `head` has columns.
    fn cells(&self, names: &Names<'_>) -> Vec<String>;

    /// The head of its file.
    fn head() -> Vec<&'static str> {
        let own = Self::COLUMNS.iter().copied();
        ["id"].into_iter().chain(own).chain(MARK_COLUMNS).collect()
    }
}

/// Somebody who is handed one table after the other.
pub trait Take<E> {
    /// Takes a table.
    fn table<R: Row>(&mut self, rows: &[R]) -> Result<(), E>;
}
