//! The chart as SVG, and the same in words.
//!
//! Everything is laid out in tenths of a unit, in whole numbers. Colours and type come from the page's
//! style sheet, so that the chart reads in light, in dark and in print; a state has a pattern and a
//! word beside its colour.

mod axis;
mod bands;
mod layout;
mod marks;
mod words;

use super::escape::escaped;
use crate::compute::report::chart::{Chart, Tick};
use layout::{BROAD, ChartLayout, SLIM};
use std::fmt::{self, Write};

/// How far below a name that stands over its lane the lane begins.
const BELOW_NAME: i64 = 170;
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

/// Renders the chart as a figure: drawn for a page and for a phone, of which the style sheet shows one, and in words.
pub(super) fn figure(chart: &Chart) -> String {
    let drawings: String = [BROAD, SLIM].iter().map(|layout| drawing(chart, layout)).collect();
    let (patterns, key, words) = (patterns(), marks::key(chart), words::details(chart));
    format!("<figure class=\"chart\">\n{patterns}{drawings}{key}{words}</figure>\n")
}

fn drawing(chart: &Chart, layout: &ChartLayout) -> String {
    let mut sheet = ChartCanvas { chart, layout, out: String::new(), words: String::new(), y: 0 };
    let flags = sheet.flags();
    let top = sheet.y;
    sheet.bands();
    sheet.events();
    let bottom = sheet.y;
    sheet.axis();
    let hint = sheet.hint();
    let guides = sheet.guides(top, bottom);
    let ChartCanvas { out, y, .. } = sheet;
    let height = Tenths(y);
    let label = escaped(&words::title(chart));
    let ChartLayout { class, width, .. } = layout;
    format!(
        "<svg class=\"{class}\" viewBox=\"0 0 {width} {height}\" role=\"group\" aria-label=\"{label}\">\n\
         {guides}{flags}{hint}{out}</svg>\n"
    )
}

/// A chart that is being drawn, from top to bottom.
struct ChartCanvas<'c> {
    chart: &'c Chart,
    layout: &'c ChartLayout,
    out: String,
    /// The words of the lane that is being drawn.
    words: String,
    /// How far down it is drawn.
    y: i64,
}

impl<'c> ChartCanvas<'c> {
    /// Returns where a moment lies across, kept between the edges.
    fn x(&self, seconds: i64) -> i64 {
        let length = self.chart.length_seconds.max(1);
        self.layout.left + seconds.clamp(0, length).saturating_mul(self.layout.plot) / length
    }

    /// Writes the name of a lane that is so high: before it, or over it, where the lane then begins lower.
    fn name(&mut self, name: &str, high: i64) {
        let above = self.layout.names_above;
        let (most, y) = if above { (44, self.y + 120) } else { (20, self.y + high / 2 + 42) };
        let (y, shown) = (Tenths(y), escaped(&cut(name, most)));
        let _ = writeln!(self.out, "<text class=\"lane\" x=\"0\" y=\"{y}\">{shown}</text>");
        self.y += self.name_height();
    }

    /// Returns how much lower a lane begins for its name.
    fn name_height(&self) -> i64 {
        if self.layout.names_above { BELOW_NAME } else { 0 }
    }

    /// Returns the ticks that there is room for.
    fn ticks(&self) -> impl Iterator<Item = &'c Tick> + use<'c> {
        let room = self.layout.plot / self.layout.tick_gap.max(1);
        let every = self.chart.ticks.len().div_ceil(usize::try_from(room).unwrap_or(1).max(1));
        self.chart.ticks.iter().step_by(every.max(1))
    }

    /// Returns the lines down from the ticks.
    fn guides(&self, top: i64, bottom: i64) -> String {
        let mut out = String::new();
        let (from, to) = (Tenths(top), Tenths(bottom));
        for tick in self.ticks() {
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
    "<svg class=\"patterns\" aria-hidden=\"true\"><defs>\
     <pattern id=\"_down\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\"><path class=\"ink-down\" d=\"M0 0L6 6M6 0L0 6\"/></pattern>\
     <pattern id=\"_degraded\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><path class=\"ink-degraded\" d=\"M0 0V8\"/></pattern>\
     <pattern id=\"_maintenance\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\"><circle class=\"ink-maintenance\" cx=\"3\" cy=\"3\" r=\"1.2\"/></pattern>\
     <pattern id=\"_unsure\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><path class=\"ink-unsure\" d=\"M0 0V5\"/></pattern>\
     </defs></svg>\n"
}
