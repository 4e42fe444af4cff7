//! Objectives held against incidents, as tables for a terminal.

use super::{MOST, numbers_right};
use crate::compute::report::stats::{ObjectiveOutcome, ObjectiveResult};
use crate::io::render::table::{TableStyle, lines};
use crate::io::render::text::line;
use crate::model::incident::Kind;
use crate::model::time::duration;
use comfy_table::{Cell, Color};
use std::fmt::Write;

/// Renders how often each objective was met, and who missed it.
pub(super) fn all(all: &[ObjectiveResult], style: TableStyle) -> String {
    if all.is_empty() {
        return String::new();
    }
    let mut table = style.table();
    table.set_header(HEADER);
    for row in rows(all) {
        let cell = |(index, text): (usize, &String)| match index {
            3 if text != "0" => Cell::new(text).fg(Color::Red),
            _ => Cell::new(text),
        };
        table.add_row(row.iter().enumerate().map(cell));
    }
    numbers_right(&mut table, 2..7);
    format!("\n{}\n{}{}", style.bold("Objectives"), lines(table), missed(all))
}

/// Names the columns of [`rows`].
pub(super) const HEADER: [&str; 7] =
    ["Class", "Objective", "Met", "Missed", "Unsure", "Running", "Unknown"];

/// Returns how often each objective was met: its class, what it asks, and a count for each outcome.
pub(super) fn rows(all: &[ObjectiveResult]) -> Vec<[String; 7]> {
    let mut same: Vec<Vec<&ObjectiveResult>> = vec![];
    let what = |o: &ObjectiveResult| (o.class.clone(), o.measure.clone());
    for one in all {
        let group = same.iter_mut().find(|g| g.first().is_some_and(|o| what(o) == what(one)));
        match group {
            Some(group) => group.push(one),
            None => same.push(vec![one]),
        }
    }
    let row = |group: &Vec<&ObjectiveResult>| {
        let first = group.first()?;
        let count = |outcome| group.iter().filter(|o| o.outcome == outcome).count().to_string();
        Some([
            line(first.class.as_str()),
            format!("{} ≤ {}", line(first.measure.as_str()), duration::compact(first.limit)),
            count(ObjectiveOutcome::Met),
            count(ObjectiveOutcome::Missed),
            count(ObjectiveOutcome::Unsure),
            count(ObjectiveOutcome::Running),
            count(ObjectiveOutcome::Unknown),
        ])
    };
    same.iter().filter_map(row).collect()
}

/// Lists who missed an objective, and who may have.
fn missed(all: &[ObjectiveResult]) -> String {
    let told = missed_lines(all);
    let mut out: String = told.iter().take(MOST).map(|line| format!("{line}\n")).collect();
    let rest = told.len().saturating_sub(MOST);
    if rest > 0 {
        let _ = writeln!(out, "and {rest} more: --format json lists them");
    }
    if out.is_empty() { out } else { format!("\n{out}") }
}

/// Says who missed an objective, and who may have, a line each.
pub(super) fn missed_lines(all: &[ObjectiveResult]) -> Vec<String> {
    let told = all
        .iter()
        .filter(|o| matches!(o.outcome, ObjectiveOutcome::Missed | ObjectiveOutcome::Unsure));
    let said = |one: &ObjectiveResult| {
        let ObjectiveResult { incident, kind, measure, outcome, .. } = one;
        let kind = if *kind == Kind::Incident { String::new() } else { format!(" ({kind})") };
        let found = one.found.map(|f| f.length.to_string()).unwrap_or_default();
        format!("{outcome} {incident}{kind}: {measure} {found}")
    };
    told.map(said).collect()
}
