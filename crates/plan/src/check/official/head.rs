//! Head and foot of a paper: number, title, signature, day, imprint (F-01 F-02 F-04 F-08 F-09).
//!
//! Read next: `wording.rs`.

use super::page::{Line, Page};
use super::{Finding, Spot};

/// How many of the first lines may be the title.
const TITLE_LINES_MAX: usize = 6;
/// A longer line is a paragraph, not a signature.
const SIGNATURE_CHARS_MAX: usize = 30;
/// Words a title may end with: the kinds of official papers and what is sent out beneath them.
const KINDS: [&str; 24] = [
    "决议", "决定", "命令", "公报", "公告", "通告", "意见", "通知", "通报", "报告", "请示", "批复",
    "议案", "函", "纪要", "方案", "办法", "规定", "规则", "细则", "计划", "要点", "总结", "规程",
];

/// F-01: 机关代字〔年〕号.
pub(super) fn number(page: &Page) -> Finding {
    let mut spots = Vec::new();
    for line in &page.lines {
        for at in 0..line.chars.len() {
            let Some(number) = Number::ending_at(line, at) else { continue };
            if number.is_right() {
                continue;
            }
            let place = page.place(line, number.start, at + 1);
            spots.extend(place.map(|place| Spot::mended(place, number.right())));
        }
    }
    Finding {
        code: "F-01",
        message: "发文字号的年份要放在六角括号〔〕里，序号前不加“第”和 0",
        help: "写成 机关代字〔年份〕序号号",
        spots,
    }
}

/// A document number as it was written; `start` is its opening bracket.
struct Number {
    start: usize,
    open: char,
    year: String,
    close: char,
    ordinal: bool,
    digits: String,
}

impl Number {
    /// Read backwards from 号.
    fn ending_at(line: &Line, end: usize) -> Option<Number> {
        let char_at = |at: usize| line.chars.get(at).copied();
        let run = |from: usize| {
            let before = line.chars.get(..from).unwrap_or(&[]).iter().rev();
            before.take_while(|c| c.is_ascii_digit()).count()
        };
        let text = |from: usize, to: usize| line.chars.get(from..to).map(|c| c.iter().collect());
        if char_at(end) != Some('号') {
            return None;
        }
        let first = end.checked_sub(run(end)).filter(|first| *first < end)?;
        let ordinal = first > 0 && char_at(first - 1) == Some('第');
        let close_at = first.checked_sub(1 + usize::from(ordinal))?;
        let close = char_at(close_at).filter(|c| "]】)）］〕〉".contains(*c))?;
        let year_at = close_at.checked_sub(run(close_at)).filter(|at| close_at - at == 4)?;
        let start = year_at.checked_sub(1)?;
        let open = char_at(start).filter(|c| "[【(（［〔〈".contains(*c))?;
        let word = start.checked_sub(1).and_then(char_at)?;
        let han = ('\u{4e00}'..='\u{9fa5}').contains(&word);
        let (year, digits) = (text(year_at, close_at)?, text(first, end)?);
        han.then_some(Number { start, open, year, close, ordinal, digits })
    }

    fn is_right(&self) -> bool {
        let brackets = self.open == '〔' && self.close == '〕';
        brackets && !self.ordinal && !self.digits.starts_with('0')
    }

    fn right(&self) -> String {
        format!("〔{}〕{}号", self.year, self.digits.trim_start_matches('0'))
    }
}

/// F-02: a line that is a whole day, in Arabic numerals without leading zeros.
pub(super) fn day(page: &Page) -> Finding {
    let mut spots = Vec::new();
    let dates: Vec<(&Line, String)> =
        page.lines.iter().filter_map(|line| Some((line, date(&line.text())?))).collect();
    for (line, right) in &dates {
        let place = page.whole(line).filter(|_| line.text() != *right);
        spots.extend(place.map(|place| Spot::mended(place, right.clone())));
    }
    if dates.is_empty() {
        let last = page.lines.iter().rev().find(|line| !is_imprint(line));
        let last = last.and_then(|line| page.whole(line));
        spots.extend(last.map(|place| Spot::new(place, "署名之下应有成文日期")));
    }
    Finding {
        code: "F-02",
        message: "没有成文日期，或写法不合：年、月、日写全，用阿拉伯数字，不补 0",
        help: "在署名之下另起一行写，例如 1998年4月9日",
        spots,
    }
}

