//! A file as a merge sees it: what it says, and the bytes that say it.

/// A file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceDocument {
    /// What stands before the first key and belongs to the file as a whole.
    pub start: String,
    /// The map of its keys.
    pub root: SourceNode,
    /// What stands after the last value.
    pub end: String,
}

/// A node and the bytes that stand for it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceNode {
    /// What it says.
    pub kind: SourceKind,
    /// How it stands in the file.
    pub text: SourceText,
}

/// What a node says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SourceKind {
    /// Nothing.
    Null,
    /// A scalar's text; whether it stands without quotes.
    Scalar(String, bool),
    /// Items in order, whose keys are empty.
    List(Vec<SourcePart>),
    /// Keys and their values in order.
    Map(Vec<SourcePart>),
}

/// How a node stands in its file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SourceText {
    /// The bytes from behind its key or dash on; no part of it has bytes of its own.
    Raw(String),
    /// Its parts stand on lines of their own, in this column.
    Block(usize),
    /// It stands in no file yet.
    New,
}

/// An item of a list or a key of a map, with its bytes where its lines are its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourcePart {
    /// The key; empty for an item.
    pub key: String,
    /// The lines of comments, and those that hold nothing, right above it.
    pub above: String,
    /// The key with its colon, or the dash; empty where it stands in no file yet.
    pub head: String,
    /// The value.
    pub node: SourceNode,
    /// The comment behind the value on its line, with the blanks before it.
    pub beside: String,
}

impl SourceNode {
    /// Returns a scalar that stands in no file yet.
    pub(super) fn scalar(text: impl Into<String>, bare: bool) -> Self {
        Self { kind: SourceKind::Scalar(text.into(), bare), text: SourceText::New }
    }

    /// Returns a list that stands in no file yet.
    pub(super) fn list(items: impl IntoIterator<Item = Self>) -> Self {
        let parts = items.into_iter().map(|node| SourcePart::new("", node)).collect();
        Self { kind: SourceKind::List(parts), text: SourceText::New }
    }

    /// Returns a map that stands in no file yet.
    pub(super) fn map<K: Into<String>>(entries: impl IntoIterator<Item = (K, Self)>) -> Self {
        let parts = entries.into_iter().map(|(key, node)| SourcePart::new(key, node)).collect();
        Self { kind: SourceKind::Map(parts), text: SourceText::New }
    }

    /// Returns the node without its bytes.
    pub(super) fn bare_value(&self) -> Self {
        let parts = |parts: &[SourcePart]| {
            parts.iter().map(|p| SourcePart::new(p.key.clone(), p.node.bare_value())).collect()
        };
        let kind = match &self.kind {
            SourceKind::List(items) => SourceKind::List(parts(items)),
            SourceKind::Map(entries) => SourceKind::Map(parts(entries)),
            other => other.clone(),
        };
        Self { kind, text: SourceText::New }
    }

    /// Returns the items or the keys.
    pub(super) fn parts(&self) -> &[SourcePart] {
        match &self.kind {
            SourceKind::List(parts) | SourceKind::Map(parts) => parts,
            SourceKind::Null | SourceKind::Scalar(..) => &[],
        }
    }

    /// Returns the items or the keys, to be changed.
    pub(super) fn parts_mut(&mut self) -> Option<&mut Vec<SourcePart>> {
        match &mut self.kind {
            SourceKind::List(parts) | SourceKind::Map(parts) => Some(parts),
            SourceKind::Null | SourceKind::Scalar(..) => None,
        }
    }

