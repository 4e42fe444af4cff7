//! The lanes above the events: milestones, phases, severity, services, and the public's updates.

use super::{ChartCanvas, LETTER, Tenths, cut};
use crate::compute::report::AffectedInterval;
use crate::compute::report::chart::{ChartPoint, ChartSide, Lane, Updates};
use crate::io::render::html::escape::escaped;
use crate::model::time::{Span, duration};
use std::fmt::Write;

/// How high a lane is.
const HIGH: i64 = 260;
/// How far lanes are apart.
const APART: i64 = 70;

/// A interval to be drawn: where it surely is, and how far it may reach.
struct DrawnBand<'a> {
    /// The class of its colour, and the pattern's name.
    class: &'a str,
    pattern: Option<&'a str>,
    word: &'a str,
    from: &'a ChartPoint,
    /// None where the record has no end for it.
    to: Option<&'a ChartPoint>,
}

/// A milestone's name over the chart.
struct MilestoneFlag<'a> {
    x: i64,
    word: &'a str,
    row: usize,
    /// Whether the name stands to the left of its line.
    left: bool,
}

impl MilestoneFlag<'_> {
    /// Returns the name and the line down through the lanes.
    fn draw(&self, bottom: i64) -> String {
        let y = 120 + i64::try_from(self.row).unwrap_or(0) * 160;
        let (anchor, text) = if self.left { ("end", self.x - 40) } else { ("start", self.x + 40) };
        let (x, from, to) = (Tenths(self.x), Tenths(y - 100), Tenths(bottom));
        let (text, y, word) = (Tenths(text), Tenths(y), escaped(self.word));
        format!(
            "<path class=\"flag\" d=\"M{x} {from}V{to}\"/>\
             <text class=\"flag\" x=\"{text}\" y=\"{y}\" text-anchor=\"{anchor}\">{word}</text>\n"
        )
    }
}

