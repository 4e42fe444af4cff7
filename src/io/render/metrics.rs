//! Durations and downtime as tables for a terminal.

use super::completeness::{none, notes};
use super::table::{TableStyle, dim, headline, keep_whole, lines, lines_kept_first};
use super::text::{joined, line, or};
use crate::compute::report::AffectedInterval;
use crate::compute::report::compare::{ComparedQuestion, ComparisonReport};
use crate::compute::report::list::ListRow;
use crate::compute::report::metrics::{
    DowntimeReport, DurationReport, ImpactRecord, IncidentMetrics, MetricsReport,
};
use crate::model::incident::Kind;
use crate::model::time::{Span, SpanBounds, Zone, format as times};
use comfy_table::{Attribute, Cell, Table};
use std::fmt::Write;

/// Renders the durations and the downtime of each incident.
pub fn metrics(report: &MetricsReport, style: TableStyle) -> String {
    if report.incidents.is_empty() {
        return none(&report.completeness, "No incidents") + &notes(&report.completeness);
    }
    let each = report.incidents.iter().map(|incident| one(incident, style));
    let mut out = each.collect::<Vec<_>>().join("\n");
    if let Some(vendor) = report.preset {
        let _ = writeln!(out, "\nBy the definitions of {vendor}.");
    }
    out.push_str(&as_of(report.as_of.as_deref()));
    out + &notes(&report.completeness)
}

/// Says from which commit the numbers were read.
pub(super) fn as_of(commit: Option<&str>) -> String {
    commit.map(|c| format!("\nAs of commit {c}.\n")).unwrap_or_default()
}

fn one(incident: &IncidentMetrics, style: TableStyle) -> String {
    let mut out = heading(&incident.head, style);
    let mut table = style.table();
    for phases in [false, true] {
        let mut some =
            incident.durations.iter().filter(|d| d.definition.phase == phases).peekable();
        if phases && some.peek().is_some() {
            table.add_row([dim("phases")]);
        }
        some.for_each(|duration| {
            table.add_row(duration_row(duration));
        });
    }
    let _ = write!(out, "\n{}", lines_kept_first(table, 2));
    out.push_str(&impact(incident, style));
    out
}

/// Renders whose numbers follow.
fn heading(head: &ListRow, style: TableStyle) -> String {
    let kind = Some(head.heading.kind).filter(|kind| *kind != Kind::Incident);
    let mut out = headline(&head.heading, kind, head.open.then(|| "open".to_owned()), style);
    if let Some(other) = &head.duplicate_of {
        let _ = writeln!(out, "It tells the same story as {other}, and counts in no number.");
    }
    out
}

fn duration_row(duration: &DurationReport) -> Vec<Cell> {
    let definition = &duration.definition;
    let name = Cell::new(line(&definition.name));
    let way = format!("{} → {}", definition.from, definition.to);
    match value(duration) {
        Some(value) => {
            let clock = definition.clock.as_ref().map(|c| format!("by the hours of {c}"));
            let stand_ins = Some(&duration.stand_ins).filter(|s| !s.0.is_empty());
            let stand_in = stand_ins.map(|s| format!("stand-in: {s}"));
            let more: Vec<_> = [Some(way), clock, stand_in].into_iter().flatten().collect();
            let value = Cell::new(value).add_attribute(Attribute::Bold);
            vec![name, value, Cell::new(line(&more.join("; ")))]
        }
        None => vec![name, dim("-"), dim(line(&or(duration.absent.as_ref(), "")))],
    }
}

/// Returns a duration with its uncertainty, and whether it is still running: `3 h 00 min ± 15 min`.
fn value(duration: &DurationReport) -> Option<String> {
    let so_far = if duration.running { " so far" } else { "" };
    Some(format!("{}{so_far}", duration.length?))
}

