//! Every route the router declares, asked by everybody, about everybody, in every state.
//!
//! A cell is a route, a role or nobody, a state of the asker, and, for routes about somebody's
//! account, the place of that account. Each cell is asked through the router and must answer what
//! `who_may.md` says. Routes come from the router's own description; one without a row fails.
//! Read next: `who_may.rs` for the oracle.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use store::people::{AccountId, Purpose, Role, Token};
use tower::ServiceExt;

use super::house::{House, PASSWORD, PIN, Place, Reply, State, cookie, digits, house};
use super::who_may::{Expected, Row, expected, rows};

/// A code that no slip has.
const NO_CODE: &str = "AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AA";
const NOBODY: &str = "00000000000000000000000000000000";

/// Somebody in a role and a state, with what she carries.
struct Asker {
    role: Role,
    state: State,
    account: AccountId,
    login: String,
    phone: Token,
    secret: String,
    password: String,
    cookie: String,
}

#[tokio::test]
async fn everybody_may_what_the_table_says_and_nothing_else() {
    let house = house();
    let mut askers = askers(&house);
    let table = rows();
    let routes = declared(&house).await;
    let known: BTreeSet<String> = table.iter().map(|row| row.route.clone()).collect();
    assert_eq!(routes, known, "a route without a row, or a row without a route");
    let (mut tested, mut wrong, mut made) = (0, Vec::new(), 0);
    // From the bottom up: first the routes that need an untouched asker.
    let mut order: Vec<&str> = table.iter().rev().map(|row| row.route.as_str()).collect();
    order.dedup();
    for route in &order {
        let of_route: Vec<&Row> = table.iter().filter(|row| row.route == *route).collect();
        if of_route[0].who == "on the way in" {
            // Digits of an authenticator are taken once.
            house.wait(1);
        }
        for place in places(route) {
            let mut target = Target::new(&house, route, *place, &mut made);
            for index in 0..=askers.len() {
                let asker = askers.get_mut(index);
                let who = asker.as_ref().map(|asker| (asker.role.as_str(), asker.state));
                let wanted = expected(&of_route, who, *place);
                let reply = asked(&house, route, asker.as_deref(), &target, &mut made).await;
                tested += 1;
                if reply.status != wanted.status || reply.word() != wanted.word.unwrap_or_default()
                {
                    wrong.push(told(route, who, *place, &wanted, &reply));
                }
                if reply.status == 200 {
                    target = Target::new(&house, route, *place, &mut made);
                    after(&house, route, asker);
                }
            }
        }
    }
    let cells = order.iter().map(|route| places(route).len() * (askers.len() + 1));
    let existing: usize = cells.sum();
    println!("authorization matrix: {tested} cells tested of {existing}; {} wrong", wrong.len());
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(40)].join("\n")
    );
    assert_eq!((tested, askers.len()), (existing, 14 * State::ALL.len()));
}

fn told(
    route: &str,
    who: Option<(&str, State)>,
    place: Place,
    wanted: &Expected,
    reply: &Reply,
) -> String {
    let (role, state) = who.map_or(("nobody", ""), |(role, state)| (role, state.word()));
    let got = format!("{} {}", reply.status, reply.word());
    let wanted = format!("{} {}", wanted.status, wanted.word.unwrap_or_default());
    format!("{route}: {role} {state} {}: {got}, wanted {wanted}", place.word())
}

/// Method and path of every operation the server describes.
async fn declared(house: &House) -> BTreeSet<String> {
    let request = Request::get("/api/v1/openapi.json").body(Body::empty()).unwrap();
    let response = house.router.clone().oneshot(request).await.unwrap();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    let description: Value = serde_json::from_slice(&bytes).unwrap();
    let mut routes = BTreeSet::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let policy = operation["x-policy"].as_str().unwrap();
            assert!(!policy.is_empty(), "{method} {path}");
            routes.insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    routes
}

/// Only a route about somebody's account has places.
fn places(route: &str) -> &'static [Place] {
    const ALL: [Place; 5] = Place::ALL;
    if route.contains("/accounts/{id}") { &ALL } else { &[Place::Own] }
}

fn askers(house: &House) -> Vec<Asker> {
    let mut askers = Vec::new();
    for role in Role::ALL {
        for state in State::ALL {
            let login = format!("{}-{}", role.as_str(), state.word());
            let account = house.account(&login);
            let last = (state == State::Expired).then_some(-1);
            house.grant(account, role, Place::Own.org(), last);
            let secret = house.office(account);
            let phone = house.phone(account);
            let cookie = cookie(&house.signed_in(&phone).token);
            let password = PASSWORD.to_owned();
            askers.push(Asker { role, state, account, login, phone, secret, password, cookie });
        }
    }
    // A fresh proof is over; only those who ask in that state have not signed in again since.
    house.wait(11);
    for asker in askers.iter_mut().filter(|asker| asker.state != State::Stale) {
        let signed = house.signed_in(&asker.phone);
        asker.cookie = cookie(&signed.token);
        match asker.state {
            State::Ended => house.people().sign_out(&signed.token, house.now()).unwrap(),
            State::Locked => house.guess_at(&asker.login),
            State::Disabled | State::Invited => stop(house, asker),
            State::Active | State::Expired | State::Stale => {}
        }
    }
    askers
}

fn stop(house: &House, asker: &Asker) {
    let (stage, now) = (house.stage(), house.now());
    house.people().disable(&stage, asker.account, now).unwrap();
    if asker.state == State::Invited {
        house.people().reinstate(&stage, asker.account, now).unwrap();
    }
}

