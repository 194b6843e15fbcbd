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

use crate::diagnostic::Diagnostic;
use crate::keywords;
use crate::source::{FileId, Place};
use crate::tree::Unit;

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
    /// Its tokens, at least one.
    pub tokens: Vec<Token>,
    /// One past its last byte, for "the line ends here".
    pub end: u32,
}

/// What the tree does not hold but `format` keeps.
#[derive(Clone, Debug, PartialEq)]
pub enum TriviaKind {
    /// A line with nothing on it.
    Blank,
    /// A comment with a line of its own.
    OwnLine(String),
    /// A comment behind tokens.
    Trailing(String),
}

/// A comment or blank line with its first byte.
#[derive(Clone, Debug, PartialEq)]
pub struct Trivia {
    /// Where it starts.
    pub start: u32,
    /// What it is.
    pub kind: TriviaKind,
}

/// A whole fence.
#[derive(Clone, Debug, Default)]
pub struct Lexed {
    /// Logical lines.
    pub lines: Vec<Line>,
    /// Comments and blank lines in order.
    pub trivia: Vec<Trivia>,
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

/// Reads the bytes `start..end` of a text.
pub fn lex(
    file: FileId,
    text: &str,
    start: usize,
    end: usize,
    found: &mut Vec<Diagnostic>,
) -> Lexed {
    let mut lexed = Lexed::default();
    let mut at = start;
    let mut open = Continuation::default();
    let body = text.get(start..end).unwrap_or("");
    for raw in body.split_inclusive('\n') {
        let line = raw.trim_end_matches(['\n', '\r']);
        let mut scanner = scan::Scanner::new(file, text, at, at + line.len(), found);
        let (tokens, comment) = scanner.line();
        note_trivia(&mut lexed, at, line, tokens.is_empty(), comment);
        if !tokens.is_empty() {
            let indented = line.chars().next().is_some_and(scan::is_blank);
            open.place(&mut lexed.lines, indented, tokens, (at + line.len()) as u32);
        }
        at += raw.len();
    }
    lexed
}

fn note_trivia(lexed: &mut Lexed, at: usize, line: &str, alone: bool, comment: Option<usize>) {
    let text = comment.and_then(|from| line.get(from - at..)).map(|t| t.trim_end().to_string());
    let kind = match (text, alone) {
        (Some(text), true) => TriviaKind::OwnLine(text),
        (Some(text), false) => TriviaKind::Trailing(text),
        (None, true) => TriviaKind::Blank,
        (None, false) => return,
    };
    lexed.trivia.push(Trivia { start: comment.unwrap_or(at) as u32, kind });
}

/// Whether the next physical line belongs to the last one.
#[derive(Default)]
struct Continuation {
    parentheses: u32,
    asks_for_more: bool,
}

impl Continuation {
    fn place(&mut self, lines: &mut Vec<Line>, indented: bool, tokens: Vec<Token>, end: u32) {
        let going_on = self.parentheses > 0 || self.asks_for_more;
        // An item at column 0 ends whatever was left open, so one slip cannot swallow the rest.
        let fresh = !going_on || (!indented && opens_item(&tokens));
        if fresh {
            self.parentheses = 0;
        }
        for token in &tokens {
            self.count(token);
        }
        match lines.last_mut() {
            Some(last) if !fresh => {
                last.tokens.extend(tokens);
                last.end = end;
            }
            _ => lines.push(Line { indented, tokens, end }),
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

    fn tokens(text: &str) -> (Vec<Vec<String>>, Vec<&'static str>) {
        let mut found = Vec::new();
        let lexed = lex(FileId(0), text, 0, text.len(), &mut found);
        let words = |line: &Line| line.tokens.iter().map(|t| t.text.clone()).collect();
        (lexed.lines.iter().map(words).collect(), found.iter().map(|d| d.code).collect())
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
        let mut found = Vec::new();
        let text = "42天 0.5 10工作日 100% 2012-05 2012-05-31 2012-05-01..2012-06-30 每2月 每段 3次 年2012 a-1";
        let lexed = lex(FileId(0), text, 0, text.len(), &mut found);
        let kinds: Vec<_> = lexed.lines.iter().flat_map(|l| &l.tokens).map(|t| &t.kind).collect();
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
}
