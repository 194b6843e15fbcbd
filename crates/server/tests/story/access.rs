//! People with rights, met through the router: who may what, what is kept of it, what is refused.
//!
//! The table in `access/who_may.md` says in words who may; the matrix holds every route, role,
//! place and state against it. Passwords and PINs cost next to nothing here, unlike in use.
//! Read next: `access/who_may.md`, `access/matrix.rs`, `access/house.rs`.

mod forms;
mod house;
mod matrix;
mod sessions;
mod strangers;
mod told;
mod who_may;
