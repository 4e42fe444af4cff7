//! From a plan to a text: the places where the plan and the file part, spliced into the file.

mod block;
mod flow;
mod layout;
mod unended;

use super::lines::SourceLines;
use super::plan::{Collection, PlannedNode, PlannedPart};
use crate::io::yaml::node::{Node, NodeKind, NodeStyle};
use crate::io::yaml::write::{self, Indentation, LaidOutValue, YamlValue};
use crate::model::diagnostic::Location;
use layout::layout_of;
use std::borrow::Cow;
use std::ops::Range;
use unended::{is_unended, last_node, may_lack_line_end};

/// Returns `text`, which reads as `old`, with the changes that make it read as `plan`, without a
/// final line end where it had none, and then with one, for readers that need it; none where two
/// changes would touch the same bytes.
pub(super) fn write(
    text: &str,
    old: &Node<'_>,
    plan: &PlannedNode<'_>,
    rewrote: &mut Vec<Location>,
) -> Option<Vec<String>> {
    // The first line end stands for all: the reader takes either for the same (YAML 1.2.2, 5.4).
    let crlf = text.split_once('\n').is_some_and(|(first, _)| first.ends_with('\r'));
    let ended = text.is_empty() || text.ends_with('\n');
    let whole = if ended {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(format!("{text}{}", if crlf { "\r\n" } else { "\n" }))
    };
    let lines = SourceLines::new(&whole);
    let mut splicer = Splicer { lines, layout: layout_of(old, lines), splices: vec![], rewrote };
    splicer.root(old, plan);
    if !ended {
        splicer.end_block(text, old, plan);
    }
    let new = join(&whole, splicer.splices, crlf)?;
    let line_end = if crlf { "\r\n" } else { "\n" };
    let unended = new.strip_suffix(line_end).filter(|_| !ended && may_lack_line_end(text, plan));
    Some(unended.map(str::to_owned).into_iter().chain([new]).collect())
}

/// A range of the old text and what takes its place.
struct Replaced {
    bytes: Range<usize>,
    text: String,
}

fn join(old: &str, mut splices: Vec<Replaced>, crlf: bool) -> Option<String> {
    splices.sort_by_key(|splice| splice.bytes.start);
    let added: usize = splices.iter().map(|splice| splice.text.len()).sum();
    let mut new = String::with_capacity(old.len() + added);
    let mut done = 0;
    for Replaced { bytes, text } in splices {
        new.push_str(old.get(done..bytes.start)?);
        if crlf {
            new.push_str(&text.replace('\n', "\r\n"));
        } else {
            new.push_str(&text);
        }
        done = bytes.end;
    }
    new.push_str(old.get(done..)?);
    Some(new)
}

/// What a value stands behind.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ValueIndicator {
    Nothing,
    Key,
    Dash,
    /// A key, a comma or a bracket within brackets or braces.
    Sign,
}

/// Where a value stands.
#[derive(Clone, Copy)]
struct ValueSpan {
    behind: ValueIndicator,
    /// The end of what it stands behind.
    after: usize,
    /// The column of the key or dash.
    column: usize,
}

/// Where a part of a list or map stands.
#[derive(Clone, Copy)]
struct PartSpan {
    /// Where its key, dash or value begins.
    start: usize,
    /// The end of its colon or dash.
    after: usize,
    /// The end of its value.
    end: usize,
}

/// A list or map of the file and where its parts stand.
struct CollectionSpan<'a> {
    node: &'a Node<'a>,
    group: &'a Collection<'a>,
    slot: ValueSpan,
    spots: Vec<PartSpan>,
}

impl<'a> CollectionSpan<'a> {
    /// Returns the value of a part of the file.
    fn part(&self, index: usize) -> Option<&'a Node<'a>> {
        match &self.node.what {
            NodeKind::List(items) => items.get(index),
            NodeKind::Map(entries) => entries.get(index).map(|e| &e.value),
            NodeKind::Null | NodeKind::Text(_) => None,
        }
    }

    /// Returns which parts of the file go, in order.
    fn gone(&self) -> Vec<bool> {
        let mut gone = vec![true; self.spots.len()];
        for index in self.group.parts.iter().filter_map(|part| part.origin) {
            if let Some(gone) = gone.get_mut(index) {
                *gone = false;
            }
        }
        gone
    }

    /// Returns the new parts in runs, each with the part of the file that it comes before.
    fn runs(&self) -> Vec<(Option<usize>, Vec<&PlannedPart<'_>>)> {
        let mut runs = vec![];
        let mut run = vec![];
        for part in &self.group.parts {
            if part.origin.is_none() {
                run.push(part);
            } else if !run.is_empty() {
                runs.push((part.origin, std::mem::take(&mut run)));
            }
        }
        if !run.is_empty() {
            runs.push((None, run));
        }
        runs
    }
}

struct Splicer<'a> {
    lines: SourceLines<'a>,
    layout: Indentation,
    splices: Vec<Replaced>,
    rewrote: &'a mut Vec<Location>,
}

