//! The paper's figures and deadlines over the base folder, as the specification lists them.
//!
//! Expected here are numbers and clauses, not wording: 103 organisations, 80 inspections, which
//! other reading breaks which figure, who is due on a holiday.

use std::collections::BTreeSet;
use std::sync::Arc;

use duty::totals::{Basis, Cause, TotalResult};
use facts::World;
use plan::diagnostic::Diagnostic;
use plan::plan::Plan;
use plan::source::{Source, Sources};
use suite::root;

struct Paper {
    plan: Plan,
    world: World,
}

/// The paper over its base folder; `more` is added to it.
fn paper(more: &str) -> Paper {
    let mut sources = server::texts::load(&root().join("plans/binzhou-2012-15.md")).unwrap();
    sources.files[0].text.push_str(more);
    over_base(&sources)
}

fn over_base(sources: &Sources) -> Paper {
    let (plan, found) = plan::compile::compile(sources);
    assert!(found.is_empty(), "{found:?}");
    let schema = Arc::new(plan.schema.clone());
    let folder = root().join("plans/base/binzhou");
    let read = document::folder::read(&folder, schema, &Default::default()).unwrap();
    assert!(read.errors.is_empty(), "{:?}", read.errors);
    Paper { plan, world: read.world }
}

fn shown(total: &TotalResult) -> String {
    let figure = |figure: &duty::totals::FigureResult| {
        let counted = figure.counted.map_or("?".into(), |number| number.to_string());
        let makeup = figure.makeup.to_string();
        if makeup.is_empty() { counted } else { format!("{counted} = {makeup}") }
    };
    let figures: Vec<String> = total.figures.iter().map(figure).collect();
    format!("{} {}", total.title, figures.join(", "))
}

#[test]
fn every_figure_of_the_paper_comes_out() {
    let paper = paper("");
    let totals = duty::totals(&paper.plan, &paper.world, &Basis::default()).unwrap();
    assert!(totals.iter().all(|total| total.agrees == Some(true)));
    let texts: Vec<String> = totals.iter().map(shown).collect();
    let expected = [
        "组织 103 = 1 + 7 + 3 + 92",
        "联系点 206 = 103 × 2",
        "督查单 80 = 10 × 8",
        "双月报 40 = 10 × 4",
        "方案报送 10",
        "动员会 103",
        "班子每人天数 42",
        "机关每人趟数 16 = 8 × 2",
        "每人入户 10",
        "每人结对 2",
        "贫困母亲 100, 100 = 10 × 10",
    ];
    assert_eq!(texts, expected);
}

#[test]
fn the_readings_that_break_a_figure_are_five() {
    let paper = paper("");
    let broken = duty::broken_totals(&paper.plan, &paper.world).unwrap();
    let name = |cause: Cause| {
        let Cause::Option { clause, axis, option } = cause else { return "修订".to_owned() };
        let axis = &paper.plan.clauses[clause].axes[axis];
        format!("{}/{}", axis.label, axis.options[option].label)
    };
    let texts: Vec<String> = broken
        .iter()
        .flat_map(|b| b.totals.iter().map(|t| format!("{} {}", name(b.cause), shown(t))))
        .collect();
    let expected = [
        "两个月/自然日 班子每人天数 60",
        "两个月/按九月 班子每人天数 32",
        "四月/计入 机关每人趟数 18 = 9 × 2",
        "轮次/一轮 督查单 8",
        "起算/四月 双月报 50 = 10 × 5",
    ];
    assert_eq!(texts, expected);
}

