//! The nearest of some names, for messages that propose one.
//!
//! Plain edit distance over characters: a misspelt column, or one typed in the wrong case.
//! It does not know pinyin: names of fact folders are ASCII.
//! Read next: `world/columns.rs`, which asks it.

/// Names longer than this are not compared; the distance is quadratic in their length.
const LENGTH_MAX: usize = 64;

/// The candidate nearest to `name`, if any is near enough to be a slip.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name: Vec<char> = name.to_lowercase().chars().collect();
    if name.len() > LENGTH_MAX {
        return None;
    }
    let distances = candidates.into_iter().map(|candidate| {
        let other: Vec<char> = candidate.to_lowercase().chars().take(LENGTH_MAX).collect();
        // Half of the longer word may differ; beyond that a proposal would be noise.
        let allowed = (name.len().max(other.len()) / 2).max(1);
        (distance(&name, &other), allowed, candidate)
    });
    let near = distances.filter(|(distance, allowed, _)| distance <= allowed);
    near.min_by_key(|(distance, _, _)| *distance).map(|(_, _, candidate)| candidate)
}

/// Insertions, deletions and replacements that turn one word into the other.
fn distance(left: &[char], right: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in right.iter().enumerate() {
            let replaced = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_finds_its_name_and_a_stranger_none() {
        let names = ["visitors", "village", "date", "kind"];
        assert_eq!(nearest("vistors", names), Some("visitors"));
        assert_eq!(nearest("Date", names), Some("date"));
        assert_eq!(nearest("visitor", names), Some("visitors"));
        assert_eq!(nearest("temperature", names), None);
    }
}
