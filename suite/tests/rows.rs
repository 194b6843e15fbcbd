//! A row that breaks what its form demands is left out and listed; what refers to it is too.
//!
//! The conditions are those of `plans/vocabulary.md`. Rows that are wrong in themselves (a day that
//! does not exist, an unknown code) are tested where they are read, in the crate `document`.

use std::sync::Arc;

use document::ReadOptions;
use suite::root;

#[test]
fn a_trip_longer_than_its_days_is_left_out_with_the_reason() {
    let sources = server::texts::load(&root().join("plans/binzhou-2012-15.md")).unwrap();
    let (plan, _) = plan::compile::compile(&sources);
    let dir = std::env::temp_dir().join(format!("nuanjia-rows-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    let write = |name: &str, text: &str| std::fs::write(dir.join(name), text).unwrap();
    write("org.csv", "id,name,level,kind,recorded_at\no1,甲乡,township,federation,2012-01-01\n");
    write("person.csv", "id,name,recorded_at\np1,王芳,2012-01-01\n");
    write(
        "trip.csv",
        "id,cadre,from,to,days,township,recorded_at\n\
         t1,p1,2012-05-03,2012-05-04,2,o1,2012-05-05\n\
         t2,p1,2012-05-08,2012-05-08,3,o1,2012-05-09\n\
         t3,p1,2012-05-12,2012-05-11,1,o1,2012-05-13\n",
    );
    write(
        "diary.csv",
        "id,author,org,date,trip,recorded_at\n\
         d1,p1,o1,2012-05-03,t1,2012-05-05\nd2,p1,o1,2012-05-08,t2,2012-05-09\n",
    );
    let schema = Arc::new(plan.schema.clone());
    let check = |form, row: &facts::Version| duty::broken(&plan, form, row);
    let read = document::folder::read_checked(&dir, schema, &ReadOptions::default(), &check);
    std::fs::remove_dir_all(&dir).unwrap();
    let read = read.unwrap();
    let told: Vec<String> = read
        .errors
        .iter()
        .map(|e| format!("{}:{} {} {}", e.file, e.line, e.field, e.code))
        .collect();
    let wanted = ["diary.csv:3 trip E1032", "trip.csv:3 days E1043", "trip.csv:4 to E1042"];
    assert_eq!(told, wanted);
    let trip = plan.schema.form_named("trip").unwrap();
    assert!(read.world.find(trip, "t1").is_some() && read.world.find(trip, "t2").is_none());
}
