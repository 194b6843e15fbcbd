//! Tells code from comments and from quoted text, in Rust and roughly in TypeScript and Vue.
//!
//! One pass gives each character a [`Kind`]; a [`View`] of one kind blanks all others, so that
//! line and column stay what they are in the file. It is no parser: it trusts rustfmt's shape.
//! It does not understand macros or `/` beginning a regular expression; neither has mattered.

/// What a character is part of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Neither of the two others.
    Code,
    /// A line, block or documentation comment, its marks included.
    Comment,
    /// A string or character literal, its quotes included.
    Quoted,
}

/// Which language's quotes and comments are meant.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Nested block comments, raw strings, lifetimes.
    Rust,
    /// Three kinds of quotes; for Vue also `<!-- -->`.
    Script,
}

/// The text with everything blanked that is not of the kinds wanted; newlines stay.
pub fn view(text: &str, language: Language, wanted: &[Kind]) -> String {
    let kinds = classify(text, language);
    let keep = |(character, kind): (char, Kind)| {
        if character == '\n' || wanted.contains(&kind) { character } else { ' ' }
    };
    text.chars().zip(kinds).map(keep).collect()
}

/// One kind for each character of the text.
pub fn classify(text: &str, language: Language) -> Vec<Kind> {
    let characters: Vec<char> = text.chars().collect();
    let mut kinds = Vec::with_capacity(characters.len());
    while kinds.len() < characters.len() {
        let start = kinds.len();
        let rest = &characters[start..];
        let before = start.checked_sub(1).map(|index| characters[index]);
        let (kind, length) = match language {
            Language::Rust => rust_piece(rest, before),
            Language::Script => script_piece(rest),
        };
        kinds.resize(start + length.clamp(1, rest.len()), kind);
    }
    kinds
}

/// The kind and length of the piece that begins here.
fn rust_piece(rest: &[char], before: Option<char>) -> (Kind, usize) {
    let inside_word =
        before.is_some_and(|character| character.is_alphanumeric() || character == '_');
    if starts_with(rest, "//") {
        return (Kind::Comment, line_length(rest));
    }
    if starts_with(rest, "/*") {
        return (Kind::Comment, block_comment_length(rest));
    }
    if !inside_word && let Some(length) = raw_string_length(rest) {
        return (Kind::Quoted, length);
    }
    match rest[0] {
        '"' => (Kind::Quoted, quoted_length(rest, '"')),
        '\'' if rest.get(1) == Some(&'\\') || rest.get(2) == Some(&'\'') => {
            (Kind::Quoted, quoted_length(rest, '\''))
        }
        _ => (Kind::Code, 1),
    }
}

fn script_piece(rest: &[char]) -> (Kind, usize) {
    if starts_with(rest, "//") {
        return (Kind::Comment, line_length(rest));
    }
    if starts_with(rest, "/*") {
        return (Kind::Comment, length_through(rest, "*/"));
    }
    if starts_with(rest, "<!--") {
        return (Kind::Comment, length_through(rest, "-->"));
    }
    match rest[0] {
        '`' => (Kind::Quoted, quoted_length(rest, '`')),
        // An apostrophe in a template's prose opens nothing: a plain string ends on its line.
        quote @ ('"' | '\'') => match quoted_length(rest, quote) {
            length if length <= line_length(rest) => (Kind::Quoted, length),
            _ => (Kind::Code, 1),
        },
        _ => (Kind::Code, 1),
    }
}

fn starts_with(rest: &[char], mark: &str) -> bool {
    mark.chars().enumerate().all(|(index, character)| rest.get(index) == Some(&character))
}

fn line_length(rest: &[char]) -> usize {
    rest.iter().position(|character| *character == '\n').unwrap_or(rest.len())
}

fn length_through(rest: &[char], mark: &str) -> usize {
    let found = (1..rest.len()).find(|index| starts_with(&rest[*index..], mark));
    found.map_or(rest.len(), |index| index + mark.len())
}

/// `/* a /* b */ c */`: Rust's block comments nest.
fn block_comment_length(rest: &[char]) -> usize {
    let mut depth = 0;
    let mut index = 0;
    while index < rest.len() {
        if starts_with(&rest[index..], "/*") {
            depth += 1;
            index += 2;
        } else if starts_with(&rest[index..], "*/") {
            depth -= 1;
            index += 2;
            if depth == 0 {
                break;
            }
        } else {
            index += 1;
        }
    }
    index
}

