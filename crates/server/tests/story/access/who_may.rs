//! Reads `who_may.md` and says what a cell must answer: an oracle that knows no policy.
//!
//! It was written from what people in the field are told, not from the server's rules, and shares
//! nothing with them.
//! Read next: `matrix.rs`.

use super::house::{Place, State};

const TABLE: &str = include_str!("who_may.md");

/// A row of the table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    pub route: String,
    pub who: String,
    places: String,
    fresh: bool,
    answer: String,
}

/// What is expected of a cell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Expected {
    pub status: u16,
    /// The word of a refusal; none when she is let in.
    pub word: Option<&'static str>,
}

/// All rows.
pub fn rows() -> Vec<Row> {
    let lines = TABLE.lines().filter(|line| line.starts_with("| ") && line.contains("/api/"));
    lines.map(row).collect()
}

fn row(line: &str) -> Row {
    let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
    let [route, who, places, fresh, answer] = <[&str; 5]>::try_from(cells).unwrap();
    Row {
        route: route.to_owned(),
        who: who.to_owned(),
        places: places.to_owned(),
        fresh: fresh == "yes",
        answer: answer.to_owned(),
    }
}

/// What a route must answer somebody; nobody has no role and no state.
pub fn expected(rows: &[&Row], asker: Option<(&str, State)>, place: Place) -> Expected {
    let first = rows[0];
    match first.who.as_str() {
        "anybody" => Expected { status: 200, word: None },
        "on the way in" => on_the_way(first, asker),
        _ => signed_in(rows, asker, place),
    }
}

fn on_the_way(row: &Row, asker: Option<(&str, State)>) -> Expected {
    let state = asker.map(|(_, state)| state.word());
    if state.is_some_and(|state| row.answer.split(' ').any(|named| named == state)) {
        return Expected { status: 200, word: None };
    }
    if row.route.ends_with("sign_in") {
        return Expected { status: 401, word: Some("not-signed-in") };
    }
    Expected { status: 403, word: Some("slip-not-good") }
}

fn signed_in(rows: &[&Row], asker: Option<(&str, State)>, place: Place) -> Expected {
    let refused = |status, word| Expected { status, word: Some(word) };
    let nobody = refused(401, "session-ended");
    let Some((role, state)) = asker else { return nobody };
    if matches!(state, State::Invited | State::Disabled | State::Ended) {
        return nobody;
    }
    let hers = |row: &&&Row| row.who == "herself" || row.who == role && state != State::Expired;
    let Some(row) = rows.iter().find(hers) else { return refused(403, "not-yours") };
    let reached = row.places == "all" || row.places.split(' ').any(|named| named == place.word());
    if !reached {
        return refused(404, "not-there");
    }
    if row.fresh && state == State::Stale {
        return refused(403, "confirm-first");
    }
    Expected { status: row.answer.parse().unwrap(), word: None }
}
