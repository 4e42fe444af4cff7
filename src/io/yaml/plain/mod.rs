//! A quick reader of plain YAML, as the tool writes it and people mostly do: maps and lists by
//! indentation, words and simple quotes, flow lists and maps on one line, literal blocks.
//!
//! It gives the very tree that the full reader gives, or declines: whatever is not plainly of that sort
//! (anchors, tags, escapes, folded text, tabs, several lines for one word, a key twice, every mistake) is
//! left to the full reader, which also says what is wrong.

use super::node::{MapEntry, Node, NodeKind, NodeStyle};
use super::parts::{KeyIndex, PartCount};
use crate::model::diagnostic::Location;
use std::borrow::Cow;
use std::cell::Cell;
use std::ops::Range;

/// How deep lists and maps may stand in each other here.
const DEEPEST: usize = 12;
/// How many characters a key may have here.
const LONGEST_KEY: usize = 100;

/// Reads a text that is plain YAML; none where it is not, or may not be.
pub(super) fn read(text: &str) -> Option<Node<'_>> {
    let wild = |c: char| {
        c != '\n' && c.is_control()
            || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
    };
    if !text.ends_with('\n')
        || (text.is_ascii() && text.bytes().any(|b| b < b' ' && b != b'\n' || b == 127))
    {
        return None;
    }
    if !text.is_ascii() && text.chars().any(wild) {
        return None;
    }
    let parts = PartCount::default();
    let (line_end, counted) = (Cell::new(0), Cell::new((0, 1)));
    let mut reader = PlainReader { text, at: 0, line_start: 0, line_end, line: 1, counted, parts };
    reader.next_token();
    if reader.column() != 0 || reader.is_over() {
        return None;
    }
    let root = reader.block(0, 0)?;
    reader.is_over().then_some(root)
}

/// Where the reader is.
struct PlainReader<'t> {
    text: &'t str,
    /// The byte that is read next.
    at: usize,
    /// The first byte of its line.
    line_start: usize,
    /// The end of its line, once it was looked for: a file may be one line, and has to be read once.
    line_end: Cell<usize>,
    /// Its line, from 1.
    line: u32,
    /// A byte whose column is known, and that column.
    counted: Cell<(usize, usize)>,
    /// How much was read.
    parts: PartCount,
}

