//! Reports as rows for spreadsheets and scripts; no cell runs as a formula.

use super::table::facets;
use super::text::cell;
use crate::report::action::Actions;
use crate::report::list::List;
use crate::report::show::Show;

/// Renders the events of an incident, one a row.
pub fn show(report: &Show) -> String {
    let header = [
        "incident",
        "id",
        "at",
        "earliest",
        "latest",
        "logged",
        "kind",
        "mark",
        "by",
        "changed",
        "audience",
        "retracted",
        "text",
    ];
    let rows = report.events.iter().map(|e| {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        vec![
            report.incident.clone(),
            text(&e.id),
            e.at.clone(),
            e.earliest.clone(),
            e.latest.clone(),
            text(&e.logged),
            e.kind.clone(),
            text(&e.mark),
            text(&e.by),
            facets(e).join("; "),
            e.audience.to_owned(),
            text(&e.retracted),
            e.text.clone(),
        ]
    });
    write(&header, rows)
}

/// Renders incidents, one a row.
pub fn list(report: &List) -> String {
    let header =
        ["incident", "title", "severity", "kind", "state", "open", "began", "services", "events"];
    let rows = report.incidents.iter().map(|r| {
        vec![
            r.incident.clone(),
            r.title.clone(),
            r.severity.clone().unwrap_or_default(),
            r.kind.to_owned(),
            r.state.clone().unwrap_or_default(),
            r.open.to_string(),
            r.began.clone().unwrap_or_default(),
            r.services.join(" "),
            r.events.to_string(),
        ]
    });
    write(&header, rows)
}

/// Renders follow-up actions, one a row.
pub fn actions(report: &Actions) -> String {
    let header = [
        "id",
        "title",
        "kind",
        "owner",
        "due",
        "status",
        "done_on",
        "ticket",
        "incident",
        "incidents",
    ];
    let date = |d: Option<chrono::NaiveDate>| d.map(|d| d.to_string()).unwrap_or_default();
    let rows = report.actions.iter().map(|a| {
        vec![
            a.id.clone().unwrap_or_default(),
            a.title.clone(),
            a.kind.unwrap_or_default().to_owned(),
            a.owner.clone().unwrap_or_default(),
            date(a.due),
            a.status.to_owned(),
            date(a.done_on),
            a.ticket.clone().unwrap_or_default(),
            a.incident.clone(),
            a.incidents.join(" "),
        ]
    });
    write(&header, rows)
}

/// Writes a header and rows of text as CSV; no cell is a formula.
fn write(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    write_ready(header, rows.map(|row| row.iter().map(|text| cell(text)).collect()))
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
