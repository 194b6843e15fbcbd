//! `backup` and `restore`: a journal or its keys into one file, and back into an empty folder.
//!
//! Both backups may be taken while the server runs. Keys go into a folder of their own and into
//! other hands; the master key is in neither.
//! It moves nothing to another machine and keeps no schedule. Read next: `store::backup`.

use std::path::PathBuf;

use store::backup::{KEYS_NAME, KeysCopied, Restored, back_up_journal, back_up_keys, restore};

use super::verify::{journal_file, summary};
use super::{DONE, refuse, say};

/// Arguments of `backup`.
#[derive(clap::Args, Clone, Debug)]
#[command(group(clap::ArgGroup::new("what").required(true)))]
pub struct Backup {
    /// 流水文件，或它所在的文件夹
    #[arg(group = "what")]
    journal: Option<PathBuf>,
    /// 改为备份钥匙库：它的文件，或所在的文件夹
    #[arg(long, group = "what")]
    keys: Option<PathBuf>,
    /// 写到哪个文件；不覆盖已有的
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
}

impl Backup {
    /// Makes the backup and says what is in it.
    pub fn run(self) -> u8 {
        print(self.answer())
    }

    /// What the backup holds.
    pub fn answer(&self) -> Result<String, String> {
        let to = self.to.display();
        if let Some(journal) = &self.journal {
            let copied = back_up_journal(&journal_file(journal), &self.to);
            let copied = copied.map_err(|broken| broken.to_string())?;
            return Ok(format!("流水已备份到 {to}，并已校验。\n{}", summary(&copied)));
        }
        let keys = self.keys.clone().unwrap_or_default();
        let keys = if keys.is_dir() { keys.join(KEYS_NAME) } else { keys };
        let copied = back_up_keys(&keys, &self.to).map_err(|fault| fault.to_string())?;
        Ok(format!("钥匙库已备份到 {to}。\n{}", keys_summary(copied)))
    }
}

/// Arguments of `restore`.
#[derive(clap::Args, Clone, Debug)]
pub struct Restore {
    /// 备份文件，流水的或钥匙库的
    file: PathBuf,
    /// 恢复到哪个空文件夹
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
}

impl Restore {
    /// Restores and says what is there now.
    pub fn run(self) -> u8 {
        print(self.answer())
    }

    /// What was restored.
    pub fn answer(&self) -> Result<String, String> {
        match restore(&self.file, &self.to).map_err(|broken| broken.to_string())? {
            Restored::Journal(path, verified) => Ok(format!(
                "流水已恢复到 {}，并已校验；已换新纪元，手机会补交备份之后的内容。\n{}",
                path.display(),
                summary(&verified)
            )),
            Restored::Keys(path, copied) => {
                Ok(format!("钥匙库已恢复到 {}。\n{}", path.display(), keys_summary(copied)))
            }
        }
    }
}

fn keys_summary(copied: KeysCopied) -> String {
    format!(
        "{} 把钥匙，由第 {} 把主钥匙打开；主钥匙不在里面，请另行保管。\n",
        copied.keys, copied.epoch
    )
}

fn print(answer: Result<String, String>) -> u8 {
    match answer {
        Ok(text) => {
            say(text.trim_end());
            DONE
        }
        Err(reason) => refuse(reason),
    }
}
