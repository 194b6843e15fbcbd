//! Sessions through HTTP: flags of the cookie, no token twice, and none that outlives its right.
//!
//! What ends a session is tested in the store for itself; here that the next request knows it.

use axum::body::Body;
use axum::http::Request;
use serde_json::json;
use store::people::Role;

use super::house::{PASSWORD, PIN, built, cookie, digits, house};
use server::access::cookie::Transport;

/// `nuanjia=…` of a line that sets it.
fn pair(line: &str) -> String {
    line.split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn signing_in_gives_a_cookie_that_script_and_other_sites_cannot_reach() {
    for (transport, secure, named) in
        [(Transport::Loopback, false, "nuanjia="), (Transport::Tls, true, "__Host-nuanjia=")]
    {
        let house = built(transport, true);
        let account = house.account("lan");
        house.grant(account, Role::Cadre, "town11", None);
        let phone = house.phone(account).text();
        let input = json!({"phone": phone, "pin": PIN});
        let reply = house.ask("POST /api/v1/phone/sign_in", None, Some(input)).await;
        assert_eq!(reply.status, 200, "{}", reply.json);
        let line = reply.cookies()[0];
        assert!(line.starts_with(named), "{line}");
        for flag in ["; Path=/", "; HttpOnly", "; SameSite=Strict"] {
            assert!(line.contains(flag), "{line}");
        }
        assert_eq!(line.contains("; Secure"), secure, "{line}");
        assert!(!line.contains("Domain"), "{line}");
        let token = pair(line).split_once('=').unwrap().1.to_owned();
        assert_eq!(token.len(), 64);
        assert!(!reply.json.to_string().contains(&token), "the token is in the cookie alone");
        let me = house.ask("GET /api/v1/me", Some(&pair(line)), None).await;
        assert_eq!((me.status, &me.json["login"]), (200, &"lan".into()));
        assert_eq!(me.json["grants"][0]["org"]["name"], "一一乡");
        assert_eq!(me.headers.contains_key("strict-transport-security"), secure);
    }
}

#[tokio::test]
async fn an_office_signs_in_with_three_things_and_a_browser_becomes_known() {
    let house = house();
    let account = house.account("lan");
    house.grant(account, Role::Cadre, "town11", None);
    let secret = house.office(account);
    house.wait(1);
    let wrong = json!({"login": "lan", "password": "wrong", "digits": "123456"});
    let refused = house.ask("POST /api/v1/sign_in", None, Some(wrong.clone())).await;
    let nobody = json!({"login": "nobody-at-all", "password": "wrong", "digits": "123456"});
    let unknown = house.ask("POST /api/v1/sign_in", None, Some(nobody)).await;
    assert_eq!((refused.status, refused.word()), (401, "not-signed-in"));
    assert_eq!((unknown.status, &unknown.json), (401, &refused.json));
    let input = || {
        let digits = digits(&secret, house.now());
        json!({"login": "lan", "password": PASSWORD, "digits": digits})
    };
    let reply = house.ask("POST /api/v1/sign_in", None, Some(input())).await;
    assert_eq!(reply.status, 200, "{}", reply.json);
    let browser = pair(reply.cookies()[1]);
    assert!(browser.starts_with("nuanjia-browser="));
    let again = house.ask("POST /api/v1/sign_in", None, Some(input())).await;
    assert_eq!(again.status, 401, "digits are taken once");
    // Somebody guesses until nobody unknown is let in; the known browser still is.
    for _ in 0..12 {
        house.ask("POST /api/v1/sign_in", None, Some(wrong.clone())).await;
    }
    house.wait(1);
    assert_eq!(house.ask("POST /api/v1/sign_in", None, Some(input())).await.status, 401);
    let known = house.ask("POST /api/v1/sign_in", Some(&browser), Some(input())).await;
    assert_eq!(known.status, 200, "{}", known.json);
}

#[tokio::test]
async fn no_session_outlives_its_end_its_account_or_its_role() {
    let house = house();
    let (security, chief) = house.someone("chief", Role::SecurityAdmin, "");
    let (account, cookie) = house.someone("lan", Role::Liaison, "county1");
    let phone = house.phone(account);
    let me = async |cookie: &str| house.ask("GET /api/v1/me", Some(cookie), None).await.status;
    assert_eq!(me(&cookie).await, 200);
    // A session brought along is never taken over: the token is new each time.
    let input = json!({"phone": phone.text(), "pin": PIN});
    let reply = house.ask("POST /api/v1/phone/sign_in", Some(&cookie), Some(input)).await;
    let second = pair(reply.cookies()[0]);
    assert_ne!(second, cookie);
    assert_eq!((me(&cookie).await, me(&second).await), (200, 200));
    let gone = house.ask("POST /api/v1/sign_out", Some(&second), None).await;
    assert!(gone.cookies()[0].starts_with("nuanjia=;") && gone.cookies()[0].contains("Max-Age=0"));
    assert_eq!((me(&second).await, me(&cookie).await), (401, 200));
    // A role taken back is gone with the next request, the session is not.
    let (other, _) = house.someone("other", Role::Cadre, "town11");
    let slip = format!("POST /api/v1/accounts/{other}/slip");
    let order = || Some(json!({"purpose": "new_pin"}));
    assert_eq!(house.ask(&slip, Some(&cookie), order()).await.status, 200);
    let grant = house.people().grants(account).unwrap()[0].id;
    let revoke = format!("DELETE /api/v1/accounts/{account}/grants/{grant}");
    assert_eq!(house.ask(&revoke, Some(&chief), None).await.status, 200);
    let refused = house.ask(&slip, Some(&cookie), order()).await;
    assert_eq!((refused.status, refused.word()), (403, "not-yours"));
    assert_eq!(refused.json["message"], "这件事归谁办：联络员、安全管理员");
    assert_eq!(me(&cookie).await, 200);
    let disable = format!("POST /api/v1/accounts/{account}/disable");
    assert_eq!(house.ask(&disable, Some(&chief), None).await.status, 200);
    assert_eq!(me(&cookie).await, 401);
    // Nobody changes rights of her own.
    let own = format!("POST /api/v1/accounts/{security}/disable");
    let refused = house.ask(&own, Some(&chief), None).await;
    assert_eq!((refused.status, refused.word()), (403, "own-rights"));
}

#[tokio::test]
async fn a_session_idles_out_and_her_list_is_hers_to_end() {
    let house = house();
    let account = house.account("lan");
    house.grant(account, Role::Cadre, "town11", None);
    let phone = house.phone(account);
    let first = cookie(&house.signed_in(&phone).token);
    let second = cookie(&house.signed_in(&phone).token);
    let (stranger, strange) = house.someone("mei", Role::Cadre, "town11");
    let list = house.ask("GET /api/v1/sessions", Some(&first), None).await;
    let sessions = list.json["sessions"].as_array().unwrap();
    assert_eq!(sessions.iter().filter(|line| line["current"] == true).count(), 1);
    let other = sessions.iter().find(|line| line["current"] == false).unwrap();
    let id = other["id"].as_str().unwrap();
    let end = format!("DELETE /api/v1/sessions/{id}");
    let refused = house.ask(&end, Some(&strange), None).await;
    assert_eq!((refused.status, refused.word()), (404, "not-there"));
    assert_eq!(house.ask(&end, Some(&first), None).await.status, 200);
    assert_eq!(house.ask("GET /api/v1/me", Some(&second), None).await.status, 401);
    assert_eq!(house.ask("GET /api/v1/me", Some(&first), None).await.status, 200);
    house.wait(31);
    let ended = house.ask("GET /api/v1/me", Some(&first), None).await;
    assert_eq!((ended.status, ended.word()), (401, "session-ended"));
    assert!(house.people().account(stranger).unwrap().is_some());
}

#[tokio::test]
async fn sensitive_acts_want_a_fresh_proof() {
    let house = house();
    let chief = house.account("chief");
    house.grant(chief, Role::SecurityAdmin, "", None);
    let (secret, phone) = (house.office(chief), house.phone(chief));
    let chief = cookie(&house.signed_in(&phone).token);
    house.wait(11);
    let invite = |login| Some(json!({"login": login}));
    let refused = house.ask("POST /api/v1/accounts", Some(&chief), invite("new")).await;
    assert_eq!((refused.status, refused.word()), (403, "confirm-first"));
    let prove = |pin| Some(json!({"phone": phone.text(), "pin": pin}));
    let step_up = "POST /api/v1/step_up";
    let wrong = house.ask(step_up, Some(&chief), prove("000000")).await;
    assert_eq!((wrong.status, wrong.word()), (403, "not-proved"));
    assert_eq!(house.ask(step_up, Some(&chief), prove(PIN)).await.status, 200);
    let made = house.ask("POST /api/v1/accounts", Some(&chief), invite("new")).await;
    assert_eq!(made.status, 200, "{}", made.json);
    house.wait(11);
    let refused = house.ask("POST /api/v1/accounts", Some(&chief), invite("newer")).await;
    assert_eq!(refused.word(), "confirm-first");
    let digits = Some(json!({"digits": digits(&secret, house.now())}));
    assert_eq!(house.ask(step_up, Some(&chief), digits).await.status, 200);
    let made = house.ask("POST /api/v1/accounts", Some(&chief), invite("newer")).await;
    assert_eq!(made.status, 200, "{}", made.json);
}

#[tokio::test]
async fn real_facts_are_not_public() {
    let house = built(Transport::Loopback, false);
    let request = Request::get("/api/v1/paper").body(Body::empty()).unwrap();
    let refused = house.send(request).await;
    assert_eq!((refused.status, refused.word()), (403, "rehearsal-only"));
    let cards = house.ask("GET /api/v1/rehearsal/cards", None, None).await;
    assert_eq!((cards.status, cards.word()), (403, "rehearsal-only"));
}

#[tokio::test]
async fn a_slip_opens_one_phone_once_and_a_new_pin_loses_no_phone() {
    let house = house();
    let (_, chief) = house.someone("chief", Role::SecurityAdmin, "");
    let (_, liaison) = house.someone("lan", Role::Liaison, "county1");
    let account = house.account("mei");
    house.grant(account, Role::VillageDirector, "village111", None);
    let slip = format!("POST /api/v1/accounts/{account}/slip");
    let order = |purpose: &str| Some(json!({"purpose": purpose}));
    let made = house.ask(&slip, Some(&chief), order("enrol_phone")).await;
    let code = made.json["code"].as_str().unwrap().to_lowercase();
    let weak = Some(json!({"code": code, "pin": "123456"}));
    assert_eq!(house.ask("POST /api/v1/phone/enrol", None, weak).await.word(), "weak-pin");
    let enrol = || Some(json!({"code": code, "pin": PIN}));
    let enrolled = house.ask("POST /api/v1/phone/enrol", None, enrol()).await;
    assert_eq!(enrolled.status, 200, "{}", enrolled.json);
    assert_eq!(house.ask("POST /api/v1/phone/enrol", None, enrol()).await.word(), "slip-not-good");
    let phone = enrolled.json["phone"].as_str().unwrap();
    let sign_in = |pin: &str| Some(json!({"phone": phone, "pin": pin}));
    assert_eq!(house.ask("POST /api/v1/phone/sign_in", None, sign_in(PIN)).await.status, 200);
    let refused = house.ask(&slip, Some(&liaison), order("enrol_phone")).await;
    assert_eq!(
        (refused.status, &refused.json["message"]),
        (403, &"这件事归谁办：安全管理员".into())
    );
    let refused = house.ask(&slip, Some(&chief), order("new_pin")).await;
    assert_eq!(refused.json["message"], "这件事归谁办：联络员");
    let made = house.ask(&slip, Some(&liaison), order("new_pin")).await;
    let renewed = json!({"phone": phone, "code": made.json["code"], "pin": "582047"});
    assert_eq!(house.ask("POST /api/v1/phone/new_pin", None, Some(renewed)).await.status, 200);
    assert_eq!(house.ask("POST /api/v1/phone/sign_in", None, sign_in(PIN)).await.status, 401);
    assert_eq!(house.ask("POST /api/v1/phone/sign_in", None, sign_in("582047")).await.status, 200);
}
