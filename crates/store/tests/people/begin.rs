//! How people begin: the first three, slips, phones, passwords, and how they begin again.
//!
//! A slip works once, for its purpose, for its days, and until another is made; nothing half done
//! is left behind. There is no way in that nobody handed out.
//! Read next: `src/people/slip.rs`.

use std::sync::Arc;

use store::people::{
    Code, DAY, DeviceKind, Invitation, NewPassword, People, Policy, Purpose, Refusal, Settings,
    State, Token, Weakness, digits_shown,
};

use super::ground::{
    Draw, Folder, Ground, NOW, PASSWORD, PIN, PlainVault, STEP, WRONG_PIN, base32, first_logins,
    later, name, refusal,
};

#[test]
fn the_first_three_are_made_once_and_have_no_password() {
    let folder = Folder::new();
    let vault = Arc::new(PlainVault::default());
    let people = People::create(&folder.settings(), vault, Box::new(Draw(1))).unwrap();
    let slips = people.init(&first_logins(), NOW).unwrap();
    let accounts = people.accounts(None, 10).unwrap();
    assert!(accounts.iter().all(|account| account.state == State::Invited));
    assert_eq!(accounts.len(), 3);
    for slip in &slips {
        let grants = people.grants(slip.account).unwrap();
        assert!(grants.len() == 1 && grants[0].what.role.is_administrator());
    }
    assert_eq!(refusal(people.init(&first_logins(), NOW)), Refusal::AlreadyBegun);
}

#[test]
fn the_first_three_may_not_share_a_name() {
    let folder = Folder::new();
    let vault = Arc::new(PlainVault::default());
    let people = People::create(&folder.settings(), vault, Box::new(Draw(1))).unwrap();
    let mut logins = first_logins();
    logins.audit = name("SYS-1");
    assert_eq!(refusal(people.init(&logins, NOW)), Refusal::LoginTaken);
    assert!(people.accounts(None, 10).unwrap().is_empty());
    people.init(&first_logins(), NOW).unwrap();
}

#[test]
fn two_login_names_that_differ_in_case_only_are_one() {
    let ground = Ground::new(2);
    let account = ground.invited("Li.371621", NOW);
    let again = Invitation { login: name("li.371621"), person: None };
    assert_eq!(refusal(ground.people().invite(&ground.by(), &again, NOW)), Refusal::LoginTaken);
    let found = ground.people().account_of(&name("LI.371621")).unwrap().unwrap();
    assert_eq!((found.id, found.login.as_str()), (account, "Li.371621"));
}

#[test]
fn a_slip_works_once_and_for_its_purpose_only() {
    let ground = Ground::new(3);
    let people = ground.people();
    let account = ground.invited("wang", NOW);
    let code = ground.slip(account, Purpose::EnrolPhone, NOW);
    assert_eq!(refusal(people.office_begin(&code, NOW)), Refusal::SlipNotGood);
    assert_eq!(refusal(people.enrol_phone(&code, "123456", NOW)), Refusal::WeakPin);
    let phone = people.enrol_phone(&code, PIN, NOW).unwrap();
    assert_eq!(people.account(account).unwrap().unwrap().state, State::Active);
    assert_eq!(refusal(people.enrol_phone(&code, PIN, NOW)), Refusal::SlipNotGood);
    assert!(people.sign_in_phone(&phone.token, PIN, NOW).is_ok());
    let unknown = Code::read(&"A".repeat(26)).unwrap();
    assert_eq!(refusal(people.enrol_phone(&unknown, PIN, NOW)), Refusal::SlipNotGood);
}

