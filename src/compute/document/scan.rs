//! Comments in Markdown, those inside code left out.

use crate::model::diagnostic::Location;
use pulldown_cmark::{Event, Options, Parser, Tag};
use std::ops::Range;

/// A comment, from `<!--` to `-->`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Comment {
    /// The bytes of all of it.
    pub(super) range: Range<usize>,
    /// The bytes of what stands in it.
    pub(super) inner: Range<usize>,
    /// Whether `-->` closes it.
    pub(super) closed: bool,
}

/// Returns the comments that stand outside code; an opening that nothing closes is one too.
pub(super) fn comments(text: &str) -> Vec<Comment> {
    let code = code(text);
    let mut comments: Vec<Comment> = vec![];
    let mut next_code = code.iter().peekable();
    for (start, _) in text.match_indices("<!--") {
        if comments.last().is_some_and(|c| c.closed && start < c.range.end) {
            continue;
        }
        while next_code.next_if(|c| c.end <= start).is_some() {}
        let in_code = next_code.peek().is_some_and(|c| c.start <= start);
        if !in_code && !is_escaped(text, start) {
            comments.push(comment(text, start));
        }
    }
    comments
}

fn comment(text: &str, start: usize) -> Comment {
    let rest = text.get(start..).unwrap_or_default();
    // `<!-->` and `<!--->` are whole comments to Markdown.
    let short = ["<!-->", "<!--->"].iter().find(|s| rest.starts_with(**s));
    let length = match short {
        Some(short) => Some(short.len()),
        None => rest.find("-->").map(|at| at.saturating_add(3)),
    };
    let inner = start.saturating_add(4);
    match length.map(|length| start.saturating_add(length)) {
        Some(end) => {
            let close = end.saturating_sub(3).max(inner);
            Comment { range: start..end, inner: inner..close, closed: true }
        }
        None => Comment { range: start..inner, inner: inner..inner, closed: false },
    }
}

/// Returns whether an odd number of backslashes takes the meaning from what stands at `at`.
fn is_escaped(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    before.bytes().rev().take_while(|b| *b == b'\\').count() % 2 == 1
}

/// Returns the bytes of code, blocks and spans, in order.
fn code(text: &str) -> Vec<Range<usize>> {
    let events = Parser::new_ext(text, OPTIONS).into_offset_iter();
    let code = events.filter_map(|(event, range)| match event {
        Event::Start(Tag::CodeBlock(_)) | Event::Code(_) => Some(range),
        _ => None,
    });
    code.collect()
}

/// What GitHub's Markdown has beside the common one, as far as it bears on what is code.
const OPTIONS: Options =
    Options::ENABLE_TABLES.union(Options::ENABLE_TASKLISTS).union(Options::ENABLE_FOOTNOTES);

/// Returns where the line after a comment begins, if nothing else stands on the comment's lines.
pub(super) fn line_after(text: &str, comment: &Comment) -> Option<usize> {
    line_before(text, comment)?;
    let rest = text.get(comment.range.end..)?;
    let line = rest.split_inclusive('\n').next().unwrap_or_default();
    let ends = line.trim().is_empty();
    ends.then(|| comment.range.end.saturating_add(line.len()))
}

/// Returns where the line of a comment begins, if nothing but blanks stands before it and behind it.
pub(super) fn line_before(text: &str, comment: &Comment) -> Option<usize> {
    let before = text.get(..comment.range.start)?;
    let line = before.rfind('\n').map_or(0, |at| at.saturating_add(1));
    let behind = text.get(comment.range.end..)?.split('\n').next().unwrap_or_default();
    (before.get(line..)?.trim().is_empty() && behind.trim().is_empty()).then_some(line)
}

/// Returns whether a line of the text is empty, which ends a paragraph.
pub(super) fn has_blank_line(text: &str) -> bool {
    let lines: Vec<_> = text.split('\n').collect();
    let inner = lines.len().saturating_sub(2);
    lines.iter().skip(1).take(inner).any(|l| l.trim().is_empty())
}

/// Returns the line and the column of a byte.
pub(super) fn place(text: &str, at: usize) -> Location {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count().saturating_add(1);
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count().saturating_add(1);
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Location { line: number(line), column: number(column) }
}
