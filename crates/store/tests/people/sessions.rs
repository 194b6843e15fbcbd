//! Sessions (T31): a token from before opens nothing, and what was taken back is gone at once.
//!
//! Idle and absolute ends, the limit, the list, and each way a session can be ended: by its owner,
//! an administrator, its device, its account, a new PIN. A role taken back is gone with the next
//! request. What the server does with cookies is tested there.
//! Read next: `src/people/session.rs`.

use store::people::{DAY, MINUTE, Proof, Refusal, Role, Token};

use super::ground::{Ground, NOW, PIN, WRONG_PIN, granting, later, refusal};

const HOUR: i64 = 60 * MINUTE;

#[test]
fn each_sign_in_has_a_token_of_its_own_and_none_can_be_brought_along() {
    let ground = Ground::new(31);
    let people = ground.people();
    let (_, phone) = ground.cadre("wang", NOW);
    let brought = Token::read(&"ab".repeat(32)).unwrap();
    assert_eq!(refusal(people.session(&brought, NOW)), Refusal::SessionEnded);
    let one = people.sign_in_phone(&phone, PIN, NOW).unwrap();
    let two = people.sign_in_phone(&phone, PIN, NOW).unwrap();
    assert!(one.token != two.token && one.session != two.session);
    assert_eq!(refusal(people.session(&brought, NOW)), Refusal::SessionEnded);
    // A phone's token is none of a session, nor the other way round.
    assert_eq!(refusal(people.session(&phone, NOW)), Refusal::SessionEnded);
    assert_eq!(refusal(people.sign_in_phone(&one.token, PIN, NOW)), Refusal::NotSignedIn);
}

#[test]
fn a_session_that_was_ended_stays_ended() {
    let mut ground = Ground::new(32);
    let (_, phone) = ground.cadre("wang", NOW);
    let signed_in = ground.people().sign_in_phone(&phone, PIN, NOW).unwrap();
    ground.people().sign_out(&signed_in.token, NOW).unwrap();
    assert_eq!(refusal(ground.people().session(&signed_in.token, NOW)), Refusal::SessionEnded);
    assert_eq!(ground.people().sign_out(&signed_in.token, NOW), Ok(()));
    ground.reopen();
    assert_eq!(refusal(ground.people().session(&signed_in.token, NOW)), Refusal::SessionEnded);
}

#[test]
fn disabling_and_taking_back_work_with_the_next_request() {
    let ground = Ground::new(33);
    let people = ground.people();
    let (account, phone) = ground.cadre("wang", NOW);
    let token = people.sign_in_phone(&phone, PIN, NOW).unwrap().token;
    let what = granting(Role::Cadre, Some("371621101"), NOW);
    let grant = people.grant(&ground.by(), account, &what, NOW).unwrap();
    assert_eq!(people.session(&token, NOW).unwrap().grants.len(), 1);
    people.revoke(&ground.by(), grant, NOW).unwrap();
    assert_eq!(people.session(&token, NOW).unwrap().grants, []);
    people.disable(&ground.by(), account, NOW).unwrap();
    assert_eq!(refusal(people.session(&token, NOW)), Refusal::SessionEnded);
}

#[test]
fn a_grant_holds_from_its_first_day_to_its_last() {
    let ground = Ground::new(34);
    let people = ground.people();
    let (account, phone) = ground.cadre("wang", NOW);
    let mut what = granting(Role::OutsideAuditor, Some("371600"), NOW + DAY);
    what.last = Some(what.first);
    people.grant(&ground.by(), account, &what, NOW).unwrap();
    for (days, held) in [(0, 0), (1, 1), (2, 0)] {
        let now = NOW + days * DAY;
        let token = people.sign_in_phone(&phone, PIN, now).unwrap().token;
        assert_eq!(people.session(&token, now).unwrap().grants.len(), held, "day {days}");
    }
}

