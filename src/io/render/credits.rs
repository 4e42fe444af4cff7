//! Credits as a table, as CSV and as Markdown.

pub(super) mod cells;
pub mod stream;

use super::table::{TableStyle, dim, lines};
use super::text::{line as one_line, markdown as escaped};
use crate::compute::report::credits::{CreditLineReport, CreditsReport, CurrencyTotal, Status};
use comfy_table::{Attribute, Cell, CellAlignment, Color, ColumnConstraint};
use num_traits::Zero;
use std::fmt::{Display, Write};

/// Renders credits as a table: money to the right, then what needs words, then the totals by currency.
pub fn table(report: &CreditsReport, style: TableStyle) -> String {
    format!("{}\n\n{}", style.bold(&heading(report)), body(report, style))
}

/// Renders the lines and the totals, without saying what they were read from.
pub fn body(report: &CreditsReport, style: TableStyle) -> String {
    if report.lines.is_empty() {
        return "No lines.\n".to_owned();
    }
    let mut table = style.table();
    let titles = ["Customer", "Service", "Policy", "Uptime %", "Status", "Fee", "Credit", ""];
    table.set_header(titles.iter().enumerate().map(|(at, title)| aligned(Cell::new(title), at)));
    for line in &report.lines {
        table.add_row(row(line).into_iter().enumerate().map(|(at, cell)| aligned(cell, at)));
    }
    // A number that wraps is misread, and so is a status.
    for index in [3, 4, 5, 6, 7] {
        if let Some(column) = table.column_mut(index) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    let mut out = lines(table);
    for note in report.lines.iter().filter_map(note) {
        let _ = writeln!(out, "→ {note}");
    }
    let _ = write!(out, "\n{}", totals(report, style));
    out
}

fn heading(report: &CreditsReport) -> String {
    let commit =
        report.heading.record.commit.as_deref().map_or("no commit", |c| c.get(..10).unwrap_or(c));
    let dirty =
        if report.heading.record.dirty { ", with changes that are not committed" } else { "" };
    format!("Credits for {} · record at {commit}{dirty}", report.heading.period)
}

/// Moves numbers to the right.
fn aligned(cell: Cell, column: usize) -> Cell {
    if matches!(column, 3 | 5 | 6) { cell.set_alignment(CellAlignment::Right) } else { cell }
}

fn row(line: &CreditLineReport) -> Vec<Cell> {
    let status = Cell::new(line.status);
    let status = match line.status {
        Status::Review | Status::ClaimPending => status.fg(Color::Yellow),
        Status::NoBreach => status.add_attribute(Attribute::Dim),
        _ => status,
    };
    let bounds = if line.uncertain { " ±" } else { "" };
    vec![
        Cell::new(one_line(&line.customer)),
        Cell::new(one_line(&subject(line))),
        Cell::new(one_line(&corrected_policy(line))),
        Cell::new(shown(line.uptime_percent.as_ref(), "-")),
        status,
        Cell::new(shown(line.fee.as_ref(), "-")),
        Cell::new(&line.credit).add_attribute(Attribute::Bold),
        dim(format!("{}{bounds}", line.currency)),
    ]
}

/// Returns a value as it shows itself, or what stands for an absent one.
fn shown(value: Option<&impl Display>, absent: &str) -> String {
    value.map_or_else(|| absent.to_owned(), ToString::to_string)
}

/// Returns the policy of a line, or what it is without one.
pub(super) fn policy(line: &CreditLineReport) -> &str {
    line.policy.as_ref().map_or(line.kind.as_str(), |id| id.as_str())
}

/// Returns the policy of a line; of a correction also the period that it corrects.
fn corrected_policy(line: &CreditLineReport) -> String {
    let policy = policy(line);
    line.corrects.map_or(policy.to_owned(), |period| format!("{policy}, corrects {period}"))
}

/// Returns what a line is for: the service, and what tells it from others of the customer.
pub(super) fn subject(line: &CreditLineReport) -> String {
    let service = if line.service == "*" { "all services" } else { line.service.as_str() };
    let parts =
        [Some(service), line.plan.as_deref(), line.region.as_deref(), line.resource.as_deref()];
    let parts: Vec<_> = parts.into_iter().flatten().filter(|p| !p.is_empty()).collect();
    parts.join(" ")
}

/// Returns what a line needs said in words: why it waits, for what it is, how far it could go.
pub(super) fn note(line: &CreditLineReport) -> Option<String> {
    let mut said = vec![];
    said.extend(line.reason.as_deref().map(one_line));
    if line.extend_days > 0 {
        said.push(format!("{} days added to the term", line.extend_days));
    }
    if line.status == Status::ClaimPending {
        said.push(match line.claim_by {
            Some(by) => format!("waits for a claim received before {by}"),
            None => "waits for a claim".to_owned(),
        });
    } else if !line.pending.amount.is_zero() {
        said.push(format!(
            "a claim by another policy of its group would bring {} more",
            line.pending
        ));
    }
    if !line.rights.is_empty() {
        said.push(format!("gives the right: {}", line.rights.join(", ")));
    }
    if line.uncertain {
        said.push(format!(
            "± other times within their bounds would give {} to {} {}",
            line.credit_min, line.credit_max, line.currency
        ));
    }
    if line.uncertain_review {
        said.push("at some times within their bounds the policy has no outcome".to_owned());
    }
    let whose = format!("{} {}", one_line(&line.customer), one_line(&subject(line)));
    (!said.is_empty()).then(|| format!("{}: {}", whose.trim_end(), said.join("; ")))
}

fn totals(report: &CreditsReport, style: TableStyle) -> String {
    let mut table = style.table();
    for total in &report.tail.totals {
        let pending = waiting(total).map(|p| format!("and {p}")).unwrap_or_default();
        table.add_row([
            Cell::new("Total").add_attribute(Attribute::Bold),
            Cell::new(&total.credit)
                .set_alignment(CellAlignment::Right)
                .add_attribute(Attribute::Bold),
            dim(total.currency),
            Cell::new(pending),
        ]);
    }
    lines(table)
}

/// Returns what waits for a claim, where something does.
pub(super) fn waiting(total: &CurrencyTotal) -> Option<String> {
    let pending = &total.pending;
    (!pending.amount.is_zero()).then(|| format!("{pending} that wait for a claim"))
}

/// Renders credits as Markdown.
pub fn markdown(report: &CreditsReport) -> String {
    let mut out = format!("# {}\n\n", escaped(&heading(report)));
    out.push_str("| Customer | Service | Policy | Uptime % | Status | Fee | Credit | |\n");
    out.push_str("|---|---|---|---:|---|---:|---:|---|\n");
    for line in &report.lines {
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {} | {} |",
            escaped(&line.customer),
            escaped(&subject(line)),
            escaped(policy(line)),
            shown(line.uptime_percent.as_ref(), ""),
            line.status,
            shown(line.fee.as_ref(), ""),
            line.credit,
            line.currency
        );
    }
    let notes: Vec<_> = report.lines.iter().filter_map(note).collect();
    if !notes.is_empty() {
        out.push('\n');
    }
    for note in notes {
        let _ = writeln!(out, "- {}", escaped(&note));
    }
    out.push_str("\n| Total | Credit | Waiting for a claim |\n|---|---:|---:|\n");
    for total in &report.tail.totals {
        let _ = writeln!(out, "| {} | {} | {} |", total.currency, total.credit, total.pending);
    }
    out
}

#[cfg(test)]
pub(super) mod tests;
