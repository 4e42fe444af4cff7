//! The tables that `export` writes: which columns they have, and what an incident brings into each.

mod credit_columns;
mod incident_tables;
#[cfg(test)]
mod tests;

pub use credit_columns::CREDIT_COLUMNS;
pub use incident_tables::ExportedIncident;

use super::VERSION;
use super::completeness::Completeness;
use crate::model::incident::names::string_enum;
use crate::model::time::{Instant, Span};
use chrono::NaiveDate;
use incident_tables::{ACTIONS, DOWNTIME, DURATIONS, EVENTS, FIELDS, INCIDENTS, MILESTONES};
use serde::Serialize;
use serde_json::Value;

string_enum! {
    /// A table of an export.
    ExportTable, "table" {
        /// An incident a row.
        Incidents = "incidents",
        /// An event a row, retracted ones too.
        Events = "events",
        /// A milestone that stands a row.
        Milestones = "milestones",
        /// A duration of an incident a row.
        Durations = "durations",
        /// An interval in which a service was affected a row.
        Downtime = "downtime",
        /// A follow-up action a row.
        Actions = "actions",
        /// A line of a period a row.
        Credits = "credits",
        /// A fact of the record's own a row; of people, a row each.
        Fields = "fields",
    }
}

string_enum! {
    /// A form in which tables are written; also the ending of their files.
    ExportFormat, "form of a table" {
        /// Comma-separated values; no cell runs as a formula.
        Csv = "csv",
        /// A JSON object a line.
        Jsonl = "jsonl",
    }
}

impl ExportTable {
    /// Returns what a row of the table is.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Incidents => "An incident a row, also canceled ones and duplicates",
            Self::Events => "An event a row, also retracted ones and those that were moved away",
            Self::Milestones => "A milestone that stands a row",
            Self::Durations => "A duration of an incident a row",
            Self::Downtime => {
                "An interval in which a service was affected a row; a service whose impact isn't known has one row without times"
            }
            Self::Actions => "A follow-up action a row",
            Self::Credits => "A line of credits a row, as `credits --format csv` has it",
            Self::Fields => "A fact of the record's own a row; of people, a row each",
        }
    }

    /// Returns the columns, in their order.
    pub fn columns(self) -> Vec<ExportColumn> {
        match self {
            Self::Incidents => described(INCIDENTS).collect(),
            Self::Events => of_incident(EVENTS),
            Self::Milestones => of_incident(MILESTONES),
            Self::Durations => of_incident(DURATIONS),
            Self::Downtime => of_incident(DOWNTIME),
            Self::Actions => of_incident(ACTIONS),
            Self::Fields => of_incident(FIELDS),
            Self::Credits => CREDIT_COLUMNS.to_vec(),
        }
    }
}

/// What a table says of each of its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExportColumn {
    /// Its name.
    pub name: &'static str,
    /// What its cells hold, unless they are empty.
    pub kind: ExportKind,
    /// What that means.
    pub meaning: &'static str,
}

/// What the cells of a column hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportKind {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// An exact decimal, as text.
    Decimal,
    /// A time in UTC (RFC 3339).
    Time,
    /// A date.
    Date,
    /// `true` or `false`.
    Boolean,
    /// A JSON object.
    Object,
}

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExportCell {
    /// Nothing.
    Absent,
    /// Text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// An exact decimal.
    Decimal(String),
    /// A time.
    Time(Instant),
    /// A date.
    Date(NaiveDate),
    /// A yes or a no.
    Boolean(bool),
    /// An object by names.
    Object(Value),
}

impl ExportCell {
    /// Returns text, or nothing where there is none.
    fn text(value: Option<impl ToString>) -> Self {
        value.map_or(Self::Absent, |value| Self::Text(value.to_string()))
    }

    /// Returns words with blanks between, or nothing where there is none.
    fn words<'w>(words: impl Iterator<Item = &'w str>) -> Self {
        let words: Vec<_> = words.collect();
        Self::text(Some(words.join(" ")).filter(|words| !words.is_empty()))
    }

    fn time(at: Option<Instant>) -> Self {
        at.map_or(Self::Absent, Self::Time)
    }

    fn date(day: Option<NaiveDate>) -> Self {
        day.map_or(Self::Absent, Self::Date)
    }

    fn seconds(length: Option<Span>) -> Self {
        length.map_or(Self::Absent, |length| Self::Integer(length.as_seconds()))
    }
}

/// A column, and where its cell comes from.
struct Column<R> {
    described: ExportColumn,
    cell: fn(&R) -> ExportCell,
}

const fn column<R>(
    name: &'static str,
    kind: ExportKind,
    meaning: &'static str,
    cell: fn(&R) -> ExportCell,
) -> Column<R> {
    Column { described: ExportColumn { name, kind, meaning }, cell }
}

fn described<R>(columns: &[Column<R>]) -> impl Iterator<Item = ExportColumn> {
    columns.iter().map(|column| column.described)
}

/// Returns the columns of things of an incident, whose id stands first.
fn of_incident<R>(columns: &[Column<R>]) -> Vec<ExportColumn> {
    let id =
        ExportColumn { name: "incident", kind: ExportKind::Text, meaning: "The incident's id" };
    [id].into_iter().chain(described(columns)).collect()
}

/// The JSON of `export`.
#[derive(Clone, Debug, Serialize)]
pub struct ExportReport {
    /// The version of this report's fields.
    pub version: u32,
    /// The commit that the record was read from; null for the files as they are.
    pub as_of: Option<String>,
    /// The tables that were written.
    pub tables: Vec<WrittenTable>,
    /// What they lack because that could not be read, and what they have from outside of the record.
    #[serde(flatten)]
    pub completeness: Completeness,
}

/// A table that was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WrittenTable {
    /// Which one.
    pub table: ExportTable,
    /// The file, as it was typed.
    pub file: String,
    /// How many rows it has.
    pub rows: u64,
}

impl ExportReport {
    /// Returns the report of some tables.
    pub fn of(tables: Vec<WrittenTable>) -> Self {
        Self { version: VERSION, as_of: None, tables, completeness: Completeness::default() }
    }
}
