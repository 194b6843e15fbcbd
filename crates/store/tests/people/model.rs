//! Random lives of accounts, held against a model in memory that knows no tables.
//!
//! Some thousand sequences of inviting, enrolling, signing in, guessing, proving, granting,
//! taking back, disabling, beginning again, restarting and passing time. After each step the
//! store's answer must be the model's, and so must every session's. The model is as plain as it
//! can be and shares no code with the store: lists, and moments compared with each other. A
//! failure names the seed and the step. Read next: `ground.rs`.

use std::fmt::Debug;

use store::people::{
    AccountId, Code, DAY, Denied, DeviceKind, GrantId, MINUTE, OfficeSignIn, Proof, Purpose, Role,
    SignedIn, State, Token, day_of, digits_shown,
};

use super::ground::{Ground, NOW, PASSWORD, PIN, WRONG_PIN, base32, granting};

const SEQUENCES: u64 = 2_000;
const STEPS: usize = 28;
/// Sequences that share a file; their accounts do not know of each other.
const SHARED: u64 = 50;

const STRETCH: i64 = 15 * MINUTE;
const HOUR: i64 = 60 * MINUTE;

struct SlipModel {
    code: Code,
    purpose: Purpose,
    expires: i64,
    good: bool,
}

struct DeviceModel {
    token: Token,
    kind: DeviceKind,
    pin: &'static str,
    seen: i64,
    holds: bool,
    guesses: Vec<i64>,
}

struct SessionModel {
    token: Token,
    device: usize,
    created: i64,
    seen: i64,
    proved: i64,
    there: bool,
}

struct GrantModel {
    id: GrantId,
    role: Role,
    first: i64,
    last: Option<i64>,
    holds: bool,
}

struct OfficeModel {
    secret: Vec<u8>,
    step: i64,
}

/// One account as it must be.
struct Model {
    account: AccountId,
    login: String,
    state: State,
    slips: Vec<SlipModel>,
    devices: Vec<DeviceModel>,
    sessions: Vec<SessionModel>,
    grants: Vec<GrantModel>,
    office: Option<OfficeModel>,
    /// Guesses at the login name from browsers that are not known.
    strangers: Vec<i64>,
}

/// What the model expects, in the words of the store's refusals; `ok` for none.
type Told = String;

fn told<T: Debug>(result: &Result<T, Denied>) -> Told {
    match result {
        Ok(_) => "ok".to_owned(),
        Err(Denied::Refused(refusal)) => refusal.code().to_owned(),
        Err(Denied::Stopped(fault)) => panic!("{fault}"),
    }
}

/// Whether one more guess is admitted; it is counted then.
fn admit(guesses: &mut Vec<i64>, now: i64) -> bool {
    guesses.retain(|guess| *guess > now - STRETCH);
    let admitted = guesses.len() < 10;
    if admitted {
        guesses.push(now);
    }
    admitted
}

impl Model {
    fn new(account: AccountId, login: String) -> Model {
        Model {
            account,
            login,
            state: State::Invited,
            slips: Vec::new(),
            devices: Vec::new(),
            sessions: Vec::new(),
            grants: Vec::new(),
            office: None,
            strangers: Vec::new(),
        }
    }

    fn phones(&self) -> usize {
        self.devices.iter().filter(|one| one.holds && one.kind == DeviceKind::Phone).count()
    }

    fn is_good(&self, slip: usize, purpose: Purpose, now: i64) -> bool {
        let slip = &self.slips[slip];
        slip.good && slip.purpose == purpose && now < slip.expires
    }

    fn is_alive(&self, session: &SessionModel, now: i64) -> bool {
        let device = &self.devices[session.device];
        let idle = if device.kind == DeviceKind::Phone { 30 } else { 15 } * MINUTE;
        self.state == State::Active
            && device.holds
            && session.there
            && now - session.seen < idle
            && now - session.created < 12 * HOUR
    }

    /// The session is asked for; whether it is there.
    fn ask(&mut self, session: usize, now: i64) -> bool {
        let alive = self.is_alive(&self.sessions[session], now);
        let session = &mut self.sessions[session];
        if alive && now - session.seen >= MINUTE {
            session.seen = now;
        }
        alive
    }

    fn end_sessions(&mut self, which: impl Fn(&SessionModel) -> bool) {
        self.sessions.iter_mut().filter(|one| which(one)).for_each(|one| one.there = false);
    }

