//! A YAML document as a tree in which every node knows its place.
//!
//! Scalars keep their text (`1.10`, `014`, `12:56`), because decimals and times are
//! read from what was written, never from what YAML makes of it.

use super::parts::{KeyIndex, MOST_PARTS, PartCount, grouped};
use crate::model::diagnostic::{Diagnostic, Location};
use granit_parser::{ErrorKind, Event, Options, Parser, ScalarStyle, StructureStyle};
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

/// How deep lists and maps may stand in each other.
const DEEPEST: usize = 64;
/// How many bytes the anchors and aliases of a document may stand for, its own text aside: a few lines of them
/// could stand for gigabytes.
const MOST_ALIASED: usize = 16 << 20;

/// A node and where it stands.
#[derive(Clone, Debug)]
pub struct Node<'t> {
    /// What the node holds.
    pub what: NodeKind<'t>,
    /// Where the node begins.
    pub place: Location,
    /// The bytes that the node covers; for an alias, those of the alias.
    pub bytes: Range<usize>,
    /// How the node was written.
    pub style: NodeStyle,
    /// Whether the node is a scalar without quotes, whose type readers guess from its text; for
    /// an alias, whether it stands for one.
    pub bare: bool,
    /// The number of the anchor that the node carries or, for an alias, names; 0 for none.
    pub anchor: usize,
}

/// What a node holds.
#[derive(Clone, Debug)]
pub enum NodeKind<'t> {
    /// Nothing: `~`, `null`, or no text at all.
    Null,
    /// A scalar's text, after quotes and escapes.
    Text(Cow<'t, str>),
    /// Nodes in order.
    List(Vec<Node<'t>>),
    /// Keys and values in order; a key stands once.
    Map(Vec<MapEntry<'t>>),
}

/// One key of a map and its value.
#[derive(Clone, Debug)]
pub struct MapEntry<'t> {
    /// The key's text.
    pub key: Cow<'t, str>,
    /// Where the key begins.
    pub place: Location,
    /// The bytes that the key covers.
    pub bytes: Range<usize>,
    /// What the key says.
    pub value: Node<'t>,
}

impl<'t> MapEntry<'t> {
    /// Returns the key and where it begins.
    pub(super) fn named(&self) -> (&Cow<'t, str>, Location) {
        (&self.key, self.place)
    }
}

/// How a node was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeStyle {
    /// An unquoted scalar.
    Plain,
    /// A scalar in single or double quotes.
    Quoted,
    /// A literal or folded scalar on lines of its own.
    Block,
    /// A list or map by indentation.
    Indented,
    /// A list or map in brackets or braces.
    Flow,
    /// An alias of another node.
    Alias,
}

impl<'t> Node<'t> {
    /// Returns the value of `key`, where the node is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Node<'t>> {
        match &self.what {
            NodeKind::Map(entries) => entries.iter().find(|e| e.key == key).map(|e| &e.value),
            _ => None,
        }
    }

    /// Returns the node's text, where it is a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.what {
            NodeKind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns what kind of thing the node is, for people.
    pub fn kind(&self) -> &'static str {
        match self.what {
            NodeKind::Null => "nothing",
            NodeKind::Text(_) => "text",
            NodeKind::List(_) => "a list",
            NodeKind::Map(_) => "a map",
        }
    }

    /// Returns the bytes that a copy of the node takes, of which most is text or the nodes themselves.
    fn size(&self) -> usize {
        let entry = |e: &MapEntry<'_>| size_of::<MapEntry<'_>>() + e.key.len() + e.value.size();
        size_of::<Self>()
            + match &self.what {
                NodeKind::Null => 0,
                NodeKind::Text(text) => text.len(),
                NodeKind::List(items) => items.iter().map(Node::size).sum(),
                NodeKind::Map(entries) => entries.iter().map(entry).sum(),
            }
    }
}

/// Reads the one document of `text`; an empty one is null.
///
/// # Errors
/// The first thing in it that is not YAML as these files use it: a syntax error, a key twice,
/// a key that is not text, a second document, nesting deeper than 64, more than a million keys and items,
/// aliases that stand for too much.
pub fn read(text: &str) -> Result<Node<'_>, Diagnostic> {
    let mut options = Options::default();
    options.set_emit_comments(false);
    options.block_nesting_limit = DEEPEST;
    options.flow_nesting_limit = DEEPEST;
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut tree = TreeBuilder::new(text, text.len() - body.len());
    for next in Parser::new_from_str_with_options(body, options) {
        let (event, span) = next.map_err(|e| syntax(body, &e))?;
        tree.take(event, &span)?;
    }
    Ok(tree.root.unwrap_or(Node {
        what: NodeKind::Null,
        place: Location { line: 1, column: 1 },
        bytes: 0..0,
        style: NodeStyle::Plain,
        bare: true,
        anchor: 0,
    }))
}

