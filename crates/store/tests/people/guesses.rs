//! Guesses (T30) and what a refusal tells (T32): ten in fifteen minutes, and always the same words
//! and the same work.
//!
//! Ten thousand guesses are made over restarts, at a name and at a stolen phone; none succeeds, at
//! most ten are admitted in any fifteen minutes, and the browser and the phone that are hers go on
//! letting her in. Time is not measured here: the hashes and openings made for each refusal are
//! counted instead. Read next: `src/people/guess.rs`.

use std::sync::atomic::Ordering;

use store::people::{Denied, MINUTE, OfficeSignIn, Outcome, Refusal, SignedIn, Token};

use super::ground::{Clerk, Ground, NOW, PASSWORD, PIN, WRONG_PIN, later, refusal};

const GUESSES: usize = 5_000;
const STRETCH: i64 = 15 * MINUTE;
/// How far apart the guesses come: 10,000 of them take about five hours.
const APART: i64 = 3_700;

/// When a guess of some kind was admitted, as the audit tells it.
fn admitted(ground: &Ground, act: &str) -> Vec<i64> {
    let rows = ground.people().audit_pages(1).flat_map(|page| page.unwrap());
    rows.filter(|row| row.event.act == act && row.event.outcome == Outcome::Refused)
        .filter(|row| row.event.why == "wrong")
        .map(|row| row.event.at)
        .collect()
}

/// The most that fall into any fifteen minutes.
fn most_in_a_stretch(moments: &[i64]) -> usize {
    let inside = |first: &i64| {
        moments.iter().filter(|moment| **moment >= *first && **moment < first + STRETCH).count()
    };
    moments.iter().map(inside).max().unwrap_or(0)
}

#[test]
fn ten_thousand_guesses_over_restarts_open_nothing_and_lock_out_nobody() {
    let mut ground = Ground::new(51);
    let clerk = ground.clerk("wang", NOW);
    let stolen = ground.phone(clerk.account, NOW);
    let hers = ground.phone(clerk.account, NOW);
    let mut now = NOW + MINUTE;
    let browser = ground.office(&clerk, now).browser.unwrap();
    let (mut successes, mut locked_out) = (0, 0);
    for guess in 0..GUESSES {
        now += APART;
        successes += usize::from(password_guess(&ground, &clerk, guess, now).is_ok());
        now += APART;
        let pin = format!("{:06}", (guess * 7919) % 1_000_000);
        let tried = if pin == PIN { WRONG_PIN } else { &pin };
        successes += usize::from(ground.people().sign_in_phone(&stolen, tried, now).is_ok());
        if guess % 100 == 50 {
            now += MINUTE;
            let desk = ground.office_from(&clerk, Some(&browser), now);
            let phone = ground.people().sign_in_phone(&hers, PIN, now);
            locked_out += usize::from(desk.is_err()) + usize::from(phone.is_err());
        }
        if guess % 500 == 499 {
            ground.reopen();
        }
    }
    assert_eq!((successes, locked_out), (0, 0));
    for act in ["office.sign_in", "phone.sign_in"] {
        let moments = admitted(&ground, act);
        assert_eq!(most_in_a_stretch(&moments), 10, "{act}");
        assert!(moments.len() > 100, "{act}: the door opens again: {}", moments.len());
    }
}

/// Three of four know the password, or the digits, but not both.
fn password_guess(
    ground: &Ground,
    clerk: &Clerk,
    guess: usize,
    now: i64,
) -> Result<SignedIn, Denied> {
    let made_up = format!("{:06}", guess * 101 % 1_000_000);
    let shown = clerk.digits(now);
    let (password, digits) = match guess % 4 {
        0 => (PASSWORD, if made_up == shown { "000001" } else { &*made_up }),
        1 => ("four quiet green boatS", &*shown),
        2 => ("", ""),
        _ => ("letmeinletmein", &*made_up),
    };
    // Those who come from elsewhere bring no browser, or one that is none.
    let none = Token::read(&format!("{:064x}", guess % 200)).unwrap();
    let browser = guess.is_multiple_of(3).then_some(&none);
    let typed = OfficeSignIn { login: clerk.login.as_str(), password, digits, browser };
    ground.people().sign_in_office(typed, now)
}

#[test]
fn even_the_right_one_is_refused_when_there_were_too_many() {
    let mut ground = Ground::new(52);
    let clerk = ground.clerk("wang", NOW);
    let phone = ground.phone(clerk.account, NOW);
    let mut now = NOW + MINUTE;
    for _ in 0..10 {
        assert!(ground.people().sign_in_phone(&phone, WRONG_PIN, now).is_err());
        assert!(password_guess(&ground, &clerk, 1, now).is_err());
    }
    ground.reopen();
    let first = now;
    now = first + STRETCH - 1;
    let tried = ground.people().sign_in_phone(&phone, PIN, now);
    assert_eq!(refusal(tried), Refusal::NotSignedIn);
    assert_eq!(refusal(ground.office_from(&clerk, None, now)), Refusal::NotSignedIn);
    now = first + STRETCH;
    assert!(ground.people().sign_in_phone(&phone, PIN, now).is_ok());
    assert!(ground.office_from(&clerk, None, now).is_ok());
}