impl Splicer<'_> {
    fn splice(&mut self, bytes: Range<usize>, text: impl Into<String>) {
        self.splices.push(Replaced { bytes, text: text.into() });
    }

    fn root(&mut self, old: &Node<'_>, plan: &PlannedNode<'_>) {
        let start = old.bytes.start;
        let slot = ValueSpan { behind: ValueIndicator::Nothing, after: start, column: 0 };
        match plan {
            PlannedNode::Kept(_) => {}
            PlannedNode::Collection(group) if group.origin.is_some() => {
                self.group(old, group, slot)
            }
            _ if old.bytes.is_empty() => {
                let mut text = String::new();
                write::lines(&plan.to_value(), 0, self.layout, &mut text);
                let at = self.lines.document_end();
                self.splice(at..at, text);
            }
            _ => self.replace(old, &plan.to_value(), slot),
        }
    }

    fn value(&mut self, old: &Node<'_>, plan: &PlannedNode<'_>, slot: ValueSpan) {
        match plan {
            PlannedNode::Kept(_) => {}
            PlannedNode::Collection(group) if group.origin.is_some() => {
                self.group(old, group, slot)
            }
            _ => self.replace(old, &plan.to_value(), slot),
        }
    }

    fn group(&mut self, node: &Node<'_>, group: &Collection<'_>, slot: ValueSpan) {
        if group.parts.iter().all(|part| part.origin.is_none()) {
            let was_empty = match &node.what {
                NodeKind::List(items) => items.is_empty(),
                NodeKind::Map(entries) => entries.is_empty(),
                NodeKind::Null | NodeKind::Text(_) => true,
            };
            let value = PlannedNode::Collection(group.clone()).to_value();
            let value = if was_empty && slot.behind != ValueIndicator::Sign {
                opened(value, slot.behind == ValueIndicator::Nothing)
            } else {
                value
            };
            return self.replace(node, &value, slot);
        }
        if node.style == NodeStyle::Flow {
            let spots = self.flow_spots(node);
            return self.flow_group(&CollectionSpan { node, group, slot, spots });
        }
        let spots = self.spots(node, slot);
        self.block_group(&CollectionSpan { node, group, slot, spots });
    }

    /// Replaces a whole value.
    fn replace(&mut self, old: &Node<'_>, value: &YamlValue, slot: ValueSpan) {
        match slot.behind {
            ValueIndicator::Sign => self.replace_in_flow(old, value, slot),
            ValueIndicator::Nothing => self.replace_root(old, value, slot),
            ValueIndicator::Key | ValueIndicator::Dash => self.replace_in_block(old, value, slot),
        }
    }

    fn replace_in_flow(&mut self, old: &Node<'_>, value: &YamlValue, slot: ValueSpan) {
        let new = write::inline(value, true);
        let end = self.lines.end(old, slot.after);
        if !is_empty(old) {
            let start = self.lines.pass_gap(slot.after);
            return self.splice(start..end, new);
        }
        // Blanks that part the colon from a comma or brace go with the nothing that they stood for.
        let blanks = self.lines.pass_blanks(end);
        let closes = self.lines.rest(blanks).starts_with([',', '}', ']']);
        let colon = slot.after > 0 && self.lines.has(slot.after - 1, ':');
        // A key in braces may lack its colon, and a colon takes a blank behind it (7.4.2).
        let sign = if colon { " " } else { ": " };
        self.splice(slot.after..if closes { blanks } else { end }, format!("{sign}{new}"));
    }

    fn replace_root(&mut self, old: &Node<'_>, value: &YamlValue, slot: ValueSpan) {
        let mut text = String::new();
        if value.takes_lines() && !self.lines.leads(slot.after) {
            text.push('\n');
        }
        // A comment may follow on the last line.
        let layout = Indentation { blocks: false, ..self.layout };
        write::lines(value, 0, layout, &mut text);
        text.truncate(text.trim_end_matches('\n').len());
        let end = self.lines.end(old, slot.after);
        self.splice(slot.after..end, text);
    }

    fn replace_in_block(&mut self, old: &Node<'_>, value: &YamlValue, slot: ValueSpan) {
        let lines = self.lines;
        let end = lines.end(old, slot.after);
        let layout = self.layout_above(lines.next_line(end), slot.column);
        let start = if is_empty(old) { end } else { lines.pass_gap(slot.after) };
        let same_line = lines.line_start(start) == lines.line_start(slot.after);
        let inner = if same_line && !is_empty(old) { lines.column(start) } else { slot.column + 2 };
        let LaidOutValue { head, body } = match slot.behind {
            ValueIndicator::Dash => write::after_dash(value, slot.column, inner, layout),
            _ => write::after_key(value, slot.column, layout),
        };
        let spaced = if head.is_empty() { String::new() } else { format!(" {head}") };
        if !same_line {
            // What follows the key on its line is at most a comment, which stays.
            self.splice(slot.after..slot.after, spaced);
            return self.splice(lines.next_line(slot.after)..lines.next_line(end), body);
        }
        let stop = if old.style == NodeStyle::Block { lines.header(slot.after).1 } else { end };
        if head.is_empty() || is_empty(old) {
            self.splice(slot.after..stop, spaced);
        } else {
            self.splice(start..stop, head);
        }
        self.splice(lines.next_line(stop)..lines.next_line(end), body);
    }

    /// Returns how to lay out what comes to stand above `at`, where a comment that stands deeper
    /// than `column` would become part of a block scalar: only one that stands less deep ends its text
    /// (YAML 1.2.2, 8.1.1.2).
    fn layout_above(&self, at: usize, column: usize) -> Indentation {
        let next = self.lines.pass_empty_lines(at);
        let deeper = self.lines.comment(next).is_some_and(|c| c > column);
        Indentation { blocks: self.layout.blocks && !deeper, ..self.layout }
    }

    fn spots(&self, node: &Node<'_>, slot: ValueSpan) -> Vec<PartSpan> {
        let lines = self.lines;
        let mut start = lines.first_part(slot.after);
        let mut spot = |value: &Node<'_>, after: Option<usize>| {
            let after = after.unwrap_or(start + 1);
            let spot = PartSpan { start, after, end: lines.end(value, after) };
            start = lines.pass_gap(spot.end);
            spot
        };
        match &node.what {
            NodeKind::List(items) => items.iter().map(|item| spot(item, None)).collect(),
            NodeKind::Map(entries) => {
                entries.iter().map(|e| spot(&e.value, Some(lines.colon(e)))).collect()
            }
            NodeKind::Null | NodeKind::Text(_) => vec![],
        }
    }

    fn flow_spots(&self, node: &Node<'_>) -> Vec<PartSpan> {
        let lines = self.lines;
        let mut start = lines.pass_commas(node.bytes.start + 1);
        let mut spot = |value: &Node<'_>, after: Option<usize>| {
            let after = after.unwrap_or(start);
            let spot = PartSpan { start, after, end: lines.end(value, after) };
            start = lines.pass_commas(spot.end);
            spot
        };
        match &node.what {
            NodeKind::List(items) => items.iter().map(|item| spot(item, None)).collect(),
            NodeKind::Map(entries) => {
                entries.iter().map(|e| spot(&e.value, Some(lines.colon(e)))).collect()
            }
            NodeKind::Null | NodeKind::Text(_) => vec![],
        }
    }

    /// Keeps the block scalar that ended an unended file from gaining a line end, where other
    /// lines come to stand below it: `-` says what the missing line end said (8.1.1.2).
    fn end_block(&mut self, text: &str, old: &Node<'_>, plan: &PlannedNode<'_>) {
        let last = last_node(old);
        let stays_last =
            matches!(plan.last_leaf(), PlannedNode::Kept(n) if std::ptr::eq(last_node(n), last));
        let bare = last.text().is_some_and(|t| !t.ends_with('\n'));
        if !is_unended(last, text) || !bare || stays_last || !plan.keeps(last.bytes.start) {
            return;
        }
        let Some(end) = self.lines.header_above(last.bytes.start) else { return };
        match self.lines.cut(end.saturating_sub(2), end) {
            signs if signs.contains('-') => return,
            signs if signs.ends_with('+') => self.splice(end - 1..end, "-"),
            _ => self.splice(end..end, "-"),
        }
        self.rewrote.push(last.place);
    }

    /// Splices what changed in the parts that stay.
    fn kept_parts(&mut self, site: &CollectionSpan<'_>, behind: ValueIndicator, column: usize) {
        for part in &site.group.parts {
            let Some(index) = part.origin else { continue };
            let Some(spot) = site.spots.get(index) else { continue };
            if let Some(old) = site.part(index) {
                self.value(old, &part.plan, ValueSpan { behind, after: spot.after, column });
            }
        }
    }
}

/// Tells whether no text stands for a node: `key:`.
fn is_empty(node: &Node<'_>) -> bool {
    matches!(node.what, NodeKind::Null | NodeKind::Text(_))
        && node.style == NodeStyle::Plain
        && node.bytes.is_empty()
}

/// Returns a list or map that was empty as one on lines of its own, where its parts take lines or
/// `always`.
fn opened(value: YamlValue, always: bool) -> YamlValue {
    match value {
        YamlValue::FlowList(items) if always || items.iter().any(YamlValue::takes_lines) => {
            YamlValue::List(items)
        }
        YamlValue::FlowMap(entries) if always || entries.iter().any(|(_, v)| v.takes_lines()) => {
            YamlValue::Map(entries)
        }
        other => other,
    }
}

/// Returns a list or map as one in brackets or braces.
fn closed(value: YamlValue) -> YamlValue {
    match value {
        YamlValue::List(items) => YamlValue::FlowList(items),
        YamlValue::Map(entries) => YamlValue::FlowMap(entries),
        other => other,
    }
}