    /// Returns the value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        self.part(key).map(|part| &part.node)
    }

    /// Returns a key with its value.
    pub(super) fn part(&self, key: &str) -> Option<&SourcePart> {
        match &self.kind {
            SourceKind::Map(parts) => parts.iter().find(|part| part.key == key),
            _ => None,
        }
    }

    /// Returns the text of a scalar.
    pub(super) fn scalar_text(&self) -> Option<&str> {
        match &self.kind {
            SourceKind::Scalar(text, _) => Some(text),
            _ => None,
        }
    }

    /// Returns whether it is a map.
    pub(super) fn is_map(&self) -> bool {
        matches!(self.kind, SourceKind::Map(_))
    }

    /// Returns whether it is a list.
    pub(super) fn is_list(&self) -> bool {
        matches!(self.kind, SourceKind::List(_))
    }

    /// Returns what it says in one form, whatever its layout, its quotes and the order of its keys.
    pub(super) fn meaning(&self) -> String {
        let mut out = String::new();
        self.put_meaning(&mut out);
        out
    }

    fn put_meaning(&self, out: &mut String) {
        match &self.kind {
            SourceKind::Null => out.push('~'),
            SourceKind::Scalar(text, _) => {
                // What can't be told from a list, a map or nothing gets a sign that says so.
                if text.starts_with(['~', '[', '{', '\\']) {
                    out.push('\\');
                }
                out.push_str(text);
            }
            SourceKind::List(items) => {
                out.push('[');
                for item in items {
                    item.node.put_meaning(out);
                    out.push('\u{1}');
                }
                out.push(']');
            }
            SourceKind::Map(entries) => {
                let mut sorted: Vec<_> = entries.iter().collect();
                sorted.sort_by(|a, b| a.key.cmp(&b.key));
                out.push('{');
                for entry in sorted {
                    out.push_str(&entry.key);
                    out.push(':');
                    entry.node.put_meaning(out);
                    out.push('\u{1}');
                }
                out.push('}');
            }
        }
    }

    /// Returns whether two nodes say the same.
    pub fn says(&self, other: &Self) -> bool {
        self == other || self.meaning() == other.meaning()
    }

    /// Returns the keys of a map with their values.
    pub fn keys(&self) -> Vec<(&str, &Self)> {
        match &self.kind {
            SourceKind::Map(parts) => parts.iter().map(|p| (p.key.as_str(), &p.node)).collect(),
            _ => vec![],
        }
    }

    /// Moves all its lines to the right, or to the left where `by` is negative.
    fn shift(&mut self, by: isize) {
        match &mut self.text {
            SourceText::Raw(text) => *text = shifted(text, by, false),
            SourceText::Block(column) => *column = column.saturating_add_signed(by),
            SourceText::New => {}
        }
        if matches!(self.text, SourceText::Block(_))
            && let Some(parts) = self.parts_mut()
        {
            parts.iter_mut().for_each(|part| part.shift(by));
        }
    }

    /// Returns the node with its parts in another column.
    pub(super) fn in_column(&self, column: usize) -> Self {
        let mut node = self.clone();
        if let SourceText::Block(own) = node.text
            && let (Ok(own), Ok(column)) = (isize::try_from(own), isize::try_from(column))
            && own != column
        {
            node.shift(column - own);
        }
        node
    }
}

impl SourcePart {
    /// Returns a part that stands in no file yet.
    pub(super) fn new(key: impl Into<String>, node: SourceNode) -> Self {
        let (above, head, beside) = (String::new(), String::new(), String::new());
        Self { key: key.into(), above, head, node, beside }
    }

    fn shift(&mut self, by: isize) {
        self.above = shifted(&self.above, by, true);
        self.node.shift(by);
    }
}

/// Moves the lines of a text; the first one stands behind something else, unless all are `whole`.
fn shifted(text: &str, by: isize, whole: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for (index, line) in text.split_inclusive('\n').enumerate() {
        if (index == 0 && !whole) || line.trim().is_empty() {
            out.push_str(line);
        } else if by >= 0 {
            out.extend(std::iter::repeat_n(' ', by.unsigned_abs()));
            out.push_str(line);
        } else {
            let blanks = line.len() - line.trim_start_matches(' ').len();
            out.push_str(line.get(blanks.min(by.unsigned_abs())..).unwrap_or(line));
        }
    }
    out
}
