//! A document without what is only for its writers.

use super::marker::{self, Marker};
use super::scan::{Comment, comments, line_after, line_before};

/// Returns the Markdown of a document without its markers and its other comments, such as prompts to the writer;
/// where one stood alone, its line goes too.
pub(crate) fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for comment in comments(text).iter().filter(|c| c.closed) {
        let (start, end) = lines(text, comment).unwrap_or((comment.range.start, comment.range.end));
        if start < copied {
            continue;
        }
        out.push_str(text.get(copied..start).unwrap_or_default());
        copied = end;
        if start < comment.range.start || is_line_start(text, start) {
            copied = part_paragraphs(&mut out, text, end);
        }
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    let body = out.trim_matches(['\n', '\r']);
    if body.is_empty() { String::new() } else { format!("{body}\n") }
}

/// Returns the bytes of the lines of a comment that stands alone on them.
fn lines(text: &str, comment: &Comment) -> Option<(usize, usize)> {
    // The two markers of a value stand in a sentence, wherever an editor broke its lines.
    let inline = matches!(
        marker::read(text, comment),
        Some(Ok(Marker::Value { .. } | Marker::End { name: None }))
    );
    if inline {
        return None;
    }
    Some((line_before(text, comment)?, line_after(text, comment)?))
}

fn is_line_start(text: &str, at: usize) -> bool {
    text.get(..at).is_some_and(|before| before.is_empty() || before.ends_with('\n'))
}

/// Leaves exactly one empty line where lines were taken out, and returns where the text goes on.
///
/// What stood on both sides of a marker was never one paragraph, and must not become one.
fn part_paragraphs(out: &mut String, text: &str, at: usize) -> usize {
    let end = if out.ends_with("\r\n") { "\r\n" } else { "\n" };
    let rest = text.get(at..).unwrap_or_default();
    let blank: usize =
        rest.split_inclusive('\n').take_while(|l| l.trim().is_empty()).map(str::len).sum();
    let ends_blank = |out: &str| {
        let line = out.strip_suffix('\n').unwrap_or(out).rsplit('\n').next();
        line.is_none_or(|l| l.trim().is_empty())
    };
    if !out.is_empty() && !ends_blank(out) {
        out.push_str(end);
    }
    at.saturating_add(blank)
}
