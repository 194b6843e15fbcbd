//! Tests of the cell rules, references, versions and segments, over the schema of `fixture.rs`.
//!
//! Tables are written as text, as a fact folder has them; errors are compared as place and code,
//! since wording may improve.

use super::*;
use crate::fixture::{self, FILING, HOUSEHOLD, ORG, PERSON, RESIDENT, TRIP, VISIT};
use crate::particulars::Particulars;
use crate::row_error::{RowError, code};
use crate::schema::FieldType;
use crate::{Calendar, Number};

/// Tables as text: form, then lines of comma-separated cells, the head first.
type Text<'a> = (FormId, &'a [&'a str]);

const ORGS: Text = (ORG, &["id,name,level", "371600,市,city", "v1,村,village"]);
const PEOPLE: Text = (PERSON, &["id,name", "p1,甲", "p2,乙"]);

fn build(tables: &[Text]) -> (World, Particulars, Vec<RowError>) {
    let schema = fixture::schema();
    let mut builder =
        WorldBuilder::new(Arc::clone(&schema), Calendar::builtin()).keep_particulars(true);
    let mut errors = Vec::new();
    for (form, lines) in tables {
        let file = format!("{}.csv", schema.form(*form).alias);
        let head: Vec<&str> = lines[0].split(',').collect();
        match builder.table(&file, *form, &head) {
            Err(found) => errors.extend(found),
            Ok(mut writer) => {
                for (index, line) in lines[1..].iter().enumerate() {
                    writer.row(index as u64 + 2, &line.split(',').collect::<Vec<_>>());
                }
            }
        }
    }
    let (world, particulars, found) = builder.finish();
    errors.extend(found);
    (world, particulars, errors)
}

/// Errors as `file:line field code`.
fn show(errors: &[RowError]) -> Vec<String> {
    let line = |e: &RowError| format!("{}:{} {} {}", e.file, e.line, e.field, e.code);
    errors.iter().map(line).collect()
}

/// The errors of one cell of a form, given the other cells of a good row.
fn cell(form: FormId, head: &str, good: &str, column: &str, text: &str) -> Vec<String> {
    let at = head.split(',').position(|name| name == column).unwrap();
    let mut cells: Vec<&str> = good.split(',').collect();
    cells[at] = text;
    let line = cells.join(",");
    let (_, _, errors) = build(&[ORGS, PEOPLE, (form, &[head, &line])]);
    errors.iter().map(|error| format!("{} {}", error.field, error.code)).collect()
}

fn day(text: &str) -> Option<Day> {
    Day::parse(text)
}

fn value<'w>(world: &'w World, form: FormId, id: &str, field: &str) -> &'w Value {
    let record = world.record(world.find(form, id).unwrap());
    let field = world.schema.form(form).field_named(field).unwrap();
    record.versions.last().unwrap().value(field)
}

#[test]
fn each_type_refuses_what_is_not_of_it() {
    let trip = ("id,cadre,from,to,days", "t1,p1,2012-05-01,2012-05-02,0.5");
    let filing = ("id,at,covers,filed", "f1,2012-05-01,2012-05-01..2012-06-30,yes");
    let refuse = |form, (head, good): (&str, &str), column, text, code: &str| {
        let expected = format!("{column} {code}");
        assert_eq!(cell(form, head, good, column, text), [expected], "{column}={text}");
    };
    let accept = |form, (head, good): (&str, &str), column, text| {
        assert_eq!(cell(form, head, good, column, text), [""; 0], "{column}={text}");
    };
    refuse(TRIP, trip, "from", "2012-02-30", code::DAY);
    refuse(TRIP, trip, "from", "2012-05-01T08:00:00", code::DAY);
    refuse(TRIP, trip, "from", " 2012-05-01", code::DAY);
    refuse(TRIP, trip, "from", "", code::EMPTY);
    refuse(TRIP, trip, "to", "2012-04-30", code::INTERVAL);
    refuse(TRIP, trip, "days", "2天", code::NUMBER);
    refuse(TRIP, trip, "days", "0.3", code::STEP);
    refuse(TRIP, trip, "cadre", "p1|p2", code::ID);
    refuse(TRIP, trip, "id", "趟1", code::ID);
    refuse(FILING, filing, "covers", "2012-06-30..2012-05-01", code::SPAN);
    refuse(FILING, filing, "filed", "yep", code::BOOL);
    refuse(FILING, filing, "at", "2012-05-31T24:00:00", code::DAY);
    refuse(FILING, filing, "at", "2012-05-31T10:2", code::DAY);
    accept(FILING, filing, "at", "2012-05-31T10:20:00");
    accept(FILING, filing, "covers", "2012-05-01/2012-06-30");
    for text in ["yes", "no", "是", "否", "true", "false", "1", "0", ""] {
        accept(FILING, filing, "filed", text);
    }
    accept(TRIP, trip, "to", "2012-05-01");
}

