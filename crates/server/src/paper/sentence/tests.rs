//! All clauses of all papers in sentences, held against the listing beside this file.
//!
//! Run with `SENTENCES=write` to write the listing anew, then read the difference.

use std::path::Path;

use super::sentences;

const PAPERS: [&str; 1] = ["binzhou-2012-15"];

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../plans"))
}

fn listing(name: &str) -> String {
    let sources = crate::texts::load(&folder().join(format!("{name}.md"))).unwrap();
    let (plan, _) = plan::compile::compile(&sources);
    let mut text = String::new();
    for clause in &plan.clauses {
        let Some(rule) = &clause.rule else { continue };
        text.push_str(&format!("{} {}\n", clause.id, clause.title));
        for sentence in sentences(&plan, &sources, clause, rule) {
            text.push_str(&format!("  {sentence}\n"));
        }
    }
    text
}

#[test]
fn every_clause_of_the_paper_is_said_as_listed() {
    for name in PAPERS {
        let path =
            Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("src/paper/sentence/{name}.txt"));
        let said = listing(name);
        if std::env::var_os("SENTENCES").is_some() {
            std::fs::write(&path, &said).unwrap();
        }
        let listed = std::fs::read_to_string(&path).unwrap_or_default();
        for (number, (said, listed)) in said.lines().zip(listed.lines()).enumerate() {
            assert_eq!(said, listed, "line {} of {}", number + 1, path.display());
        }
        assert_eq!(said.lines().count(), listed.lines().count());
    }
}

#[test]
fn other_papers_are_said_without_plan_words() {
    for name in ["nb-2021", "nm-2022", "pj-2014", "pt-12621", "sh-2013", "sx-2023"] {
        let said = listing(name);
        for word in ["当 ", "且 ", "经 ", "去重", ">=", "现行"] {
            assert!(!said.contains(word), "{name}: {word}\n{said}");
        }
    }
}