/// A day as it should be written, when the line is one.
fn date(text: &str) -> Option<String> {
    let (year, rest) = text.split_once('年')?;
    let (month, rest) = rest.split_once('月')?;
    let date = rest.strip_suffix('日')?;
    let number = |part: &str| part.parse::<u32>().ok().filter(|_| part.len() <= 4);
    let (year, month, date) = (number(year)?, number(month)?, number(date)?);
    let real = facts::Day::from_ymd(i32::try_from(year).ok()?, month, date).is_some();
    real.then(|| format!("{year}年{month}月{date}日"))
}

/// F-04: a title names who, about what, and what kind of paper, without blanks.
pub(super) fn title(page: &Page, issuer: Option<&str>) -> Finding {
    let lines = title_lines(page);
    let mut spots = Vec::new();
    if let Some(first) = lines.first() {
        let whole: String = lines.iter().map(|line| line.text()).collect();
        let missing = missing_elements(&whole);
        let place = page.whole(first).filter(|_| !missing.is_empty());
        spots.extend(place.map(|place| {
            let words = format!("缺{}", missing.join("、"));
            match issuer.filter(|_| missing == ["发文机关"]) {
                Some(name) => {
                    let mended = Spot::mended(place, format!("{name}{}", first.text()));
                    Spot { words, ..mended }
                }
                None => Spot::new(place, words),
            }
        }));
    }
    for line in lines.iter().filter(|line| is_spaced(&line.raw)) {
        let place = page.whole(line);
        spots.extend(place.map(|place| Spot {
            words: "字间不留空格".into(),
            ..Spot::mended(place, line.text())
        }));
    }
    Finding {
        code: "F-04",
        message: "标题由发文机关、事由、文种组成，字间不留空格",
        help: "写成 某某关于某事的通知",
        spots,
    }
}

/// Lines between the number and the body or the addressee; a letterhead stands above the number.
fn title_lines(page: &Page) -> Vec<&Line> {
    let numbered =
        |line: &Line| (0..line.chars.len()).any(|at| Number::ending_at(line, at).is_some());
    let number = page.lines.iter().take(TITLE_LINES_MAX).position(numbered);
    let rest = page.lines.iter().skip(number.map_or(0, |at| at + 1)).take(TITLE_LINES_MAX);
    let body = |line: &&Line| {
        let text = line.text();
        !text.ends_with(['：', ':']) && !text.contains(['，', '。', '；'])
    };
    rest.take_while(body).collect()
}

fn missing_elements(title: &str) -> Vec<&'static str> {
    let mut missing = Vec::new();
    let about = title.split_once("关于");
    if about.is_none_or(|(issuer, _)| issuer.is_empty()) {
        missing.push("发文机关");
    }
    if about.is_none_or(|(_, matter)| !matter.contains('的')) {
        missing.push("事由");
    }
    if !KINDS.iter().any(|kind| title.trim_end_matches(['）', ')']).ends_with(kind)) {
        missing.push("文种");
    }
    missing
}

/// Blanks between two Chinese characters.
fn is_spaced(raw: &str) -> bool {
    raw.trim().contains(char::is_whitespace)
}

/// F-08: 版记, who else gets it and who printed it.
pub(super) fn imprint(page: &Page) -> Finding {
    let missing = !page.lines.iter().any(is_imprint);
    let last = page.lines.last().filter(|_| missing).and_then(|line| page.whole(line));
    Finding {
        code: "F-08",
        message: "没有版记（抄送机关、印发机关和印发日期）",
        help: "在文末另起：抄送：……；印发机关　某年某月某日印发",
        spots: last.map(|place| Spot::new(place, "其后应有版记")).into_iter().collect(),
    }
}

fn is_imprint(line: &Line) -> bool {
    let text = line.text();
    text.starts_with("抄送") || text.ends_with("印发")
}

/// F-09: the place of a signature is set by layout, not by blanks.
pub(super) fn signature(page: &Page) -> Finding {
    let mut spots = Vec::new();
    for line in page.lines.iter().rev().take(3) {
        let short = line.chars.len() <= SIGNATURE_CHARS_MAX && !line.text().ends_with('。');
        // Two characters begin every paragraph.
        if short && line.indent_width() > 4 {
            let place = page.whole(line);
            spots.extend(place.map(|place| {
                let fix = crate::diagnostic::Fix { place: line.indent, replacement: String::new() };
                Spot { fix: Some(fix), ..Spot::new(place, "前面是空格") }
            }));
        }
    }
    Finding {
        code: "F-09",
        message: "署名和日期的位置用空格排出来，换一台机器就会移动",
        help: "去掉空格，用右对齐和右缩进",
        spots,
    }
}