#[test]
fn a_slip_ends_with_its_days_and_with_the_next_one() {
    let ground = Ground::new(4);
    let people = ground.people();
    let (account, phone) = ground.cadre("wang", NOW);
    for (purpose, days) in [(Purpose::EnrolPhone, 7), (Purpose::NewPin, 1)] {
        let code = ground.slip(account, purpose, NOW);
        let end = NOW + days * DAY;
        let used = |now| match purpose {
            Purpose::NewPin => people.new_pin(&phone, &code, PIN, now),
            _ => people.enrol_phone(&code, PIN, now).map(|_| ()),
        };
        assert_eq!(refusal(used(end)), Refusal::SlipNotGood);
        assert!(used(end - 1).is_ok());
    }
    let first = ground.slip(account, Purpose::EnrolPhone, NOW);
    let second = ground.slip(account, Purpose::EnrolPhone, NOW);
    assert_eq!(refusal(people.enrol_phone(&first, PIN, NOW)), Refusal::SlipNotGood);
    assert!(people.enrol_phone(&second, PIN, NOW).is_ok());
}

#[test]
fn many_who_type_one_slip_at_once_make_one_phone() {
    let ground = Ground::new(5);
    let account = ground.invited("wang", NOW);
    let code = ground.slip(account, Purpose::EnrolPhone, NOW);
    let people = ground.people();
    let made: usize = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| usize::from(people.enrol_phone(&code, PIN, NOW).is_ok())))
            .collect();
        tries.into_iter().map(|one| one.join().unwrap()).sum()
    });
    assert_eq!(made, 1);
    assert_eq!(people.devices(account).unwrap().len(), 1);
}

#[test]
fn a_forgotten_pin_takes_the_slip_and_the_phone() {
    let ground = Ground::new(6);
    let people = ground.people();
    let (account, phone) = ground.cadre("wang", NOW);
    let (_, other) = ground.cadre("li", NOW);
    let session = people.sign_in_phone(&phone, PIN, NOW).unwrap().token;
    let code = ground.slip(account, Purpose::NewPin, NOW);
    for wrong in [&other, &Token::read(&"ab".repeat(32)).unwrap()] {
        assert_eq!(refusal(people.new_pin(wrong, &code, "904417", NOW)), Refusal::SlipNotGood);
    }
    people.new_pin(&phone, &code, "904417", NOW).unwrap();
    assert_eq!(refusal(people.session(&session, NOW)), Refusal::SessionEnded);
    assert_eq!(refusal(people.sign_in_phone(&phone, PIN, NOW)), Refusal::NotSignedIn);
    assert!(people.sign_in_phone(&phone, "904417", NOW).is_ok());
    // Whoever has no phone gets no slip for one.
    let nobody = ground.invited("zhao", NOW);
    let issued = people.issue_slip(&ground.by(), nobody, Purpose::NewPin, NOW);
    assert_eq!(refusal(issued), Refusal::OtherState);
}

#[test]
fn a_person_has_three_phones_at_most() {
    let ground = Ground::new(7);
    let people = ground.people();
    let (account, _) = ground.cadre("wang", NOW);
    ground.phone(account, NOW);
    ground.phone(account, NOW);
    let code = ground.slip(account, Purpose::EnrolPhone, NOW);
    assert_eq!(refusal(people.enrol_phone(&code, PIN, NOW)), Refusal::TooManyPhones);
    let lost = people.devices(account).unwrap()[0].id;
    people.revoke_device(&ground.by(), lost, NOW).unwrap();
    assert!(people.enrol_phone(&code, PIN, NOW).is_ok());
}

#[test]
fn a_password_is_set_when_the_authenticator_works_and_not_before() {
    let ground = Ground::new(8);
    let people = ground.people();
    let account = ground.invited("wang", NOW);
    let code = ground.slip(account, Purpose::SetPassword, NOW);
    let enrol = |password: &str, digits: &str| people.office_enrol(&code, password, digits, NOW);
    assert_eq!(refusal(enrol(PASSWORD, "123456")), Refusal::SlipNotGood);
    let first = base32(&people.office_begin(&code, NOW).unwrap().text);
    let second = base32(&people.office_begin(&code, NOW).unwrap().text);
    let digits = |secret: &[u8]| digits_shown(secret, NOW).unwrap();
    assert_eq!(refusal(enrol(PASSWORD, &digits(&first))), Refusal::WrongDigits);
    let short = Refusal::WeakPassword(Weakness::Short { min: 12 });
    assert_eq!(refusal(enrol("short", &digits(&second))), short);
    assert_eq!(people.account(account).unwrap().unwrap().state, State::Invited);
    assert_eq!(enrol(PASSWORD, &digits(&second)), Ok(account));
    assert_eq!(people.account(account).unwrap().unwrap().state, State::Active);
    assert_eq!(refusal(enrol(PASSWORD, &digits(&second))), Refusal::SlipNotGood);
}

