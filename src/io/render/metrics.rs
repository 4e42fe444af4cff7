//! Durations and downtime as tables for a terminal.

use super::table::{TableStyle, dim, lines};
use super::text::line;
use crate::compute::report::compare::{ComparedQuestion, ComparisonReport};
use crate::compute::report::metrics::{
    DowntimeReport, DurationReport, IncidentHeading, IncidentMetrics, IntervalReport, MetricsReport,
};
use crate::model::time::{Span, Zone, duration, format as times};
use comfy_table::{Attribute, Cell, ColumnConstraint, Table, Width};
use std::fmt::Write;

/// How wide the last column is at least, where the ones before it are kept whole.
const LEAST: usize = 20;

/// Renders the durations and the downtime of each incident.
pub fn metrics(report: &MetricsReport, style: TableStyle) -> String {
    if report.incidents.is_empty() {
        return "No incidents.\n".to_owned();
    }
    let each = report.incidents.iter().map(|incident| one(incident, style));
    let mut out = each.collect::<Vec<_>>().join("\n");
    if let Some(house) = report.preset {
        let _ = writeln!(out, "\nBy the definitions of {house}.");
    }
    out.push_str(&as_of(report.as_of.as_deref()));
    out
}

/// Says from which commit the numbers were read.
pub(super) fn as_of(commit: Option<&str>) -> String {
    commit.map(|c| format!("\nAs of commit {c}.\n")).unwrap_or_default()
}

fn one(incident: &IncidentMetrics, style: TableStyle) -> String {
    let mut out = heading(&incident.incident, &incident.head, style);
    let mut table = style.table();
    for phases in [false, true] {
        let mut some = incident.durations.iter().filter(|d| d.phase == phases).peekable();
        if phases && some.peek().is_some() {
            table.add_row([dim("phases")]);
        }
        some.for_each(|duration| {
            table.add_row(duration_row(duration));
        });
    }
    keep_whole(&mut table, 2, style);
    let _ = write!(out, "\n{}", lines(&table));
    out.push_str(&impact(incident, style));
    out
}

/// Renders whose numbers follow.
fn heading(id: &str, head: &IncidentHeading, style: TableStyle) -> String {
    let mut out = format!("{}\n", style.bold(&line(&head.title)));
    let facts: Vec<_> = std::iter::once(id.to_owned()).chain(head.facts.iter().cloned()).collect();
    let _ = writeln!(out, "{}", line(&facts.join(" · ")));
    if let Some(other) = &head.duplicate_of {
        let _ = writeln!(out, "It tells the same story as {}, and counts nowhere.", line(other));
    }
    out
}

