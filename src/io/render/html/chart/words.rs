//! The chart in words: for those who can't see it, and to look its numbers up on paper.

use crate::compute::report::chart::{
    Chart, ChartEvent, ChartPoint, ChartSide, Lane, LaneInterval, Tick, Updates,
};
use crate::io::render::html::escape::escaped;
use crate::io::render::html::times;
use crate::model::incident::{Audience, EventKind};
use crate::model::time::{Span, SpanBounds, Zone, duration};
use chrono::Offset;
use std::fmt::Write;

/// Returns what the chart is called.
pub(super) fn title(chart: &Chart) -> String {
    let day = |at: crate::model::time::Instant| at.utc().format("%-d %b %Y").to_string();
    let (from, to) = (day(chart.start), day(chart.end));
    let days = if from == to { from } else { format!("{from} to {to}") };
    format!("Chart of the incident, {days}: {} events", chart.events.len())
}

/// Returns a moment in UTC, and in the incident's zone where that is another.
fn when(chart: &Chart, at: &ChartPoint) -> String {
    let utc = times::moment(at.moment, Zone::UTC, chart.start);
    let local = times::moment(at.moment, chart.zone, chart.start);
    if utc == local {
        return format!("{utc} UTC");
    }
    let zone = at.moment.nominal().local(chart.zone).format("%Z");
    format!("{utc} UTC ({local} {zone})")
}

/// Returns the line above an event's text.
pub(super) fn head(chart: &Chart, mark: &ChartEvent) -> String {
    let mut parts = vec![mark.number.to_string(), when(chart, &mark.at)];
    match mark.side {
        ChartSide::Before => parts.push("before the chart".to_owned()),
        ChartSide::Inside => {}
        ChartSide::After => parts.push("after the chart".to_owned()),
    }
    parts.extend(mark.marks.iter().map(|milestone| match &mark.voided_at {
        Some(at) => format!("{milestone} (voided by the impact at {})", when(chart, at)),
        None if mark.stands => milestone.to_string(),
        None => format!("{milestone} (another mark counts)"),
    }));
    match &mark.kind {
        Ok(EventKind::Note) => {}
        Ok(kind) => parts.push(kind.to_string()),
        Err(newer) => parts.push(newer.to_string()),
    }
    if mark.public && chart.audience == Audience::Internal {
        parts.push("public".to_owned());
    }
    parts.join(" · ")
}

/// Returns an event's text with what it changed, on one line.
pub(super) fn text(mark: &ChartEvent) -> String {
    let text = mark.text.split_whitespace().collect::<Vec<_>>().join(" ");
    if mark.changed.is_empty() { text } else { format!("{text} ({})", mark.changed.join(", ")) }
}

/// Returns a tick for the script, as attributes: its instant, the offset that is shown, in minutes, and
/// whether it is a date.
pub(super) fn machine(tick: &Tick, zone: Zone) -> String {
    let offset = tick.at.local(zone).offset().fix().local_minus_utc().div_euclid(60);
    let day = if tick.is_date { " data-day=\"1\"" } else { "" };
    format!("data-at=\"{}\" data-shown=\"{offset}\"{day}", tick.at.epoch())
}

/// Returns the chart in words, folded away on a screen.
pub(super) fn details(chart: &Chart) -> String {
    let mut out = String::from(
        "<details class=\"words\" id=\"_chart_words\"><summary>The chart in words</summary>\n<ul>\n",
    );
    for phase in &chart.phases {
        let long = SpanBounds::between(phase.from.moment, phase.to.moment).about();
        let (from, to) = (when(chart, &phase.from), when(chart, &phase.to));
        let name = escaped(&phase.name);
        let _ = writeln!(
            out,
            "<li>Phase “{name}”: from {} to {}, {long}.</li>",
            escaped(&from),
            escaped(&to)
        );
    }
    severities(&mut out, chart);
    for lane in &chart.services {
        service(&mut out, chart, lane);
    }
    if let Some(updates) = &chart.updates {
        heard(&mut out, chart, updates);
    }
    out.push_str("</ul>\n<ol>\n");
    for mark in &chart.events {
        let head = head(chart, mark);
        let head = head.split_once(" · ").map_or(head.as_str(), |(_, rest)| rest);
        let _ = writeln!(
            out,
            "<li value=\"{}\"><b>{}</b> {}</li>",
            mark.number,
            escaped(head),
            escaped(&text(mark))
        );
    }
    out.push_str("</ol></details>\n");
    out
}

fn severities(out: &mut String, chart: &Chart) {
    if chart.severities.is_empty() {
        return;
    }
    let at = |seconds: i64| {
        let at = chart.start.plus(Span::seconds(seconds));
        times::clock(at, Zone::UTC, chart.start)
    };
    let bands = chart
        .severities
        .iter()
        .map(|s| format!("{} from {} to {} UTC", s.severity, at(s.from_seconds), at(s.to_seconds)));
    let bands = bands.collect::<Vec<_>>().join(", ");
    let _ = writeln!(out, "<li>Severity: {}.</li>", escaped(&bands));
}

fn service(out: &mut String, chart: &Chart, lane: &Lane) {
    let interval = |s: &LaneInterval| {
        let share =
            s.interval.share.as_ref().map(|share| format!(" ({share})")).unwrap_or_default();
        let until =
            s.to.as_ref()
                .map_or("with no end on record".to_owned(), |to| format!("to {}", when(chart, to)));
        format!("{}{share} from {} {until}", s.interval.state, when(chart, &s.from))
    };
    let all = match (lane.told, lane.intervals.as_slice()) {
        (false, _) => "no event tells of its impact".to_owned(),
        (true, []) => "up all the time".to_owned(),
        (true, some) => some.iter().map(interval).collect::<Vec<_>>().join(", then "),
    };
    let _ = writeln!(out, "<li>{}: {}.</li>", escaped(&lane.service), escaped(&all));
}

fn heard(out: &mut String, chart: &Chart, updates: &Updates) {
    let _ = write!(out, "<li>Word to the public: {} times", updates.heard.len());
    let words = |seconds: i64| duration::words(Span::seconds(seconds));
    for gap in &updates.gaps {
        let due = chart.start.plus(Span::seconds(gap.due_seconds));
        let due = times::clock(due, Zone::UTC, chart.start);
        let (every, late) = (words(gap.every_seconds), words(gap.to_seconds - gap.due_seconds));
        let _ = write!(out, "; due at {due} UTC (every {every}), {late} late");
    }
    out.push_str(".</li>\n");
}
