//! Cards of the small rehearsal: one of each kind, picked by rule, each from a fitting place.
//!
//! Who exactly is on them follows from the facts; here only that the rule holds.

use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

async fn cards() -> Value {
    let request = Request::get("/api/v1/rehearsal/cards").body(Body::empty()).unwrap();
    let response = super::switch::router().oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200);
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    serde_json::from_slice(&bytes).unwrap()
}

#[tokio::test]
async fn there_is_a_card_of_each_kind_and_always_the_same() {
    let first = cards().await;
    assert_eq!(first, cards().await);
    assert_eq!(first["day"], "2012-09-18");
    let shown: Vec<(&str, &str, &str)> = first["cards"]
        .as_array()
        .unwrap()
        .iter()
        .map(|card| {
            let text = |value: &'_ Value| value.as_str().unwrap().to_owned().leak() as &str;
            (text(&card["role"]), text(&card["text"]), text(&card["org"]["level"]))
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("cadre", "以乡镇干部身份看看", "township"),
            ("liaison", "以联络员身份看看", "county"),
            ("leader", "以主席身份看看", "county"),
            ("inspector", "以督查员身份看看", "city"),
            ("village_director", "以村妇女主任身份看看", "village"),
        ]
    );
    // The first township of the zone, whose number comes before those of the counties.
    assert_eq!(first["cards"][0]["org"]["id"], "371602010");
    for card in first["cards"].as_array().unwrap() {
        let person = card["person"].as_str().unwrap();
        assert!(person.starts_with('p') && person.len() == 5, "a record, no name: {person}");
    }
}
