//! Markdown that people wrote into data, made safe: it keeps its emphasis, lists and links, and can do nothing else.
//!
//! Readers of Markdown differ in what they take for HTML, for a link and for code. So what one of them could take for more
//! than text is escaped, and two readers must find nothing wild in the result.

mod escape;
mod scan;

use super::text::{clean, markdown};
use escape::{CodeEscape, escape};
use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};
use scan::is_plain;
use std::fmt::Write;

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
    let mut ways = [CodeEscape::Kept, CodeEscape::Text].into_iter().map(|code| escape(text, code));
    ways.find(|way| is_safe(way)).unwrap_or_else(|| markdown(text))
}

/// Returns whether two readers find nothing wild.
fn is_safe(text: &str) -> bool {
    is_tame(text) && is_plain(text)
}

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
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
            Event::Start(Tag::Link { ref dest_url, link_type, .. })
                if link_type != LinkType::Inline || !leads_to_web(dest_url) =>
            {
                return false;
            }
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
        (Some(title), true) => format!("[{title}]({})", canonical(url)),
        (None, true) => autolink("", url),
        (Some(title), false) => format!("{title}: {}", markdown(url)),
        (None, false) => markdown(url),
    }
}

/// Returns a link whose text is its address; `<` would be the beginning of HTML to some readers.
fn autolink(scheme: &str, address: &str) -> String {
    format!("[{}]({})", markdown(address), canonical(&format!("{scheme}{address}")))
}

