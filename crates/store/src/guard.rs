//! What is looked at before a journal is opened: who else can read it, and who else has it.
//!
//! A file others can read is refused rather than mended: whoever could read it may have done so,
//! and someone has to know. The lock is the system's: it goes with the process, however that ends.
//! Read next: `journal.rs`, [`crate::Journal::open`].

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use crate::fault::{Fault, FaultKind};

/// A process that is ending, or a child of ours that is only just starting another program, may
/// still hold a lock: that long it is asked for again.
const LOCK_TRIES: u32 = 20;
const LOCK_PAUSE: Duration = Duration::from_millis(15);

/// Refuses a file that others on the machine can read or write.
pub fn private_file(path: &Path) -> Result<(), Fault> {
    let about = fs::metadata(path).map_err(|error| io_fault(path, &error))?;
    if is_open_to_others(&about) {
        return Err(Fault::new(
            FaultKind::NotPrivate,
            "本机其他用户可以读写这个文件",
            path.display().to_string(),
            "请查明谁可能看过，再收紧权限（chmod o-rwx）",
        ));
    }
    Ok(())
}

#[cfg(unix)]
fn is_open_to_others(about: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    about.permissions().mode() & 0o007 != 0
}

// Elsewhere permissions are lists that std does not show; the installer sets them.
#[cfg(not(unix))]
fn is_open_to_others(_: &fs::Metadata) -> bool {
    false
}

/// Makes an empty file that only we can read; an existing one is an error.
pub fn new_private_file(path: &Path) -> Result<File, Fault> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|error| io_fault(path, &error))
}

/// Takes the lock beside a journal, for as long as the file lives.
pub fn lock(journal: &Path) -> Result<File, Fault> {
    let path = beside(journal, ".lock");
    let file = match new_private_file(&path) {
        Ok(file) => file,
        Err(_) => File::open(&path).map_err(|error| io_fault(&path, &error))?,
    };
    let mut tried = file.try_lock();
    for _ in 0..LOCK_TRIES {
        if !matches!(tried, Err(TryLockError::WouldBlock)) {
            break;
        }
        thread::sleep(LOCK_PAUSE);
        tried = file.try_lock();
    }
    match tried {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Fault::new(
            FaultKind::InUse,
            "另一个进程正在使用这个文件",
            journal.display().to_string(),
            "请先停掉它；同一个文件只能由一个进程写",
        )),
        Err(TryLockError::Error(error)) => Err(io_fault(&path, &error)),
    }
}

/// Makes the names in a folder as durable as the files behind them.
pub fn sync_folder(of: &Path) -> Result<(), Fault> {
    let folder = folder(of);
    File::open(folder).and_then(|file| file.sync_all()).map_err(|error| io_fault(folder, &error))
}

/// The folder a file lies in.
pub fn folder(of: &Path) -> &Path {
    match of.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// A file named like the journal, with something behind.
pub fn beside(journal: &Path, ending: &str) -> PathBuf {
    let mut name = journal.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// A fault of the file system.
pub fn io_fault(path: &Path, error: &io::Error) -> Fault {
    let (kind, what, remedy) = match error.kind() {
        io::ErrorKind::NotFound => (FaultKind::NoJournal, "没有这个文件或文件夹", "请核对路径"),
        io::ErrorKind::AlreadyExists => {
            (FaultKind::JournalExists, "这个文件已经有了", "请换一个位置")
        }
        io::ErrorKind::StorageFull => (FaultKind::Full, "磁盘满了", "请腾出空间后重新启动"),
        io::ErrorKind::PermissionDenied => {
            (FaultKind::Disk, "没有权限", "请换一个位置，或请管理员开放权限")
        }
        _ => {
            let place = path.display().to_string();
            return Fault::new(
                FaultKind::Disk,
                format!("读写出错（{error}）"),
                place,
                "请检查磁盘",
            );
        }
    };
    Fault::new(kind, what, path.display().to_string(), remedy)
}