#[test]
fn signing_in_often_is_no_guessing() {
    let ground = Ground::new(53);
    let clerk = ground.clerk("wang", NOW);
    let phone = ground.phone(clerk.account, NOW);
    let mut now = NOW;
    for _ in 0..12 {
        assert!(ground.people().sign_in_phone(&phone, PIN, now).is_ok());
        assert!(ground.office_from(&clerk, None, later(&mut now)).is_ok());
    }
}

#[test]
fn many_guesses_at_once_are_no_way_around() {
    let ground = Ground::new(54);
    let (_, phone) = ground.cadre("wang", NOW);
    std::thread::scope(|scope| {
        for _ in 0..40 {
            scope.spawn(|| {
                assert!(ground.people().sign_in_phone(&phone, WRONG_PIN, NOW).is_err());
            });
        }
    });
    assert_eq!(admitted(&ground, "phone.sign_in").len(), 10);
}

#[test]
fn a_browser_of_somebody_else_is_counted_with_the_strangers() {
    let ground = Ground::new(55);
    let wang = ground.clerk("wang", NOW);
    let li = ground.clerk("li", NOW);
    let mut now = NOW;
    let lis = ground.office(&li, later(&mut now)).browser.unwrap();
    for guess in 0..30 {
        let browser = (guess % 2 == 0).then_some(&lis);
        let login = wang.login.as_str();
        let typed = OfficeSignIn { login, password: "wrong", digits: "123456", browser };
        assert_eq!(refusal(ground.people().sign_in_office(typed, now)), Refusal::NotSignedIn);
    }
    assert_eq!(admitted(&ground, "office.sign_in").len(), 10);
    assert!(ground.office_from(&li, Some(&lis), later(&mut now)).is_ok());
}

#[test]
fn every_refusal_at_the_door_is_the_same_and_costs_the_same() {
    let ground = Ground::new(56);
    let people = ground.people();
    let clerk = ground.clerk("wang", NOW);
    let disabled = ground.clerk("li", NOW);
    people.disable(&ground.by(), disabled.account, NOW).unwrap();
    ground.invited("zhao", NOW);
    let locked = ground.clerk("qian", NOW);
    let now = NOW + MINUTE;
    for _ in 0..11 {
        assert!(password_guess(&ground, &locked, 1, now).is_err());
    }
    let right = clerk.digits(now);
    let locked_digits = locked.digits(now);
    let long = "长".repeat(10_000);
    let cases = [
        ("wang", "four quiet green boatS", &*right),
        ("wang", PASSWORD, "123456"),
        ("wang", PASSWORD, "no digits"),
        ("nobody", PASSWORD, &*right),
        ("没有这个人", PASSWORD, &*right),
        ("", "", ""),
        (&*long, &*long, &*long),
        ("zhao", PASSWORD, &*right),
        ("li", PASSWORD, &*disabled.digits(now)),
        ("qian", PASSWORD, &*locked_digits),
    ]
    .map(|(login, password, digits)| {
        let before = (people.hashes_made(), ground.vault.opened.load(Ordering::Relaxed));
        let rows = people.audit_head().unwrap().seq;
        let typed = OfficeSignIn { login, password, digits, browser: None };
        let told = refusal(people.sign_in_office(typed, now));
        let hashes = people.hashes_made() - before.0;
        let opened = ground.vault.opened.load(Ordering::Relaxed) - before.1;
        let kept = people.audit_head().unwrap().seq - rows;
        (told.to_string(), hashes, opened, kept)
    });
    for case in &cases {
        assert_eq!(*case, (Refusal::NotSignedIn.to_string(), 1, 1, 1));
    }
    // What was typed as a name may have been a password: it is kept nowhere.
    let rows: Vec<_> = people.audit_pages(1).flat_map(|page| page.unwrap()).collect();
    assert!(!rows.iter().any(|row| format!("{:?}", row.event).contains("nobody")));
}

#[test]
fn a_phone_that_is_nobodys_is_refused_like_a_wrong_pin() {
    let ground = Ground::new(57);
    let people = ground.people();
    let (_, phone) = ground.cadre("wang", NOW);
    let none = Token::read(&"cd".repeat(32)).unwrap();
    for (token, pin) in [(&phone, WRONG_PIN), (&none, PIN), (&phone, ""), (&phone, "长")] {
        let before = people.hashes_made();
        assert_eq!(refusal(people.sign_in_phone(token, pin, NOW)), Refusal::NotSignedIn);
        assert_eq!(people.hashes_made() - before, 1);
    }
}

#[test]
fn a_clock_put_right_does_not_leave_a_door_shut() {
    let ground = Ground::new(58);
    let (_, phone) = ground.cadre("wang", NOW);
    let wrong_year = NOW + 365 * 24 * 60 * MINUTE;
    for _ in 0..11 {
        assert!(ground.people().sign_in_phone(&phone, WRONG_PIN, wrong_year).is_err());
    }
    assert!(ground.people().sign_in_phone(&phone, PIN, NOW).is_ok());
}