    fn begin(&mut self, signed_in: SignedIn, device: usize, now: i64) {
        self.devices[device].seen = now;
        self.end_sessions(|one| now - one.created >= 12 * HOUR);
        self.sessions.push(SessionModel {
            token: signed_in.token,
            device,
            created: now,
            seen: now,
            proved: now,
            there: true,
        });
        while self.sessions.iter().filter(|one| one.there).count() > 20 {
            let there = self.sessions.iter_mut().filter(|one| one.there);
            there.min_by_key(|one| (one.seen, one.created)).unwrap().there = false;
        }
    }

    fn take_device(&mut self, device: usize) {
        self.devices[device].holds = false;
        self.end_sessions(|one| one.device == device);
    }

    fn use_up(&mut self, slip: usize) {
        self.slips[slip].good = false;
        if self.state == State::Invited {
            self.state = State::Active;
        }
    }
}

/// One life.
struct Life<'a> {
    ground: &'a mut Ground,
    draw: super::ground::Draw,
    model: Model,
    now: i64,
}

#[test]
fn the_store_answers_as_the_model_in_every_life() {
    let mut now = NOW;
    for file in 0..SEQUENCES / SHARED {
        let mut ground = Ground::new(1_000 + file);
        for seed in file * SHARED..(file + 1) * SHARED {
            now = live(&mut ground, seed, now + MINUTE);
        }
        ground.people().verify_audit(None).unwrap();
    }
}

fn live(ground: &mut Ground, seed: u64, now: i64) -> i64 {
    let login = format!("life.{seed}");
    let account = ground.invited(&login, now);
    let draw = super::ground::Draw(seed);
    let mut life = Life { ground, draw, model: Model::new(account, login), now };
    for step in 0..STEPS {
        life.now += 1;
        let (what, expected, found) = life.step(step);
        assert_eq!(found, expected, "seed {seed}, step {step}: {what}");
        life.compare(seed, step);
    }
    life.now
}

/// What was done, what should have been answered, what was.
type Done = (String, Told, Told);

fn done(what: impl Into<String>, expected: &str, found: Told) -> Done {
    (what.into(), expected.to_owned(), found)
}