fn syntax(text: &str, error: &granit_parser::ScanError) -> Diagnostic {
    if let Some(line) = (1..).zip(text.lines()).find(|(_, line)| line.starts_with("<<<<<<< ")) {
        let place = Location { line: line.0, column: 1 };
        return Diagnostic::error("syntax", place, "a merge left both sides of a conflict here")
            .help("`recount sync` puts both sides together; or keep what both wrote, take the lines with <<<<<<<, ======= and >>>>>>> away, and git add the file");
    }
    if let Some(opened) = unclosed_quote(text, error) {
        return Diagnostic::error("syntax", opened, "the quote that opens here is never closed")
            .help("close it on its line, or indent the lines that it goes on over");
    }
    let problem = Diagnostic::error("syntax", place(error.marker()), error.info());
    if error.info().contains("tab") {
        return problem.help("indent with spaces: YAML takes no tabs there");
    }
    problem
        .help("check the indentation, and quote text that holds `: ` or ` #` or begins with a sign")
}

/// Returns where the quote opens that an error is about: the parser may tell only where it should have ended.
fn unclosed_quote(text: &str, error: &granit_parser::ScanError) -> Option<Location> {
    match error.kind() {
        ErrorKind::UnclosedQuotedScalar => Some(place(error.marker())),
        ErrorKind::InvalidQuotedScalarIndent => {
            let read: String = text.chars().take(error.marker().index()).collect();
            let fails = Parser::new_from_str(read.trim_end()).find_map(Result::err)?;
            (*fails.kind() == ErrorKind::UnclosedQuotedScalar).then(|| place(fails.marker()))
        }
        _ => None,
    }
}

fn place(mark: &granit_parser::Marker) -> Location {
    let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Location { line: small(mark.line()), column: small(mark.col()).saturating_add(1) }
}

/// An unfinished list or map.
struct OpenNode<'t> {
    node: Node<'t>,
    anchor: usize,
    /// The key that waits for its value.
    key: Option<(Cow<'t, str>, Location, Range<usize>)>,
    known: KeyIndex<'t>,
}

struct TreeBuilder<'t> {
    /// Where the last line begins, if it holds something and has no line end.
    unended: Option<usize>,
    /// Bytes before the parsed text: those of a byte order mark.
    shift: usize,
    open: Vec<OpenNode<'t>>,
    root: Option<Node<'t>>,
    anchors: HashMap<usize, Node<'t>>,
    aliased: usize,
    parts: PartCount,
    documents: usize,
}

impl<'t> TreeBuilder<'t> {
    fn new(text: &str, shift: usize) -> Self {
        let last = text.rfind('\n').map_or(0, |n| n + 1);
        let unended = text.get(last..).is_some_and(|line| !line.trim().is_empty()).then_some(last);
        Self {
            unended,
            shift,
            open: vec![],
            root: None,
            anchors: HashMap::new(),
            aliased: 0,
            parts: PartCount::default(),
            documents: 0,
        }
    }

    fn take(&mut self, event: Event<'t>, span: &granit_parser::Span) -> Result<(), Diagnostic> {
        let at = place(&span.start);
        match event {
            Event::DocumentStart(..) => self.documents += 1,
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain && tag.is_none();
                let what = match text.as_ref() {
                    "" | "~" | "null" | "Null" | "NULL" if plain => NodeKind::Null,
                    _ => NodeKind::Text(text),
                };
                let mut node = self.node(what, span, scalar_style(style));
                self.end_block(&mut node);
                self.add(node, anchor)?;
            }
            Event::SequenceStart(style, anchor, _) => {
                self.start(NodeKind::List(vec![]), style, anchor, span);
            }
            Event::MappingStart(style, anchor, _) => {
                self.start(NodeKind::Map(vec![]), style, anchor, span);
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(span)?,
            Event::Alias(id) => {
                let node = self.alias(id, span)?;
                self.add(node, 0)?;
            }
            _ => {}
        }
        if self.documents > 1 {
            return Err(Diagnostic::error(
                "second-document",
                at,
                "a second YAML document begins here",
            )
            .help("keep one document a file: remove the `---`"));
        }
        Ok(())
    }

