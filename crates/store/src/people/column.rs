//! How our values stand in columns: ids as bytes, words by their identifier.
//!
//! A column that holds anything else was written by nobody of ours; reading it is a fault, not a
//! guess. Names and days come from another crate and so have functions instead of traits.
//! Read next: `schema.rs`.

use rusqlite::Row;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

use super::{AccountId, DeviceId, DeviceKind, GrantId, Purpose, Role, SessionId, State};
use crate::entry::{Id, Name};

macro_rules! bytes {
    ($($kind:ident),*) => {$(
        impl ToSql for $kind {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(ToSqlOutput::from(&self.0.0[..]))
            }
        }

        impl FromSql for $kind {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<$kind> {
                <[u8; 16]>::column_result(value).map(|bytes| $kind(Id(bytes)))
            }
        }
    )*};
}

bytes!(AccountId, DeviceId, SessionId, GrantId);

macro_rules! words {
    ($($kind:ident),*) => {$(
        impl ToSql for $kind {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(ToSqlOutput::from(self.as_str()))
            }
        }

        impl FromSql for $kind {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<$kind> {
                $kind::parse(value.as_str()?).ok_or(FromSqlError::InvalidType)
            }
        }
    )*};
}

words!(Role, State, Purpose, DeviceKind);

/// A column that holds a name.
pub(super) fn name(row: &Row<'_>, column: usize) -> rusqlite::Result<Name> {
    name_or_none(row, column)?.ok_or(rusqlite::Error::InvalidColumnType(
        column,
        "name".to_owned(),
        rusqlite::types::Type::Null,
    ))
}

/// A column that holds a name or nothing.
pub(super) fn name_or_none(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Name>> {
    match row.get_ref(column)?.as_str_or_null()? {
        None => Ok(None),
        Some(text) => Name::new(text).map(Some).ok_or_else(|| {
            let kind = rusqlite::types::Type::Text;
            rusqlite::Error::InvalidColumnType(column, "name".to_owned(), kind)
        }),
    }
}
