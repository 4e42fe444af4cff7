//! A whole incident for a terminal, and its events in words.

use super::actions::follow_ups;
use super::table::{TableStyle, dim, lines};
use super::text::{clean, line};
use crate::compute::report::show::{EventReport, ImpactReport, ShowReport};
use crate::model::time::{Span, Zone, duration, format as times};
use comfy_table::{Attribute, Cell, ColumnConstraint, Table, Width};
use std::fmt::Write;

/// Renders a whole incident.
pub fn show(report: &ShowReport, style: TableStyle) -> String {
    let mut out = heading(report, style);
    if let Some(summary) = &report.summary {
        out.push('\n');
        out.push_str(&paragraph(summary, style));
    }
    if !report.causes.is_empty() {
        let mut table = style.table();
        for cause in &report.causes {
            table.add_row([dim(format!("{} cause", cause.kind)), Cell::new(line(&cause.text))]);
        }
        out.push('\n');
        out.push_str(&lines(&table));
    }
    out.push_str(&days(&report.events, report.zone, style));
    if !report.actions.is_empty() {
        let _ =
            write!(out, "\n{}\n{}", style.bold("Follow-ups"), follow_ups(&report.actions, style));
    }
    for link in &report.links {
        let title = link.title.as_deref().map(|t| format!("{}: ", line(t))).unwrap_or_default();
        let _ = writeln!(out, "{title}{}", line(&link.url));
    }
    out
}

/// Renders prose, wrapped at the terminal's width.
fn paragraph(text: &str, style: TableStyle) -> String {
    let mut table = style.table();
    table.add_row([Cell::new(clean(text.trim_end()))]);
    lines(&table).lines().map(|l| format!("{}\n", l.strip_prefix(' ').unwrap_or(l))).collect()
}

fn heading(report: &ShowReport, style: TableStyle) -> String {
    let mut out = format!("{}\n", style.bold(&line(&report.title)));
    let facts = [
        Some(report.incident.clone()),
        report.severity.clone(),
        Some(report.kind.to_owned()),
        Some(report.state.clone().unwrap_or_else(|| "no milestone yet".to_owned())),
    ];
    let facts: Vec<_> = facts.into_iter().flatten().collect();
    let _ = writeln!(out, "{}", line(&facts.join(" · ")));
    let mut more = vec![format!("times in {}", report.timezone)];
    if !report.services.is_empty() {
        more.push(format!("services {}", report.services.join(", ")));
    }
    if report.attribution != "own" {
        more.push(format!("attribution {}", report.attribution));
    }
    more.extend(report.roles.iter().map(|(role, person)| format!("{role} {person}")));
    let _ = writeln!(out, "{}", line(&more.join(" · ")));
    out
}

/// Renders events under a heading for each day, in columns that stay where they are.
pub(super) fn days(events: &[EventReport], zone: Zone, style: TableStyle) -> String {
    let widest = |of: &dyn Fn(&EventReport) -> usize, least: usize| {
        let most = events.iter().map(of).max().unwrap_or(0).max(least);
        u16::try_from(most).unwrap_or(u16::MAX)
    };
    let clock = widest(&|e| times::clock(e.stamp, zone).chars().count(), 5);
    let what = widest(&|e| what(e).chars().count(), 4);
    let id = widest(&|e| e.id.as_deref().map_or(0, str::len), 8);
    let mut out = String::new();
    for day in
        events.chunk_by(|a, b| times::heading(a.stamp, zone) == times::heading(b.stamp, zone))
    {
        let Some(first) = day.first() else { continue };
        let _ = write!(out, "\n{}\n", style.bold(&times::heading(first.stamp, zone)));
        let mut table = style.table();
        for event in day {
            table.add_row(row(event, zone));
        }
        for (index, width) in [clock, what].into_iter().enumerate() {
            fix(&mut table, index, width);
        }
        fix(&mut table, 3, id);
        out.push_str(&lines(&table));
    }
    out
}

fn fix(table: &mut Table, index: usize, width: u16) {
    if let Some(column) = table.column_mut(index) {
        column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(width.saturating_add(2))));
    }
}

fn row(event: &EventReport, zone: Zone) -> Vec<Cell> {
    let mark = Cell::new(what(event)).add_attribute(Attribute::Bold);
    vec![
        Cell::new(times::clock(event.stamp, zone)),
        if event.mark.is_some() { mark } else { dim(what(event)) },
        Cell::new(said(event)),
        dim(event.id.as_deref().unwrap_or_default()),
    ]
}

/// Returns the milestone that an event marks, else its kind unless that is a note.
fn what(event: &EventReport) -> String {
    match (&event.mark, event.kind.as_str()) {
        (Some(mark), _) => line(mark),
        (None, "note") => String::new(),
        (None, kind) => line(kind),
    }
}

/// Returns an event's text and, on a line of its own, what it changed beyond what the text says.
fn said(event: &EventReport) -> String {
    let mut said = clean(event.text.trim_end());
    if let Some(reason) = &event.retracted {
        said = format!("(retracted: {}) {said}", line(reason));
    }
    let changed: Vec<_> = facets(event).into_iter().filter(|f| !event.text.contains(f)).collect();
    if !changed.is_empty() {
        let _ = write!(said, "\n→ {}", line(&changed.join(", ")));
    }
    said
}

/// Returns what an event changed, in words.
pub fn facets(event: &EventReport) -> Vec<String> {
    let mut changed = vec![];
    for (service, change) in &event.impact {
        match change {
            ImpactReport::All(state) => changed.push(format!("{service} {state}")),
            ImpactReport::Parts(parts) => changed.extend(parts.iter().map(|p| {
                let share = p.share.as_ref().map(|s| format!(" share {s}"));
                let whom: Vec<_> =
                    p.regions.iter().chain(&p.customers).map(String::as_str).collect();
                let whom = (!whom.is_empty()).then(|| format!(" for {}", whom.join(", ")));
                format!(
                    "{service} {}{}{}",
                    p.state,
                    share.unwrap_or_default(),
                    whom.unwrap_or_default()
                )
            })),
        }
    }
    changed.extend(event.for_seconds.map(|s| format!("for {}", duration::words(Span::seconds(s)))));
    changed.extend(event.progress.iter().map(|(service, done)| format!("{service} {done} back")));
    changed.extend(event.severity.clone());
    changed.extend(event.attribution.map(|a| format!("attribution {a}")));
    changed.extend(event.roles.iter().map(|(role, person)| format!("{role}: {person}")));
    if event.audience == "public" {
        changed.push("public".to_owned());
    }
    changed.extend(event.links.iter().map(|l| l.url.clone()));
    changed
}
