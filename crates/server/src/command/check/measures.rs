//! Mode and width of each measure, as `check` prints them.
//!
//! One line with the sums, and with `--measures` a table. It computes nothing: that is
//! `plan::check::measures`.
//! Read next: `figures.rs`, the other table.

use plan::check::Measure;
use plan::render::width;

const HEAD: [&str; 5] = ["条款", "计", "性质", "范围", "须"];
/// Blanks between two columns.
const GAP: usize = 3;

/// `计 3 项：只增 2，可变 1；窄 2，宽 1`
pub fn line(measures: &[Measure]) -> String {
    let flows = measures.iter().filter(|measure| measure.flow).count();
    let wide = measures.iter().filter(|measure| measure.wide).count();
    let all = measures.len();
    format!(
        "计 {all} 项：只增 {flows}，可变 {}；窄 {}，宽 {wide}（--measures 逐项列出）",
        all - flows,
        all - wide
    )
}

/// One line per measure.
pub fn table(measures: &[Measure]) -> String {
    let mut rows = vec![HEAD.map(str::to_owned)];
    rows.extend(measures.iter().map(row));
    let widest = |column: usize| rows.iter().map(|row| width(&row[column])).max().unwrap_or(0);
    let widths: [usize; 5] = std::array::from_fn(widest);
    let mut out = String::new();
    for row in &rows {
        let mut text = String::new();
        for (cell, widest) in row.iter().zip(widths) {
            text.push_str(cell);
            text.push_str(&" ".repeat(widest.saturating_sub(width(cell)) + GAP));
        }
        out.push_str(text.trim_end());
        out.push('\n');
    }
    out
}

fn row(measure: &Measure) -> [String; 5] {
    let clause = match measure.reading.as_str() {
        "" => measure.clause.clone(),
        reading => format!("{} {reading}", measure.clause),
    };
    let name = if measure.name.is_empty() { "—" } else { measure.name.as_str() };
    let lasting = measure.lasting.map_or("—", mode);
    let words = [name, mode(measure.flow), if measure.wide { "宽" } else { "窄" }, lasting];
    let [name, mode, width, lasting] = words.map(str::to_owned);
    [clause, name, mode, width, lasting]
}

fn mode(flow: bool) -> &'static str {
    if flow { "只增" } else { "可变" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measure(clause: &str, flow: bool, wide: bool) -> Measure {
        let (clause, reading, name) = (clause.to_owned(), String::new(), String::new());
        Measure { clause, reading, name, flow, wide, lasting: Some(flow) }
    }

    #[test]
    fn each_measure_has_a_line_and_all_have_one_together() {
        let all = [measure("A1", true, false), measure("A10", false, true)];
        let expected = "\
条款   计   性质   范围   须
A1     —    只增   窄     只增
A10    —    可变   宽     可变
";
        assert_eq!(table(&all), expected);
        assert!(line(&all).starts_with("计 2 项：只增 1，可变 1；窄 1，宽 1"));
    }
}
