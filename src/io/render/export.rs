//! Tables for databases: rows as CSV or as a JSON object a line, and what their columns hold.

use super::completeness::notes;
use super::credits::cells::{self, CellValue};
use super::credits::stream::LineWriter;
use super::table::{TableStyle, lines};
use super::text::{self, cell, line};
use crate::compute::report::credits::{CreditLineReport, CreditsHeading, CreditsTail, LineAtFee};
use crate::compute::report::export::{
    ExportCell, ExportColumn, ExportFormat, ExportKind, ExportReport, ExportTable,
};
use serde::Serializer;
use serde_json::{Map, Value, json};
use std::io::{self, Write};

/// A table as it is written, row by row.
pub struct ExportWriter<W> {
    out: W,
    format: ExportFormat,
    columns: Vec<ExportColumn>,
    /// How many rows were written.
    rows: u64,
}

impl<W: Write> ExportWriter<W> {
    /// Begins a table.
    ///
    /// # Errors
    /// Whatever writing says.
    pub fn begin(mut out: W, format: ExportFormat, table: ExportTable) -> io::Result<Self> {
        let columns = table.columns();
        if format == ExportFormat::Csv {
            let names: Vec<_> = columns.iter().map(|column| column.name).collect();
            writeln!(out, "{}", names.join(","))?;
        }
        Ok(Self { out, format, columns, rows: 0 })
    }

    /// Writes a row.
    ///
    /// # Errors
    /// Whatever writing says.
    pub fn row(&mut self, row: &[ExportCell]) -> io::Result<()> {
        self.rows = self.rows.saturating_add(1);
        match self.format {
            ExportFormat::Csv => {
                let mut line = csv::Writer::from_writer(&mut self.out);
                line.write_record(row.iter().map(cell_text)).map_err(io::Error::other)?;
                line.flush()
            }
            ExportFormat::Jsonl => {
                let mut line = vec![];
                let names = self.columns.iter().map(|column| column.name);
                serde_json::Serializer::new(&mut line)
                    .collect_map(names.zip(row.iter().map(cell_json)))?;
                let line = String::from_utf8(line).map_err(io::Error::other)?;
                writeln!(self.out, "{}", text::json(&line))
            }
        }
    }

    /// Ends the table, and returns how many rows it has.
    ///
    /// # Errors
    /// Whatever writing says.
    pub fn end(mut self) -> io::Result<u64> {
        self.out.flush()?;
        Ok(self.rows)
    }
}

fn cell_text(found: &ExportCell) -> String {
    match found {
        ExportCell::Absent => String::new(),
        ExportCell::Text(text) => cell(text),
        ExportCell::Decimal(number) => number.clone(),
        ExportCell::Integer(number) => number.to_string(),
        ExportCell::Time(at) => at.rfc3339(),
        ExportCell::Date(day) => day.to_string(),
        ExportCell::Boolean(truth) => truth.to_string(),
        ExportCell::Object(object) => text::json(&object.to_string()),
    }
}

fn cell_json(found: &ExportCell) -> Value {
    match found {
        ExportCell::Absent => Value::Null,
        ExportCell::Text(text) | ExportCell::Decimal(text) => json!(text),
        ExportCell::Integer(number) => json!(number),
        ExportCell::Time(at) => json!(at),
        ExportCell::Date(day) => json!(day),
        ExportCell::Boolean(truth) => json!(truth),
        ExportCell::Object(object) => object.clone(),
    }
}

/// The lines of a period, as rows of a table.
pub struct CreditRows<'h, 't, W> {
    heading: &'h CreditsHeading,
    table: &'t mut ExportWriter<W>,
}

impl<'h, 't, W: Write> CreditRows<'h, 't, W> {
    /// Returns a writer of the lines of a period.
    pub fn of(heading: &'h CreditsHeading, table: &'t mut ExportWriter<W>) -> Self {
        Self { heading, table }
    }
}

impl<W: Write> LineWriter for CreditRows<'_, '_, W> {
    type Shared = ();

    fn shared(&self, _: &CreditLineReport) -> io::Result<()> {
        Ok(())
    }

    fn line_like(&mut self, (): &(), line: LineAtFee<'_>) -> io::Result<()> {
        self.line(&line.report())
    }

    fn line(&mut self, line: &CreditLineReport) -> io::Result<()> {
        let cells = cells::line(self.heading, line);
        let columns = self.table.columns.iter();
        let row: Vec<_> =
            columns.zip(cells).map(|(column, value)| of_credits(column, value)).collect();
        self.table.row(&row)
    }

    fn end(self, _: &CreditsTail) -> io::Result<()> {
        Ok(())
    }
}

/// Returns a cell of a line as one of an export.
fn of_credits(column: &ExportColumn, value: CellValue) -> ExportCell {
    match value {
        CellValue::Nothing => ExportCell::Absent,
        CellValue::Number(number, _) => match (column.kind, number.parse()) {
            (ExportKind::Integer, Ok(whole)) => ExportCell::Integer(whole),
            _ => ExportCell::Decimal(number),
        },
        CellValue::Ratio(text) | CellValue::Text(text) => ExportCell::Text(text),
        CellValue::Time(at) => ExportCell::Time(at),
        CellValue::Day(day) => ExportCell::Date(day),
        CellValue::Truth(truth) => ExportCell::Boolean(truth),
    }
}

/// Returns the JSON Schema of the tables: of a row of each.
pub fn schema() -> String {
    let tables = ExportTable::ALL.iter();
    let tables: Map<_, _> = tables.map(|t| (t.to_string(), row_schema(*t))).collect();
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The tables of `recount export`, a row of each",
        "description": "An empty cell of CSV is null. CSV has objects as text.",
        "$defs": tables,
    });
    format!("{schema:#}\n")
}

fn row_schema(table: ExportTable) -> Value {
    let columns = table.columns();
    let properties: Map<_, _> = columns.iter().map(|c| (c.name.to_owned(), holds(c))).collect();
    let names: Vec<_> = columns.iter().map(|column| column.name).collect();
    json!({
        "description": table.meaning(),
        "type": "object",
        "properties": properties,
        "required": names,
        "additionalProperties": false,
    })
}

fn holds(column: &ExportColumn) -> Value {
    let mut found = match column.kind {
        ExportKind::Text => json!({"type": ["string", "null"]}),
        ExportKind::Integer => json!({"type": ["integer", "null"]}),
        ExportKind::Decimal => {
            json!({"type": ["string", "null"], "pattern": "^-?[0-9]+(\\.[0-9]+)?$"})
        }
        ExportKind::Time => json!({"type": ["string", "null"], "format": "date-time"}),
        ExportKind::Date => json!({"type": ["string", "null"], "format": "date"}),
        ExportKind::Boolean => json!({"type": "boolean"}),
        ExportKind::Object => json!({"type": ["object", "null"]}),
    };
    if let Some(found) = found.as_object_mut() {
        found.insert("description".to_owned(), json!(column.meaning));
    }
    found
}

/// Renders which tables were written.
pub fn written(report: &ExportReport, style: TableStyle) -> String {
    let mut table = style.table();
    table.set_header(vec!["Table", "Rows", "File"]);
    for written in &report.tables {
        table.add_row([written.table.to_string(), written.rows.to_string(), line(&written.file)]);
    }
    lines(table) + &notes(&report.completeness)
}
