//! `init`: makes the accounts and the journal of an installation, and the first three slips.
//!
//! There is no default account and no default password: three administrators each get a slip of
//! paper, shown once, and choose what nobody else knows. A folder that holds something is refused,
//! so nothing begins twice. Names of administrators are not names of people.
//! Keys lie in a folder of their own, so that no copy of the data takes them along.
//! Read next: `docs/journal.md`; `../access.rs` for what accounts are for.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use store::entry::Name;
use store::people::{Cost, FirstLogins, People, Policy, Slip, SystemChance, Vault, day_of};
use store::{Journal, Keys, KeysSettings, journal, seal::Suite};

use super::{DONE, refuse, say};
use crate::access::door::system_clock;

/// The file of accounts in its folder.
pub const PEOPLE: &str = "people.db";
/// The file of the journal in its folder.
pub const JOURNAL: &str = "journal.db";
/// The folder of the keys in it.
pub const KEYS: &str = "keys";

/// Arguments of `init`.
#[derive(clap::Args, Clone, Debug)]
pub struct Init {
    /// 建在哪个文件夹；要空的或还没有的
    dir: PathBuf,
    /// 系统管理员的登录名
    #[arg(long, default_value = "system", value_parser = name)]
    system: Name,
    /// 安全管理员的登录名
    #[arg(long, default_value = "security", value_parser = name)]
    security: Name,
    /// 审计管理员的登录名
    #[arg(long, default_value = "audit", value_parser = name)]
    audit: Name,
}

fn name(text: &str) -> Result<Name, String> {
    Name::new(text).ok_or_else(|| "登录名只能有字母、数字和 _ . -，最多 64 个".to_owned())
}

impl Init {
    /// Makes them and prints the slips.
    pub fn run(self) -> u8 {
        match self.made(system_clock()()) {
            Ok(slips) => {
                say(slips);
                DONE
            }
            Err(reason) => refuse(reason),
        }
    }

    /// Makes everything at a moment; the text for whoever stands before the screen.
    pub fn made(&self, now: i64) -> Result<String, String> {
        assert_free(&self.dir)?;
        private_folder(&self.dir)?;
        let begun = self.begun(now);
        begun.map(|slips| text(&self.dir, &slips)).map_err(|reason| {
            let dir = self.dir.display();
            format!("{reason}\n没有建成；请查明原因，删掉文件夹 {dir} 再试。")
        })
    }

    fn begun(&self, now: i64) -> Result<[Slip; 3], String> {
        private_folder(&self.dir.join(KEYS))?;
        let keys = Keys::create(&keys_of(&self.dir)).map_err(|fault| fault.to_string())?;
        let keys = Arc::new(keys);
        let journal = journal::Settings { path: self.dir.join(JOURNAL), key_file: None };
        Journal::create_sealed(&journal, &keys).map_err(|broken| broken.to_string())?;
        let chance = Box::new(SystemChance);
        let people = People::create(&people_of(&self.dir), keys as Arc<dyn Vault>, chance);
        let people = people.map_err(|fault| fault.to_string())?;
        let Init { system, security, audit, .. } = self.clone();
        let logins = FirstLogins { system, security, audit };
        people.init(&logins, now).map_err(|denied| denied.to_string())
    }
}

/// The accounts of an installation, with the keys that open their second factors.
pub fn accounts(dir: &Path) -> Result<People, String> {
    if !dir.join(PEOPLE).exists() {
        let dir = dir.display();
        return Err(format!("{dir} 里没有账号；请核对文件夹，或先建：nuanjia init {dir}。"));
    }
    let keys = Keys::open(&keys_of(dir)).map_err(|fault| fault.to_string())?;
    let chance = Box::new(SystemChance);
    let people = People::open(&people_of(dir), Arc::new(keys) as Arc<dyn Vault>, chance);
    people.map_err(|broken| broken.to_string())
}

fn keys_of(dir: &Path) -> KeysSettings {
    let keys = dir.join(KEYS);
    let (path, master) = (keys.join("keys.db"), keys.join("master.key"));
    KeysSettings { path, master, suite: Suite::Sm }
}

