//! The command line by its exit codes and files: done, cannot be done, done but rows left out.
//!
//! Commands run in this process; their exit code is what a shell would see.
//! What they print for people is not compared word for word.
use super::small_world::{Folder, command, folder};

fn evaluate(folder: &Folder, more: &[&str]) -> u8 {
    let out = folder.path().join("out").to_string_lossy().into_owned();
    let line = ["evaluate", "--as-of", "2013-02-01", "--out", &out];
    command(&[&line, more].concat(), folder)
}

fn table(folder: &Folder, name: &str) -> Vec<String> {
    let text = std::fs::read_to_string(folder.path().join("out").join(name)).unwrap();
    text.lines().map(str::to_owned).collect()
}

fn check(folder: &Folder, name: &str) -> u8 {
    let file = folder.path().join(name).into_os_string();
    server::command::run(["nuanjia".into(), "check".into(), file])
}

#[test]
fn evaluate_writes_the_five_tables() {
    let folder = folder();
    assert_eq!(evaluate(&folder, &[]), 0);
    let owed = table(&folder, "obligations.csv");
    assert_eq!(
        owed[0],
        "clause,subject,period_start,period_end,due,value,target,status,days_late,flags,\
         subject_form,owner,owner_form,home_org,origin,plan"
    );
    assert_eq!(
        owed[1],
        "T1,county1,2012-01-01,2012-12-31,2012-12-31,2,2,met,,,org,county1,org,county1,text,trial"
    );
    assert!(owed[2].contains(",1,2,missing,"), "{}", owed[2]);
    assert_eq!(table(&folder, "standing.csv")[1], "city,T1,0,0,1,0,1,0,0");
    assert_eq!(table(&folder, "evidence.csv").len(), 4);
    assert_eq!(table(&folder, "findings.csv").len(), 1);
    assert_eq!(table(&folder, "errors.csv"), ["file,line,field,code,text"]);
}

#[test]
fn a_bad_row_is_left_out_and_listed() {
    let folder = folder();
    let rows = "id,org,date,topic\nm1,county1,2012-02-30,study\nm2,county9,2012-03-01,study\n";
    folder.write("facts/gathering.csv", rows.as_bytes());
    assert_eq!(evaluate(&folder, &["--strict"]), 1);
    assert!(!folder.path().join("out").exists());
    assert_eq!(evaluate(&folder, &[]), 2);
    let errors = table(&folder, "errors.csv");
    assert!(errors[1].starts_with("gathering.csv,2,date,"), "{errors:?}");
    assert!(errors[2].starts_with("gathering.csv,3,org,"), "{errors:?}");
}

#[test]
fn what_cannot_be_read_at_all_gives_no_output() {
    let folder = folder();
    folder.write("plan.md", &[0xff, 0xfe, 0x00]);
    assert_eq!(evaluate(&folder, &[]), 1);
    assert_eq!(check(&folder, "plan.md"), 1);
    folder.write("plan.md", b"");
    assert_eq!(evaluate(&folder, &[]), 1);
    assert!(!folder.path().join("out").exists());
    assert_eq!(check(&folder, "missing.md"), 1);
}

#[test]
fn what_is_empty_is_not_taken_for_nothing_to_do() {
    let folder = folder();
    for file in ["org.csv", "gathering.csv"] {
        std::fs::remove_file(folder.path().join("facts").join(file)).unwrap();
    }
    assert_eq!(evaluate(&folder, &[]), 1, "a folder without a table");
    assert!(!folder.path().join("out").exists());
    folder.write("facts/org.csv", b"");
    assert_eq!(evaluate(&folder, &[]), 2, "a table without a head");
    assert!(table(&folder, "errors.csv")[1].starts_with("org.csv,1,,E1005,"));
    folder.write("plan.md", b"");
    assert_eq!(command(&["serve"], &folder), 1, "a plan without a clause");
    let plan = server::texts::load(&folder.path().join("facts"));
    assert!(plan.unwrap_err().to_string().contains("它是文件夹"));
}