/// `"a \" b"`, with its quotes; everything when it is never closed.
fn quoted_length(rest: &[char], quote: char) -> usize {
    let mut index = 1;
    while index < rest.len() {
        match rest[index] {
            '\\' => index += 2,
            character if character == quote => return index + 1,
            _ => index += 1,
        }
    }
    rest.len() + 1
}

/// `r"…"`, `r#"…"#`, `br##"…"##`, `b"…"`, `c"…"`; `None` for `r#type` and plain words.
fn raw_string_length(rest: &[char]) -> Option<usize> {
    let prefix = rest.iter().take_while(|character| "brc".contains(**character)).count();
    if prefix == 0 || prefix > 2 {
        return None;
    }
    let raw = rest[..prefix].contains(&'r');
    let hashes = rest[prefix..].iter().take_while(|character| **character == '#').count();
    let opening = prefix + hashes;
    if rest.get(opening) != Some(&'"') || (!raw && hashes > 0) {
        return None;
    }
    if !raw {
        return Some(prefix + quoted_length(&rest[prefix..], '"'));
    }
    let closing = format!("\"{}", "#".repeat(hashes));
    Some(opening + length_through(&rest[opening..], &closing))
}

/// The identifiers and numbers of a piece of code, in order.
pub fn code_words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|character: char| !character.is_alphanumeric() && character != '_')
        .filter(|word| !word.is_empty())
}

/// For each line (from 0), whether it lies in an item marked `#[cfg(test)]`.
pub fn test_lines(code: &str) -> Vec<bool> {
    let mut marks = vec![false; code.lines().count()];
    for (start, _) in code.match_indices("#[cfg(test)]") {
        let Some(end) = item_end(code, start) else {
            continue;
        };
        let last = line_of(code, end).min(marks.len().saturating_sub(1));
        marks[line_of(code, start)..=last].fill(true);
    }
    marks
}

/// Where the item that begins here ends: at its closing brace, or at `;` before any brace.
pub fn item_end(code: &str, start: usize) -> Option<usize> {
    let mut braces = 0_usize;
    let mut brackets = 0_usize;
    for (offset, character) in code[start..].char_indices() {
        match character {
            '(' | '[' => brackets += 1,
            ')' | ']' => brackets = brackets.saturating_sub(1),
            '{' => braces += 1,
            '}' => {
                braces = braces.saturating_sub(1);
                if braces == 0 && brackets == 0 {
                    return Some(start + offset);
                }
            }
            ';' if braces == 0 && brackets == 0 => return Some(start + offset),
            _ => {}
        }
    }
    None
}

/// The line (from 0) a byte lies on.
pub fn line_of(text: &str, byte: usize) -> usize {
    text[..byte].matches('\n').count()
}

#[test]
fn a_quote_in_a_comment_and_a_comment_mark_in_a_string_open_nothing() {
    let text = "let a = \"// no\"; // it's \"b\"\nlet c = '\"'; /* { /* } */ { */ d";
    let code = view(text, Language::Rust, &[Kind::Code]);
    assert_eq!(code_words(&code).collect::<Vec<_>>(), ["let", "a", "let", "c", "d"]);
    let comments = view(text, Language::Rust, &[Kind::Comment]);
    assert!(comments.contains("// it's \"b\"") && !comments.contains("no"));
}

#[test]
fn lifetimes_raw_strings_and_raw_names_are_told_apart() {
    let text = "fn f<'a>(x: &'a str) { r#type(r#\"} \" {\"#, b'\\'', br\"{\", '\\u{7b}') }";
    let code = view(text, Language::Rust, &[Kind::Code]);
    assert_eq!(code.matches('{').count(), 1);
    assert_eq!(code.matches('}').count(), 1);
    assert!(code.contains("r#type"));
}

#[test]
fn an_apostrophe_in_a_vue_template_opens_no_string() {
    let text = "<p>it's</p> <!-- C001 -->\nconst a = 'C002' // C003";
    let comments = view(text, Language::Script, &[Kind::Comment]);
    assert!(comments.contains("C001") && comments.contains("C003") && !comments.contains("C002"));
}

#[test]
fn lines_of_a_test_module_are_marked_and_no_others() {
    let code = "fn a() {}\n#[cfg(test)]\nmod tests {\n  fn b() {}\n}\nfn c() {}\n";
    assert_eq!(test_lines(code), [false, true, true, true, true, false]);
    assert_eq!(test_lines("#[cfg(test)]\nmod tests;\nfn c() {}"), [true, true, false]);
}
