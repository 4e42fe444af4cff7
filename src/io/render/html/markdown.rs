//! Markdown as HTML that can't do anything but be read.
//!
//! Raw HTML becomes text, images become links, links lead to the web or to the page itself, and no
//! tag has an attribute that its writer chose but the address of a link.

use super::anchors::Anchors;
use super::escape::{LinkTarget, address, escaped, push};
use super::notes::Footnotes;
use super::numbers::PageDurations;
use super::table::TableWriter;
use super::{Page, times};
use pulldown_cmark::{
    CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd, TextMergeStream,
};
use std::fmt::Write;

/// A document as HTML, in the parts that a page puts in their places.
pub(super) struct PageBody<'p> {
    /// What the first heading says, where the document begins with one.
    pub(super) title: Option<String>,
    /// Everything else.
    pub(super) html: String,
    /// The headings below the title.
    pub(super) headings: Vec<PageHeading>,
    /// The numbers, with those that the document speaks of.
    pub(super) numbers: PageDurations<'p>,
}

/// A heading that the contents lead to.
pub(super) struct PageHeading {
    pub(super) deep: bool,
    pub(super) anchor: String,
    pub(super) html: String,
}

/// Returns the document of a page as HTML, with `chart` in its place: where the document says so, else
/// before the first heading below the title.
pub(super) fn body<'p>(page: &Page<'p>, chart: &'p str) -> PageBody<'p> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_GFM;
    let mut writer = PageWriter::new(page, chart);
    for event in TextMergeStream::new(Parser::new_ext(page.body, options)) {
        writer.event(event);
    }
    writer.done()
}

pub(super) struct PageWriter<'p> {
    page: Page<'p>,
    chart: &'p str,
    drawn: bool,
    /// Whether the document has a place for the chart.
    placed: bool,
    out: String,
    /// What was written before the heading, cell, footnote or chart that is being written.
    outer: Vec<String>,
    /// The letters of the heading or cell that is being written.
    plain: String,
    title: Option<String>,
    headings: Vec<PageHeading>,
    anchors: Anchors,
    pub(super) numbers: PageDurations<'p>,
    /// How each open link, image and block quote ends.
    ends: Vec<LinkEnd>,
    table: Option<TableWriter>,
    /// The day that the last heading named.
    day: Option<String>,
    notes: Footnotes,
    /// Whether a paragraph is the place of the chart.
    is_chart: bool,
    /// The raw HTML that is being gathered.
    raw: Option<String>,
}

/// How an open link or image ends.
enum LinkEnd {
    /// With nothing: it leads where no page may.
    Nothing,
    /// With its tag.
    Link,
    /// As a number or a time of ours, by its name, and where its letters begin.
    Ours(String, usize),
    /// As the place of the chart.
    Chart,
    /// As a picture, by its address, and where the letters of its name begin.
    Picture(String, usize),
}

impl<'p> PageWriter<'p> {
    fn new(page: &Page<'p>, chart: &'p str) -> Self {
        Self {
            page: *page,
            chart,
            drawn: false,
            placed: page.body.contains("](recount:chart)"),
            out: String::with_capacity(page.body.len() * 2),
            outer: vec![],
            plain: String::new(),
            title: None,
            headings: vec![],
            anchors: Anchors::default(),
            numbers: PageDurations::new(page.durations),
            ends: vec![],
            table: None,
            day: None,
            notes: Footnotes::default(),
            is_chart: false,
            raw: None,
        }
    }

