//! Every SQL statement of the journal, in the words SQLite and PostgreSQL share.
//!
//! BIGINT and BYTEA are types for PostgreSQL; SQLite reads them as a whole number and as
//! "anything", and keeps bytes as bytes. `$1` counts for both as long as the numbers come in order
//! of appearance. The one difference is [`CREATE_TAIL`]: SQLite then keeps rows in the order of
//! their key, which is the order they are read in, and not a second time in an index.
//! No statement is put together from pieces of a user's text. Read next: `sqlite.rs`.

/// What SQLite adds behind the table of batches; PostgreSQL adds nothing.
pub const CREATE_TAIL: &str = "WITHOUT ROWID";

/// The table of one row that says what this is; its shape is the same in every version.
pub const CREATE_JOURNAL: &str =
    "CREATE TABLE journal (schema BIGINT NOT NULL, origin BYTEA NOT NULL)";

/// The batches.
pub const CREATE_BATCH: &str = "CREATE TABLE batch (\
    stream BIGINT NOT NULL, seq BIGINT NOT NULL, \
    device BYTEA NOT NULL, id BYTEA NOT NULL, taken_at BIGINT NOT NULL, \
    body BYTEA NOT NULL, link BYTEA NOT NULL, PRIMARY KEY (stream, seq))";

/// A device's batch stands once. The stream comes first, so that tables can be spread by it.
pub const CREATE_SENT_ONCE: &str =
    "CREATE UNIQUE INDEX batch_sent_once ON batch (stream, device, id)";

/// The version and the journal's id: `schema, origin`.
pub const INSERT_ORIGIN: &str = "INSERT INTO journal (schema, origin) VALUES ($1, $2)";

/// `schema, origin` of the one row.
pub const SELECT_ORIGIN: &str = "SELECT schema, origin FROM journal";

/// `stream, seq, device, id, taken_at, body, link`.
pub const INSERT_BATCH: &str = "INSERT INTO batch \
    (stream, seq, device, id, taken_at, body, link) VALUES ($1, $2, $3, $4, $5, $6, $7)";

/// `seq, link` of the last batch of a stream.
pub const SELECT_HEAD: &str =
    "SELECT seq, link FROM batch WHERE stream = $1 ORDER BY seq DESC LIMIT 1";

/// `seq, body` of a device's batch, by stream, device and id.
pub const SELECT_SENT: &str =
    "SELECT seq, body FROM batch WHERE stream = $1 AND device = $2 AND id = $3";

/// `seq, device, id, taken_at, body, link` of a stream, from a seq on, so many.
pub const SELECT_PAGE: &str = "SELECT seq, device, id, taken_at, body, link FROM batch \
    WHERE stream = $1 AND seq >= $2 ORDER BY seq LIMIT $3";

/// The first stream after one; asked again and again it is faster than DISTINCT.
pub const SELECT_NEXT_STREAM: &str = "SELECT MIN(stream) FROM batch WHERE stream > $1";
