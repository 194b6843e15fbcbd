//! The master key: 32 bytes in a file of its own, which wrap all other keys.
//!
//! It never leaves this crate, is not printed, and is wiped from memory when dropped. It is not
//! used itself: one key for wrapping and one for the blind index are derived from it. Its file is
//! refused when anybody but its owner may read it.
//! Destroying overwrites and removes the file. On a disk that writes elsewhere what it overwrites
//! (SSD, copying file systems) that is best effort: put the file on a medium that can be destroyed.
//! Read next: `rotation.rs`.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;

use hmac::{Hmac, KeyInit, Mac};
use sm3::Sm3;
use zeroize::{Zeroize, Zeroizing};

use crate::fault::{Fault, FaultKind};
use crate::guard;
use crate::seal::{Key, Suite, fill};

const MASTER_BYTES: usize = 32;

/// What wraps all other keys.
pub struct MasterKey(Zeroizing<[u8; MASTER_BYTES]>);

impl MasterKey {
    /// A new one.
    pub fn draw() -> Result<MasterKey, Fault> {
        let mut master = MasterKey(Zeroizing::new([0; MASTER_BYTES]));
        fill(&mut master.0[..])?;
        Ok(master)
    }

    /// Reads it; a file others can read, or of another length, is refused.
    pub fn read(path: &Path) -> Result<MasterKey, Fault> {
        owners_file(path)?;
        let failed = |error| guard::io_fault(path, &error);
        let mut master = MasterKey(Zeroizing::new([0; MASTER_BYTES]));
        let mut file = File::open(path).map_err(failed)?;
        let length = file.metadata().map_err(failed)?.len();
        if length != MASTER_BYTES as u64 {
            let remedy = "请由保管的副本恢复";
            let place = path.display().to_string();
            return Err(Fault::new(FaultKind::NoKey, "这不是一把主钥匙", place, remedy));
        }
        file.read_exact(&mut master.0[..]).map_err(failed)?;
        Ok(master)
    }

    /// Writes it where there is no file, durably.
    pub fn write(&self, path: &Path) -> Result<(), Fault> {
        let failed = |error| guard::io_fault(path, &error);
        let mut file = guard::new_private_file(path)?;
        file.write_all(&self.0[..]).map_err(failed)?;
        file.sync_all().map_err(failed)?;
        guard::sync_folder(path)
    }

    /// The key that wraps.
    pub fn wrapping(&self, suite: Suite) -> Key {
        let bytes = Zeroizing::new(mac(&self.0, &[b"nuanjia wrap 1", &[suite.byte()]]));
        Key::of_first(suite, &bytes)
    }

    /// Where a blind index stands: tells nothing once this key is gone.
    pub fn place_of(&self, blind: &[u8; 32]) -> [u8; 32] {
        let key = Zeroizing::new(mac(&self.0, &[b"nuanjia place 1"]));
        mac(&key, &[blind])
    }
}

/// HMAC-SM3 of the parts, one behind the other.
pub fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC fills a short key up with zeros; done here, no length is left that could be wrong.
    let mut block = hmac::digest::Key::<Hmac<Sm3>>::default();
    block[..key.len()].copy_from_slice(key);
    let mut mac = Hmac::<Sm3>::new(&block);
    block.zeroize();
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

/// Refuses a file that anybody but its owner can read or write.
fn owners_file(path: &Path) -> Result<(), Fault> {
    let about = fs::metadata(path).map_err(|error| guard::io_fault(path, &error))?;
    if is_open_beyond_owner(&about) {
        return Err(Fault::new(
            FaultKind::NotPrivate,
            "主钥匙能被本机其他用户或同组用户读写",
            path.display().to_string(),
            "请查明谁可能看过，换一把主钥匙，再收紧权限（chmod 600）",
        ));
    }
    Ok(())
}

#[cfg(unix)]
fn is_open_beyond_owner(about: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    about.permissions().mode() & 0o077 != 0
}

// Elsewhere permissions are lists that std does not show; the installer sets them.
#[cfg(not(unix))]
fn is_open_beyond_owner(_: &fs::Metadata) -> bool {
    false
}

/// Overwrites a key's file, durably; the file stays.
pub fn overwrite(path: &Path) -> Result<(), Fault> {
    let failed = |error| guard::io_fault(path, &error);
    let mut file = OpenOptions::new().write(true).open(path).map_err(failed)?;
    file.write_all(&[0; MASTER_BYTES]).map_err(failed)?;
    file.sync_all().map_err(failed)
}

/// Overwrites a key's file and removes it, durably.
pub fn destroy(path: &Path) -> Result<(), Fault> {
    overwrite(path)?;
    fs::remove_file(path).map_err(|error| guard::io_fault(path, &error))?;
    guard::sync_folder(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_key_gives_what_hmac_gives() {
        let mut whole = Hmac::<Sm3>::new_from_slice(&[7; 32]).unwrap();
        whole.update(b"one, two");
        let wanted: [u8; 32] = whole.finalize().into_bytes().into();
        assert_eq!(mac(&[7; 32], &[b"one, ", b"two"]), wanted);
    }
}