impl Life<'_> {
    fn step(&mut self, step: usize) -> Done {
        // The first steps make something to live with.
        match if step < 2 { step } else { self.draw.below(36) } {
            0 | 2 | 3 => self.issue(),
            1 | 4..=6 => self.use_slip(),
            7..=13 => self.sign_in_phone(),
            14..=17 => self.sign_in_office(),
            18..=19 => self.step_up(),
            20 => self.sign_out(),
            21 => self.end_others(),
            22 | 23 => self.grant(),
            24 => self.revoke(),
            25 => self.take_device(),
            26 => self.disable(),
            27 | 28 => self.reinstate(),
            29 => self.restart(),
            _ => self.pass_time(),
        }
    }

    /// Every session and the account itself must be as the model says; asking is a use.
    fn compare(&mut self, seed: u64, step: usize) {
        let people = self.ground.people();
        let account = people.account(self.model.account).unwrap().unwrap();
        assert_eq!(account.state, self.model.state, "seed {seed}, step {step}");
        // Not all are asked each time: asking keeps them alive.
        for index in 0..self.model.sessions.len() {
            if self.draw.below(3) > 0 {
                continue;
            }
            let expected = self.model.ask(index, self.now);
            let session = &self.model.sessions[index];
            let found = people.session(&session.token, self.now);
            assert_eq!(found.is_ok(), expected, "seed {seed}, step {step}, session {index}");
            let Ok(present) = found else { continue };
            let fresh = self.now < session.proved + 10 * MINUTE;
            assert_eq!(present.is_stepped_up(self.now), fresh, "seed {seed}, step {step}");
            let today = i64::from(day_of(self.now).0);
            let holds = |grant: &&GrantModel| {
                grant.holds && grant.first <= today && grant.last.is_none_or(|last| today <= last)
            };
            let expected = self.model.grants.iter().filter(holds).count();
            assert_eq!(present.grants.len(), expected, "seed {seed}, step {step}");
        }
    }

    fn issue(&mut self) -> Done {
        let purposes = [Purpose::EnrolPhone, Purpose::SetPassword, Purpose::NewPin];
        let purpose = purposes[self.draw.below(3)];
        let (by, account) = (self.ground.by(), self.model.account);
        let issued = self.ground.people().issue_slip(&by, account, purpose, self.now);
        let expected = match () {
            () if self.model.state == State::Disabled => "disabled",
            () if purpose == Purpose::NewPin && self.model.phones() == 0 => "other-state",
            () => "ok",
        };
        let found = told(&issued);
        if let Ok(slip) = issued {
            let same = self.model.slips.iter_mut().filter(|slip| slip.purpose == purpose);
            same.for_each(|slip| slip.good = false);
            let (code, expires) = (slip.code, slip.expires);
            self.model.slips.push(SlipModel { code, purpose, expires, good: true });
        }
        done(format!("issue {purpose:?}"), expected, found)
    }

    fn use_slip(&mut self) -> Done {
        let Some(last) = self.model.slips.len().checked_sub(1) else {
            return self.pass_time();
        };
        let slip = if self.draw.below(4) == 0 { self.draw.below(last + 1) } else { last };
        match self.model.slips[slip].purpose {
            Purpose::EnrolPhone => self.enrol_phone(slip),
            Purpose::NewPin => self.new_pin(slip),
            Purpose::SetPassword => self.enrol_office(slip),
        }
    }

    fn enrol_phone(&mut self, slip: usize) -> Done {
        let code = self.model.slips[slip].code.clone();
        let enrolled = self.ground.people().enrol_phone(&code, PIN, self.now);
        let expected = match () {
            () if !self.model.is_good(slip, Purpose::EnrolPhone, self.now) => "slip-not-good",
            () if self.model.phones() >= 3 => "too-many-phones",
            () => "ok",
        };
        let found = told(&enrolled);
        if let Ok(enrolled) = enrolled {
            self.model.use_up(slip);
            self.add_device(enrolled.token, DeviceKind::Phone);
        }
        done("enrol a phone", expected, found)
    }

    fn add_device(&mut self, token: Token, kind: DeviceKind) -> usize {
        let (pin, seen, holds, guesses) = (PIN, self.now, true, Vec::new());
        self.model.devices.push(DeviceModel { token, kind, pin, seen, holds, guesses });
        self.model.devices.len() - 1
    }

    fn any_device(&mut self, kind: DeviceKind) -> Option<usize> {
        let of_kind = |index: &usize| self.model.devices[*index].kind == kind;
        let all: Vec<usize> = (0..self.model.devices.len()).filter(of_kind).collect();
        all.get(self.draw.below(all.len())).copied()
    }

    fn new_pin(&mut self, slip: usize) -> Done {
        let Some(phone) = self.any_device(DeviceKind::Phone) else { return self.pass_time() };
        let pin = if self.draw.below(2) == 0 { "904417" } else { PIN };
        let code = self.model.slips[slip].code.clone();
        let token = self.model.devices[phone].token.clone();
        let given = self.ground.people().new_pin(&token, &code, pin, self.now);
        let good = self.model.is_good(slip, Purpose::NewPin, self.now);
        let expected = if good && self.model.devices[phone].holds { "ok" } else { "slip-not-good" };
        let found = told(&given);
        if found == "ok" {
            self.model.use_up(slip);
            self.model.end_sessions(|one| one.device == phone);
            let device = &mut self.model.devices[phone];
            (device.pin, device.guesses) = (pin, Vec::new());
        }
        done("new PIN", expected, found)
    }

    fn enrol_office(&mut self, slip: usize) -> Done {
        let code = self.model.slips[slip].code.clone();
        let good = self.model.is_good(slip, Purpose::SetPassword, self.now);
        let begun = self.ground.people().office_begin(&code, self.now);
        let Ok(begun) = begun else {
            let expected = if good { "ok" } else { "slip-not-good" };
            return done("begin a password", expected, told(&begun.map(|_| ())));
        };
        let secret = base32(&begun.text);
        let right = self.draw.below(4) > 0;
        let shown_at = if right { self.now } else { self.now - HOUR };
        let digits = digits_shown(&secret, shown_at).unwrap();
        let set = self.ground.people().office_enrol(&code, PASSWORD, &digits, self.now);
        let found = told(&set);
        if found == "ok" {
            self.model.use_up(slip);
            self.model.end_sessions(|_| true);
            for device in 0..self.model.devices.len() {
                if self.model.devices[device].kind == DeviceKind::Browser {
                    self.model.take_device(device);
                }
            }
            self.model.office = Some(OfficeModel { secret, step: self.now / 30_000 });
        }
        let expected = match () {
            () if !good => "slip-not-good",
            () if !right => "wrong-digits",
            () => "ok",
        };
        done("set a password", expected, found)
    }

    fn sign_in_phone(&mut self) -> Done {
        let Some(phone) = self.any_device(DeviceKind::Phone) else { return self.pass_time() };
        let right = self.draw.below(3) > 0;
        // Sometimes somebody tries a whole row of them.
        let tries = if right { 1 } else { 1 + 6 * self.draw.below(3) };
        let mut last = done("", "ok", "ok".to_owned());
        for _ in 0..tries {
            self.now += 1;
            let device = &mut self.model.devices[phone];
            let pin = if right { device.pin } else { WRONG_PIN };
            let admitted = device.holds && admit(&mut device.guesses, self.now);
            let lets_in = admitted && right && self.model.state == State::Active;
            let token = device.token.clone();
            let signed_in = self.ground.people().sign_in_phone(&token, pin, self.now);
            let expected = if lets_in { "ok" } else { "not-signed-in" };
            last = done(format!("phone {phone}, {pin}"), expected, told(&signed_in));
            if let (Ok(signed_in), true) = (signed_in, lets_in) {
                self.model.devices[phone].guesses.clear();
                self.model.begin(signed_in, phone, self.now);
            }
            if last.1 != last.2 {
                break;
            }
        }
        last
    }

    fn sign_in_office(&mut self) -> Done {
        let known =
            if self.draw.below(2) == 0 { self.any_device(DeviceKind::Browser) } else { None };
        let right = self.draw.below(3) > 0;
        if self.draw.below(3) > 0 {
            self.now += MINUTE;
        }
        let now = self.now;
        let (hers, secret) = match &self.model.office {
            Some(office) if self.model.state == State::Active => (true, office.secret.clone()),
            _ => (false, vec![0; 20]),
        };
        let digits = digits_shown(&secret, now).unwrap();
        let token = known.map(|device| self.model.devices[device].token.clone());
        let typed = OfficeSignIn {
            login: &self.model.login,
            password: if right { PASSWORD } else { "letmeinletmein" },
            digits: &digits,
            browser: token.as_ref(),
        };
        let signed_in = self.ground.people().sign_in_office(typed, now);
        let known = known.filter(|device| {
            self.model.state == State::Active && self.model.devices[*device].holds
        });
        let guesses = match known {
            Some(device) => &mut self.model.devices[device].guesses,
            None => &mut self.model.strangers,
        };
        let admitted = admit(guesses, now);
        let fresh = self.model.office.as_ref().is_some_and(|office| now / 30_000 > office.step);
        let lets_in = admitted && hers && right && fresh;
        let expected = if lets_in { "ok" } else { "not-signed-in" };
        let found = told(&signed_in);
        if let (Ok(signed_in), true) = (signed_in, lets_in) {
            match known {
                Some(device) => self.model.devices[device].guesses.clear(),
                None => drop(self.model.strangers.pop()),
            }
            self.model.office.as_mut().unwrap().step = now / 30_000;
            let device = known.unwrap_or_else(|| self.new_browser(&signed_in));
            self.model.begin(signed_in, device, now);
        }
        done(format!("office, known {known:?}, right {right}"), expected, found)
    }

    /// The eleventh browser takes the place of the one used longest ago.
    fn new_browser(&mut self, signed_in: &SignedIn) -> usize {
        let devices = self.model.devices.iter().enumerate();
        let held = devices.filter(|(_, one)| one.holds && one.kind == DeviceKind::Browser);
        let mut held: Vec<(i64, usize)> = held.map(|(index, one)| (one.seen, index)).collect();
        held.sort_unstable();
        if held.len() >= 10 {
            self.model.devices[held[0].1].holds = false;
        }
        self.add_device(signed_in.browser.clone().unwrap(), DeviceKind::Browser)
    }

    fn step_up(&mut self) -> Done {
        let count = self.model.sessions.len();
        if count == 0 {
            return self.pass_time();
        }
        let index = self.draw.below(count);
        let right = self.draw.below(2) == 0;
        let alive = self.model.ask(index, self.now);
        let device = self.model.sessions[index].device;
        let (token, now) = (self.model.sessions[index].token.clone(), self.now);
        let known = &self.model.devices[device];
        let on_phone = known.kind == DeviceKind::Phone;
        let digits = match &self.model.office {
            Some(office) if right => digits_shown(&office.secret, now).unwrap(),
            _ => "none".to_owned(),
        };
        let pin = if right { known.pin } else { WRONG_PIN };
        let phone = known.token.clone();
        let proof =
            if on_phone { Proof::Pin { phone: &phone, pin } } else { Proof::Digits(&digits) };
        let proved = self.ground.people().step_up(&token, proof, now);
        let step = now / 30_000;
        let fresh = self.model.office.as_ref().is_some_and(|office| step > office.step);
        let admitted = alive && admit(&mut self.model.devices[device].guesses, now);
        let holds = admitted && right && (on_phone || fresh);
        if holds {
            self.model.devices[device].guesses.clear();
            let session = &mut self.model.sessions[index];
            (session.proved, session.seen) = (now, now);
            if !on_phone {
                self.model.office.as_mut().unwrap().step = step;
            }
        }
        let expected = match () {
            () if !alive => "session-ended",
            () if !holds => "not-proved",
            () => "ok",
        };
        done(format!("prove in session {index}"), expected, told(&proved))
    }

    fn sign_out(&mut self) -> Done {
        let Some(index) = self.model.sessions.len().checked_sub(1) else {
            return self.pass_time();
        };
        let session = &mut self.model.sessions[index];
        session.there = false;
        let token = session.token.clone();
        done("sign out", "ok", told(&self.ground.people().sign_out(&token, self.now)))
    }

    fn end_others(&mut self) -> Done {
        let ended =
            self.ground.people().end_sessions(&self.ground.by(), self.model.account, self.now);
        let there = self.model.sessions.iter().filter(|one| one.there).count();
        let found = match ended {
            Ok(ended) => ended.to_string(),
            Err(denied) => denied.to_string(),
        };
        self.model.end_sessions(|_| true);
        done("end all sessions", &there.to_string(), found)
    }

    fn grant(&mut self) -> Done {
        let roles = [Role::Cadre, Role::Liaison, Role::OutsideAuditor, Role::AuditAdmin];
        let role = roles[self.draw.below(4)];
        let org = (!role.is_administrator()).then_some("371621");
        let mut what = granting(role, org, self.now);
        if self.draw.below(2) == 0 {
            what.first = what.first + 1;
            what.last = Some(what.first + 1);
        }
        let (by, account) = (self.ground.by(), self.model.account);
        let given = self.ground.people().grant(&by, account, &what, self.now);
        let apart = self.model.grants.iter().any(|other| {
            other.role != role && (other.role.is_administrator() || role.is_administrator())
        });
        let expected = match () {
            () if self.model.state == State::Disabled => "disabled",
            () if apart => "roles-apart",
            () => "ok",
        };
        let found = told(&given);
        if let Ok(id) = given {
            let (first, last) = (i64::from(what.first.0), what.last.map(|day| i64::from(day.0)));
            self.model.grants.push(GrantModel { id, role, first, last, holds: true });
        }
        done(format!("grant {role:?}"), expected, found)
    }

    fn revoke(&mut self) -> Done {
        let count = self.model.grants.len();
        if count == 0 {
            return self.pass_time();
        }
        let index = self.draw.below(count);
        let grant = &mut self.model.grants[index];
        grant.holds = false;
        let (by, id) = (self.ground.by(), grant.id);
        done("revoke", "ok", told(&self.ground.people().revoke(&by, id, self.now)))
    }

    fn take_device(&mut self) -> Done {
        let Some(phone) = self.any_device(DeviceKind::Phone) else { return self.pass_time() };
        let people = self.ground.people();
        let devices = people.devices(self.model.account).unwrap();
        let listed: Vec<_> =
            devices.iter().filter(|device| device.kind == DeviceKind::Phone).collect();
        // Listed as they became known: the model's order.
        let earlier = &self.model.devices[..phone];
        let nth = earlier.iter().filter(|one| one.kind == DeviceKind::Phone).count();
        let taken = people.revoke_device(&self.ground.by(), listed[nth].id, self.now);
        self.model.take_device(phone);
        done("take a phone back", "ok", told(&taken))
    }

    fn disable(&mut self) -> Done {
        let (by, account) = (self.ground.by(), self.model.account);
        let disabled = self.ground.people().disable(&by, account, self.now);
        self.model.state = State::Disabled;
        self.model.end_sessions(|_| true);
        self.model.devices.iter_mut().for_each(|device| device.holds = false);
        self.model.slips.iter_mut().for_each(|slip| slip.good = false);
        self.model.office = None;
        done("disable", "ok", told(&disabled))
    }

    fn reinstate(&mut self) -> Done {
        let (by, account) = (self.ground.by(), self.model.account);
        let again = self.ground.people().reinstate(&by, account, self.now);
        let expected = if self.model.state == State::Disabled { "ok" } else { "other-state" };
        if expected == "ok" {
            self.model.state = State::Invited;
        }
        done("reinstate", expected, told(&again))
    }

    fn restart(&mut self) -> Done {
        self.ground.reopen();
        done("restart", "ok", "ok".to_owned())
    }

    fn pass_time(&mut self) -> Done {
        let spans = [MINUTE, 5 * MINUTE, 14 * MINUTE, 16 * MINUTE, 31 * MINUTE, 11 * HOUR, DAY];
        self.now += spans[self.draw.below(spans.len())];
        if self.draw.below(20) == 0 {
            self.now += 7 * DAY;
        }
        done("time passes", "ok", "ok".to_owned())
    }
}