impl ChartCanvas<'_> {
    /// Returns the milestones' names over their lines, in as many rows as keep them apart.
    pub(super) fn flags(&mut self) -> String {
        let marks: Vec<_> =
            self.chart.events.iter().filter(|e| e.side == ChartSide::Inside).collect();
        let marks = marks.into_iter().flat_map(|e| e.marks.iter().map(move |m| (e, m.as_str())));
        let mut rows: Vec<i64> = vec![];
        let mut flags = vec![];
        for (event, word) in marks {
            let (x, wide) = (self.x(event.at.seconds), letters(word) + 60);
            let left = x + wide > self.layout.right();
            let begin = if left { x - wide } else { x };
            let free = rows.iter().position(|end| *end <= begin);
            let row = free.unwrap_or(rows.len()).min(self.layout.flag_rows.saturating_sub(1));
            match rows.get_mut(row) {
                Some(end) => *end = begin + wide,
                None => rows.push(begin + wide),
            }
            flags.push(MilestoneFlag { x, word, row, left });
        }
        let height = i64::try_from(rows.len()).unwrap_or(0) * 160;
        self.y = height + 60;
        let bottom = self.bottom_of_lanes();
        flags.iter().map(|flag| flag.draw(bottom)).collect()
    }

    /// Returns where the lanes will end, from how many there are.
    fn bottom_of_lanes(&self) -> i64 {
        let chart = self.chart;
        let some = |there: bool| i64::from(there);
        let lanes = some(!chart.phases.is_empty())
            + some(!chart.severities.is_empty())
            + some(chart.updates.is_some())
            + i64::try_from(chart.services.len()).unwrap_or(0);
        self.y + lanes * (HIGH + APART + self.name_height())
    }

    /// Draws all lanes above the events.
    pub(super) fn bands(&mut self) {
        let chart = self.chart;
        if !chart.phases.is_empty() {
            self.name("Phases", HIGH);
            for (index, phase) in chart.phases.iter().enumerate() {
                let class = ["phase-a", "phase-b"].get(index % 2).copied().unwrap_or("phase-a");
                let (from, to) = (&phase.from, Some(&phase.to));
                self.band(&DrawnBand { class, pattern: None, word: &phase.name, from, to });
            }
            self.end_lane();
        }
        if !chart.severities.is_empty() {
            self.severities();
        }
        for lane in &chart.services {
            self.service(lane);
        }
        if let Some(updates) = &chart.updates {
            self.updates(updates);
        }
    }

    fn severities(&mut self) {
        let chart = self.chart;
        self.name("Severity", HIGH);
        for severity in &chart.severities {
            let rank = severity.rank.unwrap_or(4).min(4);
            let (from, to) = (self.x(severity.from_seconds), self.x(severity.to_seconds));
            let class = format!("severity rank-{rank}");
            self.rect(&class, from, to, "");
            self.word(severity.severity.as_str(), from, to, &format!("on-severity on-rank-{rank}"));
        }
        self.end_lane();
    }

    fn service(&mut self, lane: &Lane) {
        self.name(&lane.service, HIGH);
        let y = Tenths(self.y + HIGH / 2);
        let class = if lane.told { "up" } else { "untold" };
        for (from, to) in self.free(lane) {
            let (from, to) = (Tenths(from), Tenths(to));
            let _ = writeln!(self.out, "<path class=\"{class}\" d=\"M{from} {y}H{to}\"/>");
        }
        if !lane.told {
            self.word(
                "no event tells of its impact",
                self.layout.left,
                self.layout.right(),
                "muted",
            );
        }
        for interval in &lane.intervals {
            let AffectedInterval { state, share, .. } = &interval.interval;
            let share = share.as_ref().map(|s| format!(" {s}")).unwrap_or_default();
            let word = format!("{state}{share}");
            let (from, to) = (&interval.from, interval.to.as_ref());
            let class = state.as_str();
            self.band(&DrawnBand { class, pattern: Some(class), word: &word, from, to });
        }
        self.end_lane();
    }

    /// Returns where no interval of a service can reach.
    fn free(&self, lane: &Lane) -> Vec<(i64, i64)> {
        let mut free = vec![];
        let mut from = self.layout.left;
        for interval in &lane.intervals {
            let to = self.x(interval.from.min_seconds);
            if from < to {
                free.push((from, to));
            }
            let end = interval.to.as_ref().map_or(self.layout.right(), |to| self.x(to.max_seconds));
            from = from.max(end);
        }
        if from < self.layout.right() {
            free.push((from, self.layout.right()));
        }
        free
    }

    /// Draws a interval: faint and hatched where it may reach, full where it surely was, with a line at
    /// each uncertain end's nominal time.
    fn band(&mut self, band: &DrawnBand<'_>) {
        let end = self.chart.length_seconds;
        let (first, last) = (band.from.min_seconds, band.to.map_or(end, |to| to.max_seconds));
        let (sure, until) = (band.from.max_seconds, band.to.map_or(end, |to| to.min_seconds));
        let (first, last, sure, until) = (self.x(first), self.x(last), self.x(sure), self.x(until));
        if (first, last) != (sure, until) {
            self.rect(&format!("{} unsure", band.class), first, last, "");
            self.rect("hatched", first, last, "_unsure");
        }
        if sure < until {
            self.rect(band.class, sure, until, "");
            if let Some(pattern) = band.pattern {
                self.rect("pattern", sure, until, &format!("_{pattern}"));
            }
        }
        for point in [Some(band.from), band.to].into_iter().flatten() {
            if point.min_seconds < point.max_seconds {
                let (x, y) = (Tenths(self.x(point.seconds)), Tenths(self.y));
                let _ =
                    writeln!(self.out, "<path class=\"nominal\" d=\"M{x} {y}v{}\"/>", Tenths(HIGH));
            }
        }
        // Where it surely is, there is room for its word; else between its nominal ends, if there is.
        let nominal = (self.x(band.from.seconds), band.to.map_or(until, |to| self.x(to.seconds)));
        let roomy = until - sure >= letters(band.word) + 80;
        let (from, to) = if roomy { (sure, until) } else { nominal };
        self.word(band.word, from, to, &format!("on-{}", band.class));
        if band.to.is_none() {
            let (x, y) = (Tenths(self.layout.right() + 20), Tenths(self.y + HIGH / 2 + 42));
            let _ = writeln!(self.out, "<text class=\"goes-on\" x=\"{x}\" y=\"{y}\">▸</text>");
        }
    }

    /// Goes on to the next lane.
    fn end_lane(&mut self) {
        self.out.push_str(&std::mem::take(&mut self.words));
        self.y += HIGH + APART;
    }

    /// Draws a box in the lane, never too thin to be seen.
    fn rect(&mut self, class: &str, from: i64, to: i64, pattern: &str) {
        let (x, y, wide, high) =
            (Tenths(from), Tenths(self.y), Tenths((to - from).max(15)), Tenths(HIGH));
        let fill = match pattern {
            "" => String::new(),
            pattern => format!(" fill=\"url(#{pattern})\""),
        };
        let _ = writeln!(
            self.out,
            "<rect class=\"{class}\"{fill} x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{high}\"/>"
        );
    }

    /// Writes a word into a box, where it fits.
    fn word(&mut self, word: &str, from: i64, to: i64, class: &str) {
        if to - from < letters(word) + 80 {
            return;
        }
        let (x, y) = (Tenths(from + 60), Tenths(self.y + HIGH / 2 + 42));
        // Words come last in their lane, over all that is drawn in it.
        let _ = writeln!(
            self.words,
            "<text class=\"word {class}\" x=\"{x}\" y=\"{y}\">{}</text>",
            escaped(word)
        );
    }

    /// Draws when the public heard something, and where it waited too long.
    fn updates(&mut self, updates: &Updates) {
        self.name("Word to the public", HIGH);
        let (y, left, right) =
            (Tenths(self.y + HIGH / 2), Tenths(self.layout.left), Tenths(self.layout.right()));
        let _ = writeln!(self.out, "<path class=\"quiet\" d=\"M{left} {y}H{right}\"/>");
        for gap in &updates.gaps {
            let (from, to) = (self.x(gap.due_seconds), self.x(gap.to_seconds));
            self.rect("gap", from, to, "");
            let late = duration::words(Span::seconds(gap.to_seconds - gap.due_seconds));
            let words = [format!("{late} late"), late, "late".to_owned()];
            let fits = words.iter().find(|w| to - from >= letters(w) + 80);
            if let Some(word) = fits {
                self.word(word, from, to, "on-gap");
            }
        }
        let inside =
            updates.heard.iter().filter(|p| (0..=self.chart.length_seconds).contains(&p.seconds));
        for point in inside {
            let x = self.x(point.seconds);
            let (x, y) = (Tenths(x), Tenths(self.y + 40));
            let _ = writeln!(self.out, "<path class=\"heard\" d=\"M{x} {y}l6 9l-6 9l-6 -9z\"/>");
        }
        self.end_lane();
    }
}

/// Returns about how wide a word is.
fn letters(word: &str) -> i64 {
    i64::try_from(cut(word, 200).chars().count()).unwrap_or(0) * LETTER
}
