//! Words run together: `计数走访` for `计数 走访` (W0103, E0103).
//!
//! A word that nobody declared is cut into keywords and declared names when there is exactly one
//! way. What counts as declared is gathered from the tokens of all files before any is parsed,
//! generously: a name taken for declared is merely not cut.

use rustc_hash::FxHashSet;

use super::cursor::Cursor;
use super::markdown;
use crate::diagnostic::{Diagnostic, Findings};
use crate::keywords::{self, Table};
use crate::lexer::{self, Token, TokenKind};
use crate::source::{FileId, Sources};

/// Longer words are never cut: the search is quadratic.
const MAX_LETTERS: usize = 40;
/// No keyword is longer, so longer pieces are not looked for among them.
const KEYWORD_LETTERS: usize = 8;
/// Names remembered; where there are more, nothing is cut any longer.
const MAX_NAMES: usize = 50_000;
/// Words cut in one line: each moves what stands behind it.
const MAX_CUTS: u32 = 500;

/// Names that the files of a plan declare.
pub(super) struct Declared {
    names: FxHashSet<String>,
}

impl Declared {
    pub(super) fn collect(sources: &Sources) -> Declared {
        let mut names = FxHashSet::default();
        for (index, source) in sources.files.iter().enumerate() {
            if source.text.len() > super::MAX_BYTES {
                continue;
            }
            let file = FileId(index as u16);
            let unheard = &mut Findings::default();
            for fence in markdown::split(file, &source.text, unheard).fences {
                let (start, end) = (fence.start as usize, fence.end as usize);
                let mut lines = lexer::Lines::new(file, &source.text, start, end);
                while let Some(line) = lines.next(unheard).filter(|_| names.len() < MAX_NAMES) {
                    gather(&line.tokens, &mut names);
                }
            }
        }
        Declared { names }
    }

    fn has(&self, word: &str) -> bool {
        self.names.contains(word)
    }

    /// Whether a name may be missing.
    fn is_full(&self) -> bool {
        self.names.len() >= MAX_NAMES
    }
}

/// Names stand behind a keyword that declares, before `:`, or before their alias. Before `=` they
/// stand only behind 计 and in 时段: elsewhere that is a comparison.
fn gather(tokens: &[Token], names: &mut FxHashSet<String>) {
    const DECLARING: &Table = &[("步", "step"), ("解", "reading"), ("设", "given")];
    const BEFORE_EQUALS: &Table = &[("计", "count_of"), ("时段", "period")];
    let equals = |t: Option<&Token>| {
        t.and_then(Token::word).is_some_and(|w| keywords::find(BEFORE_EQUALS, w).is_some())
    };
    let periods = equals(tokens.first());
    for (at, token) in tokens.iter().enumerate() {
        let Some(word) = token.word() else { continue };
        let before = at.checked_sub(1).and_then(|i| tokens.get(i));
        let keyword = before.and_then(Token::word).is_some_and(|w| {
            keywords::find(DECLARING, w).is_some()
                || (at == 1 && keywords::find(keywords::ITEMS, w).is_some())
        });
        let bullet = at == 1 && before.is_some_and(|t| t.is("*") || t.is("-"));
        let after = tokens.get(at + 1);
        let sign = after.is_some_and(|t| t.is(":") || ((periods || equals(before)) && t.is("=")));
        let alias = after.and_then(Token::word).is_some_and(|w| w.is_ascii());
        if keyword || bullet || sign || alias {
            names.insert(word.to_string());
        }
    }
}

/// One piece of a cut word.
type Piece<'w> = (&'w str, bool);

/// How many ways there are from some letter on, and the pieces of one of them.
type Count<'w> = (u32, Vec<Piece<'w>>);

/// Ways by what they begin with; the end of the word counts as a keyword.
#[derive(Clone, Default)]
struct Ways<'w> {
    keyword: Count<'w>,
    name: Count<'w>,
}

fn add<'w>(count: &mut Count<'w>, piece: Piece<'w>, rest: &Count<'w>) {
    if rest.0 > 0 {
        count.0 = count.0.saturating_add(rest.0);
        count.1 = [piece].into_iter().chain(rest.1.iter().copied()).collect();
    }
}

/// What a search for cuts found.
enum Cut<'w> {
    None,
    One(Vec<Piece<'w>>),
    Many,
}

