//! What the journal asks of a database: four statements and a commit that can be trusted.
//!
//! SQLite is behind it here; the tests put PostgreSQL behind it with the same statements, and other
//! tests a database that fails when told to. One value is one connection.
//! A database knows nothing of chains, groups or meanings.
//! Read next: `sql.rs`, `sqlite.rs`.

use crate::chain::{Beside, Head, Link};
use crate::entry::Id;
use crate::fault::{Broken, Fault};
use crate::writer::StreamId;

/// What a journal says of itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Origin {
    /// The version of its tables.
    pub schema: u32,
    /// Its own id, drawn when it was made.
    pub journal: Id,
}

/// A stored batch.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// Its place in the stream, from 1.
    pub seq: u64,
    /// What stands beside the body.
    pub beside: Beside,
    /// The byte form.
    pub body: Vec<u8>,
    /// Its link in the chain.
    pub link: Link,
}

/// One connection to where a journal lies.
pub trait Database: Send {
    /// What the journal says of itself.
    fn origin(&mut self) -> Result<Origin, Fault>;

    /// Begins a group, alone.
    fn begin(&mut self) -> Result<(), Fault>;

    /// Adds a row to the group.
    fn insert(&mut self, stream: StreamId, row: &Row) -> Result<(), Fault>;

    /// Ends the group. When it returns well, every row of the group survives a power cut.
    fn commit(&mut self) -> Result<(), Fault>;

    /// The last batch of a stream.
    fn head(&mut self, stream: StreamId) -> Result<Option<Head>, Fault>;

    /// Where a device's batch stands, and its body.
    fn sent(
        &mut self,
        stream: StreamId,
        device: Id,
        id: Id,
    ) -> Result<Option<(u64, Vec<u8>)>, Fault>;

    /// Rows of a stream from a seq on: at least one if there is any, at most so many.
    fn page(&mut self, stream: StreamId, from: u64, rows_max: u32) -> Result<Vec<Row>, Broken>;

    /// The first stream after one, or the first of all.
    fn stream_after(&mut self, stream: Option<StreamId>) -> Result<Option<StreamId>, Fault>;

    /// Looks for damage that no chain can see, such as an index that disagrees with its table.
    fn check(&mut self) -> Result<(), Fault>;
}

/// The next page of a reading, which ends at an empty one or at the first error.
pub(crate) fn page_or_end<T, E>(
    ended: &mut bool,
    page: Result<Vec<T>, E>,
) -> Option<Result<Vec<T>, E>> {
    let last = page.as_ref().is_ok_and(Vec::is_empty);
    *ended = last || page.is_err();
    (!last).then_some(page)
}
