//! A period as it was closed.

use super::table::{TableStyle, dim, lines};
use super::text::line;
use crate::compute::report::VERSION;
use crate::compute::report::credits::closing::Closing;
use comfy_table::{Attribute, Cell, CellAlignment};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use std::fmt::Write;

/// How much of a commit's name is shown.
const SHOWN: usize = 10;

/// The lines of a closed period, as its file has them: the JSON of `credits --closed`.
#[derive(Clone, Debug, Serialize)]
pub struct ClosedTable<'c> {
    /// The version of this report's fields.
    version: u32,
    /// What stands beside the lines.
    closing: &'c Closing,
    /// The lines, by the names of the columns.
    lines: Vec<ClosedRow>,
}

/// A line as its file has it.
#[derive(Clone, Debug)]
struct ClosedRow(Vec<(String, String)>);

impl Serialize for ClosedRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (column, text) in &self.0 {
            map.serialize_entry(column, &Some(text).filter(|text| !text.is_empty()))?;
        }
        map.end()
    }
}

impl ClosedRow {
    fn cell(&self, column: &str) -> &str {
        self.0.iter().find(|(name, _)| name == column).map_or("", |(_, text)| text)
    }

    /// Returns what the line is for.
    fn subject(&self) -> String {
        let service = self.cell("service");
        let service = if service == "*" { "all services" } else { service };
        let parts = [service, self.cell("plan"), self.cell("region"), self.cell("resource")];
        let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        line(&parts.join(" "))
    }

    /// Returns by which policy it is, or what it is without one; of a correction also the period that it corrects.
    fn policy(&self) -> String {
        let policy = match self.cell("policy") {
            "" => self.cell("kind"),
            policy => policy,
        };
        match self.cell("corrects") {
            "" => line(policy),
            period => line(&format!("{policy}, corrects {period}")),
        }
    }
}

impl<'c> ClosedTable<'c> {
    /// Returns the lines of a file's rows, of which the first names the columns.
    pub fn of(closing: &'c Closing, rows: impl IntoIterator<Item = Vec<String>>) -> Self {
        let mut rows = rows.into_iter();
        let columns = rows.next().unwrap_or_default();
        let row = |cells: Vec<String>| ClosedRow(columns.iter().cloned().zip(cells).collect());
        Self { version: VERSION, closing, lines: rows.map(row).collect() }
    }
}

/// Renders it for people.
pub fn table(report: &ClosedTable<'_>, style: TableStyle) -> String {
    let closing = report.closing;
    let commit = closing.commit.get(..SHOWN).unwrap_or(&closing.commit);
    let heading = format!(
        "Credits for {} as closed on {}, approved by {} · record at {}",
        closing.period,
        closing.closed.rfc3339(),
        line(&closing.approved_by),
        line(commit)
    );
    let mut table = style.table();
    let titles = ["Customer", "Service", "Policy", "Uptime %", "Status", "Fee", "Credit", ""];
    let right = |cell: Cell| cell.set_alignment(CellAlignment::Right);
    table.set_header(titles.iter().enumerate().map(|(at, title)| match at {
        3 | 5 | 6 => right(Cell::new(title)),
        _ => Cell::new(title),
    }));
    for row in &report.lines {
        let shown = |column| match row.cell(column) {
            "" => "-".to_owned(),
            text => line(text),
        };
        table.add_row([
            Cell::new(line(row.cell("customer"))),
            Cell::new(row.subject()),
            Cell::new(row.policy()),
            right(Cell::new(shown("uptime_percent"))),
            Cell::new(shown("status")),
            right(Cell::new(shown("fee"))),
            right(Cell::new(shown("credit"))).add_attribute(Attribute::Bold),
            dim(row.cell("currency")),
        ]);
    }
    let mut out = format!("{}\n\n{}", style.bold(&heading), lines(table));
    for row in report.lines.iter().filter(|row| !row.cell("reason").is_empty()) {
        let whose = format!("{} {}", row.cell("customer"), row.subject());
        let _ = writeln!(out, "→ {}: {}", line(whose.trim_end()), line(row.cell("reason")));
    }
    for accepted in &closing.accepted {
        let (name, reason) = (line(&accepted.line), line(&accepted.reason));
        let _ = writeln!(out, "→ {name}: accepted in {}: {reason}", accepted.status);
    }
    out.push('\n');
    out + &super::close::totals(closing)
}