impl<'t> PlainReader<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Returns what is left of the line, without its end.
    fn rest_of_line(&self) -> &'t str {
        if self.line_end.get() <= self.at {
            let rest = self.rest();
            self.line_end.set(self.at + rest.find('\n').unwrap_or(rest.len()));
        }
        self.text.get(self.at..self.line_end.get()).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn is_over(&self) -> bool {
        self.at >= self.text.len()
    }

    /// Returns how many bytes of the line were read.
    fn column(&self) -> usize {
        self.at - self.line_start
    }

    fn place(&self) -> Location {
        let (mut from, mut column) = self.counted.get();
        if from < self.line_start || from > self.at {
            (from, column) = (self.line_start, 1);
        }
        let read = self.text.get(from..self.at).unwrap_or_default();
        column += if read.is_ascii() { read.len() } else { read.chars().count() };
        self.counted.set((self.at, column));
        Location { line: self.line, column: u32::try_from(column).unwrap_or(u32::MAX) }
    }

    fn next_line(&mut self) {
        self.at += self.rest_of_line().len();
        if !self.is_over() {
            self.at += 1;
            self.line = self.line.saturating_add(1);
        }
        self.line_start = self.at;
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(' ').len();
    }

    /// Goes to the next token on this line or a later one, past blanks, comments and empty lines.
    fn next_token(&mut self) {
        while !self.is_over() {
            self.skip_blanks();
            match self.peek() {
                Some(b'\n' | b'#') => self.next_line(),
                _ => return,
            }
        }
    }

    /// Ends a value: nothing but a comment may follow on its line. Goes to the next token.
    fn end_value(&mut self) -> Option<()> {
        let rest = self.rest_of_line();
        let trimmed = rest.trim_start_matches(' ');
        let ends = trimmed.is_empty() || trimmed.starts_with('#') && trimmed.len() < rest.len();
        if !ends {
            return None;
        }
        self.next_line();
        self.next_token();
        Some(())
    }

    fn node(
        &self,
        what: NodeKind<'t>,
        place: Location,
        bytes: Range<usize>,
        style: NodeStyle,
    ) -> Node<'t> {
        Node { what, place, bytes, style, bare: style == NodeStyle::Plain, anchor: 0 }
    }

    /// Reads the list or map whose first token is here, in column `indent`.
    fn block(&mut self, indent: usize, depth: usize) -> Option<Node<'t>> {
        if depth > DEEPEST {
            return None;
        }
        let (place, start) = (self.place(), self.at);
        let what = match self.is_dash() {
            true => NodeKind::List(self.items(indent, depth)?),
            false => NodeKind::Map(self.entries(indent, depth)?),
        };
        Some(self.node(what, place, start..self.at, NodeStyle::Indented))
    }

    /// Returns whether a list's item begins here.
    fn is_dash(&self) -> bool {
        let rest = self.rest();
        rest.starts_with("- ") || rest.starts_with("-\n")
    }

    fn items(&mut self, indent: usize, depth: usize) -> Option<Vec<Node<'t>>> {
        let mut items = vec![];
        while !self.is_over() && self.column() == indent && self.is_dash() {
            self.parts.add()?;
            self.at += 1;
            self.skip_blanks();
            let inner = self.column();
            let item = match self.peek()? {
                b'\n' | b'#' => return None,
                _ if self.is_dash() => return None,
                _ if self.key().is_some() => self.block(inner, depth + 1)?,
                _ => self.inline(indent, depth + 1)?,
            };
            items.push(item);
        }
        self.closes(indent).then_some(items)
    }

    /// Returns whether the next token can stand after a list or map in that column.
    fn closes(&self, indent: usize) -> bool {
        self.is_over() || self.column() <= indent
    }

    fn entries(&mut self, indent: usize, depth: usize) -> Option<Vec<MapEntry<'t>>> {
        let mut entries: Vec<MapEntry<'t>> = Vec::with_capacity(8);
        let mut known = KeyIndex::default();
        while !self.is_over() && self.column() == indent && !self.is_dash() {
            let key = self.key()?;
            let (place, bytes) = (self.place(), self.at..self.at + key.len());
            if self.parts.add().is_none() || known.find(&entries, MapEntry::named, key).is_some() {
                return None;
            }
            self.at = bytes.end;
            let value = self.value(indent, depth)?;
            entries.push(MapEntry { key: Cow::Borrowed(key), place, bytes, value });
        }
        // There may be a million of these, of one key each.
        if entries.len() < 3 {
            entries.shrink_to_fit();
        }
        self.closes(indent).then_some(entries)
    }

    /// Returns the plain key that stands here, before `:` and a blank or the line's end.
    fn key(&self) -> Option<&'t str> {
        let line = self.rest_of_line();
        let end =
            line.bytes().position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')))?;
        let (key, rest) = line.split_at_checked(end)?;
        let is_key = matches!(rest.as_bytes(), [b':'] | [b':', b' ', ..]);
        let plain = key.starts_with(|c: char| c.is_ascii_alphabetic()) && key.len() <= LONGEST_KEY;
        (is_key && plain && !key.eq_ignore_ascii_case("null")).then_some(key)
    }

    /// Reads the value of a key in column `indent`, from its colon on.
    fn value(&mut self, indent: usize, depth: usize) -> Option<Node<'t>> {
        let nothing = self.node(NodeKind::Null, self.place(), self.at..self.at, NodeStyle::Plain);
        self.at += 1;
        self.skip_blanks();
        match self.peek()? {
            b'\n' => {}
            b'#' => return None,
            b'|' => return self.literal(indent),
            _ => return self.inline(indent, depth + 1),
        }
        self.next_line();
        self.next_token();
        let column = self.column();
        match self.is_over() {
            false if column > indent => self.block(column, depth + 1),
            false if column == indent && self.is_dash() => {
                let list = self.block(column, depth + 1)?;
                // The full reader lets a list that stands no deeper than its key begin at its first item.
                let NodeKind::List(items) = &list.what else { return None };
                let (place, start) = items.first().map(|first| (first.place, first.bytes.start))?;
                Some(Node { place, bytes: start..list.bytes.end, ..list })
            }
            _ => Some(nothing),
        }
    }

    /// Reads a value that stands on one line, in a list or map of column `indent`.
    fn inline(&mut self, indent: usize, depth: usize) -> Option<Node<'t>> {
        let node = match self.peek()? {
            b'{' | b'[' => self.flow(depth)?,
            b'"' | b'\'' => self.quoted()?,
            _ => self.word()?,
        };
        self.end_value()?;
        // What stands deeper on the next line would belong to this value.
        self.closes(indent).then_some(node)
    }

    /// Reads a word or several, up to a comment or the line's end.
    fn word(&mut self) -> Option<Node<'t>> {
        let line = self.rest_of_line();
        let text = line.split_once(" #").map_or(line, |(text, _)| text).trim_end_matches(' ');
        let sound = !text.contains(": ") && !text.ends_with(':');
        (sound && begins_plainly(text)).then(|| self.plain(text))
    }

    fn plain(&mut self, text: &'t str) -> Node<'t> {
        let what = match text {
            "~" | "null" | "Null" | "NULL" => NodeKind::Null,
            _ => NodeKind::Text(Cow::Borrowed(text)),
        };
        self.scalar(what, text.len(), NodeStyle::Plain)
    }

    fn scalar(&mut self, what: NodeKind<'t>, length: usize, style: NodeStyle) -> Node<'t> {
        let node = self.node(what, self.place(), self.at..self.at + length, style);
        self.at += length;
        node
    }

    /// Reads text in quotes on one line, without escapes.
    fn quoted(&mut self) -> Option<Node<'t>> {
        let mut line = self.rest_of_line().chars();
        let mark = line.next()?;
        let (text, after) = line.as_str().split_once(mark)?;
        let escapes = if mark == '"' { text.contains('\\') } else { after.starts_with('\'') };
        let what = NodeKind::Text(Cow::Borrowed(text));
        (!escapes).then(|| self.scalar(what, text.len() + 2, NodeStyle::Quoted))
    }

    /// Reads a list or map in brackets or braces on one line.
    fn flow(&mut self, depth: usize) -> Option<Node<'t>> {
        if depth > DEEPEST {
            return None;
        }
        let (place, start) = (self.place(), self.at);
        let is_map = self.peek()? == b'{';
        let close = if is_map { b'}' } else { b']' };
        let (mut items, mut entries) = (vec![], vec![]);
        let mut known = KeyIndex::default();
        self.at += 1;
        self.skip_blanks();
        while self.peek()? != close {
            self.parts.add()?;
            if is_map {
                let entry = self.flow_entry(depth)?;
                if known.find(&entries, MapEntry::named, &entry.key).is_some() {
                    return None;
                }
                entries.push(entry);
            } else {
                items.push(self.flow_value(depth)?);
            }
            self.skip_blanks();
            match self.peek()? {
                b',' => self.at += 1,
                next if next == close => break,
                _ => return None,
            }
            self.skip_blanks();
            if self.peek()? == close {
                return None;
            }
        }
        self.at += 1;
        let what = if is_map { NodeKind::Map(entries) } else { NodeKind::List(items) };
        Some(self.node(what, place, start..self.at, NodeStyle::Flow))
    }

    fn flow_entry(&mut self, depth: usize) -> Option<MapEntry<'t>> {
        let key = self.key()?;
        let (place, bytes) = (self.place(), self.at..self.at + key.len());
        self.at = bytes.end + 1;
        self.skip_blanks();
        let value = self.flow_value(depth)?;
        Some(MapEntry { key: Cow::Borrowed(key), place, bytes, value })
    }

    fn flow_value(&mut self, depth: usize) -> Option<Node<'t>> {
        match self.peek()? {
            b'{' | b'[' => self.flow(depth + 1),
            b'"' | b'\'' => self.quoted(),
            _ => {
                let line = self.rest_of_line();
                let end =
                    line.bytes().position(|b| matches!(b, b',' | b'[' | b']' | b'{' | b'}'))?;
                let text = line.get(..end)?.trim_end_matches(' ');
                let colon = text.contains(": ") || text.ends_with(':');
                let sound = !colon && !text.contains(" #") && begins_plainly(text);
                sound.then(|| self.plain(text))
            }
        }
    }

    /// Reads text that stands as it is on the lines after `|`, deeper than column `indent`.
    fn literal(&mut self, indent: usize) -> Option<Node<'t>> {
        if self.rest_of_line() != "|" {
            return None;
        }
        self.next_line();
        self.skip_blanks();
        let (column, place, start) = (self.column(), self.place(), self.at);
        if column <= indent || self.peek()? == b'\n' {
            return None;
        }
        self.at = self.line_start;
        let mut text = String::new();
        let mut blank = 0;
        loop {
            let line = self.rest_of_line();
            let inside = line.len() - line.trim_start_matches(' ').len();
            match line {
                _ if self.is_over() => break,
                "" => blank += 1,
                _ if inside == line.len() => return None,
                _ if inside <= indent => {
                    self.skip_blanks();
                    break;
                }
                _ => {
                    text.extend(std::iter::repeat_n('\n', blank));
                    blank = 0;
                    text.push_str(line.get(column..).filter(|_| inside >= column)?);
                    text.push('\n');
                }
            }
            self.next_line();
        }
        let what = NodeKind::Text(Cow::Owned(text));
        let node = self.node(what, place, start..self.at, NodeStyle::Block);
        self.next_token();
        self.closes(indent).then_some(node)
    }
}

/// Returns whether a text may be a plain word by its first character, and has one.
fn begins_plainly(text: &str) -> bool {
    const SIGNS: &str = "-?:,[]{}#&*!|>'\"%@`";
    text.chars().next().is_some_and(|first| !SIGNS.contains(first))
}

#[cfg(test)]
mod tests;
