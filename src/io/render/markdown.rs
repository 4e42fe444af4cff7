//! Reports as Markdown.

use super::completeness::notes;
use super::list;
use super::sanitize::prose;
use super::show::{facets, in_shown_order};
use super::text::{markdown, or};
use crate::compute::report::action::{ActionReport, ActionsReport};
use crate::compute::report::completeness::Completeness;
use crate::compute::report::heading::IncidentHeading;
use crate::compute::report::list::ListReport;
use crate::compute::report::show::{EventReport, ShowReport};
use crate::model::incident::ActionStatus;
use crate::model::time::{Zone, format as times};
use std::fmt::Write;

/// Renders a whole incident.
pub fn show(report: &ShowReport) -> String {
    let IncidentHeading { incident, title, severity, kind, state } = &report.heading;
    let mut out = format!("# {}\n\n", markdown(title));
    let state = markdown(&or(state.as_ref(), "no milestone yet"));
    let severity = markdown(&or(severity.as_ref(), "no severity"));
    let zone = report.zone.name();
    let _ = writeln!(out, "`{incident}` · {severity} · {kind} · {state} · times in {zone}");
    if let Some(summary) = &report.story.summary {
        let _ = write!(out, "\n{}\n", prose(summary));
    }
    if !report.story.causes.is_empty() {
        out.push_str("\n## Causes\n\n");
        for cause in &report.story.causes {
            let _ = writeln!(out, "- {}: {}", cause.kind, markdown(&cause.text));
        }
    }
    out.push_str(&timeline(&report.events, report.zone));
    if !report.actions.is_empty() {
        let _ = write!(out, "\n## Follow-ups\n\n{}", action_list(&report.actions));
    }
    out + &gaps(&report.completeness)
}

/// Says below an answer what it lacks, and what it has from outside of the record.
fn gaps(of: &Completeness) -> String {
    notes(of).lines().fold(String::new(), |out, line| match line.strip_prefix("  ") {
        Some(item) => out + "- " + &markdown(item) + "\n",
        None if line.is_empty() => out + "\n",
        None => out + &markdown(line) + "\n\n",
    })
}

fn timeline(events: &[EventReport], zone: Zone) -> String {
    let mut out = String::from("\n## Timeline\n");
    let heading = |e: &EventReport| times::heading(e.event.at, zone);
    for day in in_shown_order(events, zone).chunk_by(|a, b| heading(a) == heading(b)) {
        let Some(first) = day.first() else { continue };
        let _ = write!(out, "\n### {}\n\n| Time | | Event |\n|---|---|---|\n", heading(first));
        for event in day.iter().map(|e| &e.event) {
            let what = event.marks_or_kind().unwrap_or_default();
            let changed = facets(event);
            let changed = if changed.is_empty() {
                String::new()
            } else {
                format!(" ({})", changed.join(", "))
            };
            let text = markdown(&format!("{}{changed}", event.text.trim_end()));
            let text = if event.retracted.is_some() { format!("~~{text}~~") } else { text };
            let _ = writeln!(
                out,
                "| {} | {} | {text} |",
                markdown(&times::clock(event.at, zone)),
                markdown(&what)
            );
        }
    }
    out
}

/// Renders follow-up actions as a task list.
pub fn actions(report: &ActionsReport) -> String {
    action_list(&report.actions) + &gaps(&report.completeness)
}

fn action_list(actions: &[ActionReport]) -> String {
    let mut out = String::new();
    for action in actions.iter().map(|a| &a.action) {
        let tick = if action.status == ActionStatus::Done { 'x' } else { ' ' };
        let _ = write!(out, "- [{tick}] {} ({}", markdown(&action.title), action.status);
        if let Some(owner) = &action.owner {
            let _ = write!(out, ", {}", markdown(owner));
        }
        if let Some(due) = action.due {
            let _ = write!(out, ", due {due}");
        }
        out.push_str(")\n");
    }
    out
}

/// Renders many incidents as a table.
pub fn list(report: &ListReport) -> String {
    let mut out =
        String::from("| Began | Severity | State | Incident | Title |\n|---|---|---|---|---|\n");
    let mixed = list::mixes_zones(report);
    for row in &report.incidents {
        let began = list::began(row, mixed);
        let severity = markdown(&or(row.heading.severity.as_ref(), "-"));
        let state = markdown(&or(row.heading.state.as_ref(), "-"));
        let (id, title) = (&row.heading.incident, markdown(&row.heading.title));
        let _ = writeln!(out, "| {} | {severity} | {state} | `{id}` | {title} |", markdown(&began));
    }
    out + &gaps(&report.completeness)
}
