//! A house of people: a small tree of organisations, accounts in every role, a clock in hand.
//!
//! Accounts are made through the store; everything that is tested goes through the router, and
//! every answer's headers are looked at on the way.
//! Read next: `matrix.rs`.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use facts::Day;
use http_body_util::BodyExt;
use serde_json::Value;
use server::access::cookie::Transport;
use server::access::door::Door;
use server::router::{Site, served};
use store::entry::{Id, Name};
use store::fault::Fault;
use store::people::{
    AccountId, Actor, Chance, Cost, FirstLogins, Granting, Invitation, MINUTE, OfficeSignIn,
    People, Policy, Purpose, Role, SessionId, Settings, SignedIn, Slip, Token, Vault, day_of,
};
use tower::ServiceExt;

use crate::story::small_world::{self, Folder};

/// The organisations: she is in `town11`.
const ORGS: &str = "id,name,level,kind,parent\n\
    city,甲市,city,federation,\n\
    county1,一县,county,federation,city\n\
    county2,二县,county,federation,city\n\
    town11,一一乡,township,federation,county1\n\
    town12,一二乡,township,federation,county1\n\
    town21,二一乡,township,federation,county2\n\
    village111,一一一村,village,congress,town11\n";

/// Where the other one is, seen from her.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    Own,
    Sibling,
    Parent,
    Child,
    OtherCounty,
}

impl Place {
    pub const ALL: [Place; 5] =
        [Place::Own, Place::Sibling, Place::Parent, Place::Child, Place::OtherCounty];

    pub fn org(self) -> &'static str {
        match self {
            Place::Own => "town11",
            Place::Sibling => "town12",
            Place::Parent => "county1",
            Place::Child => "village111",
            Place::OtherCounty => "town21",
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Place::Own => "own",
            Place::Sibling => "sibling",
            Place::Parent => "parent",
            Place::Child => "child",
            Place::OtherCounty => "other county",
        }
    }
}

/// In which state she asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// Signed in, just proved.
    Active,
    /// Was signed in, then stopped, and has begun again without using her slip yet.
    Invited,
    /// Was signed in, then stopped.
    Disabled,
    /// Somebody guesses at her login name from elsewhere.
    Locked,
    /// Her role ended yesterday.
    Expired,
    /// Her session was ended.
    Ended,
    /// Signed in, but proved a while ago.
    Stale,
}

impl State {
    pub const ALL: [State; 7] = [
        State::Active,
        State::Invited,
        State::Disabled,
        State::Locked,
        State::Expired,
        State::Ended,
        State::Stale,
    ];

    pub fn word(self) -> &'static str {
        match self {
            State::Active => "active",
            State::Invited => "invited",
            State::Disabled => "disabled",
            State::Locked => "locked",
            State::Expired => "expired",
            State::Ended => "ended",
            State::Stale => "stale",
        }
    }
}

pub const PIN: &str = "739164";
pub const PASSWORD: &str = "Xk7-wenlu-93tam";

/// Keeps secrets as they are, bound to what they are about: no cipher is tested here.
struct Drawer;

impl Vault for Drawer {
    fn seal(&self, about: &[u8], clear: &[u8]) -> Result<Vec<u8>, Fault> {
        Ok([about, clear].concat())
    }

    fn open(&self, about: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Fault> {
        Ok(sealed.strip_prefix(about).unwrap_or_default().to_vec())
    }
}

/// Numbers that come out the same each time (splitmix64).
struct Dice(u64);

impl Chance for Dice {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Fault> {
        for piece in bytes.chunks_mut(8) {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            piece.copy_from_slice(&(mixed ^ (mixed >> 31)).to_be_bytes()[..piece.len()]);
        }
        Ok(())
    }
}

/// A server with accounts.
pub struct House {
    pub door: Arc<Door>,
    pub router: Router,
    /// The three slips of the beginning.
    pub slips: [Slip; 3],
    clock: Arc<AtomicI64>,
    // Goes away with the test.
    _folder: Folder,
}

/// An answer.
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub json: Value,
}

impl Reply {
    pub fn word(&self) -> &str {
        self.json["refusal"].as_str().unwrap_or_default()
    }

    /// The lines that set cookies.
    pub fn cookies(&self) -> Vec<&str> {
        self.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap()).collect()
    }
}

pub fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

/// A house whose facts are a rehearsal.
pub fn house() -> House {
    built(Transport::Loopback, true)
}

pub fn built(transport: Transport, rehearsal: bool) -> House {
    let folder = small_world::folder();
    folder.write("facts/org.csv", ORGS.as_bytes());
    folder.write("facts/gathering.csv", b"id,org,date,topic\nm1,county1,2012-02-01,study\n");
    let today = Day::parse("2012-09-18").unwrap();
    let (plan, facts) = (folder.path().join("plan.md"), folder.path().join("facts"));
    let loaded = server::rehearsal::load(&plan, &facts, today).unwrap();
    let facts = Arc::new(loaded.rehearsal);
    let settings = Settings {
        path: folder.path().join("people.db"),
        policy: Policy::Mlps3,
        cost: Cost { memory: 8, passes: 1 },
    };
    let people = People::create(&settings, Arc::new(Drawer), Box::new(Dice(1))).unwrap();
    // 2012-09-18, ten in the morning.
    let now = 1_347_933_600_000;
    let (system, security, audit) = (name("system"), name("security"), name("audit"));
    let slips = people.init(&FirstLogins { system, security, audit }, now).unwrap();
    let clock = Arc::new(AtomicI64::new(now));
    let hands = Arc::clone(&clock);
    let clock_in_hand = Arc::new(move || hands.load(Ordering::SeqCst));
    let door = Arc::new(Door::new(people, Arc::clone(&facts), transport, clock_in_hand));
    let router = served(Site::with_door(facts, Arc::clone(&door), rehearsal));
    House { door, router, slips, clock, _folder: folder }
}