#[test]
fn a_finer_relation_code_is_read_as_its_group() {
    let lines =
        ["id,household,relation", "r1,h1,21", "r2,h1,34", "r3,h1,子", "r4,h1,93", "r5,h1,99"];
    let house: Text = (HOUSEHOLD, &["id,village", "h1,v1"]);
    let (world, _, errors) = build(&[ORGS, house, (RESIDENT, &lines)]);
    assert_eq!(show(&errors), [""; 0]);
    let code = |id: &str| value(&world, RESIDENT, id, "relation").clone();
    let list = &world.schema.code_lists[1];
    let group = |alias: &str| Value::Code(list.code_named(alias).unwrap());
    assert_eq!(code("r1"), group("20"));
    assert_eq!(code("r2"), group("30"));
    assert_eq!(code("r3"), group("20"));
    assert_eq!(code("r4"), group("80"));
    assert_eq!(code("r5"), group("99"));
    for bad in ["03", "3", "2a", "210"] {
        let line = format!("r1,h1,{bad}");
        let table: [&str; 2] = ["id,household,relation", &line];
        let (_, _, errors) = build(&[ORGS, house, (RESIDENT, &table)]);
        assert_eq!(show(&errors), ["resident.csv:2 relation E1016"], "{bad}");
    }
}

#[test]
fn a_bad_head_says_all_that_is_wrong_in_it() {
    let head = ["id,vistors,date,date,走访人,org"];
    let (_, _, errors) = build(&[(VISIT, &head)]);
    let expected = [
        "visit.csv:1 vistors E1001",
        "visit.csv:1 date E1003",
        "visit.csv:1 走访人 E1001",
        "visit.csv:1 org E1001",
        "visit.csv:1 visitors E1002",
        "visit.csv:1 kind E1002",
    ];
    assert_eq!(show(&errors), expected);
    assert!(errors[0].remedy.contains("“visitors”"), "{}", errors[0].remedy);
    assert!(errors[2].remedy.contains("“visitors”"), "{}", errors[2].remedy);
    let derived = ["id,cadre,from,to,days,natural_days"];
    assert_eq!(show(&build(&[(TRIP, &derived)]).2), ["trip.csv:1 natural_days E1004"]);
    assert_eq!(show(&build(&[(PERSON, &["id,org"])]).2), ["person.csv:1 org E1004"]);
    assert_eq!(show(&build(&[(PERSON, &["name"])]).2), ["person.csv:1 id E1002"]);
}

#[test]
fn all_errors_of_a_row_are_listed_and_the_other_rows_are_read() {
    let trips = [
        "id,cadre,from,to,days",
        "t1,,2012-02-30,2012-05-02,x",
        "t2,p1",
        "t3,p1,2012-05-01,2012-05-02,1",
    ];
    let (world, _, errors) = build(&[PEOPLE, (TRIP, &trips)]);
    let expected = [
        "trip.csv:2 cadre E1010",
        "trip.csv:2 from E1012",
        "trip.csv:2 days E1017",
        "trip.csv:3  E1006",
    ];
    assert_eq!(show(&errors), expected);
    assert!(world.find(TRIP, "t1").is_none());
    assert_eq!(*value(&world, TRIP, "t3", "days"), Value::Number(Number::ONE));
}

