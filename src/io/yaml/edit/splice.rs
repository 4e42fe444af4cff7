//! From a plan to a text: the places where the plan and the file part, spliced into the file.

use super::lines::SourceLines;
use super::plan::{Collection, CollectionKind, PlannedNode, PlannedPart};
use crate::io::yaml::node::{Node, NodeKind, NodeStyle};
use crate::io::yaml::write::{self, Indentation, LaidOutValue, YamlValue};
use crate::model::diagnostic::Location;
use std::borrow::Cow;
use std::ops::Range;

/// Returns `text`, which reads as `old`, with the changes that make it read as `plan`, without a
/// final line end where it had none, and then with one, for readers that need it; none where two
/// changes would touch the same bytes.
pub(super) fn write(
    text: &str,
    old: &Node<'_>,
    plan: &PlannedNode<'_>,
    rewrote: &mut Vec<Location>,
) -> Option<Vec<String>> {
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
    /// than `column` would become part of a block scalar.
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

// Lists and maps by indentation.
impl Splicer<'_> {
    fn block_group(&mut self, site: &CollectionSpan<'_>) {
        let Some(first) = site.spots.first() else { return };
        let column = self.lines.column(first.start);
        let gone = site.gone();
        let runs = site.runs();
        let compact = !self.lines.leads(first.start);
        let headless = compact && gone.first() == Some(&true);
        if headless && runs.iter().any(|(before, _)| before.is_some()) {
            self.rewrote.push(site.node.place);
            let value = PlannedNode::Collection(site.group.clone()).to_value();
            return self.replace(site.node, &value, site.slot);
        }
        let behind = if site.group.kind == CollectionKind::List {
            ValueIndicator::Dash
        } else {
            ValueIndicator::Key
        };
        self.kept_parts(site, behind, column);
        for (before, run) in runs {
            match before.and_then(|index| Some((index, *site.spots.get(index)?))) {
                Some((index, spot)) => self.put_before(site, index, spot, &run),
                None => self.put_last(site, column, &run),
            }
        }
        let first_kept = gone.iter().position(|gone| !gone).unwrap_or_default();
        if headless {
            self.cut_first(site, first_kept);
        }
        let mut keeps = false;
        for (index, (spot, gone)) in site.spots.iter().zip(&gone).enumerate() {
            if !gone {
                keeps = site.part(index).is_some_and(|part| self.keeps_lines(part));
            } else if !(headless && index < first_kept) {
                let mut end = self.lines.below(spot.end, column);
                if keeps {
                    // Empty lines below would become lines of the block scalar above.
                    end = self.lines.pass_empty_lines(end);
                }
                self.splice(self.lines.line_start(spot.start)..end, "");
            }
        }
    }

    /// Tells whether a node ends with a block scalar that keeps all empty lines below it: `|+`.
    fn keeps_lines(&self, node: &Node<'_>) -> bool {
        let last = last_node(node);
        last.style == NodeStyle::Block
            && self
                .lines
                .header_above(last.bytes.start)
                .is_some_and(|end| self.lines.cut(end.saturating_sub(2), end).contains('+'))
    }

    /// Cuts the parts up to `kept`, the first of which shares its line with a dash.
    fn cut_first(&mut self, site: &CollectionSpan<'_>, kept: usize) {
        let lines = self.lines;
        let (Some(first), Some(last), Some(next)) = (
            site.spots.first(),
            kept.checked_sub(1).and_then(|last| site.spots.get(last)),
            site.spots.get(kept),
        ) else {
            return;
        };
        let end = lines.line_end(last.end);
        if lines.cut(end, next.start).trim().is_empty() {
            return self.splice(first.start..next.start, "");
        }
        let before = lines.before(first.start);
        let start = first.start - (before.len() - before.trim_end().len());
        self.splice(start..end, "");
    }

    fn put_before(
        &mut self,
        site: &CollectionSpan<'_>,
        index: usize,
        spot: PartSpan,
        run: &[&PlannedPart<'_>],
    ) {
        let lines = self.lines;
        let column = lines.column(spot.start);
        if !lines.leads(spot.start) {
            let text = self.written(site, column, self.layout, run);
            let text = format!("{}{}", text.trim_start_matches(' '), " ".repeat(column));
            return self.splice(spot.start..spot.start, text);
        }
        let floor = match index.checked_sub(1).and_then(|above| site.spots.get(above)) {
            Some(above) => lines.next_line(above.end),
            None if site.slot.behind == ValueIndicator::Nothing => 0,
            None => lines.next_line(site.slot.after),
        };
        let mut at = lines.with_comments(spot.start, floor);
        if at == 0 {
            // What stands at the top of a file is about the file.
            at = lines.line_start(spot.start);
        }
        let mut text = self.written(site, column, self.layout_above(at, column), run);
        if self.spaced(site) {
            text.push('\n');
        }
        self.splice(at..at, text);
    }

    fn put_last(&mut self, site: &CollectionSpan<'_>, column: usize, run: &[&PlannedPart<'_>]) {
        let Some(last) = site.spots.last() else { return };
        let at = self.lines.below(last.end, column);
        let mut text = self.written(site, column, self.layout_above(at, column), run);
        let keeps = site.part(site.spots.len() - 1).is_some_and(|part| self.keeps_lines(part));
        if self.spaced(site) && !keeps {
            text.insert(0, '\n');
        }
        self.splice(at..at, text);
    }

    /// Writes new parts in the way of their siblings.
    fn written(
        &self,
        site: &CollectionSpan<'_>,
        column: usize,
        layout: Indentation,
        run: &[&PlannedPart<'_>],
    ) -> String {
        let mut text = String::new();
        let in_line = self.items_are_in_line(site.node);
        let gap = self.gap(site);
        let parting = if self.spaced(site) { "\n" } else { "" };
        for (index, part) in run.iter().enumerate() {
            if index > 0 {
                text.push_str(parting);
            }
            let value = part.plan.to_value();
            match site.group.kind {
                CollectionKind::Map => write::entry(&part.key, &value, column, layout, &mut text),
                CollectionKind::List => {
                    let value = if in_line { closed(value) } else { value };
                    write::item(&value, column, gap, layout, &mut text);
                }
            }
        }
        text
    }

    /// Tells whether all items are lists or maps on one line each.
    fn items_are_in_line(&self, node: &Node<'_>) -> bool {
        let in_line = |item: &Node<'_>| {
            item.style == NodeStyle::Flow
                && !self.lines.cut(item.bytes.start, item.bytes.end).contains('\n')
        };
        matches!(&node.what, NodeKind::List(items) if items.iter().all(in_line))
    }

    /// Returns how far from its dash a value stands.
    fn gap(&self, site: &CollectionSpan<'_>) -> usize {
        let gap = |spot: &PartSpan| {
            let rest = self.lines.rest(spot.after);
            let words = rest.trim_start_matches(' ');
            (!words.is_empty() && !words.starts_with('#')).then(|| rest.len() - words.len())
        };
        site.spots.iter().rev().find_map(gap).unwrap_or(1).max(1)
    }

    /// Tells whether blank lines part the items of a list: the last two tell.
    fn spaced(&self, site: &CollectionSpan<'_>) -> bool {
        let [.., above, below] = site.spots.as_slice() else { return false };
        let between = self.lines.cut(self.lines.next_line(above.end), below.start);
        let mut whole = between.split_inclusive('\n').filter(|line| line.ends_with('\n'));
        site.group.kind == CollectionKind::List && whole.any(|line| line.trim().is_empty())
    }
}

