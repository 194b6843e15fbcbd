//! What the reader makes of each construct, and that nothing makes it panic.
//!
//! `sample.md` holds each construct of the specification at least once; the plans of the project
//! are read and printed as well. Wording of findings is not looked at, codes are.

use super::read;
use crate::diagnostic::Diagnostic;
use crate::format::format;
use crate::source::{FileId, Source, Sources};
use crate::tree::{
    Document, Every, ExprKind, Field, FieldKind, FormModifier, ItemKind, Test, Unit, When,
};

const SAMPLE: &str = include_str!("sample.md");
const ENGLISH: &str = include_str!("english.md");
const PLANS: [&str; 8] = [
    include_str!("../../../../plans/vocabulary.md"),
    include_str!("../../../../plans/binzhou-2012-15.md"),
    include_str!("../../../../plans/nb-2021.md"),
    include_str!("../../../../plans/nm-2022.md"),
    include_str!("../../../../plans/pj-2014.md"),
    include_str!("../../../../plans/pt-12621.md"),
    include_str!("../../../../plans/sh-2013.md"),
    include_str!("../../../../plans/sx-2023.md"),
];

fn sources(text: &str) -> Sources {
    let file = Source { name: "plan.md".into(), text: text.into() };
    Sources { files: vec![file], papers: Vec::new() }
}

fn fence(body: &str) -> String {
    format!("```plan\n{body}\n```\n")
}

fn parse(body: &str) -> (Document, Vec<Diagnostic>) {
    read(&sources(&fence(body)), FileId(0))
}

fn codes(body: &str) -> Vec<&'static str> {
    parse(body).1.iter().map(|d| d.code).collect()
}

/// The fields of the first item of a body without findings.
fn fields(body: &str) -> Vec<Field> {
    let (document, found) = parse(body);
    assert_eq!(found, vec![], "{body}");
    document.items.into_iter().next().map(|i| i.fields).unwrap_or_default()
}

/// A tree as text without places: two texts that say the same give the same.
fn shape(document: &Document) -> String {
    let shown = format!("{:?}", document.items);
    let mut out = String::new();
    let mut rest = shown.as_str();
    while let Some(at) = rest.find("Place {") {
        out.push_str(&rest[..at]);
        let tail = &rest[at..];
        rest = tail.find('}').map_or("", |end| &tail[end + 1..]);
        // `file: FileId(0)` has no brace, so the first one closes the place.
    }
    out + rest
}

fn check_round_trip(text: &str) {
    let first = sources(text);
    let (document, found) = read(&first, FileId(0));
    assert_eq!(found, vec![]);
    let once = sources(&format(&document, &first));
    let (again, found) = read(&once, FileId(0));
    assert_eq!(found, vec![], "{}", once.text(FileId(0)));
    assert_eq!(shape(&again), shape(&document));
    assert_eq!(format(&again, &once), once.text(FileId(0)), "not idempotent");
}

#[test]
fn the_samples_read_and_print_the_same() {
    check_round_trip(SAMPLE);
    check_round_trip(ENGLISH);
}

#[test]
fn the_plans_read_and_print_the_same() {
    PLANS.iter().for_each(|text| check_round_trip(text));
}

#[test]
fn both_languages_build_one_tree() {
    let chinese = "义务 C1 \"x\"
  谁 a ; 期 每2月 起 2012-05 于 b + c 续 ; 须 >= 42天 ; 限 d + 5工作日 顺延 ; 补
  计 计数 去重 现行 v.h 经 w 当 本.k = 1 且 非 (此 有) ; 新到 按月折算
  源 限 解释 \"y\" ; 记 主办 ; 汇 合计 配额 s 按 p
  解 r \"q\"
    * o \"t\" : 须 是";
    let english = "duty C1 \"x\"
  who a ; when every 2month from 2012-05 during b + c onward ; must >= 42days
  due d + 5workdays next_workday ; late_ok
  count_of count distinct active v.h via w where self.k = 1 and not (it has) ; newcomer prorated
  origin due interpreted \"y\" ; credit lead_only ; rollup sum quota s by p
  reading r \"q\"
    * o \"t\" : must yes";
    let ((zh, a), (en, b)) = (parse(chinese), parse(english));
    assert_eq!((a, b), (vec![], vec![]));
    assert_eq!(shape(&zh), shape(&en));
    check_round_trip(&fence(english));
}

