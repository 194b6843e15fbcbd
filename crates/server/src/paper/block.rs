//! What each paragraph of a paper is, told by the shape common to official papers: number, title,
//! addressees ending in a colon, headings 一、 二、, and the signature of the issuer at the end.
//! No word of a particular paper is known here.

use plan::plan::Plan;

use super::BlockKind;

/// A heading is short: a sentence that begins like one is running text.
const HEADING_CHARS_MAX: usize = 24;

/// The kind of each line.
pub fn kinds(plan: &Plan, lines: &[&str]) -> Vec<BlockKind> {
    let number = lines.iter().position(|line| !plan.number.is_empty() && is_number(plan, line));
    let addressee = addressee(lines, number);
    let signature = signature(plan, lines);
    let kind = |(index, line): (usize, &&str)| match number {
        Some(number) if index < number => BlockKind::Head,
        Some(number) if index == number => BlockKind::Number,
        _ if addressee.is_some_and(|addressee| index < addressee) => BlockKind::Title,
        _ if addressee == Some(index) => BlockKind::Addressee,
        _ if signature == Some(index) => BlockKind::Signature,
        _ if is_heading(line) => BlockKind::Heading,
        _ => BlockKind::Paragraph,
    };
    lines.iter().enumerate().map(kind).collect()
}

/// The paper's number, whatever brackets it is printed with.
fn is_number(plan: &Plan, line: &str) -> bool {
    let bare = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    bare(line) == bare(&plan.number)
}

/// The line that ends the title: it closes with a colon, before any heading.
fn addressee(lines: &[&str], number: Option<usize>) -> Option<usize> {
    number?;
    let before = lines.iter().take_while(|line| !is_heading(line));
    before.enumerate().find(|(_, line)| line.ends_with(['：', ':'])).map(|(index, _)| index)
}

/// The last line, when it is the issuer.
fn signature(plan: &Plan, lines: &[&str]) -> Option<usize> {
    let (_, issuer) = plan.issuer.as_ref()?;
    let last = lines.len().checked_sub(1)?;
    (lines[last] == issuer).then_some(last)
}

fn is_heading(line: &str) -> bool {
    let digits = line.chars().take_while(|c| "一二三四五六七八九十".contains(*c)).count();
    let numbered = digits > 0 && line.chars().nth(digits) == Some('、');
    numbered && line.chars().count() <= HEADING_CHARS_MAX && !line.ends_with('。')
}
