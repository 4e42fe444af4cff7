//! Comments in Markdown, those inside code left out.

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
            let closes = comments.last().is_none_or(|before| before.closed);
            comments.push(comment(text, start, closes));
        }
    }
    comments
}

/// Reads the comment that begins at a byte; where `-->` closed none before it, none stands behind it either.
fn comment(text: &str, start: usize, may_close: bool) -> Comment {
    let rest = text.get(start..).unwrap_or_default();
    // `<!-->` and `<!--->` are whole comments to Markdown.
    let short = ["<!-->", "<!--->"].iter().find(|s| rest.starts_with(**s));
    let length = match short {
        Some(short) => Some(short.len()),
        None if !may_close => None,
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
    let line = text.get(comment.range.end..)?.split_inclusive('\n').next().unwrap_or_default();
    Some(comment.range.end.saturating_add(line.len()))
}

/// Returns where the line of a comment begins, if nothing but blanks stands before it and behind it.
///
/// No more than the blanks is looked at: all of a document's comments may stand on one line.
pub(super) fn line_before(text: &str, comment: &Comment) -> Option<usize> {
    let blank = |c: char| c != '\n' && c.is_whitespace();
    let before = text.get(..comment.range.start)?.trim_end_matches(blank);
    let behind = text.get(comment.range.end..)?.trim_start_matches(blank);
    let stands_alone = (before.is_empty() || before.ends_with('\n'))
        && (behind.is_empty() || behind.starts_with('\n'));
    stands_alone.then_some(before.len())
}

/// Returns whether a line of the text is empty, which ends a paragraph.
pub(super) fn has_blank_line(text: &str) -> bool {
    let lines: Vec<_> = text.split('\n').collect();
    let inner = lines.len().saturating_sub(2);
    lines.iter().skip(1).take(inner).any(|l| l.trim().is_empty())
}
