//! Reports as tables for a terminal: they fit its width and read well without colour.

use super::actions::follow_ups;
use super::status::{phases, services};
use super::text::{clean, line, or};
use crate::compute::report::draft::TemplatesReport;
use crate::compute::report::heading::IncidentHeading;
use crate::compute::report::list::{ListReport, ListRow};
use crate::compute::report::show::{EventReport, ShowReport};
use crate::compute::report::status::{OpenIncident, StatusReport};
use crate::model::incident::{Attribution, Audience, Event, Impact, Kind, Name, Progress, State};
use crate::model::time::{EventTime, Instant, Span, Zone, duration, format as times};
use comfy_table::{
    Attribute, Cell, Color, ColumnConstraint, ContentArrangement, Table, Width, presets,
};
use std::collections::BTreeMap;
use std::fmt::{Display, Write};

/// How wide the terminal is, and whether it shows colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableStyle {
    /// Columns of the terminal.
    pub width: u16,
    /// Whether to use colour.
    pub color: bool,
}

impl TableStyle {
    /// Returns an empty table of at most the terminal's width, without borders.
    pub(super) fn table(self) -> Table {
        let mut table = Table::new();
        table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(self.width);
        if self.color {
            table.enforce_styling();
        } else {
            table.force_no_tty();
        }
        table
    }

