//! Fields of a document behind which nothing is written: `**Authors:**`.

use super::OPTIONS;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};

/// The most words of a label.
const MOST_WORDS: usize = 3;

/// Returns each label with nothing behind it, and its first byte: what follows is another label, a heading or the end.
///
/// A sentence that ends in a colon introduces what follows, and so does a label before a list.
pub(crate) fn empty_labels(text: &str) -> Vec<(String, usize)> {
    let mut found = vec![];
    let mut line: Option<(String, usize)> = None;
    let mut pending: Option<(String, usize)> = None;
    for (event, range) in Parser::new_ext(text, OPTIONS).into_offset_iter() {
        match event {
            Event::Text(said) | Event::Code(said) => {
                line.get_or_insert_with(|| (String::new(), range.start)).0.push_str(&said);
            }
            Event::SoftBreak
            | Event::HardBreak
            | Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::Heading(_)) => {
                let is_heading = matches!(event, Event::End(TagEnd::Heading(_)));
                let said = line.take();
                if let Some(before) = pending.take_if(|_| said.is_some()) {
                    let follows =
                        |(said, _): &(String, usize)| is_heading || begins_with_label(said);
                    found.extend(Some(before).filter(|_| said.as_ref().is_some_and(follows)));
                }
                pending = pending.or(said.filter(|(said, _)| !is_heading && is_label(said)));
                if matches!(event, Event::End(TagEnd::Item)) {
                    found.extend(pending.take());
                }
            }
            Event::Start(
                Tag::List(_)
                | Tag::CodeBlock(_)
                | Tag::BlockQuote(_)
                | Tag::Table(_)
                | Tag::Image { .. },
            ) => {
                // In a tight list an item's words have no paragraph of their own.
                line = None;
                pending = None;
            }
            _ => {}
        }
    }
    found.extend(pending);
    found.into_iter().map(|(label, at)| (label.trim().to_owned(), at)).collect()
}

/// Returns whether a line is a label alone.
fn is_label(said: &str) -> bool {
    let said = said.trim();
    said.len() > 1 && said.ends_with(':') && said.split_whitespace().count() <= MOST_WORDS
}

fn begins_with_label(said: &str) -> bool {
    said.split_once(':').is_some_and(|(label, _)| is_label(&format!("{label}:")))
}
