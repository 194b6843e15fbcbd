//! The texts a plan is compiled from, and places in them.
//!
//! A place is a byte range in one file; line, column and display width are computed only when a
//! diagnostic is drawn. Files are handed in by the caller: this crate opens none.
//! Read next: `diagnostic.rs`.

/// Index of a text in [`Sources`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FileId(pub u16);

/// A byte range in one text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Place {
    /// The text.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Place {
    /// The smallest place that holds both; both lie in one file.
    pub fn to(self, other: Place) -> Place {
        let (start, end) = (self.start.min(other.start), self.end.max(other.end));
        Place { file: self.file, start, end }
    }
}

/// One text with its name.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// The path as the author wrote it, relative to the plan; `plan.md`, `vocabulary.md`.
    pub name: String,
    /// The whole text.
    pub text: String,
}

/// The plan first, then the files it uses, then the paper its 原文 names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sources {
    /// All plan files; the first is the plan itself.
    pub files: Vec<Source>,
    /// Texts named by 原文, by path relative to the plan.
    pub papers: Vec<Source>,
}

impl Sources {
    /// The text of a file.
    pub fn text(&self, file: FileId) -> &str {
        self.files.get(file.0 as usize).map_or("", |source| source.text.as_str())
    }

    /// The bytes of a place.
    pub fn slice(&self, place: Place) -> &str {
        let range = place.start as usize..place.end as usize;
        self.text(place.file).get(range).unwrap_or("")
    }

    /// The file with this name.
    pub fn file_named(&self, name: &str) -> Option<FileId> {
        let found = self.files.iter().position(|source| source.name == name)?;
        Some(FileId(found as u16))
    }
}
