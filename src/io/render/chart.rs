//! A chart for plain text: what each service was over time, and where the milestones stand.

use super::text::line;
use crate::compute::report::document::{DocumentDowntime, IncidentDocument};
use crate::model::time::{Instant, Span, format as times};
use std::fmt::Write;

/// How many cells a bar has.
const CELLS: i64 = 56;

/// Returns the chart as a code block; empty where nothing has a length.
pub fn chart(report: &IncidentDocument) -> String {
    let Some(scale) = Scale::of(report) else { return String::new() };
    let name = |d: &DocumentDowntime| line(&d.name).replace('`', "'");
    let widest = report.downtime.iter().map(|d| name(d).chars().count()).max().unwrap_or(0).max(10);
    let mut out = String::from("```text\n");
    for service in report.downtime.iter().filter(|d| !d.intervals.is_empty()) {
        let _ = writeln!(out, "{:widest$}  {}", name(service), scale.bar(service));
    }
    let (marks, legend) = scale.marks(report);
    if !legend.is_empty() {
        let _ = writeln!(out, "{:widest$}  {}", "milestones", marks.trim_end());
    }
    let shown = |at| times::full(at, report.zone);
    let _ = writeln!(out, "\n{} to {}", shown(scale.from), shown(scale.to));
    let states = [("down", '█'), ("degraded", '▒'), ("maintenance", '░')];
    let seen = states
        .iter()
        .filter(|(s, _)| report.downtime.iter().flat_map(|d| &d.intervals).any(|i| i.state == *s));
    let states: Vec<_> = seen.map(|(state, cell)| format!("{cell} {state}")).collect();
    if !states.is_empty() {
        let _ = writeln!(out, "{}", states.join("   "));
    }
    if !legend.is_empty() {
        let _ = writeln!(out, "{}", legend.join("   "));
    }
    out.push_str("```\n");
    out
}

/// The time that the chart spans.
struct Scale {
    from: Instant,
    to: Instant,
}

impl Scale {
    /// Returns the time from the first impact or milestone to the last of those that end the response; the review
    /// may come weeks later.
    fn of(report: &IncidentDocument) -> Option<Self> {
        let milestones = report.milestones.iter().filter(|m| m.name != "closed").map(|m| m.moment);
        let impact = report.downtime.iter().flat_map(|d| &d.intervals);
        let impact = impact.flat_map(|i| [Some(i.bounds.0), i.bounds.1]).flatten();
        let all: Vec<Instant> = milestones.chain(impact).collect();
        let (from, to) = (*all.iter().min()?, *all.iter().max()?);
        (from < to).then_some(Self { from, to })
    }

    /// Returns the cell in which a moment lies.
    fn cell(&self, at: Instant) -> i64 {
        let whole = self.to.since(self.from).as_seconds().max(1);
        let part = at.since(self.from).as_seconds().clamp(0, whole);
        part.saturating_mul(CELLS).checked_div(whole).unwrap_or(0).min(CELLS.saturating_sub(1))
    }

    /// Returns the moment in the middle of a cell.
    fn middle(&self, cell: i64) -> Instant {
        let whole = self.to.since(self.from).as_seconds();
        let part = whole.saturating_mul(cell.saturating_mul(2).saturating_add(1));
        self.from.plus(Span::seconds(part.checked_div(CELLS.saturating_mul(2)).unwrap_or(0)))
    }

    fn bar(&self, service: &DocumentDowntime) -> String {
        let state = |at: Instant| {
            let holds = |i: &&crate::compute::report::document::DocumentInterval| {
                i.bounds.0 <= at && i.bounds.1.is_none_or(|end| at < end)
            };
            service.intervals.iter().find(holds).map(|i| i.state)
        };
        let cell = |index| match state(self.middle(index)) {
            Some("down") => '█',
            Some("degraded") => '▒',
            Some(_) => '░',
            None => '·',
        };
        (0..CELLS).map(cell).collect()
    }

    /// Returns a row with a letter for each milestone, and what the letters mean.
    fn marks(&self, report: &IncidentDocument) -> (String, Vec<String>) {
        let mut row: Vec<char> = (0..CELLS).map(|_| ' ').collect();
        let mut legend: Vec<String> = vec![];
        let mut letters = 'A'..='Z';
        for milestone in report.milestones.iter().filter(|m| m.name != "closed") {
            let Some(letter) = letters.next() else { break };
            // Where two share a cell, the later one stands in the next that is free.
            let from = usize::try_from(self.cell(milestone.moment)).unwrap_or(0);
            let free = row
                .iter()
                .skip(from)
                .position(|c| *c == ' ')
                .map_or(from, |i| from.saturating_add(i));
            if let Some(cell) = row.get_mut(free) {
                *cell = letter;
            }
            let name = line(&milestone.name).replace('`', "'");
            legend.push(format!("{letter} {name}"));
        }
        (row.into_iter().collect(), legend)
    }
}
