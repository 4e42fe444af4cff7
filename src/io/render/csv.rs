//! Reports as rows for spreadsheets and scripts; no cell runs as a formula.

mod stats;

pub use stats::stats;

use super::show::facets;
use super::text::{cell, joined, or};
use crate::compute::report::action::ActionsReport;
use crate::compute::report::compare::ComparisonReport;
use crate::compute::report::list::ListReport;
use crate::compute::report::metrics::{DowntimeReport, DurationReport, MetricsReport};
use crate::compute::report::show::ShowReport;
use crate::model::incident::Milestone;
use crate::model::time::{Instant, Span, SpanBounds};

/// Renders the events of an incident, one a row.
pub fn show(report: &ShowReport) -> String {
    let header =
        "incident,id,at,earliest,latest,logged,kind,mark,by,changed,audience,retracted,text";
    let rows = report.events.iter().map(|e| {
        let (moment, event) = (e.moment, &e.event);
        vec![
            report.heading.incident.to_string(),
            some(e.id.as_ref()),
            moment.nominal().rfc3339(),
            moment.earliest().rfc3339(),
            moment.latest().rfc3339(),
            some(event.logged.map(Instant::rfc3339).as_ref()),
            event.kind_word().to_owned(),
            event.marks.milestones().map(Milestone::as_str).collect::<Vec<_>>().join(" "),
            some(event.by.as_ref()),
            facets(event).join("; "),
            event.audience.to_string(),
            some(event.retracted.as_ref()),
            event.text.clone(),
        ]
    });
    write(header, rows)
}

/// Renders incidents, one a row.
pub fn list(report: &ListReport) -> String {
    let header = "incident,title,severity,kind,state,open,began,services,events";
    let rows = report.incidents.iter().map(|r| {
        let heading = &r.heading;
        vec![
            heading.incident.to_string(),
            heading.title.clone(),
            some(heading.severity.as_ref()),
            heading.kind.to_string(),
            some(heading.state.as_ref()),
            r.open.to_string(),
            some(r.began.map(Instant::rfc3339).as_ref()),
            joined(&r.services, " "),
            r.events.to_string(),
        ]
    });
    write(header, rows)
}

/// Renders follow-up actions, one a row.
pub fn actions(report: &ActionsReport) -> String {
    let header = "id,title,kind,owner,due,status,done_on,ticket,incident,incidents";
    let rows = report.actions.iter().map(|a| {
        let action = &a.action;
        vec![
            some(action.id.as_ref()),
            action.title.clone(),
            some(action.kind.as_ref()),
            some(action.owner.as_ref()),
            some(action.due.as_ref()),
            action.status.to_string(),
            some(action.done_on.as_ref()),
            some(action.ticket.as_ref()),
            a.incident.to_string(),
            joined(&a.incidents, " "),
        ]
    });
    write(header, rows)
}

/// Renders durations and downtime, one a row; lengths are in seconds.
pub fn metrics(report: &MetricsReport) -> String {
    let rows = report.incidents.iter().flat_map(|incident| {
        let (id, vendor) =
            (incident.head.heading.incident.as_str(), or(report.preset.as_ref(), "recount"));
        let durations = incident.durations.iter().map(|d| duration(id, &vendor, d));
        durations.chain(incident.downtime.iter().map(|d| downtime(id, d))).collect::<Vec<_>>()
    });
    write(MEASURED, rows)
}

/// Renders the durations of several vendors, one a row; lengths are in seconds.
pub fn compare(report: &ComparisonReport) -> String {
    let rows = report.incidents.iter().flat_map(|incident| {
        let answers = incident.questions.iter().flat_map(|q| &q.answers);
        answers.map(|a| duration(incident.head.heading.incident.as_str(), a.vendor, &a.duration))
    });
    write(MEASURED, rows)
}

const MEASURED: &str = "incident,house,name,from,to,clock,seconds,min_seconds,max_seconds,running,stand_in,absent,service";

fn duration(incident: &str, vendor: &str, d: &DurationReport) -> Vec<String> {
    let definition = &d.definition;
    let [seconds, least, most] = lengths(d.length);
    vec![
        incident.to_owned(),
        vendor.to_owned(),
        definition.name.clone(),
        definition.from.to_string(),
        definition.to.to_string(),
        some(definition.clock.as_ref()),
        seconds,
        least,
        most,
        d.running.to_string(),
        some(Some(&d.stand_ins).filter(|s| !s.0.is_empty())),
        some(d.absent.as_ref()),
        String::new(),
    ]
}

fn downtime(incident: &str, d: &DowntimeReport) -> Vec<String> {
    let none = String::new;
    let [seconds, least, most] = lengths(d.total.ok().map(|t| t.affected));
    vec![
        incident.to_owned(),
        "recount".to_owned(),
        "downtime".to_owned(),
        none(),
        none(),
        none(),
        seconds,
        least,
        most,
        d.total.is_ok_and(|t| t.running).to_string(),
        none(),
        some(d.total.err().as_ref()),
        d.service.to_string(),
    ]
}

fn some(value: Option<&impl ToString>) -> String {
    or(value, "")
}

fn seconds(span: Option<Span>) -> String {
    some(span.map(Span::as_seconds).as_ref())
}

fn lengths(length: Option<SpanBounds>) -> [String; 3] {
    [length.and_then(|l| l.nominal), length.map(|l| l.lowest), length.map(|l| l.highest)]
        .map(seconds)
}

/// Writes a header and rows of text as CSV; no cell is a formula.
fn write(header: &str, rows: impl Iterator<Item = Vec<String>>) -> String {
    let header: Vec<_> = header.split(',').collect();
    write_ready(&header, rows.map(|row| row.iter().map(|text| cell(text)).collect()))
}

/// Writes a header and rows whose cells are fit for a spreadsheet as they are.
pub(super) fn write_ready(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut writer = csv::Writer::from_writer(vec![]);
    // Writing to memory cannot fail: every row has the header's length.
    let _ = writer.write_record(header);
    for row in rows {
        let _ = writer.write_record(&row);
    }
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}