#[test]
fn references_point_forward_and_across_files() {
    let visits: Text = (VISIT, &["id,date,visitors,kind,trip", "w1,2012-05-01,p2|p1,入户,t1"]);
    let trips: Text = (TRIP, &["id,cadre,from,to,days", "t1,p1,2012-05-01,2012-05-01,1"]);
    let (world, _, errors) = build(&[visits, trips, PEOPLE]);
    assert_eq!(show(&errors), [""; 0]);
    let person = |id| Value::Ref(world.find(PERSON, id).unwrap());
    let visitors = value(&world, VISIT, "w1", "visitors");
    assert_eq!(visitors.members(), [person("p2"), person("p1")]);
    assert_eq!(*value(&world, VISIT, "w1", "kind"), Value::Code(0));
    assert_eq!(world.id(visitors.members()[0].as_ref().unwrap()), "p2");
}

#[test]
fn rows_that_refer_to_a_row_left_out_are_left_out_in_a_chain() {
    let trips: Text = (TRIP, &["id,cadre,from,to,days", "t1,p9,2012-05-01,2012-05-01,1"]);
    let visits: Text = (VISIT, &["id,date,visitors,kind,trip", "w1,2012-05-01,p1,home,t1"]);
    let filings: Text =
        (FILING, &["id,at,document,others", "f1,2012-05-02,w1,", "f2,2012-05-02,,f1|p1"]);
    let (world, _, errors) = build(&[filings, visits, PEOPLE, trips]);
    let mut shown = show(&errors);
    shown.sort();
    let expected = [
        "filing.csv:2 document E1032",
        "filing.csv:3 others E1032",
        "trip.csv:2 cadre E1030",
        "visit.csv:2 trip E1032",
    ];
    assert_eq!(shown, expected);
    assert!(errors.iter().any(|e| e.code == "E1032" && e.message.contains("没有读入")));
    assert!(world.find(FILING, "f2").is_none() && world.find(PERSON, "p1").is_some());
}

#[test]
fn a_row_left_out_for_its_cells_takes_its_referrers_along() {
    let house: Text = (HOUSEHOLD, &["id,village", "h1,"]);
    let resident: Text = (RESIDENT, &["id,household", "r1,h1"]);
    let (_, _, errors) = build(&[ORGS, resident, house]);
    assert_eq!(show(&errors), ["resident.csv:2 household E1032", "household.csv:2 village E1010"]);
}

#[test]
fn a_ring_of_rows_that_all_exist_stays() {
    let orgs: Text = (ORG, &["id,name,level,recorded_by", "o1,市,city,p1"]);
    let people: Text = (PERSON, &["id,recorded_org", "p1,o1"]);
    let (world, _, errors) = build(&[orgs, people]);
    assert_eq!(show(&errors), [""; 0]);
    assert!(world.find(ORG, "o1").is_some());
}

#[test]
fn references_to_several_forms_need_one_meaning() {
    let trips: Text = (TRIP, &["id,cadre,from,to,days", "x1,p1,2012-05-01,2012-05-01,1"]);
    let visits: Text =
        (VISIT, &["id,date,visitors,kind", "x1,2012-05-01,p1,home", "x2,2012-05-01,p1,home"]);
    let filings: Text = (
        FILING,
        &[
            "id,at,document",
            "f1,2012-05-02,x1",
            "f2,2012-05-02,visit:x1",
            "f3,2012-05-02,x2",
            "f4,2012-05-02,person:p1",
            "f5,2012-05-02,p1",
            "f6,2012-05-02,趟:x1",
        ],
    );
    let (world, _, errors) = build(&[filings, trips, visits, PEOPLE]);
    let expected = [
        "filing.csv:2 document E1031",
        "filing.csv:5 document E1033",
        "filing.csv:6 document E1030",
    ];
    assert_eq!(show(&errors), expected);
    assert_eq!(value(&world, FILING, "f2", "document").as_ref(), world.find(VISIT, "x1"));
    assert_eq!(value(&world, FILING, "f3", "document").as_ref(), world.find(VISIT, "x2"));
    assert_eq!(value(&world, FILING, "f6", "document").as_ref(), world.find(TRIP, "x1"));
}

