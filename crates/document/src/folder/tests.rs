//! Tests of fact folders, each in a folder of its own, over the schema of `facts::fixture`.
//!
//! What a cell may hold is tested in `facts`; here are files: heads, line ends, encodings, limits.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use facts::fixture::{self, HOUSEHOLD, ORG, PERSON, RESIDENT, VISIT};

use super::*;

/// A temporary folder that goes away with the test.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(files: &[(&str, &str)]) -> Folder {
        let bytes: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
        Folder::of_bytes(&bytes)
    }

    fn of_bytes(files: &[(&str, &[u8])]) -> Folder {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("nuanjia-document-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        for (name, bytes) in files {
            std::fs::write(path.join(name), bytes).unwrap();
        }
        Folder(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    fn read(&self) -> Result<FolderRead, Fault> {
        read(&self.0, fixture::schema(), &ReadOptions::default())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

const ORGS: (&str, &str) = ("org.csv", "id,name,level\n371600,滨州,city\nv1,村,village\n");
const PEOPLE: (&str, &str) = ("person.csv", "id,name\np1,甲\np2,乙\n");

/// Errors as `file:line field code`.
fn show(read: &FolderRead) -> Vec<String> {
    let line = |e: &RowError| format!("{}:{} {} {}", e.file, e.line, e.field, e.code);
    read.errors.iter().map(line).collect()
}

#[test]
fn a_small_folder_is_read_whole() {
    let visits = "\u{feff}id,date,visitors,kind,notes\r\nw1,2012-05-31,p1|p2,home,\"一\r\n二\"\r\n";
    let folder = Folder::new(&[ORGS, PEOPLE, ("visit.csv", visits)]);
    let options = ReadOptions { keep_particulars: true, ..ReadOptions::default() };
    let found = read(folder.path(), fixture::schema(), &options).unwrap();
    assert_eq!(show(&found), [""; 0]);
    assert_eq!(found.rows["visit.csv"], 1);
    let visit = found.world.find(VISIT, "w1").unwrap();
    let notes = found.world.schema.form(VISIT).field_named("notes").unwrap();
    assert_eq!(found.particulars.text(visit, notes), Some("一\r\n二"));
    assert!(folder.read().unwrap().particulars.is_empty(), "dropped unless asked for");
    assert!(found.world.find(RESIDENT, "r1").is_none(), "a missing file is empty");
}

#[test]
fn a_bad_row_is_listed_and_left_out_and_the_others_are_read() {
    let visits = "id,date,visitors,kind\n\
                  w1,2012-02-30,p1,home\n\
                  w2,2012-05-01,p9,home\n\
                  w3,2012-05-01,p1,home\n\
                  w3,2012-05-02,p1,home\n\
                  w4,2012-05-01,p1\n";
    let folder = Folder::new(&[PEOPLE, ("visit.csv", visits)]);
    let found = folder.read().unwrap();
    let expected = [
        "visit.csv:2 date E1012",
        "visit.csv:3 visitors E1030",
        "visit.csv:5 recorded_at E1040",
        "visit.csv:6  E1006",
    ];
    assert_eq!(show(&found), expected);
    assert!(found.world.find(VISIT, "w3").is_some() && found.world.find(VISIT, "w1").is_none());
    assert_eq!(found.rows["visit.csv"], 5);
}

#[test]
fn an_unknown_organisation_takes_a_chain_of_rows_along() {
    let folder = Folder::new(&[
        ORGS,
        ("household.csv", "id,village\nh1,371699\nh2,v1\n"),
        ("resident.csv", "id,household\nr1,h1\nr2,h2\n"),
    ]);
    let found = folder.read().unwrap();
    assert_eq!(show(&found), ["household.csv:2 village E1030", "resident.csv:2 household E1032"]);
    assert!(found.world.find(RESIDENT, "r2").is_some());
    assert!(found.world.find(HOUSEHOLD, "h1").is_none());
}

#[test]
fn an_empty_file_and_a_wrong_column_leave_the_file_unread() {
    let folder = Folder::new(&[ORGS, ("person.csv", ""), ("household.csv", "id,vilage\nh1,v1\n")]);
    let found = folder.read().unwrap();
    let expected =
        ["household.csv:1 vilage E1001", "household.csv:1 village E1002", "person.csv:1  E1005"];
    assert_eq!(show(&found), expected);
    assert!(found.errors[0].remedy.contains("village"));
    assert_eq!(found.unread, ["person.csv", "household.csv"]);
    assert!(found.world.find(ORG, "v1").is_some());
    let only_mark = Folder::new(&[("person.csv", "\u{feff}\n")]);
    assert_eq!(show(&only_mark.read().unwrap()), ["person.csv:1  E1005"]);
    let head_only = Folder::new(&[("person.csv", "id,name\n")]);
    assert_eq!(show(&head_only.read().unwrap()), [""; 0]);
}

#[test]
fn a_file_that_is_not_utf8_is_a_fault_that_says_how_to_save_it() {
    // 甲 as GBK has it.
    let folder = Folder::of_bytes(&[("person.csv", b"id,name\np1,\xbc\xd7\n")]);
    let text = folder.read().unwrap_err().to_string();
    assert!(text.contains("person.csv") && text.contains("第 2 行"), "{text}");
    assert!(text.contains("CSV UTF-8"), "{text}");
    assert_eq!(text.lines().count(), 1);
}

#[test]
fn a_half_written_file_keeps_its_good_rows() {
    let folder = Folder::new(&[("person.csv", "id,name,confirmed\np1,甲,\np2,\"乙\np3,丙,\n")]);
    let found = folder.read().unwrap();
    assert_eq!(show(&found), ["person.csv:3  E1007"]);
    assert!(found.world.find(PERSON, "p1").is_some() && found.world.find(PERSON, "p2").is_none());
    let folder = Folder::new(&[("person.csv", "id,name,confirmed\np1,甲,\np2,乙")]);
    assert_eq!(show(&folder.read().unwrap()), ["person.csv:3  E1006"]);
}

#[test]
fn too_many_rows_are_refused_with_the_limit_named() {
    let folder = Folder::new(&[PEOPLE]);
    let options = |rows_max| ReadOptions { rows_max, ..ReadOptions::default() };
    let fault = read(folder.path(), fixture::schema(), &options(1)).unwrap_err();
    assert!(fault.to_string().contains("1 行") && fault.remedy.contains("--rows-max"), "{fault}");
    assert!(read(folder.path(), fixture::schema(), &options(2)).is_ok());
}

#[test]
fn unknown_files_are_warnings_that_name_the_near_one() {
    let folder = Folder::new(&[PEOPLE, ("vist.csv", "id\n"), ("notes.docx", "")]);
    let found = folder.read().unwrap();
    let files: Vec<_> = found.warnings.iter().map(|warning| warning.file.as_str()).collect();
    assert_eq!(files, ["notes.docx", "vist.csv"]);
    assert!(found.warnings[1].text.contains("visit.csv"), "{}", found.warnings[1].text);
    assert!(found.errors.is_empty());
}

#[test]
fn a_workday_table_replaces_the_builtin_one() {
    let table = "date,kind,holiday\n2030-01-01,holiday,元旦\n2030-01-05,makeup_workday,\n\
                 2030-02-30,holiday,\n2030-03-01,free,\n";
    let found = Folder::new(&[("workdays.csv", table)]).read().unwrap();
    assert_eq!(show(&found), ["workdays.csv:4 date E1050", "workdays.csv:5 kind E1050"]);
    let works = |text| found.world.calendar.is_workday(facts::Day::parse(text).unwrap());
    assert_eq!((works("2030-01-01"), works("2030-01-05")), (Ok(false), Ok(true)));
    assert!(works("2012-05-31").is_err(), "the two tables are never mixed");
    let bad = Folder::new(&[("workdays.csv", "day,kind\n2030-01-01,holiday\n")]).read().unwrap();
    assert_eq!((show(&bad), bad.unread.len()), (vec!["workdays.csv:1 date E1050".to_owned()], 1));
    assert!(bad.world.calendar.years().eq(2012..=2026));
}

#[test]
fn a_folder_that_is_not_there_or_is_a_file_is_a_fault() {
    let folder = Folder::new(&[PEOPLE]);
    for path in ["nowhere", "person.csv"] {
        let found = read(&folder.path().join(path), fixture::schema(), &ReadOptions::default());
        assert!(found.unwrap_err().to_string().contains(path));
    }
    std::fs::create_dir(folder.path().join("visit.csv")).unwrap();
    assert!(folder.read().unwrap_err().to_string().contains("visit.csv"));
}
