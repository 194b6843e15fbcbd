//! From the text of a fence to logical lines of tokens.
//!
//! Outside strings full-width forms and blanks become ASCII here, so that an author's input method
//! never matters (plan-language §2). Continuation is decided here, since it depends on tokens only:
//! inside parentheses, after `,`, after 且 或 若 则 否则 当 满足. Comments and blank lines are kept
//! beside the lines for `format`. No keyword but those is known here, no name is looked up.
//! Read next: `lexer/scan.rs` (single tokens), then `reader.rs`.

mod scan;

pub(crate) use scan::every;

use facts::{Day, Month, Number, Span};

use crate::diagnostic::{Diagnostic, Findings};
use crate::keywords;
use crate::source::{FileId, Place};
use crate::tree::Unit;

/// Most tokens of one logical line; only tables are long, and they are far below.
pub const MAX_TOKENS: usize = 20_000;

/// What a token is.
#[derive(Clone, Debug, PartialEq)]
pub enum TokenKind {
    /// A word: a keyword or a name, as the place decides.
    Word,
    /// A lower-case word with hyphens.
    PlanId,
    /// A number without unit.
    Number(Number),
    /// A number with unit.
    Quantity(Number, Unit),
    /// 每月, 每2月.
    Every(u32, Unit),
    /// 2012-05-31.
    Day(Day),
    /// 2012-05.
    Month(Month),
    /// 2012-05-01..2012-06-30.
    Span(Span),
    /// "text", without its quotes.
    Text(String),
    /// ◐ 🔒 ⏱, as their words 半密 密 时间轴.
    Mark(&'static str),
    /// Punctuation and comparison signs.
    Symbol(&'static str),
    /// Something already reported.
    Bad,
}

/// A token with its folded text.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Folded and NFC.
    pub text: String,
    /// Where.
    pub place: Place,
}

impl Token {
    /// Whether it is this punctuation.
    pub fn is(&self, symbol: &str) -> bool {
        matches!(self.kind, TokenKind::Symbol(s) if s == symbol)
    }

    /// Its text when it is a word.
    pub fn word(&self) -> Option<&str> {
        matches!(self.kind, TokenKind::Word).then_some(self.text.as_str())
    }
}

/// A line with those that continue it.
#[derive(Clone, Debug)]
pub struct Line {
    /// Whether it starts with a blank.
    pub indented: bool,
    /// Its tokens, at least one and at most [`MAX_TOKENS`].
    pub tokens: Vec<Token>,
    /// One past its last byte, for "the line ends here".
    pub end: u32,
    /// Whether there were more tokens: it is reported, and not to be read.
    pub too_long: bool,
}

/// What the tree does not hold but `format` keeps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TriviaKind<'a> {
    /// A line with nothing on it.
    Blank,
    /// A comment with a line of its own.
    OwnLine(&'a str),
    /// A comment behind tokens.
    Trailing(&'a str),
}

/// A comment or blank line with its first byte.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trivia<'a> {
    /// Where it starts.
    pub start: u32,
    /// What it is.
    pub kind: TriviaKind<'a>,
}

/// Whether tokens that stand where an item may open do open one: a keyword and a name, a clause id
/// or a string behind it, but not a form's field of that name (`方案 plan : 文本`).
pub fn opens_item(tokens: &[Token]) -> bool {
    let keyword =
        tokens.first().and_then(Token::word).and_then(|w| keywords::find(keywords::ITEMS, w));
    let colon = |at: usize| tokens.get(at).is_some_and(|t| t.is(":"));
    let next = tokens.get(1).map(|t| &t.kind);
    let follows = matches!(
        next,
        Some(TokenKind::Word | TokenKind::PlanId | TokenKind::Text(_) | TokenKind::Day(_))
    );
    keyword.is_some() && follows && !colon(1) && !colon(2)
}

/// The logical lines of a fence, one at a time: no more than one is held in memory.
pub(crate) struct Lines<'a> {
    file: FileId,
    text: &'a str,
    at: usize,
    end: usize,
    open: Continuation,
    begun: Option<Line>,
}

