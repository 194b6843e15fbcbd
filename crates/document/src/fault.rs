//! Faults: the world of files failing.
//!
//! Not a bad row, which is data, and not a bug. A fault ends the run; so it says in one sentence
//! what happened, where, and what to do, and its reader need not be a programmer.
//! Read next: `folder.rs`.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// A file or folder that cannot be read or written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    /// What happened.
    pub what: String,
    /// Where.
    pub path: PathBuf,
    /// What to do.
    pub remedy: String,
}

impl Fault {
    /// A fault at a path.
    pub fn new(what: impl Into<String>, path: &Path, remedy: impl Into<String>) -> Fault {
        Fault { what: what.into(), path: path.to_owned(), remedy: remedy.into() }
    }

    /// A failed reading.
    pub(crate) fn reading(path: &Path, error: &io::Error) -> Fault {
        Fault::io("读不了", path, error)
    }

    /// A failed writing.
    pub(crate) fn writing(path: &Path, error: &io::Error) -> Fault {
        Fault::io("写不了", path, error)
    }

    fn io(what: &str, path: &Path, error: &io::Error) -> Fault {
        let (why, remedy) = match error.kind() {
            io::ErrorKind::NotFound => ("没有这个文件或文件夹", "请核对路径"),
            io::ErrorKind::PermissionDenied => ("没有权限", "请换一个位置，或请管理员开放权限"),
            io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
                ("路径上有一段是文件，不是文件夹", "请换一个文件夹")
            }
            io::ErrorKind::IsADirectory => ("它是文件夹，不是文件", "请移走或改名"),
            io::ErrorKind::StorageFull => ("磁盘满了", "请腾出空间再试"),
            io::ErrorKind::ReadOnlyFilesystem => ("磁盘是只读的", "请换一个位置"),
            _ => return Fault::new(format!("{what}（{error}）"), path, "请核对路径和磁盘"),
        };
        Fault::new(format!("{what}：{why}"), path, remedy)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}：{}；{}。", self.path.display(), self.what, self.remedy)
    }
}

impl std::error::Error for Fault {}