#[test]
fn check_gives_the_worst_outcome() {
    let folder = folder();
    assert_eq!(check(&folder, "plan.md"), 0);
    folder.write(
        "bad.md",
        "```plan\n方案 x \"题\"\n义务 T1 \"甲\" 谁 没有这个集合\n```\n".as_bytes(),
    );
    assert_eq!(check(&folder, "bad.md"), 1);
    let facts = ["nuanjia".into(), "check".into(), folder.path().join("plan.md").into_os_string()];
    folder.write("facts/gathering.csv", b"id,org,date,topic\nm1,county1,later,study\n");
    let dir = ["--facts".into(), folder.path().join("facts").into_os_string()];
    assert_eq!(server::command::run(facts.into_iter().chain(dir)), 2);
}

#[test]
fn why_answers_or_says_what_is_wrong() {
    let folder = folder();
    assert_eq!(command(&["why", "T1", "county2"], &folder), 0);
    assert_eq!(command(&["why", "T1", "nobody"], &folder), 1);
    assert_eq!(command(&["why", "T9", "county2"], &folder), 1);
    assert_eq!(command(&["why", "T1", "county2", "--reading", "T1=宽"], &folder), 1);
}

#[test]
fn a_line_that_makes_no_sense_is_refused_and_help_is_not() {
    let run = |words: &[&str]| server::command::run(words.iter().map(Into::into));
    assert_eq!(run(&["nuanjia", "fly"]), 1);
    assert_eq!(run(&["nuanjia", "--help"]), 0);
    assert_eq!(run(&["nuanjia", "evaluate", "--as-of", "2012-02-30", "--out", "x"]), 1);
}

/// What the program says on standard error, and its exit code.
fn told(words: &[&str]) -> (Option<i32>, String) {
    let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_nuanjia"));
    let run = program.args(words).output().unwrap();
    assert!(run.stdout.is_empty(), "{words:?}");
    (run.status.code(), String::from_utf8(run.stderr).unwrap())
}

#[test]
fn what_is_wrong_with_a_line_is_said_in_chinese_with_what_may_stand_there() {
    let day = "2012-05-31";
    let cases: [(&[&str], &str); 13] = [
        (&["serve", "--port", "99999"], "--port（端口） 写的是“99999”：只能是 0 到 65535 的整数。"),
        (&["serve", "--port", "八千"], "--port（端口） 写的是“八千”：要写一个整数"),
        (&["serve", "--port"], "--port（端口） 后面要写一个值。"),
        (&["serve", "--prot", "80"], "没有这个选项：“--prot”。可以写的选项：--plan --facts --port"),
        (&["serve", "now"], "多写了一个词：“now”。"),
        (
            &["evaluate", "--as-of", day, "--as-of", day, "--out", "x"],
            "--as-of（截至哪一天） 写了两次，只能写一次。",
        ),
        (
            &["evaluate", "--as-of", "2012-02-30", "--out", "x"],
            "--as-of（截至哪一天） 写的是“2012-02-30”：不是一个日期，请写成",
        ),
        (&["evaluate"], "还缺：--as-of（截至哪一天）、--out（写到哪个文件夹；"),
        (&["check"], "还缺：“方案文件”。"),
        (&["check", "--json=yes", "x.md"], "--json（输出 JSON，每个方案一行） 后面多写了“yes”。"),
        (&["explain"], "还缺：“代码，如 E0302”。"),
        (&["rehearse", "--size", "huge", "--out", "x"], "写的是“huge”：只有 tiny、city、"),
        (&["fly"], "没有“fly”这个命令；可以写：\n  serve  启动网页，用演练数据\n  check"),
    ];
    for (words, start) in cases {
        let (code, text) = told(words);
        assert_eq!(code, Some(1), "{words:?}");
        assert!(text.contains(start), "{words:?}: {text}");
        for english in ["error", "Usage", "argument", "value", "try", "invalid"] {
            assert!(!text.contains(english), "{words:?}: {text}");
        }
        let command = if words[0] == "fly" { "" } else { &format!(" {}", words[0]) };
        assert!(text.ends_with(&format!("\n看怎么写：nuanjia{command} --help\n")), "{text}");
    }
}