#[test]
fn a_device_taken_back_takes_its_sessions_along() {
    let ground = Ground::new(35);
    let people = ground.people();
    let (account, phone) = ground.cadre("wang", NOW);
    let other = ground.phone(account, NOW);
    let lost = people.sign_in_phone(&phone, PIN, NOW).unwrap();
    let kept = people.sign_in_phone(&other, PIN, NOW).unwrap();
    let device = people.session(&lost.token, NOW).unwrap().device.unwrap();
    people.revoke_device(&ground.by(), device, NOW).unwrap();
    assert_eq!(refusal(people.session(&lost.token, NOW)), Refusal::SessionEnded);
    assert_eq!(refusal(people.sign_in_phone(&phone, PIN, NOW)), Refusal::NotSignedIn);
    assert!(people.session(&kept.token, NOW).is_ok());
}

#[test]
fn an_unused_session_ends_after_fifteen_minutes_or_thirty_on_a_phone() {
    let ground = Ground::new(36);
    let people = ground.people();
    let clerk = ground.clerk("wang", NOW);
    let phone = ground.phone(clerk.account, NOW);
    let mut begun = NOW;
    for (on_phone, idle) in [(false, 15 * MINUTE), (true, 30 * MINUTE)] {
        for (waits, alive) in [(idle - 1, true), (idle, false)] {
            begun += DAY;
            let signed_in = if on_phone {
                people.sign_in_phone(&phone, PIN, begun).unwrap()
            } else {
                ground.office(&clerk, begun)
            };
            let found = people.session(&signed_in.token, begun + waits);
            assert_eq!(found.is_ok(), alive, "{on_phone} {waits}");
        }
    }
}

#[test]
fn a_used_session_lives_on_and_ends_after_twelve_hours() {
    let ground = Ground::new(37);
    let people = ground.people();
    let (_, phone) = ground.cadre("wang", NOW);
    let signed_in = people.sign_in_phone(&phone, PIN, NOW).unwrap();
    assert_eq!(signed_in.ends, NOW + 12 * HOUR);
    let mut now = NOW;
    while now + 29 * MINUTE < signed_in.ends {
        now += 29 * MINUTE;
        assert!(people.session(&signed_in.token, now).is_ok(), "{}", now - NOW);
    }
    assert!(people.session(&signed_in.token, signed_in.ends - 1).is_ok());
    assert_eq!(refusal(people.session(&signed_in.token, signed_in.ends)), Refusal::SessionEnded);
    // Nor does proving anew make it longer.
    let proof = Proof::Pin { phone: &phone, pin: PIN };
    let proved = people.step_up(&signed_in.token, proof, signed_in.ends);
    assert_eq!(refusal(proved), Refusal::SessionEnded);
}

#[test]
fn the_twenty_first_session_takes_the_place_of_the_one_unused_longest() {
    let ground = Ground::new(38);
    let people = ground.people();
    let (account, phone) = ground.cadre("wang", NOW);
    let begin = |n: i64| people.sign_in_phone(&phone, PIN, NOW + n).unwrap().token;
    let tokens: Vec<Token> = (0..20).map(begin).collect();
    let now = NOW + 2 * MINUTE;
    assert!(people.session(&tokens[0], now).is_ok(), "used, and so not the one to go");
    let last = people.sign_in_phone(&phone, PIN, now).unwrap().token;
    let alive = |token: &Token| people.session(token, now).is_ok();
    assert_eq!(people.sessions(account, now).unwrap().len(), 20);
    assert!(alive(&last) && alive(&tokens[0]) && !alive(&tokens[1]) && alive(&tokens[2]));
}

