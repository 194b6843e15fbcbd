//! The project as the suite sees it: where it lies and which files belong to it.
//!
//! Files are found by walking, not by asking git, so that an unpacked archive is tested the same
//! way as a clone. What `.gitignore` names is left out, and so are symbolic links.
//! This crate ships nothing; only tests use it, and so do the random worlds in it.
//! Read next: `tests/suite.rs`, `world.rs`.

pub mod draw;
pub mod world;

use std::fs;
use std::path::{Path, PathBuf};

/// One text file of the project.
pub struct ProjectFile {
    /// Path from the project's root, with forward slashes.
    pub path: String,
    /// The whole text.
    pub text: String,
}

impl ProjectFile {
    /// The part of the path behind the last dot; empty when there is none.
    pub fn extension(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    /// Whether the path begins with one of these folders (`"crates/"`).
    pub fn is_under(&self, folders: &[&str]) -> bool {
        folders.iter().any(|folder| self.path.starts_with(folder))
    }
}

/// The folder that holds the workspace's Cargo.toml.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Every UTF-8 file of the project, in order of path.
pub fn project_files() -> Vec<ProjectFile> {
    let root = root();
    let ignored = fs::read_to_string(root.join(".gitignore")).unwrap_or_default();
    let mut files = Vec::new();
    collect(&root, "", &ignored, &mut files);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

fn collect(folder: &Path, prefix: &str, ignored: &str, files: &mut Vec<ProjectFile>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        if name == ".git" || is_ignored(&path, ignored) {
            continue;
        }
        if kind.is_dir() {
            collect(&entry.path(), &format!("{path}/"), ignored, files);
        } else if kind.is_file()
            && let Ok(text) = fs::read_to_string(entry.path())
        {
            files.push(ProjectFile { path, text });
        }
    }
}

/// Understands the three shapes our `.gitignore` uses: `/path`, `name` and `*.extension`.
pub fn is_ignored(path: &str, ignored: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let patterns = ignored.lines().map(|line| line.trim().trim_end_matches('/'));
    patterns.filter(|line| !line.is_empty() && !line.starts_with('#')).any(|pattern| {
        if let Some(from_root) = pattern.strip_prefix('/') {
            path == from_root
        } else if let Some(tail) = pattern.strip_prefix('*') {
            name.ends_with(tail)
        } else {
            name == pattern || path == pattern
        }
    })
}
