//! Facts: what is known, when it was valid, and since when it was known.
//!
//! Values, days, calendar periods, workdays, the schema of forms, and the [`World`]: every version
//! of every record, laid out by the schema, with references resolved. What is entered, and what
//! entries mean together: `entry.rs` and `merge.rs`, which know no schema.
//! This crate is pure. It has no files, clock, environment, network or output; a day is always an
//! argument and a row is always handed in. It judges nothing: that is the crate `duty`.
//! Read next: `schema.rs`, then `world.rs`; how rows come in is `world/build.rs`.
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may fail on the spot"))]

pub mod calendar;
pub mod day;
pub mod entry;
#[cfg(any(test, feature = "fixture"))]
pub mod fixture;
pub mod merge;
pub mod near;
pub mod number;
pub mod particulars;
pub mod period;
pub mod row_error;
pub mod schema;
pub mod value;
pub mod world;

pub use calendar::{Calendar, DayKind, UnknownYear};
pub use day::{Day, Month, Span};
pub use number::Number;
pub use particulars::Particulars;
pub use period::{Tile, Unit, tile, tile_onward};
pub use row_error::RowError;
pub use schema::{
    Arity, Code, CodeList, CodeListId, Field, FieldId, FieldType, Form, FormId, Merge, Privacy,
    Schema, Shape,
};
pub use value::{RecordRef, Value};
pub use world::{
    Images, NotTaken, Record, RowCheck, Table, TableWriter, Version, World, WorldBuilder,
};