impl House {
    pub fn people(&self) -> &People {
        self.door.people()
    }

    pub fn now(&self) -> i64 {
        self.clock.load(Ordering::SeqCst)
    }

    pub fn wait(&self, minutes: i64) {
        self.clock.fetch_add(minutes * MINUTE, Ordering::SeqCst);
    }

    /// Who sets the stage: the first security administrator, without a session.
    pub fn stage(&self) -> Actor {
        Actor { account: self.slips[1].account, session: SessionId(Id([0; 16])) }
    }

    /// An account without rights.
    pub fn account(&self, login: &str) -> AccountId {
        let invitation = Invitation { login: name(login), person: None };
        self.people().invite(&self.stage(), &invitation, self.now()).unwrap()
    }

    /// A role from a day before today until so many days from today; administrators have no place.
    pub fn grant(&self, account: AccountId, role: Role, org: &str, last: Option<i32>) {
        let today = day_of(self.now());
        let org = (!role.is_administrator()).then(|| name(org));
        let last = last.or((role == Role::OutsideAuditor).then_some(5));
        let last = last.map(|days| Day(today.0 + days));
        let what = Granting { role, org, first: Day(today.0 - 10), last };
        self.people().grant(&self.stage(), account, &what, self.now()).unwrap();
    }

    pub fn slip(&self, account: AccountId, purpose: Purpose) -> Slip {
        self.people().issue_slip(&self.stage(), account, purpose, self.now()).unwrap()
    }

    /// A phone of hers.
    pub fn phone(&self, account: AccountId) -> Token {
        let slip = self.slip(account, Purpose::EnrolPhone);
        self.people().enrol_phone(&slip.code, PIN, self.now()).unwrap().token
    }

    pub fn signed_in(&self, phone: &Token) -> SignedIn {
        self.people().sign_in_phone(phone, PIN, self.now()).unwrap()
    }

    /// An account in a role, signed in with a phone: the cookie.
    pub fn someone(&self, login: &str, role: Role, org: &str) -> (AccountId, String) {
        let account = self.account(login);
        self.grant(account, role, org, None);
        let phone = self.phone(account);
        (account, cookie(&self.signed_in(&phone).token))
    }

    /// Sets a password and an authenticator; the authenticator's secret.
    pub fn office(&self, account: AccountId) -> String {
        let slip = self.slip(account, Purpose::SetPassword);
        let secret = self.people().office_begin(&slip.code, self.now()).unwrap().text;
        let digits = digits(&secret, self.now());
        self.people().office_enrol(&slip.code, PASSWORD, &digits, self.now()).unwrap();
        secret
    }

    /// Guesses at a login name from nowhere known, until no more are admitted.
    pub fn guess_at(&self, login: &str) {
        for _ in 0..11 {
            let (password, digits) = ("not-it-at-all", "000000");
            let typed = OfficeSignIn { login, password, digits, browser: None };
            self.people().sign_in_office(typed, self.now()).unwrap_err();
        }
    }

    /// Asks as our own page does.
    pub async fn ask(&self, route: &str, cookie: Option<&str>, body: Option<Value>) -> Reply {
        let (method, path) = route.split_once(' ').unwrap();
        let mut request = Request::builder().method(method).uri(path).header("x-nuanjia", "1");
        if let Some(cookie) = cookie {
            request = request.header("cookie", cookie);
        }
        let request = match body {
            None => request.body(Body::empty()),
            Some(json) => request
                .header("content-type", "application/json")
                .body(Body::from(json.to_string())),
        };
        self.send(request.unwrap()).await
    }

    pub async fn send(&self, request: Request<Body>) -> Reply {
        let about = format!("{} {}", request.method(), request.uri());
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        assert_headers(&parts.headers, &about);
        assert_ne!(parts.status, StatusCode::INTERNAL_SERVER_ERROR, "{about}");
        let bytes = body.collect().await.unwrap().to_bytes();
        let json = serde_json::from_slice(&bytes).unwrap_or_default();
        Reply { status: parts.status.as_u16(), headers: parts.headers, json }
    }
}

/// On every answer, also refusals: nothing is kept, framed, guessed or loaded from elsewhere.
fn assert_headers(headers: &HeaderMap, about: &str) {
    let header = |name: &str| {
        assert_eq!(headers.get_all(name).iter().count(), 1, "{about}: {name}");
        headers[name].to_str().unwrap()
    };
    let policy = header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{about}: {policy}");
    assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{about}");
    assert_eq!(header("x-content-type-options"), "nosniff", "{about}");
    assert_eq!(header("referrer-policy"), "no-referrer", "{about}");
    assert_eq!(header("cross-origin-opener-policy"), "same-origin", "{about}");
    assert_eq!(header("cross-origin-resource-policy"), "same-origin", "{about}");
    assert_eq!(header("cache-control"), "no-store", "{about}");
}

/// The cookie of a session, as a browser sends it back.
pub fn cookie(token: &Token) -> String {
    format!("nuanjia={}", token.text())
}

/// What her authenticator shows.
pub fn digits(secret: &str, now: i64) -> String {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0_u32, 0);
    for letter in secret.chars() {
        bits = bits << 5 | u32::try_from(LETTERS.find(letter).unwrap()).unwrap();
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    let secret = <[u8; 20]>::try_from(bytes).unwrap();
    let authenticator = totp_rs::Builder::new().with_secret(secret).build().unwrap();
    authenticator.generate(u64::try_from(now / 1_000).unwrap()).to_string()
}