#[test]
fn an_amendment_needs_a_later_day_and_counts_from_then() {
    let house: Text = (
        HOUSEHOLD,
        &[
            "id,village,recorded_at",
            "h1,v1,2012-05-01",
            "h1,371600,2012-06-01T09:00:00",
            "h1,v1,2012-06-01",
            "h1,v1,",
        ],
    );
    let (world, _, errors) = build(&[ORGS, house]);
    assert_eq!(
        show(&errors),
        ["household.csv:4 recorded_at E1040", "household.csv:5 recorded_at E1040"]
    );
    let record = world.record(world.find(HOUSEHOLD, "h1").unwrap());
    let village = world.schema.form(HOUSEHOLD).field_named("village").unwrap();
    let at = |known| {
        let found: Vec<_> = record.known_at(known).collect();
        found.first().map(|v| world.id(v.value(village).as_ref().unwrap()).to_owned())
    };
    assert_eq!(at(day("2012-04-30")), None);
    assert_eq!(at(day("2012-05-31")).as_deref(), Some("v1"));
    assert_eq!(at(None).as_deref(), Some("371600"));
}

#[test]
fn withdrawn_and_unconfirmed_versions_do_not_count() {
    let house: Text = (
        HOUSEHOLD,
        &[
            "id,village,recorded_at,entered_for,confirmed,withdrawn",
            "h1,v1,2012-05-01,,,",
            "h1,v1,2012-06-01,,,yes",
            "h2,v1,2012-05-01,p1,,no",
            "h2,v1,2012-05-03,p1,yes,no",
        ],
    );
    let (world, _, errors) = build(&[ORGS, PEOPLE, house]);
    assert_eq!(show(&errors), [""; 0]);
    let counts = |id, known| {
        let record = world.record(world.find(HOUSEHOLD, id).unwrap());
        record.known_at(known).count()
    };
    assert_eq!((counts("h1", day("2012-05-31")), counts("h1", None)), (1, 0));
    assert_eq!((counts("h2", day("2012-05-02")), counts("h2", None)), (0, 1));
}

#[test]
fn segments_of_one_id_may_not_share_days() {
    let orgs: Text = (
        ORG,
        &[
            "id,name,level,from,to,recorded_at",
            "o1,旧,village,2000-01-01,,2012-01-01",
            "o1,旧,village,2000-01-01,2012-07-31,2012-07-01",
            "o1,新,village,2012-08-01,,2012-07-01",
            "o2,甲,village,,,",
            "o2,乙,village,2012-08-01,,",
            "o3,甲,village,2000-01-01,2005-12-31,",
            "o3,乙,village,2006-01-01,,",
            "o3,丙,village,2005-12-31,2005-12-31,",
        ],
    );
    let (world, _, errors) = build(&[orgs]);
    assert_eq!(show(&errors), ["org.csv:6 from E1041", "org.csv:9 from E1041"]);
    let record = world.record(world.find(ORG, "o1").unwrap());
    assert_eq!(record.versions.len(), 3);
    let segments: Vec<_> = record.known_at(None).map(|v| v.segment).collect();
    assert_eq!(segments, [day("2000-01-01"), day("2012-08-01")]);
    assert_eq!(record.known_at(day("2012-06-30")).count(), 1);
}

