//! Loading a plan's texts: the plan, the files it uses, the paper it rests on.
//!
//! Paths inside a plan are relative to the file that names them and stay below the plan's own
//! folder or beside it as written. A used file that is missing is left out: the compiler says so
//! at the line that names it. The plan itself must be there and be UTF-8.
//! It gives the texts no meaning.
//! Read next: `plan::compile`.

use std::path::Path;

use document::Fault;
use plan::source::{FileId, Source, Sources};
use plan::tree::{Document, FieldKind, ItemKind};

/// Files one plan may use; more is a mistake.
const FILES_MAX: usize = 64;
/// Bytes of one text; a paper with its rules has tens of thousands.
const TEXT_BYTES_MAX: u64 = 4 << 20;

/// The plan's own text and all it names.
pub fn load(path: &Path) -> Result<Sources, Fault> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut sources = Sources::default();
    sources.files.push(Source { name, text: read(path)? });
    let mut next = 0;
    while next < sources.files.len() {
        let (document, _) = plan::reader::read(&sources, FileId(next as u16));
        let (used, papers) = named(&document);
        for name in used {
            let known = sources.file_named(&name).is_some() || sources.files.len() >= FILES_MAX;
            add(&mut sources.files, folder, name, known)?;
        }
        for name in papers {
            let known = sources.papers.iter().any(|paper| paper.name == name);
            add(&mut sources.papers, folder, name, known)?;
        }
        next += 1;
    }
    Ok(sources)
}

/// Paths of 用 and of 原文.
fn named(document: &Document) -> (Vec<String>, Vec<String>) {
    let (mut used, mut papers) = (Vec::new(), Vec::new());
    for item in &document.items {
        if let ItemKind::Use { path } = &item.kind {
            used.push(path.text.clone());
        }
        for field in &item.fields {
            if let FieldKind::PaperText(path) = &field.kind {
                papers.push(path.text.clone());
            }
        }
    }
    (used, papers)
}

fn add(texts: &mut Vec<Source>, folder: &Path, name: String, known: bool) -> Result<(), Fault> {
    let path = folder.join(&name);
    if known || !path.is_file() {
        return Ok(());
    }
    texts.push(Source { text: read(&path)?, name });
    Ok(())
}

/// A text file, whole.
pub fn read(path: &Path) -> Result<String, Fault> {
    let meta = std::fs::metadata(path).map_err(|error| unreadable(path, &error))?;
    if meta.len() > TEXT_BYTES_MAX {
        let what = format!("文件太大，超过 {} MiB", TEXT_BYTES_MAX >> 20);
        return Err(Fault::new(what, path, "请核对是不是选错了文件"));
    }
    let bytes = std::fs::read(path).map_err(|error| unreadable(path, &error))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = error.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1;
        Fault::new(format!("第 {line} 行起不是 UTF-8"), path, "请另存为 UTF-8 再试")
    })?;
    match text.strip_prefix('\u{feff}') {
        Some(rest) => Ok(rest.to_owned()),
        None => Ok(text),
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Fault {
    match error.kind() {
        std::io::ErrorKind::NotFound => Fault::new("没有这个文件", path, "请核对路径"),
        std::io::ErrorKind::IsADirectory => {
            Fault::new("它是文件夹，不是文件", path, "请写出里面的那个文件，例如 …/plan.md")
        }
        _ => Fault::new(format!("读不了（{error}）"), path, "请核对路径和权限"),
    }
}
