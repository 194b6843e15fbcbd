//! Words run together: `计数走访` for `计数 走访` (W0103, E0103).
//!
//! A word that nobody declared is cut into keywords and declared names when there is exactly one
//! way. What counts as declared is gathered from the tokens of all files before any is parsed,
//! generously: a name taken for declared is merely not cut.

use rustc_hash::FxHashSet;

use super::cursor::Cursor;
use super::markdown;
use crate::diagnostic::Diagnostic;
use crate::keywords::{self, Table};
use crate::lexer::{self, Token, TokenKind};
use crate::source::{FileId, Sources};

/// Longer words are never cut: the search is quadratic.
const MAX_LETTERS: usize = 40;

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
            let unheard = &mut Vec::new();
            for fence in markdown::split(file, &source.text, unheard).fences {
                let (start, end) = (fence.start as usize, fence.end as usize);
                for line in lexer::lex(file, &source.text, start, end, unheard).lines {
                    gather(&line.tokens, &mut names);
                }
                unheard.clear();
            }
        }
        Declared { names }
    }

    fn has(&self, word: &str) -> bool {
        self.names.contains(word)
    }
}

/// Names stand behind a keyword that declares, before `:` or `=`, or before their alias.
fn gather(tokens: &[Token], names: &mut FxHashSet<String>) {
    const DECLARING: &Table =
        &[("步", "step"), ("解", "reading"), ("设", "given"), ("计", "count_of")];
    for (at, token) in tokens.iter().enumerate() {
        let Some(word) = token.word() else { continue };
        let before = at.checked_sub(1).and_then(|i| tokens.get(i));
        let keyword = before.and_then(Token::word).is_some_and(|w| {
            keywords::find(DECLARING, w).is_some()
                || (at == 1 && keywords::find(keywords::ITEMS, w).is_some())
        });
        let bullet = at == 1 && before.is_some_and(|t| t.is("*") || t.is("-"));
        let after = tokens.get(at + 1);
        let sign = after.is_some_and(|t| t.is(":") || t.is("="));
        let alias = after.and_then(Token::word).is_some_and(|w| w.is_ascii());
        if keyword || bullet || sign || alias {
            names.insert(word.to_string());
        }
    }
}

/// One piece of a cut word.
type Piece<'w> = (&'w str, bool);

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
        let Some(token) = self.peek().cloned() else { return false };
        let Some(word) = token.word() else { return false };
        let known = self.declared.has(word)
            || keywords::find(keywords::BUILTINS, word).is_some()
            || tables.iter().any(|t| keywords::find(t, word).is_some());
        if known || word.is_ascii() || word.chars().count() > MAX_LETTERS {
            return false;
        }
        match self.cuts(word, tables, keyword_first) {
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

    /// Ways to cut from each letter on, at most two of them being of interest.
    fn cuts<'w>(&self, word: &'w str, tables: &[&Table], keyword_first: bool) -> Cut<'w> {
        let bounds: Vec<usize> =
            word.char_indices().map(|(at, _)| at).chain([word.len()]).collect();
        let mut best: Vec<(u32, Vec<Piece<'w>>)> = vec![(0, Vec::new()); bounds.len()];
        if let Some(last) = best.last_mut() {
            last.0 = 1;
        }
        for from in (0..bounds.len().saturating_sub(1)).rev() {
            let (mut ways, mut pieces) = (0u32, Vec::new());
            for to in from + 1..bounds.len() {
                let Some(piece) =
                    bounds.get(from).zip(bounds.get(to)).and_then(|(a, b)| word.get(*a..*b))
                else {
                    continue;
                };
                let keyword = tables.iter().any(|t| keywords::find(t, piece).is_some())
                    || lexer_every(piece).is_some();
                let fits = keyword || (self.declared.has(piece) && !(from == 0 && keyword_first));
                let Some((rest, tail)) = best.get(to).filter(|(n, _)| fits && *n > 0) else {
                    continue;
                };
                ways = ways.saturating_add(*rest);
                pieces = [(piece, keyword)].into_iter().chain(tail.iter().copied()).collect();
            }
            if let Some(slot) = best.get_mut(from) {
                *slot = (ways, pieces);
            }
        }
        let Some((ways, pieces)) = best.into_iter().next() else { return Cut::None };
        let mixed = pieces.iter().any(|p| p.1) && pieces.len() > 1;
        match ways {
            1 if mixed => Cut::One(pieces),
            2.. => Cut::Many,
            _ => Cut::None,
        }
    }

    fn splice(&mut self, token: &Token, pieces: &[Piece<'_>]) {
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
            let kind = lexer_every(piece).unwrap_or(TokenKind::Word);
            let made = Token { kind, text: (*piece).to_string(), place };
            place.start = place.end;
            made
        });
        let cut: Vec<Token> = cut.collect();
        self.tokens.splice(self.at..=self.at, cut);
    }
}

fn lexer_every(piece: &str) -> Option<TokenKind> {
    lexer::every(piece)
}