#[test]
fn an_amendment_changes_the_figures_of_what_had_not_begun() {
    let paper = paper(
        "\n```plan\n修订 2012-07-16 据 \"（示例）滨妇发〔2012〕31号\"
  改 C035 须 >= 3 适用 未开始\n  改 C037 须 >= 12 适用 未到期\n```\n",
    );
    let broken = duty::broken_totals(&paper.plan, &paper.world).unwrap();
    let amended = broken.iter().filter(|b| matches!(b.cause, Cause::Amendment(_)));
    let texts: Vec<String> = amended.flat_map(|b| b.totals.iter().map(shown)).collect();
    assert_eq!(texts, ["机关每人趟数 21 = 3 × 2 + 5 × 3", "每人入户 12"]);
}

/// Clauses that findings of a code mark, each finding's apart.
fn clauses(paper: &Paper, found: &[Diagnostic], code: &str) -> Vec<BTreeSet<String>> {
    let of_code = found.iter().filter(|found| found.code == code);
    let marked = of_code.map(|found| {
        let labels = found.primary.iter().chain(&found.secondary);
        let clause = |label: &plan::diagnostic::Label| {
            let inside = |clause: &&plan::plan::Clause| {
                let (outer, inner) = (clause.place, label.place);
                outer.file == inner.file && outer.start <= inner.start && inner.end <= outer.end
            };
            paper.plan.clauses.iter().find(inside).map(|clause| clause.id.clone())
        };
        labels.filter_map(clause).collect()
    });
    marked.collect()
}

fn set(ids: &str) -> BTreeSet<String> {
    ids.split(' ').map(str::to_owned).collect()
}

#[test]
fn deadlines_of_the_paper_are_those_the_specification_names() {
    let paper = paper("");
    let found = duty::check::deadlines(&paper.plan, &paper.world).0;
    // C130 only where “4月下旬前” is read 宽.
    let off = [set("C089 C091 C092 C101 C102 C130"), set("C024 C036 C053 C060 C061 C095")];
    assert_eq!(clauses(&paper, &found, "W0721"), off);
    let of_code = |code: &'static str| found.iter().filter(move |found| found.code == code);
    let read = of_code("W0721").flat_map(|found| &found.secondary);
    let read: Vec<&str> = read.map(|label| label.text.as_str()).filter(|t| !t.is_empty()).collect();
    assert!(read.contains(&"C130 换成“下旬前/宽”"), "{read:?}");
    let help: Vec<&String> =
        found.iter().filter(|f| f.code == "W0721").flat_map(|f| &f.help).collect();
    assert!(help[0].contains("2012-04-28") && help[1].contains("2012-09-29"), "{help:?}");
    assert_eq!(clauses(&paper, &found, "W0340"), [set("C082 C110q")]);
    assert_eq!(clauses(&paper, &found, "W0723"), [set("C091 C130")]);
    let after = clauses(&paper, &found, "W0722");
    assert_eq!(after[0], set("C131"));
    assert!(after[1].contains("C111"));
    let texts: Vec<&str> = found
        .iter()
        .flat_map(|f| f.primary.iter().chain(&f.secondary))
        .map(|label| label.text.as_str())
        .collect();
    assert!(texts.contains(&"C131 最后到 2013-01-08"), "{texts:?}");
    assert!(texts.contains(&"2012-12-01 以后开始的"), "{texts:?}");
    assert!(clauses(&paper, &found, "E0510").is_empty());
    // The base folder names nobody; who is a leader or in an office is known all the same.
    let people = of_code("W0724").find(|found| found.message.contains("班子"));
    let people = people.map(|found| (&found.message, &found.primary.as_ref().unwrap().text));
    let (message, ids) = people.unwrap();
    assert_eq!(message, "2012-12-31 起 3 个工作日内，“班子”“机关”每人有 5 条到期");
    assert_eq!(ids, "C034 C035 C037 C050 C051 C112p");
}

#[test]
fn the_base_folder_leaves_nobody_out_and_the_103_alone_leave_out_the_villages() {
    let whole = paper("");
    let found = duty::check::subjects(&whole.plan, &whole.world);
    assert!(clauses(&whole, &found, "W0731").is_empty(), "{found:?}");
    let mut world = whole.world.clone();
    let org = whole.plan.schema.form_named("org").unwrap();
    for record in &mut world.tables[org.0 as usize].records {
        let level = whole.plan.schema.form(org).field_named("level").unwrap();
        let village = whole.plan.schema.code_lists[0].code_named("village").unwrap();
        record.versions.retain(|v| *v.value(level) != facts::Value::Code(village));
    }
    let found = duty::check::subjects(&whole.plan, &world);
    assert_eq!(clauses(&whole, &found, "W0731"), [set("C022 C052 C053 C060w")]);
}

#[test]
fn the_other_plans_have_no_errors_of_deadline() {
    for name in ["nb-2021", "nm-2022", "pj-2014", "pt-12621", "sh-2013", "sx-2023"] {
        let path = root().join(format!("plans/{name}.md"));
        let sources = server::texts::load(&path).unwrap();
        let Source { name, .. } = &sources.files[0];
        let plan = plan::compile::compile(&sources).0;
        let schema = Arc::new(plan.schema.clone());
        let empty = facts::WorldBuilder::new(schema, facts::Calendar::builtin()).finish().0;
        let found = duty::check::deadlines(&plan, &empty).0;
        assert!(found.iter().all(|found| found.code.starts_with('W')), "{name}: {found:?}");
    }
}

#[test]
fn another_reading_is_told_with_what_hangs_on_it() {
    let sources = server::texts::load(&root().join("plans/binzhou-2012-15.md")).unwrap();
    let (plan, _) = plan::compile::compile(&sources);
    let schema = std::sync::Arc::new(plan.schema.clone());
    let facts = root().join("plans/rehearsal/tiny");
    let world = document::folder::read(&facts, schema, &Default::default()).unwrap().world;
    let day = facts::Day::parse("2012-10-31").unwrap();
    let changes = duty::check::readings(&plan, &world, day).unwrap();
    let found = |clause: &str, option: &str| {
        let change = changes.iter().find(|change| {
            let of = &plan.clauses[change.clause];
            of.id == clause && of.axes[change.axis].options[change.option].label == option
        });
        change.map(|change| (change.appear > 0, change.vanish > 0, change.differ > 0)).unwrap()
    };
    assert_eq!(found("C035", "计入"), (true, false, false), "April is one more month");
    assert_eq!(found("C131", "四月"), (true, true, false), "other periods altogether");
    assert_eq!(found("C034", "按九月"), (false, false, true), "the same, held against less");
}
