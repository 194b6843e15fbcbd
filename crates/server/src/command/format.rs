//! `fmt`: plans in their one layout; `--write` puts it into the file.
//!
//! A file with errors of grammar is left as it is: what could not be read cannot be printed.

use std::io::Write;
use std::path::{Path, PathBuf};

use document::Fault;
use plan::source::{FileId, Source, Sources};

use super::{DONE, REFUSED, say};
use crate::rehearsal::errors_in;

/// Arguments of `fmt`.
#[derive(clap::Args, Clone, Debug)]
pub struct Format {
    /// 方案文件
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// 写回文件；缺省只打印
    #[arg(long)]
    write: bool,
}

impl Format {
    /// Formats each file.
    pub fn run(self) -> u8 {
        let mut code = DONE;
        for file in &self.files {
            if let Err(fault) = self.one(file) {
                eprintln!("{fault}");
                code = REFUSED;
            }
        }
        code
    }

    fn one(&self, path: &Path) -> Result<(), Fault> {
        let name = path.to_string_lossy().into_owned();
        let text = crate::texts::read(path)?;
        let sources = Sources { files: vec![Source { name, text }], papers: Vec::new() };
        let (document, diagnostics) = plan::reader::read(&sources, FileId(0));
        if errors_in(&diagnostics) > 0 {
            return Err(Fault::new("有语法错误，没有排版", path, "请先用 nuanjia check 改好"));
        }
        let formatted = plan::format::format(&document, &sources);
        if !self.write {
            say(formatted.trim_end());
            return Ok(());
        }
        if formatted == sources.text(FileId(0)) {
            return Ok(());
        }
        document::tables::write_whole(path, |file| file.write_all(formatted.as_bytes()))
    }
}
