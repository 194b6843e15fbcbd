//! The table of figures that `check` prints before the findings.
//!
//! Columns are those of a terminal, where a character of Chinese takes two; numbers stand to the
//! right. A figure that is right says what it is made of, one that is wrong says so.
//! It counts nothing: that is `duty::totals`.

use duty::totals::{FigureResult, TotalResult};
use facts::Value;
use plan::expr::CompareOp;
use plan::render::width;
use plan::source::Sources;

use crate::paper::stated_words;

const HEAD: [&str; 4] = ["核算", "方案写", "算出", ""];
/// Blanks between two columns.
const GAP: usize = 3;

/// One line per figure; the title stands at a total's first.
pub fn table(sources: &Sources, totals: &[TotalResult]) -> String {
    let mut rows = vec![HEAD.map(str::to_owned)];
    for total in totals {
        let mut title = total.title.as_str();
        for figure in &total.figures {
            rows.push(row(sources, title, figure));
            title = "";
        }
    }
    let widest = |column: usize| rows.iter().map(|row| width(&row[column])).max().unwrap_or(0);
    let widths = [widest(0), widest(1), widest(2)];
    rows.iter().map(|row| line(row, widths)).collect()
}

fn row(sources: &Sources, title: &str, figure: &FigureResult) -> [String; 4] {
    let stated = stated_words(sources, figure).unwrap_or_else(|| "—".into());
    let stated = format!("{}{stated}", comparison(figure.op));
    let counted = figure.counted.map_or_else(|| "—".into(), |number| number.to_string());
    let makeup = figure.makeup.to_string();
    let mut remark = if makeup.is_empty() { String::new() } else { format!("= {makeup}") };
    match holds(figure) {
        Some(true) => {}
        Some(false) => remark = format!("{remark}   不对").trim_start().to_owned(),
        None => remark = "算不出".into(),
    }
    [title.to_owned(), stated, counted, remark]
}

/// What stands before a stated figure that is not meant exactly.
fn comparison(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Equal => "",
        CompareOp::NotEqual => "不是 ",
        CompareOp::Less => "少于 ",
        CompareOp::LessOrEqual => "至多 ",
        CompareOp::Greater => "多于 ",
        CompareOp::GreaterOrEqual => "至少 ",
    }
}

fn holds(figure: &FigureResult) -> Option<bool> {
    let (counted, stated) = figure.counted.zip(figure.stated)?;
    Some(duty::compare(figure.op, &Value::Number(counted), &Value::Number(stated)))
}

fn line(row: &[String; 4], widths: [usize; 3]) -> String {
    let [title, stated, counted, remark] = row;
    let pad = |text: &str, column: usize| " ".repeat(widths[column].saturating_sub(width(text)));
    let gap = " ".repeat(GAP);
    let text = format!(
        "{title}{}{gap}{}{stated}{gap}{}{counted}{gap}{remark}",
        pad(title, 0),
        pad(stated, 1),
        pad(counted, 2)
    );
    format!("{}\n", text.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_each_other_although_chinese_is_wide() {
        let rows = [["数", "方案写", "算出", ""], ["A total", "42天", "7", "= 3 + 4"]];
        let rows = rows.map(|row| row.map(str::to_owned));
        let lines: Vec<String> = rows.iter().map(|row| line(row, [7, 6, 4])).collect();
        assert_eq!(lines[0], "数        方案写   算出\n");
        assert_eq!(lines[1], "A total     42天      7   = 3 + 4\n");
    }
}
