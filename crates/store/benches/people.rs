//! Figures of accounts: sessions asked, events kept with few and many waiting, signing in.
//!
//! It prints and asserts nothing: `cargo bench -p store --bench people`, with a folder behind `--`
//! for another disk. Wall time, because waiting for the disk is the point.
//! Read next: `src/people/audit.rs`.
#![allow(clippy::unwrap_used, reason = "a measurement may fail on the spot")]

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use store::people::{
    Actor, Cost, Event, FirstLogins, Invitation, People, Policy, Purpose, SessionId, Settings,
    SystemChance, Vault,
};
use store::{Fault, Id, Name};

const ROUND: Duration = Duration::from_secs(3);
const WAITING: [usize; 3] = [1, 8, 64];
const ASKED: u32 = 100_000;
const SIGNED_IN: u32 = 50;
const NOW: i64 = 1_350_000_000_000;
const PIN: &str = "274913";

/// Nothing is sealed here.
struct NoVault;

impl Vault for NoVault {
    fn seal(&self, _: &[u8], clear: &[u8]) -> Result<Vec<u8>, Fault> {
        Ok(clear.to_vec())
    }

    fn open(&self, _: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Fault> {
        Ok(sealed.to_vec())
    }
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let parent = words.first().map_or_else(std::env::temp_dir, PathBuf::from);
    let folder = parent.join(format!("nuanjia-people-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("people.db");
    let settings = Settings { path, policy: Policy::Mlps3, cost: Cost::default() };
    let people = People::create(&settings, Arc::new(NoVault), Box::new(SystemChance)).unwrap();
    WAITING.into_iter().for_each(|waiting| audit(&people, waiting));
    sessions(&people);
    let begun = Instant::now();
    let head = people.verify_audit(None).unwrap();
    println!("audit verified: {} rows in {:.2?}", head.seq, begun.elapsed());
    drop(people);
    std::fs::remove_dir_all(&folder).unwrap();
}

/// So many requests at once, each waiting for its event before the next.
fn audit(people: &People, waiting: usize) {
    let kept = AtomicU64::new(0);
    let begun = Instant::now();
    let mut waits: Vec<Duration> = std::thread::scope(|scope| {
        let request = || {
            let mut waits = Vec::new();
            while begun.elapsed() < ROUND {
                let event = Event::allowed(NOW, "GET /api/v1/households/{id}").about("household.7");
                let one = Instant::now();
                people.audit(&[event]).unwrap();
                kept.fetch_add(1, Ordering::Relaxed);
                waits.push(one.elapsed());
            }
            waits
        };
        let requests: Vec<_> = (0..waiting).map(|_| scope.spawn(request)).collect();
        requests.into_iter().flat_map(|request| request.join().unwrap()).collect()
    });
    waits.sort_unstable();
    let at = |share: usize| waits[(waits.len() - 1) * share / 100];
    let rate = kept.into_inner() as f64 / begun.elapsed().as_secs_f64();
    println!("audit, {waiting} waiting: {rate:.0}/s; wait {:.2?}, 99th {:.2?}", at(50), at(99));
}

/// A phone signs in again and again; then its session is asked for.
fn sessions(people: &People) {
    let name = |text: &str| Name::new(text).unwrap();
    let logins = FirstLogins { system: name("a"), security: name("b"), audit: name("c") };
    let [_, security, _] = people.init(&logins, NOW).unwrap();
    let actor = Actor { account: security.account, session: SessionId(Id([0; 16])) };
    let who = Invitation { login: name("wang"), person: None };
    let account = people.invite(&actor, &who, NOW).unwrap();
    let slip = people.issue_slip(&actor, account, Purpose::EnrolPhone, NOW).unwrap();
    let phone = people.enrol_phone(&slip.code, PIN, NOW).unwrap().token;
    let begun = Instant::now();
    let mut last = None;
    for _ in 0..SIGNED_IN {
        last = Some(people.sign_in_phone(&phone, PIN, NOW).unwrap());
    }
    println!("sign-in: {:.2?} each", begun.elapsed() / SIGNED_IN);
    let token = last.unwrap().token;
    let begun = Instant::now();
    for _ in 0..ASKED {
        people.session(&token, NOW).unwrap();
    }
    println!("session asked: {:.1?} each", begun.elapsed() / ASKED);
}
