//! The clock along the bottom of the chart, and the place below it where events are read.

use super::{LEFT, PANEL, PLOT, Sheet, Tenths, WIDTH, words};
use crate::render::html::escape::escaped;
use crate::report::chart::Tick;
use crate::time::Zone;
use std::fmt::Write;

/// How far rows of clocks are apart.
const ROW: i64 = 150;

impl Sheet<'_> {
    /// Writes the clock: in UTC, in the incident's zone where that is another, and a row that the page's
    /// script fills with the reader's own.
    pub(super) fn axis(&mut self) {
        let (line, from, to) = (Tenths(self.y), Tenths(LEFT), Tenths(LEFT + PLOT));
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
        rows * ROW + ROW / 3
    }

    fn row(&mut self, name: &str, shown: impl Fn(&Tick) -> &str) {
        self.y += ROW;
        let (x, y, name) = (Tenths(LEFT - 80), Tenths(self.y), escaped(name));
        let _ = writeln!(
            self.out,
            "<text class=\"tick\" x=\"{x}\" y=\"{y}\" text-anchor=\"end\">{name}</text>"
        );
        for tick in &self.chart.ticks {
            let (x, clock) = (Tenths(self.x(tick.seconds)), shown(tick));
            let _ = writeln!(
                self.out,
                "<text class=\"tick\" x=\"{x}\" y=\"{y}\" text-anchor=\"middle\">{clock}</text>"
            );
        }
    }

    fn reader_row(&mut self) {
        self.y += ROW;
        let (x, y) = (Tenths(LEFT - 80), Tenths(self.y));
        let _ = writeln!(
            self.out,
            "<text class=\"tick axis-here\" x=\"{x}\" y=\"{y}\" text-anchor=\"end\"></text>"
        );
        for tick in &self.chart.ticks {
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
        let (top, text, wide) = (Tenths(self.y + 20), Tenths(self.y + 220), Tenths(WIDTH.0 - 20));
        format!(
            "<g class=\"hint\"><rect x=\"1\" y=\"{top}\" width=\"{wide}\" height=\"{PANEL}\" rx=\"6\"/>\
             <text x=\"12\" y=\"{text}\">Point at an event, or go to it with the tab key, to read it here.</text></g>\n"
        )
    }
}
