//! Opening (as the journal): who else can read the file, who else has it, what version wrote it.
//!
//! And what happens when writing fails: nothing is answered any more, so that nobody is let in by a
//! check that could not be made; what was acknowledged before is there after opening again.
//! Read next: `src/people/file.rs`.

use std::sync::Arc;

use store::people::{AuditBroken, Denied, People};
use store::{Fault, FaultKind};

use super::ground::{Draw, Folder, Ground, NOW, PIN, PlainVault, first_logins};

fn open(folder: &Folder) -> Result<People, AuditBroken> {
    People::open(&folder.settings(), Arc::new(PlainVault::default()), Box::new(Draw(1)))
}

fn create(folder: &Folder) -> Result<People, Fault> {
    People::create(&folder.settings(), Arc::new(PlainVault::default()), Box::new(Draw(1)))
}

#[track_caller]
fn kind<T>(opened: Result<T, AuditBroken>) -> FaultKind {
    match opened {
        Err(AuditBroken::Fault(fault)) => fault.kind,
        Err(AuditBroken::Damage(damage)) => panic!("{damage}"),
        Ok(_) => panic!("it opened"),
    }
}

#[test]
fn a_missing_or_empty_file_is_no_new_beginning() {
    let folder = Folder::new();
    assert_eq!(kind(open(&folder)), FaultKind::NoJournal);
    drop(create(&folder).unwrap());
    assert_eq!(create(&folder).map(|_| ()).unwrap_err().kind, FaultKind::JournalExists);
    assert!(open(&folder).is_ok());
    std::fs::write(folder.settings().path, "").unwrap();
    assert_eq!(kind(open(&folder)), FaultKind::Damaged);
}

#[test]
fn one_process_has_the_file() {
    let folder = Folder::new();
    let held = create(&folder).unwrap();
    assert_eq!(kind(open(&folder)), FaultKind::InUse);
    drop(held);
    assert!(open(&folder).is_ok());
}

#[cfg(unix)]
#[test]
fn a_file_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    drop(create(&folder).unwrap());
    let path = folder.settings().path;
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(kind(open(&folder)), FaultKind::NotPrivate);
}

#[cfg(unix)]
#[test]
fn a_newer_or_foreign_file_is_refused_and_left_alone() {
    let mut ground = Ground::new(91);
    ground.tables().execute("UPDATE people SET schema = 2", []).unwrap();
    let folder = std::mem::replace(&mut ground.folder, Folder::new());
    drop(ground);
    assert_eq!(kind(open(&folder)), FaultKind::NewerSchema);
    let foreign = Folder::new();
    let path = foreign.settings().path;
    std::fs::write(&path, [b'x'; 10_000]).unwrap();
    private(&path);
    assert_eq!(kind(open(&foreign)), FaultKind::Damaged);
    std::fs::remove_file(&path).unwrap();
    rusqlite::Connection::open(&path).unwrap().execute_batch("CREATE TABLE a (b)").unwrap();
    private(&path);
    assert_eq!(kind(open(&foreign)), FaultKind::Damaged);
}

#[cfg(unix)]
fn private(path: &std::path::Path) {
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
}

#[test]
fn a_tampered_end_of_the_audit_keeps_the_file_shut() {
    let mut ground = Ground::new(92);
    ground.cadre("wang", NOW);
    let tables = ground.tables();
    tables.execute_batch("DROP TRIGGER audit_unchanged; UPDATE audit SET at = 0").unwrap();
    drop(tables);
    let folder = std::mem::replace(&mut ground.folder, Folder::new());
    drop(ground);
    assert!(matches!(open(&folder), Err(AuditBroken::Damage(damage)) if damage.seq == 1));
}

#[test]
fn after_a_fault_nobody_is_let_in_until_a_restart() {
    let mut ground = Ground::new(93);
    let (account, phone) = ground.cadre("wang", NOW);
    let session = ground.people().sign_in_phone(&phone, PIN, NOW).unwrap().token;
    // The audit cannot be written: the sign-in that it would tell of does not happen.
    ground.tables().execute_batch("ALTER TABLE audit RENAME TO away").unwrap();
    let stopped = |result: Result<(), Denied>| matches!(result, Err(Denied::Stopped(_)));
    assert!(stopped(ground.people().sign_in_phone(&phone, PIN, NOW).map(|_| ())));
    assert!(stopped(ground.people().session(&session, NOW).map(|_| ())));
    assert!(ground.people().account(account).is_err());
    assert!(ground.people().audit(&[]).is_err());
    ground.tables().execute_batch("ALTER TABLE away RENAME TO audit").unwrap();
    ground.reopen();
    assert_eq!(ground.people().sessions(account, NOW).unwrap().len(), 1);
    assert!(ground.people().session(&session, NOW).is_ok());
}

#[test]
fn a_file_without_accounts_opens_and_can_begin() {
    let folder = Folder::new();
    drop(create(&folder).unwrap());
    assert!(open(&folder).unwrap().init(&first_logins(), NOW).is_ok());
}