#[test]
fn items_and_fields_on_one_line() {
    let (document, found) =
        parse("集合 甲 a = 乙 ; 集合 丙 = 丁\n表单 闭 x ; 方案 plan : 文本 ; 例 : 数");
    assert_eq!(found, vec![]);
    assert_eq!(document.items.len(), 3);
    let form = document.items.last().map(|i| i.fields.len());
    assert_eq!(form, Some(2));
}

#[test]
fn keywords_are_names_where_no_keyword_may_stand() {
    let read = fields("义务 C1 计 计数 = 计数 计数 当 计数.当 = 期 ; 须 计数 >= 1 且 合计 > 2");
    let Some(FieldKind::Count { name: Some(_), value }) = read.first().map(|f| &f.kind) else {
        unreachable!("计数 is a name before =")
    };
    assert!(matches!(value.kind, ExprKind::Aggregate { .. }));
    let read =
        fields("表单 甲\n  须 must : 文本? 须 须 有 \"x\" 🔒 ; 起 from : 日期 ⏱\u{fe0f} 半密");
    assert_eq!(read.len(), 2);
}

#[test]
fn tests_are_yes_no_comparisons_or_conditions() {
    let read = fields("查验 C1 警 否 \"没有\" ; 须 是 ; 须 = 1 ; 须 是.甲 有 ; 须 是 且 乙");
    let tests = read.iter().map(|f| match &f.kind {
        FieldKind::Warn { test, text } => *test == Test::No && text.is_some(),
        FieldKind::Must(test) => *test == Test::Yes,
        _ => false,
    });
    assert_eq!(tests.collect::<Vec<_>>(), [true, true, false, false, false]);
}

#[test]
fn windows_and_rolling() {
    let read = fields("义务 N1 期 滚动 7日 自 本.起 ; 期 每段 于 甲, 乙 + 丙 ; 期 每季 于 丁");
    let cut = read.iter().map(|f| match &f.kind {
        FieldKind::When(When::Windows { every, windows, .. }) => Some((*every, windows.len())),
        _ => None,
    });
    let quarter = Every::Each(1, Unit::Quarter);
    assert_eq!(cut.collect::<Vec<_>>(), [None, Some((Every::PerWindow, 2)), Some((quarter, 1))]);
}

#[test]
fn a_step_has_an_alias_only_before_another_name() {
    let read = fields(
        "flow C1\n  step order rectification_order due 3workdays\n  步 计划 plan 帮扶计划 限 30日",
    );
    let aliases = read.iter().map(|f| match &f.kind {
        FieldKind::Step(step) => step.name.alias.is_some(),
        _ => false,
    });
    assert_eq!(aliases.collect::<Vec<_>>(), [false, true]);
}

#[test]
fn form_heads() {
    let (document, found) =
        parse("表单 趟 trip 归 干部 合并 (干部, 连续日, 乡镇) 分段 起 底册 公开 舱");
    assert_eq!(found, vec![]);
    let Some(ItemKind::Form { modifiers, .. }) = document.items.first().map(|i| &i.kind) else {
        unreachable!("a form was written")
    };
    assert_eq!(modifiers.len(), 6);
    assert!(matches!(modifiers.get(1), Some(FormModifier::Merged(f)) if f.len() == 3));
}

#[test]
fn every_error_is_found_in_one_run() {
    let body = "义务 35 \"x\" 谁 ; 须 >= 3次\n不是条目 a\n  谁 b\n集合 当 = 甲\n\
                义务 C2 期 每月 ; 计 (甲 ; 须 >= 2";
    let found = codes(body);
    assert_eq!(found, ["E0105", "E0101", "E0105", "E0102", "E0105", "E0105"]);
    let (document, _) = parse(body);
    let last = document.items.last().map(|i| i.fields.len());
    assert_eq!(last, Some(1), "the field behind the broken ones is read");
}