fn impact(incident: &IncidentMetrics, style: TableStyle) -> String {
    if let Some(place) = incident.unreadable {
        return format!("\nThe downtime is unknown: incident.yaml:{place} can't be read.\n");
    }
    match incident.impact {
        ImpactRecord::None => return "\nNo impact.\n".to_owned(),
        ImpactRecord::Unknown => {
            return "\nThe impact is unknown: no event tells of it, so there is no downtime. Record it with\n\
                    `recount impact SERVICE=STATE --at ...`, or `recount set impact=none`.\n"
                .to_owned();
        }
        ImpactRecord::Told => {}
    }
    let mut table = style.table();
    table.set_header(["Service", "Affected", "Down", "Degraded", "When"]);
    for downtime in &incident.downtime {
        table.add_row(downtime_row(downtime, incident.head.zone));
    }
    format!("\n{}", lines_kept_first(table, 4))
}

fn downtime_row(downtime: &DowntimeReport, zone: Zone) -> Vec<Cell> {
    let name = Cell::new(&downtime.service);
    let when = downtime.intervals.iter().map(|i| interval(i, zone));
    let total = match downtime.total {
        Ok(total) => total,
        Err(why) => {
            let why = joined(std::iter::once(why.to_string()).chain(when), "\n");
            return vec![name, dim("-"), dim("-"), dim("-"), dim(why)];
        }
    };
    let so_far = if total.running { " so far" } else { "" };
    let length = |span: SpanBounds| match span.highest {
        Span::ZERO => dim("-"),
        // The whole stands beside it with its bounds.
        _ if span == total.affected => Cell::new(span.about()),
        _ => Cell::new(span),
    };
    vec![
        name,
        Cell::new(format!("{}{so_far}", total.affected)).add_attribute(Attribute::Bold),
        length(total.down),
        length(total.degraded),
        Cell::new(joined(when, "\n")),
    ]
}

fn interval(interval: &AffectedInterval, zone: Zone) -> String {
    let share = interval.share.as_ref().map(|s| format!(", share {}", line(s.as_str())));
    format!("{} {}{}", interval.state, when(interval, zone), share.unwrap_or_default())
}

/// Returns from when to when an interval is.
pub(super) fn when(interval: &AffectedInterval, zone: Zone) -> String {
    match &interval.end {
        Some(end) => times::interval(interval.start.moment, end.moment, zone),
        None => format!("since {}", times::nearly(interval.start.moment, zone)),
    }
}

/// Renders incidents by the definitions of several vendors, side by side.
pub fn compare(report: &ComparisonReport, style: TableStyle) -> String {
    if report.incidents.is_empty() {
        return none(&report.completeness, "No incidents") + &notes(&report.completeness);
    }
    let one = |incident: &crate::compute::report::compare::ComparedIncident| {
        let mut out = heading(&incident.head, style);
        let _ = write!(out, "\n{}", lines(side_by_side(&incident.questions, style)));
        let notes = incident.questions.iter().filter_map(|q| Some((q, q.note.as_ref()?)));
        for (index, (asked, note)) in notes.enumerate() {
            let gap = if index == 0 { "\n" } else { "" };
            let note = line(note);
            let _ = writeln!(out, "{gap}{} depends on the definition: {note}.", asked.question);
        }
        out
    };
    let each: Vec<_> = report.incidents.iter().map(one).collect();
    each.join("\n") + &as_of(report.as_of.as_deref()) + &notes(&report.completeness)
}

fn side_by_side(questions: &[ComparedQuestion], style: TableStyle) -> Table {
    let mut vendors: Vec<&str> = vec![];
    for answer in questions.iter().flat_map(|q| &q.answers) {
        if !vendors.contains(&answer.vendor) {
            vendors.push(answer.vendor);
        }
    }
    let mut table = style.table();
    let header = std::iter::once("House").chain(questions.iter().map(|q| q.question.as_str()));
    table.set_header(header);
    for vendor in vendors {
        let answer = |q: &ComparedQuestion| {
            let found = q.answers.iter().find(|a| a.vendor == vendor);
            found.map_or(dim(""), |a| {
                let value = value(&a.duration).unwrap_or_else(|| "-".to_owned());
                let definition = &a.duration.definition;
                Cell::new(format!("{value}\n{} → {}", definition.from, definition.to))
            })
        };
        table.add_row(std::iter::once(Cell::new(vendor)).chain(questions.iter().map(answer)));
    }
    keep_whole(&mut table, [0]);
    table
}