    fn node(&self, what: NodeKind<'t>, span: &granit_parser::Span, style: NodeStyle) -> Node<'t> {
        let bytes = span.byte_range().unwrap_or(0..0);
        let bytes = bytes.start + self.shift..bytes.end + self.shift;
        Node {
            what,
            place: place(&span.start),
            bytes,
            style,
            bare: style == NodeStyle::Plain,
            anchor: 0,
        }
    }

    /// Takes back the line end that the parser gives to a block scalar at the end of a file that
    /// has none; libyaml and PyYAML give it none.
    fn end_block(&self, node: &mut Node<'t>) {
        let Some(last) = self.unended else { return };
        if node.style != NodeStyle::Block || node.bytes.end <= last {
            return;
        }
        if let NodeKind::Text(text) = &mut node.what {
            match text {
                Cow::Borrowed(text) => *text = text.strip_suffix('\n').unwrap_or(text),
                Cow::Owned(text) => text.truncate(text.trim_end_matches('\n').len()),
            }
        }
    }

    fn alias(&mut self, id: usize, span: &granit_parser::Span) -> Result<Node<'t>, Diagnostic> {
        let at = place(&span.start);
        let target = self.anchors.get(&id).ok_or_else(|| {
            Diagnostic::error("alias", at, "this alias stands inside the node that it names")
        })?;
        self.aliased = self.aliased.saturating_add(target.size());
        if self.aliased > MOST_ALIASED {
            return Err(too_much_aliased(at));
        }
        let (what, bare) = (target.what.clone(), target.bare);
        Ok(Node { bare, anchor: id, ..self.node(what, span, NodeStyle::Alias) })
    }

    fn start(
        &mut self,
        what: NodeKind<'t>,
        style: StructureStyle,
        anchor: usize,
        span: &granit_parser::Span,
    ) {
        let style = match style {
            StructureStyle::Flow => NodeStyle::Flow,
            StructureStyle::Block => NodeStyle::Indented,
        };
        let node = self.node(what, span, style);
        self.open.push(OpenNode { node, anchor, key: None, known: KeyIndex::default() });
    }

    fn end(&mut self, span: &granit_parser::Span) -> Result<(), Diagnostic> {
        let Some(mut done) = self.open.pop() else { return Ok(()) };
        let end = span.byte_range().map_or(0, |r| r.end) + self.shift;
        done.node.bytes.end = end.max(done.node.bytes.start);
        self.add(done.node, done.anchor)
    }

    /// Puts a finished node where it belongs: into the list or map around it, or at the root.
    fn add(&mut self, mut node: Node<'t>, anchor: usize) -> Result<(), Diagnostic> {
        if anchor > 0 {
            node.anchor = anchor;
            // Anchors within one another are copied once for each that is around them.
            self.aliased = self.aliased.saturating_add(node.size());
            if self.aliased > MOST_ALIASED {
                return Err(too_much_aliased(node.place));
            }
            self.anchors.insert(anchor, node.clone());
        }
        let Some(parent) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        if parent.key.is_none() && self.parts.add().is_none() {
            let message =
                format!("more than {} keys and items of lists stand here", grouped(MOST_PARTS));
            return Err(Diagnostic::error("too-large", node.place, message)
                .help("divide the file: no more are read"));
        }
        match &mut parent.node.what {
            NodeKind::List(items) => items.push(node),
            NodeKind::Map(entries) => match parent.key.take() {
                None => parent.key = Some(key(node, entries, &mut parent.known)?),
                Some((key, place, bytes)) => {
                    entries.push(MapEntry { key, place, bytes, value: node })
                }
            },
            NodeKind::Null | NodeKind::Text(_) => {}
        }
        Ok(())
    }
}

fn scalar_style(style: ScalarStyle) -> NodeStyle {
    match style {
        ScalarStyle::Plain => NodeStyle::Plain,
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => NodeStyle::Quoted,
        ScalarStyle::Literal | ScalarStyle::Folded => NodeStyle::Block,
    }
}

fn too_much_aliased(at: Location) -> Diagnostic {
    let most = MOST_ALIASED >> 20;
    let message = format!("the anchors and aliases of this file stand for more than {most} MB");
    Diagnostic::error("alias", at, message).help("write the repeated parts out")
}

