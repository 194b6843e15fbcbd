//! What was decided can be read back by the audit administrator, and by nobody else.
//!
//! One day at the door: a wrong password, a liaison who helps, one who reaches too far, a security
//! administrator who makes an account. No secret may appear in what is kept.

use serde_json::{Value, json};
use store::people::Role;

use super::house::{PIN, house};

/// `act`, `outcome` and `why` of each row.
fn told(rows: &[Value]) -> Vec<(String, String, String)> {
    let text = |row: &Value, field: &str| row[field].as_str().unwrap().to_owned();
    rows.iter().map(|row| (text(row, "act"), text(row, "outcome"), text(row, "why"))).collect()
}

#[tokio::test]
async fn the_audit_tells_who_was_let_in_and_by_which_rule() {
    let house = house();
    let (auditor, cookie) = house.someone("auditor", Role::AuditAdmin, "");
    let (chief, security) = house.someone("chief", Role::SecurityAdmin, "");
    let (lan, liaison) = house.someone("lan", Role::Liaison, "county1");
    let (near, _) = house.someone("near", Role::Cadre, "town11");
    let (far, _) = house.someone("far", Role::Cadre, "town21");
    let before = house.people().audit_head().unwrap().seq;
    let order = || Some(json!({"purpose": "new_pin"}));
    let slip = |id| format!("POST /api/v1/accounts/{id}/slip");
    let wrong = json!({"login": "lan", "password": "secret-guess", "digits": "999999"});
    house.ask("POST /api/v1/sign_in", None, Some(wrong)).await;
    house.ask(&slip(near), Some(&liaison), order()).await;
    house.ask(&slip(far), Some(&liaison), order()).await;
    house.ask("GET /api/v1/audit", Some(&security), None).await;
    house.ask("POST /api/v1/accounts", Some(&security), Some(json!({"login": "mei"}))).await;
    house.ask("GET /api/v1/me", None, None).await;
    let path = format!("GET /api/v1/audit?from={}", before + 1);
    let page = house.ask(&path, Some(&cookie), None).await;
    assert_eq!(page.status, 200, "{}", page.json);
    let rows = page.json["rows"].as_array().unwrap();
    let told = told(rows);
    let slip = "POST /api/v1/accounts/{id}/slip";
    for (act, outcome, why) in [
        ("POST /api/v1/sign_in", "allowed", "before-sign-in"),
        ("POST /api/v1/sign_in", "refused", "not-signed-in"),
        (slip, "allowed", "liaison-helps"),
        (slip, "refused", "not-there"),
        ("GET /api/v1/audit", "refused", "not-yours"),
        ("POST /api/v1/accounts", "allowed", "security"),
        ("GET /api/v1/me", "refused", "session-ended"),
        ("GET /api/v1/audit", "allowed", "audit"),
    ] {
        let wanted = (act.to_owned(), outcome.to_owned(), why.to_owned());
        assert!(told.contains(&wanted), "{wanted:?} in {told:#?}");
    }
    let refused = rows.iter().find(|row| row["act"] == slip && row["outcome"] == "refused");
    let refused = refused.unwrap();
    assert_eq!(refused["actor"], lan.to_string());
    assert_eq!(refused["object"], far.to_string());
    assert_eq!(rows.last().unwrap()["actor"], auditor.to_string());
    assert!(rows.iter().any(|row| row["actor"] == chief.to_string()));
    let all = page.json.to_string();
    let tokens = [&cookie, &security, &liaison].map(|cookie| cookie.split_once('=').unwrap().1);
    for secret in tokens.into_iter().chain([PIN, "secret-guess", "999999"]) {
        assert!(!all.contains(secret));
    }
    house.people().verify_audit(None).unwrap();
}

#[tokio::test]
async fn the_audit_is_read_page_by_page() {
    let house = house();
    let (_, cookie) = house.someone("auditor", Role::AuditAdmin, "");
    for _ in 0..110 {
        house.ask("GET /api/v1/me", Some(&cookie), None).await;
    }
    let mut from = 1;
    let mut seen = 0;
    loop {
        let path = format!("GET /api/v1/audit?from={from}");
        let page = house.ask(&path, Some(&cookie), None).await;
        for row in page.json["rows"].as_array().unwrap() {
            seen += 1;
            assert_eq!(row["seq"], seen);
        }
        let Some(next) = page.json["next"].as_u64() else { break };
        assert_eq!(next, seen + 1);
        from = next;
    }
    assert!(seen > 110);
    for bad in ["0", "-1", "x", "99999999999999999999"] {
        let path = format!("GET /api/v1/audit?from={bad}");
        assert_eq!(house.ask(&path, Some(&cookie), None).await.word(), "bad-row");
    }
}
