//! What people wrote in a document, and the lengths and times of day that it states.
//!
//! Code, quotations, comments, addresses and generated parts are no prose: blanks stand in their place, so that every byte keeps
//! its place.

mod clock;
mod date;
mod label;
mod length;
mod section;
mod token;
mod zone;

#[cfg(test)]
mod tests;

pub(crate) use clock::{StatedClock, clocks};
pub(crate) use date::{StatedDate, dates};
pub(crate) use label::empty_labels;
pub(crate) use length::{StatedLength, lengths};
pub(crate) use section::empty_sections;
pub(crate) use zone::{StatedZone, zone_of_all};

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};
use std::ops::Range;

/// What GitHub's Markdown has beside the common one, as far as it bears on what is prose.
const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH);

/// Returns the prose of a document, each byte in its place; `generated` are the bytes that nobody wrote.
pub(crate) fn plain(text: &str, generated: &[Range<usize>]) -> String {
    let mut prose: Vec<u8> = text.bytes().map(|b| if b == b'\n' { b } else { b' ' }).collect();
    for range in written(text) {
        let ours = |r: &Range<usize>| generated.iter().any(|g| g.start < r.end && r.start < g.end);
        let Some(source) = text.get(range.clone()).filter(|_| !ours(&range)) else { continue };
        if let Some(place) = prose.get_mut(range) {
            place.copy_from_slice(source.as_bytes());
        }
    }
    // Whole characters were copied, and single-byte ones stand between them.
    String::from_utf8(prose).unwrap_or_default()
}

/// Returns the bytes of the text that stands neither in code, nor in a quotation, nor in an address.
fn written(text: &str) -> Vec<Range<usize>> {
    let mut found = vec![];
    let mut hidden = 0_usize;
    for (event, range) in Parser::new_ext(text, OPTIONS).into_offset_iter() {
        match event {
            // What is quoted is another's words.
            Event::Start(Tag::CodeBlock(_) | Tag::BlockQuote(_)) => hidden += 1,
            Event::Start(Tag::Link { link_type: LinkType::Autolink | LinkType::Email, .. }) => {
                hidden += 1;
            }
            Event::End(TagEnd::CodeBlock | TagEnd::BlockQuote(_)) => {
                hidden = hidden.saturating_sub(1);
            }
            Event::End(TagEnd::Link) if hidden > 0 => hidden -= 1,
            // An entity stands for another text than its own.
            Event::Text(said) if hidden == 0 && text.get(range.clone()) == Some(&*said) => {
                found.push(range);
            }
            _ => {}
        }
    }
    found
}