#[test]
fn she_sees_her_sessions_and_ends_one_or_all_others() {
    let ground = Ground::new(39);
    let people = ground.people();
    let (account, phone) = ground.cadre("wang", NOW);
    let (other_account, other_phone) = ground.cadre("li", NOW);
    let tokens: Vec<Token> =
        (0..3).map(|n| people.sign_in_phone(&phone, PIN, NOW + n).unwrap().token).collect();
    let others = people.sign_in_phone(&other_phone, PIN, NOW).unwrap();
    let now = NOW + 10;
    let here = people.session(&tokens[2], now).unwrap();
    let list = people.sessions(account, now).unwrap();
    assert_eq!(list.iter().map(|line| line.created - NOW).collect::<Vec<_>>(), [2, 1, 0]);
    // Another's session is not hers to end, and is not told apart from none.
    let taken = people.end_session(&here.actor(), account, others.session, now);
    assert_eq!(refusal(taken), Refusal::NotThere);
    people.end_session(&here.actor(), account, list[2].id, now).unwrap();
    assert_eq!(refusal(people.session(&tokens[0], now)), Refusal::SessionEnded);
    assert_eq!(people.end_sessions(&here.actor(), account, now), Ok(1));
    assert!(people.session(&tokens[2], now).is_ok());
    assert!(people.session(&others.token, now).is_ok());
    assert_eq!(people.end_sessions(&ground.by(), other_account, now), Ok(1));
    assert_eq!(refusal(people.session(&others.token, now)), Refusal::SessionEnded);
    assert_eq!(people.sessions(account, now + HOUR).unwrap(), []);
}

#[test]
fn a_fresh_proof_holds_for_ten_minutes() {
    let ground = Ground::new(40);
    let people = ground.people();
    let (_, phone) = ground.cadre("wang", NOW);
    let token = people.sign_in_phone(&phone, PIN, NOW).unwrap().token;
    let is_fresh = |now| people.session(&token, now).unwrap().is_stepped_up(now);
    assert!(is_fresh(NOW + 10 * MINUTE - 1));
    let now = NOW + 10 * MINUTE;
    assert!(!is_fresh(now));
    let prove = |pin, now| people.step_up(&token, Proof::Pin { phone: &phone, pin }, now);
    assert_eq!(refusal(prove(WRONG_PIN, now)), Refusal::NotProved);
    assert!(!is_fresh(now));
    assert_eq!(prove(PIN, now), Ok(now + 10 * MINUTE));
    assert!(is_fresh(now + 10 * MINUTE - 1) && !is_fresh(now + 10 * MINUTE));
}

#[test]
fn a_proof_is_made_with_the_phone_of_the_session() {
    let ground = Ground::new(41);
    let people = ground.people();
    let clerk = ground.clerk("wang", NOW);
    let phone = ground.phone(clerk.account, NOW);
    let (_, others) = ground.cadre("li", NOW);
    let mut now = NOW;
    let office = ground.office(&clerk, later(&mut now)).token;
    for phone in [&phone, &others] {
        let proved = people.step_up(&office, Proof::Pin { phone, pin: PIN }, now);
        assert_eq!(refusal(proved), Refusal::NotProved);
    }
    let digits = clerk.digits(later(&mut now));
    assert!(people.step_up(&office, Proof::Digits(&digits), now).is_ok());
    assert_eq!(refusal(people.step_up(&office, Proof::Digits(&digits), now)), Refusal::NotProved);
}

#[test]
fn whoever_holds_a_session_cannot_try_proofs_without_end() {
    let ground = Ground::new(42);
    let people = ground.people();
    let (_, phone) = ground.cadre("wang", NOW);
    let other =
        ground.phone(people.account_of(&super::ground::name("wang")).unwrap().unwrap().id, NOW);
    let token = people.sign_in_phone(&phone, PIN, NOW).unwrap().token;
    let prove = |pin| people.step_up(&token, Proof::Pin { phone: &phone, pin }, NOW);
    for _ in 0..10 {
        assert_eq!(refusal(prove(WRONG_PIN)), Refusal::NotProved);
    }
    assert_eq!(refusal(prove(PIN)), Refusal::NotProved);
    assert!(people.sign_in_phone(&other, PIN, NOW).is_ok());
}

#[test]
fn a_session_begun_at_a_desk_is_not_longer_because_she_has_a_phone() {
    let ground = Ground::new(43);
    let clerk = ground.clerk("wang", NOW);
    let phone = ground.phone(clerk.account, NOW);
    let typed = ground.office(&clerk, NOW);
    ground.people().sign_in_phone(&phone, PIN, NOW).unwrap();
    let now = NOW + 15 * MINUTE;
    assert_eq!(refusal(ground.people().session(&typed.token, now)), Refusal::SessionEnded);
}