    fn done(mut self) -> PageBody<'p> {
        self.draw();
        self.out.push_str(&self.notes.section());
        PageBody {
            title: self.title,
            html: self.out,
            headings: self.headings,
            numbers: self.numbers,
        }
    }

    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.text(&text),
            Event::Code(code) => {
                self.plain.push_str(&code);
                let _ = write!(self.out, "<code>{}</code>", escaped(&code));
            }
            Event::Html(raw) => match &mut self.raw {
                Some(all) => all.push_str(&raw),
                None => self.raw_text(&raw),
            },
            Event::InlineHtml(raw) => self.raw_text(&raw),
            Event::SoftBreak => self.out.push('\n'),
            Event::HardBreak => self.out.push_str("<br>\n"),
            Event::Rule => self.out.push_str("<hr>\n"),
            Event::TaskListMarker(done) => self.out.push_str(tick(done)),
            Event::FootnoteReference(label) => self.notes.refer(&mut self.out, &label),
            Event::InlineMath(text) | Event::DisplayMath(text) => self.text(&text),
        }
    }

    fn text(&mut self, text: &str) {
        self.plain.push_str(text);
        push(&mut self.out, text);
    }

    /// Writes raw HTML as the text that it is; a comment says nothing to readers.
    fn raw_text(&mut self, raw: &str) {
        let mut rest = raw;
        while let Some((before, after)) = rest.split_once("<!--") {
            let Some((_, behind)) = after.split_once("-->") else { break };
            self.text(before);
            rest = behind;
        }
        self.text(rest);
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph => {
                self.plain.clear();
                self.out.push_str("<p>");
            }
            Tag::Heading { .. } => self.gather(),
            Tag::BlockQuote(_) => self.out.push_str("<blockquote>\n"),
            Tag::CodeBlock(kind) => self.code(&kind),
            Tag::HtmlBlock => self.raw = Some(String::new()),
            Tag::List(None) => self.out.push_str("<ul>\n"),
            Tag::List(Some(1)) => self.out.push_str("<ol>\n"),
            Tag::List(Some(first)) => {
                let _ = writeln!(self.out, "<ol start=\"{first}\">");
            }
            Tag::Item => self.out.push_str("<li>"),
            Tag::FootnoteDefinition(label) => {
                self.notes.open(&label);
                self.gather();
            }
            Tag::Table(alignments) => {
                self.out.push_str(super::table::OPEN);
                self.table = Some(TableWriter::new(alignments));
            }
            Tag::TableHead => self.out.push_str("<thead><tr>"),
            Tag::TableRow => self.out.push_str("<tr>"),
            Tag::TableCell => self.gather(),
            Tag::Emphasis => self.out.push_str("<em>"),
            Tag::Strong => self.out.push_str("<strong>"),
            Tag::Strikethrough => self.out.push_str("<del>"),
            Tag::Link { dest_url, .. } => self.link(&dest_url, false),
            Tag::Image { dest_url, .. } => self.link(&dest_url, true),
            // None of these is asked for: their text is written as it stands.
            Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::Superscript
            | Tag::Subscript
            | Tag::MetadataBlock(_) => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => self.end_paragraph(),
            TagEnd::Heading(level) => self.end_heading(level),
            TagEnd::BlockQuote(_) => self.out.push_str("</blockquote>\n"),
            TagEnd::CodeBlock => self.out.push_str("</code></pre>\n"),
            TagEnd::HtmlBlock => self.end_raw(),
            TagEnd::List(false) => self.out.push_str("</ul>\n"),
            TagEnd::List(true) => self.out.push_str("</ol>\n"),
            TagEnd::Item => self.out.push_str("</li>\n"),
            TagEnd::FootnoteDefinition => {
                let html = self.gathered();
                self.notes.close(html);
            }
            TagEnd::Table => {
                self.table = None;
                self.out.push_str(super::table::CLOSE);
            }
            TagEnd::TableHead => {
                self.out.push_str("</tr></thead>\n<tbody>\n");
                self.table.iter_mut().for_each(TableWriter::end_head);
            }
            TagEnd::TableRow => {
                self.out.push_str("</tr>\n");
                self.table.iter_mut().for_each(TableWriter::end_row);
            }
            TagEnd::TableCell => self.end_cell(),
            TagEnd::Emphasis => self.out.push_str("</em>"),
            TagEnd::Strong => self.out.push_str("</strong>"),
            TagEnd::Strikethrough => self.out.push_str("</del>"),
            TagEnd::Link | TagEnd::Image => self.end_link(),
            TagEnd::DefinitionList
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::MetadataBlock(_) => {}
        }
    }

    /// Begins to write something that is known only when it ends.
    fn gather(&mut self) {
        self.outer.push(std::mem::take(&mut self.out));
        self.plain.clear();
    }

    /// Returns what was written since [`Self::gather`].
    fn gathered(&mut self) -> String {
        let outer = self.outer.pop().unwrap_or_default();
        std::mem::replace(&mut self.out, outer)
    }

    fn end_paragraph(&mut self) {
        self.out.push_str("</p>\n");
        self.day = times::day(&self.plain).or_else(|| self.day.take());
        if std::mem::take(&mut self.is_chart) {
            let empty = self.out.trim_end_matches("<p></p>\n").len();
            self.out.truncate(empty);
            self.draw();
        }
    }

    /// Writes the chart here, unless it was written before.
    fn draw(&mut self) {
        if !std::mem::replace(&mut self.drawn, true) {
            self.out.push_str(self.chart);
        }
    }

    fn end_heading(&mut self, level: HeadingLevel) {
        let html = self.gathered();
        let plain = std::mem::take(&mut self.plain);
        self.day = times::day(&plain).or_else(|| self.day.take());
        let first = self.title.is_none() && self.headings.is_empty();
        if level == HeadingLevel::H1 && first && self.outer.is_empty() {
            self.title = Some(html);
            return;
        }
        if !self.placed && self.outer.is_empty() && level <= HeadingLevel::H2 {
            self.draw();
        }
        // One page has one title: what stands as high as it is a section of it.
        let level = if level == HeadingLevel::H1 { HeadingLevel::H2 } else { level };
        let anchor = self.anchors.of(&plain);
        let _ = writeln!(
            self.out,
            "<{level} id=\"{anchor}\">{html} <a class=\"anchor\" href=\"#{anchor}\" \
             aria-label=\"Link to “{}”\">#</a></{level}>",
            escaped(&plain)
        );
        if level <= HeadingLevel::H3 {
            let html = escaped(&plain);
            self.headings.push(PageHeading { deep: level == HeadingLevel::H3, anchor, html });
        }
    }

    fn code(&mut self, kind: &CodeBlockKind<'_>) {
        let language = match kind {
            CodeBlockKind::Fenced(info) => info.split_whitespace().next().unwrap_or_default(),
            CodeBlockKind::Indented => "",
        };
        let _ = write!(self.out, "<pre tabindex=\"0\"><code");
        if !language.is_empty() {
            let _ = write!(self.out, " class=\"language-{}\"", escaped(language));
        }
        self.out.push('>');
    }

    /// Writes the block of raw HTML that was gathered as a paragraph of text.
    fn end_raw(&mut self) {
        let raw = self.raw.take().unwrap_or_default();
        self.gather();
        self.raw_text(raw.trim_end());
        let text = self.gathered();
        if !text.trim().is_empty() {
            let _ = writeln!(self.out, "<p>{text}</p>");
        }
    }

    fn link(&mut self, to: &str, image: bool) {
        let picture = self.page.pictures.iter().find(|picture| image && picture.is_at(to));
        if let Some(picture) = picture {
            self.outer.push(std::mem::take(&mut self.out));
            self.ends.push(LinkEnd::Picture(picture.address(), self.plain.len()));
            return;
        }
        let inside = self.ends.iter().any(|end| matches!(end, LinkEnd::Link | LinkEnd::Ours(..)));
        let end = match address(to) {
            _ if inside => LinkEnd::Nothing,
            Some(LinkTarget::Here(anchor)) if !anchor.is_empty() => {
                let _ = write!(self.out, "<a href=\"#{}\">", escaped(anchor));
                LinkEnd::Link
            }
            Some(LinkTarget::Away(to)) => {
                let to = escaped(to);
                let _ = write!(self.out, "<a href=\"{to}\" rel=\"noopener noreferrer nofollow\">");
                LinkEnd::Link
            }
            Some(LinkTarget::Ours("chart")) if self.table.is_none() => {
                self.gather_chart();
                LinkEnd::Chart
            }
            Some(LinkTarget::Ours(name)) => {
                self.outer.push(std::mem::take(&mut self.out));
                LinkEnd::Ours(name.to_owned(), self.plain.len())
            }
            _ => LinkEnd::Nothing,
        };
        if image {
            self.out.push_str("Image: ");
        }
        self.ends.push(end);
    }

    fn gather_chart(&mut self) {
        self.outer.push(std::mem::take(&mut self.out));
        self.is_chart = true;
    }

    fn end_link(&mut self) {
        match self.ends.pop() {
            Some(LinkEnd::Link) => self.out.push_str("</a>"),
            Some(LinkEnd::Ours(name, begin)) => {
                let html = self.gathered();
                let plain = self.plain.get(begin..).unwrap_or_default();
                let time = times::marked(plain, None, self.page.zone);
                let html = time.unwrap_or_else(|| self.numbers.explained(&name, &html));
                self.out.push_str(&html);
            }
            Some(LinkEnd::Chart) => {
                self.gathered();
            }
            Some(LinkEnd::Picture(address, begin)) => {
                self.gathered();
                let name = escaped(self.plain.get(begin..).unwrap_or_default());
                let _ = write!(self.out, "<img class=\"shown\" src=\"{address}\" alt=\"{name}\">");
            }
            Some(LinkEnd::Nothing) | None => {}
        }
    }

    fn end_cell(&mut self) {
        let html = self.gathered();
        let plain = std::mem::take(&mut self.plain);
        let Some(table) = &mut self.table else { return self.out.push_str(&html) };
        let time = || times::marked(&plain, self.day.as_deref(), self.page.zone);
        let name = self.numbers.named(&plain).filter(|_| table.is_first());
        let html = match (table.is_head(), name) {
            (true, _) => html,
            (false, Some(name)) => self.numbers.explained(name, &html),
            (false, None) => time().or_else(|| table.badge(&plain)).unwrap_or(html),
        };
        table.write_cell(&mut self.out, &html, &plain);
    }
}

fn tick(done: bool) -> &'static str {
    match done {
        true => "<span class=\"tick done\" role=\"img\" aria-label=\"Done:\">✓</span> ",
        false => "<span class=\"tick\" role=\"img\" aria-label=\"To do:\"></span> ",
    }
}
