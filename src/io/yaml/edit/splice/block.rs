//! Lists and maps by indentation: YAML 1.2.2, 8.2.

use super::unended::last_node;
use super::{CollectionSpan, PartSpan, Splicer, ValueIndicator, closed};
use crate::io::yaml::edit::plan::{CollectionKind, PlannedNode, PlannedPart};
use crate::io::yaml::node::{Node, NodeKind, NodeStyle};
use crate::io::yaml::write::{self, Indentation, Margin};

impl Splicer<'_> {
    pub(super) fn block_group(&mut self, site: &CollectionSpan<'_>) {
        let Some(first) = site.spots.first() else { return };
        let column = self.lines.column(first.start);
        let gone = site.gone();
        let runs = site.runs();
        // `- a: 1`, where the first part shares its line with a dash (8.2.1): that line can't be cut whole.
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
        let margin = Margin { column, layout };
        let in_line = self.items_are_in_line(site.node);
        let gap = self.gap(site);
        let parting = if self.spaced(site) { "\n" } else { "" };
        for (index, part) in run.iter().enumerate() {
            if index > 0 {
                text.push_str(parting);
            }
            let value = part.plan.to_value();
            match site.group.kind {
                CollectionKind::Map => write::entry(&part.key, &value, margin, &mut text),
                CollectionKind::List => {
                    let value = if in_line { closed(value) } else { value };
                    write::item(&value, gap, margin, &mut text);
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