#[test]
fn a_step_of_the_authenticator_is_taken_once() {
    let ground = Ground::new(9);
    let clerk = ground.clerk("wang", NOW);
    let in_step = |now| ground.office_from(&clerk, None, now);
    assert!(in_step(NOW).is_ok());
    assert_eq!(refusal(in_step(NOW + STEP - 1)), Refusal::NotSignedIn);
    let next = in_step(NOW + STEP).unwrap();
    // Nor is one from before the last, though it is still shown in time.
    let digits = clerk.digits(NOW);
    let proof = store::people::Proof::Digits(&digits);
    let proved = ground.people().step_up(&next.token, proof, NOW + STEP);
    assert_eq!(refusal(proved), Refusal::NotProved);
}

#[test]
fn a_new_slip_for_a_password_ends_what_was_before() {
    let ground = Ground::new(10);
    let people = ground.people();
    let clerk = ground.clerk("wang", NOW);
    let mut now = NOW;
    let before = ground.office(&clerk, now);
    let slip =
        people.issue_slip(&ground.by(), clerk.account, Purpose::SetPassword, later(&mut now));
    let again = super::ground::enrol_clerk(people, &slip.unwrap(), now);
    assert_eq!(refusal(people.session(&before.token, now)), Refusal::SessionEnded);
    assert_eq!(refusal(ground.office_from(&clerk, None, later(&mut now))), Refusal::NotSignedIn);
    let known = before.browser.as_ref();
    let signed_in = ground.office_from(&again, known, later(&mut now)).unwrap();
    assert!(signed_in.browser.is_some(), "the browser from before is no longer known");
}

#[test]
fn changing_a_password_takes_the_old_one_and_ends_other_sessions() {
    let ground = Ground::new(11);
    let people = ground.people();
    let clerk = ground.clerk("wang", NOW);
    let mut now = NOW;
    let other = ground.office(&clerk, now).token;
    let own = ground.office(&clerk, later(&mut now)).token;
    let change = |old, new, now| people.change_password(&own, NewPassword { old, new }, now);
    let next = "five loud yellow carts";
    assert_eq!(refusal(change("four quiet green boatS", next, now)), Refusal::NotProved);
    let same = Refusal::WeakPassword(Weakness::Same);
    assert_eq!(refusal(change(PASSWORD, PASSWORD, now)), same);
    assert_eq!(people.session(&other, now).map(|_| ()), Ok(()));
    change(PASSWORD, next, now).unwrap();
    assert_eq!(refusal(people.session(&other, now)), Refusal::SessionEnded);
    assert!(people.session(&own, now).is_ok());
    assert_eq!(refusal(ground.office_from(&clerk, None, later(&mut now))), Refusal::NotSignedIn);
}

