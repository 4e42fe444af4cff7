//! The chart as SVG, and the same in words.
//!
//! Everything is laid out in tenths of a unit, in whole numbers. Colours and type come from the page's
//! style sheet, so that the chart reads in light, in dark and in print; a state has a pattern and a
//! word beside its colour.

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
    let mut sheet = Sheet { chart, out: String::new(), y: 0 };
    let flags = sheet.flags();
    let top = sheet.y;
    sheet.bands();
    sheet.events();
    let bottom = sheet.y;
    sheet.axis();
    let guides = sheet.guides(top, bottom);
    let Sheet { out, y, .. } = sheet;
    let height = Tenths(y);
    let label = escaped(&words::title(chart));
    format!(
        "<figure class=\"chart\">\n<div class=\"wide\" role=\"group\" aria-label=\"Chart\" tabindex=\"0\">\n\
         <svg viewBox=\"0 0 {WIDTH} {height}\" role=\"group\" aria-label=\"{label}\">\n{}{guides}{flags}{out}</svg>\n</div>\n{}{}</figure>\n",
        patterns(),
        marks::key(chart),
        words::details(chart)
    )
}

/// A chart that is being drawn, from top to bottom.
struct Sheet<'c> {
    chart: &'c Chart,
    out: String,
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

    /// Writes the clock along the bottom: in UTC, in the incident's zone, and a line for the reader's own.
    fn axis(&mut self) {
        use crate::time::Zone;
        let (zone, utc) = (self.chart.zone, self.chart.zone == Zone::UTC);
        let line = Tenths(self.y);
        let end = Tenths(LEFT + PLOT);
        let start = Tenths(LEFT);
        let _ = writeln!(self.out, "<path class=\"axis\" d=\"M{start} {line}H{end}\"/>");
        let rows: &[i64] = if utc { &[150, 300] } else { &[150, 300, 450] };
        let (first, y) = (self.y + 150, self.y);
        let city = zone.name().rsplit('/').next().unwrap_or_default().replace('_', " ");
        let label = |class: &str, text: &str, down: i64| {
            let (x, y, text) = (Tenths(LEFT - 80), Tenths(y + down), escaped(text));
            format!(
                "<text class=\"{class}\" x=\"{x}\" y=\"{y}\" text-anchor=\"end\">{text}</text>\n"
            )
        };
        self.out.push_str(&label("tick", "UTC", 150));
        if !utc {
            self.out.push_str(&label("tick", &city, 300));
        }
        let last = rows.last().copied().unwrap_or(150);
        self.out.push_str(&label("tick axis-here", "", last));
        for tick in &self.chart.ticks {
            let x = Tenths(self.x(tick.seconds));
            let _ = writeln!(
                self.out,
                "<text class=\"tick\" x=\"{x}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
                Tenths(first),
                tick.utc
            );
            if !utc {
                let _ = writeln!(
                    self.out,
                    "<text class=\"tick\" x=\"{x}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
                    Tenths(first + 150),
                    tick.local
                );
            }
            let (at, shown, day) = words::machine(tick, zone);
            let _ = writeln!(
                self.out,
                "<text class=\"tick tick-here\" data-at=\"{at}\" data-shown=\"{shown}\"{day} x=\"{x}\" y=\"{}\" text-anchor=\"middle\"></text>",
                Tenths(y + last)
            );
        }
        self.y += last + 60;
    }

    /// Returns the lines down from the ticks and the milestones.
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