/// Keeps the first columns on one line each, where that leaves room for those after them.
fn keep_whole(table: &mut Table, columns: usize, style: TableStyle) {
    let widths = table.column_max_content_widths();
    let taken: usize = widths.iter().take(columns).map(|w| usize::from(*w) + 2).sum();
    if taken + LEAST > usize::from(style.width) {
        return;
    }
    for index in 0..columns {
        if let Some(column) = table.column_mut(index) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
}

fn duration_row(duration: &DurationReport) -> Vec<Cell> {
    let name = Cell::new(line(&duration.name));
    let way = format!("{} → {}", duration.from, duration.to);
    match value(duration) {
        Some(value) => {
            let clock = duration.clock.as_ref().map(|c| format!("by the hours of {c}"));
            let stand_in = duration.stand_in.as_ref().map(|s| format!("stand-in: {s}"));
            let more: Vec<_> = [Some(way), clock, stand_in].into_iter().flatten().collect();
            let value = Cell::new(value).add_attribute(Attribute::Bold);
            vec![name, value, Cell::new(line(&more.join("; ")))]
        }
        None => vec![name, dim("-"), dim(line(duration.absent.as_deref().unwrap_or_default()))],
    }
}

/// Returns a duration with its uncertainty, and whether it is still running: `3 h 00 min ± 15 min`.
fn value(duration: &DurationReport) -> Option<String> {
    let [nominal, lowest, highest] =
        [duration.seconds?, duration.min_seconds?, duration.max_seconds?].map(Span::seconds);
    let so_far = if duration.running { " so far" } else { "" };
    Some(format!("{}{so_far}", duration::uncertain(nominal, lowest, highest)))
}

fn impact(incident: &IncidentMetrics, style: TableStyle) -> String {
    match incident.impact {
        "none" => return "\nNo impact.\n".to_owned(),
        "unknown" => {
            return "\nThe impact is unknown: no event tells of it, so there is no downtime. Record it with\n\
                    `recount impact SERVICE=STATE --at ...`, or `recount set impact=none`.\n"
                .to_owned();
        }
        _ => {}
    }
    let mut table = style.table();
    table.set_header(["Service", "Hurt", "Down", "Degraded", "When"]);
    for downtime in &incident.downtime {
        table.add_row(downtime_row(downtime, incident.head.zone));
    }
    keep_whole(&mut table, 4, style);
    format!("\n{}", lines(&table))
}

fn downtime_row(downtime: &DowntimeReport, zone: Zone) -> Vec<Cell> {
    let name = Cell::new(line(&downtime.service));
    let when: Vec<_> = downtime.intervals.iter().map(|i| interval(i, zone)).collect();
    let hurt = downtime.down_seconds.zip(downtime.degraded_seconds);
    let bounds = downtime.min_seconds.zip(downtime.max_seconds);
    let Some(((down, degraded), (lowest, highest))) = hurt.zip(bounds) else {
        let why = [downtime.absent.unwrap_or_default().to_owned()];
        let why: Vec<_> = why.into_iter().chain(when).collect();
        return vec![name, dim("-"), dim("-"), dim("-"), dim(why.join("\n"))];
    };
    let [hurt, lowest, highest] = [down + degraded, lowest, highest].map(Span::seconds);
    let so_far = if downtime.running { " so far" } else { "" };
    let length = |seconds| match seconds {
        0 => dim("-"),
        seconds => Cell::new(duration::words(Span::seconds(seconds))),
    };
    vec![
        name,
        Cell::new(format!("{}{so_far}", duration::uncertain(hurt, lowest, highest)))
            .add_attribute(Attribute::Bold),
        length(down),
        length(degraded),
        Cell::new(when.join("\n")),
    ]
}

fn interval(interval: &IntervalReport, zone: Zone) -> String {
    let (start, end) = interval.ends;
    let when = match end {
        Some(end) => times::interval(start, end, zone),
        None => format!("since {}", times::full(start, zone)),
    };
    let share = interval.share.as_ref().map(|s| format!(", share {}", line(s)));
    format!("{} {when}{}", interval.state, share.unwrap_or_default())
}

/// Renders incidents by the definitions of several houses, side by side.
pub fn compare(report: &ComparisonReport, style: TableStyle) -> String {
    if report.incidents.is_empty() {
        return "No incidents.\n".to_owned();
    }
    let one = |incident: &crate::compute::report::compare::ComparedIncident| {
        let mut out = heading(&incident.incident, &incident.head, style);
        let _ = write!(out, "\n{}", lines(&side_by_side(&incident.questions, style)));
        let notes = incident.questions.iter().filter_map(|q| Some((q, q.note.as_ref()?)));
        for (index, (asked, note)) in notes.enumerate() {
            let gap = if index == 0 { "\n" } else { "" };
            let note = line(note);
            let _ = writeln!(out, "{gap}{} depends on the definition: {note}.", asked.question);
        }
        out
    };
    let each: Vec<_> = report.incidents.iter().map(one).collect();
    each.join("\n") + &as_of(report.as_of.as_deref())
}

fn side_by_side(questions: &[ComparedQuestion], style: TableStyle) -> Table {
    let mut houses: Vec<&str> = vec![];
    for answer in questions.iter().flat_map(|q| &q.answers) {
        if !houses.contains(&answer.house) {
            houses.push(answer.house);
        }
    }
    let mut table = style.table();
    let header = std::iter::once("House").chain(questions.iter().map(|q| q.question));
    table.set_header(header);
    for house in houses {
        let answer = |q: &ComparedQuestion| {
            let found = q.answers.iter().find(|a| a.house == house);
            found.map_or(dim(""), |a| {
                let value = value(&a.duration).unwrap_or_else(|| "-".to_owned());
                Cell::new(format!("{value}\n{} → {}", a.duration.from, a.duration.to))
            })
        };
        table.add_row(std::iter::once(Cell::new(house)).chain(questions.iter().map(answer)));
    }
    let house = ColumnConstraint::Absolute(Width::Fixed(13));
    if let Some(column) = table.column_mut(0) {
        column.set_constraint(house);
    }
    table
}
