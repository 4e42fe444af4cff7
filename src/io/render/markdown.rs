//! Reports as Markdown.

use super::show::facets;
use super::text::{clean, line, markdown};
use crate::compute::report::action::{ActionReport, ActionsReport};
use crate::compute::report::list::ListReport;
use crate::compute::report::show::{EventReport, ShowReport};
use crate::model::time::{Zone, format as times};
use std::fmt::Write;

/// Renders a whole incident.
pub fn show(report: &ShowReport) -> String {
    let mut out = format!("# {}\n\n", markdown(&report.title));
    let state = report.state.as_deref().unwrap_or("no milestone yet");
    let severity = report.severity.as_deref().unwrap_or("no severity");
    let _ = writeln!(
        out,
        "`{}` · {} · {} · {} · times in {}",
        line(&report.incident),
        markdown(severity),
        report.kind,
        markdown(state),
        report.timezone
    );
    if let Some(summary) = &report.summary {
        // The summary is Markdown by design; it is its writer's.
        let _ = write!(out, "\n{}\n", clean(summary.trim_end()));
    }
    if !report.causes.is_empty() {
        out.push_str("\n## Causes\n\n");
        for cause in &report.causes {
            let _ = writeln!(out, "- {}: {}", cause.kind, markdown(&cause.text));
        }
    }
    out.push_str(&timeline(&report.events, report.zone));
    if !report.actions.is_empty() {
        let _ = write!(out, "\n## Follow-ups\n\n{}", action_list(&report.actions));
    }
    out
}

fn timeline(events: &[EventReport], zone: Zone) -> String {
    let mut out = String::from("\n## Timeline\n");
    for day in
        events.chunk_by(|a, b| times::heading(a.stamp, zone) == times::heading(b.stamp, zone))
    {
        let Some(first) = day.first() else { continue };
        let _ = write!(
            out,
            "\n### {}\n\n| Time | | Event |\n|---|---|---|\n",
            times::heading(first.stamp, zone)
        );
        for event in day {
            let what = event
                .mark
                .as_deref()
                .or((event.kind != "note").then_some(&event.kind))
                .unwrap_or("");
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
                markdown(&times::clock(event.stamp, zone)),
                markdown(what)
            );
        }
    }
    out
}

/// Renders follow-up actions as a task list.
pub fn actions(report: &ActionsReport) -> String {
    action_list(&report.actions)
}

fn action_list(actions: &[ActionReport]) -> String {
    let mut out = String::new();
    for action in actions {
        let tick = if action.status == "done" { 'x' } else { ' ' };
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
    for row in &report.incidents {
        let cell = |text: &Option<String>| markdown(text.as_deref().unwrap_or("-"));
        let _ = writeln!(
            out,
            "| {} | {} | {} | `{}` | {} |",
            cell(&row.began),
            cell(&row.severity),
            cell(&row.state),
            line(&row.incident),
            markdown(&row.title)
        );
    }
    out
}
