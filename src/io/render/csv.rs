//! Reports as rows for spreadsheets and scripts; no cell runs as a formula.

use super::show::facets;
use super::text::cell;
use crate::compute::report::action::ActionsReport;
use crate::compute::report::compare::ComparisonReport;
use crate::compute::report::list::ListReport;
use crate::compute::report::metrics::{DowntimeReport, DurationReport, MetricsReport};
use crate::compute::report::show::ShowReport;
use crate::compute::report::stats::{FiguresReport, StatsReport};

/// Renders the events of an incident, one a row.
pub fn show(report: &ShowReport) -> String {
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
pub fn list(report: &ListReport) -> String {
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
pub fn actions(report: &ActionsReport) -> String {
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

/// Renders durations and downtime, one a row; lengths are in seconds.
pub fn metrics(report: &MetricsReport) -> String {
    let rows = report.incidents.iter().flat_map(|incident| {
        let house = report.preset.unwrap_or("recount");
        let durations = incident.durations.iter().map(|d| duration(&incident.incident, house, d));
        let downtime = incident.downtime.iter().map(|d| downtime(&incident.incident, d));
        durations.chain(downtime).collect::<Vec<_>>()
    });
    write(&MEASURED, rows)
}

/// Renders the durations of several houses, one a row; lengths are in seconds.
pub fn compare(report: &ComparisonReport) -> String {
    let rows = report.incidents.iter().flat_map(|incident| {
        let answers = incident.questions.iter().flat_map(|q| &q.answers);
        answers.map(|a| duration(&incident.incident, a.house, &a.duration)).collect::<Vec<_>>()
    });
    write(&MEASURED, rows)
}

const MEASURED: [&str; 13] = [
    "incident",
    "house",
    "name",
    "from",
    "to",
    "clock",
    "seconds",
    "min_seconds",
    "max_seconds",
    "running",
    "stand_in",
    "absent",
    "service",
];

fn duration(incident: &str, house: &str, d: &DurationReport) -> Vec<String> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    vec![
        incident.to_owned(),
        house.to_owned(),
        d.name.clone(),
        d.from.clone(),
        d.to.clone(),
        text(&d.clock),
        number(d.seconds),
        number(d.min_seconds),
        number(d.max_seconds),
        d.running.to_string(),
        text(&d.stand_in),
        text(&d.absent),
        String::new(),
    ]
}

fn downtime(incident: &str, d: &DowntimeReport) -> Vec<String> {
    let hurt = d.down_seconds.zip(d.degraded_seconds).map(|(down, degraded)| down + degraded);
    let none = String::new;
    vec![
        incident.to_owned(),
        "recount".to_owned(),
        "downtime".to_owned(),
        none(),
        none(),
        none(),
        number(hurt),
        number(d.min_seconds),
        number(d.max_seconds),
        d.running.to_string(),
        none(),
        d.absent.unwrap_or_default().to_owned(),
        d.service.clone(),
    ]
}

/// Renders the numbers of every group, one duration a row; lengths are in seconds.
pub fn stats(report: &StatsReport) -> String {
    let header = [
        "by",
        "key",
        "incidents",
        "name",
        "n",
        "missing",
        "mean",
        "mean_min",
        "mean_max",
        "median",
        "p90",
    ];
    let groups =
        std::iter::once((None, &report.total)).chain(report.groups.iter().map(|g| (report.by, g)));
    let rows = groups.flat_map(|(by, group)| {
        let row = move |f: &FiguresReport| {
            vec![
                by.unwrap_or("total").to_owned(),
                group.key.clone().unwrap_or_default(),
                group.incidents.to_string(),
                f.name.clone(),
                f.n.to_string(),
                f.missing.to_string(),
                number(f.mean_seconds),
                number(f.mean_min_seconds),
                number(f.mean_max_seconds),
                number(f.median_seconds),
                number(f.p90_seconds),
            ]
        };
        group.durations.iter().map(row)
    });
    write(&header, rows)
}

fn number(value: Option<i64>) -> String {
    value.map(|v| v.to_string()).unwrap_or_default()
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