impl<'a> Lines<'a> {
    /// Lines of the bytes `start..end` of a text.
    pub(crate) fn new(file: FileId, text: &'a str, start: usize, end: usize) -> Lines<'a> {
        Lines { file, text, at: start, end, open: Continuation::default(), begun: None }
    }

    /// The next logical line.
    pub(crate) fn next(&mut self, found: &mut Findings) -> Option<Line> {
        while let Some((at, line)) = self.physical() {
            let mut scanner = scan::Scanner::new(self.file, self.text, at, at + line.len(), found);
            let (tokens, _) = scanner.line();
            if tokens.is_empty() {
                continue;
            }
            let indented = line.chars().next().is_some_and(scan::is_blank);
            let end = (at + line.len()) as u32;
            let whole = self.open.place(&mut self.begun, indented, tokens, end);
            self.bound(found);
            if whole.is_some() {
                return whole;
            }
        }
        self.begun.take()
    }

    /// The next physical line with its first byte.
    fn physical(&mut self) -> Option<(usize, &'a str)> {
        let rest = self.text.get(self.at..self.end).filter(|rest| !rest.is_empty())?;
        let length = rest.find('\n').map_or(rest.len(), |at| at + 1);
        let raw = rest.get(..length)?;
        let at = self.at;
        self.at += length;
        Some((at, raw.trim_end_matches(['\n', '\r'])))
    }

    /// E0106 where the begun line has grown too long.
    fn bound(&mut self, found: &mut Findings) {
        let Some(line) = self.begun.as_mut().filter(|line| line.tokens.len() > MAX_TOKENS) else {
            return;
        };
        line.tokens.truncate(MAX_TOKENS);
        let first = line.tokens.first().map(|token| token.place);
        if let (false, Some(place)) = (line.too_long, first) {
            let message = format!("这一行连同续行多于 {MAX_TOKENS} 个词，没有读");
            let help = "把表或清单分成几个 参数、集合 或 代码";
            found.push(Diagnostic::new("E0106", place, message).help(help));
        }
        line.too_long = true;
    }
}

/// Comments and blank lines of the bytes `start..end` of a text; of several blank lines the first.
pub(crate) fn trivia(file: FileId, text: &str, start: usize, end: usize) -> Vec<Trivia<'_>> {
    let mut lines = Lines::new(file, text, start, end);
    let mut all = Vec::new();
    let mut blank = false;
    while let Some((at, line)) = lines.physical() {
        let unheard = &mut Findings::default();
        let (tokens, comment) = scan::Scanner::new(file, text, at, at + line.len(), unheard).line();
        let found = trivia_of(at, line, tokens.is_empty(), comment);
        let again = found.is_some_and(|t| t.kind == TriviaKind::Blank);
        all.extend(found.filter(|_| !(again && blank)));
        blank = again;
    }
    all
}

fn trivia_of(at: usize, line: &str, alone: bool, comment: Option<usize>) -> Option<Trivia<'_>> {
    let text = comment.and_then(|from| line.get(from - at..)).map(str::trim_end);
    let kind = match (text, alone) {
        (Some(text), true) => TriviaKind::OwnLine(text),
        (Some(text), false) => TriviaKind::Trailing(text),
        (None, true) => TriviaKind::Blank,
        (None, false) => return None,
    };
    Some(Trivia { start: comment.unwrap_or(at) as u32, kind })
}

/// Whether the next physical line belongs to the last one.
#[derive(Default)]
struct Continuation {
    parentheses: u32,
    asks_for_more: bool,
}

impl Continuation {
    /// Puts tokens behind the begun line, or begins another and gives back the one before.
    fn place(
        &mut self,
        begun: &mut Option<Line>,
        indented: bool,
        tokens: Vec<Token>,
        end: u32,
    ) -> Option<Line> {
        let going_on = self.parentheses > 0 || self.asks_for_more;
        // An item at column 0 ends whatever was left open, so one slip cannot swallow the rest.
        let fresh = !going_on || (!indented && opens_item(&tokens));
        if fresh {
            self.parentheses = 0;
        }
        for token in &tokens {
            self.count(token);
        }
        match begun {
            Some(last) if !fresh => {
                last.tokens.extend(tokens);
                last.end = end;
                None
            }
            _ => begun.replace(Line { indented, tokens, end, too_long: false }),
        }
    }

