//! What became of a period that was to be closed.

use super::credits::{table as credits_table, waiting};
use super::table::TableStyle;
use super::text::line;
use crate::compute::report::credits::closing::{CloseReport, CloseState, Closing};
use crate::compute::report::credits::{CreditsHeading, CreditsReport, CurrencyTotal, RecordState};
use crate::model::time::TZDATA;
use std::fmt::Write;

/// Renders it for people: what was written, or all that would be and what stands in the way.
pub fn table(report: &CloseReport, style: TableStyle) -> String {
    let closing = &report.closing;
    let mut out = String::new();
    if matches!(report.state, CloseState::WouldClose | CloseState::WouldRefuse) {
        let _ = writeln!(out, "{}", credits_table(&lines_of(report), style));
    }
    let (period, file) = (report.period, &report.file);
    let approver = line(&closing.approved_by);
    let _ = match report.state {
        CloseState::Closed => writeln!(out, "{file}  {period} is closed, approved by {approver}"),
        CloseState::Unchanged => writeln!(
            out,
            "{file}  {period} was closed on {}, approved by {approver}; its lines are the same",
            closing.closed.rfc3339()
        ),
        CloseState::WouldClose => writeln!(out, "{file}  {period} can be closed"),
        CloseState::WouldRefuse => writeln!(out, "{file}  {period} can't be closed:"),
    };
    for obstacle in &report.obstacles {
        let _ = writeln!(out, "- {}", line(&obstacle.says));
        let _ = obstacle.next.iter().try_for_each(|next| writeln!(out, "  → {}", line(next)));
    }
    if matches!(report.state, CloseState::Closed | CloseState::Unchanged) {
        out.push_str(&totals(closing));
    }
    out
}

/// Renders what a closed period comes to, by currency.
pub(super) fn totals(closing: &Closing) -> String {
    let total = |total: &CurrencyTotal| {
        let pending = waiting(total).map(|p| format!(", and {p}")).unwrap_or_default();
        format!("Total  {} {}{pending}\n", total.credit, total.currency)
    };
    closing.totals.iter().map(total).collect()
}

fn lines_of(report: &CloseReport) -> CreditsReport {
    let closing = &report.closing;
    let commit = Some(closing.commit.clone()).filter(|commit| !commit.is_empty());
    CreditsReport {
        heading: CreditsHeading {
            version: report.version,
            period: report.period,
            record: RecordState { commit, dirty: report.is_dirty },
            tool: concat!("recount ", env!("CARGO_PKG_VERSION")),
            tzdata: TZDATA,
            inputs: closing.inputs.clone(),
        },
        lines: report.lines.clone(),
        tail: CloseReport::totals(&report.lines),
    }
}