// Lists and maps in brackets and braces.
impl Splicer<'_> {
    fn flow_group(&mut self, site: &CollectionSpan<'_>) {
        let gone = site.gone();
        let runs = site.runs();
        if gone.contains(&true) && !runs.is_empty() {
            self.rewrote.push(site.node.place);
            let value = closed(PlannedNode::Collection(site.group.clone()).to_value());
            return self.replace(site.node, &value, site.slot);
        }
        self.kept_parts(site, ValueIndicator::Sign, 0);
        for (before, run) in runs {
            let new: Vec<String> = run
                .iter()
                .map(|part| match site.group.kind {
                    CollectionKind::List => write::inline(&part.plan.to_value(), true),
                    CollectionKind::Map => write::flow_entry(&part.key, &part.plan.to_value()),
                })
                .collect();
            match before.and_then(|index| site.spots.get(index)) {
                Some(spot) => self.put_before_in_flow(*spot, &new),
                None => self.put_last_in_flow(site, &new),
            }
        }
        self.cut_in_flow(site, &gone);
    }

    /// Returns the indentation of what has its line to itself.
    fn own_line(&self, at: usize) -> Option<&str> {
        self.lines.leads(at).then(|| self.lines.before(at))
    }

    fn put_before_in_flow(&mut self, spot: PartSpan, new: &[String]) {
        let parting = self.own_line(spot.start).map_or(", ".to_owned(), |i| format!(",\n{i}"));
        let text: String = new.iter().map(|new| format!("{new}{parting}")).collect();
        self.splice(spot.start..spot.start, text);
    }

    fn put_last_in_flow(&mut self, site: &CollectionSpan<'_>, new: &[String]) {
        let lines = self.lines;
        let Some(last) = site.spots.last() else { return };
        let comma = lines.pass_gap(last.end);
        let comma = lines.has(comma, ',').then_some(comma + 1);
        let rest = lines.rest(comma.unwrap_or(last.end)).trim_start();
        let own_line =
            self.own_line(last.start).filter(|_| rest.is_empty() || rest.starts_with('#'));
        let Some(indent) = own_line else {
            let text: String = new.iter().map(|new| format!(", {new}")).collect();
            return self.splice(last.end..last.end, text);
        };
        let mut text = format!("\n{indent}{}", new.join(&format!(",\n{indent}")));
        if comma.is_some() {
            text.push(',');
        } else {
            self.splice(last.end..last.end, ",");
        }
        let at = lines.line_end(comma.unwrap_or(last.end));
        self.splice(at..at, text);
    }

    /// Cuts the parts that go, each with its comma and without the comments around it.
    fn cut_in_flow(&mut self, site: &CollectionSpan<'_>, gone: &[bool]) {
        let lines = self.lines;
        let kept_last = gone.iter().rposition(|gone| !gone).unwrap_or_default();
        for (index, (spot, gone)) in site.spots.iter().zip(gone).enumerate() {
            if !gone {
                continue;
            }
            let comma = lines.pass_gap(spot.end);
            let comma = if lines.has(comma, ',') { comma + 1 } else { spot.end };
            let above = index.checked_sub(1).and_then(|above| site.spots.get(above));
            match (site.spots.get(index + 1), above) {
                (Some(next), _) if index < kept_last => {
                    let gap = lines.cut(comma, next.start);
                    let end = if gap.contains('#') { comma } else { next.start };
                    self.splice(spot.start..end, "");
                }
                (_, Some(above)) if !lines.cut(above.end, spot.start).contains('#') => {
                    self.splice(above.end..spot.end, "");
                }
                _ => self.splice(spot.start..comma, ""),
            }
        }
    }
}

