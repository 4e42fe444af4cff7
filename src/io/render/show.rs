//! A whole incident for a terminal, and its events in words.

use super::actions::follow_ups;
use super::completeness::notes;
use super::table::{TableStyle, dim, headline, lines};
use super::text::{clean, joined, line, or};
use crate::compute::report::show::{
    EventReport, HypothesisReport, HypothesisState, ShowReport, VoidedMark,
};
use crate::model::incident::{Attribution, Audience, Event, Impact, Name, Progress};
use crate::model::time::{Zone, duration, format as times};
use comfy_table::{Attribute, Cell, ColumnConstraint, Table, Width};
use std::collections::BTreeMap;
use std::fmt::Write;

/// How wide an event's text is at least, where it has so much.
const TEXT: u16 = 26;

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
        out.push_str(&lines(table));
    }
    let known = KnownOfEvents { voided: &report.voided, hypotheses: &report.hypotheses };
    out.push_str(&days(&report.events, known, report.zone, style));
    if !report.actions.is_empty() {
        let _ =
            write!(out, "\n{}\n{}", style.bold("Follow-ups"), follow_ups(&report.actions, style));
    }
    for link in &report.story.links {
        let title = link.title.as_deref().map(|t| format!("{}: ", line(t))).unwrap_or_default();
        let _ = writeln!(out, "{title}{}", line(&link.url));
    }
    out + &notes(&report.completeness)
}

/// Renders prose, wrapped at the terminal's width.
fn paragraph(text: &str, style: TableStyle) -> String {
    let mut table = style.table();
    table.add_row([Cell::new(clean(text.trim_end()))]);
    lines(table).lines().map(|l| format!("{}\n", l.strip_prefix(' ').unwrap_or(l))).collect()
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
    let fields = report.story.fields.iter().map(|(name, value)| format!("{name} {value}"));
    let fields: Vec<_> = fields.collect();
    if !fields.is_empty() {
        let _ = writeln!(out, "{}", line(&fields.join(" · ")));
    }
    out
}

/// What later events make of earlier ones.
#[derive(Clone, Copy)]
pub(super) struct KnownOfEvents<'a> {
    pub(super) voided: &'a [VoidedMark],
    pub(super) hypotheses: &'a [HypothesisReport],
}

/// Renders events under a heading for each day, in columns that stay where they are.
pub(super) fn days(
    events: &[EventReport],
    known: KnownOfEvents<'_>,
    zone: Zone,
    style: TableStyle,
) -> String {
    let what = |event: &Event| what(event, known);
    let widest = |of: &dyn Fn(&EventReport) -> usize, least: usize| {
        let most = events.iter().map(of).max().unwrap_or(0).max(least);
        u16::try_from(most).unwrap_or(u16::MAX)
    };
    let clock = widest(&|e| times::clock(e.event.at, zone).chars().count(), 5);
    let what_width = widest(&|e| what(&e.event).chars().count(), 4);
    let id = widest(&|e| e.id.as_ref().map_or(0, |id| id.as_str().len()), 8);
    let mut out = String::new();
    let heading = |e: &EventReport| times::heading(e.event.at, zone);
    for day in in_shown_order(events, zone).chunk_by(|a, b| heading(a) == heading(b)) {
        let Some(first) = day.first() else { continue };
        let _ = write!(out, "\n{}\n", style.bold(&heading(first)));
        let mut table = style.table();
        for event in day {
            table.add_row(row(&event.event, &what(&event.event), zone));
        }
        for (index, width) in [clock, what_width].into_iter().enumerate() {
            fix(&mut table, index, width);
        }
        if let Some(text) = table.column_mut(2) {
            text.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(TEXT)));
        }
        fix(&mut table, 3, id);
        out.push_str(&lines(table));
    }
    out
}

/// Returns events in the order in which a reader expects them, a range at its beginning.
pub(super) fn in_shown_order(events: &[EventReport], zone: Zone) -> Vec<&EventReport> {
    let mut shown: Vec<_> = events.iter().filter(|e| e.event.moved.is_none()).collect();
    shown.sort_by_key(|e| e.event.at.shown_from(zone));
    shown
}

fn fix(table: &mut Table, index: usize, width: u16) {
    if let Some(column) = table.column_mut(index) {
        column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(width.saturating_add(2))));
    }
}

fn row(event: &Event, what: &str, zone: Zone) -> Vec<Cell> {
    let mark = Cell::new(what).add_attribute(Attribute::Bold);
    vec![
        Cell::new(times::clock(event.at, zone)),
        if !event.marks.is_empty() { mark } else { dim(what) },
        Cell::new(said(event)),
        dim(or(event.id.as_ref(), "")),
    ]
}

/// Returns the milestone that an event marks, and whether later impact took it back; else its kind unless that is a note.
fn what(event: &Event, known: KnownOfEvents<'_>) -> String {
    let what = event.marks_or_kind().map(|what| line(&what)).unwrap_or_default();
    let is_voided = |v: &VoidedMark| v.event == event.id && event.marks.has(&v.milestone);
    if known.voided.iter().any(is_voided) {
        return format!("{what} (voided)");
    }
    settled(event, known.hypotheses).map_or(what.clone(), |state| format!("{what} ({state})"))
}

/// Returns what came of a hypothesis; none where an event is none, or is open.
pub(super) fn settled(event: &Event, hypotheses: &[HypothesisReport]) -> Option<HypothesisState> {
    let own = |h: &&HypothesisReport| event.id.is_some() && h.event == event.id;
    hypotheses.iter().find(own).map(|h| h.state).filter(|s| *s != HypothesisState::Open)
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
    let attached = event.attachments.iter().map(|it| format!("attached {}", it.path));
    changes(event).into_iter().chain(public).chain(attached).chain(links).collect()
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
    changed.extend(event.confirms.as_ref().map(|id| format!("confirms {}", id.value)));
    changed.extend(event.refutes.as_ref().map(|id| format!("refutes {}", id.value)));
    changed
}

fn change(impact: &Impact) -> String {
    let share = impact.share.as_ref().map(|s| format!(" share {s}")).unwrap_or_default();
    let Impact { regions, resources, customers, .. } = impact;
    let whom: Vec<_> = regions.iter().chain(resources).chain(customers).collect();
    let whom = if whom.is_empty() { String::new() } else { format!(" for {}", joined(whom, ", ")) };
    format!("{} {}{share}{whom}", impact.service, impact.state)
}