/// Returns an address without the signs at which readers of Markdown could end or cut it; these are encoded.
fn canonical(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    for c in url.trim().chars() {
        if c == '&' && url.contains(';') {
            // What follows could be read as the name of a sign.
            out.push_str("&amp;");
        } else if is_canonical_sign(c) {
            out.push(c);
        } else {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

fn is_canonical(url: &str) -> bool {
    url.chars().all(is_canonical_sign)
}

fn is_canonical_sign(c: char) -> bool {
    let cuts = "<>()[]{}\\\"'`|*";
    !c.is_whitespace() && !c.is_control() && !cuts.contains(c)
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
            ("<svg/onload=alert(1)>", "&lt;svg/onload=alert(1)>"),
            ("a \\<b onclick=x>", "a &lt;b onclick=x>"),
            ("[a](javascript:alert(1))", "\\[a\\](javascript:alert(1))"),
            ("[a](javascript:x \"a\" b)", "\\[a\\](javascript:x \"a\" b)"),
            ("[a](JaVa&#x53;cript:x)", "\\[a\\](JaVa&#x53;cript:x)"),
            ("![a](https://example.com/x.png)", "!\\[a\\](https://example.com/x.png)"),
            ("a\n[b]: javascript:x\n[b]", "a\n\\[b\\]: javascript:x\n\\[b\\]"),
            ("a\n{: onclick=\"x\"}", "a\n\\{: onclick=\"x\"\\}"),
            ("`\"/onclick=x` | b\n--|--", "\\`&quot;/onclick=x\\` | b\n--|--"),
            ("| \"/onclick=x | b |\n|---|---|", "| &quot;/onclick=x | b |\n|---|---|"),
            ("x\n<!-- recount:end summary -->\ny", "x\n&lt;!-- recount:end summary -->\ny"),
        ] {
            assert_eq!(prose(text), shown, "{text}");
        }
    }

    #[test]
    fn a_link_to_the_web_has_an_address_that_every_reader_ends_alike() {
        for (text, shown) in [
            ("[a](https://e.com/x?a=1&b=2#c)", "[a](https://e.com/x?a=1&b=2#c)"),
            ("[a](/runbook.md)", "[a](/runbook.md)"),
            ("[a `b` *c*](<https://e.com/x y> \"title\")", "[a `b` *c*](https://e.com/x%20y)"),
            ("[a](https://e.com/x_(y))", "[a](https://e.com/x_%28y%29)"),
            ("[a](https://e.com/&amp;copy;)", "[a](https://e.com/&amp;copy;)"),
            ("<https://e.com/a_b>", "[https://e.com/a\\_b](https://e.com/a_b)"),
            ("<me@e.com>", "[me@e.com](mailto:me@e.com)"),
            ("https://e.com/[a](https://e.com/b)", "https://e.com/\\[a\\](https://e.com/b)"),
            ("- [x] done [sic]", "- [x] done \\[sic\\]"),
        ] {
            assert_eq!(prose(text), shown, "{text}");
            assert_eq!(prose(shown), shown, "it stays so");
        }
    }

    #[test]
    fn code_stays_code_where_every_reader_agrees() {
        for (text, shown) in [
            ("a `Vec<u8>` and `x[0]`", "a `Vec<u8>` and `x[0]`"),
            ("a\n\n```sh\nls\n```\n\nb `<x>`", "a\n\n```sh\nls\n```\n\nb `<x>`"),
            ("a\n```xml\n<b>\n\n<c>\n```\nd", "a\n\n```\n    <b>\n    <c>\n```\n\nd"),
            ("a\n\n    <b>\n\nc", "a\n\n```\n    <b>\n```\n\nc"),
            // To some readers a backslash before code is an escape, and a backtick without its fellow goes on.
            ("a \\\\`<b>`", "a \\\\\\`&lt;b&gt;\\`"),
            ("https://e.com/`a` `<b>`", "https://e.com/`a` \\`&lt;b&gt;\\`"),
            ("a ` b\n\n`<c>`", "a ` b\n\n\\`&lt;c&gt;\\`"),
            ("- a\n\n  ```\n  <b>\n  ```", "- a\n\n  &lt;b&gt;"),
        ] {
            assert_eq!(prose(text), shown, "{text}");
        }
    }

    #[test]
    fn code_that_is_never_closed_is_text() {
        assert_eq!(prose("a\n```\nb"), "a \\`\\`\\` b");
        assert_eq!(prose("# a\n\nb *c*"), "\\# a\n\nb *c*");
        assert_eq!(prose("a\n===\n\nb"), "a === b");
        assert_eq!(prose("[a]: javascript:x\n\nb"), "\\[a\\]: javascript:x\n\nb");
    }

    #[test]
    fn a_link_leads_to_the_web_or_is_text() {
        assert_eq!(
            link(Some("a|b"), "https://example.com/?a=1_2"),
            "[a\\|b](https://example.com/?a=1_2)"
        );
        assert_eq!(link(None, "https://e.com/(a)"), "[https://e.com/(a)](https://e.com/%28a%29)");
        assert_eq!(link(None, "javascript:alert(1)"), "javascript:alert(1)");
        assert_eq!(link(Some("x"), "https://a/<b>"), "x: https://a/&lt;b&gt;");
    }

    /// Pieces of Markdown in which readers differ.
    fn piece() -> impl Strategy<Value = String> {
        let pieces = [
            "<svg/onload=x>",
            "<b>",
            "<a href='",
            "[y](javascript:x)",
            "](",
            "[",
            "]",
            "javascript:x",
            "\n",
            "\n\n",
            "\n    ",
            "\n- ",
            "\n> ",
            "`",
            "``",
            "```",
            "\n```\n",
            "\n~~~\n",
            "\\",
            "\\`",
            "(https://e.com/ \"a\" b)",
            "[y](https://e.com/x)",
            "[y]: javascript:x",
            "<https://e.com/a>",
            "{: onclick=x}",
            "!",
            "|",
            "\n|---|---|\n",
            "a",
            " ",
            "\"",
            ")",
            "&lt;",
            "&#60;",
            "1. ",
            "#",
            "*",
            "_",
            "- [ ] ",
            "<!--",
            "-->",
            "\t",
        ];
        prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..14).prop_map(|p| p.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn two_readers_find_nothing_wild(
            any in any::<String>(), near in "[a<>!\\[\\](){}:/`~|#*_=\\\\ \n-]{0,40}", pieces in piece()
        ) {
            for text in [any, near, pieces] {
                let safe = prose(&text);
                prop_assert!(is_safe(&safe) || safe == markdown(text.trim()), "{safe:?}");
                prop_assert!(is_tame(&safe) || safe.is_empty(), "{safe:?}");
                // What has no backtick has no code in which a `<` could stand.
                prop_assert!(safe.contains('`') || !safe.contains('<'), "{safe:?}");
            }
        }
    }
}