#[test]
fn sealed_cells_are_kept_apart_and_of_the_last_version() {
    let house: Text = (HOUSEHOLD, &["id,village", "h1,v1"]);
    let resident: Text = (
        RESIDENT,
        &[
            "id,household,name,visit,recorded_at",
            "r1,h1,旧名,,2012-05-01",
            "r1,h1,新名,yes,2012-06-01",
            "r2,h1,,,",
            "r3,h1,某,maybe,",
        ],
    );
    let (world, particulars, errors) = build(&[ORGS, house, resident]);
    assert_eq!(show(&errors), ["resident.csv:5 visit E1015"]);
    assert!(value(&world, RESIDENT, "r1", "name").is_empty());
    let name = world.schema.form(RESIDENT).field_named("name").unwrap();
    let record = world.find(RESIDENT, "r1").unwrap();
    assert_eq!(particulars.text(record, name), Some("新名"));
    assert_eq!(particulars.len(), 2);
}

#[test]
fn typed_rows_are_the_same_as_text() {
    let mut builder = WorldBuilder::new(fixture::schema(), Calendar::builtin());
    let schema = fixture::schema();
    let village = schema.form(HOUSEHOLD).field_named("village").unwrap();
    let org = builder.reserve(ORG, "v1");
    let house = vec![(village, Value::Ref(org))];
    let typed = builder.add(HOUSEHOLD, "h1", house, day("2012-05-01"), false);
    let name = schema.form(ORG).field_named("name").unwrap();
    let level = schema.form(ORG).field_named("level").unwrap();
    let own = vec![(name, Value::Text("村".into())), (level, Value::Code(2))];
    builder.add(ORG, "v1", own, None, false);
    let (world, _, errors) = builder.finish();
    assert_eq!(show(&errors), [""; 0]);
    let house: Text = (HOUSEHOLD, &["id,village,recorded_at", "h1,v1,2012-05-01"]);
    let orgs: Text = (ORG, &["id,name,level", "v1,村,village"]);
    let (text, _, _) = build(&[house, orgs]);
    let other = text.find(HOUSEHOLD, "h1").unwrap();
    assert_eq!(world.record(typed).versions, text.record(other).versions);
    assert_eq!(schema.field(HOUSEHOLD, village).ty, FieldType::Ref(vec![ORG]));
}

#[test]
fn a_typed_reference_to_nothing_is_an_error_too() {
    let mut builder = WorldBuilder::new(fixture::schema(), Calendar::builtin());
    let village = fixture::schema().form(HOUSEHOLD).field_named("village").unwrap();
    let org = builder.reserve(ORG, "v1");
    builder.add(HOUSEHOLD, "h1", vec![(village, Value::Ref(org))], None, false);
    let (world, _, errors) = builder.finish();
    assert_eq!(errors[0].code, code::REFERENCE_UNKNOWN);
    assert!(world.find(HOUSEHOLD, "h1").is_none() && world.find(ORG, "v1").is_none());
}

#[test]
fn limits_are_named_in_the_message() {
    let long = "长".repeat(cell::TEXT_MAX / 3 + 1);
    let orgs = format!("o1,{long},city");
    let lists = format!("f1,2012-05-01,{}", vec!["p1"; cell::LIST_MAX + 1].join("|"));
    let id = format!("{},某", "a".repeat(cell::ID_MAX + 1));
    let (_, _, errors) = build(&[
        (ORG, &["id,name,level", &orgs]),
        (PERSON, &["id,name", "p1,甲", &id]),
        (FILING, &["id,at,others", &lists]),
    ]);
    let expected = ["org.csv:2 name E1019", "person.csv:3 id E1011", "filing.csv:2 others E1019"];
    assert_eq!(show(&errors), expected);
    assert!(errors[0].message.contains(&cell::TEXT_MAX.to_string()), "{}", errors[0].message);
    assert!(errors[1].text().chars().count() < 200, "a long cell is cut in a message");
}

