//! Pages stay quick: none of them goes through the facts or judges anew to answer.
//!
//! A clock says nothing on a busy machine, so each page is held against judging one day of the same
//! world in the same run: what is judged once must not be judged, or scanned, for every page.
//! Each page is asked three times and the best counts, because a pause of the machine is not ours.
//! Figures at the size of a city are taken by hand (docs/performance.md).
//! Read next: `src/judged.rs`.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use document::ReadOptions;
use duty::{Engine, Question};
use facts::{Day, World};
use http_body_util::BodyExt;
use plan::plan::Plan;
use serde_json::Value;
use server::rehearsal::Rehearsal;
use server::rehearse::base::Base;
use server::rehearse::scale::Scale;
use server::rehearse::{season, write};
use server::router::router;
use tower::ServiceExt;

use super::small_world::folder;

/// Judging the day takes at least so many times as long as 95 of 100 pages. At this size, without
/// load, it is 10 to 50 times; a page that judges or scans comes near 1.
const LEAST: u32 = 3;
/// Each page is asked so often.
const TIMES: usize = 3;
/// The day the rehearsal stands on.
const DAY: &str = "2012-09-18";

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

/// Three counties, written and read the way a rehearsal is.
fn place() -> (Plan, plan::source::Sources, World) {
    let sources = server::texts::load(&project("plans/binzhou-2012-15.md")).unwrap();
    let (plan, _) = plan::compile::compile(&sources);
    let schema = Arc::new(plan.schema.clone());
    let scale = Scale::small();
    let base = Base::read(&project("plans/base/binzhou"), &schema).unwrap().cut(&scale);
    let played = season(1, &base, &scale).unwrap();
    let folder = folder();
    let dir = folder.path().join("season");
    write::write(&played, &base, "", &dir).unwrap();
    let read = document::folder::read(&dir, schema, &ReadOptions::default()).unwrap();
    (plan, sources, read.world)
}

async fn ask(router: &Router, path: &str) -> (Duration, Value) {
    let mut best = Duration::MAX;
    let mut value = Value::Null;
    for _ in 0..TIMES {
        let begun = Instant::now();
        let request = Request::get(format!("/api/v1/{path}")).body(Body::empty()).unwrap();
        let answer = router.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        best = best.min(begun.elapsed());
        value = serde_json::from_slice(&bytes).unwrap();
    }
    (best, value)
}

/// How long one day takes to judge, at best.
fn judging(plan: &Plan, world: &World, day: Day) -> Duration {
    let engine = Engine::new(plan, world).unwrap().unwrap();
    let times = (0..TIMES).map(|_| {
        let begun = Instant::now();
        std::hint::black_box(engine.evaluate(plan, world, &Question::as_of(day)).unwrap());
        begun.elapsed()
    });
    times.min().unwrap()
}

/// The time within which 95 of 100 answers came.
fn ninety_fifth(mut times: Vec<Duration>) -> Duration {
    assert!(times.len() > 1);
    times.sort_unstable();
    times[(times.len() * 95 / 100).min(times.len() - 1)]
}

#[tokio::test]
async fn no_page_takes_as_long_as_a_third_of_judging_the_day() {
    let (plan, sources, world) = place();
    let day = Day::parse(DAY).unwrap();
    let whole = judging(&plan, &world, day);
    let router = router(Arc::new(Rehearsal::new(plan, sources, world, day)));
    let (_, paper) = ask(&router, "paper").await;
    let top = paper["roots"]["org"].as_str().unwrap().to_owned();
    let (_, below) = ask(&router, &format!("orgs?parent={top}")).await;
    let county = below["children"][0]["id"].as_str().unwrap().to_owned();
    let (mut papers, mut standings) = (Vec::new(), Vec::new());
    let (mut clauses, mut evidence) = (Vec::new(), Vec::new());
    for org in [top, county] {
        for _ in 0..2 {
            papers.push(ask(&router, "paper").await.0);
            standings.push(ask(&router, &format!("paper/standing?day={DAY}&org={org}")).await.0);
        }
        for clause in paper["clauses"].as_array().unwrap() {
            let id = clause["id"].as_str().unwrap();
            let (time, page) = ask(&router, &format!("clauses/{id}?day={DAY}&org={org}")).await;
            clauses.push(time);
            let Some(row) = page["obligations"]["rows"].get(0) else { continue };
            let subject = row["subject"]["id"].as_str().unwrap();
            let from = row["period"]["from"].as_str().unwrap();
            let wanted = format!("day={DAY}&org={org}&subject={subject}&period={from}");
            evidence.push(ask(&router, &format!("clauses/{id}/evidence?{wanted}")).await.0);
        }
    }
    assert!(clauses.len() > 100 && evidence.len() > 40);
    let pages =
        [("paper", papers), ("standing", standings), ("clause", clauses), ("evidence", evidence)];
    for (name, times) in pages {
        let slow = ninety_fifth(times);
        assert!(slow * LEAST < whole, "{name}: {slow:?}, judging the day {whole:?}");
    }
}
