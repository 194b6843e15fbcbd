//! Every SQL statement of the keys file, in the words SQLite and PostgreSQL share.
//!
//! A row of `key` whose key was destroyed keeps nothing but its id: enough to tell "erased" from
//! "lost". `lookup` finds a record by a number that stands nowhere.
//! No statement is put together from pieces of a user's text. Read next: `file.rs`.

/// What SQLite adds behind a table that is read by its key alone.
pub const CREATE_TAIL: &str = "WITHOUT ROWID";

/// The table of one row that says what this is and which master key opens it.
pub const CREATE_KEYS: &str = "CREATE TABLE keys (schema BIGINT NOT NULL, id BYTEA NOT NULL, \
    epoch BIGINT NOT NULL, proof BYTEA NOT NULL)";

/// The wrapped keys.
pub const CREATE_KEY: &str = "CREATE TABLE key (id BYTEA NOT NULL PRIMARY KEY, \
    form TEXT, record TEXT, epoch BIGINT NOT NULL, wrapped BYTEA, state BIGINT NOT NULL)";

/// A subject has one key. Erased rows have no subject and do not meet.
pub const CREATE_ONE_EACH: &str = "CREATE UNIQUE INDEX key_one_each ON key (form, record)";

/// The blind index.
pub const CREATE_LOOKUP: &str = "CREATE TABLE lookup (place BYTEA NOT NULL PRIMARY KEY, \
    form TEXT NOT NULL, record TEXT NOT NULL, wrapped BYTEA NOT NULL)";

/// `schema, id, epoch, proof`.
pub const INSERT_KEYS: &str = "INSERT INTO keys (schema, id, epoch, proof) VALUES ($1, $2, $3, $4)";

/// `schema, id, epoch, proof` of the one row.
pub const SELECT_KEYS: &str = "SELECT schema, id, epoch, proof FROM keys";

/// `id, form, record, epoch, wrapped, state`.
pub const INSERT_KEY: &str = "INSERT INTO key (id, form, record, epoch, wrapped, state) \
    VALUES ($1, $2, $3, $4, $5, $6)";

/// A row of `key` by its subject.
pub const SELECT_KEY_OF: &str = "SELECT id, form, record, epoch, wrapped, state FROM key \
    WHERE form = $1 AND record = $2";

/// A row of `key` by its id.
pub const SELECT_KEY: &str = "SELECT id, form, record, epoch, wrapped, state FROM key \
    WHERE id = $1";

/// Rows of `key` behind an id, so many.
pub const SELECT_KEYS_AFTER: &str = "SELECT id, form, record, epoch, wrapped, state FROM key \
    WHERE id > $1 ORDER BY id LIMIT $2";

/// How many keys live.
pub const COUNT_LIVING: &str = "SELECT COUNT(*) FROM key WHERE state = 1";

/// `place, form, record, wrapped`.
pub const INSERT_LOOKUP: &str =
    "INSERT INTO lookup (place, form, record, wrapped) VALUES ($1, $2, $3, $4)";

/// A row of `lookup` by its place.
pub const SELECT_LOOKUP: &str = "SELECT place, form, record, wrapped FROM lookup WHERE place = $1";

/// Rows of `lookup` behind a place, so many.
pub const SELECT_LOOKUPS_AFTER: &str = "SELECT place, form, record, wrapped FROM lookup \
    WHERE place > $1 ORDER BY place LIMIT $2";