// Files without a final line end.
impl Splicer<'_> {
    /// Keeps the block scalar that ended an unended file from gaining a line end, where other
    /// lines come to stand below it.
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
}

/// Tells whether a text that had no final line end may go without one: a block scalar that comes
/// to stand last would lose its own.
fn may_lack_line_end(text: &str, plan: &PlannedNode<'_>) -> bool {
    match plan.last_leaf() {
        PlannedNode::Kept(node) => {
            let last = last_node(node);
            last.style != NodeStyle::Block || is_unended(last, text)
        }
        PlannedNode::Copied(node) => {
            last_node(node).text().is_none_or(|text| !write::is_block(text))
        }
        PlannedNode::Scalar(YamlValue::Text(text)) => !write::is_block(text),
        PlannedNode::Scalar(_) | PlannedNode::Collection(_) => true,
    }
}

fn is_unended(node: &Node<'_>, text: &str) -> bool {
    node.style == NodeStyle::Block && node.bytes.end >= text.len()
}

fn last_node<'n>(mut node: &'n Node<'n>) -> &'n Node<'n> {
    loop {
        let last = match &node.what {
            _ if node.style == NodeStyle::Alias => None,
            NodeKind::List(items) => items.last(),
            NodeKind::Map(entries) => entries.last().map(|e| &e.value),
            NodeKind::Null | NodeKind::Text(_) => None,
        };
        let Some(last) = last else { return node };
        node = last;
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

/// Returns how the file indents, from the first lists and maps in it that tell.
fn layout_of(root: &Node<'_>, lines: SourceLines<'_>) -> Indentation {
    let mut found = FoundNode::default();
    found.look(root, lines);
    let usual = Indentation::default();
    Indentation {
        step: found.step.map_or(usual.step, |step| step.clamp(1, 9)),
        indentless: found.indentless.unwrap_or(usual.indentless),
        blocks: true,
    }
}

#[derive(Default)]
struct FoundNode {
    step: Option<usize>,
    indentless: Option<bool>,
}

impl FoundNode {
    fn look(&mut self, node: &Node<'_>, lines: SourceLines<'_>) {
        if node.style != NodeStyle::Indented || self.step.is_some() && self.indentless.is_some() {
            return;
        }
        match &node.what {
            NodeKind::List(items) => items.iter().for_each(|item| self.look(item, lines)),
            NodeKind::Map(entries) => {
                for entry in entries.iter().filter(|e| e.value.style == NodeStyle::Indented) {
                    let inner = lines.column(lines.first_part(lines.colon(entry)));
                    let step = inner.saturating_sub(lines.column(entry.bytes.start));
                    if step > 0 {
                        self.step.get_or_insert(step);
                    }
                    if matches!(entry.value.what, NodeKind::List(_)) {
                        self.indentless.get_or_insert(step == 0);
                    }
                    self.look(&entry.value, lines);
                }
            }
            NodeKind::Null | NodeKind::Text(_) => {}
        }
    }
}
