//! The chart as SVG, and the same in words.
//!
//! Everything is laid out in tenths of a unit, in whole numbers. Colours and type come from the page's
//! style sheet, so that the chart reads in light, in dark and in print; a state has a pattern and a
//! word beside its colour.

mod axis;
mod bands;
mod marks;
mod words;

use super::escape::escaped;
use crate::report::chart::Chart;
use std::fmt::{self, Write};

/// The chart's width.
const WIDTH: Tenths = Tenths(9200);
/// Where the names of the lanes end and time begins.
const LEFT: i64 = 1340;
/// How wide time is.
const PLOT: i64 = 7580;
/// How high the place is where events are read.
const PANEL: Tenths = Tenths(860);
/// How wide a letter of 12 units is, at most on average.
const LETTER: i64 = 66;

/// A length in tenths of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Tenths(i64);

impl fmt::Display for Tenths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, part) = (self.0.unsigned_abs() / 10, self.0.unsigned_abs() % 10);
        match part {
            0 => write!(f, "{sign}{whole}"),
            part => write!(f, "{sign}{whole}.{part}"),
        }
    }
}

/// Renders the chart as a figure.
pub(super) fn figure(chart: &Chart) -> String {
    let mut sheet = Sheet { chart, out: String::new(), words: String::new(), y: 0 };
    let flags = sheet.flags();
    let top = sheet.y;
    sheet.bands();
    sheet.events();
    let bottom = sheet.y;
    sheet.axis();
    let hint = sheet.hint();
    let guides = sheet.guides(top, bottom);
    let Sheet { out, y, .. } = sheet;
    let height = Tenths(y);
    let label = escaped(&words::title(chart));
    format!(
        "<figure class=\"chart\">\n<div class=\"wide\" role=\"group\" aria-label=\"Chart\" tabindex=\"0\">\n\
         <svg viewBox=\"0 0 {WIDTH} {height}\" role=\"group\" aria-label=\"{label}\">\n{}{guides}{flags}{hint}{out}</svg>\n</div>\n{}{}</figure>\n",
        patterns(),
        marks::key(chart),
        words::details(chart)
    )
}

/// A chart that is being drawn, from top to bottom.
struct Sheet<'c> {
    chart: &'c Chart,
    out: String,
    /// The words of the lane that is being drawn.
    words: String,
    /// How far down it is drawn.
    y: i64,
}

impl Sheet<'_> {
    /// Returns where a moment lies across, kept between the edges.
    fn x(&self, seconds: i64) -> i64 {
        let length = self.chart.length_seconds.max(1);
        LEFT + seconds.clamp(0, length).saturating_mul(PLOT) / length
    }

    /// Writes the name of a lane before it.
    fn name(&mut self, name: &str, middle: i64) {
        let shown = cut(name, 20);
        let y = Tenths(middle + 42);
        let _ =
            writeln!(self.out, "<text class=\"lane\" x=\"0\" y=\"{y}\">{}</text>", escaped(&shown));
    }

    /// Returns the lines down from the ticks.
    fn guides(&self, top: i64, bottom: i64) -> String {
        let mut out = String::new();
        let (from, to) = (Tenths(top), Tenths(bottom));
        for tick in &self.chart.ticks {
            let _ = writeln!(
                out,
                "<path class=\"grid\" d=\"M{} {from}V{to}\"/>",
                Tenths(self.x(tick.seconds))
            );
        }
        out
    }
}

/// Returns the beginning of a text that is longer than so many letters.
fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// Returns the patterns that tell the states apart without colour.
fn patterns() -> &'static str {
    "<defs>\
     <pattern id=\"_down\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\"><path class=\"ink-down\" d=\"M0 0L6 6M6 0L0 6\"/></pattern>\
     <pattern id=\"_degraded\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><path class=\"ink-degraded\" d=\"M0 0V8\"/></pattern>\
     <pattern id=\"_maintenance\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\"><circle class=\"ink-maintenance\" cx=\"3\" cy=\"3\" r=\"1.2\"/></pattern>\
     <pattern id=\"_unsure\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><path class=\"ink-unsure\" d=\"M0 0V5\"/></pattern>\
     </defs>\n"
}
