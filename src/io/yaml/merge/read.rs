//! Reads a file with the bytes of each of its parts.

use crate::compute::merge::{SourceDocument, SourceKind, SourceNode, SourcePart, SourceText};
use crate::io::yaml::edit::lines::SourceLines;
use crate::io::yaml::node::{Node, NodeKind, NodeStyle};

/// Reads a text that has line ends of one kind, and whose tree is `root`; none where a part of it can't be told from
/// the lines around it, such as one with an anchor.
pub(super) fn document(text: &str, root: &Node<'_>) -> Option<SourceDocument> {
    let start = start(text);
    let mut reader = SourceReader { lines: SourceLines::new(text), done: start };
    let root = match &root.what {
        NodeKind::Map(_) if root.style == NodeStyle::Indented => reader.block(root, start)?,
        // Nothing but comments.
        NodeKind::Null => SourceNode { kind: SourceKind::Null, text: SourceText::New },
        _ => return None,
    };
    let start = text.get(..start)?.to_owned();
    Some(SourceDocument { start, root, end: text.get(reader.done..)?.to_owned() })
}

/// Returns what a tree says, without any bytes.
pub(super) fn values(node: &Node<'_>) -> SourceNode {
    let part = |key: &str, node: &Node<'_>| SourcePart {
        key: key.to_owned(),
        above: String::new(),
        head: String::new(),
        node: values(node),
        beside: String::new(),
    };
    let kind = match &node.what {
        NodeKind::Null => SourceKind::Null,
        NodeKind::Text(text) => SourceKind::Scalar(text.to_string(), node.bare),
        NodeKind::List(items) => {
            SourceKind::List(items.iter().map(|item| part("", item)).collect())
        }
        NodeKind::Map(entries) => {
            SourceKind::Map(entries.iter().map(|e| part(&e.key, &e.value)).collect())
        }
    };
    SourceNode { kind, text: SourceText::New }
}

/// Returns where the lines end that belong to the file as a whole: those for editors, and what stands above an empty
/// line.
fn start(text: &str) -> usize {
    let (mut at, mut start) = (0, 0);
    for line in text.split_inclusive('\n') {
        at += line.len();
        match line.trim() {
            "" => start = at,
            comment if comment.starts_with("# yaml-language-server") => start = at,
            comment if comment.starts_with('#') => {}
            _ => break,
        }
    }
    start
}

/// What of a text was read, line by line.
struct SourceReader<'a> {
    lines: SourceLines<'a>,
    /// Where the first line begins that is in no part yet.
    done: usize,
}

impl SourceReader<'_> {
    /// Reads a list or map whose parts stand on lines of their own, the first one at or behind `from`.
    fn block(&mut self, node: &Node<'_>, from: usize) -> Option<SourceNode> {
        let first = self.lines.first_part(from);
        let column = self.lines.column(first);
        let mut parts = vec![];
        let kind = match &node.what {
            NodeKind::List(items) => {
                let mut start = first;
                for item in items {
                    parts.push(self.part("", start..start + 1, item)?);
                    start = self.lines.pass_gap(self.done);
                }
                SourceKind::List(parts)
            }
            NodeKind::Map(entries) => {
                for entry in entries {
                    let head = entry.bytes.start..self.lines.colon(entry);
                    parts.push(self.part(&entry.key, head, &entry.value)?);
                }
                SourceKind::Map(parts)
            }
            NodeKind::Null | NodeKind::Text(_) => return None,
        };
        Some(SourceNode { kind, text: SourceText::Block(column) })
    }

    /// Reads a part whose key or dash stands at `head`.
    fn part(
        &mut self,
        key: &str,
        head: std::ops::Range<usize>,
        value: &Node<'_>,
    ) -> Option<SourcePart> {
        if value.anchor != 0 || value.style == NodeStyle::Alias {
            return None;
        }
        let line = self.lines.line_start(head.start);
        let above = self.lines.cut(self.done.min(line), line).to_owned();
        let text = self.lines.cut(head.start, head.end).to_owned();
        if value.style == NodeStyle::Indented {
            return self.outer(
                key,
                SourcePart { key: key.to_owned(), above, head: text, ..blank() },
                (head.end, value),
            );
        }
        let end = self.lines.end(value, head.end).max(head.end);
        let beside = self.lines.rest(end);
        self.done = self.lines.next_line(end);
        let raw = self.lines.cut(head.end, end);
        // A tag would be in the bytes, and in no value.
        let is_tagged = raw.trim_start().starts_with(['!', '&', '*']);
        if is_tagged || !is_comment(beside) {
            return None;
        }
        let node = SourceNode { text: SourceText::Raw(raw.to_owned()), ..values(value) };
        Some(SourcePart { key: key.to_owned(), above, head: text, node, beside: beside.to_owned() })
    }

    /// Reads a part that holds a list or map on lines of its own, the first of which may be its own line.
    fn outer(
        &mut self,
        key: &str,
        part: SourcePart,
        (after, value): (usize, &Node<'_>),
    ) -> Option<SourcePart> {
        let first = self.lines.first_part(after);
        let is_inline =
            key.is_empty() && self.lines.line_start(first) == self.lines.line_start(after);
        if is_inline {
            let gap = self.lines.cut(after, first);
            self.done = self.lines.line_start(first);
            let node = self.block(value, first)?;
            return Some(SourcePart { head: part.head + gap, node, ..part });
        }
        let beside = self.lines.rest(after);
        if !is_comment(beside) {
            return None;
        }
        self.done = self.lines.next_line(after);
        let node = self.block(value, after)?;
        Some(SourcePart { node, beside: beside.to_owned(), ..part })
    }
}

fn blank() -> SourcePart {
    let node = SourceNode { kind: SourceKind::Null, text: SourceText::New };
    let (key, above, head, beside) = Default::default();
    SourcePart { key, above, head, node, beside }
}

fn is_comment(text: &str) -> bool {
    let words = text.trim_start();
    words.is_empty() || (words.starts_with('#') && words.len() < text.len())
}
