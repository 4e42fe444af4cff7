//! Markdown that people wrote into data, made safe: it keeps its emphasis, lists and links, and can do nothing else.

use super::text::{clean, markdown};
use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};
use std::ops::Range;

/// Schemes that a link may have; a link without one stays where the document is.
const SCHEMES: [&str; 3] = ["http", "https", "mailto"];

/// A word that no text of people holds.
const SENTINEL: &str = "\u{f8ff}recount\u{f8ff}";

/// Returns Markdown in which HTML is shown as text and no link leads anywhere but to the web or to mail, and which
/// ends where it ends: what stands behind it is not drawn into its code or lists.
///
/// Where that can't be had by escapes, all of it is shown as text.
pub fn prose(text: &str) -> String {
    let text = clean(text);
    // Blanks at its beginning would make it code, or part of a list that stands before it.
    let text = text.trim();
    if text.contains('\u{f8ff}') {
        return markdown(text);
    }
    let escaped = escape(text);
    if is_tame(&escaped) { escaped } else { markdown(text) }
}

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
}

/// Puts an escape wherever HTML or a link to elsewhere begins.
fn escape(text: &str) -> String {
    let mut wild: Vec<usize> = vec![];
    for (event, range) in Parser::new_ext(text, options()).into_offset_iter() {
        match event {
            Event::Html(_) | Event::InlineHtml(_) | Event::Start(Tag::HtmlBlock) => {
                wild.extend(openings(text, &range));
            }
            Event::Start(Tag::Link { dest_url, link_type, .. }) if !leads_to_web(&dest_url) => {
                wild.extend(match link_type {
                    LinkType::Autolink | LinkType::Email => openings(text, &range),
                    _ => vec![range.start],
                });
            }
            // Sections belong to the document.
            Event::Start(Tag::Heading { .. }) => wild.push(range.start),
            // An image would be fetched by whoever reads.
            Event::Start(Tag::Image { .. }) => {
                wild.extend([range.start, range.start.saturating_add(1)]);
            }
            _ => {}
        }
    }
    wild.sort_unstable();
    wild.dedup();
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for at in wild {
        out.push_str(text.get(copied..at).unwrap_or_default());
        copied = at;
        if text.get(at..).is_some_and(|rest| rest.starts_with('<')) {
            out.push_str("&lt;");
            copied = at.saturating_add(1);
        } else {
            out.push('\\');
        }
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    out
}

/// Returns where `<` stands in a range.
fn openings(text: &str, range: &Range<usize>) -> Vec<usize> {
    let part = text.get(range.clone()).unwrap_or_default();
    part.match_indices('<').map(|(at, _)| range.start.saturating_add(at)).collect()
}

/// Returns whether Markdown holds no HTML, no image and no link to elsewhere, and leaves nothing open at its end.
fn is_tame(text: &str) -> bool {
    let probe = format!("{text}\n\n{SENTINEL}\n");
    let parser = Parser::new_ext(&probe, options());
    let definitions = parser.reference_definitions().iter().next().is_some();
    let mut open: Vec<TagEnd> = vec![];
    let mut ends = false;
    for event in parser {
        match event {
            Event::Html(_) | Event::InlineHtml(_) => return false,
            Event::Start(Tag::Link { dest_url, .. }) if !leads_to_web(&dest_url) => return false,
            Event::Start(Tag::Image { .. } | Tag::FootnoteDefinition(_) | Tag::Heading { .. }) => {
                return false;
            }
            Event::Start(tag) => open.push(tag.to_end()),
            Event::End(_) => drop(open.pop()),
            Event::Text(said) if &*said == SENTINEL => ends = open == [TagEnd::Paragraph],
            _ => {}
        }
    }
    // A definition would give meaning to brackets elsewhere in the document.
    ends && !definitions
}

/// Returns whether an address is one of the web or of mail, or has no scheme at all.
pub fn leads_to_web(url: &str) -> bool {
    let url = url.trim();
    if url.chars().any(|c| c.is_control() || c == '\\') || url.starts_with("//") {
        return false;
    }
    let head = url.split(['/', '?', '#']).next().unwrap_or_default();
    match head.split_once(':') {
        Some((scheme, _)) => SCHEMES.contains(&scheme.to_ascii_lowercase().as_str()),
        None => !head.contains('&') && !head.contains('%'),
    }
}

/// Returns a link in Markdown, or its text alone where it leads anywhere but to the web or to mail.
pub fn link(title: Option<&str>, url: &str) -> String {
    let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '<' | '>' | '\\' | '|' | '`' | '"');
    let scheme = url.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    let known = scheme.is_some_and(|s| SCHEMES.contains(&s.as_str()));
    let safe = known && leads_to_web(url) && url.chars().all(plain);
    match (title.map(markdown).filter(|t| !t.is_empty()), safe) {
        (Some(title), true) => format!("[{title}](<{url}>)"),
        (None, true) => format!("<{url}>"),
        (Some(title), false) => format!("{title}: {}", markdown(url)),
        (None, false) => markdown(url),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_people_write_stays_as_they_wrote_it() {
        let text = "The **power** failed, see [the graph](https://example.com/a) and `rack 7`.\n\n- one\n- two";
        assert_eq!(prose(&format!("{text}\n")), text);
    }

    #[test]
    fn html_and_links_to_elsewhere_are_shown_as_text() {
        for (text, shown) in [
            ("a <b>c</b>", "a &lt;b>c&lt;/b>"),
            ("<script>alert(1)</script>", "&lt;script>alert(1)&lt;/script>"),
            ("[a](javascript:alert(1))", "\\[a](javascript:alert(1))"),
            ("[a](JaVa&#x53;cript:x)", "\\[a](JaVa&#x53;cript:x)"),
            ("![a](https://example.com/x.png)", "\\!\\[a](https://example.com/x.png)"),
            ("x\n<!-- recount:end summary -->\ny", "x\n&lt;!-- recount:end summary -->\ny"),
        ] {
            assert_eq!(prose(text), shown, "{text}");
        }
    }

    #[test]
    fn code_that_is_never_closed_is_text() {
        assert_eq!(prose("a\n```\nb"), "a \\`\\`\\` b");
        assert_eq!(prose("# a\n\nb *c*"), "\\# a\n\nb *c*");
        assert_eq!(prose("a\n===\n\nb"), "a === b");
        assert_eq!(prose("[a]: javascript:x\n\nb"), markdown("[a]: javascript:x\n\nb"));
    }

    #[test]
    fn a_link_leads_to_the_web_or_is_text() {
        assert_eq!(
            link(Some("a|b"), "https://example.com/?a=1_2"),
            "[a\\|b](<https://example.com/?a=1_2>)"
        );
        assert_eq!(link(None, "javascript:alert(1)"), "javascript:alert(1)");
        assert_eq!(link(Some("x"), "https://a/<b>"), "x: https://a/&lt;b&gt;");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn nothing_wild_is_left(
            any in any::<String>(), near in "[a<>!\\[\\](){}:/`~|#*_=\\\\ \n-]{0,40}"
        ) {
            for text in [any, near] {
                let safe = prose(&text);
                prop_assert!(is_tame(&safe) || safe.is_empty(), "{safe:?}");
            }
        }
    }
}
