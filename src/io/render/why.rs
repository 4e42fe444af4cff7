//! The derivation of a number as text for a terminal.

use super::completeness::notes;
use super::metrics::when;
use super::table::{TableStyle, dim, lines, state_cell};
use super::text::{line, or};
use crate::compute::report::IntervalEnd;
use crate::compute::report::why::{
    DerivationGroup, DerivationInterval, DerivationMember, DerivationReport, StandInReport,
};
use crate::model::time::{SpanBounds, duration, format as times};
use comfy_table::Cell;
use std::fmt::Write;

/// How many incidents of a group are listed.
const MOST: usize = 15;

/// Renders the derivation of a number.
pub fn why(report: &DerivationReport, style: TableStyle) -> String {
    let whose = report.incident.as_ref().map(|i| format!(" of {i}"));
    let head = format!("{}{}", line(&report.number), whose.unwrap_or_default());
    let mut out = format!("{}\n{}\n", style.bold(&head), style.bold(&answer(report)));
    let _ = writeln!(out, "\n{}", line(&report.meaning));
    for stand_in in &report.stand_ins {
        let StandInReport { milestone, by } = stand_in;
        let _ = writeln!(out, "Stand-in: `{milestone}` was not marked; the {by} stands for it.");
    }
    out.push_str(&intervals(report, style));
    out.push_str(&events(report, style));
    for group in &report.groups {
        out.push_str(&members(group, report, style));
    }
    let _ = writeln!(out, "\n{}", read_from(report));
    out + &notes(&report.completeness)
}

/// Returns the number itself, or why there is none.
fn answer(report: &DerivationReport) -> String {
    if let Some(absent) = &report.absent {
        return format!("no value: {}", line(absent));
    }
    let (value, low, high) = (report.seconds, report.min_seconds, report.max_seconds);
    let so_far = if report.running { " so far" } else { "" };
    let counted = report.n.zip(report.missing);
    let counted = counted.map(|(n, missing)| counts(n, missing, report.unsure.unwrap_or(0)));
    match (value, low.zip(high), counted) {
        (value, Some((low, high)), None) => {
            format!("{}{so_far}", duration::uncertain(value, low, high))
        }
        (value, Some((low, high)), Some(counted)) if report.from.is_none() => {
            format!("{}; {counted}", duration::uncertain(value, low, high))
        }
        (Some(value), Some((low, high)), Some(counted)) => {
            let interval = format!("{} to {}", duration::words(low), duration::words(high));
            format!("{} (95 % interval {interval}); {counted}", duration::words(value))
        }
        (Some(value), None, counted) => {
            let counted = counted.map(|c| format!("; {c}")).unwrap_or_default();
            format!("{}{counted}", duration::words(value))
        }
        (None, _, Some(counted)) => counted,
        (None, _, None) => {
            report.at.map_or("no value".to_owned(), |at| times::told(at.time, report.zone))
        }
    }
}

/// Says how many incidents a number is of; those without a nominal value where there are some.
fn counts(n: usize, missing: usize, unsure: usize) -> String {
    let unsure = if unsure > 0 { format!(", unsure {unsure}") } else { String::new() };
    format!("n {n}, missing {missing}{unsure}")
}

fn intervals(report: &DerivationReport, style: TableStyle) -> String {
    if report.intervals.is_empty() {
        return String::new();
    }
    let mut table = style.table();
    for DerivationInterval { interval, length } in &report.intervals {
        let id = |end: Option<&IntervalEnd>| or(end.and_then(|end| end.event.as_ref()), "-");
        let (from, to) = (id(Some(&interval.start)), id(interval.end.as_ref()));
        table.add_row(vec![
            state_cell(Some(interval.state)),
            Cell::new(or(interval.words().or_else(|| length.map(duration::words)).as_ref(), "-")),
            Cell::new(when(interval, report.zone)),
            dim(format!("{from} → {to}")),
        ]);
    }
    format!("\n{}", lines(table))
}

/// Renders the events; the place stands on a line of its own, so that it can be copied whole.
fn events(report: &DerivationReport, style: TableStyle) -> String {
    let mut out = String::new();
    for source in &report.events {
        let place = match (&source.file, source.line) {
            (Some(file), Some(number)) => format!("{}:{number}", line(file)),
            _ => "it waits in the spool for the next write".to_owned(),
        };
        let id = or(source.id.as_ref(), "no id yet");
        let role = style.bold(&line(&source.role));
        let _ = writeln!(out, "\n{role}  {}  {id}", times::told(source.time, report.zone));
        let _ = writeln!(out, "  {place}\n  {}", line(&source.text));
    }
    out
}

fn members(group: &DerivationGroup, report: &DerivationReport, style: TableStyle) -> String {
    let mut out = String::from("\n");
    if let Some(by) = &report.by {
        let key = group.key.as_deref().map_or("(none)".to_owned(), line);
        let value = group.seconds.map(|s| format!("{}; ", duration::words(s)));
        let counted = counts(group.n, group.missing, group.unsure);
        let head = format!("{by} {key}: {}{counted}", value.unwrap_or_default());
        let _ = writeln!(out, "{}", style.bold(&head));
    }
    let mut longest: Vec<&DerivationMember> = group.members.iter().collect();
    longest.sort_by_key(|m| {
        (m.absent.is_some(), std::cmp::Reverse(m.length.map(SpanBounds::nominal_or_most)))
    });
    let mut table = style.table();
    for member in longest.iter().take(MOST) {
        table.add_row(vec![Cell::new(&member.incident), value(member)]);
    }
    out.push_str(&lines(table));
    if let Some(sum) = group.sum_seconds {
        let once = group.seconds.filter(|_| report.from.is_none() && group.seconds != Some(sum));
        let once = once.map(|s| format!("; overlaps counted once, {}", duration::words(s)));
        let (sum, once) = (duration::words(sum), once.unwrap_or_default());
        let _ = writeln!(out, " sum {sum} over {}{once}", group.n);
    }
    let rest = longest.len().saturating_sub(MOST);
    if rest > 0 {
        let _ = writeln!(out, " and {rest} more: --format json lists them");
    }
    out
}

fn value(member: &DerivationMember) -> Cell {
    if let Some(absent) = &member.absent {
        return dim(format!("- {}", line(absent)));
    }
    let outcome = member.outcome.map(|outcome| format!("{outcome}  "));
    Cell::new(format!("{}{}", outcome.unwrap_or_default(), or(member.length.as_ref(), "")))
}

/// Says which commit the number was read from.
fn read_from(report: &DerivationReport) -> String {
    let Some(commit) = &report.commit else {
        return "Read from the files as they are; no commit holds them.".to_owned();
    };
    match report.uncommitted.as_slice() {
        [] => format!("Read from commit {commit}."),
        [one] => format!(
            "Read from the files as they are: commit {commit}, and changes in {} since.",
            line(one)
        ),
        several => format!(
            "Read from the files as they are: commit {commit}, and changes in {} files since.",
            several.len()
        ),
    }
}
