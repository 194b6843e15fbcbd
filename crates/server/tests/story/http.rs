//! The API as a browser meets it: stories over a small world written here, without a socket.
//!
//! Headers are walked over every route that is declared, so that a new route cannot miss them.
//! What a verdict is worth is tested where it is made; here only its way to the page.
use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use super::small_world as world;

async fn get(router: &Router, path: &str) -> Response<Body> {
    let request = Request::get(path).body(Body::empty()).unwrap();
    router.clone().oneshot(request).await.unwrap()
}

async fn json(router: &Router, path: &str) -> (StatusCode, Value) {
    let response = get(router, path).await;
    let status = response.status();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&bytes).unwrap())
}

#[tokio::test]
async fn every_declared_route_has_a_policy_and_the_headers() {
    let router = world::router();
    let (_, description) = json(&router, "/api/v1/openapi.json").await;
    let paths = description["paths"].as_object().unwrap();
    assert_eq!(description["openapi"], "3.1.0");
    let names: Vec<&str> = paths.keys().map(String::as_str).collect();
    let expected = [
        "/api/v1/clauses/{id}",
        "/api/v1/clauses/{id}/evidence",
        "/api/v1/orgs",
        "/api/v1/paper",
        "/api/v1/paper/standing",
        "/api/v1/rehearsal/cards",
    ];
    assert_eq!(names, expected);
    for (path, item) in paths {
        assert_eq!(item["get"]["x-policy"], "public-rehearsal", "{path}");
        assert_headers(&get(&router, &path.replace("{id}", "T1")).await, path);
    }
    for path in ["/", "/nothing", "/api/v1/nothing", "/api/v1/openapi.json"] {
        assert_headers(&get(&router, path).await, path);
    }
}

fn assert_headers(response: &Response<Body>, path: &str) {
    let header = |name: &str| {
        let value = response.headers().get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    let policy = header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{path}: {policy}");
    assert!(!policy.contains("unsafe"), "{path}");
    assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
    assert_eq!(header("referrer-policy"), "no-referrer", "{path}");
    assert!(header("cache-control").starts_with("no-"), "{path}");
}

#[tokio::test]
async fn the_page_is_asked_for_anew_and_unknown_paths_are_refused() {
    let router = world::router();
    let page = get(&router, "/").await;
    assert_eq!(page.status(), StatusCode::OK);
    assert_eq!(page.headers()["cache-control"], "no-cache");
    let (status, refused) = json(&router, "/api/v1/nothing").await;
    assert_eq!((status, &refused["refusal"]), (StatusCode::NOT_FOUND, &"unknown-path".into()));
    assert!(!refused["remedy"].as_str().unwrap().is_empty());
}

#[tokio::test]
async fn the_paper_is_cut_at_its_quotations() {
    let (status, paper) = json(&world::router(), "/api/v1/paper").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(paper["rehearsal"], true);
    assert_eq!(paper["roots"]["org"], "city");
    assert_eq!(paper["counts"]["text"], 1);
    assert_eq!(paper["phases"][0]["name"], "全年");
    let clause = &paper["clauses"][0];
    assert_eq!((&clause["id"], &clause["kind"]), (&"T1".into(), &"duty".into()));
    let block = clause["block"].as_u64().unwrap() as usize;
    let runs = paper["blocks"][block]["runs"].as_array().unwrap();
    let quoted: Vec<&Value> = runs.iter().filter(|run| run["clauses"][0] == "T1").collect();
    assert_eq!(quoted.len(), 1);
    assert_eq!(quoted[0]["text"], "至少开会 2 次");
}

#[tokio::test]
async fn standing_goes_down_the_tree_in_the_order_of_ids() {
    let router = world::router();
    let (_, standing) = json(&router, "/api/v1/paper/standing?day=2013-02-01").await;
    assert_eq!(standing["org"]["level"], "city");
    assert_eq!(standing["clauses"]["T1"]["met"], 1);
    assert_eq!(standing["clauses"]["T1"]["missing"], 1);
    let (_, orgs) = json(&router, "/api/v1/orgs?parent=city").await;
    let ids: Vec<&Value> =
        orgs["children"].as_array().unwrap().iter().map(|org| &org["id"]).collect();
    assert_eq!(ids, ["county1", "county2"]);
    assert_eq!(orgs["parents"][0]["name"], "甲市");
    let (_, early) = json(&router, "/api/v1/paper/standing?org=county2&day=2012-03-01").await;
    assert_eq!(early["clauses"]["T1"]["not_due"], 1);
}

#[tokio::test]
async fn a_clause_opens_down_to_its_records() {
    let router = world::router();
    let (_, clause) = json(&router, "/api/v1/clauses/T1?day=2013-02-01").await;
    assert_eq!(clause["obligations"]["total"], 2);
    assert_eq!(clause["obligations"]["page_size"], 50);
    assert_eq!(clause["children"][0]["org"]["id"], "county1");
    assert_eq!(clause["children"][0]["met"], 1);
    let row = &clause["obligations"]["rows"][0];
    assert_eq!((&row["status"], &row["value"]), (&"met".into(), &"2".into()));
    assert_eq!(row["subject"]["name"], "一县");
    let rule: Vec<&Value> = clause["rule"].as_array().unwrap().iter().collect();
    assert_eq!(rule[0], "谁 县级");
    let path = "/api/v1/clauses/T1/evidence?subject=county2&period=2012-01-01&day=2013-02-01";
    let (_, evidence) = json(&router, path).await;
    assert_eq!(evidence["counted"][0]["form_label"], "聚会");
    assert_eq!(evidence["counted"][0]["text"], "二县 · 工作");
    assert_eq!(evidence["counted_total"], 1);
    assert_eq!(evidence["lacking"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_cannot_be_understood_is_refused_with_a_remedy() {
    let router = world::router();
    for (path, status, word) in [
        ("/api/v1/paper/standing?day=2012-02-30", 400, "bad-day"),
        ("/api/v1/paper/standing?day=1&day=2", 400, "bad-query"),
        ("/api/v1/paper/standing?org=nobody", 404, "unknown-org"),
        ("/api/v1/clauses/T9", 404, "unknown-clause"),
        ("/api/v1/clauses/T1?page=0", 400, "bad-page"),
        ("/api/v1/clauses/T1/evidence?subject=nobody", 404, "unknown-obligation"),
    ] {
        let (got, refused) = json(&router, path).await;
        assert_eq!((got.as_u16(), &refused["refusal"]), (status, &word.into()), "{path}");
        assert!(!refused["remedy"].as_str().unwrap().is_empty(), "{path}");
    }
}

#[test]
fn a_taken_port_is_told_in_one_sentence() {
    let first = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = first.local_addr().unwrap().port().to_string();
    let folder = world::folder();
    let serve = ["serve", "--port", &port];
    assert_eq!(world::command(&serve, &folder), 1);
}