#[test]
fn beyond_the_limit_errors_are_only_counted() {
    let mut builder = WorldBuilder::new(fixture::schema(), Calendar::builtin());
    let mut writer = builder.table("person.csv", PERSON, &["id"]).unwrap();
    for line in 0..build::ERRORS_MAX as u64 + 7 {
        assert!(!writer.row(line + 2, &["?"]));
    }
    let (_, _, errors) = builder.finish();
    assert_eq!(errors.len(), build::ERRORS_MAX + 1);
    let last = errors.last().unwrap();
    assert_eq!((last.code, last.message.contains(" 7 ")), (code::MANY, true));
}

#[test]
fn a_long_chain_is_left_out_to_its_end() {
    const LENGTH: usize = 20_000;
    // Each refers to the next one, so every step is seen only after the one behind it.
    let mut lines = vec!["id,name,level,parent".to_owned()];
    lines.extend((0..LENGTH).map(|n| format!("o{n},某,city,o{}", n + 1)));
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let (world, _, errors) = build(&[(ORG, &lines)]);
    assert_eq!(errors.len(), LENGTH);
    assert!(world.tables[0].records.iter().all(|record| record.versions.is_empty()));
}

/// Applies a version of an organisation: its name, first and last day, known since.
fn org_version(
    world: &mut World,
    (from, to): (&str, &str),
    known: &str,
    withdrawn: bool,
) -> Result<Images, NotTaken> {
    let form = world.schema.form(ORG).clone();
    let days = [("from", from), ("to", to)].into_iter();
    let values = days.filter_map(|(name, text)| {
        Some((form.field_named(name).unwrap(), Value::Day(Day::parse(text)?)))
    });
    let values = values.collect();
    world.apply(ORG, "o1", values, day(known), withdrawn)
}

#[test]
fn versions_applied_in_any_order_stand_as_a_folder_would_have_them() {
    let (mut world, _, _) = build(&[ORGS]);
    let second = org_version(&mut world, ("2012-07-01", ""), "2012-06-20", false).unwrap();
    assert_eq!((second.before.as_slice(), second.after.as_slice()), (&[][..], &[0][..]));
    let first = org_version(&mut world, ("", "2012-06-30"), "2012-01-01", false).unwrap();
    assert_eq!((first.before, first.after), (vec![1], vec![0, 1]));
    // A correction that was known earlier, and came later, changes nothing that stands.
    let late = org_version(&mut world, ("2012-07-01", ""), "2012-06-10", false).unwrap();
    assert_eq!((&late.before, &late.after), (&vec![0, 2], &vec![0, 2]));
    let gone = org_version(&mut world, ("2012-07-01", ""), "2012-08-01", true).unwrap();
    assert_eq!((gone.before, gone.after), (vec![0, 2], vec![0]));
    let versions = &world.record(second.record).versions;
    assert!(versions.is_sorted_by_key(|version| (version.segment, version.known)));
}

#[test]
fn what_a_folder_would_refuse_is_not_applied() {
    let (mut world, _, _) = build(&[ORGS]);
    org_version(&mut world, ("2012-01-01", ""), "2012-01-01", false).unwrap();
    let again = org_version(&mut world, ("2012-01-01", ""), "2012-01-01", true);
    assert_eq!(again, Err(NotTaken::SameKnownDay));
    let across = org_version(&mut world, ("2012-05-01", ""), "2012-05-01", false);
    assert_eq!(across, Err(NotTaken::Overlap));
    assert_eq!(world.record(world.find(ORG, "o1").unwrap()).versions.len(), 1);
}

#[test]
fn a_reserved_record_is_found_by_nothing_until_its_row_comes() {
    let (mut world, _, _) = build(&[ORGS]);
    let household = world.reserve(HOUSEHOLD, "h1");
    assert_eq!(world.find(HOUSEHOLD, "h1"), None);
    world.apply(HOUSEHOLD, "h1", Vec::new(), None, false).unwrap();
    assert_eq!(world.find(HOUSEHOLD, "h1"), Some(household));
}