fn key<'t>(
    node: Node<'t>,
    before: &[MapEntry<'t>],
    known: &mut KeyIndex<'t>,
) -> Result<(Cow<'t, str>, Location, Range<usize>), Diagnostic> {
    let text = match node.what {
        NodeKind::Text(text) => text,
        NodeKind::Null => Cow::Borrowed("null"),
        NodeKind::List(_) | NodeKind::Map(_) => {
            return Err(Diagnostic::error("key", node.place, "a key must be a word here"));
        }
    };
    if let Some(first) = known.find(before, MapEntry::named, &text) {
        let message = format!("`{text}` stands here twice; the first is on line {}", first.line);
        return Err(Diagnostic::error("key-twice", node.place, message)
            .help("keep one of the two, or make them one list"));
    }
    Ok((text, node.place, node.bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_keep_their_text_and_place() {
        let root = read("fee: 1.10\nat: 12:56\nno: no\n").unwrap();
        assert_eq!(root.get("fee").unwrap().text(), Some("1.10"));
        assert_eq!(root.get("at").unwrap().text(), Some("12:56"));
        assert_eq!(root.get("no").unwrap().place, Location { line: 3, column: 5 });
    }

    #[test]
    fn a_forgotten_quote_is_told_where_it_opens() {
        for (text, line, column) in [
            ("title: \"abc\nseverity: sev1\n", 1, 8),
            ("a: é\ntitle: 'abc\nb:\n  c: d\n", 2, 8),
            ("a:\n  - text: 'b\n", 2, 11),
            ("a: [x, \"y]\n\n", 1, 8),
        ] {
            let problem = read(text).unwrap_err();
            assert_eq!(problem.place, Location { line, column }, "{text}");
            assert!(problem.message.contains("never closed"), "{problem:?}");
        }
    }

    #[test]
    fn the_marks_of_a_merge_are_called_so() {
        let text =
            "events:\n  - id: a\n<<<<<<< HEAD\n  - id: b\n=======\n  - id: c\n>>>>>>> other\n";
        let problem = read(text).unwrap_err();
        assert_eq!(problem.place, Location { line: 3, column: 1 });
        assert!(problem.message.contains("merge"), "{problem:?}");
    }

    #[test]
    fn a_key_that_stands_twice_names_both_lines() {
        let problem = read("a: 1\nb: 2\na: 3\n").unwrap_err();
        assert_eq!((problem.code, problem.place.line), ("key-twice", 3));
        assert!(problem.message.contains("line 1"));
    }

    #[test]
    fn aliases_stand_for_their_node_but_not_for_a_bomb() {
        let root = read("a: &x {down: 1}\nb: *x\n").unwrap();
        assert_eq!(root.get("b").unwrap().get("down").unwrap().text(), Some("1"));
        let mut bomb = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for i in 1..9 {
            let list = vec![format!("*a{}", i - 1); 10].join(",");
            bomb.push_str(&format!("a{i}: &a{i} [{list}]\n"));
        }
        assert_eq!(read(&bomb).unwrap_err().code, "alias");
        // Few nodes, but each of much text.
        let text = "x".repeat(100_000);
        let heavy = format!("a: &a {text}\nb: [{}]\n", vec!["*a"; 200].join(","));
        let problem = read(&heavy).unwrap_err();
        assert_eq!((problem.code, problem.place.line), ("alias", 2));
        assert!(problem.message.contains("16 MB"), "{problem:?}");
        let nested = format!("{}{text}{}\n", "[&a ".repeat(64), "]".repeat(64));
        assert!(read(&nested).is_ok());
        let nested: String = (0..60).map(|n| format!("&a{n} [")).collect();
        let nested = format!("{nested}{}{}\n", vec!["x"; 5_000].join(","), "]".repeat(60));
        assert_eq!(read(&nested).unwrap_err().code, "alias");
    }

    #[test]
    fn an_empty_file_is_null_and_a_byte_order_mark_shifts_the_bytes() {
        assert!(matches!(read("").unwrap().what, NodeKind::Null));
        assert!(matches!(read("# only a comment\n").unwrap().what, NodeKind::Null));
        let text = "\u{feff}title: x\n";
        let root = read(text).unwrap();
        assert_eq!(text.get(root.get("title").unwrap().bytes.clone()), Some("x"));
    }

    #[test]
    fn a_block_at_the_end_of_a_file_without_a_line_end_has_none_either() {
        for text in ["a: |\n  x", "a: |+\n  x", "a: >\n  x", "a: |\r\n  x"] {
            assert_eq!(read(text).unwrap().get("a").unwrap().text(), Some("x"));
        }
        assert_eq!(read("a: |\n  x\n  ").unwrap().get("a").unwrap().text(), Some("x\n"));
        assert_eq!(read("a: |\n  x\n# c").unwrap().get("a").unwrap().text(), Some("x\n"));
    }

    #[test]
    fn deep_nesting_is_refused() {
        assert!(read(&"[".repeat(10_000)).is_err());
        assert!(
            read(&(0..300).map(|i| format!("{}a:\n", " ".repeat(i))).collect::<String>()).is_err()
        );
    }
}
