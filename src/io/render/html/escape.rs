//! Text and addresses, made safe for HTML.

use crate::model::incident::names::is_hidden;

/// Appends text in which no character means anything to HTML, in an element or a quoted attribute.
///
/// Control characters and bidirectional overrides are written out as `\u{1b}`. Joiners and direction
/// marks stay: emoji and several scripts need them.
pub(super) fn push(out: &mut String, text: &str) {
    let mut signs = text.chars().peekable();
    while let Some(c) = signs.next() {
        match c {
            // The log of a build would take `::error::` at the beginning of a line, or `##[error]`, for a command.
            ':' if signs.peek() == Some(&':') => out.push_str("&#58;"),
            '#' if signs.peek() == Some(&'#') => out.push_str("&#35;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(c),
            '\r' | '\u{feff}' => {}
            c if is_hidden(c) && !matches!(c, '\u{ad}' | '\u{200e}' | '\u{200f}') => {
                out.extend(c.escape_unicode());
            }
            c => out.push(c),
        }
    }
}

/// Returns text in which no character means anything to HTML: see [`push`].
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    push(&mut out, text);
    out
}

/// Where a link may lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LinkTarget<'a> {
    /// To a heading of the page itself, by its anchor.
    Here(&'a str),
    /// To the web or a letter box.
    Away(&'a str),
    /// To a value or a block of ours, by its name.
    Ours(&'a str),
}

/// Returns where an address leads, or none where a page must not lead there: anything but the web, a
/// letter box and the page itself. A relative path is refused too, since one file has no neighbours.
pub(super) fn address(text: &str) -> Option<LinkTarget<'_>> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c.is_control());
    if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return None;
    }
    if let Some(anchor) = text.strip_prefix('#') {
        return Some(LinkTarget::Here(anchor));
    }
    let (scheme, rest) = text.split_once(':')?;
    match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" if rest.starts_with("//") => Some(LinkTarget::Away(text)),
        "mailto" => Some(LinkTarget::Away(text)),
        "recount" => Some(LinkTarget::Ours(rest)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_web_a_letter_box_and_the_page_itself_can_be_linked_to() {
        for good in
            ["https://example.com/a?b=c", "HTTP://example.com", "mailto:a@example.com", "#causes"]
        {
            assert!(address(good).is_some(), "{good}");
        }
        let bad = [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            " java\nscript:alert(1)",
            "\u{1}javascript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
            "//example.com",
            "../other.md",
            "https:example.com",
            "blob:https://example.com/x",
            "",
        ];
        for bad in bad {
            assert_eq!(address(bad), None, "{bad:?}");
        }
    }
}
