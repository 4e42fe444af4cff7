//! Puts escapes into Markdown wherever any reader of Markdown could see HTML, attributes, or a link to elsewhere.

use super::super::text::markdown;
use super::scan::{MARKUP, ends_with_address, has_table};
use super::{autolink, canonical, leads_to_web, options};
use pulldown_cmark::{CodeBlockKind, Event, LinkType, Parser, Tag, TagEnd};
use std::ops::Range;

/// What becomes of code that holds what another reader could take for HTML or a link.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum CodeEscape {
    /// It stays code.
    Kept,
    /// It becomes text: readers may not agree about where it begins and ends.
    Text,
}

/// Returns Markdown in which the signs of HTML, links and attributes are escaped everywhere but in code and in links that lead to the web.
pub(super) fn escape(text: &str, code: CodeEscape) -> String {
    let quotes = has_table(text);
    let mut escaper =
        Escaper { text, code, quotes, edits: vec![], open: vec![], link: None, block: None };
    for (event, range) in Parser::new_ext(text, options()).into_offset_iter() {
        escaper.event(event, range);
    }
    escaper.written()
}

/// A link that is kept, while its text is read.
struct KeptLink {
    url: String,
    /// Where the last piece of its text ends.
    text_end: usize,
}

/// A block of code while its lines are read.
struct CodeBlock {
    range: Range<usize>,
    nested: bool,
    fenced: bool,
    content: String,
}

struct Escaper<'t> {
    text: &'t str,
    code: CodeEscape,
    /// Whether quotes are escaped too.
    quotes: bool,
    /// What replaces which bytes; what is kept as it is replaces itself.
    edits: Vec<(Range<usize>, String)>,
    /// The blocks and spans around the event.
    open: Vec<TagEnd>,
    link: Option<KeptLink>,
    block: Option<CodeBlock>,
}

