//! `verify`: does the chain of a journal hold, from the first batch to the last.
//!
//! It needs no key and may run beside the server. The ends it prints are worth keeping elsewhere:
//! given back with `--head` they show a journal that was cut off or made anew.
//! It reads no sealed body. Read next: `store::verify`.

use std::path::{Path, PathBuf};

use store::Link;
use store::backup::{JOURNAL_NAME, bytes_of};
use store::verify::{Verified, verify};

use super::{DONE, refuse, say};

/// Arguments of `verify`.
#[derive(clap::Args, Clone, Debug)]
pub struct Verify {
    /// 流水文件，或它所在的文件夹
    journal: PathBuf,
    /// 另处保存的链尾，64 位十六进制；可写多次
    #[arg(long, value_name = "HEX", value_parser = link)]
    head: Vec<Link>,
}

impl Verify {
    /// Prints what was found.
    pub fn run(self) -> u8 {
        match self.answer() {
            Ok(text) => {
                say(text.trim_end());
                DONE
            }
            Err(reason) => refuse(reason),
        }
    }

    /// What was found, or the first place that does not hold.
    pub fn answer(&self) -> Result<String, String> {
        let verified = verify(&journal_file(&self.journal), &self.head);
        let verified = verified.map_err(|broken| broken.to_string())?;
        if let Some(missing) = verified.missing.first() {
            return Err(format!(
                "链里没有 {missing}：末尾被截掉，或整条链被重做；请停用，并由备份恢复。"
            ));
        }
        Ok(summary(&verified))
    }
}

/// How many batches of how many streams, and where each ends.
pub(super) fn summary(verified: &Verified) -> String {
    let (streams, batches) = (verified.heads.len(), verified.batches());
    let mut text = format!("链完好：{streams} 个流，共 {batches} 批。\n");
    for (stream, head) in &verified.heads {
        text.push_str(&format!("流 {}：{} 批，链尾 {}\n", stream.0, head.seq, head.link));
    }
    text
}

/// The journal in a folder, or the file itself.
pub(super) fn journal_file(path: &Path) -> PathBuf {
    if path.is_dir() { path.join(JOURNAL_NAME) } else { path.to_owned() }
}

fn link(text: &str) -> Result<Link, String> {
    bytes_of(text).map(Link).ok_or_else(|| "链尾是 64 位十六进制数".to_owned())
}
