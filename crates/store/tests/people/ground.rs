//! Where the accounts of the tests lie, who is in them, and how they come in.
//!
//! Folders go when the test ends. No real person: login names are counted out. The vault of the
//! tests hides nothing from anybody; it only refuses what was moved or changed, and counts.
//! Read next: `begin.rs`.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use rusqlite::Connection;
use sm3::{Digest, Sm3};
use store::people::{
    AccountId, Actor, Chance, Code, Cost, Denied, FirstLogins, Granting, Invitation, MINUTE,
    OfficeSignIn, People, Policy, Purpose, Refusal, Role, SessionId, Settings, SignedIn, Slip,
    Token, Vault, digits_shown,
};
use store::{Fault, FaultKind, Id, Name};

/// A moment at the beginning of a step of thirty seconds.
pub const NOW: i64 = 1_350_000_000_000;
/// A step of the authenticator.
pub const STEP: i64 = 30_000;
pub const PIN: &str = "274913";
pub const WRONG_PIN: &str = "274914";
pub const PASSWORD: &str = "four quiet green boats";

/// A folder of its own.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Folder {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("nuanjia-people-{}-{number}", std::process::id());
        // Ten thousand guesses wait for the disk forty thousand times; it is not what is tested.
        let memory = std::path::Path::new("/dev/shm");
        let parent = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        let path = parent.join(name);
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    pub fn settings(&self) -> Settings {
        let cost = Cost { memory: 8, passes: 1 };
        Settings { path: self.0.join("people.db"), policy: Policy::Asvs, cost }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// Choices from a seed (SplitMix64).
pub struct Draw(pub u64);

impl Draw {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).unwrap()
    }
}

impl Chance for Draw {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Fault> {
        for piece in bytes.chunks_mut(8) {
            let drawn = self.next().to_le_bytes();
            piece.copy_from_slice(&drawn[..piece.len()]);
        }
        Ok(())
    }
}

/// Binds and counts; it is no cipher.
#[derive(Default)]
pub struct PlainVault {
    pub opened: AtomicU64,
}

impl Vault for PlainVault {
    fn seal(&self, about: &[u8], clear: &[u8]) -> Result<Vec<u8>, Fault> {
        let bound = Sm3::new_with_prefix(about).chain_update(clear).finalize();
        Ok([&bound[..], clear].concat())
    }

    fn open(&self, about: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Fault> {
        self.opened.fetch_add(1, Ordering::Relaxed);
        let clear = sealed.get(32..).unwrap_or_default();
        if self.seal(about, clear)? == sealed {
            return Ok(clear.to_vec());
        }
        Err(Fault::new(FaultKind::Damaged, "封条不符", "测试", "请核对"))
    }
}

/// Accounts with three administrators at work.
pub struct Ground {
    pub folder: Folder,
    pub vault: Arc<PlainVault>,
    people: Option<People>,
    seed: u64,
    pub system: Clerk,
    pub security: Clerk,
    pub auditor: Clerk,
}

/// Somebody with a password and an authenticator.
#[derive(Clone)]
pub struct Clerk {
    pub account: AccountId,
    pub login: Name,
    pub secret: Vec<u8>,
}

impl Clerk {
    /// As an actor; which session it is does not matter to the store.
    pub fn actor(&self) -> Actor {
        Actor { account: self.account, session: SessionId(Id([0xee; 16])) }
    }

    /// What her authenticator shows.
    pub fn digits(&self, now: i64) -> String {
        digits_shown(&self.secret, now).unwrap()
    }
}

impl Ground {
    pub fn new(seed: u64) -> Ground {
        let folder = Folder::new();
        let vault = Arc::new(PlainVault::default());
        let settings = folder.settings();
        let people = People::create(&settings, vault.clone(), Box::new(Draw(seed))).unwrap();
        let slips = people.init(&first_logins(), NOW).unwrap();
        let [system, security, auditor] =
            slips.each_ref().map(|slip| enrol_clerk(&people, slip, NOW));
        Ground { folder, vault, people: Some(people), seed, system, security, auditor }
    }

    pub fn people(&self) -> &People {
        self.people.as_ref().unwrap()
    }

