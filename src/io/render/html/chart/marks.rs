//! The events of the chart: numbered marks, each with a line over the time that it can have been.

use super::layout::LEADING;
use super::{ChartCanvas, Tenths, cut, words};
use crate::compute::report::chart::{Chart, ChartEvent, ChartSide};
use crate::io::render::html::escape::escaped;
use crate::model::incident::{Audience, EventKind};
use std::collections::BTreeMap;
use std::fmt::Write;

/// How far rows of marks are apart.
const ROW: i64 = 205;
/// Half of a mark's width.
const HALF: i64 = 95;
/// At most so many rows; more events than fit lie over each other.
const MOST_ROWS: usize = 16;

/// The shape of a note, and of an event whose kind only a newer version knows.
const ROUND: &str = "M0 -9A9 9 0 1 1 0 9A9 9 0 1 1 0 -9Z";

/// The shapes of the kinds of events.
const SHAPES: [(EventKind, &str); 7] = [
    (EventKind::Note, ROUND),
    (EventKind::Alert, "M0 -11L11 8.5H-11Z"),
    (EventKind::Decision, "M0 -11L11 0L0 11L-11 0Z"),
    (EventKind::Action, "M-8.5 -8.5H8.5V8.5H-8.5Z"),
    (EventKind::Hypothesis, "M-5.5 -9H5.5L11 0L5.5 9H-5.5L-11 0Z"),
    (EventKind::Communication, "M-10 -8.5H10V6H2L-4 10.5V6H-10Z"),
    (EventKind::Deploy, "M0 -10.5L10 -3L6 9H-6L-10 -3Z"),
];

/// What of a row marks take: parts that don't touch, by where they begin, so that a place is found without a look at
/// each of many events.
#[derive(Default)]
struct TakenRow {
    parts: BTreeMap<i64, i64>,
    marks: usize,
}

impl TakenRow {
    fn is_free(&self, from: i64, to: i64) -> bool {
        self.parts.range(..to).next_back().is_none_or(|(_, end)| *end <= from)
    }

    fn take(&mut self, mut from: i64, mut to: i64) {
        self.marks += 1;
        while let Some((begin, end)) = self.parts.range(..=to).next_back().map(|(b, e)| (*b, *e)) {
            if end < from {
                break;
            }
            self.parts.remove(&begin);
            (from, to) = (from.min(begin), to.max(end));
        }
        self.parts.insert(from, to);
    }
}

impl ChartCanvas<'_> {
    /// Draws the events, in as many rows as keep them apart.
    pub(super) fn events(&mut self) {
        let chart = self.chart;
        let rows = self.rows();
        let count = rows.iter().max().map_or(1, |most| most + 1);
        let high = i64::try_from(count).unwrap_or(1) * ROW;
        self.y += if self.layout.names_above { 0 } else { 40 };
        self.name("Events", ROW);
        let top = self.y;
        self.y = top + high + 40;
        for (mark, row) in chart.events.iter().zip(rows) {
            let y = top + i64::try_from(row).unwrap_or(0) * ROW + ROW / 2;
            self.mark(mark, y);
        }
    }

    /// Returns the row of each event: the first in which it touches no other, else the one with the fewest.
    fn rows(&self) -> Vec<usize> {
        let mut rows: Vec<TakenRow> = vec![];
        let mut placed = vec![];
        for mark in &self.chart.events {
            let (from, to) = self.extent(mark);
            let free = rows.iter().position(|row| row.is_free(from, to));
            let least = || (0..rows.len()).min_by_key(|row| rows.get(*row).map(|r| r.marks));
            let row = match free {
                Some(row) => row,
                None if rows.len() < MOST_ROWS => rows.len(),
                None => least().unwrap_or(0),
            };
            if rows.len() == row {
                rows.push(TakenRow::default());
            }
            if let Some(taken) = rows.get_mut(row) {
                taken.take(from, to);
            }
            placed.push(row);
        }
        placed
    }

    /// Returns the room that a mark takes, with the time that it can have been.
    fn extent(&self, mark: &ChartEvent) -> (i64, i64) {
        let x = self.across(mark);
        let (from, to) = match mark.side {
            ChartSide::Inside => (self.x(mark.at.min_seconds), self.x(mark.at.max_seconds)),
            ChartSide::Before | ChartSide::After => (x, x),
        };
        (from.min(x - HALF) - 20, to.max(x + HALF) + 20)
    }

    /// Returns where a mark lies across; outside the edges where its event does.
    fn across(&self, mark: &ChartEvent) -> i64 {
        match mark.side {
            ChartSide::Before => self.layout.left - 140,
            ChartSide::Inside => self.x(mark.at.seconds),
            ChartSide::After => self.layout.right() + 140,
        }
    }

    /// Draws one event, and its text where the page shows it on focus and hover.
    fn mark(&mut self, mark: &ChartEvent, y: i64) {
        let x = self.across(mark);
        let number = mark.number;
        let known = SHAPES.iter().find(|(kind, _)| mark.kind == Ok(*kind));
        let (kind, shape) = known.copied().unwrap_or((EventKind::Note, ROUND));
        let milestone = match mark.marks.is_empty() {
            false if mark.stands => " milestone",
            false => " void",
            true => "",
        };
        let public =
            if mark.public && self.chart.audience == Audience::Internal { " public" } else { "" };
        let _ = write!(
            self.out,
            "<g class=\"mark {kind}{milestone}{public}\" tabindex=\"0\" role=\"img\" aria-labelledby=\"{}\">",
            self.tip_id(mark)
        );
        if mark.side == ChartSide::Inside && mark.at.min_seconds < mark.at.max_seconds {
            let (from, to) = (self.x(mark.at.min_seconds), self.x(mark.at.max_seconds));
            let (from, to, y) = (Tenths(from), Tenths(to), Tenths(y));
            let _ = write!(
                self.out,
                "<path class=\"reach\" d=\"M{from} {y}H{to}M{from} {y}m0 -4v8M{to} {y}m0 -4v8\"/>"
            );
        }
        let (left, down) = (Tenths(x), Tenths(y));
        let _ = write!(
            self.out,
            "<path class=\"shape\" transform=\"translate({left} {down})\" d=\"{shape}\"/>\
             <text class=\"number\" x=\"{left}\" y=\"{}\" text-anchor=\"middle\">{number}</text>",
            Tenths(y + 34)
        );
        self.tip(mark);
        self.out.push_str("</g>\n");
    }

    /// Writes the text of an event below the chart, where nothing else is drawn.
    fn tip(&mut self, mark: &ChartEvent) {
        let top = self.y + self.axis_height() + 20;
        let layout = self.layout;
        let head = wrapped(&words::head(self.chart, mark), layout.line, layout.head_lines);
        let text = wrapped(&words::text(mark), layout.line, layout.text_lines);
        let (wide, high) = (Tenths(layout.width.0 - 20), layout.panel());
        let _ = write!(
            self.out,
            "<g class=\"tip\" id=\"{}\"><rect x=\"1\" y=\"{}\" width=\"{wide}\" height=\"{high}\" rx=\"6\"/>",
            self.tip_id(mark),
            Tenths(top),
        );
        let head = head.iter().map(|line| ("tip-head", line));
        let text = text.iter().map(|line| ("tip-text", line));
        let mut y = top + 200;
        for (class, line) in head.chain(text) {
            let (at, line) = (Tenths(y), escaped(line));
            let _ = write!(self.out, " <text class=\"{class}\" x=\"12\" y=\"{at}\">{line}</text>");
            y += LEADING;
        }
        self.out.push_str("</g>");
    }

    /// Returns the id of an event's text, of which each drawing has its own.
    fn tip_id(&self, mark: &ChartEvent) -> String {
        format!("_{}_{}", self.layout.class, mark.number)
    }
}

