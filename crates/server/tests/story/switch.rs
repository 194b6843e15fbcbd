//! Another reading, counts under five and sentences, over the paper itself and its small rehearsal.
//!
//! Relations are asserted, not the rehearsal's figures, which may change.

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use facts::Day;
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

pub fn router() -> Router {
    let plans = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plans");
    let today = Day::parse("2012-09-18").unwrap();
    let facts = plans.join("rehearsal/tiny");
    let loaded = server::rehearsal::load(&plans.join("binzhou-2012-15.md"), &facts, today).unwrap();
    server::router::router(Arc::new(loaded.rehearsal))
}

async fn json(router: &Router, path: &str) -> (StatusCode, Value) {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&bytes).unwrap())
}

#[tokio::test]
async fn another_reading_is_shown_beside_the_official_one_and_changes_nothing_else() {
    let router = router();
    let (_, official) = json(&router, "/api/v1/clauses/C035").await;
    let (_, before) = json(&router, "/api/v1/paper/standing").await;
    assert!(official.get("comparison").is_none());
    assert_eq!(official["axes"][0]["options"][1]["reading"], "C035/april=include");
    for reading in ["C035%2Fapril%3Dinclude", "C035=include", "C035=计入"] {
        let path = format!("/api/v1/clauses/C035?reading={reading}");
        let (status, other) = json(&router, &path).await;
        assert_eq!(status, StatusCode::OK, "{reading}");
        assert_eq!(other["comparison"]["official"], official["standing"], "{reading}");
        assert!(other["comparison"]["appear"].as_u64().unwrap() > 0, "April is one month more");
        assert_eq!(other["comparison"]["vanish"], 0);
        assert_eq!(other["axes"][0]["options"][1]["chosen"], true);
        assert_ne!(other["sentences"], official["sentences"]);
    }
    assert_eq!(json(&router, "/api/v1/paper/standing").await.1, before);
    let (_, starred) = json(&router, "/api/v1/clauses/C035?reading=C035=exclude").await;
    assert_eq!(starred, official, "the official reading, named, is the official answer");
    let (_, elsewhere) = json(&router, "/api/v1/clauses/C030?reading=C035=include").await;
    assert!(elsewhere.get("comparison").is_none());
}

#[tokio::test]
async fn evidence_follows_the_reading() {
    let router = router();
    let path = "/api/v1/clauses/C035?reading=C035=include";
    let (_, other) = json(&router, path).await;
    let rows = other["obligations"]["rows"].as_array().unwrap();
    let april = rows.iter().find(|row| row["period"]["from"] == "2012-04-01").unwrap();
    let id = april["subject"]["id"].as_str().unwrap();
    let ask = format!("/api/v1/clauses/C035/evidence?subject={id}&period=2012-04-01");
    assert_eq!(json(&router, &ask).await.0, StatusCode::NOT_FOUND);
    let (status, found) = json(&router, &format!("{ask}&reading=C035=include")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(found["counted_total"].is_u64());
    assert!(!april["subject"]["name"].as_str().unwrap().contains(id), "no id on screen");
}

#[tokio::test]
async fn a_reading_that_does_not_exist_is_refused() {
    let router = router();
    for reading in ["C035", "C035=no", "C999=include"] {
        let path = format!("/api/v1/clauses/C035?reading={reading}");
        let (status, refused) = json(&router, &path).await;
        assert_eq!((status.as_u16(), &refused["refusal"]), (400, &"bad-reading".into()));
    }
    let many = "reading=C035=include&".repeat(9);
    let (status, _) = json(&router, &format!("/api/v1/clauses/C035?{many}")).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

/// All cells of counts anywhere in an answer.
fn cells(value: &Value, found: &mut Vec<Value>) {
    const STATUSES: [&str; 7] = ["not_due", "due", "met", "late", "missing", "exempt", "cancelled"];
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                if STATUSES.contains(&name.as_str()) {
                    found.push(field.clone());
                }
                cells(field, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| cells(item, found)),
        _ => {}
    }
}

#[tokio::test]
async fn homes_are_not_counted_in_small_numbers_above_the_township() {
    let router = router();
    let (_, orgs) = json(&router, "/api/v1/orgs").await;
    let county = orgs["children"][0]["id"].as_str().unwrap().to_owned();
    for clause in ["C038", "C038t", "C062", "C070"] {
        for org in ["371600", &county] {
            for day in ["2012-07-01", "2012-09-18", "2012-12-31"] {
                let path = format!("/api/v1/clauses/{clause}?org={org}&day={day}");
                let (_, answer) = json(&router, &path).await;
                let mut found = Vec::new();
                cells(&answer, &mut found);
                let small = |cell: &Value| cell.as_u64().is_some_and(|n| (1..5).contains(&n));
                assert!(!found.iter().any(small), "{path}");
                hides_rows_of_hidden_cells(&answer, &path);
            }
        }
    }
}

fn hides_rows_of_hidden_cells(answer: &Value, path: &str) {
    for row in answer["obligations"]["rows"].as_array().unwrap() {
        let steps = row["steps"].as_array().unwrap();
        let statuses = steps.iter().chain([row]).map(|part| part["status"].as_str().unwrap());
        for status in statuses {
            assert_ne!(answer["standing"][status], "<5", "{path}");
        }
    }
}

#[tokio::test]
async fn steps_of_one_finding_stand_together() {
    let (_, answer) = json(&router(), "/api/v1/clauses/C111?day=2012-12-31").await;
    let rows = answer["obligations"]["rows"].as_array().unwrap();
    assert!(!rows.is_empty());
    for row in rows {
        let names: Vec<&Value> =
            row["steps"].as_array().unwrap().iter().map(|step| &step["name"]).collect();
        assert_eq!(names, ["下达", "方案", "销号"]);
    }
}

#[tokio::test]
async fn the_origin_of_a_part_stands_where_only_a_part_has_one() {
    let (_, answer) = json(&router(), "/api/v1/clauses/C131").await;
    assert_eq!(answer["origin_text"], "期满后五个工作日");
    assert_eq!(answer["part_origins"][0]["part"], "到哪天为止");
    assert_eq!(answer["part_origins"][0]["origin"], "reading");
}
