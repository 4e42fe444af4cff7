//! Sections of a document in which nothing is written.

use super::OPTIONS;
use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd};

/// What people leave where something is still to be written.
const TO_DO: [&str; 8] = ["todo", "tbd", "fixme", "xxx", "to be done", "to be written", "...", "…"];

/// Returns the title and the first byte of each heading with nothing below it, or with a mere `TODO`.
///
/// Comments are nothing; a heading that holds deeper ones is not empty.
pub(crate) fn empty_sections(text: &str) -> Vec<(String, usize)> {
    let mut found = vec![];
    let mut open: Option<ProseSection> = None;
    let mut title: Option<String> = None;
    for (event, range) in Parser::new_ext(text, OPTIONS).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                found.extend(open.take().filter(|s| s.is_empty_before(Some(level))));
                open = Some(ProseSection { level, start: range.start, ..ProseSection::default() });
                title = Some(String::new());
            }
            Event::End(TagEnd::Heading(_)) => {
                if let Some(section) = &mut open {
                    section.title = title.take().unwrap_or_default();
                }
            }
            Event::Text(said) | Event::Code(said) => match (&mut title, &mut open) {
                (Some(title), _) => title.push_str(&said),
                (None, Some(section)) => section.said.push_str(&said),
                (None, None) => {}
            },
            Event::Start(Tag::Image { .. } | Tag::CodeBlock(_)) | Event::Rule => {
                if let Some(section) = &mut open {
                    section.shows = !matches!(event, Event::Rule) || section.shows;
                }
            }
            Event::Html(html) | Event::InlineHtml(html) => {
                if let Some(section) = &mut open {
                    section.shows |= !html.trim_start().starts_with("<!--");
                }
            }
            _ => {}
        }
    }
    found.extend(open.filter(|s| s.is_empty_before(None)));
    found.into_iter().map(|s| (s.title, s.start)).collect()
}

/// A heading and what stands below it, up to the next one.
struct ProseSection {
    level: HeadingLevel,
    start: usize,
    title: String,
    said: String,
    /// Whether something other than text stands there: a picture, code, HTML.
    shows: bool,
}

impl Default for ProseSection {
    fn default() -> Self {
        let (title, said) = (String::new(), String::new());
        Self { level: HeadingLevel::H1, start: 0, title, said, shows: false }
    }
}

impl ProseSection {
    /// Returns whether nothing stands in it, if the next heading has that level.
    fn is_empty_before(&self, next: Option<HeadingLevel>) -> bool {
        let holds_deeper = next.is_some_and(|next| next > self.level);
        let said = self.said.trim().to_lowercase();
        let to_do = TO_DO.contains(&said.trim_end_matches(['.', ':'])) || TO_DO.contains(&&*said);
        !self.shows && (to_do || (said.is_empty() && !holds_deeper))
    }
}
