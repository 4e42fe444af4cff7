//! The clock along the bottom of the chart, and the place below it where events are read.

use super::{ChartCanvas, Tenths, words};
use crate::compute::report::chart::Tick;
use crate::io::render::html::escape::escaped;
use crate::model::time::Zone;
use std::fmt::Write;

/// How far rows of clocks are apart.
const ROW: i64 = 150;

impl ChartCanvas<'_> {
    /// Writes the clock: in UTC, in the incident's zone where that is another, and a row that the page's
    /// script fills with the reader's own.
    pub(super) fn axis(&mut self) {
        let (line, from, to) =
            (Tenths(self.y), Tenths(self.layout.left), Tenths(self.layout.right()));
        let _ = writeln!(self.out, "<path class=\"axis\" d=\"M{from} {line}H{to}\"/>");
        self.row("UTC", |tick| &tick.utc);
        if self.chart.zone != Zone::UTC {
            let city = self.chart.zone.name().rsplit('/').next().unwrap_or_default();
            self.row(&city.replace('_', " "), |tick| &tick.local);
        }
        self.reader_row();
        self.y += ROW / 3;
    }

    /// Returns how high [`Self::axis`] is.
    pub(super) fn axis_height(&self) -> i64 {
        let rows = if self.chart.zone == Zone::UTC { 2 } else { 3 };
        let lines = if self.layout.names_above { 2 } else { 1 };
        rows * lines * ROW + ROW / 3
    }

    fn row(&mut self, name: &str, shown: impl Fn(&Tick) -> &str) {
        self.row_name("tick", name);
        let y = Tenths(self.y);
        for tick in self.ticks() {
            let (x, clock) = (Tenths(self.x(tick.seconds)), shown(tick));
            let _ = writeln!(
                self.out,
                "<text class=\"tick\" x=\"{x}\" y=\"{y}\" text-anchor=\"middle\">{clock}</text>"
            );
        }
    }

    /// Goes on to the next row and writes its name before it, or over it.
    fn row_name(&mut self, class: &str, name: &str) {
        self.y += ROW;
        let (y, name) = (Tenths(self.y), escaped(name));
        let (x, anchor) = match self.layout.names_above {
            true => (Tenths(0), "start"),
            false => (Tenths(self.layout.left - 80), "end"),
        };
        let _ = writeln!(
            self.out,
            "<text class=\"{class}\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{name}</text>"
        );
        if self.layout.names_above {
            self.y += ROW;
        }
    }

    fn reader_row(&mut self) {
        self.row_name("tick axis-here", "");
        let y = Tenths(self.y);
        for tick in self.ticks() {
            let (x, data) = (Tenths(self.x(tick.seconds)), words::machine(tick, self.chart.zone));
            let _ = writeln!(
                self.out,
                "<text class=\"tick tick-here\" {data} x=\"{x}\" y=\"{y}\" text-anchor=\"middle\"></text>"
            );
        }
    }

    /// Returns the place where the texts of events are shown, with a word on how to see them; they are
    /// drawn over it.
    pub(super) fn hint(&self) -> String {
        let (top, text) = (Tenths(self.y + 20), Tenths(self.y + 220));
        let (wide, high, hint) =
            (Tenths(self.layout.width.0 - 20), self.layout.panel(), self.layout.hint);
        format!(
            "<g class=\"hint\"><rect x=\"1\" y=\"{top}\" width=\"{wide}\" height=\"{high}\" rx=\"6\"/>\
             <text x=\"12\" y=\"{text}\">{hint}</text></g>\n"
        )
    }
}