/// Breaks a text into lines of so many letters, as many as there is room for.
fn wrapped(text: &str, letters: usize, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![];
    let mut line = String::new();
    for word in text.split_whitespace().map(|word| cut(word, letters)) {
        if !line.is_empty() && line.chars().count() + word.chars().count() >= letters {
            if lines.len() + 1 == most {
                line.push_str(" …");
                break;
            }
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&word);
    }
    lines.push(line);
    lines
}

/// Returns what the marks and the colours stand for, as far as the chart uses them.
pub(super) fn key(chart: &Chart) -> String {
    let mut out = String::from("<ul class=\"key\" aria-label=\"Key to the chart\">\n");
    let mut item = |drawing: &str, word: &str| {
        let _ = writeln!(
            out,
            "<li><svg class=\"swatch\" viewBox=\"-13 -13 26 26\" aria-hidden=\"true\">{drawing}</svg>{word}</li>"
        );
    };
    let internal = chart.audience == Audience::Internal;
    for (kind, shape) in SHAPES.iter().filter(|_| internal) {
        if chart.events.iter().any(|e| e.kind == Ok(*kind) && e.marks.is_empty()) {
            let drawing =
                format!("<g class=\"mark {kind}\"><path class=\"shape\" d=\"{shape}\"/></g>");
            item(&drawing, kind.as_str());
        }
    }
    let filled = |class: &str| {
        format!("<g class=\"mark {class}\"><path class=\"shape\" d=\"{ROUND}\"/></g>")
    };
    if chart.events.iter().any(|e| e.stands) {
        item(&filled("milestone"), "milestone");
    }
    if chart.events.iter().any(|e| !e.marks.is_empty() && !e.stands) {
        item(&filled("void"), "milestone that does not count");
    }
    if internal && chart.events.iter().any(|e| e.public) {
        item(&filled("public"), "customers may read it");
    }
    if chart.events.iter().any(|e| e.at.min_seconds < e.at.max_seconds) {
        item(
            "<g class=\"mark\"><path class=\"reach\" d=\"M-12 0H12M-12 -5v10M12 -5v10\"/></g>",
            "somewhere in between",
        );
        item(
            "<rect class=\"hatched\" x=\"-12\" y=\"-9\" width=\"24\" height=\"18\" fill=\"url(#_unsure)\"/>",
            "not sure",
        );
    }
    if chart.updates.as_ref().is_some_and(|u| !u.gaps.is_empty()) {
        item(
            "<rect class=\"gap\" x=\"-12\" y=\"-9\" width=\"24\" height=\"18\"/>",
            "later than the cadence",
        );
    }
    out.push_str("</ul>\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_place_is_free_where_no_mark_is(
            marks in prop::collection::vec((0_i64..60, 1_i64..9), 0..30),
            at in 0_i64..60,
            width in 1_i64..9,
        ) {
            let mut row = TakenRow::default();
            marks.iter().for_each(|(from, width)| row.take(*from, from + width));
            let to = at + width;
            let free = marks.iter().all(|(from, width)| to <= *from || from + width <= at);
            prop_assert_eq!(row.is_free(at, to), free);
        }
    }
}
