//! Where things stand in a YAML text: gaps, lines, indicators, and where a node ends.
//!
//! A reader's tree says where its nodes begin, but YAML gives comments and blank lines to no node; numbers are
//! sections of YAML 1.2.2.

use crate::io::yaml::node::{MapEntry, Node, NodeKind, NodeStyle};

/// A text whose last line has its line end.
#[derive(Clone, Copy)]
pub(in crate::io::yaml) struct SourceLines<'a> {
    text: &'a str,
}

impl<'a> SourceLines<'a> {
    pub(in crate::io::yaml) fn new(text: &'a str) -> Self {
        Self { text }
    }

    /// Returns the text from `from` to `to`.
    pub(in crate::io::yaml) fn cut(self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or_default()
    }

    pub(in crate::io::yaml) fn len(self) -> usize {
        self.text.len()
    }

    fn from(self, at: usize) -> &'a str {
        self.text.get(at..).unwrap_or_default()
    }

    fn to(self, at: usize) -> &'a str {
        self.text.get(..at).unwrap_or_default()
    }

    /// Tells whether `what` stands at `at`.
    pub(in crate::io::yaml) fn has(self, at: usize, what: char) -> bool {
        self.from(at).starts_with(what)
    }

    /// Returns where the line of `at` begins.
    pub(in crate::io::yaml) fn line_start(self, at: usize) -> usize {
        self.to(at).rfind('\n').map_or(0, |n| n + 1)
    }

    /// Returns where the line of `at` ends, before its line end.
    pub(in crate::io::yaml) fn line_end(self, at: usize) -> usize {
        let end = self.from(at).find('\n').map_or(self.len(), |n| at + n);
        if self.to(end).ends_with('\r') && end > at { end - 1 } else { end }
    }

    /// Returns where the line after that of `at` begins.
    pub(in crate::io::yaml) fn next_line(self, at: usize) -> usize {
        self.from(at).find('\n').map_or(self.len(), |n| at + n + 1)
    }

    /// Returns the column of `at`, from 0.
    pub(in crate::io::yaml) fn column(self, at: usize) -> usize {
        self.before(at).chars().count()
    }

    /// Returns what stands before `at` on its line.
    pub(in crate::io::yaml) fn before(self, at: usize) -> &'a str {
        self.cut(self.line_start(at), at)
    }

    /// Returns what stands on the line of `at`, from there on.
    pub(in crate::io::yaml) fn rest(self, at: usize) -> &'a str {
        self.cut(at, self.line_end(at))
    }

    /// Passes whole lines that hold nothing.
    pub(in crate::io::yaml) fn pass_empty_lines(self, mut at: usize) -> usize {
        while at < self.len() && self.rest(at).trim().is_empty() {
            at = self.next_line(at);
        }
        at
    }

    /// Returns where the document ends: before its `...`, with which no line of a node can begin (9.1.2), or with
    /// the text.
    pub(in crate::io::yaml) fn document_end(self) -> usize {
        let mut at = 0;
        while at < self.len() && !self.from(at).starts_with("...") {
            at = self.next_line(at);
        }
        at
    }

    /// Tells whether `at` is the first thing on its line.
    pub(in crate::io::yaml) fn leads(self, at: usize) -> bool {
        self.before(at).bytes().all(|b| b == b' ')
    }

    /// Returns the column of the comment that has the line of `at` to itself.
    pub(in crate::io::yaml) fn comment(self, at: usize) -> Option<usize> {
        let line = self.cut(self.line_start(at), self.line_end(at));
        let words = line.trim_start_matches([' ', '\t']);
        words.starts_with('#').then(|| line.len() - words.len())
    }

    /// Passes blanks on one line.
    pub(in crate::io::yaml) fn pass_blanks(self, at: usize) -> usize {
        at + self.from(at).bytes().take_while(|b| matches!(b, b' ' | b'\t')).count()
    }

    /// Passes blanks, line ends and comments, and `also`.
    fn pass(self, mut at: usize, also: Option<char>) -> usize {
        loop {
            let rest = self.from(at);
            let blanks = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n') || Some(c) == also;
            at += rest.find(|c| !blanks(c)).unwrap_or(rest.len());
            if !self.has(at, '#') {
                return at;
            }
            at = self.line_end(at);
        }
    }

    /// Passes all that can stand between two nodes.
    pub(in crate::io::yaml) fn pass_gap(self, at: usize) -> usize {
        self.pass(at, None)
    }

    /// Passes all that can stand between two nodes in brackets or braces.
    pub(in crate::io::yaml) fn pass_commas(self, at: usize) -> usize {
        self.pass(at, Some(','))
    }

    /// Returns the end of the anchor or tag at `at`. An anchor and a tag's shorthand hold neither blanks nor the
    /// signs of brackets (6.9).
    fn property(self, at: usize) -> Option<usize> {
        let rest = self.from(at);
        let ends = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n' | ',' | ']' | '}');
        rest.starts_with(['&', '!']).then(|| at + rest.find(ends).unwrap_or(rest.len()))
    }

    /// Passes anchors and tags of a scalar.
    fn pass_properties(self, mut at: usize) -> usize {
        while let Some(end) = self.property(at) {
            at = self.pass_gap(end);
        }
        at
    }

    /// Returns where the first part of a list or map by indentation begins, whose own properties
    /// may stand behind `at`: an anchor on the line of a key is the key's (8.2.2), and one on a line before it is
    /// the map's.
    pub(in crate::io::yaml) fn first_part(self, at: usize) -> usize {
        let mut at = self.pass_gap(at);
        while let Some(end) = self.property(at) {
            let next = self.pass_gap(end);
            let own = self.property(next).is_none() && self.line_start(next) == self.line_start(at);
            if own {
                break;
            }
            at = next;
        }
        at
    }

    /// Returns the end of the colon behind a key, or of the key where it has none: `{a, b}` (7.4.2).
    pub(in crate::io::yaml) fn colon(self, entry: &MapEntry<'_>) -> usize {
        let end = entry.bytes.end;
        let colon = self.pass_gap(end);
        if self.has(colon, ':') { colon + 1 } else { end }
    }

    /// Returns the end of a node that stands behind `after`, without line end and comment.
    pub(in crate::io::yaml) fn end(self, node: &Node<'_>, after: usize) -> usize {
        match &node.what {
            _ if node.style == NodeStyle::Block => self.block_end(node),
            NodeKind::List(items) if node.style == NodeStyle::Indented => {
                items.last().map_or(after, |item| {
                    // An empty item stands right behind its dash.
                    self.end(item, item.bytes.start)
                })
            }
            NodeKind::Map(entries) if node.style == NodeStyle::Indented => {
                entries.last().map_or(after, |e| self.end(&e.value, self.colon(e)))
            }
            NodeKind::Null | NodeKind::Text(_) if node.bytes.is_empty() => {
                let (mut end, mut at) = (after, self.pass_blanks(after));
                while let Some(property) = self.property(at) {
                    end = property;
                    at = self.pass_blanks(end);
                }
                end
            }
            _ => node.bytes.end,
        }
    }

    /// Returns the end of a block scalar's last line; blank lines below are its own only where it
    /// keeps them (`|+`, 8.1.1.2).
    fn block_end(self, node: &Node<'_>) -> usize {
        let keeps = node.text().is_some_and(|text| text.ends_with("\n\n"));
        let last = if keeps {
            self.to(node.bytes.end).trim_end_matches([' ', '\t']).len().saturating_sub(1)
        } else {
            self.to(node.bytes.end).trim_end().len()
        };
        self.line_end(last)
    }

    /// Returns where the `|` or `>` of a block scalar behind `after` stands, and where its line's
    /// signs end: a digit for its indentation and one for its end, in either order (8.1.1).
    pub(in crate::io::yaml) fn header(self, after: usize) -> (usize, usize) {
        let start = self.pass_properties(self.pass_gap(after));
        let signs = |b: &u8| matches!(b, b'|' | b'>' | b'+' | b'-' | b'0'..=b'9');
        (start, start + self.from(start).bytes().take_while(signs).count())
    }

    /// Returns where the signs end that open the block scalar whose text begins at `at`, on the line above; a `|`
    /// or `>` before them may be of a key, so one counts only where nothing but a comment follows.
    pub(in crate::io::yaml) fn header_above(self, at: usize) -> Option<usize> {
        let above = self.to(self.line_start(at)).trim_end().len();
        let line = self.line_start(above);
        self.cut(line, above).char_indices().find_map(|(n, c)| {
            let (_, end) = matches!(c, '|' | '>').then(|| self.header(line + n))?;
            let rest = self.rest(end).trim_start();
            (rest.is_empty() || rest.starts_with('#')).then_some(end)
        })
    }

    /// Returns where what belongs to the part at `at` begins: the comments right above it, down
    /// to `floor`, that do not stand deeper than it.
    pub(in crate::io::yaml) fn with_comments(self, at: usize, floor: usize) -> usize {
        let column = self.column(at);
        let mut start = self.line_start(at);
        while start > floor && start > 0 {
            let above = self.line_start(start - 1);
            if above < floor || self.comment(above).is_none_or(|c| c > column) {
                break;
            }
            start = above;
        }
        start
    }

    /// Returns where the line after that of `at` begins, or after the comments below it that
    /// stand deeper than `column`.
    pub(in crate::io::yaml) fn below(self, at: usize, column: usize) -> usize {
        let mut next = self.next_line(at);
        while next < self.len() && self.comment(next).is_some_and(|c| c > column) {
            next = self.next_line(next);
        }
        next
    }
}
