//! A rule in words: the fields of its item as the plan writes them, one line each.
//!
//! The plan language is made to be read aloud, so its own words are the explanation. Quotations
//! stand on the page already and are left out, comments are not part of the rule.

/// The fields of an item's text.
pub fn rule_lines(item: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for (number, line) in item.lines().enumerate() {
        let mut parts = fields(line);
        if number == 0 && !parts.is_empty() {
            // The head may carry the first field behind the title.
            let head = parts.remove(0);
            if let Some(rest) = behind_title(&head) {
                parts.insert(0, rest);
            }
        }
        lines.extend(parts.into_iter().filter(|part| !is_quote(part)));
    }
    lines
}

/// What follows the last string of an item's head, as in `义务 X1 "title" 谁 干部`.
fn behind_title(head: &str) -> Option<String> {
    let (title_end, _) = head.char_indices().filter(|(_, c)| is_close(*c)).nth(1)?;
    let mut rest = head.get(title_end..)?.chars();
    rest.next();
    let rest = rest.as_str().trim();
    (!rest.is_empty()).then(|| rest.to_owned())
}

/// Both ends of a plain string are the same mark, so the second one found closes the title.
fn is_close(character: char) -> bool {
    matches!(character, '"' | '「' | '」')
}

fn is_quote(field: &str) -> bool {
    field.starts_with("引 ") || field.starts_with("quote ")
}

/// A line's fields: cut at `;` outside strings, without the comment.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut closing = None;
    for character in line.chars() {
        match (closing, character) {
            (None, '#') => break,
            (None, ';' | '；') => {
                fields.push(String::new());
                continue;
            }
            (None, '"') => closing = Some('"'),
            (None, '「') => closing = Some('」'),
            (Some(close), other) if close == other => closing = None,
            _ => {}
        }
        if let Some(field) = fields.last_mut() {
            field.push(character);
        }
    }
    let trimmed = fields.iter().map(|field| field.trim().to_owned());
    trimmed.filter(|field| !field.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::rule_lines;

    #[test]
    fn fields_are_cut_outside_strings_and_quotations_left_out() {
        let item = "义务 A1 \"题\" 引 \"甲；乙\" ; 谁 干部 # 注\n  期 每月 于 推进 ; 须 >= 2\n  注 \"a;b\"";
        assert_eq!(rule_lines(item), ["谁 干部", "期 每月 于 推进", "须 >= 2", "注 \"a;b\""]);
        let item = "义务 A1 \"题\" 谁 干部 ; 须 是";
        assert_eq!(rule_lines(item), ["谁 干部", "须 是"]);
    }
}
