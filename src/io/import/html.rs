//! HTML of a stranger as plain text.

/// Returns the text of some HTML: blocks become lines, items `- `, and nothing else of the markup stays.
///
/// Text without a tag or an entity is left as it is.
pub(super) fn text(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let (before, tag) = rest.split_at(start);
        out.push_str(before);
        let Some((name, after)) = tag_name(tag) else {
            out.push('<');
            rest = tag.get(1..).unwrap_or_default();
            continue;
        };
        match name.as_str() {
            "br" | "p" | "/p" | "div" | "/div" | "tr" | "/ul" | "/ol" | "h1" | "h2" | "h3"
            | "h4" => {
                out.push('\n');
            }
            "li" => out.push_str("\n- "),
            _ => {}
        }
        rest = match name.as_str() {
            "script" | "style" => after.find("</").and_then(|end| after.get(end..)).unwrap_or(""),
            _ => after,
        };
    }
    out.push_str(rest);
    tidy(&entities(&out))
}

/// Returns a tag's name in lower case, with `/` before it where it ends one, and what follows the tag.
fn tag_name(tag: &str) -> Option<(String, &str)> {
    let end = tag.find('>')?;
    let inner = tag.get(1..end)?;
    let name = inner.split([' ', '\n', '\t', '\r']).next().unwrap_or_default();
    let name = if name.len() > 1 { name.strip_suffix('/').unwrap_or(name) } else { name };
    let bare = name.strip_prefix('/').unwrap_or(name);
    let is_comment = inner.starts_with("!--");
    let is_name = !bare.is_empty()
        && bare.starts_with(|c: char| c.is_ascii_alphabetic())
        && bare.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    (is_name || is_comment).then(|| (name.to_ascii_lowercase(), tag.get(end + 1..).unwrap_or("")))
}

/// Replaces the entities that people meet by their characters.
pub(super) fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        let (before, entity) = rest.split_at(start);
        out.push_str(before);
        // The longest name that is known has six letters.
        let end = entity.char_indices().take(12).find(|(_, c)| *c == ';').map(|(at, _)| at);
        let named = end.and_then(|end| Some((character(entity.get(1..end)?)?, end)));
        match named {
            Some((c, end)) => {
                out.push(c);
                rest = entity.get(end + 1..).unwrap_or("");
            }
            None => {
                out.push('&');
                rest = entity.get(1..).unwrap_or("");
            }
        }
    }
    out.push_str(rest);
    out
}

fn character(name: &str) -> Option<char> {
    let number =
        |digits: &str, base| u32::from_str_radix(digits, base).ok().and_then(char::from_u32);
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        "ndash" => Some('–'),
        "mdash" => Some('—'),
        "rsquo" => Some('’'),
        "lsquo" => Some('‘'),
        "hellip" => Some('…'),
        _ => {
            let digits = name.strip_prefix('#')?;
            match digits.strip_prefix(['x', 'X']) {
                Some(hex) => number(hex, 16),
                None => number(digits, 10),
            }
        }
    }
}

/// Leaves one empty line where there are several, and no blanks at the ends of lines.
pub(super) fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut empty = 0;
    for line in text.replace("\r\n", "\n").replace('\r', "\n").lines() {
        let line = line.trim_end();
        empty = if line.is_empty() { empty + 1 } else { 0 };
        if empty < 2 && !(line.is_empty() && out.is_empty()) {
            out.push_str(line);
            out.push('\n');
        }
    }
    out.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn markup_goes_and_its_words_stay() {
        assert_eq!(
            text("<p>We are <b>looking</b>.</p><p>More &amp; soon</p>"),
            "We are looking.\n\nMore & soon"
        );
        assert_eq!(text("a<br />b<br>c"), "a\nb\nc");
        assert_eq!(text("<ul><li>one</li><li>two</li></ul>"), "- one\n- two");
        assert_eq!(text("p99 < 2 s & load > 3"), "p99 < 2 s & load > 3");
        assert_eq!(text("it&#39;s &#x2014; &unknown; &#0;&"), "it's — &unknown; \0&");
        assert_eq!(text("<script>alert(1)</script>x"), "x");
        assert_eq!(text("a\r\n\r\n\r\n\r\nb  \n"), "a\n\nb");
    }

    proptest! {
        #[test]
        fn any_text_has_an_end(html in "[<>&;/a-z#!\\- \n]{0,60}") {
            let _ = text(&html);
        }
    }
}