    pub(super) fn bold(self, text: &str) -> String {
        if self.color { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

pub(super) fn dim(text: impl ToString) -> Cell {
    Cell::new(text).add_attribute(Attribute::Dim)
}

pub(super) fn state_cell(state: Option<State>) -> Cell {
    let color = match state {
        Some(State::Down) => Color::Red,
        Some(State::Degraded) => Color::Yellow,
        Some(State::Up) => Color::Green,
        Some(State::Maintenance) | None => Color::Reset,
    };
    Cell::new(or(state.as_ref(), "unknown")).fg(color)
}

/// Returns a table's lines without blanks at their ends.
pub(super) fn lines(table: &Table) -> String {
    table.lines().map(|l| format!("{}\n", l.trim_end())).collect()
}

/// Renders a whole incident.
pub fn show(report: &ShowReport, style: TableStyle) -> String {
    let mut out = heading(report, style);
    if let Some(summary) = &report.story.summary {
        out.push('\n');
        out.push_str(&paragraph(summary, style));
    }
    if !report.story.causes.is_empty() {
        let mut table = style.table();
        for cause in &report.story.causes {
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
    for link in &report.story.links {
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
    let mut out = headline(&report.heading, Some(report.heading.kind), None, style);
    let mut more = vec![format!("times in {}", report.zone.name())];
    if !report.services.is_empty() {
        more.push(format!("services {}", joined(&report.services, ", ")));
    }
    if report.attribution != Attribution::Own {
        more.push(format!("attribution {}", report.attribution));
    }
    more.extend(report.story.roles.iter().map(|(role, person)| format!("{role} {person}")));
    let _ = writeln!(out, "{}", line(&more.join(" · ")));
    out
}

/// Renders what an incident is, and how far.
pub(super) fn headline(
    heading: &IncidentHeading,
    kind: Option<Kind>,
    more: Option<String>,
    style: TableStyle,
) -> String {
    let facts = [
        Some(heading.incident.to_string()),
        heading.severity.as_ref().map(ToString::to_string),
        kind.map(|kind| kind.to_string()),
        Some(or(heading.state.as_ref(), "no milestone yet")),
        more,
    ];
    let facts = joined(facts.into_iter().flatten(), " · ");
    format!("{}\n{facts}\n", style.bold(&line(&heading.title)))
}

/// Renders events under a heading for each day, in columns that stay where they are.
pub fn days(events: &[EventReport], zone: Zone, style: TableStyle) -> String {
    let widest = |of: &dyn Fn(&EventReport) -> usize, least: usize| {
        let most = events.iter().map(of).max().unwrap_or(0).max(least);
        u16::try_from(most).unwrap_or(u16::MAX)
    };
    let clock = widest(&|e| times::clock(e.event.at, zone).chars().count(), 5);
    let what = widest(&|e| what(&e.event).chars().count(), 4);
    let id = widest(&|e| e.id.as_ref().map_or(0, |id| id.as_str().len()), 8);
    let mut out = String::new();
    let heading = |e: &EventReport| times::heading(e.event.at, zone);
    for day in events.chunk_by(|a, b| heading(a) == heading(b)) {
        let Some(first) = day.first() else { continue };
        let _ = write!(out, "\n{}\n", style.bold(&heading(first)));
        let mut table = style.table();
        for event in day {
            table.add_row(row(&event.event, zone));
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

fn row(event: &Event, zone: Zone) -> Vec<Cell> {
    let mark = Cell::new(what(event)).add_attribute(Attribute::Bold);
    vec![
        Cell::new(times::clock(event.at, zone)),
        if event.mark.is_some() { mark } else { dim(what(event)) },
        Cell::new(said(event)),
        dim(or(event.id.as_ref(), "")),
    ]
}

/// Returns the milestone that an event marks, else its kind unless that is a note.
fn what(event: &Event) -> String {
    event.mark_or_kind().map(line).unwrap_or_default()
}

/// Returns an event's text and, on a line of its own, what it changed beyond what the text says.
fn said(event: &Event) -> String {
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

/// Returns what an event changed, who may read it and where to read on, in words.
pub fn facets(event: &Event) -> Vec<String> {
    let public = (event.audience == Audience::Public).then(|| "public".to_owned());
    let links = event.links.iter().map(|l| l.url.clone());
    changes(event).into_iter().chain(public).chain(links).collect()
}

/// Returns what an event changed, in words.
pub(super) fn changes(event: &Event) -> Vec<String> {
    let mut impact: Vec<&Impact> = event.impact.iter().map(|i| &i.value).collect();
    impact.sort_by_key(|i| &i.service);
    let progress: BTreeMap<&Name, &Progress> =
        event.progress.iter().map(|(service, done)| (&service.value, done)).collect();
    let roles: BTreeMap<_, _> = event.roles.iter().map(|(role, person)| (role, person)).collect();
    let mut changed: Vec<_> = impact.into_iter().map(change).collect();
    changed.extend(event.lasting.map(|lasting| format!("for {}", duration::words(lasting))));
    changed.extend(progress.into_iter().map(|(service, done)| format!("{service} {done} back")));
    changed.extend(event.severity.as_ref().map(|s| s.value.to_string()));
    changed.extend(event.attribution.map(|a| format!("attribution {a}")));
    changed.extend(roles.into_iter().map(|(role, person)| format!("{role}: {person}")));
    changed
}

fn change(impact: &Impact) -> String {
    let share = impact.share.as_ref().map(|s| format!(" share {s}")).unwrap_or_default();
    let whom: Vec<_> = impact.regions.iter().chain(&impact.customers).collect();
    let whom = if whom.is_empty() { String::new() } else { format!(" for {}", joined(whom, ", ")) };
    format!("{} {}{share}{whom}", impact.service, impact.state)
}

/// Joins what is shown of some values.
pub(super) fn joined(values: impl IntoIterator<Item: Display>, between: &str) -> String {
    let shown: Vec<_> = values.into_iter().map(|value| value.to_string()).collect();
    shown.join(between)
}

/// Renders many incidents, a row each.
pub fn list(report: &ListReport, style: TableStyle) -> String {
    if report.incidents.is_empty() {
        return "No incidents.\n".to_owned();
    }
    let began = |row: &ListRow| {
        let began = row.began.map(|at| at.local(row.zone).format("%Y-%m-%d %H:%M"));
        began.map_or_else(|| "-".to_owned(), |began| began.to_string())
    };
    let severity = |row: &ListRow| or(row.heading.severity.as_ref(), "-");
    let state = |row: &ListRow| or(row.heading.state.as_ref(), "-");
    let widest =
        |of: &dyn Fn(&ListRow) -> String, name: &str| widest(report.incidents.iter().map(of), name);
    let others = [widest(&began, "Began"), widest(&severity, "Severity"), widest(&state, "State")];
    let whole = widest(&|row| row.heading.incident.to_string(), "Incident");
    let whole = has_room(style, others.into_iter().chain([whole]));
    let mut table = style.table();
    table.set_header(vec!["Began", "Severity", "State", "Incident", "Title"]);
    for row in &report.incidents {
        let state = Cell::new(state(row));
        let id = row.heading.incident.as_str();
        let id = if whole { id } else { report.handles.name(id) };
        table.add_row(vec![
            Cell::new(began(row)),
            Cell::new(severity(row)),
            if row.open { state.add_attribute(Attribute::Bold) } else { state },
            Cell::new(line(id)),
            Cell::new(line(&row.heading.title)),
        ]);
    }
    keep_whole(&mut table, 0..4);
    lines(&table)
}

/// How much room a title needs beside an incident's id; where there is less, incidents go by shorter names.
const TITLE: usize = 24;

/// Returns whether columns so wide leave room for a title.
pub(super) fn has_room(style: TableStyle, columns: impl Iterator<Item = usize>) -> bool {
    columns.map(|wide| wide + 2).sum::<usize>() + TITLE <= usize::from(style.width)
}

/// Returns how wide a column is.
pub(super) fn widest(cells: impl Iterator<Item = String>, name: &str) -> usize {
    let cells = cells.map(|cell| cell.chars().count());
    cells.chain([name.len()]).max().unwrap_or(0)
}

/// Keeps columns from being wrapped: an id is for copying.
pub(super) fn keep_whole(table: &mut Table, columns: impl IntoIterator<Item = usize>) {
    for index in columns {
        if let Some(column) = table.column_mut(index) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
}

/// Renders the templates, a row each.
pub fn templates(report: &TemplatesReport, style: TableStyle) -> String {
    let mut table = style.table();
    table.set_header(vec!["Template", "For", "Audience", "Writes", "From"]);
    for template in &report.templates {
        let text = |text: &Option<String>| line(text.as_deref().unwrap_or("-"));
        table.add_row(vec![
            Cell::new(line(&template.name)).add_attribute(Attribute::Bold),
            Cell::new(text(&template.title)),
            Cell::new(or(template.audience.as_ref(), "-")),
            Cell::new(text(&template.file)),
            Cell::new(line(template.path.as_deref().unwrap_or("built in"))),
        ]);
    }
    lines(&table)
}

/// Renders the open incidents as they are now.
pub fn status(report: &StatusReport, now: Instant, handoff: bool, style: TableStyle) -> String {
    let mut out = String::new();
    if report.incidents.is_empty() {
        out.push_str("No open incident.\n");
    }
    for (index, open) in report.incidents.iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        out.push_str(&one(open, now, handoff, style));
    }
    if report.inbox > 0 {
        let _ = writeln!(
            out,
            "\n{} in the inbox: `recount show inbox`, then `recount amend EVENT --to INCIDENT`.",
            if report.inbox == 1 {
                "1 event waits".to_owned()
            } else {
                format!("{} events wait", report.inbox)
            }
        );
    }
    out
}

fn one(open: &OpenIncident, now: Instant, handoff: bool, style: TableStyle) -> String {
    let elapsed = open.elapsed.map(|elapsed| format!("{} so far", duration::words(elapsed)));
    let mut out = headline(&open.heading, None, elapsed, style);
    let roles: Vec<_> =
        open.roles.iter().map(|(role, person)| format!("{role} {person}")).collect();
    if !roles.is_empty() {
        let _ = writeln!(out, "{}", line(&roles.join(" · ")));
    }
    if let Some(late) = open.update_overdue {
        let words = duration::words(late.max(Span::ZERO.minus(late)));
        let _ = if late > Span::ZERO {
            writeln!(out, "The public update is {words} overdue.")
        } else {
            writeln!(out, "The next public update is due in {words}.")
        };
    }
    if handoff && let Some(summary) = &open.summary {
        let _ = writeln!(out, "\n{}", clean(summary.trim_end()));
    }
    out.push_str(&milestones(open, now, style));
    out.push_str(&phases(&open.phases));
    out.push_str(&services(&open.services, style));
    out.push_str(&days(&open.last_events, open.zone, style));
    if handoff && !open.actions.is_empty() {
        let _ = write!(out, "\n{}\n{}", style.bold("Follow-ups"), follow_ups(&open.actions, style));
    }
    out
}

fn milestones(open: &OpenIncident, now: Instant, style: TableStyle) -> String {
    let mut table = style.table();
    for reached in &open.milestones {
        let at = reached.moment.nominal();
        let stamp = EventTime::exact(crate::model::time::OffsetTime::in_zone(at, open.zone));
        table.add_row(vec![
            Cell::new(&reached.milestone).add_attribute(Attribute::Bold),
            Cell::new(times::echo(stamp, open.zone, now)),
        ]);
    }
    if open.milestones.is_empty() { String::new() } else { format!("\n{}", lines(&table)) }
}