#[test]
fn a_password_of_ninety_days_is_said_to_be_due_where_the_policy_wants_it() {
    let folder = Folder::new();
    let settings = Settings { policy: Policy::Mlps3, ..folder.settings() };
    let vault = Arc::new(PlainVault::default());
    let people = People::create(&settings, vault, Box::new(Draw(12))).unwrap();
    let [slip, ..] = people.init(&first_logins(), NOW).unwrap();
    let secret = base32(&people.office_begin(&slip.code, NOW).unwrap().text);
    let digits = digits_shown(&secret, NOW).unwrap();
    let password = "Nuan7-jia";
    people.office_enrol(&slip.code, password, &digits, NOW).unwrap();
    for (now, due) in [(NOW + 89 * DAY, false), (NOW + 91 * DAY, true)] {
        let digits = digits_shown(&secret, now).unwrap();
        let login = slip.login.as_str();
        let typed = store::people::OfficeSignIn { login, password, digits: &digits, browser: None };
        let token = people.sign_in_office(typed, now).unwrap().token;
        assert_eq!(people.session(&token, now).unwrap().password_due, due);
    }
}

#[test]
fn a_disabled_account_begins_again_with_a_slip_and_nothing_from_before() {
    let ground = Ground::new(13);
    let people = ground.people();
    let (account, phone) = ground.cadre("wang", NOW);
    let open = ground.slip(account, Purpose::EnrolPhone, NOW);
    people.disable(&ground.by(), account, NOW).unwrap();
    assert_eq!(people.disable(&ground.by(), account, NOW), Ok(()));
    assert_eq!(refusal(people.enrol_phone(&open, PIN, NOW)), Refusal::SlipNotGood);
    let issued = people.issue_slip(&ground.by(), account, Purpose::EnrolPhone, NOW);
    assert_eq!(refusal(issued), Refusal::Disabled);
    people.reinstate(&ground.by(), account, NOW).unwrap();
    assert_eq!(refusal(people.reinstate(&ground.by(), account, NOW)), Refusal::OtherState);
    assert_eq!(refusal(people.enrol_phone(&open, PIN, NOW)), Refusal::SlipNotGood);
    assert_eq!(refusal(people.sign_in_phone(&phone, PIN, NOW)), Refusal::NotSignedIn);
    let new = ground.phone(account, NOW);
    assert_eq!(refusal(people.sign_in_phone(&phone, PIN, NOW)), Refusal::NotSignedIn);
    assert!(people.sign_in_phone(&new, PIN, NOW).is_ok());
}

#[test]
fn devices_are_listed_as_they_became_known() {
    let ground = Ground::new(14);
    let clerk = ground.clerk("wang", NOW);
    ground.phone(clerk.account, NOW);
    let mut now = NOW;
    let known = ground.office(&clerk, later(&mut now)).browser;
    let signed_in = ground.office_from(&clerk, known.as_ref(), later(&mut now)).unwrap();
    assert_eq!(signed_in.browser, None);
    let devices = ground.people().devices(clerk.account).unwrap();
    let kinds: Vec<DeviceKind> = devices.iter().map(|device| device.kind).collect();
    assert_eq!(kinds, [DeviceKind::Phone, DeviceKind::Browser]);
    assert_eq!(devices[1].seen, now);
}

#[test]
fn nothing_handed_out_stands_in_the_file() {
    let ground = Ground::new(15);
    let people = ground.people();
    let (account, phone) = ground.cadre("wang", NOW);
    let session = people.sign_in_phone(&phone, PIN, NOW).unwrap().token;
    let code = ground.slip(account, Purpose::NewPin, NOW);
    assert_eq!(refusal(people.sign_in_phone(&phone, WRONG_PIN, NOW)), Refusal::NotSignedIn);
    let mut bytes = Vec::new();
    for entry in std::fs::read_dir(&ground.folder.0).unwrap() {
        bytes.extend(std::fs::read(entry.unwrap().path()).unwrap());
    }
    let canaries = [phone.text(), session.text(), code.text(), PIN.into(), PASSWORD.into()];
    let raw = [&phone, &session].map(|token| raw(&token.text()));
    for canary in canaries.iter().map(String::as_bytes).chain(raw.iter().map(Vec::as_slice)) {
        assert!(!bytes.windows(canary.len()).any(|window| window == canary));
    }
}

fn raw(hex: &str) -> Vec<u8> {
    let pairs = (0..hex.len()).step_by(2);
    pairs.map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}
