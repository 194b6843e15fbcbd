//! The paper's figures: counted over the base folder beside the plan, whatever facts are served.
//!
//! The small world's facts hold two counties; its base folder, written here, holds three.

use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt;
use serde_json::Value;
use std::sync::Arc;
use tower::ServiceExt;

use super::small_world::{self as world, Folder};

const TOTALS: &str = "\n```plan\n核算 \"县\" 人数(县级) = 3\n核算 \"会\" 须和(T1) = 6\n```\n";

const ORGS: &str = "id,name,level,kind,parent\n\
    city,甲市,city,federation,\n\
    county1,一县,county,federation,city\n\
    county2,二县,county,federation,city\n\
    county3,三县,county,federation,city\n";

fn folder(totals: &str, base: Option<&str>) -> Folder {
    let folder = world::folder();
    let plan = std::fs::read_to_string(folder.path().join("plan.md")).unwrap();
    folder.write("plan.md", (plan + totals).as_bytes());
    if let Some(orgs) = base {
        std::fs::create_dir_all(folder.path().join("base/trial")).unwrap();
        folder.write("base/trial/org.csv", orgs.as_bytes());
    }
    folder
}

async fn shown(folder: &Folder) -> Value {
    let (plan, facts) = (folder.path().join("plan.md"), folder.path().join("facts"));
    let today = facts::Day::parse("2012-09-18").unwrap();
    let loaded = server::rehearsal::load(&plan, &facts, today).unwrap();
    let router = server::router::router(Arc::new(loaded.rehearsal));
    let request = Request::get("/api/v1/paper").body(Body::empty()).unwrap();
    let response = router.oneshot(request).await.unwrap();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    let paper: Value = serde_json::from_slice(&bytes).unwrap();
    paper["totals"].clone()
}

#[tokio::test]
async fn the_page_counts_over_the_base_folder_and_else_over_the_facts() {
    let totals = shown(&folder(TOTALS, Some(ORGS))).await;
    let expected = serde_json::json!([
        { "title": "县", "stated": "3", "counted": "3", "agrees": true },
        { "title": "会", "stated": "6", "counted": "6", "agrees": true },
    ]);
    assert_eq!(totals, expected);
    let totals = shown(&folder(TOTALS, None)).await;
    assert_eq!((&totals[0]["counted"], &totals[0]["agrees"]), (&"2".into(), &false.into()));
}

fn check(folder: &Folder, more: &[&str]) -> u8 {
    let line = ["nuanjia".into(), "check".into(), folder.path().join("plan.md").into_os_string()];
    server::command::run(line.into_iter().chain(more.iter().map(Into::into)))
}

#[test]
fn a_wrong_figure_fails_the_check_only_where_it_can_be_counted() {
    assert_eq!(check(&folder(TOTALS, Some(ORGS)), &[]), 0);
    let wrong = folder(&TOTALS.replace("= 3", "= 4"), Some(ORGS));
    assert_eq!(check(&wrong, &[]), 1);
    assert_eq!(check(&folder(&TOTALS.replace("= 3", "= 4"), None), &[]), 0);
    let named = folder(TOTALS, None);
    let facts = named.path().join("facts").to_string_lossy().into_owned();
    // The facts' two counties instead of three.
    assert_eq!(check(&named, &["--base", &facts]), 1);
    assert_eq!(check(&named, &["--base", "/nowhere"]), 1);
}

#[test]
fn a_file_without_an_item_is_an_error_and_not_a_clean_plan() {
    let folder = world::folder();
    for text in ["", "只有正文。\n", "```plan\n# 还没有写\n```\n"] {
        folder.write("plan.md", text.as_bytes());
        assert_eq!(check(&folder, &[]), 1, "{text}");
    }
    folder.write("plan.md", "```plan\n集合 甲 = 乙\n```\n".as_bytes());
    assert_eq!(check(&folder, &["--tree"]), 0);
}

#[test]
fn the_tree_is_json_with_every_item_in_its_place() {
    let plan = concat!(env!("CARGO_MANIFEST_DIR"), "/../../plans/binzhou-2012-15.md");
    let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_nuanjia"));
    let run = program.args(["check", "--tree", plan]).output().unwrap();
    assert_eq!(run.status.code(), Some(0));
    let tree: Value = serde_json::from_slice(&run.stdout).unwrap();
    let text = std::fs::read_to_string(plan).unwrap();
    let items = tree["items"].as_array().unwrap();
    assert!(items.len() > 100);
    for item in items {
        let start = item["place"]["start"].as_u64().unwrap() as usize;
        let line = item["place"]["line"].as_u64().unwrap() as usize;
        assert_eq!(text[..start].matches('\n').count() + 1, line);
        assert!(item["kind"].is_string());
        for field in item["fields"].as_array().unwrap() {
            assert!(field["kind"].is_string(), "{field}");
        }
    }
    let duty = items.iter().find(|item| item["clause"]["text"] == "C060").unwrap();
    let count = &duty["fields"].as_array().unwrap().iter().find(|f| f["kind"] == "count_of");
    assert_eq!(count.unwrap()["value"]["kind"], "count");
    assert_eq!(count.unwrap()["value"]["active"], true);
}
