//! Formatting changes no meaning: parse(fmt(x)) = parse(x), for every plan of the folder.
//!
//! The formatted text must compile without a message, be its own format, and give the same
//! verdicts over random worlds; the compiled plans themselves differ in their places only.
//! Read next: `crates/plan/src/format.rs`.

use plan::source::{FileId, Sources};
use suite::world::random;

use crate::bench::{PLANS, asked, compiled, day, differing, later, lines, texts};

fn formatted(sources: &Sources) -> Sources {
    let mut result = sources.clone();
    for (index, file) in result.files.iter_mut().enumerate() {
        let (document, _) = plan::reader::read(sources, FileId(index as u16));
        file.text = plan::format::format(&document, sources);
    }
    result
}

/// The plan as a debug text without the places in it.
fn without_places(plan: &plan::plan::Plan) -> String {
    let text = format!("{plan:?}");
    let mut rest = text.as_str();
    let mut kept = String::new();
    while let Some(start) = rest.find("Place {") {
        kept += &rest[..start];
        let end = rest[start..].find('}').map_or(rest.len(), |end| start + end + 1);
        rest = &rest[end..];
    }
    kept + rest
}

#[test]
fn a_formatted_plan_means_what_it_meant() {
    for (name, years) in PLANS {
        let sources = texts(name);
        let tidy = formatted(&sources);
        assert!(formatted(&tidy) == tidy, "{name} is not its own format");
        let (before, after) = (compiled(&sources), compiled(&tidy));
        assert!(without_places(&before.plan) == without_places(&after.plan), "{name}");
        let world = later(&random(7), years).world(&before.schema).unwrap();
        let asked = asked(day("2012-10-01").add_months(12 * years), None);
        let before = lines(&before.plan, &world, &asked);
        let after = lines(&after.plan, &world, &asked);
        assert!(before == after, "{name}: {:#?}", differing(&before, &after));
    }
}