/// The other one, and what of hers a route names.
struct Target {
    account: String,
    grant: String,
}

impl Target {
    fn new(house: &House, route: &str, place: Place, made: &mut u32) -> Target {
        if !route.contains("/accounts/{id}") {
            return Target { account: NOBODY.to_owned(), grant: NOBODY.to_owned() };
        }
        *made += 1;
        let account = house.account(&format!("other{made}"));
        house.grant(account, Role::Cadre, place.org(), None);
        house.phone(account);
        let grant = house.people().grants(account).unwrap()[0].id.to_string();
        if route.ends_with("/reinstate") {
            house.people().disable(&house.stage(), account, house.now()).unwrap();
        }
        Target { account: account.to_string(), grant }
    }
}

/// Asks as that one, with an input that would do.
async fn asked(
    house: &House,
    route: &str,
    asker: Option<&Asker>,
    target: &Target,
    made: &mut u32,
) -> Reply {
    *made += 1;
    let address = route
        .replace("/clauses/{id}/evidence", "/clauses/T1/evidence?subject=county1&period=2012-01-01")
        .replace("/clauses/{id}", "/clauses/T1")
        .replace("/sessions/{id}", &format!("/sessions/{}", another_session(house, asker)))
        .replace("{id}", &target.account)
        .replace("{grant}", &target.grant);
    let is_admin = asker.is_some_and(|asker| asker.role == Role::SecurityAdmin);
    let purpose = if is_admin { "enrol_phone" } else { "new_pin" };
    let body = match route {
        "POST /api/v1/accounts" => Some(json!({"login": format!("new{made}")})),
        "POST /api/v1/accounts/{id}/grants" => {
            Some(json!({"role": "writer", "first": "2012-09-18"}))
        }
        "POST /api/v1/accounts/{id}/slip" => Some(json!({"purpose": purpose})),
        "POST /api/v1/step_up" => {
            let phone = asker.map_or_else(String::new, |asker| asker.phone.text());
            Some(json!({"phone": phone, "pin": PIN}))
        }
        "POST /api/v1/password" => {
            let old = asker.map_or(PASSWORD, |asker| asker.password.as_str());
            Some(json!({"old": old, "new": format!("{PASSWORD}2")}))
        }
        _ => way_in(house, route, asker),
    };
    let address = match route {
        "POST /api/v1/accounts/{id}/grants" => format!("{address}?org=town11"),
        _ => address,
    };
    house.ask(&address, asker.map(|asker| asker.cookie.as_str()), body).await
}

/// A second session of hers, to be ended.
fn another_session(house: &House, asker: Option<&Asker>) -> String {
    let signed = asker.filter(|asker| !matches!(asker.state, State::Invited | State::Disabled));
    let Some(asker) = signed else { return NOBODY.to_owned() };
    let sessions = house.people().sessions(asker.account, house.now()).unwrap();
    if sessions.len() > 4 {
        return sessions.last().unwrap().id.to_string();
    }
    house.signed_in(&asker.phone).session.to_string()
}

/// What somebody brings who is not signed in yet.
fn way_in(house: &House, route: &str, asker: Option<&Asker>) -> Option<Value> {
    let phone = || asker.map_or_else(|| "0".repeat(64), |asker| asker.phone.text());
    let slip = |purpose| {
        let now = house.now();
        let slip = asker
            .map(|asker| house.people().issue_slip(&house.stage(), asker.account, purpose, now));
        slip.and_then(Result::ok)
    };
    let code = |purpose| slip(purpose).map_or(NO_CODE.to_owned(), |slip| slip.code.text());
    match route.strip_prefix("POST /api/v1/")? {
        "phone/sign_in" => Some(json!({"phone": phone(), "pin": PIN})),
        "phone/new_pin" => {
            Some(json!({"phone": phone(), "pin": PIN, "code": code(Purpose::NewPin)}))
        }
        "phone/enrol" => Some(json!({"code": code(Purpose::EnrolPhone), "pin": PIN})),
        "office/begin" => Some(json!({"code": code(Purpose::SetPassword)})),
        "office/enrol" => {
            let begun = slip(Purpose::SetPassword).map(|slip| {
                let secret = house.people().office_begin(&slip.code, house.now()).unwrap();
                (slip.code.text(), digits(&secret.text, house.now()))
            });
            let (code, digits) = begun.unwrap_or((NO_CODE.to_owned(), "000000".to_owned()));
            Some(json!({"code": code, "digits": digits, "password": PASSWORD}))
        }
        "sign_in" => Some(match asker {
            None => json!({"login": "nobody", "password": PASSWORD, "digits": "000000"}),
            Some(asker) => json!({
                "login": asker.login,
                "password": asker.password,
                "digits": digits(&asker.secret, house.now()),
            }),
        }),
        _ => None,
    }
}

/// Sets somebody as she was before she was let in.
fn after(house: &House, route: &str, asker: Option<&mut Asker>) {
    let Some(asker) = asker else { return };
    match route.rsplit('/').next().unwrap_or_default() {
        "sign_out" | "step_up" => {
            asker.cookie = cookie(&house.signed_in(&asker.phone).token);
        }
        "password" => asker.password = format!("{PASSWORD}2"),
        "enrol" if asker.state == State::Invited => stop(house, asker),
        _ => {}
    }
}
