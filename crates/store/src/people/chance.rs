//! Where randomness and sealing come from: handed in, so that nothing is drawn or sealed unseen.
//!
//! [`SystemChance`] is the one place of accounts that asks the system for random bytes; tests hand
//! in numbers that come out the same each time. A [`Vault`] seals the one secret that must be
//! readable again, an authenticator's; which cipher it uses is not known here.
//! Read next: `token.rs` for what is drawn.

use crate::fault::{Fault, FaultKind};

/// A source of random bytes.
pub trait Chance: Send {
    /// Fills all of it.
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Fault>;
}

/// The system's own source.
#[derive(Clone, Copy, Debug)]
pub struct SystemChance;

impl Chance for SystemChance {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Fault> {
        getrandom::fill(bytes).map_err(|error| {
            let what = format!("系统不给随机数（{error}）");
            Fault::new(FaultKind::Disk, what, "系统", "请检查操作系统")
        })
    }
}

/// Seals authenticator secrets, so that the file alone opens no account.
pub trait Vault: Send + Sync {
    /// The sealed form; `about` binds it to what it belongs to and is needed to open it.
    fn seal(&self, about: &[u8], clear: &[u8]) -> Result<Vec<u8>, Fault>;

    /// What was sealed about the same thing; a fault when it was changed, moved, or another's.
    fn open(&self, about: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Fault>;
}
