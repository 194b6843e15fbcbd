//! What the reader must survive, and what it must read.
//!
//! The plans of the project are read without a finding; a text cut off anywhere, or made of
//! noise, gives findings and never a panic. Wording is not looked at.
#![expect(clippy::unwrap_used, reason = "a test may fail on the spot")]

use super::read;
use crate::source::{FileId, Source, Sources};

fn sources(text: &str) -> Sources {
    let files = vec![Source { name: "plan.md".into(), text: text.into() }];
    Sources { files, papers: Vec::new() }
}

fn project(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../plans/");
    std::fs::read_to_string(format!("{folder}{name}")).unwrap()
}

#[test]
fn the_base_forms_are_read_without_a_finding() {
    let (document, found) = read(&sources(&project("vocabulary.md")), FileId(0));
    assert_eq!(found, Vec::new());
    assert!(document.items.len() > 90);
}

#[test]
fn a_plan_cut_off_anywhere_is_read_without_a_panic() {
    let text = project("binzhou-2012-15.md");
    let ends = text.char_indices().map(|(index, _)| index).step_by(97);
    for end in ends {
        read(&sources(text.get(..end).unwrap()), FileId(0));
    }
}

#[test]
fn noise_is_read_without_a_panic() {
    let letters: Vec<char> =
        "义务期计须当经且或非 ;:,()=<>\"「」*-#0129.\n一A每本此".chars().collect();
    let mut state = 0x9e37_79b9_u32;
    for _ in 0..300 {
        let mut text = String::from("```plan\n");
        for _ in 0..120 {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            text.push(*letters.get(state as usize % letters.len()).unwrap());
        }
        text.push_str("\n```\n");
        read(&sources(&text), FileId(0));
    }
}