impl Escaper<'_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match &event {
            Event::Start(tag) => self.start(tag, &range),
            Event::End(tag) => {
                self.open.pop();
                match tag {
                    TagEnd::Link => self.end_link(&range),
                    TagEnd::CodeBlock => self.end_block(),
                    _ => {}
                }
            }
            Event::Text(said) => {
                if let Some(block) = &mut self.block {
                    block.content.push_str(said);
                }
            }
            Event::Code(said) => {
                let stays = self.code == CodeEscape::Kept || !said.contains(MARKUP);
                let stays = stays && !(self.quotes && said.contains('"'));
                let span = self.part(&range);
                let span = if stays { span.to_owned() } else { self.as_text(span) };
                self.edits.push((range.clone(), span));
            }
            Event::TaskListMarker(_) => self.keep(range.clone()),
            _ => {}
        }
        if let (Some(link), false) =
            (&mut self.link, matches!(event, Event::Start(Tag::Link { .. })))
        {
            link.text_end = link.text_end.max(range.end);
        }
    }

    fn start(&mut self, tag: &Tag<'_>, range: &Range<usize>) {
        match tag {
            Tag::Link { link_type, dest_url, .. }
                if leads_to_web(dest_url) && !ends_with_address(self.part(&(0..range.start))) =>
            {
                self.start_link(*link_type, dest_url, range);
            }
            // Sections belong to the document.
            Tag::Heading { .. } => {
                self.edits.push((range.start..range.start, "\\".to_owned()));
            }
            Tag::CodeBlock(kind) => {
                let fenced = matches!(kind, CodeBlockKind::Fenced(_));
                let nested = !self.open.is_empty();
                let (range, content) = (range.clone(), String::new());
                self.block = Some(CodeBlock { range, nested, fenced, content });
            }
            _ => {}
        }
        self.open.push(tag.to_end());
    }

    fn start_link(&mut self, kind: LinkType, url: &str, range: &Range<usize>) {
        match kind {
            LinkType::Inline => {
                let text_end = range.start.saturating_add(1);
                self.keep(range.start..text_end);
                self.link = Some(KeptLink { url: url.to_owned(), text_end });
            }
            LinkType::Autolink => self.edits.push((range.clone(), autolink("", url))),
            LinkType::Email => self.edits.push((range.clone(), autolink("mailto:", url))),
            _ => {}
        }
    }

    /// Keeps the end of a link, without its title: readers differ in where one ends.
    fn end_link(&mut self, range: &Range<usize>) {
        let Some(KeptLink { url, text_end }) = self.link.take() else { return };
        let rest = self.part(&(text_end..range.end));
        // Between its text and its end stand blanks at most.
        if let Some(blanks) = rest.find("](").filter(|at| rest.get(..*at).is_some_and(is_blank)) {
            let from = text_end.saturating_add(blanks);
            self.edits.push((from..range.end, format!("]({})", canonical(&url))));
        }
    }

    /// Keeps a block of code, in a form in which every reader sees code where it holds what could be more.
    fn end_block(&mut self) {
        let Some(CodeBlock { range, nested, fenced, content }) = self.block.take() else { return };
        let raw = self.part(&range);
        let line = self.part(&(0..range.start)).rfind('\n').map_or(0, |at| at.saturating_add(1));
        let risky = raw.contains(MARKUP)
            || fenced && content.contains('`')
            || self.quotes && raw.contains('"');
        if !risky {
            return self.keep(range);
        }
        if nested {
            let end = if raw.ends_with('\n') { "\n" } else { "" };
            self.edits.push((range, self.as_text(&content) + end));
            return;
        }
        let kept = self.code == CodeEscape::Kept && !content.contains("```");
        let shown = if kept { fence(&content) } else { self.as_text(&content) };
        // It stands alone, whatever stood around it.
        let before = self.part(&(0..line));
        let gap = if before.is_empty() || before.ends_with("\n\n") { "" } else { "\n" };
        let after = self.part(&(range.end..self.text.len())).trim_start_matches('\n');
        let end = self.text.len().saturating_sub(after.len());
        self.edits.push((line..end, format!("{gap}{shown}\n\n")));
    }

    fn as_text(&self, code: &str) -> String {
        let text = markdown(code);
        if self.quotes { text.replace('"', "&quot;") } else { text }
    }

    fn keep(&mut self, range: Range<usize>) {
        let kept = self.part(&range).to_owned();
        self.edits.push((range, kept));
    }

    fn part(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    fn written(mut self) -> String {
        self.edits.sort_by_key(|(range, _)| (range.start, range.end));
        let mut out = String::with_capacity(self.text.len());
        let mut copied = 0;
        for (range, with) in &self.edits {
            if range.start < copied {
                continue;
            }
            push_escaped(&mut out, self.part(&(copied..range.start)), self.quotes);
            out.push_str(with);
            copied = range.end;
        }
        push_escaped(&mut out, self.part(&(copied..self.text.len())), self.quotes);
        out.trim().to_owned()
    }
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// Returns a block of code that is code to readers without fences too.
///
/// To them it is a span of code, which an empty line would end, and before which a line that begins with `<` is HTML.
fn fence(content: &str) -> String {
    let lines = content.lines().filter(|line| !is_blank(line));
    let lines: String = lines.map(|line| format!("    {line}\n")).collect();
    format!("```\n{lines}```")
}

/// Adds text, with an escape before each sign that has none.
fn push_escaped(out: &mut String, text: &str, quotes: bool) {
    let mut escaped = false;
    for c in text.chars() {
        match c {
            '<' => {
                // Not every reader takes a backslash before it for an escape.
                if escaped {
                    out.pop();
                }
                out.push_str("&lt;");
            }
            '"' if quotes => {
                if escaped {
                    out.pop();
                }
                out.push_str("&quot;");
            }
            '[' | ']' | '{' | '}' if !escaped => out.extend(['\\', c]),
            c => out.push(c),
        }
        escaped = c == '\\' && !escaped;
    }
}