impl Cursor<'_> {
    /// Cuts the word that stands where an operand is to stand.
    pub(super) fn cut_operand(&mut self) {
        self.cut(&[keywords::AGGREGATES, keywords::MODIFIERS, keywords::RESERVED], false);
    }

    /// Cuts the word that stands where an operator could stand.
    pub(super) fn cut_operator(&mut self) -> bool {
        self.cut(&[keywords::RESERVED, keywords::SET_OPERATORS], true)
    }

    /// Cuts the word that stands where a field is to begin.
    pub(super) fn cut_field(&mut self, fields: &Table) -> bool {
        self.cut(&[fields, keywords::AGGREGATES, keywords::MODIFIERS], true)
    }

    fn cut(&mut self, tables: &[&Table], keyword_first: bool) -> bool {
        if self.cuts >= MAX_CUTS || self.declared.is_full() {
            return false;
        }
        let Some(token) = self.peek().filter(|t| t.word().is_some_and(|w| !w.is_ascii())) else {
            return false;
        };
        let token = token.clone();
        let Some(word) = token.word() else { return false };
        let known = self.declared.has(word)
            || keywords::find(keywords::BUILTINS, word).is_some()
            || tables.iter().any(|t| keywords::find(t, word).is_some());
        if known || word.chars().count() > MAX_LETTERS {
            return false;
        }
        match self.ways(word, tables, keyword_first) {
            Cut::None => false,
            Cut::One(pieces) => {
                self.splice(&token, &pieces);
                true
            }
            Cut::Many => {
                let message = format!("“{word}”里的词连在一起，分法不止一种");
                let help = "词与词之间空一格";
                self.found.push(Diagnostic::new("E0103", token.place, message).help(help));
                false
            }
        }
    }

    /// Counts the ways to cut, from the last letter to the first.
    fn ways<'w>(&self, word: &'w str, tables: &[&Table], keyword_first: bool) -> Cut<'w> {
        let mut bounds: Vec<usize> = word.char_indices().map(|(at, _)| at).collect();
        bounds.push(word.len());
        let mut ways = vec![Ways::default(); bounds.len()];
        if let Some(end) = ways.last_mut() {
            end.keyword = (1, Vec::new());
        }
        for from in (0..bounds.len().saturating_sub(1)).rev() {
            let mut here = Ways::default();
            for to in from + 1..bounds.len() {
                let range = bounds.get(from).zip(bounds.get(to));
                let Some(piece) = range.and_then(|(a, b)| word.get(*a..*b)) else { continue };
                let Some(rest) = ways.get(to) else { continue };
                let keyword = to - from <= KEYWORD_LETTERS
                    && (tables.iter().any(|t| keywords::find(t, piece).is_some())
                        || lexer::every(piece).is_some());
                if keyword {
                    add(&mut here.keyword, (piece, true), &rest.keyword);
                    add(&mut here.keyword, (piece, true), &rest.name);
                } else if self.declared.has(piece) && !(from == 0 && keyword_first) {
                    // Two names side by side mean nothing, so that is no way to cut.
                    add(&mut here.name, (piece, false), &rest.keyword);
                }
            }
            if let Some(slot) = ways.get_mut(from) {
                *slot = here;
            }
        }
        let Some(Ways { keyword, name }) = ways.into_iter().next() else { return Cut::None };
        let (count, pieces) =
            if keyword.0 > 0 { (keyword.0.saturating_add(name.0), keyword.1) } else { name };
        // 有走访 of a file not at hand is a name: no operand begins with an operator.
        let first = pieces.first().and_then(|p| keywords::find(keywords::RESERVED, p.0));
        let fits = keyword_first || matches!(first, None | Some("非" | "若" | "本" | "此"));
        let mixed = fits && pieces.iter().any(|p| p.1) && pieces.len() > 1;
        match count {
            1 if mixed => Cut::One(pieces),
            2.. if fits => Cut::Many,
            _ => Cut::None,
        }
    }

    fn splice(&mut self, token: &Token, pieces: &[Piece<'_>]) {
        self.cuts += 1;
        let parted = pieces.iter().map(|p| p.0).collect::<Vec<_>>().join(" ");
        let message = format!("“{}”里少了空格，按“{parted}”读", token.text);
        self.found.push(
            Diagnostic::new("W0103", token.place, message)
                .help("词与词之间空一格；nuanjia fmt 会补上")
                .fix(token.place, parted),
        );
        let mut place = token.place;
        let cut = pieces.iter().map(|(piece, _)| {
            place.end = (place.start + piece.len() as u32).min(token.place.end);
            let kind = lexer::every(piece).unwrap_or(TokenKind::Word);
            let made = Token { kind, text: (*piece).to_string(), place };
            place.start = place.end;
            made
        });
        let cut: Vec<Token> = cut.collect();
        self.tokens.splice(self.at..=self.at, cut);
    }
}
