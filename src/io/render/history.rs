//! The history of an incident as a table.

use super::completeness::notes;
use super::table::{TableStyle, dim, lines};
use super::text::line;
use crate::compute::report::history::{HistoryReport, HistoryRow};
use crate::model::time::format::dated;
use comfy_table::Cell;

/// How many digits of a commit's name are shown.
const SHORT: usize = 10;

/// Renders who did what, when and in which commit.
pub fn table(report: &HistoryReport, style: TableStyle) -> String {
    if report.changes.is_empty() {
        return format!("Nothing is written of it.\n{}", below(report));
    }
    let mut table = style.table();
    table.set_header(["When", "Who", "Did", "What", "Commit"]);
    for row in &report.changes {
        table.add_row([
            Cell::new(row.at.map_or("not committed".to_owned(), |at| dated(at, report.zone))),
            Cell::new(line(row.by.as_deref().unwrap_or("-"))),
            Cell::new(did(row)),
            Cell::new(what(row)),
            dim(row.commit.as_deref().unwrap_or("-").chars().take(SHORT).collect::<String>()),
        ]);
    }
    lines(table) + &below(report)
}

/// Says where the history ends, and what the table lacks.
fn below(report: &HistoryReport) -> String {
    let ends = report.shallow.as_deref().map(|commit| {
        let commit: String = commit.chars().take(SHORT).collect();
        format!(
            "\nThis clone is shallow and its history begins with {commit}: who wrote what was there by then can't be told.\n\
             Bring the rest: git fetch --unshallow\n"
        )
    });
    ends.unwrap_or_default() + &notes(&report.completeness)
}

fn did(row: &HistoryRow) -> String {
    match row.keys.as_slice() {
        [] | ["retracted" | "redacted"] => row.done.to_string(),
        keys => format!("{} {}", row.done, keys.join(", ")),
    }
}

fn what(row: &HistoryRow) -> String {
    let id = row.event.as_ref().or(row.action.as_ref());
    let id = id.map(|id| format!("{id}  ")).unwrap_or_default();
    let done = if row.is_redaction() { "redacted" } else { "retracted" };
    let reason = row.reason.as_deref().map(|r| format!(" ({done}: {r})")).unwrap_or_default();
    line(&format!("{id}{}{reason}", row.text))
}