    fn count(&mut self, token: &Token) {
        if token.is("(") {
            self.parentheses += 1;
        } else if token.is(")") {
            self.parentheses = self.parentheses.saturating_sub(1);
        } else if token.is(";") {
            // No construct holds `;` inside parentheses: one was forgotten before it.
            self.parentheses = 0;
        }
        let word = token.word().and_then(|w| keywords::find(keywords::RESERVED, w));
        self.asks_for_more =
            token.is(",") || word.is_some_and(|w| keywords::OPEN_ENDED.contains(&w));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lex(text: &str) -> (Vec<Line>, Vec<Diagnostic>) {
        let (mut found, mut all) = (Findings::default(), Vec::new());
        let mut lines = Lines::new(FileId(0), text, 0, text.len());
        while let Some(line) = lines.next(&mut found) {
            all.push(line);
        }
        (all, found.take().0)
    }

    fn tokens(text: &str) -> (Vec<Vec<String>>, Vec<&'static str>) {
        let (lines, found) = lex(text);
        let words = |line: &Line| line.tokens.iter().map(|t| t.text.clone()).collect();
        (lines.iter().map(words).collect(), found.iter().map(|d| d.code).collect())
    }

    #[test]
    fn full_width_is_folded_outside_strings() {
        let (lines, found) = tokens("须　＞＝　２、“a”（甲；乙） ≥ 3");
        assert_eq!(
            lines.concat(),
            ["须", ">=", "2", ",", "a", "(", "甲", ";", "乙", ")", ">=", "3"]
        );
        assert_eq!(found, ["E0104"]);
        let (lines, found) = tokens("引 \"要（一）“二”\" 「三\"四」");
        assert_eq!(lines.concat(), ["引", "要（一）“二”", "三\"四"]);
        assert!(found.is_empty());
    }

    #[test]
    fn numbers_units_days_and_periods() {
        let text = "42天 0.5 10工作日 100% 2012-05 2012-05-31 2012-05-01..2012-06-30 每2月 每段 3次 年2012 a-1";
        let (lines, found) = lex(text);
        let kinds: Vec<_> = lines.iter().flat_map(|l| &l.tokens).map(|t| &t.kind).collect();
        use TokenKind::{Bad, Every, PlanId, Quantity, Word};
        assert!(matches!(kinds.first(), Some(Quantity(_, Unit::Days))));
        assert!(matches!(kinds.get(2), Some(Quantity(_, Unit::Workday))));
        assert!(matches!(kinds.get(6), Some(TokenKind::Span(_))));
        assert!(matches!(kinds.get(7), Some(Every(2, Unit::Month))));
        assert_eq!(kinds.get(8), Some(&&Word));
        assert_eq!(kinds.get(9), Some(&&Bad));
        assert_eq!(kinds.get(10), Some(&&Word));
        assert_eq!(kinds.get(11), Some(&&PlanId));
        assert_eq!(found.len(), 1);
        assert_eq!(found.first().map(|d| d.code), Some("E0101"));
    }

    #[test]
    fn lines_continue_only_where_they_say_so() {
        assert_eq!(tokens("a (b\n c)\n d").0.len(), 2);
        assert_eq!(tokens("a ,\nb 且\n  c").0.len(), 1);
        assert_eq!(tokens("a (b\n义务 C1 \"x\"").0.len(), 2);
        assert_eq!(tokens("a # 且\nb").0.len(), 2);
    }

    #[test]
    fn tabs_and_stray_signs_are_named() {
        assert_eq!(tokens("a\tb").1, ["E0101"]);
        assert_eq!(tokens("a 。b").1, ["E0101"]);
        assert_eq!(tokens("a \"b").1, ["E0101"]);
    }

    #[test]
    fn a_line_without_end_is_reported_once_and_marked() {
        for text in ["(".repeat(3 * MAX_TOKENS), "(\n".repeat(3 * MAX_TOKENS)] {
            let (lines, found) = lex(&text);
            assert_eq!(found.iter().map(|d| d.code).collect::<Vec<_>>(), ["E0106"]);
            assert!(lines.iter().all(|line| line.too_long && line.tokens.len() <= MAX_TOKENS));
        }
    }
}
