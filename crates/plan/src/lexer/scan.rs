//! Single tokens of one physical line.
//!
//! Words are Unicode XID; a word that begins with a digit is a date, a number or a quantity, and
//! any other tail is E0101. Whatever cannot be a token is reported once and becomes
//! [`TokenKind::Bad`], so that the reader stays silent about it.

use facts::{Day, Month, Number, Span};
use unicode_ident::{is_xid_continue, is_xid_start};
use unicode_normalization::UnicodeNormalization;

use super::{MAX_TOKENS, Token, TokenKind};
use crate::diagnostic::{Diagnostic, Findings};
use crate::keywords;
use crate::source::{FileId, Place};

const SYMBOLS: &[&str] =
    &["!=", "<=", ">=", "(", ")", ",", ";", ":", ".", "+", "-", "*", "/", "=", "<", ">", "?"];

/// Whether a character only separates.
pub(super) fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{3000}' | '\r' | '\u{feff}' | '\u{a0}')
}

fn fold(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '、' => ',',
        _ if is_blank(c) => ' ',
        _ => c,
    }
}

pub(super) struct Scanner<'a> {
    file: FileId,
    text: &'a str,
    at: usize,
    end: usize,
    found: &'a mut Findings,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(
        file: FileId,
        text: &'a str,
        at: usize,
        end: usize,
        found: &'a mut Findings,
    ) -> Scanner<'a> {
        Scanner { file, text, at, end, found }
    }

    /// All tokens but those beyond [`MAX_TOKENS`], one more telling of them; and where a comment
    /// starts.
    pub(super) fn line(&mut self) -> (Vec<Token>, Option<usize>) {
        let mut tokens = Vec::new();
        while let Some(c) = self.raw(0).filter(|_| tokens.len() <= MAX_TOKENS) {
            if c == '\t' {
                self.tabs();
            } else if fold(c) == ' ' {
                self.at += c.len_utf8();
            } else if fold(c) == '#' {
                return (tokens, Some(self.at));
            } else {
                tokens.push(self.token(c));
            }
        }
        (tokens, None)
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..self.end).unwrap_or("")
    }

    fn raw(&self, ahead: usize) -> Option<char> {
        self.rest().chars().nth(ahead)
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.raw(ahead).map(fold)
    }

    fn place(&self, start: usize) -> Place {
        Place { file: self.file, start: start as u32, end: self.at as u32 }
    }

    /// Takes folded characters while they fit.
    fn take(&mut self, fits: impl Fn(char) -> bool) -> String {
        let mut taken = String::new();
        while let Some(c) = self.raw(0).filter(|c| fits(fold(*c))) {
            taken.push(fold(c));
            self.at += c.len_utf8();
        }
        taken
    }

    fn tabs(&mut self) {
        let start = self.at;
        while self.raw(0) == Some('\t') {
            self.at += 1;
        }
        let place = self.place(start);
        self.found.push(
            Diagnostic::new("E0101", place, "不能用制表符（Tab）：各人屏幕上宽窄不一，缩进看不准")
                .help("改用空格；缩进写两个空格")
                .fix(place, "  "),
        );
    }

    fn token(&mut self, c: char) -> Token {
        let start = self.at;
        let folded = fold(c);
        if folded == '"' || c == '「' {
            return self.string(c);
        }
        if c == '“' || c == '”' {
            return self.curly();
        }
        if folded.is_ascii_digit() {
            return self.number();
        }
        if is_xid_start(folded) || folded == '_' {
            return self.word();
        }
        let mark = match c {
            '◐' => Some("半密"),
            '🔒' => Some("密"),
            '⏱' => Some("时间轴"),
            _ => None,
        };
        if let Some(mark) = mark {
            self.at += c.len_utf8();
            let text = c.to_string();
            let token = Token { kind: TokenKind::Mark(mark), text, place: self.place(start) };
            // Input methods add a variation selector that asks for the coloured picture.
            while let Some(v @ '\u{fe00}'..='\u{fe0f}') = self.raw(0) {
                self.at += v.len_utf8();
            }
            return token;
        }
        self.symbol(c)
    }

    fn symbol(&mut self, c: char) -> Token {
        let start = self.at;
        let pair: String = [self.peek(0), self.peek(1)].into_iter().flatten().collect();
        let alone = match c {
            '≥' => Some(">="),
            '≤' => Some("<="),
            '≠' => Some("!="),
            _ => None,
        };
        let long = SYMBOLS.iter().copied().find(|s| s.len() == 2 && *s == pair);
        let short = SYMBOLS.iter().copied().find(|s| pair.starts_with(*s) && s.len() == 1);
        let Some(symbol) = alone.or(long).or(short) else {
            return self.stray(c);
        };
        self.at += c.len_utf8();
        if alone.is_none() && symbol.len() == 2 {
            self.at += self.raw(0).map_or(0, char::len_utf8);
        }
        let place = self.place(start);
        Token { kind: TokenKind::Symbol(symbol), text: symbol.to_string(), place }
    }

    fn stray(&mut self, c: char) -> Token {
        let start = self.at;
        self.at += c.len_utf8();
        let place = self.place(start);
        let shown = if c.is_control() || c == '\u{200b}' {
            format!("看不见的字符（U+{:04X}）", c as u32)
        } else {
            format!("“{c}”")
        };
        let remedy = match c {
            '。' => "一项写完另起一行，或用分号；原文里的句号写在引号之内",
            '」' => "多了一个右引号，或少了左引号「",
            '×' => "乘号写 *",
            '÷' => "除号写 /",
            '—' | '–' | '－' => "减号写 -",
            _ => "删去它；要原样照录的文字写在引号之内",
        };
        self.found.push(Diagnostic::new("E0101", place, format!("规语里没有{shown}")).help(remedy));
        Token { kind: TokenKind::Bad, text: c.to_string(), place }
    }

    fn string(&mut self, opening: char) -> Token {
        let start = self.at;
        self.at += opening.len_utf8();
        let closes = |c: char| if opening == '「' { c == '」' } else { fold(c) == '"' };
        let rest = self.rest();
        let Some((length, closing)) = rest.char_indices().find(|(_, c)| closes(*c)) else {
            self.at = self.end;
            let place = self.place(start);
            let mark = if opening == '「' { "」" } else { "\"" };
            let message = "引号没有收尾：到行末也没有右引号";
            self.found.push(
                Diagnostic::new("E0101", place, message)
                    .help(format!("在这段文字之后补 {mark}；引号里的文字不能跨行")),
            );
            return Token { kind: TokenKind::Bad, text: rest.to_string(), place };
        };
        let content = rest.get(..length).unwrap_or("").to_string();
        self.at += length + closing.len_utf8();
        let place = self.place(start);
        Token { kind: TokenKind::Text(content.clone()), text: content, place }
    }

    fn curly(&mut self) -> Token {
        let start = self.at;
        self.at += '“'.len_utf8();
        let rest = self.rest();
        let length = rest.find(['“', '”']).unwrap_or(rest.len());
        let content = rest.get(..length).unwrap_or("").to_string();
        self.at +=
            length + rest.get(length..).and_then(|r| r.chars().next()).map_or(0, char::len_utf8);
        let place = self.place(start);
        let straight = match content.contains('"') {
            true => format!("「{content}」"),
            false => format!("\"{content}\""),
        };
        self.found.push(
            Diagnostic::new("E0104", place, "弯引号“ ”是正文里的标点，不能用来括起文字")
                .help(format!("改为 {straight}（直引号；里面可以再有弯引号）"))
                .fix(place, straight),
        );
        Token { kind: TokenKind::Text(content.clone()), text: content, place }
    }

    fn word(&mut self) -> Token {
        let start = self.at;
        let mut text: String = self.take(is_xid_continue).nfc().collect();
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        let lower = text.chars().all(|c| plain(c) || c == '_');
        let mut kind = TokenKind::Word;
        while lower && self.peek(0) == Some('-') && self.peek(1).is_some_and(plain) {
            text.push_str(&self.take(|c| c == '-'));
            text.push_str(&self.take(plain));
            kind = TokenKind::PlanId;
        }
        if let Some(every) = every(&text) {
            kind = every;
        }
        Token { kind, text, place: self.place(start) }
    }

    fn number(&mut self) -> Token {
        let start = self.at;
        let mut digits = self.take(|c| c.is_ascii_digit());
        let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        if digits.len() == 4 && self.peek(0) == Some('-') && digit(self.peek(1)) {
            digits.push_str(&self.take(|c| c.is_ascii_digit() || c == '-'));
            return self.date(start, digits);
        }
        if self.peek(0) == Some('.') && digit(self.peek(1)) {
            digits.push_str(&self.take(|c| c == '.'));
            digits.push_str(&self.take(|c| c.is_ascii_digit()));
        }
        let tail = self.take(|c| is_xid_continue(c) || c == '%');
        let text = format!("{digits}{tail}");
        let number = Number::parse(&digits);
        let kind = match (number, keywords::unit(&tail)) {
            (Some(number), _) if tail.is_empty() => TokenKind::Number(number),
            (Some(number), Some(unit)) => TokenKind::Quantity(number, unit),
            _ => return self.bad_number(start, &digits, &tail),
        };
        Token { kind, text, place: self.place(start) }
    }

    fn bad_number(&mut self, start: usize, digits: &str, tail: &str) -> Token {
        let place = self.place(start);
        let text = format!("{digits}{tail}");
        let report = Diagnostic::new("E0101", place, format!("“{text}”不是认得的数量"));
        let report = if Number::parse(digits).is_none() {
            report.help("数至多十八位，小数点前后都要有数字")
        } else if let Some(unit) = keywords::unit_prefix(tail) {
            let after = tail.get(unit.len()..).unwrap_or("");
            let parted = format!("{digits}{unit} {after}");
            report.help(format!("单位之后空一格：{parted}")).fix(place, parted)
        } else {
            report
                .at("数字后面不是单位")
                .help("单位只有 工作日 小时 半年 日 天 周 月 季 年 分 %；次、户、篇等不写单位")
                .fix(place, digits)
        };
        self.found.push(report);
        Token { kind: TokenKind::Bad, text, place }
    }

    fn date(&mut self, start: usize, text: String) -> Token {
        if let Some(first) = Day::parse(&text) {
            let dots = self.peek(0) == Some('.') && self.peek(1) == Some('.');
            if dots {
                return self.span(start, text, first);
            }
        }
        let tail = self.take(is_xid_continue);
        let day = Day::parse(&text).map(TokenKind::Day);
        let kind = day.or_else(|| Month::parse(&text).map(TokenKind::Month));
        match kind {
            Some(kind) if tail.is_empty() => Token { kind, text, place: self.place(start) },
            _ => self.bad_date(start, format!("{text}{tail}")),
        }
    }

    fn span(&mut self, start: usize, mut text: String, first: Day) -> Token {
        text.push_str(&self.take(|c| c == '.'));
        let second = self.take(|c| c.is_ascii_digit() || c == '-');
        text.push_str(&second);
        text.push_str(&self.take(is_xid_continue));
        let span = Day::parse(&second).and_then(|last| Span::new(first, last));
        match span {
            Some(span) if text.ends_with(&second) && text.len() == 22 => {
                Token { kind: TokenKind::Span(span), text, place: self.place(start) }
            }
            _ => self.bad_date(start, text),
        }
    }

    fn bad_date(&mut self, start: usize, text: String) -> Token {
        let place = self.place(start);
        self.found.push(Diagnostic::new("E0101", place, format!("“{text}”不是日历上的日期")).help(
            "日期写 1999-05-31，月写 1999-05，起止写 1999-05-01..1999-06-30；减号两边空一格",
        ));
        Token { kind: TokenKind::Bad, text, place }
    }
}

/// 每月, 每2月: a period word, exactly of this form.
pub(crate) fn every(word: &str) -> Option<TokenKind> {
    let rest = word.strip_prefix('每')?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (count, unit) = rest.split_at_checked(digits)?;
    let unit = keywords::unit(unit).filter(|u| keywords::is_period_unit(*u))?;
    let count = if count.is_empty() { 1 } else { count.parse().ok().filter(|n| *n > 0)? };
    Some(TokenKind::Every(count, unit))
}
