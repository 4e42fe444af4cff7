//! What a marker says, and how one is written.

use super::MadeFrom;
use super::scan::Comment;
use crate::model::digest::short_hex;
use crate::model::incident::Audience;
use sha2::{Digest, Sha256};
use std::ops::Range;

/// A marker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Marker {
    /// What the document was made from.
    Document(MadeFrom),
    /// A block begins.
    Begin { name: String, hash: Range<usize> },
    /// A value begins.
    Value { name: String, hash: Range<usize> },
    /// A block of that name ends; without a name, a value does.
    End { name: Option<String> },
}

/// Reads a comment as a marker; none where it is an ordinary one.
pub(super) fn read(text: &str, comment: &Comment) -> Option<Result<Marker, String>> {
    let inner = text.get(comment.inner.clone())?;
    if !comment.closed {
        let rest = text.get(comment.range.end..)?.trim_start();
        let ours = rest.starts_with("recount:");
        return ours.then(|| Err("this marker has no `-->`".to_owned()));
    }
    let said = inner.trim().strip_prefix("recount:")?;
    let words: Vec<&str> = said.split_whitespace().collect();
    // Another comment's opening inside one means that its own `-->` was lost.
    if inner.contains("<!--") || words.len() > 3 {
        return Some(Err("this marker has no `-->` of its own".to_owned()));
    }
    let hash = |word: Option<&&str>| match word {
        // A hand-written marker has no hash yet; it goes behind the name.
        None => {
            let end = comment.inner.start.saturating_add(inner.trim_end().len());
            Ok(end..end)
        }
        Some(word) if is_hash(word) => {
            let end = comment.inner.start.saturating_add(inner.trim_end().len());
            Ok(end.saturating_sub(word.len())..end)
        }
        Some(word) => Err(format!("`{word}` is not a hash: eight of 0 to 9 and a to f")),
    };
    Some(match words.as_slice() {
        ["begin", name, rest @ ..] => {
            hash(rest.first()).map(|hash| Marker::Begin { name: (*name).to_owned(), hash })
        }
        ["value", name, rest @ ..] => {
            hash(rest.first()).map(|hash| Marker::Value { name: (*name).to_owned(), hash })
        }
        ["end"] => Ok(Marker::End { name: None }),
        ["end", name] => Ok(Marker::End { name: Some((*name).to_owned()) }),
        ["document", template, audience] => audience
            .parse()
            .map_err(|_| format!("`{audience}` is not an audience: it is internal or public"))
            .map(|audience| {
                Marker::Document(MadeFrom { template: (*template).to_owned(), audience })
            }),
        _ => Err(format!("`recount:{}` is not a marker", words.join(" "))),
    })
}

fn is_hash(word: &str) -> bool {
    word.len() == 8 && word.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// Returns whether a name can stand in a marker.
pub(crate) fn is_name(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-');
    !name.is_empty() && !name.contains("--") && name.bytes().all(plain)
}

/// Returns the hash of a generated text, white space aside: eight hexadecimal digits of its SHA-256.
pub(super) fn hash(content: &str) -> String {
    let mut sha = Sha256::new();
    content.split_whitespace().for_each(|word| sha.update(word));
    short_hex(&sha.finalize())
}

/// Returns a block with its markers; its content ends with a line break, or is empty.
pub(crate) fn block(name: &str, content: &str) -> String {
    format!("<!-- recount:begin {name} {} -->\n{content}<!-- recount:end {name} -->", hash(content))
}

/// Returns a value with its markers.
pub(crate) fn value(name: &str, content: &str) -> String {
    format!("<!-- recount:value {name} {} -->{content}<!-- recount:end -->", hash(content))
}

/// Returns the marker that says what a document was made from.
pub(crate) fn stamp(template: &str, audience: Audience) -> String {
    format!("<!-- recount:document {template} {audience} -->")
}
