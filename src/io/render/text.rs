//! Text from people and machines, made safe for where it is shown.

use crate::model::incident::names::is_hidden;
use std::fmt::{Display, Write};

/// Returns text that shows all it holds and steers nothing: line breaks stay, tabs become blanks, and
/// control characters, bidirectional overrides and invisible marks are written out as `\u{1b}`.
pub fn clean(text: &str) -> String {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.to_owned();
    }
    let mut cleaned = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => cleaned.push('\n'),
            '\t' => cleaned.push(' '),
            // A mark of byte order says nothing in a text.
            '\r' | '\u{feff}' => {}
            c if is_hidden(c) => cleaned.extend(c.escape_unicode()),
            c => cleaned.push(c),
        }
    }
    cleaned
}

/// Returns [`clean`] text on one line.
pub fn line(text: &str) -> String {
    clean(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Breaks a text between words into lines of at most `width` characters, but for words that are longer.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![];
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(last) if last.chars().count() + 1 + word.chars().count() <= width => {
                last.push(' ');
                last.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Returns text in which no character means anything to Markdown or HTML, on one line.
pub fn markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in line(text).chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '!' | '$' | '{' | '}' => {
                escaped.push('\\');
                escaped.push(c);
            }
            c => escaped.push(c),
        }
    }
    // A number or a sign at the beginning would open a list or a heading.
    match escaped.chars().next() {
        Some('-' | '+' | '=') => format!("\\{escaped}"),
        Some('0'..='9') => defuse_list(&escaped),
        _ => escaped,
    }
}

/// Returns a row of a table in Markdown; no cell means anything to Markdown.
pub(super) fn row<const N: usize>(cells: [&dyn Display; N]) -> String {
    let cells = cells.map(|cell| markdown(&cell.to_string()));
    format!("| {} |\n", cells.join(" | "))
}

/// Returns what is shown of a value, or of none.
pub(super) fn or(value: Option<&impl ToString>, none: &str) -> String {
    value.map_or_else(|| none.to_owned(), ToString::to_string)
}

/// Escapes the sign after leading digits, where the two would number a list.
fn defuse_list(text: &str) -> String {
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    let rest = text.strip_prefix(&digits).unwrap_or_default();
    match rest.chars().next() {
        Some('.' | ')') => format!("{digits}\\{rest}"),
        _ => text.to_owned(),
    }
}

/// Returns [`clean`] text as a spreadsheet's cell that no spreadsheet runs as a formula: where it begins with
/// `=`, `+`, `-` or `@`, also in full width or behind blanks, an apostrophe stands before it.
pub fn cell(text: &str) -> String {
    let text = clean(text);
    match text.trim_start().chars().next() {
        Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠') => format!("'{text}"),
        _ => text,
    }
}