#[test]
fn aggregates_with_where_stand_in_parentheses() {
    assert_eq!(codes("义务 C1 计 (计数 a 当 b = 1) + (计数 c 当 d = 2)"), [""; 0]);
    assert_eq!(codes("义务 C1 计 1 + 计数 a 当 b = 1"), ["E0110"]);
    assert_eq!(codes("义务 C1 须 计数 a 当 b = 1 >= 2"), ["E0110"]);
    assert_eq!(codes("义务 C1 计 较小(计数 a 当 b, 覆盖 c 当 d)"), [""; 0]);
    assert_eq!(codes("义务 C1 须 a = b = c"), ["E0105"]);
}

#[test]
fn words_run_together_are_cut_when_unique() {
    let names = "表单 走访 visit\n  户 household : 户 ; 走 go : 户 ; 访 call : 户\n";
    let cut = |field: &str| codes(&format!("{names}义务 C1 {field}"));
    assert_eq!(cut("计 计数 走访 当户 = 本"), ["W0103"]);
    assert_eq!(cut("计 计数走访"), ["W0103"]);
    assert_eq!(cut("谁走访 ; 期每月 于 甲"), ["W0103", "W0103"]);
    assert_eq!(cut("谁 有走访"), [""; 0]);
    let twice = "代码 甲 a = 去重走 b, 走 c\n义务 C1 计 计数去重走";
    assert_eq!(codes(twice), ["E0103"]);
}

#[test]
fn what_is_large_is_refused() {
    let deep = format!("集合 a = {}b{}", "(".repeat(5000), ")".repeat(5000));
    assert_eq!(codes(&deep), ["E0106"]);
    let long = format!("集合 a = b{}", " + b".repeat(100_000));
    assert_eq!(codes(&long), ["E0106"]);
    let nested = format!("集合 a = {}1", "若 b 则 ".repeat(5000));
    assert_eq!(codes(&nested), ["E0106"]);
    for sign in ["非 ", "- ", "比例 "] {
        let found = codes(&format!("集合 a = {}b", sign.repeat(5000)));
        assert!(found.contains(&"E0106"), "{sign}");
    }
    let many = parse(&"x\n".repeat(1000)).1;
    assert_eq!(many.len(), super::MAX_FINDINGS + 1);
    let huge = " ".repeat(super::MAX_BYTES + 1);
    assert_eq!(read(&sources(&huge), FileId(0)).1.len(), 1);
}

/// Reads, prints and draws; whatever happens, nothing panics.
fn survive(text: &str) {
    let sources = sources(text);
    let (document, found) = read(&sources, FileId(0));
    let _ = format(&document, &sources);
    for finding in &found {
        let _ = crate::render::render(finding, &sources);
    }
}

#[test]
fn every_prefix_is_survived() {
    for (at, _) in SAMPLE.char_indices().step_by(29) {
        survive(&SAMPLE[..at]);
    }
}

#[test]
fn the_paper_cut_off_anywhere_is_survived() {
    for text in PLANS {
        let ends = text.char_indices().map(|(index, _)| index).step_by(97);
        ends.for_each(|end| survive(&text[..end]));
    }
}

#[test]
fn noise_is_survived() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as usize
    };
    let odd = "\u{0}\t“”「」🔒\u{fe0f}．；（";
    let letters: Vec<char> = SAMPLE.chars().chain(odd.chars()).collect();
    let words: Vec<&str> = SAMPLE.split(' ').collect();
    for _ in 0..300 {
        let noise = (0..60).filter_map(|_| letters.get(next() % letters.len()));
        survive(&fence(&noise.collect::<String>()));
        let salad = (0..40).filter_map(|_| words.get(next() % words.len()).copied());
        survive(&fence(&salad.collect::<Vec<_>>().join(" ")));
        let bytes: Vec<u8> = (0..60).map(|_| next() as u8).collect();
        survive(&fence(&String::from_utf8_lossy(&bytes)));
    }
}
