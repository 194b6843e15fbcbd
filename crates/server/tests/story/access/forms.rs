//! What may be sent: JSON of our own page, of bounded size and depth, without a field too many.
//!
//! Every route that takes a body is asked with each thing it must not take. How many may hash at
//! once is here too: it is the other way to make a server wait.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, mpsc};

use axum::body::Body;
use axum::http::Request;
use serde_json::{Map, Value, json};
use store::people::Role;

use super::house::{PIN, house};

/// Every route that takes a body, with one that it takes.
fn inputs() -> Vec<(&'static str, Value)> {
    vec![
        ("POST /api/v1/sign_in", json!({"login": "a", "password": "b", "digits": "123456"})),
        ("POST /api/v1/phone/sign_in", json!({"phone": "a", "pin": PIN})),
        ("POST /api/v1/phone/enrol", json!({"code": "a", "pin": PIN})),
        ("POST /api/v1/phone/new_pin", json!({"phone": "a", "code": "b", "pin": PIN})),
        ("POST /api/v1/office/begin", json!({"code": "a"})),
        ("POST /api/v1/office/enrol", json!({"code": "a", "password": "b", "digits": "123456"})),
        ("POST /api/v1/password", json!({"old": "a", "new": "b"})),
        ("POST /api/v1/step_up", json!({"phone": "a", "pin": PIN})),
        ("POST /api/v1/accounts", json!({"login": "new"})),
        ("POST /api/v1/accounts/{id}/grants", json!({"role": "cadre", "first": "2012-09-18"})),
        ("POST /api/v1/accounts/{id}/slip", json!({"purpose": "set_password"})),
    ]
}

/// Fields somebody might try to set with it.
const READ_ONLY: [&str; 12] = [
    "id",
    "account",
    "state",
    "created",
    "session",
    "actor",
    "grants",
    "expires",
    "org",
    "rule",
    "stepped_up_until",
    "nobody_knows_this",
];

#[tokio::test]
async fn a_field_too_many_is_refused_everywhere() {
    let house = house();
    let (_, chief) = house.someone("chief", Role::SecurityAdmin, "");
    let other = house.account("other");
    for (route, input) in inputs() {
        let route = route.replace("{id}", &other.to_string());
        for field in READ_ONLY {
            let mut more: Map<String, Value> = input.as_object().unwrap().clone();
            more.insert(field.to_owned(), json!("active"));
            let reply = house.ask(&route, Some(&chief), Some(Value::Object(more))).await;
            assert_eq!((reply.status, reply.word()), (400, "bad-body"), "{route} {field}");
            assert!(!reply.json.to_string().contains(PIN), "nothing sent is repeated");
        }
    }
    for query in ["?state=active", "?after=a&after=b"] {
        let route = format!("GET /api/v1/accounts{query}");
        assert_eq!(house.ask(&route, Some(&chief), None).await.word(), "bad-query");
    }
}

#[tokio::test]
async fn a_body_is_json_and_bounded() {
    let house = house();
    let (_, chief) = house.someone("chief", Role::SecurityAdmin, "");
    let other = house.account("other");
    for (route, input) in inputs() {
        let route = route.replace("{id}", &other.to_string());
        let (method, path) = route.split_once(' ').unwrap();
        let send = async |kind: Option<&str>, body: String| {
            let request = Request::builder().method(method).uri(path).header("cookie", &chief);
            let request =
                kind.iter().fold(request, |request, kind| request.header("content-type", *kind));
            let length = body.len();
            let reply = house.send(request.body(Body::from(body)).unwrap()).await;
            (reply.status, reply.word().to_owned(), length)
        };
        let json = Some("application/json");
        let big = format!("{{\"pin\":\"{}\"}}", "9".repeat(70_000));
        assert_eq!(send(json, big).await.0, 413, "{route}");
        let deep = "[".repeat(60_000);
        assert_eq!(send(json, deep).await.0, 400, "{route}");
        for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
            assert_eq!(send(Some(kind), input.to_string()).await.0, 415, "{route} {kind}");
        }
        let (status, word, _) = send(None, input.to_string()).await;
        assert_eq!((status, word.as_str()), (403, "not-from-our-page"), "{route}");
        for bad in ["", "{", "[]", "null", "{}x", "\u{feff}{}", "\"\\ud800\""] {
            assert_eq!(send(json, bad.to_owned()).await.0, 400, "{route} {bad:?}");
        }
    }
}

#[tokio::test]
async fn a_body_that_announces_too_much_is_not_read_at_all() {
    let house = house();
    for route in ["POST /api/v1/sign_in", "POST /api/v1/sign_out", "GET /api/v1/me"] {
        let (method, path) = route.split_once(' ').unwrap();
        let request = Request::builder().method(method).uri(path);
        let request = request.header("content-type", "application/json");
        let request = request.header("content-length", "65537").body(Body::empty()).unwrap();
        let reply = house.send(request).await;
        assert_eq!((reply.status, reply.word()), (413, "too-big"), "{route}");
    }
}

#[tokio::test]
async fn two_hash_at_a_time_and_who_comes_behind_too_many_is_sent_away() {
    let house = house();
    let (running, most) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
    let (open, opened) = mpsc::channel::<()>();
    let opened = Arc::new(Mutex::new(opened));
    let mut waiting = Vec::new();
    for _ in 0..64 {
        let (door, opened) = (Arc::clone(&house.door), Arc::clone(&opened));
        let (running, most) = (Arc::clone(&running), Arc::clone(&most));
        waiting.push(tokio::spawn(async move {
            door.ask_slowly(move |_, _| {
                most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                opened.lock().unwrap().recv().unwrap();
                running.fetch_sub(1, Ordering::SeqCst);
                Ok(())
            })
            .await
        }));
    }
    tokio::task::yield_now().await;
    let input = Some(json!({"phone": "0".repeat(64), "pin": PIN}));
    let refused = house.ask("POST /api/v1/phone/sign_in", None, input).await;
    assert_eq!((refused.status, refused.word()), (503, "busy"));
    // Others are answered meanwhile.
    assert_eq!(house.ask("GET /api/v1/orgs", None, None).await.status, 200);
    (0..64).for_each(|_| open.send(()).unwrap());
    for one in waiting {
        assert!(one.await.unwrap().is_ok());
    }
    assert!(most.load(Ordering::SeqCst) <= 2);
}