/// Returns JSON in which control characters, overrides and commands to a build's log stand as `\u009b`, which means
/// the same to its readers and nothing to a terminal or a log.
pub fn json(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut units = [0; 2];
    for c in text.chars() {
        if c != '\n' && is_hidden(c) {
            for unit in c.encode_utf16(&mut units) {
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        } else {
            escaped.push(c);
        }
    }
    without_commands(&escaped, |sign| format!("\\u{:04x}", u32::from(sign)))
}

/// Returns text for people, for the log of a build: see [`without_commands`].
pub fn for_log(text: &str) -> String {
    without_commands(text, |sign| sign.escape_unicode().collect())
}

/// Returns text of which no line is a command to what reads the log of a build: `::error::` and `##[error]` of GitHub,
/// `##vso[...]` of Azure, `##teamcity[...]`; `written` is how a sign of theirs is written out.
pub fn without_commands(text: &str, written: fn(char) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive(['\n', '\r']) {
        let blanks = line.len().saturating_sub(line.trim_start().len());
        let (blanks, mut rest) = line.split_at_checked(blanks).unwrap_or(("", line));
        out.push_str(blanks);
        if let Some(after) = rest.strip_prefix(':').filter(|after| after.starts_with(':')) {
            out.push_str(&written(':'));
            rest = after;
        }
        // GitHub and Azure look for theirs anywhere in a line.
        let mut follows_hash = false;
        while let Some((before, after)) = rest.split_once('#') {
            out.push_str(before);
            let word = after.trim_start_matches(|c: char| c.is_alphanumeric());
            match follows_hash && before.is_empty() && word.starts_with('[') {
                true => out.push_str(&written('#')),
                false => out.push('#'),
            }
            follows_hash = true;
            rest = after;
        }
        out.push_str(rest);
    }
    out
}

/// Joins what is shown of some values.
pub(super) fn joined(values: impl IntoIterator<Item: Display>, between: &str) -> String {
    let shown: Vec<_> = values.into_iter().map(|value| value.to_string()).collect();
    shown.join(between)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn control_characters_and_overrides_are_written_out() {
        assert_eq!(clean("a\u{1b}[31mred\u{202e}x\u{7}"), "a\\u{1b}[31mred\\u{202e}x\\u{7}");
        assert_eq!(line(" two\n lines\t here "), "two lines here");
    }

    #[test]
    fn joiners_are_letters_and_a_mark_of_byte_order_is_none() {
        for text in ["می\u{200c}خواهم", "क्\u{200d}ष", "👩\u{200d}🚒"] {
            assert_eq!(clean(text), text);
            assert_eq!(json(text), text);
            assert_eq!(markdown(text), text);
            assert_eq!(cell(text), text);
        }
        assert_eq!(clean("\u{feff}a\u{200b}b\u{200e}c\u{feff}"), "a\\u{200b}b\\u{200e}c");
    }

    #[test]
    fn a_log_takes_no_command() {
        for (text, shown) in [
            ("::error::x", "\\u{3a}:error::x"),
            ("a\n  \u{a0}::x\n:y ::z\r::", "a\n  \u{a0}\\u{3a}:x\n:y ::z\r\\u{3a}:"),
            ("a ##[error]b", "a #\\u{23}[error]b"),
            ("###vso[x] ## Heading #[y]", "##\\u{23}vso[x] ## Heading #[y]"),
            ("##teamcity[x]", "#\\u{23}teamcity[x]"),
        ] {
            let told = without_commands(text, |c| c.escape_unicode().collect());
            assert_eq!(told, shown);
        }
    }

    #[test]
    fn a_formula_is_text() {
        assert_eq!(cell("=1+1"), "'=1+1");
        assert_eq!(cell("\t@x"), "' @x");
        assert_eq!(cell("＝1"), "'＝1");
        assert_eq!(cell("acme"), "acme");
    }

    #[test]
    fn markdown_shows_hostile_text_as_text() {
        let hostile = "<script>x</script> [a](javascript:b) `c` | *d* <!-- recount:end -->";
        let events =
            pulldown_cmark::Parser::new_ext(&markdown(hostile), pulldown_cmark::Options::all())
                .filter(|e| !matches!(e, pulldown_cmark::Event::Text(_)))
                .count();
        assert_eq!(events, 2, "a paragraph's start and end, and nothing else but text");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_line_of_a_log_is_a_command(text in "[:# a\\[\n\r\u{a0}]{0,12}") {
            for written in [|c: char| format!("\\{c}"), |c: char| c.escape_unicode().collect()] {
                let told = without_commands(&text, written);
                prop_assert!(!told.split(['\n', '\r']).any(|l| l.trim().starts_with("::")), "{told:?}");
                prop_assert!(!told.contains("##[") && !told.contains("##a["), "{told:?}");
            }
        }

        #[test]
        fn json_shows_nothing_hidden_and_means_the_same(text in any::<String>()) {
            let told = json(&serde_json::to_string(&text).unwrap());
            prop_assert!(!told.chars().any(is_hidden));
            prop_assert_eq!(serde_json::from_str::<String>(&told).unwrap(), text);
        }

        #[test]
        fn nothing_hidden_is_left(text in any::<String>()) {
            let shown = clean(&text);
            prop_assert!(shown.chars().all(|c| c == '\n' || !is_hidden(c)));
        }

        #[test]
        fn markdown_text_never_becomes_anything_else(text in "[-+*#=>0-9.)(a-z`_|<!~ \\[\\]:]{0,20}") {
            let escaped = markdown(&text);
            let parser = pulldown_cmark::Parser::new(&escaped);
            for event in parser {
                use pulldown_cmark::{Event, Tag, TagEnd};
                let plain = matches!(
                    event,
                    Event::Text(_) | Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph)
                );
                prop_assert!(plain, "{:?} in {:?}", event, escaped);
            }
        }
    }
}