fn people_of(dir: &Path) -> store::people::Settings {
    let (policy, cost) = (Policy::default(), Cost::default());
    store::people::Settings { path: dir.join(PEOPLE), policy, cost }
}

fn assert_free(dir: &Path) -> Result<(), String> {
    let shown = dir.display();
    match fs::read_dir(dir).map(Iterator::count) {
        Ok(0) => Ok(()),
        Ok(_) => Err(format!("文件夹 {shown} 里已有东西；请另选一个空的，或先移走里面的。")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(format!("{shown} 打不开（{error}）；请换一个文件夹。")),
    }
}

/// Only we may look into it.
fn private_folder(dir: &Path) -> Result<(), String> {
    let failed = |error: io::Error| {
        format!("文件夹 {} 建不成（{error}）；请核对位置和权限。", dir.display())
    };
    fs::create_dir_all(dir).map_err(failed)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(dir, fs::Permissions::from_mode(0o700)).map_err(failed)?;
    }
    Ok(())
}

fn text(dir: &Path, slips: &[Slip; 3]) -> String {
    let mut text = format!("账号、流水和钥匙建好了：{}\n\n", dir.display());
    text.push_str("三张开户条，只显示这一次，请抄写或打印，当面交给三个不同的人：\n\n");
    for (slip, post) in slips.iter().zip(["系统管理员", "安全管理员", "审计管理员"])
    {
        let Slip { login, code, expires, .. } = slip;
        let last = day_of(*expires).previous();
        text.push_str(&format!("【{post}】登录名 {login}\n"));
        text.push_str(&format!("  开户码 {}\n  用到 {last} 为止，只能用一次\n\n", code.text()));
    }
    text.push_str(NEXT);
    text
}

const NEXT: &str = "接下来：\n\
    1. 主密钥在 keys/master.key，没有它什么都打不开：请抄一份，离开这台机器，另一个人保管。\n\
    2. 启动：nuanjia serve --plan 方案 --facts 事实 --accounts 这个文件夹。\n\
       三人各自凭开户码设好口令和验证器（暂时只有接口，网页还没有），不必告诉谁。\n\
    3. 安全管理员建账号、给角色、发开户条；她看不到任何人的口令和记录。\n\
    4. 审计管理员看谁做了什么；系统管理员管机器。三个角色互不兼任。\n\
    5. 条子遗失或过期：删掉这个文件夹，重新建一次（还没有人用过时）。\n\
    6. 清掉屏幕上的这些字。文件夹只有当前系统用户能读，请不要放宽权限。";

#[cfg(test)]
mod tests {
    use super::*;

    fn init(dir: &Path) -> Init {
        let name = |text| Name::new(text).unwrap();
        let (system, security, audit) = (name("system"), name("security"), name("audit"));
        Init { dir: dir.to_owned(), system, security, audit }
    }

    #[test]
    fn a_folder_without_accounts_says_how_to_make_them() {
        let said = accounts(Path::new("none/here")).err().unwrap_or_default();
        assert!(said.contains("nuanjia init none/here"), "{said}");
    }

    #[test]
    fn an_installation_begins_once_privately_and_with_three_slips() {
        let name = format!("nuanjia-init-{}", std::process::id());
        let dir = std::env::temp_dir().join(name).join("new");
        let said = init(&dir).made(1_348_000_000_000).unwrap();
        assert_eq!(said.matches("开户码 ").count(), 3, "{said}");
        assert!(said.contains("安全管理员】登录名 security"), "{said}");
        let keys = [KEYS, "keys/keys.db", "keys/master.key"];
        let modes = [0o700, 0o600, 0o600].into_iter();
        let own = [("", 0o700), (PEOPLE, 0o600), (JOURNAL, 0o600)].into_iter();
        #[cfg(unix)]
        for (file, wanted) in own.chain(keys.into_iter().zip(modes)) {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(dir.join(file)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, wanted, "{file}");
        }
        assert!(accounts(&dir).is_ok());
        let again = init(&dir).made(1_348_000_000_000).unwrap_err();
        assert!(again.contains("已有东西"), "{again}");
        fs::remove_dir_all(dir.parent().unwrap()).unwrap();
    }
}
