//! A chart for plain text: what each service was over time, and where the milestones stand.

use super::text::line;
use crate::compute::report::AffectedInterval;
use crate::compute::report::document::{DocumentDowntime, IncidentDocument};
use crate::compute::report::metrics::MilestoneReport;
use crate::model::incident::{Milestone, State};
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
    for service in report.downtime.iter().filter(|d| !d.downtime.intervals.is_empty()) {
        let _ = writeln!(out, "{:widest$}  {}", name(service), scale.bar(service));
    }
    let (marks, legend) = scale.marks(report);
    if !legend.is_empty() {
        let _ = writeln!(out, "{:widest$}  {}", "milestones", marks.trim_end());
    }
    let shown = |at| times::full(at, report.zone);
    let _ = writeln!(out, "\n{} to {}", shown(scale.from), shown(scale.to));
    let states = [State::Down, State::Degraded, State::Maintenance].into_iter();
    let seen = states.filter(|s| intervals(report).any(|i| i.state == *s));
    let states: Vec<_> = seen.map(|state| format!("{} {state}", cell(state))).collect();
    if !states.is_empty() {
        let _ = writeln!(out, "{}", states.join("   "));
    }
    if !legend.is_empty() {
        let _ = writeln!(out, "{}", legend.join("   "));
    }
    out.push_str("```\n");
    out
}

/// Returns what a state looks like.
fn cell(state: State) -> char {
    match state {
        State::Down => '█',
        State::Degraded => '▒',
        State::Maintenance | State::Up => '░',
    }
}

fn intervals(report: &IncidentDocument) -> impl Iterator<Item = &AffectedInterval> {
    report.downtime.iter().flat_map(|d| &d.downtime.intervals)
}

/// Returns the milestones up to those that end the response; the review may come weeks later.
///
/// Those that were voided say so.
fn milestones(report: &IncidentDocument) -> Vec<(&Milestone, &MilestoneReport, &'static str)> {
    let standing = report.milestones.iter().map(|m| (&m.name, &m.reached, ""));
    let voided = report.voided.iter().map(|v| (&v.name, &v.marked, " (voided)"));
    let all = standing.chain(voided).filter(|(name, ..)| **name != Milestone::Closed);
    let mut all: Vec<_> = all.collect();
    all.sort_by_key(|(_, reached, _)| reached.moment.nominal());
    all
}

/// The time that the chart spans.
struct Scale {
    from: Instant,
    to: Instant,
}

impl Scale {
    /// Returns the time from the first impact or milestone to the last.
    fn of(report: &IncidentDocument) -> Option<Self> {
        let milestones = milestones(report).into_iter();
        let milestones = milestones.map(|(_, reached, _)| reached.moment.nominal());
        let impact = intervals(report);
        let impact = impact.flat_map(|i| [Some(i.start.at), i.end.as_ref().map(|end| end.at)]);
        let all: Vec<Instant> = milestones.chain(impact.flatten()).collect();
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
        let shown = |index| {
            let at = self.middle(index);
            let found = service.downtime.intervals.iter().find(|i| i.holds(at));
            found.map_or('·', |i| cell(i.state))
        };
        (0..CELLS).map(shown).collect()
    }

    /// Returns a row with a letter for each milestone, and what the letters mean.
    fn marks(&self, report: &IncidentDocument) -> (String, Vec<String>) {
        let mut row: Vec<char> = (0..CELLS).map(|_| ' ').collect();
        let mut legend: Vec<String> = vec![];
        let mut letters = 'A'..='Z';
        for (name, reached, voided) in milestones(report) {
            let Some(letter) = letters.next() else { break };
            // Where two share a cell, the later one stands in the next that is free.
            let from = usize::try_from(self.cell(reached.moment.nominal())).unwrap_or(0);
            let free = row
                .iter()
                .skip(from)
                .position(|c| *c == ' ')
                .map_or(from, |i| from.saturating_add(i));
            if let Some(cell) = row.get_mut(free) {
                *cell = letter;
            }
            let name = name.as_str().replace('`', "'");
            legend.push(format!("{letter} {name}{voided}"));
        }
        (row.into_iter().collect(), legend)
    }
}
