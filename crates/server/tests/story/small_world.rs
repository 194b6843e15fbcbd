//! A plan of one duty over one city with two counties, written to a folder of its own.
//!
//! It is declared whole in `small_world.md`: no base file is used, so a change of the vocabulary
//! cannot fail a story here.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use facts::Day;

const PLAN: &str = include_str!("small_world.md");

const ORGS: &str = "id,name,level,kind,parent\n\
    city,甲市,city,federation,\n\
    county2,二县,county,federation,city\n\
    county1,一县,county,federation,city\n";

const GATHERINGS: &str = "id,org,date,topic\n\
    m1,county1,2012-02-01,study\n\
    m2,county1,2012-05-01,study\n\
    m3,county2,2012-05-01,work\n";

/// A folder that goes away with the test.
pub struct Folder(PathBuf);

impl Folder {
    /// Its path.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file into it.
    pub fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.0.join(name), bytes).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The plan with its facts on disk.
pub fn folder() -> Folder {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let path = std::env::temp_dir().join(format!("nuanjia-{}-{number}", std::process::id()));
    std::fs::create_dir_all(path.join("facts")).unwrap();
    let folder = Folder(path);
    folder.write("plan.md", PLAN.as_bytes());
    folder.write("facts/org.csv", ORGS.as_bytes());
    folder.write("facts/gathering.csv", GATHERINGS.as_bytes());
    folder
}

/// The server over that folder.
pub fn router() -> axum::Router {
    let folder = folder();
    let today = Day::parse("2012-09-18").unwrap();
    let plan = folder.path().join("plan.md");
    let loaded = server::rehearsal::load(&plan, &folder.path().join("facts"), today).unwrap();
    assert_eq!((loaded.plan_errors, loaded.row_errors), (0, 0));
    server::router::router(Arc::new(loaded.rehearsal))
}

/// Runs a command on that folder.
pub fn command(arguments: &[&str], folder: &Folder) -> u8 {
    let (name, rest) = arguments.split_first().unwrap();
    let inputs = [
        "--plan".into(),
        folder.path().join("plan.md").into_os_string(),
        "--facts".into(),
        folder.path().join("facts").into_os_string(),
    ];
    let line = ["nuanjia".into(), (*name).into()].into_iter().chain(inputs);
    server::command::run(line.chain(rest.iter().map(Into::into)))
}