    pub fn by(&self) -> Actor {
        self.security.actor()
    }

    /// Stops and starts again.
    pub fn reopen(&mut self) {
        drop(self.people.take());
        self.seed += 0x1_0000_0001;
        let opened =
            People::open(&self.folder.settings(), self.vault.clone(), Box::new(Draw(self.seed)));
        self.people = Some(opened.unwrap());
    }

    /// The tables, as whoever owns the file sees them.
    pub fn tables(&self) -> Connection {
        Connection::open(self.folder.settings().path).unwrap()
    }

    /// A new account.
    pub fn invited(&self, login: &str, now: i64) -> AccountId {
        let who = Invitation { login: name(login), person: None };
        self.people().invite(&self.by(), &who, now).unwrap()
    }

    pub fn slip(&self, account: AccountId, purpose: Purpose, now: i64) -> Code {
        self.people().issue_slip(&self.by(), account, purpose, now).unwrap().code
    }

    /// A new phone of an account.
    pub fn phone(&self, account: AccountId, now: i64) -> Token {
        let code = self.slip(account, Purpose::EnrolPhone, now);
        self.people().enrol_phone(&code, PIN, now).unwrap().token
    }

    /// A new account with a phone.
    pub fn cadre(&self, login: &str, now: i64) -> (AccountId, Token) {
        let account = self.invited(login, now);
        (account, self.phone(account, now))
    }

    /// A new account with a password.
    pub fn clerk(&self, login: &str, now: i64) -> Clerk {
        let account = self.invited(login, now);
        let purpose = Purpose::SetPassword;
        let slip = self.people().issue_slip(&self.by(), account, purpose, now).unwrap();
        enrol_clerk(self.people(), &slip, now)
    }

    /// Signs in as she does; the browser is not known.
    pub fn office(&self, clerk: &Clerk, now: i64) -> SignedIn {
        self.office_from(clerk, None, now).unwrap()
    }

    pub fn office_from(
        &self,
        clerk: &Clerk,
        browser: Option<&Token>,
        now: i64,
    ) -> Result<SignedIn, Denied> {
        let (login, digits) = (clerk.login.as_str(), &*clerk.digits(now));
        let typed = OfficeSignIn { login, password: PASSWORD, digits, browser };
        self.people().sign_in_office(typed, now)
    }
}

pub fn first_logins() -> FirstLogins {
    FirstLogins { system: name("sys-1"), security: name("sec-1"), audit: name("aud-1") }
}

/// Uses a slip for a password up; the digits are those of the step before, so that those of now
/// can still be used.
pub fn enrol_clerk(people: &People, slip: &Slip, now: i64) -> Clerk {
    let begun = people.office_begin(&slip.code, now).unwrap();
    let secret = base32(&begun.text);
    let digits = digits_shown(&secret, now - STEP).unwrap();
    let account = people.office_enrol(&slip.code, PASSWORD, &digits, now).unwrap();
    Clerk { account, login: slip.login.clone(), secret }
}

/// As an authenticator reads a secret.
pub fn base32(text: &str) -> Vec<u8> {
    let (mut bits, mut held, mut bytes) = (0_u32, 0, Vec::new());
    for letter in text.bytes() {
        let value = if letter.is_ascii_digit() { letter - b'2' + 26 } else { letter - b'A' };
        bits = (bits << 5 | u32::from(value)) & 0xffff;
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xff) as u8);
        }
    }
    bytes
}

pub fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

pub fn granting(role: Role, org: Option<&str>, now: i64) -> Granting {
    let first = store::people::day_of(now);
    let last = (role == Role::OutsideAuditor).then(|| first + 30);
    Granting { role, org: org.map(name), first, last }
}

/// The refusal, or the panic of a test.
#[track_caller]
pub fn refusal<T>(result: Result<T, Denied>) -> Refusal {
    match result {
        Err(Denied::Refused(refusal)) => refusal,
        Err(Denied::Stopped(fault)) => panic!("{fault}"),
        Ok(_) => panic!("it was not refused"),
    }
}

/// Long enough for a new step of the authenticator.
pub fn later(now: &mut i64) -> i64 {
    *now += MINUTE;
    *now
}
