//! A position in the tokens of one logical line, with what every construct needs: look, take,
//! expect, complain.
//!
//! A function that meets something else reports it once and returns [`Stop`]; the caller skips.

use facts::Day;

use super::words::Declared;
use crate::diagnostic::{Diagnostic, Findings};
use crate::keywords::{self, Table};
use crate::lexer::{Token, TokenKind};
use crate::source::{FileId, Place};
use crate::tree::{Dated, Name, Quantity, Text, Word};

/// Already reported: skip to where reading can go on.
#[derive(Debug)]
pub(super) struct Stop;

pub(super) type Parsed<T> = Result<T, Stop>;

pub(super) struct Cursor<'a> {
    pub(super) file: FileId,
    pub(super) tokens: Vec<Token>,
    pub(super) at: usize,
    pub(super) end: u32,
    pub(super) declared: &'a Declared,
    pub(super) found: &'a mut Findings,
    pub(super) depth: u32,
    pub(super) operators: u32,
    /// Words cut in this line.
    pub(super) cuts: u32,
    /// Inside the 当 of an aggregate without parentheses of its own.
    pub(super) in_filter: bool,
}

impl Cursor<'_> {
    pub(super) fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    pub(super) fn peek_at(&self, ahead: usize) -> Option<&Token> {
        self.tokens.get(self.at + ahead)
    }

    pub(super) fn at_end(&self) -> bool {
        self.at >= self.tokens.len()
    }

    pub(super) fn is(&self, symbol: &str) -> bool {
        self.peek().is_some_and(|t| t.is(symbol))
    }

    /// Whether nothing more of this field follows.
    pub(super) fn field_ends(&self) -> bool {
        self.at_end() || self.is(";")
    }

    /// Whether the token `ahead` may be a name.
    pub(super) fn is_name_at(&self, ahead: usize) -> bool {
        let word = self.peek_at(ahead).and_then(Token::word);
        word.is_some_and(|w| !keywords::is_reserved(w))
    }

    /// The Chinese keyword that stands here, if the list has it.
    pub(super) fn keyword(&self, table: &Table) -> Option<&'static str> {
        self.peek().and_then(Token::word).and_then(|w| keywords::find(table, w))
    }

    /// The place of this token, or of the line's end.
    pub(super) fn here(&self) -> Place {
        let end = Place { file: self.file, start: self.end, end: self.end };
        self.peek().map_or(end, |t| t.place)
    }

    /// The place of the token just taken.
    pub(super) fn behind(&self) -> Place {
        let last = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        last.map_or(self.here(), |t| t.place)
    }

    pub(super) fn skip(&mut self) {
        self.at += 1;
    }

    pub(super) fn eat(&mut self, symbol: &str) -> bool {
        let there = self.is(symbol);
        self.at += usize::from(there);
        there
    }

    pub(super) fn eat_keyword(&mut self, table: &Table, zh: &str) -> bool {
        let there = self.keyword(table) == Some(zh);
        self.at += usize::from(there);
        there
    }

    pub(super) fn expect(&mut self, symbol: &str) -> Parsed<()> {
        if self.eat(symbol) { Ok(()) } else { Err(self.expected(&format!("“{symbol}”"))) }
    }

    pub(super) fn expect_keyword(&mut self, table: &Table, zh: &str) -> Parsed<()> {
        if self.eat_keyword(table, zh) {
            Ok(())
        } else {
            Err(self.expected(&format!("“{zh}”")))
        }
    }

    /// Something else was to stand here.
    pub(super) fn expected(&mut self, what: &str) -> Stop {
        let place = self.here();
        let (message, help) = match self.peek() {
            Some(Token { kind: TokenKind::Bad, .. }) => return Stop,
            Some(token) if !token.is(";") => {
                let message = format!("这里应写{what}，写的却是“{}”", self.tokens_text(token));
                (message, "改成所说的写法；也看看前面是否漏了分号、逗号、括号或引号".to_string())
            }
            _ => (format!("这里应写{what}，却没有写完"), format!("补上{what}")),
        };
        self.found.push(Diagnostic::new("E0105", place, message).help(help));
        Stop
    }

    fn tokens_text<'t>(&self, token: &'t Token) -> &'t str {
        // A long quotation would drown the sentence.
        token.text.char_indices().nth(20).map_or(&token.text, |(at, _)| &token.text[..at])
    }

    /// A name that is used.
    pub(super) fn name(&mut self, what: &str) -> Parsed<Word> {
        if !self.is_name_at(0) {
            return Err(self.expected(what));
        }
        self.any_word(what)
    }

    /// Any word: behind a point even a keyword is a name.
    pub(super) fn any_word(&mut self, what: &str) -> Parsed<Word> {
        match self.peek() {
            Some(Token { kind: TokenKind::Word, text, place }) => {
                let word = Word { text: text.clone(), place: *place };
                self.skip();
                Ok(word)
            }
            _ => Err(self.expected(what)),
        }
    }

    /// A name that is declared here; a reserved one is reported and taken.
    pub(super) fn declared(&mut self, what: &str) -> Parsed<Word> {
        let word = self.any_word(what)?;
        self.refuse_reserved(&word);
        Ok(word)
    }

    fn refuse_reserved(&mut self, word: &Word) {
        if !keywords::is_reserved(&word.text) {
            return;
        }
        let proposal = match word.text.is_ascii() {
            true => format!("{}_", word.text),
            false => format!("{}项", word.text),
        };
        self.found.push(
            Diagnostic::new("E0102", word.place, format!("“{}”是保留字，不能作名称", word.text))
                .help(format!("换一个名称，如“{proposal}”"))
                .fix(word.place, proposal),
        );
    }

    /// A declared name with its optional ASCII alias, which is no keyword of this place.
    pub(super) fn name_and_alias(&mut self, what: &str, not: &Table) -> Parsed<Name> {
        let label = self.declared(what)?;
        let alias = self.alias(not);
        Ok(Name { label, alias })
    }

    pub(super) fn alias(&mut self, not: &Table) -> Option<Word> {
        let token = self.peek()?;
        let fits = match &token.kind {
            TokenKind::Word => token.text.is_ascii() && keywords::find(not, &token.text).is_none(),
            TokenKind::Number(_) => token.text.bytes().all(|b| b.is_ascii_digit()),
            _ => false,
        };
        if !fits {
            return None;
        }
        let word = Word { text: token.text.clone(), place: token.place };
        self.skip();
        self.refuse_reserved(&word);
        Some(word)
    }

    pub(super) fn text(&mut self, what: &str) -> Parsed<Text> {
        match self.text_if_any() {
            Some(text) => Ok(text),
            None => Err(self.expected(&format!("引号括起的{what}"))),
        }
    }

    pub(super) fn text_if_any(&mut self) -> Option<Text> {
        let token = self.peek()?;
        let TokenKind::Text(content) = &token.kind else {
            return None;
        };
        let text = Text { text: content.clone(), place: token.place };
        self.skip();
        Some(text)
    }

    pub(super) fn day(&mut self) -> Parsed<Dated<Day>> {
        match self.peek() {
            Some(Token { kind: TokenKind::Day(value), place, .. }) => {
                let dated = Dated { value: *value, place: *place };
                self.skip();
                Ok(dated)
            }
            _ => Err(self.expected("日期（如 1999-05-31）")),
        }
    }

    /// A day, or a month for its first day.
    pub(super) fn day_or_month(&mut self) -> Parsed<Dated<Day>> {
        if let Some(Token { kind: TokenKind::Month(month), place, .. }) = self.peek() {
            let dated = Dated { value: month.first_day(), place: *place };
            self.skip();
            return Ok(dated);
        }
        self.day()
    }

    /// `自 day` and the like, if it stands here.
    pub(super) fn day_after(&mut self, table: &Table, zh: &str) -> Parsed<Option<Dated<Day>>> {
        if self.eat_keyword(table, zh) { self.day().map(Some) } else { Ok(None) }
    }

    pub(super) fn quantity(&mut self) -> Parsed<Quantity> {
        match self.peek() {
            Some(Token { kind: TokenKind::Quantity(amount, unit), place, .. }) => {
                let quantity = Quantity { amount: *amount, unit: *unit, place: *place };
                self.skip();
                Ok(quantity)
            }
            _ => Err(self.expected("带单位的数（如 10日、90分）")),
        }
    }

    /// A clause id: capitals, digits, perhaps small letters.
    pub(super) fn clause(&mut self) -> Parsed<Word> {
        let fits = self.peek().and_then(Token::word).is_some_and(is_clause);
        if fits {
            self.any_word("条号")
        } else {
            Err(self.expected("条号（如 A01、A01d）"))
        }
    }

    /// Names with `,` between them.
    pub(super) fn names(&mut self, what: &str) -> Parsed<Vec<Word>> {
        let mut names = vec![self.name(what)?];
        while self.eat(",") {
            names.push(self.name(what)?);
        }
        Ok(names)
    }
}

/// `[A-Z]+[0-9]+[a-z]*`
pub(super) fn is_clause(word: &str) -> bool {
    let rest = word.trim_start_matches(|c: char| c.is_ascii_uppercase());
    let tail = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    rest.len() < word.len()
        && tail.len() < rest.len()
        && tail.bytes().all(|b| b.is_ascii_lowercase())
}
