//! HTTP stories: what a visitor of the rehearsal gets, without a socket.
//!
//! They run on the small rehearsal world that `make run` serves.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on should stop")]

use std::path::Path;
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use facts::Day;
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use crate::api;
use crate::campaign::Campaign;

fn application() -> Router {
    static CAMPAIGN: OnceLock<Arc<Campaign>> = OnceLock::new();
    let campaign = CAMPAIGN.get_or_init(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plans");
        let day = Day::parse("2012-09-18").unwrap();
        let plan = root.join("binzhou-2012-15.md");
        Arc::new(Campaign::open(&plan, &root.join("rehearsal/tiny"), day).ok().unwrap())
    });
    api::application(Arc::clone(campaign))
}

async fn get(path: &str) -> Response<Body> {
    let request = Request::builder().uri(path).body(Body::empty()).unwrap();
    application().oneshot(request).await.unwrap()
}

async fn json(path: &str) -> (StatusCode, Value) {
    let response = get(path).await;
    let status = response.status();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&bytes).unwrap())
}

#[tokio::test]
async fn every_declared_route_is_described_and_carries_the_strict_policy() {
    let (_, description) = json("/api/v1/openapi.json").await;
    assert_eq!(description["openapi"], "3.1.0");
    for route in api::routes() {
        assert_eq!(description["paths"][route.path]["get"]["x-policy"], "public-rehearsal");
        let response = get(&route.path.replace("{id}", "C035")).await;
        let policy = response.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{}", route.path);
    }
}

#[tokio::test]
async fn the_paper_keeps_every_word_and_marks_the_quotes() {
    let (status, paper) = json("/api/v1/paper").await;
    assert_eq!(status, StatusCode::OK);
    let blocks = paper["blocks"].as_array().unwrap();
    let words = |block: &Value| {
        let runs = block["runs"].as_array().unwrap().iter();
        runs.map(|run| run["text"].as_str().unwrap().to_string()).collect::<String>()
    };
    let shown: String = blocks.iter().skip(1).map(words).collect();
    let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plans/sources");
    let source = std::fs::read_to_string(source.join("plan-2012-15.txt")).unwrap();
    assert_eq!(bare(&shown), bare(&source));
    assert_eq!(paper["counts"], serde_json::json!({ "text": 33, "reading": 7, "advice": 10 }));
}

#[tokio::test]
async fn counts_of_the_city_are_those_of_its_counties_and_itself() {
    let (_, city) = json("/api/v1/clauses/C035?org=371600&day=2012-10-01").await;
    let children = city["children"].as_array().unwrap();
    let of = |row: &Value| row["met"].as_u64().unwrap();
    let below: u64 = children.iter().map(of).sum();
    assert!(of(&city["standing"]) >= below && below > 0);
}

#[tokio::test]
async fn a_figure_leads_to_its_records() {
    let (_, clause) = json("/api/v1/clauses/C037?day=2012-09-18").await;
    let rows = clause["obligations"]["rows"].as_array().unwrap();
    let row = rows.iter().find(|row| row["value"] != "0").unwrap();
    let (subject, period) = (&row["subject"]["id"], &row["period"]["from"]);
    let (subject, period) = (subject.as_str().unwrap(), period.as_str().unwrap());
    let path = format!("/api/v1/clauses/C037/evidence?subject={subject}&period={period}");
    let (status, evidence) = json(&path).await;
    assert_eq!(status, StatusCode::OK);
    assert!(!evidence["counted"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_the_way_on() {
    for path in [
        "/api/v1/paper/standing?day=2012-02-30",
        "/api/v1/paper/standing?org=nobody",
        "/api/v1/clauses/none",
        "/api/v1/clauses/C035/evidence?subject=nobody&period=2012-05-01",
        "/api/v1/nothing",
    ] {
        let (status, refusal) = json(path).await;
        assert!(status.is_client_error(), "{path}");
        assert!(!refusal["remedy"].as_str().unwrap().is_empty(), "{path}");
    }
}