#[test]
fn a_word_that_is_no_text_is_refused() {
    use std::os::unix::ffi::OsStrExt;
    let bad = std::ffi::OsStr::from_bytes(&[b'C', 0xff]);
    let line = ["nuanjia".as_ref(), "explain".as_ref(), bad];
    assert_eq!(server::command::run(line.map(std::ffi::OsStr::to_os_string)), 1);
}

#[test]
fn tables_are_written_only_where_nothing_else_lies() {
    let folder = folder();
    assert_eq!(evaluate(&folder, &[]), 0);
    assert_eq!(evaluate(&folder, &[]), 0, "over its own tables");
    folder.write("out/letter.txt", b"mine");
    folder.write("out/.standing.csv.12.tmp", b"half a table");
    let before = table(&folder, "obligations.csv");
    assert_eq!(evaluate(&folder, &[]), 1, "beside somebody's letter");
    assert_eq!(table(&folder, "obligations.csv"), before);
    std::fs::remove_file(folder.path().join("out/letter.txt")).unwrap();
    assert_eq!(evaluate(&folder, &[]), 0, "beside half a table of its own");
    std::fs::create_dir(folder.path().join("out/errors")).unwrap();
    assert_eq!(evaluate(&folder, &[]), 1, "beside a folder");
    let file = folder.path().join("plan.md").to_string_lossy().into_owned();
    assert_eq!(command(&["evaluate", "--as-of", "2013-02-01", "--out", &file], &folder), 1);
}

#[test]
fn a_reader_that_has_seen_enough_ends_nothing_with_a_panic() {
    let plan = concat!(env!("CARGO_MANIFEST_DIR"), "/../../plans/binzhou-2012-15.md");
    let (reader, writer) = std::io::pipe().unwrap();
    // Nobody reads: every write fails, as behind `| head` when it has gone.
    drop(reader);
    let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_nuanjia"));
    let run = program.args(["check", plan]).stdout(writer).output().unwrap();
    assert_eq!(run.status.code(), Some(0), "{}", String::from_utf8_lossy(&run.stderr));
}

#[test]
fn a_plan_is_laid_out_in_one_way_and_a_broken_one_is_left_alone() {
    let folder = std::env::temp_dir().join(format!("nuanjia-fmt-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("plan.md");
    let run = |text: &str| {
        std::fs::write(&path, text).unwrap();
        let code = server::command::run(
            ["nuanjia", "fmt", "--write", path.to_str().unwrap()].map(Into::into),
        );
        (code, std::fs::read_to_string(&path).unwrap())
    };
    let (code, once) =
        run("文字不动。\n\n```plan\n方案 a-1 \"甲\" ;期限 1999-01-01 至 1999-12-31\n```\n");
    assert_eq!(code, 0);
    assert!(once.starts_with("文字不动。") && once.contains("\n  期限"), "{once}");
    assert_eq!(run(&once), (0, once.clone()));
    let broken = "```plan\n义务 A01 谁 ( ; 期 一次\n```\n";
    assert_eq!(run(broken), (1, broken.to_string()));
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_code_is_explained_and_one_that_does_not_exist_is_refused() {
    let explain = |code: &str| server::command::run(["nuanjia", "explain", code].map(Into::into));
    assert_eq!(explain("E0302"), 0);
    assert_eq!(explain("E9999"), 1);
}

#[test]
fn each_organisation_of_a_level_may_issue_the_paper_for_itself() {
    let folder = folder();
    let orgs = "id,name,level,kind,parent\ncity,甲市,city,federation,\n\
        city2,乙市,city,federation,\ncounty1,一县,county,federation,city\n\
        county2,二县,county,federation,city2\n";
    folder.write("facts/org.csv", orgs.as_bytes());
    assert_eq!(evaluate(&folder, &[]), 0);
    assert_eq!(table(&folder, "obligations.csv").len(), 2, "only the issuer's own county");
    assert_eq!(evaluate(&folder, &["--issuer-level", "市"]), 0);
    let standing = table(&folder, "standing.csv");
    assert_eq!(standing[1..3], ["city,T1,0,0,1,0,0,0,0", "city2,T1,0,0,0,0,1,0,0"]);
    assert_eq!(evaluate(&folder, &["--issuer-level", "省"]), 1);
}
